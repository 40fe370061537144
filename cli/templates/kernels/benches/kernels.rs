//! How fast the kernels are on one core, without a page: `cargo bench`.

use app_name_kernels::exposure;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Four megapixels.
const BYTES: usize = 16 << 20;

fn exposures(criterion: &mut Criterion) {
    let mut pixels = vec![100; BYTES];
    let mut group = criterion.benchmark_group("exposure");
    group.throughput(Throughput::Bytes(BYTES as u64));
    group.bench_function("1.0", |bencher| bencher.iter(|| exposure(&mut pixels, 1.0)));
    group.finish();
}

criterion_group!(benches, exposures);
criterion_main!(benches);
