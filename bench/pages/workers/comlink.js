// @ts-check
import { expose, transfer } from '../vendor/comlink/comlink.min.mjs';

expose({
  /** @param {Uint8Array<ArrayBuffer>} bytes */
  stamp(bytes) {
    bytes[0] = (bytes[0] ?? 0) + 1;
    return transfer(bytes, [bytes.buffer]);
  },
});
