//! The demo page, as it is deployed.

mod alike;
mod dial;
mod once;
mod session;
mod tiles;
mod timeline;

use std::time::Duration;

use serde::Deserialize;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

/// Enlarging rounds down: this is what gives at least 12 megapixels.
const MEDIUM: u32 = 13;

/// A photo of a good camera, in megapixels.
const LARGE: u32 = 24;

/// A run on the main thread of a page whose machine has other things to do.
const SLOW: Duration = Duration::from_secs(240);

/// A run that goes on for long after its first tile.
const BLUR: &str = "{ filter: 'gaussian_blur', params: { sigma: 12 }, workers: 2 }";

/// Waits in the page for the first tile of a run that is yet to start. What waits for it goes on before
/// the page takes its next message.
const FIRST_TILE: &str = "const firstTile = new Promise((resolve) => {
  const shown = document.getElementById('first-tile');
  const observer = new MutationObserver(() => {
    if (/\\d/.test(shown.textContent)) resolve(observer.disconnect());
  });
  observer.observe(shown, { childList: true });
});";

/// `expected(megapixels, layers)` is the digest of what the canvas of the filtered photo should show, made
/// without a pool and a canvas. `look(digest)` is that of what it shows, at last: what a worker paints comes to
/// the page's canvas some frames later.
const LOOK: &str = "
    const FRAMES = 600;
    const digestOf = async (bytes) => String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    const shown = document.getElementById('after');
    globalThis.expected = async (megapixels, layers) => {
      const { Photos } = await import('/engine/photos.js');
      const { instantiate } = await import('/unjank/alone.js');
      const photos = new Photos();
      const photo = await photos.sample('astronaut', megapixels);
      const alone = instantiate(await WebAssembly.compileStreaming(fetch('/pkg/kernels.wasm')));
      const shrink = { filter: 'shrink', params: { factor: Math.ceil(photo.width / shown.width) } };
      const filtered = (bytes, { filter, params }) => alone.run(filter, params, bytes, photo.width * 4);
      return digestOf([...layers, shrink].reduce(filtered, await photos.lend(photo)));
    };
    globalThis.look = async (wanted) => {
      let seen;
      for (let frame = 0; frame < FRAMES && seen !== wanted; frame += 1) {
        await new Promise(requestAnimationFrame);
        const look = new OffscreenCanvas(shown.width, shown.height).getContext('2d');
        look.drawImage(shown, 0, 0);
        seen = await digestOf(look.getImageData(0, 0, shown.width, shown.height).data);
      }
      return seen;
    };";

/// What `unjankDemo.run` gives.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    first_tile_ms: f64,
    total_ms: f64,
    tiles: u32,
    digest: Option<String>,
}

/// Opens the demo and waits until it stands.
fn open<'b>(browser: &'b Browser, site: &Site, watch: Watch) -> Page<'b> {
    let page = browser.open(&site.url("/index.html"), watch);
    page.run::<()>("await unjankDemo.ready;");
    page
}

/// Runs a filter; `request` is what `unjankDemo.run` takes.
#[track_caller]
fn run(page: &Page<'_>, request: &str) -> Run {
    page.run_within(SLOW, &format!("return unjankDemo.run({request});"))
}

fn load(page: &Page<'_>, megapixels: u32) {
    page.run::<()>(&format!("await unjankDemo.loadSample('astronaut', {megapixels});"));
}

/// As many workers as the machine has cores; at least two.
fn cores(page: &Page<'_>) -> u32 {
    page.run::<u32>("return navigator.hardwareConcurrency;").max(2)
}
