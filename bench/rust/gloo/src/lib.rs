//! The benchmark's kernels as gloo workers, through the adapter of this project: calls go to the
//! workers in turn, since gloo has no pool.

use std::cell::Cell;

use futures::future::try_join_all;
use js_sys::Uint8Array;
use unjank_bench_work::{Job, Work};
use unjank_demo::kernels::Blur;
use unjank_gloo::browser::{CallError, Host, Hosted, Running};
use unjank_protocol::Window;
use wasm_bindgen::prelude::*;

/// Bands of an image for each worker: enough that none waits long for the last.
const BANDS: u32 = 4;

/// What the worker's script calls.
#[wasm_bindgen]
pub fn host() {
    Host::<Work>::register();
}

/// Workers that take turns.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Workers {
    workers: Vec<Hosted<Work>>,
    turn: Cell<usize>,
}

#[wasm_bindgen]
impl Workers {
    /// Resolves when each has answered once.
    pub async fn open(script: String, count: usize) -> Result<Workers, JsError> {
        let workers: Vec<_> = (0..count).map(|_| Hosted::spawn(&script)).collect();
        let opened = Self { workers, turn: Cell::new(0) };
        try_join_all((0..count).map(|_| opened.send_stamp(vec![0]))).await?;
        Ok(opened)
    }

    /// Stamps one payload.
    pub async fn stamp(&self, payload: Vec<u8>) -> Result<Vec<u8>, JsError> {
        Ok(self.send_stamp(payload).await?)
    }

    /// Stamps many, sent all at once.
    pub async fn burst(&self, payloads: Vec<Uint8Array>) -> Result<Vec<Uint8Array>, JsError> {
        let sent = payloads.iter().map(|payload| self.send_stamp(payload.to_vec()));
        let stamped = try_join_all(sent.collect::<Vec<_>>()).await?;
        Ok(stamped.iter().map(|bytes| Uint8Array::from(bytes.as_slice())).collect())
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
    fn next(&self) -> &Hosted<Work> {
        let turn = (self.turn.get() + 1) % self.workers.len();
        self.turn.set(turn);
        &self.workers[turn]
    }

    fn send_stamp(&self, payload: Vec<u8>) -> Running {
        let window = Window::whole(1, payload.len() as u32);
        self.next().run(Job::Stamp, payload, window)
    }

    async fn filter(
        &self,
        job: Job,
        pixels: &Uint8Array,
        width: u32,
    ) -> Result<Vec<Uint8Array>, JsError> {
        let bands = BANDS * self.workers.len() as u32;
        let plan = job.bands(pixels.length() as usize, width, bands)?;
        let sent = plan.chunks().map(|chunk| {
            let band = pixels.subarray(chunk.input.start as u32, chunk.input.end as u32);
            self.next().run(job, band.to_vec(), chunk.window)
        });
        let rows = sent.collect::<Vec<_>>().into_iter().map(|band| async move {
            Ok::<_, CallError>(Uint8Array::from(band.await?.as_slice()))
        });
        Ok(try_join_all(rows).await?)
    }
}
