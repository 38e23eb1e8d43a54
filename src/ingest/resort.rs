//! The last resort, where no reader knows the program: a line that says in the words of an error what failed, by the wordings of
//! the rule files, an error type of the API or a status.

use super::draft::{Draft, Weight};
use super::status_words::ERROR_WORDS;
use super::text::Doc;
use super::words::Finder;
use super::{classes, claude_text, elsewhere, facts, likely, plain, python_log, wordings, words};
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{InputFormat, Surface};

/// Lines at the start and at the end of an input that are looked at.
const LINES: usize = 4_000;

/// Error types of the API. Source: its error documentation.
static TYPES: Finder = Finder::new(TYPE_WORDS);
pub(super) const TYPE_WORDS: &[&str] = &[
    "invalid_request_error",
    "authentication_error",
    "billing_error",
    "permission_error",
    "not_found_error",
    "conflict_error",
    "request_too_large",
    "rate_limit_error",
    "timeout_error",
    "overloaded_error",
];

/// What makes a line one of a program that reports an error, and not prose.
const SHAPES: &[&str] = &[
    "rror:",
    "RROR",
    "rror -",
    "rror (",
    "rror{",
    "rror {",
    "rror)",
    "rror from ",
    "rror calling ",
    "rror while ",
    "rror sending ",
    "rror during ",
    "rror evt",
    "rror event",
    "rror [",
    "rror Code",
    "rror code",
    "rror]",
    "ailed",
    "AILED",
    "ailure:",
    "eason: ",
    "xception:",
    "HTTP ",
    "HTTP/",
    "status:",
    "Status:",
    "status code",
    "错误",
    "失败",
    "报错",
    "エラー",
    "오류",
    "Ошибка",
    "Fehler",
    "Erreur",
    "Erro:",
    "ehlgeschlagen",
    "échou",
    "fallid",
    "falhou",
    "hatas",
    "łąd",
    "lỗi",
    "실패",
    "шибк",
    "е удалось",
    "失敗",
    "Invoke-RestMethod",
    "Invoke-WebRequest",
];
/// Marks that programs put before an error.
const MARKS: &[char] = &['⚠', '❌', '✕', '✘', '✗', '×', '⛔', '🚫', '⎿', '⏺', '●', '✖', '!'];
/// What people write and programs do not.
pub(super) const PROSE: &[&str] =
    &[" I ", "I'm ", "I've ", " my ", " we ", " you see ", " if you ", "Any idea", "e.g.", " is now ", " are now "];
/// What a sentence of theirs starts with.
const OPENERS: &[&str] = &[
    "I ",
    "My ",
    "We ",
    "The ",
    "This ",
    "If ",
    "When ",
    "It ",
    "Note",
    "Fixed ",
    "Fixes ",
    "Fix ",
    "Improved ",
    "Added ",
    "Changed ",
    "grep ",
    "rg ",
];

/// The failure that the last telling line of an input tells.
pub(super) fn read(doc: &Doc<'_>) -> Option<Draft> {
    let end = doc.len();
    let tail = end.saturating_sub(LINES);
    let mut lines = (tail..end).rev().chain((0..tail.min(LINES)).rev());
    if elsewhere::explains(doc) {
        return None;
    }
    let one = |at: usize| line(doc, at, doc.line(at).text.trim());
    fenced(doc).or_else(|| lines.find_map(one)).or_else(|| form(doc)).or_else(|| joined(doc))
}

