//! The last look: finished bytes are decoded and searched for everything that redaction removed, by another way than the one that removed it.
//! Values and prompts are searched for with a decoder of its own; shapes with each rule by itself, on the finished text and on its decoded layers.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::redact::Watch;
use crate::render::Artifact;

/// Something that must not leave stands in finished bytes. It says where and by which rule, never what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leak {
    /// The member of the artifact.
    pub member: String,
    /// The rule that found it.
    pub rule: String,
    /// The line, counted from 1; 0 where the bytes had to be decoded to find it.
    pub line: usize,
}

impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.member)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": the finished packet still holds something that rule `{}` removes; nothing was written", self.rule)
    }
}

impl std::error::Error for Leak {}

/// An artifact that was scanned whole. Nothing else can be written.
#[derive(Debug)]
pub struct Verified(Artifact);

impl Verified {
    /// The artifact.
    pub const fn artifact(&self) -> &Artifact {
        &self.0
    }
}

/// Scans all bytes of an artifact, and the names of its members.
///
/// # Errors
/// The first thing found that must not leave.
pub fn verify(artifact: Artifact, watch: &Watch) -> Result<Verified, Leak> {
    for member in artifact.members() {
        scan(watch, &member.name, &member.bytes)?;
        scan(watch, "a file name", member.name.as_bytes())?;
    }
    Ok(Verified(artifact))
}

/// Most times that escapes are read off.
const LAYERS: usize = 4;
/// Shortest run of base64 or hexadecimal digits that is decoded.
const SHORTEST_RUN: usize = 12;

/// Searches the finished bytes of one member.
///
/// # Errors
/// The first thing found that must not leave.
pub fn scan(watch: &Watch, name: &str, bytes: &[u8]) -> Result<(), Leak> {
    let leak = |rule: String, line: usize| Leak { member: name.to_owned(), rule, line };
    if let Some(hit) = watch.shape_in(bytes) {
        return Err(leak(hit.rule, line_at(bytes, hit.at)));
    }
    let mut layer = Cow::Borrowed(bytes);
    for depth in 0..=LAYERS {
        // A hostile packet is large: of its copies, no more are kept than are looked at.
        let tight = squeezed(&layer);
        if let Some(hit) = watch.value_in(&tight) {
            let line = if depth == 0 { place_of(bytes, hit.at).map_or(0, |at| line_at(bytes, at)) } else { 0 };
            return Err(leak(hit.rule, line));
        }
        if let Some(rule) = coded(watch, &tight) {
            return Err(leak(rule, 0));
        }
        drop(tight);
        let next = unescaped(&layer);
        if next == *layer {
            break;
        }
        layer = Cow::Owned(next);
        if let Some(hit) = watch.shape_in(&layer) {
            return Err(leak(hit.rule, 0));
        }
    }
    Ok(())
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', &bytes[..at.min(bytes.len())]).count() + 1
}

/// Whether a byte counts where values are searched for: it is no white space and no control character.
const fn is_dense(byte: u8) -> bool {
    byte > b' ' && byte != 0x7f
}

/// The bytes without white space and control characters.
fn squeezed(bytes: &[u8]) -> Vec<u8> {
    let mut tight = Vec::with_capacity(bytes.iter().filter(|byte| is_dense(**byte)).count());
    tight.extend(bytes.iter().copied().filter(|byte| is_dense(*byte)));
    tight
}

/// The place of the byte that is the n-th of [`squeezed`].
fn place_of(bytes: &[u8], nth: usize) -> Option<usize> {
    bytes.iter().enumerate().filter(|(_, byte)| is_dense(**byte)).nth(nth).map(|(at, _)| at)
}

/// Reads one layer of escapes off: JSON, percent, HTML, and terminal colours.
fn unescaped(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let (decoded, length) = match bytes[at] {
            b'\\' => backslash(&bytes[at..]),
            b'%' => percent(&bytes[at..]),
            b'&' => entity(&bytes[at..]),
            0x1b => (None, colour(&bytes[at..])),
            byte => (Some(u32::from(byte)), 1),
        };
        match decoded {
            Some(code) if code < 0x80 || length == 1 => out.push(u8::try_from(code).unwrap_or(b'?')),
            Some(code) => {
                out.extend_from_slice(char::from_u32(code).unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]).as_bytes());
            }
            None => {}
        }
        at += length;
    }
    out
}

