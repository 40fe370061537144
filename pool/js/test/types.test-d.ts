// Right and wrong uses of the package's types, for several compilers: the step `npm` runs them. Nothing of it runs.
// What must not compile is refused with the code that is written above it; some compilers have another one.
import {
  createPool, type Chunk, type Chunks, type ChunkOptions, type ErrorCode, type Pool, type PoolOptions, UnjankError,
} from 'unjank';

type Bytes = Uint8Array<ArrayBuffer>;

declare const bytes: Bytes;
declare const signal: AbortSignal | undefined;
declare const module: WebAssembly.Module;
declare function is<T>(value: T): void;

export async function rightUses() {
  const pool = await createPool({ kernels: './kernels.wasm' });
  await createPool({ kernels: fetch('./kernels.wasm'), worker: () => new Worker('./worker.js'), wasm: module });
  const thread = { threadId: 1, postMessage: (message: unknown) => void message, terminate: async () => 0 };
  await createPool({ kernels: bytes, worker: () => thread });
  await createPool({ glue: './app_bg.wasm', worker: new URL('https://a.b/worker.js'), timeline: 'mine' });
  await createPool({ glue: './glue.js', workers: undefined, idleTimeoutMs: 0.5 });
  await createPool({ kernels: bytes, workers: 0, fallback: 'inline', inline: 'auto' });
  const options: PoolOptions = { kernels: bytes, workers: 2 };
  await createPool({ ...options, workers: 3 });

  is<Bytes>(await pool.run('blur', { sigma: 1 }, bytes));
  is<Bytes>(await pool.run('blur', undefined, new Float32Array(4), { signal, transfer: false, lane: 'background' }));
  is<Bytes>(await pool.run('blur', 1, new ImageData(1, 1).data as Uint8ClampedArray<ArrayBuffer>));
  is<Chunk>(await pool.runPiece('blur', null, new ArrayBuffer(8), { stride: 4, window: { start: 0, total: 9 } }));
  is<Bytes[]>(await pool.runAll('blur', {}, [bytes, new ArrayBuffer(8)] as const, { deadlineMs: Infinity }));
  is<Float32Array<ArrayBuffer>>(await pool.run<Float32Array<ArrayBuffer>>('decode', {}, bytes, { exact: true }));
  const { mask, sums } = await pool.run<{ mask: Bytes, sums: Float64Array<ArrayBuffer> }>('both', {}, new ImageData(1, 1));
  is<number>(mask.length + sums.length);
  is<string>(new TextDecoder().decode(await pool.run('tell', {}, bytes, { into: new ArrayBuffer(8) })));
  for await (const { values } of pool.mapRange<Uint32Array<ArrayBuffer>>('squares', {}, { units: 9 })) is<number>(values[0] ?? 0);
  const data = await pool.load(bytes, { stride: 4, halo: 1, source: ({ first, count }) => bytes.subarray(first, first + count) });
  for await (const { values } of data.map<Float32Array<ArrayBuffer>>('norm', {}, { order: 'source' })) is<number>(values[0] ?? 0);
  is<Bytes>(await (await data.keep('invert', {}, { deadlineMs: 9 })).run('invert', {}));
  data.release();
  const elsewhere = await pool.load(async ({ first, count }) => new ArrayBuffer(first + count), { stride: 4, units: 9, source: 'none' });
  for await (const { values } of elsewhere.through('a', {}).through('b', 1).map<Float32Array<ArrayBuffer>>('norm', {})) is<number>(values[0] ?? 0);
  is<Bytes>(await (await elsewhere.through('a', null).keep('b', {})).run('c', {}));
  is<Bytes>(await pool.mapRange('squares', {}, { units: 9, chunkUnits: 3 }).gather({ into: bytes }));
  is<number>(pool.stats().workers[0]?.busyShare ?? 0);
  is<number>(pool.stats().waitingMs.p99 - pool.stats().runningMs.max);
  is<() => void>(pool.on('idle', () => {}, { signal }));
  pool.on('worker', (change) => {
    is<number>(change.slot + change.generation);
    if (change.state !== 'gone') is<'starting' | 'ready'>(change.state);
    else if (change.reason === 'lost') is<ErrorCode>(change.error.code);
    else is<'idle' | 'stopped' | 'retired' | 'closed'>(change.reason);
  });
  for (const event of ['empty', 'room', 'closed'] as const) pool.on(event, (nothing) => is<undefined>(nothing));
  is<boolean>(pool.stats().inline);
  is<number>(pool.stats().atOnce);
  is<void>(await pool.ready());
  is<void>(await pool.reopen());
  is<void>(pool.pause());
  is<void>(pool.resume());
  is<void>(pool.resize(2));
  is<void>(await pool.close('abort'));
  is<void>(await pool.closed);

  const chunks = pool.mapChunks('blur', {}, bytes, { stride: 4, order: 'source', highWaterMarkBytes: 1 << 20, signal });
  for await (const chunk of chunks) is<Bytes>(chunk.bytes);
  is<AsyncIterable<Chunk>>(chunks);
  is<AsyncIterator<Chunk, undefined, undefined>>(chunks);
  is<Bytes>(await chunks.gather());
  is<Bytes>(await chunks.gatherInPlace());
  is<string>(`${chunks.done} of ${chunks.total}`);
  const step = await chunks.next();
  if (!step.done) is<number>(step.value.units);
  chunks.abort();
}

