//! A dial that is dragged, and the picture that follows it.

use serde_json::json;
use unjank_e2e::{
    browser::Browser,
    page::{Page, Watch},
    site::Site,
};

use crate::{LARGE, LOOK, SLOW, load};

/// Workers, so that a test can end them.
const COLLECT: &str = "
    const Own = globalThis.Worker;
    globalThis.workers = [];
    globalThis.Worker = class extends Own {
      constructor(...all) {
        super(...all);
        if (String(all[0]).endsWith('/unjank/worker.js')) workers.push(this);
      }
    };";

/// `drag(values, each)` moves the dial once a frame, and resolves to how many pictures were shown when the
/// last of them was.
const DRAG: &str = "
    const dial = document.getElementById('dial-sigma');
    const status = document.getElementById('status');
    globalThis.drag = async (values, each = () => {}) => {
      let pictures = 0;
      const observer = new MutationObserver(() => {
        if (status.textContent.includes('follows its dial')) each(pictures += 1);
      });
      observer.observe(status, { childList: true });
      for (const value of values) {
        dial.value = value;
        dial.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
      await unjankDemo.follow({ filter: 'gaussian_blur', params: { sigma: Number(dial.value) } });
      observer.disconnect();
      return pictures;
    };
    // From 2 to 40 and back to 3.5.
    globalThis.values = Array.from({ length: 150 }, (_, at) => at < 77 ? 2 + at / 2 : 40 - (at - 76) / 2);";

/// Opens the demo with a large photo, ready to be dragged.
fn open<'b>(browser: &'b Browser, site: &Site) -> Page<'b> {
    let page = browser.open(&site.url("/index.html"), Watch::Page);
    page.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COLLECT }));
    page.visit(&site.url("/index.html"));
    page.run::<()>("await unjankDemo.ready;");
    load(&page, LARGE);
    page.run::<()>(DRAG);
    page.run::<()>(LOOK);
    page
}

/// What the canvas shows, and what it should: the photo, blurred as the dial says.
fn shown_and_expected(page: &Page<'_>) -> (String, String) {
    page.run_within(
        SLOW,
        &format!(
            "const sigma = Number(document.getElementById('dial-sigma').value);
            const wanted = await expected({LARGE}, [{{ filter: 'gaussian_blur', params: {{ sigma }} }}]);
            return [await look(wanted), wanted];"
        ),
    )
}

#[test]
fn a_picture_follows_its_dial_and_shows_the_last_value() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site);
    let (pictures, moves): (u32, u32) =
        page.run_within(SLOW, "return [await drag(values), values.length];");
    println!("{pictures} pictures of {moves} values");
    assert!(pictures > 2, "it is followed on the way");
    assert!(pictures <= moves + 1, "no value is computed twice");
    let (shown, expected) = shown_and_expected(&page);
    assert_eq!(shown, expected, "the last value is the one that is shown");
}

#[test]
fn a_worker_that_ends_while_the_dial_moves_costs_nothing_but_time() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site);
    let (ended, fault): (u32, String) = page.run_within(
        SLOW,
        "let ended = 0;
        await drag(values, (pictures) => {
          // Between the two its successor has had time to come.
          if (pictures !== 2 && pictures !== 6) return;
          ended += 1;
          workers.at(-1).terminate();
        });
        return [ended, document.getElementById('fault').textContent];",
    );
    let generations: Vec<u32> =
        page.run("return unjankDemo.stats().workers.map(({ generation }) => generation);");
    println!("{ended} workers ended; generations {generations:?}");
    assert_eq!((ended, fault.as_str()), (2, ""));
    assert_eq!(generations.iter().sum::<u32>(), 2);
    let (shown, expected) = shown_and_expected(&page);
    assert_eq!(shown, expected);
}

/// A part of the photo, and of what a filter makes of it, as the canvases show it at last and as it should be.
const PART: &str = "
    const { Photos } = await import('/engine/photos.js');
    const { instantiate } = await import('/unjank/alone.js');
    const photos = new Photos();
    const photo = await photos.sample('astronaut', 24);
    const pixels = await photos.lend(photo);
    const alone = instantiate(await WebAssembly.compileStreaming(fetch('/pkg/kernels.wasm')));
    const blurred = alone.run('gaussian_blur', { sigma: 5 }, pixels, photo.width * 4);
    const differ = (x, y) => {
      let differing = 0;
      for (const [id, whole] of [['before', pixels], ['after', blurred]]) {
        const canvas = document.getElementById(id);
        const { width, height } = canvas;
        const look = new OffscreenCanvas(width, height).getContext('2d');
        look.drawImage(canvas, 0, 0);
        const { data } = look.getImageData(0, 0, width, height);
        const [left, top] = [x(photo.width - width, width), y(photo.height - height, height)];
        for (let at = 0; at < data.length; at += 1) {
          const [row, column] = [Math.floor(at / 4 / width), (at >> 2) % width];
          const place = ((top + row) * photo.width + left + column) * 4 + at % 4;
          differing += data[at] !== whole[place];
        }
      }
      return differing;
    };
    globalThis.differing = async (x, y) => {
      let differing;
      for (let frame = 0; frame < 200 && differing !== 0; frame += 1) {
        await new Promise(requestAnimationFrame);
        differing = differ(x, y);
      }
      return differing;
    };
    globalThis.photo = photo;";

