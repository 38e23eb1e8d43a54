//! Exception classes: how they are recognised in a line, and which client they belong to.

use super::wordings;
use super::words::{self, Finder};
use crate::model::vocabulary::Surface;

/// Endings of class names that are errors.
const ENDINGS: &[&str] = &[
    "Error",
    "Exception",
    "Timeout",
    "Fault",
    "Interrupt",
    "Exit",
    "Cancelled",
    "ExceptionGroup",
    "Abort",
    "RetryError",
    "UnsupportedProtocol",
    "TooManyRedirects",
    "InvalidURL",
];

/// Whether the last part of a dotted name is the name of an error class.
pub(super) fn is_error_class(name: &str) -> bool {
    let last = name.rsplit(['.', ':', '\\']).next().unwrap_or(name);
    let ends = || ENDINGS.iter().any(|end| last.ends_with(end)) || name.starts_with("google.api_core.exceptions.");
    last.starts_with(|c: char| c.is_ascii_uppercase()) && last.len() < 80 && ends()
}

/// A class and its message, found in a line.
pub(super) struct Found<'a> {
    /// The class as printed.
    pub(super) class: &'a str,
    /// What follows its colon.
    pub(super) message: &'a str,
    /// Byte offset of the class.
    pub(super) at: usize,
}

/// Finds `Class: message` in a line: at its start, or after a space, bracket or mark. Of `A: B: message` the inner is taken,
/// since wrappers repeat themselves (`litellm.BadRequestError: litellm.ContextWindowExceededError: ...`).
pub(super) fn find(line: &str) -> Option<Found<'_>> {
    let mut from = 0;
    while let Some(colon) = line[from..].find(':').map(|at| at + from) {
        from = colon + 1;
        let before = &line[..colon];
        let (name, at) = class_before(before);
        let talk = matches!(name, "Error" | "Exception")
            && at > 0
            && before[..at].ends_with(' ')
            && before[..at].trim_end().ends_with(|c: char| c.is_ascii_alphanumeric());
        if talk || name.is_empty() || !is_error_class(name.trim_end_matches(']')) {
            continue;
        }
        let message = line[colon + 1..].trim_start();
        let nested = words::dotted_name(message);
        if is_error_class(nested) && nested.contains('.') && message[nested.len()..].starts_with(':') {
            continue;
        }
        return Some(Found { class: name, message, at });
    }
    None
}

/// The class name that ends here, and its offset: `a.B`, or `APICallError [AI_APICallError]`.
fn class_before(before: &str) -> (&str, usize) {
    if let Some(open) = before.strip_suffix(']').and_then(|inner| inner.rfind(" [")) {
        let tag = &before[open + 2..before.len() - 1];
        let (name, at) = class_before(&before[..open]);
        if !name.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return if is_error_class(tag) && tag.contains('_') { (tag, open + 2) } else { (name, at) };
        }
        return ("", 0);
    }
    let start = before
        .rfind(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | '\\' | ':')))
        .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let name = &before[start..];
    // `ERROR:a.B` keeps the class only.
    let start = start + name.rfind(':').filter(|at| !name[..*at].ends_with(':')).map_or(0, |at| at + 1);
    let name = words::dotted_name(&before[start..]);
    if name.len() == before.len() - start { (name, start) } else { ("", 0) }
}

/// The client that a class name, a stack or a text names.
pub(super) fn surface(class: &str, stack: &str) -> Option<Surface> {
    let named = |markers: &[&str]| words::has_any(stack, markers);
    match class {
        _ if class.starts_with("anthropic.") => Some(Surface::PythonSdk),
        _ if class.starts_with("com.anthropic.") => Some(Surface::JavaSdk),
        _ if class.starts_with("Anthropic::")
            || class.starts_with("Anthropic\\")
            || class.starts_with("Anthropic.") =>
        {
            Some(Surface::Other)
        }
        _ if ["litellm.", "openai.", "langchain", "aiohttp.", "botocore.", "curl_cffi.", "google."]
            .iter()
            .any(|name| class.starts_with(name)) =>
        {
            Some(Surface::Other)
        }
        _ if named(&["/$bunfs/root/", "claude-code/cli", "@anthropic-ai/claude-code", "claude-agent-sdk"]) => {
            Some(Surface::ClaudeCode)
        }
        _ if named(&[
            "@anthropic-ai/sdk",
            "@anthropic-ai/bedrock-sdk",
            "@anthropic-ai/vertex-sdk",
            "Anthropic.makeRequest",
        ]) =>
        {
            Some(Surface::TypescriptSdk)
        }
        _ if named(&["site-packages/litellm", "site-packages/openai", "site-packages\\litellm", "/litellm/"]) => {
            Some(Surface::Other)
        }
        _ if named(&["site-packages/anthropic", "site-packages\\anthropic", "/anthropic/_", "\\anthropic\\_"]) => {
            Some(Surface::PythonSdk)
        }
        _ if named(&["com.anthropic."]) => Some(Surface::JavaSdk),
        _ if named(&["anthropic-sdk-go"]) => Some(Surface::GoSdk),
        _ => None,
    }
}

