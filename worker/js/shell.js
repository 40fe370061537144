// @ts-check
/**
 * The worker's side in JavaScript. It owns `onmessage`, because whatever Rust would listen with is
 * stale once an instance was reset; and it catches what traps, because a trapped instance cannot.
 *
 * What is said besides requests and replies is a {@link Word}. The worker says that it listens, the
 * page says `start` (when it makes the worker, and again when it listens, because what arrives
 * before is lost), and the worker says `hello` or what went wrong. After that every array is a
 * request, and is answered by one call into the module. Messages of any other shape are somebody
 * else's and are left alone.
 */

/**
 * @typedef {{ unjank: string, message?: string, frame?: Uint8Array }} Word
 * @typedef {{ unjank: 'start', module?: WebAssembly.Module, memoryLimit: number, tether?: string }} Start
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

/** Taken before any kernel can put something else in its place. */
const post = scope.postMessage.bind(scope);

/** @param {Word} word */
const say = (word) => post(word);

/** @param {Glue} glue */
export function serve(glue) {
  tellOfClosing();
  // Some engines cannot clone a module into a worker. They say so here, or send nothing.
  scope.onmessageerror = () => say({ unjank: 'unreadable' });
  scope.onmessage = (/** @type {{ data: Start | null }} */ { data }) => {
    if (data === null) say({ unjank: 'unreadable' });
    if (data?.unjank !== 'start') return;
    scope.onmessage = null;
    start(glue, data).catch((error) => say({ unjank: 'failed', message: describe(error) }));
  };
  say({ unjank: 'listening' });
}

/**
 * @param {Glue} glue
 * @param {Start} options
 */
async function start(glue, { module, memoryLimit, tether }) {
  // Granted while the module is instantiated.
  const held = tether && hold(tether);
  if (module) glue.initSync({ module });
  else await glue.default();
  await held;
  scope.onmessage = (/** @type {{ data: unknown }} */ { data }) => {
    if (!isRequest(data)) return;
    const reply = answer(glue, data);
    post(reply, reply[1]);
    // Linear memory never shrinks; a fresh instance has a fresh one.
    if (glue.unjankMemory() > memoryLimit) glue.__wbg_reset_state();
  };
  say({ unjank: 'hello', frame: glue.unjankHello() });
}

/**
 * @param {unknown} data
 * @returns {data is Request}
 */
function isRequest(data) {
  return Array.isArray(data) && data[0] instanceof Uint8Array
    && Array.isArray(data[1]) && Array.isArray(data[2]);
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
    return glue.unjankApologise(request, describe(trap), panic);
  }
}

/**
 * Holds a lock for as long as this worker lives, so that the page learns of any end, even one that
 * no event tells of. Where there are no locks, deadlines have to do.
 *
 * @param {string} name
 * @returns {Promise<void>}
 */
function hold(name) {
  const { locks } = scope.navigator;
  if (!locks) return Promise.resolve();
  return new Promise((held) => {
    locks.request(name, () => new Promise(() => held())).catch(held);
  });
}

/** A worker that closes itself finishes what it runs, and no event tells the page. */
function tellOfClosing() {
  const close = scope.close.bind(scope);
  scope.close = () => {
    // After the answer of the task that runs.
    queueMicrotask(() => say({ unjank: 'closing' }));
    close();
  };
}

/**
 * What was thrown, in words: engines throw values that are no errors when memory is short.
 *
 * @param {unknown} thrown
 */
function describe(thrown) {
  try {
    return String(thrown);
  } catch {
    return 'something that has no words';
  }
}
