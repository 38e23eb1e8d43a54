//! Python tracebacks: every exception block, chained causes, exception groups, framed ("rich") tracebacks.

use super::draft::{Cause, Draft, Weight};
use super::event::Event;
use super::text::Doc;
use super::{classes, facts, words};
use crate::model::vocabulary::{InputFormat, Surface};

const HEADER: &str = "Traceback (most recent call last)";
/// Lines between blocks that say the next block was raised from, or during, this one.
const LINKS: &[&str] = &["The above exception was the direct cause of", "During handling of the above exception"];
/// Longest traceback that is read, in lines.
const LIMIT: usize = 3000;

/// One exception of a chain.
struct Block {
    class: String,
    message: String,
    line: usize,
    end: usize,
    stack: String,
}

/// Reads the chain of tracebacks that starts at a line, if one does.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.clean(at);
    // In a row of JSON the lines of a traceback are escapes: the reader of rows knows them.
    let row = line.trim_start().starts_with('{') && line.contains("\\n");
    if !line.contains(HEADER) || row {
        return None;
    }
    drop(line);
    let mut blocks: Vec<Block> = Vec::new();
    let mut next = at;
    while let Some(block) = block(doc, next) {
        let end = block.end;
        blocks.push(block);
        match linked(doc, end) {
            Some(header) => next = header,
            None => break,
        }
    }
    let Some(last) = blocks.last() else { return Some(at + 1) };
    let end = last.end;
    let logged = at > 0 && doc.clean(at - 1).contains("Encountered ");
    let unraisable = at > 0 && doc.clean(at - 1).starts_with("Exception ignored in");
    if !unraisable {
        let mut draft = draft(doc, at, blocks);
        if logged {
            draft.time.clone_from(&doc.line(at - 1).head.time);
        }
        // The SDK logs the traceback of an attempt that it will make again, or raise from.
        let event = if logged {
            Event::Retry { draft: Box::new(draft), number: Some(0), max: None, left: None }
        } else {
            Event::failed(draft)
        };
        out.push(event);
    }
    Some(end)
}

/// The error above a line that links two tracebacks, where the text before it was cut off: the error's own line is left.
pub(super) fn linked_above(doc: &Doc<'_>, at: usize, text: &str) -> Option<(Cause, usize)> {
    if !LINKS.iter().any(|link| rail(text).trim_start().starts_with(link)) {
        return None;
    }
    let line = (at.saturating_sub(3)..at).rev().find(|n| !doc.clean(*n).trim().is_empty())?;
    let above = doc.clean(line);
    let above = rail(&above).trim();
    let class = words::dotted_name(above);
    let rest = &above[class.len()..];
    let named = classes::is_error_class(class) || class.contains('.');
    let message = match rest.strip_prefix(':') {
        Some(message) => message.trim(),
        None if rest.is_empty() => "",
        None => return None,
    };
    named.then(|| (Cause { class: Some(class.to_owned()), message: message.to_owned(), code: None }, line))
}

/// The line without the rails of an exception group and without its indentation.
fn rail(line: &str) -> &str {
    let trimmed = line.trim_start();
    let inner = trimmed
        .strip_prefix("| ")
        .or_else(|| trimmed.strip_prefix("+-+-"))
        .or_else(|| trimmed.strip_prefix("+ "))
        .unwrap_or(line);
    if inner.len() < line.len() && inner.trim_start().starts_with("| ") { rail(inner) } else { inner }
}

/// Reads one block: frames, then the exception line and what belongs to it.
fn block(doc: &Doc<'_>, header: usize) -> Option<Block> {
    let framed = doc.clean(header).contains('╭');
    let grouped = doc.clean(header).contains("Group Traceback");
    let mut stack = String::new();
    let mut at = header + 1;
    let end = doc.len().min(header + LIMIT);
    while at < end {
        let line = doc.clean(at);
        let text = if grouped { rail(&line) } else { line.as_ref() };
        let is_frame = text.starts_with(' ')
            || text.starts_with('\t')
            || text.trim().bytes().all(|byte| b"^~".contains(&byte))
            || text.starts_with(['│', '╰', '┃']);
        if text.trim_start().starts_with("File ") && stack.len() < 8192 {
            stack.push_str(text);
            stack.push('\n');
        }
        if !is_frame || (framed && text.starts_with('╰')) {
            if text.starts_with('╰') {
                at += 1;
            }
            break;
        }
        if text.trim_start().starts_with(HEADER) {
            return None;
        }
        at += 1;
    }
    if at >= end {
        return None;
    }
    let line = doc.clean(at);
    let text = if grouped { rail(&line) } else { line.as_ref() };
    let text = text.trim_end();
    let class = words::dotted_name(text);
    let rest = &text[class.len()..];
    if class.is_empty()
        || !(rest.is_empty() || rest.starts_with(':'))
        || (rest.is_empty() && !class.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        return None;
    }
    let message = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    let more = more_lines(doc, at, message);
    let whole =
        if more == 0 { message.to_owned() } else { format!("{message}\n{}", doc.window(at + 1, more, 16 * 1024)) };
    Some(Block { class: class.to_owned(), message: whole, line: at, end: at + 1 + more, stack })
}

