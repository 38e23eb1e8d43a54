//! The gate: one cheap pass over a text that finds what shape rules and names of credentials describe, and tells which other detectors
//! need to look at all.
//!
//! Each detector needs certain letters to find anything. Three of them, the rarest in each such word, are looked up in a small bit table at every
//! place of a line; where they stand, the word is compared, and the first checks of its detector are made. A test holds the gate to
//! what the detectors find.

use std::ops::ControlFlow;

use super::ahead::Ahead;
use super::cold::Cold;
use super::content;
use super::encodings;
use super::escapes;
use super::gate_lead::{self, Set};
pub(super) use super::gate_scan::Scan;
use super::gate_table::{Hit, STRETCH, Table};
use super::gate_word::Word;
use super::identity::{self, IdentitySet, mails, named_numbers, phones};
use super::known::KnownSet;
use super::lanes::Lanes;
use super::named;
use super::names::Names;
use super::ruleset::Ruleset;
use super::shapes;
use super::text_edges::starts_token;
use crate::model::vocabulary::PersonalKind;

/// What must be checked where a word stands.
#[derive(Clone, Copy, Debug)]
enum Check {
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
    /// A statement of SQL.
    Sql,
    /// What the ids of tests stand behind.
    TestId,
    /// A key beside a text that the line may begin in.
    Cut,
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
    /// A percent-encoded at sign.
    Mail,
    /// A percent-encoded plus sign.
    Phone,
}

/// The gate.
#[derive(Debug)]
pub(super) struct Gate {
    table: Table,
    checks: Vec<Check>,
    names: bool,
    all_addresses: bool,
}

/// What may stand right after a key of content: a quotation mark, escaped or not, a separator, a blank before one.
const AFTER_KEY: &[u8] = b"\\\"'` \t\r\n:=]";

/// What an escape begins with; the bytes after it stand in the place of others.
const ESCAPES: &[u8] = b"\\%&\x1b\"'";

