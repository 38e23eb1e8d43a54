//! Names of people that what belongs to them, their account or their certificate tells.

use std::ops::Range;

use super::Push;
use super::accounts::{account_at, is_name_byte, is_user, value, word_at};
use super::people::{is_full_name, labelled_name};
use super::words::is_organisation;
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::text_edges::starts_token;

/// How far from a word its companion is looked for.
const NEAR: usize = 240;
/// Longest name.
const LONGEST: usize = 64;
/// Most words of a name before an apostrophe.
const MOST_WORDS: usize = 3;
/// How an apostrophe is written.
const APOSTROPHES: [&[u8]; 6] = [b"'", "\u{2019}".as_bytes(), b"&#39;", b"&#x27;", b"\\u2019", b"%27"];

/// The part of a line around a place that is near it.
fn line_near(text: &[u8], word: &Range<usize>) -> Range<usize> {
    let from = word.start.saturating_sub(NEAR);
    let to = text.len().min(word.end + NEAR);
    let start = memchr::memrchr(b'\n', &text[from..word.start]).map_or(from, |newline| from + newline + 1);
    start..memchr::memchr(b'\n', &text[word.end..to]).map_or(to, |newline| word.end + newline)
}

/// The person before what belongs to him: `Dana's iPhone`, `Dana Smith's Organization`.
pub(super) fn owned(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let before = &text[..word.start];
    let mark = APOSTROPHES.into_iter().find(|mark| before.ends_with(mark));
    // German sets no apostrophe: `Danas MacBook Pro`.
    let glued = before.last().is_some_and(u8::is_ascii_lowercase) && text[word.clone()].starts_with(b"s MacBook");
    let end = word.start - mark.map(<[u8]>::len).or_else(|| glued.then_some(0))?;
    let part = |end: usize| {
        let length =
            text[..end].iter().rev().take(32).take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii() || **b == b'-');
        end - length.count()
    };
    let is_name = |word: &[u8]| {
        word.len() > 1
            && (word[0].is_ascii_uppercase() || !word[0].is_ascii())
            && is_user(word)
            && !is_organisation(word)
    };
    let mut start = end;
    for words in 0..MOST_WORDS {
        let last = if words == 0 { Some(end) } else { text[..start].strip_suffix(b" ").map(<[u8]>::len) };
        let Some(last) = last.filter(|last| is_name(&text[part(*last)..*last])) else { break };
        start = part(last);
    }
    (start < end).then_some(start..end)
}

/// The home in the name of a folder that Claude Code makes of a path: `-Users-dana-app`, `C--Users-dana-app`.
pub(super) fn folder(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let lead = &text[..word.start];
    let drive = lead.strip_suffix(b"-").and_then(|lead| lead.split_last()).is_some_and(|(drive, lead)| {
        drive.is_ascii_alphabetic() && lead.last().is_none_or(|b| !b.is_ascii_alphanumeric())
    });
    let begins = lead.last().is_none_or(|b| b.is_ascii_whitespace() || b"\"'/\\(`".contains(b));
    let rest = &text[word.end..];
    let length = rest.iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric() || b"_.".contains(b)).count();
    let goes_on = rest.get(length) == Some(&b'-');
    (length > 1 && goes_on && (begins || drive) && is_user(&rest[..length])).then_some(word.start..word.end + length)
}

/// Adds the common names of a certificate that names the mail address of a person too.
pub(super) fn of_certificate(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let line = line_near(text, word);
    for at in memchr::memmem::find_iter(&text[line.clone()], b"CN").map(|at| line.start + at) {
        let rest = &text[at + 2..line.end];
        let blank = rest.iter().take_while(|b| **b == b' ').count();
        let Some(value) = rest[blank..].strip_prefix(b"=").map(<[u8]>::trim_ascii_start) else { continue };
        let length = value.iter().position(|b| b",;/+\"'\\\r".contains(b)).unwrap_or(value.len());
        let name = value[..length].trim_ascii_end();
        let start = line.end - value.len();
        if starts_token(text, at) && is_full_name(name) {
            push(start..start + name.len(), User);
        }
    }
}

/// Whether one word stands behind another as its value, as an account or a mail address.
fn is_mail_or_account(text: &[u8], word: &Range<usize>) -> bool {
    let rest = &text[word.end..text.len().min(word.end + LONGEST)];
    let lead = rest.iter().take_while(|b| b"\"'\\:= ".contains(b)).count();
    let quoted = rest[..lead].last().is_some_and(|b| b"\"'".contains(b));
    let value = &rest[lead..];
    let length = value.iter().take_while(|b| is_name_byte(**b) || b"@+".contains(b)).count();
    let ends: &[u8] = if quoted { b"\"'\\" } else { b" ,;&\r\n" };
    length > 1 && is_user(&value[..length]) && value.get(length).is_none_or(|b| ends.contains(b))
}

/// Adds the account behind a word that claims of a token have, and the full name that stands beside it under `name`.
pub(super) fn claimed(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let account = value(text, word).filter(|name| is_user(&text[name.clone()]));
    if let Some(account) = account {
        push(account, User);
    }
    let line = line_near(text, word);
    let near = &text[line.clone()];
    let of_user = [&b"\"username\""[..], b"mail\"", b"\"user\""];
    // An address of the network is one of machines too, and other things than people have a nickname.
    let of_person = if text[word.clone()].to_ascii_lowercase().starts_with(b"ip_address") {
        of_user.iter().any(|key| memchr::memmem::find(near, key).is_some())
    } else {
        is_mail_or_account(text, word)
    };
    if !of_person {
        return;
    }
    for at in memchr::memmem::find_iter(near, b"name").map(|at| line.start + at) {
        let is_key = at == 0 || !is_name_byte(text[at - 1]);
        if let Some(name) = labelled_name(text, &(at..at + 4)).filter(|_| is_key) {
            push(name, User);
        }
    }
}

/// Adds a person's name and account where one stands in brackets behind the other: `Dana Smith (dsmith)`, `dsmith (Dana Smith)`.
pub(super) fn with_account(text: &[u8], at: usize, push: &mut Push<'_>) {
    let near = &text[at..text.len().min(at + LONGEST)];
    let near = &near[..memchr::memchr2(b'\n', b'\\', near).unwrap_or(near.len())];
    let Some(open) = memchr::memmem::find(near, b" (") else { return };
    let inner = at + open + 2;
    let Some(close) = memchr::memchr(b')', &near[open..]).map(|close| at + open + close) else { return };
    let is_account =
        |range: Range<usize>| word_at(text, range.start).is_some_and(|name| name == range) && is_user(&text[range]);
    let (first, second) = (at..at + open, inner.min(close)..close);
    let name_first = is_full_name(&text[first.clone()]) && is_account(second.clone());
    let account_first =
        || is_full_name(&text[second.clone()]) && account_at(text, at).is_some_and(|name| name == first);
    if name_first || account_first() {
        push(first, User);
        push(second, User);
    }
}
