// @ts-check
// Counts calls between JavaScript and the modules of this page, when the address asks for it.

/** Calls so far: into modules and out of them. */
const calls = { into: 0, out: 0 };

/** Counts from here on what modules that are instantiated later do. */
export function countCrossings() {
  const instantiate = /** @type {(module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>} */ (
    WebAssembly.instantiate
  );
  /** @type {any} */ (WebAssembly).instantiate = async (/** @type {WebAssembly.Module} */ module, imports = {}) => {
    const { exports } = await instantiate(module, counted(imports));
    return { exports: wrapped(exports, 'into') };
  };
}

/**
 * Calls for each job: those of jobs that are waited for, or of a burst.
 *
 * @param {() => Promise<unknown>} work
 * @param {number} jobs
 */
export async function crossings(work, jobs) {
  const before = { ...calls };
  await work();
  return { into: (calls.into - before.into) / jobs, out: (calls.out - before.out) / jobs };
}

/** @param {WebAssembly.Imports} imports */
function counted(imports) {
  const modules = Object.entries(imports).map(([name, module]) => [name, wrapped(module, 'out')]);
  return Object.fromEntries(modules);
}

/**
 * The same functions, counted, and everything else as it is.
 *
 * @param {Record<string, any>} functions
 * @param {'into' | 'out'} way
 */
function wrapped(functions, way) {
  const entries = Object.entries(functions).map(([name, value]) => {
    if (typeof value !== 'function') return [name, value];
    const call = (/** @type {unknown[]} */ ...given) => {
      calls[way] += 1;
      return value(...given);
    };
    return [name, call];
  });
  return Object.fromEntries(entries);
}
