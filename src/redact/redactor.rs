//! The library's door: rules and values made ready once, then texts and streams of any length.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use super::engine::Engine;
use super::placeholder::Ledger;
use super::stream::Stream;
use super::{Policy, RedactError, Ruleset, engine, sort_known};
use crate::model::vocabulary::{Audience, PersonalKind};
use crate::model::{KnownValue, Raw, RedactionReport, Sensitive};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// A redactor: compiled once, shared between threads.
///
/// ```
/// use evpack::redact::Redactor;
///
/// let redactor = Redactor::builder().secret("GATEWAY_KEY", "gw-71fe0c2a9b").build()?;
/// assert_eq!(redactor.redact_str("gateway said no to gw-71fe0c2a9b"), "gateway said no to [api-key-1]");
///
/// let mut clean = Vec::new();
/// let summary = redactor.redact_stream("password=hunter2!\n".as_bytes(), &mut clean)?;
/// assert_eq!(clean, b"password=[password-1]\n");
/// assert_eq!(summary.total(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Redactor {
    pub(super) engine: Engine,
    not_removed_blindly: Vec<String>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redactor")
    }
}

/// What a redactor is made of.
#[derive(Debug, Default)]
pub struct RedactorBuilder {
    audience: Option<Audience>,
    rules: Option<Ruleset>,
    allow: Vec<String>,
    personal: BTreeMap<PersonalKind, Vec<Audience>>,
    sensitive: Sensitive,
}

impl RedactorBuilder {
    /// Who will read the text; the vendor where this is not said.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// The rules; the built-in ones where this is not said.
    #[must_use]
    pub fn rules(mut self, rules: Ruleset) -> Self {
        self.rules = Some(rules);
        self
    }

    /// A regular expression for evidence that stays although a rule would remove it.
    #[must_use]
    pub fn allow(mut self, pattern: impl Into<String>) -> Self {
        self.allow.push(pattern.into());
        self
    }

    /// The audiences that a kind of personal data is hidden from, where they are not the usual ones.
    #[must_use]
    pub fn personal(mut self, kind: PersonalKind, hidden_from: Vec<Audience>) -> Self {
        self.personal.insert(kind, hidden_from);
        self
    }

    /// A value that is secret, with the name under which it is known; it goes wherever it stands, in any common encoding.
    #[must_use]
    pub fn secret(mut self, name: &str, value: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let kinds = [("pass", "password"), ("key", "api-key"), ("token", "token"), ("cookie", "cookie")];
        let kind = kinds.iter().find(|(part, _)| lower.contains(part)).map_or("secret", |(_, kind)| kind);
        self.sensitive.values.push(KnownValue { value: Raw::text(value), kind, place: Raw::text(name) });
        self
    }

    /// Values and names that collection met.
    #[must_use]
    pub fn sensitive(mut self, sensitive: Sensitive) -> Self {
        self.sensitive.extend(sensitive);
        self
    }

    /// Makes it ready.
    ///
    /// # Errors
    /// The rules do not load, a pattern is not valid, or there are too many values.
    pub fn build(self) -> Result<Redactor, RedactError> {
        let rules = match self.rules {
            Some(rules) => rules,
            None => Ruleset::builtin().map_err(|_| RedactError::Tables)?,
        };
        let audience = self.audience.unwrap_or(Audience::Vendor);
        let policy = Policy { audience, rules, personal: self.personal, allow: self.allow };
        let (blind, by_name) = sort_known(&self.sensitive);
        let mut engine = engine(&policy, &self.sensitive, blind)?;
        engine.quick = true;
        let clean = |place: &Raw<String>| super::redact_with(&engine, place, &mut Ledger::default(), "").to_string();
        let not_removed_blindly = by_name.iter().map(clean).collect();
        Ok(Redactor { engine, not_removed_blindly })
    }
}

/// What a stream lost, by kind and by rule; nothing that helps to guess it.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    report: RedactionReport,
}

