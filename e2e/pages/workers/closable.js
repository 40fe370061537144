// Closes when it is told to, by somebody else than the pool.
self.addEventListener('message', ({ data }) => { if (data === 'close') self.close(); });
import('../unjank/worker.js');
