//! Shades of grey.

use unjank_protocol::{Context, Docs, Grain, Kernel, KernelError, Output};

use super::{
    NoParams, PIXELS,
    luma::{grey, luma},
    rows,
};

/// Replaces colours by their luma: 54/256 red, 183/256 green and 19/256 blue (ITU-R BT.709),
/// rounded half up. Keeps alpha. Works in place.
///
/// ```
/// use unjank_demo::kernels::{Grayscale, NoParams};
/// use unjank_protocol::run_alone;
///
/// assert_eq!(run_alone::<Grayscale>(&NoParams {}, &[255, 0, 0, 9], 4)?, [54, 54, 54, 9]);
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Grayscale;

impl Kernel for Grayscale {
    const NAME: &'static str = "grayscale";
    const GRAIN: Grain = rows::ONE_PIXEL;
    const DOCS: Docs =
        Docs::new("Replaces colours by their luma. Keeps alpha.").params("{}").result(PIXELS);
    type Params = NoParams;

    fn run(
        _params: &NoParams,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        rows::check(input.len(), cx.window(), 0)?;
        let core = cx.window().core_bytes();
        for pixel in input[core.clone()].as_chunks_mut().0 {
            *pixel = grey(luma(*pixel), *pixel);
        }
        output.keep_input(core);
        Ok(())
    }
}
