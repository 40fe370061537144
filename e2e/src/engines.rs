//! Which engines the tests run in.

use std::env;

use xtask::browser::Engine;

/// Says which, as `cargo xtask test --browser` does: names with blanks between them.
const VARIABLE: &str = "UNJANK_BROWSERS";

/// Whether an engine is among the chosen. Says so if it is not: a test that needs it is left out then.
#[must_use]
pub fn is_chosen(engine: Engine) -> bool {
    let chosen = chosen().contains(&engine);
    if !chosen {
        println!("left out: only {} can be set up so", engine.name());
    }
    chosen
}

/// The chosen engines; all unless the variable `UNJANK_BROWSERS` names some.
///
/// # Panics
/// When it names an engine that there is not.
#[must_use]
pub fn chosen() -> Vec<Engine> {
    let names = env::var(VARIABLE).unwrap_or_default();
    let named = |name| {
        let engine = Engine::named(name);
        engine
            .unwrap_or_else(|| panic!("{VARIABLE} names {name:?}: choose from {}", Engine::names()))
    };
    let mut engines: Vec<Engine> = names.split_whitespace().map(named).collect();
    if engines.is_empty() {
        engines.extend(Engine::ALL);
    }
    engines
}
