//! Rows of private files, cut down to the fields that may be shown.

use serde_json::{Map, Value};

/// Fields of Claude Code rows that may be shown. Everything else, prompts above all, stays out.
const FIELDS: &[&str] = &[
    "type",
    "subtype",
    "level",
    "error",
    "retryInMs",
    "retryAttempt",
    "maxRetries",
    "source",
    "timestamp",
    "version",
    "entrypoint",
    "isApiErrorMessage",
    "is_api_error_message",
    "apiError",
    "api_error",
    "apiErrorStatus",
    "api_error_status",
    "apiErrorType",
    "api_error_type",
    "requestId",
    "request_id",
    "attempt",
    "max_retries",
    "retry_delay_ms",
    "error_status",
    "is_error",
    "terminal_reason",
    "result",
    "num_turns",
    "duration_ms",
    "claude_code_version",
    "model",
    "apiKeySource",
];

/// Fields inside `error` that may be shown.
const ERROR_FIELDS: &[&str] = &[
    "message",
    "status",
    "requestId",
    "formatted",
    "connection",
    "cause",
    "code",
    "isNetworkDown",
    "isSSLError",
    "errno",
    "type",
];

/// A row with its allowed fields only.
pub(super) fn show(raw: &str) -> String {
    let Ok(Value::Object(row)) = serde_json::from_str::<Value>(raw.trim()) else {
        return if raw.trim_start().starts_with('{') {
            "[a row that does not parse was left out]".to_owned()
        } else {
            raw.to_owned()
        };
    };
    let is_error = row
        .get("is_error")
        .or_else(|| row.get("isApiErrorMessage"))
        .or_else(|| row.get("is_api_error_message"))
        .and_then(Value::as_bool)
        == Some(true);
    let kind = row
        .get("subtype")
        .and_then(Value::as_str)
        .or_else(|| row.get("type").and_then(Value::as_str))
        .unwrap_or("other");
    if !is_error && !matches!(kind, "api_error" | "api_retry" | "init") {
        let kind = if kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-') { kind } else { "other" };
        return format!("[a row of type {kind} was left out]");
    }
    let mut shown = Map::new();
    for (key, value) in row.iter().filter(|(key, _)| FIELDS.contains(&key.as_str())) {
        shown.insert(key.clone(), allowed(key, value));
    }
    if let Some(text) = row.get("message").and_then(|message| message.pointer("/content/0/text")).filter(|_| is_error) {
        shown.insert("text".to_owned(), text.clone());
    }
    Value::Object(shown).to_string()
}

fn allowed(key: &str, value: &Value) -> Value {
    match value {
        Value::Object(inner) if matches!(key, "error" | "connection" | "cause") => {
            let kept = inner.iter().filter(|(key, _)| ERROR_FIELDS.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key.clone(), allowed(key, value))).collect())
        }
        Value::Object(_) | Value::Array(_) => Value::Null,
        plain => plain.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_show_errors_and_never_prompts() {
        assert_eq!(show(r#"{"type":"user","message":{"content":"secret"}}"#), "[a row of type user was left out]");
        let row = r#"{"type":"system","subtype":"api_error","error":{"status":529,"headers":{"a":"secret"}},"cwd":"/secret","blob":"secret"}"#;
        assert_eq!(show(row), r#"{"type":"system","subtype":"api_error","error":{"status":529}}"#);
        assert_eq!(show(r#"{"type":"user","message":{"content":"secr"#), "[a row that does not parse was left out]");
    }
}
