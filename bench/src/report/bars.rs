//! The ratios that the pool must show, as a list.

use super::text::escaped;
use crate::{
    figure::rounded,
    results::{Bar, Bound, Verdict},
};

pub(super) fn list(bars: &[Bar]) -> String {
    if bars.is_empty() {
        return String::new();
    }
    let items: String = bars.iter().map(item).collect();
    format!("<h2>What it must show</h2>\n<ul class=\"card bars\">\n{items}</ul>")
}

fn item(bar: &Bar) -> String {
    let (class, verdict) = match bar.verdict {
        Verdict::Met => ("met", "✓ met"),
        Verdict::Missed => ("missed", "✗ missed"),
        Verdict::Open => ("open", "not measured"),
    };
    let found = bar.found.map_or_else(|| "–".into(), rounded);
    let bound = match bar.bound {
        Bound::AtMost(limit) => format!("at most {limit}"),
        Bound::AtLeast(limit) => format!("at least {limit}"),
    };
    let (case, claim) = (escaped(&bar.case), escaped(&bar.claim));
    format!(
        "<li><span class=\"verdict {class}\">{verdict}</span>\
         <span class=\"claim\"><a href=\"#{case}\">{case}</a>: {claim}</span>\
         <strong>{found}</strong><span class=\"bound quiet\">{bound}</span></li>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_its_verdict_its_figure_and_its_bound() {
        let bar = Bar {
            case: "small".into(),
            claim: "a claim".into(),
            bound: Bound::AtMost(1.3),
            found: Some(1.256),
            verdict: Verdict::Met,
        };
        let shown = item(&bar);
        for part in ["✓ met", "1.26", "at most 1.3", "#small", "a claim"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert_eq!(list(&[]), "");
    }
}
