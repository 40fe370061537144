// A picture from a file to a canvas, by the page and by a worker of its own.
import { createPool } from 'unjank';
import { expectEqual, inverted, noise } from './lib/expect.ts';

const [across, down] = [600, 500];
const opaque = noise().slice(0, across * down * 4).map((byte, index) => (index % 4 === 3 ? 255 : byte));
const pool = await createPool({ kernels: new URL('./first.wasm', import.meta.url) });
const file = await fileOf(opaque);
const shown = (context) => context.getImageData(0, 0, across, down).data;

async function fileOf(pixels) {
  const source = new OffscreenCanvas(across, down);
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), across, down);
  source.getContext('2d').putImageData(image, 0, 0);
  return source.convertToBlob({ type: 'image/png' });
}

const small = await byThePage();
await byAWorker(small);
await pool.close();

async function byThePage() {
  // from docs/src/pictures.md: const image = await createImageBitmap(file);

  expectEqual(picture.data, opaque);

  // from docs/src/pictures.md: const { width, height } = picture;

  expectEqual(shown(context), inverted(opaque));
  return { canvas, context };
}

async function byAWorker({ canvas, context }) {
  // from docs/src/pictures.md: const decoder = new Worker(

  expectEqual(shown(context), inverted(opaque));
}
