//! Lints and tests of what is compiled for the browser, without a page around it.

use std::{env::consts::EXE_SUFFIX, path::Path, process::Command};

use unjank_cli::{
    command::cargo,
    toolchain::{WASM_TARGET, wasm_cargo},
};

use super::{Failure, run_in, rust_example, write};
use crate::{
    browser::{self, Browser, Engine},
    workspace::Workspace,
};

/// The folders of the packages that run in the browser; each has tests/wasm.rs.
const WASM_FOLDERS: [&str; 4] = ["protocol", "pool", "gloo", "demo"];

/// Packages whose code for wasm32 the built sites test.
const MODULES: [&str; 5] = [
    "unjank-worker",
    "unjank-faults",
    "unjank-faults-glue",
    "unjank-trivial",
    "unjank-bench-module",
];

/// What has no standard library, and so is compiled apart from those whose dependencies want one.
const CORE: &str = "unjank-pool-module";

/// Names the program that cargo hands what it has compiled for the browser.
const RUNNER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER";

/// Lints the browser's packages as they are compiled for the browser.
pub(super) fn lint(workspace: &Workspace) -> Result<(), Failure> {
    expect_wasm_tests(workspace)?;
    let mut command = wasm_cargo();
    command.args(["clippy", "--target", WASM_TARGET]).args(wasm_packages());
    command.args(MODULES.iter().flat_map(|package| ["--package", package]));
    command.args(["--lib", "--test", "wasm", "--", "-Dwarnings"]);
    run_in(workspace, &mut command)?;
    let mut core = wasm_cargo();
    core.args(["clippy", "--target", WASM_TARGET, "--package", CORE, "--lib", "--", "-Dwarnings"]);
    run_in(workspace, &mut core)?;
    rust_example::lint(workspace)
}

fn wasm_packages() -> impl Iterator<Item = String> {
    WASM_FOLDERS.into_iter().map(|folder| format!("--package=unjank-{folder}"))
}

/// Cargo passes over a package that lacks the test file as long as another has it.
fn expect_wasm_tests(workspace: &Workspace) -> Result<(), Failure> {
    let files = WASM_FOLDERS.map(|folder| workspace.root().join(folder).join("tests/wasm.rs"));
    let remedy = "every package that runs in the browser is tested there";
    match files.into_iter().find(|path| !path.is_file()) {
        Some(path) => Err(Failure::Missing { path, remedy }),
        None => Ok(()),
    }
}

/// Runs tests/wasm.rs of each of the browser's packages in the browser.
pub(super) fn test(workspace: &Workspace) -> Result<(), Failure> {
    expect_wasm_tests(workspace)?;
    let browser = browser::find(Engine::Chromium).map_err(Failure::Browser)?;
    run_in(workspace, cargo().args(["build", "--package", "wasm-runner"]))?;
    let settings = workspace.target().join("webdriver.json");
    write(&settings, &webdriver_settings(&browser))?;
    let mut command = wasm_cargo();
    command.args(["test", "--target", WASM_TARGET]).args(wasm_packages());
    command.args(["--test", "wasm"]);
    runner_environment(&mut command, workspace, &browser, &settings);
    run_in(workspace, &mut command)?;
    compile_examples(workspace)
}

/// What cargo is told to run the examples with. They are all `no_run`, and still they are handed over.
const READS_NOTHING: &str = "cargo --version";

/// Compiles the examples in the docs of what only a browser has.
fn compile_examples(workspace: &Workspace) -> Result<(), Failure> {
    let mut command = wasm_cargo();
    command.args(["test", "--doc", "--target", WASM_TARGET]);
    command.args(["--package=unjank-pool", "--package=unjank-gloo"]);
    command.env(RUNNER, READS_NOTHING);
    run_in(workspace, &mut command)
}

/// Tells cargo of the runner, and the runner of the browser.
fn runner_environment(
    command: &mut Command,
    workspace: &Workspace,
    browser: &Browser,
    settings: &Path,
) {
    // The runner takes the first driver that any of these names.
    for driver in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER", "MSEDGEDRIVER"] {
        command.env_remove(driver).env_remove(format!("{driver}_REMOTE"));
    }
    // With it the runner would wait for a person.
    command.env_remove("NO_HEADLESS");
    let runner = format!("wasm-runner{}", EXE_SUFFIX);
    command
        .env(RUNNER, workspace.target().join("debug").join(runner))
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings)
        // A test file that does not say where it runs would run in Node.
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        // The runner's server would isolate the page; unjank must not depend on that.
        .env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1")
        // Seconds for one file, with the browser's start on a busy machine; the default is 20.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
}

fn webdriver_settings(browser: &Browser) -> serde_json::Value {
    serde_json::json!({
        "goog:chromeOptions": { "binary": browser.program, "args": Browser::arguments() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_test_file_is_named() {
        let workspace = Workspace::at("/no/such/source", "/no/such/target");
        let error = expect_wasm_tests(&workspace).unwrap_err().to_string();
        assert!(error.contains("tests/wasm.rs"), "{error}");
    }

    #[test]
    fn the_driver_is_told_which_browser_to_start() {
        let browser = Browser {
            engine: Engine::Chromium,
            program: "/a \"b\"".into(),
            driver: "/d".into(),
            screen: None,
        };
        let settings = webdriver_settings(&browser);
        let options = &settings["goog:chromeOptions"];
        assert_eq!(options["binary"], "/a \"b\"");
        assert_eq!(options["args"][0], "--headless=new");
    }
}
