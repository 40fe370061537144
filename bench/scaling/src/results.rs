//! Everything that was found out, as JSON and as tables.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{
    sim::{Figures, Load},
    steps::{Bar, QUEUED, Row, WORKERS},
};

/// All results of one call.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) seed: u64,
    /// The table of costs, as it was read.
    pub(crate) costs: Value,
    pub(crate) by_queue: Vec<Row>,
    pub(crate) by_workers: Vec<Row>,
    pub(crate) runs: Vec<Run>,
}

/// One load on one worker and more.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) load: &'static Load,
    pub(crate) figures: Vec<Figures>,
}

impl Run {
    /// The fewest workers with which the page is the limit.
    pub(crate) fn limit(&self) -> Option<u16> {
        self.figures.iter().find(|run| run.is_limited_by_page()).map(|run| run.workers)
    }

    /// How many times faster than with one worker, for each number of workers.
    pub(crate) fn speed_ups(&self) -> impl Iterator<Item = f64> {
        let one = self.figures.first();
        self.figures.iter().map(move |run| one.map_or(1.0, |one| run.speed_up(one)))
    }
}

impl Results {
    pub(crate) fn json(&self) -> Value {
        let steps = |rows: &[Row]| -> Vec<Value> {
            let step = |row: &Row| {
                json!({
                    "step": row.name, "ns": row.nanos, "growth": row.growth(), "flat": row.is_flat(),
                })
            };
            rows.iter().map(step).collect()
        };
        json!({
            "seed": self.seed,
            "costs": self.costs,
            "steps": {
                "bar": 1.1,
                "queued": QUEUED,
                "byQueued": steps(&self.by_queue),
                "workers": WORKERS,
                "byWorkers": steps(&self.by_workers),
            },
            "loads": self.runs.iter().map(Run::json).collect::<Vec<_>>(),
        })
    }

    /// For a terminal.
    pub(crate) fn tables(&self) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "ns for a step, by jobs queued (4 workers)");
        write_rows(&mut text, &QUEUED.map(|queued| queued.to_string()), &self.by_queue);
        let _ = writeln!(text, "\nns for a step, by workers ({} jobs queued)", QUEUED[1]);
        write_rows(&mut text, &WORKERS.map(|workers| workers.to_string()), &self.by_workers);
        for run in &self.runs {
            run.write(&mut text);
        }
        text
    }
}

impl Run {
    fn json(&self) -> Value {
        let points = self.figures.iter().zip(self.speed_ups()).map(|(run, speed_up)| {
            json!({
                "workers": run.workers,
                "ms": run.time as f64 / 1e6,
                "speedUp": speed_up,
                "pageLoad": run.page_load,
                "latencyMedianMs": run.median as f64 / 1e6,
                "latencyP99Ms": run.p99 as f64 / 1e6,
                "queued": run.queued,
                "pageIsLimit": run.is_limited_by_page(),
            })
        });
        json!({
            "load": self.load.name,
            "about": self.load.about,
            "limit": self.limit(),
            "points": points.collect::<Vec<_>>(),
        })
    }

    fn write(&self, text: &mut String) {
        let _ = writeln!(text, "\n{}: {}", self.load.name, self.load.about);
        let heads = ["time, ms", "speed-up", "page load", "median, ms", "p99, ms", "queued"];
        let _ = write!(text, "  {:>8}", "workers");
        heads.iter().for_each(|head| {
            let _ = write!(text, "  {head:>11}");
        });
        text.push('\n');
        for (run, speed_up) in self.figures.iter().zip(self.speed_ups()) {
            let [time, median, p99] =
                [run.time, run.median, run.p99].map(|nanos| nanos as f64 / 1e6);
            let load = format!("{:.0} %", run.page_load * 100.0);
            let limit = if run.is_limited_by_page() { "  the page is the limit" } else { "" };
            let Figures { workers, queued, .. } = run;
            let _ = writeln!(
                text,
                "  {workers:>8}  {time:>11.1}  {speed_up:>11.2}  {load:>11}  {median:>11.3}  \
                 {p99:>11.3}  {queued:>11}{limit}"
            );
        }
    }
}

fn write_rows(text: &mut String, heads: &[String], rows: &[Row]) {
    let _ = write!(text, "  {:24}", "");
    heads.iter().for_each(|head| {
        let _ = write!(text, "  {head:>10}");
    });
    let _ = writeln!(text, "  {:>10}", "at most");
    for row in rows {
        let _ = write!(text, "  {:24}", row.name);
        row.nanos.iter().for_each(|nanos| {
            let _ = write!(text, "  {nanos:>10.1}");
        });
        let verdict = match (row.bar, row.is_flat()) {
            (Bar::None, _) | (_, None) => "",
            (Bar::Flat, Some(true)) => "  flat",
            (Bar::Flat, Some(false)) => "  not within 1.10",
        };
        let _ = writeln!(text, "  {:>9.2}x{verdict}", row.growth());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{costs::Costs, sim};

    /// Small results, as made by the real thing.
    pub(crate) fn some() -> Results {
        let (costs, table) = Costs::usual().expect("a table of costs");
        let load = &sim::LOADS[2];
        let figures = [1, 2].map(|workers| sim::run(&costs, load, workers, 5)).to_vec();
        let row = |name, nanos: [f64; 4]| Row { name, bar: Bar::Flat, nanos: nanos.to_vec() };
        let by_queue =
            vec![row("submit", [20.0, 20.0, 21.0, 21.0]), row("lose", [1.0, 2.0, 3.0, 4.0])];
        let by_workers = vec![Row { bar: Bar::None, ..by_queue[0].clone() }];
        Results { seed: 5, costs: table, by_queue, by_workers, runs: vec![Run { load, figures }] }
    }

    #[test]
    fn what_is_not_flat_is_said() {
        let tables = some().tables();
        let line = |word| tables.lines().find(|line| line.contains(word)).expect("a line");
        assert!(line("submit").ends_with("1.05x  flat"), "{tables}");
        assert!(line("lose").ends_with("4.00x  not within 1.10"), "{tables}");
    }

    #[test]
    fn json_has_every_number() {
        let json = some().json();
        assert_eq!(json["steps"]["byQueued"][1]["flat"], false);
        assert_eq!(json["loads"][0]["points"][1]["workers"], 2);
        assert!(json["loads"][0]["points"][1]["speedUp"].as_f64() > Some(1.9));
        assert_eq!(json["costs"][0]["name"], "submit");
    }
}
