//! The apps that the command makes, as a newcomer has them, in Chromium and under the strict policy.

mod node_server;
mod once;

use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::{self, Site},
};

use crate::node_server::NodeServer;

/// Resolves with what the page says once that ends so, or begins as an error does.
const SAID: &str = "
    const status = document.querySelector('#said');
    const dial = document.querySelector('#times');
    const said = (end) => new Promise((resolve) => {
        const look = () => {
            if (!status.textContent.endsWith(end) && !status.textContent.includes('Error')) return;
            observer.disconnect();
            resolve(status.textContent);
        };
        const observer = new MutationObserver(look);
        observer.observe(status, { childList: true });
        look();
    });
    const turn = (times) => {
        dial.value = times;
        dial.dispatchEvent(new Event('input'));
    };";

/// The picture's bytes. Read from a copy, lest the page be told that it reads too often.
const PIXELS: &str = "
    const { canvas } = document.querySelector('#picture').getContext('2d');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return new Blob([copy.getImageData(0, 0, canvas.width, canvas.height).data]);";

#[test]
fn an_app_that_the_command_made_shows_what_its_kernel_computes() {
    let made = site::made_by("bundlers", "UNJANK_MADE");
    for name in ["none", "vite"] {
        let site = Site::of(&made.join(name).join("dist"));
        look_at(name, &site.url("/index.html"));
    }
    look_at("vite dev", NodeServer::start(&made.join("vite"), &node_server::VITE).url());
}

fn look_at(name: &str, url: &str) {
    let browser = Browser::start();
    let page = browser.open(url, Watch::Workers);
    let said = "768 x 512 pixels, exposure";
    assert_eq!(told(&page, "return said('exposure 1');"), format!("{said} 1"), "{name}");
    let picture = page.take_bytes(PIXELS);
    assert_eq!(picture.len(), 4 * 768 * 512);
    // While one is computed the dial moves on: what is shown last is where it stands.
    let moved = "for (let times = 0; times < 1; times += 0.01) turn(times); turn(0.5);";
    let last = told(&page, &format!("{moved} return said('exposure 0.5');"));
    assert_eq!(last, format!("{said} 0.5"), "{name}");
    assert!(page.take_bytes(PIXELS) == darker(&picture), "{name}: half as bright");
    once::assert_fetched_and_compiled_once(name, &page);
    assert_eq!(page.complaints(), [], "{name}");
}

fn told(page: &Page<'_>, script: &str) -> String {
    page.run(&format!("{SAID}{script}"))
}

/// Half as bright, and as opaque.
fn darker(picture: &[u8]) -> Vec<u8> {
    let halve = |pixel: &[u8]| [pixel[0] / 2, pixel[1] / 2, pixel[2] / 2, pixel[3]];
    picture.chunks_exact(4).flat_map(halve).collect()
}