/// Whether a line names the field that the indented line below it is about, as pydantic prints them.
fn is_field(doc: &Doc<'_>, at: usize) -> bool {
    let line = doc.clean(at);
    let named = !line.is_empty() && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-[]`".contains(&b));
    named && doc.clean(at + 1).starts_with(' ')
}

/// How many lines after the exception line still belong to its message.
pub(super) fn more_lines(doc: &Doc<'_>, at: usize, message: &str) -> usize {
    let balance = |text: &str| {
        text.bytes().fold(0_i64, |open, byte| match byte {
            b'{' | b'[' | b'(' => open + 1,
            b'}' | b']' | b')' => open - 1,
            _ => open,
        })
    };
    let html = facts::is_html(message);
    let mut open = balance(message);
    let mut depth_open = message.contains('{') && open > 0;
    let mut html_open = html && !message.contains("</html>");
    let validation = message.contains(" validation error");
    let mut count = 0;
    while count < 40 && at + count + 1 < doc.len() {
        let line = doc.line(at + count + 1);
        let text = line.text.as_ref();
        if text.starts_with(HEADER)
            || LINKS.iter().any(|link| text.starts_with(link))
            || text.starts_with("    at ")
            || (line.head.time.is_some() && line.head.level.is_some())
        {
            break;
        }
        let note = ["For more information", "See http", "see http", "For troubleshooting", "(Background on"]
            .iter()
            .any(|start| text.starts_with(start));
        if html_open {
            html_open = !text.contains("</html>");
        } else if depth_open && !text.trim().is_empty() {
            open += balance(text);
            depth_open = open > 0;
        } else if !(note || validation && (text.starts_with(' ') || is_field(doc, at + count + 1))) {
            break;
        }
        count += 1;
    }
    count
}

/// The header of the next block, where this one is linked to it.
fn linked(doc: &Doc<'_>, from: usize) -> Option<usize> {
    let is_link = |at: usize| {
        let line = doc.clean(at);
        let text = rail(&line);
        LINKS.iter().any(|link| text.trim_start().starts_with(link))
    };
    let link = (from..doc.len().min(from + 12)).find(|at| is_link(*at))?;
    (link + 1..doc.len().min(link + 4)).find(|at| doc.clean(*at).contains(HEADER))
}

fn draft(doc: &Doc<'_>, header: usize, mut blocks: Vec<Block>) -> Draft {
    let mut draft = Draft::at(header, InputFormat::PythonTraceback);
    let Some(outer) = blocks.pop() else { return draft };
    draft.last = outer.end - 1;
    draft.deciding = outer.line;
    let stack: String = outer.stack.clone() + &blocks.iter().map(|block| block.stack.as_str()).collect::<String>();
    draft.surface = surface(&outer.class, &stack);
    let own = outer.message.trim_matches('"');
    facts::apply(&mut draft, own, doc);
    if draft.message.is_none() {
        draft.message = Some(own.to_owned());
    }
    draft.status = draft.status.or_else(|| classes::status_of(&outer.class));
    draft.error_string = Some(if outer.message.is_empty() {
        outer.class.clone()
    } else {
        format!("{}: {}", outer.class, outer.message)
    });
    for block in blocks.into_iter().rev() {
        if draft.status.is_none() && block.class.ends_with("HTTPStatusError") {
            draft.status = facts::status(&block.message);
        }
        draft.causes.push(Cause { class: Some(block.class), message: block.message, code: None });
    }
    let request = draft.surface.is_some()
        || classes::is_about_request(&outer.class, &outer.message)
        || draft
            .causes
            .iter()
            .any(|cause| classes::is_about_request(cause.class.as_deref().unwrap_or_default(), &cause.message));
    draft.weight = if draft.surface.is_some() || draft.body.is_some() {
        Weight::Strong
    } else if request {
        Weight::Plain
    } else {
        Weight::Weak
    };
    draft.class = Some(outer.class);
    draft.time.clone_from(&doc.line(header).head.time);
    draft
}

/// The client: by class, then by the frames; frames of other libraries above the SDK's own do not count against it.
fn surface(class: &str, stack: &str) -> Option<Surface> {
    classes::surface(class, stack)
}
