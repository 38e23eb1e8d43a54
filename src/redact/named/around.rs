//! What languages and files write between a name and its value: a constructor, the visibility of a field, tags, and the two halves of a pair.

use std::ops::Range;

use crate::redact::line_leads;
use crate::redact::names::Names;
use crate::redact::quoted::{self, Quote};
use crate::redact::shapes::{is_mixed, is_random};
use crate::redact::state_words::is_plain_state;
use crate::redact::view::without_last_colours;

use super::{is_name_byte, skip};

/// Most constructors around one value: `Some(Bearer(SecretString("...")))`.
const MOST_CONSTRUCTORS: usize = 4;
/// Longest pair whose value stands before its name.
const LONGEST_PAIR: usize = 1024;
/// Longest half of a pair that says its name: `name: NAME`.
const LONGEST_HALF: usize = 2 * super::LONGEST_NAME;

/// Keys whose value is the name of the pair.
fn pair_keys() -> &'static [String] {
    Names::get().map_or(&[], Names::pair_keys)
}

pub(super) fn is_pair_key(key: &[u8]) -> bool {
    pair_keys().iter().any(|known| known.as_bytes() == key)
}

/// The place of the quotation mark inside the constructors that begin here; `at` where there are none. A call of a function that makes its value of
/// another text (`getenv("NAME")`) holds no value that looks random.
pub(super) fn inside_constructors(text: &[u8], at: usize) -> usize {
    let (mut inner, mut known) = (at, true);
    for _ in 0..MOST_CONSTRUCTORS {
        let rest = &text[inner..];
        let word = rest.iter().take(64).take_while(|b| is_name_byte(**b) || **b == b':').count();
        // `Optional[value]` is what Java shows.
        let opens =
            matches!(rest.get(word), Some(b'(')) || rest.get(word) == Some(&b'[') && &rest[..word] == b"Optional";
        if word == 0 || !opens {
            break;
        }
        known = known && Names::get().is_some_and(|names| names.is_constructor(&rest[..word]));
        inner = skip(text, inner + word + 1, b" \t\r\n");
        inner += value_key(&text[inner..]).filter(|key| text.get(inner + key) == Some(&b'=')).map_or(0, |key| key + 1);
    }
    if inner == at {
        return at;
    }
    let Some((quote, start)) = quoted::opening_at(text, inner) else {
        let bare = text[..inner].ends_with(b"Optional[") || known && is_bare_token(&text[inner..]);
        return if bare { inner } else { at };
    };
    let value = quoted::closing(&text[..text.len().min(start + 4096)], start, quote).map(|end| &text[start..end]);
    if known || value.is_some_and(is_random) { inner } else { at }
}

/// Whether a constructor begins here: its name alone is no value.
pub(super) fn opens_constructor(rest: &[u8]) -> bool {
    let word = rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric()).count();
    rest.get(word) == Some(&b'(') && Names::get().is_some_and(|names| names.is_constructor(&rest[..word]))
}

/// Fewest and most characters of a value without quotation marks in a constructor.
const BARE: std::ops::RangeInclusive<usize> = 8..=512;

/// Whether a value without quotation marks fills a constructor, as Scala and Java show one: `Some(value)`.
fn is_bare_token(rest: &[u8]) -> bool {
    let plain = |b: &&u8| b.is_ascii_alphanumeric() || b"_-+/=.~!%^*".contains(b);
    let length = rest.iter().take(*BARE.end() + 1).take_while(plain).count();
    BARE.contains(&length) && rest.get(length) == Some(&b')') && is_mixed(&rest[..length])
}

/// A line without the constructors that open at its end, as Rust shows values over several lines: `api_key: Some(`.
pub(in crate::redact) fn without_constructors(line: &[u8]) -> &[u8] {
    let mut line = line;
    for _ in 0..MOST_CONSTRUCTORS {
        let Some(body) = line.trim_ascii_end().strip_suffix(b"(") else { break };
        let word = body.iter().rev().take(64).take_while(|b| is_name_byte(**b) || **b == b':').count();
        let before = &body[..body.len() - word];
        if word == 0 || !before.last().is_some_and(|b| b" (=".contains(b)) {
            break;
        }
        line = before;
    }
    line
}

/// The place after what PHP writes of a field behind its name: `:protected`, `:"Class":private`, `:Class:private`.
pub(super) fn after_visibility(text: &[u8], at: usize) -> usize {
    let rest = &text[at..text.len().min(at + 160)];
    if rest.first() != Some(&b':') {
        return at;
    }
    let class = rest[1..].iter().take_while(|b| is_name_byte(**b) || b"\"\\:".contains(b)).count();
    let field = &rest[..=class];
    if field.ends_with(b":protected") || field.ends_with(b":private") { at + field.len() } else { at }
}

