//! What stands around a failure and belongs to it: the status and the id that a print shows on lines of their own.

use super::draft::Draft;
use super::text::Doc;
use super::{facts, ids, likely, wordings, words};
use crate::model::failure::BodyKind;

/// How many lines before and after a failure are looked at.
const BEFORE: usize = 16;
const AFTER: usize = 12;
/// How many lines below a failure still belong to its print.
const BELOW: usize = 6;
/// Failures that are looked at, from the last one on; others are shown in little detail.
const RECENT: usize = 64;

/// Keys that name a status, in lower case and without spaces, dashes and underscores.
const STATUS_KEYS: &[&str] = &[
    "status",
    "statuscode",
    "httpstatus",
    "httpcode",
    "httpstatuscode",
    "responsecode",
    "apierrorstatus",
    "errorstatus",
];
/// Keys that name a request id, likewise.
const ID_KEYS: &[&str] = &["requestid", "xrequestid", "reqid"];

/// Gives failures what they lack.
pub(super) fn fill(doc: &Doc<'_>, drafts: &mut [Draft]) {
    let first = drafts.len().saturating_sub(RECENT);
    for at in first..drafts.len() {
        let from = at.checked_sub(1).and_then(|n| drafts.get(n)).map_or(0, |before| before.last + 1);
        let to = drafts.get(at + 1).map_or(doc.len(), |after| after.first);
        if let Some(draft) = drafts.get_mut(at) {
            one(doc, draft, from, to);
        }
    }
}

fn one(doc: &Doc<'_>, draft: &mut Draft, from: usize, to: usize) {
    if !may_be_answer(draft) || (draft.status.is_some() && !draft.ids.is_empty()) {
        return;
    }
    let before = (from.max(draft.first.saturating_sub(BEFORE))..draft.first).rev();
    let after = draft.first..to.min(draft.last + AFTER);
    for n in after.chain(before) {
        let line = doc.clean(n);
        let line = words::cut(&line, 4096);
        let shown = line.trim_start_matches([' ', '!', '<', '>', '*']);
        if draft.status.is_none()
            && ["HTTP ", "Response status code", "Caused by: "].iter().any(|word| shown.starts_with(word))
        {
            draft.status = facts::status(shown).or_else(|| likely::find(shown)).filter(|code| *code >= 400);
        }
        draft.status = draft.status.or_else(|| bare_status(shown));
        if (draft.first..=draft.last).contains(&n) {
            draft.status = draft.status.or_else(|| behind(line));
        }
        if draft.first.abs_diff(n) <= 2 {
            draft.status = draft.status.or_else(|| gin(line)).or_else(|| sent(line));
        }
        let own = (draft.first..=draft.last + BELOW).contains(&n) && doc.line(n).head.time.is_none();
        for part in parts(line, own) {
            take(draft, part);
        }
        log_id(draft, line);
        tuple(draft, line);
    }
    if draft.status.is_none() {
        draft.status = beside(doc, draft, from, to).or_else(|| likely(doc, draft));
    }
}

/// The status on a line of its own right above or below a failure, as `curl -w` and forms show it: `529`, or a key and below it
/// `529`.
fn beside(doc: &Doc<'_>, draft: &Draft, from: usize, to: usize) -> Option<u16> {
    let bare = |at: usize| bare_number(doc, at);
    let below = Some(draft.last + 1).filter(|at| *at < to).and_then(bare);
    let above = draft.first.checked_sub(1).filter(|at| *at >= from).and_then(bare);
    let form = || {
        let end = to.min(draft.last + AFTER);
        (from.max(draft.first.saturating_sub(BEFORE))..end).find_map(|at| keyed_below(doc, at))
    };
    below.or(above).or_else(form)
}

/// The status of a line that is nothing else: `529`, `[529]`.
fn bare_number(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let line = doc.clean(at);
    let code = line.trim().trim_matches(['[', ']', '(', ')']);
    likely::find(code).filter(|_| code.len() == 3)
}

/// The status below a line that is its key.
fn keyed_below(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let line = doc.clean(at);
    let key: String = line.chars().filter(char::is_ascii_alphabetic).collect();
    let named = line.len() < 24 && STATUS_KEYS.contains(&key.to_ascii_lowercase().as_str());
    named.then(|| bare_number(doc, (at + 1).min(doc.len() - 1))).flatten()
}

