//! Prompt content, found by structure: the values under the keys of requests, answers, streams and transcripts.

mod assigned;
mod commands;
mod dumps;
mod evidence;
mod frames;
mod keys;
mod records;
mod screen;
mod sources;
mod walker;
mod yaml;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use aho_corasick::Input;

use super::finding::{Finding, Rank, Substitute};
use super::placeholder;
use super::quoted::{self, Quote};
use super::text_edges::starts_token;
use evidence::{is_evidence, is_har_body};
use keys::{Class, Keys};
pub(super) use records::begins as begins_record;

/// Kind in the report.
pub(super) const KIND: &str = "prompt-content";

static KIND_NAME: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(KIND));
static BY_KEY: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-by-key"));
static BY_SOURCE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-source-line"));
static BY_COMMAND: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-command"));
static BY_SCREEN: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-on-screen"));
static BY_FRAME: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-frame"));
static BY_CUT: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-cut-off"));

/// The tables could not be loaded, so nothing may be shown.
#[derive(Debug)]
pub(super) struct TablesBroken;

/// Adds all prompt content of a text that its keys show; says whether some of it goes on beyond the end.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) -> Result<bool, TablesBroken> {
    let keys = Keys::get().ok_or(TablesBroken)?;
    let automaton = keys.automaton().ok_or(TablesBroken)?;
    let mut done = 0;
    let mut open = false;
    let mut from = 0;
    // What was taken is not searched again.
    while let Some(hit) = automaton.find(Input::new(text).range(from.max(done)..)) {
        from = hit.end();
        let class = keys.class(hit.pattern().as_usize());
        let Some(key) = key_at(text, hit.range()) else {
            let plain = || assigned::value(text, &hit.range());
            if let Some(value) = dumps::parameter(keys, text, &hit.range()).or_else(plain) {
                done = value.end;
                push_text(text, value, found);
                continue;
            }
            done = yaml::take(text, hit.range(), found).unwrap_or(done);
            continue;
        };
        match take(keys, text, class, &key, found) {
            Some(Taken::Whole(end)) => done = end,
            Some(Taken::CutOff(end)) => {
                done = end;
                open |= end >= records::last_line_end(text);
            }
            // What could be the value may stand in a line to come.
            None => open |= key.value == text.len(),
        }
    }
    Ok(open)
}

/// Adds the prompt content of source lines, commands, dumps and copied screens.
pub(super) fn find_others(text: &[u8], found: &mut Vec<Finding>) {
    dumped(text, found);
    sources::find(text, found);
    commands::find(text, found);
    screen::find(text, found);
    frames::find(text, found);
}

/// Removes what Go's dumps hold, to the end of the record: nothing says where such a text ends.
fn dumped(text: &[u8], found: &mut Vec<Finding>) {
    let Some(fields) = FIELDS.as_ref() else { return };
    let mut done = 0;
    for hit in fields.find_iter(text).filter(|hit| hit.start() > 0) {
        let separator = |b: &u8| matches!(b, b':' | b' ');
        let name = hit.start()..hit.start() + text[hit.range()].iter().position(separator).unwrap_or(0);
        if hit.start() < done {
            continue;
        }
        if text.get(name.end) == Some(&b' ') {
            if let Some((brace, value)) = dumps::record_field(text, &name) {
                done = cut_off(text, brace, value, value, found);
            } else if let Some(value) = dumps::quoted_record_field(text, &name) {
                done = value.end;
                push_text(text, value, found);
            }
            continue;
        }
        if let Some(text_at) = dumps::quoted_field(text, &name) {
            done = text_at.end;
            push_text(text, text_at, found);
        } else if let Some(value) = dumps::field(text, &name) {
            let closed = text[value..].starts_with(b"[]") || text[value..].starts_with(b"[text");
            if !closed {
                done = cut_off(text, value, value, value, found);
            }
        }
    }
}

static FIELDS: LazyLock<Option<aho_corasick::AhoCorasick>> =
    LazyLock::new(|| aho_corasick::AhoCorasick::new(dumps::FIELDS).ok());

fn push_text(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    if placeholder::is_shape(&text[range.clone()]) || text[range.clone()].starts_with(b"[text") {
        return;
    }
    let mut finding = Finding::new(range.clone(), &BY_KEY, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[range]);
    found.push(finding);
}