/// Where a name ends behind which a line goes on with a bracket, what PHP writes of its visibility, and a quotation mark; `end` where there is no bracket.
pub(in crate::redact) fn before_visibility(line: &[u8], end: usize) -> usize {
    // A call that is said to give what follows ends in another bracket.
    let body = line[..end].strip_suffix(b"]").or_else(|| line[..end].strip_suffix(b"\")"));
    let Some(body) = body else { return end };
    let class = body.iter().rev().take(160).take_while(|b| is_name_byte(**b) || b"\"\\:".contains(b)).count();
    let from = body.len() - class;
    let field = body[from..].iter().position(|b| *b == b':').map_or(body.len(), |colon| from + colon);
    let name = if after_visibility(body, field) == body.len() { &body[..field] } else { body };
    name.iter().rposition(|b| !b"\"'".contains(b)).map_or(end, |last| last + 1)
}

/// The place of the text in the tag after the one that ends here: `NAME</key> <string>value`, `NAME</td><td>value`.
pub(super) fn in_next_tag(text: &[u8], at: usize) -> Option<usize> {
    let tag = |at: usize, lead: &[u8]| {
        let inner = text.get(at..)?.strip_prefix(lead)?;
        let length = inner.iter().take(64).position(|b| *b == b'>')?;
        let is_tag = inner.first().is_some_and(u8::is_ascii_alphabetic) && !inner[..length].contains(&b'<');
        is_tag.then_some(at + lead.len() + length + 1)
    };
    let closing = skip(text, at, b" \t");
    let mut inner = tag(next_text(text, tag(closing, b"</")?), b"<")?;
    for _ in 0..MOST_TAGS {
        let Some(deeper) = tag(inner, b"<") else { break };
        inner = deeper;
    }
    Some(inner + MARKS_OF_HTML.iter().find(|mark| text[inner..].starts_with(mark)).map_or(0, |mark| mark.len()))
}

/// Most tags inside the one that holds a text.
const MOST_TAGS: usize = 3;
/// Quotation marks as HTML writes them.
const MARKS_OF_HTML: [&[u8]; 4] = [b"&#x27;", b"&#39;", b"&quot;", b"&#34;"];

/// How a text of XML begins whose marks are no tags.
pub(super) const CDATA: &[u8] = b"<![CDATA[";

/// Most attributes between the one that names a value and the one that holds it.
const MOST_ATTRIBUTES: usize = 4;

/// The place of the value that an element of XML or HTML holds under a name: `<name>value</name>`, `<property key="name">value</property>`,
/// `<add key="name" value="value"/>`. `at` is where the name ends, with its quotation mark.
pub(super) fn in_element(text: &[u8], name: &Range<usize>, at: usize, quoted: bool) -> Option<usize> {
    if quoted {
        return behind_attribute(text, name, at);
    }
    if !names_element(text, name) {
        return None;
    }
    // Attributes may stand between the name and the end of the tag.
    let near = &text[at..text.len().min(at + LONGEST_PAIR)];
    let end = memchr::memchr3(b'>', b'<', b'\n', near).filter(|end| near[*end] == b'>')?;
    let opens = end == 0 || near[0] == b' ' && !near[..end].ends_with(b"/");
    let inner = in_value_element(text, at + end + 1);
    (opens && (closes(text, inner) || text[inner..].starts_with(CDATA))).then_some(inner)
}

/// Whether a name is that of an element, its namespace left out of account: `<name`, `<ns:name`.
pub(super) fn names_element(text: &[u8], name: &Range<usize>) -> bool {
    let before = &text[..name.start];
    let outer = before.strip_suffix(b":").map_or(before, |before| {
        let prefix = before.iter().rev().take(16).take_while(|b| b.is_ascii_alphanumeric()).count();
        &before[..before.len() - prefix]
    });
    outer.ends_with(b"<")
}

/// The place of the value behind the attribute that names it: in a later attribute, or in the element.
fn behind_attribute(text: &[u8], name: &Range<usize>, at: usize) -> Option<usize> {
    let quote = quoted::before(text, name.start)?;
    if !text[..name.start - quote.len()].ends_with(b"=") {
        return None;
    }
    if text.get(at) == Some(&b'>') {
        let inner = in_value_element(text, at + 1);
        return closes(text, inner).then_some(inner);
    }
    let mut attribute = skip(text, at, b" \t\r\n");
    for _ in 0..MOST_ATTRIBUTES {
        let length = text[attribute..].iter().take(32).take_while(|b| b.is_ascii_alphabetic() || **b == b'-').count();
        let (inner, start) = quoted::opening_at(text, attribute + length + 1).filter(|(other, _)| *other == quote)?;
        if length == 0 || text[attribute + length] != b'=' {
            return None;
        }
        let attribute_name = &text[attribute..attribute + length];
        if [&b"value"[..], b"content"].iter().any(|held| attribute_name.eq_ignore_ascii_case(held)) {
            return Some(attribute + length + 1);
        }
        let end = quoted::closing(&text[..text.len().min(start + LONGEST_PAIR)], start, inner)?;
        attribute = skip(text, end + inner.len(), b" \t\r\n");
        if text.get(attribute) == Some(&b'>') {
            // A policy of Azure: `<set-header name="x-api-key" exists-action="override"><value>value</value>`.
            let inner = in_value_element(text, attribute + 1);
            return (inner > attribute + 1 && closes(text, inner)).then_some(inner);
        }
    }
    None
}

