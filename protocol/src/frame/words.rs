//! Words: how frames are laid out.

use alloc::vec::Vec;

use super::{Bytes, FrameError, VERSION};
use crate::{JobId, TaskId, abi::MAX_PORTS};

/// Words of a header.
pub(super) const HEADER: usize = 8;

/// What stands for a place in the frame's own bytes, where the index of a buffer could stand.
pub(super) const INLINE: u32 = u32::MAX;

/// `u`, `j`.
const MAGIC: u16 = u16::from_le_bytes(*b"uj");

pub(super) const fn first_word() -> u32 {
    MAGIC as u32 | (VERSION as u32) << 16
}

/// A header and rows, in one piece.
pub(super) fn join(header: [u32; HEADER], tables: &[&[u32]]) -> Vec<u32> {
    let rows: usize = tables.iter().map(|table| table.len()).sum();
    let mut words = Vec::with_capacity(HEADER + rows);
    words.extend_from_slice(&header);
    tables.iter().for_each(|table| words.extend_from_slice(table));
    words
}

/// Words, then bytes, in one piece.
pub(super) fn with_bytes(words: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(4 * words.len() + bytes.len());
    for word in words {
        frame.extend_from_slice(&word.to_le_bytes());
    }
    frame.extend_from_slice(bytes);
    frame
}

/// A frame that is read: its header is known to be ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    words: &'a [[u8; 4]],
    bytes: &'a [u8],
}

/// A table of a frame: rows of `N` words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows<'a, const N: usize>(&'a [[[u8; 4]; N]]);

impl<'a> Frame<'a> {
    /// Reads a header. All that is not words is looked at later.
    pub(super) fn open(bytes: &'a [u8], kinds: &[u32]) -> Result<Self, FrameError> {
        let frame = Self { words: bytes.as_chunks().0, bytes: &[] };
        let Some(&[magic_0, magic_1, version_0, version_1]) = frame.words.first() else {
            return Err(FrameError::Truncated);
        };
        if u16::from_le_bytes([magic_0, magic_1]) != MAGIC {
            return Err(FrameError::NotAFrame);
        }
        let theirs = u16::from_le_bytes([version_0, version_1]);
        if theirs != VERSION {
            return Err(FrameError::VersionMismatch { ours: VERSION, theirs });
        }
        if frame.words.len() < HEADER {
            return Err(FrameError::Truncated);
        }
        if !kinds.contains(&frame.word(1)) {
            return Err(FrameError::UnexpectedKind { found: frame.word(1) });
        }
        Ok(frame)
    }

    /// The tables behind the header, of so many words in all, and behind them the bytes.
    pub(super) fn divide(
        bytes: &'a [u8],
        words: u64,
    ) -> Result<(&'a [[u8; 4]], &'a [u8]), FrameError> {
        let words = usize::try_from(words).map_err(|_| FrameError::Truncated)?;
        let end = words.checked_add(HEADER).and_then(|words| words.checked_mul(4));
        let split = end.and_then(|end| bytes.split_at_checked(end));
        let (words, bytes) = split.ok_or(FrameError::Truncated)?;
        Ok((&words.as_chunks().0[HEADER..], bytes))
    }

    pub(super) fn word(&self, place: usize) -> u32 {
        self.words.get(place).map_or(0, |word| u32::from_le_bytes(*word))
    }

    pub(super) fn long(&self, place: usize) -> u64 {
        long(self.word(place), self.word(place + 1))
    }

    pub(super) fn with_bytes(self, bytes: &'a [u8]) -> Self {
        Self { bytes, ..self }
    }

    /// A part of the frame's own bytes.
    pub(super) fn part(&self, offset: u32, length: u32) -> Result<&'a [u8], FrameError> {
        let (offset, length) = (offset as usize, length as usize);
        let end = offset.checked_add(length).ok_or(FrameError::Truncated)?;
        self.bytes.get(offset..end).ok_or(FrameError::Truncated)
    }

    pub(super) fn text(&self, offset: u32, length: u32) -> Result<&'a str, FrameError> {
        core::str::from_utf8(self.part(offset, length)?).map_err(|_| FrameError::Malformed)
    }

    pub(super) fn place(&self, at: u32, offset: u32, length: u32) -> Result<Bytes<'a>, FrameError> {
        Ok(match at {
            INLINE => Bytes::Inline(self.part(offset, length)?),
            index => Bytes::Buffer { index, offset, length },
        })
    }
}

impl<'a, const N: usize> Rows<'a, N> {
    /// The first rows of some words, and the words behind them.
    pub(super) fn split(words: &'a [[u8; 4]], rows: u32) -> (Self, &'a [[u8; 4]]) {
        let (here, rest) = words.split_at(rows as usize * N);
        (Self(here.as_chunks().0), rest)
    }

    pub(super) fn iter(self) -> impl ExactSizeIterator<Item = [u32; N]> + use<'a, N> {
        self.0.iter().map(|row| row.map(u32::from_le_bytes))
    }

    /// The inputs or outputs of one task: at least one, and no more than a kernel has.
    pub(super) fn ports(self, first: u32, count: u32) -> Result<Self, FrameError> {
        if count == 0 { Err(FrameError::Malformed) } else { self.some_ports(first, count) }
    }

    /// The same, or none.
    pub(super) fn some_ports(self, first: u32, count: u32) -> Result<Self, FrameError> {
        if count as usize > MAX_PORTS {
            Err(FrameError::Malformed)
        } else {
            self.part(first, count)
        }
    }

    /// The rows of this part.
    pub(super) fn part(self, first: u32, count: u32) -> Result<Self, FrameError> {
        let end = (first as usize).checked_add(count as usize).ok_or(FrameError::Malformed)?;
        self.0.get(first as usize..end).map(Self).ok_or(FrameError::Malformed)
    }
}

/// All of them, or the first error, in no more memory than they need.
pub(super) fn collect<T>(
    items: impl ExactSizeIterator<Item = Result<T, FrameError>>,
) -> Result<Vec<T>, FrameError> {
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        all.push(item?);
    }
    Ok(all)
}

pub(super) fn long(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// The lower and the upper half.
pub(super) fn halves(long: u64) -> [u32; 2] {
    [long as u32, (long >> 32) as u32]
}

pub(super) fn task_id(low: u32, high: u32, index: u32) -> Result<TaskId, FrameError> {
    let job = JobId::new(long(low, high)).ok_or(FrameError::Malformed)?;
    Ok(TaskId { job, index })
}

/// The frame's own bytes, as they are written.
#[derive(Debug, Default)]
pub(super) struct Pile(pub(super) Vec<u8>);

impl Pile {
    /// Appends bytes; says where they are.
    pub(super) fn put(&mut self, bytes: &[u8]) -> [u32; 2] {
        let offset = self.0.len();
        self.0.extend_from_slice(bytes);
        // A message has some tens of KiB of its own.
        [offset as u32, bytes.len() as u32]
    }

    /// A row of an input or output, with a last word of its own.
    pub(super) fn row(&mut self, bytes: Bytes<'_>, last: u32) -> [u32; 4] {
        match bytes {
            Bytes::Inline(bytes) => {
                let [offset, length] = self.put(bytes);
                [INLINE, offset, length, last]
            }
            Bytes::Buffer { index, offset, length } => [index, offset, length, last],
        }
    }
}
