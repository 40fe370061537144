//! What each engine made of each story, in one table.

use std::{collections::BTreeMap, fmt};

use xtask::browser::Engine;

use crate::stories::{End, Settlement, Telling, Told};

/// One line for each story, one column for each engine.
#[derive(Debug, Default)]
pub struct Table {
    engines: Vec<Engine>,
    /// In the order in which they were first told.
    names: Vec<String>,
    ends: BTreeMap<(Engine, String), End>,
}

impl Table {
    /// Enters what an engine told.
    pub fn enter(&mut self, engine: Engine, tellings: Vec<Telling>) {
        if !self.engines.contains(&engine) {
            self.engines.push(engine);
        }
        for Telling { name, end } in tellings {
            if !self.names.contains(&name) {
                self.names.push(name.clone());
            }
            self.ends.insert((engine, name), end);
        }
    }

    /// Everything that is not as it should be, in words: a story that failed, one that an engine
    /// can't do or left out although it is not among `excused`, and one that it did although it is.
    #[must_use]
    pub fn complaints(&self, excused: &[(Engine, &str)]) -> Vec<String> {
        let cells = self.cells().filter_map(|(engine, name, end)| {
            let is_excused = excused.contains(&(engine, name));
            let what = match end {
                None => "was not told".to_owned(),
                Some(End::Failed(why)) => why.clone(),
                Some(End::Cannot(reason)) if !is_excused => {
                    format!("can't, and is not listed as one that can't: {reason}")
                }
                Some(End::Told(_)) if is_excused => {
                    "can, and is listed as one that can't: take it off the list".to_owned()
                }
                Some(End::Told(_) | End::Cannot(_)) => return None,
            };
            Some(format!("{}, {name}: {what}", engine.name()))
        });
        let unknown = excused.iter().filter(|(engine, name)| {
            self.engines.contains(engine) && !self.names.iter().any(|known| known == name)
        });
        let unknown =
            unknown.map(|(_, name)| format!("{name} is listed, and there is no such story"));
        cells.chain(unknown).collect()
    }

    fn cells(&self) -> impl Iterator<Item = (Engine, &str, Option<&End>)> {
        self.names.iter().flat_map(move |name| {
            let cell = move |&engine: &Engine| {
                (engine, name.as_str(), self.ends.get(&(engine, name.clone())))
            };
            self.engines.iter().map(cell)
        })
    }

    /// The table's lines, with its head.
    fn lines(&self) -> Vec<Vec<String>> {
        let names = self.engines.iter().map(|engine| engine.name().to_owned());
        let head = ["fault".to_owned()].into_iter().chain(names).collect();
        let line = |name: &String| {
            let ends = self.engines.iter().map(|&engine| self.ends.get(&(engine, name.clone())));
            [spoken(name)].into_iter().chain(ends.map(cell)).collect()
        };
        [head].into_iter().chain(self.names.iter().map(line)).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.lines();
        let columns = 0..=self.engines.len();
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
        let widths: Vec<usize> = columns.map(|column| width(column).unwrap_or_default()).collect();
        for (index, line) in lines.iter().enumerate() {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} "));
            writeln!(f, "|{}|", cells.collect::<Vec<_>>().join("|"))?;
            if index == 0 {
                let rules = widths.iter().map(|width| "-".repeat(width + 2));
                writeln!(f, "|{}|", rules.collect::<Vec<_>>().join("|"))?;
            }
        }
        self.cells().try_for_each(|(engine, name, end)| match end {
            Some(End::Cannot(reason)) => {
                writeln!(f, "can't: {}, {}: {reason}", engine.name(), spoken(name))
            }
            _ => Ok(()),
        })?;
        self.cells().try_for_each(|(engine, name, end)| match end {
            Some(End::Told(Told { figures: Some(figures), .. })) => {
                writeln!(f, "figures: {}, {}: {figures}", engine.name(), spoken(name))
            }
            _ => Ok(()),
        })
    }
}

fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

fn cell(end: Option<&End>) -> String {
    match end {
        None => "MISSING".into(),
        Some(End::Failed(_)) => "FAILED".into(),
        Some(End::Cannot(_)) => "can't".into(),
        Some(End::Told(Told { settlements, ms, .. })) => {
            let outcomes = outcomes(settlements);
            if outcomes.is_empty() { format!("fine {}", Span(*ms)) } else { outcomes.join(", ") }
        }
    }
}

