//! The gate: one cheap pass over a text that finds what shape rules and names of credentials describe, and tells which other detectors
//! need to look at all.
//!
//! Each detector needs certain letters to find anything. Three of them, the rarest in each such word, are looked up in a small bit table at every
//! place of a line; where they stand, the word is compared, and the first checks of its detector are made. A test holds the gate to
//! what the detectors find.

mod common;
mod filter;
mod held;
mod lead;
mod prefix;
mod scan;
mod shelf;
mod stored;
mod table;
mod word;
mod words;

use std::ops::{ControlFlow, Range};

pub(super) use prefix::Prefix;
pub(super) use scan::{Scan, first_mark};
pub(super) use table::{Hit, STRETCH, eight};
pub(super) use words::source;
use words::{Check, Words};

use super::ahead::Ahead;
use super::below;
use super::cold::Cold;
use super::content;
use super::escapes;
use super::folded;
use super::hex_rows;
use super::identity::{self, IdentitySet, mails, named_numbers, phones};
use super::known::KnownSet;
use super::lanes::Lanes;
use super::named;
use super::ruleset::Ruleset;
use super::shapes;
use super::split_records;
use super::text_edges::starts_token;
use crate::model::vocabulary::PersonalKind;

/// The gate.
#[derive(Debug)]
pub(super) struct Gate {
    words: Words,
    /// Whether names of people, homes, hosts and private addresses are hidden.
    names: bool,
    all_addresses: bool,
}

impl Gate {
    pub(super) fn new(rules: &Ruleset, known: &KnownSet, identities: &IdentitySet) -> Self {
        Self {
            words: Words::new(rules, known, identities),
            names: hides_names(identities),
            all_addresses: identities.hides(PersonalKind::PublicIp),
        }
    }

