//! What goes wrong, and what the caller gets: stories told on a page that uses the pool, in each
//! engine.

use std::{sync::Mutex, time::Duration};

use unjank_e2e::{
    deadline::{PATIENCE, Stopwatch},
    engines,
    site::Site,
    stories::{self, End, Module, Telling},
    table::Table,
    webdriver::Session,
};
use xtask::browser::Engine;

/// Kernels, those of every origin, modules that are none, parameters, when results come, payloads, edges,
/// results, chunks, pieces, what is spread, what stays, many, workers, none, scripts, the module, hosts, service
/// workers, others, memory, closing,
/// and what is told of a pool.
const MODULES: [Module; 24] = [
    Module { path: "/stories/kernels.js", prefix: "" },
    Module { path: "/stories/golden.js", prefix: "" },
    Module { path: "/stories/modules.js", prefix: "" },
    Module { path: "/stories/params.js", prefix: "" },
    Module { path: "/stories/slices.js", prefix: "" },
    Module { path: "/stories/payloads.js", prefix: "" },
    Module { path: "/stories/chunks.js", prefix: "" },
    Module { path: "/stories/pieces.js", prefix: "" },
    Module { path: "/stories/spread.js", prefix: "" },
    Module { path: "/stories/resident.js", prefix: "" },
    Module { path: "/stories/edges.js", prefix: "" },
    Module { path: "/stories/results.js", prefix: "" },
    Module { path: "/stories/many.js", prefix: "" },
    Module { path: "/stories/workers.js", prefix: "" },
    Module { path: "/stories/inline.js", prefix: "" },
    Module { path: "/stories/inputs.js", prefix: "" },
    Module { path: "/stories/starts.js", prefix: "" },
    Module { path: "/stories/ladder.js", prefix: "" },
    Module { path: "/stories/policies.js", prefix: "" },
    Module { path: "/stories/service.js", prefix: "" },
    Module { path: "/stories/strangers.js", prefix: "" },
    Module { path: "/stories/memory.js", prefix: "" },
    Module { path: "/stories/closing.js", prefix: "" },
    Module { path: "/stories/events.js", prefix: "" },
];

/// Where kernels and pool are one module, made by wasm-bindgen: the engine that runs it, and callers in
/// Rust, of the pool and of gloo.
const WITH_GLUE: [Module; 3] = [
    Module { path: "/glue/engine.js", prefix: "" },
    Module { path: "/pkg/unjank_faults_glue.js", prefix: "rust_" },
    Module { path: "/pkg/unjank_faults_glue.js", prefix: "gloo_" },
];

/// The only stories that an engine need not be able to do. Each says why when it is told.
const CANNOT: [(Engine, &str); 3] = [
    (Engine::Firefox, "a_worker_that_the_browser_ends_is_replaced"),
    (Engine::WebKit, "a_payload_over_4_gib_is_refused"),
    (Engine::WebKit, "memories_that_run_out_shrink_or_fail_the_pool_by_name"),
];

/// Held by the test that tells stories of deadlines and figures.
static ALONE: Mutex<()> = Mutex::new(());

#[test]
fn what_goes_wrong_has_the_same_name_in_every_engine() {
    tell("plain kernels", &Site::faults(), &MODULES, &CANNOT);
}

#[test]
fn what_goes_wrong_with_glue_has_the_same_name_in_every_engine() {
    tell("kernels with glue", &Site::faults_with_glue(), &WITH_GLUE, &[]);
}

/// Tells all stories in each engine, and shows what came of them under a heading.
fn tell(heading: &str, site: &Site, modules: &[Module], excused: &[(Engine, &str)]) {
    let _alone = ALONE.lock();
    let mut table = Table::default();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let stopwatch = Stopwatch::start();
        let tell = |&module| stories::tell_all(&session, site, module, PATIENCE);
        let tellings: Vec<Telling> = modules.iter().flat_map(tell).collect();
        let (name, count) = (engine.name(), tellings.len());
        println!("{name}, {heading}: {count} stories in {} ms", stopwatch.milliseconds());
        table.enter(engine, tellings);
    }
    println!("\n{heading}\n\n{table}");
    let complaints = table.complaints(excused);
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

/// A story can fail: were it otherwise, the table would prove nothing.
#[test]
fn a_story_that_goes_wrong_fails() {
    let _alone = ALONE.lock();
    let site = Site::faults();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let module = Module { path: "/told.js", prefix: "" };
        let tellings = stories::tell_all(&session, &site, module, Duration::from_secs(2));
        for Telling { name, end } in tellings {
            println!("{}: {name}: {end:?}", engine.name());
            match (name.as_str(), end) {
                ("is_told", End::Told(told)) => {
                    assert_eq!(told.figures.as_deref(), Some("with figures"));
                }
                ("is_told_with_what_it_came_to", End::Told(told)) => {
                    assert_eq!(told.settlements[0].outcome, "bad_option");
                }
                ("is_one_that_no_engine_can", End::Cannot(why)) => assert_eq!(why, "nobody can"),
                ("fails_by_throwing", End::Failed(why)) => assert!(why.contains("thrown")),
                ("fails_by_an_error_that_nobody_catches", End::Failed(why)) => {
                    assert!(why.contains("left uncaught"), "{why}");
                }
                ("fails_by_a_rejection_that_nobody_handles", End::Failed(why)) => {
                    assert!(why.contains("left unhandled"), "{why}");
                }
                ("fails_by_an_outcome_that_it_does_not_expect", End::Failed(why)) => {
                    assert!(why.contains("expected closed, got bad_option"), "{why}");
                }
                ("hangs", End::Failed(why)) => assert!(why.contains("did not end"), "{why}"),
                (name, end) => panic!("{}: {name}: {end:?}", engine.name()),
            }
        }
    }
}
