//! The form of a credential: its kind by prefix, and its defects. Works on the value; says nothing of it but these words.

use crate::model::client::{CredentialDefect, CredentialKind};

/// Prefixes and their kinds, most specific first. Sources: the vendors' documentation of their key formats.
const PREFIXES: &[(&str, CredentialKind)] = &[
    ("sk-ant-api", CredentialKind::AnthropicApiKey),
    ("sk-ant-admin", CredentialKind::AnthropicAdminKey),
    ("sk-ant-oat", CredentialKind::AnthropicOauthToken),
    ("sk-ant-ort", CredentialKind::AnthropicRefreshToken),
    ("sk-ant-sid", CredentialKind::AnthropicSession),
    ("sk-ant-", CredentialKind::AnthropicOther),
    ("sk-", CredentialKind::OtherVendor),
    ("pk-", CredentialKind::OtherVendor),
    ("gsk_", CredentialKind::OtherVendor),
    ("hf_", CredentialKind::OtherVendor),
    ("xai-", CredentialKind::OtherVendor),
    ("ghp_", CredentialKind::OtherVendor),
    ("gho_", CredentialKind::OtherVendor),
    ("ghs_", CredentialKind::OtherVendor),
    ("github_pat_", CredentialKind::OtherVendor),
    ("glpat-", CredentialKind::OtherVendor),
    ("xoxb-", CredentialKind::OtherVendor),
    ("AKIA", CredentialKind::Aws),
    ("ASIA", CredentialKind::Aws),
    ("ABSK", CredentialKind::Aws),
    ("bedrock-api-key-", CredentialKind::Aws),
    ("AIza", CredentialKind::Google),
    ("ya29.", CredentialKind::Google),
];

/// Words of a value that was never filled in, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "your-",
    "your_",
    "yourapi",
    "your api",
    "<",
    "${",
    "{{",
    "...",
    "\u{2026}",
    "xxxx",
    "****",
    "changeme",
    "change-me",
    "change_me",
    "replace-me",
    "replace_me",
    "replaceme",
    "placeholder",
    "insert-",
    "insert_",
    "todo",
    "api-key-here",
    "api_key_here",
    "key-here",
];

/// Quotation marks that people and editors leave around a value.
const QUOTES: &[char] = &['"', '\'', '`', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}'];

/// Shortest body after `sk-ant-api03-` and `sk-ant-admin01-` that is called whole; both have 95 characters today.
const WHOLE_KEY: usize = 90;
/// The same for tokens, whose exact length is not documented.
const WHOLE_TOKEN: usize = 60;

/// The value without white space, quotation marks and a `Bearer` prefix.
pub(crate) fn bare(value: &str) -> &str {
    let value = value.trim().trim_matches(QUOTES).trim();
    without_bearer(value).unwrap_or(value)
}

/// The value without a pair of straight quotation marks around it.
pub(crate) fn unquoted(value: &str) -> &str {
    let pair = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    pair('"').or_else(|| pair('\'')).unwrap_or(value)
}

fn without_bearer(value: &str) -> Option<&str> {
    let (word, rest) = value.split_at_checked(7)?;
    word.eq_ignore_ascii_case("bearer ").then(|| rest.trim_start())
}

/// The kind by form.
pub(crate) fn kind(bare: &str) -> CredentialKind {
    if bare.is_empty() {
        return CredentialKind::Empty;
    }
    if let Some((_, kind)) = PREFIXES.iter().find(|(prefix, _)| bare.starts_with(prefix)) {
        return *kind;
    }
    if bare.starts_with("eyJ") && bare.split('.').count() == 3 {
        CredentialKind::Jwt
    } else {
        CredentialKind::Unrecognised
    }
}

/// Kind and defects of a value.
pub(crate) fn examine(value: &str) -> (CredentialKind, Vec<CredentialDefect>) {
    let bare = bare(value);
    let kind = kind(bare);
    if kind == CredentialKind::Empty {
        return (kind, vec![CredentialDefect::Empty]);
    }
    let lines_cut = value.trim_end_matches(['\n', '\r']);
    let trimmed = value.trim();
    let inner = trimmed.trim_matches(QUOTES);
    let placeholder = is_placeholder(bare);
    let inner_space = !placeholder && bare.contains(char::is_whitespace);
    let defects = [
        (lines_cut.len() < value.len(), CredentialDefect::TrailingNewline),
        (lines_cut.trim().len() < lines_cut.len(), CredentialDefect::SurroundingWhitespace),
        (inner_space, CredentialDefect::InnerWhitespace),
        (inner.len() < trimmed.len(), CredentialDefect::Quoted),
        (placeholder, CredentialDefect::Placeholder),
        (!placeholder && is_truncated(bare, kind), CredentialDefect::Truncated),
        (!value.is_ascii(), CredentialDefect::NonAscii),
        (trimmed.contains(|c: char| c.is_control() && !c.is_whitespace()), CredentialDefect::ControlCharacter),
        (without_bearer(inner.trim()).is_some(), CredentialDefect::BearerPrefix),
    ];
    (kind, defects.into_iter().filter(|(there, _)| *there).map(|(_, defect)| defect).collect())
}