/// Each kind of failure among what attempts came to: how many, and the time of the slowest.
fn outcomes(settlements: &[Settlement]) -> Vec<String> {
    let mut found: Vec<(&str, usize, f64)> = Vec::new();
    for Settlement { outcome, ms } in settlements {
        if outcome == "completed" {
            continue;
        }
        match found.iter_mut().find(|(known, ..)| known == outcome) {
            Some((_, count, slowest)) => (*count, *slowest) = (*count + 1, slowest.max(*ms)),
            None => found.push((outcome, 1, *ms)),
        }
    }
    let tell = |(outcome, count, slowest)| match count {
        1 => format!("{outcome} {}", Span(slowest)),
        _ => format!("{count} {outcome} {}", Span(slowest)),
    };
    found.into_iter().map(tell).collect()
}

/// Milliseconds. Engines round their clocks to one or so, which is not the same as no time at all.
struct Span(f64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            ..1.0 => f.write_str("<1 ms"),
            1.0..10.0 => write!(f, "{:.1} ms", self.0),
            _ => write!(f, "{:.0} ms", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(outcomes: &[(&str, f64)]) -> End {
        let settlement = |&(outcome, ms): &(&str, f64)| Settlement { outcome: outcome.into(), ms };
        let settlements = outcomes.iter().map(settlement).collect();
        End::Told(Told { settlements, ms: 12.4, figures: None })
    }

    fn table(ends: [End; 2]) -> Table {
        let mut table = Table::default();
        for (engine, end) in [Engine::Firefox, Engine::WebKit].into_iter().zip(ends) {
            table.enter(engine, vec![Telling { name: "a_fault".into(), end }]);
        }
        table
    }

    #[test]
    fn a_story_is_a_line_and_an_engine_a_column() {
        let failures = told(&[("closed", 0.0), ("completed", 1.0), ("lost", 3.2), ("lost", 99.6)]);
        let expected = "\
| fault   | firefox                     | webkit     |
|---------|-----------------------------|------------|
| a fault | closed <1 ms, 2 lost 100 ms | fine 12 ms |
";
        assert_eq!(table([failures, told(&[("completed", 5.0)])]).to_string(), expected);
    }

    #[test]
    fn what_an_engine_cannot_is_told_below_with_its_reason() {
        let shown = table([told(&[]), End::Cannot("no such thing".into())]).to_string();
        assert!(shown.contains("| can't  |"), "{shown}");
        assert!(shown.ends_with("can't: webkit, a fault: no such thing\n"), "{shown}");
    }

    #[test]
    fn only_those_that_are_listed_may_not_and_must_not() {
        let excused = [(Engine::WebKit, "a_fault")];
        let cannot = || End::Cannot("no such thing".into());
        assert_eq!(table([told(&[]), cannot()]).complaints(&excused), [""; 0]);
        assert_eq!(table([told(&[]), told(&[])]).complaints(&[]), [""; 0]);
        assert_eq!(table([cannot(), cannot()]).complaints(&excused).len(), 1);
        assert_eq!(table([told(&[]), told(&[])]).complaints(&excused).len(), 1);
        assert_eq!(table([told(&[]), told(&[])]).complaints(&[(Engine::WebKit, "other")]).len(), 1);
        // Of an engine that was not chosen nothing is known.
        assert_eq!(
            table([told(&[]), told(&[])]).complaints(&[(Engine::Chromium, "other")]),
            [""; 0]
        );
    }

    #[test]
    fn what_failed_or_is_missing_is_a_complaint_whatever_is_listed() {
        let excused = [(Engine::Firefox, "a_fault"), (Engine::WebKit, "a_fault")];
        let mut table = table([End::failed("why"), End::Cannot("no such thing".into())]);
        assert_eq!(table.complaints(&excused), ["firefox, a_fault: why"]);
        table.enter(Engine::WebKit, vec![Telling { name: "another".into(), end: told(&[]) }]);
        assert!(table.to_string().contains("MISSING"), "{table}");
        assert_eq!(table.complaints(&excused).len(), 2);
    }
}
