//! Keys of content and where their values begin, in the notations of programs: JSON, `repr`, hashes, keywords, attributes of spans.

use std::ops::Range;

use super::{dumps, evidence, typed, walker};
use crate::redact::quoted::{self, Quote};
use crate::redact::text_edges::starts_token;

/// A key and where its value begins.
pub(super) struct Key {
    /// Where the key's own text stands.
    pub(super) name: Range<usize>,
    /// Where the value begins.
    pub(super) value: usize,
    /// The quote that a text in the value's place must have.
    pub(super) quote: Quote,
    /// Whether the key itself was quoted.
    pub(super) quoted: bool,
}

impl Key {
    /// A key between quotation marks, which its value has too.
    const fn quoted(name: Range<usize>, value: usize, quote: Quote) -> Self {
        Self { name, value, quote, quoted: true }
    }

    /// A key without marks, whose value has these; no escapes stand before them.
    const fn bare(name: Range<usize>, value: usize, mark: u8) -> Self {
        Self { name, value, quote: Quote { mark, depth: 0, triple: false }, quoted: false }
    }

    /// Whether a type of a function stands behind a bare key, or a function itself: `text: (delta: string) => void`.
    pub(super) fn has_type_of_function(&self, text: &[u8]) -> bool {
        let is_open = !self.quoted && text.get(self.value) == Some(&b'(');
        let near = &text[..text.len().min(self.value + LONGEST_LEAD)];
        is_open && walker::balanced(near, self.value).is_ok_and(|end| text[end..].starts_with(b" =>"))
    }

    /// Whether the mark in the value's place closes the string that a bare key stands in, as code goes on behind it: `log("response content: " + body)`.
    pub(super) fn ends_string(&self, text: &[u8]) -> bool {
        let Some((quote, start)) = quoted::opening_at(text, self.value).filter(|_| !self.quoted) else { return false };
        let near = &text[self.name.start.saturating_sub(LONGEST_LEAD)..self.name.start];
        let line = &near[memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1)..];
        let is_same = |at: &usize| line[..*at].iter().rev().take_while(|b| **b == b'\\').count() == quote.depth;
        let inside = memchr::memchr_iter(quote.mark, line).filter(is_same).count() % 2 == 1;
        let next = text[start..].iter().take(LONGEST_GAP).find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        inside && next.is_some_and(|b| b"\n+,.);%&<|}]".contains(b))
    }

    /// Whether a string that stands in the lines below a key is the key of a mapping, as in YAML.
    pub(super) fn leads_to_key(&self, text: &[u8]) -> bool {
        let between = &text[self.name.end..self.value];
        let is_below = memchr::memchr(b'\n', between).is_some() || memchr::memmem::find(between, b"\\n").is_some();
        is_below
            && quoted::opening_at(text, self.value).is_some_and(|(quote, start)| {
                let end = quoted::closing(text, start, quote).unwrap_or(text.len());
                text.get(end + quote.len()..).is_some_and(|rest| rest.starts_with(b":"))
            })
    }
}

/// Most blanks between a string and what code does with it.
const LONGEST_GAP: usize = 64;
/// So much of a line before a key tells whether it stands in a string.
const LONGEST_LEAD: usize = 1024;

/// The key at a hit, where the hit stands in key position.
pub(super) fn key_at(text: &[u8], name: Range<usize>) -> Option<Key> {
    let open = quoted::before(text, name.start).or_else(|| attribute_opening(text, name.start));
    let close = quoted::closing_at(text, name.end);
    match (open, close) {
        (Some(open), Some(close)) => {
            if open == close && !is_choice(text, name.start - open.len()) {
                quoted_key(text, name, open)
            } else {
                None
            }
        }
        _ => bare_key(text, name),
    }
}

/// Whether a string that begins at a place is one of the values that code chooses by: `case "text":`, `elif kind == "text":`.
fn is_choice(text: &[u8], at: usize) -> bool {
    let lead = text[..at].strip_suffix(b" ").unwrap_or_default();
    let is_case = |lead: &[u8]| lead.last().is_none_or(u8::is_ascii_whitespace);
    lead.strip_suffix(b"case").is_some_and(is_case) || lead.ends_with(b"==") || lead.ends_with(b"!=")
}

