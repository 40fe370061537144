//! Edges.

use unjank_protocol::{Context, Docs, Kernel, KernelError, Output};

use super::{
    NoParams, PIXELS,
    luma::{grey, luma},
    rows::{Places, Rows},
};

/// Shows how steeply brightness changes, as grey: Sobel's two 3 by 3 gradients of the luma (as
/// [`Grayscale`](super::Grayscale) counts it), and of these the length, `sqrt(gx^2 + gy^2)`,
/// rounded and cut at 255. Keeps alpha.
///
/// The length, and not the cheaper `|gx| + |gy|`, because that would draw diagonal edges up to
/// 1.41 times as bright as others. A full step from black to white has the length 1020, so edges
/// of a quarter of it are white.
///
/// Works in place: a row is overwritten when the lumas of the one below have been read.
///
/// ```
/// use unjank_demo::kernels::{NoParams, Sobel};
/// use unjank_protocol::run_alone;
///
/// // Grey values 10, 10, 20: the step on the right is 4 * 10 high.
/// let row = [[10, 10, 10, 255], [10, 10, 10, 255], [20, 20, 20, 255]].concat();
/// let edges = run_alone::<Sobel>(&NoParams {}, &row, 12)?;
/// assert_eq!(edges, [[0, 0, 0, 255], [40, 40, 40, 255], [40, 40, 40, 255]].concat());
/// # Ok::<(), unjank_protocol::KernelError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Sobel;

impl Kernel for Sobel {
    const NAME: &'static str = "sobel";
    const HALO: Option<u32> = Some(1);
    const DOCS: Docs = Docs::new("Shows how steeply brightness changes, as grey. Keeps alpha.")
        .params("{}")
        .result(PIXELS);
    type Params = NoParams;

    fn run(
        params: &NoParams,
        input: &mut [u8],
        output: &mut Output,
        cx: &Context,
    ) -> Result<(), KernelError> {
        let rows = Rows::new(input, cx.window(), Self::halo(params))?;
        if rows.core_len() > 0 {
            let (places, core) = (rows.places(), rows.core());
            find_edges(input, places, core);
        }
        output.keep_input(cx.window().core_bytes());
        Ok(())
    }
}

fn find_edges(input: &mut [u8], places: Places, core: usize) {
    let mut lumas = [-1, 0, 1].map(|down| Lumas::new(&input[places.below(0, down)]));
    let mut gradients = Gradients::new(&lumas[0]);
    for index in 0..core {
        if index > 0 {
            lumas.rotate_left(1);
            lumas[2].read(&input[places.below(index, 1)]);
        }
        gradients.read(&lumas);
        gradients.draw(&mut input[places.below(index, 0)]);
    }
}

/// The lumas of a row, and once more the first and the last.
#[derive(Debug)]
struct Lumas(Vec<i16>);

impl Lumas {
    fn new(row: &[u8]) -> Self {
        let mut lumas = Self(vec![0; row.as_chunks::<4>().0.len() + 2]);
        lumas.read(row);
        lumas
    }

    fn read(&mut self, row: &[u8]) {
        let last = self.0.len() - 1;
        for (to, pixel) in self.0[1..last].iter_mut().zip(row.as_chunks().0) {
            *to = luma(*pixel) as i16;
        }
        self.0[0] = self.0[1];
        self.0[last] = self.0[last - 1];
    }
}

/// The vertical part of both gradients along a row: what remains is to combine three neighbours.
#[derive(Debug)]
struct Gradients {
    /// Lumas weighted 1, 2, 1 downwards.
    smooth: Vec<i16>,
    /// How much the luma grows downwards.
    rise: Vec<i16>,
}

impl Gradients {
    fn new(like: &Lumas) -> Self {
        Self { smooth: vec![0; like.0.len()], rise: vec![0; like.0.len()] }
    }

    fn read(&mut self, [above, here, below]: &[Lumas; 3]) {
        let lumas = above.0.iter().zip(&here.0).zip(&below.0);
        let parts = self.smooth.iter_mut().zip(&mut self.rise);
        for ((smooth, rise), ((above, here), below)) in parts.zip(lumas) {
            *smooth = above + 2 * here + below;
            *rise = below - above;
        }
    }

    /// Writes the lengths as grey over a row, whose alpha stays.
    fn draw(&self, row: &mut [u8]) {
        let triples = self.smooth.array_windows().zip(self.rise.array_windows());
        for (pixel, (smooth, rise)) in row.as_chunks_mut().0.iter_mut().zip(triples) {
            *pixel = grey(length(smooth, rise), *pixel);
        }
    }
}

#[inline(always)]
fn length([left, _, right]: &[i16; 3], [a, b, c]: &[i16; 3]) -> u32 {
    let x = i32::from(right - left);
    let y = i32::from(a + 2 * b + c);
    // Exact: a root of a whole number below 2^16 is never as near to a half as `f32` rounds.
    let square = (x * x + y * y).min(255 * 255);
    ((square as f32).sqrt() + 0.5) as u32
}
