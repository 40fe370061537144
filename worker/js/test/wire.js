/** The page's side of `wire.d.ts`: writes requests, reads replies. */

export const IN_FRAME = 0xffffffff;
export const ALONE = 0xffffffff;
export const ANY_LENGTH = 0xffffffff;

const HEADER = 8;

/**
 * @typedef {object} TestInput
 * @property {number} [buffer] index of a buffer; without, in the frame
 * @property {number} [offset]
 * @property {Uint8Array} [bytes] for the frame
 * @property {number} [length]
 * @property {number} [identity]
 *
 * @typedef {object} TestTask
 * @property {number} job
 * @property {number} [index]
 * @property {number} [kernel]
 * @property {number} [params] as in the frame
 * @property {number[]} [window] stride, total, start, before, core, after; by default the whole of input 0
 * @property {TestInput[]} inputs
 * @property {{ length?: number, slot: number }[]} [outputs] by default one, of any length, in place
 * @property {number} [piece]
 *
 * @typedef {object} Answer
 * @property {number} job
 * @property {number} index
 * @property {number} verdict
 * @property {number} code
 * @property {number[]} times
 * @property {string} text
 * @property {string} place
 * @property {Uint8Array[]} outputs
 *
 * @typedef {ReturnType<typeof read>} Reply
 */

/**
 * @param {TestTask[]} tasks
 * @param {{ params?: { place?: number, bytes: Uint8Array }[], buffers?: ArrayBuffer[] }} [more]
 * @returns {[Uint8Array, ArrayBuffer[]]}
 */
export function request(tasks, { params = [{ bytes: Uint8Array.of(0xf6) }], buffers = [] } = {}) {
  /** @type {number[]} */
  const bytes = [];
  const put = (/** @type {Uint8Array} */ part) => {
    const offset = bytes.length;
    for (const byte of part) bytes.push(byte);
    return [offset, part.length];
  };
  const ports = tasks.flatMap(({ inputs, outputs = [{ slot: 1 }] }) => [...inputs, ...outputs]);
  const words = [0x0004_6a75, 2, params.length, tasks.length, ports.length, 0, 0, 0];
  for (const { place = ALONE, bytes } of params) words.push(place, ...put(bytes), 0);
  let first = 0;
  for (const { job, index = 0, kernel = 0, params = 0, window, inputs, outputs = [{}], piece = 0 } of tasks) {
    const length = inputs[0]?.bytes?.length ?? inputs[0]?.length ?? 0;
    const whole = window ?? [1, length, 0, 0, length, 0];
    words.push(job % 2 ** 32, Math.floor(job / 2 ** 32), index, kernel, params, ...whole);
    words.push(first, inputs.length, outputs.length, piece, 0);
    first += inputs.length + outputs.length;
  }
  for (const port of ports) {
    if ('slot' in port) words.push(port.length ?? ANY_LENGTH, port.slot ?? 0, 0, 0);
    else if (port.bytes) words.push(IN_FRAME, ...put(port.bytes), port.identity ?? 0);
    else words.push(port.buffer ?? 0, port.offset ?? 0, port.length ?? 0, port.identity ?? 0);
  }
  const frame = new Uint8Array(4 * words.length + bytes.length);
  frame.set(new Uint8Array(Uint32Array.from(words).buffer));
  frame.set(bytes, 4 * words.length);
  return [frame, buffers];
}

/**
 * @param {[Uint8Array, ArrayBuffer[]]} reply
 */
export function read([frame, buffers]) {
  const words = new Uint32Array(frame.slice(0, frame.length - (frame.length % 4)).buffer);
  const word = (/** @type {number} */ at) => /** @type {number} */ (words[at]);
  const [answers, outputs] = [word(2), word(3)];
  const outputsAt = HEADER + 16 * answers;
  const bytesAt = 4 * (outputsAt + 4 * outputs);
  const part = (/** @type {number} */ at) =>
    frame.subarray(bytesAt + word(at), bytesAt + word(at) + word(at + 1));
  const text = (/** @type {number} */ at) => new TextDecoder().decode(part(at));
  const output = (/** @type {number} */ at) => word(at) === IN_FRAME
    ? part(at + 1)
    : new Uint8Array(/** @type {ArrayBuffer} */ (buffers[word(at)]), word(at + 1), word(at + 2));
  const used = Array.from({ length: outputs }, (_, index) => word(outputsAt + 4 * index))
    .filter((buffer) => buffer !== IN_FRAME);
  return {
    magic: word(0),
    kind: word(1),
    memory: word(4) + word(5) * 2 ** 32,
    began: word(6) + word(7) * 2 ** 32,
    spares: buffers.filter((_, index) => !used.includes(index)),
    answers: Array.from({ length: answers }, (_, index) => {
      const at = HEADER + 16 * index;
      return {
        job: word(at) + word(at + 1) * 2 ** 32,
        index: word(at + 2),
        verdict: word(at + 3),
        code: word(at + 4),
        times: [word(at + 5), word(at + 6), word(at + 7)],
        text: text(at + 8),
        place: text(at + 10),
        outputs: Array.from({ length: word(at + 13) }, (_, output_) => output(outputsAt + 4 * (word(at + 12) + output_))),
      };
    }),
  };
}
