//! Which names are names of credentials, by the table `rules/names.yaml`.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::gate::eight;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    credentials: Vec<String>,
    qualifiers: HashSet<String>,
    innocent: Vec<String>,
    weak: HashSet<String>,
    shaped: Vec<String>,
    glued: Vec<String>,
    numbered: Vec<String>,
    stems: Vec<String>,
    constructors: HashSet<String>,
    pair_keys: Vec<String>,
    value_keys: Vec<String>,
    schemes: HashSet<String>,
    parted_schemes: HashSet<String>,
    told_parameters: HashSet<String>,
    secret_parameters: HashSet<String>,
    remarks: HashSet<String>,
    plain_types: HashSet<String>,
}

/// The table, and the automaton over the stems that lead the search.
pub(super) struct Names {
    table: Table,
    #[cfg(test)]
    pub(super) stems: aho_corasick::AhoCorasick,
}

static NAMES: LazyLock<Option<Names>> = LazyLock::new(|| {
    let mut table: Table = crate::data::read(data!("redact/rules/names")).ok()?;
    for phrase in
        table.credentials.iter_mut().chain(&mut table.innocent).chain(&mut table.shaped).chain(&mut table.numbered)
    {
        *phrase = format!(" {phrase} ");
    }
    #[cfg(test)]
    let stems = aho_corasick::AhoCorasick::builder().ascii_case_insensitive(true).build(&table.stems).ok()?;
    Some(Names {
        table,
        #[cfg(test)]
        stems,
    })
});

/// No word of the table is longer.
const LONGEST_WORD: usize = 64;
/// Names that are remembered. One that falls on the place of another takes it.
const REMEMBERED: usize = 1024;
/// Longest of them: what is longer is a line that was taken for a name.
const LONGEST_REMEMBERED: usize = 256;

/// A name, and what it says.
type Judged = (Box<[u8]>, Option<Trust>);

thread_local! {
    static JUDGED: RefCell<Vec<Option<Judged>>> = RefCell::new(vec![None; REMEMBERED]);
}

/// How sure a name makes that its value is a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// The name says so: `ANTHROPIC_API_KEY`, `password`.
    Strong,
    /// The word also stands in running text: `token`, `cookie`.
    Weak,
    /// The name says little: `GATEWAY_KEY`, `pass`. Only a value that looks random is one.
    Shaped,
}

/// The place of a name among those that are remembered, told from its ends: a hash of all of it costs more than to compare it with the one that is there.
fn place_of(name: &[u8]) -> usize {
    let ends = eight(name) ^ eight(&name[name.len().saturating_sub(8)..]).rotate_left(29);
    (ends.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % REMEMBERED
}

impl Names {
    /// The table; `None` where it does not load, which tests hold impossible.
    pub(super) fn get() -> Option<&'static Self> {
        NAMES.as_ref()
    }

    /// The parts of names that lead the search.
    pub(super) fn stem_words(&self) -> &[String] {
        &self.table.stems
    }

    /// Whether a constructor holds a value and changes nothing of it.
    pub(super) fn is_constructor(&self, name: &[u8]) -> bool {
        is_in(&self.table.constructors, name)
    }

    /// Whether a word is the name of a scheme of authentication, and nothing of a credential.
    pub(super) fn is_scheme(&self, word: &[u8]) -> bool {
        is_in(&self.table.schemes, word)
    }

    /// Whether what follows a scheme is a list of parameters, each of which is a secret or evidence.
    pub(super) fn has_parameters(&self, scheme: &[u8]) -> bool {
        is_in(&self.table.parted_schemes, scheme)
    }

    /// Whether such a parameter is evidence.
    pub(super) fn is_told_parameter(&self, name: &[u8]) -> bool {
        is_in(&self.table.told_parameters, name)
    }

    /// Whether such a parameter is a secret wherever the list of them ends.
    pub(super) fn is_secret_parameter(&self, name: &[u8]) -> bool {
        is_in(&self.table.secret_parameters, name)
    }

    /// Whether a word in small letters is the type of a value.
    pub(super) fn is_plain_type(&self, word: &[u8]) -> bool {
        is_in(&self.table.plain_types, word)
    }

    /// Whether a word is the type of a value, or the name of a class.
    pub(super) fn is_type(&self, word: &[u8]) -> bool {
        self.is_plain_type(word) || word.first().is_some_and(u8::is_ascii_uppercase)
    }

    /// Whether a word is one that remarks on a value are made of.
    pub(super) fn is_of_remark(&self, word: &[u8]) -> bool {
        is_in(&self.table.remarks, word)
    }

    /// Keys whose value is the name of a pair.
    pub(super) fn pair_keys(&self) -> &[String] {
        &self.table.pair_keys
    }

    /// Keys of the value of such a pair.
    pub(super) fn value_keys(&self) -> &[String] {
        &self.table.value_keys
    }

    /// Whether a name is a credential's, whatever its value is.
    pub(super) fn judge(&self, name: &[u8]) -> Option<Trust> {
        self.trust(name).filter(|trust| *trust != Trust::Shaped)
    }

    /// How sure a name makes that the value after it is a credential; remembered, because logs say the same names over and over.
    pub(super) fn trust(&self, name: &[u8]) -> Option<Trust> {
        if name.len() > LONGEST_REMEMBERED {
            return self.told(name);
        }
        JUDGED.with_borrow_mut(|judged| {
            let place = &mut judged[place_of(name)];
            if let Some((known, trust)) = place
                && **known == *name
            {
                return *trust;
            }
            let trust = self.told(name);
            *place = Some((name.into(), trust));
            trust
        })
    }

    /// The same, looked up.
    fn told(&self, name: &[u8]) -> Option<Trust> {
        let name = std::str::from_utf8(name).ok()?;
        self.certain(name).or_else(|| self.says_little(name).then_some(Trust::Shaped))
    }

    /// Whether a name leaves it to its value.
    fn says_little(&self, name: &str) -> bool {
        let words = words(name);
        let ends = |list: &[String]| list.iter().any(|phrase| words.ends_with(phrase.as_str()));
        ends(&self.table.shaped) && !ends(&self.table.innocent)
    }

    /// Whether the values of a name are numbers as a rule.
    pub(super) fn is_numbered(&self, name: &[u8]) -> bool {
        let words = std::str::from_utf8(name).map(words).unwrap_or_default();
        self.table.numbered.iter().any(|phrase| words.ends_with(phrase.as_str()))
    }

    /// Whether a name is a credential's by its words alone.
    fn certain(&self, name: &str) -> Option<Trust> {
        let words = words(name);
        if self.table.innocent.iter().any(|phrase| words.ends_with(phrase.as_str())) {
            return None;
        }
        let qualified =
            |end: usize| words[end..].split_ascii_whitespace().all(|word| self.table.qualifiers.contains(word));
        let named = self
            .table
            .credentials
            .iter()
            .any(|phrase| words.rfind(phrase.as_str()).is_some_and(|at| qualified(at + phrase.len() - 1)));
        // `PGPASSWORD`, `dbpasswd`, `password2`: whatever stands before it in one word, and a number behind it.
        let glued = || {
            let last = words.split_ascii_whitespace().rfind(|word| !self.table.qualifiers.contains(*word))?;
            Some(last.trim_end_matches(|c: char| c.is_ascii_digit()))
        };
        let named =
            named || glued().is_some_and(|word| self.table.glued.iter().any(|end| word.ends_with(end.as_str())));
        named.then(|| if self.table.weak.contains(words.trim()) { Trust::Weak } else { Trust::Strong })
    }
}

