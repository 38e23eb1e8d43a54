//! Plain lines: access logs of servers, network errors without a class, refusals inside an SDK.

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::plain_words::{NOISE, PHRASES, code, plans};
use super::text::Doc;
use super::{below, classes, elsewhere, facts, ids, python_log, wordings, words};
use crate::model::vocabulary::{InputFormat, Surface};

/// Whether a line is noise.
pub(super) fn is_noise(line: &str) -> bool {
    NOISE.has(line) || is_metric(line) || elsewhere::has(line)
}

/// Whether a line is a sample of a metric in the form of Prometheus: `requests_total{status="529"} 0`.
fn is_metric(line: &str) -> bool {
    // Datadog's form: `anthropic.errors{status:529} = 0`.
    if line.split_once("{status:").is_some_and(|(_, rest)| rest.contains("} = ") || rest.contains("}: ")) {
        return true;
    }
    let Some((name, rest)) = line.trim().split_once('{') else { return false };
    let named = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':');
    let value = rest.rsplit_once("} ").map(|(_, value)| value);
    named
        && rest.contains(['"', '“', '”'])
        && rest.contains('=')
        && value.is_some_and(|value| value.split(' ').all(|n| n.parse::<f64>().is_ok()))
}

/// Whether a line is program text, a diff or advice.
pub(super) fn is_code(line: &str) -> bool {
    words::has_any(line, code())
}

/// Reads an error of a plain line, if there is one.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    access(doc, at, out).or_else(|| retrying(doc, at, out)).or_else(|| phrase(doc, at, out))
}

/// `"POST /v1/messages HTTP/1.1" 401 Unauthorized`, as uvicorn, nginx and others log requests.
fn access(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let (request, rest) = line.text.split_once(" HTTP/1.").or_else(|| line.text.split_once(" HTTP/2"))?;
    let rest = rest.split_once(['"', '“', '”']).map_or(rest, |(_, rest)| rest.trim_start());
    let code = u16::try_from(words::small(rest)?).ok().filter(|code| (100..=599).contains(code))?;
    let target = request.rsplit(['"', '“', ' ']).next().unwrap_or_default();
    if !python_log::is_api(target) {
        return None;
    }
    if code < 400 {
        return Some(at + 1);
    }
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.weight = Weight::Weak;
    draft.status = Some(code);
    draft.time.clone_from(&line.head.time);
    draft.error_string = Some(line.text.trim().to_owned());
    draft.sent.method = request
        .trim_end_matches(target)
        .trim_end()
        .rsplit(['"', ' '])
        .next()
        .filter(|word| word.len() > 2)
        .map(str::to_owned);
    draft.sent.url = Some(target.to_owned());
    draft.surface = line.text.contains("claude-cli/").then_some(Surface::ClaudeCode);
    out.push(Event::failed(draft));
    Some(at + 1)
}

/// Prints of programs: `name=APIConnectionError status=529 requestID=req_... message=...` and `APITimeoutError('...') | ...`.
pub(super) fn printed(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.as_ref();
    if let Some(rest) = words::after(text, "name=").filter(|rest| rest.contains("message=")) {
        let class = words::dotted_name(rest);
        let mut draft = Draft::at(at, InputFormat::PlainText);
        let message = words::after(rest, "message=")?;
        let page = facts::html_start(message).map_or(message, |start| &message[start..]);
        let more = super::python::more_lines(doc, at, page);
        let message =
            if more == 0 { message.to_owned() } else { format!("{message}\n{}", doc.window(at + 1, more, 16 * 1024)) };
        draft.last = at + more;
        draft.status = words::after(rest, "status=").and_then(words::small).and_then(|code| u16::try_from(code).ok());
        draft.ids.extend(words::after(rest, "requestID=").and_then(ids::tagged).map(str::to_owned));
        facts::apply(&mut draft, &message, doc);
        draft.error_string = Some(message.trim().to_owned());
        draft.class = Some(class.to_owned()).filter(|class| classes::is_error_class(class));
        draft.class.as_ref()?;
        draft.time.clone_from(&line.head.time);
        out.push(Event::failed(draft));
        return Some(at + 1 + more);
    }
    tuple(doc, at, out).or_else(|| repr(doc, at, out))
}

