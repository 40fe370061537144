//! The header that every message begins with, and the postcard body behind it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{DecodeError, VERSION};

const MAGIC: [u8; 2] = *b"uj";
const HEADER: usize = 5;

/// The bytes of a message: five of header (`u`, `j`, the [`VERSION`] in little-endian order, the kind)
/// and a postcard body.
///
/// # Errors
/// When postcard has no form for the body.
pub fn seal<T: Serialize>(kind: u8, body: &T) -> Result<Vec<u8>, postcard::Error> {
    let mut bytes = Vec::with_capacity(64);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.push(kind);
    postcard::to_extend(body, bytes)
}

/// The body of a message of this kind that [`seal`] wrote. Any bytes may be given.
///
/// ```
/// use unjank_protocol::{DecodeError, open, seal};
///
/// let sealed = seal(b'x', &(7_u32, "seven")).expect("a form in postcard");
/// assert_eq!(open(b'x', &sealed), Ok((7_u32, "seven")));
/// assert_eq!(open::<u32>(b'y', &sealed), Err(DecodeError::UnexpectedKind { found: b'x' }));
/// ```
///
/// # Errors
/// Says in what way the bytes are not one whole message of this kind, version and type.
pub fn open<'a, T: Deserialize<'a>>(kind: u8, bytes: &'a [u8]) -> Result<T, DecodeError> {
    let Some((header, body)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(DecodeError::Truncated);
    };
    let [magic_0, magic_1, version_0, version_1, found] = *header;
    if [magic_0, magic_1] != MAGIC {
        return Err(DecodeError::NotAFrame);
    }
    let theirs = u16::from_le_bytes([version_0, version_1]);
    if theirs != VERSION {
        return Err(DecodeError::VersionMismatch { ours: VERSION, theirs });
    }
    if found != kind {
        return Err(DecodeError::UnexpectedKind { found });
    }
    match postcard::take_from_bytes(body) {
        Ok((body, [])) => Ok(body),
        Ok(_) => Err(DecodeError::TrailingBytes),
        Err(postcard::Error::DeserializeUnexpectedEnd) => Err(DecodeError::Truncated),
        Err(_) => Err(DecodeError::Malformed),
    }
}