/// The place inside the element that holds the value, where one begins here or in the next line: `<entry name="password"><value>x</value></entry>`.
fn in_value_element(text: &[u8], at: usize) -> usize {
    let next = next_text(text, at);
    let tags = [&b"<value>"[..], b"<string>", b"<Value>"];
    tags.iter().find(|tag| text[next..].starts_with(tag)).map_or(at, |tag| next + tag.len())
}

/// Whether the text of an element ends in a closing tag.
fn closes(text: &[u8], at: usize) -> bool {
    let near = &text[at..text.len().min(at + LONGEST_PAIR)];
    memchr::memchr2(b'<', b'\n', near).is_some_and(|end| near[end..].starts_with(b"</"))
}

/// Where the text goes on, in this line or behind what stands at the start of the next one.
pub(super) fn next_text(text: &[u8], at: usize) -> usize {
    let at = skip(text, at, b" \t");
    let line_break = line_leads::break_length(&text[at..]);
    if line_break == 0 { at } else { at + line_break + line_leads::lead_of(&text[at + line_break..]).length }
}

/// So far before a name the string is looked for whose end may be the name with its colon.
const FAR: usize = 256;

/// The quotation mark at `at`, behind a name and its colon, and the place after it, where that mark ends the string that the name stands in:
/// `"msg":"missing token:","status":401`.
pub(super) fn end_of_label(text: &[u8], name: &Range<usize>, at: usize) -> Option<(Quote, usize)> {
    let quote = quoted::closing_at(text, at)?;
    let end = at + quote.len();
    let next = text[end..].iter().take(16).find(|b| !matches!(b, b' ' | b'\t'));
    if !matches!(next, Some(b',' | b':' | b'}' | b']' | b')')) {
        return None;
    }
    let near = &text[name.start.saturating_sub(FAR)..name.start];
    let near = &near[memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1)..];
    let mark = memchr::memrchr(quote.mark, near)?;
    let opening = quoted::before(near, mark + 1).filter(|opening| *opening == quote)?;
    let before = near[..mark - opening.depth].trim_ascii_end();
    before.last().is_none_or(|b| b":,[{(=".contains(b)).then_some((quote, end))
}

/// The value of a pair that stands before its name: `"value": "...", "name": "NAME"`.
pub(super) fn before_name(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let quote = quoted::before(text, name.start)?;
    let from = name.start.saturating_sub(LONGEST_PAIR);
    let near = &text[from..name.start];
    let key = memchr::memmem::rfind(near, b"value").map(|at| from + at)?;
    let colon = skip(text, key + b"value".len() + quote.len(), b" \t\r\n");
    if text[colon..].first() != Some(&b':') {
        return None;
    }
    let (_, start) =
        quoted::opening_at(text, skip(text, colon + 1, b" \t\r\n")).filter(|(other, _)| *other == quote)?;
    let end = quoted::closing(&text[..name.start], start, quote)?;
    let between = text.get(end + quote.len()..name.start - quote.len())?;
    let key = between.trim_ascii_start().strip_prefix(b",")?.trim_ascii().strip_suffix(b":")?;
    let key = key.iter().filter(|b| b.is_ascii_alphabetic()).copied().collect::<Vec<u8>>();
    (is_pair_key(&key) && !is_plain_state(&text[start..end])).then_some(start..end)
}

/// Whether a name stands as that of a pair, `name: NAME`, and where the value of its next line, `value: ...`, begins.
pub(super) fn in_next_line(text: &[u8], name_start: usize, at: usize) -> Option<usize> {
    if !follows_pair_key(&text[..name_start]) {
        return None;
    }
    let next = next_text(text, at);
    if line_leads::break_length(&text[skip(text, at, b" \t")..]) == 0 {
        return None;
    }
    let key = value_key(&text[next..])?;
    let colon = skip(text, next + key, b" ");
    let rest = text[colon..].strip_prefix(b":").or_else(|| text[colon..].strip_prefix(b"="))?;
    Some(colon + 1 + rest.iter().take_while(|b| **b == b' ').count())
}

