//! Spans as measures of the User Timing API, on tracks of their own in `DevTools`.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::*};

use super::clock::global;
use crate::{Chart, Phase, Span, Track};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::Performance, js_name = Performance)]
    #[derive(Debug)]
    type Timing;

    #[wasm_bindgen(method, catch)]
    fn measure(this: &Timing, name: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = clearMeasures)]
    fn clear(this: &Timing, name: &str) -> Result<(), JsValue>;
}

/// Behind each measure's name, so that none is taken for one of the page's own: those stay.
const OURS: &str = " · unjank";

/// A chart in the browser's performance timeline.
#[derive(Debug)]
pub(super) struct Measures {
    timing: Timing,
    /// When the page's clock began, in microseconds since the Unix epoch.
    origin: u64,
    group: String,
}

impl Measures {
    /// A chart under this heading; none where there is no performance timeline.
    pub(super) fn new(group: String) -> Option<Self> {
        let timing: JsValue = global::<web_sys::Performance>("performance")?.into();
        let timing: Timing = timing.unchecked_into();
        let origin = (timing.time_origin() * 1000.0) as u64;
        Some(Self { timing, origin, group })
    }

    /// Milliseconds on the page's axis.
    fn page_ms(&self, moment: u64) -> f64 {
        moment.saturating_sub(self.origin) as f64 / 1000.0
    }
}

impl Chart for Measures {
    fn now(&self) -> u64 {
        self.origin + (self.timing.now() * 1000.0) as u64
    }

    #[cold]
    fn draw(&self, kernel: &str, span: &Span) {
        let name = if span.phase == Phase::Ran { kernel } else { word(span.phase) };
        let name = [name, OURS].concat();
        let devtools = object(&[("devtools", self.entry(kernel, span))]);
        let measure = object(&[
            ("start", self.page_ms(span.start).into()),
            ("end", self.page_ms(span.end).into()),
            ("detail", devtools),
        ]);
        // A chart is not worth an error. What was drawn is in a recording under way at once, and
        // would otherwise be kept for as long as the page lives.
        if self.timing.measure(&name, &measure).is_ok() {
            let _ = self.timing.clear(&name);
        }
    }
}

impl Measures {
    /// What `DevTools` reads: see its performance extensibility API.
    fn entry(&self, kernel: &str, span: &Span) -> JsValue {
        let track = match span.track() {
            Track::Queue => "queue".into(),
            Track::Worker(slot) => format!("worker {slot}"),
        };
        let properties = Array::of3(
            &Array::of2(&"kernel".into(), &kernel.into()),
            &Array::of2(&"job".into(), &span.task.job.get().to_string().into()),
            &Array::of2(&"chunk".into(), &span.task.index.to_string().into()),
        );
        if let Some(slot) = span.slot {
            properties.push(&Array::of2(&"worker".into(), &slot.to_string().into()));
        }
        object(&[
            ("dataType", "track-entry".into()),
            ("trackGroup", self.group.as_str().into()),
            ("track", track.into()),
            ("color", colour(span.phase).into()),
            ("tooltipText", [kernel, ", ", word(span.phase)].concat().into()),
            ("properties", properties.into()),
        ])
    }
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // A fresh object can always be written to.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "queued",
        Phase::Posted => "posted",
        Phase::Ran => "ran",
        Phase::CopiedIn => "copied in",
        Phase::Computed => "computed",
        Phase::CopiedOut => "copied out",
        Phase::Returned => "returned",
        Phase::Lost => "lost",
    }
}

/// A colour of `DevTools`' palette: light while it waits, full while it is worked on.
fn colour(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "secondary-light",
        Phase::Posted => "primary-light",
        Phase::Ran => "primary-dark",
        Phase::CopiedIn | Phase::CopiedOut => "tertiary",
        Phase::Computed => "primary",
        Phase::Returned => "tertiary-light",
        Phase::Lost => "error",
    }
}
