//! What the tests rely on in a browser of any engine.

use serde_json::json;
use unjank_e2e::{
    engines,
    site::Site,
    webdriver::{Session, Settings},
};

#[test]
fn a_window_goes_back_to_the_page_before() {
    let site = Site::faults();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let window = session.open(&site.url("/index.html?first"));
        window.visit(&site.url("/index.html?second"));
        assert_eq!(window.run::<String>("return location.search;"), "?second");
        window.back();
        assert_eq!(window.run::<String>("return location.search;"), "?first");
    }
}

#[test]
fn windows_do_not_hide_each_other_and_a_minimized_one_is_hidden() {
    let site = Site::faults();
    for engine in engines::chosen() {
        let session = Session::start(engine);
        let first = session.open(&site.url("/index.html?first"));
        let second = session.open(&site.url("/index.html?second"));
        assert_eq!(first.run::<String>("return document.visibilityState;"), "visible");
        assert_eq!(second.run::<String>("return document.visibilityState;"), "visible");
        let hidden = "
            if (document.visibilityState === 'visible') {
              await new Promise((change) => {
                document.addEventListener('visibilitychange', change, { once: true });
              });
            }
            return document.visibilityState;";
        second.minimize();
        assert_eq!(second.run::<String>(hidden), "hidden", "{}", engine.name());
        assert_eq!(first.run::<String>("return document.visibilityState;"), "visible");
    }
}

#[test]
fn settings_reach_the_browser_that_they_are_for() {
    let site = Site::faults();
    let mut settings = Settings::default();
    settings.chromium_arguments.push("--user-agent=of the tests".into());
    settings.firefox_preferences.insert("general.useragent.override".into(), json!("of the tests"));
    for engine in engines::chosen() {
        let session = Session::start_with(engine, &settings);
        let window = session.open(&site.url("/index.html"));
        let agent: String = window.run("return navigator.userAgent;");
        let takes_some = engine != xtask::browser::Engine::WebKit;
        assert_eq!(agent == "of the tests", takes_some, "{}: {agent}", engine.name());
    }
}
