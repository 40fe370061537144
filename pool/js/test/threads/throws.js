throw new RangeError('too blue');
