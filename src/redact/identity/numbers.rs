//! Numbers of customers that can be checked: payment cards, bank accounts, national ids.
//!
//! Only numbers whose check digits agree are taken, so that ids, counters and times stay; and numbers after a name that says what
//! they are.

use std::ops::Range;
use std::sync::OnceLock;

use regex::bytes::Regex;

use super::checks::iban;
use super::forms::{FORMS, Form};
use super::phones::is_in_row;
use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;
use crate::redact::steps::Steps;

/// The expressions of the forms. Each is compiled when a number may first begin with it: few texts need more than one or two.
static COMPILED: [OnceLock<Compiled>; FORMS.len()] = [const { OnceLock::new() }; FORMS.len()];

/// Adds numbers of customers that their form tells.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    find_in(text, 0..text.len(), &is_id, push)
}

/// Whether a number of a customer may stand in a stretch of letters, digits and marks; the name before it is left out of account.
pub(in crate::redact) fn may_hold(text: &[u8], start: usize) -> bool {
    let end = run_end(text, start, usize::MAX);
    let mut any = digits_beside_lead(text, start..end) >= FEWEST;
    if any {
        any = false;
        any = find_in(text, start..end, &|_, _| false, &mut |_, _| any = true).is_err() || any;
    }
    any
}

fn find_in(
    text: &[u8],
    region: Range<usize>,
    is_id: &dyn Fn(&[u8], usize) -> bool,
    push: &mut Push<'_>,
) -> Result<(), IdentitiesBroken> {
    let within = &text[..region.end];
    let mut at = region.start;
    while let Some(start) = next_number(within, at) {
        let end = run_end(text, start, LONGEST);
        at = end.max(start + 1);
        let window = &text[start..end];
        if digits_beside_lead(text, start..end) < FEWEST {
            continue;
        }
        if let Some(range) = small_iban(text, start).filter(|range| !is_id(text, range.start)) {
            push(range, PersonalKind::Iban);
        }
        let counts = Counts::of(window);
        let mut starts = Vec::new();
        for (form, compiled) in FORMS.iter().zip(&COMPILED).filter(|(form, _)| counts.allow(form)) {
            if starts.is_empty() {
                starts.extend((start..end).filter(|at| may_begin(text, *at)));
            }
            let mut from = start;
            while let Some(range) = next_of(form, compiled, &starts, text, from..end)? {
                from = range.end;
                if (form.holds)(&plain(&text[range.clone()]))
                    && !is_id(text, range.start)
                    && !(form.kind == PersonalKind::Phone && is_in_row(text, &range))
                {
                    push(range, form.kind);
                }
            }
        }
    }
    Ok(())
}

/// The next number of a form that stands alone and begins at one of these places of a stretch.
fn next_of(
    form: &Form,
    compiled: &OnceLock<Compiled>,
    starts: &[usize],
    text: &[u8],
    stretch: Range<usize>,
) -> Result<Option<Range<usize>>, IdentitiesBroken> {
    for start in starts.iter().copied().filter(|start| stretch.contains(start)) {
        let rest = &text[start..stretch.end];
        if !rest.starts_with(form.lead) {
            continue;
        }
        let Some(length) = compiled.get_or_init(|| Compiled::of(form)).length(form, rest)? else { continue };
        if may_end(text, start + length) {
            return Ok(Some(start..start + length));
        }
    }
    Ok(None)
}

/// The expression of a form, for matches at a place that is known.
struct Compiled {
    steps: Option<Steps>,
    /// For what steps cannot say.
    regex: OnceLock<Option<Regex>>,
}

impl Compiled {
    fn of(form: &Form) -> Self {
        Self { steps: Steps::of(form.pattern), regex: OnceLock::new() }
    }

    /// The length of the number that the text begins with.
    fn length(&self, form: &Form, text: &[u8]) -> Result<Option<usize>, IdentitiesBroken> {
        if let Some(Ok(found)) = self.steps.as_ref().map(|steps| steps.at_start(text)) {
            return Ok(found.map(|found| found.whole.end));
        }
        let regex = self.regex.get_or_init(|| compile(&format!(r"\A(?:{})", form.pattern)));
        Ok(regex.as_ref().ok_or(IdentitiesBroken)?.find(text).map(|found| found.end()))
    }
}