/// The key between quotation marks.
fn quoted_key(text: &[u8], name: Range<usize>, quote: Quote) -> Option<Key> {
    let end = name.end + quote.len();
    // Erlang and Elixir write bytes as `<<"content">> => <<"text">>`.
    let binary = text[end..].starts_with(b">>");
    let after = walker::skip_blank(text, end + if binary { 2 } else { 0 });
    let after = visibility(text, after);
    // An index: `["content"]=> string(4) "text"` of PHP, `body['content'] = 'text'`.
    let index = text.get(after) == Some(&b']');
    let colon = if index { walker::skip_blank(text, after + 1) } else { after };
    let rest = text.get(colon..)?;
    let separator = match rest {
        [b'=', b'>', ..] => 2,
        [b'=', second, ..] if index && *second != b'=' => 1,
        // A column of SQL: `"content" = 'text'`.
        [b'=', b'\'', ..] | [b'=', b' ', b'\'', ..] if matches!(quote.mark, b'"' | b'`') => 1,
        // A map of HCL: `"SYSTEM_PROMPT" = "text"`.
        [b'=', b' ', b'"', ..] if quote.mark == b'"' && text[name.clone()].ends_with(b"PROMPT") => 1,
        _ => usize::from(!index && rest.starts_with(b":")),
    };
    if separator == 0 {
        let value = value_in_pair(text, &name, colon, quote)?;
        return Some(Key::quoted(name, value, quote));
    }
    let value = quoted::after_type(text, walker::skip_blank(text, colon + separator));
    let value = if binary && text[value..].starts_with(b"<<") { value + 2 } else { value };
    let value = typed::bracket_of_removed(text, &text[name.clone()], value).unwrap_or(value);
    Some(Key::quoted(name, value, quote))
}

/// Where the value begins of a quoted name that no separator follows.
fn value_in_pair(text: &[u8], name: &Range<usize>, at: usize, quote: Quote) -> Option<usize> {
    let comma = text[at..].starts_with(b",");
    if comma && (text[name.start - 1] == b'.' || dumps::is_name_of_pair(text, name, quote)) {
        // The attributes of a span as pairs: `"key":"gen_ai.prompt","value":{"stringValue":"text"}`.
        return dumps::value_of_pair(text, name.start, at, quote);
    }
    let bound = || if comma { bound_value(text, name, at, quote) } else { None };
    typed::serialized(text, at).or_else(bound)
}

/// The key without quotation marks.
fn bare_key(text: &[u8], name: Range<usize>) -> Option<Key> {
    let is_part = name.start > 0 && matches!(text[name.start - 1], b'-' | b'.' | b'/');
    if !is_taken_away(text, name.start) && (is_part || !starts_token(text, name.start)) {
        return None;
    }
    let separator = walker::skip_blank(text, name.end);
    // One of two that code chooses from: `typeof content === 'string' ? content : build(content)`.
    if separator > name.end && text[..name.start].ends_with(b" ? ") {
        return None;
    }
    if text.get(separator) == Some(&b':')
        && let Some(value) = structure_of_r(text, separator)
    {
        return Some(Key::bare(name, value, b'"'));
    }
    if matches!(text.get(separator), Some(b'L' | b'l' | b'I' | b'i')) && separator > name.end {
        let value = behind_like(text, separator)?;
        return Some(Key::bare(name, value, b'\''));
    }
    let value = bare_value(text, &name, separator)?;
    let value = typed::bracket_of_removed(text, &text[name.clone()], value).unwrap_or(value);
    if let Some((quote, _)) = quoted::opening_at(text, value) {
        return Some(Key { name, value, quote: Quote { triple: false, ..quote }, quoted: false });
    }
    // `Error generating text: [AI_APICallError]: ...` says what failed.
    if evidence::is_class_in_brackets(&text[value..]) || is_time_of_next_line(text, separator, value) {
        return None;
    }
    // Only a container or a constructor call is a value here; anything else is running text.
    if matches!(text.get(value), Some(b'[' | b'{' | b'(')) || is_call(text, value) {
        return Some(Key::bare(name, value, b'\''));
    }
    // Java prints `MessageParam{role=user, content=text}`: where such a text ends cannot be known.
    let is_field = separator == name.end
        && match text[separator] {
            b'=' => in_dump(text, name.start) || in_map(text, &name),
            _ => of_role(text, name.start) && (in_dump(text, name.start) || in_braces(text, name.start)),
        };
    is_field.then(|| Key::bare(name, value, b'\0'))
}