export function rightErrors(thrown: unknown) {
  if (!(thrown instanceof UnjankError)) return;
  is<ErrorCode>(thrown.code);
  is<string>(thrown.name);
  if (thrown.code === 'cancelled') is<unknown>(thrown.cause);
  is<Bytes | undefined>(thrown.payload);
  is<number | undefined>(thrown.kernelCode ?? thrown.attempts);
  is<Error>(new UnjankError('kernel', 'so it is', { kernelCode: 3, cause: thrown }));
}

export function wrongPools() {
  // @ts-expect-error TS2554 -- kernels must come from somewhere
  createPool();
  // @ts-expect-error TS2345 -- the same
  createPool({ workers: 2 });
  // @ts-expect-error TS2345 -- and from one place
  createPool({ kernels: './kernels.wasm', glue: './glue.js' });
  // @ts-expect-error TS2353 -- no such option
  createPool({ kernels: './kernels.wasm', threads: 2 });
  // @ts-expect-error TS2322 -- a number
  createPool({ kernels: './kernels.wasm', workers: '2' });
  // @ts-expect-error TS2322 -- no kernels
  createPool({ kernels: 7 });
  // @ts-expect-error TS2322 -- no such place
  createPool({ kernels: './kernels.wasm', fallback: 'page' });
  // @ts-expect-error TS2322 -- it is automatic or not at all
  createPool({ kernels: './kernels.wasm', inline: true });
  // @ts-expect-error TS2322 -- a number is no worker
  createPool({ kernels: bytes, worker: () => 5 });
  // @ts-expect-error TS2322 -- glue is for workers
  createPool({ glue: './app_bg.wasm', worker: './worker.js', fallback: 'inline' });
}

export async function wrongCalls(pool: Pool, chunks: Chunks) {
  // @ts-expect-error TS2322 -- no such lane
  pool.run('blur', {}, bytes, { lane: 'fast' });
  // @ts-expect-error TS2561 -- no such option
  pool.run('blur', {}, bytes, { deadline: 5 });
  // @ts-expect-error TS2345 -- text is no bytes
  pool.run('blur', {}, 'text');
  // @ts-expect-error TS2554 -- nothing to work on
  pool.run('blur', {});
  // @ts-expect-error TS2741 -- a place in what?
  pool.run('blur', {}, bytes, { window: { start: 0 } });
  // @ts-expect-error TS2353 -- many payloads do not stand in one place
  pool.runAll('blur', {}, [bytes], { window: { start: 0, total: 8 } });
  // @ts-expect-error TS2345|TS2740 -- one is not many
  pool.runAll('blur', {}, bytes.buffer);
  // @ts-expect-error TS2345|TS2741 -- bytes of a unit?
  pool.mapChunks('blur', {}, bytes, {});
  // @ts-expect-error TS2554 -- bytes of a unit?
  pool.mapChunks('blur', {}, bytes);
  // @ts-expect-error TS2353 -- a source stays with the page
  is<ChunkOptions>({ stride: 4, transfer: false });
  // @ts-expect-error TS2345|TS2741 -- bytes of a unit?
  pool.load(bytes, {});
  // @ts-expect-error TS2322 -- from where?
  pool.load(bytes, { stride: 1, source: 'page' });
  // @ts-expect-error TS2322|TS2345|TS2769 -- of how many bytes?
  pool.load(() => 9, { stride: 1, units: 9 });
  // @ts-expect-error TS2339 -- only data can be released
  pool.load(bytes, { stride: 1 }).then((data) => data.through('a', {}).release());
  // @ts-expect-error TS2345|TS2741 -- how many?
  pool.mapRange('squares', {}, {});
  // @ts-expect-error TS2353 -- numbers have no bytes
  pool.mapRange('squares', {}, { units: 9, stride: 4 });
  // @ts-expect-error TS2344 -- a kernel makes arrays
  pool.run<string>('blur', {}, bytes);
  // @ts-expect-error TS2345 -- no such event
  pool.on('drain', () => {});
  // @ts-expect-error TS2554 -- who is told?
  pool.on('idle');
  // @ts-expect-error TS2353 -- no such option
  pool.on('idle', () => {}, { once: true });
  // @ts-expect-error TS2339 -- only who was lost has an error
  pool.on('worker', (change) => change.error);
  // @ts-expect-error TS2345 -- drain or abort
  pool.close('slowly');
  // @ts-expect-error TS2540 -- it is what it is
  pool.closed = Promise.resolve();
  // @ts-expect-error TS2339 -- known only when it has come
  chunks.gather().length;
  // @ts-expect-error TS2345 -- no value at the end
  is<Chunk>((await chunks.return()).value);
}

export function wrongErrors(error: UnjankError) {
  // @ts-expect-error TS2367 -- no such code
  is<boolean>(error.code === 'full');
  // @ts-expect-error TS2345 -- no such code
  is<Error>(new UnjankError('full', 'it is'));
  // @ts-expect-error TS2353 -- no such detail
  is<Error>(new UnjankError('closed', 'it is', { reason: 'enough' }));
  // @ts-expect-error TS2540 -- not to be changed
  error.code = 'closed';
}
