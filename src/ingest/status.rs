//! HTTP statuses in the words of programs: which of the numbers in a text is one, and which is a line, a port or a duration.

use super::status_words::{BEFORE, ERROR_WORDS, KEYS, NAMED, OWN_FAILURES, REASONS, TUNNEL, UNITS, USUAL, WEAK};
use super::words;

fn three_digits(text: &str) -> Option<u16> {
    let (code, rest) = words::number(text)?;
    let word = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '%');
    let fraction = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    // People cut the space: `status code 404model: claude-...`.
    let glued = rest.starts_with("model: ");
    let ends = (!word || glued) && !fraction;
    u16::try_from(code).ok().filter(|code| ends && (100..=599).contains(code))
}

/// All numbers of a text that can be a status, with their places, in order.
fn codes(text: &str) -> impl Iterator<Item = (usize, u16)> + '_ {
    let bytes = text.as_bytes();
    let starts = move |at: &usize| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit());
    (0..bytes.len()).filter(starts).filter_map(|at| Some((at, three_digits(&text[at..])?)))
}

/// Whether three digits stand together: without, nothing can be a status.
fn has_code(text: &str) -> bool {
    text.as_bytes().windows(3).any(|window| window.iter().all(u8::is_ascii_digit))
}

/// Whether what stands around a number says that it is a status.
fn is_labelled(text: &str, at: usize, code: u16) -> bool {
    let (before, after) = (&text[..at], &text[at + 3..]);
    worded(before, code)
        || keyed(before, code)
        || named(before, after, code)
        || (USUAL.contains(&code) && weakly(before, after))
}

/// Whether the words right before a number say so; quotation marks and brackets may stand between.
fn worded(before: &str, code: u16) -> bool {
    let error = (400..=599).contains(&code);
    let mut before = before;
    loop {
        let label = |marker: &&&str| {
            before.ends_with(**marker) && (error || marker.contains("HTTP") || marker.contains("tatus"))
        };
        if BEFORE.iter().any(|marker| label(&marker)) {
            return true;
        }
        let Some(rest) = before.strip_suffix(['\'', '"', '(', '‘', '“']) else { return false };
        before = rest;
    }
}

/// Whether a key before a number names a status, however it is written: `http_status=429`, `"statusCode" : 429`, `状态码：429`.
fn keyed(before: &str, code: u16) -> bool {
    let near = before.trim_end_matches(|c: char| c.is_whitespace() || "\"'`“”‘’([{（【*:=>：|".contains(c));
    if near.len() == before.len() || code < 400 {
        return false;
    }
    let start = near.char_indices().rev().take(28).last().map_or(0, |(at, _)| at);
    let folded: String = near[start..].chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    // `exit status 404` is none of a server.
    KEYS.iter().any(|key| folded.ends_with(key)) && !folded.ends_with("exitstatus") && !folded.ends_with("exitcode")
}

/// Whether a number stands behind the name of the API in a bracket: `[anthropic:529] Overloaded`.
fn named(before: &str, after: &str, code: u16) -> bool {
    let label = before.strip_suffix([':', ' ', '/']).and_then(|text| text.rsplit_once('[')).map(|(_, label)| label);
    after.starts_with(']')
        && code >= 400
        && label.is_some_and(|label| matches!(&*label.to_ascii_lowercase(), "anthropic" | "claude" | "api"))
}

/// Whether a verb stands before a number, and no unit after it: `received 429`, not `received 429 bytes`.
fn weakly(before: &str, after: &str) -> bool {
    let unit = after.trim_start();
    let before = before.trim_end_matches(['"', '\'', '“', '`']);
    WEAK.iter().any(|marker| before.ends_with(marker)) && !UNITS.iter().any(|word| unit.starts_with(word))
}

/// Whether a number in brackets is a status: `Server error: Overloaded (529): ...`, `Anthropic Error [503]`.
fn is_bracketed(text: &str, at: usize, code: u16) -> bool {
    let (before, after) = (&text[..at], &text[at + 3..]);
    let closed = [("(", ")"), ("[", "]"), ("（", "）")].iter().any(|(open, close)| {
        before.ends_with(open) && after.starts_with(close) && before.trim_end_matches(open).ends_with([' ', ':', '：'])
    });
    closed && USUAL.contains(&code) && words::has_any(before, ERROR_WORDS)
}

/// Whether a status and its reason phrase begin the text: `503 Service Temporarily Unavailable`.
pub(super) fn is_reason(text: &str) -> bool {
    let Some((_, rest)) = words::number(text.trim_start()) else { return false };
    REASONS.places(rest.trim_start()).next() == Some(0)
}

/// The status that a name stands for: `Status Code: TooManyRequests`, `status=TOO_MANY_REQUESTS`.
fn named_status(text: &str) -> Option<u16> {
    let labels = [
        "tatus Code: ",
        "tatusCode: ",
        "tatus code: ",
        "tatusCode=",
        "tatus=",
        "tatus: ",
        "tatus code ",
        "StatusCode.",
        "HttpStatus.",
        "HTTPStatus.",
    ];
    let label = labels.iter().find_map(|label| words::after(text, label))?;
    let name = words::run(label.trim_start_matches(['\'', '"']), |b| b.is_ascii_alphabetic() || b == b'_');
    let folded: String = name.chars().filter(|c| *c != '_').map(|c| c.to_ascii_lowercase()).collect();
    NAMED.iter().find(|(known, _)| *known == folded).map(|(_, code)| *code)
}

