//! `cargo xtask`: see `cargo xtask help`.
#![forbid(unsafe_code)]

use std::{error::Error, path::PathBuf, process::ExitCode};

use lexopt::{Arg, Parser, ValueExt};
use unjank_cli::{
    profile::Profile,
    serve::{self, Server},
};
use xtask::{
    bench::{self, Extent, Options, Report},
    bite::{self, Laws},
    browser::Engine,
    contents::{self, Listing},
    deny, filters, fuzz,
    package::{self, DEMO},
    scaling::{self, Effort},
    size::{self, Figures},
    suite::{self, Step},
    workspace::Workspace,
};

const HELP: &str = "\
cargo xtask demo  [--port PORT] [--profile release|small|profiling]   build the demo and serve it
cargo xtask build [--profile release|small|profiling]                 build the demo into <target>/site
cargo xtask package [--note]                                    build the package for npm, in <target>/npm/unjank
cargo xtask serve [--port PORT] [--dir FOLDER]                  serve what is built
cargo xtask test  [--only STEP]... [--browser NAME]... [--list] run every check, or some
cargo xtask bite  [--outside]                                   see that the scheduler's tests catch faults
cargo xtask scaling [--quick]                                   see how the scheduler scales
cargo xtask size  [--note | --json]                            weigh what a page loads
cargo xtask bench [--quick] [--only CASE]... [--open]           measure the pool beside its peers
cargo xtask fuzz  [--seconds N]                                 look for bytes that break a law
cargo xtask demo-times [--browser NAME]...                      measure the demo on workers and on the main thread
cargo xtask filters                                             measure the filters on one worker and two
cargo xtask advisories                                          look up known holes of the dependencies

NAME is chromium, firefox or webkit: where the built sites are opened; in all unless said.
PORT is 8080 unless said; 0 takes any that is free. FOLDER is <target>/site unless said.
N is 60 unless said.";

const PORT: u16 = 8080;

/// How long `cargo xtask fuzz` searches, in seconds.
const SEARCH: u32 = 60;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    Help,
    Build { profile: Profile },
    Package { listing: Listing },
    Serve { port: u16, folder: Option<PathBuf> },
    Demo { port: u16, profile: Profile },
    List,
    Test { steps: Vec<Step>, engines: Vec<Engine> },
    Bite { laws: Laws },
    Scaling { effort: Effort },
    DemoTimes { engines: Vec<Engine> },
    Filters,
    Size { figures: Figures },
    Bench(Options),
    Fuzz { seconds: u32 },
    Advisories,
}

fn main() -> ExitCode {
    match read(Parser::from_env()).map_err(Box::from).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(mut parser: Parser) -> Result<Task, lexopt::Error> {
    let name = match parser.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Task::Help),
        Some(Arg::Value(name)) => name.string()?,
        Some(option) => return Err(option.unexpected()),
    };
    match name.as_str() {
        "help" => Ok(Task::Help),
        "build" => read_build(&mut parser),
        "package" => {
            let listings = [Listing::Left, Listing::Noted];
            read_switch(&mut parser, "note", listings, |listing| Task::Package { listing })
        }
        "serve" => read_serve(&mut parser),
        "demo" => read_demo(&mut parser),
        "test" => read_test(&mut parser),
        "bite" => {
            let laws = [Laws::All, Laws::Outside];
            read_switch(&mut parser, "outside", laws, |laws| Task::Bite { laws })
        }
        "scaling" => {
            let efforts = [Effort::default(), Effort::Quick];
            read_switch(&mut parser, "quick", efforts, |effort| Task::Scaling { effort })
        }
        "demo-times" => read_demo_times(&mut parser),
        "filters" => read_alone(&mut parser, Task::Filters),
        "size" => read_size(&mut parser),
        "bench" => read_bench(&mut parser),
        "fuzz" => read_fuzz(&mut parser),
        "advisories" => read_alone(&mut parser, Task::Advisories),
        _ => Err(format!("no task `{name}`: `cargo xtask help` lists them").into()),
    }
}

/// A task with one option, which takes no value.
fn read_switch<T: Copy>(
    parser: &mut Parser,
    name: &str,
    [without, with]: [T; 2],
    task: impl FnOnce(T) -> Task,
) -> Result<Task, lexopt::Error> {
    let mut chosen = without;
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long(name) {
            chosen = with;
        } else {
            return help_or_error(argument);
        }
    }
    Ok(task(chosen))
}

fn read_build(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut profile = Profile::default();
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("profile") {
            profile = read_profile(parser)?;
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Build { profile })
}

fn read_serve(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let (mut port, mut folder) = (PORT, None);
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("port") {
            port = parser.value()?.parse()?;
        } else if argument == Arg::Long("dir") {
            folder = Some(PathBuf::from(parser.value()?));
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Serve { port, folder })
}