/// A key and where its value begins.
struct Key {
    /// Where the key's own text stands.
    name: Range<usize>,
    /// Where the value begins.
    value: usize,
    /// The quote that a text in the value's place must have.
    quote: Quote,
    /// Whether the key itself was quoted.
    quoted: bool,
}

/// The key at a hit, where the hit stands in key position.
fn key_at(text: &[u8], name: Range<usize>) -> Option<Key> {
    let open = quoted::before(text, name.start).or_else(|| attribute_opening(text, name.start));
    let close = quoted::closing_at(text, name.end);
    if let (Some(open), Some(close)) = (open, close) {
        if open != close {
            return None;
        }
        // Erlang and Elixir write bytes as `<<"content">> => <<"text">>`.
        let binary = text[name.end + close.len()..].starts_with(b">>");
        let after = walker::skip_blank(text, name.end + close.len() + if binary { 2 } else { 0 });
        // An index: `["content"]=> string(4) "text"` of PHP, `body['content'] = 'text'`.
        let index = text.get(after) == Some(&b']');
        let colon = if index { walker::skip_blank(text, after + 1) } else { after };
        let rest = text.get(colon..)?;
        let separator = match rest {
            [b'=', b'>', ..] => 2,
            [b'=', second, ..] if index && *second != b'=' => 1,
            _ => usize::from(!index && rest.starts_with(b":")),
        };
        if separator == 0 && text[name.start - 1] == b'.' && rest.starts_with(b",") {
            // The attributes of a span as pairs: `"key":"gen_ai.prompt","value":{"stringValue":"text"}`.
            let value = dumps::value_of_pair(text, name.start, colon, open)?;
            return Some(Key { name, value, quote: open, quoted: true });
        }
        let value = quoted::after_type(text, walker::skip_blank(text, colon + separator));
        let value = if binary && text[value..].starts_with(b"<<") { value + 2 } else { value };
        return (separator > 0).then_some(Key { name, value, quote: open, quoted: true });
    }
    if !starts_token(text, name.start) || (name.start > 0 && matches!(text[name.start - 1], b'-' | b'.' | b'/')) {
        return None;
    }
    let separator = walker::skip_blank(text, name.end);
    let value = match text.get(separator) {
        Some(b':') if text.get(separator + 1) != Some(&b':') => walker::skip_blank(text, separator + 1),
        Some(b'=') if text.get(separator + 1) == Some(&b'>') => walker::skip_blank(text, separator + 2),
        Some(b'=') if text.get(separator + 1) != Some(&b'=') => walker::skip_blank(text, separator + 1),
        // A keyword of Clojure: `:content "text"`.
        Some(b'"') if separator > name.end && text[..name.start].ends_with(b":") => separator,
        _ => return None,
    };
    let quote = match quoted::opening_at(text, value) {
        Some((quote, _)) => Quote { triple: false, ..quote },
        // `Error generating text: [AI_APICallError]: ...` says what failed.
        None if evidence::is_class_in_brackets(&text[value..]) => return None,
        // Only a container or a constructor call is a value here; anything else is running text.
        None if matches!(text.get(value), Some(b'[' | b'{' | b'(')) || is_call(text, value) => {
            Quote { mark: b'\'', depth: 0, triple: false }
        }
        // Java prints `MessageParam{role=user, content=text}`: where such a text ends cannot be known.
        None if separator == name.end
            && (text[separator] == b'=' || of_role(text, name.start))
            && in_dump(text, name.start) =>
        {
            Quote { mark: b'\0', depth: 0, triple: false }
        }
        None => return None,
    };
    Some(Key { name, value, quote, quoted: false })
}

/// How the attributes of spans begin that hold messages: `OpenTelemetry`, `OpenInference`,
/// Traceloop, Langfuse, the AI SDK of Vercel.
const ATTRIBUTES: [&[u8]; 5] = [b"gen_ai.", b"llm.", b"traceloop.", b"langfuse.", b"ai."];

/// The quote of an attribute such as `"gen_ai.prompt.0.content"` whose last part begins at `at`.
fn attribute_opening(text: &[u8], at: usize) -> Option<Quote> {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'_');
    let start = at - text[..at].iter().rev().take(80).take_while(part).count();
    let prefix = &text[start..at];
    let known = prefix.ends_with(b".") && ATTRIBUTES.iter().any(|lead| prefix.starts_with(lead));
    known.then(|| quoted::before(text, start)).flatten()
}

