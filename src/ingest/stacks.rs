//! Error texts of Go, Java, C#, Ruby and PHP programs.

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{below, classes, facts, ids, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// Most lines of one stack.
const LIMIT: usize = 300;

/// Reads an error of one of these languages, if the line starts one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    go(doc, at, out).or_else(|| ruby(doc, at, out)).or_else(|| classed(doc, at, out))
}

/// `POST "https://...": 400 Bad Request (Request-ID: req_x) {...}` and `Post "https://...": dial tcp ...`.
fn go(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let straight = line.text.contains(['“', '”']).then(|| line.text.replace(['“', '”'], "\""));
    let text = straight.as_deref().unwrap_or(&line.text);
    let methods = ["POST \"http", "Post \"http", "GET \"http", "Get \"http"];
    let start = methods.iter().filter_map(|method| text.find(method)).min()?;
    let rest = &text[start..];
    let (method, quoted) = rest.split_once(" \"")?;
    let (url, message) = quoted.split_once("\": ")?;
    let more =
        if message.contains('{') && !super::body::find(message).is_some_and(|body| body.complete) { 10 } else { 0 };
    let message = if more > 0 {
        let window = doc.window(at, more, 16 * 1024);
        let window = if straight.is_some() { window.replace(['“', '”'], "\"") } else { window };
        window.get(start..).and_then(|text| text.split_once("\": ")).map_or(String::new(), |(_, rest)| rest.to_owned())
    } else {
        message.to_owned()
    };
    let mut draft = Draft::at(at, InputFormat::OtherStack);
    draft.surface =
        Some(if url.contains("/v1/messages") || url.contains("anthropic") { Surface::GoSdk } else { Surface::Other });
    draft.weight = Weight::Strong;
    draft.time.clone_from(&line.head.time);
    draft.sent.method = Some(method.to_uppercase());
    draft.sent.url = Some(url.to_owned());
    let answered =
        words::number(&message).is_some_and(|(code, rest)| (400..600).contains(&code) && rest.starts_with(' '));
    if answered {
        if let Some(id) = ids::in_message(&message).or_else(|| ids::all(&message).pop()) {
            facts::push_id(&mut draft, id);
        }
        facts::apply(&mut draft, &message, doc);
        draft.class = Some("*anthropic.Error".to_owned()).filter(|_| draft.surface == Some(Surface::GoSdk));
    } else {
        draft.message = Some(message.trim().to_owned());
        let parts: Vec<&str> = message.trim().split(": ").collect();
        draft.causes.push(Cause { class: None, message: message.trim().to_owned(), code: None });
        if parts.len() > 1 {
            draft.causes.push(Cause {
                class: None,
                message: parts[parts.len().saturating_sub(2)..].join(": "),
                code: None,
            });
        }
        draft.message_of_body = true;
    }
    draft.error_string = Some(words::cut(rest.trim_end(), 2048).to_owned());
    out.push(Event::failed(draft));
    Some(at + 1)
}

/// `app.rb:5:in 'method': message (Anthropic::Errors::APIConnectionError)`.
fn ruby(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.trim_end();
    let open = text.strip_suffix(')')?.rfind(" (")?;
    let class = &text[open + 2..text.len() - 1];
    let place = text.find(".rb:").or_else(|| text.find(":in "))?;
    if !class.contains("::") && !classes::is_error_class(class) || words::dotted_name(class) != class {
        return None;
    }
    let message = text[place..open].find(": ").map(|colon| text[place + colon + 2..open].trim())?;
    let mut draft = Draft::at(at, InputFormat::OtherStack);
    draft.surface = Some(Surface::Other);
    draft.weight = if class.starts_with("Anthropic") { Weight::Strong } else { Weight::Plain };
    draft.time.clone_from(&line.head.time);
    facts::apply(&mut draft, message, doc);
    draft.error_string = Some(words::cut(text, 2048).to_owned());
    draft.class = Some(class.to_owned());
    let mut end = at + 1;
    while end < doc.len().min(at + LIMIT) {
        let next = doc.clean(end);
        let frame = next.trim_start();
        if !(frame.starts_with("from ") || frame.contains(".rb:")) {
            break;
        }
        if let Some(inner) = frame
            .strip_suffix(')')
            .and_then(|inner| inner.rsplit_once(" ("))
            .filter(|(_, class)| class.contains("::") || classes::is_error_class(class))
        {
            let message = inner.0.rsplit(": ").next().unwrap_or_default().trim().to_owned();
            draft.causes.push(Cause { class: Some(inner.1.to_owned()), message, code: None });
        }
        end += 1;
    }
    draft.last = end - 1;
    out.push(Event::failed(draft));
    Some(end)
}

