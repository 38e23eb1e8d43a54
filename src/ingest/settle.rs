//! Which failure of an input is its last: prints that only repeat, cite or follow another are none of their own.

use super::draft::{Draft, Weight};
use super::{classes, wordings, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::Surface;

/// What clients say at the end of a failed call that they explained before.
const REPEATS: &[&str] =
    &["Connection error.", "Connection error", "fetch failed", "Failed to fetch", "Request failed"];

/// Takes prints from the end that say nothing of a failure, as long as one before them does.
pub(super) fn settle(drafts: &mut Vec<Draft>) {
    for draft in drafts.iter_mut().filter(|draft| is_of_tunnel(draft)) {
        draft.status = None;
    }
    let Some(telling) = drafts.iter().rposition(tells) else { return };
    drafts.truncate(telling + 1);
    while repeats(drafts) {
        let Some(last) = drafts.pop() else { return };
        if let Some(before) = drafts.last_mut() {
            before.last = before.last.max(last.last);
        }
    }
}

/// Whether the number of a failure is the answer of a proxy to `CONNECT`, which is no status of the request.
fn is_of_tunnel(draft: &Draft) -> bool {
    let classes = draft.causes.iter().map(|cause| cause.class.as_deref()).chain([draft.class.as_deref()]);
    let shaped = draft.body.is_some_and(|body| body != BodyKind::Text);
    !shaped && draft.ids.is_empty() && classes.flatten().any(|class| class.ends_with("ProxyError"))
}

/// Whether anything in a print tells what failed.
fn tells(draft: &Draft) -> bool {
    let shaped = matches!(draft.body, Some(BodyKind::AnthropicError | BodyKind::Html | BodyKind::Empty));
    let answered = draft.status.is_some() || draft.error_type.is_some() || !draft.ids.is_empty() || shaped;
    let class = draft.class.as_deref().unwrap_or_default();
    let named = !matches!(class, "" | "Error") && classes::is_about_request(class, "");
    answered || named || !draft.causes.is_empty() || texts(draft).any(|text| wordings::says(text).any())
}

fn texts(draft: &Draft) -> impl Iterator<Item = &str> {
    [draft.message.as_deref(), draft.error_string.as_deref()].into_iter().flatten().map(|text| words::cut(text, 2048))
}

/// Whether the last print is no more than the end of the failure before it, which says why: Claude Code's own list of errors
/// below its headline.
fn repeats(drafts: &[Draft]) -> bool {
    let [.., before, last] = drafts else { return false };
    let bare = last.status.is_none() && last.error_type.is_none() && last.ids.is_empty() && last.causes.is_empty();
    let claude = |draft: &Draft| draft.surface == Some(Surface::ClaudeCode);
    let ends = last.message.as_deref().is_some_and(|text| REPEATS.contains(&text.trim()));
    let explained = before.status.is_none()
        && before.weight > Weight::Weak
        && before.error_type.is_none()
        && (before.causes.iter().any(|cause| cause.code.is_some())
            || texts(before).any(|text| wordings::find(text).is_some()));
    bare && ends && claude(last) && claude(before) && explained
}
