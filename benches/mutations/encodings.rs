//! The encodings in which a text is planted, and what of a secret must then not stand in the output.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::dice::Dice;
use crate::wraps;

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Encoding {
    Raw,
    /// The inside of a JSON string, so many times.
    Json(u8),
    /// JSON as PHP writes it, with the slash escaped.
    JsonSlash,
    Percent,
    PercentLower,
    PercentTwice,
    Html,
    HtmlNumeric,
    /// The inside of single quotes of a shell.
    Shell,
    /// Quoted for a shell with backslashes.
    ShellBackslash,
    /// Between colours.
    Coloured,
    /// Colours inside the secret.
    AnsiSplit,
    /// The same with escape sequences that are escaped themselves.
    AnsiSplitEscaped,
    /// Wrapped over indented lines.
    Wrapped,
    /// Base64 with so many bytes before it.
    Base64(u8),
    Base64Url(u8),
    HexLower,
    HexUpper,
}

use Encoding::{
    AnsiSplit, AnsiSplitEscaped, Base64, Base64Url, Coloured, HexLower, HexUpper, Html, HtmlNumeric, Json, JsonSlash,
    Percent, PercentLower, PercentTwice, Raw, Shell, ShellBackslash, Wrapped,
};

/// Encodings in which a rule finds a secret that was not known before.
pub const OF_RULES: &[Encoding] = &[
    Raw,
    Json(1),
    Json(2),
    Json(3),
    Json(4),
    JsonSlash,
    Percent,
    PercentLower,
    PercentTwice,
    Html,
    HtmlNumeric,
    Shell,
    Coloured,
    AnsiSplit,
    AnsiSplitEscaped,
    Wrapped,
];

/// Encodings in which a value that is known is found.
pub const OF_KNOWN: &[Encoding] = &[
    Raw,
    Json(1),
    Json(2),
    Json(3),
    Json(4),
    Json(6),
    JsonSlash,
    Percent,
    PercentLower,
    PercentTwice,
    Html,
    HtmlNumeric,
    Shell,
    ShellBackslash,
    Coloured,
    AnsiSplit,
    AnsiSplitEscaped,
    Wrapped,
    Base64(0),
    Base64(1),
    Base64(2),
    Base64Url(0),
    Base64Url(1),
    Base64Url(2),
    HexLower,
    HexUpper,
];

impl Encoding {
    /// The text as it is planted. `secret` is the part of it that colours and line breaks go into.
    pub fn apply(self, text: &str, secret: &str, dice: &mut Dice) -> String {
        match self {
            // A colour inside a colour is none.
            AnsiSplit | AnsiSplitEscaped if text.contains('\u{1b}') => text.to_owned(),
            Coloured => format!("\u{1b}[{}m{text}\u{1b}[0m", dice.of(&["31", "1;32", "38;5;208"])),
            AnsiSplit => {
                split(text, secret, dice, &|dice| dice.of(&["\u{1b}[31m", "\u{1b}[0m", "\u{1b}[K"]).to_string())
            }
            AnsiSplitEscaped => {
                split(text, secret, dice, &|dice| dice.of(&["\\x1b[31m", "\\u001b[1m", "\\033[0m"]).to_string())
            }
            Wrapped => wraps::wrapped(text, secret, dice),
            Base64(shift) => STANDARD.encode(shifted(text, shift)),
            Base64Url(shift) => URL_SAFE_NO_PAD.encode(shifted(text, shift)),
            _ => self.by_character(text),
        }
    }

    /// The secret as it must not stand in the output.
    pub fn forbidden(self, secret: &str) -> String {
        match self {
            Coloured | AnsiSplit | AnsiSplitEscaped => bare(secret),
            Wrapped => bare(&wraps::joined(secret)),
            Base64(shift) => coded(&STANDARD.encode(shifted(secret, shift)), shift),
            Base64Url(shift) => coded(&URL_SAFE_NO_PAD.encode(shifted(secret, shift)), shift),
            _ => self.by_character(secret),
        }
    }

    /// The output as `forbidden` is searched for in it: without placeholders, whose names are those of the rules.
    pub fn view(self, output: &str) -> String {
        let output = without_placeholders(output);
        match self {
            Coloured | AnsiSplit | AnsiSplitEscaped => bare(&output),
            Wrapped => bare(&wraps::joined(&output)),
            _ => output,
        }
    }

    /// Encodings that write each character by itself, whatever stands beside it.
    fn by_character(self, text: &str) -> String {
        match self {
            Json(depth) => (0..depth).fold(text.to_owned(), |text, _| json(&text)),
            JsonSlash => json(text).replace('/', "\\/"),
            Percent => utf8_percent_encode(text, COMPONENT).to_string(),
            PercentLower => lower_percent(&utf8_percent_encode(text, COMPONENT).to_string()),
            PercentTwice => {
                utf8_percent_encode(&utf8_percent_encode(text, COMPONENT).to_string(), COMPONENT).to_string()
            }
            Html => html(text).replace('\'', "&#x27;").replace('"', "&quot;"),
            HtmlNumeric => html(text).replace('\'', "&#39;").replace('"', "&#34;"),
            Shell => text.replace('\'', "'\\''"),
            ShellBackslash => text
                .chars()
                .flat_map(|c| {
                    (!c.is_ascii_alphanumeric() && !"-_./:=@%+,\n".contains(c)).then_some('\\').into_iter().chain([c])
                })
                .collect(),
            HexLower => hex(text),
            HexUpper => hex(text).to_ascii_uppercase(),
            _ => text.to_owned(),
        }
    }
}

/// The text with a mark in the place of each `[kind-1]`.
fn without_placeholders(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        match end {
            Some(end) if end > 2 && after[end..].starts_with(']') => {
                out.push('\u{1}');
                rest = &after[end + 1..];
            }
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out + rest
}

fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn lower_percent(text: &str) -> String {
    let mut digits = 0;
    text.chars()
        .map(|c| {
            let shown = if digits > 0 { c.to_ascii_lowercase() } else { c };
            digits = if c == '%' { 2 } else { usize::saturating_sub(digits, 1) };
            shown
        })
        .collect()
}

fn shifted(text: &str, shift: u8) -> String {
    format!("{}{text}", &"u:"[..usize::from(shift)])
}

/// What of a base64 form depends on the secret alone.
fn coded(form: &str, shift: u8) -> String {
    let inner = &form[if shift == 0 { 0 } else { 4 }..];
    let inner = inner.trim_end_matches('=');
    inner[..inner.len().saturating_sub(2)].to_owned()
}

/// The text without colours and white space.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let lead = ["\u{1b}[", "\\x1b[", "\\u001b[", "\\033["].iter().find(|lead| rest.starts_with(**lead));
        if let Some(lead) = lead {
            let end =
                rest[lead.len()..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |at| lead.len() + at + 1);
            rest = &rest[end..];
            continue;
        }
        if !c.is_whitespace() {
            out.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// The text with something put into its secret at one to three places.
fn split(text: &str, secret: &str, dice: &mut Dice, mark: &dyn Fn(&mut Dice) -> String) -> String {
    let (Some(start), true) = (text.rfind(secret), secret.is_ascii() && secret.len() > 3) else {
        return text.to_owned();
    };
    let mut cuts: Vec<usize> = (0..=dice.below(3)).map(|_| 1 + dice.below(secret.len() - 1)).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut out = text.to_owned();
    for cut in cuts.into_iter().rev() {
        let mark = mark(dice);
        out.insert_str(start + cut, &mark);
    }
    out
}
