//! How unjank scales: what a step of its scheduler costs, by how many jobs are queued, and how fast
//! 1 to 128 workers are, simulated with the real scheduler.
//!
//! `unjank-scaling [--out FOLDER] [--costs FILE] [--quick]`; `cargo xtask scaling` builds and calls
//! it. Writes `scaling.json` and `scaling.html`, and prints the same as tables.
#![forbid(unsafe_code)]

mod costs;
#[expect(clippy::disallowed_methods, reason = "the last bit of an axis is not seen")]
mod page;
#[expect(clippy::disallowed_methods, reason = "the last bit of an axis is not seen")]
mod plot;
mod results;
mod sim;
mod steps;
mod stopwatch;

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use costs::Costs;
use results::{Results, Run};

/// Everything that is drawn is drawn from this.
const SEED: u64 = 20;

/// Workers in the simulation.
const WORKERS: [u16; 8] = [1, 2, 4, 8, 16, 32, 64, 128];

/// What is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wish {
    folder: PathBuf,
    costs: Option<PathBuf>,
    effort: Effort,
}

/// How often steps are timed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Effort {
    Quick,
    #[default]
    Full,
}

impl Effort {
    fn rounds(self) -> usize {
        match self {
            Self::Quick => 5,
            Self::Full => 40,
        }
    }
}

fn main() -> ExitCode {
    match read(env::args().skip(1)).map_err(Box::from).and_then(|wish| run(&wish)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut wish = Wish { folder: ".".into(), ..Wish::default() };
    let mut words = words;
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a path"));
        match word.as_str() {
            "--out" => wish.folder = value()?.into(),
            "--costs" => wish.costs = Some(value()?.into()),
            "--quick" => wish.effort = Effort::Quick,
            _ => return Err(format!("no option `{word}`: there are --out, --costs and --quick")),
        }
    }
    Ok(wish)
}

fn run(wish: &Wish) -> Result<(), Box<dyn Error>> {
    let (costs, table) = match &wish.costs {
        Some(file) => Costs::read(&read_file(file)?)?,
        None => Costs::usual()?,
    };
    let (rounds, mut rng) = (wish.effort.rounds(), fastrand::Rng::with_seed(SEED));
    eprintln!("timing steps, {rounds} rounds");
    let by_queue = steps::by_queue(rounds, &mut rng);
    let by_workers = steps::by_workers(rounds, &mut rng);
    let mut runs = Vec::new();
    for load in &sim::LOADS {
        eprintln!("simulating: {}", load.name);
        let figures = WORKERS.map(|workers| sim::run(&costs, load, workers, SEED)).to_vec();
        runs.push(Run { load, figures });
    }
    let results = Results { seed: SEED, costs: table, by_queue, by_workers, runs };
    print!("{}", results.tables());
    write(&wish.folder, &results)
}

fn write(folder: &Path, results: &Results) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let json = serde_json::to_string_pretty(&results.json())?;
    for (name, text) in [("scaling.json", json), ("scaling.html", page::html(results))] {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))?;
        println!("{}", file.display());
    }
    Ok(())
}

fn read_file(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_and_mistakes_told() {
        let asked = |line: &str| read(line.split_whitespace().map(str::to_owned));
        let (folder, costs) = (PathBuf::from("a"), Some(PathBuf::from("b")));
        let wish = Wish { folder, costs, effort: Effort::Quick };
        assert_eq!(asked("--out a --costs b --quick"), Ok(wish));
        assert_eq!(asked("--out").unwrap_err(), "--out needs a path");
        assert!(asked("--fast").unwrap_err().contains("`--fast`"));
    }
}
