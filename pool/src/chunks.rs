//! The handle of chunked work.

use std::{collections::VecDeque, pin::Pin, rc::Rc, task, task::Poll};

use futures::{Stream, StreamExt, stream::FusedStream};
use unjank_protocol::JobId;

use crate::{
    Failed, JobError, Sequence,
    engine::{Accepted, Engine, Mail, Piece},
    gathering::Gathering,
    port::Port,
};

/// Submitted chunked work: a stream of its results.
///
/// Ends after the last result, or after the first error. Dropped before, it cancels what is left;
/// [`Chunks::abort`] stops what runs too.
#[derive(Debug)]
#[must_use = "dropping the stream cancels the work: take its results"]
pub struct Chunks<P: Port> {
    engine: Rc<Engine<P>>,
    accepted: Accepted<P>,
    sequence: Sequence,
    /// What is worked on, unless that is a range; gone with the last result.
    source: Option<P::Buffer>,
    /// In the order of the source, from the one that goes next: results that came before their
    /// turn. At most one for each chunk.
    early: VecDeque<Option<Piece<P::Buffer>>>,
    /// Which result goes next, in the order of the source.
    next: u32,
    flow: Flow,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    Ended,
}

/// Where results are gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// In a buffer of their own.
    New,
    /// In the source.
    Source,
}

/// How far chunked work has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Chunks whose result has arrived.
    pub done: u32,
    /// All chunks.
    pub total: u32,
}

impl<P: Port> Chunks<P> {
    pub(crate) fn new(
        engine: Rc<Engine<P>>,
        accepted: Accepted<P>,
        sequence: Sequence,
        source: Option<P::Buffer>,
    ) -> Self {
        let early = VecDeque::new();
        Self { engine, accepted, sequence, source, early, next: 0, flow: Flow::Open }
    }

    /// Which job this is.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.accepted.id
    }

    /// How far it has come, whether or not the results were taken.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress { done: self.accepted.mailbox.arrived(), total: self.accepted.plan.len().get() }
    }

    /// Stops the work wherever it is. The stream ends with [`JobError::Cancelled`], unless it has
    /// ended before.
    pub fn abort(&self) {
        self.engine.abort(self.accepted.id);
    }

    /// [`Chunks::abort`] for somebody else to call. It does not keep the pool alive.
    pub fn aborter(&self) -> impl Fn() + use<P> {
        self.engine.aborter(self.accepted.id)
    }

    /// All results in one buffer, in the order of the source. Each is put into its place when it
    /// arrives, so that no single step takes long.
    ///
    /// # Errors
    /// As the stream; [`JobError::Uneven`] when the results are not all of the same number of
    /// bytes for a unit.
    pub async fn gather(self) -> Result<P::Buffer, Failed<P::Buffer>> {
        self.gather_in(Room::New).await
    }

    /// All results in the place of the source, which is given back: no second buffer of its size is
    /// needed. Each takes the place of its part as soon as no chunk that is not answered needs that
    /// part. If the work fails or is dropped, the source is left with some parts replaced. A range has no
    /// source: its results are gathered in a buffer of their own.
    ///
    /// # Errors
    /// As the stream; [`JobError::Uneven`] when a result is not as long as its part of the source.
    pub async fn gather_in_place(self) -> Result<P::Buffer, Failed<P::Buffer>> {
        self.gather_in(Room::Source).await
    }

    pub(crate) async fn gather_in(mut self, room: Room) -> Result<P::Buffer, Failed<P::Buffer>> {
        let failed = |error| Failed { error, payload: None };
        let source = self.source.take().filter(|_| room == Room::Source);
        let mut gathering = Gathering::<P>::new(source, &self.accepted.plan);
        while let Some(piece) = self.next().await {
            gathering.take(&self.engine, piece?).map_err(failed)?;
        }
        gathering.into_buffer().ok_or(failed(JobError::Cancelled))
    }

    /// The result whose turn it is, if it has come.
    fn take_next(&mut self) -> Option<Piece<P::Buffer>> {
        let piece = self.early.front_mut()?.take()?;
        self.early.pop_front();
        self.next += 1;
        self.engine.take(self.accepted.id);
        Some(piece)
    }

    fn put_aside(&mut self, piece: Piece<P::Buffer>) {
        // No result comes twice, so none belongs before the next.
        let place = piece.index.saturating_sub(self.next) as usize;
        while self.early.len() <= place {
            self.early.push_back(None);
        }
        self.early[place] = Some(piece);
    }

    fn end(&mut self) -> Poll<Option<<Self as Stream>::Item>> {
        self.flow = Flow::Ended;
        self.source = None;
        Poll::Ready(None)
    }
}

impl<P: Port> Stream for Chunks<P> {
    type Item = Result<Piece<P::Buffer>, Failed<P::Buffer>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(piece) = self.take_next() {
                return Poll::Ready(Some(Ok(piece)));
            }
            if self.flow == Flow::Ended {
                return Poll::Ready(None);
            }
            match task::ready!(self.accepted.mailbox.poll(cx.waker())) {
                Mail::Piece(piece) => match self.sequence {
                    Sequence::Finish => {
                        self.engine.take(self.accepted.id);
                        return Poll::Ready(Some(Ok(piece)));
                    }
                    Sequence::Source => self.put_aside(piece),
                },
                Mail::End(Ok(())) => return self.end(),
                Mail::End(Err(failed)) => {
                    self.flow = Flow::Ended;
                    self.source = None;
                    self.early.clear();
                    return Poll::Ready(Some(Err(failed)));
                }
            }
        }
    }
}

impl<P: Port> FusedStream for Chunks<P> {
    fn is_terminated(&self) -> bool {
        self.flow == Flow::Ended && self.early.is_empty()
    }
}

impl<P: Port> Unpin for Chunks<P> {}

impl<P: Port> Drop for Chunks<P> {
    fn drop(&mut self) {
        if !self.accepted.mailbox.is_closed() {
            self.engine.cancel(self.accepted.id);
        }
    }
}
