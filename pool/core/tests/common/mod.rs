//! A world for the scheduler to live in: simulated workers, a ledger of every job, a clock, and the
//! laws that must hold after each step. `explore.rs` walks all of a small one, `model.rs` takes
//! long random walks through a large one.

pub(crate) mod actions;
pub(crate) mod fleet;
pub(crate) mod laws;
pub(crate) mod ledger;
pub(crate) mod patience;
pub(crate) mod probes;
pub(crate) mod reference;
pub(crate) mod rounds;
pub(crate) mod slice;
pub(crate) mod starts;
pub(crate) mod step;
pub(crate) mod trace;
pub(crate) mod turns;
pub(crate) mod world;

use std::fmt;

use unjank_protocol::{JobId, WorkerId};

/// A law that does not hold, and the particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) law: &'static str,
    pub(crate) detail: String,
}

/// What a check answers.
pub(crate) type Lawful = Result<(), Broken>;

/// `Ok` when `holds`; else the law is broken, in the way that `detail` tells.
pub(crate) fn require<D: fmt::Display>(
    holds: bool,
    law: &'static str,
    detail: impl FnOnce() -> D,
) -> Lawful {
    if holds { Ok(()) } else { Err(Broken { law, detail: detail().to_string() }) }
}

pub(crate) fn job(id: u64) -> JobId {
    JobId::new(id).expect("tests use small ids")
}

/// A worker's short name in a trace: `w1.0` is slot 1, generation 0.
pub(crate) fn name(worker: WorkerId) -> String {
    format!("w{}.{}", worker.slot, worker.generation)
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.law, self.detail)
    }
}
