//! What JavaScript callers pass, as types that read themselves.

use std::time::Duration;

use js_sys::Reflect;
use unjank_protocol::Place;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::AbortSignal;

use super::super::WebPort;
use crate::{Lane, Ownership, Rejection};

type JobBuilder = crate::JobBuilder<WebPort>;

#[wasm_bindgen]
extern "C" {
    /// Throws what the value's own method throws.
    #[wasm_bindgen(catch, js_name = String)]
    fn string(value: &JsValue) -> Result<String, JsValue>;

    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "PoolOptions")]
    #[derive(Debug)]
    pub type PoolOptions;

    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "RunOptions")]
    #[derive(Debug)]
    pub type RunOptions;

    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "ChunkOptions")]
    #[derive(Debug)]
    pub type ChunkOptions;

    /// A payload: see `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Payload")]
    #[derive(Debug)]
    pub type Payload;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Uint8Array<ArrayBuffer>>")]
    #[derive(Debug)]
    pub type BytesPromise;
    /// Payloads: see `types.d.ts`.
    #[wasm_bindgen(typescript_type = "readonly Payload[]")]
    #[derive(Debug)]
    pub type Payloads;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Uint8Array<ArrayBuffer>[]>")]
    #[derive(Debug)]
    pub type AllPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Chunk>")]
    #[derive(Debug)]
    pub type PiecePromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<IteratorResult<Chunk, undefined>>")]
    #[derive(Debug)]
    pub type ChunkPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Pool>")]
    #[derive(Debug)]
    pub type PoolPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<void>")]
    #[derive(Debug)]
    pub type VoidPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "PoolStats")]
    #[derive(Debug)]
    pub type PoolStats;
}

/// What a caller passed, read by name: one way in for all of them is much smaller than one for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options<'a>(pub(super) &'a JsValue);

impl Options<'_> {
    /// The value of an option; `undefined` when it is not there.
    pub(super) fn value(self, name: &str) -> JsValue {
        // Most jobs have none, and asking nothing for its properties would throw, which is slow.
        if self.0.is_undefined() {
            return JsValue::UNDEFINED;
        }
        Reflect::get(self.0, &name.into()).unwrap_or_default()
    }

    /// The same, unless it is not there or null.
    pub(super) fn given(self, name: &str) -> Option<JsValue> {
        Some(self.value(name)).filter(|value| !value.is_undefined() && !value.is_null())
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        self.given(name).map(|value| written(&value))
    }

    pub(super) fn whole<T: TryFrom<u64>>(self, name: &str) -> Result<Option<T>, Rejection> {
        whole(name, &self.value(name))
    }

    pub(super) fn duration(self, name: &str) -> Result<Option<Duration>, Rejection> {
        self.given(name).map(|value| milliseconds(&value)).transpose()
    }
}

/// The lane, deadline and signal among some options.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) lane: Lane,
    pub(super) deadline: Option<Duration>,
    pub(super) signal: Option<AbortSignal>,
}

impl Common {
    /// # Errors
    /// When an option is wrong, or the signal is aborted already: nothing is moved for such a job.
    pub(super) fn of(options: Options<'_>) -> Result<Self, Rejection> {
        let lane = match options.text("lane").as_deref() {
            None | Some("normal") => Lane::Normal,
            Some("interactive") => Lane::Interactive,
            Some("background") => Lane::Background,
            Some(other) => {
                return Err(Rejection::BadOption { message: format!("no lane \"{other}\"") });
            }
        };
        let signal: Option<AbortSignal> = options.given("signal").map(JsCast::unchecked_into);
        if signal.as_ref().is_some_and(AbortSignal::aborted) {
            return Err(Rejection::Cancelled);
        }
        Ok(Self { lane, deadline: options.duration("deadlineMs")?, signal })
    }
}

/// How one payload is to be run, wherever it stands.
#[derive(Debug)]
pub(super) struct Terms {
    common: Common,
    stride: Option<u32>,
    ownership: Ownership,
}

impl Terms {
    pub(super) fn of(options: Options<'_>) -> Result<Self, Rejection> {
        let keeps = options.given("transfer").is_some_and(|transfer| transfer.is_falsy());
        let ownership = if keeps { Ownership::Keep } else { Ownership::Move };
        Ok(Self { common: Common::of(options)?, stride: options.whole("stride")?, ownership })
    }

    pub(super) fn apply(&self, job: JobBuilder) -> JobBuilder {
        let mut job = job.lane(self.common.lane);
        if let Some(deadline) = self.common.deadline {
            job = job.deadline(deadline);
        }
        if let Some(stride) = self.stride {
            job = job.stride(stride);
        }
        match self.ownership {
            Ownership::Move => job,
            Ownership::Keep => job.keep(),
        }
    }

    pub(super) fn signal(&self) -> Option<&AbortSignal> {
        self.common.signal.as_ref()
    }
}

/// Where a piece stands in its whole, if JavaScript said so.
pub(super) fn place(window: &JsValue) -> Result<Option<Place>, Rejection> {
    if window.is_undefined() {
        return Ok(None);
    }
    if !window.is_object() {
        let written = written(window);
        let message = format!("window is {written}: say {{ start, total, before, after }}");
        return Err(Rejection::BadOption { message });
    }
    let window = Options(window);
    let edge = |name: &str, option: &str| {
        let value = window.value(name);
        whole::<u32>(option, &value)
    };
    let needed = |name: &str, option: &str| {
        edge(name, option)?.ok_or_else(|| Rejection::BadOption {
            message: format!("{option} is missing: where in the whole does the piece stand?"),
        })
    };
    Ok(Some(Place {
        start: needed("start", "window.start")?,
        total: needed("total", "window.total")?,
        before: edge("before", "window.before")?.unwrap_or(0),
        after: edge("after", "window.after")?.unwrap_or(0),
    }))
}

/// A whole number that JavaScript gave, if it gave one. Nothing is rounded or wrapped.
fn whole<T: TryFrom<u64>>(name: &str, value: &JsValue) -> Result<Option<T>, Rejection> {
    if value.is_undefined() {
        return Ok(None);
    }
    let number = value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
    let whole = number.and_then(|number| T::try_from(number as u64).ok());
    whole.map(Some).ok_or_else(|| Rejection::BadOption {
        message: format!("{name} is {}: give a whole number that is not too large", written(value)),
    })
}

/// A duration that JavaScript gave in milliseconds.
fn milliseconds(value: &JsValue) -> Result<Duration, Rejection> {
    let micros = value.as_f64().unwrap_or(f64::NAN) * 1000.0;
    if !(0.0..u64::MAX as f64).contains(&micros) {
        let message = format!("{} is no number of milliseconds", written(value));
        return Err(Rejection::BadOption { message });
    }
    Ok(Duration::from_micros(micros as u64))
}

/// A value as JavaScript writes it.
fn written(value: &JsValue) -> String {
    string(value).unwrap_or_else(|_| "of no use".into())
}
