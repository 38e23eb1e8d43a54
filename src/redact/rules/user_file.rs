//! The user's own rules: read key by key, so that every problem is found in one go, each with its line.

use std::sync::Arc;

use serde_yaml::{Mapping, Value};

use super::problems::{Lines, RuleProblem};
use super::{examples, literals};
use crate::redact::rule::{ExampleFile, RuleText, compile};

const TEXTS: &[&str] = &["id", "description", "pattern", "source", "placeholder", "kind"];
const LISTS: &[&str] = &["anchors", "must_match", "must_stay"];
const SWITCHES: &[&str] = &["boundary", "wraps", "mixed", "random", "certain", "named"];

/// The rules of a file, each with the line of its id; the problems are added to the list.
pub(in crate::redact) fn read(file: &str, text: &str, problems: &mut Vec<RuleProblem>) -> Vec<(RuleText, usize)> {
    let mut reader = Reader { file, lines: Lines::of_yaml(text), problems, missing: Vec::new() };
    let Some(items) = reader.items(text) else { return Vec::new() };
    let mut rules: Vec<RuleText> =
        items.iter().enumerate().filter_map(|(index, item)| reader.rule(index, item)).collect();
    reader.second_document(text, &mut rules);
    for (index, rule) in rules.iter().enumerate() {
        reader.check(index, rule);
    }
    let lines = reader.lines;
    rules.into_iter().enumerate().map(|(index, rule)| (rule, lines.of_key(index, "id"))).collect()
}

/// The rules of a file, without its examples.
fn first_document(text: &str) -> &str {
    text.split("\n---\n").next().unwrap_or(text)
}

struct Reader<'a> {
    file: &'a str,
    lines: Lines<'a>,
    problems: &'a mut Vec<RuleProblem>,
    /// Keys that are missing, by the rule's index: they are reported once.
    missing: Vec<(usize, &'static str)>,
}

impl Reader<'_> {
    fn report(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(RuleProblem { file: self.file.to_owned(), line, message: message.into() });
    }

    /// The list of rules: under `rules`, or the document itself.
    fn items(&mut self, text: &str) -> Option<Vec<Value>> {
        let wanted = "a file of rules is a list of rules under the key `rules`";
        match serde_yaml::from_str::<Value>(first_document(text)) {
            Ok(Value::Sequence(items)) => Some(items),
            Ok(Value::Mapping(map)) => {
                for key in map.keys().filter(|key| key.as_str() != Some("rules")) {
                    let name = key.as_str().unwrap_or_default();
                    let line = text.lines().position(|line| line.starts_with(name)).map_or(1, |at| at + 1);
                    self.report(line, format!("unknown key `{name}`; {wanted}"));
                }
                if let Some(Value::Sequence(items)) = map.get("rules") {
                    Some(items.clone())
                } else {
                    self.report(1, wanted);
                    None
                }
            }
            Ok(_) => {
                self.report(1, wanted);
                None
            }
            Err(error) => {
                let said = error.to_string();
                self.report(error.location().map_or(1, |at| at.line()), one_line(&said));
                None
            }
        }
    }

    /// One rule, as far as it can be read.
    fn rule(&mut self, index: usize, item: &Value) -> Option<RuleText> {
        let start = self.lines.of_rule(index);
        let Value::Mapping(map) = item else {
            self.report(start, "a rule is a mapping of keys such as `id` and `pattern`");
            return None;
        };
        let mut rule = RuleText { boundary: true, family: Arc::from("own"), ..RuleText::default() };
        for (key, value) in map {
            let name = key.as_str().unwrap_or_default();
            if name == "examples" {
                self.examples(index, value, &mut rule);
            } else if !self.set(index, &mut rule, name, value) {
                let line = self.lines.of_key(index, name);
                let message = match kind_of_value(name) {
                    Some(kind) => format!("`{name}` must be {kind}"),
                    None => format!("unknown key `{name}`"),
                };
                self.report(line, message);
            }
        }
        for key in ["id", "description", "anchors", "pattern", "source"] {
            if !map.contains_key(key) {
                self.missing.push((index, key));
                self.report(start, format!("the key `{key}` is missing"));
            }
        }
        if rule.must_match.is_empty() || rule.must_stay.is_empty() {
            let message = "needs examples: at least one under `must_match` and one under `must_stay`";
            if !self.has_second_document_examples(&rule.id) {
                self.report(start, format!("{}{message}", named(&rule)));
            }
        }
        Some(rule)
    }

    /// Sets one key; false where the key is unknown or the value has another type.
    fn set(&mut self, index: usize, rule: &mut RuleText, name: &str, value: &Value) -> bool {
        if TEXTS.contains(&name) {
            let Some(text) = value.as_str() else { return false };
            match name {
                "id" => text.clone_into(&mut rule.id),
                "description" => text.clone_into(&mut rule.description),
                "pattern" => text.clone_into(&mut rule.pattern),
                "source" => text.clone_into(&mut rule.source),
                _ => rule.kind = Some(text.to_owned()),
            }
            return true;
        }
        if LISTS.contains(&name) {
            let Some(items) = texts(value) else { return false };
            match name {
                "anchors" => rule.anchors = items,
                "must_match" => rule.must_match.extend(items),
                _ => rule.must_stay.extend(items),
            }
            return true;
        }
        if SWITCHES.contains(&name) {
            let Some(on) = value.as_bool() else { return false };
            match name {
                "boundary" => rule.boundary = on,
                "wraps" => rule.wraps = on,
                "mixed" => rule.mixed = on,
                "random" => rule.random = on,
                "certain" => rule.certain = on,
                _ => rule.named = on,
            }
            return true;
        }
        if name == "back" {
            let Some(bytes) = value.as_u64().and_then(|bytes| usize::try_from(bytes).ok()) else { return false };
            rule.back = bytes.min(literals::FAR);
            if bytes > literals::FAR {
                let line = self.lines.of_key(index, "back");
                self.report(line, format!("`back` may be at most {}", literals::FAR));
            }
            return true;
        }
        false
    }

    /// The older form `examples: {find: [...], stay: [...]}`.
    fn examples(&mut self, index: usize, value: &Value, rule: &mut RuleText) {
        let list =
            |map: &Mapping, keys: [&str; 2]| keys.iter().find_map(|key| map.get(*key)).map_or(Some(Vec::new()), texts);
        let lists = value
            .as_mapping()
            .and_then(|map| Some((list(map, ["must_match", "find"])?, list(map, ["must_stay", "stay"])?)));
        if let Some((find, stay)) = lists {
            rule.must_match.extend(find);
            rule.must_stay.extend(stay);
        } else {
            let line = self.lines.of_key(index, "examples");
            self.report(line, "`examples` must hold the lists `must_match` and `must_stay`");
        }
    }

    /// Whether a second document gives examples of this rule.
    fn has_second_document_examples(&self, id: &str) -> bool {
        !id.is_empty() && self.lines.has_example_block(id)
    }

    /// Examples by id in a second document, as the built-in files have them.
    fn second_document(&mut self, text: &str, rules: &mut [RuleText]) {
        let Some((first, second)) = text.split_once("\n---\n") else { return };
        let offset = first.lines().count() + 1;
        match serde_yaml::from_str::<ExampleFile>(second) {
            Ok(file) => {
                for (id, more) in file {
                    if let Some(rule) = rules.iter_mut().find(|rule| rule.id == id) {
                        rule.must_match.extend(more.must_match);
                        rule.must_stay.extend(more.must_stay);
                    } else {
                        let line = second.lines().position(|line| line.starts_with(&id)).map_or(1, |at| at + 1);
                        self.report(offset + line, format!("examples of `{id}`, which is no rule of this file"));
                    }
                }
            }
            Err(error) => {
                let said = error.to_string();
                self.report(offset + error.location().map_or(1, |at| at.line()), one_line(&said));
            }
        }
    }

    /// What the types cannot say: names, literals, the expression, and the rule's own examples.
    fn check(&mut self, index: usize, rule: &RuleText) {
        let before = self.problems.len();
        let mut found: Vec<(&str, String)> = Vec::new();
        check(rule, &mut |key, message| found.push((key, message)));
        for (key, message) in found {
            if self.missing.contains(&(index, key)) {
                continue;
            }
            let line = self.lines.of_key(index, key);
            self.report(line, message);
        }
        if self.problems.len() > before || rule.anchors.is_empty() {
            return;
        }
        for (key, item, what) in examples::failures(rule) {
            let line = self.lines.of_item(index, key, item);
            self.report(line, format!("{}example {} of `{key}` {what}", named(rule), item + 1));
        }
    }
}

