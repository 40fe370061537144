//! Params as CBOR (RFC 8949), by serde, both ways.
//!
//! What is read is as lenient as callers in JavaScript need, where every number is a float and what
//! is left out is `undefined`:
//!
//! | asked for | taken |
//! |---|---|
//! | a number | any number whose value fits: `1` for an `f32`, `3.0` for a `u32`; never a cut one |
//! | an `Option` | `null`, `undefined` or a field that is not there for `None` |
//! | `()`, a struct without fields | `null`, `undefined`, `{}`, `[]`, or no bytes at all |
//! | a struct, a map | a map; `null`, `undefined`, `[]` or no bytes at all for an empty one |
//! | a sequence of `u8`, bytes | a byte string, or an array of numbers |
//! | an enum | a text for a variant without fields, else a map of one entry from its name |
//!
//! Tags are skipped, and so are fields that nobody knows. Items may have indefinite lengths. Bytes
//! behind the value are an error, and so is what is nested more than [`MAX_DEPTH`] deep.
//!
//! Whatever the bytes are, reading them ends in a value or an error, in a stack of bounded depth and
//! without asking for more memory than the bytes and the type account for.

mod deserialize;
mod error;
mod head;
mod items;
mod number;
mod read;
mod skip;
mod write;

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use self::error::CborError;
use self::{read::Reader, write::Writer};

/// How deeply arrays and maps may be nested.
pub const MAX_DEPTH: usize = 64;

/// Encodes a value: numbers in the shortest form that keeps their value, structs as maps with text
/// keys in the order of their fields, enums externally tagged unless serde is told otherwise.
///
/// ```
/// use unjank_protocol::cbor;
///
/// #[derive(serde::Serialize)]
/// struct Blur {
///     sigma: f32,
/// }
///
/// assert_eq!(cbor::to_vec(&Blur { sigma: 1.5 })?, b"\xa1\x65sigma\xf9\x3e\x00");
/// # Ok::<(), cbor::CborError>(())
/// ```
///
/// # Errors
/// When the value says so itself, and for whole numbers of more than 64 bits.
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, CborError> {
    let mut writer = Writer::default();
    value.serialize(&mut writer)?;
    Ok(writer.into_bytes())
}

/// Decodes a value. Texts and byte strings may be borrowed from `bytes`.
///
/// ```
/// use unjank_protocol::cbor;
///
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// struct Blur {
///     sigma: f32,
///     edge: Option<String>,
/// }
///
/// // { sigma: 3 }
/// assert_eq!(cbor::from_slice(b"\xa1\x65sigma\x03"), Ok(Blur { sigma: 3.0, edge: None }));
/// let error = cbor::from_slice::<Blur>(b"\xa1\x65sigma\x61x").unwrap_err();
/// assert_eq!(error.to_string(), "sigma: a number is expected");
/// ```
///
/// # Errors
/// Says where the bytes are no CBOR, or which part of the value does not fit and why.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, CborError> {
    /// `undefined`, which stands for nothing at all.
    const NOTHING: &[u8] = &[0xf7];

    let mut reader = Reader::new(if bytes.is_empty() { NOTHING } else { bytes });
    let value = T::deserialize(&mut reader)?;
    reader.finish()?;
    Ok(value)
}
