//! A pool's numbers as a plain object.

use js_sys::Array;
use wasm_bindgen::JsValue;

use super::object::{object, set_numbers};
use crate::{Stats, WorkerStats, scheduler::WorkerView};

/// The object that `PoolStats` in `types.d.ts` describes.
pub(super) fn plain(stats: &Stats) -> Result<JsValue, JsValue> {
    let workers = stats.workers.iter().enumerate().map(|(slot, worker)| of_worker(slot, worker));
    let jobs = stats.jobs;
    let plain = object(&[("workers", workers.collect::<Result<Array, _>>()?.into())])?;
    let numbers = [
        ("queued", stats.queued as f64),
        ("inFlight", stats.in_flight as f64),
        ("submitted", jobs.submitted as f64),
        ("completed", jobs.completed as f64),
        ("failed", jobs.failed as f64),
        ("cancelled", jobs.cancelled as f64),
        ("timedOut", jobs.timed_out as f64),
        ("lost", jobs.lost as f64),
    ];
    set_numbers(&plain, &numbers)?;
    Ok(plain)
}

fn of_worker(slot: usize, worker: &WorkerStats) -> Result<JsValue, JsValue> {
    let state = match worker.view {
        WorkerView::Vacant => "vacant",
        WorkerView::Starting => "starting",
        WorkerView::Ready { in_flight: 0 } => "idle",
        WorkerView::Ready { .. } => "busy",
    };
    let plain = object(&[("state", state.into())])?;
    let numbers = [
        ("slot", slot as f64),
        ("generation", worker.generation.into()),
        ("tasks", worker.tasks as f64),
        ("busyMs", worker.compute_us as f64 / 1000.0),
        ("copyMs", worker.copy_us as f64 / 1000.0),
        ("memoryBytes", worker.memory as f64),
        ("peakMemoryBytes", worker.peak_memory as f64),
        ("readyMs", worker.ready_us as f64 / 1000.0),
        ("busyShare", worker.busy_share()),
    ];
    set_numbers(&plain, &numbers)?;
    Ok(plain)
}
