//! Names of machines, and hardware addresses that a word announces.

use std::ops::Range;

use super::accounts::{is_name_byte, is_user, word_at};
use super::words::is_common;
use super::{Push, is_whole};
use crate::model::vocabulary::PersonalKind::{PrivateIp, PublicIp};
use crate::redact::text_edges::starts_token;

/// Characters of a name that Windows makes.
const MADE_LENGTH: usize = 15;

/// Whether a name is that of one machine: of one part, and no word.
pub(super) fn is_machine(name: &[u8]) -> bool {
    let of_words = !name.iter().any(|b| b.is_ascii_digit() || *b == b'-');
    let placeholder = name.first() == Some(&b'-') || name.iter().any(|b| !b.is_ascii());
    is_user(name) && !of_words && !placeholder && !name.contains(&b'.') && !name.contains(&b'_')
}

/// `Linux build-07 6.8.0-45-generic #45`: the machine before the version of its kernel.
pub(super) fn of_system(text: &[u8], at: usize) -> Option<Range<usize>> {
    let name = word_at(text, at)?;
    let rest = text[name.end..].strip_prefix(b" ")?;
    let version = &rest[..rest.iter().take(64).take_while(|b| **b != b' ').count()];
    let of_kernel = version.first().is_some_and(u8::is_ascii_digit) && memchr::memchr_iter(b'.', version).count() > 1;
    let told = rest[version.len()..].starts_with(b" #") || rest[version.len()..].starts_with(b" Darwin ");
    (of_kernel && told && is_user(&text[name.clone()])).then_some(name)
}

/// Names that Windows gives a machine.
pub(super) fn generated(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let length = MADE_LENGTH - word.len();
    let name = text.get(word.start..word.end + length)?;
    let made = name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'-');
    let mixed = name[word.len()..].iter().any(u8::is_ascii_digit) || length > 8;
    let range = word.start..word.end + length;
    (made && mixed && !name[word.len()..].contains(&b'-') && is_whole(text, range.clone())).then_some(range)
}

/// `Danas-MacBook-Pro`: the name that macOS makes of its owner's.
pub(super) fn laptop(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let lead =
        text[..word.start].iter().rev().take(40).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let tail = text[word.end..].iter().take(16).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    (lead > 1).then_some(word.start - lead..word.end + tail)
}

/// `ip-10-1-2-3`: the name that a cloud makes of a private address.
pub(super) fn dashed(text: &[u8], start: usize) -> Option<Range<usize>> {
    four_parts(text, start, start + 3)
}

/// `ec2-203-0-113-7`: the name that a cloud makes of a public address.
pub(super) fn dashed_public(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let private = [&b"10-"[..], b"172-", b"192-168-", b"127-"].iter().any(|lead| text[word.end..].starts_with(lead));
    if private { None } else { four_parts(text, word.start, word.end) }
}

fn four_parts(text: &[u8], start: usize, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let length = rest.iter().take(15).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let parts = || rest[..length].split(|b| *b == b'-');
    let fits = parts().count() == 4
        && parts().all(|part| (1..=2).contains(&part.len()) || part.len() == 3 && part <= &b"255"[..]);
    let range = start..at + length;
    let after = text.get(range.end).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-');
    (fits && after && starts_token(text, start)).then_some(range)
}

/// The machine whose folder a path of Windows names.
pub(super) fn share(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let depth = (word.len() - 1) / 2;
    let rest = &text[word.end..];
    let length = rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let run = rest[length..].iter().take_while(|b| **b == b'\\').count();
    let folder = rest.get(length + run).is_some_and(u8::is_ascii_alphanumeric);
    let common = rest.starts_with(b"wsl") || is_common(&rest[..length]);
    (length > 2 && run == depth && folder && !common).then_some(word.end..word.end + length)
}

/// A hardware address behind its name: twelve digits, or three groups with dots between.
pub(super) fn hardware(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + 16)];
    let word = near.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let word =
        if b"addr".ends_with(&near[..word]) || b"address".ends_with(&near[..word]) || word == 0 { word } else { 0 };
    let lead = near[word..].iter().take_while(|b| b" :=\"'\\".contains(b)).count();
    let start = at + word + lead;
    let length = text[start..].iter().take(20).take_while(|b| b.is_ascii_hexdigit() || **b == b'.').count();
    let address = &text[start..start + length];
    let dotted = length == DOTTED && is_dotted(address);
    let digits = address.iter().filter(|b| **b != b'.').count();
    let ends = text.get(start + length).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':');
    (digits == 12 && (dotted || length == 12) && ends).then_some(start..start + length)
}

/// Length of `001a.2b3c.4d5e`.
const DOTTED: usize = 14;
/// How far from the name of its protocol such an address is looked for, on the same line.
const NEAR: usize = 64;

fn is_dotted(address: &[u8]) -> bool {
    address.iter().enumerate().all(|(at, b)| if at == 4 || at == 9 { *b == b'.' } else { b.is_ascii_hexdigit() })
}

/// A hardware address as routers write it, near the name of the protocol that looks it up.
pub(super) fn resolved(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    if !starts_token(text, word.start) {
        return None;
    }
    let lead = &text[word.start.saturating_sub(NEAR)..word.start];
    let lead = &lead[memchr::memrchr(b'\n', lead).map_or(0, |at| at + 1)..];
    let tail = &text[word.end..text.len().min(word.end + NEAR)];
    let tail = &tail[..memchr::memchr(b'\n', tail).unwrap_or(tail.len())];
    let from = word.start - lead.len();
    let stands = |at: &usize| {
        let alone = |b: Option<&u8>| b.is_none_or(|b| !is_name_byte(*b) && *b != b':');
        is_dotted(&text[*at..*at + DOTTED])
            && at.checked_sub(1).is_none_or(|at| alone(text.get(at)))
            && alone(text.get(*at + DOTTED))
    };
    let start = (from..(word.end + tail.len() + 1).saturating_sub(DOTTED)).find(stands)?;
    Some(start..start + DOTTED)
}

/// Adds the address inside a name that a public server of names resolves to it: `app.10.1.2.3.nip.io`, `app-10-1-2-3.sslip.io`.
pub(super) fn embedded(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    for mark in [b'.', b'-'] {
        let near = &text[word.start.saturating_sub(LONGEST_ADDRESS)..word.start];
        let length = near.iter().rev().take_while(|b| b.is_ascii_digit() || **b == mark).count();
        let run = &near[near.len() - length..];
        let parts: Vec<&[u8]> = run.rsplit(|b| *b == mark).take(4).collect();
        let fits = |part: &&[u8]| (1..=2).contains(&part.len()) || part.len() == 3 && *part <= &b"255"[..];
        if parts.len() < 4 || !parts.iter().all(fits) {
            continue;
        }
        let size = parts.iter().map(|part| part.len()).sum::<usize>() + 3;
        let (first, second) = (parts[3], parts[2]);
        let block = second.len() == 2 && (&b"16"[..]..=&b"31"[..]).contains(&second);
        let private =
            first == b"10" || first == b"127" || first == b"192" && second == b"168" || first == b"172" && block;
        push(word.start - size..word.start, if private { PrivateIp } else { PublicIp });
        return;
    }
}

/// Longest address of four numbers, with the mark before it.
const LONGEST_ADDRESS: usize = 16;
