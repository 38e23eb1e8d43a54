//! Names that a word before or behind them announces: users, machines, hardware addresses, and mail addresses and telephones whose mark is escaped.

use std::ops::Range;

use super::{COMMON, is_whole, mails, phones};
use crate::model::vocabulary::PersonalKind::{self, Email, Home, Host, Mac, Phone, User};
use crate::redact::text_edges::starts_token;

/// How a name stands to its word.
#[derive(Clone, Copy, Debug)]
enum How {
    /// `USER=dana`, `"username": "dana"`.
    Value,
    /// `session opened for user dana(uid=0)`: right behind the word. The accounts of databases are named behind other words, and stay.
    Next,
    /// `uid=1000(dana)`.
    InBrackets,
    /// `dana : TTY=pts/0`: right before the word.
    Before,
    /// `user.name "Dana Smith"`.
    FullName,
    /// `dana@build-7:~/app$`.
    Prompt,
    /// `ssh dana@build-7`, `ssh://dana@build-7`.
    Account,
    /// `~dana/app`.
    Tilde,
    /// `HOSTNAME=build-7`.
    Machine,
    /// `DESKTOP-A1B2C3D`, `WIN-ABC123DEF45`: so many capital letters and digits.
    Generated(usize),
    /// `Danas-MacBook-Pro`.
    Laptop,
    /// `ip-10-1-2-3`.
    Dashed,
    /// `\\server\share`, also with each backslash doubled.
    Share,
    /// `mac=001a2b3c4d5e`, `mac address 001a.2b3c.4d5e`.
    Hardware,
    /// A mail address whose at sign is this word.
    At,
    /// A telephone number whose plus sign is this word.
    Plus,
}

/// The words, in small letters, what announces what, and how.
const WORDS: &[(&str, PersonalKind, How)] = &[
    ("user=", User, How::Value),
    ("logname=", User, How::Value),
    ("username", User, How::Value),
    ("session opened for user ", User, How::Next),
    ("session closed for user ", User, How::Next),
    ("publickey for ", User, How::Next),
    ("invalid user ", User, How::Next),
    ("uid=", User, How::InBrackets),
    ("gid=", User, How::InBrackets),
    (" : tty=", User, How::Before),
    ("user.name", User, How::FullName),
    (":~/", User, How::Prompt),
    (":~$", User, How::Prompt),
    (":~#", User, How::Prompt),
    ("ssh ", User, How::Account),
    ("scp ", User, How::Account),
    ("sftp ", User, How::Account),
    ("ssh://", User, How::Account),
    ("smtp://", User, How::Account),
    // Behind a quotation mark too, each would cost the search more than all other words together.
    (" ~", Home, How::Tilde),
    ("hostname", Host, How::Machine),
    ("computername", Host, How::Machine),
    ("desktop-", Host, How::Generated(7)),
    ("laptop-", Host, How::Generated(8)),
    ("win-", Host, How::Generated(11)),
    ("-macbook", Host, How::Laptop),
    ("ip-10-", Host, How::Dashed),
    ("ip-172-", Host, How::Dashed),
    ("ip-192-168-", Host, How::Dashed),
    (" \\\\", Host, How::Share),
    ("\"\\\\\\\\", Host, How::Share),
    ("'\\\\\\\\", Host, How::Share),
    ("mac=", Mac, How::Hardware),
    ("mac:", Mac, How::Hardware),
    ("mac\"", Mac, How::Hardware),
    ("mac_addr", Mac, How::Hardware),
    ("macaddr", Mac, How::Hardware),
    ("mac addr", Mac, How::Hardware),
    ("hwaddr", Mac, How::Hardware),
    ("\\u0040", Email, How::At),
    ("%2540", Email, How::At),
    ("&#64;", Email, How::At),
    ("&#x40;", Email, How::At),
    ("=40", Email, How::At),
    ("\\u002b", Phone, How::Plus),
    ("&#43;", Phone, How::Plus),
];

