/**
 * The paint worker: it holds the filtered picture at full size, shows previews of both pictures, and
 * does whatever needs all of the bytes (digest, PNG). The page only passes tiles on.
 */

import { answer, remark } from './engine/answer.js';
import { DemoError } from './engine/errors.js';
import { Result } from './pixels/result.js';
import { OwnCanvas, PageCanvas } from './pixels/surface.js';

/** @import { Bitmap } from './pixels/enlarge.js' */
/** @import { Surface } from './pixels/surface.js' */

/** @type {{ before: Surface, after: Surface } | null} */
let surfaces = null;
/** @type {Bitmap | null} */
let original = null;
/** @type {Result | null} */
let result = null;
/** @type {MessagePort | null} where buffers go that were taken in */
let recycling = null;

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

  /** @param {{ width: number, height: number, preview: Bitmap }} body */
  photo({ width, height, preview }) {
    original = preview;
    for (const surface of Object.values(shown())) {
      surface.resize(preview);
      surface.put(preview, 0);
    }
    if (result?.fits({ width, height })) result.clear();
    else result = new Result({ width, height });
  },

  /** The tiles of a run will follow: shows the original again. */
  begin() {
    if (original !== null) shown().after.put(original, 0);
    result?.clear();
  },

  /** @param {{ port: MessagePort }} body */
  recycle({ port }) {
    recycling = port;
  },

  /** @param {{ start: number, bytes: Uint8Array<ArrayBuffer> }} tile */
  tile({ start, bytes }) {
    const band = result?.put(start, bytes);
    recycling?.postMessage(bytes.buffer, [bytes.buffer]);
    if (band) shown().after.put(band.image, band.y);
  },

  /** @param {{ digest: boolean }} body */
  async finish({ digest }) {
    const picture = finished();
    return { value: digest ? await sha256(picture.bytes.buffer) : null };
  },

  async png() {
    return { value: await png(finished()) };
  },
});
