//! Mail addresses of people; those of services are no one's name.

use std::ops::Range;

use super::Push;
use crate::model::vocabulary::PersonalKind;

/// Mail addresses of services, which are no one's name.
const SERVICE_MAIL: &[&str] = &[
    "@anthropic.com",
    "@users.noreply.github.com",
    "git@github.com",
    "git@gitlab.com",
    "git@bitbucket.org",
    "noreply@",
    "no-reply@",
    "@example.com",
    "@2x.png",
    "@3x.png",
];

/// Adds mail addresses, also with a percent-encoded at sign.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) {
    let plain = memchr::memchr_iter(b'@', text).map(|at| (at, 1));
    for (at, width) in plain.chain(memchr::memmem::find_iter(text, b"%40").map(|at| (at, 3))) {
        if let Some(range) = around(text, at, width) {
            if let Some(name) = name_before(text, range.start) {
                push(name, PersonalKind::User);
            }
            push(range, PersonalKind::Email);
        }
    }
}

/// Bytes of the name before an at sign.
fn local_part(before: &[u8]) -> usize {
    let mut start = before.len();
    let least = start.saturating_sub(64);
    while start > least {
        let byte = before[start - 1];
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-') {
            start -= 1;
        } else if start > 1 && is_letter(&before[start - 2..]) {
            start -= 2;
        } else {
            break;
        }
    }
    before.len() - start
}

/// Bytes of the host after it.
fn domain_part(after: &[u8]) -> usize {
    let mut end = 0;
    while end < after.len().min(128) {
        if after[end].is_ascii_alphanumeric() || matches!(after[end], b'.' | b'-') {
            end += 1;
        } else if is_letter(&after[end..]) {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// Whether a letter of two bytes begins here (RFC 6531 allows them on both sides): Latin, Greek, Cyrillic and others that set
/// blanks between words. Where none are set, nothing tells the words around an address from it.
fn is_letter(text: &[u8]) -> bool {
    matches!(text, [0xc3..=0xdf, 0x80..=0xbf, ..])
}

/// The mail address around an at sign, which may be percent-encoded.
pub(in crate::redact) fn around(text: &[u8], at: usize, width: usize) -> Option<Range<usize>> {
    let local = local_part(&text[..at]);
    let rest = &text[at + width..];
    let domain = domain_part(rest);
    let domain_text = rest[..domain].trim_ascii_end();
    let domain_text = domain_text.strip_suffix(b".").unwrap_or(domain_text);
    let top = domain_text.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let is_name = domain_text.contains(&b'.')
        && (2..=24).contains(&top.len())
        && top.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii());
    let file = [&b"js"[..], b"ts", b"mjs", b"cjs", b"json", b"py", b"tgz", b"png"].contains(&top);
    if local == 0 || !is_name || file {
        return None;
    }
    let mut start = at - local;
    if start > 0 && text[start - 1] == b'\\' && b"nrt".contains(&text[start]) {
        start += 1;
    }
    let range = start..at + width + domain_text.len();
    let shown = String::from_utf8_lossy(&text[range.clone()]).to_ascii_lowercase().replace("%40", "@");
    // `scheme://user:password@host` is no mail address: the rules take the credential, and the host is evidence.
    if matches!(start.checked_sub(1).map(|at| text[at]), Some(b':' | b'/')) && in_url(&text[..start]) {
        return None;
    }
    let service = SERVICE_MAIL.iter().any(|service| shown.ends_with(service) || shown.starts_with(service));
    (!service && start < at).then_some(range)
}

/// The name of a person before an address in brackets: `Dana Smith <dana@...>`, `"Smith, Dana" <dana@...>`.
fn name_before(text: &[u8], start: usize) -> Option<Range<usize>> {
    let lead = text[..start].strip_suffix(b" <").or_else(|| text[..start].strip_suffix(b" &lt;"))?;
    let quote = lead.last().copied().filter(|b| b"\"'".contains(b));
    let end = lead.len() - usize::from(quote.is_some());
    let part = |b: &u8| b.is_ascii_alphabetic() || !b.is_ascii() || b".'-".contains(b);
    let mut from = end;
    for words in 0..4 {
        let length = text[..from].iter().rev().take(32).take_while(|b| part(b)).count();
        let word = &text[from - length..from];
        // A word that begins small (`by`, `from`) is none of a name.
        if !word.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii()) {
            return (words > 0).then(|| from + 1..end).filter(|name| !name.is_empty());
        }
        from -= length;
        let joined = text[..from].last() == Some(&b' ')
            && text[..from - 1].last().is_some_and(|b| part(b) || (quote.is_some() && *b == b','));
        if !joined {
            return Some(from..end);
        }
        from -= 1 + usize::from(text[from - 2] == b',');
    }
    Some(from + 1..end)
}

/// Whether what stands before begins a URL whose host is still to come.
fn in_url(before: &[u8]) -> bool {
    let token =
        before.iter().rev().take(160).take_while(|b| !b.is_ascii_whitespace() && !b"\"'`<>@".contains(b)).count();
    let token = &before[before.len() - token..];
    memchr::memmem::rfind(token, b"://").is_some_and(|at| !token[at + 3..].contains(&b'/'))
}
