//! The pool's face for JavaScript: the same verbs, with promises for futures and signals for
//! cancelling. `types.d.ts` describes what it takes and gives.

mod chunks;
mod many;
mod object;
mod options;
mod params;
mod promise;
mod signal;
mod stats;

use js_sys::{Function, Reflect, Symbol};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::Url;

use self::{
    chunks::JsChunks,
    many::Many,
    options::{
        AllPromise, BytesPromise, ChunkOptions, Common, Options, Payload, Payloads, PiecePromise,
        PoolOptions, PoolPromise, PoolStats, RunOptions, Terms, VoidPromise, place,
    },
    params::encode,
    promise::{Running, promise, promise_of_job},
    signal::OnAbort,
};
use super::{Buffer, Pool, PoolBuilder};
use crate::{Close, Rejection, Sequence};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../../../js/types.d.ts");

/// The options of a caller who passes none.
const NOTHING: &JsValue = &JsValue::UNDEFINED;

/// A pool of workers.
#[wasm_bindgen(js_name = Pool)]
#[derive(Debug)]
pub struct JsPool {
    pool: Pool,
}

#[wasm_bindgen(js_class = Pool)]
impl JsPool {
    /// Starts a pool; resolves when a worker is ready.
    ///
    /// Rejects with an `UnjankError` that says why no worker can be started.
    pub fn build(options: Option<PoolOptions>) -> PoolPromise {
        promise(async move {
            let builder = match options {
                Some(options) => configure(&options)?,
                None => Pool::builder(),
            };
            Ok(Self { pool: builder.build().await? }.into())
        })
    }

    /// Runs a kernel on a payload, which is moved to the worker unless `transfer` is false. `params` are
    /// written down in this call: what happens to them afterwards changes nothing.
    pub fn run(
        &self,
        kernel: &str,
        params: JsValue,
        payload: &Payload,
        options: Option<RunOptions>,
    ) -> BytesPromise {
        let running = self.start(kernel, params, payload, options.as_ref());
        promise_of_job(running, |piece| Ok(piece.bytes.as_view().into()))
    }

    /// [`JsPool::run`] for those who want to know which worker computed the result, and for how
    /// long: it comes as chunks do.
    #[wasm_bindgen(js_name = runPiece)]
    pub fn run_piece(
        &self,
        kernel: &str,
        params: JsValue,
        payload: &Payload,
        options: Option<RunOptions>,
    ) -> PiecePromise {
        promise_of_job(self.start(kernel, params, payload, options.as_ref()), chunks::chunk)
    }

    /// Runs a kernel on each of many payloads, and gives the results in their order: what
    /// [`JsPool::run`] does for one, at a fraction of the cost for small ones. They need not fit the
    /// queue. Rejects with the first error in that order, and cancels the others.
    #[wasm_bindgen(js_name = runAll)]
    pub fn run_all(
        &self,
        kernel: String,
        params: JsValue,
        payloads: Payloads,
        options: Option<RunOptions>,
    ) -> AllPromise {
        let options = Options(options.as_ref().map_or(NOTHING, AsRef::as_ref));
        let payloads = payloads.unchecked_into();
        let begun = Many::begin(&self.pool, kernel, encode(&params), payloads, options);
        promise(async move { begun?.finish().await })
    }

    fn start(
        &self,
        kernel: &str,
        params: JsValue,
        payload: &Payload,
        options: Option<&RunOptions>,
    ) -> Result<Running, JsValue> {
        let options = Options(options.map_or(NOTHING, AsRef::as_ref));
        let terms = Terms::of(options)?;
        let buffer = Buffer::view_of(payload)?;
        let mut job = terms.apply(self.pool.named_job(kernel, encode(&params), buffer));
        if let Some(place) = place(&options.value("window"))? {
            job = job.window(place);
        }
        let job = job.submit()?;
        let signal = terms.signal().cloned().map(|signal| OnAbort::new(signal, job.aborter()));
        Ok((job, signal))
    }

    /// Runs a kernel on the pieces of a source, which stays with the page and must not be changed
    /// until the work has ended.
    ///
    /// # Errors
    /// An `UnjankError` that says why the work is not accepted.
    #[wasm_bindgen(js_name = mapChunks)]
    pub fn map_chunks(
        &self,
        kernel: &str,
        params: JsValue,
        source: &Payload,
        options: &ChunkOptions,
    ) -> Result<JsChunks, JsValue> {
        let options = Options(options.as_ref());
        let common = Common::of(options)?;
        let source = Buffer::from_js(source)?;
        let stride = options.whole("stride")?.ok_or_else(|| Rejection::BadOption {
            message: "stride is missing: how many bytes has one unit?".into(),
        })?;
        let mut work = self.pool.named_chunks(kernel, encode(&params), source, stride);
        let halo = options.whole("halo")?.unwrap_or(0);
        work = work.lane(common.lane).halo(halo);
        if let Some(units) = options.whole("chunkUnits")? {
            work = work.chunk_units(units);
        }
        if let Some(deadline) = common.deadline {
            work = work.deadline(deadline);
        }
        work = work.sequence(match options.text("order").as_deref() {
            None | Some("finish") => Sequence::Finish,
            Some("source") => Sequence::Source,
            Some(other) => {
                let message = format!("no order \"{other}\": say \"finish\" or \"source\"");
                return Err(Rejection::BadOption { message }.into());
            }
        });
        let chunks = work.submit()?;
        let signal = common.signal.map(|signal| OnAbort::new(signal, chunks.aborter()));
        Ok(JsChunks::new(chunks, signal))
    }

