// What programs can do whose `lib` knows `await using`: to be checked with `esnext.disposable` in it.
import { createPool, type KernelModule, type Payload, type Pool } from 'unjank';

declare const kernels: KernelModule<{ blur: { params: undefined; given: Payload; result: Uint8Array<ArrayBuffer> } }>;

export async function rightUses() {
  await using pool = await createPool({ kernels: './kernels.wasm' });
  await using chunks = pool.mapChunks('blur', {}, new ArrayBuffer(8), { stride: 1 });
  for await (const chunk of chunks) if (chunk.index > 3) break;
  using data = await pool.load(new ArrayBuffer(8), { stride: 1 });
  await data.run('blur', {});
  const disposable: AsyncDisposable = pool;
  await disposable[Symbol.asyncDispose]();
  await using typed = await createPool({ kernels });
  using kept = await typed.load(new ArrayBuffer(8), { stride: 1 });
  await kept.run('blur', undefined);
}

export async function wrongUses(pool: Pool) {
  // @ts-expect-error TS2850|TS2741 -- it ends later than its scope
  using left = pool;
  return left;
}