    /// Scans a text. With `stop` it gives up where prompt content may begin, which is best taken out first.
    pub(super) fn scan(&self, text: &[u8], with: &Cold<'_>, stop: bool) -> Option<Scan> {
        let mut scan = Scan::default();
        self.words.table.each(text, &mut |hit| {
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
        self.words.table.lanes()
    }

    /// Whether names of people, homes, hosts and private addresses are hidden.
    pub(super) const fn hides_names(&self) -> bool {
        self.names
    }

    /// Adds the words that stand in the next stretch of a text; gives where it ends.
    pub(super) fn stretch(&self, text: &[u8], from: usize, hits: &mut Vec<Hit>) -> usize {
        self.words.table.stretch(text, from..text.len().min(from + STRETCH), hits)
    }

    /// Whether the detector of a word has anything to look at where it stands, told from the bytes around it; what is told here of a text of many lines
    /// holds for its line.
    pub(super) fn may(&self, text: &[u8], hit: Hit, with: &Cold<'_>, ahead: &mut Ahead) -> bool {
        let word = hit.start..hit.end;
        let check = self.words.check(hit.word);
        match check {
            _ if !self.is_asked(check, with.identities) => false,
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
            Check::Below => below::may_begin(text, &word),
            Check::Dump => hex_rows::may_begin(text, hit.start),
            Check::Split => split_records::may_begin(text, &word),
            Check::Fold => folded::may_begin(text, hit.start),
            Check::Part => content::may_be_part(text, &word),
            Check::Home | Check::Suffix | Check::Address => is_identity(check, text, hit.start, hit.end),
            _ => true,
        }
    }

    /// Makes the first checks of the detector of a word that stands in the text.
    pub(super) fn check(&self, line: &[u8], hit: Hit, with: &Cold<'_>, scan: &mut Scan) {
        let Hit { word, start, end } = hit;
        let at = start..end;
        let check = self.words.check(word);
        match check {
            _ if !self.is_asked(check, with.identities) => {}
            Check::Hot => scan.others = true,
            Check::View => scan.views = true,
            Check::Dump => scan.views = scan.views || hex_rows::may_begin(line, start),
            Check::Fold => scan.views = scan.views || folded::may_begin(line, start),
            Check::Split => scan.views = scan.views || split_records::may_begin(line, &at),
            Check::Rule(index) => check_rule(line, index, at, with, scan),
            Check::Stem => check_stem(line, at, with, scan),
            Check::Key => {
                scan.others = scan.others
                    || content::may_be_column(line, &at)
                        && scan.is_new_head(line, start)
                        && content::may_be_table(line, start);
                scan.content = scan.content || content::may_begin(line, at);
            }
            Check::Command => scan.others |= content::may_be_option(line, start, end),
            Check::Assistant => scan.others = scan.others || content::may_be_assistant(line, at),
            Check::Route
            | Check::ToolCall
            | Check::Paired
            | Check::TestId
            | Check::Page
            | Check::DataUri
            | Check::Part => {
                scan.others = scan.others || may_be_told(check, line, &at);
            }
            Check::Spoken => scan.others = scan.others || content::may_be_spoken(line, &at, &mut scan.spoken),
            Check::Local => scan.others = scan.others || content::may_be_local(line, start),
            Check::Turn => {
                scan.others = scan.others || scan.is_new_turn(line, start) && content::may_be_turn(line, start);
            }
            Check::Table => {
                scan.others = scan.others || scan.is_new_head(line, start) && content::may_be_table(line, start);
            }
            Check::Cut => {
                scan.others = scan.others || scan.is_new_line(line, start) && content::may_be_cut(line, start);
            }
            Check::Sql => scan.others = scan.others || content::may_be_sql(line, end),
            Check::Frame => scan.others |= content::leads_to_frame(&line[start.saturating_sub(4096)..start]),
            Check::Telephone => scan.numbers.extend(with.identities.named_telephone(line, start)),
            Check::Number => scan.numbers.extend(with.identities.named_number(line, start)),
            Check::UserId => scan.numbers.extend(with.identities.user_id(line, start)),
            Check::Announced => with.identities.announced(line, at, &mut scan.numbers),
            Check::Below => check_below(line, at, with, scan),
            Check::Mail => scan.identities |= mails::around(line, start, 3).is_some(),
            Check::Phone => {
                scan.phones |= phones::international(line, start, end).is_some();
                scan.identities |= scan.phones;
            }
            Check::Known => scan.known = true,
            Check::Home | Check::Suffix | Check::Address | Check::Name | Check::Organisation => {
                scan.identities = scan.identities || is_identity(check, line, start, end);
            }
        }
    }

    /// Whether an audience may not see what stands beside the words of a check.
    fn is_asked(&self, check: Check, identities: &IdentitySet) -> bool {
        match check {
            Check::Home | Check::Suffix | Check::Address => self.names,
            Check::Organisation => identities.hides(PersonalKind::Organisation),
            Check::Mail => identities.hides(PersonalKind::Email),
            Check::Phone => identities.hides(PersonalKind::Phone),
            _ => true,
        }
    }
}

/// Whether a kind of name that begins with a word of the gate is hidden.
fn hides_names(identities: &IdentitySet) -> bool {
    use PersonalKind::{Domain, Home, Host, PrivateIp, User};
    [User, Home, Host, Domain, PrivateIp].iter().any(|kind| identities.hides(*kind)) || !identities.forms().is_empty()
}

/// Tries a shape rule around one of its anchors.
fn check_rule(line: &[u8], index: u32, at: Range<usize>, with: &Cold<'_>, scan: &mut Scan) {
    scan.views = scan.views || scan.is_near_escape(line, &at);
    let Range { start, end } = at;
    let rule = &with.rules.rules[index as usize];
    let begins = rule.text.back > 0 || !rule.text.boundary || starts_token(line, start);
    let needs = rule.text.needs.as_deref();
    if !begins
        || start < scan.tried(index)
        || scan.is_clear(index, rule.text.back, start, end)
        || needs.is_some_and(|mark| !scan.is_ahead(index, line, end, mark))
        || !rule.prefix().may_match(&line[start..])
    {
        return;
    }
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

/// Looks for the value of the credential whose name holds a word.
fn check_stem(line: &[u8], at: Range<usize>, with: &Cold<'_>, scan: &mut Scan) {
    scan.views = scan.views || scan.is_near_escape(line, &at);
    scan.hangs |= line.len() - at.end < named::NEAR_END
        && (named::ends_open(line)
            || named::ends_in_scheme(line.trim_ascii_end())
            || named::opens_constructor(with.names, line, &at)
            || named::awaits_value(with.names, line)
            || named::opens_block(with.names, line.trim_ascii_end()).is_some());
    if at.start >= scan.named_to {
        if let Some(below) = below::find_named_pair(with.names, line, &at) {
            scan.named.extend(below.findings);
            scan.below = below.open.or_else(|| scan.below.take());
        }
        scan.named_to = named::at(with.names, with.known, line, at, &mut scan.stops, &mut scan.named);
    }
}

/// Reads what a word says of the lines below it.
fn check_below(line: &[u8], at: Range<usize>, with: &Cold<'_>, scan: &mut Scan) {
    scan.views = scan.views || below::is_escaped(line, &at);
    if at.start >= scan.below_to
        && let Some(below) = below::find(with.names, with.identities, line, at)
    {
        scan.below_to = below.end;
        scan.named.extend(below.findings);
        scan.below = below.open.or_else(|| scan.below.take());
    }
}

/// Whether what somebody said, what a tool was told or what a test was given stands behind a word or beside it.
fn may_be_told(check: Check, line: &[u8], word: &Range<usize>) -> bool {
    match check {
        Check::Route => content::may_be_route(line, word),
        Check::ToolCall => content::may_be_tool_call(line, word),
        Check::TestId => content::may_be_test_id(line, word),
        Check::Part => content::may_be_part(line, word),
        Check::Page => content::may_be_page(line, word),
        Check::DataUri => content::may_be_data_uri(line, word),
        _ => content::may_be_paired(line, word),
    }
}

/// Whether a name that an audience may not see may stand here.
fn is_identity(check: Check, line: &[u8], start: usize, end: usize) -> bool {
    match check {
        Check::Home => {
            let lead = &line[..start];
            line[start] == b'-' || lead.last().is_some_and(|b| b"/\\fFcC;".contains(b))
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
                || near
                    .windows(2)
                    .any(|pair| [&b"id"[..], b"nu", b"na"].iter().any(|part| pair.eq_ignore_ascii_case(part)))
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
