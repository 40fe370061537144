//! Makes a kernel module of kernels in Rust: plain WebAssembly by unjank's written interface.
//!
//! A kernel is a function over bytes or numbers, and a module names its kernels once:
//!
//! ```
//! use unjank_worker::{kernel, kernels};
//!
//! /// Turns a picture into its negative.
//! #[kernel]
//! fn invert(bytes: &mut [u8]) {
//!     bytes.iter_mut().for_each(|byte| *byte = !*byte);
//! }
//!
//! kernels!(invert);
//! # fn main() {}
//! ```
//!
//! With `crate-type = ["cdylib"]` that is all of it:
//! `cargo build --release --target wasm32-unknown-unknown` makes a `.wasm` file that any host of
//! the interface can load, in a browser or elsewhere. It imports nothing, and it says what is in it.
//!
//! Parameters are any type that serde can read and write. From JavaScript they come as a plain
//! object; [`cbor`] says what is taken for what.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use unjank_worker::{KernelError, kernel, kernels, run_alone};
//!
//! /// How loud.
//! #[derive(Serialize, Deserialize)]
//! struct Volume {
//!     /// A factor, not below zero.
//!     gain: f32,
//! }
//!
//! /// Makes samples louder, or quieter.
//! #[kernel(params = "{ gain: number }", grain = 4)]
//! fn amplify(samples: &mut [f32], volume: &Volume) -> Result<(), KernelError> {
//!     if volume.gain < 0.0 {
//!         return Err(KernelError::params("the gain is below zero"));
//!     }
//!     samples.iter_mut().for_each(|sample| *sample *= volume.gain);
//!     Ok(())
//! }
//!
//! kernels!(amplify);
//!
//! # fn main() -> Result<(), KernelError> {
//! let half = 0.5_f32.to_le_bytes();
//! assert_eq!(run_alone::<amplify>(&Volume { gain: 2.0 }, &half, 4)?, 1.0_f32.to_le_bytes());
//! # Ok(())
//! # }
//! ```
//!
//! [`kernel`] says which shapes of functions there are. For all others there is the trait
//! [`Kernel`]. Either is tested natively, by calling the function, or by [`run_alone`] and
//! [`run_in_chunks`]; a whole module by its [`Registry`].
//!
//! # The same bytes everywhere
//! Take `exp`, `ln`, `powf`, `sin` and their like from the crate `libm`: those of std differ from
//! host to host. [`Kernel`] has the figures.
//!
//! # Modules that wasm-bindgen makes
//! A kernel that needs the browser's own interfaces can live in a module that wasm-bindgen makes:
//! [`kernels!`] adds the exports to those that are there.
#![deny(unsafe_code)]

#[doc(hidden)]
pub mod __instance;
#[doc(hidden)]
pub mod __private;
mod call;
mod describe;
mod exports;
mod module;
mod panics;
mod registry;
mod slot;
#[cfg(target_family = "wasm")]
mod wasm;

pub use self::{
    module::{Module, Place},
    registry::{Entry, Registry},
};
pub use unjank_macros::kernel;
pub use unjank_protocol::{
    Context, Docs, Element, Grain, Host, InputPort, Kernel, KernelError, KernelId, Level, Merge,
    Output, OutputPort, Role, Window, cbor, elements, elements_mut, run_alone, run_in_chunks,
};
