//! Values in credential position: `name=value`, `name: value`, `"name": "value"`, `--name value`, tuples and HAR pairs.

mod around;
mod below_name;
mod beside;
mod bytes;
mod code;
mod ends;
mod listed;
mod pairs;
mod parts;
mod position;
mod value;
mod written;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use super::finding::{Finding, Rank};
use super::known::KnownSet;
use super::names::{Names, Trust};
use super::quoted;
use super::shapes::{LONGEST_RANDOM, is_mixed, is_random};
use super::state_words::is_plain_state;
use super::view::without_last_colours;
pub(super) use around::{before_visibility, without_constructors};
pub(super) use below_name::{ends_in_scheme, opens_block, opens_constructor};
use beside::beside;
use position::Position;
pub(super) use value::Stops;
use value::value;

/// Longest name.
const LONGEST_NAME: usize = 96;
/// Longest quoted value: a limit to the work on hostile input.
const LONGEST_VALUE: usize = 32 * 1024;
/// Rule id in the report.
static RULE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("named-value"));

/// The kinds of placeholders.
static KINDS: LazyLock<[Arc<str>; 7]> =
    LazyLock::new(|| ["cookie", "authorization", "password", "api-key", "token", "header", "secret"].map(Arc::from));

/// Adds all values whose name says that they are credentials.
#[cfg(test)]
pub(super) fn find(names: &Names, known: &KnownSet, text: &[u8], found: &mut Vec<Finding>) {
    let mut done = 0;
    let mut stops = Stops::default();
    for hit in names.stems.find_iter(text) {
        if hit.start() < done {
            continue;
        }
        done = at(names, known, text, hit.range(), &mut stops, found);
    }
}

/// Where the next name may begin: names inside a long value are not looked at, which keeps the work linear, but those near its end are.
fn resume(name_end: usize, value: &Range<usize>) -> usize {
    if value.len() > 1024 { value.end - 64 } else { name_end }
}

/// Whether the value of a credential may follow the name around a stem, or the line ends so that it may be still to come: a quick look.
pub(super) fn may_follow(names: &Names, text: &[u8], stem: Range<usize>) -> bool {
    let name = whole_name(text, stem.start, stem.end);
    if (may_assign(text, &name) || beside(text, &name).is_some()) && names.trust(&text[name.clone()]).is_some() {
        return true;
    }
    let near = &text[stem.end..text.len().min(stem.end + NEAR_END)];
    let Some(end) = memchr::memchr(b'\n', near).map(|end| stem.end + end) else { return false };
    // A name that the next line holds the value of is the last thing of its line but for a quotation mark, a tag or a colour.
    let last = name.end >= end || matches!(text[name.end], b'"' | b'\'' | b'<' | 0x1b);
    let alone = || name.start == 0 || text[name.start - 1] == b'\n';
    ends_open(&text[stem.end..end])
        || last && around::awaited(&text[..end]).is_some()
        || name.end >= end && alone() && names.trust(&text[name.clone()]).is_some()
}

/// Whether a line ends in the name of a credential whose value stands in the next one.
pub(super) fn awaits_value(names: &Names, line: &[u8]) -> bool {
    around::awaited(line).is_some_and(|name| names.judge(name).is_some())
}

/// A stem that stands nearer to the end of its line may have its value in the next one.
pub(super) const NEAR_END: usize = 64;

/// Whether a line ends in a separator or quotation mark, after which a value may come.
pub(super) fn ends_open(line: &[u8]) -> bool {
    without_last_colours(line).last().is_some_and(|b| b"\"'`\\:=,>".contains(b))
}

/// Adds the value of the name around a stem; gives where the next name may begin.
pub(super) fn at(
    names: &Names,
    known: &KnownSet,
    text: &[u8],
    stem: Range<usize>,
    stops: &mut Stops,
    found: &mut Vec<Finding>,
) -> usize {
    let name = whole_name(text, stem.start, stem.end);
    let Some(finding) = value_of(names, known, text, &name, stops) else { return name.end };
    let next = resume(name.end, &finding.range);
    match parts::secret_parts(text, &name, &finding.kind, &finding.range) {
        Some(parts) => {
            found.extend(parts.into_iter().map(|part| Finding::new(part, &RULE, &finding.kind, Rank::Named)));
        }
        None => found.push(finding),
    }
    next
}

