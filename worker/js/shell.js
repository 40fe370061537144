// @ts-check
/**
 * The worker's side in JavaScript. It owns `onmessage`, because whatever Rust would listen with is
 * stale once an instance was reset; and it catches what traps, because a trapped instance cannot.
 *
 * The page says one thing first: `{ module, memoryLimit, tether }`. After that every message is a
 * request, and is answered by one call into the module.
 */

/**
 * @typedef {{ module?: WebAssembly.Module, memoryLimit: number, tether: string }} Start
 * @typedef {[Uint8Array, ArrayBuffer[], unknown[], number?]} Request
 * @typedef {[Uint8Array, ArrayBuffer[]]} Reply
 * @typedef {object} Glue what wasm-bindgen generates for the application
 * @property {(options?: object) => Promise<unknown>} default
 * @property {(options: object) => unknown} initSync
 * @property {() => void} __wbg_reset_state
 * @property {() => Uint8Array} unjankHello
 * @property {() => number} unjankMemory
 * @property {(request: Request) => Reply} unjankAnswer
 * @property {(request: Request, trap: string, panic?: [string, string?]) => Reply} unjankApologise
 */

const scope = /** @type {any} */ (self);

/** @param {Glue} glue */
export function serve(glue) {
  // Some engines cannot clone a module into a worker. They say so here, or send nothing.
  scope.onmessageerror = () => scope.postMessage(null);
  scope.onmessage = async (/** @type {{ data: Start | null }} */ { data: start }) => {
    if (!start) return scope.postMessage(null);
    try {
      if (start.module) glue.initSync({ module: start.module });
      else await glue.default();
      await holdTether(start.tether);
      scope.onmessage = (/** @type {{ data: Request }} */ { data }) => {
        const reply = answer(glue, data);
        scope.postMessage(reply, reply[1]);
        // Linear memory never shrinks; a fresh instance has a fresh one.
        if (glue.unjankMemory() > start.memoryLimit) glue.__wbg_reset_state();
      };
      scope.postMessage(glue.unjankHello());
    } catch (error) {
      scope.postMessage(String(error));
    }
  };
}

/**
 * @param {Glue} glue
 * @param {Request} request
 */
function answer(glue, request) {
  try {
    return glue.unjankAnswer(request);
  } catch (trap) {
    const panic = scope.unjankPanic;
    scope.unjankPanic = undefined;
    glue.__wbg_reset_state();
    return glue.unjankApologise(request, String(trap), panic);
  }
}

/**
 * Holds a lock for as long as this worker lives, so that the page learns of any end, even one that
 * no event tells of. Where there are no locks, deadlines have to do.
 *
 * @param {string} name
 * @returns {Promise<void>}
 */
function holdTether(name) {
  const { locks } = scope.navigator;
  if (!locks) return Promise.resolve();
  return new Promise((held) => {
    locks.request(name, () => new Promise(() => held())).catch(held);
  });
}
