//! Whether two prints in a log tell of the same failure: by status, ids, words and distance.

use super::draft::{Draft, Weight};
use super::words;
use crate::model::failure::BodyKind;
use crate::model::vocabulary::{InputFormat, Surface};

/// How far apart, in lines, two prints of the same failure may stand.
pub(super) const NEAR: usize = 4;
/// How far apart where their words are the same.
const SAME_WORDS: usize = 120;

/// Whether two prints tell of the same failure.
pub(super) fn same(a: &Draft, b: &Draft) -> bool {
    fn differ<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
        a.is_some() && b.is_some() && a != b
    }
    let ids_differ = !a.ids.is_empty() && !b.ids.is_empty() && !b.ids.iter().any(|id| a.ids.contains(id));
    if differ(a.status.as_ref(), b.status.as_ref())
        || differ(a.error_type.as_ref(), b.error_type.as_ref())
        || ids_differ
    {
        return false;
    }
    if is_whole(a.format) && a.format == b.format {
        return a.format == Some(InputFormat::PythonTraceback) && !a.ids.is_empty() && a.error_string == b.error_string;
    }
    let gap = b.first.saturating_sub(a.last);
    if tells_again(a, b, gap) {
        return true;
    }
    // A server logs its answer right below the error that it is the answer to; a client logs the answer that it raises.
    if is_log_of_answer(b) && gap <= NEAR && !is_log_of_answer(a) && a.weight >= b.weight && !a.accepted {
        return is_answered(a, b);
    }
    by_words(a, b, gap)
}

/// Whether a format tells of each failure once: a traceback, a dialogue, an entry, what a hook writes.
const fn is_whole(format: Option<InputFormat>) -> bool {
    matches!(
        format,
        Some(InputFormat::Har | InputFormat::CurlVerbose | InputFormat::PythonTraceback | InputFormat::SdkHook)
    )
}

/// Whether the second print is what a client or a library adds to the first.
fn tells_again(a: &Draft, b: &Draft, gap: usize) -> bool {
    // The client's line with the status, and below it the body of the same answer.
    let body_below = a.status.is_some() && a.body.is_none() && b.body.is_some();
    if body_below && b.status.is_none() && b.class.is_none() && gap <= 2 * NEAR {
        return true;
    }
    // A library that has told what the answer says raises the error of its HTTP library, which tells the status alone.
    let raised =
        b.class.as_deref().is_some_and(|class| class.ends_with("HTTPStatusError") || class.ends_with("HTTPError"));
    if raised && b.body.is_none() && b.ids.is_empty() && a.error_type.is_some() && a.status.is_none() && gap <= NEAR {
        return true;
    }
    // The Bedrock client raises this about the answer that it has printed.
    let about_answer = b.message.as_deref().is_some_and(|text| text.starts_with("Bad response code, expected 200"));
    about_answer && gap <= 3 * NEAR && a.status.is_some()
}

/// Whether a log of an answer tells of the answer that an error is about.
fn is_answered(a: &Draft, b: &Draft) -> bool {
    let class = a.class.as_deref().unwrap_or_default();
    let server = class.ends_with("InternalServerError") && b.status.is_some_and(|code| code >= 500);
    // nginx writes the failure of its upstream call down, and then what it answered.
    let asked = a.error_string.as_deref().is_some_and(|text| text.contains("upstream") && text.contains("request: \""));
    let fits = a.status.is_some() || server || asked || b.status == super::classes::status_of(class);
    (a.class.is_some() || a.message.is_some()) && (fits || a.weight == Weight::Weak)
}

/// Whether two prints are of one client, and their words or ids of one failure.
fn by_words(a: &Draft, b: &Draft, gap: usize) -> bool {
    let clients = |a: Surface, b: Surface| a == b || a == Surface::Unknown || b == Surface::Unknown;
    let client = clients(a.surface.unwrap_or(Surface::Unknown), b.surface.unwrap_or(Surface::Unknown));
    let shared_id = !a.ids.is_empty() && b.ids.iter().any(|id| a.ids.contains(id));
    let words_match = related(a, b);
    let rows = a.format == b.format && matches!(a.format, Some(InputFormat::ClaudeCodeText | InputFormat::NodeStack));
    let adds =
        a.status.is_some() && a.status == b.status && a.error_type.is_some() != b.error_type.is_some() && gap <= NEAR;
    if rows && adds && a.format == Some(InputFormat::ClaudeCodeText) {
        return true;
    }
    if rows && !shared_id {
        return words_match
            && a.error_string == b.error_string
            && gap <= NEAR
            && a.retries == b.retries
            && a.format != Some(InputFormat::NodeStack);
    }
    (shared_id && gap <= SAME_WORDS * 4)
        || (words_match && gap <= SAME_WORDS)
        || (client && gap <= NEAR && one_is_hint(a, b))
}

