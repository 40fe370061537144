/**
 * What the pool throws and rejects with: one class, told apart by `code`, and its texts but those that only a part in
 * `later` has a use for.
 *
 * @import { ErrorCode, ErrorDetails, PieceWindow } from './types.js'
 */

/**
 * What is said, by code; where one code has several causes, each has a name behind a slash. `{name}` is a blank.
 * Each says what to do, if there is anything to be done.
 *
 * @satisfies {{ [code in Exclude<ErrorCode, 'uneven' | 'resident_full' | 'resident_lost' | 'released'>]: string } & { [text: `${ErrorCode}/${string}`]: string }}
 */
const TEXTS = /** @type {const} */ ({
  queue_full: 'the queue is full: wait for ready(), or allow a longer queue',
  closed: 'the pool is closed: create another',
  unknown_kernel: 'no kernel is called "{name}": {text}',
  bad_option: '{text}',
  bad_params: 'bad parameters: {text}',
  bad_plan: 'stride and chunkUnits must be at least 1',
  'bad_plan/ragged': '{length} bytes are no whole number of units of {stride} bytes: check the stride',
  'bad_plan/many': 'too many chunks: make them longer',
  'bad_plan/core': 'halos of {before} and {after} leave nothing of a piece of {units} units: check the window',
  'bad_plan/outside':
    '{units} units with {before} of them before unit {start} reach out of a whole of {total}: check the window',
  'bad_plan/input': 'kernel "{name}" works on an input: give it one with run() or mapChunks()',
  payload_too_large: 'the payload has 4 GiB or more: cut it into several jobs',
  'payload_too_large/task': '{bytes} bytes are too many for one worker: cut them into chunks',
  not_a_buffer: 'expected the payload to be an ArrayBuffer, a view of one or an ImageData, got {value}',
  'not_a_buffer/inputs': 'kernel "{name}" takes other inputs: give it by name, or in this order: {text}',
  detached: 'the buffer is detached: it was transferred before',
  shared_buffer: 'the buffer is shared and cannot be transferred: copy it first',
  resizable_buffer: 'the buffer is resizable: call transferToFixedLength() on it first',

  cancelled: 'the job was cancelled',
  deadline_exceeded: "the job's deadline passed",
  worker_lost: 'the job lost its worker: {text}',
  'worker_lost/again': 'the job lost {attempts} workers, the last one so: {text}',
  kernel: 'kernel error {code}: {text}',
  panicked: 'the kernel panicked at {location}: {text}',
  'panicked/trap': 'the kernel trapped: {text}',
  undeliverable: 'the job cannot be sent: {text}',
  broken_kernel: 'the kernel module broke its interface: {text}',
  consumed: 'the chunks are taken one by one or gathered already: take them once',

  core_unavailable:
    'core.wasm could not be loaded: {text}: check the content security policy, deploy it beside the script, or say where it is with `wasm`',
  part_unavailable: 'a part of the package could not be loaded: {text}: deploy all its files beside the script, or in it',
  script_unavailable:
    'no worker script could be loaded from {url} ({text}): check address, type, origin and content security policy, which may want a TrustedScriptURL as `worker`, or allow `fallback`',
  init_failed: 'a worker could not start: {text}',
  kernels_unavailable:
    'the kernel module could not be loaded: {text}: check where it is, and the content security policy',
  bad_kernels: 'the kernel module cannot be used: {text}',
  out_of_memory: 'there is not enough memory for the kernel module: {text}',
  version_mismatch: '{text}',
  start_timed_out:
    'no worker answered in time: the browser may be out of workers, or the worker script does not serve unjank',
  unsupported: 'there are no workers here: allow `workers: 0`',
});

/** @typedef {keyof typeof TEXTS} TextName */

/**
 * Texts by why the core refused: a `Refusal` of seam.d.ts.
 *
 * @type {TextName[]}
 */
const REFUSALS = [
  'closed', 'queue_full', 'closed', 'closed', 'bad_plan', 'bad_plan/ragged', 'bad_plan/many', 'payload_too_large',
  'bad_plan/core', 'bad_plan/outside', 'payload_too_large/task',
];

/**
 * Texts by a verdict of wire.d.ts.
 *
 * @type {TextName[]}
 */
const VERDICTS = ['broken_kernel', 'kernel', 'bad_params', 'panicked', 'undeliverable', 'broken_kernel'];

/**
 * The names of a text's blanks.
 *
 * @template {string} Text
 * @typedef {Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Blanks<Rest> : never} Blanks
 */

/** What a pool throws and rejects with. See types.d.ts. */
export class UnjankError extends Error {
  // Whoever prints, copies or stringifies an error does so without the payload.
  #payload;

  static {
    this.prototype.name = 'UnjankError';
  }

  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {ErrorDetails} [details]
   */
  constructor(code, message, { cause, payload, kernelCode, location, attempts } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.#payload = payload;
    if (kernelCode !== undefined) this.kernelCode = kernelCode;
    if (location !== undefined) this.location = location;
    if (attempts !== undefined) this.attempts = attempts;
  }

  get payload() {
    return this.#payload;
  }

  /** An error that was made far from the payload gives it back later. */
  set payload(payload) {
    this.#payload = payload;
  }

