//! Each bad module of `protocol/golden/bad` has its named error, and hurts nobody else.

use std::{collections::BTreeMap, fs, time::Duration};

use serde_json::Value;
use unjank_host::{HostError, Input, Limits, Module, ModuleError};
use unjank_protocol::Window;

use super::{golden, text_of};

const LIMITS: Limits = Limits { call: Duration::from_secs(20), memory: 1 << 30 };

fn expectations() -> BTreeMap<String, Value> {
    let text = fs::read_to_string(golden("bad/expected.json")).expect("the expectations");
    serde_json::from_str(&text).expect("they are JSON")
}

fn load(name: &str) -> Result<Module, ModuleError> {
    let path = golden("bad").join(name).with_extension("wasm");
    Module::with_limits(&fs::read(path).expect("a bad module"), LIMITS)
}

#[track_caller]
fn says(message: &str, expected: &Value, name: &str) {
    assert!(message.contains(text_of(&expected["says"])), "{name}: {message}");
    assert_eq!(message.lines().count(), 1, "{name}: {message}");
}

#[test]
fn what_is_wrong_before_any_job_is_named() {
    for (name, expected) in expectations() {
        let Some(code) = expected.get("code") else { continue };
        let error = load(&name).expect_err(&name);
        assert_eq!(error.code(), text_of(code), "{name}: {error}");
        says(&error.to_string(), &expected, &name);
    }
}

#[test]
fn what_is_wrong_with_a_job_costs_its_instance_and_nothing_else() {
    for (name, expected) in expectations() {
        let Some(job) = expected.get("job") else { continue };
        let module = load(&name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let run = |instance: &mut unjank_host::Instance| {
            instance.run(0, &[0xa0], &[Input::bytes(&[1; 64])], Window::whole(8, 8))
        };
        for _ in 0..2 {
            let mut instance = module.instantiate().expect("a fresh instance");
            let error = run(&mut instance).expect_err(&name);
            let (is_trap, is_broken) =
                (matches!(error, HostError::Trapped(_)), matches!(error, HostError::Broken { .. }));
            assert!(is_trap || is_broken, "{name}: {error}");
            let kind = if is_trap { "panicked" } else { "broken_kernel" };
            assert_eq!(kind, text_of(job), "{name}: {error}");
            says(&error.to_string(), &expected, &name);
            assert_eq!(run(&mut instance), Err(HostError::Lost), "{name}, called again");
        }
    }
}

#[test]
fn every_bad_module_is_expected_to_be_bad() {
    let texts = fs::read_dir(golden("bad")).expect("the bad modules");
    let paths = texts.map(|entry| entry.expect("an entry").path());
    let mut names: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "wat"))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, expectations().into_keys().collect::<Vec<_>>());
}

// ---- What is no module at all

#[track_caller]
fn refused(bytes: &[u8], says: &str) {
    let error = Module::from_bytes(bytes).expect_err("no module");
    let code = if says == "HTML" { "kernels_unavailable" } else { "bad_kernels" };
    assert_eq!(error.code(), code);
    assert!(error.to_string().contains(says), "{error}");
}

#[test]
fn what_is_not_wasm_is_told_by_what_it_looks_like() {
    refused(b"", "is empty");
    refused(b"\n<!doctype html><title>404</title>", "HTML");
    refused(b"(module)", "text");
    refused(b"import init from './kernels.js';", "JavaScript");
    refused(b"\0asm\x0d\0\x01\0", "component");
    refused(b"\0asm\x02\0\0\0", "not valid WebAssembly");
    refused(&[0x89, b'P', b'N', b'G'], "begins with other bytes");
    assert_eq!(
        Module::from_file("/nowhere.wasm").expect_err("no file").code(),
        "kernels_unavailable"
    );
}

#[test]
fn a_module_cut_anywhere_is_refused() {
    let whole = fs::read(golden("invert.wasm")).expect("a golden module");
    for length in (0..whole.len()).step_by(3) {
        let error = Module::from_bytes(&whole[..length]).expect_err("it is cut");
        assert_eq!(error.code(), "bad_kernels", "at {length}: {error}");
    }
}

#[test]
fn what_hangs_is_stopped() {
    let text = fs::read_to_string(golden("bad/trap-in-version.wat")).expect("a bad module");
    let hangs = text.replace("(unreachable)", "(loop $again (br $again)) (i32.const 0)");
    let limits = Limits { call: Duration::from_millis(100), ..LIMITS };
    let bytes = wat::parse_str(hangs).expect("it assembles");
    let error = Module::with_limits(&bytes, limits).expect_err("it hangs");
    assert!(error.to_string().contains("took too long"), "{error}");
}

// ---- What is still to come

#[test]
fn a_module_of_a_later_minor_version_works() {
    let module = super::module("future.wasm");
    let mut instance = module.instantiate().expect("an instance");
    let mut run =
        |kernel| instance.run(kernel, &[], &[Input::bytes(b"as it was")], Window::whole(1, 9));
    assert_eq!(run(0), Ok(vec![b"as it was".to_vec()]));
    assert_eq!(run(1), Err(HostError::Failed { code: 40, message: String::new() }));
    assert_eq!(run(0), Ok(vec![b"as it was".to_vec()]));
}
