//! Where the value of a credential ends, by how it follows its name.

use std::ops::Range;

use super::ends::{
    credential_end, escaped_break, header_end, in_braces, line_end, next_pair, password_end, setting_end,
};
use super::{LONGEST_VALUE, Position, below_name, bytes, written};
use crate::redact::quoted::{self, Quote};
use crate::redact::shapes::{is_evidence_id, is_mixed};
use crate::redact::text_edges::{begins_pair, wrapped_tail};

/// The value that goes.
pub(super) fn value(
    text: &[u8],
    name: &Range<usize>,
    position: &Position,
    kind: &str,
    stops: &mut Stops,
) -> Option<Range<usize>> {
    let whole = value_range(text, name, position, kind, stops);
    // `${DB_PASSWORD:-value}`
    let of_default = text[..name.start].ends_with(b"${") && matches!(text.get(whole.start), Some(b'-' | b'='));
    let whole = whole.start + usize::from(of_default)..whole.end;
    (!whole.is_empty()).then(|| default_of_variable(text, without_scheme(text, whole)))
}

/// Where the values without quotation marks of a text end, so that many names in one long value cost no more than one.
#[derive(Debug, Default)]
pub(in crate::redact) struct Stops(Range<usize>);

impl Stops {
    /// Length of the value that begins here.
    fn length(&mut self, text: &[u8], at: usize) -> usize {
        if at < self.0.start || self.0.end < at {
            let ends = |stop: &usize| STOPS[usize::from(text[*stop])] && !is_inside(text, *stop);
            self.0 = at..(at..text.len()).find(ends).unwrap_or(text.len());
        }
        (self.0.end - at).min(LONGEST_BARE)
    }
}

fn value_range(text: &[u8], name: &Range<usize>, position: &Position, kind: &str, stops: &mut Stops) -> Range<usize> {
    let at = after_nothing(text, position.at);
    let header = matches!(kind, "cookie" | "authorization" | "header");
    if let Some(rest) = text[at..text.len().min(at + LONGEST_VALUE)].strip_prefix(super::around::CDATA) {
        let start = at + super::around::CDATA.len();
        return start..start + memchr::memmem::find(rest, b"]]>").unwrap_or(0);
    }
    if let Some(bytes) = bytes::dumped(text, at) {
        return bytes;
    }
    let (at, in_list) = in_list(text, at);
    if let Some((quote, start)) = quoted::opening_at(text, at) {
        let several = || text[name.clone()].last().is_some_and(|last| last.eq_ignore_ascii_case(&b's'));
        return between_quotes(text, start, quote, |value| {
            in_list && (header || several() && !written::is_remark(text, value))
        });
    }
    if position.colon
        && let Some(block) = below_name::block_below(text, name, at)
    {
        return block;
    }
    if let Some(braced) = in_braces(text, position, kind, at) {
        return braced;
    }
    if variable_end(text, at).is_none()
        && matches!(text.get(at), Some(b'{' | b'[' | b'(' | b'<'))
        && !text[at..].starts_with(b"[")
    {
        return at..at;
    }
    if let Some(end) = variable_end(text, at) {
        return at..end;
    }
    if super::code::calls_on_text(&text[at..]) || super::around::opens_constructor(&text[at..]) {
        return at..at;
    }
    if header && (position.colon || kind != "authorization") {
        let end = header_end(text, at, name);
        if kind == "authorization"
            && let Some(token) = token_of_scheme(text, at..end).or_else(|| below_name::token_below(text, at..end))
        {
            return token;
        }
        return at..if kind == "header" { end } else { at + credential_end(&text[at..end]) };
    }
    // In a `.env` or YAML file the whole rest of the line is the value.
    if position.starts_line && (!position.colon || kind == "password") {
        return at..at + rest_of_line(text, name, at, kind);
    }
    let length = stops.length(text, at);
    let length = end_of_encoded(text, at, length);
    if length > 1 || (length == 1 && text[at] != b'$') {
        return at..at + length + in_quotes(text, name, at, at + length);
    }
    // A quotation mark of HTML is read before values behind it are looked for.
    if [&b"&quot;"[..], b"&#", b"&amp;"].iter().any(|mark| text[at..].starts_with(mark)) {
        return at..at;
    }
    // A value in a placeholder or a template is judged with its brackets.
    let bracket = text[at..].iter().take(64).take_while(|b| **b != b'\n').position(|b| b">}])".contains(b));
    at..at + bracket.map_or(length, |end| end + 1)
}

