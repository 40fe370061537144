//! A pool's numbers as a plain object.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::object::object;
use crate::{Stats, WorkerStats, scheduler::WorkerView};

/// The object that `PoolStats` in `types.d.ts` describes.
pub(super) fn plain(stats: &Stats) -> Result<JsValue, JsValue> {
    let workers = stats.workers.iter().enumerate().map(|(slot, worker)| of_worker(slot, worker));
    let jobs = stats.jobs;
    object(&[
        ("workers", workers.collect::<Result<Array, _>>()?.into()),
        ("queued", (stats.queued as f64).into()),
        ("inFlight", (stats.in_flight as f64).into()),
        ("submitted", (jobs.submitted as f64).into()),
        ("completed", (jobs.completed as f64).into()),
        ("failed", (jobs.failed as f64).into()),
        ("cancelled", (jobs.cancelled as f64).into()),
        ("timedOut", (jobs.timed_out as f64).into()),
        ("lost", (jobs.lost as f64).into()),
    ])
}

fn of_worker(slot: usize, worker: &WorkerStats) -> Result<JsValue, JsValue> {
    let state = match worker.view {
        WorkerView::Vacant => "vacant",
        WorkerView::Starting => "starting",
        WorkerView::Ready { in_flight: 0 } => "idle",
        WorkerView::Ready { .. } => "busy",
    };
    object(&[
        ("slot", (slot as f64).into()),
        ("state", state.into()),
        ("generation", worker.generation.into()),
        ("tasks", (worker.tasks as f64).into()),
        ("busyMs", (worker.compute_us as f64 / 1000.0).into()),
        ("copyMs", (worker.copy_us as f64 / 1000.0).into()),
        ("memoryBytes", (worker.memory as f64).into()),
        ("peakMemoryBytes", (worker.peak_memory as f64).into()),
        ("readyMs", (worker.ready_us as f64 / 1000.0).into()),
        ("busyShare", worker.busy_share().into()),
    ])
}
