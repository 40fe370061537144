//! `unjank-check FILE.wasm`: says what a kernel module is, or what is wrong with it.
#![forbid(unsafe_code)]

use std::{error::Error, fs, path::PathBuf, process::ExitCode, time::Duration};

use lexopt::{Arg, Parser, ValueExt};
use unjank_host::{Limits, ModuleError, check};

const HELP: &str = "\
unjank-check FILE.wasm [--json] [--seed N]

Says what a kernel module is, runs its kernels as no host would, and says in one line each what is wrong.
What is drawn is drawn from the seed, which is 1 unless said.";

/// A module that hangs must not hang its check.
const LIMITS: Limits = Limits { call: Duration::from_secs(10), memory: 1 << 30 };

struct Options {
    file: PathBuf,
    json: bool,
    seed: u64,
}

fn main() -> ExitCode {
    match read(Parser::from_env()) {
        Ok(Some(options)) => run(&options),
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => fail(&error),
    }
}

/// `None`: help is asked for.
fn read(mut parser: Parser) -> Result<Option<Options>, lexopt::Error> {
    let (mut file, mut json, mut seed) = (None, false, 1);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            Arg::Long("json") => json = true,
            Arg::Long("seed") => seed = parser.value()?.parse()?,
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return Err(argument.unexpected()),
        }
    }
    let file = file.ok_or("which file?")?;
    Ok(Some(Options { file, json, seed }))
}

fn run(options: &Options) -> ExitCode {
    let bytes = fs::read(&options.file).map_err(ModuleError::Unreadable);
    match bytes.and_then(|bytes| check::check(&bytes, LIMITS, options.seed)) {
        Ok(report) => {
            if options.json {
                println!("{:#}", report.to_json());
            } else {
                print!("{report}");
            }
            if report.is_bad() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
        Err(error) if options.json => {
            let (code, message) = (error.code(), error.to_string());
            println!("{:#}", serde_json::json!({ "error": { "code": code, "message": message } }));
            ExitCode::FAILURE
        }
        Err(error) => fail(&error),
    }
}

fn fail(error: &dyn Error) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::FAILURE
}
