//! A whole kernel module, but for its work: what the size budget is about.

use serde::{Deserialize, Serialize};
use unjank_worker::{Context, Kernel, KernelError, Output};

/// What can be chosen.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Params {
    /// Factor.
    pub gain: f32,
    /// Added before.
    pub offset: u32,
    /// Which way.
    pub mode: Mode,
}

/// Which way.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Mode {
    /// As it is.
    Plain,
    /// The other way round.
    Inverted,
}

/// Makes a picture brighter.
#[derive(Debug)]
pub struct Brighten;

impl Kernel for Brighten {
    const NAME: &'static str = "brighten";
    const HALO: Option<u32> = Some(0);
    type Params = Params;

    fn run(
        params: &Params,
        input: &mut [u8],
        output: &mut Output,
        _cx: &Context,
    ) -> Result<(), KernelError> {
        for byte in &mut *input {
            let brighter = (f32::from(*byte) + params.offset as f32) * params.gain;
            *byte = match params.mode {
                Mode::Plain => brighter as u8,
                Mode::Inverted => !(brighter as u8),
            };
        }
        output.keep_input(0..input.len());
        Ok(())
    }
}

unjank_worker::kernels!(Brighten);
