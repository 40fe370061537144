//! The exports.
#![allow(unsafe_code, reason = "exports have names that others may have, and one state among them")]

use core::cell::UnsafeCell;

use unjank_core::{
    driver::Occasion,
    scheduler::{Close, Loss, Tenure, Timestamp},
    seam::Pools,
};
use unjank_protocol::{JobId, Onward, TaskId, WorkerId};

struct Single(UnsafeCell<Pools>);

// SAFETY: a module whose memory is not shared has one thread.
unsafe impl Sync for Single {}

static POOLS: Single = Single(UnsafeCell::new(Pools::new()));

/// Does something with the pools.
fn with<T>(act: impl FnOnce(&mut Pools) -> T) -> T {
    // SAFETY: this is the only way to the pools, and no call of it is within another: exports alone call it,
    // once each, and none is called while another runs, because the module imports nothing.
    act(unsafe { &mut *POOLS.0.get() })
}

/// Milliseconds, as JavaScript's clocks say them.
fn at(now: f64) -> Timestamp {
    Timestamp::from_micros((now * 1000.0) as u64)
}

fn worker(slot: u32, generation: u32) -> WorkerId {
    // No pool has as many slots as the last number says.
    WorkerId { slot: u16::try_from(slot).unwrap_or(u16::MAX), generation }
}

fn job(number: f64) -> JobId {
    // No pool gets as far as the last job.
    JobId::new(number as u64).unwrap_or(JobId::LAST)
}

// SAFETY of the names below: nothing else is in the module that has one of them.

#[unsafe(no_mangle)]
extern "C" fn inbox(words: u32) -> *mut u32 {
    with(|pools| pools.inbox(words as usize).as_mut_ptr())
}

#[unsafe(no_mangle)]
extern "C" fn open(now: f64) -> u32 {
    with(|pools| pools.open(at(now)))
}

#[unsafe(no_mangle)]
extern "C" fn forget(pool: u32) {
    with(|pools| pools.forget(pool));
}

#[unsafe(no_mangle)]
extern "C" fn describe(pool: u32) {
    with(|pools| pools.describe(pool));
}

#[unsafe(no_mangle)]
extern "C" fn ready(pool: u32, now: f64, slot: u32, generation: u32) {
    with(|pools| pools.ready(pool, at(now), worker(slot, generation)));
}

#[unsafe(no_mangle)]
extern "C" fn lost(pool: u32, now: f64, slot: u32, generation: u32, is_final: u32) {
    let loss = if is_final == 0 { Loss::Mendable } else { Loss::Final };
    with(|pools| pools.lost(pool, at(now), worker(slot, generation), loss));
}

#[unsafe(no_mangle)]
extern "C" fn replied(
    pool: u32,
    now: f64,
    slot: u32,
    generation: u32,
    answers: u32,
    retires: u32,
    memory: f64,
) {
    let onward = if retires == 0 { Onward::Goes } else { Onward::Retires };
    let worker = worker(slot, generation);
    with(|pools| pools.replied(pool, at(now), worker, answers, onward, memory as u64));
}

#[unsafe(no_mangle)]
extern "C" fn refused(pool: u32, now: f64, slot: u32, generation: u32, number: f64, index: u32) {
    let task = TaskId { job: job(number), index };
    with(|pools| pools.refused(pool, at(now), worker(slot, generation), task));
}

#[unsafe(no_mangle)]
extern "C" fn timeout(pool: u32, now: f64) {
    with(|pools| pools.timeout(pool, at(now)));
}

#[unsafe(no_mangle)]
extern "C" fn submit(pool: u32, now: f64, jobs: u32) -> u32 {
    with(|pools| pools.submit(pool, at(now), jobs))
}

#[unsafe(no_mangle)]
extern "C" fn take(pool: u32, now: f64, number: f64, results: u32) {
    with(|pools| pools.take(pool, at(now), job(number), results));
}

#[unsafe(no_mangle)]
extern "C" fn cancel(pool: u32, now: f64, number: f64) {
    with(|pools| pools.cancel(pool, at(now), job(number)));
}

#[unsafe(no_mangle)]
extern "C" fn abort(pool: u32, now: f64, jobs: u32) {
    with(|pools| pools.abort(pool, at(now), jobs));
}

#[unsafe(no_mangle)]
extern "C" fn pause(pool: u32) {
    with(|pools| pools.pause(pool));
}

#[unsafe(no_mangle)]
extern "C" fn resume(pool: u32, now: f64) {
    with(|pools| pools.resume(pool, at(now)));
}

#[unsafe(no_mangle)]
extern "C" fn resize(pool: u32, now: f64, workers: u32) {
    with(|pools| pools.resize(pool, at(now), workers as u16));
}

#[unsafe(no_mangle)]
extern "C" fn keep(pool: u32, now: f64, slot: u32, generation: u32, keeps: u32) {
    let tenure = if keeps == 0 { Tenure::Idle } else { Tenure::Kept };
    with(|pools| pools.keep(pool, at(now), worker(slot, generation), tenure));
}

#[unsafe(no_mangle)]
extern "C" fn close(pool: u32, now: f64, aborts: u32) {
    let close = if aborts == 0 { Close::Drain } else { Close::Abort };
    with(|pools| pools.close(pool, at(now), close));
}

#[unsafe(no_mangle)]
extern "C" fn reopen(pool: u32, now: f64) {
    with(|pools| pools.reopen(pool, at(now)));
}

#[unsafe(no_mangle)]
extern "C" fn turn(pool: u32, now: f64, own: u32) -> *const u32 {
    let occasion = if own == 0 { Occasion::Shared } else { Occasion::Own };
    with(|pools| pools.turn(pool, at(now), occasion).as_ptr())
}

#[unsafe(no_mangle)]
extern "C" fn stats(pool: u32, now: f64) -> *const f64 {
    with(|pools| pools.stats(pool, at(now)).as_ptr())
}
