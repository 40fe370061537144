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
//! | [`elsewhere`] | what other commands found |
//! | [`terminal`] | progress and tables |
//! | [`report`] | report.html |
#![forbid(unsafe_code)]

mod bars;
mod cases;
mod elsewhere;
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
    elsewhere::Elsewhere,
    measure::Measurer,
    options::Options,
    plan::{Case, Room},
    results::Results,
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
    let method = stage::method(&browser, options.extent);
    let mut results = Results::new(method, Vec::new(), bars::BARS);
    let elsewhere = Elsewhere::read(&options.out);
    results.bars.extend(elsewhere.bars());
    for room in Room::ALL {
        let here: Vec<&Case> = cases.iter().filter(|case| case.room == room).collect();
        if here.is_empty() {
            continue;
        }
        let stage = Stage::open(&browser, &served, room);
        let mut measurer = Measurer::new(&stage, &options.absent);
        for case in here {
            let found = measurer.measure(case, &mut progress);
            progress.end();
            println!("{}", terminal::table(&found));
            results.add(found, bars::BARS);
            results.method.seconds = watch.milliseconds() as f64 / 1000.0;
            // After each case, so that who has seen enough may stop it.
            write(options, &results, &elsewhere)?;
        }
    }
    results.bars.iter().for_each(|bar| println!("{}", terminal::bar(bar)));
    println!("{}", options.out.join("report.html").display());
    Ok(())
}

fn write(
    options: &Options,
    results: &Results,
    elsewhere: &Elsewhere,
) -> Result<(), Box<dyn Error>> {
    let (json, html) = (options.out.join("results.json"), options.out.join("report.html"));
    fs::create_dir_all(&options.out)?;
    fs::write(&json, format!("{}\n", serde_json::to_string_pretty(results)?))?;
    fs::write(&html, report::page(results, elsewhere.scaling.as_ref()))?;
    Ok(())
}
