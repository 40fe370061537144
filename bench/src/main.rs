//! Measures the pool beside its peers: what `cargo xtask bench` runs when everything is built.
//!
//! | module | what it is |
//! |---|---|
//! | [`options`] | what is asked for |
//! | [`plan`] | which cases there are, and who has a part in them |
//! | [`stage`] | the browser and its two pages |
//! | [`measure`] | rounds of a case, one contender after the other |
//! | [`turn`] | one turn of a contender |
//! | [`sizes`] | how large files are |
//! | [`statistics`] | medians and quantiles |
//! | [`results`] | what was found, as it is written to results.json |
//! | [`bars`] | the ratios that the pool must show, and whether it does |
//! | [`terminal`] | progress and tables |
//! | [`report`] | report.html |
#![forbid(unsafe_code)]

mod bars;
mod figure;
mod measure;
mod options;
mod plan;
mod report;
mod results;
mod rounds;
mod sizes;
mod stage;
mod statistics;
mod terminal;
mod turn;

use std::{error::Error, fs, process::ExitCode};

use unjank_e2e::{browser::Browser, deadline::Stopwatch};

use crate::{
    measure::Measurer,
    options::Options,
    plan::{Case, Room},
    results::{CaseResult, Results},
    stage::{Served, Stage},
    terminal::Progress,
};

fn main() -> ExitCode {
    match Options::read(lexopt::Parser::from_env()).and_then(|asked| run(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let watch = Stopwatch::start();
    let cases = plan::chosen(options.extent, &options.only)?;
    let served = Served::start(&options.site)?;
    let browser = Browser::start();
    let mut progress = Progress::new(cases.len());
    let mut method = stage::method(&browser, options.extent);
    let mut found = Vec::new();
    for room in Room::ALL {
        let here: Vec<&Case> = cases.iter().filter(|case| case.room == room).collect();
        if !here.is_empty() {
            found.extend(in_room(&browser, &served, room, options, &here, &mut progress));
        }
    }
    method.seconds = watch.milliseconds() as f64 / 1000.0;
    let results = Results::new(method, found, bars::BARS);
    results.bars.iter().for_each(|bar| println!("{}", terminal::bar(bar)));
    write(options, &results)
}

fn in_room(
    browser: &Browser,
    served: &Served,
    room: Room,
    options: &Options,
    cases: &[&Case],
    progress: &mut Progress,
) -> Vec<CaseResult> {
    let stage = Stage::open(browser, served, room);
    let mut measurer = Measurer::new(&stage, &options.absent);
    let mut found = Vec::new();
    for case in cases {
        let result = measurer.measure(case, progress);
        progress.end();
        println!("{}", terminal::table(&result));
        found.push(result);
    }
    found
}

fn write(options: &Options, results: &Results) -> Result<(), Box<dyn Error>> {
    let (json, html) = (options.out.join("results.json"), options.out.join("report.html"));
    fs::create_dir_all(&options.out)?;
    fs::write(&json, format!("{}\n", serde_json::to_string_pretty(results)?))?;
    let scaling = fs::read(options.out.join("scaling.json")).ok();
    let scaling = scaling.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    fs::write(&html, report::page(results, scaling.as_ref()))?;
    println!("{}\n{}", json.display(), html.display());
    Ok(())
}
