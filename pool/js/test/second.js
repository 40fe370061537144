/** CBOR as somebody else wrote it. */

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * From the folder that `UNJANK_TOOLS` names, or from where the sources have their tools.
 *
 * @returns {Promise<{ encode(value: unknown): Uint8Array, decode(bytes: Uint8Array): unknown } | undefined>}
 */
export async function secondEncoder() {
  const tools = process.env['UNJANK_TOOLS'] ?? new URL('../../../xtask/tools', import.meta.url).pathname;
  try {
    return await import(pathToFileURL(createRequire(`${tools}/package.json`).resolve('cbor2')).href);
  } catch {
    return undefined;
  }
}
