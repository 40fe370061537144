//! The numbers and names of the kernel interface, version 1. `ABI.md` beside the sources says what
//! they mean.

/// The major version, which the name of [`EXPORT_VERSION`] carries.
pub const MAJOR: u32 = 1;

/// The minor version.
pub const MINOR: u32 = 0;

/// The export that returns the address of the table.
pub const EXPORT_VERSION: &str = "unjank_v1";

/// How the names of such exports begin, whatever their version.
pub const EXPORT_ANY_VERSION: &str = "unjank_v";

/// The export that makes room for params (slot 0) and inputs (slot 1 and up).
pub const EXPORT_RESERVE: &str = "unjank_reserve";

/// The export that runs a kernel.
pub const EXPORT_RUN: &str = "unjank_run";

/// The optional export that says what a call needs.
pub const EXPORT_PLAN: &str = "unjank_plan";

/// The optional export that drops what was derived from an identity.
pub const EXPORT_FORGET: &str = "unjank_forget";

/// The optional export that is called first of all.
pub const EXPORT_INITIALIZE: &str = "_initialize";

/// The module of the imports that are unjank's own.
pub const IMPORT_MODULE: &str = "unjank";

/// The names of those imports.
pub const IMPORTS: [&str; 6] = ["emit", "progress", "cancelled", "now", "random", "log"];

/// The module of the imports of WASI that hosts have.
pub const WASI_MODULE: &str = "wasi_snapshot_preview1";

/// The names of those imports.
pub const WASI_IMPORTS: [&str; 14] = [
    "clock_time_get",
    "clock_res_get",
    "random_get",
    "fd_write",
    "fd_read",
    "fd_close",
    "fd_seek",
    "fd_fdstat_get",
    "environ_get",
    "environ_sizes_get",
    "args_get",
    "args_sizes_get",
    "sched_yield",
    "proc_exit",
];

/// The custom section that tools read.
pub const DOCS_SECTION: &str = "unjank:docs";

/// Params and inputs are at multiples of this.
pub const ALIGNMENT: u32 = 16;

/// Bytes of a description at most.
pub const MAX_DESCRIPTION: usize = 64 << 10;

/// Kernels of a module at most.
pub const MAX_KERNELS: usize = 256;

/// Inputs of a kernel at most, and outputs at most.
pub const MAX_PORTS: usize = 8;

/// Words of the table, by their place.
pub mod table {
    /// The size of the table in bytes.
    pub const SIZE: usize = 0;
    /// The minor version.
    pub const MINOR: usize = 1;
    /// Address of the description; its length follows. So it is with all the records below.
    pub const DESCRIBE: usize = 2;
    /// The call record.
    pub const CALL: usize = 4;
    /// The result record.
    pub const RESULT: usize = 6;
    /// The plan record.
    pub const PLAN: usize = 8;
    /// The panic record.
    pub const PANIC: usize = 10;
    /// The host record.
    pub const HOST: usize = 12;
    /// Words of the table in version 1.0.
    pub const WORDS: usize = 14;
}

/// Words of the call record, by their place.
pub mod call {
    /// The size of the record in bytes.
    pub const SIZE: usize = 0;
    /// Index of the kernel in the description.
    pub const KERNEL: usize = 1;
    /// None are defined: 0.
    pub const FLAGS: usize = 2;
    /// Bytes of params in slot 0.
    pub const PARAMS: usize = 3;
    /// The window, six words: stride, total, start, before, core, after.
    pub const WINDOW: usize = 4;
    /// The seed, two words: low, high.
    pub const SEED: usize = 10;
    /// How many inputs there are.
    pub const INPUTS: usize = 12;
    /// Where their entries are, in bytes from the record's beginning.
    pub const INPUTS_AT: usize = 13;
    /// Bytes of an entry.
    pub const INPUT_BYTES: usize = 14;
    /// Words before the entries in version 1.0.
    pub const WORDS: usize = 16;
    /// Words of an entry in version 1.0: length, identity, two zeros.
    pub const ENTRY_WORDS: usize = 4;
}

/// Words of the result record, by their place.
pub mod result {
    /// The size of the record in bytes.
    pub const SIZE: usize = 0;
    /// How many outputs there are.
    pub const OUTPUTS: usize = 1;
    /// Where their entries are, in bytes from the record's beginning.
    pub const OUTPUTS_AT: usize = 2;
    /// Bytes of an entry.
    pub const OUTPUT_BYTES: usize = 3;
    /// The kernel's own number for an error.
    pub const CODE: usize = 4;
    /// Address of a text, and its length.
    pub const TEXT: usize = 5;
    /// Words before the entries in version 1.0.
    pub const WORDS: usize = 8;
    /// Words of an entry in version 1.0: address, length, first unit, zero.
    pub const ENTRY_WORDS: usize = 4;
}

/// Words of the plan record, by their place.
pub mod plan {
    /// The size of the record in bytes.
    pub const SIZE: usize = 0;
    /// Units of context in front.
    pub const BEFORE: usize = 1;
    /// Units of context behind.
    pub const AFTER: usize = 2;
    /// The most memory that the call takes, in bytes; 0: unknown.
    pub const PEAK: usize = 3;
    /// Fewer units than this are not worth a call; 0: unknown.
    pub const FEWEST: usize = 4;
    /// How many outputs there are.
    pub const OUTPUTS: usize = 5;
    /// Where their entries are, in bytes from the record's beginning.
    pub const OUTPUTS_AT: usize = 6;
    /// Bytes of an entry.
    pub const OUTPUT_BYTES: usize = 7;
    /// Words before the entries in version 1.0.
    pub const WORDS: usize = 8;
    /// The length of an output that is not known.
    pub const UNKNOWN: u32 = u32::MAX;
}

/// Words of the panic record, by their place; text and file follow.
pub mod panic {
    /// What there is: one of the states below.
    pub const STATE: usize = 0;
    /// Bytes of the text.
    pub const TEXT: usize = 1;
    /// Bytes of the file's name.
    pub const FILE: usize = 2;
    /// The line; 0: unknown.
    pub const LINE: usize = 3;
    /// The column; 0: unknown.
    pub const COLUMN: usize = 4;
    /// Words before the texts.
    pub const WORDS: usize = 5;
    /// Nothing has happened.
    pub const NONE: u32 = 0;
    /// The kernel panicked.
    pub const PANIC: u32 = 1;
    /// There was no memory.
    pub const OUT_OF_MEMORY: u32 = 2;
}

/// Words of the host record, by their place.
pub mod host {
    /// The size of the record in bytes.
    pub const SIZE: usize = 0;
    /// The host's minor version.
    pub const MINOR: usize = 1;
    /// Two words of feature bits: none are defined.
    pub const FEATURES: usize = 2;
    /// Words of the record in version 1.0.
    pub const WORDS: usize = 4;
}

/// What `unjank_run` and `unjank_plan` return.
pub mod status {
    /// The outputs are in the result record.
    pub const DONE: u32 = 0;
    /// The params cannot be used.
    pub const PARAMS: u32 = 1;
    /// An input cannot be used.
    pub const INPUT: u32 = 2;
    /// It failed, with a number of its own.
    pub const FAILED: u32 = 3;
    /// It was told to stop.
    pub const CANCELLED: u32 = 4;
    /// There was no memory, and the instance is still good.
    pub const NO_MEMORY: u32 = 5;
    /// It cannot do that.
    pub const UNSUPPORTED: u32 = 6;
    /// The last of those that are reserved, and treated as [`FAILED`].
    pub const LAST_RESERVED: u32 = 255;
}
