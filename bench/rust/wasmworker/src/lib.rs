//! The benchmark's kernels on wasmworker's pool, as its documentation has it: bytes by `run_bytes`,
//! anything else by `run`, the module compiled once.

use futures::future::{join_all, try_join_all};
use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use unjank_bench_work::{Job, Work};
use unjank_demo::kernels::Blur;
use unjank_protocol::{Context, Kernel, Output, Window};
use wasm_bindgen::prelude::*;
use wasmworker::{WebWorkerPool, WorkerPoolOptions, webworker, webworker_fn};

/// Bands of an image for each worker: enough that none waits long for the last.
const BANDS: u32 = 4;

/// What a worker is sent of an image.
#[derive(Debug, Serialize, Deserialize)]
pub struct Band {
    job: Job,
    window: Window,
    pixels: ByteBuf,
}

/// Adds 1 to the first byte.
#[webworker_fn]
pub fn stamp(payload: Box<[u8]>) -> Box<[u8]> {
    let mut payload = payload;
    let mut output = Output::new();
    let window = Window::whole(1, payload.len() as u32);
    Work::run(&Job::Stamp, &mut payload, &mut output, &Context::new(window))
        .expect("anything can be stamped");
    payload
}

/// Filters a band: rows, or what is wrong.
#[webworker_fn]
pub fn filter(band: Band) -> Result<ByteBuf, String> {
    let Band { job, window, mut pixels } = band;
    let mut output = Output::new();
    Work::run(&job, &mut pixels, &mut output, &Context::new(window))
        .map_err(|error| error.to_string())?;
    let rows = output.result(&pixels).ok_or("the kernel kept more than its input")?;
    Ok(ByteBuf::from(rows))
}

/// wasmworker's pool.
#[wasm_bindgen]
#[allow(missing_debug_implementations, reason = "the pool has none")]
pub struct Workers {
    pool: WebWorkerPool,
    count: u32,
}

#[wasm_bindgen]
impl Workers {
    /// Resolves when all have started.
    pub async fn open(count: u32) -> Result<Workers, JsError> {
        let mut options = WorkerPoolOptions::new();
        options.num_workers = Some(count as usize);
        options.precompile_wasm = Some(true);
        let pool = WebWorkerPool::with_options(options).await;
        Ok(Self { pool: pool.map_err(|error| JsError::new(&error.to_string()))?, count })
    }

    /// Stamps one payload.
    pub async fn stamp(&self, payload: Vec<u8>) -> Vec<u8> {
        self.pool.run_bytes(webworker!(stamp), &payload.into_boxed_slice()).await.into_vec()
    }

    /// Stamps many, sent all at once.
    pub async fn burst(&self, payloads: Vec<Uint8Array>) -> Vec<Uint8Array> {
        let stamped = payloads.iter().map(|payload| self.stamp(payload.to_vec()));
        let stamped = join_all(stamped).await;
        stamped.iter().map(|bytes| Uint8Array::from(bytes.as_slice())).collect()
    }

    /// Blurs RGBA pixels; gives the bands of the result from the top down.
    pub async fn blur(
        &self,
        pixels: Uint8Array,
        width: u32,
        sigma: f32,
    ) -> Result<Vec<Uint8Array>, JsError> {
        self.filter(Job::Blur(Blur { sigma }), &pixels, width).await
    }

    /// Draws the edges in RGBA pixels; gives the bands of the result from the top down.
    pub async fn sobel(&self, pixels: Uint8Array, width: u32) -> Result<Vec<Uint8Array>, JsError> {
        self.filter(Job::Sobel, &pixels, width).await
    }
}

impl Workers {
    async fn filter(
        &self,
        job: Job,
        pixels: &Uint8Array,
        width: u32,
    ) -> Result<Vec<Uint8Array>, JsError> {
        let plan = job.bands(pixels.length() as usize, width, BANDS * self.count)?;
        let rows = plan.chunks().map(|chunk| async move {
            let band = pixels.subarray(chunk.input.start as u32, chunk.input.end as u32);
            let pixels = ByteBuf::from(band.to_vec());
            let band = Band { job, window: chunk.window, pixels };
            let rows = self.pool.run(webworker!(filter), &band).await;
            rows.map(|rows| Uint8Array::from(rows.as_slice())).map_err(|error| JsError::new(&error))
        });
        try_join_all(rows).await
    }
}
