//! Names of users, where what stands around them says that they are one.

use std::ops::Range;

use super::Push;
use super::words::{Words, is_nobody};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::text_edges::starts_token;

/// Longest name.
const LONGEST: usize = 48;
/// Most blanks between a label and its value.
const MOST_BLANKS: usize = 32;

pub(super) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') || !byte.is_ascii()
}

/// Whether a name may be that of a person.
pub(in crate::redact) fn is_user(name: &[u8]) -> bool {
    !is_nobody(name) && has_letter(name) && !name.get(..5).is_some_and(|lead| lead.eq_ignore_ascii_case(b"user_"))
}

/// Whether a letter of any script stands in a name.
fn has_letter(name: &[u8]) -> bool {
    name.iter().any(u8::is_ascii_alphabetic)
        || std::str::from_utf8(name).is_ok_and(|name| name.chars().any(char::is_alphabetic))
}

/// The name that begins here, whatever follows it.
pub(super) fn word_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    let length = rest.iter().take(64).take_while(|b| is_name_byte(**b)).count();
    let length = rest[..length].iter().rposition(|b| !matches!(b, b'.' | b'-')).map_or(0, |last| last + 1);
    let begins = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || !b.is_ascii());
    (begins && (2..=LONGEST).contains(&length)).then_some(at..at + length)
}

/// The name that begins here.
pub(super) fn name_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name = word_at(text, at)?;
    // A call, a path, a URL, a template, a mail address.
    let rest = &text[name.end..];
    let goes_on = rest.first().is_some_and(|b| b"[{/\\:@=$%<".contains(b));
    let goes_on = goes_on && !begins_escape(rest) && !rest.starts_with(b"</");
    (!goes_on).then_some(name)
}

/// Whether an escaped line break, tab or quotation mark begins here.
fn begins_escape(rest: &[u8]) -> bool {
    let depth = rest.iter().take(8).take_while(|b| **b == b'\\').count();
    depth > 0 && rest.get(depth).is_some_and(|b| b"nrt\"'".contains(b))
}

/// The account that begins here, also behind its domain: `CORP\dana`, `CORP\\dana` in a string.
pub(super) fn account_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let domain = text[at..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b)).count();
    let rest = &text[at + domain..];
    let slashes = rest.iter().take(8).take_while(|b| **b == b'\\').count();
    let upper = !text[at..at + domain].iter().any(u8::is_ascii_lowercase);
    let name = if domain > 1 && matches!(slashes, 1 | 2 | 4 | 8) && (upper || !begins_escape(rest)) {
        name_at(text, at + domain + slashes).map(|name| (at..name.end, name))
    } else {
        name_at(text, at).map(|name| (name.clone(), name))
    };
    name.filter(|(_, name)| is_user(&text[name.clone()])).map(|(whole, _)| whole)
}

/// The name that ends here.
pub(super) fn name_before(text: &[u8], end: usize) -> Option<Range<usize>> {
    let length = text[..end].iter().rev().take(LONGEST).take_while(|b| is_name_byte(**b)).count();
    let mut start = end - length;
    if start > 0 && text[start - 1] == b'\\' && text.get(start).is_some_and(|b| b"nrt".contains(b)) {
        start += 1;
    }
    let begins = text.get(start).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    (end - start > 1 && begins && start.checked_sub(1).is_none_or(|at| !matches!(text[at], b'/' | b':' | b'@')))
        .then_some(start..end)
}

/// Length of the quotation mark that stands here, with its backslashes.
fn quote(text: &[u8], at: usize) -> usize {
    let escapes = text[at..].iter().take(4).take_while(|b| **b == b'\\').count();
    text.get(at + escapes).filter(|b| b"\"'".contains(b)).map_or(0, |_| escapes + 1)
}

pub(super) fn blanks(text: &[u8], at: usize) -> usize {
    text[at..].iter().take(MOST_BLANKS).take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// Whether a word begins here, also inside a name in `camelCase`.
fn begins_word(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|at| text[at]) else { return true };
    let camel = before.is_ascii_lowercase() && text[start].is_ascii_uppercase();
    !(before.is_ascii_alphanumeric() || before == b'.') || camel || starts_token(text, start)
}

/// Fewest blanks between a name and its value in columns.
const NARROWEST_GAP: usize = 4;

