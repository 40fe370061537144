//! The adapter to a real worker, called as `shell.js` calls it.
#![cfg(target_arch = "wasm32")]

use std::collections::BTreeMap;

use js_sys::{Array, ArrayBuffer, JSON, Object, Reflect, Uint8Array};
use unjank_protocol::{
    Bytes, Context, Entry, JobId, Kernel, KernelError, KernelId, Output, Params, Reply, Request,
    Task, TaskId, Verdict, Window, decode, encode,
};
use unjank_worker::{Registry, browser};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[derive(serde::Serialize, serde::Deserialize)]
struct Amount {
    amount: u8,
}

/// Adds an amount in place, and makes linear memory grow on the way.
struct Add;

impl Kernel for Add {
    const NAME: &'static str = "add";
    type Params = Amount;

    fn halo(params: &Amount) -> u32 {
        u32::from(params.amount)
    }

    fn run(params: &Amount, input: &mut [u8], output: &mut Output, _: &Context) -> Done {
        let before = browser::memory();
        let hoard = std::hint::black_box(vec![1_u8; 24 << 20]);
        drop(hoard);
        assert!(browser::memory() >= before, "memory never shrinks");
        input.iter_mut().for_each(|byte| *byte = byte.wrapping_add(params.amount));
        output.keep_input(0..input.len());
        Ok(())
    }
}

/// Parameters of every shape.
#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Shapes {
    nothing: (),
    flag: bool,
    small: i8,
    large: u64,
    fraction: f32,
    text: String,
    letter: char,
    absent: Option<u8>,
    present: Option<u8>,
    list: Vec<u16>,
    pair: (u8, bool),
    table: BTreeMap<String, u8>,
    choices: Vec<Choice>,
    #[serde(default)]
    left_out: u8,
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Choice {
    Plain,
    One(u8),
    Two(u8, u8),
    Named { by: u8 },
}

const SHAPES: &str = r#"{
    "nothing": null, "flag": true, "small": -7, "large": 9007199254740991, "fraction": 0.25,
    "text": "text", "letter": "é", "absent": null, "present": 3, "list": [1, 65535],
    "pair": [2, false], "table": { "one": 1, "two": 2 },
    "choices": ["Plain", { "One": 1 }, { "Two": [1, 2] }, { "Named": { "by": 4 } }],
    "somethingElse": []
}"#;

/// Needs one unit of context if it is given [`SHAPES`].
struct Judge;

impl Kernel for Judge {
    const NAME: &'static str = "judge";
    type Params = Shapes;

    fn halo(params: &Shapes) -> u32 {
        let table = [("one".to_owned(), 1), ("two".to_owned(), 2)];
        let expected = Shapes {
            nothing: (),
            flag: true,
            small: -7,
            large: (1 << 53) - 1,
            fraction: 0.25,
            text: "text".into(),
            letter: 'é',
            absent: None,
            present: Some(3),
            list: vec![1, 65_535],
            pair: (2, false),
            table: table.into(),
            choices: vec![
                Choice::Plain,
                Choice::One(1),
                Choice::Two(1, 2),
                Choice::Named { by: 4 },
            ],
            left_out: 0,
        };
        u32::from(*params == expected)
    }

    fn run(_: &Shapes, _: &mut [u8], _: &mut Output, _: &Context) -> Done {
        Ok(())
    }
}

type Done = Result<(), KernelError>;

fn install() {
    browser::install(|| Registry::new().with::<Add>().with::<Judge>());
}

fn params(amount: impl Into<JsValue>) -> JsValue {
    let object = Object::new();
    Reflect::set(&object, &"amount".into(), &amount.into()).expect("an object");
    object.into()
}

/// A message with one task whose input is a buffer and whose parameters are an object.
fn message(buffer: &ArrayBuffer, length: u32, params: &JsValue) -> Array {
    let task = Task {
        id: TaskId { job: JobId::FIRST, index: 0 },
        kernel: KernelId(0),
        params: Params::Object(0),
        input: Bytes::Buffer { index: 0, length },
        window: Window::whole(1, length),
    };
    let frame = encode(&Request { tasks: vec![task] });
    let frame = Uint8Array::from(frame.as_slice());
    Array::of3(&frame, &Array::of1(buffer), &Array::of1(params))
}

fn frame(reply: &Array) -> Vec<u8> {
    reply.get(0).unchecked_into::<Uint8Array>().to_vec()
}

fn only<'a>(frame: &'a [u8]) -> Entry<'a> {
    let mut reply: Reply<'a> = decode(frame).expect("a reply");
    assert_eq!(reply.entries.len(), 1);
    reply.entries.remove(0)
}

#[wasm_bindgen_test]
fn a_result_of_the_same_length_comes_back_in_its_buffer() {
    install();
    let length = 5 << 20;
    let view = Uint8Array::new_with_length(length);
    view.fill(41, 0, length);
    let buffer = view.buffer();
    let reply = browser::answer(&message(&buffer, length, &params(1))).expect("a reply");
    let frame = frame(&reply);
    let entry = only(&frame);
    assert_eq!(entry.verdict, Verdict::Completed(Bytes::Buffer { index: 0, length }));
    let buffers: Array = reply.get(1).unchecked_into();
    assert!(buffers.get(0).loose_eq(&buffer), "the very same buffer");
    // The copy out saw the memory that grew in between.
    assert!(view.to_vec().iter().all(|&byte| byte == 42));
}

