//! The browser and the page that contenders run in.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use unjank_cli::serve::{Running, ServeError, Server};
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    trace::Trace,
};

use crate::{
    options::Extent,
    plan::{Entry, Room, SEED, Size},
    results::Method,
    sizes::{self, Sizes},
};

/// Peers are run as they come: some evaluate text, some fetch what they have embedded.
const POLICY: (&str, &str) = (
    "Content-Security-Policy",
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:",
);

const ISOLATION: [(&str, &str); 3] = [
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Embedder-Policy", "require-corp"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

/// How long one sample may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The site, twice: once for each room.
#[derive(Debug)]
pub(crate) struct Served {
    site: PathBuf,
    plain: Running,
    isolated: Running,
}

impl Served {
    pub(crate) fn start(site: &Path) -> Result<Self, ServeError> {
        let plain = Server::bind(site, 0)?.with_headers(&[POLICY]);
        let isolated = Server::bind(site, 0)?.with_headers(&[POLICY]).with_headers(&ISOLATION);
        Ok(Self { site: site.to_path_buf(), plain: plain.spawn(), isolated: isolated.spawn() })
    }

    fn url(&self, room: Room, query: &str) -> String {
        let server = match room {
            Room::Plain => &self.plain,
            Room::Isolated => &self.isolated,
        };
        format!("http://127.0.0.1:{}/index.html{query}", server.port())
    }
}

/// What a contender says about itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct About {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) needs_isolation: bool,
    pub(crate) takes: Option<String>,
    pub(crate) cannot: BTreeMap<String, String>,
}

/// What is recorded for the tasks and the frames of the page's thread, and no more: recording costs
/// time.
const TRACED: [&str; 3] = ["toplevel", "blink.user_timing", "devtools.timeline"];

/// The mark before what is traced.
pub(crate) const FROM: &str = "bench: from";

/// The mark after it.
pub(crate) const TO: &str = "bench: to";

/// One page, in a room.
#[derive(Debug)]
pub(crate) struct Stage<'b> {
    browser: &'b Browser,
    served: &'b Served,
    room: Room,
    page: Page<'b>,
}

impl<'b> Stage<'b> {
    pub(crate) fn open(browser: &'b Browser, served: &'b Served, room: Room) -> Self {
        let stage = Self::open_as(browser, served, room, "", Watch::Page);
        // Some write to the console for each job, which costs more when somebody listens.
        for domain in ["Runtime", "Log", "Network"] {
            stage.page.call(&format!("{domain}.disable"), json!({}));
        }
        stage
    }

    fn open_as(
        browser: &'b Browser,
        served: &'b Served,
        room: Room,
        query: &str,
        watch: Watch,
    ) -> Self {
        let page = browser.open(&served.url(room, query), watch);
        page.run::<()>("while (!globalThis.bench) await new Promise(requestAnimationFrame);");
        Self { browser, served, room, page }
    }

    /// Another page in the same room, which counts calls between JavaScript and wasm.
    pub(crate) fn counting(&self) -> Self {
        Self::open_as(self.browser, self.served, self.room, "?count", Watch::Page)
    }

    /// How large all files are that a contender fetches to open, on a page of its own.
    ///
    /// # Errors
    /// Why it does not open.
    pub(crate) fn sizes(&self, entry: Entry) -> Result<Sizes, String> {
        let other = Self::open_as(self.browser, self.served, self.room, "", Watch::Workers);
        other.open_contender(entry)?;
        let fetched = other.page.fetched();
        let paths = fetched.iter().filter_map(|fetched| path_of(&fetched.url));
        Ok(sizes::sum(&self.served.site, &paths.collect::<BTreeSet<_>>()))
    }

    /// Calls a function of the harness that sets the marks [`FROM`] and [`TO`], and gives what the
    /// browser did meanwhile.
    ///
    /// # Errors
    /// As [`Stage::call`].
    pub(crate) fn trace<T: DeserializeOwned>(
        &self,
        name: &str,
        given: &Value,
    ) -> Result<(T, Trace), String> {
        self.browser.start_trace(&TRACED);
        let told = self.call(name, given);
        let trace = self.browser.end_trace();
        Ok((told?, trace))
    }

    /// Calls a function of the harness.
    ///
    /// # Errors
    /// What it threw, in one line.
    pub(crate) fn call<T: DeserializeOwned>(&self, name: &str, given: &Value) -> Result<T, String> {
        let body = format!("return (await bench.{name}(...{given})) ?? null;");
        let value = self.page.try_run(PATIENCE, &body).map_err(|why| first_line(&why))?;
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    pub(crate) fn know(&self, contender: &str) -> Result<About, String> {
        self.call("know", &json!([contender]))
    }

    pub(crate) fn open_contender(&self, entry: Entry) -> Result<f64, String> {
        self.call("open", &json!([entry.contender, entry.workers]))
    }

    /// Paints the image that filters of this size work on.
    pub(crate) fn paint(&self, size: Size) -> Result<u32, String> {
        self.call("paint", &json!([size.width, size.height, SEED]))
    }

    /// So that nobody pays for what others left behind.
    pub(crate) fn collect_garbage(&self) {
        self.page.call("HeapProfiler.collectGarbage", json!({}));
    }
}

/// Of an address of the site; none for what is embedded in a script.
fn path_of(url: &str) -> Option<String> {
    let path = url.strip_prefix("http://127.0.0.1:")?.split_once('/')?.1;
    Some(path.split(['?', '#']).next()?.to_owned())
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// Where and when it is measured.
pub(crate) fn method(browser: &Browser, extent: Extent) -> Method {
    let version = browser.call(None, "Browser.getVersion", json!({}));
    let blank = browser.open("about:blank", Watch::Page);
    Method {
        date: blank.run("return new Date().toISOString();"),
        browser: version["product"].as_str().unwrap_or_default().replace('/', " "),
        processor: processor(),
        cores: thread::available_parallelism().map_or(0, usize::from),
        system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        quick: extent == Extent::Quick,
        seed: SEED,
        seconds: 0.0,
    }
}

/// Its name, where the system tells it.
fn processor() -> String {
    let told = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| "unknown processor".into())
}
