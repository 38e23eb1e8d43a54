//! The place in a request that the API names when it refuses one: `messages.4.content.0: ...`, `tools.2.custom.input_schema: ...`.

/// The lists of a request.
const LISTS: [&str; 3] = ["messages.", "tools.", "system."];

/// Where the first such place stands in a text.
pub(crate) fn place(text: &str) -> Option<usize> {
    LISTS.iter().flat_map(|list| text.match_indices(list)).map(|(at, list)| (at, list.len())).find_map(
        |(at, length)| {
            let opens =
                !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
            let rest = &text[at + length..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let goes_on =
                rest[digits..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
                    || rest[digits..].starts_with(": ");
            (opens && (1..=5).contains(&digits) && goes_on).then_some(at)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_a_request_are_told_from_versions_and_calls() {
        for text in [
            "messages.69.content.6: Invalid signature in thinking block",
            "tools.0.custom.input_schema.type: Field required",
            "rejected: messages.4: `tool_use` ids were found",
        ] {
            assert!(place(text).is_some(), "{text}");
        }
        for text in ["client.messages.create(", "messages.0", "tools.10", "my_messages.3.x: y", "system.net.http"] {
            assert_eq!(place(text), None, "{text}");
        }
    }
}