/// Whether a print is a line of a log that tells the status of an answer and nothing else.
fn is_log_of_answer(draft: &Draft) -> bool {
    draft.status.is_some()
        && draft.class.is_none()
        && draft.message.is_none()
        && draft.error_type.is_none()
        && draft.body.is_none()
        && draft.sent.url.is_some()
}

/// What wrappers say where the cause stands above, and people cut the sentence that joins the two.
const WRAPPERS: [&str; 6] = [
    "Connection error.",
    "Connection error",
    "Request timed out.",
    "Request failed",
    "Failed to fetch",
    "fetch failed",
];

/// Whether a failure is no more than a wrapper's words.
fn says_nothing(draft: &Draft) -> bool {
    let message = draft.message.as_deref().unwrap_or_default().trim();
    // A logger puts names of its own before them: `API error (attempt 3/11): Connection error.`
    let said = [": ", " · "].iter().filter_map(|mark| message.rsplit_once(mark)).map(|(_, said)| said);
    let wrapper = std::iter::once(message).chain(said).any(|said| WRAPPERS.contains(&said))
        || message.starts_with("Request timed out or interrupted.");
    wrapper && draft.causes.is_empty() && no_answer(draft)
}

/// Whether nothing tells of an answer. A bracket at the front of a message (`[Errno -3] ...`) may look like a body.
fn no_answer(draft: &Draft) -> bool {
    let shaped = matches!(draft.body, Some(BodyKind::AnthropicError | BodyKind::Html));
    draft.status.is_none() && !shaped && draft.ids.is_empty() && draft.error_type.is_none()
}

/// Whether `b` is the error of the HTTP library that a library raised again as `a`, under the same name.
pub(super) fn raised_again(a: &Draft, b: &Draft) -> bool {
    let name = |draft: &Draft| {
        draft.class.as_deref().and_then(|class| class.rsplit(['.', ':', '\\']).next()).map(str::to_owned)
    };
    let fits = a.status.is_none() || b.status.is_none() || a.status == b.status;
    let same_name = a.class != b.class && name(a).is_some_and(|name| name.len() > 8) && name(a) == name(b);
    same_name && fits && b.ids.is_empty() && b.causes.is_empty() && b.first > a.last && b.first - a.last <= NEAR
}

/// Whether `b` is the bare message of the cause, right below its wrapper `a`.
pub(super) fn explained_below(a: &Draft, b: &Draft) -> bool {
    let text = b.message.as_deref().unwrap_or_default();
    let bare = b.class.is_none() && no_answer(b) && b.retries.is_none() && b.time.is_none();
    let close = b.first > a.last && b.first - a.last <= 2;
    a.class.is_some() && says_nothing(a) && bare && close && super::wordings::find(text).is_some()
}

/// Whether `b` is no more than the wrapper of the error right above it.
pub(super) fn explains(a: &Draft, b: &Draft) -> bool {
    let message = b.message.as_deref().unwrap_or_default().trim();
    let about = a.message.iter().chain(&a.error_string).any(|text| text.len() > 4 && text.trim() != message);
    let telling = || super::wordings::find(a.message.as_deref().unwrap_or_default()).is_some();
    let wrapped = a.class.as_deref().map_or_else(telling, |class| Some(class) != b.class.as_deref());
    says_nothing(b)
        && about
        && wrapped
        && (no_answer(a) || a.class.as_deref().is_some_and(|class| class.contains("Proxy")))
        && a.retries.is_none()
        && b.first > a.last
        && b.first - a.last <= NEAR
}

/// Whether the words of one tell the same as the other's: message, error string, or one is a cause of the other.
pub(super) fn related(a: &Draft, b: &Draft) -> bool {
    let texts = |draft: &Draft| -> Vec<String> {
        let own = [draft.message.clone(), draft.error_string.clone()];
        let causes = draft.causes.iter().map(|cause| cause.message.clone());
        own.into_iter()
            .flatten()
            .chain(causes)
            .map(|text| words::collapse(&text))
            .filter(|text| text.len() >= 8)
            .collect()
    };
    let (a, b) = (texts(a), texts(b));
    a.iter().any(|x| {
        b.iter()
            .any(|y| x == y || (x.len() >= 16 && y.contains(x.as_str())) || (y.len() >= 16 && x.contains(y.as_str())))
    })
}

/// Whether one of two neighbours adds detail to the other, as log lines do: same status, or the same unanswered call.
fn one_is_hint(a: &Draft, b: &Draft) -> bool {
    if a.status.is_some() && a.status == b.status {
        return true;
    }
    let log = |draft: &Draft| {
        matches!(
            draft.format,
            Some(
                InputFormat::ClaudeCodeDebug
                    | InputFormat::TypescriptLog
                    | InputFormat::PythonLog
                    | InputFormat::ClaudeCodeJson
                    | InputFormat::ClaudeCodeTranscript
            )
        )
    };
    a.status.is_none() && b.status.is_none() && (log(a) || log(b))
}
