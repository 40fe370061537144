/** What requests and replies have in common, in the words of `wire.d.ts`. */

/** Of the frames. */
export const VERSION = 4;

/** The first word: 'u', 'j', and the version. */
export const MAGIC = (VERSION << 16) | 0x6a75;

/** In place of the index of a buffer: in the frame's own bytes. */
export const IN_FRAME = 0xffffffff;

/** Outputs up to this many bytes ride in the frame: there a copy is as cheap as a transfer. */
export const INLINE_BYTES = 4096;

/** In place of the length of an output: whatever it comes to. */
export const ANY_LENGTH = 0xffffffff;
