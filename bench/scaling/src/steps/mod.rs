//! What a step of the scheduler costs on this machine, by how many jobs are queued and by how many
//! workers there are.

mod field;

use std::hint::black_box;

use fastrand::Rng;
pub(crate) use field::Step;
use field::{Deadlines, Field, TIMED};

use crate::stopwatch::time_each;

/// Jobs queued, for the steps whose cost must not grow with them.
pub(crate) const QUEUED: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Workers, for the same steps with [`QUEUED`]'s second length.
pub(crate) const WORKERS: [u16; 4] = [1, 4, 32, 128];

/// The cost of one thing in several settings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) bar: Bar,
    /// Nanoseconds, the least of all rounds, for each setting.
    pub(crate) nanos: Vec<f64>,
}

/// What is asked of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bar {
    /// No setting may cost more than a tenth above the first.
    Flat,
    /// Nothing: it is shown because it explains the others.
    None,
}

impl Row {
    /// How much more the dearest setting costs than the first.
    pub(crate) fn growth(&self) -> f64 {
        let most = self.nanos.iter().copied().fold(f64::NAN, f64::max);
        most / self.nanos.first().copied().unwrap_or(f64::NAN)
    }

    /// Whether it is as flat as it must be; `None` where nothing is asked.
    pub(crate) fn is_flat(&self) -> Option<bool> {
        match self.bar {
            Bar::Flat => Some(self.growth() <= 1.1),
            Bar::None => None,
        }
    }
}

/// Times every step at every length of the queue, in turn, so that a change of the machine's mood
/// meets all of them.
pub(crate) fn by_queue(rounds: usize, rng: &mut Rng) -> Vec<Row> {
    let mut rows = Vec::new();
    for deadlines in Deadlines::ALL {
        let mut fields = QUEUED.map(|length| Field::new(length, 4, deadlines));
        let steps = Step::ALL.into_iter().filter(|step| step.deadlines() == deadlines);
        rows.extend(steps.map(|step| row(step, &mut fields, rounds, rng)));
    }
    rows.push(memory(rounds, rng));
    rows
}

/// The same for some numbers of workers.
pub(crate) fn by_workers(rounds: usize, rng: &mut Rng) -> Vec<Row> {
    let mut fields = WORKERS.map(|workers| Field::new(QUEUED[1], workers, Deadlines::None));
    let steps = [Step::Submit, Step::Answer, Step::PollTimeout, Step::CancelFirst];
    let rows = steps.map(|step| Row { bar: Bar::None, ..row(step, &mut fields, rounds, rng) });
    rows.into()
}

fn row(step: Step, fields: &mut [Field], rounds: usize, rng: &mut Rng) -> Row {
    let mut nanos = vec![f64::INFINITY; fields.len()];
    for _ in 0..rounds {
        for (least, field) in nanos.iter_mut().zip(&mut *fields) {
            *least = least.min(field.time(step, rng));
        }
    }
    Row { name: step.name(), bar: Bar::Flat, nanos }
}

/// What it costs to look at three neighbouring lines of memory anywhere among as many as there are
/// jobs: the least that a job which leaves from anywhere must touch.
fn memory(rounds: usize, rng: &mut Rng) -> Row {
    let mut lines = QUEUED.map(|length| vec![[1_u64, 0, 0, 0, 0, 0, 0, 0]; length]);
    let mut nanos = vec![f64::INFINITY; QUEUED.len()];
    for _ in 0..rounds {
        for (least, lines) in nanos.iter_mut().zip(&mut lines) {
            let places: Vec<usize> = (0..TIMED).map(|_| rng.usize(1..lines.len() - 1)).collect();
            let mut zero = 0;
            let time = time_each(TIMED, || {
                for &place in &places {
                    // Where to look depends on what was found, as it does from job to job.
                    let place = place + zero;
                    let [one, nothing, ..] = lines[place].map(|word| word as usize);
                    lines[place - one][2] += 1;
                    lines[place + one][2] += 1;
                    zero = nothing;
                }
            });
            black_box(&lines);
            *least = least.min(time);
        }
    }
    Row { name: "(three lines of memory)", bar: Bar::None, nanos }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_flat_when_nothing_costs_a_tenth_more_than_the_first() {
        let row = |nanos: &[f64]| Row { name: "", bar: Bar::Flat, nanos: nanos.to_vec() };
        assert_eq!(row(&[10.0, 11.0, 9.0]).is_flat(), Some(true));
        assert_eq!(row(&[10.0, 11.1, 9.0]).is_flat(), Some(false));
        assert_eq!(row(&[10.0, f64::NAN]).growth(), 1.0);
        assert_eq!(Row { bar: Bar::None, ..row(&[1.0, 9.0]) }.is_flat(), None);
    }

    #[test]
    fn every_step_can_be_taken_again_and_again() {
        let mut rng = Rng::with_seed(1);
        for deadlines in Deadlines::ALL {
            let mut field = Field::new(2000, 3, deadlines);
            for step in Step::ALL.into_iter().filter(|step| step.deadlines() == deadlines) {
                for _ in 0..3 {
                    assert!(field.time(step, &mut rng) > 0.0, "{step:?}");
                    assert_eq!(field.queued(), 2000, "{step:?}");
                }
            }
        }
    }
}
