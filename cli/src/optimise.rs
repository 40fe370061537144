//! wasm-opt, when there is one.
//!
//! LLVM has done most of the work. wasm-opt makes the module smaller, so it is worth having and not
//! worth requiring: without it, or when what it made does not hold, the module stays as it was.

use std::{
    collections::BTreeSet,
    fmt, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    command::{self, CommandError},
    profile::Profile,
    programs,
    wasm::{self, Promise},
};

/// What the program is called.
pub const PROGRAM: &str = "wasm-opt";

/// LLVM has inlined what is worth it: more of it only repeats code, which compresses less well.
const INLINING: &[&str] = &["-aimfs", "10", "-fimfs", "10", "-ocimfs", "10"];

/// Passes are repeated for as long as they find something.
const AGAIN: &str = "--converge";

/// Functions of one type stand side by side: they are alike, so a module compresses better.
const ORDER: &str = "--reorder-functions-by-name";

/// What the compiler says of itself to tools: wasm-opt is the last one.
const STRIPPED: [&str; 2] = ["--strip-producers", "--strip-target-features"];

/// What rustc's wasm32 target and .cargo/config.toml let a module use. Named one by one, because
/// `--detect-features` reads a section that stripping may remove, and `--all-features` would let
/// wasm-opt use what browsers lack.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// What a module is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// It computes.
    Speed,
    /// Every page loads it.
    Size,
}

impl Aim {
    fn level(self) -> &'static str {
        match self {
            Self::Speed => "-O3",
            Self::Size => "-Oz",
        }
    }
}

/// What became of the module.
#[derive(Debug)]
pub enum Optimised {
    /// Replaced by what wasm-opt made.
    Yes {
        /// As wasm-opt tells it: `wasm-opt version 130`.
        version: String,
        /// Bytes before.
        before: usize,
        /// Bytes after.
        after: usize,
    },
    /// There is no wasm-opt.
    NoTool,
    /// wasm-opt is there, but the module is as it was.
    Refused(Refusal),
}

/// Why wasm-opt's work was not taken.
#[derive(Debug)]
pub struct Refusal {
    version: String,
    reason: String,
}

impl fmt::Display for Optimised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yes { version, before, after } => {
                write!(f, "{version}: {before} bytes became {after}")
            }
            Self::NoTool => write!(
                f,
                "no wasm-opt, so the module is as rustc made it: install Binaryen, and it gets smaller"
            ),
            Self::Refused(Refusal { version, reason }) => {
                write!(
                    f,
                    "{version} can't do it, so the module is as rustc made it: {reason}; a later one of \
                     Binaryen may"
                )
            }
        }
    }
}

/// Lets wasm-opt improve the module in place: the pinned one if there is one, or else one on PATH. Afterwards
/// functions have names if the profile keeps them; before they need them, for their order.
///
/// # Errors
/// Reading or writing the module failed.
pub fn optimise(
    module: &Path,
    aim: Aim,
    profile: Profile,
    pinned: Option<PathBuf>,
) -> io::Result<Optimised> {
    let optimised = attempt(module, aim, profile, pinned)?;
    if !profile.keeps_names() {
        let bare = wasm::without_names(&fs::read(module)?).map_err(io::Error::other)?;
        fs::write(module, bare)?;
    }
    Ok(optimised)
}

fn attempt(
    module: &Path,
    aim: Aim,
    profile: Profile,
    pinned: Option<PathBuf>,
) -> io::Result<Optimised> {
    let Some(tool) = pinned.or_else(|| programs::find_in(&programs::search_path(), &[PROGRAM]))
    else {
        return Ok(Optimised::NoTool);
    };
    let version = match command::capture(Command::new(&tool).arg("--version")) {
        Ok(version) => version.lines().next().unwrap_or(PROGRAM).trim().to_owned(),
        Err(error) => return Ok(refused(PROGRAM, &error)),
    };
    let improved = module.with_extension("opt.wasm");
    let outcome = match improve(&tool, module, &improved, aim, profile) {
        Err(CommandError::Failed { said, .. }) => refused(&version, &said),
        Err(error @ CommandError::NotStarted { .. }) => refused(&version, &error),
        Ok(_) => replace(&version, module, &improved)?,
    };
    if improved.exists() {
        fs::remove_file(&improved)?;
    }
    Ok(outcome)
}