  toJSON() {
    const { name, code, message, kernelCode, location, attempts } = this;
    return { name, code, message, kernelCode, location, attempts };
  }
}

/**
 * An error with one of the texts.
 *
 * @template {TextName} Text
 * @param {Text} text
 * @param {[Blanks<typeof TEXTS[Text]>] extends [never]
 *   ? [facts?: {}, details?: ErrorDetails]
 *   : [facts: { [name in Blanks<typeof TEXTS[Text]>]: string | number }, details?: ErrorDetails]} more what goes into
 *   its blanks, and the error's details
 */
export function makeError(text, ...more) {
  const [facts, details] = /** @type {[{ [name: string]: unknown }?, ErrorDetails?]} */ (more);
  return written(text, facts, details);
}

/**
 * A part of the package that is loaded when it is wanted.
 *
 * @template T
 * @param {Promise<T>} part
 * @returns {Promise<T>}
 * @throws {UnjankError} `part_unavailable`
 */
export async function loaded(part) {
  try {
    return await part;
  } catch (error) {
    throw makeError('part_unavailable', { text: said(error) }, { cause: error });
  }
}

/**
 * @param {TextName} text
 * @param {{ [name: string]: unknown }} [facts]
 * @param {ErrorDetails} [details]
 */
function written(text, facts = {}, details = {}) {
  const [code = ''] = text.split('/');
  const message = TEXTS[text].replace(/\{(\w+)\}/g, (_, name) => String(facts[name]));
  const error = new UnjankError(/** @type {ErrorCode} */ (code), message, details);
  // V8 keeps ten lines: one of them should be the caller's.
  /** @type {{ captureStackTrace?: (error: Error, above: Function) => void }} */ (Error).captureStackTrace?.(error, written);
  return error;
}

/**
 * Why the core did not accept a job.
 *
 * @param {number} reason a `Refusal` of seam.d.ts, but for 0
 * @param {number} word the first word more about it
 * @param {object} [about] what was submitted
 * @param {number} [about.length] its bytes
 * @param {number} [about.stride]
 * @param {PieceWindow} [about.window]
 * @param {UnjankError} [about.cause] why the pool failed, if it did
 */
export function refused(reason, word, { length, stride, window, cause } = {}) {
  if (reason === 3 && cause) return poolFailed(cause);
  return written(REFUSALS[reason] ?? 'closed', { length, stride, ...window, units: word, bytes: word });
}

/**
 * The pool has no worker, and this is why.
 *
 * @param {UnjankError} cause
 */
export function poolFailed(cause) {
  return new UnjankError(cause.code, `the pool has no worker: ${cause.message}`, { cause });
}

/**
 * Why an accepted job has no result, unless a worker said so: see `answered`.
 *
 * @param {number} outcome one of a `settle` of seam.d.ts: 2 to 5
 * @param {object} [about]
 * @param {unknown} [about.cause] a signal's reason; what became of the last worker; why the pool failed
 * @param {number} [about.attempts] workers that it lost
 */
export function ended(outcome, { cause, attempts = 1 } = {}) {
  if (outcome === 2) return written('cancelled', {}, { cause });
  if (outcome === 3) return written('deadline_exceeded');
  const fate = /** @type {UnjankError} */ (cause);
  if (outcome === 5) return poolFailed(fate);
  // It did start.
  const text = fate.message.replace(TEXTS.init_failed.replace('{text}', ''), '');
  return written(attempts > 1 ? 'worker_lost/again' : 'worker_lost', { attempts, text }, { cause, attempts });
}

/**
 * What a worker answered instead of a result.
 *
 * @param {number} verdict one of wire.d.ts: 1 to 5
 * @param {number} code the kernel's own
 * @param {string} text
 * @param {string} location empty if there is none
 */
export function answered(verdict, code, text, location) {
  const name = VERDICTS[verdict] ?? 'broken_kernel';
  return written(name === 'panicked' && !location ? 'panicked/trap' : name, { code, text, location }, {
    kernelCode: name === 'kernel' ? code : undefined,
    location: location || undefined,
  });
}

/**
 * A value is not what it should be.
 *
 * @param {string} what an option, by its name
 * @param {string} wanted
 * @param {unknown} value
 */
export function expected(what, wanted, value) {
  return makeError('bad_option', { text: `expected \`${what}\` to be ${wanted}, got ${inspected(value)}` });
}

/**
 * A value in short: `'2' (string)`.
 *
 * @param {unknown} value
 */
export function inspected(value) {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'string') return `'${value.slice(0, 60)}' (string)`;
  const isObject = typeof value === 'object' || typeof value === 'function';
  return `${isObject ? tagOf(value) : String(value)} (${typeof value})`;
}

/**
 * What a value is, whatever realm it is from: `Object` for one without a class.
 *
 * @param {unknown} value
 */
export function tagOf(value) {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/**
 * What something thrown says: anything can be thrown.
 *
 * @param {unknown} thrown
 */
export function said(thrown) {
  if (typeof thrown === 'string') return thrown;
  const { name, message } = Object(thrown);
  if (typeof message !== 'string') return inspected(thrown);
  return name === 'Error' ? message : `${name}: ${message}`;
}
