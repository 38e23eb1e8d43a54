//! Lines in which errors are named that did not happen in a call here: compilers, searches, histories, change lists, mocks, tests, and
//! the work of other programs.

use super::likely;
use super::text::Doc;
use super::words::{self, Finder};

/// Ends of names of source files.
const SOURCES: &[&str] = &[
    "rs", "ts", "tsx", "js", "jsx", "mjs", "py", "go", "java", "kt", "cs", "rb", "php", "md", "c", "cpp", "h", "swift",
    "yaml", "yml", "json", "toml",
];
/// Verbs of change lists.
const CHANGES: &[&str] = &[
    "Fixed ",
    "Fix ",
    "Fixes ",
    "Added ",
    "Add ",
    "Improved ",
    "Improve ",
    "Changed ",
    "Removed ",
    "Handle ",
    "Handles ",
    "Retries on",
    "Better ",
    "Support ",
    "Updated ",
    "Update ",
    "Bump ",
    "Map ",
    "Treat ",
];
/// What makes a line one of a mock, a test or a definition.
static CODE: Finder = Finder::new(&[
    "nock(",
    "respx_mock",
    "mock.",
    "mock(",
    ".mockRe",
    "side_effect=",
    "responses.add(",
    "wiremock",
    "WireMock",
    "stub_request(",
    "stubFor(",
    "jest.fn",
    "vi.fn",
    "assert_eq!",
    "assertEqual",
    "assert_called",
    "pytest.raises",
    "toThrow(",
    "to equal ",
    "to raise_error",
    "should_receive",
    "errors.As(",
    "errors.Is(",
    "instanceof ",
    "isinstance(",
]);
/// Work of others: probes and pulls of Kubernetes, tools of clouds.
static OTHERS: Finder = Finder::new(&[
    "kubelet",
    "helm upgrade",
    "helm install",
    "Liveness probe",
    "Readiness probe",
    "Startup probe",
    "HTTP probe failed",
    "Failed to pull image",
    "ImagePullBackOff",
    "UnauthorizedOperation",
]);
/// Operations of Bedrock that call a model, or ask about one.
const OPERATIONS: &[&str] = &[
    "Invoke",
    "Converse",
    "CountTokens",
    "FoundationModel",
    "InferenceProfile",
    "ApplyGuardrail",
    "AssumeRole",
    "SessionToken",
    "CallerIdentity",
];

/// Whether an error that a line names is none of a call here.
pub(super) fn has(line: &str) -> bool {
    let text = line.trim_start();
    is_compiler(text)
        || is_place(text)
        || is_commit(text)
        || is_change(text)
        || is_definition(text)
        || is_row(text)
        || is_entry(text)
        || likely::is_list(text)
        || is_reference(text)
        || is_plan(text)
        || CODE.has(text)
        || OTHERS.has(text)
        || is_other_operation(text)
        || is_registry(text)
        || is_document(text)
}

/// A sentence that names kinds of errors in the marks of code: `` on `overloaded_error` and `APIConnectionError` it retries ``.
fn is_document(text: &str) -> bool {
    let named = |word: &&str| {
        let name = word.trim_start_matches("httpx.").trim_start_matches("anthropic.");
        word.ends_with("_error") || super::classes::is_error_class(name) && !name.contains(['(', ' '])
    };
    text.matches('`').count() > 3 && text.split('`').skip(1).step_by(2).filter(named).count() > 1
}

/// `error[E0433]: ...`, `error TS2304: ...`, `app.py:503: error: ...  [attr-defined]`.
fn is_compiler(text: &str) -> bool {
    let numbered = words::after(text, "error[E").or_else(|| words::after(text, "error TS")).is_some_and(starts_number);
    let checked = text.contains(": error: ") && text.ends_with(']') && text.contains("  [");
    numbered || checked || text.contains(": error: Module \"")
}

fn starts_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// A place in a source file of the project, as searches and compilers print it: `src/retry.ts:12: ...`.
fn is_place(text: &str) -> bool {
    let Some((path, rest)) = text.split_once(':') else { return false };
    // Of one file a search prints the number of the line alone.
    if path.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with("  ") {
        return true;
    }
    let source = path.rsplit_once('.').is_some_and(|(_, end)| SOURCES.contains(&end));
    let relative = path.contains('/') && !path.starts_with('/') && !path.contains([' ', '(', '"']);
    relative
        && source
        && words::number(rest).is_some_and(|(_, rest)| {
            // What a program logs stands behind one space.
            rest.strip_prefix(':').is_some_and(|rest| {
                !rest.starts_with(' ') || ["  ", " '", " \"", " `"].iter().any(|code| rest.starts_with(code))
            })
        })
}

/// A line of a history: `* 5031bc2 fix: ...`.
fn is_commit(text: &str) -> bool {
    let text = text.trim_start_matches(['*', '|', '/', '\\', ' ']);
    // An id of a trace looks the same, and goes on with something else than what a change does.
    let Some((hash, rest)) = text.split_once(' ') else { return false };
    let changes =
        super::claude_text::is_told(rest) || rest.starts_with('(') || CHANGES.iter().any(|verb| rest.starts_with(verb));
    if !changes {
        return false;
    }
    (7..=40).contains(&hash.len())
        && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        && hash.bytes().any(|b| b.is_ascii_digit())
        && hash.bytes().any(|b| b.is_ascii_lowercase())
}

