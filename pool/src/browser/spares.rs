//! Buffers that nobody needs, kept to copy into: a fresh buffer costs more in page faults than the
//! copy itself.

use js_sys::{ArrayBuffer, Uint8Array};

use super::bytes;
use crate::JobError;

/// Buffers kept at most.
const MOST: usize = 16;

/// Bytes kept at most.
const MOST_BYTES: u32 = 32 << 20;

/// Free buffers, bounded in number and bytes.
#[derive(Debug, Default)]
pub(super) struct Spares {
    buffers: Vec<ArrayBuffer>,
    bytes: u32,
}

impl Spares {
    /// Keeps a buffer, unless there are enough.
    pub(super) fn put(&mut self, buffer: ArrayBuffer) {
        let bytes = buffer.byte_length();
        if bytes > 0 && self.buffers.len() < MOST && self.bytes.saturating_add(bytes) <= MOST_BYTES
        {
            self.bytes += bytes;
            self.buffers.push(buffer);
        }
    }

    /// A view of `length` bytes to copy into: of the best fitting spare, if one fits without
    /// wasting more than half of it, else of a new buffer.
    pub(super) fn take(&mut self, length: u32) -> Result<Uint8Array, JobError> {
        let fits = |buffer: &ArrayBuffer| {
            (length..=length.saturating_mul(2)).contains(&buffer.byte_length())
        };
        let best = self.buffers.iter().enumerate().filter(|(_, buffer)| fits(buffer));
        match best.min_by_key(|(_, buffer)| buffer.byte_length()).map(|(index, _)| index) {
            None => bytes::zeros(length),
            Some(index) => {
                let buffer = self.buffers.swap_remove(index);
                self.bytes -= buffer.byte_length();
                Ok(Uint8Array::new_with_byte_offset_and_length(&buffer, 0, length))
            }
        }
    }
}
