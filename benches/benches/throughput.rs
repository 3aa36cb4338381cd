//! Lines and megabytes a second on this machine. Ratios count: a shared machine is now fast, now slow.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rapi_benches::{LINE, decode, decode_bytes, encode};

fn lines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("line");
    group.throughput(Throughput::Bytes(LINE.len() as u64));
    group.bench_function("decode", |bencher| bencher.iter(decode));
    group.bench_function("decode-bytes", |bencher| bencher.iter(decode_bytes));
    group.bench_function("encode", |bencher| bencher.iter(encode));
    // What nobody can go below.
    group.bench_function("xor alone", |bencher| {
        bencher.iter(|| black_box(LINE).iter().fold(0, |sum, byte| sum ^ byte));
    });
    group.bench_function("memcpy", |bencher| {
        let mut copy = [0; 28];
        bencher.iter(|| {
            copy.copy_from_slice(black_box(LINE));
            black_box(&copy);
        });
    });
    group.finish();
}

criterion_group!(benches, lines);
criterion_main!(benches);
