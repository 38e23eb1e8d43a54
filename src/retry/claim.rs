//! The change that the user says a retry makes.

use crate::model::path::{VARIABLES, known};

/// The one stated change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing is changed: a repeat.
    Nothing,
    /// An environment variable of the command is removed.
    Unset(String),
    /// An environment variable of the command gets another value.
    Set(String, String),
    /// A person changed something outside, in their own words.
    Said(String),
}

impl Claim {
    /// Reads `NAME=VALUE`, or `NAME=` for a removal.
    #[must_use]
    pub fn assignment(text: &str) -> Option<Self> {
        let (name, value) = text.split_once('=')?;
        let name = name.trim();
        let valid = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control());
        valid.then(|| {
            if value.is_empty() { Self::Unset(name.to_owned()) } else { Self::Set(name.to_owned(), value.to_owned()) }
        })
    }

    /// The environment variable that is changed.
    #[must_use]
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Unset(name) | Self::Set(name, _) => Some(name),
            Self::Nothing | Self::Said(_) => None,
        }
    }

    /// Whether a variable of the path is what was stated. Words of a person that name no variable fit any.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Unset(stated) | Self::Set(stated, _) => name_of(stated) == name,
            Self::Said(words) => {
                let words = words.to_lowercase();
                let names = |name: &str| {
                    let named = |word: &&str| has_words(&words, &word.to_lowercase());
                    let also = known(name).map(|known| known.said_as).unwrap_or_default();
                    [name].iter().chain(also).any(named) || (name.ends_with("_PROXY") && has_words(&words, "proxy"))
                };
                names(name) || !VARIABLES.iter().any(|variable| names(variable.name))
            }
        }
    }
}

/// The path variable that an environment variable is compared as.
#[must_use]
pub(super) fn name_of(variable: &str) -> String {
    let upper = variable.to_ascii_uppercase();
    match variable {
        "ANTHROPIC_API_KEY" | "ANTHROPIC_AUTH_TOKEN" | "CLAUDE_CODE_OAUTH_TOKEN" => crate::model::path::KEY.to_owned(),
        "ANTHROPIC_BEDROCK_BASE_URL" | "ANTHROPIC_VERTEX_BASE_URL" | "ANTHROPIC_FOUNDRY_BASE_URL" => {
            crate::model::path::BASE_URL.to_owned()
        }
        _ if upper.ends_with("_PROXY") && known(&upper).is_some() => upper,
        other => other.to_owned(),
    }
}

/// Whether the words stand in the text as words.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(text[..at].chars().next_back()) && !letter(text[at + words.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_set_or_remove() {
        assert_eq!(Claim::assignment("HTTPS_PROXY="), Some(Claim::Unset("HTTPS_PROXY".into())));
        assert_eq!(Claim::assignment("A=b=c"), Some(Claim::Set("A".into(), "b=c".into())));
        assert_eq!((Claim::assignment("A"), Claim::assignment("=x"), Claim::assignment("A B=x")), (None, None, None));
    }

    #[test]
    fn a_claim_covers_what_it_names() {
        let unset = Claim::Unset("https_proxy".into());
        assert!(unset.covers("HTTPS_PROXY") && !unset.covers("HTTP_PROXY"));
        assert!(Claim::Set("ANTHROPIC_API_KEY".into(), "x".into()).covers("key identity"));
        let vpn = Claim::Said("VPN off".into());
        assert!(vpn.covers("VPN") && !vpn.covers("HTTPS_PROXY") && !vpn.covers("resolver"));
        assert!(Claim::Said("moved the desk".into()).covers("resolver"));
        assert!(Claim::Said("without the proxy".into()).covers("ALL_PROXY"));
    }
}
