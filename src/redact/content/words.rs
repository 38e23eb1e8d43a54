//! Words and marks that values are made of beside their texts: constants, numbers, names, what stands between values.

/// Words that stand for no content.
pub(super) const CONSTANTS: &[&[u8]] = &[
    b"null",
    b"None",
    b"nil",
    b"true",
    b"True",
    b"false",
    b"False",
    b"undefined",
    b"Object",
    b"Array",
    b"NaN",
    b"Infinity",
    b"more",
    b"items",
    b"item",
    b"NOT_GIVEN",
    b"NotGiven",
    b"Omit",
    b"Circular",
    b"Function",
    b"map",
];

/// Length of a mark between values that says nothing by itself, 0 where none stands here.
pub(super) fn mark_length(rest: &[u8]) -> usize {
    match rest {
        // Between values; before a map of Erlang.
        [b':' | b'=' | b'>' | b'+' | b';', ..] | [b'#', b'{', ..] => 1,
        // Before a map or a struct of Elixir.
        [b'%', next, ..] if *next == b'{' || next.is_ascii_uppercase() => 1,
        [b'.', b'.', b'.', ..] => 3,
        // Around a binary of Erlang.
        [b'<', b'<', b'"', ..] => 2,
        [b'/', b'u', b't', b'f', b'8', b'>', b'>', ..] => 5,
        // A member of an enumeration of Python: `<MessageRole.USER: 'user'>`.
        [b'<', ..] => member_length(rest),
        _ => 0,
    }
}

/// Length of a member of an enumeration as Python shows it: `<MessageRole.USER: 'user'>`; 0 where none stands here.
fn member_length(rest: &[u8]) -> usize {
    let end = rest.iter().take(80).position(|b| *b == b'>').unwrap_or(0);
    let inner = rest.get(1..end).unwrap_or_default();
    let name = inner.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'_')).count();
    let value = inner[name..].strip_prefix(b": ").unwrap_or_default();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"_'\"-\\".contains(b);
    let is_member = inner.first().is_some_and(u8::is_ascii_uppercase) && inner[..name].contains(&b'.');
    if is_member && !value.is_empty() && value.iter().all(plain) { end + 1 } else { 0 }
}

pub(super) fn is_number(word: &[u8]) -> bool {
    word.iter().all(|b| b.is_ascii_digit() || matches!(*b, b'.' | b'-' | b'+' | b'e' | b'E' | b'_' | b'n'))
        && word.iter().any(u8::is_ascii_digit)
}

/// A key of an interface: an identifier of moderate length.
pub(super) fn is_plain_key(value: &[u8]) -> bool {
    value.len() <= 32 && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(*b, b'_' | b'-' | b'$'))
}

/// One short word that may say a shape: a role, a type, an id, a model, a media type.
pub(super) fn is_one_word(value: &[u8]) -> bool {
    value.len() <= 80
        && value.iter().all(|b| b.is_ascii_alphanumeric() || matches!(*b, b'_' | b'-' | b'.' | b'/' | b':' | b'+'))
}
