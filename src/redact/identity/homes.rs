//! Home folders, on all three systems, in every spelling.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;
use crate::redact::text_edges::starts_token;

static HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:(?:/mnt/[a-z]|/cygdrive/[a-z]|/host_mnt/[a-z]|/[a-z]|[a-z]:|/usr|/nfs|/scratch|/net/[a-z0-9-]{1,40}|/system/volumes/data|/volumes/[^/"'\n]{1,40})?(?:/home/users|/home|/users|/export/home|/var/home|/data/users|/run/media|/var/spool/mail|/var/mail)/|(?:/private)?/var/folders/[a-z0-9_+]{2}/|(?:\\{1,3}/(?:home|users)\\{1,3}/)|(?:[a-z]:)?\\{1,8}(?:users\$?|homes?\$?|profiles\$?|documents and settings)\\{1,8}|(?:&#x2f;(?:home|users)&#x2f;)|(?:[a-z]%(?:25)?3a)?(?:%(?:25)?(?:2f|5c))(?:home|users)(?:%(?:25)?(?:2f|5c))|projects[/\\]{1,4}-(?:home|users)-|projects[/\\]{1,4}[a-z]--users-)(?P<u>[^/\\\s"'`:<>|?*\[\],;)%&-][^/\\\s"'`:<>|?*\[\],;)%&]{0,63})"#,
    )
});

/// Adds home folders.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    let hint = [&b"ome"[..], b"sers", b"SERS", b"OME", b"/folders/", b"ettings", b"ETTINGS", b"/media/", b"/mail/"]
        .iter()
        .any(|part| memchr::memmem::find(text, part).is_some());
    if !hint {
        return Ok(());
    }
    for captures in HOME.as_ref().ok_or(IdentitiesBroken)?.captures_iter(text) {
        if let (Some(whole), Some(user)) = (captures.get(0), captures.name("u")) {
            let mark = mark_of_shell(text, user.range());
            let (range, user) = (whole.start()..whole.end() - mark, &text[user.start()..user.end() - mark]);
            if !is_home(text, range.clone(), user) {
                continue;
            }
            // Of a project folder's name only the part that names the home goes.
            let slug = if whole.as_bytes().starts_with(b"projects") {
                whole.as_bytes().iter().position(|b| *b == b'-')
            } else {
                None
            };
            let end = with_blanks(text, range, user);
            push(whole.start() + slug.unwrap_or(0)..end, PersonalKind::Home);
        }
    }
    Ok(())
}

/// Length of the mark of a shell behind a folder: `root@box:/home/dana# ls`.
fn mark_of_shell(text: &[u8], user: Range<usize>) -> usize {
    let is_mark = user.len() > 1 && matches!(text[user.end - 1], b'#' | b'$') && text.get(user.end) == Some(&b' ');
    usize::from(is_mark)
}

/// Longest rest of a name behind its first blank.
const LONGEST_REST: usize = 96;

/// The end of a home on Windows whose name has blanks: `C:\Users\Dana Smith\`. Only words with a capital letter go on.
fn with_blanks(text: &[u8], whole: Range<usize>, user: &[u8]) -> usize {
    let path = &text[whole.clone()];
    let windows = path.contains(&b'\\')
        || path.get(1) == Some(&b':')
        || path.starts_with(b"/mnt/")
        || path.starts_with(b"/Users/");
    let mut end = whole.end;
    // In a URL, a blank is one on every system.
    let blank = |rest: &[u8]| if rest.starts_with(b"%20") { 3 } else { usize::from(windows && rest.starts_with(b" ")) };
    while user.first().is_some_and(u8::is_ascii_alphabetic) && end - whole.end < LONGEST_REST {
        let blank = blank(&text[end..]);
        let rest = &text[end + blank..];
        if blank == 0 || !rest.first().is_some_and(u8::is_ascii_uppercase) {
            break;
        }
        end += blank + rest.iter().take(32).take_while(|b| b.is_ascii_alphanumeric() || b"._-'".contains(b)).count();
    }
    // `C:\Users\Dana Smith>`: a name of two words that ends its prompt, its string or its line.
    let of_person = user.first().is_some_and(u8::is_ascii_uppercase)
        && text[whole.end..end].iter().skip(2).all(u8::is_ascii_lowercase)
        && matches!(text.get(end), None | Some(b'>' | b'"' | b'\'' | b'\r' | b'\n'));
    if of_person || matches!(text.get(end), Some(b'\\' | b'/' | b'%')) { end } else { whole.end }
}

/// Homes that are the same on many machines: those of images and build servers, which say where something ran.
const OF_IMAGES: &[&[u8]] = &[
    b"runner",
    b"runneradmin",
    b"ubuntu",
    b"ec2-user",
    b"node",
    b"vscode",
    b"circleci",
    b"jenkins",
    b"codespace",
    b"gitlab-runner",
    b"linuxbrew",
    b"shared",
    b"public",
    b"default",
];

/// Whether a path is a person's home.
fn is_home(text: &[u8], range: Range<usize>, user: &[u8]) -> bool {
    let first = text[range.start];
    // `https://site/users/42` and `/api/home/x` are no homes: a home begins a path.
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let begins = before.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')))
        || starts_token(text, range.start)
        // Behind the name of a share, or of a machine that a remote shell reached.
        || first == b'\\'
        || [&b"remote+"[..], b"remote%2B", b"wsl+", b"wsl%2B"].iter().any(|mark| remote(&text[..range.start], mark));
    let shared = OF_IMAGES.iter().any(|name| user.eq_ignore_ascii_case(name));
    let lead = &text[..range.start];
    let in_url = first == b'/' && lead.ends_with(b"/") && !lead.ends_with(b"file://") && !lead.ends_with(b"file:/");
    begins && !shared && !in_url
}

/// Whether a text ends in the name of a remote machine as an editor writes it: `vscode-remote://ssh-remote+box`.
fn remote(before: &[u8], mark: &[u8]) -> bool {
    let near = &before[before.len().saturating_sub(80)..];
    memchr::memmem::rfind(near, mark)
        .is_some_and(|at| near[at..].iter().all(|b| b.is_ascii_alphanumeric() || b"+%.-_".contains(b)))
}
