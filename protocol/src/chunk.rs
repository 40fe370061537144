//! Chunked work: a buffer of equal units, cut into pieces that each know their surroundings.
//!
//! A *unit* is `stride` bytes: a row of pixels, a record, a sample. A *chunk* is a run of units
//! that one task computes (its *core*), sent with up to `halo` units of context on either side. At
//! the ends of the buffer there is no context: the kernel sees in its [`Window`] that the halo is
//! short and treats the edge as it would for the whole buffer, which is what makes chunked results
//! equal to whole ones, byte for byte.

use core::{fmt, num::NonZeroU32, ops::Range};

use serde::{Deserialize, Serialize};

/// Which part of the whole a kernel's input is, in units.
///
/// The input is `before + core + after` units of `stride` bytes; the kernel answers for the core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Window {
    /// Bytes of one unit; at least 1.
    pub stride: u32,
    /// Units of the whole buffer.
    pub total: u32,
    /// Index, in the whole buffer, of the first core unit.
    pub start: u32,
    /// Halo units in front of the core. Fewer than the halo that was asked for only at the start
    /// of the buffer.
    pub before: u32,
    /// Units to compute.
    pub core: u32,
    /// Halo units behind the core. Fewer than the halo that was asked for only at the end of the
    /// buffer.
    pub after: u32,
}

impl Window {
    /// The window of a job that is not cut: `total` units of `stride` bytes, no halo.
    #[must_use]
    pub const fn whole(stride: u32, total: u32) -> Self {
        Self { stride, total, start: 0, before: 0, core: total, after: 0 }
    }

    /// Bytes of input this window describes; `u64::MAX` when they are even more.
    #[must_use]
    pub const fn input_len(&self) -> u64 {
        let units = self.before as u64 + self.core as u64 + self.after as u64;
        units.saturating_mul(self.stride as u64)
    }

    /// Where the core is in the input, in bytes. Meaningful once [`Window::input_len`] was found
    /// to be the length of the input.
    #[must_use]
    pub const fn core_bytes(&self) -> Range<usize> {
        let stride = self.stride as usize;
        let first = self.before as usize * stride;
        first..first + self.core as usize * stride
    }

    /// Whether a kernel that looks `halo` units to either side finds all there is to see.
    ///
    /// ```
    /// use unjank_protocol::Window;
    ///
    /// let middle = Window { stride: 4, total: 9, start: 3, before: 1, core: 2, after: 1 };
    /// assert!(middle.has_halo(1));
    /// assert!(!middle.has_halo(2));
    /// assert!(Window::whole(4, 9).has_halo(100));
    /// ```
    #[must_use]
    pub fn has_halo(&self, halo: u32) -> bool {
        let behind =
            u64::from(self.total).saturating_sub(u64::from(self.start) + u64::from(self.core));
        self.before >= halo.min(self.start) && u64::from(self.after) >= u64::from(halo).min(behind)
    }
}

/// Where a piece that was cut elsewhere stands in its whole, in units.
///
/// ```
/// use unjank_protocol::Place;
///
/// // Rows 100 to 199 of 3000, in a buffer that also has the 5 rows above and the 5 below.
/// let place = Place { start: 100, total: 3000, before: 5, after: 5 };
/// assert_eq!(place.total, 3000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place {
    /// Index, in the whole, of the first unit to compute: the one behind the halo.
    pub start: u32,
    /// Units of the whole.
    pub total: u32,
    /// Halo units at the beginning of the piece.
    pub before: u32,
    /// Halo units at the end of the piece.
    pub after: u32,
}

/// How a buffer is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Plan {
    /// Bytes of one unit; 0 in a range, whose units have none.
    stride: u32,
    cut: Cut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Cut {
    /// Into chunks of as many units each, with a halo; the last may have fewer.
    Even { total: u32, units: u32, halo: u32 },
    /// Not here: all of it is one piece, of as many units without its halo.
    Elsewhere { place: Place, core: u32 },
}

/// One piece of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The bytes of the whole buffer that the task needs: core and halo.
    pub input: Range<usize>,
    /// What the kernel is told about them.
    pub window: Window,
}

impl Plan {
    /// The size that chunks default to, in bytes: about what stays in a core's cache together with
    /// its result.
    pub const CHUNK_BYTES: u32 = 1 << 20;

    /// Into how many chunks a range is cut: enough that workers end at about the same time.
    pub const RANGE_CHUNKS: u32 = 64;

    /// The most chunks one buffer may be cut into.
    pub const MAX_CHUNKS: u32 = 1 << 20;

