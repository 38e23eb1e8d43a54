//! Error bodies that a record holds as text, at any place: a node of a workflow keeps the answer that it got among its details.

use serde_json::Value;

use super::{body, json, wordings, words};

/// How deep is looked, and how many values.
const DEPTH: usize = 5;
const VALUES: usize = 200;

/// The first text in a record that holds an error body, never under keys of content.
pub(super) fn text(value: &Value) -> Option<&str> {
    let mut left = VALUES;
    find(value, 0, &mut left)
}

/// The text of an answer that a row shows beside its status.
pub(super) fn answer(value: &Value) -> Option<&str> {
    let code = ["status", "statusCode", "status_code"].iter().filter_map(|key| value.get(*key)).find_map(Value::as_u64);
    code.filter(|code| (400..600).contains(code))?;
    let text =
        ["body", "response", "responseText", "text"].iter().filter_map(|key| value.get(*key)).find_map(Value::as_str);
    text.filter(|text| wordings::says(words::cut(text, 2048)).answer)
}

/// The code of a failed connection that a record keeps as the cause of its error, without words.
pub(super) fn code(value: &Value) -> Option<&str> {
    fn under(value: &Value, depth: usize) -> Option<&str> {
        let held = ["error", "err", "cause", "connection", "details", "exception"];
        let inner = held.iter().filter_map(|key| value.get(*key)).filter(|inner| inner.is_object());
        inner.filter(|_| depth < DEPTH).find_map(|inner| own(inner).or_else(|| under(inner, depth + 1)))
    }
    fn own(value: &Value) -> Option<&str> {
        let code = value.get("code").and_then(Value::as_str)?;
        let capital = code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        (capital && wordings::says(code).transport).then_some(code)
    }
    under(value, 0)
}

fn find<'a>(value: &'a Value, depth: usize, left: &mut usize) -> Option<&'a str> {
    *left = left.checked_sub(1)?;
    match value {
        Value::String(text) => {
            let shaped = text.contains('{') && words::has_any(text, &["_error", "_too_large"]);
            (shaped && body::find(text).is_some_and(|body| body.error_type.is_some())).then_some(text)
        }
        Value::Array(items) if depth < DEPTH => items.iter().find_map(|item| find(item, depth + 1, left)),
        Value::Object(map) if depth < DEPTH => {
            let fields = map.iter().filter(|(key, _)| !json::CONTENT.contains(&key.as_str()));
            fields.map(|(_, inner)| inner).find_map(|inner| find(inner, depth + 1, left))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_among_the_details_is_found_and_one_in_a_prompt_is_not() {
        let body = r#"529 - {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#;
        let held = serde_json::json!({"details": {"raw": [body]}});
        assert_eq!(text(&held), Some(body));
        let asked = serde_json::json!({"messages": [{"content": body}], "prompt": body});
        assert_eq!(text(&asked), None);
    }
}
