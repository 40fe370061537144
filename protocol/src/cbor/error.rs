//! What is wrong, and where.

use alloc::{
    borrow::Cow,
    boxed::Box,
    string::{String, ToString},
};
use core::fmt::{self, Write};

use serde::{
    de::{self, Expected, Unexpected},
    ser,
};

/// Why a value could not be read from CBOR, or written as it.
///
/// As text it begins with the way to the part that does not fit: `points[3].x: a number is expected`.
// One pointer, because it is returned from every step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CborError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    /// Fields and indices that lead to it.
    path: String,
    message: Cow<'static, str>,
    /// Where the bytes are no CBOR; `None` when they are.
    malformed: Option<usize>,
}

impl CborError {
    /// The value does not fit its type.
    #[cold]
    pub(super) fn unfit(message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { path: String::new(), message: message.into(), malformed: None }))
    }

    /// The same, with a text from these parts.
    #[cold]
    #[inline(never)]
    fn in_words(parts: &[&str]) -> Self {
        Self::unfit(joined(parts, ""))
    }

    /// The byte at `offset` is not what must stand there.
    #[cold]
    pub(super) fn malformed(offset: usize, message: &'static str) -> Self {
        let message = message.into();
        Self(Box::new(Inner { path: String::new(), message, malformed: Some(offset) }))
    }

    /// The same, of the part with this name.
    #[cold]
    pub(super) fn within_field(mut self, name: &str) -> Self {
        let rest = &self.0.path;
        let is_field = !rest.is_empty() && !rest.starts_with('[');
        self.0.path = joined(&[name, if is_field { "." } else { "" }, rest], "");
        self
    }

    /// The same, of the part with this index.
    #[cold]
    pub(super) fn within_item(self, index: usize) -> Self {
        let mut name = String::from("[");
        // Writing to a string cannot fail.
        _ = write!(name, "{index}]");
        self.within_field(&name)
    }

    /// The way to the part that is wrong, as `points[3].x`; empty for the whole.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Index of the first byte that is no CBOR; `None` when all are, and their value does not fit.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        self.0.malformed
    }
}

impl fmt::Display for CborError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { path, message, malformed } = &*self.0;
        if let Some(offset) = malformed {
            write!(f, "no CBOR at byte {offset}: ")?;
            return f.write_str(message);
        }
        if !path.is_empty() {
            f.write_str(path)?;
            f.write_str(": ")?;
        }
        f.write_str(message)
    }
}

impl core::error::Error for CborError {}

// Every method is here, because the defaults print floats, which takes 15 KB of code.
impl de::Error for CborError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::unfit(message.to_string())
    }

    #[cold]
    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::in_words(&[&expected.to_string(), " is expected"])
    }

    #[cold]
    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::in_words(&[&expected.to_string(), " is expected"])
    }

    #[cold]
    fn invalid_length(_length: usize, expected: &dyn Expected) -> Self {
        Self::in_words(&["it has another length than ", &expected.to_string()])
    }

    #[cold]
    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::in_words(&["there is no `", variant, "`: choose one of ", &list(known)])
    }

    #[cold]
    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self::in_words(&["there is no `", field, "`: there is ", &list(known)])
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        Self::unfit("it is missing").within_field(field)
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        Self::unfit("it is there twice").within_field(field)
    }
}

impl ser::Error for CborError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::unfit(message.to_string())
    }
}

fn list(names: &[&str]) -> String {
    joined(names, ", ")
}

// Once, because each `concat`, `join` or `+` is code of its own.
#[cold]
#[inline(never)]
fn joined(parts: &[&str], between: &str) -> String {
    let mut joined = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            joined.push_str(between);
        }
        joined.push_str(part);
    }
    joined
}