/// Where a value ends that stands behind an encoded `=`: at the encoded `&` before the next pair, as forms in forms have it.
fn end_of_encoded(text: &[u8], at: usize, length: usize) -> usize {
    let encoded = at >= 3 && text[at - 3..at].eq_ignore_ascii_case(b"%3D");
    let next = encoded.then(|| memchr::memmem::find(&text[at..at + length], b"%26")).flatten();
    // LEEF parts its fields with a mark of its own.
    let next = next.or_else(|| next_pair(&text[at..at + length]));
    next.unwrap_or(length)
}

/// The value between quotation marks, or the values of its list where `takes_list` says so.
fn between_quotes(
    text: &[u8],
    start: usize,
    quote: Quote,
    takes_list: impl FnOnce(&Range<usize>) -> bool,
) -> Range<usize> {
    let window = &text[..text.len().min(start + LONGEST_VALUE)];
    // A text between three marks may begin in the next line.
    let breaks =
        if quote.triple { text[start..].iter().take(2).take_while(|b| b"\r\n".contains(b)).count() } else { 0 };
    let end = quoted::closing(window, start, quote).unwrap_or_else(|| line_end(text, start + breaks));
    let start = (start + breaks).min(end);
    if takes_list(&(start..end)) {
        return start..last_of_list(window, end, quote);
    }
    if let Some(token) = below_name::behind_scheme(window, start..end, quote) {
        return token;
    }
    let start = start + doubled(window, start, end, quote);
    start..changed_to(window, end, quote).unwrap_or(end)
}

/// Length of the value of an assignment that begins its line.
fn rest_of_line(text: &[u8], name: &Range<usize>, at: usize, kind: &str) -> usize {
    let line = &text[at..line_end(text, at)];
    let line = &line[..escaped_break(line).unwrap_or(line.len())];
    let word = line.iter().take_while(|b| !b.is_ascii_whitespace() && !b"\"'".contains(b)).count();
    if kind == "password" && line.trim_ascii().len() <= 128 && !prose_follows(&line[word..]) {
        let variable = text[at - 1] == b'=' && !text[name.clone()].iter().any(u8::is_ascii_lowercase);
        return password_end(line.trim_ascii_end(), word, variable);
    }
    setting_end(&line[..word])
}

/// Length of the second mark of two that a value of CSV or of single-quoted YAML stands between: `''value''`.
fn doubled(window: &[u8], start: usize, end: usize, quote: Quote) -> usize {
    let second = |at: usize| window.get(at) == Some(&quote.mark);
    let is_doubled = quote.depth == 0 && !quote.triple && second(start) && start + 1 < end && !second(start + 1);
    usize::from(is_doubled && second(end) && second(end + 1))
}

/// Fewest characters of a token that a mark of the text around it ends.
const SHORTEST_TOKEN: usize = 12;

/// The credential of a scheme with one token, where the text around the header goes on behind it: the next column of a table, the end of an element, of a
/// text of TOML, of a list.
fn token_of_scheme(text: &[u8], header: Range<usize>) -> Option<Range<usize>> {
    let start = without_scheme(text, header.clone()).start;
    let rest = &text[start..header.end];
    let token = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-._~+/=".contains(b)).count();
    // What an earlier look put there.
    let shown = if rest.first() == Some(&b'[') {
        rest.iter().take(40).position(|b| *b == b']').map(|end| end + 1)
    } else {
        None
    };
    let run = shown.unwrap_or(token);
    let end = start + run;
    let rest = &text[end..];
    let column = || {
        let next = &rest[1..];
        let next = &next[..next.iter().position(|b| b",;\n\t".contains(b)).unwrap_or(next.len())];
        !next.starts_with(b" ") && (!is_mixed(next) || is_evidence_id(next))
    };
    let ends = match rest.first()? {
        b'<' => rest.starts_with(b"</"),
        b']' => rest.starts_with(b"]]>"),
        b'"' | b'\'' => rest.len() > 2 && (rest[..3] == [rest[0]; 3] || b",;\t".contains(&rest[1])),
        b',' | b';' | b'\t' => column(),
        _ => false,
    };
    (start > header.start && run >= SHORTEST_TOKEN && ends).then_some(start..end)
}

