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

    /// `length` bytes to copy into: a spare of that length, which holds what it held before, or a new
    /// buffer. A longer one would have to be sent whole, with bytes of somebody else behind the end.
    pub(super) fn take(&mut self, length: u32) -> Result<Uint8Array, JobError> {
        match self.buffers.iter().position(|buffer| buffer.byte_length() == length) {
            None => bytes::zeros(length),
            Some(index) => {
                let buffer = self.buffers.swap_remove(index);
                self.bytes -= length;
                Ok(Uint8Array::new(&buffer))
            }
        }
    }
}
