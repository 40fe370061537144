//! A case as a table with a bar in each line.

use super::text::escaped;
use crate::{
    figure::{Better, rounded},
    results::{CaseResult, Measured, Outcome, Row},
    statistics::Summary,
};

/// What is no peer: written by hand, to show what the platform allows.
const FLOORS: [&str; 3] = ["raw", "floor", "raw-start"];

/// How many times the length of the usual bar the longest may have.
const MOST: f64 = 5.0;

pub(super) const LEGEND: &str = "\
<p class=\"legend\"><span><svg aria-hidden=\"true\"><rect class=\"mark is-ours\" width=\"100%\" height=\"100%\"/></svg>this pool</span>
<span><svg aria-hidden=\"true\"><rect class=\"mark is-floor\" width=\"100%\" height=\"100%\"/></svg>by hand: what the platform allows</span>
<span><svg aria-hidden=\"true\"><rect class=\"mark\" width=\"100%\" height=\"100%\"/></svg>a peer</span>
<span><svg aria-hidden=\"true\"><line class=\"spread\" x1=\"0\" y1=\"50%\" x2=\"100%\" y2=\"50%\"/></svg>from the 10th to the 90th percentile</span>
<span>A bar with a gap is longer than there is room for.</span></p>
";

/// The case, with who had no part in it and why.
pub(super) fn card(case: &CaseResult) -> String {
    let longest = scale(case);
    let rows: String = case.rows.iter().filter_map(|row| line(case, row, longest)).collect();
    let better = match case.unit.better() {
        Better::More => "more is better",
        Better::Less => "less is better",
    };
    let (name, title, about) = (&case.name, escaped(&case.title), escaped(&case.about));
    format!(
        "<section class=\"card\" id=\"{name}\">\n<h3>{title}</h3>\n\
         <p class=\"quiet\">{about} {better}; {} rounds on the {}.</p>\n\
         <table class=\"chart\">\n<thead><tr><th></th><th></th><th>{}</th><th>unjank is</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n</table>\n{}</section>\n",
        case.rounds,
        case.room.name(),
        case.unit.name(),
        others(&case.rows),
        better = capitalised(better),
    )
}

/// What the width of the drawing stands for: the longest bar, unless it would leave no room for the
/// others; then it is drawn with a gap.
fn scale(case: &CaseResult) -> f64 {
    let reaches: Vec<f64> = case.rows.iter().filter_map(Row::measured).map(reach).collect();
    let longest = reaches.iter().copied().fold(0.0, f64::max);
    let usual = Summary::of(&reaches).map_or(longest, |summary| summary.median);
    longest.min(MOST * usual)
}

/// How far its drawing goes to the right.
fn reach(measured: &Measured) -> f64 {
    measured.summary.p90.max(measured.summary.median)
}

fn line(case: &CaseResult, row: &Row, longest: f64) -> Option<String> {
    let measured = row.measured()?;
    let is_ours = row.contender.starts_with("unjank");
    let (class, mark) = match () {
        () if is_ours => (" class=\"ours\"", " is-ours"),
        () if FLOORS.contains(&row.contender.as_str()) => ("", " is-floor"),
        () => ("", ""),
    };
    let ratio = case.ours_to(row).filter(|_| !is_ours);
    let ratio = ratio.map_or_else(String::new, |ratio| format!("{} ×", rounded(ratio)));
    Some(format!(
        "<tr{class}><th>{}{}</th><td class=\"bar\">{}</td><td class=\"value\">{}</td>\
         <td class=\"quiet\">{ratio}</td></tr>\n",
        escaped(&named(case, row)),
        also(measured),
        bar(measured, longest, mark),
        case.unit.show(measured.summary.median),
    ))
}

/// The number of workers is said where a case has several.
fn named(case: &CaseResult, row: &Row) -> String {
    let differ = case.rows.iter().any(|other| other.workers != row.workers);
    match (differ, row.workers) {
        (false, _) => row.label.clone(),
        (true, 1) => format!("{}, 1 thread", row.label),
        (true, workers) => format!("{}, {workers} threads", row.label),
    }
}