/// The place of the first text of a list, as Go and Caddy write the values of a header, `"Cookie": ["a=b"]`; `at` elsewhere.
fn in_list(text: &[u8], at: usize) -> (usize, bool) {
    let inner = at + 1 + text.get(at + 1..).map_or(0, |rest| rest.iter().take(16).take_while(|b| **b == b' ').count());
    let opens = text.get(at) == Some(&b'[') && quoted::opening_at(text, inner).is_some();
    if opens { (inner, true) } else { (at, false) }
}

/// Most values of one header.
const MOST_VALUES: usize = 32;

/// Where the last text of a list ends whose first one ends here.
fn last_of_list(window: &[u8], end: usize, quote: Quote) -> usize {
    let mut last = end;
    for _ in 0..MOST_VALUES {
        let rest = &window[(last + quote.len()).min(window.len())..];
        let Some(next) = rest.strip_prefix(b",") else { break };
        let next = window.len() - next.trim_ascii_start().len();
        let Some((_, start)) = quoted::opening_at(window, next).filter(|(other, _)| *other == quote) else { break };
        let Some(end) = quoted::closing(window, start, quote) else { break };
        last = end;
    }
    last
}

/// Options before a whole setting.
const SETTINGS: [&[u8]; 4] = [b"-e", b"--env", b"--env=", b"--build-arg"];

/// Length of the words behind the first one of a value, where quotation marks stand around the whole setting of a variable: `-e "APP_SECRET=two words"`,
/// `"Env":["APP_SECRET=two words"]`. A command may follow such a setting elsewhere.
fn in_quotes(text: &[u8], name: &Range<usize>, at: usize, end: usize) -> usize {
    let variable = text[at - 1] == b'=' && at == name.end + 1 && !text[name.clone()].iter().any(u8::is_ascii_lowercase);
    if !variable || text.get(end) != Some(&b' ') {
        return 0;
    }
    let Some(quote) = quoted::before(text, name.start) else { return 0 };
    let lead = text[name.start.saturating_sub(32)..name.start - quote.len()].trim_ascii_end();
    let of_option = SETTINGS.iter().any(|option| lead.ends_with(option));
    let near = &text[..text.len().min(end + LONGEST_WORDS)];
    let Some(close) = quoted::closing(near, end, quote) else { return 0 };
    let rest = &text[end..close];
    let in_list =
        matches!(lead.last(), Some(b'[' | b',')) && matches!(text.get(close + quote.len()), Some(b']' | b','));
    let of_words = !rest.iter().any(|b| b"\r\n=".contains(b)) && memchr::memmem::find(rest, b" -").is_none();
    if of_words && (of_option || in_list) { rest.len() } else { 0 }
}

/// Longest rest of such a value.
const LONGEST_WORDS: usize = 128;
/// Longest value without quotation marks.
const LONGEST_BARE: usize = 8192;
/// Fewest characters of a line that a terminal or a program has wrapped.
const NARROWEST: usize = 40;

