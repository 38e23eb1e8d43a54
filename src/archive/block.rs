//! The block of data at the end of a Markdown packet: which keys it promises, and how it is told from the words.
//!
//! ```text
//! <!-- evpack-data 2 words=sha256:... data=sha256:... -->
//! <details>
//! <summary>...</summary>
//!
//! ~~~json
//! {"schema_version":1, ...}
//! ~~~
//!
//! </details>
//! ```
//!
//! The number is that of the block's own form: 1 is plain JSON, 2 is the [short form](super::compact).

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Problem;

/// Keys of `packet.json` that survive from Markdown to JSON. The rest (machine, network settings, reproduction,
/// attachments, report of the redaction) is in the JSON and zip forms only: Markdown is kept to a page and a half.
pub const CARRIED: &[&str] = &[
    "schema_version",
    "packet_id",
    "created_at",
    "timezone",
    "tool",
    "audience",
    "verdict",
    "failure",
    "client",
    "route",
    "attempts",
    "checklist",
];

/// Keys of [`CARRIED`] that came later: Markdown that was made before lacks them.
pub const CAME_LATER: &[&str] = &["attempts"];

/// How the line above the block begins; the number of its form follows.
pub const MARK: &str = "<!-- evpack-data ";

/// The form of the data in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Data {
    /// JSON as it is in `packet.json`.
    Plain,
    /// JSON in the short form.
    Short,
}

impl Data {
    const fn number(self) -> &'static str {
        match self {
            Self::Plain => "1",
            Self::Short => "2",
        }
    }
}
/// What a reader sees of the block.
pub const SUMMARY: &str = "Data of this packet for evpack, redacted as the text above";
const OPEN: &str = "~~~json";
const CLOSE: &str = "~~~";

/// The words of a Markdown packet, as to whether they are those that its block was made for.
#[derive(Clone, PartialEq, Eq)]
pub struct Prose {
    /// The words. They are not clean.
    pub words: String,
    /// Whether the words are unchanged.
    pub words_match: bool,
    /// Whether the data is unchanged.
    pub data_match: bool,
    /// Whether nothing else stands around the data.
    pub frame_matches: bool,
}

/// The line above the block.
fn mark(form: Data, words: &str, data: &str) -> String {
    format!("{MARK}{} words=sha256:{} data=sha256:{} -->", form.number(), checksum(words), checksum(data))
}

/// The block under the words of a packet. `data` is JSON whose every line begins with a brace, a bracket, a quote, a
/// digit or a letter, so that none of them can close the fence.
#[must_use]
pub fn append(words: &str, form: Data, data: &str) -> String {
    let (words, data) = (words.trim_end(), data.trim_end());
    format!("{words}\n\n{}\n{}", mark(form, words, data), framed(data))
}

/// The data with all that stands around it.
fn framed(data: &str) -> String {
    format!("<details>\n<summary>{SUMMARY}</summary>\n\n{OPEN}\n{data}\n{CLOSE}\n\n</details>\n")
}

/// The only block of a text.
pub(super) fn find(text: &str) -> Result<(String, Data, Prose), Problem> {
    let text = text.replace("\r\n", "\n");
    let starts: Vec<usize> = text.match_indices(MARK).map(|(at, _)| at).filter(|at| begins_line(&text, *at)).collect();
    let at = match starts.as_slice() {
        [] if looks_like_packet(&text) => return Err(Problem::NoBlock),
        [] => return Err(Problem::NotAPacket),
        [only] => *only,
        // Two packets in one text, or a second block that was slipped in: which one counts would be a guess.
        _ => return Err(Problem::DoubleKey),
    };
    let (words, rest) = text.split_at(at);
    let (said, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let number = said.trim_start_matches(MARK).split(' ').next();
    let form = match number.and_then(|number| number.parse::<u32>().ok()) {
        Some(1) => Data::Plain,
        Some(2) => Data::Short,
        Some(3..) => return Err(Problem::Newer),
        Some(0) | None => return Err(Problem::NoBlock),
    };
    let lines = rest.lines().skip_while(|line| line.trim_end() != OPEN).skip(1);
    let data: Vec<&str> = lines.take_while(|line| line.trim_end() != CLOSE).collect();
    if data.is_empty() {
        return Err(Problem::NoBlock);
    }
    let data = data.join("\n");
    let says = |name: &str, text: &str| said.contains(&format!(" {name}=sha256:{} ", checksum(text)));
    let frame_matches =
        said.trim_end().len() == mark(form, words, &data).len() && checksum(rest) == checksum(&framed(&data));
    let (words_match, data_match) = (says("words", words), says("data", &data));
    let prose = Prose { words: words.to_owned(), words_match, data_match, frame_matches };
    Ok((data, form, prose))
}

fn begins_line(text: &str, at: usize) -> bool {
    at == 0 || text.as_bytes()[at - 1] == b'\n'
}

fn looks_like_packet(text: &str) -> bool {
    text.contains("Did the request reach Anthropic")
}

/// A checksum that does not see what editors and ticket systems change: ends of lines, and blank lines at the end.
fn checksum(text: &str) -> String {
    let mut hash = Sha256::new();
    for line in text.trim_end().lines() {
        hash.update(line.trim_end().as_bytes());
        hash.update(b"\n");
    }
    let mut out = String::with_capacity(64);
    for byte in hash.finalize() {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}
