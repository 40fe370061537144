//! The handle of chunked work.

use std::{collections::VecDeque, pin::Pin, rc::Rc, task, task::Poll};

use futures::{Stream, StreamExt, stream::FusedStream};
use unjank_protocol::{JobId, Plan};

use crate::{
    Failed, JobError, Sequence,
    driver::{Accepted, Driver, Mail, Piece},
    port::Port,
};

/// Submitted chunked work: a stream of its results.
///
/// Ends after the last result, or after the first error. Dropped before, it cancels what is left;
/// [`Chunks::abort`] stops what runs too.
#[derive(Debug)]
#[must_use = "dropping the stream cancels the work: take its results"]
pub struct Chunks<P: Port> {
    driver: Rc<Driver<P>>,
    accepted: Accepted<P>,
    plan: Plan,
    sequence: Sequence,
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
        driver: Rc<Driver<P>>,
        accepted: Accepted<P>,
        plan: Plan,
        sequence: Sequence,
    ) -> Self {
        let early = VecDeque::new();
        Self { driver, accepted, plan, sequence, early, next: 0, flow: Flow::Open }
    }

    /// Which job this is.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.accepted.id
    }

    /// How far it has come, whether or not the results were taken.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress { done: self.accepted.mailbox.arrived(), total: self.plan.len().get() }
    }

    /// Stops the work wherever it is. The stream ends with [`JobError::Cancelled`], unless it has
    /// ended before.
    pub fn abort(&self) {
        self.driver.abort(self.accepted.id);
    }

    /// [`Chunks::abort`] for somebody else to call. It does not keep the pool alive.
    pub fn aborter(&self) -> impl Fn() + use<P> {
        self.driver.aborter(self.accepted.id)
    }

    /// All results in one buffer, in the order of the source. Each is put into its place when it
    /// arrives, so that no single step takes long.
    ///
    /// # Errors
    /// As the stream; [`JobError::Uneven`] when the results are not all of the same number of
    /// bytes for a unit.
    pub async fn gather(mut self) -> Result<P::Buffer, Failed<P::Buffer>> {
        let mut whole: Option<Gathering<P>> = None;
        while let Some(piece) = self.next().await {
            let piece = piece?;
            let gathered = match whole.take() {
                Some(whole) => Ok(whole),
                None => Gathering::begin(&self.driver, &piece),
            };
            let gathered = gathered.and_then(|mut whole| {
                whole.place(&self.driver, piece)?;
                Ok(whole)
            });
            match gathered {
                Ok(gathered) => whole = Some(gathered),
                Err(error) => return Err(Failed { error, payload: None }),
            }
        }
        let lost = Failed { error: JobError::Cancelled, payload: None };
        whole.map(|whole| whole.buffer).ok_or(lost)
    }

    /// The result whose turn it is, if it has come.
    fn take_next(&mut self) -> Option<Piece<P::Buffer>> {
        let piece = self.early.front_mut()?.take()?;
        self.early.pop_front();
        self.next += 1;
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
                    Sequence::Finish => return Poll::Ready(Some(Ok(piece))),
                    Sequence::Source => self.put_aside(piece),
                },
                Mail::End(Ok(())) => return self.end(),
                Mail::End(Err(failed)) => {
                    self.flow = Flow::Ended;
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
            self.driver.cancel(self.accepted.id);
        }
    }
}

/// A buffer that results are put into.
struct Gathering<P: Port> {
    buffer: P::Buffer,
    /// Bytes of result for one unit of the source.
    stride: usize,
}

impl<P: Port> Gathering<P> {
    /// Makes room for all results, judging by one.
    fn begin(driver: &Driver<P>, piece: &Piece<P::Buffer>) -> Result<Self, JobError> {
        let length = measure(driver, &piece.bytes)?;
        let stride = length.checked_div(piece.window.core as usize).unwrap_or(0);
        let buffer = driver.port().allocate(stride * piece.window.total as usize)?;
        Ok(Self { buffer, stride })
    }

    fn place(&mut self, driver: &Driver<P>, piece: Piece<P::Buffer>) -> Result<(), JobError> {
        if measure(driver, &piece.bytes)? != self.stride * piece.window.core as usize {
            return Err(JobError::Uneven);
        }
        let offset = self.stride * piece.window.start as usize;
        driver.port().place(&self.buffer, offset, &piece.bytes)?;
        driver.port().recycle(piece.bytes);
        Ok(())
    }
}

fn measure<P: Port>(driver: &Driver<P>, buffer: &P::Buffer) -> Result<usize, JobError> {
    driver
        .port()
        .measure(buffer)
        .map_err(|reason| JobError::Undeliverable { message: reason.to_string() })
}
