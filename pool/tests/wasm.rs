//! The browser's side of the pool, as far as it needs no worker: buffers, and pools that do not
//! open.
#![cfg(target_arch = "wasm32")]

use js_sys::{Array, ArrayBuffer, Function, Object, Reflect, Uint8Array, Uint8ClampedArray};
use serde::Deserialize;
use unjank_pool::{
    Rejection, SpawnError,
    browser::{Buffer, Pool, PoolBuilder, read_params},
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn refusal(value: &JsValue) -> Option<Rejection> {
    Buffer::from_js(value).err()
}

/// `new name(...arguments)`
fn construct(name: &str, arguments: &Array) -> Option<JsValue> {
    let constructor = Reflect::get(&js_sys::global(), &name.into()).ok()?;
    Reflect::construct(constructor.dyn_ref::<Function>()?, arguments).ok()
}

#[wasm_bindgen_test]
fn views_are_taken_as_the_bytes_they_show() {
    let buffer = Uint8Array::from(&[1_u8, 2, 3, 4, 5, 6, 7, 8][..]).buffer();
    let part = Uint8ClampedArray::new_with_byte_offset_and_length(&buffer, 2, 3);
    let taken = Buffer::from_js(&part).expect("a view");
    assert_eq!(taken.to_vec(), [3, 4, 5]);
    assert_eq!(Buffer::from_js(&buffer).expect("a buffer").len(), 8);
    assert!(Buffer::from_js(&ArrayBuffer::new(0)).expect("an empty buffer").is_empty());
}

#[wasm_bindgen_test]
fn an_array_whose_methods_may_be_others_is_looked_through() {
    let array = Uint8Array::from(&[1_u8, 2, 3][..]);
    let shown = |value: &Uint8Array| Buffer::from_js(value).expect("a view").as_view().clone();
    assert_eq!(JsValue::from(shown(&array)), JsValue::from(array.clone()), "as it is");
    let derived = Object::create(&Object::get_prototype_of(&array));
    Object::set_prototype_of(&array, &derived);
    assert_ne!(JsValue::from(shown(&array)), JsValue::from(array.clone()), "a view of its own");
    assert_eq!(shown(&array).to_vec(), [1, 2, 3]);
}

#[wasm_bindgen_test]
fn what_cannot_be_sent_is_named() {
    for value in [JsValue::UNDEFINED, JsValue::from("bytes"), Object::new().into()] {
        assert_eq!(refusal(&value), Some(Rejection::NotABuffer), "{value:?}");
    }
    let options = Object::new();
    Reflect::set(&options, &"maxByteLength".into(), &16.into()).expect("an object");
    let resizable = construct("ArrayBuffer", &Array::of2(&8.into(), &options));
    assert_eq!(refusal(&resizable.expect("a buffer")), Some(Rejection::ResizableBuffer));
    if let Some(shared) = construct("SharedArrayBuffer", &Array::of1(&8.into())) {
        assert_eq!(refusal(&shared), Some(Rejection::SharedBuffer));
    }
}

#[wasm_bindgen_test]
fn a_detached_buffer_is_told_from_an_empty_one() {
    let buffer = Uint8Array::from(&[1_u8, 2, 3][..]).buffer();
    let view = Uint8Array::new(&buffer);
    let port = web_sys::MessageChannel::new().expect("a channel").port1();
    port.post_message_with_transferable(&JsValue::NULL, &Array::of1(&buffer)).expect("sent");
    assert_eq!(refusal(&buffer), Some(Rejection::Detached));
    assert_eq!(refusal(&view), Some(Rejection::Detached));
}

/// What a kernel may be told.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    sigma: f32,
    chunk_rows: Option<u32>,
    curve: Vec<u8>,
}

fn settings(json: &str) -> Result<Settings, String> {
    let object = js_sys::JSON::parse(json).expect("it is JSON");
    read_params(&object).map_err(|reason: Rejection| {
        assert_eq!(reason.code(), "bad_params");
        reason.to_string()
    })
}

#[wasm_bindgen_test]
fn parameters_are_read_from_plain_objects() {
    let given = settings(r#"{ "sigma": 2, "chunkRows": 16, "curve": [1, 255], "more": true }"#);
    let read = Settings { sigma: 2.0, chunk_rows: Some(16), curve: vec![1, 255] };
    assert_eq!(given, Ok(read));
    for rows in ["", r#""chunkRows": null,"#] {
        let given = settings(&format!(r#"{{ {rows} "sigma": 0.5, "curve": [] }}"#));
        assert_eq!(given, Ok(Settings { sigma: 0.5, chunk_rows: None, curve: Vec::new() }));
    }
    assert_eq!(read_params::<()>(&JsValue::UNDEFINED), Ok(()));
    let bytes = Uint8Array::from(&[7_u8, 8][..]);
    assert_eq!(read_params::<Vec<u8>>(&bytes), Ok(vec![7, 8]));
}

#[wasm_bindgen_test]
fn parameters_of_another_type_are_named() {
    for (json, said) in [
        (r#"{ "curve": [] }"#, "missing field `sigma`"),
        (r#"{ "sigma": "wide", "curve": [] }"#, "expected f32"),
        (r#"{ "sigma": 1, "chunkRows": 1.5, "curve": [] }"#, "expected u32"),
        (r#"{ "sigma": 1, "curve": [256] }"#, "expected u8"),
        ("7", "expected"),
    ] {
        let message = settings(json).expect_err(json);
        assert!(message.contains(said), "{json}: {message}");
    }
}

/// A builder for a pool of one worker, with kernels.
fn builder() -> PoolBuilder {
    let module = include_bytes!("../../protocol/golden/invert.wasm");
    Pool::builder().workers(1).kernels(Uint8Array::from(&module[..]))
}

#[wasm_bindgen_test]
async fn a_pool_without_kernels_says_how_to_give_it_some() {
    let error = Pool::builder().build().await.expect_err("no kernels, no pool");
    assert!(matches!(error, SpawnError::BadKernels { .. }), "{error}");
    assert!(error.to_string().contains("the option `kernels`"), "{error}");
}

#[wasm_bindgen_test]
async fn a_missing_script_is_named() {
    let built = builder().worker_url("/nowhere/worker.js").build().await;
    // The test runner wraps workers, so what kind of failure this is shows only end to end.
    let error = built.expect_err("no script, no pool").to_string();
    assert!(error.contains("/nowhere/worker.js"), "{error}");
}

#[wasm_bindgen_test]
async fn a_factory_that_makes_no_worker_is_told_so() {
    let make = Closure::<dyn Fn() -> JsValue>::new(|| JsValue::from(7));
    let make_function: Function = make.as_ref().clone().unchecked_into();
    let built = builder().worker_factory(make_function).build().await;
    match built.err() {
        Some(SpawnError::InitFailed { message }) => assert!(message.contains("no Worker")),
        other => panic!("expected a failed start, got {other:?}"),
    }
}