/// The failure of a report that names the provider and the status of a call, and shows the output of its error between fences. What
/// stands there is an error, whatever its words.
fn fenced(doc: &Doc<'_>) -> Option<Draft> {
    const NEAR: usize = 12;
    const MOST: usize = 60;
    let starts = |at: usize, label: &str| doc.clean(at).trim_start_matches(['*', '#', '-', ' ']).starts_with(label);
    let title = (doc.len().saturating_sub(LINES)..doc.len()).rev().find(|at| starts(*at, "Error Output"))?;
    let labelled = |label: &str| (title.saturating_sub(NEAR)..title).rev().find(|at| starts(*at, label));
    let (provider, status) = (labelled("Provider:")?, labelled("Status Code:")?);
    let is_fence = |at: usize| doc.clean(at).trim_start().starts_with("```");
    // Where the fences were cut, the output is what follows.
    let open = (title..doc.len().min(title + 4)).find(|at| is_fence(*at)).unwrap_or(title);
    let end = doc.len().min(open + MOST);
    let close = (open + 1..end).find(|at| is_fence(*at)).unwrap_or(end);
    let text = words::collapse(&doc.window(open + 1, close - open - 1, 16 * 1024));
    let mut draft = Draft::at(status.min(provider), InputFormat::PlainText);
    draft.weight = Weight::Weak;
    draft.status = super::surround::property(doc, status);
    draft.surface = Some(Surface::Other);
    if text.is_empty() {
        draft.status?;
        draft.body = Some(BodyKind::Empty);
    } else {
        facts::apply(&mut draft, &text, doc);
    }
    draft.error_string = Some(format!("{} {text}", doc.clean(provider).trim()).trim_end().to_owned());
    draft.last = close.min(doc.len() - 1);
    Some(draft)
}

/// The failure of a text that a narrow window wrapped: its lines are one.
fn joined(doc: &Doc<'_>) -> Option<Draft> {
    const MOST: usize = 6;
    const WIDE: usize = 60;
    let count = doc.len();
    let wide = |at: usize| doc.clean(at).trim_end().len() >= WIDE;
    if !(2..=MOST).contains(&count) || !(0..count - 1).all(|at| wide(at) || doc.clean(at).trim().is_empty()) {
        return None;
    }
    let text: Vec<String> = (0..count).map(|at| doc.clean(at).trim().to_owned()).collect();
    // A list is no sentence that was wrapped.
    if text[1..].iter().any(|line| line.starts_with(['-', '*', '•', '|', '☐']) || likely::is_numbered(line)) {
        return None;
    }
    let mut draft = line(doc, 0, text.join(" ").trim())?;
    draft.last = count - 1;
    doc.mend(super::text::Mend::Wrapped);
    Some(draft)
}

/// The failure of a form that shows the properties of a call one a line, as the network panel of a browser does: its URL or the type
/// of its error, and its status. A list of several statuses is a table of a document.
fn form(doc: &Doc<'_>) -> Option<Draft> {
    const MOST: usize = 60;
    let end = doc.len().min(MOST);
    let statuses: Vec<(usize, u16)> =
        (0..end).filter_map(|at| Some((at, super::surround::property(doc, at)?))).collect();
    let [(at, code)] = statuses.as_slice() else { return None };
    let near = at.saturating_sub(8)..end.min(at + 8);
    let about = |line: &str| {
        python_log::is_api(line) && line.contains("nthropic")
            || TYPES.has(line)
            || line.contains("rror") && wordings::says(line).answer
    };
    let told = near.clone().find(|n| about(&doc.clean(*n)))?;
    let mut draft = Draft::at(told, InputFormat::PlainText);
    draft.weight = Weight::Weak;
    let text = doc.clean(told).trim().to_owned();
    facts::apply(&mut draft, &text, doc);
    draft.error_type = error_type(&text).map(str::to_owned);
    draft.status = Some(*code);
    draft.error_string = Some(text);
    Some(draft)
}

