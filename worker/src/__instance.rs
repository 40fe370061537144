//! What the exports do, for [`kernels!`](crate::kernels).

use std::{cell::RefCell, mem::ManuallyDrop, thread::LocalKey};

pub use crate::describe::{description, docs};
use crate::{
    Entry, Registry,
    module::{Module, Place},
    panics,
    slot::address,
};

/// The module of an instance, which is never dropped.
pub type Instance = RefCell<ManuallyDrop<Module>>;

/// A fresh instance of a module of these kernels.
#[must_use]
pub const fn instance(kernels: &'static [Entry]) -> Instance {
    RefCell::new(ManuallyDrop::new(Module::new(Registry::of(kernels))))
}

/// `_initialize`.
#[cfg(target_os = "wasi")]
pub use crate::wasm::initialize;

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
    panics::watch();
    instance.with_borrow_mut(|module| module.forget(identity));
}
