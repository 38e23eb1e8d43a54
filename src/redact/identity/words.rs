//! The words that announce names, and the names that are no one's, by the table `rules/announced.yaml`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::vocabulary::PersonalKind::{
    self, Address as PostalAddress, Birth, Domain, Email, Home, Host, Mac, Phone, PublicIp, User,
};

/// How a name stands to its word; the table says it with examples.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub(super) enum How {
    Value,
    Line,
    Next,
    Told,
    Numbered,
    InBrackets,
    Before,
    Domain,
    Entry,
    Directory,
    AccessLog,
    FullName,
    Prompt,
    Account,
    Tilde,
    Machine,
    System,
    Server,
    InPair,
    Generated,
    Laptop,
    Dashed,
    DashedPublic,
    Share,
    AccountId,
    Owner,
    Process,
    Month,
    Program,
    Syslog,
    Hardware,
    Resolved,
    At,
    SpelledAt,
    Plus,
    Person,
    Shown,
    Author,
    Label,
    BesideMail,
    Porcelain,
    LongAgo,
    Assigned,
    NodeLabel,
    Titled,
    Blamed,
    OpenFile,
    FirstArgument,
    LastArgument,
    Option,
    Member,
    Born,
    Address,
    Network,
    HostLabel,
    Node,
    Session,
    Owned,
    Folder,
    Certificate,
    Claimed,
    WithAccount,
    Place,
    Abroad,
    Called,
    By,
    Cited,
    Element,
    Embedded,
    Degrees,
    Pair,
}

/// What a name begins with.
const NAME_BEGINS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
const NAME_OR_OPTION: &[u8] = b"-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
/// What it goes on with.
const NAME_GOES_ON: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
/// What names of domains are made of, and what ends them.
const OF_DOMAINS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_\\";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";

impl How {
    /// What is announced.
    pub(super) const fn kind(self) -> PersonalKind {
        match self {
            Self::Tilde | Self::Folder => Home,
            Self::Domain => Domain,
            Self::Machine
            | Self::System
            | Self::Server
            | Self::Generated
            | Self::Laptop
            | Self::Dashed
            | Self::Share
            | Self::Month
            | Self::Program
            | Self::Syslog
            | Self::Network
            | Self::HostLabel
            | Self::Node
            | Self::Assigned
            | Self::NodeLabel => Host,
            Self::DashedPublic | Self::Embedded => PublicIp,
            Self::Hardware | Self::Resolved => Mac,
            Self::At | Self::SpelledAt => Email,
            Self::Plus => Phone,
            Self::Born => Birth,
            Self::Address | Self::Place | Self::Degrees | Self::Pair => PostalAddress,
            _ => User,
        }
    }

    /// What must follow the word, byte by byte, where that makes it cheap to look for.
    const fn next(self) -> &'static [&'static [u8]] {
        match self {
            Self::InBrackets | Self::Entry | Self::DashedPublic | Self::AccountId => &[DIGITS],
            Self::Tilde => &[NAME_BEGINS, NAME_GOES_ON],
            Self::At | Self::Next | Self::Numbered | Self::Share | Self::System => &[NAME_BEGINS],
            Self::FirstArgument | Self::LastArgument | Self::Titled => &[NAME_OR_OPTION],
            Self::Porcelain => &[CAPITALS],
            Self::Member => &[CAPITALS, OF_DOMAINS, OF_DOMAINS],
            Self::Month => &[b" 0123"],
            _ => &[],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    words: BTreeMap<How, Vec<String>>,
    told_ends: Vec<String>,
    line_leads: Vec<String>,
    common: HashSet<String>,
    nobody: HashSet<String>,
    organisations: HashSet<String>,
    no_domains: HashSet<String>,
}

/// The table, and how each word announces.
pub(super) struct Words {
    table: Table,
    by_word: HashMap<Box<[u8]>, How>,
}

static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let table: Table = crate::data::read(data!("redact/rules/announced")).ok()?;
    let pairs = table.words.iter().flat_map(|(how, words)| words.iter().map(|word| (Box::from(word.as_bytes()), *how)));
    let by_word = pairs.collect();
    Some(Words { table, by_word })
});

impl Words {
    /// The table; `None` where it does not load, which tests hold impossible.
    pub(super) fn get() -> Option<&'static Self> {
        WORDS.as_ref()
    }

    /// All words, with what must follow them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&[u8], &'static [&'static [u8]])> {
        self.table.words.iter().flat_map(|(how, words)| words.iter().map(|word| (word.as_bytes(), how.next())))
    }

    /// How a word announces, letter case left out of account.
    pub(super) fn how(&self, word: &[u8]) -> Option<How> {
        self.by_word.get(word).or_else(|| self.by_word.get(&*word.to_ascii_lowercase())).copied()
    }

    /// What ends a name behind a word that begins other sentences too.
    pub(super) fn ends_told(&self, rest: &[u8]) -> bool {
        self.table.told_ends.iter().any(|end| rest.starts_with(end.as_bytes()))
    }

    /// Whether a text ends in a word that may stand before `user: `.
    pub(super) fn leads_line(&self, before: &[u8]) -> bool {
        let before = before.trim_ascii_end();
        self.table.line_leads.iter().any(|lead| {
            before.len() >= lead.len() && before[before.len() - lead.len()..].eq_ignore_ascii_case(lead.as_bytes())
        })
    }
}

/// Whether a name says nothing of a person or a machine.
pub(super) fn is_common(name: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
    Words::get().is_some_and(|words| words.table.common.contains(&lower))
}

/// Whether a name in the place of a user's is no one's.
pub(super) fn is_nobody(name: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
    Words::get().is_some_and(|words| words.table.common.contains(&lower) || words.table.nobody.contains(&lower))
}

/// Whether what stands before a backslash is no domain of a network.
pub(super) fn is_no_domain(word: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(word).to_ascii_lowercase();
    Words::get().is_some_and(|words| words.table.no_domains.contains(&lower))
}

/// Whether a word stands in names of products and organisations, and in none of people.
pub(super) fn is_organisation(word: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(word).to_ascii_lowercase();
    Words::get().is_some_and(|words| words.table.organisations.contains(&lower) || words.table.common.contains(&lower))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_loads_and_no_word_stands_twice() {
        let words = Words::get().unwrap();
        assert_eq!(words.all().count(), words.by_word.len());
        for (word, _) in words.all() {
            assert!(word.len() > 1 && !word.iter().any(u8::is_ascii_uppercase), "{}", String::from_utf8_lossy(word));
        }
    }
}
