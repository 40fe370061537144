// What is made of numbers alone.
import { createPool } from 'unjank';
import { expectEqual } from './lib/expect.ts';

const pool = await createPool({ kernels: new URL('./kernels.wasm', import.meta.url) });
const { width, height, zoom } = { width: 300, height: 200, zoom: 100 };

// from docs/src/calls.md: const fractal = await pool.mapRange('mandelbrot'

function escape(x: number, y: number): number {
  let [a, b] = [0, 0];
  for (let step = 0; step < 255; step += 1) {
    if (a * a + b * b > 4) return step;
    [a, b] = [a * a - b * b + x, 2 * a * b + y];
  }
  return 255;
}

expectEqual(fractal, Uint8Array.from({ length: width * height }, (_, index) =>
  escape((index % width) / zoom - 1, Math.floor(index / width) / zoom - 1)));
await pool.close();
