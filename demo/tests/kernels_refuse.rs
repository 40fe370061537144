//! What a kernel cannot work with is an error, never a panic.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use unjank_demo::kernels::{
    Blur, Columns, Crop, GaussianBlur, Grayscale, Median, NoParams, Scale, Shrink, Sobel, Tone,
    ToneCurve,
};
use unjank_protocol::{
    Context, Kernel, KernelError, Output, Window,
    cbor::{self, CborError},
    run_alone,
};

/// Calls a test that is generic over the kernel for each that makes as many pixels as it is given,
/// with parameters that are fine.
macro_rules! for_every_filter {
    ($test:ident $(, $argument:expr)*) => {{
        $test::<GaussianBlur>(&Blur { sigma: 1.0 } $(, $argument)*);
        $test::<Sobel>(&NoParams {} $(, $argument)*);
        $test::<ToneCurve>(&Tone::default() $(, $argument)*);
        $test::<Grayscale>(&NoParams {} $(, $argument)*);
        $test::<Median>(&NoParams {} $(, $argument)*);
    }};
}

/// The same for all kernels.
macro_rules! for_every_kernel {
    ($test:ident $(, $argument:expr)*) => {{
        for_every_filter!($test $(, $argument)*);
        $test::<Shrink>(&Scale { factor: 3 } $(, $argument)*);
        $test::<Crop>(&Columns { left: 1, width: 1 } $(, $argument)*);
    }};
}

fn run<K: Kernel>(
    params: &K::Params,
    length: usize,
    window: Window,
) -> Result<Vec<u8>, KernelError> {
    let mut input = vec![7; length];
    let mut output = Output::new();
    K::run(params, &mut input, &mut output, &Context::new(window))?;
    Ok(output.result(&input).expect("a part of the input").to_vec())
}

fn code_of<K: Kernel>(params: &K::Params, length: usize, window: Window) -> Option<u32> {
    match run::<K>(params, length, window) {
        Err(KernelError::Failed { code, .. }) => Some(code),
        _ => None,
    }
}

#[test]
fn rows_must_be_whole_pixels() {
    fn refused<K: Kernel>(params: &K::Params) {
        assert_eq!(code_of::<K>(params, 18, Window::whole(6, 3)), Some(1), "{}", K::NAME);
    }
    for_every_kernel!(refused);
}

#[test]
fn the_input_must_be_as_long_as_its_window() {
    fn refused<K: Kernel>(params: &K::Params) {
        for length in [0, 23, 25, 32] {
            assert_eq!(code_of::<K>(params, length, Window::whole(8, 3)), Some(2), "{}", K::NAME);
        }
    }
    for_every_kernel!(refused);
}

#[test]
fn the_window_must_lie_within_its_image() {
    fn refused<K: Kernel>(params: &K::Params) {
        let above = Window { stride: 8, total: 9, start: 2, before: 3, core: 1, after: 3 };
        let below = Window { stride: 8, total: 9, start: 3, before: 3, core: 1, after: 6 };
        for window in [above, below] {
            let length = window.input_len() as usize;
            assert_eq!(code_of::<K>(params, length, window), Some(3), "{}", K::NAME);
        }
    }
    for_every_kernel!(refused);
}

#[test]
fn the_halo_must_be_there() {
    fn refused<K: Kernel>(params: &K::Params) {
        let halo = K::halo(params);
        let enough = Window { stride: 8, total: 99, start: 50, before: halo, core: 2, after: halo };
        assert!(run::<K>(params, enough.input_len() as usize, enough).is_ok(), "{}", K::NAME);
        if halo > 0 {
            let above = Window { before: halo - 1, ..enough };
            let below = Window { after: halo - 1, ..enough };
            for window in [above, below] {
                let length = window.input_len() as usize;
                assert_eq!(code_of::<K>(params, length, window), Some(4), "{}", K::NAME);
            }
        }
    }
    for_every_kernel!(refused);
}

#[test]
fn more_halo_than_needed_changes_nothing() {
    fn equal<K: Kernel>(params: &K::Params) {
        let window = Window { stride: 8, total: 99, start: 50, before: 9, core: 2, after: 11 };
        let cut = run::<K>(params, window.input_len() as usize, window);
        let whole = run_alone::<K>(params, &[7; 16], 8);
        assert_eq!(cut, whole, "{}", K::NAME);
    }
    for_every_kernel!(equal);
}

#[test]
fn nothing_becomes_nothing() {
    fn empty<K: Kernel>(params: &K::Params) {
        let no_width = Window::whole(0, 12);
        let no_rows = Window::whole(u32::MAX - 3, 0);
        let halo_alone = Window { stride: 8, total: 9, start: 9, before: 9, core: 0, after: 0 };
        for window in [no_width, no_rows, halo_alone] {
            let length = window.input_len() as usize;
            assert_eq!(run::<K>(params, length, window), Ok(vec![]), "{} {window:?}", K::NAME);
        }
    }
    for_every_kernel!(empty);
}

