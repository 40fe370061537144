//! Why a frame could not be read.

use core::fmt;

/// Why [`decode`](crate::decode) refused a frame.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
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
        /// The kind byte that was found.
        found: u8,
    },
    /// The bytes break the format.
    Malformed,
    /// The frame ends before the bytes do.
    TrailingBytes,
}

impl fmt::Display for DecodeError {
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
            Self::TrailingBytes => f.write_str("bytes follow the end of the frame"),
        }
    }
}

impl core::error::Error for DecodeError {}
