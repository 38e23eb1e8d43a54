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
    "@example.org",
    "@example.net",
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
            } else if text[..range.start].ends_with(b" <")
                && let Some(name) = name_behind_label(text, range.start - 2)
            {
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
    // Dots end a sentence, and those in a dump stand for bytes.
    let domain = memchr::memmem::find(&rest[..domain], b"..").unwrap_or(domain);
    let domain_text = rest[..domain].trim_ascii_end();
    let domain_text = domain_text.strip_suffix(b".").unwrap_or(domain_text);
    let top = domain_text.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let is_name = domain_text.contains(&b'.')
        && !domain_text.starts_with(b".")
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
    let joined = start.checked_sub(1).is_some_and(|at| !text[at].is_ascii_whitespace());
    if in_url(if joined { &text[..start] } else { before_break(&text[..start]) }) {
        return None;
    }
    let service = SERVICE_MAIL.iter().any(|service| shown.ends_with(service) || shown.starts_with(service));
    (!service && start < at).then_some(range)
}

/// What stands for an at sign or a dot where a person spells an address for people alone.
const SPELLED_DOTS: &[&[u8]] = &[b" [dot] ", b"[dot]", b" (dot) ", b"(dot)", b" {dot} ", b"{dot}", b" dot ", b"."];

/// The address around an at sign that is spelled: `dana [at] example [dot] com`.
pub(super) fn spelled(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let before = text[..word.start].strip_suffix(b" ").unwrap_or(&text[..word.start]);
    let start = before.len() - local_part(before);
    let mut at = word.end + usize::from(text.get(word.end) == Some(&b' '));
    let (mut end, mut parts, mut top) = (at, 0, 0..0);
    loop {
        let length = text[at..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        if length == 0 {
            break;
        }
        (top, end, parts) = (at..at + length, at + length, parts + 1);
        let Some(dot) = SPELLED_DOTS.iter().find(|dot| text[end..].starts_with(dot)) else { break };
        at = end + dot.len();
    }
    let is_top = (2..=24).contains(&top.len()) && text[top].iter().all(u8::is_ascii_alphabetic);
    (parts > 1 && is_top && start < before.len()).then_some(start..end)
}

/// Whether a domain is sure to be one: an equals sign and a number may stand in front of other names with a dot.
pub(super) fn is_of_mails(domain: &[u8]) -> bool {
    let top = domain.rsplit(|b| *b == b'.').next().unwrap_or_default().to_ascii_lowercase();
    memchr::memchr_iter(b'.', domain).count() > 1
        || [&b"com"[..], b"org", b"net", b"edu", b"gov"].contains(&&top[..])
        || top.len() == 2
}

/// Ends of the labels before which the names of people stand, in small letters: `Signed-off-by: `, `Author: `.
const LABELS: &[&[u8]] =
    &[b"-by:", b"author:", b"commit:", b"committer:", b"from:", b"tagger:", b"maintainer:", b"cc:", b"to:"];

/// The name of a person in any letters between such a label and an address in brackets.
fn name_behind_label(text: &[u8], end: usize) -> Option<Range<usize>> {
    let from = end.saturating_sub(64);
    let near = &text[from..end];
    let colon = memchr::memrchr(b':', near)?;
    let label = near[..=colon].to_ascii_lowercase();
    let name = near[colon + 1..].trim_ascii_start();
    let of_words = name.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b" .'-".contains(b));
    let fits = LABELS.iter().any(|known| label.ends_with(known)) && of_words && name.len() > 1;
    (fits && name.split(|b| *b == b' ').count() <= 5).then_some(end - name.len()..end)
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

/// What stands before the line break that a text ends in, with the blanks behind it, where a URL may be wrapped; nothing where it ends otherwise.
fn before_break(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take(16).take_while(|b| b.is_ascii_whitespace()).count();
    let (line, gap) = text.split_at(text.len() - blanks);
    let secret = || {
        memchr::memrchr(b':', &line[line.len().saturating_sub(160)..])
            .is_some_and(|colon| !line[line.len().saturating_sub(160) + colon..].starts_with(b"://"))
    };
    if gap.contains(&b'\n') && secret() { line } else { b"" }
}

/// Whether what stands before begins a URL whose host is still to come.
fn in_url(before: &[u8]) -> bool {
    let token =
        before.iter().rev().take(160).take_while(|b| !b.is_ascii_whitespace() && !b"\"'`<>@".contains(b)).count();
    let token = &before[before.len() - token..];
    memchr::memmem::rfind(token, b"://").is_some_and(|at| {
        let rest = &token[at + 3..];
        let host = memchr::memchr(b'/', rest).map_or(rest, |slash| &rest[..slash]);
        // A slash may stand in a password; a number before it is the port of a host.
        let secret = memchr::memchr(b':', host).map(|colon| &host[colon + 1..]);
        let is_port = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        let ends = |b: &u8| matches!(b, b'#' | b'?');
        match secret {
            Some(secret) => host.len() == rest.len() || !is_port(secret),
            None => host.len() == rest.len() && !host.iter().any(ends),
        }
    })
}
