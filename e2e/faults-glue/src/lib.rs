//! A module made by wasm-bindgen with all in it: kernels that misbehave, some of which need JavaScript,
//! the pool, and callers that use it from Rust.
#![cfg(target_arch = "wasm32")]

pub mod callers;
pub mod gloo;
mod hook;
mod story;
mod vanish;

use unjank_faults::kernels;
use unjank_gloo::browser::OneshotKernel;

// None that asks its host for anything: glue finds nobody who has these imports.
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
    kernels::Grow,
    kernels::Calls,
    hook::Heard,
    vanish::Vanish,
    OneshotKernel<gloo::Concat>,
    OneshotKernel<gloo::Falls>,
    OneshotKernel<gloo::Waits>,
);