/// What may follow a word that is short; anything may follow the others.
const NAME_BEGINS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

/// The words that announce something of the kinds that are hidden, and what must follow them.
pub(in crate::redact) fn words(
    hides: impl Fn(PersonalKind) -> bool,
) -> impl Iterator<Item = (&'static [u8], Option<&'static [u8]>)> {
    let hidden = move |kind: PersonalKind| hides(kind);
    WORDS.iter().filter(move |(_, kind, _)| hidden(*kind)).map(|(word, _, how)| {
        let next =
            matches!(how, How::Tilde | How::At | How::InBrackets | How::Next | How::Share).then_some(match how {
                How::InBrackets => &b"0123456789"[..],
                _ => NAME_BEGINS,
            });
        (word.as_bytes(), next)
    })
}

/// What the word that stands here announces.
pub(in crate::redact) fn at(text: &[u8], word: Range<usize>) -> Option<(Range<usize>, PersonalKind)> {
    let (_, kind, how) =
        WORDS.iter().find(|(known, _, _)| known.as_bytes().eq_ignore_ascii_case(&text[word.clone()]))?;
    let found = match how {
        How::Value => value(text, &word).filter(|name| is_user(&text[name.clone()])),
        How::Next => name_at(text, word.end).filter(|name| is_user(&text[name.clone()])),
        How::InBrackets => in_brackets(text, word.end),
        How::Before => name_before(text, word.start).filter(|name| is_user(&text[name.clone()])),
        How::FullName => full_name(text, &word),
        How::Prompt => return prompt(text, word.start),
        How::Account => account(text, word),
        How::Tilde => tilde(text, word.end),
        How::Machine => value(text, &word).filter(|name| is_machine(&text[name.clone()])),
        How::Generated(length) => generated(text, &word, *length),
        How::Laptop => laptop(text, &word),
        How::Dashed => dashed(text, word.start),
        How::Share => share(text, &word),
        How::Hardware => hardware(text, word.end),
        How::At => mails::around(text, word.start, word.len())
            .filter(|address| text[word.start] != b'=' || is_of_mails(&text[word.end..address.end])),
        How::Plus => phones::international(text, word.start, word.end).map(|end| word.start..end),
    };
    found.map(|range| (range, *kind))
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-') || !byte.is_ascii()
}

/// The name that begins here.
fn name_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let length = rest.iter().take(64).take_while(|b| is_name_byte(**b)).count();
    let length = rest[..length].iter().rposition(|b| !matches!(b, b'.' | b'-')).map_or(0, |last| last + 1);
    let begins = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || !b.is_ascii());
    // A call, a path, a URL, a template, a mail address.
    let goes_on = rest.get(length).is_some_and(|b| b"[{/\\:@=$%<".contains(b));
    (begins && (2..=48).contains(&length) && !goes_on).then_some(at..at + length)
}

/// The name that ends here.
fn name_before(text: &[u8], end: usize) -> Option<Range<usize>> {
    let length = text[..end].iter().rev().take(48).take_while(|b| is_name_byte(**b)).count();
    let start = end - length;
    let begins = text.get(start).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    (length > 1 && begins && start.checked_sub(1).is_none_or(|at| !matches!(text[at], b'/' | b':' | b'@')))
        .then_some(start..end)
}

