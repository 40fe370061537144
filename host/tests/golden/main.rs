//! Modules of every origin do the same. The cases are `protocol/golden/suite.json`: each runs in a
//! fresh instance.

use std::{collections::BTreeMap, fs, path::PathBuf, slice};

use serde_json::Value;
use unjank_host::{HostError, Input, Instance, Module};
use unjank_protocol::Window;

mod bad;
#[path = "../built/mod.rs"]
mod built;
mod text;

/// Where the golden modules are.
fn golden(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../protocol/golden").join(path)
}

fn module(path: &str) -> Module {
    Module::from_file(golden(path)).expect("a golden module")
}

fn suite() -> Value {
    let text = fs::read_to_string(golden("suite.json")).expect("the suite");
    serde_json::from_str(&text).expect("the suite is JSON")
}

// ---- Running a case

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn number(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a number")).expect("below 2^32")
}

fn bytes(hex: &Value) -> Vec<u8> {
    let digits = text_of(hex).as_bytes().chunks(2);
    let digits = digits.map(|pair| str::from_utf8(pair).expect("ASCII"));
    digits.map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal")).collect()
}

fn window(value: &Value) -> Window {
    let words: Vec<u32> = items(value).iter().map(number).collect();
    let [stride, total, start, before, core, after] = words[..] else { panic!("{value}") };
    Window { stride, total, start, before, core, after }
}

fn call(module: &Module, instance: &mut Instance, step: &Value) -> Result<Vec<Vec<u8>>, HostError> {
    let kernel = module.description().find(text_of(&step["kernel"])).expect("a kernel");
    let given = items(&step["inputs"]).iter();
    let given: Vec<_> =
        given.map(|input| (bytes(&input["bytes"]), number(&input["identity"]))).collect();
    let inputs: Vec<_> =
        given.iter().map(|(bytes, identity)| Input { bytes, identity: *identity }).collect();
    instance.run(kernel, &bytes(&step["params"]), &inputs, window(&step["window"]))
}

#[track_caller]
fn expect(found: Result<Vec<Vec<u8>>, HostError>, expected: &Value, what: &str) {
    let error = match found {
        Ok(outputs) => {
            let expected: Vec<_> = items(&expected["outputs"]).iter().map(bytes).collect();
            assert_eq!(outputs, expected, "{what}");
            return;
        }
        Err(error) => error,
    };
    match (text_of(&expected["error"]), &error) {
        ("trapped", HostError::Trapped(_)) => {}
        ("input", HostError::Input { message }) => assert_eq!(message, &expected["text"], "{what}"),
        ("failed", HostError::Failed { code, message }) => {
            assert_eq!(
                (*code, message),
                (number(&expected["code"]), &text_of(&expected["text"]).to_owned()),
                "{what}"
            );
        }
        _ => panic!("{what}: {error}, where {expected} is expected"),
    }
}

/// Runs every case, and counts how often each kernel ran.
fn run(module: &Module) -> BTreeMap<String, usize> {
    let (suite, mut calls) = (suite(), BTreeMap::new());
    for case in items(&suite["cases"]) {
        let mut instance = module.instantiate().expect("an instance");
        for (index, step) in items(&case["steps"]).iter().enumerate() {
            if let Some(identity) = step.get("forget") {
                instance.forget(number(identity)).expect("it forgets");
                continue;
            }
            *calls.entry(text_of(&step["kernel"]).to_owned()).or_default() += 1;
            let found = call(module, &mut instance, step);
            expect(found, &step["expect"], &format!("{}, step {index}", case["name"]));
        }
    }
    calls
}

#[track_caller]
fn does_all(module: &Module) {
    let names: Vec<_> =
        items(&suite()["kernels"]).iter().map(|name| text_of(name).to_owned()).collect();
    let described: Vec<_> =
        module.description().kernels.iter().map(|kernel| kernel.name.clone()).collect();
    assert_eq!(described, names);
    let calls = run(module);
    assert!(names.iter().all(|name| calls.contains_key(name)), "{calls:?} has every kernel");
}

fn built_now(target: &str) -> Module {
    Module::from_file(built::module("unjank-golden", target)).expect("a kernel module")
}

// ---- Of every origin

#[test]
fn the_module_by_hand_does_all_that_is_asked() {
    does_all(&module("golden.wasm"));
}

#[test]
fn the_module_in_c_does_all_that_is_asked() {
    does_all(&module("c/golden.wasm"));
}

/// As it was built once: old modules go on working.
#[test]
fn the_module_in_rust_does_all_that_is_asked() {
    does_all(&module("rust/golden.wasm"));
}

#[test]
fn the_module_in_rust_as_it_is_built_now_does_all_that_is_asked() {
    does_all(&built_now(built::BARE));
}

/// With its clock, random bytes and output from WASI.
#[test]
fn the_module_in_rust_for_wasi_does_all_that_is_asked() {
    does_all(&module("wasi/golden.wasm"));
    does_all(&built_now("wasm32-wasip1"));
}

#[test]
fn the_example_of_the_interface_inverts() {
    let module = module("invert.wasm");
    let mut instance = module.instantiate().expect("an instance");
    for length in [0, 1, 5000, 1 << 20] {
        let bytes: Vec<u8> = (0..length).map(|index| (index % 251) as u8).collect();
        let flipped: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        let whole = Window::whole(1, length);
        for identity in [0, 3] {
            let input = Input { bytes: &bytes, identity };
            let outputs = instance.run(0, &[], &[input], whole).expect("outputs");
            assert_eq!(outputs, slice::from_ref(&flipped), "{length} bytes");
        }
        instance.forget(3).expect("it forgets");
    }
}