fn also(measured: &Measured) -> String {
    if measured.also.is_empty() {
        return String::new();
    }
    let parts = measured.also.iter().map(|(name, value)| format!("{name} {}", rounded(*value)));
    let parts: Vec<_> = parts.map(|part| escaped(&part)).collect();
    format!("<br><span class=\"quiet\">{}</span>", parts.join(" · "))
}

fn bar(measured: &Measured, longest: f64, mark: &str) -> String {
    let percent = |value: f64| 100.0 * value / longest.max(f64::MIN_POSITIVE);
    let summary = measured.summary;
    // What is too short to be seen is shown all the same.
    let length = percent(summary.median).clamp(0.3, 100.0);
    let is_cut = summary.median > longest;
    let gap = if is_cut { "<path class=\"gap\" d=\"M93 0h1.5l-1 10h-1.5z\"/>" } else { "" };
    let (from, to) = (percent(summary.p10), percent(summary.p90));
    let spread = if measured.samples.len() > 1 && to <= 100.0 {
        format!("<line class=\"spread\" x1=\"{from:.2}\" y1=\"5\" x2=\"{to:.2}\" y2=\"5\"/>")
    } else {
        String::new()
    };
    format!(
        "<svg viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"mark{mark}\" width=\"{length:.2}\" height=\"10\"/>{spread}{gap}</svg>"
    )
}

fn others(rows: &[Row]) -> String {
    let reason = |row: &Row| {
        let why = match &row.outcome {
            Outcome::Measured(_) => return None,
            Outcome::Cannot(why) => why.clone(),
            Outcome::Failed(why) => format!("failed: {why}"),
        };
        Some(format!("<li>{}: {}</li>\n", escaped(&row.label), escaped(&why)))
    };
    let mut reasons: Vec<String> = rows.iter().filter_map(reason).collect();
    reasons.dedup();
    if reasons.is_empty() {
        return String::new();
    }
    format!("<ul class=\"others\">\n{}</ul>\n", reasons.concat())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::samples::*;

    #[test]
    fn bars_are_as_long_as_their_medians() {
        let rows = [row("unjank", 2, &[25.0]), row("raw", 2, &[100.0])];
        let shown = card(&case("small", &rows));
        assert!(shown.contains("is-ours\" width=\"25.00\""), "{shown}");
        assert!(shown.contains("is-floor\" width=\"100.00\""), "{shown}");
        assert!(shown.contains("0.25 ×"), "{shown}");
    }

    #[test]
    fn a_line_shows_how_far_samples_spread() {
        let shown = card(&case("small", &[row("unjank", 2, &[0.0, 50.0, 100.0])]));
        assert!(shown.contains("x1=\"11.11\"") && shown.contains("x2=\"100.00\""), "{shown}");
    }

    #[test]
    fn a_bar_that_would_leave_no_room_for_others_has_a_gap() {
        let rows = [row("unjank", 2, &[1.0]), row("raw", 2, &[2.0]), row("slow", 2, &[100.0])];
        let shown = card(&case("small", &rows));
        assert_eq!(shown.matches("class=\"gap\"").count(), 1, "{shown}");
        assert!(shown.contains("is-ours\" width=\"10.00\""), "{shown}");
    }

    #[test]
    fn workers_are_told_only_where_they_differ() {
        let alone = [row("unjank", 2, &[1.0]), row("raw", 2, &[1.0])];
        assert!(!card(&case("small", &alone)).contains("thread"));
        let both = [row("unjank", 1, &[1.0]), row("unjank", 2, &[1.0])];
        let shown = card(&case("small", &both));
        assert!(
            shown.contains("unjank, 1 thread<") && shown.contains("unjank, 2 threads<"),
            "{shown}"
        );
    }
}
