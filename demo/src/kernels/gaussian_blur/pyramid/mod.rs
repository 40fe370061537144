//! A wide Gaussian as a narrow one on an image of half, a quarter or an eighth of the size.
//!
//! ```text
//!  bytes ──halve──▶ level 1 ──halve──▶ level 2          each a quarter of the pixels of the last
//!                                         │ a Gaussian of direct taps
//!  bytes ◀─double── level 1 ◀─double── level 2
//! ```
//!
//! Halving weighs five neighbours by 1, 4, 6, 4, 1 and keeps every other of them (Burt and Adelson,
//! "The Laplacian pyramid as a compact image code", 1983). Doubling puts the same weights around
//! each pixel: 1, 6, 1 where one was and 4, 4 between two. These are the rules by which cubic
//! B-splines are subdivided (Lane and Riesenfeld, "A theoretical development for the computer
//! generation and display of piecewise polynomial surfaces", 1980), so any number of steps amounts
//! to one cubic B-spline: four boxes, each as wide as a pixel of the last level. Their variance is
//! known and is left out of the Gaussian in between.
//!
//! Every other pixel is counted from the image's first, never from a chunk's, so each output
//! pixel has the same sums however the image is cut.

mod double;
mod halve;
mod level;
mod narrow;

use core::ops::Range;

use self::level::Level;
use super::{
    super::rows::{PIXEL, Rows},
    weights::Weights,
};

/// How a Gaussian is taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::kernels) struct Pyramid {
    /// How often the image is halved; at least once.
    pub(in crate::kernels) steps: u32,
    /// What is left to blur, in pixels of the last level.
    pub(in crate::kernels) sigma: f64,
}

impl Pyramid {
    /// The most steps. Behind three the narrow blur costs next to nothing, and each adds rounding.
    const MAX_STEPS: u32 = 3;

    /// From this sigma on a pyramid is faster than direct taps.
    const LEAST_SIGMA: f64 = 3.0;

    /// For a Gaussian of `sigma` pixels; none where direct taps are better.
    ///
    /// There are as many steps as leave a sigma of 1.5 pixels. With less, the pixels of the last
    /// level are seen in the result.
    pub(in crate::kernels) fn new(sigma: f32) -> Option<Self> {
        let sigma = f64::from(sigma);
        if sigma < Self::LEAST_SIGMA {
            return None;
        }
        let leaves_enough = |steps: &u32| sigma / f64::from(1 << steps) >= 1.5;
        let steps = (1..=Self::MAX_STEPS).rev().find(leaves_enough)?;
        let size = f64::from(1 << steps);
        // Down and up again, each four boxes of variance (size^2 - 1) / 12.
        let rest = sigma.powi(2) - 2.0 * (size.powi(2) - 1.0) / 3.0;
        Some(Self { steps, sigma: rest.sqrt() / size })
    }

    /// How many pixels the whole reaches.
    pub(in crate::kernels) fn reach(self) -> u32 {
        let size = 1 << self.steps;
        size * super::weights::reach(self.sigma) + 4 * (size - 1)
    }

    /// Blurs the core of `rows`, of which the first row is the image's `start`-th: everything but
    /// the last doubling, so that the result can take the input's place.
    pub(super) fn blur(self, rows: &Rows<'_>, start: usize) -> Blurred {
        let source = Source { rows, start: start as isize };
        let core = source.start..source.start + rows.core() as isize;
        let level = self.blurred(&source, 1, double::needed(&core));
        Blurred { level, core }
    }

    /// These rows of a level of the blurred image.
    fn blurred(self, source: &Source<'_>, step: u32, wanted: Range<isize>) -> Level {
        if step < self.steps {
            let smaller = self.blurred(source, step + 1, double::needed(&wanted));
            return double::level(&smaller, wanted, source.columns(step));
        }
        let weights = Weights::new(self.sigma);
        let reach = weights.reach() as isize;
        let sharp = Self::halved(source, step, wanted.start - reach..wanted.end + reach);
        narrow::blur(&weights, &sharp, wanted)
    }

    /// These rows of a level of the image as it is.
    fn halved(source: &Source<'_>, step: u32, wanted: Range<isize>) -> Level {
        let columns = source.columns(step);
        if step == 1 {
            return halve::bytes(source, wanted, columns);
        }
        let larger = Self::halved(source, step - 1, halve::needed(&wanted));
        halve::level(&larger, wanted, columns)
    }
}

/// A chunk of an image, whose rows are counted from the image's first.
#[derive(Debug)]
struct Source<'a> {
    rows: &'a Rows<'a>,
    start: isize,
}

impl Source<'_> {
    fn row(&self, index: isize) -> &[u8] {
        self.rows.below(0, index - self.start)
    }

    /// Pixels of a row of a level.
    fn columns(&self, step: u32) -> usize {
        level::columns(self.rows.stride() / PIXEL, step)
    }
}

/// A blurred image of half the size, as much of it as a chunk's core needs.
#[derive(Debug)]
pub(super) struct Blurred {
    level: Level,
    core: Range<isize>,
}

impl Blurred {
    /// Draws the core in full size.
    pub(super) fn draw(&self, output: &mut [u8]) {
        double::bytes(&self.level, self.core.clone(), output);
    }
}
