//! Lanes take turns: the most urgent lane that waits and has a turn left goes next, and when no
//! waiting lane has one, all get theirs again.

use unjank_core::scheduler::Lane;

/// The reference for whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Turns {
    each: [u8; 3],
    left: [u8; 3],
}

impl Turns {
    pub(crate) fn new(each: [u8; 3]) -> Self {
        Self { each, left: each }
    }

    /// The lane that goes next when these wait, in the order of [`Lane::ALL`]; spends its turn.
    pub(crate) fn take(&mut self, waits: [bool; 3]) -> Option<Lane> {
        if !(0..3).any(|lane| waits[lane] && self.left[lane] > 0) {
            self.left = self.each;
        }
        let next = (0..3).find(|&lane| waits[lane] && self.left[lane] > 0)?;
        self.left[next] -= 1;
        Some(Lane::ALL[next])
    }

    /// How many dispatches of other lanes a waiting lane may see before its own: what is left of
    /// this round, and in the worst case a round that its own turns come last in.
    pub(crate) fn patience(&self, lane: usize) -> u32 {
        let others = (0..3).filter(|&other| other != lane);
        2 * others.map(|other| u32::from(self.each[other])).sum::<u32>()
    }
}
