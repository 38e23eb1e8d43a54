//! What the words of the table lead to, and what must follow them.

use serde::Deserialize;

/// What a word leads to; the table says it with examples.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    Secret,
    Variable,
    File,
    Person,
    User,
    Machine,
    Codes,
    Manifest,
    Block,
    Part,
    Userinfo,
    Parameter,
    Speaker,
    Row,
    Column,
    Message,
    Beside,
    Shown,
    Input,
    Item,
    Beforehand,
    Jar,
    Machines,
    Columns,
    Printed,
    Alone,
    Answer,
    Pasted,
    Hosts,
    Section,
    Following,
    Data,
    Stored,
    Accounts,
    Signed,
    Keys,
}

impl How {
    /// What must follow a word, where that makes it cheap to look for.
    pub(super) fn next(self, word: &str) -> Option<&'static [u8]> {
        match self {
            Self::User | Self::Machine if !word.ends_with(' ') => Some(b"\r\n \\\"';&"),
            Self::Item => Some(b"\r\n\\"),
            Self::Columns => Some(b"\r\n "),
            Self::Signed | Self::Alone | Self::Answer | Self::Pasted | Self::Section => Some(b"\r\n\\ '\""),
            Self::Person | Self::Shown => Some(b"\r\n\\ "),
            // The names of parameters end their line.
            Self::Parameter if word.ends_with(':') => Some(b"\r\n\\"),
            Self::Speaker if word.starts_with('(') => Some(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            Self::Speaker if word == "{role:" => Some(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            Self::Speaker if word.starts_with('{') => Some(b"'\"\\ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            Self::Speaker => Some(b"'\"\\<:"),
            Self::Parameter if !word.contains('{') => Some(b":\"'\\\r\n,"),
            Self::Manifest | Self::Codes => Some(b"\r\n,:\"' }\\("),
            Self::Userinfo => Some(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_%:"),
            _ => None,
        }
    }
}