/// Whether a name stands where `Name{name=value, name=value}` or `Name[name=value]` has one.
fn in_dump(text: &[u8], at: usize) -> bool {
    let lead = &text[at.saturating_sub(2000)..at];
    let is_named = |brace: usize| brace > 0 && lead[brace - 1].is_ascii_alphabetic();
    // A record of Java has square brackets, a data class of Kotlin round ones, and a type before them.
    let is_record = |bracket: usize| {
        // Spring puts a blank before its bracket.
        let blank = usize::from(lead[bracket] == b'[' && lead[..bracket].ends_with(b" "));
        let bracket = bracket - blank;
        let name = lead[..bracket].iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        name > 1 && lead[bracket - name].is_ascii_uppercase()
    };
    let opens = |at: usize| match lead.get(at) {
        Some(b'{') => is_named(at),
        Some(b'[' | b'(') => is_record(at),
        _ => false,
    };
    let before = |byte: u8| lead.iter().rposition(|b| *b == byte).is_some_and(opens);
    // The bracket around the field, behind fields with brackets of their own.
    let around = || {
        let mut closed = 0usize;
        lead.iter().rposition(|b| match b {
            b'}' | b']' | b')' => {
                closed += 1;
                false
            }
            b'{' | b'[' | b'(' if closed > 0 => {
                closed -= 1;
                false
            }
            byte => matches!(byte, b'{' | b'[' | b'('),
        })
    };
    lead.len().checked_sub(1).is_some_and(opens)
        || (lead.ends_with(b", ") && (before(b'{') || before(b'[') || before(b'(') || around().is_some_and(opens)))
}

/// Whether the role of a message stands before a field, as in Dart's `Message(role: user, content: text)`.
fn of_role(text: &[u8], at: usize) -> bool {
    let lead = &text[at.saturating_sub(64)..at];
    let open = lead.iter().rposition(|b| matches!(b, b'(' | b'{' | b'[')).map_or(0, |bracket| bracket + 1);
    lead.ends_with(b", ") && lead[open..].starts_with(b"role: ")
}

/// Whether a constructor call such as `TextBlock(` or `[TextBlock(` stands here.
fn is_call(text: &[u8], at: usize) -> bool {
    let name = text[at..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    name > 1 && text[at].is_ascii_uppercase() && text.get(at + name) == Some(&b'(')
}

/// How far the value of a key went.
enum Taken {
    /// It was understood up to its end.
    Whole(usize),
    /// It was removed to the end of its record.
    CutOff(usize),
}

/// Takes the value of a key.
fn take(keys: &Keys, text: &[u8], class: Class, key: &Key, found: &mut Vec<Finding>) -> Option<Taken> {
    let first = *text.get(key.value)?;
    let bracket = if first == b'[' { text[key.value..].iter().take(40).position(|b| *b == b']') } else { None };
    if bracket.is_some_and(|end| placeholder::is_shape(&text[key.value..=key.value + end])) {
        // A shape that stands here without quotes, from an earlier redaction.
        return None;
    }
    let is_string = quoted::opening_at(text, key.value).is_some();
    let is_container = matches!(first, b'{' | b'[' | b'(') || (!is_string && is_call(text, key.value));
    if key.quote.mark == 0 && !is_string && !is_container {
        let short = text[key.value..].iter().take(24).position(|b| matches!(b, b',' | b'}' | b']' | b')'));
        let plain = short.is_some_and(|end| {
            matches!(&text[key.value..key.value + end], b"null" | b"Optional.empty" | b"" | b"[]" | b"true" | b"false")
        });
        if plain || class == Class::Blob {
            return None;
        }
        let lead = &text[..key.name.start];
        let bracket = lead.iter().rposition(|b| matches!(b, b'{' | b'[' | b'(')).unwrap_or(key.value);
        // Source code calls like this too, over several lines.
        if text[bracket] == b'(' && records::closed_on_its_line(text, bracket).is_none() {
            return None;
        }
        return Some(Taken::CutOff(cut_off(text, bracket, key.value, key.value, found)));
    }
    if !is_string && !is_container {
        // `null`, `None`, a number: says nothing.
        return None;
    }
    if is_evidence(keys, text, class, key) || (is_container && (class == Class::Blob || is_har_body(text, key.value))) {
        return None;
    }
    if quoted::opening_at(text, key.value).is_some_and(|(_, start)| keys.is_client_text(text, start)) {
        return None;
    }
    Some(match walker::Walker::new(keys, text, key.quote, found).value(key.value, class) {
        Ok(end) => Taken::Whole(end),
        Err(stuck) => Taken::CutOff(cut_off(text, key.value, key.value, stuck, found)),
    })
}

/// Removes all from `at` to the end of the record, of a value that begins at `value` and stands behind a bracket or begins with one; gives that end.
fn cut_off(text: &[u8], bracket: usize, value: usize, at: usize, found: &mut Vec<Finding>) -> usize {
    // A value that goes whole leaves no bracket open, which would make the text after it look like a part of it.
    let whole = records::closed_on_its_line(text, bracket).filter(|end| at <= *end).map(|end| {
        let last = if bracket < value { records::without_brackets(text, value, end) } else { end };
        value..last
    });
    let range = whole.unwrap_or_else(|| at..records::end(text, at));
    let end = range.end;
    let mut cut = Finding::new(range, &BY_CUT, &KIND_NAME, Rank::Content);
    cut.substitute = Substitute::Shape("[text]".to_owned());
    found.push(cut);
    end
}

/// The keys that lead the search.
pub(super) fn words() -> &'static [String] {
    Keys::get().map_or(&[], Keys::words)
}

