//! What says that a mapping is a message, a block of one, or the call of a tool, where notations write it without marks: `messages` of `rules/content.yaml`.

use serde::Deserialize;

use super::keys::Keys;

/// The words of messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Messages {
    roles: Vec<String>,
    blocks: Vec<String>,
    calls: Calls,
}

/// The words of calls.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Calls {
    inputs: Vec<String>,
    lists: Vec<String>,
    types: Vec<String>,
    id_keys: Vec<String>,
    ids: Vec<String>,
}

/// Whether one of these words is `word`.
fn has(words: &[String], word: &[u8]) -> bool {
    words.iter().any(|known| known.as_bytes() == word)
}

/// What stands in `text` behind one of these words, where it begins with one.
fn behind<'a>(words: &[String], text: &'a [u8]) -> Option<&'a [u8]> {
    words.iter().find_map(|known| text.strip_prefix(known.as_bytes()))
}

impl Messages {
    /// The words; `None` where the table does not load, which tests hold impossible.
    pub(super) fn get() -> Option<&'static Self> {
        Keys::get().map(Keys::messages)
    }

    /// Whether a pair `role: user` or `type: text` of a mapping stands here.
    pub(super) fn says_message(&self, pair: &[u8]) -> bool {
        let value_of = |key: &[u8]| pair.strip_prefix(key).and_then(|rest| rest.strip_prefix(b": "));
        let begins = |words: &[String], value: Option<&[u8]>| value.is_some_and(|value| behind(words, value).is_some());
        begins(&self.roles, value_of(b"role")) || begins(&self.blocks, value_of(b"type"))
    }

    /// Whether a map of Go ends here with the role of a message: ` role:user]`.
    pub(super) fn ends_map(&self, text: &[u8]) -> bool {
        let role = text.strip_prefix(b" role:").and_then(|value| behind(&self.roles, value));
        role.is_some_and(|rest| rest.starts_with(b"]"))
    }

    /// Whether below a key stands what a tool is called with.
    pub(super) fn is_input(&self, key: &[u8]) -> bool {
        has(&self.calls.inputs, key)
    }

    /// Whether below a key stands a list that may hold calls.
    pub(super) fn is_list_of_calls(&self, key: &[u8]) -> bool {
        has(&self.calls.lists, key)
    }

    /// Whether a pair is the type or the id of a call.
    pub(super) fn says_call(&self, key: &[u8], value: &[u8]) -> bool {
        let is_type = || self.calls.types.iter().any(|kind| value.ends_with(kind.as_bytes()));
        key == b"type" && is_type() || has(&self.calls.id_keys, key) && self.is_call_id(value)
    }

    /// Whether a word begins as the id of a call.
    pub(super) fn is_call_id(&self, word: &[u8]) -> bool {
        behind(&self.calls.ids, word).is_some()
    }
}
