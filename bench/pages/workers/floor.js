// @ts-check
// Copies what it gets into a linear memory that is large enough, stamps it there, and copies it out.
const scope = /** @type {any} */ (self);

const PAGE = 65_536;
const memory = new Uint8Array(new WebAssembly.Memory({ initial: (32 << 20) / PAGE }).buffer).fill(1);

scope.onmessage = (/** @type {{ data: Uint8Array<ArrayBuffer> }} */ { data }) => {
  memory.set(data);
  memory[0] = (memory[0] ?? 0) + 1;
  data.set(memory.subarray(0, data.length));
  scope.postMessage(data, [data.buffer]);
};
scope.postMessage('ready');
