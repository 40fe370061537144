//! What holds of any bytes that are read as a frame.

use std::fmt::Debug;

use allocation_counter::measure;
use unjank_protocol::{
    Bytes, DecodeError, Frame, Hello, MEMORY_PER_BYTE, Reply, Request, Task, decode, encode,
};

/// How many of the places where a frame can be cut short are tried, counted from its end.
const CUTS: usize = 64;

/// How each kind of frame was read, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// As a [`Hello`].
    pub(crate) hello: Result<(), DecodeError>,
    /// As a [`Request`].
    pub(crate) request: Result<(), DecodeError>,
    /// As a [`Reply`].
    pub(crate) reply: Result<(), DecodeError>,
}

/// Reads the bytes as each kind of frame.
///
/// # Panics
/// When a law does not hold.
pub(crate) fn check(bytes: &[u8]) -> Reading {
    let mut again = Vec::new();
    let request = check_frame::<Request<'_>>(bytes, &mut again);
    Reading {
        hello: check_frame::<Hello<'_>>(bytes, &mut Vec::new()).map(drop),
        request: request.map(|request| request.tasks.iter().for_each(check_window)),
        reply: check_frame::<Reply<'_>>(bytes, &mut Vec::new()).map(drop),
    }
}

/// What is read is written as something that is read as the same; `again` is where it is written.
fn check_frame<'a, F>(bytes: &'a [u8], again: &'a mut Vec<u8>) -> Result<F, DecodeError>
where
    F: Frame<'a> + Debug + PartialEq,
{
    let frame = decode_within_bounds::<F>(bytes)?;
    *again = encode(&frame);
    // A number may be read with leading zeros, and is written without them.
    assert!(again.len() < bytes.len() || again == bytes, "written as {again:02x?}");
    assert_eq!(decode::<F>(again).as_ref(), Ok(&frame), "written as {again:02x?}");
    for length in bytes.len().saturating_sub(CUTS)..bytes.len() {
        let cut = decode::<F>(&bytes[..length]);
        assert_eq!(cut, Err(DecodeError::Truncated), "cut to {length} bytes");
    }
    Ok(frame)
}

fn decode_within_bounds<'a, F: Frame<'a>>(bytes: &'a [u8]) -> Result<F, DecodeError> {
    let mut frame = Err(DecodeError::Malformed);
    let taken = measure(|| frame = decode(bytes)).bytes_max;
    let bound = (bytes.len() * MEMORY_PER_BYTE) as u64;
    assert!(taken <= bound, "{} bytes took {taken} bytes of memory", bytes.len());
    frame
}

/// A window that fits its input has its core in it.
fn check_window(task: &Task<'_>) {
    let length = match task.input {
        Bytes::Inline(bytes) => bytes.len() as u64,
        Bytes::Buffer { length, .. } => u64::from(length),
    };
    if task.window.input_len() == length {
        let core = task.window.core_bytes();
        assert!(core.start <= core.end && core.end as u64 <= length, "{task:?}");
    }
}
