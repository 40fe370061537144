//! The engines that unjank is tested in.

/// A browser's engine, by the name of the browser that is easiest to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Blink and V8: Chromium or Chrome.
    Chromium,
    /// Gecko and SpiderMonkey: Firefox.
    Firefox,
    /// WebKit and JavaScriptCore: the MiniBrowser of WebKitGTK.
    WebKit,
}

/// What it takes to drive an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The browser.
    Browser,
    /// What speaks `WebDriver` for it.
    Driver,
    /// A screen without a monitor, where the browser can't do without one.
    Screen,
}

impl Part {
    /// Every part, in the order in which they are looked for.
    pub const ALL: [Self; 3] = [Self::Browser, Self::Driver, Self::Screen];
}

/// A program to look for.
#[derive(Debug)]
pub(super) struct Program {
    /// What people call it.
    pub(super) title: &'static str,
    /// The environment variable that says where it is.
    pub(super) variable: &'static str,
    /// The names of its file, the most likely first.
    pub(super) names: &'static [&'static str],
}

impl Engine {
    /// Every engine, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// The engine of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.name() == name)
    }

    /// What `--browser` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// The names of all, for who gave another.
    #[must_use]
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The program of a part; `None` for a part that this engine does without.
    pub(super) fn program(self, part: Part) -> Option<&'static Program> {
        match part {
            Part::Browser => Some(self.browser()),
            Part::Driver => Some(self.driver()),
            Part::Screen => (self == Self::WebKit).then_some(&Program {
                title: "Xvfb",
                variable: "XVFB",
                names: &["Xvfb"],
            }),
        }
    }

    fn browser(self) -> &'static Program {
        match self {
            Self::Chromium => &Program {
                title: "Chromium or Chrome",
                variable: "CHROME",
                names: &[
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                    "chrome",
                ],
            },
            Self::Firefox => &Program {
                title: "Firefox",
                variable: "FIREFOX",
                names: &["firefox-esr", "firefox"],
            },
            Self::WebKit => &Program {
                title: "MiniBrowser of WebKitGTK",
                variable: "MINIBROWSER",
                names: &["MiniBrowser"],
            },
        }
    }

    fn driver(self) -> &'static Program {
        match self {
            Self::Chromium => &Program {
                title: "chromedriver of your browser's version",
                variable: "CHROMEDRIVER",
                names: &["chromedriver"],
            },
            Self::Firefox => {
                &Program { title: "geckodriver", variable: "GECKODRIVER", names: &["geckodriver"] }
            }
            Self::WebKit => &Program {
                title: "WebKitWebDriver",
                variable: "WEBKIT_DRIVER",
                names: &["WebKitWebDriver"],
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_is_found_by_its_name() {
        for engine in Engine::ALL {
            assert_eq!(Engine::named(engine.name()), Some(engine));
            assert!(Engine::names().contains(engine.name()));
        }
        assert_eq!(Engine::named("no such engine"), None);
    }
}
