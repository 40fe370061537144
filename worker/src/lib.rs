//! The worker side of unjank: a [`Registry`] of kernels and the [`Runtime`] that answers requests
//! with them.
//!
//! An application registers its kernels once, when its module starts. That runs in every instance:
//! on the page, in each worker, and again after an instance was reset.
//!
//! ```
//! use unjank_protocol::{Context, Kernel, KernelError, Output};
//! use unjank_worker::Registry;
//!
//! /// Turns a picture into its negative.
//! struct Invert;
//!
//! impl Kernel for Invert {
//!     const NAME: &'static str = "invert";
//!     type Params = ();
//!
//!     fn run(
//!         _params: &(),
//!         input: &mut [u8],
//!         output: &mut Output,
//!         _cx: &Context,
//!     ) -> Result<(), KernelError> {
//!         input.iter_mut().for_each(|byte| *byte = !*byte);
//!         output.keep_input(0..input.len());
//!         Ok(())
//!     }
//! }
//!
//! fn kernels<D: unjank_worker::Decode>() -> Registry<D> {
//!     Registry::new().with::<Invert>()
//! }
//!
//! // In the function marked `#[wasm_bindgen(start)]`:
//! // unjank_worker::browser::install(kernels);
//! # let _ = kernels::<unjank_worker::EncodedOnly>();
//! ```
//!
//! The rest is a static file of three lines beside the generated glue, which loads `shell.js`:
//!
//! ```js
//! import * as glue from './app.js';
//! import { serve } from './shell.js';
//! serve(glue);
//! ```
#![forbid(unsafe_code)]

mod pieces;
mod registry;
mod runtime;

#[cfg(target_arch = "wasm32")]
pub mod browser;

pub use registry::{Decode, EncodedOnly, Given, Registry};
pub use runtime::{Baggage, Runtime, Trap};
