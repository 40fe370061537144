//! The bytes of a message: a header as unjank's frames have, and a postcard body.

use std::fmt;

use serde::{Deserialize, Serialize};
use unjank_protocol::{DecodeError, open, seal};

/// Tells these messages from the pool's frames, which count their kinds from 1.
const KIND: u8 = b'g';

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
    seal(KIND, message).map_err(UnwritableError)
}

/// The message that these bytes hold.
///
/// # Errors
/// Says in what way they are not one whole message of this version and type.
pub fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    open(KIND, bytes)
}
