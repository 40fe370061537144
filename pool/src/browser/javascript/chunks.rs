//! Chunked work as an async iterable.

use std::{cell::RefCell, future::poll_fn, pin::Pin, rc::Rc, task::Poll};

use futures::{Stream, lock::Mutex};
use wasm_bindgen::{JsValue, prelude::*};

use super::{
    super::{Buffer, WebPort},
    object::object,
    options::{BytesPromise, ChunkPromise},
    promise::promise,
    signal::OnAbort,
};
use crate::{Chunks, Failed, JobError, Piece, Progress};

/// The results of chunked work: `for await (const chunk of chunks)`.
#[wasm_bindgen(js_name = Chunks)]
#[derive(Debug, Clone)]
pub struct JsChunks {
    work: Rc<RefCell<State>>,
    /// Who asks takes turns: each request sees the results after those of the one before.
    turns: Rc<Mutex<()>>,
}

#[derive(Debug)]
enum State {
    Open(Work),
    /// Ended or gathered, when it had come this far.
    Closed(Progress),
}

#[derive(Debug)]
struct Work {
    chunks: Chunks<WebPort>,
    /// Dropped with it, it stops listening.
    _signal: Option<OnAbort>,
}

impl JsChunks {
    pub(super) fn new(chunks: Chunks<WebPort>, signal: Option<OnAbort>) -> Self {
        let work = Work { chunks, _signal: signal };
        let work = Rc::new(RefCell::new(State::Open(work)));
        Self { work, turns: Rc::default() }
    }

    fn progress(&self) -> Progress {
        match &*self.work.borrow() {
            State::Open(work) => work.chunks.progress(),
            State::Closed(progress) => *progress,
        }
    }

    /// Closes it. What was open is dropped or used by the caller, with nothing borrowed.
    fn take(&self) -> Option<Work> {
        let progress = self.progress();
        match self.work.replace(State::Closed(progress)) {
            State::Open(work) => Some(work),
            State::Closed(_) => None,
        }
    }
}

#[wasm_bindgen(js_class = Chunks)]
impl JsChunks {
    /// The next result.
    #[wasm_bindgen(js_name = next)]
    pub fn next_chunk(&self) -> ChunkPromise {
        let Self { work, turns } = self.clone();
        promise(async move {
            let _turn = turns.lock().await;
            let next = poll_fn(|cx| match &mut *work.borrow_mut() {
                State::Open(work) => Pin::new(&mut work.chunks).poll_next(cx),
                State::Closed(_) => Poll::Ready(None),
            });
            match next.await {
                Some(Ok(piece)) => iteration(false, &chunk(&piece)?),
                Some(Err(failed)) => Err(failed.into()),
                None => iteration(true, &JsValue::UNDEFINED),
            }
        })
    }

    /// Ends the work: what waits is dropped, what runs finishes unheard. Leaving a `for await`
    /// loop does this.
    #[wasm_bindgen(js_name = return)]
    pub fn end(&self) -> ChunkPromise {
        drop(self.take());
        promise(async { iteration(true, &JsValue::UNDEFINED) })
    }

    /// Itself.
    #[wasm_bindgen(js_name = "[Symbol.asyncIterator]")]
    pub fn iterate(&self) -> Self {
        self.clone()
    }

    /// Stops the work wherever it is; `next()` rejects with the code `cancelled`.
    pub fn abort(&self) {
        // The abort wakes tasks, which may look here: nothing may be borrowed then.
        let abort = match &*self.work.borrow() {
            State::Open(work) => work.chunks.aborter(),
            State::Closed(_) => return,
        };
        abort();
    }

    /// All results in one buffer, in the order of the source.
    pub fn gather(&self) -> BytesPromise {
        let this = self.clone();
        promise(async move {
            let _turn = this.turns.lock().await;
            let work = this.take();
            let ended = Failed::<Buffer> { error: JobError::Cancelled, payload: None };
            let Work { chunks, _signal: signal } = work.ok_or(ended)?;
            let gathered = chunks.gather().await;
            drop(signal);
            Ok(gathered?.as_view().into())
        })
    }

    /// Chunks whose result has arrived.
    #[wasm_bindgen(getter)]
    pub fn done(&self) -> u32 {
        self.progress().done
    }

    /// All chunks.
    #[wasm_bindgen(getter)]
    pub fn total(&self) -> u32 {
        self.progress().total
    }
}

fn iteration(done: bool, value: &JsValue) -> Result<JsValue, JsValue> {
    object(&[("done", done.into()), ("value", value.clone())])
}

pub(super) fn chunk(piece: &Piece<Buffer>) -> Result<JsValue, JsValue> {
    object(&[
        ("index", piece.index.into()),
        ("start", piece.window.start.into()),
        ("units", piece.window.core.into()),
        ("bytes", piece.bytes.as_view().into()),
        ("slot", piece.worker.slot.into()),
        ("computeMs", (f64::from(piece.times.compute) / 1000.0).into()),
    ])
}
