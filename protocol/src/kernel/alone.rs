//! Kernels without workers.

use alloc::{format, vec::Vec};

use super::{Context, Kernel, KernelError, Output, elements::aligned};
use crate::Plan;

/// Runs a kernel here and now on a whole buffer of units of `stride` bytes, as a worker would: for
/// tests, benchmarks, and hosts without workers.
///
/// # Errors
/// What the kernel answers, and [`KernelError::Params`] when the stride does not fit the input.
pub fn run_alone<K: Kernel>(
    params: &K::Params,
    input: &[u8],
    stride: u32,
) -> Result<Vec<u8>, KernelError> {
    let units = u32::try_from(input.len()).unwrap_or(u32::MAX).max(1);
    run_in_chunks::<K>(params, input, stride, Some(units))
}

/// Runs a kernel here and now, chunk after chunk as [`Plan::new`] cuts, with the kernel's own
/// halo, and joins the results: the reference that chunked runs on workers are compared with.
///
/// # Errors
/// As [`run_alone`].
pub fn run_in_chunks<K: Kernel>(
    params: &K::Params,
    input: &[u8],
    stride: u32,
    units: Option<u32>,
) -> Result<Vec<u8>, KernelError> {
    let plan = Plan::new(input.len(), stride, units, K::halo(params))
        .map_err(|error| KernelError::params(format!("{error}")))?;
    let mut joined = Vec::with_capacity(input.len());
    let mut words = Vec::new();
    let mut output = Output::new();
    for chunk in plan.chunks() {
        let piece = aligned(&mut words, &input[chunk.input]);
        output.clear();
        K::run(params, piece, &mut output, &Context::new(chunk.window))?;
        let result = output.result(piece);
        joined.extend_from_slice(result.ok_or_else(|| kept_too_much(piece))?);
    }
    Ok(joined)
}

fn kept_too_much(input: &[u8]) -> KernelError {
    KernelError::failed(0, format!("the kernel kept more than its input of {} bytes", input.len()))
}
