// @ts-check
// Instantiates the kernels' module: whatever it imports does nothing.
const scope = /** @type {any} */ (self);

scope.onmessage = (/** @type {{ data: WebAssembly.Module }} */ { data: module }) => {
  /** @type {Record<string, Record<string, () => number>>} */
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  new WebAssembly.Instance(module, imports);
  scope.postMessage('ready');
};
