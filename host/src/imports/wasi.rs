//! What the standard libraries of Rust and C import, so far as a kernel can need it: a clock, random
//! bytes, and streams that are logs. No environment, no arguments, no files.

use std::time::{SystemTime, UNIX_EPOCH};

use unjank_protocol::abi::WASI_MODULE;
use wasmtime::{Linker, Result};

use super::{Guest, Hooks, LONGEST, fill, split, view};

const DONE: i32 = 0;
const BAD_FILE: i32 = 8;

const CLOCK_OF_THE_DAY: u32 = 0;

/// Adds every import of [`WASI_MODULE`] that hosts have.
pub(super) fn add(linker: &mut Linker<Hooks>) -> Result<()> {
    linker.func_wrap(WASI_MODULE, "clock_time_get", tell)?;
    linker.func_wrap(WASI_MODULE, "clock_res_get", |mut guest: Guest<'_>, _: u32, at: u32| {
        put(&mut guest, at, &1_u64.to_le_bytes())
    })?;
    linker.func_wrap(WASI_MODULE, "random_get", |guest: Guest<'_>, at: u32, length: u32| {
        fill(guest, at, length).map(|()| DONE)
    })?;
    linker.func_wrap(WASI_MODULE, "fd_write", write)?;
    linker.func_wrap(WASI_MODULE, "fd_read", |_: u32, _: u32, _: u32, _: u32| BAD_FILE)?;
    linker.func_wrap(WASI_MODULE, "fd_close", |_: u32| BAD_FILE)?;
    linker.func_wrap(WASI_MODULE, "fd_seek", |_: u32, _: i64, _: u32, _: u32| BAD_FILE)?;
    linker.func_wrap(WASI_MODULE, "fd_fdstat_get", |_: u32, _: u32| BAD_FILE)?;
    for kind in ["environ", "args"] {
        linker.func_wrap(WASI_MODULE, &format!("{kind}_get"), |_: u32, _: u32| DONE)?;
        linker.func_wrap(WASI_MODULE, &format!("{kind}_sizes_get"), none)?;
    }
    linker.func_wrap(WASI_MODULE, "sched_yield", || DONE)?;
    linker.func_wrap(WASI_MODULE, "proc_exit", |code: i32| -> Result<()> {
        Err(wasmtime::Error::msg(format!("proc_exit({code})")))
    })?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "kernels ask for the time, and this is no browser")]
fn tell(mut guest: Guest<'_>, clock: u32, _precision: i64, at: u32) -> Result<i32> {
    let time = if clock == CLOCK_OF_THE_DAY {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    } else {
        guest.data().origin.elapsed()
    };
    put(&mut guest, at, &(time.as_nanos() as u64).to_le_bytes())
}

/// There is none of what it asks for, and no bytes of it.
fn none(mut guest: Guest<'_>, count: u32, bytes: u32) -> Result<i32> {
    put(&mut guest, count, &[0; 4])?;
    put(&mut guest, bytes, &[0; 4])
}

fn write(mut guest: Guest<'_>, file: u32, parts: u32, count: u32, written: u32) -> Result<i32> {
    if !matches!(file, 1 | 2) {
        return Ok(BAD_FILE);
    }
    let table = view(&mut guest, parts, count.saturating_mul(8))?.to_vec();
    let mut text = Vec::new();
    let mut total = 0_u32;
    for &[a, b, c, d, e, f, g, h] in table.as_chunks().0 {
        let (address, length) =
            (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        let part = view(&mut guest, address, length)?;
        let room = (LONGEST as usize).saturating_sub(text.len());
        text.extend_from_slice(&part[..part.len().min(room)]);
        total = total.wrapping_add(length);
    }
    eprint!("{}", String::from_utf8_lossy(&text));
    put(&mut guest, written, &total.to_le_bytes())
}

fn put(guest: &mut Guest<'_>, at: u32, bytes: &[u8]) -> Result<i32> {
    split(guest, at, bytes.len() as u32)?.0.copy_from_slice(bytes);
    Ok(DONE)
}
