//! What other commands found, and the bars that are about it.

use std::{fs, path::Path};

use serde_json::Value;

use crate::results::{Bar, Bound};

/// What was written by `cargo xtask scaling` and `cargo xtask size`, if they were run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Elsewhere {
    pub(crate) scaling: Option<Value>,
    pub(crate) sizes: Option<Value>,
}

impl Elsewhere {
    /// Reads what is there: `out` has the scaling, the sources have the sizes.
    pub(crate) fn read(out: &Path) -> Self {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let read = |path| serde_json::from_slice(&fs::read::<std::path::PathBuf>(path).ok()?).ok();
        Self {
            scaling: read(out.join("scaling.json")),
            sizes: read(sources.join("xtask/sizes.json")),
        }
    }

    /// The bars about it; none about what was not found.
    pub(crate) fn bars(&self) -> Vec<Bar> {
        [self.growth(), self.runtime()].into_iter().flatten().collect()
    }

    /// How much the step that grows most grows, of those that must not.
    fn growth(&self) -> Option<Bar> {
        let steps = &self.scaling.as_ref()?["steps"];
        let held = |step: &&Value| !step["flat"].is_null();
        let growths = steps["byQueued"].as_array()?.iter().filter(held);
        let found = growths.filter_map(|step| step["growth"].as_f64()).reduce(f64::max);
        let bound = Bound::AtMost(steps["bar"].as_f64()?);
        let claim = "time of a scheduler's step with a million jobs queued, to a thousand";
        Some(Bar::new("scaling", claim, bound, found))
    }

    /// The pool with one trivial kernel, with all its JavaScript.
    fn runtime(&self) -> Option<Bar> {
        let found = self.sizes.as_ref()?["runtime"]["brotli"].as_f64()? / 1000.0;
        let claim = "the runtime with a trivial kernel, in Brotli, thousands of bytes";
        Some(Bar::new("size", claim, Bound::AtMost(25.0), Some(found)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::results::Verdict;

    #[test]
    fn the_step_that_grows_most_decides() {
        let steps = json!([
            { "step": "submit", "growth": 1.05, "flat": true },
            { "step": "cancel", "growth": 1.2, "flat": false },
            { "step": "a sweep over all", "growth": 900.0, "flat": null },
        ]);
        let scaling = Some(json!({ "steps": { "bar": 1.1, "byQueued": steps } }));
        let bars = Elsewhere { scaling, sizes: None }.bars();
        assert_eq!((bars[0].found, bars[0].verdict), (Some(1.2), Verdict::Missed));
        assert_eq!(bars.len(), 1);
    }

    #[test]
    fn a_size_is_held_against_its_budget() {
        let sizes = Some(json!({ "runtime": { "brotli": 24_000 } }));
        let bars = Elsewhere { scaling: None, sizes }.bars();
        assert_eq!((bars[0].found, bars[0].verdict), (Some(24.0), Verdict::Met));
    }

    #[test]
    fn what_nobody_ran_has_no_bar() {
        assert_eq!(Elsewhere::default().bars(), []);
    }
}
