//! What JavaScript callers pass, as types that read themselves.

use std::time::Duration;

use unjank_protocol::Place;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::AbortSignal;

use crate::{Lane, Rejection};

#[wasm_bindgen]
extern "C" {
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "PoolOptions")]
    #[derive(Debug)]
    pub type PoolOptions;
    #[wasm_bindgen(method, getter)]
    pub(super) fn workers(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = minWorkers)]
    pub(super) fn min_workers(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn spares(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn queue(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn depth(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn worker(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = idleTimeoutMs)]
    pub(super) fn idle_timeout_ms(this: &PoolOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = startTimeoutMs)]
    pub(super) fn start_timeout_ms(this: &PoolOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter, js_name = memoryLimitBytes)]
    pub(super) fn memory_limit_bytes(this: &PoolOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn timeline(this: &PoolOptions) -> JsValue;

    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "RunOptions")]
    #[derive(Debug)]
    pub type RunOptions;
    #[wasm_bindgen(method, getter)]
    pub(super) fn transfer(this: &RunOptions) -> Option<bool>;
    #[wasm_bindgen(method, getter, js_name = stride)]
    pub(super) fn run_stride(this: &RunOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn window(this: &RunOptions) -> JsValue;

    /// See `types.d.ts`.
    type PieceWindow;
    #[wasm_bindgen(method, getter)]
    fn start(this: &PieceWindow) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn total(this: &PieceWindow) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn before(this: &PieceWindow) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn after(this: &PieceWindow) -> JsValue;

    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "ChunkOptions")]
    #[derive(Debug)]
    pub type ChunkOptions;
    #[wasm_bindgen(method, getter)]
    pub(super) fn stride(this: &ChunkOptions) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = chunkUnits)]
    pub(super) fn chunk_units(this: &ChunkOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn halo(this: &ChunkOptions) -> JsValue;
    #[wasm_bindgen(method, getter)]
    pub(super) fn order(this: &ChunkOptions) -> Option<String>;

    /// What both kinds of work take.
    pub(super) type CommonOptions;
    #[wasm_bindgen(method, getter)]
    pub(super) fn lane(this: &CommonOptions) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = deadlineMs)]
    pub(super) fn deadline_ms(this: &CommonOptions) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    pub(super) fn signal(this: &CommonOptions) -> Option<AbortSignal>;

    /// A payload: see `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Payload")]
    #[derive(Debug)]
    pub type Payload;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Uint8Array<ArrayBuffer>>")]
    #[derive(Debug)]
    pub type BytesPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<Chunk>")]
    #[derive(Debug)]
    pub type PiecePromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<IteratorResult<Chunk, undefined>>")]
    #[derive(Debug)]
    pub type ChunkPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "Promise<void>")]
    #[derive(Debug)]
    pub type VoidPromise;
    /// See `types.d.ts`.
    #[wasm_bindgen(typescript_type = "PoolStats")]
    #[derive(Debug)]
    pub type PoolStats;
}

/// The lane, deadline and signal among some options.
#[derive(Debug, Default)]
pub(super) struct Common {
    pub(super) lane: Lane,
    pub(super) deadline: Option<Duration>,
    pub(super) signal: Option<AbortSignal>,
}

impl Common {
    pub(super) fn of(options: Option<&JsValue>) -> Result<Self, Rejection> {
        let Some(options) = options.filter(|options| options.is_object()) else {
            return Ok(Self::default());
        };
        let options: &CommonOptions = options.unchecked_ref();
        let lane = match options.lane().as_deref() {
            None | Some("normal") => Lane::Normal,
            Some("interactive") => Lane::Interactive,
            Some("background") => Lane::Background,
            Some(other) => {
                return Err(Rejection::BadOption { message: format!("no lane {other:?}") });
            }
        };
        let deadline = options.deadline_ms().map(milliseconds).transpose()?;
        Ok(Self { lane, deadline, signal: options.signal() })
    }
}

/// Where a piece stands in its whole, if JavaScript said so.
pub(super) fn place(window: &JsValue) -> Result<Option<Place>, Rejection> {
    if window.is_undefined() {
        return Ok(None);
    }
    if !window.is_object() {
        let message = format!("window is {window:?}: say {{ start, total, before, after }}");
        return Err(Rejection::BadOption { message });
    }
    let window: &PieceWindow = window.unchecked_ref();
    let needed = |name: &str, value: &JsValue| {
        whole(name, value)?.ok_or_else(|| Rejection::BadOption {
            message: format!("{name} is missing: where in the whole does the piece stand?"),
        })
    };
    Ok(Some(Place {
        start: needed("window.start", &window.start())?,
        total: needed("window.total", &window.total())?,
        before: whole("window.before", &window.before())?.unwrap_or(0),
        after: whole("window.after", &window.after())?.unwrap_or(0),
    }))
}

/// A whole number that JavaScript gave, if it gave one. Nothing is rounded or wrapped.
pub(super) fn whole<T: TryFrom<u64>>(name: &str, value: &JsValue) -> Result<Option<T>, Rejection> {
    if value.is_undefined() {
        return Ok(None);
    }
    let number = value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
    let whole = number.and_then(|number| T::try_from(number as u64).ok());
    whole.map(Some).ok_or_else(|| Rejection::BadOption {
        message: format!("{name} is {value:?}: give a whole number that is not too large"),
    })
}

/// A duration that JavaScript gave in milliseconds.
pub(super) fn milliseconds(number: f64) -> Result<Duration, Rejection> {
    Duration::try_from_secs_f64(number / 1000.0).map_err(|_| Rejection::BadOption {
        message: format!("{number} is no number of milliseconds"),
    })
}
