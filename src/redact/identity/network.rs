//! Hardware addresses, and public network addresses of the sixth version.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::Push;
use crate::model::vocabulary::PersonalKind;
use crate::redact::text_edges::starts_token;

/// Length of `00:1a:2b:3c:4d:5e`.
const LENGTH: usize = 17;

/// Adds hardware addresses: six pairs with colons, or with dashes where a letter tells them from a date.
pub(super) fn hardware(text: &[u8], push: &mut Push<'_>) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b':', b'-', text) {
        let Some(start) = at.checked_sub(2).filter(|start| *start >= done) else { continue };
        let mark = text[at];
        if text.get(at + 3) != Some(&mark) {
            continue;
        }
        let Some(address) = text.get(start..start + LENGTH) else { break };
        let shape = address
            .iter()
            .enumerate()
            .all(|(index, byte)| if index % 3 == 2 { *byte == mark } else { byte.is_ascii_hexdigit() });
        if !shape || !stands_alone(text, start, start + LENGTH, mark) {
            continue;
        }
        let digits = || address.iter().filter(|b| **b != mark);
        let lower = address.iter().any(u8::is_ascii_lowercase);
        let upper = address.iter().any(u8::is_ascii_uppercase);
        let same = digits().all(|b| *b == address[0]);
        let dated = mark == b'-' && digits().all(u8::is_ascii_digit);
        let mixed = lower && upper;
        if !same && !dated && !mixed {
            push(start..start + LENGTH, PersonalKind::Mac);
            done = start + LENGTH;
        }
    }
}

/// A longer row of pairs is a fingerprint.
fn stands_alone(text: &[u8], start: usize, end: usize, mark: u8) -> bool {
    let before = start.checked_sub(1).map(|at| text[at]);
    let after = text.get(end).copied();
    let goes_on = |b: u8| b.is_ascii_alphanumeric() || b == mark || b == b'_';
    let escaped = before.is_some_and(|b| b"nrt".contains(&b)) && start >= 2 && text[start - 2] == b'\\';
    (before.is_none_or(|b| !goes_on(b)) || escaped) && after.is_none_or(|b| !goes_on(b))
}

/// Adds public addresses of the sixth version.
pub(in crate::redact) fn public_v6(text: &[u8], push: &mut Push<'_>) {
    let is_part = |b: &u8| b.is_ascii_hexdigit() || *b == b':';
    let mut done = 0;
    for at in memchr::memchr_iter(b':', text) {
        if at < done {
            continue;
        }
        let start = at - text[..at].iter().rev().take(40).take_while(|b| is_part(b)).count();
        let end = at + text[at..].iter().take(40).take_while(|b| is_part(b)).count();
        done = end;
        let token = &text[start..end];
        let alone = |b: Option<&u8>| b.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b':')));
        if !alone(start.checked_sub(1).map(|at| &text[at])) || !alone(text.get(end)) {
            continue;
        }
        let address = std::str::from_utf8(token).ok().and_then(|token| token.parse::<Ipv6Addr>().ok());
        if address.is_some_and(|address| is_public(address, token)) {
            push(start..end, PersonalKind::PublicIp);
        }
    }
}

/// Global unicast addresses begin with 2 or 3 (RFC 4291); a name such as `cafe::bad` does not.
fn is_public(address: Ipv6Addr, token: &[u8]) -> bool {
    let documentation = address.segments()[0] == 0x2001 && address.segments()[1] == 0x0db8;
    matches!(address.octets()[0] >> 4, 2 | 3) && token.len() > 7 && !documentation
}

/// Whether four numbers are an address: each below 256, nothing numeric at either side, and not a whole block such as `10.0.0.0/8`.
pub(super) fn is_address(text: &[u8], range: Range<usize>) -> bool {
    let hit = &text[range.clone()];
    let parts_fit = hit.split(|b| *b == b'.').all(|part| part.len() < 3 || part <= &b"255"[..]);
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let before_ok =
        before.is_none_or(|b| !(b.is_ascii_digit() || b == b'.' || b == b'v')) && (starts_token(text, range.start));
    let after = text.get(range.end);
    let after_ok = after.is_none_or(|b| !b.is_ascii_alphanumeric())
        && !(after == Some(&b'.')
            && text.get(range.end + 1).is_some_and(u8::is_ascii_digit)
            && !is_port(&text[range.end + 1..]));
    let block = hit.ends_with(b".0.0") && after == Some(&b'/');
    parts_fit && before_ok && after_ok && !block
}

/// Whether the port begins here that tcpdump writes behind a dot: `10.1.2.3.51000 > 160.79.104.10.443: Flags`.
fn is_port(rest: &[u8]) -> bool {
    let digits = rest.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    let told = rest[digits..].strip_prefix(b": ").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_uppercase));
    digits < 6 && (told || rest[digits..].starts_with(b" > "))
}

/// Whether a text ends in the name of an address and an equals sign: `remote_addr=`.
pub(super) fn is_named_address(before: &[u8]) -> bool {
    let Some(name) = before.strip_suffix(b"=") else { return false };
    let name = name[name.len().saturating_sub(16)..].to_ascii_lowercase();
    [&b"ip"[..], b"addr", b"address", b"host", b"client", b"peer", b"remote", b"server"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether four numbers stand right behind the word for a version.
pub(super) fn is_version(before: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(16)..];
    let marks = near.iter().rev().take_while(|b| b" :=\"'v".contains(b)).count();
    let word = &near[..near.len() - marks];
    marks > 0 && word.len() >= 7 && word[word.len() - 7..].eq_ignore_ascii_case(b"version")
}

/// Whether the words before four numbers say that they count versions or sections.
pub(super) fn is_numbering(text: &[u8], start: usize) -> bool {
    let lead = text[start.saturating_sub(16)..start].to_ascii_lowercase();
    [&b"version"[..], b"section", b"release", b"chapter", b"clause"]
        .iter()
        .any(|word| memchr::memmem::find(&lead, word).is_some())
}
