//! What is on the page.

use js_sys::Uint8ClampedArray;
use unjank_pool::{Progress, browser::Buffer};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{
    CanvasRenderingContext2d, Document, Element, HtmlButtonElement, HtmlCanvasElement,
    HtmlInputElement, HtmlProgressElement, ImageData,
};

#[wasm_bindgen]
extern "C" {
    /// What was thrown. The pool's errors have a code; those of the page have none.
    type Thrown;

    #[wasm_bindgen(method, getter)]
    fn code(this: &Thrown) -> Option<String>;

    #[wasm_bindgen(method, getter)]
    fn message(this: &Thrown) -> Option<String>;
}

/// The elements that the app reads and writes.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) start: HtmlButtonElement,
    pub(crate) abort: HtmlButtonElement,
    radius: HtmlInputElement,
    progress: HtmlProgressElement,
    status: Element,
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

/// What the page lets people do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Start.
    Idle,
    /// Abort.
    Busy,
}

impl Page {
    pub(crate) fn find() -> Result<Self, JsValue> {
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.ok_or("an app needs a page")?;
        let canvas: HtmlCanvasElement = find(&document, "canvas")?;
        let context = canvas.get_context("2d")?.ok_or("the canvas can't be drawn on")?;
        Ok(Self {
            start: find(&document, "start")?,
            abort: find(&document, "abort")?,
            radius: find(&document, "radius")?,
            progress: find(&document, "progress")?,
            status: find(&document, "status")?,
            canvas,
            context: context.unchecked_into(),
        })
    }

    pub(crate) fn width(&self) -> u32 {
        self.canvas.width()
    }

    pub(crate) fn height(&self) -> u32 {
        self.canvas.height()
    }

    /// What is no number is 0, which the kernel refuses.
    pub(crate) fn radius(&self) -> u32 {
        self.radius.value_as_number() as u32
    }

    pub(crate) fn enter(&self, mode: Mode) {
        self.start.set_disabled(mode == Mode::Busy);
        self.abort.set_disabled(mode == Mode::Idle);
        self.progress.set_value(0.0);
    }

    /// Shows rows of the picture, the first of them at `top`. They are not copied into this module.
    pub(crate) fn paint(&self, rows: &Buffer, top: u32) -> Result<(), JsValue> {
        let bytes = rows.as_view();
        let clamped = Uint8ClampedArray::new_with_byte_offset_and_length(
            &bytes.buffer(),
            bytes.byte_offset(),
            bytes.length(),
        );
        let image = ImageData::new_with_js_u8_clamped_array(&clamped, self.width())?;
        self.context.put_image_data(&image, 0.0, f64::from(top))
    }

    pub(crate) fn tell_progress(&self, progress: Progress) {
        self.progress.set_max(f64::from(progress.total));
        self.progress.set_value(f64::from(progress.done));
    }

    pub(crate) fn tell(&self, status: &str) {
        self.status.set_text_content(Some(status));
    }

    /// Shows an error by its code.
    pub(crate) fn tell_error(&self, error: &JsValue) {
        let error: &Thrown = error.unchecked_ref();
        let code = error.code().unwrap_or_else(|| "page".into());
        self.tell(&format!("{code}: {}", error.message().unwrap_or_default()));
    }
}

fn find<T: JsCast>(document: &Document, id: &str) -> Result<T, JsValue> {
    let element = document.get_element_by_id(id).and_then(|element| element.dyn_into().ok());
    element.ok_or_else(|| format!("the page lacks its element {id}").into())
}