/// Where the text begins in a condition of SQL: `content LIKE '%text%'`.
fn behind_like(text: &[u8], word: usize) -> Option<usize> {
    let rest = &text[word..text.len().min(word + 12)].to_ascii_lowercase();
    let like = rest.strip_prefix(b"i").unwrap_or(rest).strip_prefix(b"like ")?;
    let value = word + rest.len() - like.len();
    (text.get(value) == Some(&b'\'')).then_some(value)
}

/// Where the value of a name without marks begins, by what stands behind the name.
fn bare_value(text: &[u8], name: &Range<usize>, separator: usize) -> Option<usize> {
    let next = text.get(separator + 1);
    let length = match text.get(separator)? {
        // A new variable of Go: `systemPrompt := "text"`.
        b':' if next == Some(&b'=') => 2,
        b':' if next != Some(&b':') => 1,
        b'=' if next == Some(&b'>') => 2,
        b'=' if next != Some(&b'=') => 1,
        // A keyword of Clojure: `:content "text"`.
        b'"' if separator > name.end && text[..name.start].ends_with(b":") => return Some(separator),
        // A table of local variables: the name, a tab, its `repr`.
        b'"' | b'\'' | b'[' | b'{' if text[name.end..separator] == *b"\t" && begins_line(text, name.start) => {
            return Some(separator);
        }
        _ => return None,
    };
    Some(walker::skip_blank(text, separator + length))
}

/// Whether the next line begins with a time in brackets, as a record of a log does: what stands before it is the end of a sentence.
fn is_time_of_next_line(text: &[u8], separator: usize, value: usize) -> bool {
    let is_time =
        text[value..].len() > 5 && text[value] == b'[' && text[value + 1..value + 5].iter().all(u8::is_ascii_digit);
    is_time && b"-/".contains(&text[value + 5]) && memchr::memchr(b'\n', &text[separator..value]).is_some()
}

/// Whether a name begins a line that a difference takes away.
fn is_taken_away(text: &[u8], at: usize) -> bool {
    text[..at].ends_with(b"\n-") || at == 1 && text[0] == b'-'
}

/// Longest name of a class of PHP that is read, with its quotation marks.
const LONGEST_CLASS: usize = 128;

/// The bracket behind what PHP says of who may see a field: `["prompt":protected]`, `["prompt":"Request":private]`. Nearly all keys have another value
/// behind their colon.
fn visibility(text: &[u8], at: usize) -> usize {
    let Some(inner) = text.get(at..).and_then(|rest| rest.strip_prefix(b":")) else { return at };
    let in_class = |b: &u8| b.is_ascii_alphanumeric() || b"_\\\"".contains(b) || !b.is_ascii();
    let class = match inner.first() {
        Some(b'p') => 0,
        Some(b'"' | b'\\') => inner.iter().take(LONGEST_CLASS).take_while(|b| in_class(b)).count(),
        _ => return at,
    };
    let says = if class == 0 { inner } else { inner[class..].strip_prefix(b":").unwrap_or_default() };
    let word = [&b"protected]"[..], b"private]"].into_iter().find(|word| says.starts_with(word));
    word.map_or(at, |word| at + inner.len() - says.len() + word.len())
}

/// Where the text begins of a pair of a name and a value that Rails binds to a statement: `["content", "text"]`. A list of names has no text.
fn bound_value(text: &[u8], name: &Range<usize>, comma: usize, quote: Quote) -> Option<usize> {
    let open = name.start - quote.len();
    let at = walker::skip_blank(text, comma + 1);
    let (other, start) = quoted::opening_at(text, at).filter(|(other, _)| *other == quote)?;
    let end = quoted::closing(text, start, other)?;
    // Node puts a blank inside its brackets.
    let blank = usize::from(text[..open].ends_with(b"[ "));
    // Python shows the fields of a form as tuples.
    let close = match text[..open - blank].last() {
        Some(b'[') => b']',
        Some(b'(') => b')',
        _ => return None,
    };
    let pair = text.get(end + other.len() + blank) == Some(&close);
    (pair && text[start..end].contains(&b' ')).then_some(at)
}

