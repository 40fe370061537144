//! What the simulation of many workers found, as lines.

use serde_json::Value;

use super::text::escaped;

/// Where the frame lies in the picture.
const LEFT: f64 = 52.0;
const TOP: f64 = 12.0;
const WIDTH: f64 = 620.0;
const HEIGHT: f64 = 240.0;

/// Colours there are.
const HUES: usize = 5;

/// A side of a picture: what it shows, where it begins and ends, and what is written along it.
struct Axis {
    place: fn(f64) -> f64,
    from: f64,
    to: f64,
    ticks: Vec<(f64, String)>,
}

/// One load in a picture.
struct Line {
    name: String,
    points: Vec<(f64, f64)>,
}

/// As `cargo xtask scaling` wrote it; nothing of what has another shape.
pub(super) fn plots(found: &Value) -> String {
    let speed = lines(found, |point| point["speedUp"].as_f64());
    let load = lines(found, |point| Some(100.0 * point["pageLoad"].as_f64()?));
    if speed.iter().all(|line| line.points.is_empty()) {
        return String::new();
    }
    let doubled = |most: f64| {
        let ticks = (0..=7).map(|power| f64::from(1 << power)).filter(|&tick| tick <= most);
        Axis {
            place: f64::ln,
            from: 1.0,
            to: most,
            ticks: ticks.map(|tick| (tick, format!("{tick}"))).collect(),
        }
    };
    let percent = [0.0, 25.0, 50.0, 75.0, 100.0].map(|tick| (tick, format!("{tick} %")));
    let percent = Axis { place: |value| value, from: 0.0, to: 100.0, ticks: percent.to_vec() };
    let most = speed.iter().flat_map(|line| &line.points).map(|point| point.0).fold(2.0, f64::max);
    format!(
        "<h2>More workers than this machine has</h2>\n\
         <section class=\"card\">\n<h3>How many times faster than one worker</h3>\n\
         <p class=\"quiet\">The real scheduler in virtual time, with costs measured in a browser, by \
         the number of workers: <code>cargo xtask scaling</code>, with more in its own report.</p>\n{}{}</section>\n\
         <section class=\"card\">\n<h3>How busy the page's thread is</h3>\n\
         <p class=\"quiet\">Where a line reaches the top, the page is the limit.</p>\n{}{}</section>\n",
        legend(&speed),
        picture(&doubled(most), &doubled(most), &speed),
        legend(&load),
        picture(&doubled(most), &percent, &load),
    )
}

fn lines(found: &Value, value: fn(&Value) -> Option<f64>) -> Vec<Line> {
    let loads = found["loads"].as_array().into_iter().flatten();
    let line = |load: &Value| {
        let points = load["points"].as_array().into_iter().flatten();
        let points = points.filter_map(|point| Some((point["workers"].as_f64()?, value(point)?)));
        Line {
            name: load["load"].as_str().unwrap_or_default().to_owned(),
            points: points.collect(),
        }
    };
    loads.map(line).collect()
}

fn legend(lines: &[Line]) -> String {
    let entry = |(index, line): (usize, &Line)| {
        let hue = index % HUES;
        format!(
            "<span class=\"hue-{hue}\"><svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" \
             fill=\"currentColor\"/></svg></span><span>{}</span>",
            escaped(&line.name)
        )
    };
    let entries: String = lines.iter().enumerate().map(entry).collect();
    format!("<p class=\"legend\">{entries}</p>\n")
}

fn picture(across: &Axis, up: &Axis, lines: &[Line]) -> String {
    let x = |value| LEFT + WIDTH * across.share(value);
    let y = |value| TOP + HEIGHT * (1.0 - up.share(value));
    let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
    let rows = up.ticks.iter().map(|(value, name)| {
        let (y, text) = (y(*value), LEFT - 8.0);
        format!(
            "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/>\
             <text x=\"{text}\" y=\"{y:.1}\" dy=\"4\" text-anchor=\"end\">{name}</text>"
        )
    });
    let columns = across.ticks.iter().map(|(value, name)| {
        let (x, text) = (x(*value), bottom + 20.0);
        format!("<text x=\"{x:.1}\" y=\"{text}\" text-anchor=\"middle\">{name}</text>")
    });
    let curves = lines.iter().enumerate().map(|(index, line)| {
        let point = |&(across, up): &(f64, f64)| format!("{:.1},{:.1}", x(across), y(up));
        let points: Vec<String> = line.points.iter().map(point).collect();
        let hue = index % HUES;
        format!(
            "<polyline class=\"curve hue-{hue}\" stroke=\"currentColor\" points=\"{}\"/>",
            points.join(" ")
        )
    });
    let parts: String = rows.chain(columns).chain(curves).collect();
    let (width, height) = (right + 12.0, bottom + 28.0);
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"by the number of workers\">{parts}</svg>\n"
    )
}

impl Axis {
    /// How far along a value lies, from 0 to 1.
    fn share(&self, value: f64) -> f64 {
        let at = |value| (self.place)(value);
        let share = (at(value) - at(self.from)) / (at(self.to) - at(self.from));
        share.clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_load_is_a_line_from_one_worker_to_many() {
        let point = |workers: u32, speed: f64| json!({ "workers": workers, "speedUp": speed, "pageLoad": 0.5 });
        let load = json!({ "load": "<bursts>", "points": [point(1, 1.0), point(4, 4.0)] });
        let shown = plots(&json!({ "loads": [load] }));
        let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
        let diagonal = format!("points=\"{LEFT:.1},{bottom:.1} {right:.1},{TOP:.1}\"");
        assert!(shown.contains(&diagonal), "{diagonal}: {shown}");
        assert!(shown.contains("&lt;bursts&gt;"), "{shown}");
    }

    #[test]
    fn what_has_another_shape_is_not_shown() {
        assert_eq!(plots(&json!({ "loads": [] })), "");
        assert_eq!(plots(&json!([1, 2])), "");
    }
}
