//! The blur against a Gaussian counted in 64-bit floats.

use proptest::prelude::*;
use unjank_demo::kernels::{Blur, GaussianBlur};
use unjank_protocol::run_alone;

const SIGMAS: [f32; 9] = [0.5, 1.0, 2.9, 3.0, 5.0, 6.0, 12.0, 20.0, 100.0];
const SIDE: usize = 96;

/// The value at x and y, from 0 to 95.
type Picture = fn(usize, usize) -> u8;

/// Images that are hard to blur well, one value per pixel.
const IMAGES: [(&str, Picture); 6] = [
    ("a white pixel on black", |x, y| if (x, y) == (SIDE / 2, SIDE / 3) { 255 } else { 0 }),
    ("a vertical edge", |x, _| if x < SIDE / 2 { 0 } else { 255 }),
    ("a horizontal edge", |_, y| if y < SIDE / 2 { 255 } else { 0 }),
    ("a white corner", |x, y| if x < 3 && y < 3 { 255 } else { 0 }),
    ("a ramp", |x, y| ((x + y) * 255 / (2 * SIDE - 2)) as u8),
    ("black and white noise", |x, y| if noise(x, y) < 0x8000_0000 { 0 } else { 255 }),
];

fn noise(x: usize, y: usize) -> u32 {
    let seed = (x * 7919 + y * 104_729) as u32;
    let mixed = (seed ^ seed >> 15).wrapping_mul(0x2c1b_3c6d);
    (mixed ^ mixed >> 12).wrapping_mul(0x297a_2d39)
}

/// The Gaussian of `sigma` as far as `reach`, along one axis of an image of one channel.
fn gaussian(values: &[f64], sigma: f64, reach: isize, down: bool) -> Vec<f64> {
    let taps: Vec<f64> =
        (-reach..=reach).map(|tap| libm::exp(-0.5 * (tap as f64 / sigma).powi(2))).collect();
    let sum: f64 = taps.iter().sum();
    let last = SIDE as isize - 1;
    let at =
        |x: isize, y: isize| values[y.clamp(0, last) as usize * SIDE + x.clamp(0, last) as usize];
    let mut blurred = Vec::with_capacity(values.len());
    for y in 0..=last {
        for x in 0..=last {
            let along =
                (-reach..=reach).map(|tap| if down { at(x, y + tap) } else { at(x + tap, y) });
            blurred.push(along.zip(&taps).map(|(value, tap)| value * tap).sum::<f64>() / sum);
        }
    }
    blurred
}

/// The greatest difference between the kernel and a Gaussian that reaches `reach_in_sigmas`.
fn greatest_error(image: Picture, sigma: f32, reach_in_sigmas: f64) -> f64 {
    let values: Vec<u8> = (0..SIDE * SIDE).map(|index| image(index % SIDE, index / SIDE)).collect();
    let pixels: Vec<u8> = values.iter().flat_map(|&value| [value; 4]).collect();
    let blurred =
        run_alone::<GaussianBlur>(&Blur { sigma }, &pixels, SIDE as u32 * 4).expect("a good sigma");
    let sigma = f64::from(sigma);
    let reach = (reach_in_sigmas * sigma).ceil() as isize;
    let values: Vec<f64> = values.into_iter().map(f64::from).collect();
    let truth = gaussian(&gaussian(&values, sigma, reach, true), sigma, reach, false);
    let errors =
        blurred.iter().step_by(4).zip(truth).map(|(&got, exact)| (f64::from(got) - exact).abs());
    errors.fold(0.0, f64::max)
}

fn assert_errors_below(bound: f64, reach_in_sigmas: f64) {
    for sigma in SIGMAS {
        for (name, image) in IMAGES {
            let error = greatest_error(image, sigma, reach_in_sigmas);
            assert!(error < bound, "{name}, sigma {sigma}: off by {error}");
        }
    }
}

#[test]
fn differs_from_a_gaussian_of_the_same_reach_by_less_than_1_2() {
    assert_errors_below(1.2, 3.0);
}

#[test]
fn differs_from_an_endless_gaussian_by_less_than_2() {
    assert_errors_below(2.0, 8.0);
}

proptest! {
    #[test]
    fn a_flat_image_stays_as_it_is(
        pixel: [u8; 4],
        sigma in 0.5..=100.0_f32,
        width in 1..=40_usize,
        height in 1..=40_usize,
    ) {
        let pixels = pixel.repeat(width * height);
        let blurred = run_alone::<GaussianBlur>(&Blur { sigma }, &pixels, width as u32 * 4);
        prop_assert_eq!(blurred, Ok(pixels));
    }
}
