//! Users and machines in the prompts of shells and in the words of their commands.

use std::ops::Range;

use super::accounts::{is_name_byte, is_user, name_before};
use super::words::is_common;
use crate::model::vocabulary::PersonalKind::{self, Host, User};

/// Signs that a prompt ends with.
const SIGNS: &[u8] = b"$#%>";

/// The account before the folder in the prompt of a shell; of a common user the machine alone.
pub(super) fn prompt(text: &[u8], end: usize) -> Option<(Range<usize>, PersonalKind)> {
    let host = text[..end].iter().rev().take(64).take_while(|b| is_name_byte(**b)).count();
    let at = (end - host).checked_sub(1).filter(|at| host > 1 && text[*at] == b'@')?;
    let user = name_before(text, at)?;
    if is_user(&text[user.clone()]) {
        return Some((user.start..end, User));
    }
    let host = &text[at + 1..end];
    let machine = is_user(host) && !is_common(host) && !host.contains(&b'.');
    machine.then_some((at + 1..end, Host))
}

/// What stands around an at sign that is no mail address's: a prompt in another folder than the home, the place of a file on another machine, a question for a
/// password, a refusal of `ssh`, a comment of a key, a principal of Kerberos.
pub(in crate::redact) fn around(text: &[u8], at: usize) -> Option<(Range<usize>, PersonalKind)> {
    if let Some(user) = of_url(text, at) {
        return Some((user, User));
    }
    let user = name_before(text, at)?;
    let host = text[at + 1..].iter().take(64).take_while(|b| is_name_byte(**b)).count();
    let end = at + 1 + host;
    if host < 2 {
        return None;
    }
    let rest = &text[end..text.len().min(end + 96)];
    let rest = &rest[..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())];
    let lead = &text[user.start.saturating_sub(24)..user.start];
    let asks = rest.starts_with(b"'s password");
    let key = rest.trim_ascii_end().is_empty() && is_key(&text[user.start.saturating_sub(800)..user.start]);
    let windows = rest.starts_with(b" MINGW") || rest.starts_with(b" MSYS");
    // What a terminal is told to write above its window.
    let titled = [&b"]0;"[..], b"]1;", b"]2;"].iter().any(|mark| lead.ends_with(mark)) && rest.starts_with(b":");
    // A machine that an editor reached.
    let remote = lead.ends_with(b"ssh-remote+");
    if key
        || remote
        || titled
        || asks
        || windows
        || is_in_brackets(lead, rest)
        || ends_in_sign(lead, rest)
        || is_folder(rest) && holds_sign(rest)
    {
        return prompt(text, end);
    }
    let file = is_folder(rest) && !is_release(&text[at + 1..end]);
    let refused = rest.starts_with(b": Permission denied");
    let principal = lead.ends_with(b"rincipal: ");
    ((file || refused || principal) && is_user(&text[user.clone()])).then_some((user, User))
}

/// `:/srv` or `:~` behind the name of a machine.
fn is_folder(rest: &[u8]) -> bool {
    rest.starts_with(b":/") && !rest.starts_with(b"://") || rest.starts_with(b":~")
}

/// Whether what stands behind an at sign is the number of a release, as of a package.
fn is_release(host: &[u8]) -> bool {
    let parts = || host.split(|b| *b == b'.');
    let address = parts().count() == 4 && parts().all(|part| part.iter().all(u8::is_ascii_digit));
    host.first().is_some_and(u8::is_ascii_digit) && !address
}

/// `:/srv/app$ npm test`: a folder, and a sign behind it.
fn holds_sign(rest: &[u8]) -> bool {
    let length = rest.iter().take_while(|b| **b != b' ').count();
    let glued = length > 2 && SIGNS.contains(&rest[length - 1]);
    let parted =
        rest.get(length + 1).is_some_and(|b| SIGNS.contains(b)) && rest.get(length + 2).is_none_or(|b| *b == b' ');
    glued || parted
}