    /// Resolves when the queue has room; rejects when the pool closes.
    pub fn ready(&self) -> VoidPromise {
        let pool = self.pool.clone();
        promise(async move {
            pool.ready().await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Starts workers again in a pool that has none because none could be started, without the rest
    /// after which its first job would; resolves when one is ready, and rejects with the cause or
    /// when the pool is closed. A pool that has workers is left as it is.
    pub fn reopen(&self) -> VoidPromise {
        let reopened = self.pool.reopen();
        promise(async move {
            reopened.await?;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// What the pool has done and is doing.
    pub fn stats(&self) -> Result<PoolStats, JsValue> {
        stats::plain(&self.pool.stats()).map(JsCast::unchecked_into)
    }

    /// Takes no more jobs; lets the accepted ones finish (`"drain"`, the default) or cancels them
    /// (`"abort"`); resolves when all have settled and all workers are gone.
    pub fn close(&self, mode: Option<String>) -> VoidPromise {
        let close = match mode.as_deref() {
            None | Some("drain") => Ok(self.pool.close(Close::Drain)),
            Some("abort") => Ok(self.pool.close(Close::Abort)),
            Some(other) => Err(Rejection::BadOption {
                message: format!("no way \"{other}\" to close: say \"drain\" or \"abort\""),
            }),
        };
        promise(async move {
            close?.await;
            Ok(JsValue::UNDEFINED)
        })
    }
}

fn configure(options: &PoolOptions) -> Result<PoolBuilder, JsValue> {
    let options = Options(options.as_ref());
    let mut builder = Pool::builder();
    if let Some(workers) = options.whole("workers")? {
        builder = builder.workers(workers);
    }
    if let Some(workers) = options.whole("minWorkers")? {
        builder = builder.min_workers(workers);
    }
    if let Some(workers) = options.whole("spares")? {
        builder = builder.spares(workers);
    }
    if let Some(jobs) = options.whole("queue")? {
        builder = builder.queue(jobs);
    }
    if let Some(tasks) = options.whole("depth")? {
        builder = builder.depth(tasks);
    }
    if let Some(timeout) = options.duration("idleTimeoutMs")? {
        builder = builder.idle_timeout(timeout);
    }
    if let Some(timeout) = options.duration("startTimeoutMs")? {
        builder = builder.start_timeout(timeout);
    }
    if let Some(bytes) = options.whole("memoryLimitBytes")? {
        builder = builder.memory_limit(bytes);
    }
    if let Some(heading) = heading(&options.value("timeline"))? {
        builder = builder.timeline(heading);
    }
    if let Some(kernels) = options.given("kernels") {
        builder = builder.kernels(kernels);
    }
    let worker = options.value("worker");
    Ok(match worker.dyn_into::<Function>() {
        Ok(make) => builder.worker_factory(make),
        Err(worker) if worker.is_undefined() => builder,
        Err(worker) => builder.worker_script(script(worker)?),
    })
}

/// What the pool's tracks stand under, if they are wanted.
fn heading(timeline: &JsValue) -> Result<Option<String>, Rejection> {
    match timeline.as_bool() {
        Some(true) => return Ok(Some("unjank".into())),
        Some(false) => return Ok(None),
        None if timeline.is_undefined() => return Ok(None),
        None => {}
    }
    timeline.as_string().map(Some).ok_or_else(|| Rejection::BadOption {
        message: "timeline is no name: say true, or what the tracks stand under".into(),
    })
}

/// A string, a URL as a string, or a `TrustedScriptURL` as it is: not every engine has that class.
fn script(worker: JsValue) -> Result<JsValue, Rejection> {
    let tag = Reflect::get(&worker, &Symbol::to_string_tag());
    if worker.is_string() || tag.is_ok_and(|tag| tag == "TrustedScriptURL") {
        return Ok(worker);
    }
    worker.dyn_ref::<Url>().map(|url| url.href().into()).ok_or_else(|| Rejection::BadOption {
        message: "worker is no URL and no function: say where the script is".into(),
    })
}