/// `APIStatusError InternalServerError 502 None | str: ... | body: ...`: class, status and id, one after the other.
fn tuple(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let (head, rest) = line.text.split_once(" | ")?;
    let parts: Vec<&str> = head.split_whitespace().collect();
    let code = parts.iter().position(|word| word.len() == 3 && facts::status(word).is_some())?;
    let class = parts[..code].iter().rev().find(|word| classes::is_error_class(word))?;
    let text = words::after(rest, "str: ").unwrap_or(rest);
    let more = super::python::more_lines(doc, at, text.split(" | body: ").next().unwrap_or(text));
    let whole = if more == 0 { text.to_owned() } else { format!("{text}\n{}", doc.window(at + 1, more, 16 * 1024)) };
    let message = whole.split(" | body: ").next().unwrap_or(&whole);
    let mut draft = Draft::at(at, InputFormat::PlainText);
    facts::apply(&mut draft, message, doc);
    draft.status = facts::status(parts[code]);
    if let Some(id) = parts.get(code + 1).and_then(|word| ids::tagged(word)) {
        facts::push_id(&mut draft, id.to_owned());
    }
    draft.surface = parts.contains(&"APIStatusError").then_some(Surface::PythonSdk);
    draft.class = Some((*class).to_owned());
    draft.error_string = Some(words::cut(message.trim(), 2048).to_owned());
    draft.time.clone_from(&line.head.time);
    draft.last = at + more;
    out.push(Event::failed(draft));
    let page_again = doc.clean(at + more).contains("| body: <");
    let end = if page_again {
        (at + more + 1..doc.len().min(at + more + 40))
            .find(|n| doc.clean(*n).contains("</html>"))
            .map_or(at + more, |n| n)
    } else {
        at + more
    };
    Some(end + 1)
}

/// `Retrying... (attempt 2)` of programs that retry on their own.
fn retrying(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.trim_start();
    if !text.starts_with("Retrying") {
        return None;
    }
    let (number, max) = super::claude_text::retry(text)?;
    let draft = Draft::at(at, InputFormat::PlainText);
    out.push(Event::Retry { draft: Box::new(draft), number: Some(number), max, left: None });
    Some(at + 1)
}

/// `Class('message')` as Python's `repr` prints exceptions; further ones on the line are causes.
fn repr(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = line.text.as_ref();
    let mut found: Vec<(String, String)> = Vec::new();
    for (open, _) in text.match_indices("('").chain(text.match_indices("(\"")) {
        let start = text[..open]
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
            .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
        let class = &text[start..open];
        let quote = &text[open + 1..open + 2];
        let Some((message, _)) =
            text[open + 2..].split_once(&format!("{quote})")).filter(|_| classes::is_error_class(class))
        else {
            continue;
        };
        found.push((class.to_owned(), message.to_owned()));
    }
    let mut found = found.into_iter();
    let (class, message) = found.next()?;
    let mut draft = Draft::at(at, InputFormat::PlainText);
    facts::apply(&mut draft, &message, doc);
    draft.error_string = Some(message);
    draft.causes = found
        .filter(|(cause, _)| *cause != class)
        .map(|(class, message)| Cause { class: Some(class), message, code: None })
        .collect();
    if !classes::is_about_request(&class, draft.message.as_deref().unwrap_or_default()) {
        draft.weight = Weight::Weak;
    }
    draft.surface = class.starts_with("API").then_some(Surface::PythonSdk);
    draft.class = Some(class);
    draft.time.clone_from(&line.head.time);
    out.push(Event::failed(draft));
    Some(at + 1)
}

