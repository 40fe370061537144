//! Parts of pictures.

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Docs, Kernel, KernelError, Output, Window};

use super::{
    PIXELS,
    rows::{self, PIXEL},
};

/// Keeps some columns of an image, with all four channels as they are. The result is
/// [`Columns::width`] pixels wide, and as high as the image. For fewer rows, give it fewer.
///
/// A chunk answers for the rows of its core, with `width * 4` bytes for each.
///
/// Works in place: the rows of the result are moved together at the beginning of the core. Where all
/// columns are kept, nothing is moved.
///
/// # Errors
/// `KernelError::Params` when [`Columns::width`] is 0, and when the columns reach past the end of a
/// row. An image without pixels stays empty, whichever columns are kept.
///
/// ```
/// use unjank_demo::kernels::{Columns, Crop};
/// use unjank_protocol::run_alone;
///
/// // Two rows of three pixels.
/// let pixels = [[1; 4], [2; 4], [3; 4], [4; 4], [5; 4], [6; 4]].concat();
/// let right = run_alone::<Crop>(&Columns { left: 1, width: 2 }, &pixels, 12)?;
/// assert_eq!(right, [[2; 4], [3; 4], [5; 4], [6; 4]].concat());
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Crop;

/// What a [`Crop`] can be told. `left + width` can be no more than the width of the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// The first column that is kept, in pixels from the left edge.
    pub left: u32,
    /// How many columns are kept, in pixels: at least 1.
    pub width: u32,
}

impl Columns {
    /// Refuses to keep none.
    fn check(&self) -> Result<(), KernelError> {
        if self.width == 0 {
            return Err(KernelError::params("width is 0: choose 1 or more"));
        }
        Ok(())
    }

    /// Refuses columns that a row of as many pixels, one at least, does not have. Those it lets
    /// through have bytes that can be counted.
    fn check_within(&self, row: u32) -> Result<(), KernelError> {
        let Self { left, width } = *self;
        let end = u64::from(left) + u64::from(width);
        if end > u64::from(row) {
            return Err(KernelError::params(format!(
                "columns {left} to {} reach past the {row} of a row: choose from 0 to {}",
                end - 1,
                row - 1
            )));
        }
        Ok(())
    }
}

impl Kernel for Crop {
    const NAME: &'static str = "crop";
    const DOCS: Docs = Docs::new("Keeps `width` columns from column `left` on, in pixels.")
        .params("{ left: number, width: number }")
        .result(PIXELS);
    type Params = Columns;

    fn run(
        params: &Columns,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        params.check()?;
        let window = cx.window();
        rows::check(input.len(), window, 0)?;
        let core = window.core_bytes();
        if core.is_empty() {
            output.keep_input(core);
            return Ok(());
        }
        let pixels = window.stride / PIXEL as u32;
        params.check_within(pixels)?;
        let length = if params.width == pixels { core.len() } else { crop(input, window, params) };
        output.keep_input(core.start..core.start + length);
        Ok(())
    }
}

/// Moves what is kept to the beginning of the core. Returns its length.
///
/// No row of the result is longer than one of the image, so each is moved over rows that have been
/// moved, and its own.
fn crop(input: &mut [u8], window: Window, &Columns { left, width }: &Columns) -> usize {
    let stride = window.stride as usize;
    let (left, width) = (left as usize * PIXEL, width as usize * PIXEL);
    let core = window.core_bytes();
    let mut end = core.start;
    for row in core.clone().step_by(stride) {
        input.copy_within(row + left..row + left + width, end);
        end += width;
    }
    end - core.start
}