/// The value of the name that a word is, or ends: behind an equals sign, in quotation marks behind a colon, in a tag, or filling the line behind a colon.
pub(super) fn value(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    if !begins_word(text, word.start) {
        return None;
    }
    let mut at = word.end;
    let mut mark = text[word.end - 1];
    if text[word.clone()].to_ascii_lowercase().ends_with(b"%3d") {
        mark = b'=';
    }
    let mut spaced = false;
    if !b"=:>".contains(&mark) {
        at += quote(text, at);
        let gap = blanks(text, at);
        at += gap;
        // An attribute of a resource: `{"key":"host.name","value":{"stringValue":"build-7"}}`.
        if let Some(pair) = length_of(&OF_ATTRIBUTE, &text[at..]) {
            return account_or_name(text, at + pair).filter(|name| text.get(name.end) == Some(&b'"'));
        }
        if text.get(at..at + 3).is_some_and(|code| code.eq_ignore_ascii_case(b"%3d")) {
            (mark, at) = (b'=', at + 3);
        } else {
            // A column of what `net user` shows.
            if gap >= NARROWEST_GAP && text[word.clone()].ends_with(b" name") {
                return account_or_name(text, at).filter(|name| ends_line(&text[name.end..]));
            }
            mark = *text.get(at).filter(|b| b"=:>".contains(b))?;
            at += 1;
            // A setting with blanks around its equals sign.
            spaced = mark == b'=' && gap > 0 && blanks(text, at) <= 1;
        }
    }
    // An arrow, as Ruby, Perl and PHP have it; those of Rust stand behind the name of a variant.
    let arrow = mark == b'=' && text.get(at) == Some(&b'>') && !text[..word.start].ends_with(b"::");
    at += usize::from(arrow);
    if mark == b':' || spaced || arrow {
        at += blanks(text, at);
    }
    if mark == b':' {
        at += length_of(&OF_OBJECT, &text[at..]).map_or(0, |length| length + blanks(text, at + length));
    }
    let opened = quote(text, at);
    let name = account_or_name(text, at + opened)?;
    // A line of a program that is shown may assign a name to a name.
    if spaced && opened == 0 && !fills_setting(text, word, &name) {
        return None;
    }
    let next = text.get(name.end);
    let fits = match (mark, opened) {
        (b'>', _) => next == Some(&b'<'),
        (b':', 0) => ends_line(&text[name.end..]),
        (_, 0) => {
            let closed = next.is_none_or(|b| b.is_ascii_whitespace() || b",;)]}>\"'&|".contains(b));
            closed || text[name.end..].starts_with(b"</") || ends_line(&text[name.end..])
        }
        // Quotation marks that open close again: what goes on is a text.
        _ => quote(text, name.end) > 0,
    };
    fits.then_some(name)
}

/// What OTLP writes between the key of an attribute and its text.
const OF_ATTRIBUTE: [&[u8]; 7] = [b",", b"\"value\"", b":", b"{", b"\"stringValue\"", b":", b"\""];
/// What Spring writes between the name of a variable, with its colon, and its value.
const OF_OBJECT: [&[u8]; 3] = [b"{", b"\"value\"", b":"];

/// Length of these marks, which blanks may part.
fn length_of(marks: &[&[u8]], rest: &[u8]) -> Option<usize> {
    marks.iter().try_fold(0, |at, mark| {
        let at = at + blanks(rest, at);
        rest[at..].starts_with(mark).then_some(at + mark.len())
    })
}

/// Whether a name is all that a setting without quotation marks says, which begins its line: `username = dana`.
fn fills_setting(text: &[u8], word: &Range<usize>, name: &Range<usize>) -> bool {
    let from = word.start.saturating_sub(MOST_BLANKS);
    let lead = &text[from..word.start];
    let line = &lead[memchr::memrchr(b'\n', lead).map_or(0, |newline| newline + 1)..];
    let plain = text[name.clone()].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let begins = (line.len() < lead.len() || from == 0) && line.iter().all(|b| matches!(b, b' ' | b'\t'));
    plain && begins && matches!(text.get(name.end), None | Some(b'\r' | b'\n'))
}

/// The name or account that begins here, whoever's it is.
fn account_or_name(text: &[u8], at: usize) -> Option<Range<usize>> {
    account_at(text, at).or_else(|| name_at(text, at))
}