/// The status of an error that a line tells as a property, alone or with the line below it.
pub(super) fn property(doc: &Doc<'_>, at: usize) -> Option<u16> {
    let line = doc.clean(at);
    let Some((key, value)) = field(&line) else { return keyed_below(doc, at) };
    let code = STATUS_KEYS.contains(&key.as_str()).then(|| facts::status(&format!("status: {value}"))).flatten();
    code.filter(|code| *code >= 400).or_else(|| keyed_below(doc, at))
}

/// The status that the words of a failure show without a label.
fn likely(doc: &Doc<'_>, draft: &Draft) -> Option<u16> {
    // What the API says may name any number; what stands around it is the program's.
    let own = draft.error_string.as_deref().map(|text| words::cut(text, 600));
    let lead = doc.clean(draft.first);
    let shown = [own.unwrap_or_default(), words::cut(&lead, 600)];
    let outside = |text: &str| match super::body::find(text) {
        Some(body) => text[..body.place.0].to_owned(),
        None => text.to_owned(),
    };
    shown.iter().find_map(|text| likely::find(&outside(text)))
}

/// The properties of a line; those of an object that a print of the failure shows in one line, too.
fn parts(line: &str, own: bool) -> impl Iterator<Item = &str> {
    let inner = line.split(['{', '}', ',']).skip(1).filter(move |_| own);
    std::iter::once(line).chain(inner)
}

/// Gives a failure the status or the id that a property names.
fn take(draft: &mut Draft, part: &str) {
    let Some((key, value)) = field(part) else { return };
    if draft.status.is_none() && STATUS_KEYS.contains(&key.as_str()) {
        draft.status = facts::status(&format!("status: {value}")).filter(|code| *code >= 400);
    }
    if draft.ids.is_empty() && ID_KEYS.contains(&key.as_str()) {
        let id = ids::tagged(value).map(str::to_owned).or_else(|| uuid(value).filter(|_| draft.status.is_some()));
        draft.ids.extend(id);
    }
}

/// The status of a line that is no more than that: `status 403`, `status code 400`.
fn bare_status(line: &str) -> Option<u16> {
    let text = line.trim_end().to_ascii_lowercase();
    // `request failed with status 429`, `the server responded with status code 503`.
    let told = text.rsplit_once("with ").map(|(front, rest)| (front, rest.starts_with("status ")));
    let text = match told {
        Some((front, true)) if front.len() < 40 && front.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ') => {
            &text[front.len() + "with ".len()..]
        }
        _ => &text,
    };
    // `claude-sonnet-4-5 401 Unauthorized`: the model, and how its call ended.
    if let Some((model, rest)) = line.trim().split_once(' ')
        && model.starts_with("claude-")
        && facts::is_reason(rest)
    {
        return words::number(rest)
            .and_then(|(code, _)| u16::try_from(code).ok())
            .filter(|code| (400..=599).contains(code));
    }
    let rest = [
        "http status code ",
        "http status ",
        "http: ",
        "http ",
        "status code was ",
        "status was ",
        "status code ",
        "status ",
        "status: ",
        "status=",
        "status_code=",
        "code ",
    ]
    .iter()
    .find_map(|w| text.strip_prefix(w))?;
    // `status 400, model claude-...`
    let rest = rest.split_once(", ").map_or(rest, |(code, _)| code);
    rest.parse().ok().filter(|code| (400..=599).contains(code))
}

/// The status behind a body: `{...}  HTTP 503`, `{...} 429`.
fn behind(line: &str) -> Option<u16> {
    let (_, rest) = line.rsplit_once('}')?;
    let rest = rest.trim_matches([' ', '(', ')', ',', '-', '.', '"', '\'']);
    bare_status(rest).or_else(|| rest.parse().ok().filter(|code| (400..=599).contains(code)))
}

/// The status of a line that gin logs: `[GIN] 2026/03/02 - 09:14:22 | 502 | 31.2s | 10.0.0.1 | POST "/v1/messages"`.
fn gin(line: &str) -> Option<u16> {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let [head, code, .., target] = fields.as_slice() else { return None };
    let logged = head.contains("[GIN]") && super::python_log::is_api(target);
    code.parse().ok().filter(|code| logged && (400..=599).contains(code))
}

/// The status and the id of an answer that a prompt of Python shows together: `(404, 'req_...')`.
fn tuple(draft: &mut Draft, line: &str) {
    let Some(inner) = line.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return };
    let Some(code) = likely::find(inner) else { return };
    if let [id] = ids::all(inner).as_slice()
        && draft.ids.is_empty()
        && draft.status.is_none()
    {
        draft.ids.push(id.clone());
        draft.status = Some(code);
    }
}

