//! What the benchmark's peers in Rust compute: the kernels that the pool runs, as one, because some
//! peers have one function for each worker.

use serde::{Deserialize, Serialize};
use unjank_demo::kernels::{Blur, GaussianBlur, NoParams, Sobel};
use unjank_protocol::{Context, Kernel, KernelError, Output, Plan, PlanError};

/// Any of the kernels.
#[derive(Debug)]
pub struct Work;

/// Which kernel, and its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Job {
    /// Adds 1 to the first byte, wrapping, and leaves the rest.
    Stamp,
    /// The demo's Gaussian blur.
    Blur(Blur),
    /// The demo's edges.
    Sobel,
}

impl Kernel for Work {
    const NAME: &'static str = "work";
    type Params = Job;

    fn halo(job: &Job) -> u32 {
        match job {
            Job::Stamp => 0,
            Job::Blur(blur) => GaussianBlur::halo(blur),
            Job::Sobel => Sobel::halo(&NoParams {}),
        }
    }

    fn run(
        job: &Job,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        match job {
            Job::Stamp => {
                if let Some(first) = input.first_mut() {
                    *first = first.wrapping_add(1);
                }
                output.keep_input(0..input.len());
                Ok(())
            }
            Job::Blur(blur) => GaussianBlur::run(blur, input, output, cx),
            Job::Sobel => Sobel::run(&NoParams {}, input, output, cx),
        }
    }
}

impl Job {
    /// How an image of this many bytes is cut into bands of about equal height, with the rows around
    /// each that the kernel looks at.
    ///
    /// # Errors
    /// When `width` does not divide it into rows.
    pub fn bands(&self, length: usize, width: u32, bands: u32) -> Result<Plan, PlanError> {
        let stride = width.saturating_mul(4);
        let rows = u32::try_from(length).unwrap_or(u32::MAX) / stride.max(1);
        Plan::new(length, stride, Some(rows.div_ceil(bands.max(1)).max(1)), Work::halo(self))
    }
}
