//! The rule set: built-in rules and the user's own, one automaton over all anchors, whole or not at all.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::rule::{Rule, RuleText};
use super::rules::problems::RuleProblem;
use super::rules::{builtin, gitleaks, user_file};

/// Version of the built-in rules, as the redaction report names it.
pub(super) const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "-builtin");

/// A set of rules, ready for use.
#[derive(Clone, Debug)]
pub struct Ruleset {
    pub(super) rules: Arc<Vec<Rule>>,
    /// How many of them, at their front, are the built-in ones.
    builtin: usize,
    /// Made when it is first needed, which the filter never does: it has the gate.
    anchors: Arc<OnceLock<Option<Anchors>>>,
}

/// The anchors of all rules.
#[derive(Debug)]
pub(super) struct Anchors {
    /// The automaton over them.
    pub(super) automaton: AhoCorasick,
    /// The rule that each pattern of the automaton belongs to.
    pub(super) owner: Vec<u32>,
}

impl Anchors {
    fn new(rules: &[Rule]) -> Option<Self> {
        let mut owner = Vec::new();
        let mut patterns: Vec<&str> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for anchor in &rule.text.anchors {
                patterns.push(anchor);
                owner.push(u32::try_from(index).ok()?);
            }
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&patterns)
            .ok()?;
        Some(Self { automaton, owner })
    }
}

static BUILTIN_SET: LazyLock<Option<Ruleset>> = LazyLock::new(|| {
    let set = Ruleset::build(builtin::rules()?.into_iter().map(Rule::new).collect());
    Some(Ruleset { builtin: set.len(), ..set })
});

/// One rule, as a list of rules shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RuleInfo {
    /// Its id.
    pub id: String,
    /// Kind of the placeholder.
    pub kind: String,
    /// The family: the name of a built-in file, `own` or `gitleaks`.
    pub family: String,
    /// What it removes.
    pub description: String,
    /// Where the shape is known from.
    pub source: String,
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

    pub(super) fn build(rules: Vec<Rule>) -> Self {
        Self { rules: Arc::new(rules), builtin: 0, anchors: Arc::default() }
    }

    /// The index of the first rule that is none of the built-in ones, which are there all or not at all.
    pub(super) const fn own(&self) -> usize {
        self.builtin
    }

    /// Whether the built-in rules stand at its front.
    pub(super) const fn begins_with_builtin(&self) -> bool {
        self.builtin > 0
    }

    /// The automaton over the anchors; `None` where they are too many for one, and the caller fails closed.
    pub(super) fn anchors(&self) -> Option<&Anchors> {
        self.anchors.get_or_init(|| Anchors::new(&self.rules)).as_ref()
    }

    /// All rules, in the order in which they stand.
    pub fn list(&self) -> impl Iterator<Item = RuleInfo> + '_ {
        self.rules.iter().map(|rule| RuleInfo {
            id: rule.id.to_string(),
            kind: rule.kind.to_string(),
            family: rule.text.family.to_string(),
            description: rule.text.description.clone(),
            source: rule.text.source.clone(),
        })
    }

    /// These rules and the user's own: files of this program's form, and gitleaks files where the name ends in `.toml`.
    ///
    /// # Errors
    /// Every problem of every file; one problem is enough for none of them to load.
    pub fn with_user_rules(self, files: &[(String, String)]) -> Result<Self, Vec<RuleProblem>> {
        self.with_user_rules_and_notes(files).map(|(set, _)| set)
    }

    /// As [`Self::with_user_rules`], and what an import does differently from the program it was written for.
    ///
    /// # Errors
    /// Every problem of every file; one problem is enough for none of them to load.
    pub fn with_user_rules_and_notes(
        self,
        files: &[(String, String)],
    ) -> Result<(Self, Vec<RuleProblem>), Vec<RuleProblem>> {
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        let mut texts: Vec<RuleText> = self.rules.iter().map(|rule| rule.text.clone()).collect();
        let mut known: BTreeMap<String, String> =
            texts.iter().map(|rule| (rule.id.clone(), "the built-in rules".to_owned())).collect();
        for (name, text) in files {
            if is_toml(name) {
                // Its rules may have the ids of built-in ones: both run.
                texts.extend(gitleaks::import(name, text, &mut problems, &mut notes));
                continue;
            }
            for (rule, line) in user_file::read(name, text, &mut problems) {
                if !rule.id.is_empty()
                    && let Some(first) = known.insert(rule.id.clone(), name.clone())
                {
                    let message = format!("rule `{}` is already defined in {first}; choose another id", rule.id);
                    problems.push(RuleProblem { file: name.clone(), line, message });
                }
                texts.push(rule);
            }
        }
        if !problems.is_empty() {
            problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
            return Err(problems);
        }
        let rules: Vec<Rule> = texts.into_iter().map(Rule::new).collect();
        let whole = |message: &str| vec![RuleProblem { file: String::new(), line: 0, message: message.to_owned() }];
        let set = Self { builtin: self.builtin, ..Self::build(rules) };
        set.anchors().ok_or_else(|| whole("the anchors of all rules together are too many"))?;
        Ok((set, notes))
    }
}

fn is_toml(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("toml"))
}
