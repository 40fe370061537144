//! Functions as kernels, in every shape.

use std::fmt;

use serde::{Deserialize, Serialize};
use unjank_worker::{
    Context, Element, Kernel, KernelError, Output, Registry, Window, cbor, kernel, kernels,
    run_alone, run_in_chunks,
};

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Factor {
    by: f32,
}

/// Scales numbers.
///
/// In place.
#[kernel(name = "scale", params = "{ by: number }", result = "Float32Array", grain = 4)]
fn scaled(numbers: &mut [f32], factor: &Factor) {
    numbers.iter_mut().for_each(|number| *number *= factor.by);
}

/// A macro may have written it.
trait TypeScript {
    const PARAMS: &'static str;
}

impl TypeScript for Factor {
    const PARAMS: &'static str = "{ by: number }";
}

const HALVES: &str = "Float64Array";

#[kernel(params = <Factor as TypeScript>::PARAMS, result = HALVES)]
fn by_value(numbers: &[f32], factor: Factor) -> Vec<f64> {
    numbers.iter().map(|number| f64::from(number * factor.by)).collect()
}

#[kernel]
fn into_outputs(bytes: &[u8], even: &mut Vec<u8>, odd: &mut Vec<u16>) {
    even.extend(bytes.iter().filter(|byte| **byte % 2 == 0));
    odd.extend(bytes.iter().filter(|byte| **byte % 2 == 1).map(|byte| u16::from(*byte)));
}

#[kernel]
fn joined(one: &[u8], _two: &[u8], three: Option<&[i16]>) -> Vec<i32> {
    let first = i32::from(one[0]) + i32::from(_two[0]);
    vec![first, three.map_or(-1, |three| three[0].into())]
}

#[kernel(halo = reach, impure, revision = 4)]
fn nearest(_bytes: &mut [u8], cx: &Context<'_>, reach: u32) -> Result<(), Odd> {
    if !cx.window().has_halo(reach) {
        return Err(Odd);
    }
    Ok(())
}

fn reach(params: &u32) -> u32 {
    *params
}

#[derive(Debug)]
struct Odd;

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("that is odd")
    }
}

#[kernel]
fn displays(_bytes: &mut [u8]) -> Result<(), Odd> {
    Err(Odd)
}

#[kernel]
fn converts(_bytes: &[u8]) -> Result<Vec<u8>, Numbered> {
    Err(Numbered)
}

/// Can be displayed too, but says itself what kernel error it is.
#[derive(Debug)]
struct Numbered;

impl fmt::Display for Numbered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not this text")
    }
}

impl From<Numbered> for KernelError {
    fn from(_: Numbered) -> Self {
        Self::failed(6, "numbered")
    }
}

#[kernel]
fn texts(_bytes: &mut [u8]) -> Result<(), &'static str> {
    Err("a text will do")
}

#[kernel]
fn corners(_bytes: &mut [u8], _places: &Vec<(f32, f32)>) {}

#[kernel]
fn unsaid(_bytes: &mut [u8], _factor: &Factor) {}

mod inner {
    use unjank_worker::kernel;

    /// From another module.
    #[kernel(host)]
    pub(crate) fn reports(_bytes: &mut [u8], cx: &unjank_worker::Context<'_>) {
        cx.progress(1.0, 1.0);
    }
}

kernels!(
    scaled,
    by_value,
    into_outputs,
    joined,
    nearest,
    displays,
    converts,
    texts,
    inner::reports
);

