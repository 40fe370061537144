//! Kernels that work, and kernels that misbehave.

use std::{cell::Cell, collections::BTreeMap};

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Grain, Kernel, KernelError, Output, Window};

/// No parameters: `{}` in JavaScript.
#[derive(Debug, Serialize, Deserialize)]
pub struct Nothing {}

type Done = Result<(), KernelError>;

/// A kernel from its name, its parameters and its body.
macro_rules! kernel {
    ($(#[$doc:meta])* $type:ident, $name:literal, $params:ty,
     |$given:pat_param, $input:pat_param, $output:pat_param, $cx:pat_param| $body:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $type;

        impl Kernel for $type {
            const NAME: &'static str = $name;
            type Params = $params;

            fn run($given: &$params, $input: &mut [u8], $output: &mut Output, $cx: &Context) -> Done {
                $body
            }
        }
    };
}

kernel!(
    /// Gives back the core of what it gets.
    Echo, "echo", Nothing, |_, _, output, cx| {
        output.keep_input(cx.window().core_bytes());
        Ok(())
    }
);

kernel!(
    /// Adds its bytes up: a result much smaller than its input.
    Sum, "sum", Nothing, |_, input, output, cx| {
        let sum: u64 = input[cx.window().core_bytes()].iter().map(|&byte| u64::from(byte)).sum();
        output.grow().extend_from_slice(&sum.to_le_bytes());
        Ok(())
    }
);

kernel!(
    /// Tells its window: stride, total, start, before, core and after, four bytes each.
    Tell, "tell_window", Nothing, |_, _, output, cx| {
        let Window { stride, total, start, before, core, after } = cx.window();
        let numbers = [stride, total, start, before, core, after].map(u32::to_le_bytes);
        output.grow().extend_from_slice(numbers.as_flattened());
        Ok(())
    }
);

/// Which error [`Fail`] answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Failure {
    /// The number of the error.
    pub code: u32,
}

kernel!(
    /// Answers an error of its own.
    Fail, "fail", Failure, |failure, _, _, _| {
        Err(KernelError::failed(failure.code, "as it was told to"))
    }
);

/// Which chunk [`Panic`] panics at.
#[derive(Debug, Serialize, Deserialize)]
pub struct Where {
    /// The first unit of the chunk; 0 for a job that is not cut.
    start: u32,
}

impl Where {
    /// The chunk that begins with that unit.
    #[must_use]
    pub fn at(start: u32) -> Self {
        Self { start }
    }
}

kernel!(
    /// Panics at one chunk and echoes the others.
    Panic, "panic", Where, |at, _, output, cx| {
        let window = cx.window();
        assert!(window.start != at.start, "a kernel lost its head at unit {}", at.start);
        output.keep_input(window.core_bytes());
        Ok(())
    }
);

/// Adds to each byte its place in the whole, and panics where it is told to. It may be given pieces
/// of what it gets.
#[derive(Debug)]
pub struct Number;

impl Kernel for Number {
    const NAME: &'static str = "number";
    const GRAIN: Grain = Grain::bytes(1);
    type Params = Where;

    fn run(at: &Where, input: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        for (place, byte) in (cx.window().start..).zip(&mut *input) {
            assert!(place != at.start, "a kernel lost its head at byte {place}");
            *byte = byte.wrapping_add(place as u8);
        }
        output.keep_input(0..input.len());
        Ok(())
    }
}

kernel!(
    /// Executes an unreachable instruction.
    Trap, "trap", Nothing, |_, _, _, _| std::process::abort()
);

kernel!(
    /// Runs out of stack.
    Overflow, "overflow", Nothing, |_, input, output, _| {
        output.grow().push(dig(input, 1));
        Ok(())
    }
);

/// Recurses further than any stack reaches, in a way that no optimiser turns into a loop.
fn dig(input: &[u8], depth: u64) -> u8 {
    if depth == u64::MAX {
        return input.len() as u8;
    }
    let frame = std::hint::black_box([depth; 64]);
    let deeper = dig(input, depth.wrapping_add(frame[0]));
    deeper.wrapping_add(std::hint::black_box(frame)[63] as u8)
}

kernel!(
    /// Asks for more memory than there is.
    Exhaust, "exhaust", Nothing, |_, _, _, _| {
        let mut hoard = Vec::new();
        loop {
            hoard.push(std::hint::black_box(Vec::<u8>::with_capacity(256 << 20)));
        }
    }
);

kernel!(
    /// Never returns.
    Spin, "spin", Nothing, |_, _, _, _| {
        loop {
            std::hint::black_box(());
        }
    }
);

/// How long [`Dwell`] takes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Span {
    /// Milliseconds.
    ms: f64,
}

/// Computes for as long as it is told, by the host's clock, and gives back what it gets.
#[derive(Debug)]
pub struct Dwell;

impl Kernel for Dwell {
    const NAME: &'static str = "dwell";
    const USES_HOST: bool = true;
    type Params = Span;

    fn run(span: &Span, _: &mut [u8], output: &mut Output, cx: &Context) -> Done {
        let end = cx.now() + span.ms;
        while cx.now() < end {
            std::hint::black_box(());
        }
        output.keep_input(cx.window().core_bytes());
        Ok(())
    }
}

/// How much memory [`Grow`] takes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Greed {
    mebibytes: usize,
}

kernel!(
    /// Makes linear memory grow between taking its input and giving its output.
    Grow, "grow", Greed, |greed, _, output, cx| {
        let hoard = std::hint::black_box(vec![1_u8; greed.mebibytes << 20]);
        drop(hoard);
        output.keep_input(cx.window().core_bytes());
        Ok(())
    }
);

thread_local! {
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

kernel!(
    /// Counts how often this instance was called: a fresh instance begins at 1.
    Calls, "calls", Nothing, |_, _, output, _| {
        CALLS.set(CALLS.get() + 1);
        output.grow().extend_from_slice(&CALLS.get().to_le_bytes());
        Ok(())
    }
);

/// Parameters of every kind that [`Read`] tells.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Kinds {
    float: f32,
    double: f64,
    signed: i32,
    long: u64,
    flag: bool,
    text: String,
    bytes: Vec<u8>,
    list: Vec<f32>,
    maybe: Option<u32>,
    map: BTreeMap<String, u32>,
}

kernel!(
    /// Tells its parameters as it has read them.
    Read, "read", Kinds, |kinds, _, output, _| {
        output.grow().extend_from_slice(format!("{kinds:?}").as_bytes());
        Ok(())
    }
);

/// The numbers of a range.
#[unjank_worker::kernel]
pub fn ramp(cx: &Context) -> Vec<f32> {
    let Window { start, core, .. } = cx.window();
    (start..start + core).map(|number| number as f32).collect()
}

/// Each byte, plus what a table has for it.
#[unjank_worker::kernel]
pub fn mix(photo: &mut [u8], table: &[u8]) {
    for byte in photo {
        *byte = byte.wrapping_add(table[usize::from(*byte) % table.len()]);
    }
}

/// What comes before the point, and what comes behind it.
#[unjank_worker::kernel]
pub fn halves(numbers: &[f32], whole: &mut Vec<i32>, part: &mut Vec<f32>) {
    whole.extend(numbers.iter().map(|number| number.trunc() as i32));
    part.extend(numbers.iter().map(|number| number.fract()));
}
