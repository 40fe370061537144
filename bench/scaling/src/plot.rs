//! Lines in a frame, as SVG. Four plots need no crate: this is all that they have in common.

use std::fmt::Write;

/// Where the frame lies in the picture, in pixels.
const LEFT: f64 = 64.0;
const TOP: f64 = 16.0;
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 260.0;

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plot {
    pub(crate) title: &'static str,
    /// What the picture tells, for those who cannot see it as well.
    pub(crate) note: String,
    pub(crate) across: Axis,
    pub(crate) up: Axis,
    pub(crate) lines: Vec<Line>,
}

/// What is shown along one side.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) label: &'static str,
    pub(crate) scale: Scale,
    /// Values that are named, in order; the first and the last are the ends.
    pub(crate) ticks: Vec<(f64, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Linear,
    Log,
}

/// Some values that belong together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) points: Vec<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    pub(crate) across: f64,
    pub(crate) up: f64,
    pub(crate) mark: Mark,
}

/// How a point looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Dot,
    /// The page is the limit.
    Ring,
}

impl Axis {
    /// From `first` to `last`, in steps of `factor`.
    pub(crate) fn log(
        label: &'static str,
        first: f64,
        last: f64,
        factor: f64,
        name: fn(f64) -> String,
    ) -> Self {
        let values = std::iter::successors(Some(first), |value| Some(value * factor));
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for value in values {
            ticks.push((value, name(value)));
            if value >= last * 0.999 {
                break;
            }
        }
        Self { label, scale: Scale::Log, ticks }
    }

    /// From zero to `last`, in `steps` steps.
    pub(crate) fn linear(
        label: &'static str,
        last: f64,
        steps: u32,
        name: fn(f64) -> String,
    ) -> Self {
        let values = (0..=steps).map(|step| last * f64::from(step) / f64::from(steps));
        Self {
            label,
            scale: Scale::Linear,
            ticks: values.map(|value| (value, name(value))).collect(),
        }
    }

    /// Where a value lies, from 0 to 1.
    fn place(&self, value: f64) -> f64 {
        let [first, last] =
            [self.ticks.first(), self.ticks.last()].map(|end| end.map_or(1.0, |end| end.0));
        match self.scale {
            Scale::Linear => (value - first) / (last - first),
            Scale::Log => (value / first).ln() / (last / first).ln(),
        }
    }
}

impl Plot {
    /// The picture. Its colours are those of the page: `line-0` and on, `grid`, and the text's own.
    pub(crate) fn svg(&self) -> String {
        let mut svg = String::new();
        let (width, height) = (LEFT + WIDTH + 16.0, TOP + HEIGHT + 48.0);
        let _ = writeln!(
            svg,
            "<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}: {}\">",
            self.title, self.note
        );
        self.draw_grid(&mut svg);
        for (number, line) in self.lines.iter().enumerate() {
            self.draw_line(&mut svg, number, line);
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn draw_grid(&self, svg: &mut String) {
        let (right, bottom) = (LEFT + WIDTH, TOP + HEIGHT);
        for (value, name) in &self.across.ticks {
            let x = self.x(*value);
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/>");
            let y = bottom + 18.0;
            let _ =
                writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">{name}</text>");
        }
        for (value, name) in &self.up.ticks {
            let y = self.y(*value);
            let _ = writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>");
            let (x, y) = (LEFT - 8.0, y + 4.0);
            let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y:.1}\" text-anchor=\"end\">{name}</text>");
        }
        let (middle, below) = (LEFT + WIDTH / 2.0, bottom + 38.0);
        let label = self.across.label;
        let _ = writeln!(
            svg,
            "<text x=\"{middle}\" y=\"{below}\" text-anchor=\"middle\">{label}</text>"
        );
        let (label, middle) = (self.up.label, TOP + HEIGHT / 2.0);
        let _ = writeln!(
            svg,
            "<text transform=\"translate(14 {middle}) rotate(-90)\" text-anchor=\"middle\">{label}</text>"
        );
    }

    fn draw_line(&self, svg: &mut String, number: usize, line: &Line) {
        let places =
            line.points.iter().map(|point| (self.x(point.across), self.y(point.up), point.mark));
        let path: Vec<String> = places.clone().map(|(x, y, _)| format!("{x:.1} {y:.1}")).collect();
        let _ = writeln!(svg, "<g class=\"line-{number}\"><title>{}</title>", line.name);
        let _ = writeln!(svg, "<path class=\"line\" d=\"M{}\"/>", path.join("L"));
        for (x, y, mark) in places {
            let (class, radius) = match mark {
                Mark::Dot => ("dot", 3),
                Mark::Ring => ("ring", 5),
            };
            let _ = writeln!(
                svg,
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
            );
        }
        svg.push_str("</g>\n");
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + WIDTH * self.across.place(value)
    }

    fn y(&self, value: f64) -> f64 {
        TOP + HEIGHT * (1.0 - self.up.place(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_reach_from_end_to_end() {
        let name = |value: f64| format!("{value}");
        let axis = Axis::log("", 1.0, 100.0, 10.0, name);
        assert_eq!(axis.ticks.iter().map(|tick| tick.0).collect::<Vec<_>>(), [1.0, 10.0, 100.0]);
        assert_eq!([1.0, 10.0, 100.0].map(|value| axis.place(value)), [0.0, 0.5, 1.0]);
        let axis = Axis::linear("", 8.0, 4, name);
        assert_eq!(axis.ticks.last(), Some(&(8.0, "8".to_owned())));
        assert_eq!([0.0, 4.0, 8.0].map(|value| axis.place(value)), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn every_point_is_in_the_frame() {
        let axis = |label| Axis::linear(label, 10.0, 2, |value| format!("{value}"));
        let point = |across, up, mark| Point { across, up, mark };
        let points = vec![point(0.0, 0.0, Mark::Dot), point(10.0, 10.0, Mark::Ring)];
        let lines = vec![Line { name: "one".into(), points }];
        let (across, up) = (axis("across"), axis("up"));
        let svg = Plot { title: "a", note: "b".into(), across, up, lines }.svg();
        assert!(svg.contains("M64.0 276.0L544.0 16.0"), "{svg}");
        assert_eq!(
            (svg.matches("class=\"dot\"").count(), svg.matches("class=\"ring\"").count()),
            (1, 1)
        );
    }
}
