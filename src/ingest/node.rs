//! Node stacks and `util.inspect` prints, with their causes.

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{classes, facts, headers, ids, loose, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{InputFormat, Surface};

/// Most lines of one print.
const LIMIT: usize = 400;
/// Most lines between the class line and the first `at`.
const MESSAGE_LINES: usize = 60;

/// Quotation marks, straight or made typographic on the way.
const QUOTES: &[char] = &['\'', '"', '`', '‘', '’', '“', '”'];

/// What every frame holds; far fewer lines are looked at than stand between a class and its first frame.
static FRAMES: words::Finder = words::Finder::new(&[" at ", "\tat "]);

fn is_frame(line: &str) -> bool {
    let text = line.trim_start();
    text.len() < line.len() && text.starts_with("at ") && (text.contains(':') || text.contains('('))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Reads the stack that starts at a line, if one does.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let found = classes::find(&line.text).or_else(|| plain_error(&line.text))?;
    // Frames are often cut before a print is pasted.
    let below = doc.clean(at + 1);
    let caused = below.trim_start();
    let caused = caused.starts_with("[cause]: ") || below.starts_with(' ') && caused.starts_with("cause: ");
    let bare = caused.then_some(at + 1);
    let frame = || doc.lines_with(&FRAMES, at + 1, MESSAGE_LINES).find(|n| is_frame(&doc.clean(*n)));
    let frame = bare.or_else(frame)?;
    let between = (at + 1..frame)
        .any(|n| classes::find(&doc.clean(n)).is_some_and(|other| other.at == 0) && is_frame(&doc.clean(n + 1)));
    if between || (at + 1..frame).any(|n| doc.clean(n).contains("Traceback (most recent")) {
        return None;
    }
    let java = doc.clean(frame).starts_with('\t')
        || doc.clean(frame).contains(".java:")
        || doc.clean(frame).contains(".cs:line")
        || doc.clean(frame).contains(" in /");
    if java && !doc.clean(frame).contains(".js") && !doc.clean(frame).contains("node:") {
        return None;
    }
    let mut message = found.message.to_owned();
    for n in at + 1..frame {
        message.push('\n');
        message.push_str(&doc.clean(n));
    }
    let message = message.trim_end().to_owned();
    let mut draft = Draft::at(at, InputFormat::NodeStack);
    draft.time.clone_from(&line.head.time);
    let end = body(doc, frame, indent(&line.text[..found.at.min(line.text.len())]), &mut draft);
    let stack = doc.window(frame, (end - frame).min(40), 8192);
    finish(&mut draft, found.class, &message, &stack, doc);
    if let Some(code) = tagged_code(&line.text).filter(|_| message.is_empty()) {
        // Of several addresses, the one that Node names the whole error after decides.
        let named = |cause: &Cause| cause.message.contains(&code) || cause.code.as_deref() == Some(&code);
        if draft.causes.iter().any(named) {
            draft.causes.retain(named);
        }
    }
    if let Some(code) = tagged_code(&line.text).filter(|_| message.is_empty() && draft.causes.is_empty()) {
        draft.causes.push(Cause { class: None, message: String::new(), code: Some(code) });
    }
    draft.last = end.saturating_sub(1);
    out.push(Event::failed(draft));
    Some(end)
}

/// `Error: message` and `error: message`, which carry no telling class.
fn plain_error(line: &str) -> Option<classes::Found<'_>> {
    let at = line
        .find("Error: ")
        .filter(|at| line[..*at].chars().all(|c| !c.is_alphanumeric()))
        .or_else(|| line.starts_with("error: ").then_some(0))?;
    Some(classes::Found { class: &line[at..at + 5], message: line[at + 7..].trim_start(), at })
}

