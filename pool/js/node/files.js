import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/**
 * Reads a module that lies in a file, by its URL or its path, as a page fetches it: not every host does that of files.
 *
 * @template T
 * @param {T} source
 * @returns {T | Promise<Response>} as it is, if it is something else
 */
export function read(source) {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  const url = addressOf(source);
  if (url.protocol !== 'file:') return source;
  const reading = responseOf(url);
  // Whoever never comes to it hears of what was wrong before.
  reading.catch(() => undefined);
  return reading;
}

/** @param {URL} url */
async function responseOf(url) {
  const response = new Response(await readFile(url));
  // Errors say where it came from.
  return Object.defineProperty(response, 'url', { value: url.href });
}

/**
 * Where something is: a URL, or the path of a file.
 *
 * @param {string | URL} address
 * @returns {URL}
 */
export function addressOf(address) {
  try {
    const url = new URL(address);
    // A drive is no protocol.
    if (url.protocol.length > 2) return url;
  } catch {
    // It is a path.
  }
  return pathToFileURL(String(address));
}
