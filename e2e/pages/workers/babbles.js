// Says something that is no greeting.
self.onmessage = () => self.postMessage({ hello: 'world' });