/// A bank account in small letters around a run of digits, without blanks: hexadecimal ids are of other lengths and fail its check.
fn small_iban(text: &[u8], digits: usize) -> Option<Range<usize>> {
    let is_part = |b: &&u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if !digits.checked_sub(1).is_some_and(|at| text[at].is_ascii_lowercase()) {
        return None;
    }
    let start = digits - text[..digits].iter().rev().take(LONGEST_IBAN).take_while(is_part).count();
    let length = text[start..].iter().take(LONGEST_IBAN + 1).take_while(is_part).count();
    let number = text[start..start + length].to_ascii_uppercase();
    let leads = number
        .get(..4)
        .is_some_and(|lead| lead[..2].iter().all(u8::is_ascii_uppercase) && lead[2..].iter().all(u8::is_ascii_digit));
    let range = start..start + length;
    (leads && length <= LONGEST_IBAN && may_begin(text, start) && may_end(text, range.end) && iban(&number))
        .then_some(range)
}

/// Most characters of a bank account.
const LONGEST_IBAN: usize = 34;

/// What a stretch holds, counted in one go: it tells most forms not to try.
struct Counts {
    digits: usize,
    capitals: usize,
    /// The most digits in a row.
    row: usize,
    /// A bit for each byte that stands in it; bytes that share one are not told apart.
    seen: u64,
}

impl Counts {
    fn of(window: &[u8]) -> Self {
        let mut counts = Self { digits: 0, capitals: 0, row: 0, seen: 0 };
        let mut row = 0;
        for byte in window {
            let digit = usize::from(byte.is_ascii_digit());
            row = (row + 1) * digit;
            counts.digits += digit;
            counts.capitals += usize::from(byte.is_ascii_uppercase());
            counts.row = counts.row.max(row);
            counts.seen |= 1 << (byte & 63);
        }
        counts
    }

    /// Whether a number of this form may stand in the stretch.
    fn allow(&self, form: &Form) -> bool {
        let has = |byte: &u8| self.seen >> (byte & 63) & 1 == 1;
        self.digits >= form.digits
            && self.capitals >= form.capitals
            && self.row >= form.row
            && (form.marks.is_empty() || form.marks.iter().any(has))
    }
}

/// Fewest digits of a form.
pub(in crate::redact) const FEWEST: usize = 6;

/// How many digits a stretch has, those of its lead left out.
fn digits_beside_lead(text: &[u8], stretch: Range<usize>) -> usize {
    let digits = text[stretch.clone()].iter().filter(|b| b.is_ascii_digit()).count();
    digits - digits_of_lead(text, stretch)
}

/// Digits of what is no number at the start of a stretch: a date, the seconds of a time, or an address of four numbers. Most stretches of a log begin with one.
pub(in crate::redact) fn digits_of_lead(text: &[u8], stretch: Range<usize>) -> usize {
    let (before, stretch) = text[..stretch.end].split_at(stretch.start);
    let length = match stretch {
        [b'2', b'0', _, _, b'-', _, _, b'-', _, _, ..] | [b'1', b'9', _, _, b'-', _, _, b'-', _, _, ..] => 10,
        _ => match before {
            [.., b'0'..=b'9', b'0'..=b'9', b':', b'0'..=b'9', b'0'..=b'9', b':'] => fraction_length(stretch),
            _ => address_length(stretch),
        },
    };
    stretch[..length].iter().filter(|b| b.is_ascii_digit()).count()
}

/// The length of the seconds of a time and their fraction at the start of a stretch.
fn fraction_length(stretch: &[u8]) -> usize {
    match stretch {
        [b'0'..=b'9', b'0'..=b'9', b'.', fraction @ ..] => {
            let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits > 9 { 0 } else { 3 + digits }
        }
        _ => 0,
    }
}

/// The length of an address of four numbers at the start of a stretch, where nothing but a blank follows it; 0 where there is none.
fn address_length(stretch: &[u8]) -> usize {
    let (mut length, mut digits, mut dots) = (0, 0, 0);
    for byte in stretch {
        match byte {
            b'0'..=b'9' if digits < 3 => digits += 1,
            b'.' if digits > 0 && dots < 3 => (digits, dots) = (0, dots + 1),
            b' ' => break,
            _ => return 0,
        }
        length += 1;
    }
    if dots == 3 && digits > 0 { length } else { 0 }
}

/// The start of the next stretch of letters, digits and single marks that holds two digits in a row.
fn next_number(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text.get(at..)?.iter().position(u8::is_ascii_digit)?;
        if text.get(at + 1).is_some_and(u8::is_ascii_digit) {
            let mut lead = text[from..at].iter().rev().take(16).take_while(|b| b.is_ascii_uppercase()).count();
            // `AB 12 34 56 C`
            let spaced = text[from..at]
                .strip_suffix(b" ")
                .is_some_and(|rest| rest.len() >= 2 && rest[rest.len() - 2..].iter().all(u8::is_ascii_uppercase));
            if spaced && text.get(at + 2).is_some_and(|b| *b == b' ' || b.is_ascii_digit()) {
                lead = 3;
            }
            return Some(at - lead);
        }
        at += 1;
    }
}

