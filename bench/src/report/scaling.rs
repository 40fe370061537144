//! Plots of what the simulation of many workers found.

use serde_json::Value;

/// As `cargo xtask scaling` wrote it.
pub(super) fn plots(_: &Value) -> String {
    String::new()
}