fn value_of(names: &Names, known: &KnownSet, text: &[u8], name: &Range<usize>, stops: &mut Stops) -> Option<Finding> {
    if name.len() > LONGEST_NAME || around::names_another(&text[..name.start]) {
        return None;
    }
    // `${TOKEN:?must be set}`: what a shell says of a variable that is not set.
    if text[..name.start].ends_with(b"${") && text[name.end..].starts_with(b":?") {
        return None;
    }
    let position = if may_assign(text, name) { position::of(text, name) } else { None };
    let Some(position) = position else {
        let value = around::before_name(text, name).or_else(|| beside(text, name))?;
        let trust = names.trust(&text[name.clone()])?;
        let kind = kind_named(kind_of(std::str::from_utf8(&text[name.clone()]).ok()?));
        let variable = !text[name.clone()].iter().any(u8::is_ascii_lowercase);
        return (trust != Trust::Shaped || variable).then(|| Finding::new(value, &RULE, &kind, Rank::Named));
    };
    let trust = names.trust(&text[name.clone()])?;
    let word = std::str::from_utf8(&text[name.clone()]).ok()?;
    let kind = kind_of(word);
    let range = value(text, name, &position, kind, stops)?;
    // What `passwd` says begins as a setting does.
    let of_words =
        |value: &[u8]| value.contains(&b' ') && value.iter().all(|b| b.is_ascii_alphabetic() || b" .,'".contains(b));
    if word == "passwd" && position.colon && of_words(&text[range.clone()]) {
        return None;
    }
    let is_secret = range.len() > 1 && known.is_short(text[range.clone()].trim_ascii());
    let judged = &text[range.clone()];
    // How many bytes, and not which.
    if word.to_ascii_lowercase().ends_with("bytes") && judged.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let numbered = || (4..=10).contains(&judged.len()) && names.is_numbered(&text[name.clone()]);
    let is_set = judged.iter().all(u8::is_ascii_digit) && numbered()
        || trust == Trust::Shaped && kind == "password" && written::is_set(text, judged, &position)
        || trust == Trust::Shaped && written::is_own_key(word.as_bytes(), judged);
    let is_told = || {
        let of_header = matches!(kind, "authorization" | "cookie");
        written::is_remark(text, &range) || of_header && written::is_sentence(judged)
    };
    if !is_secret && !is_set && (stays(judged, trust, kind, &position) || is_told()) {
        return None;
    }
    if !is_secret && code::is_source(text, word.as_bytes(), &range) {
        return None;
    }
    // `AUTH: Received control message`: a word that others follow.
    let word = |value: &[u8]| value.iter().all(u8::is_ascii_alphabetic) && !is_mixed(value);
    let of_sentence = trust == Trust::Weak && position.colon && text.get(range.end) == Some(&b' ');
    if !is_secret && of_sentence && word(&text[range.clone()]) {
        return None;
    }
    let range = value::with_wrapped_tail(text, range);
    Some(Finding::new(range, &RULE, &kind_named(kind), Rank::Named))
}

fn kind_named(kind: &str) -> Arc<str> {
    KINDS.iter().find(|known| ***known == *kind).map_or_else(|| Arc::from(kind), Arc::clone)
}

