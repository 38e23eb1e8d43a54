//! Credential values that an input shows: in headers, in commands, in URLs. They are told to redaction, and to nobody else.

use super::{headers, words};
use crate::model::{KnownValue, Raw};

/// The credential values of a line.
pub(super) fn of_line(text: &str, label: &Raw<String>) -> Vec<KnownValue> {
    let mut found = Vec::new();
    if words::has_any(
        text,
        &["uthorization", "api-key", "Api-Key", "API-KEY", "ookie", "security-token", "elicone-", "subscription-key"],
    ) {
        header_values(text, label, &mut found);
    }
    if let Some(value) = words::between(text, "Illegal header value b'", "'") {
        let value = value.trim_end_matches("\\n").trim_end_matches("\\r");
        found.extend(headers::secrets("authorization", value, label));
    }
    for (at, _) in text.match_indices("://").take(20) {
        let authority = words::run(&text[at + 3..], |b| b.is_ascii_graphic() && !b"/\"'`<> ".contains(&b));
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        let password = user.split_once(':').map_or(user, |(_, password)| password);
        if password.len() >= 4 {
            found.push(KnownValue { value: Raw::text(password), kind: "url-password", place: label.clone() });
        }
    }
    found
}

/// `name: value` of secret headers, however it is quoted: `> x-api-key: v`, `'authorization': 'v'`, `-H "x-api-key: v"`, `"name":"cookie","value":"v"`.
fn header_values(text: &str, label: &Raw<String>, found: &mut Vec<KnownValue>) {
    for (colon, _) in text.match_indices(':').take(400) {
        let before = text[..colon].trim_end_matches(['"', '\'', ' ', '\\']);
        let start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let name = &before[start..];
        let after = text[colon + 1..].trim_start();
        let har = name == "name" && after.trim_start_matches('"').split('"').next().is_some_and(headers::is_secret);
        if har {
            let value = words::after(after, "\"value\"")
                .map(|rest| rest.trim_start_matches([':', ' ', '"']))
                .and_then(|rest| rest.split('"').next());
            found.extend(value.into_iter().flat_map(|value| headers::secrets("authorization", value, label)));
        }
        if !headers::is_secret(name) {
            continue;
        }
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let outer =
            text[..start].chars().next_back().filter(|c| matches!(c, '"' | '\'') && !text[..colon].ends_with(*c));
        let value = match quote.or(outer) {
            Some(quote) => after.trim_start_matches(['"', '\'']).split(quote).next().unwrap_or_default(),
            None => after,
        };
        found.extend(headers::secrets(name, value.trim_end_matches('\\'), label));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credential_values_are_found_in_every_quoting() {
        let key = format!("sk-ant-{}", "api03-abcdefghijkl");
        let label = Raw::text("x");
        for line in [
            format!("> x-api-key: {key}"),
            format!("curl -H \"x-api-key: {key}\" https://x"),
            format!("'authorization': 'Bearer {key}', 'a': 'b'"),
            format!("{{\"name\":\"x-api-key\",\"value\":\"{key}\"}}"),
            format!("Illegal header value b'Bearer {key}\\n'"),
            format!("HTTPS_PROXY=http://user:{key}@proxy:8080"),
        ] {
            let found = of_line(&line, &label);
            assert!(found.iter().any(|known| known.value.expose() == &key), "{}", line.len());
        }
        assert!(of_line("authorization: ***", &label).is_empty());
        assert!(of_line("see https://example.com/a@b", &label).is_empty());
    }
}
