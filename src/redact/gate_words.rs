//! The words that the gate looks for, and what must be checked where one stands.

use super::below;
use super::content;
use super::encodings;
use super::folded;
use super::gate_lead::{self, Set};
use super::gate_table::Builder;
use super::gate_word::Word;
use super::hex_rows;
use super::identity::{self, IdentitySet, named_numbers, phones};
use super::known::KnownSet;
use super::names::Names;
use super::ruleset::Ruleset;
use super::split_records;
use crate::model::vocabulary::PersonalKind;

/// What must be checked where a word stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    /// Nothing: there may be a source line with its mark.
    Hot,
    /// Nothing: there are escaped colours, or quotation marks in another encoding.
    View,
    /// The shape rule with this index.
    Rule(u32),
    /// A part of a credential's name.
    Stem,
    /// A key of prompt content.
    Key,
    /// An option of a command line.
    Command,
    /// A line that heads what was said.
    Turn,
    /// The head of a table.
    Table,
    /// A line of a stream whose code says what it holds.
    Part,
    /// A statement of SQL.
    Sql,
    /// What the ids of tests stand behind.
    TestId,
    /// What the tag of a turn holds, in a page of HTML.
    Page,
    /// What stands before the data of an address that holds them.
    DataUri,
    /// A key beside a text that the line may begin in.
    Cut,
    /// The first row of a dump in hexadecimal.
    Dump,
    /// What stands between a variable and its text.
    Local,
    /// The name of a program that passes a prompt on.
    Assistant,
    /// A path, or the type of an event, whose record holds what somebody said.
    Route,
    /// Who answers, in a pair of turns.
    Paired,
    /// What a log says before what a tool is called with, or before its name.
    ToolCall,
    /// The start of a text that YAML may fold.
    Fold,
    /// The mark of a record that was split.
    Split,
    /// A frame of a traceback.
    Frame,
    /// A home folder.
    Home,
    /// The end of an internal host name.
    Suffix,
    /// The first number of a private address.
    Address,
    /// The name of a person, a machine or an organisation.
    Name,
    /// An organisation's or account's id.
    Organisation,
    /// A piece of a known value, letter case included.
    Known,
    /// The name of a telephone.
    Telephone,
    /// The name of a number that says who someone is.
    Number,
    /// The id of a user.
    UserId,
    /// A word that announces a name.
    Announced,
    /// A word that says what the lines below hold.
    Below,
    /// A percent-encoded at sign.
    Mail,
    /// A percent-encoded plus sign.
    Phone,
}

/// What an escape begins with; the bytes after it stand in the place of others.
const ESCAPES: &[u8] = b"\\%&\x1b\"'";

/// The words, ready to be looked for.
pub(super) struct Words {
    pub(super) table: Builder,
    /// What must be checked where each of them stands.
    pub(super) checks: Vec<Check>,
}

impl Words {
    fn add(&mut self, word: Word, check: Check) {
        self.table.add(word);
        self.checks.push(check);
    }

    fn add_all(&mut self, words: impl IntoIterator<Item = Word>, check: Check) {
        words.into_iter().for_each(|word| self.add(word, check));
    }
}

/// The words of all detectors that have something to look for.
pub(super) fn all(rules: &Ruleset, names: &Names, known: &KnownSet, identities: &IdentitySet) -> Words {
    let mut words = Words { table: Builder::new(), checks: Vec::with_capacity(8192) };
    of_rules(rules, &mut words);
    of_content(&mut words);
    of_views(&mut words);
    words.add_all(names.stem_words().iter().map(|stem| Word::new(stem.as_bytes())), Check::Stem);
    for (word, next) in below::words() {
        words.add(next.iter().fold(Word::new(word), |word, next| word.before(next)), Check::Below);
    }
    of_identities(identities, &mut words);
    of_names(identities, &mut words);
    words.add_all(known.words().iter().map(|piece| Word::exact(piece)), Check::Known);
    words
}

