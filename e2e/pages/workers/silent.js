// Never says anything.