fn read_demo(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let (mut port, mut profile) = (PORT, Profile::default());
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("port") {
            port = parser.value()?.parse()?;
        } else if argument == Arg::Long("profile") {
            profile = read_profile(parser)?;
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Demo { port, profile })
}

fn read_test(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let (mut steps, mut engines) = (Vec::new(), Vec::new());
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("only") {
            steps.push(parser.value()?.parse_with(read_step)?);
        } else if argument == Arg::Long("browser") {
            engines.push(parser.value()?.parse_with(read_engine)?);
        } else if argument == Arg::Long("list") {
            return Ok(Task::List);
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Test { steps: chosen(steps, &Step::ALL), engines: chosen(engines, &Engine::ALL) })
}

fn read_demo_times(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut engines = Vec::new();
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("browser") {
            engines.push(parser.value()?.parse_with(read_engine)?);
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::DemoTimes { engines: chosen(engines, &Engine::ALL) })
}

/// Once each, in their usual order; all if none is.
fn chosen<T: Copy + Ord>(mut some: Vec<T>, all: &[T]) -> Vec<T> {
    some.sort_unstable();
    some.dedup();
    if some.is_empty() { all.to_vec() } else { some }
}

fn read_size(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut figures = Figures::default();
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("note") {
            figures = Figures::Noted;
        } else if argument == Arg::Long("json") {
            figures = Figures::Json;
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Size { figures })
}

fn read_bench(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("quick") => options.extent = Extent::Quick,
            Arg::Long("only") => options.only.push(parser.value()?.string()?),
            Arg::Long("open") => options.report = Report::Opened,
            Arg::Short(_) | Arg::Long(_) | Arg::Value(_) => return help_or_error(argument),
        }
    }
    Ok(Task::Bench(options))
}

fn read_fuzz(parser: &mut Parser) -> Result<Task, lexopt::Error> {
    let mut seconds = SEARCH;
    while let Some(argument) = parser.next()? {
        if argument == Arg::Long("seconds") {
            seconds = parser.value()?.parse()?;
        } else {
            return help_or_error(argument);
        }
    }
    Ok(Task::Fuzz { seconds })
}

/// For tasks without options.
fn read_alone(parser: &mut Parser, task: Task) -> Result<Task, lexopt::Error> {
    parser.next()?.map_or(Ok(task), help_or_error)
}

fn help_or_error(argument: Arg<'_>) -> Result<Task, lexopt::Error> {
    if matches!(argument, Arg::Short('h') | Arg::Long("help")) {
        return Ok(Task::Help);
    }
    Err(argument.unexpected())
}

fn read_profile(parser: &mut Parser) -> Result<Profile, lexopt::Error> {
    let choice = "choose release, small or profiling";
    parser.value()?.parse_with(|name| Profile::named(name).ok_or(choice))
}

fn read_step(name: &str) -> Result<Step, &'static str> {
    Step::named(name).ok_or("`cargo xtask test --list` lists the steps")
}

fn read_engine(name: &str) -> Result<Engine, String> {
    Engine::named(name).ok_or_else(|| format!("choose from {}", Engine::names()))
}

fn run(task: Task) -> Result<(), Box<dyn Error>> {
    match task {
        Task::Help => println!("{HELP}"),
        Task::List => {
            for step in Step::ALL {
                println!("{:12} {}", step.name(), step.summary());
            }
        }
        Task::Build { profile } => build(profile)?,
        Task::Package { listing } => {
            let workspace = Workspace::find()?;
            println!("{}", package::package_pool(&workspace)?.display());
            contents::note(&workspace, listing)?;
        }
        Task::Serve { port, folder } => serve(port, folder)?,
        Task::Demo { port, profile } => {
            serve::check_port(port)?;
            build(profile)?;
            serve(port, None)?;
        }
        Task::Test { steps, engines } => suite::run(&Workspace::find()?, &steps, &engines)?,
        Task::Bite { laws } => bite::run(&Workspace::find()?, laws)?,
        Task::Scaling { effort } => scaling::run(&Workspace::find()?, effort)?,
        Task::DemoTimes { engines } => {
            build(Profile::Release)?;
            suite::demo_times(&Workspace::find()?, &engines)?;
        }
        Task::Filters => filters::run(&Workspace::find()?)?,
        Task::Size { figures } => size::run(&Workspace::find()?, figures)?,
        Task::Bench(options) => bench::run(&Workspace::find()?, &options)?,
        Task::Fuzz { seconds } => fuzz::run(&Workspace::find()?, seconds)?,
        Task::Advisories => deny::check_advisories(&Workspace::find()?)?,
    }
    Ok(())
}

fn build(profile: Profile) -> Result<(), Box<dyn Error>> {
    let workspace = Workspace::find()?;
    package::package(&workspace, &DEMO, profile, &workspace.site())?;
    Ok(())
}

