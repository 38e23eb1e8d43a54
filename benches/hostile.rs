//! A search for texts that cost more than their length: every word of the rules is repeated, with each of a list of tails, in a text of one size and
//! in one four times as long. `hostile [SMALL_KIB] [--only WORD] [--every N]`; it prints the slowest texts and those that took much more than four times as long, and ends with 1 where there is one of these.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use evpack::redact::Redactor;
use serde_yaml::Value;

/// What stands behind the word each time.
const TAILS: &[&str] = &[
    "",
    " ",
    "=",
    ": ",
    "\": \"",
    "': '",
    "\\\": \\\"",
    "=\"",
    " = '",
    "(",
    ">",
    "\n",
    ":\n",
    ": |\n",
    ": x y z\n",
    "=x&",
    "\t",
    ", ",
    "\":\"x\",\"",
    "[",
    "{",
    "%3D",
    "&quot;",
    "\u{1b}[0m",
];
/// Longest word of the rules that is repeated.
const LONGEST: usize = 64;
/// A text four times as long may take so many times as long before it is called superlinear.
const MOST_GROWTH: f64 = 8.0;
/// What is quicker than this is not measured well enough to be judged, in seconds.
const LEAST_TIME: f64 = 0.01;
/// How many of the slowest are shown.
const SHOWN: usize = 40;

struct Measured {
    word: String,
    tail: &'static str,
    megabytes_a_second: f64,
    growth: f64,
}

fn main() -> ExitCode {
    let mut small = 64 * 1024;
    let mut only = None;
    let mut every = 1;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--only" => only = args.next(),
            "--every" => every = args.next().and_then(|every| every.parse().ok()).expect("a number"),
            size => small = 1024 * size.parse::<usize>().expect("a number of KiB"),
        }
    }
    let asked = |word: &String| only.as_ref().is_none_or(|only| only == word);
    let words: Vec<String> = words().into_iter().filter(asked).step_by(every).collect();
    let next = AtomicUsize::new(0);
    let measured = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let redactor = Redactor::builder().build().expect("the built-in rules load");
                while let Some(word) = words.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let of_word = TAILS.iter().map(|tail| measure(&redactor, word, tail, small));
                    measured.lock().expect("no thread panics").extend(of_word);
                }
            });
        }
    });
    report(measured.into_inner().expect("no thread panics"), small)
}

/// Every short text of the rules, and what their lists are made of: anchors, keys, heads, names, columns.
fn words() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/redact/rules");
    let mut words = BTreeSet::new();
    for entry in folder.read_dir().expect("the folder of the rules").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            // The first document holds the rules, the second their examples.
            let rules = text.split("\n---").next().unwrap_or_default();
            add(&serde_yaml::from_str(rules).expect("rules are YAML"), &mut words);
        }
    }
    words
}

fn add(value: &Value, words: &mut BTreeSet<String>) {
    match value {
        Value::String(word) if (2..=LONGEST).contains(&word.len()) => {
            words.insert(word.clone());
        }
        Value::Sequence(values) => values.iter().for_each(|value| add(value, words)),
        Value::Mapping(pairs) => {
            let telling = |key: &Value| matches!(key.as_str(), Some("pattern" | "source" | "description" | "id"));
            pairs.iter().filter(|(key, _)| !telling(key)).for_each(|(key, value)| {
                add(key, words);
                add(value, words);
            });
        }
        _ => {}
    }
}

/// Seconds that this thread has run, which leaves out what other programs do to the clock on the wall.
fn run_time() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    std::time::Duration::try_from(now).expect("a time").as_secs_f64()
}

fn measure(redactor: &Redactor, word: &str, tail: &'static str, small: usize) -> Measured {
    let unit = format!("{word}{tail}");
    let seconds = |size: usize| {
        let text = unit.repeat(size / unit.len());
        let mut out = Vec::with_capacity(text.len() * 2);
        let start = run_time();
        redactor.redact_stream(text.as_bytes(), &mut out).expect("memory can be written");
        run_time() - start
    };
    let (first, second) = (seconds(small), seconds(small * 4));
    let megabytes_a_second = f64::from(u32::try_from(small * 4).expect("a small size")) / 1e6 / second;
    let growth = if second > LEAST_TIME { second / first } else { 0.0 };
    Measured { word: word.to_owned(), tail, megabytes_a_second, growth }
}

fn report(mut measured: Vec<Measured>, small: usize) -> ExitCode {
    measured.sort_by(|a, b| a.megabytes_a_second.total_cmp(&b.megabytes_a_second));
    println!("{} texts of {} KiB, and four times as long; the slowest:", measured.len(), small / 1024);
    let show = |text: &Measured| {
        println!(
            "{:8.2} MB/s, {:5.1} times as long: {:?} + {:?}",
            text.megabytes_a_second, text.growth, text.word, text.tail
        );
    };
    measured.iter().take(SHOWN).for_each(show);
    let superlinear: Vec<&Measured> = measured.iter().filter(|text| text.growth > MOST_GROWTH).collect();
    println!("superlinear: {}", superlinear.len());
    for text in &superlinear {
        show(text);
    }
    ExitCode::from(u8::from(!superlinear.is_empty()))
}
