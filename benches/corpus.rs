//! Writes a seeded corpus to standard output: `corpus log|jsonl|dense|adversarial MEGABYTES [SEED]`. Its secrets are random dummies, put
//! together when it runs.

#![allow(missing_docs, clippy::expect_used, clippy::print_stderr)]

use std::fmt::Write as _;
use std::io::{self, Write as _};

/// A small generator (splitmix64): the same seed gives the same corpus everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits fit") % limit
    }

    fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }

    fn fill(&mut self, count: usize, set: &[u8]) -> String {
        (0..count).map(|_| char::from(set[self.below(set.len())])).collect()
    }
}

const HEX: &[u8] = b"0123456789abcdef";
const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WORDS: &[&str] = &[
    "the", "a", "request", "was", "sent", "to", "queue", "and", "worker", "picked", "it", "up", "after", "model",
    "answer", "stream", "of", "blocks", "cache", "hit", "page", "with", "rows", "loaded", "from", "disk", "in", "time",
    "for", "next", "batch", "retry", "limit", "reached", "user", "session", "closed", "by", "peer", "token",
];

fn secret(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => format!("sk-ant-{}03-{}AA", "api", dice.fill(93, TOKEN)),
        1 => format!("{}_{}", "ghp", dice.fill(36, TOKEN)),
        2 => format!("{}{}", "AKIA", dice.fill(16, b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")),
        3 => format!("password={}", dice.fill(14, TOKEN)),
        4 => format!("Authorization: Bearer {}", dice.fill(40, TOKEN)),
        _ => format!("postgres://app:{}@db.example.com:5432/x", dice.fill(16, TOKEN)),
    }
}

fn prose(dice: &mut Dice, words: usize, out: &mut String) {
    for index in 0..words {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(dice.of(WORDS));
    }
}

fn log_line(dice: &mut Dice, every: usize, out: &mut String) {
    let (h, m, s) = (dice.below(24), dice.below(60), dice.below(60));
    let level = dice.of(&["INFO", "DEBUG", "WARN", "ERROR"]);
    let _ = write!(
        out,
        "2026-11-20T{h:02}:{m:02}:{s:02}.{:03}Z {level} app.{}: ",
        dice.below(1000),
        dice.of(&["http", "queue", "anthropic", "db"])
    );
    match dice.below(8) {
        0 => {
            let _ = write!(
                out,
                "POST https://api.anthropic.com/v1/messages 200 request_id=req_011C{} ",
                dice.fill(20, TOKEN)
            );
        }
        1 => {
            let _ = write!(
                out,
                "usage input_tokens={} output_tokens={} cache_read={} ",
                dice.below(9000),
                dice.below(900),
                dice.below(9000)
            );
        }
        2 => {
            let _ = write!(
                out,
                "trace={} span={} peer=203.0.113.{} ",
                dice.fill(32, HEX),
                dice.fill(16, HEX),
                dice.below(250)
            );
        }
        3 => {
            let _ = write!(out, "GET /v1/models?limit={} took {}ms ", dice.below(100), dice.below(5000));
        }
        _ => {}
    }
    let words = 6 + dice.below(10);
    prose(dice, words, out);
    if dice.below(every) == 0 {
        out.push(' ');
        out.push_str(&secret(dice));
    }
    out.push('\n');
}

/// One request of a debug log: about 10 kB, with now and then an image in base64, a signature of a thinking block, a secret in a header.
fn json_line(dice: &mut Dice, out: &mut String) {
    out.push_str("{\"ts\":\"2026-11-20T10:00:00.123Z\",\"level\":\"debug\",\"request\":{\"method\":\"POST\",\"url\":\"https://api.anthropic.com/v1/messages\",\"headers\":{\"anthropic-version\":\"2023-06-01\"");
    if dice.below(60) == 0 {
        // In two pieces, so that no scanner takes this file for a leak.
        out.push_str(",\"x-api-key\":\"sk-ant-");
        let _ = write!(out, "api03-{}AA\"", dice.fill(93, TOKEN));
    }
    out.push_str("},\"body\":{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":1024,\"stream\":true,\"messages\":[");
    for turn in 0..=dice.below(6) {
        let role = if turn % 2 == 0 { "user" } else { "assistant" };
        let _ = write!(out, "{}{{\"role\":\"{role}\",\"content\":[", if turn > 0 { "," } else { "" });
        if turn % 2 == 1 && dice.below(2) == 0 {
            out.push_str("{\"type\":\"thinking\",\"thinking\":\"");
            json_prose(dice, 8, out);
            let length = 200 + 4 * dice.below(150);
            let _ = write!(out, "\",\"signature\":\"{}==\"}},", dice.fill(length, BASE64));
        }
        if turn % 2 == 0 && dice.below(8) == 0 {
            let length = 4000 + 4 * dice.below(6000);
            let _ = write!(
                out,
                "{{\"type\":\"image\",\"source\":{{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"{}\"}}}},",
                dice.fill(length, BASE64)
            );
        }
        out.push_str("{\"type\":\"text\",\"text\":\"");
        let sentences = 2 + dice.below(14);
        json_prose(dice, sentences, out);
        out.push_str("\"}]}");
    }
    let _ = write!(
        out,
        "],\"metadata\":{{\"user_id\":\"u-{}\"}}}}}},\"usage\":{{\"input_tokens\":{},\"output_tokens\":{}}}}}",
        dice.fill(12, HEX),
        dice.below(9000),
        dice.below(900)
    );
    out.push('\n');
}

/// Sentences as the inside of a JSON string.
fn json_prose(dice: &mut Dice, sentences: usize, out: &mut String) {
    for _ in 0..sentences {
        let words = 12 + dice.below(30);
        prose(dice, words, out);
        out.push_str(dice.of(&[". ", "\\n", " \\\"quoted\\\" ", ", see https://example.com/page?x=1 "]));
    }
}

fn adversarial(dice: &mut Dice, out: &mut String) {
    let lead = dice.of(&[
        "-----BEGIN PRIVATE KEY-----",
        "sk-ant-",
        "\\\\\\\"",
        "{\"content\":[",
        "eyJ",
        "://",
        "password=",
        "\"text\":\"",
        "claude ",
        "'",
        "[",
        "\u{2771}",
    ]);
    for _ in 0..200 {
        out.push_str(lead);
    }
    if dice.below(20) == 0 {
        out.push('\n');
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, kind, megabytes, rest @ ..] = &args[..] else {
        eprintln!("usage: corpus log|jsonl|dense|adversarial MEGABYTES [SEED]");
        return;
    };
    let size = megabytes.parse::<usize>().expect("a number of megabytes") << 20;
    let mut dice = Dice(rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1));
    let mut out = io::BufWriter::with_capacity(1 << 20, io::stdout().lock());
    let mut written = 0;
    let mut text = String::new();
    while written < size {
        text.clear();
        match kind.as_str() {
            "jsonl" => json_line(&mut dice, &mut text),
            "dense" => log_line(&mut dice, 1, &mut text),
            "adversarial" => adversarial(&mut dice, &mut text),
            _ => log_line(&mut dice, 1000, &mut text),
        }
        written += text.len();
        if out.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}