/// The kind of placeholder for a name.
fn kind_of(name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    let has = |part: &str| lower.contains(part);
    if has("cookie") {
        "cookie"
    } else if has("authorization") {
        "authorization"
    } else if has("pass") && !has("bypass") || has("pwd") || lower.len() > 2 && lower.ends_with("pw") {
        "password"
    } else if has("key") {
        "api-key"
    } else if has("token") || has("jwt") || has("bearer") {
        "token"
    } else if has("custom_headers") {
        "header"
    } else {
        "secret"
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The whole name around a stem; an escape such as `\n` before it is not part of it.
fn whole_name(text: &[u8], start: usize, end: usize) -> Range<usize> {
    let before = text[..start].iter().rev().take(LONGEST_NAME).take_while(|b| is_name_byte(**b)).count();
    let mut from = start - before;
    if from < start && from > 0 && text[from - 1] == b'\\' && b"ntr".contains(&text[from]) {
        from += 1;
    }
    if from + 2 <= start && from > 0 && text[from - 1] == b'%' {
        from += 2;
    }
    let after = text[end..].iter().take(LONGEST_NAME).take_while(|b| is_name_byte(**b)).count();
    from..end + after
}

fn skip(text: &[u8], at: usize, set: &[u8]) -> usize {
    at + text[at..].iter().take(64).take_while(|b| set.contains(b)).count()
}

/// Whether what follows a name may lead to a value: a quick look at the next byte that says something.
fn may_assign(text: &[u8], name: &Range<usize>) -> bool {
    let rest = &text[name.end..];
    let lead = rest.iter().take(64).find(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'));
    let Some(lead) = lead else { return rest.len() > 64 };
    if matches!(lead, b'=' | b':' | b'%' | b'\\' | b'&' | b'"' | b'\'' | b'`' | b']' | b'<' | b'>' | b'*' | b'!')
        || !lead.is_ascii()
    {
        return true;
    }
    let of_pair = || around::in_list_of_pairs(text, name).is_some() || written::in_tuple(text, name).is_some();
    if *lead == b'|' || *lead == b'-' && rest.trim_ascii_start().starts_with(b"->") {
        return true;
    }
    let in_other_line =
        || around::in_next_line(text, name.start, name.end).or_else(|| listed::in_next_item(text, name)).is_some();
    if in_other_line()
        || around::names_element(text, name)
        || of_pair()
        || rest.starts_with(b" ??=")
        || rest.starts_with(b" ?=")
    {
        return true;
    }
    // `--password value`
    let before = &text[..name.start];
    text[name.clone()].starts_with(b"-") || before.ends_with(b"-") || quoted::behind_declared(text, name.end).is_some()
}

/// Whether what stands before a name on its line is nothing, indentation, `export`, a list dash, a header mark or a log prefix.
fn is_assignment_lead(lead: &[u8]) -> bool {
    let lead = lead.trim_ascii();
    lead.is_empty()
        || [
            &b"export"[..],
            b"-",
            b">",
            b"<",
            b"*",
            b"set",
            b"setx",
            b"ENV",
            b"+",
            b"+ export",
            b"$",
            b"$ export",
            b"|",
            b"$env:",
            b"#",
            b"env:",
        ]
        .contains(&lead)
}

/// Whether a value stays: it says a state, or running text only looks like an assignment.
fn stays(value: &[u8], trust: Trust, kind: &str, position: &Position) -> bool {
    let value = value.trim_ascii();
    if value.len() < 2 || is_plain_state(value) || is_scheme(value) {
        return true;
    }
    let is_password = || kind == "password" && (written::is_scrambled(value) || written::fills(value, position));
    // The lines of a block are looked at one by one, and a long one is not random.
    let first = || value[..value.len().min(LONGEST_RANDOM + 1)].split(|b| *b == b'\n').next().unwrap_or(value);
    let is_made = || is_random(first()) || is_password();
    if trust == Trust::Shaped && (!is_made() || written::is_test(value)) {
        return true;
    }
    // What a client says of its variable for headers: only a header is a value there.
    if kind == "header" && position.prose && !begins_header(value) {
        return true;
    }
    let number = value.iter().all(|b| b.is_ascii_digit() || *b == b'.' || *b == b'-');
    if number && (kind != "password" || value.len() < 3) && value.len() < 16 {
        return true;
    }
    let word = value.iter().all(|b| b.is_ascii_alphabetic() || b"-_.'".contains(b));
    if position.prose && word && (trust == Trust::Weak || kind != "password" || value.len() < 6) && !is_mixed(value) {
        return true;
    }
    // `token: )`, `Unexpected token: }`.
    !value.iter().any(u8::is_ascii_alphanumeric) && (trust == Trust::Weak || position.prose)
}

/// Whether `Name: value` begins here.
fn begins_header(value: &[u8]) -> bool {
    let name = value.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).count();
    name > 0 && value.get(name) == Some(&b':')
}

fn is_scheme(value: &[u8]) -> bool {
    Names::get().is_some_and(|names| names.is_scheme(value))
}
