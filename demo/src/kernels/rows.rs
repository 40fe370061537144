//! The view that every kernel takes of its input: rows of pixels, some of which are halo.

use core::{fmt, ops::Range};

use unjank_protocol::{Grain, KernelError, Window};

/// One pixel: red, green, blue, alpha.
pub(super) type Pixel = [u8; PIXEL];

/// Bytes of a pixel.
pub(super) const PIXEL: usize = 4;

/// The grain of kernels that look at one pixel at a time.
pub(super) const ONE_PIXEL: Grain = Grain::bytes(PIXEL as u32);

/// Where the rows of a window are, addressed from its first core row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    stride: usize,
    rows: usize,
    before: usize,
}

impl Places {
    /// The bytes of the row `down` rows below the `index`-th core row, above it if negative. Past
    /// the edge of the image its edge row is repeated.
    ///
    /// # Panics
    /// When there are no rows.
    pub(super) fn below(self, index: usize, down: isize) -> Range<usize> {
        // Where the halo is shorter than was asked for, the image ends (`check` saw to it), so the
        // last row that is here is the edge.
        let row = (self.before + index).saturating_add_signed(down).min(self.rows - 1);
        row * self.stride..(row + 1) * self.stride
    }
}

/// The rows of a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a> {
    bytes: &'a [u8],
    places: Places,
    core: usize,
}

impl<'a> Rows<'a> {
    /// Looks at `bytes` as `window` describes them, for a kernel that looks `halo` rows up and
    /// down.
    pub(super) fn new(bytes: &'a [u8], window: Window, halo: u32) -> Result<Self, Misfit> {
        check(bytes.len(), window, halo)?;
        let Window { stride, before, core, .. } = window;
        let rows = bytes.len().checked_div(stride as usize).unwrap_or(0);
        let places = Places { stride: stride as usize, rows, before: before as usize };
        Ok(Self { bytes, places, core: core as usize })
    }

    /// Bytes of a row: four times the width.
    pub(super) const fn stride(&self) -> usize {
        self.places.stride
    }

    /// Where they are, for kernels that compute in place.
    pub(super) const fn places(&self) -> Places {
        self.places
    }

    /// Rows to be computed.
    pub(super) const fn core(&self) -> usize {
        self.core
    }

    /// Bytes to be computed.
    pub(super) const fn core_len(&self) -> usize {
        self.core * self.places.stride
    }

    /// The row that [`Places::below`] says.
    ///
    /// # Panics
    /// When there are no rows.
    pub(super) fn below(&self, index: usize, down: isize) -> &'a [u8] {
        &self.bytes[self.places.below(index, down)]
    }
}

/// `N` numbers of `row` from `start`, with zeros behind its end.
#[inline]
pub(super) fn strip<T: Copy + Default, const N: usize>(row: &[T], start: usize) -> [T; N] {
    let rest = &row[start..];
    rest.first_chunk().copied().unwrap_or_else(|| {
        let mut strip = [T::default(); N];
        strip[..rest.len()].copy_from_slice(rest);
        strip
    })
}

/// Whether `length` bytes are what `window` describes, and contain a halo of `halo` rows.
pub(super) fn check(length: usize, window: Window, halo: u32) -> Result<(), Misfit> {
    let Window { stride, total, start, before, core, after } = window;
    if !stride.is_multiple_of(PIXEL as u32) {
        return Err(Misfit::Stride { stride });
    }
    // Before the length: a window within an image has one that can be counted.
    let end = u64::from(start) + u64::from(core) + u64::from(after);
    if before > start || end > u64::from(total) {
        return Err(Misfit::Outside { window });
    }
    if window.input_len() != length as u64 {
        return Err(Misfit::Length { length, expected: window.input_len() });
    }
    if !window.has_halo(halo) {
        return Err(Misfit::Halo { before, after, halo });
    }
    Ok(())
}

/// Why an input is not the rows of pixels that its window promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Misfit {
    /// A row is no whole number of pixels.
    Stride { stride: u32 },
    /// There are more or fewer bytes than the window says.
    Length { length: usize, expected: u64 },
    /// The window reaches over the edge of its image.
    Outside { window: Window },
    /// The kernel looks further than the halo reaches.
    Halo { before: u32, after: u32, halo: u32 },
}

impl Misfit {
    const fn code(&self) -> u32 {
        match self {
            Self::Stride { .. } => 1,
            Self::Length { .. } => 2,
            Self::Outside { .. } => 3,
            Self::Halo { .. } => 4,
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stride { stride } => write!(
                f,
                "a row of {stride} bytes is no whole number of RGBA pixels: the stride must be \
                 width * 4"
            ),
            Self::Length { length, expected } => {
                write!(f, "the input has {length} bytes and its window describes {expected}")
            }
            Self::Outside { window } => {
                write!(f, "the window reaches out of its image: {window:?}")
            }
            Self::Halo { before, after, halo } => write!(
                f,
                "{before} rows above and {after} below are fewer than the {halo} the kernel needs: \
                 cut with its own halo"
            ),
        }
    }
}

impl From<Misfit> for KernelError {
    fn from(misfit: Misfit) -> Self {
        Self::failed(misfit.code(), misfit.to_string())
    }
}