/// Where the text begins that R's `str` shows behind a name: ` $ content: chr "text"`.
fn structure_of_r(text: &[u8], colon: usize) -> Option<usize> {
    let value = colon + b": chr ".len();
    (text[colon..].starts_with(b": chr \"")).then_some(value)
}

/// How the attributes of spans begin that hold messages: `OpenTelemetry`, `OpenInference`,
/// Traceloop, Langfuse, the AI SDK of Vercel, Datadog, Dify.
const ATTRIBUTES: [&[u8]; 12] = [
    b"gen_ai.",
    b"llm.",
    b"traceloop.",
    b"langfuse.",
    b"ai.",
    b"message.",
    b"anthropic.",
    b"openai.",
    b"retrieval.",
    b"reranker.",
    b"document.",
    b"sys.",
];

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
        // What has nothing in it is closed: `In []: ` in front of what IPython was told.
        Some(b'[' | b'(') => lead.get(at + 1) != Some(&b']') && is_record(at),
        _ => false,
    };
    let before = |byte: u8| lead.iter().rposition(|b| *b == byte).is_some_and(opens);
    // Fields with brackets of their own may stand before this one.
    lead.len().checked_sub(1).is_some_and(opens)
        || (lead.ends_with(b", ")
            && (before(b'{') || before(b'[') || before(b'(') || walker::bracket_around(lead).is_some_and(opens)))
}

/// Fewest blanks of a text in a map, whose other values are words.
const FEWEST_BLANKS: usize = 2;

/// Whether a text of several words stands under a name in a map as Java shows it: `{model=claude, system=some text of it, stream=false}`.
fn in_map(text: &[u8], name: &Range<usize>) -> bool {
    let lead = &text[name.start.saturating_sub(400)..name.start];
    let Some(open) = walker::bracket_around(lead).filter(|open| lead[*open] == b'{') else { return false };
    let first = lead[open + 1..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let is_map = if open + 1 == lead.len() {
        true
    } else {
        first > 0 && lead[open + 1 + first] == b'=' && lead.ends_with(b", ")
    };
    let value = &text[name.end + 1..text.len().min(name.end + 1 + 200)];
    let ends = value.iter().position(|b| b"=}\n".contains(b)).unwrap_or(value.len());
    let blanks = memchr::memchr_iter(b' ', &value[..ends]).count();
    is_map && text[name.end] == b'=' && blanks > FEWEST_BLANKS
}

/// Whether the role of a message stands before a field, as in Dart's `Message(role: user, content: text)`.
fn of_role(text: &[u8], at: usize) -> bool {
    let lead = &text[at.saturating_sub(64)..at];
    let open = lead.iter().rposition(|b| matches!(b, b'(' | b'{' | b'[')).map_or(0, |bracket| bracket + 1);
    lead.ends_with(b", ") && lead[open..].starts_with(b"role: ")
}

/// Whether the bracket that a place stands in is a brace: Dart prints a map as `{role: user, content: text}`.
fn in_braces(text: &[u8], at: usize) -> bool {
    let lead = &text[at.saturating_sub(64)..at];
    lead.iter().rposition(|b| matches!(b, b'(' | b'{' | b'[')).is_some_and(|bracket| lead[bracket] == b'{')
}

/// Whether a constructor call such as `TextBlock(` or `[TextBlock(` stands here.
pub(super) fn is_call(text: &[u8], at: usize) -> bool {
    let name = text[at..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    name > 1 && text[at].is_ascii_uppercase() && text.get(at + name) == Some(&b'(')
}

/// Whether nothing but blanks stands on the line before a place.
fn begins_line(text: &[u8], at: usize) -> bool {
    const DEEPEST: usize = 64;
    let near = &text[at.saturating_sub(DEEPEST)..at];
    let lead = near.trim_ascii_end();
    near[lead.len()..].contains(&b'\n') || lead.is_empty() && near.len() == at
}