/// Length of the key of a pair's value that begins here.
pub(super) fn value_key(rest: &[u8]) -> Option<usize> {
    let keys = Names::get().map_or(&[][..], Names::value_keys);
    let key = keys.iter().find(|key| rest.starts_with(key.as_bytes()))?.len();
    rest.get(key).is_none_or(|b| !is_name_byte(*b)).then_some(key)
}

/// The value of a pair that is named without quotation marks: `ParameterKey=NAME,ParameterValue=value` of a list of settings, `{Name:NAME Value:value}` of
/// Go, `[name=NAME, value=value]` of Java, `{ Name = NAME, Value = value }` of C#.
pub(super) fn in_list_of_pairs(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let lead = |text: &[u8]| text.len() - text.iter().rev().take(2).take_while(|b| **b == b' ').count();
    let before = &text[..lead(&text[..name.start])];
    let before = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b":"))?;
    let from = skip(text, name.end, b", ");
    let key = value_key(&text[from..]).filter(|_| from > name.end && ends_in_pair_key(&before[..lead(before)]))?;
    let sign = skip(text, from + key, b" ");
    matches!(text.get(sign), Some(b'=' | b':')).then(|| skip(text, sign + 1, b" "))
}

/// Whether a line ends in a name whose value stands in the next one: `- name: NAME`, `<key>NAME</key>`. Gives the name.
pub(super) fn awaited(line: &[u8]) -> Option<&[u8]> {
    let line = without_last_colours(line);
    if let Some(name) = super::listed::name_of_item(line) {
        return Some(name);
    }
    let attribute = || {
        let body = line.strip_suffix(b"\">").filter(|body| body.contains(&b'='))?;
        // Other attributes may stand behind the one that names the value.
        let named = memchr::memmem::find(body, b" name=\"").map(|at| at + b" name=\"".len());
        let end = named.and_then(|start| memchr::memchr(b'"', &body[start..]).map(|length| start + length));
        Some(end.map_or(body, |end| &body[..end]))
    };
    let tag = || line.strip_suffix(b"</key>").or_else(|| line.strip_suffix(b"</name>")).or_else(attribute);
    let (body, tagged) = tag().map_or((line, false), |body| (body, true));
    if !tagged && !has_pair_key(body) {
        return None;
    }
    let body = body.strip_suffix(b"\"").or_else(|| body.strip_suffix(b"'")).unwrap_or(body);
    let length = body.iter().rev().take(super::LONGEST_NAME).take_while(|b| is_name_byte(**b)).count();
    let (before, name) = body.split_at(body.len() - length);
    (length > 0 && (tagged || follows_pair_key(before))).then_some(name)
}

/// Whether a text ends in a key of a pair's name; its last letter tells most texts.
fn ends_in_pair_key(text: &[u8]) -> bool {
    text.last().is_some_and(|last| {
        pair_keys().iter().any(|key| key.as_bytes().last() == Some(last) && text.ends_with(key.as_bytes()))
    })
}

/// Whether a key of a pair's name stands before the last colon near the end of a text: most lines are told by this alone, as names hold no colon.
fn has_pair_key(text: &[u8]) -> bool {
    let near = &text[text.len().saturating_sub(LONGEST_HALF)..];
    memchr::memrchr2(b':', b'=', near).is_some_and(|colon| ends_in_pair_key(near[..colon].trim_ascii_end()))
}

/// Whether a text ends in the key of a pair's name: `- name: `.
fn follows_pair_key(before: &[u8]) -> bool {
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'")).unwrap_or(before);
    let before = before.trim_ascii_end();
    // HCL has blanks around its sign.
    let of_hcl = || before.strip_suffix(b" =");
    let Some(key) = before.strip_suffix(b":").or_else(of_hcl) else { return false };
    let key = key.trim_ascii_end();
    let length = key.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic() || **b == b'_').count();
    let (lead, key) = key.split_at(key.len() - length);
    let key = if lead.ends_with(b"\\") { key.strip_prefix(b"n").unwrap_or(key) } else { key };
    is_pair_key(key) && lead.last().is_none_or(|b| !is_name_byte(*b) || *b == b'-')
}

/// Whether a name is that of something else: behind the account of an ARN (`arn:aws:secretsmanager:eu-west-1:123456789012:secret:name` names a secret), of
/// the checksum that Helm writes of a secret.
pub(super) fn names_another(before: &[u8]) -> bool {
    let is_account = |rest: &[u8]| {
        let account = &rest[rest.len().saturating_sub(12)..];
        account.len() == 12 && account.iter().all(u8::is_ascii_digit)
    };
    before.ends_with(b"checksum/") || before.strip_suffix(b":").is_some_and(is_account)
}
