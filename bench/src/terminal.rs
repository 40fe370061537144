//! What a person sees while it runs: progress, a table for each case, a line for each bar.

use std::io::{self, IsTerminal, Write};

use crate::{
    figure::{Better, rounded},
    results::{Bar, Bound, CaseResult, Outcome, Row, Verdict},
};

/// One line that says how far it is, written over itself.
#[derive(Debug)]
pub(crate) struct Progress {
    cases: usize,
    begun: usize,
    name: String,
    is_live: bool,
}

impl Progress {
    pub(crate) fn new(cases: usize) -> Self {
        let is_live = io::stdout().is_terminal();
        Self { cases, begun: 0, name: String::new(), is_live }
    }

    pub(crate) fn begin(&mut self, name: &str) {
        self.begun += 1;
        name.clone_into(&mut self.name);
        if !self.is_live {
            println!("[{}/{}] {name} ...", self.begun, self.cases);
        }
    }

    /// Rounds count from 0; the first `warm_up` are not counted.
    pub(crate) fn show(&self, round: usize, warm_up: usize, rounds: usize, contender: &str) {
        if !self.is_live {
            return;
        }
        let round = match round.checked_sub(warm_up) {
            Some(counted) => format!("round {} of {rounds}", counted + 1),
            None => format!("warm-up {} of {warm_up}", round + 1),
        };
        let (begun, cases, name) = (self.begun, self.cases, &self.name);
        print!("\r\x1b[K[{begun}/{cases}] {name}: {round}, {contender}");
        // A terminal that can't be written to is no reason to stop the work.
        let _ = io::stdout().flush();
    }

    /// Clears the line.
    pub(crate) fn end(&self) {
        if self.is_live {
            print!("\r\x1b[K");
        }
    }
}

/// The table of a case.
pub(crate) fn table(case: &CaseResult) -> String {
    let better = match case.unit.better() {
        Better::More => "more is better",
        Better::Less => "less is better",
    };
    let title = format!("{}, {} ({better}; {})", case.title, case.unit.name(), case.room.name());
    let head = ["", "workers", "median", "p10", "p90", "unjank is"].map(str::to_owned).to_vec();
    let lines: Vec<Vec<String>> =
        [head].into_iter().chain(case.rows.iter().filter_map(|row| cells(case, row))).collect();
    let others = case.rows.iter().filter_map(reason);
    let text: Vec<String> = [title].into_iter().chain(aligned(&lines)).chain(others).collect();
    text.join("\n") + "\n"
}

fn cells(case: &CaseResult, row: &Row) -> Option<Vec<String>> {
    let measured = row.measured()?;
    let summary = measured.summary;
    let figures = [summary.median, summary.p10, summary.p90].map(|value| case.unit.show(value));
    let ours = case.ours_to(row).filter(|_| row.contender != "unjank");
    let ours = ours.map_or(String::new(), |ratio| format!("{}x", rounded(ratio)));
    let also = measured.also.iter().map(|(name, value)| format!("{name} {}", rounded(*value)));
    let first = [row.label.clone(), row.workers.to_string()].into_iter();
    Some(first.chain(figures).chain([ours]).chain(also).collect())
}

fn reason(row: &Row) -> Option<String> {
    match &row.outcome {
        Outcome::Measured(_) => None,
        Outcome::Cannot(why) => Some(format!("  {}: {why}", row.label)),
        Outcome::Failed(why) => Some(format!("  {} failed: {why}", row.label)),
    }
}

/// Lines of cells, the first to the left and the others to the right.
fn aligned(lines: &[Vec<String>]) -> Vec<String> {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column| {
        let cells = lines.iter().filter_map(|line: &Vec<String>| line.get(column));
        cells.map(|cell: &String| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |cells: &Vec<String>| {
        let shown = cells.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column == 0 { format!("  {cell:width$}") } else { format!("  {cell:>width$}") }
        });
        shown.collect::<String>().trim_end().to_owned()
    };
    lines.iter().map(line).collect()
}

/// A bar in one line.
pub(crate) fn bar(bar: &Bar) -> String {
    let found = bar.found.map_or_else(|| "-".into(), rounded);
    let (word, limit) = match bar.bound {
        Bound::AtMost(limit) => ("at most", limit),
        Bound::AtLeast(limit) => ("at least", limit),
    };
    let verdict = match bar.verdict {
        Verdict::Met => "met",
        Verdict::Missed => "MISSED",
        Verdict::Open => "not measured",
    };
    format!("{verdict:12}  {found:>6}  {word} {limit}  {}: {}", bar.case, bar.claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::samples::*;

    #[test]
    fn a_table_has_a_line_for_each_and_the_ratio_to_this_pool() {
        let rows = [
            row("unjank", 2, &[1.0, 2.0, 3.0]),
            row("raw", 2, &[2.0, 4.0, 6.0]),
            cannot("canvas", "runs no kernels"),
        ];
        let expected = "\
The case small, ms (less is better; plain page)
          workers  median   p10   p90  unjank is
  unjank        2    2.00  1.20  2.80
  raw           2    4.00  2.40  5.60      0.50x
  canvas: runs no kernels
";
        assert_eq!(table(&case("small", &rows)), expected);
    }

    #[test]
    fn a_bar_says_its_verdict_first() {
        let made = |found: Option<f64>| Bar {
            case: "small".into(),
            claim: "a claim".into(),
            bound: Bound::AtMost(1.3),
            found,
            verdict: Bound::AtMost(1.3).judge(found),
        };
        assert_eq!(bar(&made(Some(1.25))), "met             1.25  at most 1.3  small: a claim");
        assert_eq!(bar(&made(Some(1.5))), "MISSED          1.50  at most 1.3  small: a claim");
        assert_eq!(bar(&made(None)), "not measured       -  at most 1.3  small: a claim");
    }
}
