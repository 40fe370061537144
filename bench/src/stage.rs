//! The browser and the page that contenders run in.

use std::{path::Path, thread, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
};
use xtask::serve::{Running, ServeError, Server};

use crate::{
    options::Extent,
    plan::{Entry, Room, SEED, Size},
    results::Method,
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
    plain: Running,
    isolated: Running,
}

impl Served {
    pub(crate) fn start(site: &Path) -> Result<Self, ServeError> {
        let plain = Server::bind(site, 0)?.with_headers(&[POLICY]);
        let isolated = Server::bind(site, 0)?.with_headers(&[POLICY]).with_headers(&ISOLATION);
        Ok(Self { plain: plain.spawn(), isolated: isolated.spawn() })
    }

    fn url(&self, room: Room) -> String {
        let server = match room {
            Room::Plain => &self.plain,
            Room::Isolated => &self.isolated,
        };
        format!("http://127.0.0.1:{}/index.html", server.port())
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
    pub(crate) cannot: std::collections::BTreeMap<String, String>,
}

/// One page, in a room.
#[derive(Debug)]
pub(crate) struct Stage<'b> {
    page: Page<'b>,
}

impl<'b> Stage<'b> {
    pub(crate) fn open(browser: &'b Browser, served: &Served, room: Room) -> Self {
        let page = browser.open(&served.url(room), Watch::Page);
        page.run::<()>("while (!globalThis.bench) await new Promise(requestAnimationFrame);");
        Self { page }
    }

    /// Calls a function of the harness.
    ///
    /// # Errors
    /// What it threw, in one line.
    pub(crate) fn call<T: DeserializeOwned>(&self, name: &str, given: &Value) -> Result<T, String> {
        let body = format!("return await bench.{name}(...{given});");
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