fn numbers() -> impl Strategy<Value = u32> {
    prop_oneof![0..=12_u32, any::<u32>(), Just(u32::MAX)]
}

/// Windows of which one number may be anything, and the others fit each other.
fn windows() -> impl Strategy<Value = Window> {
    let small = || 0..=4_u32;
    let fitting = (0..=20_u32, small(), small(), small(), small(), small()).prop_map(
        |(width, above, before, core, after, below)| Window {
            stride: width * 4,
            total: above + before + core + after + below,
            start: above + before,
            before,
            core,
            after,
        },
    );
    (fitting, 0..=6_u8, numbers()).prop_map(|(window, field, number)| match field {
        0 => Window { stride: number, ..window },
        1 => Window { total: number, ..window },
        2 => Window { start: number, ..window },
        3 => Window { before: number, ..window },
        4 => Window { core: number, ..window },
        5 => Window { after: number, ..window },
        _ => window,
    })
}

/// Bytes of a window's input, where that is a length worth trying.
fn length_of(window: Window) -> Option<usize> {
    let units = u64::from(window.before) + u64::from(window.core) + u64::from(window.after);
    let length = usize::try_from(units.checked_mul(window.stride.into())?).ok()?;
    (length <= 1 << 16).then_some(length)
}

proptest! {
    #[test]
    fn any_window_is_computed_or_refused(window in windows(), other_length in 0..=4096_usize) {
        fn settles<K: Kernel>(params: &K::Params, length: usize, window: Window) {
            if let Ok(output) = run::<K>(params, length, window) {
                assert_eq!(output.len(), window.core_bytes().len(), "{} {window:?}", K::NAME);
            }
        }
        for length in [Some(other_length), length_of(window)].into_iter().flatten() {
            for_every_filter!(settles, length, window);
        }
    }

    #[test]
    fn any_window_is_shrunk_or_refused(
        window in windows(),
        factor in Scale::FACTOR,
        other_length in 0..=4096_usize,
    ) {
        for length in [Some(other_length), length_of(window)].into_iter().flatten() {
            if let Ok(output) = run::<Shrink>(&Scale { factor }, length, window) {
                let end = u64::from(window.start) + u64::from(window.core);
                let rows = (u64::from(window.start)..end).filter(|row| row % u64::from(factor) == 0);
                let made = rows.count() * (window.stride / 4).div_ceil(factor) as usize * 4;
                prop_assert_eq!(output.len(), made, "factor {} {:?}", factor, window);
            }
        }
    }

    #[test]
    fn any_window_is_cropped_or_refused(
        window in windows(),
        left in numbers(),
        width in numbers(),
        other_length in 0..=4096_usize,
    ) {
        for length in [Some(other_length), length_of(window)].into_iter().flatten() {
            if let Ok(output) = run::<Crop>(&Columns { left, width }, length, window) {
                let kept = if window.stride == 0 { 0 } else { width as usize * 4 };
                let made = window.core as usize * kept;
                prop_assert_eq!(output.len(), made, "{} from {} {:?}", width, left, window);
            }
        }
    }

    #[test]
    fn any_columns_are_computed_or_refused(left in numbers(), width in numbers()) {
        let good = width > 0 && u64::from(left) + u64::from(width) <= 4;
        prop_assert_eq!(refuses::<Crop>(&Columns { left, width }), !good);
    }

    #[test]
    fn any_factor_is_computed_or_refused(factor: u32) {
        prop_assume!(!Scale::FACTOR.contains(&factor));
        prop_assert_eq!(Shrink::halo(&Scale { factor }), 0);
        prop_assert!(refuses::<Shrink>(&Scale { factor }), "factor {}", factor);
    }

    #[test]
    fn any_sigma_is_computed_or_refused(sigma: f32) {
        prop_assume!(!Blur::SIGMA.contains(&sigma));
        prop_assert_eq!(GaussianBlur::halo(&Blur { sigma }), 0);
        prop_assert!(refuses::<GaussianBlur>(&Blur { sigma }), "sigma {}", sigma);
    }

    #[test]
    fn any_tone_is_computed_or_refused(exposure: f32, contrast: f32, gamma: f32) {
        let tone = Tone { exposure, contrast, gamma };
        let good = Tone::EXPOSURE.contains(&exposure)
            && Tone::CONTRAST.contains(&contrast)
            && Tone::GAMMA.contains(&gamma);
        prop_assert_eq!(refuses::<ToneCurve>(&tone), !good);
    }
}

