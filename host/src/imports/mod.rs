//! What hosts have for kernels.

use std::time::Instant;

use unjank_protocol::abi::IMPORT_MODULE;
use wasmtime::{Caller, Extern, Linker, ResourceLimiter, Result, StoreLimits, StoreLimitsBuilder};

use self::random::Random;

mod random;
mod wasi;

/// Longest text and part that is kept: a module may claim that it has more to say.
const LONGEST: u32 = 1 << 16;

/// Parts and lines that are kept of one call.
const MOST: usize = 1 << 16;

/// What the imports of an instance work with.
#[derive(Debug)]
pub(crate) struct Hooks {
    limits: StoreLimits,
    random: Random,
    origin: Instant,
    /// What the call gave out before its end.
    pub(crate) parts: Vec<Part>,
    /// After so many parts it is told to stop.
    pub(crate) cancel_at: Option<usize>,
}

/// A part of an output that was given out before the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Index of the output.
    pub output: u32,
    /// The first unit of it that the part has.
    pub first_unit: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Hooks {
    #[expect(
        clippy::disallowed_methods,
        reason = "kernels ask for the time, and this is no browser"
    )]
    pub(crate) fn new(memory: usize) -> Self {
        let limits = StoreLimitsBuilder::new().memory_size(memory).build();
        let (random, origin) = (Random::new(0), Instant::now());
        Self { limits, random, origin, parts: Vec::new(), cancel_at: None }
    }

    pub(crate) fn limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.limits
    }

    /// A call begins.
    pub(crate) fn begin(&mut self, seed: u64) {
        self.random = Random::new(seed);
        self.parts.clear();
    }

    fn is_cancelled(&self) -> bool {
        self.cancel_at.is_some_and(|parts| self.parts.len() >= parts)
    }
}

type Guest<'a> = Caller<'a, Hooks>;

/// Adds all that kernels may import.
pub(crate) fn add(linker: &mut Linker<Hooks>) -> Result<()> {
    linker.func_wrap(IMPORT_MODULE, "emit", emit)?;
    linker.func_wrap(IMPORT_MODULE, "progress", |_: Guest<'_>, _: f64, _: f64| ())?;
    linker.func_wrap(IMPORT_MODULE, "cancelled", |guest: Guest<'_>| {
        i32::from(guest.data().is_cancelled())
    })?;
    linker.func_wrap(IMPORT_MODULE, "now", |guest: Guest<'_>| {
        guest.data().origin.elapsed().as_secs_f64() * 1000.0
    })?;
    linker.func_wrap(IMPORT_MODULE, "random", fill)?;
    linker.func_wrap(IMPORT_MODULE, "log", log)?;
    wasi::add(linker)
}

fn emit(mut guest: Guest<'_>, output: u32, first_unit: u32, at: u32, length: u32) -> Result<i32> {
    let bytes = view(&mut guest, at, length)?.to_vec();
    let hooks = guest.data_mut();
    if hooks.parts.len() < MOST {
        hooks.parts.push(Part { output, first_unit, bytes });
    }
    Ok(i32::from(hooks.is_cancelled()))
}

fn fill(mut guest: Guest<'_>, address: u32, length: u32) -> Result<()> {
    let (bytes, hooks) = split(&mut guest, address, length)?;
    bytes.fill_with(|| hooks.random.byte());
    Ok(())
}

/// Goes to standard error, a line each.
fn log(mut guest: Guest<'_>, level: u32, address: u32, length: u32) -> Result<()> {
    const LEVELS: [&str; 4] = ["error", "warning", "info", "debug"];
    let text = String::from_utf8_lossy(view(&mut guest, address, length.min(LONGEST))?);
    let level = LEVELS.get(level as usize).copied().unwrap_or("debug");
    eprintln!("kernel {level}: {text}");
    Ok(())
}

// ---- Memory of the module that calls

fn view<'a>(guest: &'a mut Guest<'_>, address: u32, length: u32) -> Result<&'a [u8]> {
    split(guest, address, length).map(|(bytes, _)| &*bytes)
}

/// Bytes of memory, and the hooks beside them.
fn split<'a>(
    guest: &'a mut Guest<'_>,
    address: u32,
    length: u32,
) -> Result<(&'a mut [u8], &'a mut Hooks)> {
    let memory = guest.get_export("memory").and_then(Extern::into_memory);
    let memory = memory.ok_or_else(|| wasmtime::Error::msg("it has no memory"))?;
    let (bytes, hooks) = memory.data_and_store_mut(guest);
    let start = address as usize;
    let end = start.checked_add(length as usize);
    let bytes = end.and_then(|end| bytes.get_mut(start..end));
    let bytes = bytes.ok_or_else(|| {
        wasmtime::Error::msg(format!(
            "what it gives to an import lies outside memory: {length} bytes at {address}"
        ))
    })?;
    Ok((bytes, hooks))
}
