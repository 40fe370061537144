import { expect } from './broken.js';

/**
 * @typedef {(level: number, text: string) => void} Log 0 error, 1 warning, 2 info, 3 debug
 * @typedef {ReturnType<typeof hostOf>} Host
 */

/** Characters of a line that does not end. */
const LONGEST_LINE = 4096;

/** WASI's number for "bad file descriptor". */
const BAD_FILE = 8;

/**
 * What modules may import; the page refuses what is not here by its name. A host serves one instance after
 * the other.
 *
 * @param {Log} log
 */
export function hostOf(log) {
  /** @type {WebAssembly.Memory | undefined} Of the instance that runs. */
  let memory;
  let state = 0;
  /** What was printed to streams 1 and 2 since their last line ended. */
  const printed = /** @type {string[]} */ ([]);

  // What lies outside memory makes these throw.
  const buffer = () => {
    expect(memory, 'it calls its host before its memory is there');
    return /** @type {WebAssembly.Memory} */ (memory).buffer;
  };
  /** @type {(address: number, length: number) => Uint8Array} */
  const view = (address, length) => new Uint8Array(buffer(), address >>> 0, length >>> 0);
  /** @type {(address: number, length: number) => string} */
  const text = (address, length) => new TextDecoder().decode(view(address, length));
  /** @type {(address: number) => DataView} */
  const data = (address) => new DataView(buffer(), address >>> 0);

  /** @type {(address: number, word: number) => number} */
  const put = (address, word) => {
    data(address).setUint32(0, word, true);
    return 0;
  };

  /** @type {(address: number, nanoseconds: number) => number} */
  const tell = (address, nanoseconds) => put(address + 4, nanoseconds / 2 ** 32) + put(address, nanoseconds);

  /**
   * Random bytes, the same for the same seed: splitmix32.
   *
   * @type {(address: number, length: number) => number}
   */
  const random = (address, length) => {
    view(address, length).forEach((_, index, bytes) => {
      state = (state + 0x9e3779b9) | 0;
      const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      bytes[index] = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 24;
    });
    return 0;
  };

  /** @type {(file: number, parts: number, count: number, written: number) => number} */
  const write = (file, parts, count, written) => {
    if (file !== 1 && file !== 2) return BAD_FILE;
    let all = printed[file] ?? '';
    let bytes = 0;
    for (let part = 0; part < count >>> 0; part += 1) {
      const entry = data(parts + 8 * part);
      const length = entry.getUint32(4, true);
      all += text(entry.getUint32(0, true), length);
      bytes += length;
    }
    const lines = all.split('\n');
    const isLong = /** @type {string} */ (lines.at(-1)).length > LONGEST_LINE;
    printed[file] = (!isLong && lines.pop()) || '';
    for (const line of lines) log(file === 1 ? 2 : 0, line);
    return put(written, bytes);
  };

  const none = (/** @type {number} */ count, /** @type {number} */ bytes) => put(count, 0) + put(bytes, 0);
  const well = () => 0;
  const bad = () => BAD_FILE;

  return {
    /**
     * A call begins, or an instance.
     *
     * @param {number} seed
     * @param {WebAssembly.Memory} [of] the instance that runs
     */
    begin(seed, of) {
      state = seed;
      memory = of;
    },
    imports: {
      unjank: {
        emit: well,
        progress: well,
        cancelled: well,
        now: () => performance.now(),
        random,
        /** @type {(level: number, address: number, length: number) => void} */
        log: (level, address, length) => log(level, text(address, length)),
      },
      wasi_snapshot_preview1: {
        /** @type {(clock: number, precision: bigint, at: number) => number} */
        clock_time_get: (clock, _, at) => tell(at, (clock ? performance : Date).now() * 1e6),
        /** @type {(clock: number, at: number) => number} */
        clock_res_get: (_, at) => tell(at, 1000),
        random_get: random,
        fd_write: write,
        fd_read: bad,
        fd_close: bad,
        fd_seek: bad,
        fd_fdstat_get: bad,
        environ_get: well,
        environ_sizes_get: none,
        args_get: well,
        args_sizes_get: none,
        sched_yield: well,
        /** @type {(code: number) => never} */
        proc_exit: (code) => {
          throw new Error(`proc_exit(${code})`);
        },
      },
    },
  };
}
