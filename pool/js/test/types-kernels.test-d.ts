// Uses of kernels whose types are known, as a package of kernels declares them.
import {
  createPool, type AnyPool, type AnyResident, type Chunk, type Chunks, type KernelModule, type KernelPool,
  type KernelResident, type Payload, type Pool, type PoolOptions,
} from 'unjank';

type Bytes = Uint8Array<ArrayBuffer>;

interface Kernels {
  /** Turns a picture into its negative. */
  invert: { params: undefined; given: Payload; result: Bytes };
  blur: { params: { sigma: number }; given: Payload; result: Bytes };
  norm: { params: number; given: Payload; result: Float32Array<ArrayBuffer> };
  grade: {
    params: undefined;
    given: { photo: Payload; curve?: Payload } | readonly [Payload, Payload?];
    result: Float32Array<ArrayBuffer>;
  };
  split: { params: undefined; given: Payload; result: { even: Bytes; odd: Uint16Array<ArrayBuffer> } };
  mandelbrot: { params: { width: number }; given: null; result: Bytes };
}

declare const kernels: KernelModule<Kernels>;
declare const bytes: Bytes;
declare const module: WebAssembly.Module;
declare const unknown: any;
declare function is<T>(value: T): void;

export async function rightPools() {
  is<KernelPool<Kernels>>(await createPool({ kernels }));
  is<KernelPool<Kernels>>(await createPool({ kernels, workers: 2, inline: 'auto' }));
  is<KernelPool<Kernels>>(await createPool<Kernels>({ kernels: module }));
  is<KernelPool<Kernels>>(await createPool<Kernels>({ glue: './app_bg.wasm', worker: './worker.js' }));
  const options: PoolOptions<Kernels> = { kernels, spares: 1 };
  is<KernelPool<Kernels>>(await createPool({ ...options, workers: 3 }));
  is<AnyPool>(await createPool({ kernels }));

  // Others are as they were.
  is<Pool>(await createPool({ kernels: new URL('./kernels.wasm', 'https://a.b') }));
  is<Pool>(await createPool({ kernels: fetch(kernels) }));
  is<Pool>(await createPool({ kernels: await fetch(kernels) }));
  is<Pool>(await createPool({ kernels: kernels.href }));
  is<Pool>(await createPool({ kernels: module }));
  is<Pool>(await createPool({ kernels: bytes }));
  is<(made: Awaited<ReturnType<typeof createPool>>) => Pool>((made) => made);
  const pool = await createPool({ kernels: unknown });
  is<Float32Array<ArrayBuffer>>(await pool.run<Float32Array<ArrayBuffer>>('any', {}, bytes));
}

export async function rightUses() {
  const pool = await createPool({ kernels });
  is<Bytes>(await pool.run('invert', undefined, new ImageData(1, 1)));
  is<Bytes>(await pool.run('blur', { sigma: 1 }, bytes, { spread: true }));
  is<Float32Array<ArrayBuffer>>(await pool.run('grade', undefined, { photo: bytes }));
  is<Float32Array<ArrayBuffer>>(await pool.run('grade', undefined, [bytes, new ArrayBuffer(8)]));
  const { even, odd } = await pool.run('split', undefined, bytes);
  is<number>(even.length + odd.length);
  is<Chunk<Float32Array<ArrayBuffer>>>(await pool.runPiece('norm', 2, bytes, { window: { start: 0, total: 9 } }));
  is<Bytes[]>(await pool.runAll('blur', { sigma: 1 }, [bytes, new ArrayBuffer(8)] as const));
  is<Chunks<Float32Array<ArrayBuffer>>>(pool.mapChunks('norm', 2, bytes, { stride: 4 }));
  is<Bytes>(await pool.mapRange('mandelbrot', { width: 9 }, { units: 9 }).gather());
  is<void>(await pool.close());

  const data = await pool.load(bytes, { stride: 4, halo: 1 });
  is<KernelResident<Kernels>>(data);
  is<AnyResident>(data);
  for await (const { values } of data.map('norm', 2)) is<Float32Array<ArrayBuffer>>(values);
  is<Bytes>(await data.through('blur', { sigma: 1 }).through('norm', 2).run('invert', undefined, { order: 'source' }));
  is<Float32Array<ArrayBuffer>>(await (await data.keep('blur', { sigma: 1 }, { deadlineMs: 9 })).run('norm', 2));
  data.release();
}