fn line(doc: &Doc<'_>, at: usize, text: &str) -> Option<Draft> {
    let line = doc.line(at);
    let text = words::cut(text, 4096);
    // A report may tell the failure in its title only.
    let title = text.strip_prefix("[Bug] ").or_else(|| text.strip_prefix("[BUG] "));
    let text = title.unwrap_or(text);
    if text.len() < 6 || is_other(text) || super::surround::is_status(text) {
        return None;
    }
    let code = facts::status(text).filter(|code| *code >= 400);
    let guess = code.or_else(|| likely::find(text));
    let typed = TYPES.places(text).next();
    let id = super::ids::all(text).pop();
    let name = words::dotted_name(text);
    let class =
        classes::is_error_class(name) && (name == text || code.is_some() && classes::is_about_request(name, ""));
    let shaped = class || words::has_any(text, SHAPES) || text.starts_with(MARKS) || text.starts_with("Error ");
    let says = wordings::says(text);
    let says = if says.any() {
        says
    } else {
        Some(wordings::says_plainly(text)).filter(|says| shaped || says.first == 0).unwrap_or_default()
    };
    let told = (id.is_some() || class && code.is_some()) && shaped
        || typed.is_some() && (code.is_some() || shaped)
        // `request_too_large: Request exceeds the maximum size`.
        || typed == Some(0) && text.split_once(": ").is_some_and(|(word, _)| !word.contains(' '))
        || says.any() && (shaped || code.is_some())
        // A class that no rule of classes knows, as of Ruby.
        || says.transport && says.first == 0 && text.contains("::")
        || (says.transport || says.answer)
            && text.len() < 160
            // Prose sets names of errors in code.
            && !text.contains('`')
            && says.first < 24
            && (!text.contains(": ") || says.transport && says.first < 8);
    // What is wrong at a place in the request, behind the words of whoever passes it on.
    let placed = || super::schema::place(text).is_some_and(|at| at == 0 || text[..at].ends_with([' ', '"', '\'']));
    let answered = || guess.is_some() && is_answer(text, typed.is_some() || says.any() || shaped);
    let told = told || placed() || answered();
    if !told || elsewhere::is_past(doc, at, at) || elsewhere::is_table(doc, at) {
        return None;
    }
    // `Portkey: 408 request timeout`.
    let leads = text.split_once(": ").is_some_and(|(_, rest)| likely::find(words::cut(rest, 4)).is_some());
    let code = guess.filter(|_| !says.transport || says.answer || leads).or(code);
    let mut draft = Draft::at(at, InputFormat::PlainText);
    draft.weight = Weight::Weak;
    draft.time.clone_from(&line.head.time);
    facts::apply(&mut draft, text, doc);
    draft.status = code;
    draft.error_string = Some(text.to_owned());
    if let Some(start) = typed.filter(|_| draft.error_type.is_none()) {
        let word = words::run(text.get(start..).unwrap_or_default(), |b| b.is_ascii_lowercase() || b == b'_');
        draft.error_type = Some(word.to_owned());
        let message = text.get(start + word.len()..).unwrap_or_default().trim_start_matches([')', ']', ':', ' ', '-']);
        let message = message.split(" (request").next().unwrap_or(message);
        draft.message = Some(words::collapse(message)).filter(|text| !text.is_empty()).or(draft.message.take());
    }
    Some(draft)
}

/// Names of whom an error is about.
const ABOUT: &[&str] = &["nthropic", "ANTHROPIC", "laude", "edrock"];
/// What code, documents and comments say of errors.
const RULES: &[&str] = &[
    " should ",
    " would ",
    " can ",
    " will ",
    " when ",
    " returns ",
    " means ",
    " instead ",
    " how ",
    " handle",
    "retried",
    "etrying",
    " map",
    "`",
    "fix",
    " test",
    " case",
    "🎉",
    "README",
    "TODO",
    "How ",
];
/// What stands beside the number of a status.
const FAILS: &[&str] = &[
    "status",
    "Status",
    "HTTP",
    "http",
    "esponse",
    "code ",
    "enied",
    "locked",
    "xceeded",
    "nvalid",
    "otFound",
    "ot found",
    "xhausted",
    "navailable",
    "verloaded",
];

/// Whether a line with the number of a status tells of an answer: a request's line in a log, the first line of an answer, or words
/// of an error about Claude.
fn is_answer(text: &str, fails: bool) -> bool {
    // Behind `Claude API returned 429:` and `[anthropic:429]` stand the words of the answer.
    let head = text.split_once(": ").map_or(text, |(head, _)| head);
    let answer = || {
        head.len() < 48 && words::has_any(head, ABOUT) && likely::find(head).or_else(|| facts::status(head)).is_some()
    };
    let named = || text.starts_with('[') && text.find(']').is_some_and(|end| facts::status(&text[..=end]).is_some());
    if text.len() > 240 || text.starts_with('$') || likely::has_success(text) {
        return false;
    }
    if words::has_any(text, RULES) {
        return named() || head.len() < text.len() && !words::has_any(head, RULES) && answer();
    }
    let sent = text.split_whitespace().any(|word| python_log::is_api(word) && word.starts_with(['/', '"', 'h', '\'']));
    let verb = words::has_any(text, &["POST", "GET ", "->", "→", "<--", "pstream", "returned", "=> "]);
    let first = text.strip_prefix("HTTP").is_some_and(|rest| rest.len() < 40 && rest.starts_with(['/', ' ', ':']));
    let failed = fails || words::has_any(text, ERROR_WORDS) || words::has_any(text, FAILS);
    // `one-api: 401 ...`.
    let told = |rest: &str| likely::find(words::cut(rest, 4)).is_some();
    let labelled = text
        .split_once(": ")
        .is_some_and(|(name, rest)| text.len() < 40 || text.len() < 100 && name.len() < 24 && told(rest));
    sent && verb || first || fails && labelled || words::has_any(text, ABOUT) && (failed || labelled)
}

