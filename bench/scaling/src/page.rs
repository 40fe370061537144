//! The results as a page with plots. It needs no scripts and nothing from elsewhere.

use std::fmt::Write;

use crate::{
    plot::{Axis, Line, Mark, Plot, Point},
    results::{Results, Run},
    sim::Figures,
    steps::{QUEUED, Row},
};

const STYLE: &str = "\
:root { color-scheme: light dark; --grid: light-dark(#0002, #fff3);
  --c0: light-dark(#1b62c4, #7db0ff); --c1: light-dark(#b4471b, #ff9e6d); --c2: light-dark(#1f7a4d, #63d09b);
  --c3: light-dark(#7d3fb2, #cf9cff); --c4: light-dark(#8a6a00, #e6c14a); --c5: light-dark(#a3195b, #ff85b8);
  --c6: light-dark(#0b7285, #66d9e8); --c7: light-dark(#5c5f66, #adb5bd); --c8: light-dark(#343a40, #dee2e6);
  --c9: light-dark(#7a1f1f, #ffa8a8); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem;
  background: light-dark(#fff, #15181c); color: light-dark(#1a1d21, #e8eaed); }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; } figure h2 { margin: 0; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 2rem; }
figure { margin: 0; } svg { width: 100%; height: auto; }
svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
.grid { stroke: var(--grid); fill: none; } .line { stroke: var(--c); stroke-width: 2; fill: none; }
.dot { fill: var(--c); } .ring { fill: light-dark(#fff, #15181c); stroke: var(--c); stroke-width: 2; }
.line-0 { --c: var(--c0); } .line-1 { --c: var(--c1); } .line-2 { --c: var(--c2); } .line-3 { --c: var(--c3); }
.line-4 { --c: var(--c4); } .line-5 { --c: var(--c5); } .line-6 { --c: var(--c6); } .line-7 { --c: var(--c7); }
.line-8 { --c: var(--c8); } .line-9 { --c: var(--c9); }
ul.key { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .4rem 0; }
ul.key li::before { content: ''; display: inline-block; width: 1.2em; height: .25em; margin-right: .4em;
  vertical-align: middle; background: var(--c); }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid var(--grid); }
th:first-child, td:first-child, .text { text-align: left; }
";

/// The whole page.
pub(crate) fn html(results: &Results) -> String {
    let mut page = String::new();
    page.push_str("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n");
    page.push_str("<meta name=\"viewport\" content=\"width=device-width\">\n");
    let _ = writeln!(page, "<title>How unjank scales</title>\n<style>\n{STYLE}</style>");
    page.push_str("<h1>How unjank scales</h1>\n");
    page.push_str(
        "<p>The real scheduler in virtual time: a page that is one thread, and workers that each \
         have a core. What things cost was measured in a browser or estimated from that, as the \
         last table says. A ring marks where the page is busy nine tenths of the time or more: \
         further workers would wait for it.</p>\n",
    );
    page.push_str("<div class=\"plots\">\n");
    plots(results).iter().for_each(|plot| write_figure(&mut page, plot));
    page.push_str("</div>\n");
    write_limits(&mut page, &results.runs);
    write_steps(&mut page, &results.by_queue);
    write_costs(&mut page, results);
    let _ = writeln!(page, "<p>Seed {}.</p>\n</html>", results.seed);
    page
}

fn plots(results: &Results) -> [Plot; 5] {
    let runs = &results.runs;
    let speed = lines(runs, |run, one| run.speed_up(one));
    let load = lines(runs, |run, _| run.page_load * 100.0);
    let median = lines(runs, |run, _| run.median as f64 / 1e6);
    let p99 = lines(runs, |run, _| run.p99 as f64 / 1e6);
    let percent = |value: f64| format!("{value:.0} %");
    [
        Plot {
            title: "Speed-up",
            note: "how many times faster than one worker".into(),
            across: workers(),
            up: Axis::log("times one worker", 0.5, 128.0, 2.0, |value| format!("{value}")),
            lines: speed,
        },
        Plot {
            title: "Load of the page",
            note: "the share of the time in which the main thread is busy".into(),
            across: workers(),
            up: Axis::linear("main thread busy", 100.0, 5, percent),
            lines: load,
        },
        latency("Latency, median", median),
        latency("Latency, 99th percentile", p99),
        steps(&results.by_queue),
    ]
}

fn workers() -> Axis {
    Axis::log("workers", 1.0, 128.0, 2.0, |value| format!("{value}"))
}

fn latency(title: &'static str, lines: Vec<Line>) -> Plot {
    let all = || lines.iter().flat_map(|line| &line.points).map(|point| point.up);
    let [least, most] = [all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max)];
    let first = 10_f64.powf(least.max(0.001).log10().floor());
    Plot {
        title,
        note: "from the submission of a job to its result, in milliseconds".into(),
        across: workers(),
        up: Axis::log("ms", first, most.max(first * 10.0), 10.0, |value| format!("{value}")),
        lines,
    }
}

fn steps(rows: &[Row]) -> Plot {
    let most = rows.iter().flat_map(|row| &row.nanos).copied().fold(1.0, f64::max);
    let line = |row: &Row| {
        let points = QUEUED.iter().zip(&row.nanos);
        let points =
            points.map(|(&queued, &up)| Point { across: queued as f64, up, mark: Mark::Dot });
        Line { name: row.name.into(), points: points.collect() }
    };
    let whole = |value: f64| format!("{value:.0}");
    let short = |value: f64| match value {
        _ if value >= 1e6 => format!("{:.0}M", value / 1e6),
        _ => format!("{:.0}k", value / 1e3),
    };
    Plot {
        title: "Cost of a step",
        note: "nanoseconds on the machine that made this page, best of all rounds".into(),
        across: Axis::log("jobs queued", 1e3, 1e6, 10.0, short),
        up: Axis::log("ns", 1.0, most, 10.0, whole),
        lines: rows.iter().map(line).collect(),
    }
}

fn lines(runs: &[Run], value: fn(&Figures, &Figures) -> f64) -> Vec<Line> {
    let line = |run: &Run| {
        let points = run.figures.iter().map(|figures| Point {
            across: figures.workers.into(),
            up: value(figures, &run.figures[0]),
            mark: if figures.is_limited_by_page() { Mark::Ring } else { Mark::Dot },
        });
        Line { name: run.load.name.into(), points: points.collect() }
    };
    runs.iter().map(line).collect()
}

fn write_figure(page: &mut String, plot: &Plot) {
    let _ = writeln!(page, "<figure>\n<h2>{}</h2>\n{}<ul class=\"key\">", plot.title, plot.svg());
    for (number, line) in plot.lines.iter().enumerate() {
        let _ = writeln!(page, "<li class=\"line-{number}\">{}</li>", line.name);
    }
    let _ = writeln!(page, "</ul>\n<figcaption>{}</figcaption>\n</figure>", plot.note);
}

fn write_limits(page: &mut String, runs: &[Run]) {
    page.push_str("<h2>Where the page is the limit</h2>\n<div class=\"wide\"><table>\n");
    page.push_str(
        "<tr><th>load<th>from, workers<th>best speed-up<th class=\"text\">what it is</tr>\n",
    );
    for run in runs {
        let from = run.limit().map_or("never".to_owned(), |workers| workers.to_string());
        let best = run.speed_ups().fold(1.0, f64::max);
        let (name, about) = (run.load.name, run.load.about);
        let _ =
            writeln!(page, "<tr><td>{name}<td>{from}<td>{best:.1}<td class=\"text\">{about}</tr>");
    }
    page.push_str("</table></div>\n");
}

fn write_steps(page: &mut String, rows: &[Row]) {
    page.push_str("<h2>Nanoseconds for a step, by jobs queued</h2>\n<div class=\"wide\"><table>\n<tr><th>step");
    QUEUED.iter().for_each(|queued| {
        let _ = write!(page, "<th>{queued}");
    });
    page.push_str("<th>at most<th>within 1.10</tr>\n");
    for row in rows {
        let _ = write!(page, "<tr><td>{}", row.name);
        row.nanos.iter().for_each(|nanos| {
            let _ = write!(page, "<td>{nanos:.1}");
        });
        let verdict = row.is_flat().map_or("", |flat| if flat { "yes" } else { "no" });
        let _ = writeln!(page, "<td>{:.2}<td>{verdict}</tr>", row.growth());
    }
    page.push_str("</table></div>\n");
}

fn write_costs(page: &mut String, results: &Results) {
    page.push_str("<h2>What things cost</h2>\n<div class=\"wide\"><table>\n");
    page.push_str(
        "<tr><th>cost<th>value<th class=\"text\">of what<th class=\"text\">source</tr>\n",
    );
    for row in results.costs.as_array().into_iter().flatten() {
        let text = |key: &str| escape(row[key].as_str().unwrap_or_default());
        let (name, unit, what, source) = (text("name"), text("unit"), text("what"), text("source"));
        let value = &row["value"];
        let _ = writeln!(
            page,
            "<tr><td>{name}<td>{value} {unit}<td class=\"text\">{what}<td class=\"text\">{source}</tr>"
        );
    }
    page.push_str("</table></div>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::tests::some;

    #[test]
    fn the_page_shows_every_plot_and_every_cost() {
        let results = some();
        let page = html(&results);
        assert_eq!(page.matches("<svg").count(), plots(&results).len());
        for row in results.costs.as_array().expect("a list") {
            let name = row["name"].as_str().expect("a name");
            assert!(page.contains(&format!("<td>{name}<td>")), "{name}");
        }
        assert!(!page.contains("<script") && !page.contains("http"), "it needs nothing else");
        assert!(!page.contains("NaN"), "{page}");
    }

    #[test]
    fn markup_in_a_table_is_text() {
        assert_eq!(escape("a < b & c"), "a &lt; b &amp; c");
    }
}