/// Whether nothing else stands on the line behind a name, or what parts it from the next field.
fn ends_line(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b" ").unwrap_or(rest);
    matches!(rest.first(), None | Some(b'\n' | b'\r' | b',' | b';' | b'\t' | b' ' | b')' | b'"')) || begins_escape(rest)
}

/// The account in an element whose name ends with a word, behind its attributes.
pub(super) fn in_element(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let from = word.end - 1;
    let near = &text[from..text.len().min(from + LONGEST_TAG)];
    let end = memchr::memchr2(b'>', b'<', near).filter(|end| near[*end] == b'>' && !near[..*end].ends_with(b"/"))?;
    let name = account_at(text, from + end + 1)?;
    text[name.end..].starts_with(b"</").then_some(name)
}

/// Longest tag with its attributes.
const LONGEST_TAG: usize = 320;

/// `user: dana`, where the line holds nothing else: elsewhere the word begins a sentence.
pub(super) fn alone_on_line(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let opened = quote(text, word.end);
    let name = account_at(text, word.end + opened)?;
    let end = name.end + if opened > 0 { quote(text, name.end) } else { 0 };
    let from = word.start.saturating_sub(160);
    let lead = &text[memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |at| from + at + 1)..word.start];
    let alone = lead.iter().all(|b| b.is_ascii_whitespace() || b"-+|>*#".contains(b))
        || lead.ends_with(b" ") && Words::get()?.leads_line(lead);
    let ends = matches!(text[end..].trim_ascii_start().first(), None | Some(b'\\' | b'"'))
        // A field of an object that Node shows.
        || opened > 0 && matches!(&text[end..], [b',', b'\n', ..] | [b','])
        || matches!(text.get(end), Some(b'\n' | b'\r'))
        // `finger` shows the full name beside it.
        || text[end..].trim_ascii_start().starts_with(b"Name: ");
    (alone && ends).then_some(name)
}

/// The name behind a word that begins other sentences too: what follows it must end it.
pub(super) fn told(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mark = text.get(at).filter(|b| b"'\"`".contains(b));
    let at = at + usize::from(mark.is_some());
    if let Some(name) = full_name_told(text, at) {
        return Some(name);
    }
    let name = word_at(text, at).filter(|name| is_user(&text[name.clone()]));
    let name = name.filter(|name| text.get(name.end) != Some(&b'\\')).or_else(|| account_at(text, at))?;
    let rest = &text[name.end..];
    let ends =
        rest.is_empty() || matches!(rest, b"." | b":" | b"\n") || rest.starts_with(b"\n") || rest.starts_with(b"\r");
    (ends || Words::get()?.ends_told(rest)).then_some(name)
}

/// A full name there, each word of it with a capital letter: `Logged in as Dana Smith (dana@firm.example)`.
pub(super) fn full_name_told(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + LONGEST)];
    let length = near.iter().take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b" '-".contains(b)).count();
    let capital = |word: &[u8]| word.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii());
    let words = near[..length].split(|b| *b == b' ').take_while(|word| capital(word));
    let length = words.map(|word| word.len() + 1).sum::<usize>().checked_sub(1)?;
    let rest = &text[at + length..];
    let ends = rest.is_empty() || matches!(rest, [b'\n' | b'\r', ..] | [b'.']) || Words::get()?.ends_told(rest);
    (ends && super::is_full_name(&near[..length])).then_some(at..at + length)
}

/// Whether a number ends here.
pub(super) fn behind_number(text: &[u8], at: usize) -> bool {
    text[..at].last().is_some_and(u8::is_ascii_digit)
}

/// Adds the names in the brackets behind numbers, `1000(dana),27(sudo)`, and the one before the bracket that the word stands in: `dana(uid=1000)`.
pub(super) fn in_brackets(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    if word.start > 0 && text[word.start - 1] == b'(' {
        let name = name_before(text, word.start - 1).filter(|name| is_user(&text[name.clone()]));
        if let Some(name) = name {
            push(name, User);
        }
    }
    let mut at = word.end;
    loop {
        let digits = text[at..].iter().take(11).take_while(|b| b.is_ascii_digit()).count();
        let start = at + digits + 1;
        if digits == 0 || text.get(start - 1) != Some(&b'(') {
            return;
        }
        let Some(name) = name_at(text, start).filter(|name| text.get(name.end) == Some(&b')')) else { return };
        at = name.end + 2;
        if is_user(&text[name.clone()]) {
            push(name, User);
        }
        if text.get(at - 1) != Some(&b',') {
            return;
        }
    }
}

