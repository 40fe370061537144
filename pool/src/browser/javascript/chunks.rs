//! Chunked work as an async iterable.

use std::{cell::RefCell, collections::VecDeque, future::poll_fn, pin::Pin, rc::Rc, task::Poll};

use futures::Stream;
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::spawn_local;

use super::{
    super::{Buffer, WebPort},
    object::object,
    options::{BytesPromise, ChunkPromise},
    promise::Pending,
    signal::OnAbort,
};
use crate::{Chunks, Failed, JobError, Piece, Progress, chunks::Room};

/// The results of chunked work: `for await (const chunk of chunks)`.
#[wasm_bindgen(js_name = Chunks)]
#[derive(Debug, Clone)]
pub struct JsChunks {
    work: Rc<RefCell<State>>,
    /// What was asked and not answered; the first is being answered. Who asks sees the results after
    /// those of whoever asked before.
    asked: Rc<RefCell<VecDeque<(Question, Pending)>>>,
}

#[derive(Debug, Clone, Copy)]
enum Question {
    /// For the next result.
    Next,
    /// For all that are left.
    All(Room),
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
        Self { work: Rc::new(RefCell::new(State::Open(work))), asked: Rc::default() }
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
        self.ask(Question::Next).unchecked_into()
    }

    /// Ends the work: what waits is dropped, what runs finishes unheard. Leaving a `for await`
    /// loop does this.
    #[wasm_bindgen(js_name = return)]
    pub fn end(&self) -> ChunkPromise {
        drop(self.take());
        let (promise, pending) = Pending::promise();
        pending.settle(iteration(true, &JsValue::UNDEFINED));
        promise.unchecked_into()
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
        self.ask(Question::All(Room::New)).unchecked_into()
    }

    /// All results in the place of the source, whose buffer it is: nothing of that size has to be
    /// found. Each must be as long as its part of the source. If the work fails, some parts of the
    /// source may be replaced.
    #[wasm_bindgen(js_name = gatherInPlace)]
    pub fn gather_in_place(&self) -> BytesPromise {
        self.ask(Question::All(Room::Source)).unchecked_into()
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

impl JsChunks {
    fn ask(&self, question: Question) -> Promise {
        let (promise, pending) = Pending::promise();
        let mut asked = self.asked.borrow_mut();
        asked.push_back((question, pending));
        if asked.len() == 1 {
            spawn_local(self.clone().answer_all());
        }
        promise
    }

    async fn answer_all(self) {
        loop {
            let question = self.asked.borrow().front().map(|(question, _)| *question);
            let answer = match question {
                Some(Question::Next) => self.next().await,
                Some(Question::All(room)) => self.all(room).await,
                None => return,
            };
            let answered = self.asked.borrow_mut().pop_front();
            if let Some((_, pending)) = answered {
                pending.settle(answer);
            }
        }
    }

    async fn next(&self) -> Result<JsValue, JsValue> {
        let next = poll_fn(|cx| match &mut *self.work.borrow_mut() {
            State::Open(work) => Pin::new(&mut work.chunks).poll_next(cx),
            State::Closed(_) => Poll::Ready(None),
        });
        match next.await {
            Some(Ok(piece)) => iteration(false, &chunk(&piece)?),
            Some(Err(failed)) => Err(failed.into()),
            None => iteration(true, &JsValue::UNDEFINED),
        }
    }

    async fn all(&self, room: Room) -> Result<JsValue, JsValue> {
        let ended = Failed::<Buffer> { error: JobError::Cancelled, payload: None };
        let Work { chunks, _signal: signal } = self.take().ok_or(ended)?;
        let gathered = chunks.gather_in(room).await;
        drop(signal);
        Ok(gathered?.as_view().into())
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