/// A value that ends with its line, and the rest of it in the next line where that is surely one: a line of a file of settings may be followed by another,
/// so the rest must be random by itself.
pub(super) fn with_wrapped_tail(text: &[u8], value: Range<usize>) -> Range<usize> {
    let ends_line = matches!(text.get(value.end), Some(b'\n' | b'\r'));
    if !ends_line || text[value.clone()].contains(&b'\n') {
        return value;
    }
    if let Some(end) = wrapped_argument(text, &value) {
        return value.start..end;
    }
    if value.len() < 4 || !is_mixed(&text[value.clone()]) {
        return value;
    }
    let near = &text[value.end.saturating_sub(NARROWEST)..value.end];
    let end = wrapped_tail(text, value.start, value.end);
    let tail = text[value.end..end].trim_ascii_start();
    let body = tail.strip_suffix(b"==").or_else(|| tail.strip_suffix(b"=")).unwrap_or(tail);
    let has = |class: fn(&u8) -> bool| body.iter().filter(|b| class(b)).count();
    let random = has(u8::is_ascii_digit) > 1
        && has(u8::is_ascii_uppercase) > 0
        && has(u8::is_ascii_lowercase) > 0
        && body.iter().all(|b| b.is_ascii_alphanumeric() || b"_-+/~\n\r \t".contains(b));
    let wide = near.len() == NARROWEST && !near.contains(&b'\n');
    if wide && random { value.start..end } else { value }
}

/// Widths that terminals have as a rule.
const WIDTHS: [usize; 10] = [72, 80, 90, 100, 110, 120, 132, 140, 160, 200];
/// Longest rest of an argument that a terminal has wrapped.
const LONGEST_REST: usize = 64;

/// Where a short value ends that a terminal wrapped inside a command line: in the first word of the next line, where the line is as wide as a terminal, or
/// where that word is none of a language.
fn wrapped_argument(text: &[u8], value: &Range<usize>) -> Option<usize> {
    let start = memchr::memrchr(b'\n', &text[..value.start]).map_or(0, |newline| newline + 1);
    let line = &text[start..value.end];
    // An option, or a variable before a command.
    let lead = &text[start..value.start];
    let is_command =
        memchr::memmem::find(lead, b" -").is_some() || lead.starts_with(b"export ") && lead.contains(&b' ');
    if line.len() < NARROWEST || value.len() > LONGEST_REST || !is_command {
        return None;
    }
    let next = value.end + text[value.end..].iter().take(2).take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let rest = &text[next..text.len().min(next + LONGEST_REST)];
    let word =
        &rest[..rest.iter().position(|b| b.is_ascii_whitespace() || b"\"'`|;&<>()".contains(b)).unwrap_or(rest.len())];
    let wide = WIDTHS.contains(&line.len()) && word.iter().any(u8::is_ascii_alphanumeric);
    (!word.is_empty()
        && !begins_pair(word)
        && word.len() < LONGEST_REST
        && (wide && !is_evidence_id(word) || is_torn(word)))
    .then_some(next + word.len())
}

/// Whether a short run of letters and digits is the piece of a password, and no word, no number with a unit and no name with a number behind it.
fn is_torn(word: &[u8]) -> bool {
    let digit = word.iter().position(u8::is_ascii_digit);
    let letter_after = digit.is_some_and(|at| word[at..].iter().any(u8::is_ascii_alphabetic));
    let letter_before = digit.is_some_and(|at| word[..at].iter().any(u8::is_ascii_alphabetic));
    let upper = word.iter().skip(1).any(u8::is_ascii_uppercase);
    let plain = word.iter().all(|b| b.is_ascii_alphanumeric() || b"!#%*+?@^_~".contains(b));
    plain && (3..=24).contains(&word.len()) && letter_before && (letter_after || upper) && !is_evidence_id(word)
}

/// What stands between the two values of a change.
const ARROWS: [&[u8]; 5] = [b" -> ", b" => ", b", want ", b", got ", b" != "];

/// Where the second of two values ends between which an arrow stands, as a plan of Terraform shows a change: `"old" -> "new"`.
fn changed_to(window: &[u8], end: usize, quote: Quote) -> Option<usize> {
    let rest = window.get(end + quote.len()..)?;
    let rest = ARROWS.iter().find_map(|arrow| rest.strip_prefix(*arrow))?;
    let start = window.len() - rest.len();
    let (other, start) = quoted::opening_at(window, start).filter(|(other, _)| *other == quote)?;
    quoted::closing(window, start, other)
}

