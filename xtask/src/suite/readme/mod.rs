//! What the documents show, used as they say.
//!
//! Each block of code of the [`guide::documents`] has its place in a file below `e2e/readme/stage`, which has around it what
//! the text says stands there, and sees that it does what the text says. Commands are run ([`commands`]). A block
//! without a use fails the step.

use std::{fs, path::PathBuf};

use unjank_cli::{command, toolchain::WASM_TARGET};

use super::{Failure, at, command_program, glue_app, run_in, sites, write};

mod blocks;
mod commands;
mod guide;
mod stage;

pub use self::{blocks::BlockError, guide::GuideError};
use self::{
    blocks::{Block, Blocks, blocks_of},
    guide::Document,
    stage::Stage,
};

use crate::{
    browser::Engine,
    node::Node,
    tools::{Tools, TypeScript},
    workspace::Workspace,
};

/// The end-to-end test that opens the app.
const TEST: &str = "readme";

/// What the app's bundler finds by itself is not copied: these are.
const BESIDE: [&str; 4] = ["worker.js", "core.wasm", "resident.js", "spread.js"];

/// Makes what the documents show, and uses it in Chromium.
pub(super) fn test(workspace: &Workspace, engines: &[Engine]) -> Result<(), Failure> {
    let (Some(node), Some(tools)) = (Node::find(), Tools::install(workspace)) else {
        println!("skipped: install Node.js with npm to use what the documents show");
        return Ok(());
    };
    let documents = guide::documents(workspace)?;
    guide::check(workspace, &documents)?;
    let shown = documents.iter().flat_map(|Document { name, text }| blocks_of(name, text));
    let mut blocks = Blocks::new(shown.collect());
    let commands = blocks.take("sh");
    let stage = Stage::lay_out(workspace, &mut blocks)?;
    blocks.expect_used().map_err(Failure::Blocks)?;
    run_commands(&commands, &stage, &node)?;
    build_others(&stage)?;
    check_types(&stage, &node)?;
    bundle(&stage, &tools)?;
    open(&stage, engines)
}

fn run_commands(shown: &[Block], stage: &Stage<'_>, node: &Node) -> Result<(), Failure> {
    let unjank = command_program(stage.workspace)?;
    let commands = commands::commands_of(shown, stage, node, &unjank).map_err(Failure::Blocks)?;
    let mut commands = commands.into_iter();
    commands.try_for_each(|mut command| command::run(&mut command).map_err(Failure::Command))
}

/// Builds what no command of the documents builds, and puts all modules where the app has them.
fn build_others(stage: &Stage<'_>) -> Result<(), Failure> {
    for name in [Stage::SMALLER, Stage::GLUE] {
        let mut command = Stage::cargo();
        command.args(["build", "--quiet", "--release", "--target", WASM_TARGET]);
        command::run(command.current_dir(stage.folder(name))).map_err(Failure::Command)?;
    }
    let glue = stage.folder(Stage::APP).join("glue");
    glue_app(&stage.module(Stage::GLUE), &glue)?;
    let modules = [
        (stage.module(Stage::FIRST), "first.wasm"),
        (stage.module(Stage::SMALLER), "smaller.wasm"),
        (stage.folder(Stage::PHOTO).join("pkg/kernels.wasm"), "kernels.wasm"),
        (glue.join("app_bg.wasm"), "glue/app_bg.wasm"),
    ];
    modules.into_iter().try_for_each(|(module, name)| put(stage, &module, name))
}

/// Puts a file into the folder that is served.
fn put(stage: &Stage<'_>, file: &PathBuf, name: &str) -> Result<(), Failure> {
    let place = served(stage).join(name);
    let folder = place.parent().unwrap_or(&place);
    at(folder, fs::create_dir_all(folder))?;
    at(file, fs::copy(file, &place)).map(|_bytes| ())
}

fn served(stage: &Stage<'_>) -> PathBuf {
    stage.folder(Stage::APP).join("dist")
}

/// Checks the app as TypeScript, against the types that the package ships.
fn check_types(stage: &Stage<'_>, node: &Node) -> Result<(), Failure> {
    let workspace = stage.workspace;
    let app = stage.folder(Stage::APP);
    let settings = app.join("tsconfig.json");
    let content = serde_json::json!({
        "extends": workspace.root().join("www/jsconfig.json"),
        "compilerOptions": { "noEmit": true, "allowImportingTsExtensions": true },
        "include": [app.join("**/*.ts")],
        "exclude": [app.join("node_modules")],
    });
    write(&settings, &content)?;
    let checks = Tools::install_checks(workspace, node).map_err(Failure::Tools)?;
    let compiler = checks.type_checker(TypeScript::Ours);
    run_in(workspace, &mut node.type_checker(&compiler, &settings))
}

/// Makes scripts of the app, each with the pool in it; what a bundler has to be told of lies beside them.
fn bundle(stage: &Stage<'_>, tools: &Tools) -> Result<(), Failure> {
    let (app, served) = (stage.folder(Stage::APP), served(stage));
    let mut esbuild = tools.bundler();
    esbuild.args(["*.ts", "*.js", "glue/worker.ts", "--bundle", "--format=esm", "--target=es2022"]);
    esbuild.arg("--log-level=error").arg(format!("--outdir={}", served.display()));
    command::run(esbuild.current_dir(&app)).map_err(Failure::Command)?;
    for name in BESIDE {
        put(stage, &app.join("node_modules/unjank").join(name), name)?;
    }
    put(stage, &app.join("index.html"), "index.html")
}

fn open(stage: &Stage<'_>, engines: &[Engine]) -> Result<(), Failure> {
    if !engines.contains(&Engine::Chromium) {
        println!("left out without chromium: the app is opened there");
        return Ok(());
    }
    let mut command = sites::end_to_end();
    command.args(["--test", TEST, "--", "--nocapture"]);
    run_in(stage.workspace, command.env("UNJANK_README", served(stage)))
}