/// Classes of the network and HTTP layers, and of the SDKs: by these a stack is about a request.
const REQUEST_CLASSES: &[&str] = &[
    "API",
    "RateLimit",
    "Overloaded",
    "Authentication",
    "PermissionDenied",
    "NotFoundError",
    "BadRequest",
    "InternalServer",
    "ServiceUnavailable",
    "GatewayTimeout",
    "Connect",
    "Timeout",
    "SSL",
    "Proxy",
    "RemoteProtocol",
    "LocalProtocol",
    "ReadError",
    "WriteError",
    "Socket",
    "HTTP",
    "Http",
    "Anthropic",
    "Axios",
    "Fetch",
    "Abort",
    "UnsupportedProtocol",
    "Stream",
    "PaymentRequired",
    "ContentTooLarge",
    "UnprocessableEntity",
    "ConflictError",
    "UnknownHost",
    "NoRouteToHost",
    "ClientError",
    "EndpointConnection",
    "EventStream",
    "RequestTooLarge",
    "ContextWindow",
    "Sse",
    "SpendLimit",
    "Credentials",
    "gaierror",
];

/// Words of messages that are about a request.
static REQUEST_WORDS: Finder = Finder::new(&[
    "fetch failed",
    "ECONN",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "ENETUNREACH",
    "EHOSTUNREACH",
    "EADDRNOTAVAIL",
    "EPIPE",
    "UND_ERR",
    "getaddrinfo",
    "certificate",
    "anthropic",
    "Anthropic",
    "claude",
    "api_key",
    "apiKey",
    "Connection",
    "connection",
    "timed out",
    "timeout",
    "Error code: ",
    "status code",
    "Streaming is",
    "stream ended",
    "terminated",
    "Invalid URL",
    "ByteString",
    "proxy",
    "Proxy",
    "authentication",
    "overloaded",
    "Overloaded",
    "socket hang up",
    "Bad response code",
    "rate limit",
    "_error",
    "HTTP ",
    "SSL",
    "TLS",
    "aborted",
    "API key",
    "auth headers",
]);

/// Whether a class name or message speaks of a request.
pub(super) fn is_about_request(class: &str, message: &str) -> bool {
    words::has_any(class, REQUEST_CLASSES) || REQUEST_WORDS.has(message) || wordings::find(message).is_some()
}

/// Statuses that the Python SDK's classes stand for, where the text shows none. Source: `anthropic/_exceptions.py`.
pub(super) fn status_of(class: &str) -> Option<u16> {
    let name = class.strip_prefix("anthropic.")?.rsplit('.').next()?;
    let known: &[(&str, u16)] = &[
        ("BadRequestError", 400),
        ("AuthenticationError", 401),
        ("PaymentRequiredError", 402),
        ("PermissionDeniedError", 403),
        ("NotFoundError", 404),
        ("RequestTimeoutError", 408),
        ("ConflictError", 409),
        ("PreconditionFailedError", 412),
        ("ContentTooLargeError", 413),
        ("RequestTooLargeError", 413),
        ("UnprocessableEntityError", 422),
        ("RateLimitError", 429),
        ("RequestHeaderFieldsTooLargeError", 431),
        ("ClientClosedRequestError", 499),
        ("ServiceUnavailableError", 503),
        ("GatewayTimeoutError", 504),
        ("DeadlineExceededError", 504),
        ("OverloadedError", 529),
    ];
    known.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_wherever_they_stand() {
        for (line, class, message) in [
            ("anthropic.APIConnectionError: Connection error.", "anthropic.APIConnectionError", "Connection error."),
            ("TypeError: fetch failed", "TypeError", "fetch failed"),
            ("APICallError [AI_APICallError]: prompt", "AI_APICallError", "prompt"),
            (
                "unhandledRejection: TypeValidationError [AI_TypeValidationError]: Type",
                "AI_TypeValidationError",
                "Type",
            ),
            ("DOMException [Error]: Request was cancelled.", "DOMException", "Request was cancelled."),
            (
                "litellm.BadRequestError: litellm.ContextWindowExceededError: x - y",
                "litellm.ContextWindowExceededError",
                "x - y",
            ),
            ("01:57:20 - openhands:ERROR: retry.py:47 - litellm.RateLimitError: x", "litellm.RateLimitError", "x"),
            ("Unexpected error: litellm.AuthenticationError: Y - z", "litellm.AuthenticationError", "Y - z"),
            (
                "Caused by: java.net.ConnectException: Connection refused",
                "java.net.ConnectException",
                "Connection refused",
            ),
            (
                "PHP Fatal error:  Uncaught Anthropic\\Core\\Exceptions\\RateLimitException: x",
                "Anthropic\\Core\\Exceptions\\RateLimitException",
                "x",
            ),
        ] {
            let found = find(line);
            assert_eq!(found.map(|f| (f.class, f.message)), Some((class, message)), "{line}");
        }
        for line in [
            "http://x: y",
            "error: x",
            "API Error: 529",
            "INFO:     127.0.0.1:38058 - x",
            "-title: AI_InvalidDataContentError",
            "Mode: Timeout",
        ] {
            assert!(find(line).is_none(), "{line}");
        }
    }
}
