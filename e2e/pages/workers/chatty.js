// Talks of other things before, while and after it serves, as a bundler's client or a library may.
const chatter = ['[vite] connected.', { type: 'update' }, 7, [], [1, 2], [new Uint8Array(3)], new Uint8Array(9), null];
const talk = () => chatter.forEach((message) => self.postMessage(message));

talk();
await import('../unjank/worker.js');
talk();
setInterval(talk, 5);

export {};
