//! The block of data at the end of a Markdown packet: which keys it promises, and how it is told from the words.
//!
//! ```text
//! <!-- evpack-data 1 words=sha256:... data=sha256:... -->
//! <details>
//! <summary>...</summary>
//!
//! ~~~json
//! {"schema_version": 1, ...}
//! ~~~
//!
//! </details>
//! ```

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
    "checklist",
];

/// A key that survives too where there is more than one attempt: a retry against Markdown goes on counting from it.
pub const ATTEMPTS: &str = "attempts";
/// Attempts that survive, the last ones.
pub const MOST_ATTEMPTS: usize = 10;

/// How the line above the block begins.
pub const MARK: &str = "<!-- evpack-data 1 ";
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
}

/// The line above the block.
#[must_use]
pub fn mark(words: &str, data: &str) -> String {
    format!("{MARK}words=sha256:{} data=sha256:{} -->", checksum(words), checksum(data))
}

/// The block under the words of a packet. `data` is JSON whose every line begins with a brace, a bracket, a quote or a
/// space, so that none of them can close the fence. `summary` is a sentence of evpack's own.
#[must_use]
pub fn append(words: &str, summary: &str, data: &str) -> String {
    let (words, data) = (words.trim_end(), data.trim_end());
    let mark = mark(words, data);
    format!("{words}\n\n{mark}\n<details>\n<summary>{summary}</summary>\n\n{OPEN}\n{data}\n{CLOSE}\n\n</details>\n")
}

/// The last block of a text.
pub(super) fn find(text: &str) -> Result<(String, Prose), Problem> {
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
    let mut lines = rest.lines();
    let said = lines.next().unwrap_or_default();
    let data: Vec<&str> =
        lines.skip_while(|line| line.trim_end() != OPEN).skip(1).take_while(|line| line.trim_end() != CLOSE).collect();
    if data.is_empty() {
        return Err(Problem::NoBlock);
    }
    let data = data.join("\n");
    let says = |name: &str, text: &str| said.contains(&format!(" {name}=sha256:{} ", checksum(text)));
    let prose = Prose { words: words.to_owned(), words_match: says("words", words), data_match: says("data", &data) };
    Ok((data, prose))
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
