//! A pool's numbers as a plain object: what `PoolStats` in `types.d.ts` describes.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::{Stats, WorkerStats, scheduler::WorkerView};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Pool {
    workers: Vec<Worker>,
    queued: f64,
    in_flight: f64,
    submitted: f64,
    completed: f64,
    failed: f64,
    cancelled: f64,
    timed_out: f64,
    lost: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Worker {
    slot: u16,
    state: &'static str,
    generation: u32,
    tasks: f64,
    busy_ms: f64,
    copy_ms: f64,
    memory_bytes: f64,
    peak_memory_bytes: f64,
    ready_ms: f64,
    busy_share: f64,
}

pub(super) fn plain(stats: &Stats) -> Result<JsValue, JsValue> {
    let jobs = stats.jobs;
    let pool = Pool {
        workers: (0..).zip(&stats.workers).map(|(slot, worker)| of_worker(slot, worker)).collect(),
        queued: stats.queued as f64,
        in_flight: stats.in_flight as f64,
        submitted: jobs.submitted as f64,
        completed: jobs.completed as f64,
        failed: jobs.failed as f64,
        cancelled: jobs.cancelled as f64,
        timed_out: jobs.timed_out as f64,
        lost: jobs.lost as f64,
    };
    Ok(serde_wasm_bindgen::to_value(&pool)?)
}

fn of_worker(slot: u16, worker: &WorkerStats) -> Worker {
    let state = match worker.view {
        WorkerView::Vacant => "vacant",
        WorkerView::Starting => "starting",
        WorkerView::Ready { in_flight: 0 } => "idle",
        WorkerView::Ready { .. } => "busy",
    };
    Worker {
        slot,
        state,
        generation: worker.generation,
        tasks: worker.tasks as f64,
        busy_ms: worker.compute_us as f64 / 1000.0,
        copy_ms: worker.copy_us as f64 / 1000.0,
        memory_bytes: worker.memory as f64,
        peak_memory_bytes: worker.peak_memory as f64,
        ready_ms: worker.ready_us as f64 / 1000.0,
        busy_share: worker.busy_share(),
    }
}