/// The anchors of the shape rules, also as they stand in other encodings.
fn of_rules(rules: &Ruleset, words: &mut Words) {
    for (index, rule) in rules.rules.iter().enumerate() {
        let check = Check::Rule(u32::try_from(index).unwrap_or(u32::MAX));
        let lead: Vec<Set> = if rule.text.back == 0 { gate_lead::of(&rule.text.pattern) } else { Vec::new() };
        for anchor in &rule.text.anchors {
            words.add(Word::new(anchor.as_bytes()).within(&or_escaped(&lead, anchor.len())), check);
            words.add_all(
                encodings::escaped_anchors(anchor).iter().map(|escaped| Word::new(escaped.as_bytes())),
                Check::View,
            );
        }
    }
}

/// What may stand at the places of a match, up to the first after its anchor, where an escape may begin as well.
fn or_escaped(lead: &[Set], anchor: usize) -> Vec<Set> {
    let mut sets = lead[..lead.len().min(anchor + 1)].to_vec();
    if let Some(after) = sets.get_mut(anchor) {
        for byte in ESCAPES {
            gate_lead::insert(after, *byte);
        }
    }
    sets
}

/// What prompt content, and the lines that lead to it, begin with.
fn of_content(words: &mut Words) {
    let exact = |word: &&str| Word::exact(word.as_bytes());
    words.add_all(content::words().map(|(key, next)| Word::exact(key.as_bytes()).before(next)), Check::Key);
    words.add_all(content::DUMPS.iter().map(exact), Check::Hot);
    words.add_all(content::options().iter().map(exact), Check::Command);
    words.add_all(content::assistants().iter().map(|name| Word::exact(name.as_bytes())), Check::Assistant);
    words.add_all(content::turn_words().map(|word| Word::exact(word.as_bytes())), Check::Turn);
    words.add_all(content::label_words().map(|word| Word::new(word.as_bytes())), Check::Turn);
    words.add_all(content::column_words().map(|(word, next)| Word::new(&word).before(next)), Check::Table);
    words.add_all(content::BESIDE_TEXTS.iter().map(|key| exact(key).before(b"\\\"'")), Check::Cut);
    words.add_all(content::TEST_IDS.iter().map(exact), Check::TestId);
    words.add_all(content::PAGES.iter().map(exact), Check::Page);
    words.add_all(content::DATA_URIS.iter().map(exact), Check::DataUri);
    words.add_all(content::routes().map(|(word, next)| Word::exact(word.as_bytes()).before(next)), Check::Route);
    words.add_all(content::PAIRED.iter().map(exact), Check::Paired);
    words.add_all(content::TOOL_CALLS.iter().map(exact), Check::ToolCall);
    words.add_all(content::PARTS.iter().map(exact), Check::Part);
    words.add_all(content::LOCALS.iter().map(exact), Check::Local);
    words.add_all(content::SQL.iter().map(|word| Word::new(word.as_bytes())), Check::Sql);
    let hot = ["\u{2771}"]
        .into_iter()
        .chain(content::screen_marks().iter().copied())
        .chain(content::frames())
        .chain(content::RECORDS)
        .chain(content::FRAMES_OF_PHP);
    words.add_all(hot.map(|mark| Word::new(mark.as_bytes())), Check::Hot);
    words.add(Word::new(b", line "), Check::Frame);
}

/// What tells that a text must be seen with its escapes read.
fn of_views(words: &mut Words) {
    let mut add = |word: &[u8]| words.add(Word::new(word), Check::View);
    let colours: [&[u8]; 5] = [b"\\x1b[", b"\\u{1b}[", b"\\u001b[", b"\\033[", b"\\e["];
    colours.into_iter().for_each(&mut add);
    words.add_all(hex_rows::WORDS.map(Word::new), Check::Dump);
    words.add_all(folded::WORDS.map(Word::exact), Check::Fold);
    words.add_all(split_records::WORDS.map(Word::exact), Check::Split);
    let mut add = |word: &[u8]| words.add(Word::new(word), Check::View);
    [&b"%22"[..], b"&quot;", b"&amp;", b"&lt;", b"\\x22", b"`\":", b"^\\^\""].into_iter().for_each(&mut add);
    (b'0'..=b'9').chain(*b"xX").for_each(|digit| add(&[b'&', b'#', digit]));
}