impl Gate {
    pub(super) fn new(rules: &Ruleset, names: &Names, known: &KnownSet, identities: &IdentitySet) -> Self {
        let mut words: Vec<(Word, Check)> = Vec::with_capacity(1024);
        for (index, rule) in rules.rules.iter().enumerate() {
            let check = Check::Rule(u32::try_from(index).unwrap_or(u32::MAX));
            let lead: Vec<Set> = if rule.text.back == 0 { gate_lead::of(&rule.text.pattern) } else { Vec::new() };
            for anchor in &rule.text.anchors {
                words.push((Word::new(anchor.as_bytes()).within(&or_escaped(&lead, anchor.len())), check));
                let escaped = encodings::escaped_anchors(anchor).into_iter();
                words.extend(escaped.map(|anchor| (Word::new(anchor.as_bytes()), Check::View)));
            }
        }
        words.extend(content::words().iter().map(|key| (Word::exact(key.as_bytes()).before(AFTER_KEY), Check::Key)));
        words.extend(content::fields().iter().map(|field| (Word::exact(field.as_bytes()), Check::Hot)));
        words.extend(content::options().iter().map(|option| (Word::exact(option.as_bytes()), Check::Command)));
        words.extend(content::turn_words().map(|word| (Word::exact(word.as_bytes()), Check::Turn)));
        words.extend(content::column_words().map(|(word, next)| (Word::exact(&word).before(next), Check::Table)));
        words.extend(content::BESIDE_TEXTS.map(|key| (Word::exact(key.as_bytes()).before(b"\\\"'"), Check::Cut)));
        words.push((Word::exact(content::TEST_ID.as_bytes()), Check::TestId));
        words.push((Word::new(content::SQL.as_bytes()), Check::Sql));
        let mut add = |list: &mut dyn Iterator<Item = &[u8]>, check: Check| {
            words.extend(list.map(|word| (Word::new(word), check)));
        };
        add(&mut names.stem_words().iter().map(String::as_bytes), Check::Stem);
        add(&mut [&b"%22"[..]].into_iter(), Check::View);
        add(&mut [&b", line "[..]].into_iter(), Check::Frame);
        add(&mut ["\u{2771}"].iter().chain(content::screen_marks()).map(|mark| mark.as_bytes()), Check::Hot);
        add(&mut content::frames().map(str::as_bytes), Check::Hot);
        let colours: [&[u8]; 5] = [b"\\x1b[", b"\\u{1b}[", b"\\u001b[", b"\\033[", b"\\e["];
        add(&mut colours.into_iter(), Check::View);
        let digits = || (b'0'..=b'9').chain(*b"xX");
        let references: Vec<Vec<u8>> = digits().map(|digit| vec![b'&', b'#', digit]).collect();
        add(&mut references.iter().map(Vec::as_slice), Check::View);
        add(&mut [&b"&quot;"[..], b"&amp;", b"&lt;", b"\\x22"].into_iter(), Check::View);
        if hides_names(identities) {
            let homes: [&[u8]; 16] = [
                b"home\\",
                b"var/folders/",
                b"documents and settings\\",
                b"home/",
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
            add(&mut homes.into_iter(), Check::Home);
            add(&mut identity::SUFFIXES.iter().map(|suffix| suffix.as_bytes()), Check::Suffix);
            add(&mut [&b"10."[..], b"172.", b"192.168.", b"169.254.", b"100."].into_iter(), Check::Address);
            add(&mut identities.forms().iter().map(String::as_bytes), Check::Name);
        }
        if identities.hides(PersonalKind::Organisation) {
            let ids: [&[u8]; 15] = [
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
            add(&mut ids.into_iter(), Check::Organisation);
        }
        if identities.hides(PersonalKind::Email) {
            add(&mut [&b"%40"[..]].into_iter(), Check::Mail);
        }
        if identities.hides(PersonalKind::Phone) {
            add(&mut [&b"%2b"[..]].into_iter(), Check::Phone);
        }
        if identities.hides_numbers() {
            words.extend(gate_lead::encoded_numbers().into_iter().map(|sets| (Word::of(sets), Check::View)));
        }
        let mut add = |list: &mut dyn Iterator<Item = &[u8]>, check: Check| {
            words.extend(list.map(|word| (Word::new(word), check)));
        };
        if identities.hides(PersonalKind::UserId) {
            add(&mut [&b"user_"[..]].into_iter(), Check::UserId);
        }
        let mut add = |(word, next): (&[u8], Option<&[u8]>), check: Check| {
            let word = Word::new(word);
            words.push((if let Some(next) = next { word.before(next) } else { word }, check));
        };
        if identities.hides(PersonalKind::Phone) {
            phones::name_words().for_each(|word| add(word, Check::Telephone));
        }
        if identities.hides(PersonalKind::NationalId) {
            named_numbers::name_words().for_each(|word| add(word, Check::Number));
        }
        identity::announced::words(|kind| identities.hides(kind)).for_each(|word| add(word, Check::Announced));
        words.extend(known.words().iter().map(|piece| (Word::exact(piece), Check::Known)));
        let (words, checks): (Vec<Word>, Vec<Check>) = words.into_iter().unzip();
        let table = Table::new(&words, Lanes::best());
        Self { table, checks, names: hides_names(identities), all_addresses: identities.hides(PersonalKind::PublicIp) }
    }

    /// Scans a text. With `stop` it gives up where prompt content may begin, which is best taken out first.
    pub(super) fn scan(&self, text: &[u8], with: &Cold<'_>, stop: bool) -> Option<Scan> {
        let mut scan = Scan::default();
        self.table.each(text, &mut |hit| {
            self.check(text, hit, with, &mut scan);
            if stop && scan.content { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if stop && scan.content {
            return None;
        }
        self.finish(text, with, with.is_quiet(text), &mut scan);
        Some(scan)
    }

    /// Looks for what no word of the gate announces, now that its words were checked. `quiet`: the classes of the bytes tell that there is no such thing.
    pub(super) fn finish(&self, text: &[u8], with: &Cold<'_>, quiet: bool, scan: &mut Scan) {
        scan.known |= with.known.first_in(text).is_some();
        scan.shapes.sort_by_key(|(anchor, _)| anchor.start);
        // A telephone whose plus sign is encoded shows in no class.
        if quiet && !scan.phones {
            return;
        }
        let identities = with.identities;
        let mail = memchr::memchr_iter(b'@', text).any(|at| identities.is_around_sign(text, at));
        let public = self.all_addresses && memchr::memchr_iter(b'.', text).any(|at| is_inside_address(text, at));
        let long = self.names && memchr::memchr_iter(b':', text).any(|at| identity::begins_private_v6(text, at));
        scan.identities |= mail || public || long;
        if self.all_addresses || scan.phones || with.may_hold_number(text) {
            scan.broken |= identities.find_numbers(text, &mut scan.numbers).is_err();
        }
        scan.views |= memchr::memchr(0x1b, text).is_some();
        scan.others |= memchr::memchr(b'^', text).is_some();
    }

    /// The lanes of its passes.
    pub(super) const fn lanes(&self) -> Lanes {
        self.table.lanes()
    }

    /// Whether names of people, homes, hosts and private addresses are hidden.
    pub(super) const fn hides_names(&self) -> bool {
        self.names
    }

    /// Adds the words that stand in the next stretch of a text; gives where it ends.
    pub(super) fn stretch(&self, text: &[u8], from: usize, hits: &mut Vec<Hit>) -> usize {
        self.table.stretch(text, from..text.len().min(from + STRETCH), hits)
    }

    /// Whether the detector of a word has anything to look at where it stands, told from the bytes around it; what is told here of a text of many lines
    /// holds for its line.
    pub(super) fn may(&self, text: &[u8], hit: Hit, with: &Cold<'_>, ahead: &mut Ahead) -> bool {
        let word = hit.start..hit.end;
        match self.checks[hit.word] {
            Check::Rule(index) => {
                let rule = &with.rules.rules[index as usize];
                let needs = rule.text.needs.as_deref();
                let may_match = (rule.text.back > 0 || !rule.text.boundary || starts_token(text, hit.start))
                    && needs.is_none_or(|mark| ahead.has_mark(index, text, hit.end, mark.as_bytes()))
                    && rule.prefix().may_match(&text[hit.start..]);
                may_match || ahead.is_escaped(text, &word)
            }
            Check::Stem => named::may_follow(with.names, text, word.clone()) || ahead.is_escaped(text, &word),
            Check::Number => named_numbers::begins_name(text, hit.start),
            check @ (Check::Home | Check::Suffix | Check::Address) => is_identity(check, text, hit.start, hit.end),
            _ => true,
        }
    }

    /// Makes the first checks of the detector of a word that stands in the text.
    pub(super) fn check(&self, line: &[u8], hit: Hit, with: &Cold<'_>, scan: &mut Scan) {
        let Hit { word, start, end } = hit;
        let at = start..end;
        match self.checks[word] {
            Check::Hot => scan.others = true,
            Check::View => scan.views = true,
            Check::Rule(index) => {
                scan.views = scan.views || scan.is_near_escape(line, &at);
                let rule = &with.rules.rules[index as usize];
                let begins = rule.text.back > 0 || !rule.text.boundary || starts_token(line, start);
                let needs = rule.text.needs.as_deref();
                let may_end = |scan: &mut Scan| needs.is_none_or(|mark| scan.is_ahead(index, line, end, mark));
                if begins
                    && start >= scan.tried(index)
                    && !scan.is_clear(index, rule.text.back, start, end)
                    && may_end(scan)
                    && rule.prefix().may_match(&line[start..])
                {
                    let mut clear = 0;
                    let result = shapes::match_or_clear(rule, line, start, end, &mut clear);
                    if rule.text.back > 0 && clear > end {
                        scan.clear(index, start.saturating_sub(rule.text.back), clear);
                    }
                    match result {
                        Ok(Some(mut finding)) => {
                            finding.order = index;
                            // A long match may end at an escape that is far from its anchor.
                            let far = finding.range.end > end + escapes::AFTER / 2;
                            scan.views |= far && escapes::are_near(line, &(finding.range.end..finding.range.end));
                            scan.taken(index, start, finding.range.end.max(end));
                            scan.shapes.push((at, finding));
                        }
                        Ok(None) => {}
                        Err(_) => scan.broken = true,
                    }
                }
            }
            Check::Stem => {
                scan.views = scan.views || scan.is_near_escape(line, &at);
                scan.hangs |= line.len() - end < named::NEAR_END
                    && (named::ends_open(line) || named::awaits_value(with.names, line));
                if start >= scan.named_to {
                    let (name_end, finding) = named::at(with.names, with.known, line, at);
                    scan.named_to = named::resume(name_end, finding.as_ref());
                    scan.named.extend(finding);
                }
            }
            Check::Key => {
                scan.others = scan.others || line.get(end) == Some(&b' ') && content::may_be_column(line, &at);
                scan.content |= content::may_begin(line, at);
            }
            Check::Command => scan.others |= content::may_be_option(line, start, end),
            Check::Turn => scan.others = scan.others || content::may_be_turn(line, start),
            Check::Table => scan.others = scan.others || content::may_be_table(line, start),
            Check::Cut => {
                scan.others = scan.others || scan.is_new_line(line, start) && content::may_be_cut(line, start);
            }
            Check::TestId => scan.others = scan.others || content::may_be_test_id(line, end),
            Check::Sql => scan.others = scan.others || content::may_be_sql(line, start),
            Check::Frame => {
                scan.others |= memchr::memmem::find(&line[start.saturating_sub(4096)..start], b"File ").is_some();
            }
            Check::Telephone => scan.numbers.extend(with.identities.named_telephone(line, start)),
            Check::Number => scan.numbers.extend(with.identities.named_number(line, start)),
            Check::UserId => scan.numbers.extend(with.identities.user_id(line, start)),
            Check::Announced => with.identities.announced(line, at, &mut scan.numbers),
            Check::Mail => scan.identities |= mails::around(line, start, 3).is_some(),
            Check::Phone => {
                scan.phones |= phones::international(line, start, end).is_some();
                scan.identities |= scan.phones;
            }
            Check::Known => scan.known = true,
            check => scan.identities |= scan.identities || is_identity(check, line, start, end),
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

/// Whether a kind of name that begins with a word of the gate is hidden.
fn hides_names(identities: &IdentitySet) -> bool {
    use PersonalKind::{Domain, Home, Host, PrivateIp, User};
    [User, Home, Host, Domain, PrivateIp].iter().any(|kind| identities.hides(*kind)) || !identities.forms().is_empty()
}

/// Whether a name that an audience may not see may stand here.
fn is_identity(check: Check, line: &[u8], start: usize, end: usize) -> bool {
    match check {
        Check::Home => {
            let lead = &line[..start];
            line[start] == b'-' || lead.last().is_some_and(|b| b"/\\fFcC".contains(b))
        }
        Check::Suffix => lead_is_name(line, start),
        Check::Address => is_private_address(line, start),
        Check::Name => identity::is_whole(line, start..end),
        Check::Organisation => {
            let near = &line[end..line.len().min(end + 8)];
            let whole = |mark: u8| line[start] == mark || line[end - 1] == mark;
            whole(b'.')
                || whole(b'/')
                || line[end - 2..end].eq_ignore_ascii_case(b"id")
                || matches!(near.first(), Some(b'/' | b's' | b'S' | b' ' | b':' | b'"' | b'\\' | b'='))
                || line[start..end].ends_with(b"_")
                || line[start..end].ends_with(b"-")
                || line[start] == b'a' && near.first() != Some(&b'_') && line[start..].starts_with(b"arn")
                || near.windows(2).any(|pair| pair.eq_ignore_ascii_case(b"id"))
        }
        _ => false,
    }
}

fn lead_is_name(line: &[u8], start: usize) -> bool {
    start > 0 && (line[start - 1].is_ascii_alphanumeric() || matches!(line[start - 1], b'-' | b'_'))
}

/// Whether four numbers with dots between them begin here.
fn is_address(line: &[u8]) -> bool {
    let mut at = 0;
    for part in 0..4 {
        let digits = line[at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        if !(1..=3).contains(&digits) {
            return false;
        }
        at += digits;
        if part < 3 {
            if line.get(at) != Some(&b'.') {
                return false;
            }
            at += 1;
        }
    }
    true
}

fn is_private_address(line: &[u8], start: usize) -> bool {
    // A number that only ends like one is none; an escape before it may end in a digit.
    let glued =
        start > 0 && (line[start - 1].is_ascii_digit() || line[start - 1] == b'.') && !starts_token(line, start);
    !glued && is_address(&line[start..])
}

/// Whether a dot stands after the first number of an address.
pub(super) fn is_inside_address(line: &[u8], dot: usize) -> bool {
    let digits = line[..dot].iter().rev().take(3).take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && (1..=digits).any(|back| is_address(&line[dot - back..]))
}
