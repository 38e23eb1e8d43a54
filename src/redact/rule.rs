//! One rule as its author writes it in YAML, checked and made ready.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use regex::bytes::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

use super::gate::Prefix;
use super::rules::exceptions::Exceptions;
use super::steps::Steps;

/// A rule as it stands in a file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleText {
    /// Stable name, lower-case words with hyphens.
    pub(super) id: String,
    /// What it removes, in one sentence.
    pub(super) description: String,
    /// Kind for the placeholder; the id where it is left out.
    #[serde(rename = "placeholder", alias = "kind")]
    pub(super) kind: Option<String>,
    /// Literals, at least one of which stands where the match begins. Letter case does not matter.
    pub(super) anchors: Vec<String>,
    /// The shape: a regular expression over bytes that begins at an anchor. A group named `v` marks the part to remove.
    pub(super) pattern: String,
    /// Where the shape is known from.
    pub(super) source: String,
    /// Whether a letter or digit right before the match rules it out.
    #[serde(default = "yes")]
    pub(super) boundary: bool,
    /// Whether a value that ends at a line's end may go on in the next line.
    #[serde(default)]
    pub(super) wraps: bool,
    /// How many bytes before the anchor the match may begin.
    #[serde(default)]
    pub(super) back: usize,
    /// A literal that stands in every match after its anchor: a cheap reason not to try.
    #[serde(default)]
    pub(super) needs: Option<String>,
    /// Whether the value must mix letters and digits.
    #[serde(default)]
    pub(super) mixed: bool,
    /// Whether the value must look generated: of small and capital letters and digits, in one piece.
    #[serde(default)]
    pub(super) random: bool,
    /// Whether the finished packet is searched for this shape as well.
    #[serde(default)]
    pub(super) certain: bool,
    /// How certain a find is by itself: `secret` (default), or `named` where the context says what it is.
    #[serde(default)]
    pub(super) named: bool,
    /// Texts in which the rule must find something. `<fill:N:class>` stands for N characters of a class.
    #[serde(default)]
    pub(super) must_match: Vec<String>,
    /// Look-alikes that must stay as they are.
    #[serde(default)]
    pub(super) must_stay: Vec<String>,
    /// The family it belongs to: the name of its file.
    #[serde(skip)]
    pub(super) family: Arc<str>,
    /// What an imported rule lets pass.
    #[serde(skip)]
    pub(super) exceptions: Option<Arc<Exceptions>>,
}

/// Proof of a rule, in the second document of a file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Examples {
    /// Each must be found.
    #[serde(default)]
    pub(super) must_match: Vec<String>,
    /// Each must stay as it is.
    #[serde(default)]
    pub(super) must_stay: Vec<String>,
}

/// A file of rules.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// The rules.
    pub(super) rules: Vec<RuleText>,
}

/// Examples by rule id: the second document of a built-in file.
pub(super) type ExampleFile = BTreeMap<String, Examples>;

const fn yes() -> bool {
    true
}

/// A rule that is ready for use. Its expression is compiled when an anchor is first met.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: Arc<str>,
    pub(super) kind: Arc<str>,
    pub(super) text: RuleText,
    compiled: OnceLock<Option<Compiled>>,
    prefix: OnceLock<Prefix>,
    steps: OnceLock<Option<Steps>>,
}

/// A compiled expression, and the parts that it marks.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) regex: Regex,
    /// The groups that are parts to remove; none where all of a match goes.
    pub(super) parts: Vec<usize>,
}

/// Name of the group that is the part to remove. An imported expression may have several, the others with a number behind it: of those that took part,
/// all from the first to the last goes.
pub(super) const PART: &str = "v";

/// Whether a group with this name is a part to remove.
pub(super) fn is_part(name: &str) -> bool {
    name.strip_prefix(PART).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// The groups of an expression that are parts to remove.
pub(super) fn parts_of(regex: &Regex) -> Vec<usize> {
    let names = regex.capture_names().enumerate();
    names.filter(|(_, name)| name.is_some_and(is_part)).map(|(index, _)| index).collect()
}

/// The part of a match that goes; all of it where no marked group took part.
pub(super) fn part_of(captures: &Captures<'_>, parts: &[usize]) -> Option<Range<usize>> {
    let taken = || parts.iter().filter_map(|index| captures.get(*index));
    let range = taken().map(|part| part.start()).min().zip(taken().map(|part| part.end()).max());
    range.map(|(start, end)| start..end).or_else(|| captures.get(0).map(|whole| whole.range()))
}

/// Largest compiled size of one rule, in bytes.
const SIZE_LIMIT: usize = 1 << 20;

impl Rule {
    pub(super) fn new(text: RuleText) -> Self {
        let kind = text.kind.as_deref().unwrap_or(&text.id);
        Self {
            id: Arc::from(text.id.as_str()),
            kind: Arc::from(kind),
            text,
            compiled: OnceLock::new(),
            prefix: OnceLock::new(),
            steps: OnceLock::new(),
        }
    }

    /// What must stand at the first places of a match.
    pub(super) fn prefix(&self) -> &Prefix {
        self.prefix.get_or_init(|| Prefix::of(&self.text.pattern, self.text.back))
    }

    /// The expression as a program, where it can be written as one.
    pub(super) fn steps(&self) -> Option<&Steps> {
        let RuleText { pattern, anchors, back, .. } = &self.text;
        let steps = || if *back == 0 { Steps::of(pattern) } else { Steps::around_anchors(pattern, anchors) };
        self.steps.get_or_init(steps).as_ref()
    }

    /// The expression, or `None` where it cannot be compiled; the caller fails closed.
    pub(super) fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.text).ok()).as_ref()
    }

    /// Whether the rule's own exceptions (entropy, allow-lists of an imported file) let a match pass.
    pub(super) fn lets_pass(&self, text: &[u8], whole: &Range<usize>, value: &Range<usize>) -> bool {
        self.text.exceptions.as_ref().is_some_and(|exceptions| exceptions.let_pass(text, whole, value))
    }
}

/// Compiles the expression of a rule.
pub(super) fn compile(text: &RuleText) -> Result<Compiled, regex::Error> {
    let start = if text.back == 0 { "\\A" } else { "" };
    let pattern = format!("(?-u){start}(?:{})", text.pattern);
    let regex = RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build()?;
    let parts = parts_of(&regex);
    Ok(Compiled { regex, parts })
}
