//! Callers in Rust, each a story that the tests run in the page: the typed face of the pool, from
//! parameters of their own types to errors as enums.

use futures::{StreamExt, TryStreamExt, future::join_all};
use js_sys::Promise;
use unjank_faults::kernels::{Echo, Nothing, Panic, Spin, Sum, Where};
use unjank_pool::{
    Close, JobError, Lane, Rejection, Sequence, SpawnError,
    browser::{Buffer, Pool},
};
use unjank_protocol::{Context, Kernel, KernelError, Output, run_in_chunks};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::story::{Story, check};

async fn two_workers() -> Result<Pool, JsValue> {
    Ok(Pool::builder().workers(2).build().await?)
}

/// 3 MiB of bytes that differ.
fn source() -> Vec<u8> {
    (0_u32..3 << 20).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// A typed job gives its result, and the pool closes when it has drained.
#[wasm_bindgen]
pub async fn rust_runs_a_typed_job() -> Story {
    let pool = two_workers().await?;
    let bytes = source();
    let job = pool.job::<Echo>(&Nothing {}, Buffer::copy_of(&bytes)).lane(Lane::Interactive);
    let echoed = job.submit()?.await?;
    check(echoed.to_vec() == bytes, "the echo is the source")?;
    pool.close(Close::Drain).await;
    let refused = pool.job::<Echo>(&Nothing {}, echoed).submit().err();
    let refused = refused.ok_or("a closed pool refuses")?;
    check(refused.reason == Rejection::Closed, "the reason is that it is closed")?;
    check(refused.into_payload().to_vec() == bytes, "the payload comes back")
}

/// Chunked work streams in both orders, and gathers.
#[wasm_bindgen]
pub async fn rust_maps_chunks() -> Story {
    let pool = two_workers().await?;
    let bytes = source();
    let chunks = |sequence| {
        let work = pool.map_chunks::<Echo>(&Nothing {}, Buffer::copy_of(&bytes), 4096);
        work.chunk_units(16).halo(3).sequence(sequence).submit()
    };
    let mut ordered: Vec<u8> = Vec::new();
    let mut stream = chunks(Sequence::Source)?;
    while let Some(piece) = stream.next().await {
        ordered.extend(piece?.bytes.to_vec());
    }
    check(stream.progress().done == stream.progress().total, "all chunks are done")?;
    check(ordered == bytes, "results in source order make the source")?;
    let pieces: Vec<_> = chunks(Sequence::Finish)?.try_collect().await?;
    check(pieces.len() == 48, "there is one result for each chunk")?;
    let gathered = chunks(Sequence::Finish)?.gather().await?;
    check(gathered.to_vec() == bytes, "gathered results make the source")?;
    let sums = pool.map_chunks::<Sum>(&Nothing {}, Buffer::copy_of(&bytes), 4096).chunk_units(1);
    let sums: Vec<_> = sums.sequence(Sequence::Source).submit()?.try_collect().await?;
    let sums = sums.into_iter().flat_map(|piece| piece.bytes.to_vec()).collect();
    let expected = run_in_chunks::<Sum>(&Nothing {}, &bytes, 4096, Some(1));
    check(Ok(sums) == expected, "small results equal those computed here")
}

/// A panic is an error value, and its neighbours do not notice.
#[wasm_bindgen]
pub async fn rust_meets_a_panic() -> Story {
    let pool = two_workers().await?;
    let payload = || Buffer::copy_of(&[1, 2, 3]);
    let mut jobs = Vec::new();
    for index in 0..40 {
        let at = Where::at(if index == 20 { 0 } else { 1 });
        jobs.push(pool.job::<Panic>(&at, payload()).submit()?);
    }
    let results = join_all(jobs).await;
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(echo) => check(index != 20 && echo.to_vec() == [1, 2, 3], "the others echo")?,
            Err(failed) => {
                check(index == 20, "only the one panics")?;
                let JobError::Panicked { message, location } = failed.error else {
                    return Err(JsValue::from("the error is a panic"));
                };
                check(message.contains("lost its head"), "it has its message")?;
                let location = location.unwrap_or_default();
                check(location.contains("kernels.rs"), "it has its place")?;
            }
        }
    }
    Ok(())
}

/// A job ends by its handle: dropped, it leaves the queue or finishes unheard; aborted, it is stopped.
#[wasm_bindgen]
pub async fn rust_ends_jobs_by_their_handles() -> Story {
    let pool = Pool::builder().workers(1).build().await?;
    let bytes = source();
    let payload = || Buffer::copy_of(&bytes);
    let runs = pool.job::<Spin>(&Nothing {}, payload()).submit()?;
    let waits = pool.job::<Echo>(&Nothing {}, payload()).submit()?;
    drop(waits);
    unwound().await?;
    check(pool.stats().queued == 0, "a dropped job leaves the queue")?;
    runs.abort();
    let failed = runs.await.err().ok_or("an aborted job has no result")?;
    check(failed.error == JobError::Cancelled, "it was cancelled")?;
    let unheard = pool.job::<Sum>(&Nothing {}, payload()).submit()?;
    drop(unheard);
    let echoed = pool.job::<Echo>(&Nothing {}, payload()).submit()?.await?;
    check(echoed.to_vec() == bytes, "the pool goes on")?;
    let (stats, generation) = (pool.stats(), pool.stats().workers[0].generation);
    check(stats.jobs.cancelled == 3 && stats.jobs.completed == 1, "each settled once")?;
    check(generation == 1, "only the abort cost a worker")
}

/// What was submitted is sent once the stack has unwound.
async fn unwound() -> Result<(), JsValue> {
    JsFuture::from(Promise::resolve(&JsValue::NULL)).await.map(drop)
}

/// A kernel that no worker has is refused at submit, and backpressure can be awaited.
#[wasm_bindgen]
pub async fn rust_meets_refusals() -> Story {
    /// Not registered.
    struct Absent;
    impl Kernel for Absent {
        const NAME: &'static str = "absent";
        type Params = ();
        fn run(_: &(), _: &mut [u8], _: &mut Output, _: &Context) -> Result<(), KernelError> {
            Ok(())
        }
    }
    let pool = Pool::builder().workers(1).queue(2).build().await?;
    let refused = pool.job::<Absent>(&(), Buffer::copy_of(&[7])).submit().err();
    let refused = refused.ok_or("an unknown kernel is refused")?;
    check(matches!(refused.reason, Rejection::UnknownKernel { .. }), "it is named")?;
    let large = || Buffer::copy_of(&source());
    let mut jobs = Vec::new();
    let full = loop {
        match pool.job::<Echo>(&Nothing {}, large()).submit() {
            Ok(job) => jobs.push(job),
            Err(refused) => break refused,
        }
    };
    check(full.is_full() && jobs.len() == 3, "one runs, two wait, the next is refused")?;
    pool.ready().await?;
    jobs.push(pool.job::<Echo>(&Nothing {}, full.into_payload()).submit()?);
    check(join_all(jobs).await.iter().all(Result::is_ok), "all that were accepted complete")
}

/// A worker script that is not there fails the pool with its address.
#[wasm_bindgen]
pub async fn rust_meets_a_missing_script() -> Story {
    let built = Pool::builder().worker_url("./nowhere.js").build().await;
    match built.err() {
        Some(SpawnError::ScriptUnavailable { url, .. }) => {
            check(url.contains("nowhere.js"), "the error names the script")
        }
        other => Err(JsValue::from(format!("expected a missing script, got {other:?}"))),
    }
}
