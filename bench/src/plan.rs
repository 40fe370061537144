//! What a case is, and which are chosen.

use serde::{Deserialize, Serialize};

use crate::{cases, figure::Unit, options::Extent};

/// Where all chance in the cases comes from.
pub(crate) const SEED: u32 = 4;

/// The page of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Room {
    /// As most hosts send it.
    Plain,
    /// Cross-origin isolated, for contenders that share memory between threads.
    Isolated,
}

impl Room {
    /// In the order in which they are visited.
    pub(crate) const ALL: [Self; 2] = [Self::Plain, Self::Isolated];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain page",
            Self::Isolated => "isolated page",
        }
    }
}

/// What is measured, of whom, how often.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// One word, for `--only` and for results.json.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What exactly is done and timed.
    pub(crate) about: &'static str,
    pub(crate) unit: Unit,
    pub(crate) room: Room,
    pub(crate) work: Work,
    pub(crate) entries: Vec<Entry>,
    /// Rounds that don't count.
    pub(crate) warm_up: usize,
    /// Rounds that do.
    pub(crate) rounds: usize,
    pub(crate) budget: Budget,
}

/// What one contender may take of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Budget {
    /// Milliseconds of turns that count; who has taken more has no more turns, but `turns` at least.
    /// What takes longer in one turn needs no warm-up.
    pub(crate) ms: f64,
    /// Turns that each has, however slow it is.
    pub(crate) turns: usize,
}

impl Budget {
    pub(crate) const FULL: Self = Self { ms: 6000.0, turns: 2 };
    pub(crate) const QUICK: Self = Self { ms: 1500.0, turns: 1 };
}

/// A contender with a number of workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The name of its module.
    pub(crate) contender: &'static str,
    pub(crate) workers: u32,
}

/// What one sample is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Work {
    /// Jobs of 64 bytes, each waited for.
    Small { jobs: u32 },
    /// Jobs of 64 bytes, all at once.
    Burst { jobs: u32 },
    /// A buffer there and back, several times.
    Echo { bytes: u32, jobs: u32 },
    /// A pool from nothing.
    Start,
    /// A filter over a whole image.
    Filter { filter: Filter, size: Size },
    /// The same while the page draws frames: its longest task.
    Jank { filter: Filter, size: Size },
    /// Jobs of 64 bytes: the processor time of the page's thread.
    Cost { jobs: u32, manner: Manner },
    /// Jobs of 64 bytes: calls between JavaScript and wasm on the page.
    Crossings { jobs: u32, manner: Manner },
    /// What is loaded.
    Size,
}

/// How jobs are handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Each when the one before is back.
    Alone,
    /// All at once.
    Burst,
}

impl Manner {
    /// What the page calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Burst => "burst",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Filter {
    Blur { sigma: f64 },
    Sobel,
}

/// Pixels of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Cases of a quick look, unless others are named.
const QUICK: [&str; 6] = ["small", "burst", "bytes-16m", "start-2", "blur-5", "jank"];

impl Work {
    /// What the contenders' reasons for not doing it are filed under.
    pub(crate) fn capability(self) -> &'static str {
        match self {
            Self::Small { .. } | Self::Cost { .. } | Self::Crossings { .. } => "small",
            Self::Burst { .. } => "burst",
            Self::Echo { .. } => "bytes",
            Self::Start => "start",
            Self::Filter { filter, .. } | Self::Jank { filter, .. } => filter.name(),
            Self::Size => "size",
        }
    }
}

impl Filter {
    /// What the page calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blur { .. } => "blur",
            Self::Sobel => "sobel",
        }
    }

    pub(crate) fn sigma(self) -> Option<f64> {
        match self {
            Self::Blur { sigma } => Some(sigma),
            Self::Sobel => None,
        }
    }
}

/// The cases whose names are one of these words or, where a word is no name, begin with it; all cases if
/// there are no words.
///
/// # Errors
/// A word that no case begins with, and the cases' names.
pub(crate) fn chosen(extent: Extent, only: &[String]) -> Result<Vec<Case>, String> {
    let all = cases::all(extent);
    let is_name = |word: &str| all.iter().any(|case| case.name == word);
    let fits = |case: &Case, word: &String| {
        if is_name(word) { case.name == word } else { case.name.starts_with(word.as_str()) }
    };
    if let Some(word) = only.iter().find(|word| !all.iter().any(|case| fits(case, word))) {
        let names: Vec<_> = all.iter().map(|case| case.name).collect();
        return Err(format!("no case `{word}`: choose from {}", names.join(", ")));
    }
    let is_usual = |case: &Case| extent == Extent::Full || QUICK.contains(&case.name);
    let is_chosen = |case: &Case| match only {
        [] => is_usual(case),
        words => words.iter().any(|word| fits(case, word)),
    };
    Ok(all.iter().filter(|case| is_chosen(case)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_chosen_by_the_beginning_of_their_names() {
        let names = |only: &[&str]| {
            let only: Vec<String> = only.iter().map(|&word| word.into()).collect();
            let cases = chosen(Extent::Full, &only)?;
            Ok::<_, String>(cases.iter().map(|case| case.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["small"]).unwrap(), ["small"]);
        assert_eq!(names(&["start", "bytes-1m"]).unwrap().len(), 4);
        assert_eq!(names(&["blur-2"]).unwrap(), ["blur-2"]);
        assert_eq!(names(&[]).unwrap().len(), cases::all(Extent::Full).len());
        let refused = names(&["smal", "nothing"]).unwrap_err();
        assert!(refused.contains("nothing") && refused.contains("blur-25"), "{refused}");
    }

    #[test]
    fn a_quick_look_has_fewer_cases_unless_they_are_named() {
        let names = |only: &[String]| {
            let cases = chosen(Extent::Quick, only).unwrap();
            cases.iter().map(|case| case.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&[]), QUICK);
        assert_eq!(names(&["sobel".into()]), ["sobel"]);
    }
}