#[wasm_bindgen_test]
fn a_longer_buffer_is_read_as_far_as_it_counts_and_takes_the_result_unless_most_is_left_over() {
    install();
    for (room, takes) in [(8000, true), (9000, true), (32_000, true), (32_001, false)] {
        let view = Uint8Array::new_with_length(room);
        view.fill(1, 0, 8000);
        let reply = browser::answer(&message(&view.buffer(), 8000, &params(1))).expect("a reply");
        let buffers: Array = reply.get(1).unchecked_into();
        let result: ArrayBuffer = buffers.get(0).unchecked_into();
        let bytes = Uint8Array::new_with_byte_offset_and_length(&result, 0, 8000);
        assert_eq!(bytes.to_vec(), vec![2; 8000]);
        assert_eq!(result.loose_eq(&view.buffer()), takes, "a buffer of {room} bytes");
        assert_eq!(buffers.length(), if takes { 1 } else { 2 }, "what is free goes back too");
        assert!(buffers.get(buffers.length() - 1).loose_eq(&view.buffer()));
    }
}

#[wasm_bindgen_test]
fn objects_that_do_not_fit_are_bad_params() {
    install();
    let buffer = Uint8Array::new_with_length(3).buffer();
    for bad in [params("much"), params(300), JsValue::UNDEFINED, JsValue::from(7)] {
        let reply = browser::answer(&message(&buffer, 3, &bad)).expect("a reply");
        let frame = frame(&reply);
        assert!(matches!(only(&frame).verdict, Verdict::BadParams { .. }), "{bad:?}");
    }
}

#[wasm_bindgen_test]
fn a_buffer_shorter_than_announced_is_unreadable() {
    install();
    let buffer = Uint8Array::new_with_length(3).buffer();
    let reply = browser::answer(&message(&buffer, 4, &params(1))).expect("a reply");
    let frame = frame(&reply);
    assert!(matches!(only(&frame).verdict, Verdict::Unreadable { .. }));
}

#[wasm_bindgen_test]
fn what_is_no_request_is_refused() {
    install();
    for message in
        [Array::new(), Array::of3(&Uint8Array::new_with_length(4), &Array::new(), &Array::new())]
    {
        assert!(browser::answer(&message).is_err());
    }
}

#[wasm_bindgen_test]
fn a_trap_is_told_with_message_and_place_and_gives_the_buffers_back() {
    install();
    let buffer = Uint8Array::new_with_length(3).buffer();
    let message = message(&buffer, 3, &params(1));
    message.set(3, 0.into());
    let panic = Array::of2(&"lost".into(), &"a.rs:1:2".into());
    let reply = browser::apologise(&message, "RuntimeError".into(), Some(panic)).expect("a reply");
    let frame = frame(&reply);
    let expected = Verdict::Panicked { message: "lost".into(), location: Some("a.rs:1:2".into()) };
    assert_eq!(only(&frame).verdict, expected);
    let buffers: Array = reply.get(1).unchecked_into();
    assert!(buffers.get(0).loose_eq(&buffer));
}

#[wasm_bindgen_test]
fn halos_and_direct_runs_name_their_errors() {
    install();
    let code = |error: JsValue| Reflect::get(&error, &"code".into()).ok()?.as_string();
    assert_eq!(browser::halo("add", &params(3)).ok(), Some(3));
    let unknown = browser::halo("nothing", &params(3)).expect_err("no such kernel");
    assert_eq!(code(unknown).as_deref(), Some("unknown_kernel"));
    let bad = browser::halo("add", &params("x")).expect_err("bad params");
    assert_eq!(code(bad).as_deref(), Some("bad_params"));
    let source = Uint8Array::from(&[1_u8, 2, 3, 4][..]);
    let ragged = browser::run_here("add", &params(1), &source, 3).expect_err("a bad stride");
    assert_eq!(code(ragged).as_deref(), Some("bad_plan"));
    let result = browser::run_here("add", &params(0), &source, 2).expect("a result");
    assert_eq!(result.to_vec(), [1, 2, 3, 4]);
}

#[wasm_bindgen_test]
fn objects_are_read_as_parameters_of_every_shape() {
    install();
    let shapes = || JSON::parse(SHAPES).expect("an object");
    assert_eq!(browser::halo("judge", &shapes()).ok(), Some(1));
    let large = shapes();
    let set = |object: &JsValue, name: &str, value: &JsValue| {
        Reflect::set(object, &name.into(), value).expect("an object");
    };
    set(&large, "large", &JsValue::from((1_u64 << 53) - 1));
    assert_eq!(browser::halo("judge", &large).ok(), Some(1), "a BigInt is an integer too");
}

#[wasm_bindgen_test]
fn what_does_not_fit_is_told_in_words() {
    install();
    for (name, value, told) in [
        ("flag", JsValue::from(0.5), "expected a boolean"),
        ("small", JsValue::from(300), "expected i8"),
        ("small", JsValue::from(0.5), "expected i8"),
        ("text", JsValue::TRUE, "expected a string"),
        ("letter", "two".into(), "expected a character"),
        ("choices", Array::of1(&"Other".into()).into(), "unknown variant `Other`"),
    ] {
        let object = JSON::parse(SHAPES).expect("an object");
        Reflect::set(&object, &name.into(), &value).expect("an object");
        let error = browser::halo("judge", &object).expect_err("it does not fit");
        let message =
            Reflect::get(&error, &"message".into()).ok().and_then(|text| text.as_string());
        let message = message.expect("a message");
        assert!(message.contains(told), "{name}: {message}");
    }
}
