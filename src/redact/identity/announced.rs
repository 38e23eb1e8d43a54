//! Names that a word before or behind them announces: users, machines, hardware addresses, and mail addresses and telephones whose mark is escaped.

use std::ops::Range;

use super::words::{How, Words};
use super::{Push, abroad, accounts, lines, machines, mails, owners, people, phones, places, shells};
use crate::model::vocabulary::PersonalKind::User;

/// The words that announce something, and what must follow them.
pub(in crate::redact) fn words() -> impl Iterator<Item = (&'static [u8], &'static [&'static [u8]])> {
    Words::get().into_iter().flat_map(Words::all)
}

/// Adds what the word that stands here announces.
pub(super) fn find(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let Some(how) = Words::get().and_then(|words| words.how(&text[word.clone()])) else { return };
    let kind = how.kind();
    let found = match how {
        How::InBrackets => return accounts::in_brackets(text, word, push),
        How::Owner => return lines::owner(text, word.start, push),
        How::Prompt => shells::prompt(text, word.start).map(|(range, kind)| push(range, kind)).and(None),
        How::Entry => return lines::entry(text, word, push),
        How::Directory => accounts::in_directory(text, word),
        How::AccessLog => lines::of_access(text, word.start),
        How::Value if text[word.clone()].eq_ignore_ascii_case(b"username") => {
            if let Some(name) = people::beside_account(text, word) {
                push(name, User);
            }
            accounts::value(text, word).filter(|name| accounts::is_user(&text[name.clone()]))
        }
        How::Value | How::Domain => accounts::value(text, word).filter(|name| accounts::is_user(&text[name.clone()])),
        How::Line => accounts::alone_on_line(text, word),
        How::Next => accounts::account_at(text, word.end),
        How::Session => accounts::of_session(text, word.end),
        How::Numbered => accounts::account_at(text, word.end).filter(|_| accounts::behind_number(text, word.start)),
        How::Told => accounts::told(text, word.end),
        How::Before => accounts::before(text, word.start),
        How::FullName => accounts::full_name(text, word),
        How::AccountId => {
            if let Some(account) = people::before_id(text, word) {
                push(account, kind);
            }
            accounts::id_of_windows(text, word)
        }
        How::Born => return people::born(text, word, push),
        How::Address => return people::address(text, word, push),
        How::Certificate => return owners::of_certificate(text, word, push),
        How::Claimed => return owners::claimed(text, word, push),
        How::WithAccount => return owners::with_account(text, word.end, push),
        How::Place => return places::place(text, word, push),
        How::Pair => return places::pair(text, word, push),
        How::Degrees => return places::degrees(text, word, push),
        How::Embedded => return machines::embedded(text, word, push),
        How::Abroad => abroad::named(text, word),
        How::By => accounts::full_name_told(text, word.end),
        How::Called => abroad::called(text, word),
        How::Cited => abroad::cited(text, word),
        How::Element => accounts::in_element(text, word),
        How::Owned => owners::owned(text, word),
        How::Folder => owners::folder(text, word),
        How::FirstArgument => return people::first_argument(text, word, push),
        How::LastArgument => people::last_argument(text, word),
        How::Option => people::optioned(text, word),
        How::Person => people::person(text, word),
        How::Shown => people::shown(text, word),
        How::Author => people::author(text, word),
        How::Label | How::HostLabel | How::Network => people::owner(text, word),
        How::BesideMail => people::beside_mail(text, word),
        How::Porcelain => people::porcelain(text, word),
        How::Titled => people::titled(text, word.end),
        How::Blamed => people::blamed(text, word),
        How::OpenFile => people::of_open_file(text, word),
        How::Member => people::member(text, word),
        How::LongAgo => people::long_ago(text, word),
        How::Assigned => lines::assigned(text, word),
        How::NodeLabel => lines::labelled_node(text, word),
        How::Node => lines::of_node(text, word),
        How::Account => shells::account(text, word),
        How::Tilde => shells::tilde(text, word.end),
        How::Machine => accounts::value(text, word).filter(|name| machines::is_machine(&text[name.clone()])),
        How::InPair => accounts::in_pair(text, word.end),
        How::Server => accounts::word_at(text, word.end).filter(|name| accounts::is_user(&text[name.clone()])),
        How::System => machines::of_system(text, word.end),
        How::Generated => machines::generated(text, word),
        How::Laptop => {
            let name = machines::laptop(text, word);
            if let Some(user) = name.as_ref().and_then(|name| shells::behind_machine(text, name.end)) {
                push(user, User);
            }
            name
        }
        How::Dashed => machines::dashed(text, word.start),
        How::DashedPublic => machines::dashed_public(text, word),
        How::Share => machines::share(text, word),
        How::Process => lines::of_process(text, word),
        How::Month => lines::behind_month(text, word),
        How::Program => lines::before_program(text, word.start + 1),
        How::Syslog => lines::in_syslog(text, word),
        How::Hardware => machines::hardware(text, word.end),
        How::Resolved => machines::resolved(text, word),
        How::At => mails::around(text, word.start, word.len())
            .filter(|address| text[word.start] != b'=' || mails::is_of_mails(&text[word.end..address.end])),
        How::SpelledAt => mails::spelled(text, word),
        How::Plus => phones::international(text, word.start, word.end).map(|end| word.start..end),
    };
    if let Some(range) = found {
        push(range, kind);
    }
}