/// The place of the new value where a change shows that there was none before: `null -> "new"`; `at` elsewhere.
fn after_nothing(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let after =
        [&b"null"[..], b"(none)", b"(sensitive value)", b"<unset>"].iter().find_map(|word| rest.strip_prefix(*word));
    let new = after.and_then(|rest| ARROWS.iter().find_map(|arrow| rest.strip_prefix(*arrow)));
    new.map_or(at, |new| text.len() - new.len())
}

/// Whether a `#` stands in a value, which may hold one: a remark has a blank before it, and three digits behind it stand for a control character in syslog.
fn is_inside(text: &[u8], at: usize) -> bool {
    let rest = &text[at + 1..];
    let is_control = rest.len() > 2 && rest[0] == b'0' && rest[..3].iter().all(u8::is_ascii_digit);
    text[at] == b'#' && rest.first().is_some_and(u8::is_ascii_alphanumeric) && !is_control
}

/// The bytes that a value without quotation marks does not hold.
static STOPS: [bool; 256] = {
    let mut stops = [false; 256];
    let marks = b"\0 \t\n\r\x0c,;&\"'<>(){}[]|`\\#";
    let mut index = 0;
    while index < marks.len() {
        stops[marks[index] as usize] = true;
        index += 1;
    }
    stops
};

/// The end of a variable or template such as `${{ secrets.KEY }}`, which is judged whole.
fn variable_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..text.len().min(at + 96)];
    let (_, tail) = [(&b"${{"[..], &b"}}"[..]), (b"${", b"}"), (b"$(", b")"), (b"{{", b"}}")]
        .into_iter()
        .find(|(lead, _)| rest.starts_with(lead))?;
    let end = at + memchr::memmem::find(rest, tail)? + tail.len();
    text.get(end).is_none_or(|b| b.is_ascii_whitespace() || b",;\"'`)}]\\".contains(b)).then_some(end)
}

/// Whether the rest of a line reads like prose: two words or more of letters alone.
fn prose_follows(rest: &[u8]) -> bool {
    let words = rest
        .split(u8::is_ascii_whitespace)
        .filter(|word| word.len() > 1 && word.iter().all(|b| b.is_ascii_lowercase() || *b == b'.'));
    words.take(3).count() >= 3
}

/// What a variable is where nothing sets it, `${DB_PASSWORD:-value}` in a shell, `${db.password:value}` in Spring; the value itself elsewhere. Behind
/// a word in small letters stands the name of what is resolved: `${env:DB_PASSWORD}`.
fn default_of_variable(text: &[u8], range: Range<usize>) -> Range<usize> {
    let inner = text[range.clone()].strip_prefix(b"${").and_then(|rest| rest.strip_suffix(b"}"));
    let Some((inner, colon)) = inner.and_then(|inner| Some((inner, memchr::memchr(b':', inner)?))) else {
        return range;
    };
    let is_name = inner[..colon].iter().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b));
    let is_variable = inner[..colon].iter().any(|b| b.is_ascii_uppercase() || b"_.".contains(b));
    let default = &inner[colon + 1..];
    let start = range.start + 2 + colon + 1 + usize::from(default.first().is_some_and(|b| b"-=".contains(b)));
    let is_default = is_name && is_variable && start + 1 < range.end && !default.starts_with(b"?");
    if is_default { start..range.end - 1 } else { range }
}

/// The value without the name of its authentication scheme, which is evidence.
fn without_scheme(text: &[u8], range: Range<usize>) -> Range<usize> {
    let value = &text[range.clone()];
    for scheme in [
        &b"bearer "[..],
        b"basic ",
        b"token ",
        b"negotiate ",
        b"ntlm ",
        b"digest ",
        b"bot ",
        b"apikey ",
        b"bearer%20",
        b"basic%20",
    ] {
        if value.len() > scheme.len() && value[..scheme.len()].eq_ignore_ascii_case(scheme) {
            let blank = value[scheme.len()..].iter().take_while(|b| **b == b' ').count();
            return range.start + scheme.len() + blank..range.end;
        }
    }
    range
}
