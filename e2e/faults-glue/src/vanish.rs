//! A kernel that ends its own worker.

use unjank_faults::kernels::Nothing;
use unjank_protocol::{Context, Kernel, KernelError, Output};
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

/// Closes its worker, and answers nonetheless.
pub(crate) struct Vanish;

impl Kernel for Vanish {
    const NAME: &'static str = "vanish";
    type Params = Nothing;

    fn run(_: &Nothing, _: &mut [u8], output: &mut Output, _: &Context) -> Result<(), KernelError> {
        let worker: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        worker.close();
        output.grow().push(1);
        Ok(())
    }
}
