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

    /// From here on a pyramid is about as near to a Gaussian as direct taps are. It is faster for
    /// lesser sigmas too, and further off.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What one white pixel becomes in one direction, in real numbers: of the sum 1. The middle
    /// one of the result is the image's pixel `phase` or one eight times so far.
    fn response(pyramid: Pyramid, phase: usize) -> (Vec<f64>, usize) {
        let middle = (2 * pyramid.reach() as usize).next_multiple_of(8) + phase;
        let mut values = vec![0.0; 2 * middle.next_multiple_of(8)];
        values[middle] = 1.0;
        for _ in 0..pyramid.steps {
            values = halved(&values);
        }
        values = weighed(&values, &Weights::new(pyramid.sigma));
        for _ in 0..pyramid.steps {
            values = doubled(&values);
        }
        (values, middle)
    }

    fn at(values: &[f64], index: isize) -> f64 {
        usize::try_from(index).ok().and_then(|index| values.get(index)).copied().unwrap_or(0.0)
    }

    fn halved(values: &[f64]) -> Vec<f64> {
        let taps = (-2..).zip([1.0, 4.0, 6.0, 4.0, 1.0]);
        let sum = |index: usize| -> f64 {
            taps.clone().map(|(tap, weight)| weight * at(values, 2 * index as isize + tap)).sum()
        };
        (0..values.len() / 2).map(|index| sum(index) / 16.0).collect()
    }

    fn weighed(values: &[f64], weights: &Weights) -> Vec<f64> {
        let reach = weights.reach() as isize;
        let sum = |index: usize| -> f64 {
            let near = (-reach..=reach).map(|tap| at(values, index as isize + tap));
            (0..).zip(near).map(|(tap, value)| f64::from(weights.tap(tap)) * value).sum()
        };
        (0..values.len()).map(|index| sum(index) / f64::from(1 << Weights::BITS)).collect()
    }

    fn doubled(values: &[f64]) -> Vec<f64> {
        let value = |index: usize| {
            let near = index as isize / 2;
            let [a, b, c] = [-1, 0, 1].map(|next| at(values, near + next));
            if index.is_multiple_of(2) { (a + 6.0 * b + c) / 8.0 } else { (b + c) / 2.0 }
        };
        (0..2 * values.len()).map(value).collect()
    }

    /// How far a row of black and white can be from a Gaussian, of 255, before any rounding.
    ///
    /// The steps up are those down, transposed, so what a pixel becomes is also what it sees.
    fn worst_row(sigma: f32, pyramid: Pyramid) -> f64 {
        let worst = |phase| {
            let (response, middle) = response(pyramid, phase);
            let density = |index| {
                let distance = (index as f64 - middle as f64) / f64::from(sigma);
                libm::exp(-0.5 * distance.powi(2))
            };
            let sum: f64 = (0..response.len()).map(density).sum();
            let errors = response.iter().enumerate();
            errors.map(|(index, value)| (value - density(index) / sum).abs()).sum::<f64>()
        };
        (0..1 << pyramid.steps).map(worst).fold(0.0, f64::max) * 127.5
    }

    proptest! {
        #[test]
        fn no_image_is_off_by_more_than_2_2(sigma in 3.0..=100.0_f32) {
            let pyramid = Pyramid::new(sigma).expect("a wide Gaussian");
            // Half a 16th wherever a number is stored, and half of one at the end.
            let rounding = f64::from(4 * pyramid.steps) / 32.0 + 0.5;
            let worst = 2.0 * worst_row(sigma, pyramid) + rounding;
            prop_assert!(worst < 2.2, "{worst}");
        }

        #[test]
        fn the_halo_is_not_much_more_than_three_sigma(sigma in 3.0..=100.0_f32) {
            let reach = Pyramid::new(sigma).expect("a wide Gaussian").reach() as f32;
            prop_assert!(reach >= 3.0 * sigma && reach <= 5.5 * sigma, "{reach}");
        }
    }
}