/// What the name of a home folder stands behind.
const HOMES: [&[u8]; 25] = [
    b"homes\\",
    b"home$\\",
    b"users$\\",
    b"profiles",
    b"home\\",
    b"var/folders/",
    b"documents and settings\\",
    b"home/",
    b"run/media/",
    b"spool/mail/",
    b"var/mail/",
    b"home&#x2f;",
    b"users&#x2f;",
    b"users/",
    b"home%2f",
    b"users%2f",
    b"home%252f",
    b"users%252f",
    b"home%255c",
    b"users%255c",
    b"home%5c",
    b"users%5c",
    b"users\\",
    b"-home-",
    b"-users-",
];
/// What the id of an organisation stands behind, or holds.
const ORGANISATIONS: [&[u8]; 18] = [
    b".openai.azure",
    b".services.ai.azure",
    b".cognitiveservices.azure",
    b"org_id",
    b"org-id",
    b"orgid",
    b".dkr.ecr",
    b"microsoftonline.com/",
    b"organization",
    b"organisation",
    b"workspace",
    b"account",
    b"tenant",
    b"project",
    b"subscription",
    b"wrkspc_",
    b"org-",
    b"arn:aws",
];

/// What names and numbers of people, machines and organisations stand beside.
fn of_identities(identities: &IdentitySet, words: &mut Words) {
    if identities.hides_numbers() {
        words.add_all(gate_lead::encoded_numbers().map(Word::of), Check::View);
    }
    let mut add = |list: &mut dyn Iterator<Item = &[u8]>, check: Check| {
        words.add_all(list.map(Word::new), check);
    };
    if hides_names(identities) {
        add(&mut HOMES.into_iter(), Check::Home);
        add(&mut identity::SUFFIXES.iter().map(|suffix| suffix.as_bytes()), Check::Suffix);
        add(&mut [&b"10."[..], b"172.", b"192.168.", b"169.254.", b"100."].into_iter(), Check::Address);
        add(&mut identities.forms().iter().map(String::as_bytes), Check::Name);
    }
    if identities.hides(PersonalKind::Organisation) {
        add(&mut ORGANISATIONS.into_iter(), Check::Organisation);
    }
    if identities.hides(PersonalKind::Email) {
        add(&mut [&b"%40"[..]].into_iter(), Check::Mail);
    }
    if identities.hides(PersonalKind::Phone) {
        add(&mut [&b"%2b"[..]].into_iter(), Check::Phone);
    }
    if identities.hides(PersonalKind::UserId) {
        add(&mut [&b"user_"[..]].into_iter(), Check::UserId);
    }
}

/// The names that say whose number or name follows.
fn of_names(identities: &IdentitySet, words: &mut Words) {
    let mut add = |word: &[u8], next: &[&[u8]], check: Check| {
        words.add(next.iter().fold(Word::new(word), |word, next| word.before(next)), check);
    };
    if identities.hides(PersonalKind::Phone) {
        phones::name_words().for_each(|(word, next)| add(word, next.as_slice(), Check::Telephone));
    }
    if identities.hides(PersonalKind::NationalId) {
        named_numbers::name_words().for_each(|(word, next)| add(word, next.as_slice(), Check::Number));
    }
    identity::announced::words(|kind| identities.hides(kind))
        .for_each(|(word, next)| add(word, next, Check::Announced));
}

/// Whether a kind of name that begins with a word of the gate is hidden.
pub(super) fn hides_names(identities: &IdentitySet) -> bool {
    use PersonalKind::{Domain, Home, Host, PrivateIp, User};
    [User, Home, Host, Domain, PrivateIp].iter().any(|kind| identities.hides(*kind)) || !identities.forms().is_empty()
}
