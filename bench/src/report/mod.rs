//! report.html: one file, without scripts, for light and dark, wide and narrow.
//!
//! The bars are a few lines of SVG in the cells of a table, so that text stays text at every width; a
//! plotting library would draw a picture of it, for more code than this.

mod bars;
mod case;
mod method;
#[expect(clippy::disallowed_methods, reason = "the last bit of an axis is not seen")]
mod scaling;
mod text;

use crate::results::{Results, Verdict};
use text::escaped;

const STYLE: &str = include_str!("style.css");

/// The whole page; with what the simulation of many workers found, if it was run.
pub(crate) fn page(results: &Results, scaling: Option<&serde_json::Value>) -> String {
    let cases: String = results.cases.iter().map(case::card).collect();
    let parts = [
        head(results),
        bars::list(&results.bars),
        format!("<h2>Case by case</h2>\n{}{cases}", case::LEGEND),
        scaling.map(scaling::plots).unwrap_or_default(),
        method::notes(results),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>unjank beside its peers</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>\n{STYLE}</style>\n{}\n</html>\n",
        parts.join("\n")
    )
}

fn head(results: &Results) -> String {
    let method = &results.method;
    let count = |verdict| results.bars.iter().filter(|bar| bar.verdict == verdict).count();
    let (met, missed, open) = (count(Verdict::Met), count(Verdict::Missed), count(Verdict::Open));
    let open = if open == 0 { String::new() } else { format!(", {open} not measured") };
    let quick = if method.quick { " A quick look: few rounds, rough figures." } else { "" };
    format!(
        "<header>\n<h1>unjank beside its peers</h1>\n\
         <p>The same work, in one run, each contender in turn. Of the ratios that the pool must show, \
         {met} are met, {missed} missed{open}.{quick}</p>\n\
         <p class=\"quiet\">{} · {} · {}, {} cores</p>\n</header>",
        escaped(method.date.get(..16).unwrap_or(&method.date)).replace('T', " "),
        escaped(&method.browser),
        escaped(&method.processor),
        method.cores,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Method, samples::*};

    fn results() -> Results {
        let rows = [
            row("unjank", 2, &[1.0, 2.0, 3.0]),
            row("raw", 2, &[2.0, 4.0, 6.0]),
            cannot("<canvas>", "runs no kernels & no jobs"),
        ];
        Results::new(Method::default(), vec![case("small", &rows)], crate::bars::BARS)
    }

    #[test]
    fn the_page_stands_alone_and_runs_nothing() {
        let page = page(&results(), None);
        for foreign in ["<script", "src=", "http:", "https:", "url("] {
            assert!(!page.contains(foreign), "{foreign}");
        }
    }

    #[test]
    fn what_is_shown_is_text_and_not_markup() {
        let page = page(&results(), None);
        assert!(page.contains("&lt;canvas&gt;: runs no kernels &amp; no jobs"), "{page}");
    }

    #[test]
    fn every_element_is_closed() {
        let page = page(&results(), None);
        for element in ["table", "tr", "td", "section", "ul", "ol", "svg", "h2", "h3", "p", "dl"] {
            let opened = page.matches(&format!("<{element}>")).count()
                + page.matches(&format!("<{element} ")).count();
            assert_eq!(opened, page.matches(&format!("</{element}>")).count(), "{element}");
        }
    }
}
