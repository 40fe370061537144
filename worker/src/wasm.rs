//! What only WebAssembly has: the imports, and memory that the host fills.
#![allow(unsafe_code, reason = "the interface is made of addresses")]

use unjank_protocol::{Host, Level};

use crate::slot::{Word, address};

mod raw {
    #[link(wasm_import_module = "unjank")]
    unsafe extern "C" {
        pub(super) fn emit(output: u32, first_unit: u32, address: *const u8, length: usize) -> u32;
        pub(super) safe fn progress(done: f64, of: f64);
        pub(super) safe fn cancelled() -> u32;
        pub(super) safe fn now() -> f64;
        pub(super) fn random(address: *mut u8, length: usize);
        pub(super) fn log(level: u32, address: *const u8, length: usize);
    }
}

/// The host, by the imports of the interface.
pub(crate) struct Imports;

impl Host for Imports {
    fn emit(&self, output: u32, first_unit: u32, part: &[u8]) -> bool {
        // SAFETY: the host reads these bytes, which are borrowed until it returns.
        unsafe { raw::emit(output, first_unit, part.as_ptr(), part.len()) != 0 }
    }

    fn progress(&self, done: f64, of: f64) {
        raw::progress(done, of);
    }

    fn is_cancelled(&self) -> bool {
        raw::cancelled() != 0
    }

    fn now(&self) -> f64 {
        raw::now()
    }

    fn random(&self, bytes: &mut [u8]) {
        // SAFETY: the host writes these bytes, which are ours alone until it returns.
        unsafe { raw::random(bytes.as_mut_ptr(), bytes.len()) }
    }

    fn log(&self, level: Level, line: &str) {
        // SAFETY: the host reads these bytes, which are borrowed until it returns.
        unsafe { raw::log(level as u32, line.as_ptr(), line.len()) }
    }
}

/// So many words, whatever stands in them; `None` when there is no memory for them. They are not
/// zeroed, because the host writes them next.
pub(crate) fn room(words: usize) -> Option<Vec<Word>> {
    let mut room = Vec::<Word>::new();
    room.try_reserve_exact(words).ok()?;
    address(room.as_mut_ptr());
    // SAFETY: they were reserved. From here on they are the host's to write, whom the compiler does
    // not know: so it must take them for written. Linear memory always has a value.
    unsafe { room.set_len(words) };
    Some(room)
}

/// Runs the constructors of the C library, once.
///
/// If nothing called them, the linker would wrap each export in a call: the environment would be read
/// for each task, and its memory never given back.
#[cfg(target_os = "wasi")]
pub fn initialize() {
    unsafe extern "C" {
        /// The linker makes it.
        fn __wasm_call_ctors();
    }
    // SAFETY: the host calls this first of all, and once.
    unsafe { __wasm_call_ctors() }
}