fn refuses<K: Kernel>(params: &K::Params) -> bool {
    matches!(run_alone::<K>(params, &[7; 64], 16), Err(KernelError::Params { .. }))
}

#[test]
fn parameters_just_out_of_range_are_refused() {
    for sigma in [0.499_999, 100.000_01, 0.0, -1.0, f32::NAN, f32::INFINITY, f32::MAX] {
        assert!(refuses::<GaussianBlur>(&Blur { sigma }), "sigma {sigma}");
    }
    let good = Tone::default();
    for exposure in [-10.000_01, 10.000_01, f32::NAN] {
        assert!(refuses::<ToneCurve>(&Tone { exposure, ..good }), "exposure {exposure}");
    }
    for contrast in [-0.000_01, 10.000_01, f32::NAN] {
        assert!(refuses::<ToneCurve>(&Tone { contrast, ..good }), "contrast {contrast}");
    }
    for gamma in [0.0, 0.099_999, 10.000_01, f32::NAN] {
        assert!(refuses::<ToneCurve>(&Tone { gamma, ..good }), "gamma {gamma}");
    }
    for factor in [0, 17, u32::MAX] {
        assert!(refuses::<Shrink>(&Scale { factor }), "factor {factor}");
    }
    for (left, width) in [(0, 0), (0, 5), (1, 4), (4, 1), (u32::MAX, 1), (1, u32::MAX)] {
        assert!(refuses::<Crop>(&Columns { left, width }), "{width} columns from {left}");
    }
}

#[test]
fn a_factor_that_is_refused_says_what_to_choose() {
    let error = run_alone::<Shrink>(&Scale { factor: 17 }, &[7; 64], 16);
    assert_eq!(error, Err(KernelError::params("factor is 17: choose 1 to 16")));
}

#[test]
fn columns_that_are_refused_say_what_to_choose() {
    let refusal = |left, width| run_alone::<Crop>(&Columns { left, width }, &[7; 400], 400);
    assert_eq!(refusal(3, 0), Err(KernelError::params("width is 0: choose 1 or more")));
    let message = "columns 90 to 109 reach past the 100 of a row: choose from 0 to 99";
    assert_eq!(refusal(90, 20), Err(KernelError::params(message)));
    let message = "columns 4294967295 to 8589934589 reach past the 100 of a row: \
                   choose from 0 to 99";
    assert_eq!(refusal(u32::MAX, u32::MAX), Err(KernelError::params(message)));
}

#[test]
fn no_columns_are_refused_of_an_empty_image_too() {
    let window = Window::whole(8, 0);
    assert!(run::<Crop>(&Columns { left: 0, width: 0 }, 0, window).is_err());
    assert_eq!(run::<Crop>(&Columns { left: 7, width: 9 }, 0, window), Ok(vec![]));
}

/// Parameters from named numbers, as a JavaScript object has them.
fn from_object<P: DeserializeOwned>(fields: &[(&str, f32)]) -> Result<P, CborError> {
    let object: BTreeMap<_, _> = fields.iter().copied().collect();
    cbor::from_slice(&cbor::to_vec(&object)?)
}

#[test]
fn parameters_can_be_plain_objects() {
    assert_eq!(from_object(&[]), Ok(NoParams {}));
    assert_eq!(from_object(&[("sigma", 5.0)]), Ok(Blur { sigma: 5.0 }));
    assert!(from_object::<Blur>(&[]).is_err());
    assert_eq!(from_object(&[]), Ok(Tone::default()));
    assert_eq!(cbor::from_slice(&[]), Ok(Tone::default()));
    assert_eq!(from_object(&[("factor", 3.0)]), Ok(Scale { factor: 3 }));
    assert!(from_object::<Scale>(&[("factor", 2.5)]).is_err());
    assert!(from_object::<Scale>(&[]).is_err());
    let columns = Columns { left: 5, width: 7 };
    assert_eq!(from_object(&[("left", 5.0), ("width", 7.0)]), Ok(columns));
    assert!(from_object::<Columns>(&[("left", -1.0), ("width", 7.0)]).is_err());
    assert!(from_object::<Columns>(&[("width", 7.0)]).is_err());
    assert_eq!(from_object(&[("gamma", 2.2)]), Ok(Tone { gamma: 2.2, ..Tone::default() }));
}

#[test]
fn parameters_survive_cbor() {
    fn survives<P: serde::Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(params: P) {
        let bytes = cbor::to_vec(&params).unwrap();
        assert_eq!(cbor::from_slice::<P>(&bytes), Ok(params));
    }
    survives(NoParams {});
    survives(Blur { sigma: 12.5 });
    survives(Scale { factor: 16 });
    survives(Columns { left: u32::MAX, width: 640 });
    survives(Tone { exposure: -1.5, contrast: 1.25, gamma: 2.2 });
}