export function wrongPools(plain: Pool, url: URL) {
  // @ts-expect-error TS2345 -- no types are known of it
  is<KernelModule<Kernels>>(url);
  // @ts-expect-error TS2344 -- parameters alone are no kernel
  createPool<{ blur: { params: { sigma: number } } }>({ kernels: module });
  // @ts-expect-error TS2344 -- a kernel makes arrays
  createPool<{ blur: { params: undefined; given: Payload; result: string } }>({ kernels: module });
  // @ts-expect-error TS2353 -- no such option
  createPool({ kernels, threads: 2 });
  // @ts-expect-error TS2322 -- a number
  createPool({ kernels, workers: '2' });
  // @ts-expect-error TS2345 -- from one place
  createPool({ kernels, glue: './glue.js' });
  // @ts-expect-error TS2345 -- it knows no types
  is<KernelPool<Kernels>>(plain);
}

export async function wrongUses(pool: KernelPool<Kernels>, data: KernelResident<Kernels>) {
  // @ts-expect-error TS2345 -- no such kernel
  pool.run('blurr', { sigma: 1 }, bytes);
  // @ts-expect-error TS2322 -- a number
  pool.run('blur', { sigma: '1' }, bytes);
  // @ts-expect-error TS2561 -- no such parameter
  pool.run('blur', { sigmas: 1 }, bytes);
  // @ts-expect-error TS2345 -- how much?
  pool.run('blur', undefined, bytes);
  // @ts-expect-error TS2345 -- there are none
  pool.run('invert', { sigma: 1 }, bytes);
  // @ts-expect-error TS2554 -- nothing to work on
  pool.run('blur', { sigma: 1 });
  // @ts-expect-error TS2345 -- text is no bytes
  pool.run('invert', undefined, 'text');
  // @ts-expect-error TS2353 -- one input has no name
  pool.run('invert', undefined, { photo: bytes });
  // @ts-expect-error TS2353 -- no such input
  pool.run('grade', undefined, { photo: bytes, mask: bytes });
  // @ts-expect-error TS2345|TS2741 -- of which photo?
  pool.run('grade', undefined, { curve: bytes });
  // @ts-expect-error TS2322 -- not three
  pool.run('grade', undefined, [bytes, bytes, bytes]);
  // @ts-expect-error TS2561 -- no such option
  pool.run('blur', { sigma: 1 }, bytes, { deadline: 5 });
  // @ts-expect-error TS2345 -- bytes, not text
  is<string>(await pool.run('invert', undefined, bytes));
  // @ts-expect-error TS2339 -- no such output
  (await pool.run('split', undefined, bytes)).third;
  // @ts-expect-error TS2345 -- of what is it made?
  pool.run('mandelbrot', { width: 9 }, bytes);
  // @ts-expect-error TS2345 -- no such kernel
  pool.runPiece('blurr', { sigma: 1 }, bytes);
  // @ts-expect-error TS2322 -- text is no bytes
  pool.runAll('invert', undefined, [bytes, 'text']);
  // @ts-expect-error TS2322 -- a number
  pool.mapChunks('blur', { sigma: '1' }, bytes, { stride: 4 });
  // @ts-expect-error TS2345 -- it is made of bytes
  pool.mapRange('blur', { sigma: 1 }, { units: 9 });
  // @ts-expect-error TS2345|TS2741 -- how wide?
  pool.mapRange('mandelbrot', {}, { units: 9 });
  // @ts-expect-error TS2345 -- no such kernel
  data.map('blurr', { sigma: 1 });
  // @ts-expect-error TS2345 -- it is made of two
  data.run('grade', undefined);
  // @ts-expect-error TS2345 -- it makes two
  data.run('split', undefined);
  // @ts-expect-error TS2322 -- a number
  data.through('blur', { sigma: '1' });
  // @ts-expect-error TS2345 -- no such kernel, behind another
  data.through('blur', { sigma: 1 }).map('blurr', { sigma: 1 });
  // @ts-expect-error TS2345 -- no such kernel, of what was kept
  (await data.keep('invert', undefined)).map('blurr', { sigma: 1 });
  // @ts-expect-error TS2339 -- only data can be released
  data.through('invert', undefined).release();
}