/// A line `Class: message` with, perhaps, frames and causes of Java, C# or PHP after it.
fn classed(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let found = classes::find(&line.text)?;
    // gRPC prints its status and its details on lines of their own.
    let rpc = found.message.trim_end().ends_with("terminated with:");
    let more = if rpc { 3.min(doc.len() - at - 1) } else { super::python::more_lines(doc, at, found.message) };
    let message = if more == 0 {
        found.message.to_owned()
    } else {
        format!("{}\n{}", found.message, doc.window(at + 1, more, 16 * 1024))
    };
    let message = php_place(&message);
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.time.clone_from(&line.head.time);
    let mut end = at + 1 + more;
    let (chain, chained) = below::chain(doc, end);
    draft.causes.extend(chain);
    end += chained;
    let framed = frames(doc, end..doc.len().min(at + LIMIT), &mut draft);
    end += framed;
    let stack = doc.window(at, framed.min(30) + 1, 4096);
    draft.surface = classes::surface(found.class, &stack);
    facts::apply(&mut draft, message, doc);
    if draft.message.is_none() {
        draft.message = Some(message.to_owned());
    }
    // `https response error StatusCode: 403, RequestID: ..., AccessDeniedException: ...`.
    let before = words::cut(&line.text[..found.at], 2048);
    draft.status = draft.status.or_else(|| facts::status(before).filter(|code| *code >= 400));
    if draft.ids.is_empty() {
        draft.ids.extend(ids::in_message(before));
    }
    draft.status = draft.status.or_else(|| below::status(doc, at));
    draft.status = draft.status.or_else(|| classes::status_of(found.class)).or_else(|| {
        let says = super::wordings::says(words::cut(message, 2048));
        if says.local || says.transport { None } else { property_status(doc, at) }
    });
    draft.error_string = Some(words::cut(&format!("{}: {message}", found.class), 2048).to_owned());
    draft.weight = match (is_about_request(&draft, found.class, message), &draft.surface) {
        (true, Some(_)) => Weight::Strong,
        (true, None) => Weight::Plain,
        (false, _) => Weight::Weak,
    };
    draft.class = Some(found.class.to_owned());
    if framed > 0 {
        draft.format = Some(InputFormat::OtherStack);
    }
    draft.last = end - 1;
    draft.retries = super::claude_text::retry(&line.text).map(|(number, _)| number);
    out.push(Event::failed(draft));
    Some(end)
}

/// Takes the frames and the causes of Java, C# or PHP from the lines below; gives how many lines they are.
fn frames(doc: &Doc<'_>, lines: std::ops::Range<usize>, draft: &mut Draft) -> usize {
    let from = lines.start;
    for at in lines.clone() {
        let line = doc.clean(at);
        let text = line.trim_start();
        let caused = ["Caused by: ", "---> ", "Next "].iter().find_map(|lead| text.strip_prefix(lead));
        if let Some(cause) = caused.and_then(classes::find).filter(|cause| cause.at == 0) {
            draft.causes.push(Cause {
                class: Some(cause.class.to_owned()),
                message: php_place(cause.message).to_owned(),
                code: None,
            });
        } else if !is_frame(&line) {
            return at - from;
        }
    }
    lines.len()
}

/// Whether a line stands in a stack of Java, C# or PHP.
fn is_frame(line: &str) -> bool {
    const LEADS: [&str; 5] = ["--- End of inner", "... ", "Stack trace:", "thrown in ", "Suppressed:"];
    let text = line.trim_start();
    text.starts_with("at ") && text.len() < line.len()
        || LEADS.iter().any(|lead| text.starts_with(lead))
        || text.strip_prefix('#').is_some_and(|number| words::number(number).is_some())
}

/// Whether an error, or one of its causes, is about a request.
fn is_about_request(draft: &Draft, class: &str, message: &str) -> bool {
    let caused = |cause: &Cause| classes::is_about_request(cause.class.as_deref().unwrap_or_default(), &cause.message);
    classes::is_about_request(class, message) || draft.body.is_some() || draft.causes.iter().any(caused)
}

/// `statusCode: 400,` among the properties that a print shows after the line.
fn property_status(doc: &Doc<'_>, at: usize) -> Option<u16> {
    (at + 1..doc.len().min(at + 40)).map(|n| doc.clean(n)).take_while(|line| classes::find(line).is_none()).find_map(
        |line| {
            let text = line.trim_start();
            let property =
                text.starts_with("statusCode: ") || text.starts_with("status: ") || text.starts_with("status_code: ");
            property.then(|| facts::status(text)).flatten().filter(|code| *code >= 400)
        },
    )
}

/// The message without the place that PHP adds to it.
fn php_place(message: &str) -> &str {
    message.rfind(" in /").filter(|at| message[*at..].contains(".php:")).map_or(message, |at| &message[..at])
}
