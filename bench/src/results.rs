//! What was found, as it is written to results.json.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    bars::Claim,
    figure::Unit,
    plan::{Case, Room},
    statistics::{Summary, paired_ratio},
};

/// Everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    pub(crate) method: Method,
    pub(crate) cases: Vec<CaseResult>,
    pub(crate) bars: Vec<Bar>,
}

/// Where, when and how it was measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Method {
    /// As ISO 8601 has it.
    pub(crate) date: String,
    pub(crate) browser: String,
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) system: String,
    /// Whether rounds were cut short for a quick look.
    pub(crate) quick: bool,
    /// Where all chance comes from.
    pub(crate) seed: u32,
    pub(crate) seconds: f64,
}

/// One case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseResult {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) about: String,
    pub(crate) unit: Unit,
    pub(crate) room: Room,
    /// Rounds that count.
    pub(crate) rounds: usize,
    /// Rounds before them that don't.
    pub(crate) warm_up: usize,
    pub(crate) rows: Vec<Row>,
}

/// One contender in a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) contender: String,
    /// As people call it.
    pub(crate) label: String,
    pub(crate) version: String,
    pub(crate) workers: u32,
    pub(crate) outcome: Outcome,
}

/// What a contender came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Measured(Measured),
    /// It has no part in the case, and why.
    Cannot(String),
    /// It tried, and what went wrong.
    Failed(String),
}

/// Samples in the order of their rounds, and what they come to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Measured {
    #[serde(flatten)]
    pub(crate) summary: Summary,
    pub(crate) samples: Vec<f64>,
    /// Medians of what else was seen, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) also: BTreeMap<String, f64>,
}

/// A ratio that the pool must show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Bar {
    /// The name of the case that it is about.
    pub(crate) case: String,
    pub(crate) claim: String,
    pub(crate) bound: Bound,
    /// What was found; none when a part of it was not measured.
    pub(crate) found: Option<f64>,
    pub(crate) verdict: Verdict,
}

/// Which figures will do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

/// Whether a bar is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    Met,
    Missed,
    /// A part of it was not measured.
    Open,
}

impl Bound {
    pub(crate) fn judge(self, found: Option<f64>) -> Verdict {
        let Some(found) = found else { return Verdict::Open };
        let is_met = match self {
            Self::AtMost(most) => found <= most,
            Self::AtLeast(least) => found >= least,
        };
        if is_met { Verdict::Met } else { Verdict::Missed }
    }
}

impl Bar {
    pub(crate) fn new(case: &str, claim: &str, bound: Bound, found: Option<f64>) -> Self {
        Self { case: case.into(), claim: claim.into(), bound, found, verdict: bound.judge(found) }
    }
}

impl Results {
    /// The cases, and what of the claims can be said of them.
    pub(crate) fn new(method: Method, cases: Vec<CaseResult>, claims: &[Claim]) -> Self {
        let mut results = Self { method, cases: Vec::new(), bars: Vec::new() };
        cases.into_iter().for_each(|case| results.add(case, claims));
        results
    }

    /// One more case, and the claims about it.
    pub(crate) fn add(&mut self, case: CaseResult, claims: &[Claim]) {
        let about_it = claims.iter().filter(|claim| claim.case == case.name);
        self.bars.extend(about_it.map(|claim| claim.judge(&case)));
        self.cases.push(case);
    }
}

impl CaseResult {
    /// A case without rows.
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            name: case.name.into(),
            title: case.title.into(),
            about: case.about.into(),
            unit: case.unit,
            room: case.room,
            rounds: case.rounds,
            warm_up: case.warm_up,
            rows: Vec::new(),
        }
    }

    /// The samples of a contender with that many workers.
    pub(crate) fn samples(&self, contender: &str, workers: u32) -> &[f64] {
        let row = self.rows.iter().find(|row| row.contender == contender && row.workers == workers);
        row.and_then(Row::measured).map_or(&[], |measured| &measured.samples)
    }

    /// The median of what else was seen of a contender.
    pub(crate) fn also(&self, contender: &str, workers: u32, name: &str) -> Option<f64> {
        let row = self.rows.iter().find(|row| row.contender == contender && row.workers == workers);
        row?.measured()?.also.get(name).copied()
    }

    /// What this pool's row of the same number of workers is to that one, as a ratio of their figures.
    pub(crate) fn ours_to(&self, row: &Row) -> Option<f64> {
        let ours = self.samples("unjank", row.workers);
        Some(paired_ratio(ours, &row.measured()?.samples)?.median)
    }
}

impl Row {
    pub(crate) fn measured(&self) -> Option<&Measured> {
        match &self.outcome {
            Outcome::Measured(measured) => Some(measured),
            Outcome::Cannot(_) | Outcome::Failed(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_includes_its_limit_and_judges_nothing_unseen() {
        assert_eq!(Bound::AtMost(1.3).judge(Some(1.3)), Verdict::Met);
        assert_eq!(Bound::AtMost(1.3).judge(Some(1.31)), Verdict::Missed);
        assert_eq!(Bound::AtLeast(10.0).judge(Some(10.0)), Verdict::Met);
        assert_eq!(Bound::AtLeast(10.0).judge(Some(9.9)), Verdict::Missed);
        assert_eq!(Bound::AtLeast(10.0).judge(None), Verdict::Open);
    }
}

/// Results to test with.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn case(name: &str, rows: &[Row]) -> CaseResult {
        CaseResult {
            name: name.into(),
            title: format!("The case {name}"),
            about: "What is done.".into(),
            unit: Unit::Milliseconds,
            room: Room::Plain,
            rounds: 2,
            warm_up: 1,
            rows: rows.to_vec(),
        }
    }

    pub(crate) fn row(contender: &str, workers: u32, samples: &[f64]) -> Row {
        let summary = Summary::of(samples).unwrap();
        let measured = Measured { summary, samples: samples.to_vec(), also: BTreeMap::new() };
        let version = "1.2.3".to_owned();
        let outcome = Outcome::Measured(measured);
        Row { contender: contender.into(), label: contender.into(), version, workers, outcome }
    }

    pub(crate) fn cannot(contender: &str, why: &str) -> Row {
        Row { outcome: Outcome::Cannot(why.into()), ..row(contender, 2, &[1.0]) }
    }
}
