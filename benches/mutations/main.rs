//! The mutation run: plants generated secrets of every rule, and known values, in every encoding, container and at any offset, and counts
//! what survives the streaming filter. `mutations [COUNT] [--seed N] [--threads N] [--only RULE] [--show N]`; it ends with 1 where anything survives.
//!
//! Secrets are made from the pattern of a rule, by a parser and generator of its own, not from the rule's examples. What is left of a secret is
//! searched for in the output as it was planted: whole, and any half of it where that is 12 characters or longer.

#![allow(missing_docs, clippy::expect_used, clippy::print_stdout, clippy::panic)]

mod containers;
mod dice;
mod encodings;
mod known;
mod tally;
mod values;
mod wraps;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use dice::Dice;
use encodings::Encoding;
use evpack::redact::Redactor;
use tally::{Survivor, Tally};
use values::Rule;

struct Options {
    count: u64,
    seed: u64,
    threads: usize,
    only: Option<String>,
    show: usize,
}

fn options() -> Options {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut options = Options { count: 1_000_000, seed: 1, threads: cores, only: None, show: 3 };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut next = || args.next().expect("a value after the option");
        match arg.as_str() {
            "--seed" => options.seed = next().parse().expect("a number"),
            "--threads" => options.threads = next().parse().expect("a number"),
            "--only" => options.only = Some(next()),
            "--show" => options.show = next().parse().expect("a number"),
            count => options.count = count.parse().expect("a number of secrets"),
        }
    }
    options
}

/// One secret as it is planted.
struct Planted<'a> {
    name: &'a str,
    rule: Option<&'a Rule>,
    encoding: Encoding,
    text: String,
    secret: String,
}

/// Plants a secret and looks at what comes out.
fn plant(redactor: &Redactor, planted: &Planted<'_>, dice: &mut Dice, tally: &mut Tally) -> bool {
    let encoded = planted.encoding.apply(&planted.text, &planted.secret, dice);
    if planted.encoding == Encoding::Wrapped {
        let first = wraps::first_line(&planted.text, &encoded);
        if planted.rule.is_some_and(|rule| !rule.is_anchored(first)) {
            return false;
        }
    }
    let (name, contain) = *dice.of(containers::ALL);
    let Some(whole) = contain(&encoded) else { return false };
    let whole = format!("{}{whole}", containers::lead(dice));
    let mut out = Vec::new();
    redactor.redact_stream(whole.as_bytes(), &mut out).expect("memory can be written");
    let out = String::from_utf8_lossy(&out);
    let view = planted.encoding.view(&out);
    // The container may have escaped what was planted once more, which hides a survivor from the search.
    let forbidden = planted.encoding.forbidden(&planted.secret);
    // A short secret may stand in the container too, which stays.
    if forbidden.len() < 9 && planted.encoding.view(&whole).matches(&forbidden).count() != 1 {
        return false;
    }
    let as_json = |piece: &str| {
        let quoted = serde_json::Value::from(piece).to_string();
        quoted[1..quoted.len() - 1].to_owned()
    };
    let survives = wraps::stands_in(&forbidden, &view) || {
        let once = as_json(&forbidden);
        once != forbidden && (wraps::stands_in(&once, &view) || wraps::stands_in(&as_json(&once), &view))
    };
    let survivor = survives.then(|| Survivor { container: name, planted: whole, shown: out.into_owned() });
    tally.add(planted.name, planted.encoding, survivor);
    true
}

fn of_rule(redactor: &Redactor, rule: &Rule, encoding: Encoding, dice: &mut Dice, tally: &mut Tally) -> bool {
    if encoding == Encoding::Wrapped && !rule.wraps {
        return false;
    }
    let Some(sample) = rule.sample(dice) else { return false };
    let planted = Planted { name: &rule.id, rule: Some(rule), encoding, text: sample.text, secret: sample.secret };
    plant(redactor, &planted, dice, tally)
}

/// Works until enough is planted: three of four by rule, one of four known values.
fn work(options: &Options, rules: &[Rule], worker: u64, done: &AtomicU64) -> Tally {
    let mut dice = Dice::new(options.seed.wrapping_mul(1_000_003).wrapping_add(worker));
    let by_rule = Redactor::builder().build().expect("the built-in rules load");
    let known = known::Known::new(&mut dice);
    let mut tally = Tally::new(options.show);
    while done.load(Ordering::Relaxed) < options.count {
        let mut round = 0;
        for rule in rules {
            for encoding in encodings::OF_RULES {
                round += u64::from(of_rule(&by_rule, rule, *encoding, &mut dice, &mut tally));
            }
        }
        let by_name = if options.only.is_some() { 0 } else { round / 3 };
        for index in 0..by_name {
            let encoding = encodings::OF_KNOWN[usize::try_from(index).expect("few") % encodings::OF_KNOWN.len()];
            let (text, secret) = known.plain(&mut dice);
            let planted = Planted { name: "(known value)", rule: None, encoding, text, secret };
            round += u64::from(plant(&known.redactor, &planted, &mut dice, &mut tally));
        }
        done.fetch_add(round, Ordering::Relaxed);
    }
    tally
}

fn main() -> ExitCode {
    let options = options();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut rules = values::rules(&Path::new(&root).join("src/redact/rules"));
    if let Some(only) = &options.only {
        rules.retain(|rule| rule.id == *only);
    }
    let done = AtomicU64::new(0);
    let mut total = Tally::new(options.show);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..options.threads as u64)
            .map(|worker| {
                let (options, rules, done) = (&options, &rules, &done);
                scope.spawn(move || work(options, rules, worker, done))
            })
            .collect();
        for worker in workers {
            total.join(worker.join().expect("a worker ends"));
        }
    });
    total.print(rules.iter().map(|rule| rule.id.as_str()));
    if total.survivors() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
