//! Names that their column tells: the owner in a list of files, the user of a process or a session, the machine of a line of syslog.

use std::ops::Range;

use super::Push;
use super::accounts::{before, blanks, is_user, word_at};
use crate::model::vocabulary::PersonalKind::User;
use crate::redact::text_edges::starts_token;

/// How far before a word its line may begin.
const LONGEST_LEAD: usize = 256;
/// Length of `-rw-r--r--`.
const MODE: usize = 10;

/// The start of the line that a word stands in, where it is near.
fn line_start(text: &[u8], at: usize) -> Option<usize> {
    let from = at.saturating_sub(LONGEST_LEAD);
    memchr::memrchr(b'\n', &text[from..at]).map(|newline| from + newline + 1).or_else(|| (from == 0).then_some(0))
}

fn digits(text: &[u8], at: usize) -> usize {
    text[at..].iter().take(20).take_while(|b| b.is_ascii_digit()).count()
}

/// Adds the owner of a file, and the name of its group where that is the same: `-rw-r--r-- 1 dana staff 1234`, `-rw-r--r-- dana/dana 1234`.
pub(super) fn owner(text: &[u8], at: usize, push: &mut Push<'_>) {
    let Some(start) = at.checked_sub(1) else { return };
    let Some(mode) = text.get(start..start + MODE) else { return };
    let is_mode = b"-dlbcps".contains(&mode[0]) && mode[1..].iter().all(|b| b"rwxsStT-".contains(b));
    if !is_mode || !starts_token(text, start) {
        return;
    }
    let mut at = start + MODE;
    at += usize::from(text.get(at).is_some_and(|b| b"+@.".contains(b)));
    let gap = blanks(text, at);
    let links = digits(text, at + gap);
    let second = blanks(text, at + gap + links);
    if gap == 0 || (links > 0 && second == 0) {
        return;
    }
    let Some(owner) = word_at(text, at + gap + links + second) else { return };
    let group = owner.end + if text.get(owner.end) == Some(&b'/') { 1 } else { blanks(text, owner.end) };
    let Some(group) = word_at(text, group).filter(|group| group.start > owner.end) else { return };
    let size = blanks(text, group.end);
    if size == 0 || !text.get(group.end + size).is_some_and(u8::is_ascii_digit) || !is_user(&text[owner.clone()]) {
        return;
    }
    if text[group.clone()] == text[owner.clone()] {
        push(group, User);
    }
    push(owner, User);
}

/// The user at the start of a line of `ps`, where the number of a process follows, or of `who`, `w` and `last`, where the terminal does.
pub(super) fn of_process(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let start = line_start(text, word.start)?;
    // A mark of a comparison stands before a line, or the quotation mark of the text that the line begins.
    let lead = &text[start..word.start];
    let quoted = lead.iter().take(64).position(|b| b"\"'".contains(b)).map_or(0, |at| at + 1);
    let start = start + quoted.max(usize::from(lead.starts_with(b"+") || lead.starts_with(b"-")));
    let name = word_at(text, start + blanks(text, start))?;
    // What `ps` cuts short ends in a plus sign.
    let end = name.end + usize::from(text.get(name.end) == Some(&b'+'));
    let gap = blanks(text, end);
    let second = end + gap;
    let pid = digits(text, second);
    let is_pid = pid > 0 && blanks(text, second + pid) > 0;
    let is_terminal = second == word.start + blanks(text, word.start) && text[second] != b'?';
    (gap > 0 && (is_pid || is_terminal) && is_user(&text[name.clone()])).then_some(name)
}

/// Adds the name of an entry of `/etc/passwd`, and the full name behind its numbers.
pub(super) fn entry(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let Some(name) = before(text, word.start) else { return };
    let mut at = word.end;
    for _ in 0..2 {
        let length = digits(text, at);
        if length == 0 || text.get(at + length) != Some(&b':') {
            return;
        }
        at += length + 1;
    }
    push(name, User);
    let length = text[at..]
        .iter()
        .take(64)
        .take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b" .'-".contains(b))
        .count();
    if length > 1 && text.get(at + length).is_some_and(|b| b",:".contains(b)) && is_user(&text[at..at + length]) {
        push(at..at + length, User);
    }
}

/// The user of a line in the log of a web server, from where the time of the line ends.
pub(super) fn of_access(text: &[u8], end: usize) -> Option<Range<usize>> {
    let from = end.saturating_sub(40);
    let time = from + memchr::memrchr(b'[', &text[from..end])?;
    let name = before(text, time.checked_sub(1).filter(|at| text[*at] == b' ')?)?;
    text[..name.start].ends_with(b" - ").then_some(name)
}

