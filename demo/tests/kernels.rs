//! Every kernel computes what its oracle says, however the image is cut.

use proptest::prelude::*;
use unjank_demo::kernels::{
    Blur, Columns, Crop, GaussianBlur, Grayscale, Median, NoParams, Scale, Shrink, Sobel, Tone,
    ToneCurve, oracle,
};
use unjank_protocol::{Context, Kernel, Output, Window, run_alone, run_in_chunks};

#[derive(Debug, Clone)]
struct Image {
    pixels: Vec<u8>,
    width: usize,
}

impl Image {
    fn stride(&self) -> u32 {
        u32::try_from(self.width * 4).expect("small images")
    }
}

/// Any small image: single pixels, rows and columns among them, and rows shorter and longer than
/// the blocks that kernels work in. Half of them have extreme values only.
fn images() -> impl Strategy<Value = Image> {
    let width = prop_oneof![Just(1_usize), 2..=9_usize, 10..=70_usize];
    let height = prop_oneof![Just(1_usize), 2..=9_usize, 10..=40_usize];
    (width, height).prop_flat_map(|(width, height)| {
        let length = width * height * 4;
        let extreme = prop_oneof![Just(0_u8), Just(1), Just(254), Just(255)];
        let pixels = prop_oneof![
            proptest::collection::vec(any::<u8>(), length),
            proptest::collection::vec(extreme, length),
        ];
        pixels.prop_map(move |pixels| Image { pixels, width })
    })
}

fn sigmas() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.5_f32), Just(100.0), 0.5..=3.0_f32, 3.0..=100.0_f32]
}

fn tones() -> impl Strategy<Value = Tone> {
    let exposure = prop_oneof![Just(-10.0_f32), Just(10.0), -3.0..=3.0_f32];
    let contrast = prop_oneof![Just(0.0_f32), Just(10.0), 0.0..=3.0_f32];
    let gamma = prop_oneof![Just(0.1_f32), Just(10.0), 0.3..=3.0_f32];
    (exposure, contrast, gamma).prop_map(|(exposure, contrast, gamma)| Tone {
        exposure,
        contrast,
        gamma,
    })
}

type Oracle<K> = fn(&<K as Kernel>::Params, &[u8], usize) -> Vec<u8>;

fn follows<K: Kernel>(
    oracle: Oracle<K>,
    params: &K::Params,
    image: &Image,
    units: u32,
) -> Result<(), TestCaseError> {
    let expected = oracle(params, &image.pixels, image.width);
    let whole = run_alone::<K>(params, &image.pixels, image.stride());
    prop_assert_eq!(whole.as_ref(), Ok(&expected), "{} of the whole image", K::NAME);
    let cut = run_in_chunks::<K>(params, &image.pixels, image.stride(), Some(units));
    prop_assert_eq!(cut.as_ref(), Ok(&expected), "{} in chunks of {} rows", K::NAME, units);
    Ok(())
}

/// Images many times as high as a halo, so that chunks do not see all of them.
fn towers() -> impl Strategy<Value = Image> {
    (1..=3_usize, 200..=400_usize).prop_flat_map(|(width, height)| {
        let pixels = proptest::collection::vec(any::<u8>(), width * height * 4);
        pixels.prop_map(move |pixels| Image { pixels, width })
    })
}

/// What a kernel makes of `core` rows from row `start`, with its halo.
fn run_piece<K: Kernel>(params: &K::Params, image: &Image, start: u32, core: u32) -> Vec<u8> {
    let (halo, stride) = (K::halo(params), image.stride());
    let total = u32::try_from(image.pixels.len()).expect("small images") / stride;
    let (before, after) = (halo.min(start), halo.min(total - start - core));
    let rows = (start - before) as usize..(start + core + after) as usize;
    let stride_len = stride as usize;
    let mut input = image.pixels[rows.start * stride_len..rows.end * stride_len].to_vec();
    let mut output = Output::new();
    let window = Window { stride, total, start, before, core, after };
    K::run(params, &mut input, &mut output, &Context::new(window)).expect("good parameters");
    output.result(&input).expect("a part of the input").to_vec()
}

#[test]
fn every_factor_follows_its_oracle() {
    for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 3), (15, 17), (16, 16), (33, 31), (67, 5)]
    {
        let pixels = (0..width * height * 4).map(|index| (index * index * 7 / 5) as u8).collect();
        let image = Image { pixels, width };
        for factor in Scale::FACTOR {
            for units in [1, 2, 7, 16] {
                follows::<Shrink>(oracle::shrink, &Scale { factor }, &image, units)
                    .expect("it follows");
            }
        }
    }
}

