//! A picture to paint.

/// Rings in colours, of pixels of 4 bytes: red, green, blue and alpha.
pub(crate) fn rings(width: u32, height: u32) -> Vec<u8> {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    places.flat_map(|(x, y)| ring(x.abs_diff(width / 3), y.abs_diff(height / 3))).collect()
}

fn ring(x: u32, y: u32) -> [u8; 4] {
    let wave = (x * x + y * y) / 97;
    [wave as u8, (wave / 3 + x) as u8, (255 - (y & 255)) as u8, u8::MAX]
}
