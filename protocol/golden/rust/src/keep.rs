//! A kernel that keeps what it derived.

use std::{cell::Cell, num::NonZeroU32};

use unjank_worker::{Context, Element, InputPort, Kernel, KernelError, Merge, Output, OutputPort};

use crate::sum;

/// The sum of the input, and how many sums this instance has made.
#[derive(Debug)]
pub(crate) struct Keep;

#[derive(Clone, Copy)]
struct Kept {
    identity: Option<NonZeroU32>,
    sum: u64,
    times: u32,
}

thread_local! {
    static KEPT: Cell<Kept> = const { Cell::new(Kept { identity: None, sum: 0, times: 0 }) };
}

impl Kernel for Keep {
    const NAME: &'static str = "keep";
    const PURE: bool = false;
    const HALO: Option<u32> = Some(0);
    const INPUTS: &'static [InputPort] = &[InputPort::whole("", Element::U8)];
    const OUTPUTS: &'static [OutputPort] = &[OutputPort::whole("", Element::U32, Merge::Join)];
    type Params = ();

    fn forget(identity: Option<NonZeroU32>) {
        let kept = KEPT.get();
        if identity.is_none() || identity == kept.identity {
            KEPT.set(Kept { identity: None, ..kept });
        }
    }

    fn run(
        _params: &(),
        input: &mut [u8],
        output: &mut Output,
        cx: &Context<'_>,
    ) -> Result<(), KernelError> {
        let (identity, mut kept) = (cx.identity(0), KEPT.get());
        if identity.is_none() || identity != kept.identity {
            kept = Kept { identity, sum: sum(input), times: kept.times + 1 };
            KEPT.set(kept);
        }
        let bytes = output.grow();
        bytes.extend(kept.sum.to_le_bytes());
        bytes.extend(kept.times.to_le_bytes());
        Ok(())
    }
}
