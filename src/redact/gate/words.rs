//! The words that the gate looks for, and what must be checked where one stands.
//!
//! Nearly all of them are always the same: those are laid out when the program is built (`stored.rs`). A run adds the anchors of the user's own rules and what
//! it knows to be secret.

use super::lead::{self, Set};
use super::stored::{self, STORED};
use super::table::{Builder, Built, Table};
use super::word::Word;
use crate::redact::identity::{self, IdentitySet, named_numbers, phones};
use crate::redact::known::KnownSet;
use crate::redact::lanes::Lanes;
use crate::redact::names::Names;
use crate::redact::rule::Rule;
use crate::redact::ruleset::Ruleset;
use crate::redact::{below, content, encodings, folded, hex_rows, split_records};

/// What must be checked where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Who speaks, in a field of a record or a cell of a row.
    Spoken,
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

/// The words of a gate, and what must be checked where each of them stands.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) table: Table,
    built: &'static [Check],
    own: Vec<Check>,
}

impl Words {
    /// Those of a run.
    pub(super) fn new(rules: &Ruleset, known: &KnownSet, identities: &IdentitySet) -> Self {
        let stored = STORED.as_ref().filter(|_| rules.begins_with_builtin());
        let mut words = stored.map_or_else(Adder::of_program, |stored| Adder::upon(&stored.table));
        let of_user = if stored.is_some() { rules.own() } else { 0 };
        for (index, rule) in rules.rules.iter().enumerate().skip(of_user) {
            words.add_rule(index, rule);
        }
        words.add_all(identities.forms().iter().map(|form| Word::new(form.as_bytes())), Check::Name);
        words.add_all(known.words().iter().map(|piece| Word::exact(piece)), Check::Known);
        let built = stored.map_or(&[][..], |stored| stored.checks);
        Self { table: words.table.build(Lanes::best()), built, own: words.checks }
    }

    /// What must be checked where a word stands.
    #[inline]
    pub(super) fn check(&self, word: usize) -> Check {
        self.built.get(word).copied().unwrap_or_else(|| self.own[word - self.built.len()])
    }
}

/// The words that are the same in each run, as the source text of what `stored.rs` takes in.
pub(in crate::redact) fn source() -> Option<String> {
    let rules = Ruleset::builtin().ok()?;
    let mut words = Adder::of_program();
    rules.rules.iter().enumerate().for_each(|(index, rule)| words.add_rule(index, rule));
    Some(stored::source(&words.table.build(Lanes::Portable), &words.checks))
}

/// Takes words with their checks.
struct Adder {
    table: Builder,
    checks: Vec<Check>,
}

impl Adder {
    fn upon(built: &Built) -> Self {
        Self { table: Builder::upon(built), checks: Vec::new() }
    }

    /// With the words of all detectors but the rules.
    fn of_program() -> Self {
        let mut words = Self { table: Builder::new(), checks: Vec::new() };
        words.add_content();
        words.add_views();
        let stems = Names::get().into_iter().flat_map(Names::stem_words);
        words.add_all(stems.map(|stem| Word::new(stem.as_bytes())), Check::Stem);
        for (word, next) in below::words() {
            words.add(&next.iter().fold(Word::new(word), |word, next| word.before(next)), Check::Below);
        }
        words.add_identities();
        words.add_names();
        words
    }

    fn add(&mut self, word: &Word, check: Check) {
        self.table.add(word);
        self.checks.push(check);
    }

    fn add_all(&mut self, words: impl IntoIterator<Item = Word>, check: Check) {
        words.into_iter().for_each(|word| self.add(&word, check));
    }

    /// Adds the anchors of a shape rule, also as they stand in other encodings.
    fn add_rule(&mut self, index: usize, rule: &Rule) {
        let check = Check::Rule(u32::try_from(index).unwrap_or(u32::MAX));
        let lead: Vec<Set> = if rule.text.back == 0 { lead::of(&rule.text.pattern) } else { Vec::new() };
        for anchor in &rule.text.anchors {
            self.add(&Word::new(anchor.as_bytes()).within(&or_escaped(&lead, anchor.len())), check);
            let escaped = encodings::escaped_anchors(anchor);
            self.add_all(escaped.iter().map(|escaped| Word::new(escaped.as_bytes())), Check::View);
        }
    }