fn improve(
    tool: &Path,
    module: &Path,
    improved: &Path,
    aim: Aim,
    profile: Profile,
) -> Result<String, CommandError> {
    let mut command = Command::new(tool);
    command.arg(aim.level()).args(INLINING).args([AGAIN, ORDER]).args(STRIPPED).args(FEATURES);
    if profile.keeps_names() {
        command.arg("--debuginfo");
    }
    command::capture(command.arg(module).arg("--output").arg(improved))
}

fn replace(version: &str, module: &Path, improved: &Path) -> io::Result<Optimised> {
    let (before, after) = (fs::read(module)?, fs::read(improved)?);
    if let Err(reason) = same_promises(&before, &after) {
        return Ok(refused(version, &reason));
    }
    fs::write(module, &after)?;
    Ok(Optimised::Yes { version: version.to_owned(), before: before.len(), after: after.len() })
}

/// Others rely on `before`, the glue among them: `after` must be valid, export the same, tell tools the
/// same, and import nothing more. What it never calls it need not import.
fn same_promises(before: &[u8], after: &[u8]) -> Result<(), String> {
    let expected = wasm::interface(before).map_err(|error| format!("its input: {error}"))?;
    let found = wasm::interface(after).map_err(|error| format!("its output: {error}"))?;
    let missing: BTreeSet<&Promise> =
        expected.difference(&found).filter(|promise| !wasm::is_import(promise)).collect();
    let added: BTreeSet<&Promise> = found.difference(&expected).collect();
    match missing.first().map(|m| ("lost", m)).or(added.first().map(|a| ("added", a))) {
        Some((what, promise)) => Err(format!("it {what} `{promise}`")),
        None => Ok(()),
    }
}

/// The first line of `reason` is told.
fn refused(version: &str, reason: &dyn fmt::Display) -> Optimised {
    let reason = reason.to_string().lines().next().unwrap_or_default().to_owned();
    Optimised::Refused(Refusal { version: version.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm::samples::{DOCUMENTED, EXPORTS_F, EXPORTS_G, IMPORTS_I};

    #[test]
    fn a_module_that_keeps_its_promises_is_taken() {
        assert_eq!(same_promises(EXPORTS_F, EXPORTS_F), Ok(()));
    }

    #[test]
    fn a_lost_or_added_export_is_told_by_name() {
        let renamed = same_promises(EXPORTS_F, EXPORTS_G).unwrap_err();
        assert_eq!(renamed, "it lost `export f Func`");
        let grown = same_promises(b"\0asm\x01\0\0\0", EXPORTS_F).unwrap_err();
        assert_eq!(grown, "it added `export f Func`");
    }

    #[test]
    fn an_import_that_is_never_called_may_go_and_none_may_come() {
        let nothing = b"\0asm\x01\0\0\0";
        assert_eq!(same_promises(IMPORTS_I, nothing), Ok(()));
        let asking = same_promises(nothing, IMPORTS_I).unwrap_err();
        assert_eq!(asking, "it added `import m.i Func`");
    }

    #[test]
    fn documentation_is_not_to_be_lost() {
        let stripped = same_promises(DOCUMENTED, EXPORTS_F).unwrap_err();
        assert_eq!(stripped, "it lost `section unjank:docs`");
    }

    #[test]
    fn a_broken_module_is_not_taken() {
        let broken = same_promises(EXPORTS_F, &EXPORTS_F[..12]).unwrap_err();
        assert!(broken.starts_with("its output: "), "{broken}");
    }
}
