//! The golden kernels. `protocol/golden/README.md` says what each of them does.

use unjank_worker::{
    Context, Element, Grain, InputPort, Kernel, KernelError, Merge, Output, OutputPort,
};

mod keep;

use keep::Keep;

/// Flips every bit, in place.
#[derive(Debug)]
pub struct Invert;

impl Kernel for Invert {
    const NAME: &'static str = "invert";
    const GRAIN: Grain = Grain::bytes(1);
    const HALO: Option<u32> = Some(0);
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        _cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        input.iter_mut().for_each(|byte| *byte = !*byte);
        output.keep_input(0..input.len());
        Ok(())
    }
}

/// The sum of the core's bytes.
#[derive(Debug)]
pub struct Sum;

impl Kernel for Sum {
    const NAME: &'static str = "sum";
    const HALO: Option<u32> = Some(0);
    const OUTPUTS: &'static [OutputPort] = &[OutputPort::whole("", Element::U64, Merge::Sum)];
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        let sum = sum(&input[cx.window().core_bytes()]);
        output.grow().extend(sum.to_le_bytes());
        Ok(())
    }
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).sum()
}

/// The six words of the window.
#[derive(Debug)]
pub struct Window;

impl Kernel for Window {
    const NAME: &'static str = "window";
    const PURE: bool = false;
    const HALO: Option<u32> = Some(0);
    const OUTPUTS: &'static [OutputPort] = &[OutputPort::whole("", Element::U32, Merge::Join)];
    type Params = ();

    fn run(
        _params: &(),
        _input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        let unjank_worker::Window { stride, total, start, before, core, after } = cx.window();
        let words = [stride, total, start, before, core, after];
        output.grow().extend(words.into_iter().flat_map(u32::to_le_bytes));
        Ok(())
    }
}

/// Fails.
#[derive(Debug)]
pub struct Fail;

impl Kernel for Fail {
    const NAME: &'static str = "fail";
    const HALO: Option<u32> = Some(0);
    type Params = ();

    fn run(
        _params: &(),
        _input: &mut [u8],
        _output: &mut Output,
        _cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        Err(KernelError::failed(42, "as it was told to"))
    }
}

/// Traps.
#[derive(Debug)]
pub struct Trap;

impl Kernel for Trap {
    const NAME: &'static str = "trap";
    const HALO: Option<u32> = Some(0);
    type Params = ();

    fn run(
        _params: &(),
        _input: &mut [u8],
        _output: &mut Output,
        _cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        panic!("as it was told to")
    }
}

/// Each byte of the core with the byte at the same place of the whole second input.
#[derive(Debug)]
pub struct Blend;

impl Kernel for Blend {
    const NAME: &'static str = "blend";
    const HALO: Option<u32> = Some(0);
    const INPUTS: &'static [InputPort] =
        &[InputPort::window("", Element::U8), InputPort::whole("", Element::U8)];
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        let window = cx.window();
        let other = cx.input_as::<u8>(1)?;
        if other.len() as u64 != u64::from(window.total) * u64::from(window.stride) {
            return Err(KernelError::input("the inputs do not fit together"));
        }
        let one = &input[window.core_bytes()];
        let other = &other[window.start as usize * window.stride as usize..];
        output.grow().extend(one.iter().zip(other).map(|(&one, &other)| one.midpoint(other)));
        Ok(())
    }
}

/// Each byte of the core and those at the same place of the units beside it, summed up.
#[derive(Debug)]
pub struct Halo1;

impl Kernel for Halo1 {
    const NAME: &'static str = "halo1";
    const HALO: Option<u32> = Some(1);
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        let stride = cx.window().stride as usize;
        let byte = |at: Option<usize>| at.and_then(|at| input.get(at)).copied().unwrap_or(0);
        let core = cx.window().core_bytes();
        output.grow().extend(core.map(|at| {
            let (left, right) = (byte(at.checked_sub(stride)), byte(at.checked_add(stride)));
            input[at].wrapping_add(left).wrapping_add(right)
        }));
        Ok(())
    }
}

/// The input as it is, from an instance that has 24 MiB of memory more than at its beginning.
#[derive(Debug)]
pub struct Grow;

impl Kernel for Grow {
    const NAME: &'static str = "grow";
    const HALO: Option<u32> = Some(0);
    type Params = ();

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        _cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        // Given back to the allocator, not to the host.
        drop(std::hint::black_box(vec![1_u8; 24 << 20]));
        output.keep_input(0..input.len());
        Ok(())
    }
}

unjank_worker::kernels!(Invert, Sum, Window, Fail, Trap, Blend, Halo1, Grow, Keep);