/// The value of the name that a word is, or ends: behind an equals sign, or in quotation marks behind a colon.
fn value(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let quote = |at: usize| {
        let escapes = text[at..].iter().take(4).take_while(|b| **b == b'\\').count();
        text.get(at + escapes).filter(|b| b"\"'".contains(b)).map_or(0, |_| escapes + 1)
    };
    let before = word.start.checked_sub(1).map(|at| text[at]);
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'.') && !starts_token(text, word.start) {
        return None;
    }
    let (mut at, mut colon) = (word.end, false);
    if text[word.end - 1] != b'=' {
        at += quote(at);
        at += usize::from(text.get(at) == Some(&b' '));
        colon = match text.get(at)? {
            b'=' => false,
            b':' => true,
            _ => return None,
        };
        at += 1;
        at += usize::from(colon && text.get(at) == Some(&b' '));
    }
    let opened = quote(at);
    let name = if colon && opened == 0 { None } else { name_at(text, at + opened) }?;
    // Quotation marks that open close again: what goes on is a text.
    let closed = opened == 0 || quote(name.end) > 0;
    let ended = opened > 0 || text.get(name.end).is_none_or(|b| b.is_ascii_whitespace() || b",;)]}\"'&|".contains(b));
    (closed && ended).then_some(name)
}

/// Values of such names that are no one's name.
const NOBODY: &[&str] = &[
    "none",
    "null",
    "nil",
    "true",
    "false",
    "unknown",
    "anonymous",
    "anon",
    "undefined",
    "assistant",
    "system",
    "tool",
    "human",
    "agent",
    "username",
    "name",
    "self",
    "required",
    "missing",
    "unset",
    "empty",
    "invalid",
    "string",
    "str",
    "oauth2accesstoken",
    "x-access-token",
    "aws",
    "token",
    "me",
    "someone",
    "you",
    "current",
    "other",
    "world",
    "everyone",
    "hostname",
    "not",
    "is",
    "runneradmin",
    "codespace",
];

/// Whether a name may be that of a person.
fn is_user(name: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
    !COMMON.contains(&lower.as_str())
        && !NOBODY.contains(&lower.as_str())
        && name.iter().any(u8::is_ascii_alphabetic)
        && !lower.starts_with("user_")
}

/// Whether a name is that of one machine: of one part, and no word.
fn is_machine(name: &[u8]) -> bool {
    let of_words = !name.iter().any(|b| b.is_ascii_digit() || *b == b'-');
    let placeholder = name.first() == Some(&b'-') || name.iter().any(|b| !b.is_ascii());
    is_user(name) && !of_words && !placeholder && !name.contains(&b'.') && !name.contains(&b'_')
}

fn in_brackets(text: &[u8], at: usize) -> Option<Range<usize>> {
    let digits = text[at..].iter().take(11).take_while(|b| b.is_ascii_digit()).count();
    let start = at + digits + 1;
    if digits == 0 || text.get(start - 1) != Some(&b'(') {
        return None;
    }
    name_at(text, start).filter(|name| text.get(name.end) == Some(&b')') && is_user(&text[name.clone()]))
}

/// `user.name "Dana Smith"`, `user.name=Dana Smith`: what git and Java call the name of their user.
fn full_name(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[word.end..];
    let lead = rest.iter().take(4).take_while(|b| b" =:\"'".contains(b)).count();
    let quoted = rest[..lead].iter().find(|b| matches!(b, b'"' | b'\''));
    let ends = |b: &u8| quoted.map_or_else(|| b"\r\n,;&\"'".contains(b), |quote| b == quote || *b == b'\n');
    let length = rest[lead..].iter().take(64).position(ends).unwrap_or_else(|| rest.len() - lead);
    let start = word.end + lead;
    let name = text[start..start + length.min(64)].trim_ascii_end();
    let of_words = name.iter().all(|b| is_name_byte(*b) || *b == b' ');
    let words = name.split(|b| *b == b' ').count();
    (lead > 0 && of_words && words <= 4 && name.len() > 1 && is_user(name)).then_some(start..start + name.len())
}

/// The account before the folder in the prompt of a shell; of a common user the machine alone.
fn prompt(text: &[u8], end: usize) -> Option<(Range<usize>, PersonalKind)> {
    let host = text[..end].iter().rev().take(64).take_while(|b| is_name_byte(**b)).count();
    let at = (end - host).checked_sub(1).filter(|at| host > 1 && text[*at] == b'@')?;
    let user = name_before(text, at)?;
    if is_user(&text[user.clone()]) {
        return Some((user.start..end, User));
    }
    let common = COMMON.contains(&String::from_utf8_lossy(&text[at + 1..end]).to_ascii_lowercase().as_str());
    (!common && !text[at + 1..end].contains(&b'.')).then_some((at + 1..end, Host))
}

