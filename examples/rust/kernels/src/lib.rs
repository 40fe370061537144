//! Paints pictures in oil.

use serde::{Deserialize, Serialize};
use unjank_worker::{Context, KernelError, kernel};

#[cfg(feature = "module")]
unjank_worker::kernels!(oil);

/// What is painted with.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Brush {
    /// Pixels on each side of one that are looked at; from 1 to [`Brush::WIDEST`].
    pub radius: u32,
}

impl Brush {
    /// The greatest radius.
    pub const WIDEST: u32 = 32;
}

/// Gives each pixel, of 4 bytes, the mean colour of the most frequent shade around it. A unit is a row of the
/// picture. What it paints is opaque.
///
/// # Errors
/// When the radius is out of bounds.
#[kernel(halo = reach, params = "{ radius: number }")]
pub fn oil(pixels: &[u8], brush: &Brush, cx: &Context) -> Result<Vec<u8>, KernelError> {
    let radius = brush.radius;
    if !(1..=Brush::WIDEST).contains(&radius) {
        let message = format!("the radius is {radius}: choose one from 1 to {}", Brush::WIDEST);
        return Err(KernelError::params(message));
    }
    let window = cx.window();
    let width = window.stride as usize / 4;
    let rows: Vec<_> = pixels.as_chunks().0.chunks(width).collect();
    let core = window.before as usize..(window.before + window.core) as usize;
    let places = core.flat_map(|y| (0..width).map(move |x| (x, y)));
    Ok(places.flat_map(|(x, y)| dominant(&rows, x, y, radius as usize)).collect())
}

fn reach(brush: &Brush) -> u32 {
    brush.radius.min(Brush::WIDEST)
}

/// From black to white.
const SHADES: usize = 16;

/// The pixels of one shade.
#[derive(Clone, Copy, Default)]
struct Shade {
    count: u32,
    /// Of red, green and blue.
    sums: [u32; 3],
}

/// The mean colour of the shade that most pixels around this one have, of the darkest if several have as many.
fn dominant(rows: &[&[[u8; 4]]], x: usize, y: usize, radius: usize) -> [u8; 4] {
    let mut shades = [Shade::default(); SHADES];
    for row in &rows[around(y, radius, rows.len())] {
        for &[red, green, blue, _] in &row[around(x, radius, row.len())] {
            let colour = [red, green, blue].map(u32::from);
            let shade = &mut shades[colour.iter().sum::<u32>() as usize * SHADES / (3 * 256)];
            shade.count += 1;
            shade.sums.iter_mut().zip(colour).for_each(|(sum, part)| *sum += part);
        }
    }
    // The last of those that are as frequent, from the lightest down.
    let most = shades.into_iter().rev().max_by_key(|shade| shade.count).unwrap_or_default();
    let [red, green, blue] = most.sums.map(|sum| (sum / most.count.max(1)) as u8);
    [red, green, blue, u8::MAX]
}

/// Those of `count` places that are near one.
fn around(place: usize, radius: usize, count: usize) -> std::ops::Range<usize> {
    place.saturating_sub(radius)..(place + radius + 1).min(count)
}

#[cfg(test)]
mod tests {
    use unjank_worker::{run_alone, run_in_chunks};

    use super::*;

    /// Bytes of a row of 6 pixels.
    const STRIDE: u32 = 24;

    fn noise() -> Vec<u8> {
        (0..STRIDE * 9).map(|index: u32| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
    }

    #[test]
    fn a_picture_in_pieces_is_the_whole_picture() {
        let brush = Brush { radius: 2 };
        let whole = run_alone::<oil>(&brush, &noise(), STRIDE).unwrap();
        assert_eq!(whole.len(), noise().len());
        assert_eq!(run_in_chunks::<oil>(&brush, &noise(), STRIDE, Some(2)), Ok(whole));
    }

    #[test]
    fn a_lone_dot_is_painted_over() {
        let mut picture = [10, 20, 30, 255].repeat(6 * 9);
        picture[4 * 20..4 * 21].copy_from_slice(&[255; 4]);
        let painted = run_alone::<oil>(&Brush { radius: 1 }, &picture, STRIDE).unwrap();
        assert_eq!(painted, [10, 20, 30, 255].repeat(6 * 9));
    }

    #[test]
    fn a_radius_out_of_bounds_is_refused() {
        for radius in [0, Brush::WIDEST + 1, u32::MAX] {
            let refused = run_alone::<oil>(&Brush { radius }, &noise(), STRIDE).unwrap_err();
            assert!(refused.to_string().contains("from 1 to 32"), "{refused}");
        }
    }
}