/// The place after a time: `10:00:01`, with parts of a second too.
fn after_time(text: &[u8], at: usize) -> Option<usize> {
    let time = text.get(at..at + 8)?;
    let fits = time.iter().enumerate().all(|(at, b)| if at % 3 == 2 { *b == b':' } else { b.is_ascii_digit() });
    let mut end = at + 8;
    if matches!(text.get(end), Some(b'.' | b',')) {
        end += 1 + digits(text, end + 1);
    }
    fits.then_some(end)
}

/// The name of a machine that begins here, where another word follows it.
fn machine_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name = word_at(text, at)?;
    (text.get(name.end) == Some(&b' ') && is_user(&text[name.clone()])).then_some(name)
}

/// The machine of `Nov 29 10:00:01 build-07 sshd[1]: ...`, where the month begins the line, or follows its priority.
pub(super) fn behind_month(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    if word.start > 0 && !b"\n>\"'".contains(&text[word.start - 1]) {
        return None;
    }
    let day = word.end + usize::from(text.get(word.end) == Some(&b' '));
    let day_digits = digits(text, day);
    let time = day + day_digits;
    if !(1..=2).contains(&day_digits) || text.get(time) != Some(&b' ') {
        return None;
    }
    let at = after_time(text, time + 1)?;
    let host = machine_at(text, at + 1).filter(|_| text.get(at) == Some(&b' '))?;
    let program = &text[host.end + 1..];
    let length = program.iter().take(64).take_while(|b| !b.is_ascii_whitespace()).count();
    program[..length].ends_with(b":").then_some(host)
}

/// The machine of `2026-11-29T10:00:01+00:00 build-07 sshd[1]: ...`, from where the program begins.
pub(super) fn before_program(text: &[u8], program: usize) -> Option<Range<usize>> {
    let end = program.checked_sub(1)?;
    let length = text[..end].iter().rev().take(64).take_while(|b| !b.is_ascii_whitespace()).count();
    let host = machine_at(text, end - length).filter(|host| host.end == end)?;
    let lead = &text[..host.start.checked_sub(1)?];
    let stamp = lead.iter().rev().take(40).take_while(|b| !b.is_ascii_whitespace()).count();
    let start = lead.len() - stamp;
    let dated = text.get(start..start + 11)?;
    let fits = dated[..4].iter().all(u8::is_ascii_digit) && dated[4] == b'-' && dated[7] == b'-' && dated[10] == b'T';
    (fits && after_time(text, start + 11).is_some()).then_some(host)
}

/// The machine of `<34>1 2026-11-29T10:00:01Z build-07 app 123 - ...` (RFC 5424).
pub(super) fn in_syslog(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let priority = text[..word.start].iter().rev().take(3).take_while(|b| b.is_ascii_digit()).count();
    let opened = text[..word.start - priority].ends_with(b"<") && priority > 0;
    let stamp = word.end - 2;
    let length = text[stamp..].iter().take(40).take_while(|b| !b.is_ascii_whitespace()).count();
    let host = machine_at(text, stamp + length + 1)?;
    (opened && length > 18 && text.get(stamp + 10) == Some(&b'T')).then_some(host)
}

/// The machine at the start of a line of `kubectl get nodes`: `build-7   Ready   <none>   41d   v1.31.2`.
pub(super) fn of_node(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let start = line_start(text, word.start)?;
    let name = word_at(text, start + blanks(text, start))?;
    let roles = word.end + blanks(text, word.end);
    let roles_end = roles + text[roles..].iter().take(64).take_while(|b| !b.is_ascii_whitespace()).count();
    let age = roles_end + blanks(text, roles_end);
    let is_age = text[age..].iter().take(12).take_while(|b| b.is_ascii_alphanumeric()).count();
    let version = age + is_age + blanks(text, age + is_age);
    let second = name.end + blanks(text, name.end);
    let fits = second.abs_diff(word.start) <= 1 + blanks(text, word.start) && digits(text, age) > 0;
    (fits && text[version..].starts_with(b"v") && is_user(&text[name.clone()])).then_some(name)
}

/// The machine that a pod was given: `Successfully assigned prod/api-x to build-7`.
pub(super) fn assigned(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let pod = text[word.end..].iter().take(160).take_while(|b| !b.is_ascii_whitespace()).count();
    let at = word.end + pod;
    let name = word_at(text, at + text[at..].strip_prefix(b" to ").map(|_| 4)?)?;
    is_user(&text[name.clone()]).then_some(name)
}

/// `Node:         build-7/10.1.2.3`.
pub(super) fn labelled_node(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let name = word_at(text, word.end + blanks(text, word.end))?;
    let ends = text.get(name.end).is_none_or(|b| b"/\r\n".contains(b));
    (ends && is_user(&text[name.clone()])).then_some(name)
}