fn serve(port: u16, folder: Option<PathBuf>) -> Result<(), Box<dyn Error>> {
    let folder = match folder {
        Some(folder) => folder,
        None => Workspace::find()?.site(),
    };
    let server = Server::bind(&folder, port)?;
    println!("http://127.0.0.1:{}/", server.port());
    server.run()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Task, String> {
        read(Parser::from_args(line.split_whitespace())).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_has_its_usual_value() {
        let (port, profile) = (PORT, Profile::Release);
        assert_eq!(asked("build"), Ok(Task::Build { profile }));
        assert_eq!(asked("demo"), Ok(Task::Demo { port, profile }));
        assert_eq!(asked("serve"), Ok(Task::Serve { port, folder: None }));
        let (steps, engines) = (Step::ALL.to_vec(), Engine::ALL.to_vec());
        assert_eq!(asked("test"), Ok(Task::Test { steps, engines }));
        assert_eq!(asked("advisories"), Ok(Task::Advisories));
        assert_eq!(asked("package"), Ok(Task::Package { listing: Listing::Left }));
        assert_eq!(asked("package --note"), Ok(Task::Package { listing: Listing::Noted }));
        assert_eq!(asked("demo-times"), Ok(Task::DemoTimes { engines: Engine::ALL.to_vec() }));
        assert_eq!(asked("filters"), Ok(Task::Filters));
        assert_eq!(asked("fuzz"), Ok(Task::Fuzz { seconds: SEARCH }));
        assert_eq!(asked("size"), Ok(Task::Size { figures: Figures::Compared }));
        assert_eq!(asked("size --note"), Ok(Task::Size { figures: Figures::Noted }));
        assert_eq!(asked("size --json"), Ok(Task::Size { figures: Figures::Json }));
        assert_eq!(asked("bench"), Ok(Task::Bench(Options::default())));
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let folder = Some(PathBuf::from("a"));
        assert_eq!(asked("serve --port=0 --dir a"), Ok(Task::Serve { port: 0, folder }));
        assert_eq!(asked("fuzz --seconds 9"), Ok(Task::Fuzz { seconds: 9 }));
        assert_eq!(asked("scaling"), Ok(Task::Scaling { effort: Effort::Full }));
        assert_eq!(asked("scaling --quick"), Ok(Task::Scaling { effort: Effort::Quick }));
        let only = vec!["small".to_owned(), "blur".to_owned()];
        let options = Options { extent: Extent::Quick, only, report: Report::Opened };
        let line = "bench --only small --open --quick --only=blur";
        assert_eq!(asked(line), Ok(Task::Bench(options)));
        let profile = Profile::Profiling;
        assert_eq!(asked("demo --profile profiling --port 1"), Ok(Task::Demo { port: 1, profile }));
    }

    #[test]
    fn chosen_steps_run_once_each_in_their_usual_order() {
        let (steps, engines) = (vec![Step::Fmt, Step::Doc], Engine::ALL.to_vec());
        let doc_and_fmt = asked("test --only doc --only fmt --only doc");
        assert_eq!(doc_and_fmt, Ok(Task::Test { steps, engines }));
        assert_eq!(asked("test --list"), Ok(Task::List));
        assert_eq!(asked("bite"), Ok(Task::Bite { laws: Laws::All }));
        assert_eq!(asked("bite --outside"), Ok(Task::Bite { laws: Laws::Outside }));
    }

    #[test]
    fn chosen_browsers_are_taken_once_each_and_others_refused_with_the_list() {
        let steps = vec![Step::E2e];
        let engines = vec![Engine::Firefox, Engine::WebKit];
        let line = "test --only e2e --browser webkit --browser=firefox --browser webkit";
        assert_eq!(asked(line), Ok(Task::Test { steps, engines }));
        let refused = asked("test --browser netscape").unwrap_err();
        assert!(refused.contains("netscape") && refused.contains(&Engine::names()), "{refused}");
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in ["", "help", "--help", "-h", "build --help", "test --only fmt -h"] {
            assert_eq!(asked(line), Ok(Task::Help), "{line:?}");
        }
    }

    #[test]
    fn mistakes_are_told_in_one_line() {
        for line in [
            "bulid",
            "--port 1",
            "build --port 1",
            "build extra",
            "build --profile dev",
            "package --list",
            "serve --port",
            "serve --port 65536",
            "serve --port x",
            "test --only",
            "test --only nothing",
            "test --browser",
            "test --browser nothing",
            "size --accept",
            "bench --only",
            "bench small",
            "fuzz --seconds soon",
            "advisories --seconds 9",
        ] {
            let message = asked(line).unwrap_err();
            assert_eq!(message.lines().count(), 1, "{line:?}: {message}");
        }
    }
}
