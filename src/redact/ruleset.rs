//! The rule set: built-in rules and the user's own, one automaton over all anchors, whole or not at all.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::rule::{ExampleFile, Rule, RuleFile, RuleText, compile};

/// The built-in families. The first document of each file holds rules, the second their examples.
pub(super) const BUILTIN: &[(&str, &str)] = &[
    ("anthropic.yaml", include_str!("rules/anthropic.yaml")),
    ("llm.yaml", include_str!("rules/llm.yaml")),
    ("cloud.yaml", include_str!("rules/cloud.yaml")),
    ("code-hosts.yaml", include_str!("rules/code-hosts.yaml")),
    ("packages.yaml", include_str!("rules/packages.yaml")),
    ("services.yaml", include_str!("rules/services.yaml")),
    ("keys.yaml", include_str!("rules/keys.yaml")),
    ("http.yaml", include_str!("rules/http.yaml")),
];

/// Version of the built-in rules, as the redaction report names it.
pub(super) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-builtin");

/// One thing that is wrong with a file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// A set of rules, ready for use.
#[derive(Clone, Debug)]
pub struct Ruleset {
    pub(super) rules: Arc<Vec<Rule>>,
    /// Automaton over the anchors of all rules.
    pub(super) anchors: Arc<AhoCorasick>,
    /// The rule that each pattern of the automaton belongs to.
    pub(super) owner: Arc<Vec<u32>>,
}

static BUILTIN_SET: LazyLock<Option<Ruleset>> = LazyLock::new(|| {
    let mut rules = Vec::with_capacity(160);
    for (_, text) in BUILTIN {
        let file: RuleFile = serde_yaml::from_str(first_document(text)).ok()?;
        rules.extend(file.rules.into_iter().map(Rule::new));
    }
    Ruleset::build(rules)
});

/// The rules of a built-in file, without their examples, which only tests read.
pub(super) fn first_document(text: &str) -> &str {
    text.split("\n---\n").next().unwrap_or(text)
}

impl Ruleset {
    /// The built-in rules.
    ///
    /// # Errors
    /// The built-in rules are damaged; tests hold this impossible. Nothing may be shown without rules.
    pub fn builtin() -> Result<Self, RuleProblem> {
        BUILTIN_SET.clone().ok_or_else(|| RuleProblem {
            file: "built-in rules".to_owned(),
            line: 0,
            message: "do not load; nothing is shown without them".to_owned(),
        })
    }

    /// Number of rules.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn build(rules: Vec<Rule>) -> Option<Self> {
        let mut owner = Vec::new();
        let mut patterns: Vec<&str> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for anchor in &rule.text.anchors {
                patterns.push(anchor);
                owner.push(u32::try_from(index).ok()?);
            }
        }
        let anchors = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .ok()?;
        Some(Self { rules: Arc::new(rules), anchors: Arc::new(anchors), owner: Arc::new(owner) })
    }

    /// These rules and the user's own.
    ///
    /// # Errors
    /// Every problem of every file; one problem is enough for none of them to load.
    pub fn with_user_rules(self, files: &[(String, String)]) -> Result<Self, Vec<RuleProblem>> {
        let mut problems = Vec::new();
        let mut texts: Vec<RuleText> = self.rules.iter().map(|rule| rule.text.clone()).collect();
        let mut known: BTreeMap<String, String> =
            texts.iter().map(|rule| (rule.id.clone(), "the built-in rules".to_owned())).collect();
        for (name, yaml) in files {
            for rule in parse_user_file(name, yaml, &mut problems) {
                let line = line_of(yaml, &rule.id);
                let mut report = |message: String| problems.push(RuleProblem { file: name.clone(), line, message });
                check(&rule, &mut report);
                if let Some(first) = known.insert(rule.id.clone(), name.clone()) {
                    report(format!("rule `{}` is already defined in {first}; choose another id", rule.id));
                }
                texts.push(rule);
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let rules: Vec<Rule> = texts.into_iter().map(Rule::new).collect();
        let whole = |message: &str| vec![RuleProblem { file: String::new(), line: 0, message: message.to_owned() }];
        Self::build(rules).ok_or_else(|| whole("the anchors of all rules together are too many"))
    }
}

/// Parses a user's file; problems are added to the list.
fn parse_user_file(name: &str, yaml: &str, problems: &mut Vec<RuleProblem>) -> Vec<RuleText> {
    let mut report = |error: &serde_yaml::Error| {
        let line = error.location().map_or(0, |at| at.line());
        problems.push(RuleProblem { file: name.to_owned(), line, message: error.to_string() });
    };
    let mut rules = match serde_yaml::from_str::<RuleFile>(first_document(yaml)) {
        Ok(file) => file.rules,
        Err(error) => {
            report(&error);
            return Vec::new();
        }
    };
    if let Some((_, second)) = yaml.split_once("\n---\n") {
        match serde_yaml::from_str::<ExampleFile>(second) {
            Ok(mut examples) => {
                for rule in &mut rules {
                    if let Some(more) = examples.remove(&rule.id) {
                        rule.examples.find.extend(more.find);
                        rule.examples.stay.extend(more.stay);
                    }
                }
            }
            Err(error) => report(&error),
        }
    }
    rules
}

/// The line on which a rule's id stands, counted from 1.
fn line_of(yaml: &str, id: &str) -> usize {
    let names = |line: &str| {
        let line = line.trim_start_matches(['-', ' ']);
        line.strip_prefix("id:").is_some_and(|rest| rest.trim().trim_matches(['"', '\'']) == id)
    };
    yaml.lines().position(names).map_or(0, |index| index + 1)
}

/// Everything that is wrong with one rule.
pub(super) fn check(rule: &RuleText, report: &mut dyn FnMut(String)) {
    let id = &rule.id;
    if !is_name(id) {
        report(format!("id `{id}` must be lower-case words with hyphens"));
    }
    if rule.kind.as_ref().is_some_and(|kind| !is_name(kind)) {
        report(format!("rule `{id}`: kind must be lower-case words with hyphens"));
    }
    if rule.anchors.is_empty() || rule.anchors.iter().any(|anchor| anchor.len() < 2 && anchor != "@") {
        report(format!("rule `{id}`: needs anchors of two characters or more that stand in every match"));
    }
    if rule.description.trim().is_empty() || rule.source.trim().is_empty() {
        report(format!("rule `{id}`: needs a description and a source"));
    }
    if rule.examples.find.is_empty() || rule.examples.stay.is_empty() {
        report(format!("rule `{id}`: needs examples, at least one under `find` and one under `stay`"));
    }
    match compile(rule) {
        Ok(compiled) if compiled.regex.is_match(b"") => {
            report(format!("rule `{id}`: the pattern matches nothing at all"));
        }
        Ok(_) => {}
        Err(error) => report(format!("rule `{id}`: the pattern is not valid: {error}")),
    }
}

fn is_name(text: &str) -> bool {
    (3..=48).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
