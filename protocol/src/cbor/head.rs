//! The bytes of CBOR: heads, and the strings behind them.

use super::CborError;

/// What an item is, from the upper three bits of its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

impl Major {
    const ALL: [Self; 8] = [
        Self::Unsigned,
        Self::Negative,
        Self::Bytes,
        Self::Text,
        Self::Array,
        Self::Map,
        Self::Tag,
        Self::Simple,
    ];
}

/// The lower five bits of a first byte that say that no length is known.
pub(super) const INDEFINITE: u8 = 31;

/// The byte that ends an item of indefinite length.
pub(super) const BREAK: u8 = 0xff;

/// Values of [`Major::Simple`] with a meaning; from `HALF` on the bits of a float follow.
pub(super) mod simple {
    pub(in super::super) const FALSE: u8 = 20;
    pub(in super::super) const TRUE: u8 = 21;
    pub(in super::super) const NULL: u8 = 22;
    pub(in super::super) const UNDEFINED: u8 = 23;
    pub(in super::super) const HALF: u8 = 25;
    pub(in super::super) const SINGLE: u8 = 26;
    pub(in super::super) const DOUBLE: u8 = 27;
}

/// The beginning of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) major: Major,
    /// The lower five bits of the first byte.
    pub(super) info: u8,
    /// The number that they are, or that follows: a value, a length or the bits of a float.
    pub(super) number: u64,
}

impl Head {
    /// The length of a string, array or map; `None` if it ends with a [`BREAK`].
    pub(super) const fn length(self) -> Option<u64> {
        if self.info == INDEFINITE { None } else { Some(self.number) }
    }

    pub(super) fn is_nothing(self) -> bool {
        self.major == Major::Simple && matches!(self.info, simple::NULL | simple::UNDEFINED)
    }
}

/// Reads items, one behind the other.
#[derive(Debug)]
pub(super) struct Bytes<'de> {
    all: &'de [u8],
    at: usize,
}

impl<'de> Bytes<'de> {
    pub(super) const fn new(all: &'de [u8]) -> Self {
        Self { all, at: 0 }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'de [u8] {
        self.all.get(self.at..).unwrap_or_default()
    }

    /// A reader for what was read before, from there on.
    pub(super) const fn again(&self, at: usize) -> Self {
        Self { all: self.all, at }
    }

    /// The next `length` bytes.
    pub(super) fn take(&mut self, length: u64) -> Result<&'de [u8], CborError> {
        let rest = self.rest();
        let taken = usize::try_from(length).ok().and_then(|length| rest.get(..length));
        let taken = taken.ok_or_else(|| CborError::malformed(self.all.len(), "there is more"))?;
        self.at += taken.len();
        Ok(taken)
    }

    /// The next head that is not a tag's.
    pub(super) fn head(&mut self) -> Result<Head, CborError> {
        loop {
            let head = self.any_head()?;
            if head.major != Major::Tag {
                return Ok(head);
            }
        }
    }

    /// The next head that is not a tag's, left where it is.
    pub(super) fn peek(&self) -> Result<Head, CborError> {
        self.again(self.at).head()
    }

    /// Goes past a [`BREAK`] if it is the next byte.
    pub(super) fn take_break(&mut self) -> bool {
        let is_next = self.rest().first() == Some(&BREAK);
        self.at += usize::from(is_next);
        is_next
    }

    fn any_head(&mut self) -> Result<Head, CborError> {
        let at = self.at;
        let first = self.take(1)?.first().copied().unwrap_or_default();
        let (major, info) = (Major::ALL[usize::from(first >> 5)], first & 31);
        let number = match info {
            0..24 => u64::from(info),
            24..28 => {
                let bytes = self.take(1 << (info - 24))?;
                bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
            }
            INDEFINITE
                if matches!(major, Major::Bytes | Major::Text | Major::Array | Major::Map) =>
            {
                0
            }
            _ => return Err(CborError::malformed(at, "nothing begins so")),
        };
        if major == Major::Simple && info == 24 && number < 32 {
            return Err(CborError::malformed(at, "nothing begins so"));
        }
        Ok(Head { major, info, number })
    }
}
