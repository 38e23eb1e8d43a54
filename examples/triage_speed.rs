//! Measures ingest and triage on logs of many kinds, junk among them: `triage_speed [MIB]`. Prints time and throughput of
//! each at the given size (32 MiB by default) and at a quarter of it: four times the input must take about four times as long.
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use std::time::Instant;

use evpack::ingest::{InputText, ingest};
use evpack::model::Raw;
use evpack::triage::judge_failure;

fn seconds(bytes: Vec<u8>) -> f64 {
    let total_bytes = bytes.len() as u64;
    let input = InputText {
        label: Raw::text("speed"),
        bytes: Raw::new(bytes),
        total_bytes,
        skipped_before: 0,
        skipped_lines: None,
    };
    let (start, used) = (Instant::now(), processor());
    let found = ingest(&[input]);
    if let Some(failure) = found.failures.last() {
        let _ = judge_failure(failure, &found.clues, None, None);
    }
    processor().zip(used).map_or_else(|| start.elapsed().as_secs_f64(), |(now, used)| now - used)
}

/// Seconds that this process has spent on a processor, where the system tells it: a busy machine does not blur the figures.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}

fn filled(bytes: usize, piece: impl Fn(usize) -> String) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 4096);
    let mut n = 0;
    while out.len() < bytes {
        out.extend_from_slice(piece(n).as_bytes());
        n += 1;
    }
    out
}

const TRACE: &str = "Traceback (most recent call last):\n  File \"/srv/app/x.py\", line 9, in ask\n    call()\nhttpx.ConnectError: [Errno 111] Connection refused\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/srv/app/x.py\", line 12, in <module>\n    ask()\nanthropic.APIConnectionError: Connection error.\n";

/// Name of a kind of input, and what makes so many bytes of it.
type Kind = (&'static str, fn(usize) -> Vec<u8>);

fn kinds() -> Vec<Kind> {
    vec![
        ("plain log", |size| {
            filled(size, |n| {
                format!(
                    "2026-11-22T18:46:03.{:03}Z INFO  worker-{} handled item {n} in {} ms, queue depth {}\n",
                    n % 1000,
                    n % 16,
                    n % 97,
                    n % 31
                )
            })
        }),
        ("mixed log", |size| {
            filled(size, |n| match n % 50 {
                0 => format!("2026-11-22 18:46:03 ERROR request {n} failed with status 500, will be retried\n"),
                1 => format!("10.0.0.{} - - \"GET /assets/{n}.js HTTP/1.1\" 200 {}\n", n % 255, n * 31 % 9999),
                2 => format!("warning: timeout is {} s, error budget left {}\n", n % 60, n % 100),
                7 if n % 1000 == 7 => TRACE.to_owned(),
                _ => format!("2026-11-22T18:46:03Z DEBUG cache hit for key user:{n}, size {}\n", n * 7 % 4096),
            })
        }),
        ("json rows", |size| {
            filled(size, |n| {
                format!(
                    "{{\"level\":\"info\",\"time\":\"2026-11-22T18:46:03Z\",\"msg\":\"request served\",\"status\":200,\"id\":{n},\"path\":\"/v1/things/{n}\"}}\n"
                )
            })
        }),
        ("json rows of errors", |size| {
            filled(size, |n| {
                format!(
                    "{{\"level\":\"error\",\"msg\":\"job {n} failed\",\"error\":{{\"message\":\"disk is full\",\"code\":\"EDISK\"}}}}\n"
                )
            })
        }),
        ("tracebacks", |size| filled(size, |_| TRACE.to_owned())),
        ("traceback headers", |size| filled(size, |_| "Traceback (most recent call last):\n".to_owned())),
        ("error lines", |size| filled(size, |n| format!("Error: something went wrong in step {n}\n"))),
        ("nested braces", |size| filled(size, |n| format!("{{\"error\":{{\"a{n}\":{{\"b\":[{{\"message\":\n"))),
        ("brace junk", |size| filled(size, |n| format!("{} error message {n}\n", "{[(\"".repeat(20)))),
        ("quote junk", |size| filled(size, |n| format!("error \"'\"'“”\"' message {n} '\"'\"\\\"\\\"\n"))),
        ("one line of letters", |size| filled(size, |_| "abc error status ".to_owned())),
        ("one line of braces", |size| filled(size, |_| "{\"error\":".to_owned())),
        ("one line of quotes", |size| filled(size, |_| "\"\\\"".to_owned())),
        ("deep json", |size| {
            let half = size / 2;
            [vec![b'['; half], vec![b']'; half]].concat()
        }),
        ("full lines", |size| filled(size, |n| format!("{n:08} {}\n", "w ".repeat(35) + "x"))),
    ]
}

fn main() {
    let mib = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(32_usize);
    let _ = seconds(TRACE.as_bytes().to_vec());
    println!("{:22} {:>9} {:>9} {:>7} {:>8}", "input", "quarter", "whole", "growth", "MB/s");
    for (name, make) in kinds() {
        let quarter = seconds(make(mib << 18));
        let whole = seconds(make(mib << 20));
        let rate = (mib << 20) as f64 / 1e6 / whole;
        println!("{name:22} {quarter:>8.3}s {whole:>8.3}s {:>6.1}x {rate:>8.0}", whole / quarter.max(1e-6));
    }
}
