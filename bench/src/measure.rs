//! Rounds of a case: in each, every contender has one turn.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    plan::{Case, Entry, SEED, Size, Work},
    results::{CaseResult, Measured, Outcome, Row},
    rounds,
    stage::{About, Stage},
    statistics::Summary,
    terminal::Progress,
};

/// Milliseconds that a contender may take of a case; then it has no more turns than it had, but
/// [`TURNS`] at least.
const BUDGET_MS: f64 = 6000.0;

/// Turns that each has, however slow it is.
const TURNS: usize = 3;

/// What the page gives for one turn.
#[derive(Debug, Deserialize)]
struct Told {
    ms: f64,
    /// Milliseconds of the filter without the copies around it.
    inner: Option<f64>,
    /// The mean difference from the definition, in levels of 256.
    error: Option<f64>,
}

/// Measures cases on a page.
#[derive(Debug)]
pub(crate) struct Measurer<'s> {
    stage: &'s Stage<'s>,
    absent: &'s BTreeMap<String, String>,
    painted: BTreeSet<Size>,
}

/// A contender in a case, and what it has come to so far.
#[derive(Debug)]
struct Runner {
    entry: Entry,
    about: About,
    samples: Vec<f64>,
    also: BTreeMap<String, Vec<f64>>,
    /// Milliseconds of all its turns that count.
    spent: f64,
    /// Why it has no more turns, unless it has all.
    out: Option<Outcome>,
}

impl<'s> Measurer<'s> {
    pub(crate) fn new(stage: &'s Stage<'s>, absent: &'s BTreeMap<String, String>) -> Self {
        Self { stage, absent, painted: BTreeSet::new() }
    }

    /// Measures one case.
    pub(crate) fn measure(&mut self, case: &Case, progress: &mut Progress) -> CaseResult {
        progress.begin(case.name);
        self.paint_for(case.work);
        let mut runners: Vec<Runner> =
            case.entries.iter().map(|&entry| self.enter(case, entry)).collect();
        self.stage.collect_garbage();
        for round in 0..case.warm_up + case.rounds {
            for index in rounds::order(round, runners.len()) {
                let runner = &mut runners[index];
                progress.show(round, case.warm_up, case.rounds, runner.entry.contender);
                self.turn(case, runner, round);
            }
        }
        let rows = runners.into_iter().map(Runner::row).collect();
        CaseResult { rows, ..CaseResult::of(case) }
    }

    fn paint_for(&mut self, work: Work) {
        if let Work::Filter { size, .. } = work
            && self.painted.insert(size)
        {
            self.stage.paint(size).unwrap_or_else(|why| panic!("painting the image: {why}"));
        }
    }

    /// Opens a contender, or says why it has no part.
    fn enter(&self, case: &Case, entry: Entry) -> Runner {
        let (about, out) = match self.absent.get(entry.contender) {
            Some(why) => (About::default(), Some(Outcome::Cannot(why.clone()))),
            None => match self.stage.know(entry.contender) {
                Ok(about) => {
                    let out = self.refusal(case, entry, &about);
                    (about, out)
                }
                Err(why) => (About::default(), Some(Outcome::Failed(why))),
            },
        };
        Runner { entry, about, samples: Vec::new(), also: BTreeMap::new(), spent: 0.0, out }
    }

    fn refusal(&self, case: &Case, entry: Entry, about: &About) -> Option<Outcome> {
        if let Some(why) = about.cannot.get(case.work.capability()) {
            return Some(Outcome::Cannot(why.clone()));
        }
        if about.needs_isolation && case.room == crate::plan::Room::Plain {
            return Some(Outcome::Cannot("needs a cross-origin isolated page".into()));
        }
        // Those of a start are opened in their turns.
        if case.work == Work::Start {
            return None;
        }
        self.stage.open_contender(entry).err().map(Outcome::Failed)
    }

    /// One turn of a contender that still has any.
    fn turn(&self, case: &Case, runner: &mut Runner, round: usize) {
        let counts = round >= case.warm_up;
        let is_slow = runner.spent > BUDGET_MS && runner.samples.len() >= TURNS;
        if runner.out.is_some() || is_slow {
            return;
        }
        if matches!(case.work, Work::Filter { .. }) {
            self.stage.collect_garbage();
        }
        let (name, given) = call(case.work, runner, round);
        match self.stage.call::<Told>(name, &json!([given])) {
            Ok(told) => runner.book(case.work, &told, counts),
            Err(why) => runner.out = Some(Outcome::Failed(why)),
        }
    }
}

/// The function of the harness for a turn, and what it is given.
fn call(work: Work, runner: &Runner, round: usize) -> (&'static str, Value) {
    let Entry { contender: name, workers } = runner.entry;
    let seed = SEED.wrapping_add(round as u32);
    match work {
        Work::Small { jobs } => {
            ("small", json!({ "name": name, "workers": workers, "jobs": jobs, "seed": seed }))
        }
        Work::Burst { jobs } => {
            ("burst", json!({ "name": name, "workers": workers, "jobs": jobs, "seed": seed }))
        }
        Work::Echo { bytes, jobs } => (
            "echo",
            json!({ "name": name, "workers": workers, "jobs": jobs, "seed": seed, "bytes": bytes }),
        ),
        Work::Start => ("start", json!({ "name": name, "workers": workers })),
        Work::Filter { filter, size } => (
            "filter",
            json!({
                "name": name, "workers": workers, "filter": filter.name(), "sigma": filter.sigma(),
                "width": size.width, "height": size.height, "checked": round == 0,
                "takes": runner.about.takes.as_deref().unwrap_or("whole"),
            }),
        ),
    }
}

impl Runner {
    fn book(&mut self, work: Work, told: &Told, counts: bool) {
        // A result is looked at once, in the first warm-up.
        if let Some(error) = told.error {
            self.also.entry("error".into()).or_default().push(error);
        }
        if !counts {
            return;
        }
        let (value, spent) = match work {
            Work::Small { jobs } | Work::Echo { jobs, .. } => {
                (told.ms * 1000.0, told.ms * f64::from(jobs))
            }
            Work::Burst { jobs } => (f64::from(jobs) / told.ms * 1000.0, told.ms),
            Work::Start | Work::Filter { .. } => (told.ms, told.ms),
        };
        self.samples.push(value);
        self.spent += spent;
        if let Some(inner) = told.inner {
            self.also.entry("filter alone".into()).or_default().push(inner);
        }
    }

    fn row(self) -> Row {
        let Self { entry, about, samples, also, out, .. } = self;
        let also = also
            .into_iter()
            .filter_map(|(name, values)| Some((name, Summary::of(&values)?.median)));
        let outcome = match (out, Summary::of(&samples)) {
            (Some(out), _) => out,
            (None, Some(summary)) => {
                Outcome::Measured(Measured { summary, samples, also: also.collect() })
            }
            (None, None) => Outcome::Failed("it had no turn".into()),
        };
        let label = if about.name.is_empty() { entry.contender.to_owned() } else { about.name };
        Row {
            contender: entry.contender.to_owned(),
            label,
            version: about.version,
            workers: entry.workers,
            outcome,
        }
    }
}
