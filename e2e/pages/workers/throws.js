// Fails before it listens.
throw new Error('not today');