    /// Cuts `length` bytes into units of `stride` bytes and chunks of `units` units, each sent
    /// with `halo` units on either side. Without `units` it chooses: about
    /// [`Plan::CHUNK_BYTES`], up to eight times that where a wide halo would otherwise cost more
    /// than the core.
    ///
    /// ```
    /// use unjank_protocol::Plan;
    ///
    /// // Ten rows of 4 bytes, three at a time, with one row of context.
    /// let plan = Plan::new(40, 4, Some(3), 1)?;
    /// assert_eq!(plan.len().get(), 4);
    /// assert_eq!(plan.chunk(1).map(|chunk| chunk.input), Some(8..28));
    /// # Ok::<(), unjank_protocol::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// A stride or chunk of zero, a length that is no whole number of units or needs more than 32
    /// bits, or more than [`Plan::MAX_CHUNKS`] chunks.
    pub fn new(
        length: usize,
        stride: u32,
        units: Option<u32>,
        halo: u32,
    ) -> Result<Self, PlanError> {
        if units == Some(0) {
            return Err(PlanError::Zero);
        }
        let total = count_units(length, stride)?;
        let units = units.unwrap_or_else(|| default_units(stride, halo));
        Self::even(stride, total, units, halo)
    }

    /// One chunk of `length` bytes that was cut elsewhere, in units of `stride` bytes, halo
    /// included. Its whole may be longer than any buffer.
    ///
    /// ```
    /// use unjank_protocol::{Place, Plan};
    ///
    /// // Rows 3 to 5 of ten rows of 4 bytes, with one row of context on either side.
    /// let place = Place { start: 3, total: 10, before: 1, after: 1 };
    /// let piece = Plan::piece(20, 4, place)?;
    /// let cut_here = Plan::new(40, 4, Some(3), 1)?;
    /// let window = |plan: Plan, index| plan.chunk(index).map(|chunk| chunk.window);
    /// assert_eq!(window(piece, 0), window(cut_here, 1));
    /// # Ok::<(), unjank_protocol::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// A stride of zero, a length that is no whole number of units or needs more than 32 bits, a
    /// halo that leaves no unit of the piece to compute (unless the whole has none), or a piece
    /// that reaches over an end of its whole.
    pub fn piece(length: usize, stride: u32, place: Place) -> Result<Self, PlanError> {
        let units = count_units(length, stride)?;
        let halo = u64::from(place.before) + u64::from(place.after);
        let rest = u64::from(units).checked_sub(halo).filter(|&core| core > 0 || place.total == 0);
        let core = rest.and_then(|core| u32::try_from(core).ok());
        let core = core.ok_or(PlanError::NoCore { units, place })?;
        let end = u64::from(place.start) + u64::from(core) + u64::from(place.after);
        if place.before > place.start || end > u64::from(place.total) {
            return Err(PlanError::Outside { units, place });
        }
        Ok(Self { stride, cut: Cut::Elsewhere { place, core } })
    }

    /// Cuts a range of `total` units that have no bytes: what is made of them is made from their numbers alone.
    /// Without `units` it makes [`Plan::RANGE_CHUNKS`] chunks.
    ///
    /// ```
    /// use unjank_protocol::Plan;
    ///
    /// // The rows of a fractal.
    /// let plan = Plan::range(1080, Some(100))?;
    /// let last = plan.chunk(10).ok_or("it has eleven")?;
    /// assert_eq!((last.window.start, last.window.core), (1000, 80));
    /// assert!(last.input.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A chunk of zero, or more than [`Plan::MAX_CHUNKS`] chunks.
    pub fn range(total: u32, units: Option<u32>) -> Result<Self, PlanError> {
        if units == Some(0) {
            return Err(PlanError::Zero);
        }
        let units = units.unwrap_or_else(|| total.div_ceil(Self::RANGE_CHUNKS).max(1));
        Self::even(0, total, units, 0)
    }

    fn even(stride: u32, total: u32, units: u32, halo: u32) -> Result<Self, PlanError> {
        let plan = Self { stride, cut: Cut::Even { total, units, halo } };
        if plan.len().get() > Self::MAX_CHUNKS {
            return Err(PlanError::TooMany);
        }
        Ok(plan)
    }

    /// How many chunks there are: at least one, so that empty input is computed too.
    #[must_use]
    pub fn len(&self) -> NonZeroU32 {
        match self.cut {
            // No plan has chunks of nothing; said here, nothing can panic.
            Cut::Even { total, units, .. } => NonZeroU32::new(total.div_ceil(units.max(1))),
            Cut::Elsewhere { .. } => None,
        }
        .unwrap_or(NonZeroU32::MIN)
    }

    /// How many chunks on either side of one are given a part of its core as their context.
    ///
    /// ```
    /// use unjank_protocol::Plan;
    ///
    /// let reach = |halo| Plan::new(100, 1, Some(10), halo).map(|plan| plan.reach());
    /// assert_eq!([reach(0)?, reach(1)?, reach(10)?, reach(11)?], [0, 1, 1, 2]);
    /// # Ok::<(), unjank_protocol::PlanError>(())
    /// ```
    #[must_use]
    pub fn reach(&self) -> u32 {
        match self.cut {
            Cut::Even { units, halo, .. } => halo.div_ceil(units.max(1)),
            Cut::Elsewhere { .. } => 0,
        }
    }

