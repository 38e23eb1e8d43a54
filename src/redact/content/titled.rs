//! Labels that are titles: headings of Markdown and Jira, bold words, banners, and what a page folds away.

use super::compared::blanks;
use super::labelled::{BANNER, DEEPEST};
use super::labels::{Form, Kind, LONGEST, Label, heading, is_asked};
use super::said::is_said;
use crate::redact::placeholder;

/// A label that is a heading, a bold word, the title of a banner or of what a page folds away.
pub(super) fn decorated(rest: &[u8]) -> Option<Label> {
    let rest = rest.trim_ascii_end();
    let inner = rest.strip_prefix(b"<details>").unwrap_or(rest);
    if let Some(title) = inner.strip_prefix(b"<summary>").and_then(|inner| inner.strip_suffix(b"</summary>")) {
        return heading(title).map(|kind| below(Form::Heading, rest, kind, DEEPEST));
    }
    // A heading of Jira and Confluence.
    if let [b'h', b'1'..=b'6', b'.', b' ', title @ ..] = rest {
        return heading(title.trim_ascii()).map(|kind| below(Form::Heading, rest, kind, DEEPEST));
    }
    let mark = *rest.first().filter(|b| b"#*=-".contains(b))?;
    let run = rest.iter().take_while(|b| **b == mark).count();
    let back = rest.iter().rev().take_while(|b| **b == mark).count();
    if mark != b'#' && run >= BANNER && back >= BANNER && run + back < rest.len() {
        let title = rest[run..rest.len() - back].trim_ascii();
        return heading(title).map(|kind| below(Form::Banner, rest, kind, DEEPEST));
    }
    if mark == b'#' && run <= 6 && rest.get(run) == Some(&b' ') {
        let title = rest[run..].trim_ascii();
        return heading(title.strip_suffix(b":").unwrap_or(title).trim_ascii())
            .map(|kind| below(Form::Heading, rest, kind, run));
    }
    let bold = rest.strip_prefix(b"**").filter(|_| mark == b'*' && run == 2)?;
    let close = memchr::memmem::find(&bold[..bold.len().min(LONGEST + 2)], b"**")?;
    let after = &bold[close + 2..];
    let bare = after.is_empty() || after.starts_with(b":");
    let title = bold[..close].strip_suffix(b":").or_else(|| bare.then_some(&bold[..close]))?;
    let kind = heading(title)?;
    let text = after.strip_prefix(b":").unwrap_or(after);
    let said = text.trim_ascii();
    if said.is_empty() {
        return Some(below(Form::Heading, rest, kind, DEEPEST));
    }
    let is_text = placeholder::is_shape(said)
        || if kind == Kind::Prompt { is_asked(said) } else { blanks(said) > 1 && is_said(said) };
    is_text.then_some(Label {
        form: Form::Heading,
        from: rest.len() - text.len(),
        alone: false,
        doubt: kind.doubt(),
        level: DEEPEST,
    })
}

const fn below(form: Form, rest: &[u8], kind: Kind, level: usize) -> Label {
    Label { form, from: rest.len(), alone: true, doubt: kind.doubt(), level }
}
