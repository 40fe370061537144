// @ts-check
// The kernel `stamp` in a line.
const scope = /** @type {any} */ (self);

scope.onmessage = (/** @type {{ data: Uint8Array<ArrayBuffer> }} */ { data }) => {
  data[0] = (data[0] ?? 0) + 1;
  scope.postMessage(data, [data.buffer]);
};
scope.postMessage('ready');