/// Fills a draft from class, message and stack.
pub(super) fn finish(draft: &mut Draft, class: &str, message: &str, stack: &str, doc: &Doc<'_>) {
    let named = classes::surface(class, stack);
    draft.surface = draft.surface.or(named);
    let status = draft.status;
    facts::apply(draft, message, doc);
    draft.status = status.or(draft.status);
    if draft.message.is_none() {
        draft.message = Some(message.to_owned());
    }
    draft.error_string = Some(format!("{class}: {}", words::cut(message, 2048)));
    draft.class = Some(class.to_owned()).filter(|class| class != "error");
    let about = classes::is_about_request(class, message)
        || draft.causes.iter().any(|cause| classes::is_about_request("", &cause.message));
    draft.weight = match (named, about, draft.body) {
        (Some(Surface::TypescriptSdk | Surface::PythonSdk), ..) | (_, _, Some(BodyKind::AnthropicError)) => {
            Weight::Strong
        }
        (_, true, _) | (_, _, Some(_)) => Weight::Plain,
        _ => Weight::Weak,
    };
}

/// Reads frames, then the properties after ` {`, up to the end of the print. Returns the line after it.
fn body(doc: &Doc<'_>, frame: usize, base: usize, draft: &mut Draft) -> usize {
    // Errors that are open, by indentation: the outermost is the failure itself (`None`).
    let mut open: Vec<(usize, Option<usize>)> = vec![(base, None)];
    let mut at = frame;
    let end = doc.len().min(frame + LIMIT);
    let mut in_block = false;
    let mut in_errors = false;
    while at < end {
        let line = doc.clean(at);
        let text = line.trim_start();
        let depth = indent(&line);
        if is_frame(&line) {
            in_block |= line.ends_with('{');
            at += 1;
            continue;
        }
        let caused = text
            .strip_prefix("Caused by: ")
            .or_else(|| text.strip_prefix("[cause]: "))
            .or_else(|| text.strip_prefix("cause: "));
        if !in_block && caused.is_none() {
            break;
        }
        if depth <= base && !text.is_empty() && caused.is_none() {
            at += usize::from(text.starts_with('}'));
            break;
        }
        while !text.is_empty() && open.len() > 1 && open.last().is_some_and(|(indent, _)| depth <= *indent) {
            open.pop();
        }
        let owner = open.last().and_then(|(_, cause)| *cause);
        if text.starts_with("[errors]: [") && !text.ends_with("],") {
            in_errors = true;
            at += 1;
            continue;
        }
        if let Some(rest) = caused {
            in_block = true;
            if cause(rest, draft) {
                open.push((depth, Some(draft.causes.len() - 1)));
            }
        } else if let Some(item) = classes::find(text)
            .filter(|found| found.at == 0 && (in_errors || open.len() > 1 && is_frame(&doc.clean(at + 1))))
        {
            // A member of `[errors]: [...]` of an AggregateError.
            draft.causes.push(Cause {
                class: Some(item.class.to_owned()),
                message: item.message.to_owned(),
                code: None,
            });
            open.push((depth, Some(draft.causes.len() - 1)));
        } else {
            at += property(doc, at, text, owner, draft);
        }
        at += 1;
    }
    at
}

/// Adds a cause; tells whether one was there.
fn cause(text: &str, draft: &mut Draft) -> bool {
    let text = text.trim_end_matches(['{', ' ']);
    if let Some(found) = classes::find(text).filter(|found| found.at == 0).or_else(|| plain_error(text)) {
        let message = words::cut(found.message, 2048).to_owned();
        draft.causes.push(Cause { class: Some(found.class.to_owned()), message, code: tagged_code(text) });
        return true;
    }
    // Depth limit of the print: only the class is left.
    let name = text.trim_matches(['[', ']', ',']);
    let known = text.starts_with('[') && classes::is_error_class(words::dotted_name(name));
    if known {
        draft.causes.push(Cause { class: Some(words::dotted_name(name).to_owned()), ..Cause::default() });
    }
    known
}

