// @ts-check
// Results as their kernel and their caller want them: typed, by name, exact, in a place of the caller's; and what is made
// of numbers alone.
import { alive, bytes, check, equal, frameUntil, rejects, sameBytes, settled } from '../expect.js';

/** @import { Unjank } from '../expect.js' */

/** Small ones ride in frames, large ones are transferred. */
const LENGTHS = [64, 1 << 20];

/** @param {number} length in bytes */
const numbers = (length) => Float32Array.from({ length: length / 4 }, (_, index) => index / 4);

/**
 * @param {ArrayBufferView} found
 * @param {ArrayBufferView} expected
 * @param {string} what
 */
function same(found, expected, what) {
  equal(Object.prototype.toString.call(found), Object.prototype.toString.call(expected), `${what}: its type`);
  sameBytes(inBytes(found), inBytes(expected), what);
}

/** @param {ArrayBufferView} view */
const inBytes = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);

/** @param {Unjank} unjank */
export async function results_have_the_types_and_names_that_their_kernel_says({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const length of LENGTHS) {
    const whole = Int32Array.from(numbers(length), Math.trunc);
    const part = numbers(length).map((number) => number % 1);
    const halves = (/** @type {any} */ found, /** @type {string} */ what) => {
      same(found.whole, whole, `${what}: whole`);
      same(found.part, part, `${what}: part`);
    };
    halves(await pool.run('halves', {}, numbers(length)), 'run');
    for (const found of await pool.runAll('halves', {}, [numbers(length), numbers(length)])) halves(found, 'runAll');
    const cut = { stride: 4, chunkUnits: length / 16 };
    halves(await pool.mapChunks('halves', {}, numbers(length), cut).gather(), 'gather');
    for await (const { start, units, values } of pool.mapChunks('halves', {}, numbers(length), cut)) {
      same(/** @type {any} */ (values).part, part.subarray(start, start + units), `chunk ${start}`);
    }
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_result_has_its_buffer_for_itself_or_goes_where_its_caller_wants_it({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const length of LENGTHS) {
    const longer = bytes(length + 32);
    const window = { start: 1, total: length / 16 + 2, before: 1, after: 1 };
    const core = longer.slice(16, length + 16);
    const exact = await pool.run('echo', {}, longer.slice(), { stride: 16, window, exact: true });
    sameBytes(exact, core, 'exact');
    equal(exact.buffer.byteLength, length, 'bytes of its buffer');
    const place = new Uint8Array(length + 7);
    const put = await pool.run('echo', {}, longer.slice(), { stride: 16, window, into: place.subarray(7) });
    check(put.buffer === place.buffer && put.byteOffset === 7, 'it is where it was wanted');
    sameBytes(put, core, 'put');
    await rejects(pool.run('echo', {}, bytes(length), { into: new ArrayBuffer(3) }), 'undeliverable');
    const gathered = await pool.mapChunks('echo', {}, bytes(length), { stride: 16 }).gather({ into: place });
    check(gathered.buffer === place.buffer && gathered.length === length, 'it is gathered there');
    sameBytes(gathered, bytes(length), 'gathered');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function the_pixels_of_an_image_are_a_payload({ createPool }) {
  const pool = await createPool({ workers: 1 });
  for (const [width, height] of [[4, 4], [512, 512]]) {
    const image = new ImageData(/** @type {number} */ (width), /** @type {number} */ (height));
    image.data.set(bytes(image.data.length));
    sameBytes(await pool.run('echo', {}, image, { transfer: false }), inBytes(image.data), 'pixels');
  }
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_range_is_made_of_numbers_alone({ createPool }) {
  const pool = await createPool({ workers: 2 });
  for (const units of [16, 1 << 18]) {
    const expected = Float32Array.from({ length: units }, (_, number) => number);
    same(await pool.mapRange('ramp', {}, { units }).gather(), expected, 'gathered');
    for await (const { start, values } of pool.mapRange('ramp', {}, { units, chunkUnits: units / 8 })) {
      same(values, expected.subarray(start, start + units / 8), `chunk ${start}`);
    }
  }
  await rejects(() => pool.mapRange('echo', {}, { units: 4 }), 'bad_plan');
  settled(pool);
}

/** @param {Unjank} unjank */
export async function a_range_whose_results_nobody_takes_pauses({ createPool }) {
  const pool = await createPool({ workers: 2 });
  const units = 64 << 16;
  const chunks = pool.mapRange('ramp', {}, { units, chunkUnits: 1 << 16, highWaterMarkBytes: 4 << 20 });
  await frameUntil(() => chunks.done >= 4 && pool.stats().inFlight === 0);
  await alive(pool);
  equal(chunks.done, 4, 'results that wait, since nobody knows how long they are, of 1 MiB each');
  let taken = 0;
  for await (const { start, values } of chunks) {
    equal(values[0], start, 'the first number');
    taken += 1;
  }
  equal(taken, 64, 'results taken');
  settled(pool);
}
