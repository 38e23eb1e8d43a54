//! Values that are safe by shape: each parses from captured text, or stays captured text.
//!
//! A value of these types is exempt from redaction by type, so its parser is strict: a shape that could hold a
//! secret or a name does not parse.

use std::fmt;

use chrono::{DateTime, FixedOffset, SecondsFormat};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Collected, Raw, Restage, Stage, Texts, Via};
use crate::textless;

/// A type whose values are safe to show because of their shape.
pub trait SafeShape: Sized {
    /// Parses the whole text, without leniency.
    fn parse(text: &str) -> Option<Self>;
}

/// A safe value, or the captured text that did not parse as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged, bound(serialize = "S::Text: Serialize, T: Serialize"))]
#[schemars(rename = "Or_text_{T}", bound = "S::Text: JsonSchema, T: JsonSchema")]
pub enum OrText<S: Stage, T> {
    /// It parsed: redaction leaves it alone.
    Safe(T),
    /// It did not parse: redaction treats it as any other text.
    Text(S::Text),
}

impl<T: SafeShape> OrText<Collected, T> {
    /// Parses captured text, or keeps it as text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        T::parse(text).map_or_else(|| Self::Text(Raw::text(text)), Self::Safe)
    }
}

impl<S: Stage, T> OrText<S, T> {
    /// The safe value, if it parsed.
    pub const fn safe(&self) -> Option<&T> {
        match self {
            Self::Safe(value) => Some(value),
            Self::Text(_) => None,
        }
    }
}

impl<To: Stage, T: Restage<To, Out = T>> Restage<To> for OrText<Collected, T> {
    type Out = OrText<To, T>;
    fn restage(self, via: &mut dyn Via<To>) -> Self::Out {
        match self {
            Self::Safe(value) => OrText::Safe(value.restage(via)),
            Self::Text(text) => OrText::Text(text.restage(via)),
        }
    }
}

impl<T> Texts for OrText<Collected, T> {
    fn texts(&self, visit: &mut dyn FnMut(&Raw<String>)) {
        if let Self::Text(text) = self {
            visit(text);
        }
    }
}

macro_rules! safe_text {
    ($(#[$meta:meta])* $name:ident, $valid:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl SafeShape for $name {
            fn parse(text: &str) -> Option<Self> {
                let valid: fn(&str) -> bool = $valid;
                valid(text).then(|| Self(text.to_owned()))
            }
        }

        impl $name {
            /// The text of the value.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        textless!($name);
    };
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_request_id(text: &str) -> bool {
    let tail = text.strip_prefix("req_vrtx_").or_else(|| text.strip_prefix("req_"));
    let tagged = tail.is_some_and(|id| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric()));
    tagged || is_uuid(text)
}

safe_text! {
    /// A request id: Anthropic's `req_...` (24 characters after the prefix today), Vertex's `req_vrtx_...`, or the
    /// UUID that AWS, Azure and LiteLLM use. Source: the API's error documentation; SDK captures.
    RequestId, is_request_id
}

impl RequestId {
    /// Whether the id has the form that only Anthropic's API gives (`req_...`, and not Vertex's).
    #[must_use]
    pub fn is_anthropic(&self) -> bool {
        self.0.starts_with("req_") && !self.0.starts_with("req_vrtx_")
    }
}

safe_text! {
    /// `error.type` of an error body: a word of lower-case letters, digits and underscores such as `overloaded_error`, or
    /// a provider's exception name such as `ThrottlingException`.
    ErrorType, |text| {
        let length = (3..=48).contains(&text.len());
        let snake = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let name = text.bytes().all(|b| b.is_ascii_alphabetic())
            && ["Exception", "Error", "Fault"].iter().any(|end| text.ends_with(end));
        let constant = text.contains('_') && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        length && (snake || name || constant)
    }
}

safe_text! {
    /// A version number: digits and dots with an optional short pre-release tag, such as `2.12.0` or `v20.20.2`.
    Version, |text| {
        let digits = text.strip_prefix('v').unwrap_or(text);
        let (number, tag) = digits.split_once(['-', '+']).unwrap_or((digits, ""));
        text.len() <= 24
            && number.split('.').count() <= 4
            && number.split('.').all(|part| {
                (1..=6).contains(&part.len())
                    && part.starts_with(|c: char| c.is_ascii_digit())
                    && part.bytes().all(|b| b.is_ascii_digit() || b"abcr".contains(&b))
            })
            && tag.len() <= 14
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
    }
}

safe_text! {
    /// A Claude model name such as `claude-opus-4-6`, with the prefixes that Bedrock and Vertex put before it.
    ModelName, |text| {
        let bare = ["us.", "eu.", "apac.", "global.", "jp.", "au."].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text);
        let bare = bare.strip_prefix("anthropic.").or_else(|| bare.strip_prefix("anthropic/")).unwrap_or(bare);
        text.len() <= 64
            && bare.strip_prefix("claude-").is_some_and(|rest| {
                !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.@:".contains(&b))
                    && rest.split(['-', '.', '@', ':']).all(|part| part.len() <= 12)
            })
    }
}

