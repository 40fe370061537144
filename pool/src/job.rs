//! The handle of one job.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task,
    task::Poll,
};

use unjank_protocol::JobId;

use crate::{
    Failed, JobError,
    engine::{Accepted, Engine, Mail, Piece},
    port::Port,
};

/// A submitted job: a future of its result.
///
/// Dropped before it has settled, it cancels the job: one that waits leaves the queue, one that
/// runs finishes unheard. [`JobHandle::abort`] stops a running one too.
#[derive(Debug)]
#[must_use = "dropping the handle cancels the job: await it"]
pub struct JobHandle<P: Port> {
    engine: Rc<Engine<P>>,
    accepted: Accepted<P>,
    /// The result, between its arrival and the end of the job.
    result: Option<Piece<P::Buffer>>,
}

/// What came of a job.
type Outcome<B> = Result<Piece<B>, Failed<B>>;

impl<P: Port> JobHandle<P> {
    pub(crate) fn new(engine: Rc<Engine<P>>, accepted: Accepted<P>) -> Self {
        Self { engine, accepted, result: None }
    }

    /// Which job this is.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.accepted.id
    }

    /// Stops the job wherever it is; if it runs, its worker is terminated and replaced. The future
    /// resolves to [`JobError::Cancelled`], unless the job had settled before.
    pub fn abort(&self) {
        self.engine.abort(self.accepted.id);
    }

    /// [`JobHandle::abort`] for somebody else to call. It does not keep the pool alive.
    pub fn aborter(&self) -> impl Fn() + use<P> {
        self.engine.aborter(self.accepted.id)
    }

    /// The result, with the worker that computed it and how long that took.
    ///
    /// # Errors
    /// As the future of the result alone.
    pub async fn piece(mut self) -> Result<Piece<P::Buffer>, Failed<P::Buffer>> {
        poll_fn(|cx| self.poll_piece(cx)).await
    }

    fn poll_piece(&mut self, cx: &mut task::Context<'_>) -> Poll<Outcome<P::Buffer>> {
        let outcome = self.take_outcome();
        if outcome.is_none() {
            self.accepted.mailbox.listen(cx.waker().clone());
        }
        outcome.map_or(Poll::Pending, Poll::Ready)
    }

    /// What came of the job, if it has settled.
    fn take_outcome(&mut self) -> Option<Outcome<P::Buffer>> {
        loop {
            match self.accepted.mailbox.take()? {
                Mail::Piece(piece) => self.result = Some(piece),
                Mail::End(Err(failed)) => return Some(Err(failed)),
                Mail::End(Ok(())) => {
                    // Asked again after it resolved, it has nothing left to give.
                    let lost = Failed { error: JobError::Cancelled, payload: None };
                    return Some(self.result.take().ok_or(lost));
                }
            }
        }
    }
}

impl<P: Port> Future for JobHandle<P> {
    type Output = Result<P::Buffer, Failed<P::Buffer>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        self.poll_piece(cx).map_ok(|piece| piece.bytes)
    }
}

impl<P: Port> Unpin for JobHandle<P> {}

impl<P: Port> Drop for JobHandle<P> {
    fn drop(&mut self) {
        if !self.accepted.mailbox.is_closed() {
            self.engine.cancel(self.accepted.id);
        }
    }
}
