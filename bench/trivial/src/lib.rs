//! A whole application of the pool, but for its work: the module that the size budget is about.
#![cfg(target_arch = "wasm32")]

use unjank_protocol::{Context, Kernel, KernelError, Output};
use unjank_worker::{Registry, browser};
use wasm_bindgen::prelude::wasm_bindgen;
// The page uses the pool through its JavaScript face, which this links in.
use unjank_pool as _;

/// Turns a picture into its negative.
struct Invert;

impl Kernel for Invert {
    const NAME: &'static str = "invert";
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        _cx: &Context,
    ) -> Result<(), KernelError> {
        input.iter_mut().for_each(|byte| *byte = !*byte);
        output.keep_input(0..input.len());
        Ok(())
    }
}

#[wasm_bindgen(start)]
fn start() {
    browser::install(|| Registry::new().with::<Invert>());
}
