// @ts-check
// A script that is no module: workerpool's own file is none.
const scope = /** @type {any} */ (self);

scope.importScripts('../vendor/workerpool/workerpool.min.js');
scope.workerpool.worker({
  stamp: (/** @type {Uint8Array<ArrayBuffer>} */ bytes) => {
    bytes[0] = (bytes[0] ?? 0) + 1;
    return new scope.workerpool.Transfer(bytes, [bytes.buffer]);
  },
});
