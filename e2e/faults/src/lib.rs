//! The module that the end-to-end tests load: [`kernels`] that misbehave in every way a kernel can.

pub mod kernels;

#[cfg(feature = "module")]
unjank_worker::kernels!(
    kernels::Echo,
    kernels::Sum,
    kernels::Fail,
    kernels::Panic,
    kernels::Number,
    kernels::Trap,
    kernels::Overflow,
    kernels::Exhaust,
    kernels::Spin,
    kernels::Dwell,
    kernels::Grow,
    kernels::Calls,
    kernels::Tell,
    kernels::Read,
    kernels::ramp,
    kernels::halves,
    kernels::mix,
);