/// The options that lead the search on command lines.
pub(super) const fn options() -> &'static [&'static str] {
    commands::OPTIONS
}

/// Whether content may begin at a key that stands here.
pub(super) fn may_begin(text: &[u8], name: Range<usize>) -> bool {
    key_at(text, name.clone()).is_some()
        || Keys::get().is_none_or(|keys| dumps::parameter(keys, text, &name).is_some())
        || assigned::value(text, &name).is_some()
        || yaml::may_begin(text, name)
}

/// The fields that lead the search in dumps.
pub(super) const fn fields() -> &'static [&'static str] {
    dumps::FIELDS
}

/// Whether an option of a command line that stands here may hold a prompt.
pub(super) fn may_be_option(text: &[u8], start: usize, end: usize) -> bool {
    commands::may_begin(text, start, end)
}

/// Whether a line is the head of a frame, whose source lines follow.
pub(super) fn heads_frame(line: &[u8]) -> bool {
    sources::heads_frame(line)
}

/// Whether a line is indented deeper than the head of a frame.
pub(super) fn is_deeper(head: &[u8], line: &[u8]) -> bool {
    sources::is_deeper(head, line)
}

/// What the next line must be seen with on a copied screen.
pub(super) fn context_on_screen(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    screen::context(before, held)
}

/// Marks of a copied screen.
pub(super) const fn screen_marks() -> &'static [&'static str] {
    &screen::WORDS
}

/// The openings of frames, which lead the search for them.
pub(super) fn frames() -> impl Iterator<Item = &'static str> {
    frames::words()
}

pub(super) use commands::opens_document;
pub(super) use frames::open_frame;
pub(super) use screen::{ends_in_prompt, next_prompt};
pub(super) use yaml::indentation;

/// The indentation of a YAML key whose text stands in the lines below it.
pub(super) fn opens_block(line: &[u8]) -> Option<usize> {
    yaml::opens_block(line)
}

/// Whether a name is a key of prompt content.
pub(super) fn is_key(name: &[u8]) -> bool {
    Keys::get().is_none_or(|keys| matches!(keys.class_of(name), Some(class) if class != Class::Shape))
}

/// The shape of a removed text.
fn shape_of(value: &[u8]) -> Substitute {
    Substitute::Characters(characters(value))
}

/// The characters of a text; an escape counts as one.
fn characters(value: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = value;
    while let Some(escape) = memchr::memchr(b'\\', rest) {
        count += beginnings(&rest[..escape]) + 1;
        rest = rest.get(escape + 2..).unwrap_or_default();
    }
    count + beginnings(rest)
}

/// The bytes that begin a character: all but those that continue one.
fn beginnings(piece: &[u8]) -> usize {
    // Counts of 128 bytes fit into a byte, which lets many of them be added at once.
    let block = |block: &[u8]| block.iter().map(|byte| u8::from(byte.cast_signed() >= -0x40)).sum::<u8>();
    piece.chunks(128).map(|part| usize::from(block(part))).sum()
}