/// The rule's name at the head of a message.
fn named(rule: &RuleText) -> String {
    if rule.id.is_empty() { String::new() } else { format!("rule `{}`: ", rule.id) }
}

fn kind_of_value(name: &str) -> Option<&'static str> {
    if TEXTS.contains(&name) {
        Some("a text")
    } else if LISTS.contains(&name) {
        Some("a list of texts")
    } else if SWITCHES.contains(&name) {
        Some("true or false")
    } else if name == "back" {
        Some("a number of bytes")
    } else {
        None
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_sequence()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The last line of what a parser said: the ones before quote the text.
pub(super) fn one_line(said: &str) -> String {
    let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

/// Everything that is wrong with one rule by itself, each with the key that it is wrong with.
pub(in crate::redact) fn check(rule: &RuleText, report: &mut dyn FnMut(&'static str, String)) {
    let who = named(rule);
    if !rule.id.is_empty() && !is_name(&rule.id) {
        report("id", format!("id `{}` must be lower-case words with hyphens", rule.id));
    }
    if rule.kind.as_ref().is_some_and(|kind| !is_name(kind)) {
        report("placeholder", format!("{who}the placeholder must be lower-case words with hyphens"));
    }
    if rule.anchors.is_empty() || rule.anchors.iter().any(|anchor| anchor.len() < 2) {
        report("anchors", format!("{who}needs anchors of two characters or more that stand in every match"));
    }
    for (key, text) in [("description", &rule.description), ("source", &rule.source)] {
        if text.trim().is_empty() {
            report(key, format!("{who}needs a {key}"));
        }
    }
    match compile(rule) {
        Ok(compiled) if compiled.regex.is_match(b"") => {
            report("pattern", format!("{who}the pattern matches nothing at all"));
        }
        Ok(_) => {}
        Err(error) => {
            report("pattern", format!("{who}the pattern is not valid: {}", one_line(&error.to_string())));
        }
    }
    if let Some(group) = literals::parse(&rule.pattern).filter(|_| rule.pattern.contains("(?P<v>")) {
        let index = literals::group_named_v(&group);
        if index.is_some_and(|index| !literals::always_takes_part(&group, index)) {
            report("pattern", format!("{who}the group `v` must take part in every match"));
        }
    }
}

pub(in crate::redact) fn is_name(text: &str) -> bool {
    (3..=48).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