#[test]
fn a_part_of_the_photo_is_shown_pixel_for_pixel_and_moved() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site);
    page.run_within::<()>(SLOW, PART);
    let differing: [u32; 3] = page.run_within(
        SLOW,
        "await unjankDemo.follow({ filter: 'gaussian_blur', params: { sigma: 5 } });
        await unjankDemo.zoom({ x: 0.3, y: 0.7 });
        const middle = (share, side) => (_, length) => Math.round(share * photo[side] - length / 2);
        const [x, y] = [middle(0.3, 'width'), middle(0.7, 'height')];
        const found = [await differing(x, y)];
        await unjankDemo.pan(41, -27);
        found.push(await differing((...all) => x(...all) + 41, (...all) => y(...all) - 27));
        // Further than there is any: at the corner, whatever came between.
        await Promise.all([unjankDemo.pan(-900, 0), unjankDemo.pan(9000, 9000)]);
        found.push(await differing((most) => most, (most) => most));
        return found;",
    );
    assert_eq!(differing, [0; 3], "bytes that are not the photo's, or the filter's");
    let pressed: String = page.run(
        "await unjankDemo.overview();
        document.getElementById('dial-sigma').value = 5;
        return document.getElementById('zoom').getAttribute('aria-pressed');",
    );
    assert_eq!(pressed, "false");
    let (shown, expected) = shown_and_expected(&page);
    assert_eq!(shown, expected);
}

/// The full size is made when it is wanted, also while the dial moves on.
#[test]
fn the_file_has_the_full_size_of_what_is_shown() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site);
    load(&page, 2);
    let none: String = page.run("return unjankDemo.png().catch(({ code }) => code);");
    assert_eq!(none, "no_result");
    let (found, expected): (Vec<String>, Vec<String>) = page.run_within(
        SLOW,
        "const blur = (sigma) => ({ filter: 'gaussian_blur', params: { sigma } });
        const digestOf = async (png) => {
          const picture = await createImageBitmap(png);
          const look = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
          look.drawImage(picture, 0, 0);
          const { data } = look.getImageData(0, 0, picture.width, picture.height);
          const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
          return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        };
        await unjankDemo.follow(blur(5));
        await unjankDemo.zoom({ x: 0.5, y: 0.5 });
        const first = unjankDemo.png();
        await Promise.all([7, 9, 11].map((sigma) => unjankDemo.follow(blur(sigma))));
        const files = [await first, await unjankDemo.png()];
        const found = await Promise.all(files.map(digestOf));
        const expected = [];
        for (const sigma of [5, 11]) {
          expected.push((await unjankDemo.run({ ...blur(sigma), digest: true })).digest);
        }
        return [found, expected];",
    );
    assert_eq!(found, expected);
}

#[test]
fn filters_are_stacked_in_workers_as_on_the_page() {
    let site = Site::demo();
    let browser = Browser::start();
    let page = open(&browser, &site);
    load(&page, 9);
    let (layers, chosen): (Vec<String>, String) = page.run(
        "for (const press of [1, 2]) document.getElementById('stack-add').click();
        const layers = [...document.querySelectorAll('#stack li span')].map((row) => row.textContent);
        return [layers, new FormData(document.getElementById('controls')).get('filter')];",
    );
    assert_eq!(layers, ["Gaussian blur, sigma 30", "Median 5 × 5"]);
    assert_eq!(chosen, "sobel");
    let (expected, shown, digests): (String, [String; 3], [String; 2]) = page.run_within(
        SLOW,
        "const before = [
          { filter: 'gaussian_blur', params: { sigma: 30 } }, { filter: 'median', params: {} },
        ];
        const request = { before, filter: 'sobel', params: {}, digest: true };
        const wanted = await expected(9, [...before, request]);
        await unjankDemo.follow(request);
        const shown = [await look(wanted)];
        const digests = [];
        for (const mode of ['pool', 'page']) {
          digests.push((await unjankDemo.run({ ...request, mode })).digest);
          shown.push(await look(wanted));
        }
        return [wanted, shown, digests];",
    );
    assert_eq!(digests[0], digests[1], "whoever computes it");
    assert_eq!(shown, [(); 3].map(|()| expected.clone()), "the same is shown");
    page.run::<()>("document.querySelector('#stack button').click();");
    let layers: usize = page.run("return document.querySelectorAll('#stack li').length;");
    assert_eq!(layers, 1);
}
