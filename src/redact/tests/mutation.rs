//! A mutation run, not part of the usual tests: the examples of all rules with ever new random secrets, in many containers, through the
//! streaming filter. `EVPACK_MUTATIONS=1000000 cargo test --release mutation -- --ignored --nocapture` prints the survivors.

use super::fill;
use crate::redact::Redactor;
use crate::redact::rule::ExampleFile;
use crate::redact::rules::builtin::BUILTIN;

/// Expands the marks of an example with a seed of its own.
fn planted(example: &str, seed: u64) -> (String, Vec<String>) {
    let (mut text, mut filled, mut rest) = (String::new(), Vec::new(), example);
    while let Some((before, mark)) = rest.split_once("<fill:") {
        text.push_str(before);
        let (inner, after) = mark.split_once('>').unwrap();
        let (count, class) = inner.split_once(':').unwrap();
        let value = fill(count.parse().unwrap(), class, seed + filled.len() as u64);
        text.push_str(&value);
        filled.push(value);
        rest = after;
    }
    text.push_str(rest);
    (text, filled)
}

fn contained(text: &str, container: usize) -> String {
    let json = |text: &str| serde_json::Value::from(text).to_string();
    match container {
        0 => format!("{text}\n"),
        1 => format!("2026-11-20T10:00:00Z ERROR app: it said {text}\n"),
        2 => format!("{{\"level\":\"info\",\"note\":{}}}\n", json(text)),
        3 => format!("{{\"body\":{}}}\n", json(&format!("{{\"note\":{}}}", json(text)))),
        4 => format!("\u{1b}[31m{text}\u{1b}[0m\n"),
        5 => format!("| {text} |\n"),
        _ => format!("# {text}\r\n"),
    }
}

#[test]
#[ignore = "a long run; see the head of the file"]
fn mutation_run() {
    let wanted: u64 = std::env::var("EVPACK_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let redactor = Redactor::builder().build().unwrap();
    let mut examples: Vec<(String, String)> = Vec::new();
    for (_, text) in BUILTIN {
        let file: ExampleFile = serde_yaml::from_str(text.split_once("\n---\n").unwrap().1).unwrap();
        for (id, list) in file {
            examples.extend(
                list.must_match.into_iter().filter(|find| find.contains("<fill:")).map(|find| (id.clone(), find)),
            );
        }
    }
    let (mut count, mut seed) = (0u64, 1000u64);
    let mut survivors = std::collections::BTreeMap::<String, u64>::new();
    while count < wanted {
        for (id, example) in &examples {
            for container in 0..7 {
                seed += 7;
                let (text, filled) = planted(example, seed);
                let mut out = Vec::new();
                redactor.redact_stream(contained(&text, container).as_bytes(), &mut out).unwrap();
                let shown = String::from_utf8(out).unwrap();
                count += 1;
                if filled.iter().any(|secret| secret.len() >= 8 && shown.contains(secret.as_str())) {
                    *survivors.entry(format!("{id} in container {container}")).or_insert(0) += 1;
                }
            }
        }
    }
    println!("{count} planted, {} survivors", survivors.values().sum::<u64>());
    assert!(survivors.is_empty(), "{survivors:#?}");
}
