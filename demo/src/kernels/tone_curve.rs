//! Exposure, contrast and gamma.

use core::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use unjank_protocol::{Context, Docs, Grain, Kernel, KernelError, Output};

use super::{PIXELS, rows};

/// Bends the values of red, green and blue along one [`Tone`] curve. Keeps alpha. Works in place,
/// through a table of 256 entries.
///
/// ```
/// use unjank_demo::kernels::{Tone, ToneCurve};
/// use unjank_protocol::run_alone;
///
/// let brighter = Tone { exposure: 1.0, ..Tone::default() };
/// assert_eq!(run_alone::<ToneCurve>(&brighter, &[0, 100, 200, 50], 4)?, [0, 138, 255, 50]);
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ToneCurve;

/// The curve of a [`ToneCurve`]: exposure, then contrast, then gamma, each cut to black and white.
///
/// What a JavaScript caller leaves out is as in [`Tone::default`], which changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tone {
    /// Stops, within [`Tone::EXPOSURE`]: each doubles the light, counted in linear light after
    /// sRGB's transfer function (IEC 61966-2-1). 0 changes nothing.
    pub exposure: f32,
    /// Factor of the distance from the middle between black and white, within
    /// [`Tone::CONTRAST`]. 1 changes nothing, 0 leaves an even grey.
    pub contrast: f32,
    /// Within [`Tone::GAMMA`]: values between black at 0 and white at 1 are raised to the power
    /// of its inverse, so more is brighter. 1 changes nothing.
    pub gamma: f32,
}

impl Default for Tone {
    fn default() -> Self {
        Self { exposure: 0.0, contrast: 1.0, gamma: 1.0 }
    }
}

impl Tone {
    /// The exposures that can be computed.
    pub const EXPOSURE: RangeInclusive<f32> = -10.0..=10.0;
    /// The contrasts that can be computed.
    pub const CONTRAST: RangeInclusive<f32> = 0.0..=10.0;
    /// The gammas that can be computed.
    pub const GAMMA: RangeInclusive<f32> = 0.1..=10.0;

    fn check(&self) -> Result<(), KernelError> {
        within("exposure", self.exposure, Self::EXPOSURE)?;
        within("contrast", self.contrast, Self::CONTRAST)?;
        within("gamma", self.gamma, Self::GAMMA)
    }

    /// What the curve makes of one value, rounded to nearest.
    pub(super) fn apply(&self, value: u8) -> u8 {
        let light = to_linear(f64::from(value) / 255.0) * libm::exp2(self.exposure.into());
        let exposed = from_linear(light.min(1.0));
        let contrasted = 0.5 + (exposed - 0.5) * f64::from(self.contrast);
        let bent = libm::pow(contrasted.clamp(0.0, 1.0), 1.0 / f64::from(self.gamma));
        (bent * 255.0).round() as u8
    }
}

fn within(name: &str, value: f32, range: RangeInclusive<f32>) -> Result<(), KernelError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (least, most) = (range.start(), range.end());
    Err(KernelError::params(format!("{name} is {value}: choose {least} to {most}")))
}

fn to_linear(value: f64) -> f64 {
    if value <= 0.04045 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
}

fn from_linear(light: f64) -> f64 {
    if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * libm::pow(light, 1.0 / 2.4) - 0.055 }
}

impl Kernel for ToneCurve {
    const NAME: &'static str = "tone_curve";
    const GRAIN: Grain = rows::ONE_PIXEL;
    const DOCS: Docs =
        Docs::new("Bends colours along a curve of exposure, contrast and gamma. Keeps alpha.")
            .params("{ exposure?: number, contrast?: number, gamma?: number }")
            .result(PIXELS);
    type Params = Tone;

    fn run(
        params: &Tone,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        params.check()?;
        rows::check(input.len(), cx.window(), 0)?;
        let core = cx.window().core_bytes();
        let table: [u8; 256] = core::array::from_fn(|value| params.apply(value as u8));
        for [red, green, blue, _] in input[core.clone()].as_chunks_mut().0 {
            *red = table[usize::from(*red)];
            *green = table[usize::from(*green)];
            *blue = table[usize::from(*blue)];
        }
        output.keep_input(core);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_changes_nothing() {
        for value in 0..=255 {
            assert_eq!(Tone::default().apply(value), value);
        }
    }

    #[test]
    fn each_step_does_what_it_says() {
        let default = Tone::default();
        // Half the light of white is 0.7354 in sRGB.
        assert_eq!(Tone { exposure: -1.0, ..default }.apply(255), 188);
        assert_eq!(Tone { contrast: 0.0, ..default }.apply(9), 128);
        assert_eq!(Tone { contrast: 3.0, ..default }.apply(100), 45);
        // The root of 64 / 255 is 0.501.
        assert_eq!(Tone { gamma: 2.0, ..default }.apply(64), 128);
    }

    #[test]
    fn each_step_is_cut_before_the_next() {
        let overexposed = Tone { exposure: 10.0, contrast: 0.5, gamma: 1.0 };
        assert_eq!(overexposed.apply(255), 191);
        let crushed = Tone { exposure: 0.0, contrast: 10.0, gamma: 3.0 };
        assert_eq!([crushed.apply(0), crushed.apply(255)], [0, 255]);
    }

    #[test]
    fn curves_never_fall() {
        for exposure in [-10.0, -1.5, 0.0, 3.0, 10.0] {
            for contrast in [0.0, 0.5, 1.0, 10.0] {
                for gamma in [0.1, 1.0, 2.2, 10.0] {
                    let tone = Tone { exposure, contrast, gamma };
                    let falls = (0..255).find(|&value| tone.apply(value) > tone.apply(value + 1));
                    assert_eq!(falls, None, "{tone:?}");
                }
            }
        }
    }
}
