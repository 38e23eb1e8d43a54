//! Terminal text of Claude Code, in the wordings of all versions seen, and the "Errors" list of its bug reports.

use super::draft::{Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{body, facts, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{InputFormat, Surface};

/// Beginnings of whole messages that Claude Code prints without `API Error`. Source: captures of 2.1.330; its error
/// reference; wordings of 0.2 to 2.1 in public reports.
const PHRASES: &[&str] = &[
    "Invalid API key ·",
    "Invalid API key . ",
    "Not logged in ·",
    "Credit balance is too low",
    "Request timed out. ",
    "Request timed out.",
    "There's an issue with the selected model",
    "Request too large (max",
    "Unable to connect to API",
    "Unable to connect to Anthropic services",
    "Failed to connect to api.anthropic.com",
    "OAuth error:",
    "OAuth token revoked",
    "OAuth token has expired",
    "Login expired",
    "This organization has been disabled",
    "Your apiKeyHelper script is failing",
    "Invalid ANTHROPIC_CUSTOM_HEADERS",
    "Prompt is too long",
    "Connection closed mid-response",
    "Connection dropped",
    "Connection refused —",
    "Can't reach the API server",
    "Couldn't connect through your proxy",
    "Response stalled mid-stream",
    "Server error mid-response",
    "Connection lost mid-response",
    "Connection lost before a response",
    "Connection to the API was lost",
    "Your computer went to sleep mid-response",
    "No internet route",
    "You've hit your session limit",
    "You've hit your weekly limit",
    "Claude usage limit reached",
    "Claude AI usage limit reached",
    "Waiting for API response",
    "Server is temporarily limiting requests",
    "Could not load AWS credentials",
    "Could not load Google Cloud credentials",
    "AWS credentials expired or invalid",
    "SSL certificate error (",
    "Bedrock streaming response has content-type",
    "capability_rejected:",
    "all upstreams failed",
    "Failed to fetch version from https://",
    "Credit balance too low",
    "You've hit your limit",
    "You've hit your usage limit",
    "You've hit your Opus limit",
    "5-hour limit reached",
    "Session limit reached",
    "Weekly limit reached",
    "Opus weekly limit reached",
    "Stream idle timeout",
    "Repeated 529 Overloaded",
    "Request rejected (429)",
    "You've hit your ",
    "You've reached your ",
    "Usage limit reached",
    "Your organization has disabled Claude",
    "Rate limit reached",
    "Login OAuth error:",
    "Failed to authenticate.",
    "Please run /login · API Error",
];

/// What may stand before a message on its line.
const MARKS: &[char] = &[
    ' ', '\t', '⎿', '●', '⏺', '>', '·', '✻', '✕', '✘', '×', '❌', '⚠', '`', '"', '\'', '*', '[', '(', '-', '└', '│',
    '•', '✗', '\u{fe0f}', '\u{a0}',
];

/// Whether a line is the title of a report about an error, or program text that names one.
pub(super) fn is_talk(line: &str) -> bool {
    // What the user typed, and what the model said of it.
    if line.starts_with("❯ ") && !words::has_any(line, &["API Error", "⎿", "⏺"]) {
        return true;
    }
    let trimmed = line.trim_start_matches(['>', ' ', '-', '*']);
    let numbered = words::number(trimmed).is_some_and(|(n, rest)| n < 100 && rest.starts_with(". ["))
        || trimmed.starts_with("[BUG]")
        || trimmed.starts_with("[Bug]");
    let tail = line.trim_end().rsplit(' ').next().unwrap_or_default();
    let cited =
        tail.strip_prefix('#').is_some_and(|number| number.len() >= 2 && number.bytes().all(|b| b.is_ascii_digit()));
    numbered || cited || is_told(trimmed)
}

/// Whether a line tells what to do about an error, or what a change does about one.
pub(super) fn is_told(text: &str) -> bool {
    const ADVICE: &[&str] = &["If you see ", "If you get ", "When you see ", "When you get ", "In case of "];
    const CHANGES: &[&str] = &["feat", "fix", "docs", "chore", "refactor", "test", "perf", "ci", "build"];
    // Also behind the number of a change: `#429 fix: ...`.
    let text =
        text.strip_prefix('#').map_or(text, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start());
    let change = CHANGES.iter().any(|kind| {
        let rest = text.strip_prefix(kind).unwrap_or_default();
        rest.starts_with(": ") || rest.starts_with("!: ") || rest.starts_with('(') && rest.contains("): ")
    });
    change || ADVICE.iter().any(|opener| text.starts_with(opener))
}

/// Reads a message of Claude Code, if the line holds one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.as_ref();
    let api =
        ["API Error: ", "API Error:", "API Error：", "API Error ("].iter().filter_map(|marker| text.find(marker)).min();
    let trimmed = text.trim_start_matches(MARKS);
    let plain = words::cut(trimmed, 160).replace(['’', '‘'], "'");
    let phrase = opens(&plain);
    let start = match (api, phrase) {
        (_, true) => text.len() - trimmed.len(),
        (Some(at), false) => at,
        _ => after_label(text)?,
    };
    if super::plain::is_code(&text[..start]) {
        return None;
    }
    let (message, lines) = whole(doc, at, start);
    let mut draft = Draft::at(at, InputFormat::ClaudeCodeText);
    // Other tools print the words in brackets.
    let bracketed = text[..start].ends_with('[');
    draft.surface = Some(if bracketed { Surface::Other } else { Surface::ClaudeCode });
    draft.weight = Weight::Strong;
    draft.time.clone_from(&line.head.time);
    draft.last = at + lines;
    let retry = retry(&message);
    describe(&mut draft, &message, doc);
    let nested = (at + 1 + lines..doc.len().min(at + 5 + lines)).map_while(|n| nested_cause(&doc.clean(n)));
    let before = draft.causes.len();
    draft.causes.extend(nested);
    let lines = lines + draft.causes.len() - before;
    draft.last = at + lines;
    push(out, draft, retry, &message);
    Some(at + 1 + lines)
}

/// Whether a text starts as a message of Claude Code does. Another vendor goes on with the name of a model.
fn opens(text: &str) -> bool {
    PHRASES.iter().any(|phrase| text.starts_with(phrase)) && !text.starts_with("Rate limit reached for ")
}

/// Where a message starts that a program prints behind a label of its own: `Error output: Invalid API key · ...`.
fn after_label(text: &str) -> Option<usize> {
    let (label, message) = text.split_once(": ").filter(|(label, _)| label.len() <= 60)?;
    // The class of an exception is no label of a program: its own readers know it.
    if super::classes::find(text).is_some() || label.ends_with("rror") {
        return None;
    }
    let plain = words::cut(message, 160).replace(['’', '‘'], "'");
    opens(&plain).then_some(label.len() + 2)
}

/// `⎿  TypeError (fetch failed)`: a cause as versions 0.2 and 1.0 print it below the message.
fn nested_cause(line: &str) -> Option<super::draft::Cause> {
    let (class, rest) = line.trim_start_matches(MARKS).split_once(" (")?;
    let message = rest.trim_end().strip_suffix(')')?;
    let is_class = class.ends_with("Error") && class.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_class.then(|| super::draft::Cause { class: Some(class.to_owned()), message: message.to_owned(), code: None })
}

/// Fills a draft from a whole message.
pub(super) fn describe(draft: &mut Draft, message: &str, doc: &Doc<'_>) {
    let printed = message.find(" · Retrying in").map_or(message, |end| &message[..end]);
    draft.error_string = Some(words::cut(printed.trim(), 2048).to_owned());
    let inner = match words::after(printed, "API Error (") {
        Some(inner) => after_model(inner.trim_end().trim_end_matches(')')),
        None => words::after(printed, "API Error").map_or(printed, |rest| rest.trim_start_matches([':', '：', ' '])),
    };
    facts::apply(draft, inner, doc);
    if let Some(code) = words::between(inner, "(", ")").filter(|code| is_code(code)) {
        draft.causes.push(super::draft::Cause {
            class: None,
            message: draft.message.clone().unwrap_or_default(),
            code: Some(code.to_owned()),
        });
    }
    if draft.message.is_none() && facts::html_start(inner).is_none() {
        draft.message = Some(words::collapse(inner));
    }
    malformed(draft, inner);
    if let Some(millis) = words::after(inner, "API_TIMEOUT_MS above ").and_then(words::decimal) {
        draft.timeout = Some(millis / 1000.0);
    }
}

/// `us.anthropic.claude-...): 400 The provided model ...`: some versions print the model where others print the status.
fn after_model(inner: &str) -> &str {
    match inner.split_once("): ") {
        Some((model, rest)) if !model.contains(' ') && facts::status(rest).is_some() => rest,
        _ => inner,
    }
}

/// Whether a word is a machine code such as `ECONNRESET`, `ConnectionRefused` or `ERR_PROXY_TUNNEL`.
fn is_code(text: &str) -> bool {
    let word = text.len() > 4 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    word && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().filter(u8::is_ascii_uppercase).count() >= 2
}

/// `API returned an empty or malformed response (HTTP 200) ...` tells the headers of what came.
fn malformed(draft: &mut Draft, text: &str) {
    if !text.contains("empty or malformed response") {
        return;
    }
    draft.accepted = draft.status.is_some_and(|code| code < 300);
    draft.body = if text.contains("HTML page") { Some(BodyKind::Html) } else { draft.body };
    for (label, name) in [("content-type ", "content-type"), ("server ", "server")] {
        let value = words::after(text, label)
            .map(|rest| words::run(rest, |b| b.is_ascii_alphanumeric() || b"-./".contains(&b)))
            .filter(|value| !value.is_empty());
        if let Some(value) = value.filter(|_| text.contains("Response: ")) {
            super::headers::take(draft, name, value.trim_end_matches('.'));
        }
    }
    // The answer that failed is the non-streaming retry; the streaming request before it has an id of its own.
    let earlier = words::after(text, "retry of streaming request ").and_then(super::ids::tagged).map(str::to_owned);
    let last = words::after(text, "request-id ").and_then(super::ids::tagged).map(str::to_owned);
    if text.contains("request-id absent") {
        draft.ids.clear();
    }
    if let (Some(earlier), Some(last)) = (earlier, last) {
        draft.ids = if earlier == last { vec![last] } else { vec![earlier, last] };
    }
}

/// The message with the lines it was broken over; returns how many further lines it took.
fn whole(doc: &Doc<'_>, at: usize, start: usize) -> (String, usize) {
    let line = doc.clean(at);
    let mut text = line[start..].to_owned();
    let quoted = start > 0 && line[..start].ends_with('`');
    if quoted {
        text.truncate(text.find('`').unwrap_or(text.len()));
        return (text, 0);
    }
    if text.contains('{') {
        return with_body(doc, at, start);
    }
    let next_opens = text.trim_end().len() < 24 && doc.clean(at + 1).trim_start().starts_with('{');
    if next_opens {
        return with_body(doc, at, start);
    }
    if facts::html_start(&text).is_some() && !text.contains("</html>") {
        let last = (at + 1..doc.len().min(at + 60)).find(|n| {
            doc.clean(*n).contains("</html>")
                || doc.clean(*n).contains("(attempt ")
                || doc.clean(*n).contains("API Error")
        });
        let lines = last.map_or(0, |n| n - at);
        let lines = if last.is_some_and(|n| doc.clean(n).contains("API Error")) { lines - 1 } else { lines };
        let more = usize::from(doc.clean(at + lines + 1).starts_with(") · Retrying"));
        return (doc.window(at, lines + 1 + more, 16 * 1024)[start..].to_owned(), lines + more);
    }
    // A terminal wraps a long message and indents the rest; a new item starts with a mark or another sentence.
    let mut lines = 0;
    while lines < 12 && at + lines + 1 < doc.len() {
        let last = doc.clean(at + lines);
        let next = doc.clean(at + lines + 1);
        let body = next.trim_start();
        let starts_item = body.is_empty()
            || body.starts_with(['⎿', '●', '⏺', '>', '-', '*', '✻', '│', '{', '[', '$', '❯', '#', '~'])
            || body.contains("API Error")
            || body.starts_with("at ");
        let continues = last.trim_end().len() > 60 && next.starts_with(' ') && !starts_item;
        if !continues {
            break;
        }
        text.push('\n');
        text.push_str(&next);
        lines += 1;
    }
    if lines > 0 {
        doc.mend(super::text::Mend::Wrapped);
        text = words::collapse(&text);
    }
    (text, lines)
}

/// A message with a JSON body, which may be wrapped over lines.
fn with_body(doc: &Doc<'_>, at: usize, start: usize) -> (String, usize) {
    let line = doc.clean(at);
    let alone = &line[start..];
    if body::find(alone).is_some_and(|body| body.complete) {
        return (alone.to_owned(), 0);
    }
    let mut limit = 1;
    while limit < 30 && at + limit < doc.len() {
        let next = doc.clean(at + limit);
        if next.contains("API Error") || (next.trim().is_empty() && limit > 1) {
            break;
        }
        limit += 1;
    }
    let window = doc.window(at, limit, 32 * 1024);
    let text = &window[start..];
    match body::find(text) {
        Some(body) => {
            let (from, length) = body.place;
            let close = if body.complete { from + length } else { text.len().min(from + length) };
            let end = text[close..].find('\n').map_or(text.len(), |n| close + n);
            (text[..end].to_owned(), text[..end].matches('\n').count())
        }
        None => (alone.to_owned(), 0),
    }
}

/// `attempt 3/10`: number and maximum.
pub(super) fn retry(text: &str) -> Option<(u32, Option<u32>)> {
    let rest = words::after(text, "attempt ").or_else(|| words::after(text, "Attempt #"))?;
    let (number, rest) = words::number(rest)?;
    let max = rest.strip_prefix('/').and_then(words::small);
    Some((u32::try_from(number).ok()?, max))
}

fn push(out: &mut Vec<Event>, mut draft: Draft, retry: Option<(u32, Option<u32>)>, message: &str) {
    let again = message.contains("Retrying in") || message.contains("will retry in");
    match retry {
        Some((number, max)) if again => {
            out.push(Event::Retry { draft: Box::new(draft), number: Some(number), max, left: None });
        }
        Some((number, max)) => {
            draft.retries = Some(number);
            draft.max_retries = max;
            out.push(Event::failed(draft));
        }
        None if again => out.push(Event::Retry { draft: Box::new(draft), number: None, max: None, left: None }),
        None => out.push(Event::failed(draft)),
    }
}
