//! Secrets made from the pattern of each rule: read from the rule files, by a parser and a generator that the redactor does not use.

use std::path::Path;

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, ClassBytes, Hir, HirKind};
use serde::Deserialize;

use crate::dice::Dice;

#[derive(Deserialize)]
struct File {
    rules: Vec<Text>,
}

/// What of a rule matters here.
#[derive(Deserialize)]
struct Text {
    id: String,
    pattern: String,
    #[serde(default)]
    anchors: Vec<String>,
    #[serde(default)]
    wraps: bool,
    #[serde(default)]
    mixed: bool,
    #[serde(default)]
    random: bool,
    #[serde(default)]
    named: bool,
}

/// A rule that values are made for.
pub struct Rule {
    pub id: String,
    pub wraps: bool,
    anchors: Vec<String>,
    mixed: bool,
    random: bool,
    named: bool,
    tree: Hir,
    regex: Regex,
}

/// A text that a rule describes, and the secret in it.
pub struct Sample {
    pub text: String,
    pub secret: String,
}

/// All rules of a folder, in the order of the files' names.
pub fn rules(folder: &Path) -> Vec<Rule> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder of rules")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let mut rules = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).expect("a rule file");
        // Files with other tables have no `rules`.
        let Ok(file) = serde_yaml::from_str::<File>(text.split("\n---\n").next().expect("a document")) else {
            continue;
        };
        rules.extend(file.rules.into_iter().map(ready));
    }
    rules
}

fn ready(text: Text) -> Rule {
    let tree = ParserBuilder::new().utf8(false).unicode(false).build().parse(&text.pattern).expect("a pattern");
    let regex = RegexBuilder::new(&format!("(?-u)\\A(?:{})", text.pattern)).build().expect("a pattern");
    let Text { id, wraps, mixed, random, named, anchors, .. } = text;
    Rule { id, wraps, anchors, mixed, random, named, tree, regex }
}

impl Rule {
    /// Whether a text holds an anchor in one piece: a secret that is wrapped before what tells it, or in the middle of that, cannot be told from other text.
    pub fn is_anchored(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        self.anchors.iter().any(|anchor| text.contains(&anchor.to_ascii_lowercase()))
    }

    /// A text with a secret. `None` where chance made one that the rule lets pass by design, or that is no text.
    pub fn sample(&self, dice: &mut Dice) -> Option<Sample> {
        let mut out = Vec::new();
        // Half of the values hold letters and digits only; the others whatever the pattern allows.
        let rich = dice.below(2) == 0;
        generate(&self.tree, rich, dice, &mut out);
        let captures = self.regex.captures(&out)?;
        let secret = captures.name("v").or_else(|| captures.get(0))?.as_bytes();
        let secret = std::str::from_utf8(secret).ok()?.to_owned();
        let text = String::from_utf8(out).ok()?;
        let mixed = !self.mixed || is_surely_mixed(&secret);
        let random = !self.random || is_surely_random(&secret);
        let passes = !mixed || !random || (self.named && is_perhaps_a_state(&secret));
        (secret.len() >= 3 && !passes).then_some(Sample { text, secret })
    }
}

/// Whether a secret has letters and digits enough that a rule for random values takes it.
fn is_surely_mixed(secret: &str) -> bool {
    let digits = secret.bytes().filter(u8::is_ascii_digit).count();
    digits >= 2 && secret.bytes().any(|b| b.is_ascii_alphabetic())
}

/// Whether a rule for generated values takes a secret.
fn is_surely_random(secret: &str) -> bool {
    is_surely_mixed(secret)
        && secret.len() > 11
        && secret.bytes().any(|b| b.is_ascii_uppercase())
        && secret.bytes().any(|b| b.is_ascii_lowercase())
        && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-+=~".contains(&b))
}

