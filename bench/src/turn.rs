//! One turn of a contender in a case.

use serde::Deserialize;
use serde_json::{Value, json};
use unjank_e2e::trace::{Gap, Task, Trace, longest_ms};

use crate::{
    plan::{Entry, Filter, Manner, SEED, Size, Work},
    stage::{FROM, Stage, TO},
};

/// The mean difference of a result from the definition.
pub(crate) const ERROR: &str = "error, levels";

/// Frames that the page could not draw meanwhile.
pub(crate) const DROPPED: &str = "frames dropped";

/// Milliseconds of a frame at 60 Hz.
const FRAME_MS: f64 = 1000.0 / 60.0;

/// What a turn came to.
#[derive(Debug)]
pub(crate) struct Turn {
    /// In the unit of the case.
    pub(crate) value: f64,
    /// Milliseconds that were timed.
    pub(crate) spent: f64,
    /// What else was seen, by its name.
    pub(crate) also: Vec<(&'static str, f64)>,
}

/// What the harness tells of a turn.
#[derive(Debug, Deserialize)]
struct Told {
    ms: f64,
    /// Milliseconds of the filter without the copies around it.
    inner: Option<f64>,
    /// The mean difference from the definition, in levels of 256.
    error: Option<f64>,
}

/// Calls between JavaScript and wasm for each job.
#[derive(Debug, Deserialize)]
struct Crossed {
    into: f64,
    out: f64,
}

/// Takes it.
///
/// # Errors
/// What went wrong in the page, in one line.
pub(crate) fn take(
    stage: &Stage<'_>,
    work: Work,
    entry: Entry,
    takes: &str,
    round: usize,
) -> Result<Turn, String> {
    match work {
        Work::Small { jobs } => {
            let Told { ms, .. } = stage.call("small", &small(entry, jobs, round))?;
            Ok(Turn::of(ms * 1000.0, ms * f64::from(jobs)))
        }
        Work::Burst { jobs } => {
            let Told { ms, .. } = stage.call("burst", &small(entry, jobs, round))?;
            Ok(Turn::of(f64::from(jobs) / ms * 1000.0, ms))
        }
        Work::Echo { bytes, jobs } => {
            let mut given = small(entry, jobs, round);
            given[0]["bytes"] = bytes.into();
            let Told { ms, .. } = stage.call("echo", &given)?;
            Ok(Turn::of(ms * 1000.0, ms * f64::from(jobs)))
        }
        Work::Start => {
            let given = json!([{ "name": entry.contender, "workers": entry.workers }]);
            let Told { ms, .. } = stage.call("start", &given)?;
            Ok(Turn::of(ms, ms))
        }
        Work::Filter { filter, size } => {
            stage.collect_garbage();
            let told: Told = stage.call("filter", &image(entry, filter, size, takes, round))?;
            Ok(Turn { also: told.extras(), ..Turn::of(told.ms, told.ms) })
        }
        Work::Jank { filter, size } => {
            stage.collect_garbage();
            let (told, trace): (Told, Trace) =
                stage.trace("drawn", &image(entry, filter, size, takes, round))?;
            let dropped = dropped(&trace.dropped_frames(FROM, TO));
            let seen = [(DROPPED, dropped), ("whole filter, ms", told.ms)];
            let also = told.extras().into_iter().chain(seen).collect();
            Ok(Turn { also, ..Turn::of(longest_ms(&trace.tasks(FROM, TO)), told.ms) })
        }
        Work::Cost { jobs, manner } => {
            let (told, trace): (Told, Trace) =
                stage.trace("marked", &jobs_in(entry, jobs, manner, round))?;
            let busy: f64 = trace.tasks(FROM, TO).iter().map(Task::busy_ms).sum();
            Ok(Turn::of(busy * 1000.0 / f64::from(jobs), told.ms))
        }
        Work::Crossings { jobs, manner } => count(&stage.counting(), entry, jobs, manner, round),
        Work::Size => {
            let sizes = stage.sizes(entry)?;
            let also = vec![("raw", sizes.raw as f64), ("gzip", sizes.gzip as f64)];
            Ok(Turn { also, ..Turn::of(sizes.brotli as f64, 0.0) })
        }
    }
}

/// Frames for which the thread's own tasks left no time.
fn dropped(gaps: &[Gap]) -> f64 {
    let missing = |gap: &Gap| (gap.ms / FRAME_MS).round() - 1.0;
    // Adding up from 0, because the sum of nothing is -0.
    gaps.iter().filter(|gap| gap.is_by_tasks()).map(missing).fold(0.0, |sum, frames| sum + frames)
}

fn count(
    page: &Stage<'_>,
    entry: Entry,
    jobs: u32,
    manner: Manner,
    round: usize,
) -> Result<Turn, String> {
    page.open_contender(entry)?;
    let Crossed { into, out } = page.call("crossed", &jobs_in(entry, jobs, manner, round))?;
    let also = vec![("into wasm", into), ("out of wasm", out)];
    Ok(Turn { also, ..Turn::of(into + out, 0.0) })
}

fn small(Entry { contender, workers }: Entry, jobs: u32, round: usize) -> Value {
    let seed = SEED.wrapping_add(round as u32);
    json!([{ "name": contender, "workers": workers, "jobs": jobs, "seed": seed }])
}

fn jobs_in(entry: Entry, jobs: u32, manner: Manner, round: usize) -> Value {
    let mut given = small(entry, jobs, round);
    given[0]["manner"] = manner.name().into();
    given
}

/// A result is checked once, in the first round.
fn image(entry: Entry, filter: Filter, size: Size, takes: &str, round: usize) -> Value {
    let Entry { contender, workers } = entry;
    let mut given = json!([{
        "name": contender, "workers": workers, "takes": takes, "filter": filter.name(),
        "width": size.width, "height": size.height, "checked": round == 0,
    }]);
    if let Some(sigma) = filter.sigma() {
        given[0]["sigma"] = sigma.into();
    }
    given
}

impl Turn {
    fn of(value: f64, spent: f64) -> Self {
        Self { value, spent, also: Vec::new() }
    }
}

impl Told {
    fn extras(&self) -> Vec<(&'static str, f64)> {
        let named = [("filter alone, ms", self.inner), (ERROR, self.error)];
        named.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}
