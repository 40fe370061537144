//! A Gaussian in fixed point.

/// How far the taps for a `sigma` reach: three standard deviations, rounded up.
pub(in crate::kernels) fn reach(sigma: f64) -> u32 {
    (3.0 * sigma).ceil() as u32
}

/// The taps of a Gaussian: symmetric, none negative, of sum 2^15.
#[derive(Debug, Clone)]
pub(in crate::kernels) struct Weights {
    taps: Vec<i16>,
}

impl Weights {
    /// Fractional bits of a tap.
    pub(in crate::kernels) const BITS: u32 = 15;

    /// The taps for a `sigma` of at least 0.5: every one is rounded down, and what is then missing
    /// from the sum goes to those that lost most.
    pub(in crate::kernels) fn new(sigma: f64) -> Self {
        let exact = exact_half(sigma);
        let mut half: Vec<i16> = exact.iter().map(|tap| tap.floor() as i16).collect();
        hand_out_rest(&mut half, &exact);
        let mirrored = half.iter().skip(1).rev();
        Self { taps: mirrored.chain(&half).copied().collect() }
    }

    /// Taps on either side of the centre.
    pub(in crate::kernels) const fn reach(&self) -> usize {
        self.taps.len() / 2
    }

    /// The `index`-th tap from the left; zero for those that are not there.
    pub(in crate::kernels) fn tap(&self, index: isize) -> i16 {
        let tap = usize::try_from(index).ok().and_then(|index| self.taps.get(index));
        tap.copied().unwrap_or(0)
    }
}

/// The centre and the taps on one side of it, before rounding.
fn exact_half(sigma: f64) -> Vec<f64> {
    let density = |tap| libm::exp(-0.5 * (f64::from(tap) / sigma).powi(2));
    let half: Vec<f64> = (0..=reach(sigma)).map(density).collect();
    let sum = 2.0 * half.iter().sum::<f64>() - half[0];
    half.iter().map(|tap| tap / sum * f64::from(1 << Weights::BITS)).collect()
}

fn hand_out_rest(half: &mut [i16], exact: &[f64]) {
    let sum = |half: &[i16]| half.iter().map(|&tap| i32::from(tap)).sum::<i32>();
    let rest = (1 << Weights::BITS) - (2 * sum(half) - i32::from(half[0]));
    // Side taps count twice, so only the centre can make the sum odd.
    half[0] += (rest % 2) as i16;
    let mut sides: Vec<usize> = (1..half.len()).collect();
    sides.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    for &tap in sides.iter().take((rest / 2) as usize) {
        half[tap] += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::BETWEEN, *};

    proptest! {
        #[test]
        fn taps_sum_to_one_and_mirror_each_other(sigma in 0.5..=20.0_f64) {
            let weights = Weights::new(sigma);
            let sum: i32 = weights.taps.iter().map(|&tap| i32::from(tap)).sum();
            prop_assert_eq!(sum, 1 << Weights::BITS);
            prop_assert_eq!(weights.taps.len(), 2 * reach(sigma) as usize + 1);
            prop_assert!(weights.taps.iter().eq(weights.taps.iter().rev()));
            prop_assert!(weights.taps.iter().all(|&tap| tap >= 0));
        }

        #[test]
        fn no_image_is_off_by_more_than_1_2(sigma in 0.5..=20.0_f64) {
            let weights = Weights::new(sigma);
            let off = |tap: usize, exact: &f64| (f64::from(weights.taps[tap]) - exact).abs();
            let exact = exact_half(sigma);
            let half = exact.iter().enumerate();
            let errors: Vec<f64> = half.map(|(tap, exact)| off(weights.reach() + tap, exact)).collect();
            prop_assert!(errors.iter().all(|&error| error < 1.0), "{errors:?}");

            // Errors of the taps cancel out in a flat image and are worst where values are black
            // or white as the tap is too small or too great.
            let taps = (2.0 * errors.iter().sum::<f64>() - errors[0]) / f64::from(1 << Weights::BITS);
            let rounding = 0.5 + 0.5 / f64::from(1 << BETWEEN);
            let worst = 2.0 * 127.5 * taps + rounding;
            prop_assert!(worst < 1.2, "{worst}");
        }
    }
}
