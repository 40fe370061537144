//! Which workers the browser runs, whoever started them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What is to be told: of workers only.
pub(crate) fn discovery() -> Value {
    json!({ "discover": true, "filter": [{ "type": "worker" }] })
}

/// Dedicated workers, from their start to the end of their thread. A page that sleeps in the
/// back/forward cache keeps its own, though the session with them ends.
#[derive(Debug, Default)]
pub(crate) struct Census {
    living: BTreeSet<String>,
    ever: usize,
}

impl Census {
    pub(crate) fn add(&mut self, target: &Value) {
        if target["type"] == "worker" && self.living.insert(name(&target["targetId"])) {
            self.ever += 1;
        }
    }

    pub(crate) fn remove(&mut self, id: &Value) {
        self.living.remove(&name(id));
    }

    /// Those that run.
    pub(crate) fn living(&self) -> usize {
        self.living.len()
    }

    /// Those that run or ran.
    pub(crate) fn ever(&self) -> usize {
        self.ever
    }
}

fn name(id: &Value) -> String {
    id.as_str().unwrap_or_default().to_owned()
}
