//! Messages in the making.

use unjank_protocol::WorkerId;

use super::record::Draft;
use crate::port::Port;

/// A draft for each worker, in the order in which they were begun. As many as workers live at most.
#[derive(Debug)]
pub(super) struct Outbox<P: Port> {
    drafts: Vec<(WorkerId, Draft<P>)>,
}

impl<P: Port> Outbox<P> {
    pub(super) fn new() -> Self {
        Self { drafts: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.drafts.is_empty()
    }

    /// The draft for a worker, begun if there is none.
    pub(super) fn draft(&mut self, worker: WorkerId) -> &mut Draft<P> {
        let place = self.find(worker).unwrap_or_else(|| {
            self.drafts.push((worker, Draft::default()));
            self.drafts.len() - 1
        });
        &mut self.drafts[place].1
    }

    pub(super) fn take(&mut self, worker: WorkerId) -> Option<Draft<P>> {
        let place = self.find(worker)?;
        Some(self.drafts.remove(place).1)
    }

    /// The draft that was begun first.
    pub(super) fn pop(&mut self) -> Option<(WorkerId, Draft<P>)> {
        (!self.drafts.is_empty()).then(|| self.drafts.remove(0))
    }

    fn find(&self, worker: WorkerId) -> Option<usize> {
        self.drafts.iter().position(|(other, _)| *other == worker)
    }
}
