import { Broken } from './broken.js';

/**
 * @import { Memory } from './memory.js'
 *
 * @typedef {object} Hooks what a host does for its kernels; by default nothing
 * @property {(output: number, firstUnit: number, bytes: Uint8Array) => boolean} [emit]
 * a part of an output, a view that is good until it returns; true: stop
 * @property {(done: number, of: number) => void} [progress]
 * @property {() => boolean} [cancelled]
 * @property {(level: number, text: string) => void} [log] 0 error, 1 warning, 2 info, 3 debug
 */

/** Of a line that does not end: a module may print without a break. */
const LONGEST_LINE = 4096;

/** WASI's number for "bad file descriptor". */
const BAD_FILE = 8;

/** What modules may import. A host serves one instance after the other. */
export class Host {
  /** @type {Memory | undefined} Of the instance that runs. */
  memory;
  #hooks;
  #low = 0;
  #high = 0;
  /** @type {(() => number) | undefined} */
  #random;
  /** What was printed to the two streams since their last line ended. */
  #printed = ['', ''];

  /** @param {Hooks} [hooks] */
  constructor(hooks = {}) {
    this.#hooks = hooks;
  }

  /**
   * A call begins.
   *
   * @param {number} low of its seed
   * @param {number} high
   */
  begin(low, high) {
    this.#low = low;
    this.#high = high;
    this.#random = undefined;
  }

  /**
   * What a module asks for, and nothing else.
   *
   * @param {WebAssembly.Module} module
   */
  imports(module) {
    /** @type {{ [module: string]: { [name: string]: Function } }} */
    const all = { unjank: this.#unjank(), wasi_snapshot_preview1: this.#wasi() };
    /** @type {WebAssembly.ModuleImports & { [module: string]: any }} */
    const given = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      const known = Object.hasOwn(all, from) ? all[from] : undefined;
      if (!known || !Object.hasOwn(known, name)) throw new Broken(`no host has its import ${from}.${name}`);
      (given[from] ??= {})[name] = known[name];
    }
    return given;
  }

  /** @returns {{ [name: string]: (...values: number[]) => number | void }} */
  #unjank() {
    const { emit, progress, cancelled } = this.#hooks;
    return {
      emit: (output, first, address, length) =>
        Number(emit?.(output >>> 0, first >>> 0, this.#view(address, length)) ?? 0),
      progress: (done, of) => progress?.(done, of),
      cancelled: () => Number(cancelled?.() ?? 0),
      now: () => performance.now(),
      random: (address, length) => this.#fill(address, length),
      log: (level, address, length) => this.#log(level, decode(this.#view(address, length))),
    };
  }

  /** @returns {{ [name: string]: (...values: any[]) => number }} */
  #wasi() {
    const none = (/** @type {number} */ count, /** @type {number} */ bytes) => this.#put(count, 0, bytes, 0);
    const bad = () => BAD_FILE;
    return {
      clock_time_get: (clock, _precision, at) => this.#tell(at, clock === 0 ? Date.now() : performance.now()),
      clock_res_get: (_clock, at) => this.#tell(at, 1),
      random_get: (address, length) => this.#fill(address, length),
      fd_write: (file, parts, count, written) => this.#write(file, parts >>> 0, count >>> 0, written),
      fd_read: bad,
      fd_close: bad,
      fd_seek: bad,
      fd_fdstat_get: bad,
      environ_get: () => 0,
      environ_sizes_get: none,
      args_get: () => 0,
      args_sizes_get: none,
      sched_yield: () => 0,
      proc_exit: (code) => {
        throw new WebAssembly.RuntimeError(`proc_exit(${code})`);
      },
    };
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  #view(address, length) {
    const { memory } = this;
    if (!memory) throw new Broken('it calls its host before it exports its memory');
    memory.look();
    return memory.view(address >>> 0, length >>> 0, 'what it gives to an import');
  }

  /** @param {number[]} pairs of addresses and words to put there */
  #put(...pairs) {
    for (let index = 0; index < pairs.length; index += 2) {
      const [at = 0, word = 0] = pairs.slice(index);
      const { buffer, byteOffset } = this.#view(at, 4);
      new DataView(buffer).setUint32(byteOffset, word, true);
    }
    return 0;
  }

  /**
   * @param {number} at where the nanoseconds go
   * @param {number} ms
   */
  #tell(at, ms) {
    const ns = BigInt(Math.round(ms * 1000)) * 1000n;
    const { buffer, byteOffset } = this.#view(at, 8);
    new DataView(buffer).setBigUint64(byteOffset, ns, true);
    return 0;
  }

  /**
   * @param {number} address
   * @param {number} length
   */
  #fill(address, length) {
    this.#random ??= generator(this.#low, this.#high);
    const bytes = this.#view(address, length);
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = this.#random();
    return 0;
  }

  /**
   * @param {number} file
   * @param {number} parts where they are: addresses and lengths
   * @param {number} count
   * @param {number} written where their length goes
   */
  #write(file, parts, count, written) {
    if (file !== 1 && file !== 2) return BAD_FILE;
    // Not around the end of what 32 bits address.
    const { buffer, byteOffset } = this.#view(parts, Math.min(8 * count, 2 ** 32 - 1));
    const table = new DataView(buffer, byteOffset);
    let text = '';
    let bytes = 0;
    for (let part = 0; part < count; part += 1) {
      const view = this.#view(table.getUint32(8 * part, true), table.getUint32(8 * part + 4, true));
      text += decode(view);
      bytes += view.length;
    }
    this.#print(file - 1, text);
    return this.#put(written, bytes);
  }

  /**
   * @param {number} stream
   * @param {string} text
   */
  #print(stream, text) {
    const lines = (this.#printed[stream] + text).split('\n');
    const rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) lines.push(rest);
    this.#printed[stream] = rest.length > LONGEST_LINE ? '' : rest;
    for (const line of lines) this.#log(stream === 0 ? 2 : 0, line);
  }

  /**
   * @param {number} level
   * @param {string} text
   */
  #log(level, text) {
    this.#hooks.log?.(level >>> 0, text);
  }
}

/** @param {Uint8Array} bytes */
function decode(bytes) {
  return new TextDecoder().decode(bytes);
}

/**
 * Random bytes, the same for the same seed: sfc32.
 *
 * @param {number} a
 * @param {number} b
 */
function generator(a, b) {
  let [c, counter] = [0, 1];
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter += 1;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum | 0;
    return sum >>> 24;
  };
  // Until a small seed has reached every bit.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
