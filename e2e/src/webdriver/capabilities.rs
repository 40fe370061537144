//! What each engine is asked for when a session begins.

use serde_json::{Map, Value, json};
use xtask::browser::{Browser, Engine};

/// What differs from a fresh browser. Each setting is one engine's, and the others pass it over.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Command-line arguments of Chromium.
    pub chromium_arguments: Vec<String>,
    /// Preferences of Firefox, by name.
    pub firefox_preferences: Map<String, Value>,
}

/// The body of the command that begins a session.
pub(super) fn wanted(browser: &Browser, settings: &Settings) -> Value {
    let program = &browser.program;
    let options = match browser.engine {
        Engine::Chromium => {
            let own = settings.chromium_arguments.iter().map(String::as_str);
            let arguments: Vec<&str> = Browser::arguments().into_iter().chain(own).collect();
            json!({ "goog:chromeOptions": { "binary": program, "args": arguments } })
        }
        Engine::Firefox => json!({ "moz:firefoxOptions": {
            "binary": program,
            "args": ["-headless"],
            "prefs": settings.firefox_preferences,
        } }),
        Engine::WebKit => json!({ "webkitgtk:browserOptions": {
            "binary": program,
            "args": ["--automation"],
        } }),
    };
    json!({ "capabilities": { "alwaysMatch": options } })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(engine: Engine, settings: &Settings) -> Value {
        let browser = Browser { engine, program: "/b".into(), driver: "/d".into(), screen: None };
        wanted(&browser, settings)["capabilities"]["alwaysMatch"].take()
    }

    #[test]
    fn each_engine_gets_its_own_settings() {
        let mut settings = Settings::default();
        settings.chromium_arguments.push("--mine".into());
        settings.firefox_preferences.insert("mine".into(), 2.into());
        let chromium = asked(Engine::Chromium, &settings);
        let arguments = chromium["goog:chromeOptions"]["args"].as_array().unwrap().clone();
        assert_eq!(arguments.last().unwrap(), "--mine");
        let firefox = asked(Engine::Firefox, &settings);
        assert_eq!(firefox["moz:firefoxOptions"]["prefs"]["mine"], 2);
        let webkit = asked(Engine::WebKit, &settings);
        assert_eq!(webkit["webkitgtk:browserOptions"]["binary"], "/b");
    }
}