fn bytes<const N: usize>(numbers: [f32; N]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn run(name: &str, input: &mut [u8], further: &[&[u8]]) -> Result<Vec<Vec<u8>>, KernelError> {
    let registry = registry();
    let id = registry.find(name).expect("a kernel");
    let mut output = Output::new();
    let cx = Context::new(Window::whole(1, input.len() as u32)).with_inputs(further);
    registry.run(id, &[], input, &mut output, &cx).expect("a kernel")?;
    Ok((0..2).map(|index| output.nth_result(index, input).expect("a result").to_vec()).collect())
}

#[test]
fn numbers_are_changed_in_place() {
    let doubled = run_alone::<scaled>(&Factor { by: 2.0 }, &bytes([1.0, -3.0]), 4);
    assert_eq!(doubled, Ok(bytes([2.0, -6.0])));
    let odd = run_alone::<scaled>(&Factor { by: 2.0 }, &[0; 6], 1);
    let message = "input 0 has 6 bytes: no whole number of elements";
    assert_eq!(odd, Err(KernelError::input(message)));
    // The function is still one.
    let mut numbers = [1.0];
    scaled(&mut numbers, &Factor { by: 3.0 });
    assert_eq!(numbers, [3.0]);
}

#[test]
fn a_vector_is_the_result() {
    let halves = run_alone::<by_value>(&Factor { by: 0.5 }, &bytes([3.0]), 4);
    assert_eq!(halves, Ok(1.5_f64.to_le_bytes().to_vec()));
}

#[test]
fn outputs_are_filled() {
    assert_eq!(run("into_outputs", &mut [1, 2, 4, 5], &[]), Ok(vec![vec![2, 4], vec![1, 0, 5, 0]]));
}

#[test]
fn further_inputs_come_in_their_order() {
    let expected = |third: i32| [[3_i32, third].map(i32::to_le_bytes).concat(), vec![]].to_vec();
    let third = [-7_i16, 0];
    assert_eq!(run("joined", &mut [1], &[&[2]]), Ok(expected(-1)));
    assert_eq!(run("joined", &mut [1], &[&[2], bytemuck::cast_slice(&third)]), Ok(expected(-7)));
    assert_eq!(run("joined", &mut [1], &[]), Err(KernelError::no_input(1)));
}

#[test]
fn a_halo_may_depend_on_params() {
    assert_eq!((nearest::halo(&7), nearest::HALO), (7, None));
    assert_eq!((scaled::halo(&Factor { by: 1.0 }), scaled::HALO), (0, Some(0)));
    assert_eq!(run_in_chunks::<nearest>(&2, &[1, 2, 3, 4, 5], 1, Some(2)), Ok(vec![1, 2, 3, 4, 5]));
}

#[test]
fn errors_of_any_kind_are_told() {
    let told = [
        run_alone::<displays>(&(), &[], 1),
        run_alone::<converts>(&(), &[], 1),
        run_alone::<texts>(&(), &[], 1),
    ];
    let expected = [(0, "that is odd"), (6, "numbered"), (0, "a text will do")];
    assert_eq!(told, expected.map(|(code, text)| Err(KernelError::failed(code, text))));
}

#[test]
fn options_are_what_they_say() {
    assert_eq!(scaled::NAME, "scale");
    assert_eq!(scaled::DOCS.doc, "Scales numbers.\n\nIn place.");
    assert_eq!((scaled::DOCS.params, scaled::DOCS.result), ("{ by: number }", "Float32Array"));
    assert_eq!((scaled::PURE, nearest::PURE), (true, false));
    assert_eq!((scaled::REVISION, nearest::REVISION), (0, 4));
    assert_eq!((scaled::USES_HOST, inner::reports::USES_HOST), (false, true));
    let elements = into_outputs::OUTPUTS.iter().map(|port| (port.name, port.element));
    assert!(elements.eq([("even", Element::U8), ("odd", Element::U16)]));
    let names = joined::INPUTS.iter().map(|port| (port.name, port.optional));
    assert!(names.eq([("one", false), ("two", false), ("three", true)]));
}

#[test]
fn typescript_comes_from_constants_or_from_types_of_rust() {
    assert_eq!((by_value::DOCS.params, by_value::DOCS.result), ("{ by: number }", "Float64Array"));
    assert_eq!((nearest::DOCS.params, nearest::DOCS.result), ("number", ""));
    assert_eq!((joined::DOCS.params, corners::DOCS.params), ("undefined", "[number, number][]"));
    assert_eq!(unsaid::DOCS.params, "");
}

#[test]
fn a_registry_finds_kernels_by_name() {
    let registry: Registry = registry();
    let id = registry.find("scale").expect("it is there");
    assert_eq!((registry.find("scaled"), registry.find("")), (None, None));
    assert_eq!(registry.grain(id), Some(scaled::GRAIN));
    assert_eq!(registry.halo(id, &[]), Some(Ok(0)), "it need not read params for that");
    let id = registry.find("nearest").expect("it is there");
    assert_eq!(registry.halo(id, &cbor::to_vec(&5).unwrap()), Some(Ok(5)));
    assert_eq!(registry.halo(id, &[]), Some(Err(KernelError::params("a number is expected"))));
    let nobody = unjank_worker::KernelId(99);
    assert_eq!((registry.grain(nobody), registry.halo(nobody, &[])), (None, None));
}
