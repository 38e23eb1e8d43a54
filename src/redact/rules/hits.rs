//! What a text would lose, and to which rule: for people who write rules. It says where, never what.

use serde::Serialize;

use crate::model::{Raw, Sensitive};
use crate::redact::placeholder::Ledger;
use crate::redact::{Policy, RedactError, engine};

/// One place that would be removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleHit {
    /// The rule, or the detector that is no rule: `named-value`, `identity` and others.
    pub rule: String,
    /// What would stand in its place.
    pub placeholder: String,
    /// Line of its first character, counted from 1.
    pub line: usize,
    /// Column of its first character, counted from 1 in characters.
    pub column: usize,
    /// Line of its last character.
    pub end_line: usize,
    /// Column of its last character.
    pub end_column: usize,
}

/// Every place of a text that would be removed, in order.
///
/// # Errors
/// The policy cannot be made ready, or the text is too large.
pub fn rule_hits(text: &Raw<String>, policy: &Policy) -> Result<Vec<RuleHit>, RedactError> {
    let engine = engine(policy, &Sensitive::default(), Vec::new())?;
    let text = text.expose();
    let mut ledger = Ledger::default();
    ledger.reserve(text.as_bytes());
    let found = engine.find(text, None).map_err(|_| RedactError::TooLarge)?;
    let mut place = Place { text, at: 0, line: 1, column: 1 };
    let mut hits = Vec::with_capacity(found.len());
    for finding in found {
        let mut placeholder = Vec::new();
        ledger.substitute(&finding, &text.as_bytes()[finding.range.clone()], "", &mut placeholder);
        let placeholder = String::from_utf8_lossy(&placeholder).into_owned();
        let (line, column) = place.go_to(finding.range.start);
        let last = text[finding.range.clone()].char_indices().next_back().map_or(0, |(at, _)| at);
        let (end_line, end_column) = place.go_to(finding.range.start + last);
        hits.push(RuleHit { rule: finding.rule.to_string(), placeholder, line, column, end_line, end_column });
    }
    Ok(hits)
}

/// Walks forward through a text and counts lines and columns, so that many places cost one pass.
struct Place<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    column: usize,
}

impl Place<'_> {
    fn go_to(&mut self, to: usize) -> (usize, usize) {
        for c in self.text[self.at..to].chars() {
            if c == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.at = to;
        (self.line, self.column)
    }
}