/// Whether what stands before a number says that it is a proxy's answer to `CONNECT`, or a library's own, which is no status of
/// the request.
pub(super) fn is_of_another(before: &str) -> bool {
    let near = before.trim_end_matches([' ', '"', '\'', '(', '=']);
    let named = ["unnel connection failed:", "from proxy after CONNECT:", "CONNECT tunnel failed, response"];
    let line = near.rsplit('\n').next().unwrap_or(near);
    // aiohttp numbers what it could not read, too.
    let parse = ["<TransferEncodingError:", "<ContentLengthError:", "<BadHttpMessage:"];
    named.iter().chain(&parse).any(|words| near.ends_with(words)) || words::has_any(line, TUNNEL)
}

/// The first HTTP status that a text tells as such.
pub(super) fn find(text: &str) -> Option<u16> {
    if OWN_FAILURES.iter().any(|words| text.trim_start().starts_with(words)) {
        return None;
    }
    if let Some(code) = three_digits(text.trim_start()).filter(|code| (400..=599).contains(code)) {
        return Some(code);
    }
    if let Some(code) = named_status(text) {
        return Some(code);
    }
    if !has_code(text) {
        return None;
    }
    let labelled = codes(text).find(|(at, code)| is_labelled(text, *at, *code) && !is_of_another(&text[..*at]));
    let mut phrased = REASONS.places(text).filter_map(|at| {
        let at = Some(at).filter(|at| *at >= 4 && text.is_char_boundary(at - 4))?;
        text[..at].ends_with(' ').then(|| three_digits(&text[at - 4..at])).flatten().map(|code| (at - 4, code))
    });
    let mut phrased = phrased.by_ref().filter(|(at, _)| !is_of_another(&text[..*at]));
    let told = labelled.into_iter().chain(phrased.next()).min_by_key(|(at, _)| *at);
    told.or_else(|| codes(text).find(|(at, code)| is_bracketed(text, *at, *code))).map(|(_, code)| code)
}

/// A number right before a body: `... - 429 {"error": ...}`, `Status Code 400, {...}`.
pub(super) fn last_number(before: &str, least: u16) -> Option<u16> {
    let before = before.trim_end_matches([' ', ',', ':', '-', '=', '(', '"', '\'', '\n']);
    let start = before.len().checked_sub(3).filter(|at| before.is_char_boundary(*at))?;
    let alone = before[..start].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() && c != '.');
    three_digits(&before[start..]).filter(|code| alone && (least..=599).contains(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_told_from_other_numbers() {
        for (text, code) in [
            ("API Error: 529 Overloaded", Some(529)),
            ("Error code: 404 - {}", Some(404)),
            ("POST \"https://x/v1/messages\": 400 Bad Request (Request-ID: req_1)", Some(400)),
            ("Client error '401 Unauthorized' for url", Some(401)),
            ("malformed response (HTTP 200) - check", Some(200)),
            ("Request rejected (429) · x", Some(429)),
            ("api.anthropic.com | 520: Web server", Some(520)),
            ("File \"file.py\", line 529, in x", None),
            ("error after 500ms", None),
            ("Proxy response (407) !== 200", None),
            ("CONNECT tunnel failed, response 403", None),
            ("port 18700: connection refused", None),
            ("prompt is too long: 209353 tokens", None),
            ("Errno 111", None),
        ] {
            assert_eq!(find(text), code, "{text}");
        }
    }

    #[test]
    fn every_form_in_which_clients_show_a_status_is_read() {
        for text in [
            "status: 429",
            "status 429",
            "(status 429)",
            "[status=429]",
            "status_code=429",
            "status_code: 429",
            "statusCode: 429",
            "{\"statusCode\" : 429}",
            "http_status=429",
            "httpStatus: 429",
            "HTTP status code: 429",
            "http code 429",
            "HTTP error 429",
            "HTTP Error 429: Too Many Requests",
            "HTTP 429",
            "HTTP/2 429",
            "HTTP/1.1 429 Too Many Requests",
            "Server returned HTTP response code: 429 for URL",
            "Error 429: slow down",
            "Error [429]: slow down",
            "Error (429)",
            "providerError(429, \"x\")",
            "429 Too Many Requests",
            "code=429",
            "code: 429, message",
            "Request failed with status code 429",
            "request failed with 429",
            "received 429 from the API",
            "got 429",
            "responded with 429",
            "HTTP status client error (429 Too Many Requests) for url",
            "got status: 429 Too Many Requests.",
            "Der Remoteserver hat einen Fehler zurückgegeben: (429) Too Many Requests.",
            "Le serveur distant a retourné une erreur : (429)",
            "远程服务器返回错误: (429) Too Many Requests。",
            "请求失败，状态码：429",
            "错误代码 429",
            "ステータスコード: 429",
            "код состояния: 429",
            "código de estado: 429",
            "StatusCode=TooManyRequests",
            "status=TOO_MANY_REQUESTS",
            "awaiting response... 429",
        ] {
            assert_eq!(find(text), Some(429), "{text}");
        }
    }

    #[test]
    fn numbers_of_other_things_are_no_statuses() {
        for text in [
            "exit status 429",
            "exit code: 404",
            "exited with status code -1",
            "line 429, in send",
            "app.js:429:12",
            "port 502",
            "listening on 127.0.0.1:500",
            "took 503 ms",
            "in 429ms",
            "received 429 bytes",
            "got 404 results",
            "returned 500 rows",
            "status: 500ms",
            "429 tokens",
            "v4.2.9 build 4290",
            "status: 4291",
            "retry after 401 seconds",
            "error on line 404",
        ] {
            assert_eq!(find(text).filter(|_| !text.starts_with("429")), None, "{text}");
        }
    }
}
