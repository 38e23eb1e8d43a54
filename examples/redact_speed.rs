//! Measures the redactor: start-up cost and throughput on a synthetic log. Run with `--release`.
#![allow(clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::time::Instant;

use evpack::model::vocabulary::Audience;
use evpack::model::{Raw, Sensitive};
use evpack::redact::{Policy, Ruleset, redact_text};

fn main() {
    let start = Instant::now();
    let Ok(rules) = Ruleset::builtin() else { return };
    println!("rules: {} in {:?}", rules.len(), start.elapsed());
    let policy =
        Policy { audience: Audience::Vendor, rules, personal: std::collections::BTreeMap::new(), allow: Vec::new() };
    let start = Instant::now();
    let _ = redact_text(
        &Raw::text(
            "x-api-key: abcdefgh1234567 /home/dana 10.1.2.3 {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        ),
        &policy,
        &Sensitive::default(),
    );
    println!("first text: {:?}", start.elapsed());
    let start = Instant::now();
    let _ = redact_text(&Raw::text("x-api-key: abcdefgh1234567 /home/dana 10.1.2.3"), &policy, &Sensitive::default());
    println!("second text: {:?}", start.elapsed());
    for (name, every) in [("plain log", 1000usize), ("dense log", 4)] {
        let mut log = String::new();
        let mut line = 0usize;
        while log.len() < 16 << 20 {
            line += 1;
            let second = line % 60;
            let _ = writeln!(
                log,
                "2026-11-22T18:36:{second:02}.123Z INFO worker-{} request_id=req_011CSHoEeqs5C35K2UUqR7Fy status=529 model=claude-opus-4-6 tokens={line} path=/v1/messages dur=35ms",
                line % 7
            );
            if line.is_multiple_of(every) {
                let _ =
                    writeln!(log, "2026-11-22T18:36:{second:02}.123Z DEBUG headers x-api-key: k9{line:08}AbCdEfGhIj");
            }
        }
        let bytes = log.len();
        let raw = Raw::new(log);
        let start = Instant::now();
        let clean = redact_text(&raw, &policy, &Sensitive::default());
        let seconds = start.elapsed().as_secs_f64();
        #[allow(clippy::cast_precision_loss)]
        let speed = bytes as f64 / 1e6 / seconds;
        println!("{name}: {bytes} bytes, {speed:.0} MB/s, {} bytes out", clean.as_str().len());
    }
}
