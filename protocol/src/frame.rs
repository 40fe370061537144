//! What is said between page and worker: frames, and their bytes.
//!
//! A frame is words of 32 bits, little-endian, and then bytes, so that a worker's JavaScript reads it
//! through a typed array and either side writes it in one go. `worker/js/wire.d.ts` has the layout.
//! Bulk bytes do not stand in it: they travel beside it as transferred buffers, and the frame names them
//! by their index in that list.

mod reply;
mod request;
mod words;

use core::fmt;

pub use reply::{Answer, Onward, Reply, Times, Verdict};
pub use request::{Call, Draft, Expected, Input, InputRow, Params, ParamsRow, Request, Task};

/// The version of the frames and of the handshake. Raised by any change to either.
pub const VERSION: u16 = 4;

/// Places in which a worker keeps params for the messages to come.
pub const KEPT_PARAMS: u8 = 4;

/// The most memory that reading a frame takes, in bytes for each byte it is given.
///
/// A frame says how many tasks or answers follow before they do. Room is made for no more of them than
/// the frame has the words for, and what one takes is bounded by its type.
pub const MEMORY_PER_BYTE: usize = 8;

/// Where bytes are: an input, or an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes<'a> {
    /// Here, in the frame: small ones, for which a buffer of their own costs more than a copy.
    Inline(&'a [u8]),
    /// A part of a transferred buffer, which may be longer: recycled buffers are.
    Buffer {
        /// Index in the message's list of buffers.
        index: u32,
        /// Where in the buffer it begins, in bytes.
        offset: u32,
        /// Bytes that count.
        length: u32,
    },
}

impl Bytes<'_> {
    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        match self {
            Self::Inline(bytes) => bytes.len(),
            Self::Buffer { length, .. } => length as usize,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Why a frame could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameError {
    /// The bytes end before the frame does.
    Truncated,
    /// The bytes do not begin as an unjank frame does.
    NotAFrame,
    /// The other side speaks another version.
    VersionMismatch {
        /// The version of this build.
        ours: u16,
        /// The version the frame carries.
        theirs: u16,
    },
    /// A frame of another kind than was asked for.
    UnexpectedKind {
        /// The kind that was found.
        found: u32,
    },
    /// The words break the format.
    Malformed,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the frame is cut short"),
            Self::NotAFrame => f.write_str("these bytes are not an unjank frame"),
            Self::VersionMismatch { ours, theirs } => write!(
                f,
                "page and worker come from different builds (version {ours} met {theirs}): \
                 reload the page, and deploy both files together"
            ),
            Self::UnexpectedKind { found } => write!(f, "unexpected frame of kind {found}"),
            Self::Malformed => f.write_str("the frame breaks the format"),
        }
    }
}

impl core::error::Error for FrameError {}
