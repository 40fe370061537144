// @ts-check
'use client';

// Filters a picture on two workers, and shows what came of it.
import { useEffect, useState } from 'react';
import { createPool, UnjankError } from 'unjank';
import { usePool } from './use-pool.js';

/** @import { Pool } from 'unjank' */

const SIDE = 256;
const RED = 0xff0000ff;

const open = () => createPool({
  kernels: new URL('unjank-demo/kernels.wasm', import.meta.url),
  workers: 2,
});

export function Picture() {
  const { pool, error } = usePool(open);
  const [said, setSaid] = useState('starting');
  useEffect(() => {
    if (!pool) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    filter(pool, signal).catch(explained).then((text) => { if (!signal.aborted) setSaid(text); });
    return () => leaving.abort();
  }, [pool]);
  return <p id="said">{error === undefined ? said : explained(error)}</p>;
}

/**
 * @param {Pool} pool
 * @param {AbortSignal} signal
 */
async function filter(pool, signal) {
  const picture = new Uint32Array(SIDE * SIDE).fill(RED);
  const rows = { stride: 4 * SIDE, chunkUnits: 16, signal };
  const { buffer } = await pool.mapChunks('grayscale', {}, picture, rows).gather();
  const colours = [...new Set(new Uint32Array(buffer))].map((colour) => colour.toString(16));
  return `${buffer.byteLength / 4} pixels are ${colours.join(' and ')}`;
}

/** @param {unknown} error */
function explained(error) {
  return error instanceof UnjankError ? `${error.code}: ${error.message}` : String(error);
}
