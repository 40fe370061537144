// Runs in a page or a worker before anything else does. Says on the console when a module is
// compiled, and when the content security policy was violated.
(() => {
  const compiled = (how) => console.debug(`compiled by ${how}`);
  for (const name of ['compile', 'compileStreaming', 'instantiateStreaming']) {
    const original = WebAssembly[name];
    WebAssembly[name] = (...given) => {
      compiled(name);
      return original.apply(WebAssembly, given);
    };
  }
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (source, ...rest) => {
    if (!(source instanceof WebAssembly.Module)) compiled('instantiate');
    return instantiate.call(WebAssembly, source, ...rest);
  };
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(Module, given) {
      compiled('new Module');
      return new Module(...given);
    },
  });
  addEventListener('securitypolicyviolation', (violation) => {
    console.error(`policy violated: ${violation.violatedDirective} by ${violation.blockedURI}`);
  });
})();
