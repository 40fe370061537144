//! Where results wait for the caller of a job.

use std::{
    cell::RefCell,
    collections::VecDeque,
    task::{Poll, Waker},
};

use unjank_protocol::{Times, Window, WorkerId};

use crate::Failed;

/// One result: that of a whole job, or of one chunk.
#[derive(Debug, Clone)]
pub struct Piece<B> {
    /// Which chunk, from 0.
    pub index: u32,
    /// Which part of the source it answers for: the core of this window.
    pub window: Window,
    /// What the kernel computed.
    pub bytes: B,
    /// Who computed it.
    pub worker: WorkerId,
    /// How long its parts took.
    pub times: Times,
}

/// Results that have arrived, and the end of the job. Shared by the engine, which fills it, and
/// the caller's handle, which empties it. Never longer than the job has chunks.
#[derive(Debug)]
pub(crate) struct Mailbox<B> {
    state: RefCell<State<B>>,
}

#[derive(Debug)]
struct State<B> {
    pieces: VecDeque<Piece<B>>,
    arrived: u32,
    end: Option<End<B>>,
    /// Who looks for itself, each time something arrives.
    waker: Option<Waker>,
}

/// How a job ended, as its caller hears it.
pub(crate) type End<B> = Result<(), Failed<B>>;

/// What a caller finds in its mailbox.
#[derive(Debug)]
pub(crate) enum Mail<B> {
    Piece(Piece<B>),
    /// There is no more to come.
    End(End<B>),
}

impl<B> Mailbox<B> {
    pub(crate) fn new() -> Self {
        let state = State { pieces: VecDeque::new(), arrived: 0, end: None, waker: None };
        Self { state: RefCell::new(state) }
    }

    /// [`Mailbox::take`]; leaves `waker` when there is nothing.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Mail<B>> {
        match self.take() {
            Some(mail) => Poll::Ready(mail),
            None => {
                self.listen(waker.clone());
                Poll::Pending
            }
        }
    }

    /// Takes the next piece, or else the end. After the end was taken, the end is `Ok`.
    pub(crate) fn take(&self) -> Option<Mail<B>> {
        let State { pieces, end, .. } = &mut *self.state.borrow_mut();
        let piece = pieces.pop_front().map(Mail::Piece);
        piece.or_else(|| end.as_mut().map(|end| Mail::End(std::mem::replace(end, Ok(())))))
    }

    /// Has one hear of what arrives from now on, instead of whoever did before.
    pub(crate) fn listen(&self, waker: Waker) {
        self.state.borrow_mut().waker = Some(waker);
    }

    /// Whether the job has settled.
    pub(crate) fn is_closed(&self) -> bool {
        self.state.borrow().end.is_some()
    }

    /// Chunks that have arrived.
    pub(crate) fn arrived(&self) -> u32 {
        self.state.borrow().arrived
    }

    /// Leaves a piece. Who is to hear of it is to be woken once nothing is borrowed.
    #[must_use]
    pub(crate) fn deliver(&self, piece: Piece<B>) -> Option<Waker> {
        let mut state = self.state.borrow_mut();
        state.pieces.push_back(piece);
        state.arrived += 1;
        state.waker.take()
    }

    /// Leaves the end. Who is to hear of it is to be woken once nothing is borrowed.
    #[must_use]
    pub(crate) fn close(&self, end: End<B>) -> Option<Waker> {
        let mut state = self.state.borrow_mut();
        state.end = Some(end);
        state.waker.take()
    }
}
