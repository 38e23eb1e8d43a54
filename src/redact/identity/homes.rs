//! Home folders, on all three systems, in every spelling.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;
use crate::redact::text_edges::starts_token;

static HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:(?:/mnt/[a-z]|/[a-z]|[a-z]:)?(?:/home|/users|/export/home|/var/home|/data/users)/|(?:[a-z]:)?\\{1,8}users\\{1,8}|(?:[a-z]%(?:25)?3a)?(?:%(?:25)?(?:2f|5c))(?:home|users)(?:%(?:25)?(?:2f|5c))|projects[/\\]{1,4}-(?:home|users)-|projects[/\\]{1,4}[a-z]--users-)(?P<u>[^/\\\s"'`:<>|?*\[\],;)%&-][^/\\\s"'`:<>|?*\[\],;)%&]{0,63})"#,
    )
});

/// Adds home folders.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    let hint = [&b"ome"[..], b"sers", b"SERS", b"OME"].iter().any(|part| memchr::memmem::find(text, part).is_some());
    if !hint {
        return Ok(());
    }
    for captures in HOME.as_ref().ok_or(IdentitiesBroken)?.captures_iter(text) {
        if let (Some(whole), Some(user)) = (captures.get(0), captures.name("u"))
            && is_home(text, whole.range(), user.as_bytes())
        {
            // Of a project folder's name only the part that names the home goes.
            let slug = if whole.as_bytes().starts_with(b"projects") {
                whole.as_bytes().iter().position(|b| *b == b'-')
            } else {
                None
            };
            push(whole.start() + slug.unwrap_or(0)..whole.end(), PersonalKind::Home);
        }
    }
    Ok(())
}

/// Whether a path is a person's home.
fn is_home(text: &[u8], range: Range<usize>, user: &[u8]) -> bool {
    let first = text[range.start];
    // `https://site/users/42` and `/api/home/x` are no homes: a home begins a path.
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let begins = before.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')))
        || starts_token(text, range.start);
    let shared =
        [&b"shared"[..], b"public", b"default", b"linuxbrew"].iter().any(|name| user.eq_ignore_ascii_case(name));
    let lead = &text[..range.start];
    let in_url = first == b'/' && lead.ends_with(b"/") && !lead.ends_with(b"file://") && !lead.ends_with(b"file:/");
    begins && !shared && !in_url
}