    /// Adds what prompt content, and the lines that lead to it, begin with.
    fn add_content(&mut self) {
        let exact = |word: &&str| Word::exact(word.as_bytes());
        self.add_all(content::words().map(|(key, next)| Word::exact(key.as_bytes()).before(next)), Check::Key);
        self.add_all(content::DUMPS.iter().map(exact), Check::Hot);
        self.add_all(content::options().iter().map(exact), Check::Command);
        self.add_all(content::assistants().iter().map(|name| Word::exact(name.as_bytes())), Check::Assistant);
        self.add_all(content::turn_words().map(|word| Word::exact(word.as_bytes())), Check::Turn);
        self.add_all(content::label_words().map(|word| Word::new(word.as_bytes())), Check::Turn);
        self.add_all(content::column_words().map(|(word, next)| Word::new(&word).before(next)), Check::Table);
        self.add_all(content::BESIDE_TEXTS.iter().map(|key| exact(key).before(b"\\\"'")), Check::Cut);
        self.add_all(content::TEST_IDS.iter().map(exact), Check::TestId);
        self.add_all(content::PAGES.iter().map(exact), Check::Page);
        self.add_all(content::DATA_URIS.iter().map(exact), Check::DataUri);
        self.add_all(content::routes().map(|(word, next)| Word::exact(word.as_bytes()).before(next)), Check::Route);
        self.add_all(content::PAIRED.iter().map(exact), Check::Paired);
        self.add_all(content::speakers().map(|word| Word::new(word.as_bytes())), Check::Spoken);
        self.add_all(content::TOOL_CALLS.iter().map(exact), Check::ToolCall);
        self.add_all(content::PARTS.iter().map(exact), Check::Part);
        self.add_all(content::LOCALS.iter().map(exact), Check::Local);
        self.add_all(content::SQL.iter().map(|word| Word::new(word.as_bytes())), Check::Sql);
        let hot = ["\u{2771}"]
            .into_iter()
            .chain(content::screen_marks().iter().copied())
            .chain(content::frames())
            .chain(content::RECORDS)
            .chain(content::FRAMES_OF_PHP);
        self.add_all(hot.map(|mark| Word::new(mark.as_bytes())), Check::Hot);
        self.add(&Word::new(b", line "), Check::Frame);
    }

    /// Adds what tells that a text must be seen with its escapes read.
    fn add_views(&mut self) {
        let mut add = |word: &[u8]| self.add(&Word::new(word), Check::View);
        let colours: [&[u8]; 5] = [b"\\x1b[", b"\\u{1b}[", b"\\u001b[", b"\\033[", b"\\e["];
        colours.into_iter().for_each(&mut add);
        self.add_all(hex_rows::WORDS.map(Word::new), Check::Dump);
        self.add_all(folded::WORDS.map(Word::exact), Check::Fold);
        self.add_all(split_records::WORDS.map(Word::exact), Check::Split);
        let mut add = |word: &[u8]| self.add(&Word::new(word), Check::View);
        [&b"%22"[..], b"&quot;", b"&amp;", b"&lt;", b"\\x22", b"`\":", b"^\\^\""].into_iter().for_each(&mut add);
        (b'0'..=b'9').chain(*b"xX").for_each(|digit| add(&[b'&', b'#', digit]));
    }

    /// Adds what names and numbers of people, machines and organisations stand beside, whether an audience may see them or not.
    fn add_identities(&mut self) {
        self.add_all(lead::encoded_numbers().map(Word::of), Check::View);
        self.add_all(HOMES.map(Word::new), Check::Home);
        self.add_all(identity::SUFFIXES.iter().map(|suffix| Word::new(suffix.as_bytes())), Check::Suffix);
        self.add_all([&b"10."[..], b"172.", b"192.168.", b"169.254.", b"100."].map(Word::new), Check::Address);
        self.add_all(ORGANISATIONS.map(Word::new), Check::Organisation);
        self.add(&Word::new(b"%40"), Check::Mail);
        self.add(&Word::new(b"%2b"), Check::Phone);
        self.add(&Word::new(b"user_"), Check::UserId);
    }

    /// Adds the names that say whose number or name follows.
    fn add_names(&mut self) {
        let mut add = |word: &[u8], next: &[&[u8]], check: Check| {
            self.add(&next.iter().fold(Word::new(word), |word, next| word.before(next)), check);
        };
        phones::name_words().for_each(|(word, next)| add(word, next.as_slice(), Check::Telephone));
        named_numbers::name_words().for_each(|(word, next)| add(word, next.as_slice(), Check::Number));
        identity::announced::words().for_each(|(word, next)| add(word, next, Check::Announced));
    }
}

/// What may stand at the places of a match, up to the first after its anchor, where an escape may begin as well.
fn or_escaped(lead: &[Set], anchor: usize) -> Vec<Set> {
    let mut sets = lead[..lead.len().min(anchor + 1)].to_vec();
    if let Some(after) = sets.get_mut(anchor) {
        for byte in ESCAPES {
            lead::insert(after, *byte);
        }
    }
    sets
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
