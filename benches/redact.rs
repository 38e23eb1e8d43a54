//! The redactor over logs in memory, beside a copy of the same bytes and a count of their lines as the floor.

#![allow(missing_docs, clippy::expect_used)]

use std::io::Write;

use divan::Bencher;
use divan::counter::BytesCount;
use evpack::redact::Redactor;

fn main() {
    divan::main();
}

/// A log without a secret, with one line in a thousand that holds one, or with one on each line.
fn log(every: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let key = format!("sk-ant-{}03-{}AA", "api", "Ab3dEf6hIj9kLm".repeat(6));
    for line in 0..40_000usize {
        let secret = if every > 0 && line % every == 0 { key.as_str() } else { "-" };
        writeln!(out, "2026-11-20T10:{:02}:{:02}Z INFO app.http: POST https://api.anthropic.com/v1/messages 200 in {}ms {secret} after the queue was empty", line / 60 % 60, line % 60, line % 977)
            .expect("memory can be written");
    }
    out
}

/// Request bodies, one a line.
fn bodies() -> Vec<u8> {
    let mut out = Vec::new();
    for line in 0..2_000 {
        let prompt = "please summarise the page, see https://example.com/a?x=1 and answer in \\\"short\\\" words\\n"
            .repeat(12 + line % 9);
        writeln!(out, "{{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"messages\":[{{\"role\":\"user\",\"content\":\"{prompt}\"}}]}}").expect("memory can be written");
    }
    out
}

fn redact(bencher: Bencher<'_, '_>, text: &[u8]) {
    let redactor = Redactor::builder().build().expect("the built-in rules load");
    let mut out = Vec::with_capacity(text.len() * 2);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        out.clear();
        redactor.redact_stream(text, &mut out).expect("memory can be written")
    });
}

#[divan::bench(args = [0, 1000, 1])]
fn log_with_a_secret_every(bencher: Bencher<'_, '_>, every: usize) {
    redact(bencher, &log(every));
}

#[divan::bench]
fn request_bodies(bencher: Bencher<'_, '_>) {
    redact(bencher, &bodies());
}

#[divan::bench]
fn floor_copy(bencher: Bencher<'_, '_>) {
    let text = log(1000);
    let mut out = Vec::with_capacity(text.len());
    bencher.counter(BytesCount::new(text.len())).bench_local(|| {
        out.clear();
        out.extend_from_slice(divan::black_box(&text));
        divan::black_box(out.len())
    });
}

#[divan::bench]
fn floor_count_lines(bencher: Bencher<'_, '_>) {
    let text = log(1000);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| divan::black_box(&text).split(|b| *b == b'\n').count());
}

#[divan::bench]
fn start_up(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Redactor::builder().build().map(|redactor| redactor.redact_str("status 529")));
}