/// Whether a value could be a state, a variable, a mask or a number, which rules that go by names let stay: they are evidence.
fn is_perhaps_a_state(secret: &str) -> bool {
    let bytes = secret.as_bytes();
    let first = bytes[0];
    let mut kinds: Vec<u8> = bytes.to_vec();
    kinds.sort_unstable();
    kinds.dedup();
    // A number is a state to the names of credentials, and none to a rule that asks for one.
    let number = bytes.iter().all(u8::is_ascii_digit);
    !number
        && (!first.is_ascii_alphanumeric()
            // `ok`, `no`, `nil` with marks around them.
            || secret.trim_matches(|c: char| !c.is_ascii_alphanumeric()).len() <= 3
            || kinds.len() < 4
            || bytes.iter().filter(|b| b.is_ascii_alphanumeric()).count() * 2 < bytes.len()
            || bytes.iter().all(|b| b.is_ascii_digit() || !b.is_ascii_alphanumeric()))
}

fn generate(hir: &Hir, rich: bool, dice: &mut Dice, out: &mut Vec<u8>) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.extend_from_slice(&literal.0),
        HirKind::Class(Class::Bytes(class)) => out.push(pick(class, rich, dice)),
        HirKind::Class(Class::Unicode(class)) => {
            out.extend_from_slice(dice.of(class.ranges()).start().encode_utf8(&mut [0; 4]).as_bytes());
        }
        HirKind::Capture(capture) => generate(&capture.sub, rich, dice, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| generate(part, rich, dice, out)),
        HirKind::Alternation(parts) => {
            // A part that asks for the end of a line would be right at one alone.
            let free: Vec<&Hir> = parts.iter().filter(|part| part.properties().look_set().is_empty()).collect();
            let part = if free.is_empty() { dice.of(parts) } else { *dice.of(&free) };
            generate(part, rich, dice, out);
        }
        HirKind::Repetition(repetition) => {
            let least = repetition.min as usize;
            // Blanks, quotes and escapes between a name and its value: as many as people and programs write.
            let spread = if is_backslash(&repetition.sub) {
                0
            } else if is_separator(&repetition.sub) {
                1
            } else {
                32
            };
            let most = repetition.max.map_or(least + spread, |max| (max as usize).min(least + spread));
            for _ in 0..least + dice.below(most - least + 1) {
                generate(&repetition.sub, rich, dice, out);
            }
        }
    }
}

/// Whether a part is a backslash, which belongs to an escape; escapes are written by the encodings.
fn is_backslash(hir: &Hir) -> bool {
    matches!(hir.kind(), HirKind::Literal(literal) if *literal.0 == *b"\\")
}

/// Whether a part can only be blanks, quotes, marks and their escapes.
fn is_separator(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| (range.start()..=range.end()).all(|b| !b.is_ascii_alphanumeric()))
        }
        HirKind::Literal(literal) => literal.0.iter().all(|b| !b.is_ascii_alphanumeric()),
        HirKind::Alternation(parts) => parts.iter().any(is_separator),
        HirKind::Capture(capture) => is_separator(&capture.sub),
        _ => false,
    }
}

/// A byte of a class: a letter or digit, or where the value is rich now and then a mark; a blank where there is nothing else.
fn pick(class: &ClassBytes, rich: bool, dice: &mut Dice) -> u8 {
    let only = class.ranges().len() == 1 && class.ranges()[0].len() == 1;
    let all = || class.ranges().iter().flat_map(|range| range.start()..=range.end()).filter(|b| only || *b != b'\\');
    let marks_first = rich && dice.below(8) == 0;
    let is_mark = |b: &u8| b.is_ascii_punctuation();
    let sets: [Vec<u8>; 4] = [
        all().filter(|b| if marks_first { is_mark(b) } else { b.is_ascii_alphanumeric() }).collect(),
        all().filter(u8::is_ascii_graphic).collect(),
        all().filter(|b| *b == b' ').collect(),
        all().collect(),
    ];
    let set = sets.iter().find(|set| !set.is_empty()).expect("a class has a byte");
    *dice.of(set)
}