/// Longest stretch in which a number is looked for.
const LONGEST: usize = 256;

/// Letters and digits of numbers.
const PART: u8 = 1;
/// Those of them that may follow a mark.
const AFTER_MARK: u8 = 2;
/// What may stand between them.
const MARK: u8 = 4;

/// The classes of bytes in stretches of letters, digits and marks.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' | b'A'..=b'Z' => PART | AFTER_MARK,
            b'x' => PART,
            b' ' | b'-' | b'.' | b'/' | b'+' => MARK,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// The end of a stretch of so many bytes at most: marks may stand between letters and digits, one at a time.
fn run_end(text: &[u8], start: usize, most: usize) -> usize {
    let class = |at: usize| text.get(at).map_or(0, |byte| CLASSES[usize::from(*byte)]);
    let limit = start.saturating_add(most);
    let mut end = start;
    while end < limit && (class(end) & PART != 0 || (class(end) & MARK != 0 && class(end + 1) & AFTER_MARK != 0)) {
        end += 1;
    }
    end
}

/// Whether a number may begin at a place, told by what stands before it.
fn may_begin(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| text[at]);
    let before_that = at.checked_sub(2).map(|at| text[at]);
    let escaped = before_that == Some(b'\\') && before.is_some_and(|b| b"nrt".contains(&b));
    let joined = before.is_some_and(joins) && before_that.is_some_and(|b| b.is_ascii_alphanumeric());
    (before.is_none_or(|b| !is_part(b)) || escaped) && !joined
}

/// Whether a number may end at a place, told by what follows.
fn may_end(text: &[u8], at: usize) -> bool {
    let after = text.get(at).copied();
    let goes_on = after.is_some_and(joins) && text.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
    after.is_none_or(|b| !is_part(b)) && !goes_on
}

/// Whether a byte belongs to a longer word with the digits beside it.
const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether a byte joins what stands on both of its sides.
const fn joins(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'/' | b'+')
}

/// Whether the name before a number says that it is an id of a request, trace or process.
fn is_id(text: &[u8], start: usize) -> bool {
    let lead = &text[start.saturating_sub(24)..start];
    let name = lead.trim_ascii_end();
    let name = name.strip_suffix(b"\"").or_else(|| name.strip_suffix(b"'")).unwrap_or(name).trim_ascii_end();
    let Some(name) = name.strip_suffix(b":").or_else(|| name.strip_suffix(b"=")) else { return false };
    let name = name.strip_suffix(b"\"").or_else(|| name.strip_suffix(b"'")).unwrap_or(name).to_ascii_lowercase();
    [
        &b"_id"[..],
        b"-id",
        ".id".as_bytes(),
        b"trace",
        b"span",
        b"requestid",
        b"time",
        b"timestamp",
        b"_ns",
        b"_at",
        b"seed",
        b"size",
        b"bytes",
        b"count",
        b"offset",
    ]
    .iter()
    .any(|end| name.ends_with(end))
        || name.rsplit(|b| !b.is_ascii_alphanumeric()).next() == Some(b"id")
}

/// Letters and digits alone.
pub(super) fn plain(number: &[u8]) -> Vec<u8> {
    number.iter().copied().filter(u8::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_say_every_form() {
        for form in FORMS {
            assert!(Steps::of(form.pattern).is_some(), "{}", form.pattern);
        }
    }

    proptest! {
        #[test]
        fn a_date_a_time_or_an_address_with_little_beside_it_is_no_number(
            text in prop_oneof![
                "[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Z0-9x ./+-]{0,5}",
                "[A-Z0-9x ./+-][0-9]{4}-[0-9]{2}-[0-9]{2}[A-Z0-9x ./+-]{0,4}",
                "[0-9]{2}:[0-9]{2}:[0-9]{2}[ ./+-][A-Z0-9x ./+-]{4}[A-Zx ./+-]{0,8}",
                "[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{1,9}[Z ]?[A-Zx ./+-]{0,8}",
                "([0-9]{1,3}\\.){3}[0-9]{1,3}( [0-9]{1,3}){0,2}",
            ],
        ) {
            // What the first pass over cold text leaves out.
            let mut any = None;
            find(format!("{text}\n").as_bytes(), &mut |range, kind| any = Some((range, kind))).unwrap();
            prop_assert_eq!(any, None);
        }
    }
}
