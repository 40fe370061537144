//! Every filter on an image of 12 million pixels, cut as a pool would cut it, on one core; and on
//! a small one next to the oracle, for the ratio.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use unjank_demo::kernels::{
    Blur, Columns, Crop, GaussianBlur, Grayscale, Median, NoParams, Scale, Shrink, Sobel, Tone,
    ToneCurve, oracle,
};
use unjank_protocol::{Context, Kernel, Output, Plan};

const PIXEL: usize = 4;

struct Image {
    pixels: Vec<u8>,
    width: usize,
}

impl Image {
    /// Gradients with noise on them, the same in every run.
    fn new(width: usize, height: usize) -> Self {
        let mut noise = 0x9e37_79b9_u32;
        let mut value = |index: usize| {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let (x, y, channel) = (index / PIXEL % width, index / PIXEL / width, index % PIXEL);
            ((x / 8 + y / (channel + 4)) as u8).wrapping_add((noise >> 27) as u8)
        };
        Self { pixels: (0..width * height * PIXEL).map(&mut value).collect(), width }
    }

    fn throughput(&self) -> Throughput {
        let bytes = self.pixels.len() as u64;
        Throughput::ElementsAndBytes { elements: bytes / PIXEL as u64, bytes }
    }
}

/// Runs a kernel chunk after chunk as a worker would, with one buffer in and one out.
struct Worker {
    input: Vec<u8>,
    output: Output,
}

impl Worker {
    fn run<K: Kernel>(&mut self, params: &K::Params, image: &Image) {
        let stride = u32::try_from(image.width * PIXEL).expect("a width of 32 bits");
        let plan = Plan::new(image.pixels.len(), stride, None, K::halo(params));
        for chunk in plan.expect("whole rows").chunks() {
            self.input.clear();
            self.input.extend_from_slice(&image.pixels[chunk.input]);
            let cx = Context::new(chunk.window);
            K::run(params, &mut self.input, &mut self.output, &cx).expect("good parameters");
            black_box(self.output.result(&self.input));
        }
    }
}

/// Calls a function for every kernel: its oracle, a label and parameters.
macro_rules! for_every_kernel {
    ($call:ident, $($argument:expr),+) => {
        for sigma in [1.0, 5.0, 20.0] {
            let label = format!("sigma {sigma}");
            $call::<GaussianBlur>($($argument),+, oracle::gaussian_blur, &label, &Blur { sigma });
        }
        let tone = Tone { exposure: 0.5, contrast: 1.2, gamma: 1.1 };
        $call::<Sobel>($($argument),+, oracle::sobel, "", &NoParams {});
        $call::<ToneCurve>($($argument),+, oracle::tone_curve, "", &tone);
        $call::<Grayscale>($($argument),+, oracle::grayscale, "", &NoParams {});
        $call::<Median>($($argument),+, oracle::median, "", &NoParams {});
        for factor in [2, 3, 8] {
            let label = format!("factor {factor}");
            $call::<Shrink>($($argument),+, oracle::shrink, &label, &Scale { factor });
        }
        let columns = Columns { left: 80, width: 160 };
        $call::<Crop>($($argument),+, oracle::crop, "", &columns);
    };
}

type Oracle<K> = fn(&<K as Kernel>::Params, &[u8], usize) -> Vec<u8>;

fn name<K: Kernel>(label: &str) -> String {
    if label.is_empty() { K::NAME.to_owned() } else { format!("{}, {label}", K::NAME) }
}

fn twelve_megapixels(criterion: &mut Criterion) {
    fn one<K: Kernel>(
        criterion: &mut Criterion,
        image: &Image,
        _oracle: Oracle<K>,
        label: &str,
        params: &K::Params,
    ) {
        let mut worker = Worker { input: Vec::new(), output: Output::new() };
        let mut group = criterion.benchmark_group("12 MP");
        group.sample_size(10).throughput(image.throughput());
        group.bench_function(name::<K>(label), |bencher| {
            bencher.iter(|| worker.run::<K>(params, image));
        });
    }
    let image = Image::new(4000, 3000);
    for_every_kernel!(one, criterion, &image);
}

fn next_to_the_oracle(criterion: &mut Criterion) {
    fn both<K: Kernel>(
        criterion: &mut Criterion,
        image: &Image,
        oracle: Oracle<K>,
        label: &str,
        params: &K::Params,
    ) {
        let mut worker = Worker { input: Vec::new(), output: Output::new() };
        let mut group = criterion.benchmark_group(name::<K>(label));
        group.sample_size(10).throughput(image.throughput());
        group.bench_function("kernel", |bencher| bencher.iter(|| worker.run::<K>(params, image)));
        group.bench_function("oracle", |bencher| {
            bencher.iter(|| oracle(params, &image.pixels, image.width));
        });
    }
    let image = Image::new(320, 200);
    for_every_kernel!(both, criterion, &image);
}

fn short() -> Criterion {
    let second = std::time::Duration::from_secs(1);
    Criterion::default().warm_up_time(second / 4).measurement_time(second)
}

criterion_group! {
    name = filters;
    config = short();
    targets = twelve_megapixels, next_to_the_oracle
}
criterion_main!(filters);
