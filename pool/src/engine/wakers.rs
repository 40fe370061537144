//! Callers who wait for the pool itself: to open, to have room, to close.

use std::task::Waker;

/// A place among the [`Wakers`], kept by the future that waits; empty until it has to.
#[derive(Debug, Default)]
pub(crate) struct Ticket(Option<u64>);

/// One waker for each waiting future: the one it left last.
#[derive(Debug, Default)]
pub(crate) struct Wakers {
    next: u64,
    /// In the order of their numbers.
    waiting: Vec<(u64, Waker)>,
}

impl Wakers {
    pub(crate) fn insert(&mut self, ticket: &mut Ticket, waker: Waker) {
        let number = *ticket.0.get_or_insert_with(|| {
            self.next += 1;
            self.next
        });
        match self.find(number) {
            Ok(place) => self.waiting[place].1 = waker,
            Err(place) => self.waiting.insert(place, (number, waker)),
        }
    }

    pub(crate) fn remove(&mut self, ticket: &mut Ticket) {
        if let Some(number) = ticket.0.take()
            && let Ok(place) = self.find(number)
        {
            self.waiting.remove(place);
        }
    }

    /// Everybody: each looks for itself whether what it waits for has come, so nobody's wake-up
    /// can be taken by one who does not use it.
    pub(crate) fn take_all(&mut self) -> impl Iterator<Item = Waker> + use<> {
        std::mem::take(&mut self.waiting).into_iter().map(|(_, waker)| waker)
    }

    fn find(&self, number: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&number, |&(number, _)| number)
    }
}