/// One replacement in its clean context.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The line, counted from 1.
    pub line: u64,
    /// The rule.
    pub rule: String,
    /// The clean text before the placeholder, the placeholder, and the clean text after it.
    pub parts: [String; 3],
}

impl Summary {
    /// The report.
    #[must_use]
    pub const fn report(&self) -> &RedactionReport {
        &self.report
    }

    /// Replacements by kind.
    #[must_use]
    pub const fn counts(&self) -> &BTreeMap<String, u32> {
        &self.report.counts
    }

    /// All replacements.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.report.counts.values().map(|count| u64::from(*count)).sum()
    }

    /// Adds what another stream lost.
    pub fn add(&mut self, other: Self) {
        for (kind, count) in other.report.counts {
            *self.report.counts.entry(kind).or_insert(0) += count;
        }
        self.report.entries.extend(other.report.entries);
        self.report.rules = other.report.rules;
        self.report.not_removed_blindly = other.report.not_removed_blindly;
    }
}

/// Why a stream could not be redacted to its end.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// It could not be read.
    #[error("the input could not be read")]
    Read(#[source] io::Error),
    /// The clean text could not be written.
    #[error("the output could not be written")]
    Write(#[source] io::Error),
    /// A part of it could not be redacted with certainty, so nothing more was written.
    #[error("the text cannot be redacted with certainty")]
    Fault,
}

impl Redactor {
    /// What it can be made of.
    #[must_use]
    pub fn builder() -> RedactorBuilder {
        RedactorBuilder::default()
    }

    /// The text without what must not leave. What cannot be redacted with certainty is replaced whole.
    #[must_use]
    pub fn redact_str(&self, text: &str) -> String {
        let mut ledger = Ledger::default();
        ledger.reserve(text.as_bytes());
        self.engine.clean(text, None, &mut ledger, "").unwrap_or_else(|_| super::Clean::not_redactable().to_string())
    }

    /// Copies a stream of any length in constant memory, without what must not leave. A line is written as soon as it is complete.
    ///
    /// # Errors
    /// Reading or writing failed. What was written until then is clean.
    pub fn redact_stream(&self, input: impl Read, output: impl Write) -> Result<Summary, StreamError> {
        self.redact_named(input, output, "", false, &mut |_| {})
    }

    /// The same, with the name of the stream for the report, and each replacement explained where that is wanted.
    ///
    /// # Errors
    /// Reading or writing failed. What was written until then is clean.
    pub fn redact_named(
        &self,
        mut input: impl Read,
        mut output: impl Write,
        place: &str,
        explain: bool,
        progress: &mut dyn FnMut(&[Explanation]),
    ) -> Result<Summary, StreamError> {
        let mut stream = Stream::new(&self.engine, place, explain);
        let mut chunk = vec![0u8; CHUNK];
        let mut out = Vec::with_capacity(CHUNK);
        loop {
            let count = match input.read(&mut chunk) {
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(StreamError::Read(error)),
            };
            if count == 0 {
                break;
            }
            stream.push(&chunk[..count], &mut out).map_err(|_| StreamError::Fault)?;
            flush(&mut output, &mut out)?;
            report(&mut stream, progress);
        }
        stream.finish(&mut out).map_err(|_| StreamError::Fault)?;
        flush(&mut output, &mut out)?;
        report(&mut stream, progress);
        let report = stream.ledger.into_report(super::ruleset::VERSION, self.not_removed_blindly.clone());
        Ok(Summary { report })
    }
}

fn flush(output: &mut impl Write, out: &mut Vec<u8>) -> Result<(), StreamError> {
    if !out.is_empty() {
        output.write_all(out).and_then(|()| output.flush()).map_err(StreamError::Write)?;
        out.clear();
        out.shrink_to(4 * CHUNK);
    }
    Ok(())
}

fn report(stream: &mut Stream<'_>, progress: &mut dyn FnMut(&[Explanation])) {
    let explained: Vec<Explanation> = stream
        .explained
        .drain(..)
        .map(|one| Explanation { line: one.line, rule: one.rule, parts: one.parts })
        .collect();
    if !explained.is_empty() {
        progress(&explained);
    }
}
