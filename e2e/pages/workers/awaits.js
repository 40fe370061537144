// Awaits something before it listens: what the page posts meanwhile is lost.
await new Promise((over) => { setTimeout(over, 300); });
await import('../unjank/worker.js');

export {};
