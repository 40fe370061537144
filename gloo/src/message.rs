//! The bytes of a message: a header of five bytes (`u`, `j`, the version in little-endian order, `g`)
//! and a postcard body.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The version of these messages. Raised by any change to them.
const VERSION: u16 = 3;

const MAGIC: [u8; 2] = *b"uj";

/// Tells these messages from whatever else begins as they do.
const KIND: u8 = b'g';

const HEADER: usize = 5;

/// A message that cannot be written. Some types cannot: those whose length is not known before they
/// are walked through, and those that refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwritableError(postcard::Error);

impl fmt::Display for UnwritableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this message has no form in postcard: {}", self.0)
    }
}

impl std::error::Error for UnwritableError {}

/// Why a message could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreadableError {
    /// The bytes end before the message does.
    Truncated,
    /// The bytes do not begin as such a message does.
    NotAMessage,
    /// The other side speaks another version.
    VersionMismatch {
        /// The version of this build.
        ours: u16,
        /// The version the message carries.
        theirs: u16,
    },
    /// The body is none of this type.
    Malformed,
    /// The message ends before the bytes do.
    TrailingBytes,
}

impl fmt::Display for UnreadableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the message is cut short"),
            Self::NotAMessage => f.write_str("these bytes are not a message of unjank's"),
            Self::VersionMismatch { ours, theirs } => write!(
                f,
                "page and worker come from different builds (version {ours} met {theirs}): \
                 reload the page, and deploy both files together"
            ),
            Self::Malformed => f.write_str("the message breaks the format"),
            Self::TrailingBytes => f.write_str("bytes follow the end of the message"),
        }
    }
}

impl std::error::Error for UnreadableError {}

/// The bytes of a message.
///
/// # Errors
/// When postcard has no form for it.
///
/// ```
/// use unjank_gloo::{read, write};
///
/// assert_eq!(read(&write(&(7_u32, "seven"))?), Ok((7_u32, "seven")));
/// # Ok::<(), unjank_gloo::UnwritableError>(())
/// ```
pub fn write<T: Serialize>(message: &T) -> Result<Vec<u8>, UnwritableError> {
    let mut bytes = Vec::with_capacity(64);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.push(KIND);
    postcard::to_extend(message, bytes).map_err(UnwritableError)
}

/// The message that these bytes hold. Any bytes may be given.
///
/// # Errors
/// Says in what way they are not one whole message of this version and type.
pub fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, UnreadableError> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(UnreadableError::Truncated);
    };
    let [magic_0, magic_1, version_0, version_1, kind] = *header;
    if [magic_0, magic_1] != MAGIC || kind != KIND {
        return Err(UnreadableError::NotAMessage);
    }
    let theirs = u16::from_le_bytes([version_0, version_1]);
    if theirs != VERSION {
        return Err(UnreadableError::VersionMismatch { ours: VERSION, theirs });
    }
    match postcard::take_from_bytes(body) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(UnreadableError::TrailingBytes),
        Err(postcard::Error::DeserializeUnexpectedEnd) => Err(UnreadableError::Truncated),
        Err(_) => Err(UnreadableError::Malformed),
    }
}
