//! What runs in workers. A kernel is a function: tests call it, and so does `cargo bench`.

use unjank_worker::{kernel, kernels};

/// Makes a picture darker or brighter: red, green and blue of each pixel `times` so much.
#[kernel(grain = 4)]
pub fn exposure(pixels: &mut [u8], times: f32) {
    for pixel in pixels.chunks_exact_mut(4) {
        for channel in &mut pixel[..3] {
            *channel = (f32::from(*channel) * times) as u8;
        }
    }
}

kernels!(exposure);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_bright_is_white_and_alpha_stays() {
        let mut pixel = [10, 100, 200, 77];
        exposure(&mut pixel, 2.0);
        assert_eq!(pixel, [20, 200, 255, 77]);
    }
}
