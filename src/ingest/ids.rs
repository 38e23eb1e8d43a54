//! Request ids: where they may be read from, and where not.

use serde_json::{Map, Value};

use super::words;

/// Keys that name a request id in bodies and rows.
const KEYS: &[&str] = &[
    "request_id",
    "requestId",
    "requestID",
    "request-id",
    "_request_id",
    "x-request-id",
    "x-amzn-requestid",
    "error_id",
];

/// The ids of an object's own fields.
pub(super) fn of_object(map: &Map<String, Value>) -> Vec<String> {
    // The AWS SDK keeps it with what else it knows of the answer.
    let aws = map.get("$metadata").and_then(Value::as_object);
    let maps = [Some(map), aws].into_iter().flatten();
    maps.flat_map(|map| KEYS.iter().filter_map(|key| map.get(*key)))
        .filter_map(Value::as_str)
        .filter_map(clean)
        .collect()
}

/// An id as its issuer wrote it: white space from wrapping goes; a text that is no id is none.
pub(super) fn clean(text: &str) -> Option<String> {
    let id: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let word = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-:.".contains(&b));
    ((6..=128).contains(&id.len()) && word && !matches!(id.as_str(), "undefined" | "unknown" | "absent")).then_some(id)
}

/// The id that starts here with `req_`.
pub(super) fn tagged(text: &str) -> Option<&str> {
    let id = words::run(text, |b| b.is_ascii_alphanumeric() || b == b'_');
    let tail = id.strip_prefix("req_vrtx_").or_else(|| id.strip_prefix("req_"))?;
    (tail.len() >= 8 && tail.bytes().any(|b| b.is_ascii_digit()) && !tail.contains('_')).then_some(id)
}

/// All `req_` ids of a text, in order, each once.
pub(super) fn all(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices("req_") {
        let stands_alone = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        if let Some(id) = tagged(&text[at..]).filter(|_| stands_alone)
            && !found.iter().any(|known| known == id)
        {
            found.push(id.to_owned());
        }
    }
    found
}

/// Words before an id in a sentence, lower case.
const LABELS: &[&str] = &[
    "request id: ",
    "request-id: ",
    "request_id: ",
    "requestid: ",
    "request id ",
    "request-id ",
    "request id=",
    "request_id=",
    "requestid=",
];

/// The last id that a sentence names as such: `(request id: 4732...)`, `Request-ID: req_...`, `request-id req_...`.
pub(super) fn in_message(text: &str) -> Option<String> {
    if !words::has_any(text, &["equest", "EQUEST"]) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    LABELS
        .iter()
        .flat_map(|label| lower.match_indices(label).map(move |(at, _)| at + label.len()))
        .filter_map(|at| {
            let rest = text.get(at..)?.trim_start_matches(['"', '\'', '`']);
            let id = words::run(rest, |b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            (id.len() >= 8 && id.bytes().any(|b| b.is_ascii_digit())).then(|| (at, id.to_owned()))
        })
        .max_by_key(|(at, _)| *at)
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_look_alikes() {
        assert_eq!(
            all("a req_011CSHoEeqs5C35K2UUqR7Fy, my_req_011CSHoEeqs5C35K2UUqR7Fz req_options req_x"),
            ["req_011CSHoEeqs5C35K2UUqR7Fy"]
        );
        assert_eq!(
            in_message("x (request id: 1990989249003255) (request id: 18693549741801GiHA)").as_deref(),
            Some("18693549741801GiHA")
        );
        assert_eq!(in_message("request-id absent"), None);
        assert_eq!(clean("req_011CSHoE\n  eqs5C35K2UUqR7Fy").as_deref(), Some("req_011CSHoEeqs5C35K2UUqR7Fy"));
    }
}