/// The status of a line that tells of a request and its answer, as browsers print it; servers log what they answered themselves: `POST https://.../v1/messages 502 (Bad Gateway)`.
fn sent(line: &str) -> Option<u16> {
    let text = line.trim_start();
    let target = text.split(' ').nth(1).filter(|_| text.starts_with("POST ") || text.starts_with("GET "))?;
    likely::find(text).filter(|_| super::python_log::is_api(target) && !likely::has_success(text))
}

/// Whether the failure may be an answer: nothing says that the way to it failed, or that nothing was sent.
fn may_be_answer(draft: &Draft) -> bool {
    let shaped = matches!(draft.body, Some(BodyKind::AnthropicError | BodyKind::Html));
    if draft.status.is_some_and(|code| code >= 400) || draft.error_type.is_some() || shaped {
        return true;
    }
    let texts = [draft.message.as_deref(), draft.error_string.as_deref()].into_iter().flatten();
    // A router that tells of its own upstream call has answered all the same.
    let routed = |text: &str| words::has_any(text, &["pstream fetch failed", "pstream request failed"]);
    if texts.clone().any(routed) {
        return true;
    }
    let lost = texts.map(|text| wordings::says(words::cut(text, 2048))).any(|says| says.local || says.transport);
    draft.status.is_none() && draft.causes.is_empty() && !lost
}

/// Whether a line is no more than a key and the status that it names: it belongs to a failure that other lines tell.
pub(super) fn is_status(line: &str) -> bool {
    bare_status(line).is_some() && !line.contains(", ")
        || line.len() < 48
            && field(line).is_some_and(|(key, value)| STATUS_KEYS.contains(&key.as_str()) && value.len() <= 3)
}

/// `Key: value`, `"key": value,`, `key=value` at the start of a line; the key is folded.
fn field(line: &str) -> Option<(String, &str)> {
    let text = line.trim_start_matches([' ', '\t', '*', '-', '"', '\'', '{', '|', '`', '•', '“', '‘']);
    let Some(end) = text.find([':', '=', '|']) else { return column(text) };
    let name = text.get(..end).filter(|name| name.len() <= 24)?;
    let key: String = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let rest = text.get(end + 1..)?;
    Some((key, rest.trim_matches([' ', '*', '"', '\'', ',', '`', '|', '“', '”', '‘', '’'])))
}

/// A key and its value in columns: `.status_code  429`.
fn column(text: &str) -> Option<(String, &str)> {
    let (name, value) = text.split_once("  ").or_else(|| text.split_once('\t'))?;
    let key: String = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    let known = STATUS_KEYS.contains(&key.as_str()) || ID_KEYS.contains(&key.as_str());
    (known && name.len() <= 24).then(|| (key, value.trim()))
}

/// A UUID, which is what AWS gives.
fn uuid(value: &str) -> Option<String> {
    let groups: Vec<usize> = value.split('-').map(str::len).collect();
    let hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    (hex && groups == [8, 4, 4, 4, 12]).then(|| value.to_owned())
}

/// The id of an answer's header in a line of a log: `(b'request-id', b'req_...')`.
fn log_id(draft: &mut Draft, line: &str) {
    let answered = draft.status.is_some_and(|code| code >= 400);
    if !answered || !draft.ids.is_empty() || !(line.contains("equest-id") || line.contains("equest ID")) {
        return;
    }
    let code = draft.status.unwrap_or_default().to_string();
    if let [id] = ids::all(line).as_slice()
        && (line.contains(&code) || line.trim_start().to_ascii_lowercase().starts_with("request"))
    {
        draft.ids.push(id.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::super::formats::read;

    #[test]
    fn a_status_and_an_id_on_lines_of_their_own_belong_to_the_failure() {
        let texts = [
            "error: Overloaded\n{\n  status: 529,\n  requestID: 'req_011CTxKqP8vNwZ3mYbD5sFhJ',\n  error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }\n}\n",
            "**Status Code:** 529\nError: Overloaded\nRequest ID: req_011CTxKqP8vNwZ3mYbD5sFhJ\n",
        ];
        for text in texts {
            let found = read(text);
            let failure = found.failures.last().unwrap();
            assert_eq!(failure.http_status.value().map(|status| status.code()), Some(529), "{text}");
            assert_eq!(failure.request_ids.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_lost_connection_takes_no_status_from_its_surroundings() {
        let found = read("Status: 503\nError: connect ECONNREFUSED 127.0.0.1:3456\nstatus: 500\n");
        assert!(!found.failures.last().unwrap().http_status.is_captured());
    }
}
