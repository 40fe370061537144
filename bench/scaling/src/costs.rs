//! What things cost in a browser: the table `costs.json`, or another of the same shape.

use serde_json::Value;

use crate::sim::{Arrival, Nanos};

/// The table that is used unless another is named.
const TABLE: &str = include_str!("../costs.json");

/// Measured costs. All but `copy` in nanoseconds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Costs {
    /// Page time of one job on its way in.
    pub(crate) submit: Nanos,
    /// Page time of one result.
    pub(crate) deliver: Nanos,
    /// Page time of one message to a worker.
    pub(crate) post: Nanos,
    /// Page time of one message from a worker.
    pub(crate) receive: Nanos,
    /// From the end of a post until the other thread runs.
    pub(crate) latency: Nanos,
    /// Worker time of one message.
    pub(crate) turn: Nanos,
    /// Worker time of one task, without copies and kernel.
    pub(crate) task: Nanos,
    /// Nanoseconds to copy a byte.
    copy: f64,
    /// From spawn to ready.
    pub(crate) start: Nanos,
}

impl Costs {
    /// The costs in a table.
    ///
    /// # Errors
    /// When it is no table of costs, lacks one, or has one in another unit.
    pub(crate) fn read(table: &str) -> Result<(Self, Value), String> {
        let table: Value = serde_json::from_str(table).map_err(|error| error.to_string())?;
        let micros = |name: &str| Ok::<_, String>((find(&table, name, "us")? * 1e3) as Nanos);
        let costs = Self {
            submit: micros("submit")?,
            deliver: micros("deliver")?,
            post: micros("post")?,
            receive: micros("receive")?,
            latency: micros("latency")?,
            turn: micros("turn")?,
            task: micros("task")?,
            copy: find(&table, "copy", "ns/byte")?,
            start: micros("start")?,
        };
        Ok((costs, table))
    }

    /// The costs that are used unless others are named.
    pub(crate) fn usual() -> Result<(Self, Value), String> {
        Self::read(TABLE)
    }

    /// Worker time of a task: it is copied in, computed, and copied out.
    pub(crate) fn run(&self, arrival: &Arrival) -> Nanos {
        self.task + 2 * self.copy(arrival.bytes) + arrival.kernel
    }

    pub(crate) fn copy(&self, bytes: u64) -> Nanos {
        (self.copy * bytes as f64) as Nanos
    }
}

fn find(table: &Value, name: &str, unit: &str) -> Result<f64, String> {
    let rows = table.as_array().ok_or("the table of costs must be a list")?;
    let row = rows.iter().find(|row| row["name"] == name);
    let row = row.ok_or_else(|| format!("the table of costs lacks `{name}`"))?;
    let value = row["value"].as_f64().filter(|value| *value >= 0.0 && row["unit"] == unit);
    value.ok_or_else(|| format!("`{name}` must be a number of {unit}, zero or more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_table_is_whole_and_every_cost_has_a_source() {
        let (costs, table) = Costs::usual().expect("a table of costs");
        assert_eq!(costs.copy(1 << 20), 146_800);
        let rows = table.as_array().expect("a list");
        assert!(rows.iter().all(|row| row["source"].as_str().is_some_and(|told| !told.is_empty())));
    }

    #[test]
    fn what_is_missing_is_named() {
        let lacks = Costs::read(r#"[{"name": "submit", "value": 1, "unit": "us"}]"#);
        assert_eq!(lacks.unwrap_err(), "the table of costs lacks `deliver`");
        let unit = Costs::read(r#"[{"name": "submit", "value": 1, "unit": "ms"}]"#);
        assert_eq!(unit.unwrap_err(), "`submit` must be a number of us, zero or more");
        assert!(Costs::read("{}").is_err());
    }
}
