//! Runs kernel modules, as `protocol/ABI.md` defines them, outside the browser.
//!
//! ```no_run
//! use unjank_host::{Input, Module};
//! use unjank_protocol::Window;
//!
//! let module = Module::from_file("kernels.wasm")?;
//! let invert = module.description().find("invert").expect("a kernel of that name");
//! let mut instance = module.instantiate()?;
//! let input = Input::bytes(&[0, 1, 2, 3]);
//! let outputs = instance.run(invert, &[], &[input], Window::whole(4, 1))?;
//! assert_eq!(outputs[0], [255, 254, 253, 252]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A module is looked at before any of it runs ([`Interface`]), then compiled once; each
//! [`Instance`] has a memory of its own. What a module says is never believed unseen: addresses,
//! lengths and counts are checked, and one that breaks the interface costs its own call.
#![forbid(unsafe_code)]

pub mod check;
mod error;
mod imports;
mod inspect;
mod instance;
mod limits;
mod module;

pub use error::{HostError, Misfit, ModuleError, Trapped};
pub use imports::Part;
pub use inspect::{Interface, MemorySize};
pub use instance::{Input, Instance, Plan};
pub use limits::Limits;
pub use module::Module;