/// An HTTP status code, 100 to 599.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct HttpStatus(u16);

impl HttpStatus {
    /// The status, if the number can be one.
    #[must_use]
    pub fn new(code: u16) -> Option<Self> {
        (100..=599).contains(&code).then_some(Self(code))
    }

    /// The number.
    #[must_use]
    pub const fn code(self) -> u16 {
        self.0
    }
}

impl SafeShape for HttpStatus {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok().and_then(Self::new)
    }
}

impl fmt::Display for HttpStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A point in time. Serialised as RFC 3339 with offset where the source told the offset, and without one where it did not
/// (the Python SDK logs local time without a zone).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// A time with a known offset.
    #[must_use]
    pub fn new(at: DateTime<FixedOffset>) -> Self {
        let format = if at.timestamp_subsec_millis() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        Self(at.to_rfc3339_opts(format, true))
    }

    /// A wall-clock time whose offset the source does not tell.
    #[must_use]
    pub fn local(at: chrono::NaiveDateTime) -> Self {
        Self(at.format("%Y-%m-%dT%H:%M:%S%.f").to_string())
    }

    /// The text of the time.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A span of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Millis(pub u64);

/// A span of time in seconds, such as a configured timeout. Whole numbers serialise without a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "f64")]
pub struct Seconds(Millis);

impl Seconds {
    /// From milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(Millis(millis))
    }

    /// From seconds, rounded to the millisecond; `None` for a negative, infinite or absurd number.
    #[must_use]
    pub fn new(seconds: f64) -> Option<Self> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the range check comes first
        (0.0..=1e9).contains(&seconds).then(|| Self::from_millis((seconds * 1000.0).round() as u64))
    }

    /// In milliseconds.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0.0
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.millis() / 1000, self.millis() % 1000) {
            (whole, 0) => whole.fmt(f),
            (whole, part) => write!(f, "{whole}.{}", format!("{part:03}").trim_end_matches('0')),
        }
    }
}

impl Serialize for Seconds {
    fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        if self.millis().is_multiple_of(1000) {
            return serializer.serialize_u64(self.millis() / 1000);
        }
        #[allow(clippy::cast_precision_loss)] // below 1e12, far inside 52 bits
        serializer.serialize_f64(self.millis() as f64 / 1000.0)
    }
}

textless!(HttpStatus, Timestamp, Millis, Seconds);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_parse_and_look_alikes_do_not() {
        for id in [
            "req_011CSHoEeqs5C35K2UUqR7Fy",
            "req_vrtx_011CSHoEeqs5C35K2UUqR7Fy",
            "8a1b2c3d-4e5f-6789-abcd-ef0123456789",
        ] {
            assert!(RequestId::parse(id).is_some(), "{id}");
        }
        for text in ["req_", "req_with space", "req_a-b", "sk-ant-api03-x", "request", ""] {
            assert!(RequestId::parse(text).is_none(), "{text}");
        }
        assert!(!RequestId::parse("req_vrtx_011CSHoEeqs5C35K2UUqR7Fy").is_some_and(|id| id.is_anthropic()));
    }

    #[test]
    fn versions_are_strict() {
        for text in ["2.12.0", "v20.20.2", "1.0.0-beta.3", "3.11.7", "3.13.0rc1", "17.0.15"] {
            assert!(Version::parse(text).is_some(), "{text}");
        }
        for text in ["latest", "1.0.0-abcdefghijklmnopqrstuv", "dana", "", "1..2", "192.168.1.10-and-a-secret"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn error_types_and_models_are_words_of_a_known_form() {
        assert!(ErrorType::parse("overloaded_error").is_some());
        assert!(ErrorType::parse("ThrottlingException").is_some());
        assert!(ErrorType::parse("RESOURCE_EXHAUSTED").is_some());
        assert!(ErrorType::parse("Hello World").is_none());
        assert!(ErrorType::parse("hunter2").is_none());
        assert!(ModelName::parse("us.anthropic.claude-sonnet-4-5-20250929-v1:0").is_some());
        assert!(ModelName::parse("claude-opus-4-6").is_some());
        assert!(ModelName::parse("my-private-model").is_none());
    }

    #[test]
    fn seconds_show_whole_numbers_plainly() {
        let shown = |s: f64| serde_json::to_string(&Seconds::new(s)).unwrap_or_default();
        assert_eq!((shown(600.0), shown(0.5), shown(-1.0)), ("600".into(), "0.5".into(), "null".into()));
    }
}
