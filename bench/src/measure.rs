//! Rounds of a case: in each, every contender has one turn.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    plan::{Budget, Case, Entry, Room, Size, Work},
    results::{CaseResult, Measured, Outcome, Row},
    rounds,
    stage::{About, Stage},
    statistics::Summary,
    terminal::Progress,
    turn::{self, Turn},
};

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
    also: BTreeMap<&'static str, Vec<f64>>,
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
                if runner.has_turns(case.budget) {
                    progress.show(round, case.warm_up, case.rounds, runner.entry.contender);
                    self.give_turn(case, runner, round);
                }
            }
        }
        let rows = runners.into_iter().map(Runner::row).collect();
        CaseResult { rows, ..CaseResult::of(case) }
    }

    fn paint_for(&mut self, work: Work) {
        let (Work::Filter { size, .. } | Work::Jank { size, .. }) = work else { return };
        if self.painted.insert(size) {
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
        if about.needs_isolation && case.room == Room::Plain {
            return Some(Outcome::Cannot("needs a cross-origin isolated page".into()));
        }
        match case.work {
            // Opened in their turns.
            Work::Start | Work::Size | Work::Crossings { .. } => None,
            Work::Small { .. }
            | Work::Burst { .. }
            | Work::Echo { .. }
            | Work::Filter { .. }
            | Work::Jank { .. }
            | Work::Cost { .. } => self.stage.open_contender(entry).err().map(Outcome::Failed),
        }
    }

    fn give_turn(&self, case: &Case, runner: &mut Runner, round: usize) {
        let takes = runner.about.takes.as_deref().unwrap_or("whole");
        match turn::take(self.stage, case.work, runner.entry, takes, round) {
            Ok(turn) => {
                let counts = round >= case.warm_up || turn.spent > case.budget.ms;
                runner.book(turn, counts);
            }
            Err(why) => runner.out = Some(Outcome::Failed(why)),
        }
    }
}

impl Runner {
    fn has_turns(&self, budget: Budget) -> bool {
        let is_slow = self.spent > budget.ms && self.samples.len() >= budget.turns;
        self.out.is_none() && !is_slow
    }

    fn book(&mut self, turn: Turn, counts: bool) {
        // What is said of a result's pixels is said once, in the first warm-up.
        for (name, value) in
            turn.also.into_iter().filter(|&(name, _)| counts || name == turn::ERROR)
        {
            self.also.entry(name).or_default().push(value);
        }
        if counts {
            self.samples.push(turn.value);
            self.spent += turn.spent;
        }
    }

    fn row(self) -> Row {
        let Self { entry, about, samples, also, out, .. } = self;
        let median = |(name, values): (&str, Vec<f64>)| {
            Some((name.to_owned(), Summary::of(&values)?.median))
        };
        let also = also.into_iter().filter_map(median).collect();
        let outcome = match (out, Summary::of(&samples)) {
            (Some(out), _) => out,
            (None, Some(summary)) => Outcome::Measured(Measured { summary, samples, also }),
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
