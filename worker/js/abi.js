/**
 * The numbers of the kernel interface, version 1: places of words, and what `unjank_run` returns.
 * `protocol/ABI.md` says what they mean, `protocol/src/abi.rs` has the same in Rust.
 */

export const TABLE_BYTES = 56;
export const TABLE_DESCRIBE = 2;
export const TABLE_CALL = 4;
export const TABLE_RESULT = 6;
export const TABLE_PLAN = 8;
export const TABLE_PANIC = 10;
export const TABLE_HOST = 12;

export const MAX_DESCRIPTION = 65536;
export const MAX_KERNELS = 256;
export const ALIGNMENT = 16;

export const CALL_BYTES = 64;
export const CALL_KERNEL = 1;
export const CALL_FLAGS = 2;
export const CALL_PARAMS = 3;
export const CALL_WINDOW = 4;
export const CALL_SEED = 10;
export const CALL_INPUTS = 12;
export const CALL_INPUTS_AT = 13;
export const CALL_INPUT_BYTES = 14;

/** Bytes of an entry, in the call record and in the result record. */
export const ENTRY_BYTES = 16;
/** What of a result's entry must be there: address, length, first unit. */
export const ENTRY_LEAST = 12;

export const RESULT_BYTES = 32;
export const RESULT_OUTPUTS = 1;
export const RESULT_OUTPUTS_AT = 2;
export const RESULT_OUTPUT_BYTES = 3;
export const RESULT_CODE = 4;
export const RESULT_TEXT = 5;
/** What of the record must be there for its text. */
export const RESULT_LEAST = 28;

export const PLAN_BYTES = 32;
export const PLAN_BEFORE = 1;
export const PLAN_AFTER = 2;

export const PANIC_BYTES = 20;
export const PANIC_TEXT = 1;
export const PANIC_FILE = 2;
export const PANIC_LINE = 3;
export const PANIC_COLUMN = 4;
export const PANIC_OUT_OF_MEMORY = 2;

export const HOST_BYTES = 16;

export const DONE = 0;
export const BAD_PARAMS = 1;
export const FAILED = 3;
export const CANCELLED = 4;
export const NO_MEMORY = 5;
export const LAST_RESERVED = 255;