/// The code that Node prints behind a class: `AggregateError [ECONNREFUSED]: `.
fn tagged_code(text: &str) -> Option<String> {
    let code = words::between(text, " [", "]")?;
    (code.len() > 3 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_'))
        .then(|| code.to_owned())
}

fn unquote(text: &str) -> &str {
    text.trim().trim_end_matches(',').trim_matches(QUOTES)
}

/// Reads one property; returns how many further lines it took.
fn property(doc: &Doc<'_>, at: usize, text: &str, owner: Option<usize>, draft: &mut Draft) -> usize {
    let Some((key, value)) = text.split_once(':') else { return 0 };
    let value = value.trim();
    match (key.trim_matches(QUOTES), owner) {
        ("code", Some(cause)) if value.starts_with(QUOTES) => {
            draft.causes[cause].code = Some(unquote(value).to_owned());
        }
        ("code", None) if value.starts_with(QUOTES) && draft.causes.is_empty() => {
            draft.error_type = draft.error_type.take().or_else(|| {
                Some(unquote(value).to_owned()).filter(|code| {
                    !code.starts_with("ERR_") && code.contains('_') && code.chars().any(char::is_lowercase)
                })
            });
        }
        ("status" | "statusCode", None) => {
            draft.status = draft.status.or_else(|| facts::status(&format!("status: {value}")));
        }
        ("requestID" | "request_id" | "requestId", None) if value.starts_with(QUOTES) => {
            if let Some(id) = ids::clean(unquote(value)) {
                facts::push_id(draft, id);
            }
        }
        ("url", None) => draft.sent.url = Some(unquote(value).to_owned()).filter(|url| url.contains("://")),
        ("headers" | "responseHeaders", None) if value.ends_with('{') => return header_block(doc, at, draft),
        ("error" | "body" | "data", None) if value.starts_with('{') => return error_block(doc, at, draft),
        ("responseBody", None) => {
            if let Some(body) = super::body::find(value) {
                facts::apply_body(draft, &body, value, doc);
            }
        }
        _ if value.ends_with(['{', '[']) => return block_lines(doc, at),
        _ => {}
    }
    0
}

/// How many lines follow until the block that this line opens is closed.
fn block_lines(doc: &Doc<'_>, at: usize) -> usize {
    let depth = indent(&doc.clean(at));
    let end = doc.len().min(at + LIMIT);
    (at + 1..end).find(|n| indent(&doc.clean(*n)) <= depth).map_or(0, |n| n - at)
}

fn header_block(doc: &Doc<'_>, at: usize, draft: &mut Draft) -> usize {
    let lines = block_lines(doc, at);
    for n in at + 1..at + lines {
        let line = doc.clean(n);
        if let Some((name, value)) = line.trim().split_once(':') {
            headers::take(draft, name.trim_matches(['\'', '"']), unquote(value));
        }
    }
    lines
}

fn error_block(doc: &Doc<'_>, at: usize, draft: &mut Draft) -> usize {
    let line = doc.clean(at);
    let one_line = line.trim_end_matches(',').ends_with('}');
    let lines = if one_line { 0 } else { block_lines(doc, at) };
    let text = doc.window(at, lines + 1, 16 * 1024);
    let text = &text[text.find('{').unwrap_or(0)..];
    if let Some(mut body) = super::body::of_value(&loose::read(text).value, 0) {
        body.place = (0, text.len());
        facts::apply_body(draft, &body, text, doc);
    }
    lines
}

/// Reads `cause[1] name=Error code=ECONNREFUSED ... message=...`, a print that programs make of a chain.
pub(super) fn printed_cause(text: &str) -> Option<(usize, Cause)> {
    let (number, rest) = words::number(text.strip_prefix("cause[")?)?;
    let message = words::after(rest, "message=")?.to_owned();
    let word = |key: &str| {
        let value = words::run(words::after(rest, key)?, |b| !b.is_ascii_whitespace());
        (!matches!(value, "undefined" | "0" | "")).then(|| value.to_owned())
    };
    Some((usize::try_from(number).ok()?, Cause { class: word("name="), message, code: word("code=") }))
}

/// Adds a printed cause to the failure before it, or fills the one that the inspect print cut off.
pub(super) fn add_printed(draft: &mut Draft, number: usize, cause: Cause) {
    let count = draft.causes.len();
    match draft.causes.get_mut(number) {
        Some(known) => {
            if known.message.is_empty() {
                known.message = cause.message;
            }
            known.code = known.code.take().or(cause.code);
        }
        None if number == count => draft.causes.push(cause),
        None => {}
    }
}
