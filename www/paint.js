/**
 * The paint worker: it shows a section of both pictures, and does whatever needs all bytes of the filtered
 * one (digest, PNG). The page only passes rows on.
 */

import { answer, remark } from './engine/answer.js';
import { DemoError } from './engine/errors.js';
import { Result } from './pixels/result.js';
import { OwnCanvas, PageCanvas } from './pixels/surface.js';

/** @import { Bitmap } from './pixels/enlarge.js' */
/** @import { Surface } from './pixels/surface.js' */

/** @type {{ before: Surface, after: Surface } | null} */
let surfaces = null;
/** @type {Bitmap | null} what is shown of the photo itself */
let original = null;
/** @type {{ width: number, height: number }} of the photo */
let size = { width: 0, height: 0 };
/** @type {Result | null} none before it is wanted */
let result = null;

function shown() {
  if (surfaces === null) {
    throw new DemoError('no_canvas', 'the canvases were not handed over; reload the page');
  }
  return surfaces;
}

function finished() {
  if (result === null || !result.isComplete) {
    throw new DemoError('no_result', 'no filtered picture is complete yet; run a filter first');
  }
  return result;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes whole rows of a section
 * @returns {Bitmap}
 */
function rowsOf({ buffer, byteOffset, byteLength }) {
  const { width } = section();
  return { width, height: byteLength / (width * 4), pixels: new Uint8ClampedArray(buffer, byteOffset, byteLength) };
}

function section() {
  if (original === null) throw new DemoError('no_photo', 'choose a photo first');
  return original;
}

/** @param {ArrayBuffer} bytes */
async function sha256(bytes) {
  if (crypto.subtle === undefined) {
    throw new DemoError('unsupported', 'digests need https or localhost');
  }
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {Result} picture */
async function png(picture) {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  if (context === null) throw new DemoError('unsupported', 'this browser cannot make a canvas of that size');
  context.putImageData(new ImageData(picture.bytes, picture.width, picture.height), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}

answer({
  /** @param {{ before?: OffscreenCanvas, after?: OffscreenCanvas }} canvases */
  adopt({ before, after }) {
    surfaces = {
      before: before ? new OwnCanvas(before) : new PageCanvas('before', remark),
      after: after ? new OwnCanvas(after) : new PageCanvas('after', remark),
    };
  },

  /** @param {{ width: number, height: number }} body */
  photo({ width, height }) {
    size = { width, height };
    result = null;
  },

  /** @param {{ width: number, height: number }} body */
  section({ width, height }) {
    if (original?.width === width && original.height === height) return;
    original = { width, height, pixels: new Uint8ClampedArray(width * height * 4) };
    for (const surface of Object.values(shown())) surface.resize(original);
  },

  /** @param {{ y: number, bytes: Uint8Array<ArrayBuffer>, where: 'before' | 'both' }} rows of the photo itself */
  original({ y, bytes, where }) {
    const { width, pixels } = section();
    pixels.set(bytes, y * width * 4);
    const { before, after } = shown();
    before.put(rowsOf(bytes), y);
    if (where === 'both') after.put(rowsOf(bytes), y);
  },

  begin() {
    result?.clear();
  },

  /** @param {{ y: number, bytes: Uint8Array<ArrayBuffer> }} rows of the result */
  tile({ y, bytes }) {
    shown().after.put(rowsOf(bytes), y);
  },

  /** Answers when all that was said before has been done. */
  settle() {
    return {};
  },

  reset() {
    shown().after.put(section(), 0);
  },

  /** @param {{ start: number, bytes: Uint8Array<ArrayBuffer> }} rows of the result at full size */
  rows({ start, bytes }) {
    result ??= new Result(size);
    result.put(start, bytes);
  },

  async digest() {
    return { value: await sha256(finished().bytes.buffer) };
  },

  async png() {
    return { value: await png(finished()) };
  },
});
