//! The storm: millions of random steps through the real engine and real kernels, in a
//! simulated browser in which everything that can go wrong does. Each accepted job must settle
//! exactly once and as its history says, bounds must hold after each step, and when the faults stop
//! every pool must come back to full strength.
//!
//! A storm is many voyages: one pool each, from its first worker to its closing. A failed one prints
//! its seed and its last steps; `UNJANK_SEED=… UNJANK_STEPS=1 cargo test -p unjank-pool --test storm`
//! sails just that one again. `UNJANK_STEPS` is how many steps there are in all.

#[path = "storm/books.rs"]
mod books;
#[path = "storm/client.rs"]
mod client;
#[path = "storm/event.rs"]
mod event;
#[path = "sim/kernels.rs"]
mod kernels;
#[path = "storm/laws.rs"]
mod laws;
#[path = "storm/order.rs"]
mod order;
#[path = "storm/outside.rs"]
mod outside;
#[path = "storm/rest.rs"]
mod rest;
#[path = "sim/shell.rs"]
mod shell;
#[path = "storm/voyage.rs"]
mod voyage;
#[path = "sim/world.rs"]
#[expect(dead_code, reason = "the stories of tests/sim use the rest")]
mod world;

use std::env;

use books::Books;
use voyage::Voyage;

/// Steps in all, unless `UNJANK_STEPS` says otherwise.
const STEPS: u64 = 3_000_000;

fn number(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

#[test]
fn every_job_settles_once_whatever_happens() {
    let seed = number("UNJANK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let steps = number("UNJANK_STEPS").unwrap_or(STEPS);
    println!("seed {seed}");
    let mut books = Books::default();
    for voyage in 0.. {
        books.add(Voyage::sail(seed.wrapping_add(voyage)));
        if books.steps >= steps {
            break;
        }
    }
    println!("{books}");
    assert_eq!((books.unsettled, books.settled_twice), (0, 0));
    if steps >= STEPS {
        books.expect_every_end();
    }
}
