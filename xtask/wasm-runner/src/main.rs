//! The program that cargo hands a wasm test file to: see `cargo xtask test --only wasm`.
//!
//! It is wasm-bindgen's own runner with one more check. That runner takes a file without tests for
//! a success, so a suite whose tests were lost on the way would pass.

use std::{env, ffi::OsStr, fs, process::ExitCode};

use wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args;
use wasmparser::{Parser, Payload};

/// What `#[wasm_bindgen_test]` puts before the name of each function it exports.
const TEST_PREFIX: &str = "__wbgt_";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().collect();
    let outcome = match arguments.get(1) {
        Some(file) => expect_tests(file)
            .and_then(|()| run_cli_with_args(&arguments).map_err(|error| format!("{error:#}"))),
        None => Err("usage: wasm-runner FILE.wasm [FILTER]; cargo test gives the file".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn expect_tests(file: &OsStr) -> Result<(), String> {
    // An option such as --help: the runner answers it.
    if file.to_string_lossy().starts_with('-') {
        return Ok(());
    }
    let name = file.display();
    let wasm = fs::read(file).map_err(|error| format!("can't read {name}: {error}"))?;
    match has_tests(&wasm) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("{name} has no #[wasm_bindgen_test]: add one or drop the file")),
        Err(error) => Err(format!("{name} is not a wasm module: {error}")),
    }
}

fn has_tests(wasm: &[u8]) -> Result<bool, wasmparser::BinaryReaderError> {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Payload::ExportSection(exports) = payload? {
            for export in exports {
                if export?.name.starts_with(TEST_PREFIX) {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}
