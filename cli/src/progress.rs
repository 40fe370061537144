//! Long work says what it does and how long it took: on stderr, as cargo does.

use std::{
    fmt,
    io::{self, Write},
    time::{Duration, Instant},
};

/// Counts steps and prints a line for each: `[2/6] building unjank-demo for wasm32 ... 41 s`.
#[derive(Debug)]
pub struct Progress {
    total: usize,
    begun: usize,
    since: Instant,
}

impl Progress {
    /// Expects `total` steps.
    #[must_use]
    pub fn new(total: usize) -> Self {
        Self { total, begun: 0, since: instant() }
    }

    /// Does `work`, which prints nothing, on one line.
    ///
    /// # Errors
    /// Those of `work`, after its line is ended.
    pub fn quiet<T, E>(&mut self, what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let line = self.begin(what);
        eprint!("{line} ");
        // A terminal that can't be written to is no reason to stop the work.
        let _ = io::stderr().flush();
        let start = instant();
        let outcome = work();
        match &outcome {
            Ok(_) => eprintln!("{}", Elapsed(start.elapsed())),
            Err(_) => eprintln!("failed"),
        }
        outcome
    }

    /// Does `work`, whose output stands between the announcement and the time it took.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn shown<T, E>(&mut self, what: &str, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let line = self.begin(what);
        eprintln!("{line}");
        let start = instant();
        let outcome = work()?;
        eprintln!("{line} {}", Elapsed(start.elapsed()));
        Ok(outcome)
    }

    /// The time since the first step could begin.
    #[must_use]
    pub fn elapsed(&self) -> impl fmt::Display {
        Elapsed(self.since.elapsed())
    }

    fn begin(&mut self, what: &str) -> String {
        self.begun += 1;
        format!("[{}/{}] {what} ...", self.begun, self.total)
    }
}

#[expect(clippy::disallowed_methods, reason = "tells a person how long a step took; runs natively")]
fn instant() -> Instant {
    Instant::now()
}

struct Elapsed(Duration);

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match seconds {
            0..10 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..120 => write!(f, "{seconds} s"),
            _ => write!(f, "{} min {} s", seconds / 60, seconds % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well_at_every_size() {
        let told = |millis| Elapsed(Duration::from_millis(millis)).to_string();
        assert_eq!(told(340), "0.3 s");
        assert_eq!(told(41_900), "41 s");
        assert_eq!(told(125_000), "2 min 5 s");
    }

    #[test]
    fn an_outcome_passes_through() {
        let mut progress = Progress::new(3);
        assert_eq!(progress.quiet("counting", || Ok::<_, ()>(1)), Ok(1));
        assert_eq!(progress.quiet("failing", || Err::<(), _>("broken")), Err("broken"));
        assert_eq!(progress.shown("failing aloud", || Err::<(), _>("broken")), Err("broken"));
    }
}
