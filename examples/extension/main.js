// @ts-check
// Filters a picture on two workers, and shows what came of it.
import { createPool } from 'unjank';

const SIDE = 256;
const RED = 0xff0000ff;

async function filter() {
  const pool = await createPool({
    kernels: new URL('./kernels.wasm', import.meta.url),
    workers: 2,
  });
  const picture = new Uint32Array(SIDE * SIDE).fill(RED);
  const rows = { stride: 4 * SIDE, chunkUnits: 16 };
  const { buffer } = await pool.mapChunks('grayscale', {}, picture, rows).gather();
  await pool.close();
  const colours = [...new Set(new Uint32Array(buffer))].map((colour) => colour.toString(16));
  return `${buffer.byteLength / 4} pixels are ${colours.join(' and ')}`;
}

const outcome = filter();
// The test awaits it.
Object.assign(globalThis, { outcome });
outcome.catch(String).then((text) => { document.body.append(text); });
