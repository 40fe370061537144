//! What holds of any bytes that are read as a frame.

use allocation_counter::measure;
use unjank_protocol::{FrameError, MEMORY_PER_BYTE, Reply, Request, Task};

/// How many of the places where a frame can be cut short are tried, from its beginning.
const CUTS: usize = 64;

/// How each kind of frame was read, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// As a [`Request`].
    pub(crate) request: Result<(), FrameError>,
    /// As a [`Reply`].
    pub(crate) reply: Result<(), FrameError>,
}

/// Reads the bytes as each kind of frame.
///
/// # Panics
/// When a law does not hold.
pub(crate) fn check(bytes: &[u8]) -> Reading {
    Reading { request: check_request(bytes), reply: check_reply(bytes) }
}

/// What is read is written as something that is read as the same.
fn check_request(bytes: &[u8]) -> Result<(), FrameError> {
    let request = within_bounds(bytes, || Request::read(bytes))?;
    request.tasks.iter().for_each(check_window);
    let again = request.write();
    assert_eq!(Request::read(&again).as_ref(), Ok(&request), "written as {again:02x?}");
    for length in 0..CUTS.min(again.len()) {
        let cut = Request::read(&again[..length]);
        assert!(cut.is_err() || length >= 32, "cut to {length} bytes");
    }
    Ok(())
}

fn check_reply(bytes: &[u8]) -> Result<(), FrameError> {
    let reply = within_bounds(bytes, || Reply::read(bytes))?;
    let again = reply.write();
    assert_eq!(Reply::read(&again).as_ref(), Ok(&reply), "written as {again:02x?}");
    Ok(())
}

fn within_bounds<T>(
    bytes: &[u8],
    read: impl FnOnce() -> Result<T, FrameError>,
) -> Result<T, FrameError> {
    let mut frame = Err(FrameError::Malformed);
    let taken = measure(|| frame = read()).bytes_max;
    let bound = (bytes.len() * MEMORY_PER_BYTE) as u64;
    assert!(taken <= bound, "{} bytes took {taken} bytes of memory", bytes.len());
    frame
}

/// A window that fits its input has its core in it.
fn check_window(task: &Task<'_>) {
    let length = task.input.len() as u64;
    if task.window.input_len() == length {
        let core = task.window.core_bytes();
        assert!(core.start <= core.end && core.end as u64 <= length, "{task:?}");
    }
}