/// A row of a list of changes: `- Fixed "API Error: 400" when ...`.
fn is_change(text: &str) -> bool {
    let Some(row) = ["- ", "* ", "• "].iter().find_map(|mark| text.strip_prefix(mark)) else { return false };
    // `- Fix: ...` and `- **Fix** ...` are told in the same way.
    let row = row.trim_start_matches('*');
    CHANGES.iter().any(|verb| {
        let named = row.strip_prefix(verb.trim_end());
        named.is_some_and(|rest| rest.starts_with([' ', ':', '*']))
    })
}

/// `class OverloadedError(InternalServerError):`, `case 'overloaded_error':`.
fn is_definition(text: &str) -> bool {
    let ends = text.trim_end().ends_with([':', '{', ';']);
    ends && ["class ", "case ", "public class ", "export class ", "pub enum ", "enum "]
        .iter()
        .any(|word| text.starts_with(word))
}

/// A row of a table of statuses: `429 | RateLimitError`.
fn is_row(text: &str) -> bool {
    let Some((code, name)) = text.split_once('|') else { return false };
    let name = name.trim();
    code.trim().len() == 3
        && starts_number(code)
        && !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// An entry of a map of statuses in a program: `529: "Anthropic is overloaded",`.
fn is_entry(text: &str) -> bool {
    let Some((code, rest)) = text.split_once(": ") else { return false };
    code.len() == 3
        && starts_number(code)
        && rest.starts_with(['"', '\'', '`', '“', '‘'])
        && ["\",", "',", "`,", "”,", "’,"].iter().any(|end| rest.trim_end().ends_with(end))
}

/// The title of an issue behind its number: `owner/name#123 API Error: 500`.
fn is_reference(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let Some((name, number)) = first.split_once('#') else { return false };
    name.contains('/') && !name.contains(':') && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

/// What a user asked to be done with a message, or the model says that it will do.
fn is_plan(text: &str) -> bool {
    let asked = text.strip_prefix("> ").is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_lowercase())
            && words::has_any(rest, &["\"API Error", "'API Error", "`API Error"])
    });
    let plan = ["⏺ I'll ", "⏺ I’ll ", "⏺ Let me ", "⏺ Done", "⏺ Now "];
    asked || plan.iter().any(|opener| text.starts_with(opener))
}

/// An answer of a registry of packages.
fn is_registry(text: &str) -> bool {
    const HOSTS: &[&str] = &["registry.yarnpkg.com", "registry.npmjs.org", "files.pythonhosted.org", "crates.io/api"];
    words::has_any(text, HOSTS) && likely::find(text).is_some()
}

/// An operation of AWS that calls no model.
fn is_other_operation(text: &str) -> bool {
    let Some(rest) = words::after(text, "when calling the ") else { return false };
    let name = rest.split_once(" operation").map_or("", |(name, _)| name);
    !name.is_empty() && !OPERATIONS.iter().any(|known| name.contains(known))
}

/// Whether a line is a row of a table of statuses: it begins with one, and so do two lines near it with others.
pub(super) fn is_table(doc: &Doc<'_>, at: usize) -> bool {
    const NEAR: usize = 4;
    let code = |at: usize| {
        let line = doc.clean(at);
        let row = line.trim_start_matches([' ', '-', '*', '|', '•', '`', '\t', '#']);
        let (code, rest) = words::number(row)?;
        let named =
            rest.trim_start_matches(['`', '*', '|', ':', '-', '–', '—', ' ', '\t']).starts_with(char::is_alphabetic);
        (named && (100..=599).contains(&code) && row.len() < 160 && !row.contains('{')).then_some(code)
    };
    let Some(own) = code(at) else { return false };
    let mut seen = vec![own];
    for near in at.saturating_sub(NEAR)..doc.len().min(at + NEAR + 1) {
        seen.extend(code(near).filter(|code| !seen.contains(code)));
    }
    seen.len() > 2
}

/// Whether a short text names so many kinds of errors that it explains them, and tells of none.
pub(super) fn explains(doc: &Doc<'_>) -> bool {
    const SHORT: usize = 40;
    const MANY: usize = 4;
    const CLASSES: &[&str] = &[
        "BadRequestError",
        "AuthenticationError",
        "PermissionDeniedError",
        "NotFoundError",
        "ConflictError",
        "UnprocessableEntityError",
        "RateLimitError",
        "InternalServerError",
        "OverloadedError",
        "APIConnectionError",
    ];
    if doc.len() > SHORT || doc.text().contains("Traceback") || doc.text().contains("req_01") {
        return false;
    }
    let named = |names: &[&str]| names.iter().filter(|name| words::has_any(doc.text(), &[**name])).count() >= MANY;
    named(CLASSES) || named(super::resort::TYPE_WORDS)
}

/// Whether a failure stands in a list of what a search found, or a line behind it says that the next attempt went well.
pub(super) fn is_past(doc: &Doc<'_>, first: usize, last: usize) -> bool {
    const BEFORE: usize = 12;
    const AFTER: usize = 40;
    const LISTS: &[&str] = &["Results for ", "Search results", "Search Results"];
    static WELL: Finder = Finder::new(&[
        "ok after ",
        "OK after ",
        "succeeded after",
        "ucceeded on attempt",
        "ecovered after",
        "uccessfully installed",
        "uccess after ",
        "etry succeeded",
    ]);
    let listed = (first.saturating_sub(BEFORE)..=first).any(|at| {
        let line = doc.clean(at);
        LISTS.iter().any(|opener| line.trim_start_matches(['#', ' ', '*']).starts_with(opener))
    });
    let tried = |at: usize| words::has_any(&doc.clean(at), &["etry", "ttempt"]);
    listed || (first..=last).any(tried) && (last + 1..doc.len().min(last + AFTER)).any(|at| WELL.has(&doc.clean(at)))
}
