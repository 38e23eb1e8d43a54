//! The shape of a request body: model, counts, switches. Never its content.

use serde_json::Value;

use super::draft::Sent;

/// What the shape of a request body tells.
pub(super) fn of_request(value: &Value) -> Sent {
    let list = |key: &str| value.get(key).and_then(Value::as_array);
    let count = |n: usize| u64::try_from(n).ok();
    let blocks = |message: &Value| match message.get("content") {
        Some(Value::Array(blocks)) => blocks.len(),
        Some(Value::String(_)) => 1,
        _ => 0,
    };
    // Node's depth limit prints `[Array]` for a list it does not open: its length is unknown.
    let opened = list("messages").filter(|items| items.iter().all(Value::is_object));
    Sent {
        model: value.get("model").and_then(Value::as_str).map(str::to_owned),
        stream: value.get("stream").and_then(Value::as_bool),
        max_tokens: value.get("max_tokens").and_then(Value::as_u64),
        messages: opened.and_then(|items| count(items.len())),
        tools: list("tools").filter(|items| items.iter().all(Value::is_object)).and_then(|items| count(items.len())),
        blocks: opened.and_then(|items| count(items.iter().map(blocks).sum())),
        ..Sent::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counts_are_told_and_content_is_not() {
        let body = json!({"model": "claude-opus-4-6", "max_tokens": 64, "messages": [{"role": "user", "content": "secret"}, {"content": [{}, {}]}], "tools": [{}]});
        let sent = of_request(&body);
        assert_eq!((sent.messages, sent.blocks, sent.tools, sent.max_tokens), (Some(2), Some(3), Some(1), Some(64)));
        assert!(!format!("{sent:?}").contains("secret"));
        assert_eq!(of_request(&json!({"messages": ["Array"]})).messages, None);
    }
}