#[test]
fn a_piece_makes_a_row_for_each_box_that_begins_in_it() {
    let image = Image { pixels: vec![9; 10 * 4], width: 1 };
    let rows =
        |start, core| run_piece::<Shrink>(&Scale { factor: 4 }, &image, start, core).len() / 4;
    assert_eq!(
        [rows(0, 1), rows(1, 3), rows(1, 4), rows(4, 5), rows(8, 2), rows(9, 1)],
        [1, 0, 1, 2, 1, 0]
    );
}

/// An image, and some of its columns.
fn crops() -> impl Strategy<Value = (Image, Columns)> {
    images().prop_flat_map(|image| {
        let row = image.stride() / 4;
        let columns = (0..row)
            .prop_flat_map(move |left| (Just(left), 1..=row - left))
            .prop_map(|(left, width)| Columns { left, width });
        (Just(image), columns)
    })
}

#[test]
fn all_columns_follow_their_oracle() {
    for (width, height) in [(1, 1), (1, 40), (12, 1), (2, 3), (9, 16), (13, 11)] {
        let pixels = (0..width * height * 4).map(|index| (index * index * 7 / 5) as u8).collect();
        let image = Image { pixels, width };
        let row = image.stride() / 4;
        for (left, end) in (0..row).flat_map(|left| (left + 1..=row).map(move |end| (left, end))) {
            let columns = Columns { left, width: end - left };
            for units in [1, 2, 7] {
                follows::<Crop>(oracle::crop, &columns, &image, units).expect("it follows");
            }
        }
    }
}

/// What the window has besides its core stays out of the result.
#[test]
fn a_piece_answers_for_the_rows_of_its_core() {
    let mut input: Vec<u8> = (0..5 * 3 * 4).collect();
    let window = Window { stride: 12, total: 9, start: 3, before: 2, core: 2, after: 1 };
    let mut output = Output::new();
    let columns = Columns { left: 1, width: 2 };
    Crop::run(&columns, &mut input, &mut output, &Context::new(window)).expect("good columns");
    let expected: Vec<u8> = (28..36).chain(40..48).collect();
    assert_eq!(output.result(&input), Some(&expected[..]));
}

proptest! {
    #[test]
    fn crop_follows_its_oracle((image, columns) in crops(), units in 1..=50_u32) {
        follows::<Crop>(oracle::crop, &columns, &image, units)?;
    }

    #[test]
    fn pieces_of_any_length_shrink_to_the_same(
        image in images(),
        factor in Scale::FACTOR,
        lengths in proptest::collection::vec(1..=40_u32, 40),
    ) {
        let height = u32::try_from(image.pixels.len()).expect("small images") / image.stride();
        let mut start = 0;
        let mut joined = Vec::new();
        for length in lengths {
            let core = length.min(height - start);
            joined.extend(run_piece::<Shrink>(&Scale { factor }, &image, start, core));
            start += core;
        }
        prop_assert_eq!(joined, oracle::shrink(&Scale { factor }, &image.pixels, image.width));
    }

    #[test]
    fn shrink_follows_its_oracle(
        image in images(),
        factor in Scale::FACTOR,
        units in 1..=50_u32,
    ) {
        follows::<Shrink>(oracle::shrink, &Scale { factor }, &image, units)?;
    }

    #[test]
    fn the_halo_is_all_that_a_blur_sees(
        image in towers(),
        sigma in 0.5..=16.0_f32,
        units in 1..=90_u32,
    ) {
        follows::<GaussianBlur>(oracle::gaussian_blur, &Blur { sigma }, &image, units)?;
    }

    #[test]
    fn gaussian_blur_follows_its_oracle(image in images(), sigma in sigmas(), units in 1..=50_u32) {
        follows::<GaussianBlur>(oracle::gaussian_blur, &Blur { sigma }, &image, units)?;
    }

    #[test]
    fn sobel_follows_its_oracle(image in images(), units in 1..=50_u32) {
        follows::<Sobel>(oracle::sobel, &NoParams {}, &image, units)?;
    }

    #[test]
    fn tone_curve_follows_its_oracle(image in images(), tone in tones(), units in 1..=50_u32) {
        follows::<ToneCurve>(oracle::tone_curve, &tone, &image, units)?;
    }

    #[test]
    fn grayscale_follows_its_oracle(image in images(), units in 1..=50_u32) {
        follows::<Grayscale>(oracle::grayscale, &NoParams {}, &image, units)?;
    }

    #[test]
    fn median_follows_its_oracle(image in images(), units in 1..=50_u32) {
        follows::<Median>(oracle::median, &NoParams {}, &image, units)?;
    }
}
