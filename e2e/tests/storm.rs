//! Everything at once, by chance, in real workers. `UNJANK_SEED=N` replays a storm as far as the
//! browser's own timing allows.

use std::time::Duration;

use unjank_e2e::{
    engines,
    site::Site,
    stories::{self, Module},
    table::Table,
    webdriver::Session,
};

/// A storm takes half a minute on a quiet machine.
const PATIENCE: Duration = Duration::from_secs(600);

#[test]
fn a_storm_leaves_the_pool_at_full_strength() {
    let site = Site::faults();
    let mut table = Table::default();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let module = Module { path: "/stories/storm.js", prefix: "" };
        table.enter(engine, stories::tell_all(&session, &site, module, PATIENCE));
    }
    println!("{table}");
    let complaints = table.complaints(&[]);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
