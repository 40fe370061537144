//! From bytes to values.

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::str;

use super::{
    CborError, MAX_DEPTH,
    head::{Bytes, Head, Major},
    number::Number,
    skip::{next_piece, too_deep},
};

/// Reads one value.
#[derive(Debug)]
pub(super) struct Reader<'de> {
    pub(super) bytes: Bytes<'de>,
    /// How many arrays and maps are open.
    pub(super) depth: usize,
}

impl<'de> Reader<'de> {
    pub(super) const fn new(bytes: &'de [u8]) -> Self {
        Self { bytes: Bytes::new(bytes), depth: 0 }
    }

    /// A reader for what was read before, from there on.
    pub(super) const fn again(&self, at: usize) -> Self {
        Self { bytes: self.bytes.again(at), depth: self.depth }
    }

    /// Makes sure that nothing follows.
    pub(super) fn finish(&self) -> Result<(), CborError> {
        if self.bytes.rest().is_empty() {
            return Ok(());
        }
        Err(CborError::malformed(self.bytes.at(), "something follows the value"))
    }

    /// Counts an array or map that is gone into. What enters must leave.
    pub(super) fn enter(&mut self) -> Result<(), CborError> {
        if self.depth == MAX_DEPTH {
            return Err(too_deep(self.bytes.at()));
        }
        self.depth += 1;
        Ok(())
    }

    pub(super) const fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A whole number between these, both included, in two's complement.
    pub(super) fn whole(&mut self, least: i64, most: u64) -> Result<u64, CborError> {
        Number::read(&mut self.bytes)?.whole(least, most)
    }

    pub(super) fn float(&mut self) -> Result<f64, CborError> {
        Number::read(&mut self.bytes).map(Number::float)
    }

    pub(super) fn short_float(&mut self) -> Result<f32, CborError> {
        Number::read(&mut self.bytes)?.short_float()
    }

    /// The bytes of a byte string or text.
    pub(super) fn string(&mut self, head: Head) -> Result<Cow<'de, [u8]>, CborError> {
        if let Some(length) = head.length() {
            return self.bytes.take(length).map(Cow::Borrowed);
        }
        let mut all = Vec::new();
        while let Some(piece) = next_piece(&mut self.bytes, head.major)? {
            all.extend_from_slice(piece);
        }
        Ok(Cow::Owned(all))
    }

    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, CborError> {
        let at = self.bytes.at();
        let head = self.bytes.head()?;
        if head.major != Major::Text {
            return Err(CborError::unfit("a text is expected"));
        }
        let no_text = || CborError::malformed(at, "the text is no UTF-8");
        match self.string(head)? {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| no_text()),
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).map_err(|_| no_text()),
        }
    }

    /// Goes past `null`, `undefined`, or an empty array or map.
    pub(super) fn nothing(&mut self) -> Result<(), CborError> {
        let head = self.bytes.head()?;
        let is_empty = match head.major {
            Major::Array | Major::Map => match head.length() {
                Some(length) => length == 0,
                None => self.bytes.take_break(),
            },
            Major::Unsigned | Major::Negative | Major::Bytes | Major::Text => false,
            Major::Tag | Major::Simple => head.is_nothing(),
        };
        if is_empty { Ok(()) } else { Err(CborError::unfit("nothing is expected, or null")) }
    }
}