fn is_placeholder(bare: &str) -> bool {
    let lower = bare.to_ascii_lowercase();
    let unfilled = lower.starts_with('$') || (lower.starts_with('%') && lower.ends_with('%'));
    // A run such as `xxxx` can stand in a real key by chance only where it is short.
    unfilled || PLACEHOLDERS.iter().any(|word| lower.contains(word)) || is_one_letter(&lower)
}

/// Whether what follows the tag is one character repeated, as in `sk-ant-api03-000000`.
fn is_one_letter(lower: &str) -> bool {
    let tail = lower.rsplit('-').next().unwrap_or(lower);
    let first = tail.chars().next();
    tail.len() >= 4 && tail.chars().all(|c| Some(c) == first)
}

fn is_truncated(bare: &str, kind: CredentialKind) -> bool {
    let body = || bare.splitn(4, '-').nth(3).map_or(0, str::len);
    match kind {
        CredentialKind::AnthropicApiKey | CredentialKind::AnthropicAdminKey => body() < WHOLE_KEY,
        CredentialKind::AnthropicOauthToken | CredentialKind::AnthropicRefreshToken => body() < WHOLE_TOKEN,
        CredentialKind::Aws if bare.starts_with("AKIA") || bare.starts_with("ASIA") => bare.len() < 20,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CredentialDefect as D;

    fn key() -> String {
        format!("sk-ant-{}-{}AA", "api03", "Q3_".repeat(31))
    }

    #[test]
    fn a_whole_key_has_no_defect() {
        assert_eq!(examine(&key()), (CredentialKind::AnthropicApiKey, vec![]));
    }

    #[test]
    fn each_defect_is_found_alone() {
        let key = key();
        let cases: Vec<(String, Vec<D>)> = vec![
            (format!("{key}\n"), vec![D::TrailingNewline]),
            (format!("{key}\r\n"), vec![D::TrailingNewline]),
            (format!(" {key}"), vec![D::SurroundingWhitespace]),
            (format!("{key} \n"), vec![D::TrailingNewline, D::SurroundingWhitespace]),
            (format!("\"{key}\""), vec![D::Quoted]),
            (format!("\u{201c}{key}\u{201d}"), vec![D::Quoted, D::NonAscii]),
            (format!("Bearer {key}"), vec![D::BearerPrefix]),
            (key.replacen('_', " ", 1), vec![D::InnerWhitespace]),
            (key[..40].to_owned(), vec![D::Truncated]),
            (key.replacen('_', "\u{7}", 1), vec![D::ControlCharacter]),
        ];
        for (at, (value, defects)) in cases.into_iter().enumerate() {
            assert_eq!(examine(&value).1, defects, "case {at}");
        }
    }

    #[test]
    fn placeholders_are_told_from_keys() {
        for value in [
            "your-api-key",
            "sk-ant-...",
            "$ANTHROPIC_API_KEY",
            "${KEY}",
            "<key>",
            "sk-ant-api03-xxxxxxxx",
            "%KEY%",
            "sk-ant-api03-your_key_here",
        ] {
            assert_eq!(examine(value).1, [D::Placeholder], "{value}");
        }
        assert_eq!(examine("my-gateway-key-7f3a").1, []);
        assert_eq!(examine("  ").1, [D::Empty]);
    }

    #[test]
    fn kinds_are_told_by_prefix() {
        assert_eq!(kind(&format!("eyJ{}.b.c", "a")), CredentialKind::Jwt);
        assert_eq!(kind(&format!("AKIA{}", "IOSFODNN7EXAMPLE")), CredentialKind::Aws);
        assert_eq!(kind(&format!("sk-or-{}", "v1-abc")), CredentialKind::OtherVendor);
        assert_eq!(kind("hunter2"), CredentialKind::Unrecognised);
    }
}