/// The error type of the API that a line names.
pub(super) fn error_type(text: &str) -> Option<&str> {
    let start = TYPES.places(text).next()?;
    Some(words::run(text.get(start..)?, |b| b.is_ascii_lowercase() || b == b'_'))
}

/// Whether a line asks something, and shows no print of a program after a colon.
pub(super) fn is_question(text: &str) -> bool {
    asks(text) && !text.contains(": ")
}

/// Whether a line asks something of a reader.
pub(super) fn is_asked(text: &str) -> bool {
    const OPENERS: &[&str] = &[
        "Could ", "Can ", "Did ", "Do ", "Does ", "Is ", "Are ", "Was ", "What ", "Why ", "How ", "Which ", "Have ",
        "Has ", "Should ", "Would ", "Any ", "Anyone ", "Thanks",
    ];
    asks(text) && OPENERS.iter().any(|opener| text.starts_with(opener))
}

fn asks(text: &str) -> bool {
    let asks = text.trim_end().ends_with('?') || text.contains("? ");
    asks && text.starts_with(|c: char| c.is_uppercase())
}

/// Lines that are prose, program text, citations or local trouble.
fn is_other(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    // Rows of JSON have readers of their own, which know what is content.
    let list = first == '[' && text[1..].trim_start().starts_with(['{', '"', '[', '\'']);
    let row = (first == '{' || list) && text.contains('"') && text.contains(':');
    let box_of_a_list = text.starts_with("[ ]") || text.starts_with("[x]");
    let listed = matches!(first, '#' | '+' | '-' | '|' | '@' | '☐' | '☒' | '☑')
        && !text.starts_with("- API")
        && !text.starts_with("-->");
    let listed = row || box_of_a_list || listed;
    let passed = matches!(first, '✓' | '✔' | '√') || text.starts_with("PASS") || text.starts_with("ok ");
    listed
        || passed
        || words::has_any(text, PROSE)
        || words::has_any(text, super::plain_words::plans())
        || OPENERS.iter().any(|opener| text.trim_start_matches(MARKS).trim_start().starts_with(opener))
            && !text.contains(": ")
        || text.ends_with('?')
        || is_question(text)
        || is_asked(text)
        || plain::is_noise(text)
        || plain::is_code(text)
        || claude_text::is_talk(text)
}

#[cfg(test)]
mod tests {
    use super::super::text::Doc;

    fn read(text: &str) -> Option<(Option<u16>, Option<String>)> {
        super::read(&Doc::new(text.as_bytes(), 0)).map(|draft| (draft.status, draft.error_type))
    }

    #[test]
    fn lines_of_unknown_programs_are_read_by_type_status_and_words() {
        assert_eq!(
            read("⚠️ HTTP 404: not_found_error: Not Found (request_id: req_011CTxKqP8vNwZ3mYbD5sFhJ)"),
            Some((Some(404), Some("not_found_error".to_owned())))
        );
        assert_eq!(read("Server Error: too many requests, slow down"), Some((None, None)));
        assert!(read("❌ 网络错误").is_some());
    }

    #[test]
    fn prose_and_program_text_are_no_failures() {
        for text in [
            "If you see a 429 rate_limit_error, wait.",
            "I think the error is a connection timeout of my proxy",
            "- `529` overloaded_error: the API is overloaded",
            "if (error.type === 'overloaded_error') retry();",
            "Any idea why the connection failed?",
            "all went well",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