/// `[dana@build-7 app]$ npm test`.
fn is_in_brackets(lead: &[u8], rest: &[u8]) -> bool {
    let close = memchr::memchr(b']', rest);
    lead.ends_with(b"[")
        && rest.starts_with(b" ")
        && close.is_some_and(|close| rest.get(close + 1).is_some_and(|sign| SIGNS.contains(sign)))
}

/// `dana@Danas-Mac app % npm test`, at the start of a line, a name of an environment in brackets left out of account.
fn ends_in_sign(lead: &[u8], rest: &[u8]) -> bool {
    let line = &lead[memchr::memrchr(b'\n', lead).map_or(0, |at| at + 1)..];
    let begins = line.is_empty() || line.starts_with(b"(") && line.ends_with(b") ");
    let folder = rest.get(1..).map_or(0, |rest| rest.iter().take_while(|b| **b != b' ').count());
    begins
        && rest.starts_with(b" ")
        && folder > 0
        && matches!(rest.get(1 + folder..), Some([b' ', b'%' | b'$' | b'#', b' ', ..] | [b' ', b'%' | b'$' | b'#']))
}

/// Whether a public key stands before its comment.
fn is_key(lead: &[u8]) -> bool {
    let Some(lead) = lead.strip_suffix(b" ") else { return false };
    let length = lead.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)).count();
    lead[lead.len() - length..].starts_with(b"AAAA")
}

/// The user in front of a host, in the words of a command or in a URL.
pub(super) fn account(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let near = &text[word.end..text.len().min(word.end + 160)];
    let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
    let sign = word.end + memchr::memchr(b'@', line)?;
    let host = text[sign + 1..].first().is_some_and(u8::is_ascii_alphanumeric);
    let length = text[word.end..sign].iter().rev().take(48).take_while(|b| is_name_byte(**b)).count();
    let user = sign - length..sign;
    let in_url = text[word.end - 1] == b'/';
    let begins = length > 1 && if in_url { user.start == word.end } else { text[user.start - 1] == b' ' };
    (host && begins && is_user(&text[user.clone()])).then_some(user)
}

/// `~dana/app`: the home of a user whom the shell looks up.
pub(super) fn tilde(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length =
        text[at..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let name = &text[at..at + length];
    (length > 1 && text.get(at + length) == Some(&b'/') && is_user(name)).then_some(at - 1..at + length)
}

/// Schemes of URLs whose user is a person's account; those of databases have accounts of their own.
const OF_PEOPLE: [&[u8]; 16] = [
    b"https", b"http", b"sftp", b"ftps", b"ftp", b"smb", b"cifs", b"git", b"svn", b"ldaps", b"ldap", b"imaps", b"imap",
    b"rdp", b"vnc", b"davs",
];

/// The user of a URL without a password: `https://dana@git.example.net`.
fn of_url(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length = text[..at].iter().rev().take(48).take_while(|b| is_name_byte(**b)).count();
    let user = at - length..at;
    let scheme = text[..user.start].strip_suffix(b"://").filter(|_| (2..40).contains(&length))?;
    let word = scheme.iter().rev().take(8).take_while(|b| b.is_ascii_alphabetic()).count();
    let known = OF_PEOPLE.iter().any(|known| known.eq_ignore_ascii_case(&scheme[scheme.len() - word..]));
    let host = text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    (known && host && is_user(&text[user.clone()]) && !is_common(&text[user.clone()])).then_some(user)
}

/// The user in the prompt of bash on macOS, behind the name of the machine and a folder: `Danas-Mac:app dana$ ls`.
pub(super) fn behind_machine(text: &[u8], end: usize) -> Option<Range<usize>> {
    let near = text[end..text.len().min(end + 96)].strip_prefix(b":")?;
    let blank = memchr::memchr2(b' ', b'\n', near).filter(|at| near[*at] == b' ')?;
    let start = end + 1 + blank + 1;
    let length = text[start..].iter().take(40).take_while(|b| is_name_byte(**b)).count();
    let name = start..start + length;
    let sign = text.get(name.end).is_some_and(|b| b"$#".contains(b));
    (sign && length > 1 && is_user(&text[name.clone()])).then_some(name)
}
