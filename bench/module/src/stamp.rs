//! The kernel of the cases that measure everything but the kernel.

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Grain, Kernel, KernelError, Output};

/// Adds 1 to the first byte, wrapping, and leaves the rest: so little work that what a job costs
/// besides is what is seen, and a job that was not run is noticed.
#[derive(Debug)]
pub(crate) struct Stamp;

/// No parameters: `{}` in JavaScript.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Nothing {}

impl Kernel for Stamp {
    const NAME: &'static str = "stamp";
    const GRAIN: Grain = Grain::bytes(1);
    type Params = Nothing;

    fn run(
        _: &Nothing,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        if let (0, Some(first)) = (cx.window().start, input.first_mut()) {
            *first = first.wrapping_add(1);
        }
        output.keep_input(0..input.len());
        Ok(())
    }
}