/// The user in front of a host, in the words of a command or in a URL.
fn account(text: &[u8], word: Range<usize>) -> Option<Range<usize>> {
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
fn tilde(text: &[u8], at: usize) -> Option<Range<usize>> {
    let length =
        text[at..].iter().take(40).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')).count();
    let name = &text[at..at + length];
    (length > 1 && text.get(at + length) == Some(&b'/') && is_user(name)).then_some(at - 1..at + length)
}

/// Names that Windows gives a machine.
fn generated(text: &[u8], word: &Range<usize>, length: usize) -> Option<Range<usize>> {
    let name = text.get(word.start..word.end + length)?;
    let made = name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'-');
    let mixed = name[word.len()..].iter().any(u8::is_ascii_digit) || length > 8;
    let range = word.start..word.end + length;
    (made && mixed && !name[word.len()..].contains(&b'-') && is_whole(text, range.clone())).then_some(range)
}

/// `Danas-MacBook-Pro`: the name that macOS makes of its owner's.
fn laptop(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let lead =
        text[..word.start].iter().rev().take(40).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    let tail = text[word.end..].iter().take(16).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
    (lead > 1).then_some(word.start - lead..word.end + tail)
}

/// `ip-10-1-2-3`: the name that a cloud makes of a private address.
fn dashed(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = &text[start + 3..];
    let length = rest.iter().take(15).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let parts = || rest[..length].split(|b| *b == b'-');
    let fits = parts().count() == 4 && parts().all(|part| (1..=3).contains(&part.len()));
    let range = start..start + 3 + length;
    let after = text.get(range.end).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-');
    (fits && after && starts_token(text, start)).then_some(range)
}

/// The machine whose folder a path of Windows names.
fn share(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let depth = (word.len() - 1) / 2;
    let rest = &text[word.end..];
    let length = rest.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')).count();
    let run = rest[length..].iter().take_while(|b| **b == b'\\').count();
    let folder = rest.get(length + run).is_some_and(u8::is_ascii_alphanumeric);
    let common = rest.starts_with(b"wsl")
        || COMMON.contains(&String::from_utf8_lossy(&rest[..length]).to_ascii_lowercase().as_str());
    (length > 2 && run == depth && folder && !common).then_some(word.end..word.end + length)
}

/// Whether a domain is sure to be one: an equals sign and a number may stand in front of other names with a dot.
fn is_of_mails(domain: &[u8]) -> bool {
    let top = domain.rsplit(|b| *b == b'.').next().unwrap_or_default().to_ascii_lowercase();
    memchr::memchr_iter(b'.', domain).count() > 1
        || [&b"com"[..], b"org", b"net", b"edu", b"gov"].contains(&&top[..])
        || top.len() == 2
}

/// A hardware address behind its name: twelve digits, or three groups with dots between.
fn hardware(text: &[u8], at: usize) -> Option<Range<usize>> {
    let near = &text[at..text.len().min(at + 16)];
    let word = near.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let word =
        if b"addr".ends_with(&near[..word]) || b"address".ends_with(&near[..word]) || word == 0 { word } else { 0 };
    let lead = near[word..].iter().take_while(|b| b" :=\"'\\".contains(b)).count();
    let start = at + word + lead;
    let length = text[start..].iter().take(20).take_while(|b| b.is_ascii_hexdigit() || **b == b'.').count();
    let address = &text[start..start + length];
    let dotted = length == 14 && address[4] == b'.' && address[9] == b'.';
    let digits = address.iter().filter(|b| **b != b'.').count();
    let ends = text.get(start + length).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b':');
    (digits == 12 && (dotted || length == 12) && ends).then_some(start..start + length)
}
