//! Values made from the pattern of every rule, in every container: none survives, and the anchors of a rule stand in all of them.

use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};

use super::redacted;
use crate::redact::Ruleset;
use crate::redact::rule::{Rule, compile};
use crate::redact::rules::literals;
use crate::redact::shapes::{is_mixed, is_random};
use crate::redact::state_words::is_plain_state;

/// Random numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }
}

/// One text that the expression matches.
fn generate(hir: &Hir, random: &mut Random, out: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => out.push(pick(class, random)),
        HirKind::Class(Class::Unicode(class)) => {
            let letter = class.ranges()[random.below(class.ranges().len())].start();
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Capture(capture) => generate(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| generate(part, random, out)),
        HirKind::Alternation(parts) => {
            // A part that asks for the end of a line is right at one alone, not in every container.
            let free: Vec<&Hir> = parts.iter().filter(|part| part.properties().look_set().is_empty()).collect();
            let parts: Vec<&Hir> = if free.is_empty() { parts.iter().collect() } else { free };
            generate(parts[random.below(parts.len())], random, out);
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 24).min(repetition.min + 24);
            // Optional context is left out half of the time.
            let count = repetition.min as usize + random.below((most - repetition.min) as usize + 1);
            for _ in 0..count {
                generate(&repetition.sub, random, out);
            }
        }
    }
}

/// A byte of a class: letters and digits first, then marks, then a blank.
fn pick(class: &ClassBytes, random: &mut Random) -> u8 {
    let all: Vec<u8> = class.ranges().iter().flat_map(|range| range.start()..=range.end()).collect();
    let choose = |fits: fn(&u8) -> bool| all.iter().copied().filter(fits).collect::<Vec<_>>();
    let sets = [choose(u8::is_ascii_alphanumeric), choose(u8::is_ascii_graphic), choose(|b| *b == b' '), all.clone()];
    let set = sets.iter().find(|set| !set.is_empty()).unwrap();
    set[random.below(set.len())]
}

/// The match and the part of it that is the secret, or `None` where the rule's own filters would let it pass.
fn sample(rule: &Rule, seed: u64) -> Option<(String, String)> {
    let mut out = Vec::new();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    generate(&literals::parse(&rule.text.pattern).unwrap(), &mut random, &mut out);
    let text = String::from_utf8(out).ok()?;
    let compiled = compile(&rule.text).unwrap();
    let captures = compiled.regex.captures(text.as_bytes())?;
    let value = captures.name("v").or_else(|| captures.get(0)).unwrap();
    let value = std::str::from_utf8(value.as_bytes()).ok()?.to_owned();
    let bytes = value.as_bytes();
    let passes = (rule.text.named && is_plain_state(bytes))
        || (rule.text.mixed && !is_mixed(bytes))
        || (rule.text.random && !is_random(bytes));
    (!passes && value.len() >= 3).then_some((text, value))
}

fn is_simple(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b) && !b"\"'`\\".contains(&b))
}

/// The text in ten containers; those that need a simple text are left out where it is none.
fn contained(text: &str) -> Vec<String> {
    let mut all = vec![text.to_owned(), format!("first line\n{text}\nlast line")];
    if is_simple(text) {
        let json = serde_json::json!({ "note": text, "status": 401 }).to_string();
        all.push(serde_json::json!({ "line": json }).to_string());
        all.push(json);
        all.push(format!("NOTE={text}"));
        all.push(format!("note: \"{text}\"\nnext: 1"));
        all.push(format!("x-note: {text}\r\nx-next: 1"));
        all.push(format!("> x-note: {text}\n< HTTP/1.1 401"));
        all.push(format!("{{'note': '{text}', 'status': 401}}"));
        all.push(format!("{{ note: '{text}', status: 401 }}"));
        if text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/:=+,$!*@".contains(&b)) {
            all.push(format!("GET https://x.example/p?note={text}&next=1"));
        }
    }
    all
}

/// Seeds for each rule.
const SEEDS: u64 = 4;

#[test]
fn no_generated_value_survives_in_any_container() {
    let set = Ruleset::builtin().unwrap();
    let (mut survivors, mut tried, mut rules) = (Vec::new(), 0, 0);
    for rule in set.rules.iter() {
        let samples: Vec<_> = (1..=SEEDS * 8).filter_map(|seed| sample(rule, seed)).take(4).collect();
        rules += usize::from(!samples.is_empty());
        for (text, value) in samples {
            for whole in contained(&text) {
                tried += 1;
                // A half of a short value may be the name of the placeholder itself.
                let shown = redacted(&whole).replace(&format!("[{}-", rule.kind), "[");
                let half = value.len() / 2;
                let survives = shown.contains(&value)
                    || (half >= 12
                        && is_simple(&value)
                        && (shown.contains(&value[..half]) || shown.contains(&value[half..])));
                if survives {
                    survivors.push(format!("{}: {whole}\n  -> {shown}", rule.id));
                }
            }
        }
    }
    assert!(rules + 3 >= set.len(), "values of {rules} of {} rules", set.len());
    assert!(survivors.is_empty(), "{} of {tried}:\n{}", survivors.len(), survivors.join("\n"));
}

#[test]
fn every_match_begins_near_an_anchor() {
    let set = Ruleset::builtin().unwrap();
    let mut wrong = Vec::new();
    for rule in set.rules.iter() {
        for seed in 1..=24 {
            let mut out = Vec::new();
            generate(&literals::parse(&rule.text.pattern).unwrap(), &mut Random(seed * 7919), &mut out);
            let lower = out.to_ascii_lowercase();
            let near = rule.text.anchors.iter().any(|anchor| {
                let found = memchr::memmem::find(&lower, anchor.to_ascii_lowercase().as_bytes());
                found.is_some_and(|at| at <= rule.text.back)
            });
            if !near {
                wrong.push(format!("{}: {:?} in {}", rule.id, rule.text.anchors, String::from_utf8_lossy(&out)));
                break;
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
