//! The benchmark's kernels under wasm-bindgen-rayon: an image in shared memory, bands of it on
//! rayon's threads.

use rayon::prelude::*;
use unjank_bench_work::{Job, Work};
use unjank_demo::kernels::Blur;
use unjank_protocol::{Chunk, Context, Kernel, Output, Plan};
use wasm_bindgen::prelude::*;
pub use wasm_bindgen_rayon::init_thread_pool;

/// Pixels and what becomes of them, in memory that the page and all threads share.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Image {
    input: Vec<u8>,
    output: Vec<u8>,
}

#[wasm_bindgen]
impl Image {
    /// Room for this many bytes, and for as many of a result.
    #[wasm_bindgen(constructor)]
    pub fn new(length: usize) -> Self {
        Self { input: vec![0; length], output: vec![0; length] }
    }

    /// Where the pixels go.
    #[wasm_bindgen(getter, js_name = inputAt)]
    pub fn input_at(&self) -> usize {
        self.input.as_ptr() as usize
    }

    /// Where the result is.
    #[wasm_bindgen(getter, js_name = outputAt)]
    pub fn output_at(&self) -> usize {
        self.output.as_ptr() as usize
    }

    /// Blurs; blocks until that is done.
    pub fn blur(&mut self, width: u32, sigma: f32) -> Result<(), JsError> {
        self.filter(Job::Blur(Blur { sigma }), width)
    }

    /// Draws edges; blocks until that is done.
    pub fn sobel(&mut self, width: u32) -> Result<(), JsError> {
        self.filter(Job::Sobel, width)
    }
}

impl Image {
    /// In bands of the size of the pool's chunks, so that the same stays in a core's cache.
    fn filter(&mut self, job: Job, width: u32) -> Result<(), JsError> {
        let Self { input, output } = self;
        let plan = Plan::new(input.len(), 4 * width, None, Work::halo(&job))?;
        let chunks: Vec<Chunk> = plan.chunks().collect();
        let band_bytes = chunks.first().map_or(1, |chunk| (chunk.window.core * 4 * width) as usize);
        output
            .par_chunks_mut(band_bytes)
            .zip(&chunks)
            .try_for_each_init(Scratch::default, |scratch, (output, chunk)| {
                scratch.filter(job, &input[chunk.input.clone()], chunk, output)
            })
            .map_err(|error| JsError::new(&error))
    }
}

/// A kernel may write into its input, so a band is copied for it; threads keep the room for that.
#[derive(Debug, Default)]
struct Scratch {
    band: Vec<u8>,
    output: Output,
}

impl Scratch {
    fn filter(
        &mut self,
        job: Job,
        input: &[u8],
        chunk: &Chunk,
        output: &mut [u8],
    ) -> Result<(), String> {
        self.band.clear();
        self.band.extend_from_slice(input);
        Work::run(&job, &mut self.band, &mut self.output, &Context::new(chunk.window))
            .map_err(|error| error.to_string())?;
        let rows = self.output.result(&self.band).ok_or("the kernel kept more than its input")?;
        output.copy_from_slice(rows);
        Ok(())
    }
}
