//! What stands in the place of a credential in source: the same name again, a call that makes it, its type.

use std::ops::Range;

use crate::redact::names::Names;

/// So much of a call is read.
const LONGEST_CALL: usize = 128;

/// Whether a value names or makes a credential, and is none.
pub(super) fn is_source(text: &[u8], name: &[u8], value: &Range<usize>) -> bool {
    let is_bare = value.start.checked_sub(1).is_none_or(|at| !b"\"'`".contains(&text[at]));
    is_bare
        && (repeats(name, &text[value.clone()])
            || calls_on_names(&text[value.start..])
            || is_type(&text[value.start..]))
}

/// Whether a value is the name of the credential again: `aws_secret_key=aws_secret_key`, `token = self.credentials.token`. A single word is also what people
/// take for a password.
fn repeats(name: &[u8], value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let end = value.iter().rposition(|b| !b",;)".contains(b)).map_or(0, |last| last + 1);
    let value = &value[..end];
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.');
    let last = |path: &[u8]| {
        let part = path.rsplit(|b| *b == b'.').next().unwrap_or_default();
        part.iter().filter(|b| **b != b'_').map(u8::to_ascii_lowercase).collect::<Vec<u8>>()
    };
    let of_words = value.iter().skip(1).any(|b| matches!(b, b'_' | b'.') || b.is_ascii_uppercase());
    // A setting of an environment is no source.
    let is_setting = name.iter().all(|b| !b.is_ascii_lowercase());
    let is_mixed_case = !is_setting && value.iter().any(u8::is_ascii_lowercase);
    of_words && is_mixed_case && value.iter().all(is_name) && !last(value).is_empty() && last(value) == last(name)
}

/// Whether a call of a function begins here, which makes its value of another text: `get_key("name")`, `vault.read()`, `Auth(user_id=None, ..)`.
pub(super) fn calls_on_text(rest: &[u8]) -> bool {
    let name = rest.iter().take(64).take_while(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.')).count();
    let Some(inner) = rest[name..].strip_prefix(b"(").filter(|_| name > 2) else { return false };
    let field = inner.iter().take(64).take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
    let is_argument = field > 1 && inner.get(field) == Some(&b'=') && inner.get(field + 1) != Some(&b'=');
    is_argument || inner.first().is_some_and(|b| matches!(b, b'"' | b'\'' | b')' | b'\r' | b'\n'))
}

/// Whether a call of a function on names begins here: `load_token(ctx, scope)`.
fn calls_on_names(rest: &[u8]) -> bool {
    let near = &rest[..rest.len().min(LONGEST_CALL)];
    let is_name = |b: &u8| b.is_ascii_lowercase() || matches!(b, b'_' | b'.');
    let name = near.iter().take_while(|b| is_name(b)).count();
    let Some(inner) = near[name..].strip_prefix(b"(") else { return false };
    let Some(close) = memchr::memchr(b')', inner) else { return false };
    let is_argument = |b: &u8| b.is_ascii_alphanumeric() || b"_.,= ".contains(b);
    let ends = inner.get(close + 1).is_none_or(|b| b"\r\n,;)".contains(b));
    let of_words = near[..name].iter().any(|b| matches!(b, b'_' | b'.'));
    name > 3 && of_words && ends && inner[..close].iter().all(is_argument)
}

/// Whether a type begins here: `AccessToken | None`, `Mapping[str, str]`.
fn is_type(rest: &[u8]) -> bool {
    let near = &rest[..rest.len().min(LONGEST_CALL)];
    let name = near.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let of_capital =
        near.first().is_some_and(u8::is_ascii_uppercase) && near[..name].iter().any(u8::is_ascii_lowercase);
    let after = &near[name..];
    let is_type = |word: &[u8]| {
        let word = &word[..word.iter().take_while(|b| b.is_ascii_alphanumeric()).count()];
        Names::get().is_some_and(|names| names.is_type(word))
    };
    let optional = after.strip_prefix(b" | ").is_some_and(is_type);
    let of_items = after.strip_prefix(b"[").is_some_and(|items| {
        let close = memchr::memchr(b']', items).unwrap_or(0);
        close > 0 && items[..close].split(|b| b",|[".contains(b)).all(|word| is_type(word.trim_ascii()))
    });
    of_capital && (optional || of_items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_is_told_from_values() {
        for (name, value, is) in [
            ("aws_secret_key", "aws_secret_key,", true),
            ("self.aws_secret_key", "aws_secret_key", true),
            ("authToken", "options.authToken", true),
            ("token", "self.credentials.token", true),
            ("token", "_credit_token(message)", true),
            ("auth_token", "static_credential(warn=x)\n", true),
            ("_custom_auth", "AccessTokenAuth | None\n", true),
            ("creds", "Dict[str, Any] = _wrap(x)", true),
            ("password", "password", false),
            ("DB_PASSWORD", "db_password", false),
            ("api_key", "API_KEY", false),
            ("password", "hunter(2)", false),
            ("password", "Pa[ss]", false),
            ("password", "my_pass(word", false),
            ("secret", "Abc | def", false),
        ] {
            assert_eq!(
                is_source(value.as_bytes(), name.as_bytes(), &(0..value.trim_end().len())),
                is,
                "{name}: {value}"
            );
        }
    }
}
