//! CBOR (RFC 8949), as far as a description has it: whole numbers, texts, bytes, lists and maps of
//! definite lengths; all else is passed over.

use alloc::vec::Vec;

use super::Fault;

/// Where a fault is, the caller knows.
type Result<T> = core::result::Result<T, Fault>;

/// The bytes that are still to be read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

/// The beginning of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    Unsigned(u64),
    Negative,
    Bytes(u64),
    Text(u64),
    List(u64),
    Map(u64),
    Tag,
    Bool(bool),
    Null,
    /// Floats, undefined, and what has no meaning yet.
    Other,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn head(&mut self) -> Result<Head> {
        let first = self.take(1)?[0];
        let (major, low) = (first >> 5, first & 31);
        let argument = match low {
            0..24 => u64::from(low),
            24..28 => self.number(1 << (low - 24))?,
            28..31 => return Err(Fault::NotCbor),
            // Whole numbers and tags have no such form.
            _ if matches!(major, 0 | 1 | 6) => return Err(Fault::NotCbor),
            // An open length; or the end of one, which is the same mistake.
            _ => return Err(Fault::Indefinite),
        };
        Ok(match major {
            0 => Head::Unsigned(argument),
            1 => Head::Negative,
            2 => Head::Bytes(argument),
            3 => Head::Text(argument),
            4 => Head::List(argument),
            5 => Head::Map(argument),
            6 => Head::Tag,
            _ => match (low, argument) {
                (20, _) => Head::Bool(false),
                (21, _) => Head::Bool(true),
                (22, _) => Head::Null,
                // These have a shorter form, and must not have this one.
                (24, ..32) => return Err(Fault::NotCbor),
                _ => Head::Other,
            },
        })
    }

    /// So many bytes.
    pub(super) fn bytes(&mut self, length: u64) -> Result<&'a [u8]> {
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// So many bytes, which are a text.
    pub(super) fn text(&mut self, length: u64) -> Result<&'a str> {
        core::str::from_utf8(self.bytes(length)?).map_err(|_| Fault::NotUtf8)
    }

    /// A key that is none of those `before` it in the same map, where it is put.
    pub(super) fn key(&mut self, before: &mut Vec<&'a str>) -> Result<&'a str> {
        let Head::Text(length) = self.head()? else { return Err(Fault::NotAKey) };
        let key = self.text(length)?;
        if before.contains(&key) {
            return Err(Fault::Twice { key: key.into() });
        }
        before.push(key);
        Ok(key)
    }

    /// Passes over one item, however deep it is.
    pub(super) fn skip(&mut self) -> Result<()> {
        let mut items = 1_u64;
        while items > 0 {
            items -= 1;
            let inner = match self.head()? {
                Head::Bytes(length) => self.bytes(length).map(|_| 0)?,
                Head::Text(length) => self.text(length).map(|_| 0)?,
                Head::List(length) => length,
                Head::Map(length) => length.saturating_mul(2),
                Head::Tag => 1,
                Head::Unsigned(_) | Head::Negative | Head::Bool(_) | Head::Null | Head::Other => 0,
            };
            items = items.saturating_add(inner);
        }
        Ok(())
    }

    fn number(&mut self, length: usize) -> Result<u64> {
        let bytes = self.take(length)?;
        Ok(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Fault::CutShort)?;
        self.rest = rest;
        Ok(taken)
    }
}
