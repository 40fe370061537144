//! The interface itself, as WebAssembly has it: imports, memory that the host fills, and the
//! functions behind the exports, which [`kernels!`](crate::kernels) names.
#![allow(unsafe_code, reason = "the interface is made of addresses")]

use std::{cell::RefCell, mem::ManuallyDrop, thread::LocalKey};

use unjank_protocol::{Host, Level};

pub use crate::describe::{description, docs};
use crate::{
    module::{Module, Place},
    panics,
    registry::{Entry, Registry},
    slot::{Word, address},
};

/// The module of an instance, which is never dropped.
pub type Instance = RefCell<ManuallyDrop<Module>>;

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

/// `unjank_v1`.
pub fn version(instance: &'static LocalKey<Instance>, description: &'static [u8]) -> u32 {
    panics::watch();
    let description = Place {
        address: address(description.as_ptr().cast_mut()),
        length: description.len() as u32,
    };
    instance.with_borrow_mut(|module| module.table(description, panics::place()))
}

/// `unjank_reserve`.
pub fn reserve(instance: &'static LocalKey<Instance>, slot: u32, length: u32) -> u32 {
    instance.with_borrow_mut(|module| module.reserve(slot, length))
}

/// `unjank_run`.
pub fn run(instance: &'static LocalKey<Instance>) -> u32 {
    panics::watch();
    instance.with_borrow_mut(|module| module.run())
}

/// `unjank_plan`.
pub fn plan(instance: &'static LocalKey<Instance>) -> u32 {
    panics::watch();
    instance.with_borrow_mut(|module| module.plan())
}

/// `unjank_forget`.
pub fn forget(instance: &'static LocalKey<Instance>, identity: u32) {
    instance.with_borrow_mut(|module| module.forget(identity));
}

/// A fresh instance of a module of these kernels.
#[must_use]
pub const fn instance(kernels: &'static [Entry]) -> Instance {
    RefCell::new(ManuallyDrop::new(Module::new(Registry::of(kernels))))
}
