//! Many jobs, given and answered together.

use std::{cell::RefCell, collections::VecDeque, future::poll_fn, pin::Pin, rc::Rc};

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::AbortSignal;

use super::{
    super::{Buffer, Pool, WebPort},
    options::{Options, Terms},
    signal::OnAbort,
};
use crate::{Failed, JobError, JobHandle, Rejection};

/// Jobs whose results were not taken, in the order of their payloads.
type Jobs = Rc<RefCell<VecDeque<JobHandle<WebPort>>>>;

/// Runs a kernel on each of some payloads. As many jobs wait as the queue takes; the others follow
/// as it empties. Dropped, it cancels those that have not settled.
#[derive(Debug)]
pub(super) struct Many {
    pool: Pool,
    kernel: String,
    params: Rc<[u8]>,
    terms: Terms,
    payloads: Array,
    /// The first payload that was not submitted.
    next: u32,
    jobs: Jobs,
    results: Array,
    _on_abort: Option<OnAbort>,
}

impl Many {
    /// Submits what fits the queue.
    ///
    /// # Errors
    /// When an option is wrong, or a job is refused for another reason than a full queue.
    pub(super) fn begin(
        pool: &Pool,
        kernel: String,
        params: Result<Rc<[u8]>, Rejection>,
        payloads: Array,
        options: Options<'_>,
    ) -> Result<Self, JsValue> {
        let (terms, params) = (Terms::of(options)?, params?);
        let jobs = Jobs::default();
        let _on_abort = terms.signal().cloned().map(|signal| {
            let jobs = Rc::clone(&jobs);
            OnAbort::new(signal, move || jobs.borrow().iter().for_each(JobHandle::abort))
        });
        let (pool, results) = (pool.clone(), Array::new());
        let mut many =
            Self { pool, kernel, params, terms, payloads, next: 0, jobs, results, _on_abort };
        many.submit_what_fits()?;
        Ok(many)
    }

    /// The results, in the order of the payloads.
    ///
    /// # Errors
    /// The first error in that order.
    pub(super) async fn finish(mut self) -> Result<JsValue, JsValue> {
        loop {
            while let Some(result) = self.front().await {
                self.results.push(result?.as_view());
            }
            if self.next == self.payloads.length() {
                return Ok(self.results.into());
            }
            self.pool.ready().await?;
            self.submit_what_fits()?;
        }
    }

    /// The result of the first of the jobs, which is taken out; none when there is no job.
    async fn front(&mut self) -> Option<Result<Buffer, Failed<Buffer>>> {
        let jobs = &self.jobs;
        let result = poll_fn(|cx| match jobs.borrow_mut().front_mut() {
            Some(job) => Pin::new(job).poll(cx).map(Some),
            None => std::task::Poll::Ready(None),
        });
        let result = result.await;
        jobs.borrow_mut().pop_front();
        result
    }

    fn submit_what_fits(&mut self) -> Result<(), JsValue> {
        if self.terms.signal().is_some_and(AbortSignal::aborted) {
            return Err(Failed { error: JobError::Cancelled, payload: None }.into());
        }
        while self.next < self.payloads.length() {
            let payload = Buffer::view_of(&self.payloads.get(self.next))?;
            let params = Ok(Rc::clone(&self.params));
            let job = self.terms.apply(self.pool.named_job(&self.kernel, params, payload));
            match job.submit() {
                Ok(job) => self.jobs.borrow_mut().push_back(job),
                Err(refused) if refused.reason == Rejection::QueueFull => return Ok(()),
                Err(refused) => return Err(refused.into()),
            }
            self.next += 1;
        }
        Ok(())
    }
}