fn backslash(rest: &[u8]) -> (Option<u32>, usize) {
    let code = |from: usize, digits: usize| {
        rest.get(from..from + digits)
            .and_then(|text| std::str::from_utf8(text).ok())
            .and_then(|text| u32::from_str_radix(text, 16).ok())
    };
    match rest.get(1) {
        Some(b'u') => code(2, 4).map_or((Some(u32::from(b'u')), 2), |code| (Some(code), 6)),
        Some(b'x') => code(2, 2).map_or((Some(u32::from(b'x')), 2), |code| (Some(code), 4)),
        Some(b'n' | b'r' | b't') => (Some(u32::from(b' ')), 2),
        Some(byte) => (Some(u32::from(*byte)), if *byte < 0x80 { 2 } else { 1 }),
        None => (None, 1),
    }
}

fn percent(rest: &[u8]) -> (Option<u32>, usize) {
    let digits = rest
        .get(1..3)
        .and_then(|text| std::str::from_utf8(text).ok())
        .and_then(|text| u32::from_str_radix(text, 16).ok());
    digits.map_or((Some(u32::from(b'%')), 1), |code| (Some(code), 3))
}

fn entity(rest: &[u8]) -> (Option<u32>, usize) {
    let Some(end) = rest.iter().take(10).position(|b| *b == b';') else { return (Some(u32::from(b'&')), 1) };
    let name = &rest[1..end];
    let code = match name {
        b"amp" => Some(u32::from(b'&')),
        b"lt" => Some(u32::from(b'<')),
        b"gt" => Some(u32::from(b'>')),
        b"quot" => Some(u32::from(b'"')),
        b"apos" => Some(u32::from(b'\'')),
        [b'#', b'x' | b'X', digits @ ..] => {
            std::str::from_utf8(digits).ok().and_then(|text| u32::from_str_radix(text, 16).ok())
        }
        [b'#', digits @ ..] => std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok()),
        _ => None,
    };
    code.map_or((Some(u32::from(b'&')), 1), |code| (Some(code), end + 1))
}

fn colour(rest: &[u8]) -> usize {
    if rest.get(1) != Some(&b'[') {
        return 1;
    }
    rest.iter().take(40).position(u8::is_ascii_alphabetic).map_or(1, |end| end + 1)
}

/// A watched credential in what base64 or hexadecimal runs decode to.
fn coded(watch: &Watch, tight: &[u8]) -> Option<String> {
    let is_run = |b: &u8| b.is_ascii_alphanumeric() || matches!(*b, b'+' | b'/' | b'-' | b'_');
    let mut at = 0;
    while at < tight.len() {
        let length = tight[at..].iter().take_while(|b| is_run(b)).count();
        if length >= SHORTEST_RUN
            && let Some(rule) = decoded_hit(watch, &tight[at..at + length])
        {
            return Some(rule);
        }
        at += length.max(1);
    }
    None
}

fn decoded_hit(watch: &Watch, run: &[u8]) -> Option<String> {
    let standard: Vec<u8> = run
        .iter()
        .map(|b| match b {
            b'-' => b'+',
            b'_' => b'/',
            other => *other,
        })
        .collect();
    for shift in 0..4.min(standard.len()) {
        let aligned = &standard[shift..];
        let aligned = &aligned[..aligned.len() - aligned.len() % 4];
        if let Some(hit) = STANDARD_NO_PAD.decode(aligned).ok().and_then(|decoded| watch.coded_value_in(&decoded)) {
            return Some(hit.rule);
        }
        let rest = &standard[shift..];
        let tail = rest.len() % 4;
        if tail >= 2 {
            // The last characters of an unpadded run; their spare bits may be set.
            let mut padded = rest.to_vec();
            padded.extend(std::iter::repeat_n(b'A', 4 - tail));
            if let Some(hit) = STANDARD_NO_PAD.decode(&padded).ok().and_then(|decoded| watch.coded_value_in(&decoded)) {
                return Some(hit.rule);
            }
        }
    }
    for digits in run.split(|b| !b.is_ascii_hexdigit()).filter(|digits| digits.len() >= SHORTEST_RUN) {
        for shift in 0..2 {
            let bytes: Vec<u8> = digits[shift..]
                .chunks_exact(2)
                .filter_map(|pair| std::str::from_utf8(pair).ok().and_then(|text| u8::from_str_radix(text, 16).ok()))
                .collect();
            if let Some(hit) = watch.coded_value_in(&bytes) {
                return Some(hit.rule);
            }
        }
    }
    None
}
