//! The memory of an instance, of which nothing is believed.

use std::ops::Range;

/// A view of linear memory, as it is now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory<'a>(pub(crate) &'a [u8]);

impl<'a> Memory<'a> {
    /// Where `length` bytes at `address` are, if they all are inside.
    pub(crate) fn range(self, address: u32, length: u32) -> Option<Range<usize>> {
        let end = u64::from(address) + u64::from(length);
        (end <= self.0.len() as u64).then_some(address as usize..end as usize)
    }

    pub(crate) fn bytes(self, address: u32, length: u32) -> Option<&'a [u8]> {
        self.range(address, length).map(|range| &self.0[range])
    }

    /// A text, as far as it is one.
    pub(crate) fn text(self, address: u32, length: u32) -> Option<String> {
        self.bytes(address, length).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The word at `address`.
    pub(crate) fn word(self, address: u32) -> Option<u32> {
        let bytes = self.bytes(address, 4)?;
        Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

/// A record of words in linear memory, or the room for one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) address: u32,
    /// Bytes of room; 0: there is no such record.
    pub(crate) room: u32,
}

impl Record {
    /// The word at that place, if it is within the room and in memory.
    pub(crate) fn word(self, memory: Memory<'_>, index: usize) -> Option<u32> {
        let offset = u32::try_from(index * 4).ok()?;
        if offset.checked_add(4)? > self.room {
            return None;
        }
        memory.word(self.address.checked_add(offset)?)
    }
}