    /// The `index`-th chunk; `None` past the last.
    #[must_use]
    pub fn chunk(&self, index: u32) -> Option<Chunk> {
        if index >= self.len().get() {
            return None;
        }
        // A window's is at least 1.
        let stride = self.stride.max(1);
        let (window, skipped) = match self.cut {
            Cut::Even { total, units, halo } => {
                let start = index * units;
                let core = units.min(total - start);
                let before = halo.min(start);
                let after = halo.min(total - start - core);
                (Window { stride, total, start, before, core, after }, start - before)
            }
            Cut::Elsewhere { place: Place { start, total, before, after }, core } => {
                (Window { stride, total, start, before, core, after }, 0)
            }
        };
        let Window { before, core, after, .. } = window;
        let bytes = self.stride as usize;
        let first = skipped as usize * bytes;
        let input = first..first + (before + core + after) as usize * bytes;
        Some(Chunk { input, window })
    }

    /// Bytes that no input of a chunk exceeds: what it has with context on both sides, if there is as much.
    ///
    /// ```
    /// use unjank_protocol::Plan;
    ///
    /// let plan = Plan::new(100, 2, Some(10), 5)?;
    /// let longest = plan.chunks().map(|chunk| chunk.input.len()).max();
    /// assert_eq!((plan.bound(), longest), (40, Some(40)));
    /// # Ok::<(), unjank_protocol::PlanError>(())
    /// ```
    #[must_use]
    pub fn bound(&self) -> usize {
        let units = match self.cut {
            Cut::Even { total, units, halo } => {
                total.min(halo.saturating_mul(2).saturating_add(units))
            }
            Cut::Elsewhere { place: Place { before, after, .. }, core } => before + core + after,
        };
        units as usize * self.stride as usize
    }

    /// The chunks in order.
    pub fn chunks(&self) -> impl Iterator<Item = Chunk> + use<> {
        let plan = *self;
        (0..plan.len().get()).filter_map(move |index| plan.chunk(index))
    }
}

fn count_units(length: usize, stride: u32) -> Result<u32, PlanError> {
    let length = u32::try_from(length).map_err(|_| PlanError::TooLong)?;
    if stride == 0 {
        return Err(PlanError::Zero);
    }
    if !length.is_multiple_of(stride) {
        return Err(PlanError::Ragged { length, stride });
    }
    Ok(length / stride)
}

fn default_units(stride: u32, halo: u32) -> u32 {
    let halo_bytes = u64::from(stride).saturating_mul(u64::from(halo) * 2);
    let chunk = u64::from(Plan::CHUNK_BYTES);
    // Every row of the halo is copied for two chunks and often computed for both: that costs more
    // than a chunk that leaves the cache.
    let bytes = halo_bytes.clamp(chunk, 8 * chunk);
    u32::try_from(bytes / u64::from(stride)).unwrap_or(u32::MAX).max(1)
}

/// Why a buffer cannot be cut so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// The stride or the chunk length is zero.
    Zero,
    /// The buffer is no whole number of units.
    Ragged {
        /// Bytes of the buffer.
        length: u32,
        /// Bytes of a unit.
        stride: u32,
    },
    /// The buffer has 4 GiB or more.
    TooLong,
    /// There would be more than [`Plan::MAX_CHUNKS`] chunks.
    TooMany,
    /// The halo of a piece leaves none of its units to compute.
    NoCore {
        /// Units of the piece.
        units: u32,
        /// Where it is said to be.
        place: Place,
    },
    /// A piece reaches over an end of its whole.
    Outside {
        /// Units of the piece.
        units: u32,
        /// Where it is said to be.
        place: Place,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero => f.write_str("stride and chunk length must be at least 1"),
            Self::Ragged { length, stride } => write!(
                f,
                "{length} bytes are no whole number of units of {stride} bytes: check the stride"
            ),
            Self::TooLong => {
                f.write_str("a payload must stay below 4 GiB: cut it into several jobs")
            }
            Self::TooMany => write!(f, "more than {} chunks: make them longer", Plan::MAX_CHUNKS),
            Self::NoCore { units, place: Place { before, after, .. } } => write!(
                f,
                "a halo of {before} units before and {after} after leaves nothing to compute of a \
                 piece of {units}: check the window"
            ),
            Self::Outside { units, place: Place { start, total, before, .. } } => write!(
                f,
                "a piece of {units} units with {before} of them before unit {start} reaches out of \
                 a whole of {total}: check the window"
            ),
        }
    }
}

impl core::error::Error for PlanError {}