/// Whether a list has a word, letter case left out of account.
fn is_in(list: &HashSet<String>, word: &[u8]) -> bool {
    // To hash a long text only to find that it is none of a few words takes time.
    word.len() <= LONGEST_WORD && std::str::from_utf8(word).is_ok_and(|word| list.contains(&word.to_ascii_lowercase()))
}

/// The lower-case words of a name, with a space before, between and after them.
fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 8);
    out.push(' ');
    let bytes = name.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            continue;
        }
        let before = index.checked_sub(1).map(|at| bytes[at]);
        let after = bytes.get(index + 1);
        let begins_word = byte.is_ascii_uppercase()
            && before.is_some_and(|b| {
                b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || (b.is_ascii_uppercase() && after.is_some_and(u8::is_ascii_lowercase))
            });
        if begins_word && !out.ends_with(' ') {
            out.push(' ');
        }
        out.push(char::from(byte.to_ascii_lowercase()));
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_longer_than_what_is_looked_up() {
        let table = &Names::get().unwrap().table;
        for list in [
            &table.qualifiers,
            &table.weak,
            &table.constructors,
            &table.schemes,
            &table.parted_schemes,
            &table.told_parameters,
            &table.secret_parameters,
            &table.remarks,
            &table.plain_types,
        ] {
            assert!(!list.is_empty() && list.iter().all(|word| word.len() <= LONGEST_WORD), "{list:?}");
        }
    }

    #[test]
    fn names_of_credentials_are_told_from_others() {
        let names = Names::get().unwrap();
        for name in [
            "ANTHROPIC_API_KEY",
            "apiKey",
            "x-api-key",
            "dbPassword",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_BEARER_TOKEN_BEDROCK",
            "client_secret",
            "APIKey",
            "spring.datasource.password",
            "ANTHROPIC_AUTH_TOKEN",
            "SMTP_PASS",
            "set-cookie",
            "proxy-authorization",
            "NPM_TOKEN_1",
            "PGPASSWORD",
            "trustStorePassword",
            "ansible_become_pass",
            "identitytoken",
            "ANTHROPIC_CUSTOM_HEADERS",
            "password",
        ] {
            assert_eq!(names.certain(name), Some(Trust::Strong), "{name}");
        }
        for name in [
            "max_tokens",
            "input_tokens",
            "max_token",
            "next_page_token",
            "cache_key",
            "idempotency_key",
            "apiKeyHelper",
            "apiKeySource",
            "author",
            "tokenizer",
            "monkey",
            "key",
            "keyboard",
            "token_type",
            "password_file",
            "api_key_id",
            "session_id",
            "public_key",
            "bypass",
            "secret_name",
            "passed",
        ] {
            assert_eq!(names.certain(name), None, "{name}");
        }
        assert_eq!(names.certain("token"), Some(Trust::Weak));
        assert_eq!(names.trust(b"GATEWAY_KEY"), Some(Trust::Shaped));
        assert_eq!(names.trust(b"cache_key"), None);
    }
}
