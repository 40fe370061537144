import { DONE } from './abi.js';
import { failed, lost, roomless } from './failure.js';
import { Unreadable } from './frame.js';
import { Instance } from './instance.js';
import { pieceBytes } from './pieces.js';
import { describe } from './thrown.js';
import { FAILURE, UNREADABLE, WELL, outcome } from './verdict.js';

/**
 * @import { InputPort, Kernel } from './description.js'
 * @import { Engine } from './engine.js'
 * @import { Reply, Request } from './frame.js'
 * @import { Call, Input } from './instance.js'
 * @import { Stopwatch } from './stopwatch.js'
 * @import { Outcome } from './verdict.js'
 */

/** Outputs up to this many bytes ride in the frame: there a copy is as cheap as a transfer. */
const INLINE_BYTES = 4096;

/**
 * How many times as long as an output the buffer may be that it goes back in. A core and a halo as wide
 * on either side have three.
 */
const MOST_ROOM = 4;

/** Places where a worker keeps params from one message to the next. */
const PLACES = 4;

/** Runs the tasks of requests, one at a time, in an instance that it replaces when it was lost. */
export class Runner {
  #engine;
  #instance;
  #watch;
  /** @type {(Uint8Array | undefined)[]} */
  #given = [];
  /** @type {(Uint8Array | undefined)[]} */
  #kept = [];
  /** @type {Call} */
  #call = { kernel: 0, params: new Uint8Array(), window: [0, 0, 0, 0, 0, 0], inputs: [] };

  /**
   * @param {Engine} engine
   * @param {WebAssembly.Exports} exports what it started with
   * @param {Stopwatch} watch
   */
  constructor(engine, exports, watch) {
    this.#engine = engine;
    this.#instance = new Instance(exports, engine.host);
    this.#watch = watch;
  }

  get description() {
    return this.#instance.description;
  }

  /** Bytes of linear memory. */
  get size() {
    return this.#instance.size;
  }

  /**
   * Replaces the instance.
   *
   * @returns {boolean} false: there is none any more
   */
  renew() {
    try {
      const exports = this.#engine.renew();
      if (exports) this.#instance = new Instance(exports, this.#engine.host, this.#instance);
      return !!exports;
    } catch {
      return false;
    }
  }

  /**
   * Takes the params of a request.
   *
   * @param {Request} request
   */
  take(request) {
    this.#given = request.params().map(({ place, bytes }) => {
      if (place >= PLACES) return bytes;
      // A view would keep the whole message.
      return (this.#kept[place] = bytes?.slice());
    });
  }

  /**
   * Runs the task that the request looks at. Its outputs are in the reply, if it completed.
   *
   * @param {Request} request
   * @param {Reply} reply
   * @returns {Outcome} after `PANICKED` and `BROKEN` the instance is lost
   */
  run(request, reply) {
    try {
      const kernel = this.#read(request);
      const pieces = this.#pieces(kernel, request);
      if (pieces > 0) return this.#runPieces(request, reply, pieces);
      const ran = this.#step();
      return ran === WELL ? this.#copyOut(request, reply) : ran;
    } catch (thrown) {
      if (thrown instanceof Unreadable) return outcome(UNREADABLE, thrown.message);
      return lost(thrown, this.#instance);
    }
  }

  /**
   * Makes the task the call.
   *
   * @param {Request} request
   */
  #read(request) {
    const call = this.#call;
    const kernel = this.#instance.kernels[request.kernel];
    if (!kernel) throw new Unreadable(`there is no kernel ${request.kernel}`);
    call.kernel = request.kernel;
    call.params = this.#params(request.given);
    request.readWindow(call.window);
    call.inputs = [];
    for (let index = 0; index < request.inputs; index += 1) call.inputs.push(request.input(index));
    expectInputs(kernel, call);
    return kernel;
  }

  /** @param {number} given */
  #params(given) {
    const place = given & 0x7fffffff;
    const params = given === place ? this.#given[place] : this.#kept[place];
    if (!params) throw new Unreadable(`there are no params ${place}`);
    return params;
  }

  /**
   * How long the pieces are into which the call is cut; 0: it is not.
   *
   * @param {Kernel} kernel
   * @param {Request} request
   */
  #pieces({ grain, pure, outputs }, request) {
    if (!grain || !pure) return 0;
    const { inputs: [input, other], window: [stride = 0, , , before, , after] } = this.#call;
    if (!input || input.identity || other || outputs.length !== 1 || before || after || !request.own) return 0;
    const bytes = pieceBytes(stride, grain);
    return bytes < input.bytes.length ? bytes : 0;
  }

  /**
   * Computes piece after piece, each result taking the place of its input.
   *
   * @param {Request} request
   * @param {Reply} reply
   * @param {number} most bytes of a piece
   * @returns {Outcome}
   */
  #runPieces(request, reply, most) {
    const { inputs, window } = this.#call;
    const [{ bytes }] = /** @type {[Input]} */ (inputs);
    const [stride = 1, , start = 0] = window;
    for (let from = 0; from < bytes.length; from += most) {
      const piece = bytes.subarray(from, from + most);
      inputs[0] = { bytes: piece, identity: 0 };
      window[2] = start + from / stride;
      window[4] = piece.length / stride;
      const ran = this.#step();
      if (ran !== WELL) return ran;
      for (const output of this.#instance.outputs(this.#call)) piece.set(output);
      this.#watch.lap(2);
    }
    reply.addBuffer(/** @type {ArrayBuffer} */ (bytes.buffer), bytes.byteOffset, bytes.length);
    request.takeOwn();
    return WELL;
  }

  /**
   * Copies the call in and runs it.
   *
   * @returns {Outcome}
   */
  #step() {
    const loaded = this.#instance.load(this.#call);
    this.#watch.lap(0);
    if (!loaded) return roomless();
    const status = this.#instance.run();
    this.#watch.lap(1);
    return status === DONE ? WELL : failed(status, this.#instance.failure());
  }

  /**
   * @param {Request} request
   * @param {Reply} reply
   * @returns {Outcome}
   */
  #copyOut(request, reply) {
    const outputs = this.#instance.outputs(this.#call);
    try {
      for (const output of outputs) copyOut(output, request, reply);
    } catch (thrown) {
      return outcome(FAILURE, `no room for the output: ${describe(thrown)}`);
    }
    this.#watch.lap(2);
    return WELL;
  }
}

/**
 * @param {Uint8Array} output
 * @param {Request} request
 * @param {Reply} reply
 */
function copyOut(output, request, reply) {
  const { length } = output;
  if (length <= INLINE_BYTES) return reply.addBytes(output);
  const { own } = request;
  if (!own || length > own.byteLength || own.byteLength > length * MOST_ROOM) {
    return reply.addBuffer(output.slice().buffer, 0, length);
  }
  new Uint8Array(own).set(output);
  request.takeOwn();
  reply.addBuffer(own, 0, length);
}

/**
 * @param {Kernel} kernel
 * @param {Call} call
 */
function expectInputs({ inputs }, { inputs: given, window }) {
  const isMissing = (/** @type {InputPort} */ port, /** @type {number} */ index) =>
    index >= given.length && !port.optional;
  if (given.length > inputs.length || inputs.some(isMissing)) {
    throw new Unreadable(`${given.length} inputs, where the kernel takes ${inputs.length}`);
  }
  const length = given[0]?.bytes.length;
  const [stride = 0, , , before = 0, core = 0, after = 0] = window;
  const expected = (before + core + after) * stride;
  if (length !== undefined && inputs[0]?.windowed && length !== expected) {
    throw new Unreadable(`${length} bytes of input where the window has ${expected}`);
  }
}
