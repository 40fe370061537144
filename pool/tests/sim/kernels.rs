//! The kernels of the simulated workers.

use unjank_protocol::{Context, Element, InputPort, Kernel, KernelError, Output};
use unjank_worker::Registry;

/// Gives back the core of its input, each byte plus the parameter.
pub(crate) struct Add;

impl Kernel for Add {
    const NAME: &'static str = "add";
    type Params = u8;

    fn run(
        params: &u8,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        let core = cx.window().core_bytes();
        input[core.clone()].iter_mut().for_each(|byte| *byte = byte.wrapping_add(*params));
        output.keep_input(core);
        Ok(())
    }
}

/// Adds the sum of its parameters to each byte.
pub(crate) struct AddAll;

impl Kernel for AddAll {
    const NAME: &'static str = "add_all";
    type Params = Vec<u8>;

    fn run(
        params: &Vec<u8>,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        Add::run(&params.iter().fold(0, |sum, byte| sum.wrapping_add(*byte)), input, output, cx)
    }
}

/// Answers an error with the code that is its parameter.
pub(crate) struct Fail;

impl Kernel for Fail {
    const NAME: &'static str = "fail";
    type Params = u32;

    fn run(code: &u32, _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
        Err(KernelError::failed(*code, "as it was told to"))
    }
}

/// Panics. The simulated shell catches it as the real one does.
pub(crate) struct Panic;

impl Kernel for Panic {
    const NAME: &'static str = "panic";
    type Params = ();

    fn run((): &(), _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
        // Unwinding without the hook: nothing is printed.
        std::panic::resume_unwind(Box::new("lost its head"))
    }
}

/// Traps, which no code of its own can catch.
pub(crate) struct Trap;

/// What [`Trap`] throws, for the simulated shell to tell it from a panic.
pub(crate) struct Trapped;

impl Kernel for Trap {
    const NAME: &'static str = "trap";
    type Params = ();

    fn run((): &(), _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
        std::panic::resume_unwind(Box::new(Trapped))
    }
}

/// Each byte plus two others, as many units to its left and to its right as the parameter says: what
/// is cut looks across the cuts.
pub(crate) struct Neighbours;

impl Kernel for Neighbours {
    const NAME: &'static str = "neighbours";
    type Params = u8;

    fn halo(distance: &u8) -> u32 {
        u32::from(*distance)
    }

    fn run(
        distance: &u8,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        let sums = output.grow();
        let away = usize::from(*distance) * cx.window().stride as usize;
        for at in cx.window().core_bytes() {
            let left = at.checked_sub(away).map_or(0, |left| input[left]);
            let right = input.get(at + away).copied().unwrap_or(0);
            sums.push(input[at].wrapping_add(left).wrapping_add(right));
        }
        Ok(())
    }
}

/// Results of unequal length: as many bytes as the chunk's index says.
pub(crate) struct Uneven;

impl Kernel for Uneven {
    const NAME: &'static str = "uneven";
    type Params = ();

    fn run((): &(), _: &mut [u8], output: &mut Output, cx: &Context) -> Result<(), KernelError> {
        output.fill(cx.window().start as usize + 1);
        Ok(())
    }
}

/// The core of its input, and each byte plus the one of a second that it tells: that is the whole of it.
pub(crate) struct Mix;

impl Kernel for Mix {
    const NAME: &'static str = "mix";
    const INPUTS: &'static [InputPort] = &[
        InputPort::window("photo", Element::U8),
        InputPort::whole("table", Element::U8),
        InputPort::whole("more", Element::U8).optional(),
    ];
    type Params = ();

    fn run(
        (): &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        let table = cx.input(1).expect("a table");
        let more = cx.input(2).map_or(0, |more| more[0]);
        let core = cx.window().core_bytes();
        input[core.clone()].iter_mut().for_each(|byte| {
            *byte = byte.wrapping_add(table[usize::from(*byte) % table.len()]).wrapping_add(more);
        });
        output.keep_input(core);
        Ok(())
    }
}

/// The numbers of the units of a range, four bytes each.
pub(crate) struct Numbers;

impl Kernel for Numbers {
    const NAME: &'static str = "numbers";
    const INPUTS: &'static [InputPort] = &[InputPort::whole("", Element::U8)];
    type Params = ();

    fn run((): &(), _: &mut [u8], output: &mut Output, cx: &Context) -> Result<(), KernelError> {
        let (start, core) = (cx.window().start, cx.window().core);
        output.grow().extend((start..start + core).flat_map(u32::to_le_bytes));
        Ok(())
    }
}

/// Not registered.
pub(crate) struct Absent;

impl Kernel for Absent {
    const NAME: &'static str = "absent";
    type Params = ();

    fn run((): &(), _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
        Ok(())
    }
}

pub(crate) fn registry() -> Registry {
    Registry::new()
        .with::<Add>()
        .with::<AddAll>()
        .with::<Fail>()
        .with::<Panic>()
        .with::<Trap>()
        .with::<Neighbours>()
        .with::<Uneven>()
        .with::<Mix>()
        .with::<Numbers>()
}

/// The kernels of another build.
pub(crate) fn others() -> Registry {
    Registry::new().with::<Absent>()
}
