import { IN_FRAME, MAGIC } from './frame.js';

/**
 * @import { Call, Expected } from './instance.js'
 * @import { Words } from './memory.js'
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
 * @returns {{ tasks: Words[], open: (task: Words) => Task }} tasks are not looked into before they are opened
 * @throws {Error} for what is no request; `open`: for a task that names what is not there
 */
export function read([frame, buffers], kept) {
  const words = /** @type {Words} */ (/** @type {unknown} */ (new Uint32Array(frame.buffer, 0, frame.length >> 2)));
  const [magic, kind, paramsCount, tasksCount, portsCount] = words;
  const tasksAt = 8 + 4 * paramsCount;
  const portsAt = tasksAt + 16 * tasksCount;
  const bytesAt = 4 * (portsAt + 4 * portsCount);
  expectThere(magic === MAGIC && kind === 2 && bytesAt <= frame.length);

  /** @type {(at: number, count: number, length: number) => Words[]} */
  const rows = (at, count, length) => Array.from({ length: count }, (_, index) =>
    words.subarray(at + index * length, at + (index + 1) * length));

  /** @type {(where: number, offset: number, length: number) => Bytes} */
  const part = (where, offset, length) => {
    const bytes = where === IN_FRAME
      ? frame.subarray(bytesAt + offset, bytesAt + offset + length)
      : new Uint8Array(/** @type {ArrayBuffer} */ (buffers[where]), offset, length);
    expectThere(bytes.length === length);
    return bytes;
  };

  const given = rows(8, paramsCount, 4).map(([place, offset, length]) => {
    const bytes = part(IN_FRAME, offset, length);
    // A view would keep the whole message.
    return place < PLACES ? (kept[place] = bytes.slice()) : bytes;
  });

  /** @type {(task: Words) => Task} */
  const open = (task) => {
    const [, , , kernel, named, , , , , , , first, inputs, outputs, piece] = task;
    const params = given[named] ?? kept[named - KEPT];
    expectThere(params && inputs && first + inputs + outputs <= portsCount);
    const ports = rows(portsAt + 4 * first, inputs + outputs, 4);
    return {
      kernel,
      params,
      window: task.subarray(5, 11),
      inputs: /** @type {[Input, ...Input[]]} */ (ports.slice(0, inputs).map(([where, offset, length, identity]) =>
        ({ bytes: part(where, offset, length), identity }))),
      outputs: ports.slice(inputs).map(([length, slot]) => ({ length, slot })),
      piece,
    };
  };

  return { tasks: rows(tasksAt, tasksCount, 16), open };
}

/** @param {unknown} holds @returns {asserts holds} */
function expectThere(holds) {
  if (!holds) throw new Error('the request names what is not there');
}
