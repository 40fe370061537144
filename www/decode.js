/**
 * The decode worker: an image file in, rows of pixels out. It keeps the pixels, for as long as the pool's
 * workers may want them again: the page's main thread looks at none.
 */

import { answer } from './engine/answer.js';
import { DemoError } from './engine/errors.js';
import { enlarge, enlargedSize } from './pixels/enlarge.js';
import { Originals } from './pixels/originals.js';

/** @import { Bitmap } from './pixels/enlarge.js' */

const MOST_PIXELS = 100e6;

/** Rows drawn and read back at a time: some engines refuse a canvas of more than 16 megapixels. */
const ROWS_AT_A_TIME = 512;

/**
 * @param {number} width
 * @param {number} height
 */
function checkSize(width, height) {
  if (width * height <= MOST_PIXELS) return;
  const megapixels = Math.round((width * height) / 1e6);
  throw new DemoError('too_large', `this photo has ${megapixels} megapixels; the page takes up to 100`);
}

/**
 * Straight from the decoder, which keeps the colours under transparent pixels exact.
 * @param {Blob} blob
 * @returns {Promise<Bitmap | null>} null when this engine or this file needs the other way
 */
async function fromDecoder(blob) {
  if (!('ImageDecoder' in globalThis) || !(await ImageDecoder.isTypeSupported(blob.type))) return null;
  const decoder = new ImageDecoder({ data: blob.stream(), type: blob.type });
  try {
    const { image } = await decoder.decode();
    try {
      return await readFrame(image);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/**
 * @param {VideoFrame} frame
 * @returns {Promise<Bitmap | null>} null when the frame is turned, or its pixels come in no known order
 */
async function readFrame(frame) {
  const width = frame.displayWidth;
  const height = frame.displayHeight;
  checkSize(width, height);
  const isUpright = frame.rotation === 0 && frame.flip === false;
  /** @type {VideoFrameCopyToOptions} */
  const wanted = { format: 'RGBA', colorSpace: 'srgb' };
  if (!isUpright || frame.allocationSize(wanted) !== width * height * 4) return null;
  const pixels = new Uint8ClampedArray(width * height * 4);
  await frame.copyTo(pixels, wanted);
  return { width, height, pixels };
}

/**
 * Protection against fingerprinting may change what is read from a canvas. Better no photo than
 * another one.
 * @param {OffscreenCanvasRenderingContext2D} context
 */
function checkTruth(context) {
  const written = context.createImageData(16, 1);
  written.data.set(written.data.map((_, index) => (index % 4 === 3 ? 255 : index * 4)));
  context.putImageData(written, 0, 0);
  const read = context.getImageData(0, 0, 16, 1).data;
  if (read.every((byte, index) => byte === written.data[index])) return;
  const message = 'this browser changes the pixels that are read from a canvas, as protection against '
    + 'fingerprinting, and has no other way to read a photo';
  throw new DemoError('unsupported', message);
}

/**
 * Through a canvas, band by band: every engine can.
 * @param {Blob} blob
 * @returns {Promise<Bitmap>}
 */
async function fromCanvas(blob) {
  const bitmap = await createImageBitmap(blob);
  try {
    const { width, height } = bitmap;
    checkSize(width, height);
    const context = new OffscreenCanvas(width, Math.min(height, ROWS_AT_A_TIME)).getContext('2d', {
      willReadFrequently: true,
    });
    if (context === null) throw new DemoError('unsupported', 'this browser has no 2d context in workers');
    checkTruth(context);
    const pixels = new Uint8ClampedArray(width * height * 4);
    for (let y = 0; y < height; y += ROWS_AT_A_TIME) {
      const rows = Math.min(ROWS_AT_A_TIME, height - y);
      context.clearRect(0, 0, width, rows);
      context.drawImage(bitmap, 0, -y);
      pixels.set(context.getImageData(0, 0, width, rows).data, y * width * 4);
    }
    return { width, height, pixels };
  } finally {
    bitmap.close();
  }
}

/**
 * @param {Blob} blob
 * @returns {Promise<Bitmap>}
 */
async function decode(blob) {
  try {
    const straight = await fromDecoder(blob);
    if (straight !== null) return straight;
  } catch (error) {
    if (error instanceof DemoError) throw error;
  }
  try {
    return await fromCanvas(blob);
  } catch (error) {
    if (error instanceof DemoError) throw error;
    const message = 'this browser cannot read that file as an image; try a PNG, JPEG or WebP';
    throw new DemoError('not_an_image', message);
  }
}

const originals = new Originals();

answer({
  /** @param {{ blob: Blob, megapixels: number | null }} body */
  async decode({ blob, megapixels }) {
    const photo = await decode(blob);
    const size = enlargedSize(photo.width, photo.height, megapixels);
    checkSize(size.width, size.height);
    return { value: { ...size, id: originals.add(enlarge(photo, size)) } };
  },

  /** @param {{ id: number, first: number, count: number }} body */
  cut({ id, first, count }) {
    const { buffer } = originals.cut(id, first, count);
    return { value: buffer, transfer: [buffer] };
  },

  /** @param {{ id: number }} body */
  lend({ id }) {
    const { buffer } = originals.lend(id);
    return { value: buffer, transfer: [buffer] };
  },

  /** @param {{ id: number, buffer: ArrayBuffer }} body */
  takeBack({ id, buffer }) {
    originals.takeBack(id, buffer);
  },

  /** @param {{ id: number }} body */
  drop({ id }) {
    originals.drop(id);
  },
});
