import { IN_FRAME, MAGIC } from './frame.js';

/**
 * @import { Call, Expected } from './instance.js'
 * @import { Request } from './wire.js'
 *
 * @typedef {Uint8Array<ArrayBuffer>} Bytes
 * @typedef {{ bytes: Bytes, identity: number }} Input
 * @typedef {Call & { inputs: [Input, ...Input[]], outputs: Expected[], piece: number }} Task
 * `piece`: so long are the parts into which input 0 may be cut, in bytes; 0: it may not
 */

/** Places where a worker keeps params from one message to the next. */
const PLACES = 4;

/** Added to such a place, where the index of params in the same request could stand. */
const KEPT = 2 ** 31;

/**
 * Reads a request.
 *
 * @param {Request} request
 * @param {Bytes[]} kept params, by their place
 * @returns {{ tasks: number, word: (task: number, place: number) => number, open: (task: number) => Task }}
 * how many tasks there are; a word of one, by its place; and all that it names
 * @throws {Error} for what is no request; `open`: for a task that names what is not there
 */
export function read([frame, buffers], kept) {
  const words = new Uint32Array(frame.buffer, 0, frame.length >> 2);
  const at = (/** @type {number} */ place) => /** @type {number} */ (words[place]);
  const tasks = at(3);
  const ports = at(4);
  const tasksAt = 8 + 4 * at(2);
  const portsAt = tasksAt + 16 * tasks;
  const bytesAt = 4 * (portsAt + 4 * ports);
  expectThere(at(0) === MAGIC && at(1) === 2 && bytesAt <= frame.length);

  /** @type {(where: number, offset: number, length: number) => Bytes} */
  const part = (where, offset, length) => {
    const bytes = where === IN_FRAME
      ? frame.subarray(bytesAt + offset, bytesAt + offset + length)
      : new Uint8Array(/** @type {ArrayBuffer} */ (buffers[where]), offset, length);
    expectThere(bytes.length === length);
    return bytes;
  };

  /** @type {Bytes[]} */
  const given = [];
  for (let row = 8; row < tasksAt; row += 4) {
    const bytes = part(IN_FRAME, at(row + 1), at(row + 2));
    // A view would keep the whole message.
    given.push(at(row) < PLACES ? (kept[at(row)] = bytes.slice()) : bytes);
  }

  /** @type {(task: number, place: number) => number} */
  const word = (task, place) => at(tasksAt + 16 * task + place);

  /** @type {(task: number) => Task} */
  const open = (task) => {
    const named = word(task, 4);
    const params = given[named] ?? kept[named - KEPT];
    let port = word(task, 11);
    const outputsAt = port + word(task, 12);
    const end = outputsAt + word(task, 13);
    expectThere(params && port < outputsAt && end <= ports);
    const inputs = [];
    const outputs = [];
    for (; port < end; port += 1) {
      const row = portsAt + 4 * port;
      if (port < outputsAt) inputs.push({ bytes: part(at(row), at(row + 1), at(row + 2)), identity: at(row + 3) });
      else outputs.push({ length: at(row), slot: at(row + 1) });
    }
    return {
      kernel: word(task, 3),
      params,
      window: [word(task, 5), word(task, 6), word(task, 7), word(task, 8), word(task, 9), word(task, 10)],
      inputs: /** @type {[Input, ...Input[]]} */ (inputs),
      outputs,
      piece: word(task, 14),
    };
  };

  return { tasks, word, open };
}

/** @param {unknown} holds @returns {asserts holds} */
function expectThere(holds) {
  if (!holds) throw new Error('the request cannot be read');
}
