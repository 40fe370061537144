//! The filters without a pool: one image in JavaScript's memory, computed chunk after chunk as a
//! worker's runtime does it. `cargo xtask filters` builds it and measures.
#![cfg(target_arch = "wasm32")]

use js_sys::Uint8Array;
use unjank_demo::kernels::{
    Blur, GaussianBlur, Grayscale, Median, NoParams, Sobel, Tone, ToneCurve,
};
use unjank_protocol::{Chunk, Context, Kernel, KernelError, Output, Plan};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A filter with its parameters.
#[derive(Debug)]
enum Filter {
    GaussianBlur(Blur),
    Sobel,
    ToneCurve(Tone),
    Grayscale,
    Median,
}

impl Filter {
    fn named(name: &str, sigma: f32) -> Option<Self> {
        let tone = Tone { exposure: 0.5, contrast: 1.2, gamma: 1.1 };
        match name {
            GaussianBlur::NAME => Some(Self::GaussianBlur(Blur { sigma })),
            Sobel::NAME => Some(Self::Sobel),
            ToneCurve::NAME => Some(Self::ToneCurve(tone)),
            Grayscale::NAME => Some(Self::Grayscale),
            Median::NAME => Some(Self::Median),
            _ => None,
        }
    }

    fn halo(&self) -> u32 {
        match self {
            Self::GaussianBlur(params) => GaussianBlur::halo(params),
            Self::Sobel => Sobel::halo(&NoParams {}),
            Self::ToneCurve(params) => ToneCurve::halo(params),
            Self::Grayscale => Grayscale::halo(&NoParams {}),
            Self::Median => Median::halo(&NoParams {}),
        }
    }

    fn run(&self, input: &mut [u8], output: &mut Output, cx: &Context) -> Result<(), KernelError> {
        match self {
            Self::GaussianBlur(params) => GaussianBlur::run(params, input, output, cx),
            Self::Sobel => Sobel::run(&NoParams {}, input, output, cx),
            Self::ToneCurve(params) => ToneCurve::run(params, input, output, cx),
            Self::Grayscale => Grayscale::run(&NoParams {}, input, output, cx),
            Self::Median => Median::run(&NoParams {}, input, output, cx),
        }
    }
}

/// A filter at work on an image, with a worker's two buffers.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Bench {
    filter: Filter,
    plan: Plan,
    input: Vec<u8>,
    output: Output,
}

#[wasm_bindgen]
impl Bench {
    /// For an image of `length` bytes in rows of `stride` bytes, cut into chunks of `rows` rows or
    /// as the plan chooses.
    ///
    /// # Errors
    /// When there is no such filter, or the image cannot be cut so.
    #[wasm_bindgen(constructor)]
    pub fn new(
        name: &str,
        sigma: f32,
        length: usize,
        stride: u32,
        rows: Option<u32>,
    ) -> Result<Self, JsError> {
        let filter = Filter::named(name, sigma).ok_or_else(|| JsError::new("no such filter"))?;
        let plan = Plan::new(length, stride, rows, filter.halo())?;
        Ok(Self { filter, plan, input: Vec::new(), output: Output::new() })
    }

    /// How many chunks there are.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn chunks(&self) -> u32 {
        self.plan.len().get()
    }

    /// Rows of a chunk, but the last.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.plan.chunk(0).map_or(0, |chunk| chunk.window.core)
    }

    /// Copies the `index`-th chunk of `source` in, runs the filter, and copies the result to its
    /// place in `target`.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn run(
        &mut self,
        index: u32,
        source: &Uint8Array,
        target: &Uint8Array,
    ) -> Result<(), JsError> {
        let Some(Chunk { input, window }) = self.plan.chunk(index) else {
            return Ok(());
        };
        self.input.clear();
        self.input.resize(input.len(), 0);
        source.subarray(input.start as u32, input.end as u32).copy_to(&mut self.input);
        self.output.grow();
        self.filter.run(&mut self.input, &mut self.output, &Context::new(window))?;
        let result = self.output.result(&self.input).unwrap_or_default();
        let start = window.start * window.stride;
        target.subarray(start, start + result.len() as u32).copy_from(result);
        Ok(())
    }
}
