//! The bytes of a message: a header as unjank's frames have, and a postcard body.

use std::fmt;

use serde::{Deserialize, Serialize};
use unjank_protocol::{DecodeError, VERSION};

const MAGIC: [u8; 2] = *b"uj";

/// Tells these messages from the pool's frames, which count their kinds from 1.
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

/// The message that these bytes hold.
///
/// # Errors
/// Says in what way they are not one whole message of this version and type.
pub fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::Truncated);
    };
    let [magic_0, magic_1, version_0, version_1, kind] = *header;
    if [magic_0, magic_1] != MAGIC {
        return Err(DecodeError::NotAFrame);
    }
    let theirs = u16::from_le_bytes([version_0, version_1]);
    if theirs != VERSION {
        return Err(DecodeError::VersionMismatch { ours: VERSION, theirs });
    }
    if kind != KIND {
        return Err(DecodeError::UnexpectedKind { found: kind });
    }
    match postcard::take_from_bytes(body) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(DecodeError::TrailingBytes),
        Err(postcard::Error::DeserializeUnexpectedEnd) => Err(DecodeError::Truncated),
        Err(_) => Err(DecodeError::Malformed),
    }
}
