//! Building a pool in a browser.

use std::time::Duration;

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};
use web_sys::Url;

use super::{Pool, WebPort, clock::global, kernels::Kernels, measures::Measures, worker::Source};
use crate::{Device, SpawnError, scheduler::Config, workers_for};

/// Linear memory above which a worker's instance is replaced, unless it is set: what tasks of
/// [`Plan::CHUNK_BYTES`](unjank_protocol::Plan::CHUNK_BYTES) need, with room to spare.
const MEMORY_LIMIT: u32 = 64 << 20;

#[wasm_bindgen]
extern "C" {
    /// Where the generated glue is; the worker's script is expected beside it.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static GLUE_URL: String;
}

/// A pool to be. See [`Pool::builder`](crate::Pool::builder).
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it builds"]
pub struct PoolBuilder {
    config: Config,
    source: Option<Source>,
    kernels: JsValue,
    memory_limit: u32,
    timeline: Option<String>,
}

impl Pool {
    /// Begins a pool: as many workers as the device is good for, a queue of 1024 jobs, and the
    /// script `worker.js` beside the generated glue.
    pub fn builder() -> PoolBuilder {
        let config = Config { workers: workers_for(device()), ..Config::default() };
        let kernels = JsValue::UNDEFINED;
        PoolBuilder { config, source: None, kernels, memory_limit: MEMORY_LIMIT, timeline: None }
    }
}

impl PoolBuilder {
    /// Workers at most; at least 1.
    pub fn workers(mut self, workers: u16) -> Self {
        self.config.workers = workers;
        self
    }

    /// Workers that stay when there is nothing to do; 1 unless set.
    pub fn min_workers(mut self, workers: u16) -> Self {
        self.config.min_workers = workers;
        self
    }

    /// Ready workers kept beyond these, at most 65,535 in all: when a job's worker is terminated or
    /// lost, the next job starts at once on a spare. Each costs the memory of a worker; none unless
    /// set.
    pub fn spares(mut self, workers: u16) -> Self {
        self.config.spares = workers;
        self
    }

    /// Jobs waiting at most; 1024 unless set.
    pub fn queue(mut self, jobs: usize) -> Self {
        self.config.queue = jobs;
        self
    }

    /// Tasks that one worker may hold if they can be replayed; 2 unless set.
    pub fn depth(mut self, tasks: u8) -> Self {
        self.config.depth = tasks;
        self
    }

    /// How long a worker may be idle before it is ended; 30 seconds unless set.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.config.idle_timeout = timeout;
        self
    }

    /// How long a worker may take to start; 10 seconds unless set.
    pub fn start_timeout(mut self, timeout: Duration) -> Self {
        self.config.start_timeout = timeout;
        self
    }

    /// Bytes of linear memory above which a worker's instance is replaced by a fresh one after a
    /// task; 64 MiB unless set.
    pub fn memory_limit(mut self, bytes: u32) -> Self {
        self.memory_limit = bytes;
        self
    }

    /// Shows what each task goes through in the browser's performance timeline: in `DevTools` under
    /// this heading, on one track for what waits and one for each worker. Not shown unless set; then
    /// each task costs several entries, which are cleared as soon as they are made. Nothing is shown
    /// without the feature `timeline`, which is on by default.
    pub fn timeline(mut self, heading: impl Into<String>) -> Self {
        self.timeline = Some(heading.into());
        self
    }

    /// The kernel module: a URL, a `Response` or a promise of one, bytes, or a compiled
    /// `WebAssembly.Module`. Unless set, it is the module that this code is in, which then has kernels of its own
    /// and was made with wasm-bindgen.
    pub fn kernels(mut self, kernels: impl Into<JsValue>) -> Self {
        self.kernels = kernels.into();
        self
    }

    /// The script that workers run.
    pub fn worker_url(mut self, url: impl Into<String>) -> Self {
        self.source = Some(Source::Script(url.into().into()));
        self
    }

    /// The script that workers run, as a `TrustedScriptURL`: for pages whose content security
    /// policy requires trusted types.
    pub fn worker_script(mut self, script: JsValue) -> Self {
        self.source = Some(Source::Script(script));
        self
    }

    /// A JavaScript function that makes a worker: for bundlers, which look for the literal
    /// `new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })`.
    pub fn worker_factory(mut self, make: Function) -> Self {
        self.source = Some(Source::Factory(make));
        self
    }

    /// Starts the pool; resolves when a worker is ready.
    ///
    /// # Errors
    /// When the kernel module cannot be had or used, or no worker can be started.
    pub async fn build(self) -> Result<Pool, SpawnError> {
        if global::<Function>("Worker").is_none() {
            return Err(SpawnError::Unsupported { what: "there are no workers here".into() });
        }
        let source = self.source.map_or_else(default_source, Ok)?;
        let kernels = match self.kernels.is_undefined() {
            true => Kernels::own()?,
            false => Kernels::load(&self.kernels).await?,
        };
        let measures = self.timeline.and_then(Measures::new);
        let limit = f64::from(self.memory_limit);
        let engine = WebPort::drive(source, kernels, limit, measures, self.config);
        Pool::open(engine).await
    }
}

fn default_source() -> Result<Source, SpawnError> {
    let glue = GLUE_URL.with(String::clone);
    let url = Url::new_with_base("./worker.js", &glue)
        .map_err(|_| SpawnError::ScriptUnavailable { url: glue, reason: None })?;
    Ok(Source::Script(url.href().into()))
}

fn device() -> Device {
    let navigator: JsValue = global("navigator").unwrap_or_default();
    let number = |name: &str| Reflect::get(&navigator, &name.into()).ok()?.as_f64();
    let cores = number("hardwareConcurrency").unwrap_or(0.0) as u32;
    Device { cores, memory_gib: number("deviceMemory") }
}
