//! Stories between gloo and unjank: kernels that a gloo worker hosts, and oneshots on the pool.

use std::{future::poll_fn, task::Poll};

use futures::future::join_all;
use gloo_worker::{Registrable, Spawnable, oneshot::oneshot};
use js_sys::Promise;
use unjank_faults::kernels::{Echo, Fail, Failure, Nothing, Panic, Where};
use unjank_gloo::{
    OneshotFault,
    browser::{CallError, Host, Hosted, NamedOneshot, OneshotError, OneshotPool, Postcard},
};
use unjank_pool::{JobError, Rejection, browser::Pool};
use unjank_protocol::{KernelError, Window};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::story::{Story, check};

/// Joins words, and asks to be polled again for each.
#[oneshot]
pub async fn Concat(words: Vec<String>) -> String {
    let mut joined = String::new();
    for word in words {
        once_more().await;
        joined += &word;
    }
    joined
}

/// Is ready when it is polled for the second time.
fn once_more() -> impl Future<Output = ()> {
    let mut is_second = false;
    poll_fn(move |cx| {
        if std::mem::replace(&mut is_second, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
}

impl NamedOneshot for Concat {
    const NAME: &'static str = "concat";
}

/// Panics.
#[oneshot]
pub fn Falls(_nothing: ()) {
    panic!("a oneshot lost its head");
}

impl NamedOneshot for Falls {
    const NAME: &'static str = "falls";
}

/// Waits for a promise that somebody else would have to keep.
#[oneshot]
pub async fn Waits(_nothing: ()) {
    let kept = Promise::new(&mut |keep, _| {
        keep.call0(&JsValue::UNDEFINED).unwrap_throw();
    });
    JsFuture::from(kept).await.unwrap_throw();
}

impl NamedOneshot for Waits {
    const NAME: &'static str = "waits";
}

/// Not registered.
#[oneshot]
fn Absent(_nothing: ()) {}

impl NamedOneshot for Absent {
    const NAME: &'static str = "absent";
}

/// What the worker script `workers/gloo.js` calls, with what stands behind its `#`.
#[wasm_bindgen(js_name = hostByGloo)]
pub fn host_by_gloo(name: &str) {
    match name {
        "echo" => Host::<Echo>::register(),
        "fail" => Host::<Fail>::register(),
        "panic" => Host::<Panic>::register(),
        "concat" => Concat::registrar().encoding::<Postcard>().register(),
        _ => panic!("nothing is called {name}"),
    }
}

fn script(name: &str) -> String {
    format!("/glue/workers/gloo.js#{name}")
}

fn bytes(length: u32) -> Vec<u8> {
    (0..length).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn whole(length: u32) -> Window {
    Window::whole(1, length)
}

/// A gloo worker runs a kernel: many calls at once, large and small, each with its own answer.
#[wasm_bindgen]
pub async fn gloo_hosts_a_kernel() -> Story {
    let echo = Hosted::<Echo>::spawn(&script("echo"));
    let lengths = [64, 0, 300_000, 1, 4096];
    let calls = lengths.map(|length| echo.run(Nothing {}, bytes(length), whole(length)));
    for (length, echoed) in lengths.into_iter().zip(join_all(calls).await) {
        check(echoed == Ok(bytes(length)), "each echo is what was sent")?;
    }
    let middle = Window { stride: 2, total: 9, start: 3, before: 1, core: 1, after: 1 };
    let core = echo.run(Nothing {}, vec![1, 2, 3, 4, 5, 6], middle).await;
    check(core == Ok(vec![3, 4]), "a part is answered for by its core")
}

/// A caller that has gone takes no other caller's answer.
#[wasm_bindgen]
pub async fn gloo_answers_who_asked() -> Story {
    let echo = Hosted::<Echo>::spawn(&script("echo"));
    drop(echo.run(Nothing {}, vec![1], whole(1)));
    let second = echo.run(Nothing {}, vec![2], whole(1)).await;
    check(second == Ok(vec![2]), "the answer is that of the second call")
}

/// A hosted kernel's own error comes with its number, and the worker goes on.
#[wasm_bindgen]
pub async fn gloo_tells_a_kernels_error() -> Story {
    let fail = Hosted::<Fail>::spawn(&script("fail"));
    for code in [42, 43] {
        let failed = fail.run(Failure { code }, Vec::new(), whole(0)).await;
        let expected = KernelError::failed(code, "as it was told to");
        check(failed == Err(CallError::Kernel(expected)), "the error is the kernel's")?;
    }
    Ok(())
}

/// A hosted kernel's panic is told, and whoever waits behind it learns that the worker is lost.
#[wasm_bindgen]
pub async fn gloo_tells_a_panic() -> Story {
    let panic = Hosted::<Panic>::spawn(&script("panic"));
    let call = |start| panic.run(Where::at(start), vec![1, 2, 3], whole(3));
    let (before, panics, behind) = (call(1), call(0), call(1));
    check(before.await == Ok(vec![1, 2, 3]), "the call before it is answered")?;
    let Err(CallError::Panicked { message, location }) = panics.await else {
        return Err(JsValue::from("the panic is told"));
    };
    check(message.contains("lost its head"), "it has its message")?;
    check(location.is_some_and(|place| place.contains("kernels.rs")), "it has its place")?;
    check(behind.await == Err(CallError::Lost), "the call behind it is lost")?;
    check(call(1).await == Err(CallError::Lost), "so is any later one")
}

/// A oneshot under gloo, with our codec in place of bincode.
#[wasm_bindgen]
pub async fn gloo_speaks_postcard() -> Story {
    let mut concat =
        Concat::spawner().encoding::<Postcard>().with_loader(true).spawn(&script("concat"));
    let said = concat.run(vec!["grö".to_owned(), "ßer".to_owned()]).await;
    check(said == "größer", "it is what gloo's own codec would say")
}

/// The same oneshot on the pool: many at once.
#[wasm_bindgen]
pub async fn gloo_oneshots_run_on_the_pool() -> Story {
    let pool = Pool::builder().workers(2).build().await?;
    let words = |count: usize| vec!["word ".to_owned(); count];
    let mut jobs = Vec::new();
    for count in [0, 1, 7, 20_000] {
        jobs.push((count, pool.oneshot::<Concat>(&words(count)).submit().map_err(told)?));
    }
    for (count, job) in jobs {
        check(job.await == Ok(words(count).concat()), "each has its own answer")?;
    }
    Ok(())
}

/// A oneshot that waits for something outside is an error and no hang, and costs no worker.
#[wasm_bindgen]
pub async fn gloo_oneshots_that_wait_are_errors() -> Story {
    let pool = Pool::builder().workers(1).build().await?;
    let waited = pool.oneshot::<Waits>(&()).submit().map_err(told)?.await;
    let Err(OneshotError::Failed(JobError::Kernel { code, message })) = waited else {
        return Err(JsValue::from("it cannot be finished"));
    };
    check(code == OneshotFault::Unfinished.code(), "the number says so")?;
    check(message.contains("waits for something outside"), "so do the words")?;
    let alive = pool.oneshot::<Concat>(&vec!["on".to_owned()]).submit().map_err(told)?.await;
    check(alive.as_deref() == Ok("on"), "the pool goes on")?;
    check(pool.stats().workers[0].generation == 0, "with the same worker")
}

/// A oneshot that panics fails by name, one that no worker has is refused, and the pool goes on.
#[wasm_bindgen]
pub async fn gloo_oneshots_that_panic_are_errors() -> Story {
    let pool = Pool::builder().workers(1).build().await?;
    let fell = pool.oneshot::<Falls>(&()).submit().map_err(told)?.await;
    let Err(OneshotError::Failed(JobError::Panicked { message, .. })) = fell else {
        return Err(JsValue::from("it panicked"));
    };
    check(message.contains("a oneshot lost its head"), "it has its message")?;
    let refused = pool.oneshot::<Absent>(&()).submit().err();
    let Some(OneshotError::Rejected(Rejection::UnknownKernel { name })) = refused else {
        return Err(JsValue::from("an unknown oneshot is refused"));
    };
    check(name == "absent", "by its name")?;
    let alive = pool.oneshot::<Concat>(&vec!["on".to_owned()]).submit().map_err(told)?.await;
    check(alive.as_deref() == Ok("on"), "the pool goes on")
}

fn told(error: OneshotError) -> JsValue {
    JsValue::from(error.to_string())
}