/// A line in which a program says in words of its own that a request failed.
fn phrase(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.line(at);
    let text = words::cut(line.text.as_ref(), 4096);
    let code = facts::status(text)
        .filter(|code| *code >= 400 && (leads(text) || words::has_any(text, &["rror", "ailed", "HTTP", "tatus"])));
    // The variable of the key is named by many programs that miss it, each in words of its own.
    let keyless = || text.find("ANTHROPIC_API_KEY").filter(|_| wordings::says(text).local);
    let phrase = PHRASES.places(text).next().or_else(|| wordings::find(text)).or_else(keyless);
    let bare = code.is_some() && leads(text) && facts::is_reason(text);
    let named = phrase.is_some()
        || bare
        || (code.is_some()
            && words::has_any(text, &["anthropic", "Anthropic", "claude", "Claude", "API", "Provider", "provider"]));
    if !named || is_other(text, phrase.is_some(), code.is_some()) {
        return None;
    }
    let mut message = text.trim().to_owned();
    let next = doc.clean(at + 1);
    let wrapped = goes_on(text, &next);
    let opened = opened(doc, at).filter(|_| code.is_some());
    if let Some(whole) = &opened {
        message.clone_from(whole);
    } else if wrapped {
        message.push(' ');
        message.push_str(next.trim());
        doc.mend(super::text::Mend::Wrapped);
    }
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.time.clone_from(&line.head.time);
    draft.error_string = Some(message.clone());
    facts::apply(&mut draft, &message, doc);
    draft.status = draft.status.filter(|code| *code >= 400);
    if !draft.message_of_body {
        draft.message = Some(core(&message).to_owned());
    }
    draft.surface = surface(text);
    let said = words::between(&message, "An error occurred (", ")").map(str::to_owned);
    draft.error_type =
        said.or_else(|| draft.error_type.take()).or_else(|| super::resort::error_type(text).map(str::to_owned));
    draft.causes.extend(below::code(doc, at));
    draft.status = draft.status.or_else(|| below::status(doc, at));
    let quiet = line.head.level.is_some_and(|level| matches!(level, "DEBUG" | "INFO"));
    // What people tell of another day counts where nothing else is shown.
    let quiet = quiet || draft.status.is_none() && words::has_any(text, super::resort::PROSE);
    draft.weight = if quiet || bare && phrase.is_none() { Weight::Weak } else { Weight::Plain };
    let more = opened.map_or(usize::from(wrapped), |whole| whole.matches('\n').count());
    draft.last = at + more;
    out.push(Event::failed(draft));
    Some(at + 1 + more)
}

/// Whether a line with a status, or with words of a failure, tells of something else: what somebody asks, says, plans or types.
fn is_other(text: &str, phrase: bool, code: bool) -> bool {
    let lead = text.trim_start();
    let said = lead.strip_prefix("⏺ ").is_some_and(|text| text.starts_with("The ") || text.starts_with("I "));
    !phrase && (said || super::surround::is_status(text))
        || !code && super::resort::is_question(text)
        || super::resort::is_asked(text)
        || is_noise(text)
        || is_code(text)
        || words::has_any(text, plans())
        || lead.starts_with("- [")
        || text.contains("→ HTTP")
        || lead.starts_with("curl ")
}

/// Whether a sentence goes on in the next line, as a terminal wraps it.
fn goes_on(text: &str, next: &str) -> bool {
    let (line, below) = (text.trim(), next.trim_start());
    let continues = text.len() > 70
        && !line.ends_with(['.', '!', ')', '}', '"', '\'', ':'])
        && below.trim_end().len() > 1
        && !below.starts_with(['-', '[', '{', '#', '>', '*', '$']);
    // A router prints the cause of its own upstream call below it.
    continues || below.starts_with("[cause=") || (line.ends_with(':') && next.starts_with(' '))
}

/// A line that ends with the bracket of a body, with the lines of that body: `Anthropic API error: 429 {`.
fn opened(doc: &Doc<'_>, at: usize) -> Option<String> {
    if !doc.clean(at).trim_end().ends_with('{') || doc.patience() == 0 {
        return None;
    }
    let text = doc.window(at, 40, 8 * 1024);
    let found = super::body::find(&text).filter(|body| body.complete);
    let end = found.map(|body| body.place.0 + body.place.1);
    if end.is_none() {
        doc.tire(text.len());
    }
    end.and_then(|end| text.get(..end)).map(|text| text.trim().to_owned())
}

/// Whether a line starts with a status and goes on with words: `404 No endpoints found for anthropic/claude-...`.
fn leads(text: &str) -> bool {
    words::number(text.trim_start()).is_some_and(|(_, rest)| {
        rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '{'))
    })
}

/// The sentence after the last label (`Error: `, `failed: `).
fn core(message: &str) -> &str {
    let text = ["rror: ", "ERROR: ", "Message: ", "failed: "]
        .iter()
        .filter_map(|label| message.find(label).map(|at| at + label.len()))
        .max()
        .map_or(message, |at| &message[at..]);
    text.trim_matches(['`', '"', '\'', ' '])
}

fn surface(text: &str) -> Option<Surface> {
    if text.contains("apiKey or authToken")
        || text.contains("apiKey, authToken")
        || text.contains("anthropic-sdk-typescript")
    {
        Some(Surface::TypescriptSdk)
    } else if text.contains("api_key or auth_token")
        || text.contains("api_key, auth_token")
        || text.contains("anthropic-sdk-python")
    {
        Some(Surface::PythonSdk)
    } else {
        None
    }
}