/// The name of a person behind that of the role that he took: one with a dot between letters.
pub(super) fn of_session(text: &[u8], at: usize) -> Option<Range<usize>> {
    let role = text[at..].iter().take(80).take_while(|b| is_name_byte(**b) || b"+=,@".contains(b)).count();
    let name = name_at(text, at + role + 1).filter(|_| text.get(at + role) == Some(&b'/'))?;
    let of_person = |part: &[u8]| part.len() > 1 && part.iter().all(|b| b.is_ascii_alphabetic() || *b == b'-');
    let parts = || text[name.clone()].split(|b| *b == b'.');
    (parts().count() > 1 && parts().all(of_person)).then_some(name)
}

/// The name behind a number and a slash, up to a closing bracket: ` 1000/    dana)`.
pub(super) fn in_pair(text: &[u8], at: usize) -> Option<Range<usize>> {
    let at = at + blanks(text, at);
    let at = at + text[at..].iter().take(11).take_while(|b| b.is_ascii_digit()).count();
    let at = at + 1 + text.get(at).filter(|b| **b == b'/').map(|_| blanks(text, at + 1))?;
    name_at(text, at).filter(|name| text.get(name.end) == Some(&b')') && is_user(&text[name.clone()]))
}

/// The user right before a word.
pub(super) fn before(text: &[u8], end: usize) -> Option<Range<usize>> {
    name_before(text, end).filter(|name| is_user(&text[name.clone()]))
}

/// The common name or the account of an entry of a directory, up to where its units begin; a certificate's subject has no such domain behind them.
pub(super) fn in_directory(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let from = word.start.saturating_sub(64);
    let start = from + memchr::memrchr(b'=', &text[from..word.start])? + 1;
    let key = &text[start.saturating_sub(4)..start];
    let name = &text[start..word.start];
    // A comma in a name is escaped.
    let of_words = name.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" .'-_\\,".contains(b))
        && memchr::memchr_iter(b',', name).all(|at| at > 0 && name[at - 1] == b'\\');
    let rest = text[word.end..text.len().min(word.end + 200)].to_ascii_lowercase();
    let in_domain = memchr::memmem::find(&rest, b",dc=").is_some();
    let lower = key.to_ascii_lowercase();
    ((lower.ends_with(b"cn=") || lower == b"uid=") && of_words && in_domain && name.len() > 1 && is_user(name))
        .then_some(start..word.start)
}

/// `user.name "Dana Smith"`, `user.name=Dana Smith`: what git and Java call the name of their user.
pub(super) fn full_name(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[word.end..];
    let lead = rest.iter().take(4).take_while(|b| b" =:\"'".contains(b)).count();
    let quoted = rest[..lead].iter().find(|b| matches!(b, b'"' | b'\''));
    let ends = |b: &u8| quoted.map_or_else(|| b"\r\n,;&\"'".contains(b), |quote| b == quote || *b == b'\n');
    let length = rest[lead..].iter().take(64).position(ends).unwrap_or_else(|| rest.len() - lead);
    let start = word.end + lead;
    let name = text[start..start + length.min(64)].trim_ascii_end();
    let of_words = name.iter().all(|b| is_name_byte(*b) || *b == b' ');
    let words = || name.split(|b| *b == b' ');
    // `Your Name`, in what an instruction shows.
    let of_someone = is_user(name) && words().any(is_user);
    (lead > 0 && of_words && words().count() <= 4 && name.len() > 1 && of_someone).then_some(start..start + name.len())
}

/// The id of a Windows account: three numbers of the domain, and one of the user.
pub(super) fn id_of_windows(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[word.end..];
    let length = rest.iter().take(48).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let length = rest[..length].iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1);
    let parts = rest[..length].split(|b| *b == b'-').filter(|part| !part.is_empty()).count();
    ((3..=4).contains(&parts) && starts_token(text, word.start)).then_some(word.start..word.end + length)
}
