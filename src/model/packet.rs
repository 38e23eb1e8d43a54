//! The packet: everything that is known of a failed call, at one stage.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::client::Client;
use super::command_run::CommandRun;
use super::failure::Failure;
use super::host::HostFacts;
use super::probe::ProbeResult;
use super::route::{NetworkEnv, Route};
use super::safe::Timestamp;
use super::status::StatusSnapshot;
use super::verdict::Verdict;
use super::vocabulary::{Audience, InputFormat, Language};
use super::{Evidence, Stage};
use crate::{staged, textless};

/// Version of the packet's form. `evpack schema` prints the schema of this version.
pub const SCHEMA_VERSION: u32 = 1;

/// The program that made the packet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tool {
    /// `evpack`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Tool {
    /// This program.
    pub const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

/// Id of a packet: eight hexadecimal digits, random, without meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct PacketId(String);

impl PacketId {
    /// From random bits.
    #[must_use]
    pub fn new(bits: u32) -> Self {
        Self(format!("{bits:08x}"))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

textless!(Tool, PacketId);

staged! {
    /// An input that was given.
    #[schemars(rename = "Input_record")]
    pub struct InputRecord<S> {
        /// Its name as given: a path, or `-`.
        pub name: S::Text,
        /// Its form, where it could be read.
        pub format: Evidence<S, InputFormat>,
        /// Its size in bytes, where it could be read.
        pub bytes: Evidence<S, u64>,
        /// Failures found in it.
        pub failures: u32,
        /// What was left out, where it was larger than the limit: said in one sentence.
        pub truncated: Option<S::Text>,
        /// What was mended to read it: `ansi`, `crlf`, `utf-16`, `invalid-utf-8`, `curly-quotes`, `wrapped`, `prefix`, `escaped`.
        pub mended: Vec<&'static str>,
    }
}

staged! {
    /// An excerpt of an input, or a file that the configuration names.
    #[schemars(rename = "Attachment")]
    pub struct Attachment<S> {
        /// File name in the zip: made by evpack, never captured.
        pub file: AttachmentName,
        /// Where the text comes from.
        pub source: S::Text,
        /// First line of the excerpt in its source, counted from 1.
        pub first_line: u64,
        /// Last line of the excerpt in its source.
        pub last_line: u64,
        /// What was left out, in one sentence, if anything.
        pub truncated: Option<S::Text>,
        /// The text.
        pub text: S::Text,
    }
}

/// File name of an attachment: `NN-kind.txt`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct AttachmentName(String);

impl AttachmentName {
    /// The name of the attachment with this number, counted from 1.
    #[must_use]
    pub fn new(number: usize, kind: &'static str) -> Self {
        Self(format!("{number:02}-{kind}.txt"))
    }

    /// The same name with another number.
    #[must_use]
    pub fn renumbered(&self, number: usize) -> Self {
        let rest = self.0.split_once('-').map_or("excerpt.txt", |(_, rest)| rest);
        Self(format!("{number:02}-{rest}"))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

textless!(AttachmentName);

staged! {
    /// One attempt of the failing call.
    #[schemars(rename = "Attempt")]
    pub struct Attempt<S> {
        /// Its number, counted from 1.
        pub n: u32,
        /// When it was made.
        pub at: Evidence<S, Timestamp>,
        /// What came of it, in a few words.
        pub outcome: S::Text,
        /// JSON pointer to the failure, if it failed.
        pub failure: Option<String>,
        /// What was changed before it: names of the variables of the path that differ from the attempt it is compared with.
        pub changed: Vec<S::Text>,
        /// Further variables that differ because of those.
        pub followed: Vec<S::Text>,
        /// Variables that could not be compared on the machine that made the packet.
        pub not_compared: Vec<S::Text>,
        /// How often the same path failed, where nothing was changed.
        pub repeats: Option<Repeats>,
        /// What it proved: `repeat`, `one-change: ...`, `inconclusive: ...` or `different path`; none for the first attempt.
        pub conclusion: Option<S::Text>,
    }
}

/// How often the same path failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Repeats {
    /// `persistent` where every attempt failed, `intermittent` where some did, `not-seen` where none did.
    pub kind: &'static str,
    /// Attempts that failed.
    pub failed: u32,
    /// Attempts on this path, unchanged, in all.
    pub of: u32,
}

impl Repeats {
    /// From the counts.
    #[must_use]
    pub const fn new(failed: u32, of: u32) -> Self {
        let kind = match failed {
            0 => "not-seen",
            _ if failed == of => "persistent",
            _ => "intermittent",
        };
        Self { kind, failed, of }
    }
}

textless!(Repeats);

/// The only prompt that a reproduction sends.
pub const HARMLESS_PROMPT: &str = "Say hello.";

/// All words of the prompt, the content blocks and the tools that a reproduction sends, in any language.
const REPRODUCTION_WORDS: &[&str] = &[
    "Say",
    "hello",
    "role",
    "user",
    "assistant",
    "content",
    "type",
    "text",
    "name",
    "tool_1",
    "tool_2",
    "tool_3",
    "input_schema",
    "object",
    "properties",
    "new",
    "stdClass",
];

/// Whether a text is made of the words of evpack's own reproductions alone. Redaction may leave such a text where it would
/// remove prompt content: it tells nothing of anyone's prompt.
#[must_use]
pub fn is_harmless_content(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let mut words = words.peekable();
    text.is_ascii() && words.peek().is_some() && words.all(|word| REPRODUCTION_WORDS.contains(&word))
}

staged! {
    /// A request or program that shows the same failure, without secret and without prompt.
    #[schemars(rename = "Reproduction")]
    pub struct Reproduction<S> {
        /// The smallest request of the same shape on the same route, as a curl command.
        pub curl: Evidence<S, S::Text>,
        /// Language of `code`.
        pub language: Option<Language>,
        /// The same in the failing SDK's language.
        pub code: Evidence<S, S::Text>,
        /// The command as it was observed.
        pub command: Evidence<S, S::Text>,
        /// Role of the working directory, such as `project with .venv`.
        pub working_directory: Evidence<S, S::Text>,
        /// Exit code of the command.
        pub exit_code: Evidence<S, i32>,
        /// How the command ran, where evpack ran it itself.
        pub run: Evidence<S, CommandRun<S>>,
        /// What is not known of the request, and therefore not reproduced.
        pub unknown: Vec<&'static str>,
    }
}

staged! {
    /// A field that support asks for: captured or not, and how to get it.
    #[schemars(rename = "Checklist_item")]
    pub struct ChecklistItem<S> {
        /// Stable id of the item.
        pub item: &'static str,
        /// Its name for people.
        pub label: &'static str,
        /// JSON pointer to the value.
        pub pointer: &'static str,
        /// Whether it was captured.
        pub captured: bool,
        /// Where it was captured.
        pub source: Option<S::Text>,
        /// Why it is absent, where it is.
        pub absent: Option<super::AbsenceReason>,
        /// How to get it, where it is absent and would help.
        pub how_to_get_it: Option<&'static str>,
    }
}

staged! {
    /// The evidence packet.
    #[schemars(rename = "Packet", title = "evpack evidence packet")]
    pub struct Packet<S> {
        /// Version of this form.
        pub schema_version: u32,
        /// Id of this packet.
        pub packet_id: PacketId,
        /// When the packet was made.
        pub created_at: Timestamp,
        /// IANA time zone of the machine.
        pub timezone: Evidence<S, S::Text>,
        /// What made it.
        pub tool: Tool,
        /// Who it was made for.
        pub audience: Audience,
        /// What the evidence says.
        pub verdict: Verdict<S>,
        /// The last failure.
        pub failure: Evidence<S, Failure<S>>,
        /// All failures, in order.
        pub failures: Vec<Failure<S>>,
        /// The client.
        pub client: Client<S>,
        /// The machine.
        pub host: HostFacts<S>,
        /// The route.
        pub route: Route<S>,
        /// Network settings.
        pub network_env: NetworkEnv<S>,
        /// Status page.
        pub status: Evidence<S, StatusSnapshot<S>>,
        /// Probe of the route.
        pub probe: Evidence<S, ProbeResult<S>>,
        /// Attempts, in order.
        pub attempts: Vec<Attempt<S>>,
        /// The path of the last attempt.
        pub path: super::path::PathFingerprint<S>,
        /// Redacted reproduction.
        pub reproduction: Reproduction<S>,
        /// Inputs that were given.
        pub inputs: Vec<InputRecord<S>>,
        /// The user's own words.
        pub note: Option<S::Text>,
        /// The user's own keys and values.
        pub metadata: Vec<MetadataEntry<S>>,
        /// Excerpts around the failures.
        pub attachments: Vec<Attachment<S>>,
        /// What was removed.
        pub redaction: S::Report,
        /// What support asks for.
        pub checklist: Vec<ChecklistItem<S>>,
    }
}

staged! {
    /// A key and value that the user gave with `--metadata`.
    #[schemars(rename = "Metadata_entry")]
    pub struct MetadataEntry<S> {
        /// The key.
        pub key: S::Text,
        /// The value.
        pub value: S::Text,
    }
}

textless!(String, BTreeMap<String, u32>);

/// The redaction report: what was removed, and nothing that helps to guess it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RedactionReport {
    /// One entry for each rule, placeholder and place.
    pub entries: Vec<RedactionEntry>,
    /// Replacements by kind.
    pub counts: BTreeMap<String, u32>,
    /// Version of the built-in rules.
    pub rules: String,
    /// Whether the finished bytes were scanned again; a packet is not written where they were not.
    pub verified: bool,
    /// Credential names whose value was too short or too common to remove wherever it appears.
    pub not_removed_blindly: Vec<String>,
}

/// One line of the redaction report. It has no field that could hold an original, its length or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct RedactionEntry {
    /// Id of the rule.
    pub rule: String,
    /// The placeholder that stands in its place, such as `[anthropic-api-key-1]`.
    pub placeholder: String,
    /// JSON pointer to the text.
    pub place: String,
    /// How often.
    pub count: u32,
}

/// A stage whose packet can be shown.
pub trait Shown: Stage<Report = RedactionReport> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_reproductions_are_harmless() {
        for own in [HARMLESS_PROMPT, r#"[{"name": "tool_1", "input_schema": {"type": "object", "properties": {}}}]"#] {
            assert!(is_harmless_content(own), "{own}");
        }
        for other in ["Say hello to Dana.", "tool_4", "hello2", "Sayhello", "PRIVATE", "", "!", "Say \u{1f642}"] {
            assert!(!is_harmless_content(other), "{other}");
        }
    }
}
