//! Numbers of customers that can be checked: payment cards, bank accounts, national ids.
//!
//! Only numbers whose check digits agree are taken, so that ids, counters and times stay; and numbers after a name that says what
//! they are.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use regex::bytes::Regex;

use super::checks::iban;
use super::forms::{FORMS, Form};
use super::phones::is_in_row;
use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;

/// The expressions of the forms. Each is compiled when a stretch first has what it asks for: few texts need more than one or two.
static COMPILED: [OnceLock<Option<Regex>>; FORMS.len()] = [const { OnceLock::new() }; FORMS.len()];

/// A number after a name that says what it is: Germany, the Netherlands, Poland, Canada, and others by the name itself.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"\A(?i:ssn|social[_ -]?security(?:[_ -]?(?:number|no))?|national[_ -]?(?:id|insurance)(?:[_ -]?(?:number|no))?|nino|tax[_ -]?(?:id|number|payer[_ -]?id)|steuer[_ -]?id(?:entifikations)?(?:nummer|nr\.?)?|identifikationsnummer|idnr\.?|tfn|nir|bsn|burgerservicenummer|pesel|cpf|cnpj|dni|nie|codice[_ -]?fiscale|personnummer|aadhaar|sin|nhs(?:[_ -]?(?:number|no))?|ahv(?:[_ -]?(?:nummer|nr))?|passport(?:[_ -]?(?:number|no))?|iban|card[_ -]?number|pan)\\{0,3}["']?\s?[:=]\s?\\{0,3}["']?(?P<v>[A-Z]{0,6}-?[0-9][0-9A-Z ./-]{5,38}[0-9A-Za-z])"#,
    )
});

/// The same where only a blank stands between, after names that mean nothing else: the number has the form of that kind.
static ANNOUNCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"\A(?i:ssn|social security number|bsn|pesel|cpf|cnpj|aadhaar|personnummer|sin|tfn|nir|steuer-?id(?:entifikations)?(?:nummer|nr\.?)?|idnr\.?|nhs(?: (?:number|no\.?))?|ahv(?:-?nr\.?)?)\s(?:is )?(?P<v>[0-9]{3} [0-9]{3} [0-9]{3,4}|[0-9]{3} [0-9]{2} [0-9]{4}|[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}|[12] [0-9]{2} [0-9]{2} [0-9]{2} [0-9]{3} [0-9]{3} [0-9]{2}|[0-9]{4} [0-9]{4} [0-9]{4}|[0-9](?:[./-]?[0-9]){7,13})\b",
    )
});

/// What the names of numbers begin with; those of three letters with what may follow them.
pub(in crate::redact) fn name_words() -> Vec<String> {
    let long = [
        "social",
        "national",
        "nino",
        "tax_",
        "tax-",
        "tax ",
        "taxid",
        "taxnumber",
        "taxpayer",
        "steuer",
        "identifikationsnummer",
        "burgerservice",
        "pesel",
        "cnpj",
        "codice",
        "personnummer",
        "aadhaar",
        "passport",
        "iban",
        "card_",
        "card-",
        "card ",
        "cardnumber",
        "idnr",
    ];
    let short = ["ssn", "bsn", "cpf", "dni", "nie", "sin", "nhs", "ahv", "pan", "tfn", "nir"];
    let ends = [":", "=", "\"", "'", "\\", " "];
    let short = short.iter().flat_map(|name| ends.iter().map(move |end| format!("{name}{end}")));
    long.iter().map(|name| (*name).to_owned()).chain(short).collect()
}

/// The number after a name that stands here.
pub(in crate::redact) fn named_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).map(|at| text[at]);
    let camel = before.is_some_and(|b| b.is_ascii_lowercase()) && text[at].is_ascii_uppercase();
    let escaped = super::starts_token(text, at);
    if before.is_some_and(|b| b.is_ascii_alphanumeric()) && !camel && !escaped {
        return None;
    }
    let window = &text[at..text.len().min(at + 128)];
    let named = NAMED.as_ref()?.captures(window).or_else(|| ANNOUNCED.as_ref()?.captures(window));
    let number = named?.name("v").filter(|number| named_number(number.as_bytes()))?;
    Some(at + number.start()..at + number.end())
}

/// Adds numbers of customers that their form tells.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    find_in(text, 0..text.len(), &is_id, push)
}

/// Whether a number of a customer may stand in a stretch of letters, digits and marks; the name before it is left out of account.
pub(in crate::redact) fn may_hold(text: &[u8], start: usize) -> bool {
    let end = run_end(text, start, usize::MAX);
    let mut any = digits_beside_date(&text[start..end]) >= FEWEST;
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
        if digits_beside_date(window) < FEWEST {
            continue;
        }
        if let Some(range) = small_iban(text, start).filter(|range| !is_id(text, range.start)) {
            push(range, PersonalKind::Iban);
        }
        let counts = Counts::of(window);
        for (form, compiled) in FORMS.iter().zip(&COMPILED) {
            if !counts.allow(form) || !begins_in(window, form.lead) {
                continue;
            }
            let regex = compiled.get_or_init(|| compile(form.pattern)).as_ref().ok_or(IdentitiesBroken)?;
            for hit in regex.find_iter(window) {
                let range = start + hit.start()..start + hit.end();
                if stands_alone(text, &range)
                    && (form.holds)(&plain(&text[range.clone()]))
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
    (leads && length <= LONGEST_IBAN && stands_alone(text, &range) && iban(&number)).then_some(range)
}

/// Most characters of a bank account.
const LONGEST_IBAN: usize = 34;

/// Whether what a match begins with stands in a stretch, which is short.
fn begins_in(window: &[u8], lead: &[u8]) -> bool {
    lead.is_empty() || window.windows(lead.len()).any(|part| part == lead)
}

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

/// How many digits a stretch has, a date at its start left out: most stretches of a log are times.
fn digits_beside_date(stretch: &[u8]) -> usize {
    let rest = if digits_of_date(stretch) > 0 { &stretch[10..] } else { stretch };
    rest.iter().filter(|b| b.is_ascii_digit()).count()
}

/// Digits of the date at the start of a stretch, if one stands there.
pub(in crate::redact) fn digits_of_date(stretch: &[u8]) -> usize {
    match stretch {
        [b'2', b'0', _, _, b'-', _, _, b'-', _, _, ..] | [b'1', b'9', _, _, b'-', _, _, b'-', _, _, ..] => {
            stretch[..10].iter().filter(|b| b.is_ascii_digit()).count()
        }
        _ => 0,
    }
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

fn stands_alone(text: &[u8], range: &Range<usize>) -> bool {
    let part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let escaped = range.start >= 2 && text[range.start - 2] == b'\\' && before.is_some_and(|b| b"nrt".contains(&b));
    let joined = before.is_some_and(|b| matches!(b, b'-' | b'.' | b'/' | b'+'))
        && range.start >= 2
        && text[range.start - 2].is_ascii_alphanumeric();
    let after = text.get(range.end).copied();
    let goes_on = after.is_some_and(|b| matches!(b, b'-' | b'.' | b'/' | b'+'))
        && text.get(range.end + 1).is_some_and(u8::is_ascii_alphanumeric);
    (before.is_none_or(|b| !part(b)) || escaped) && !joined && after.is_none_or(|b| !part(b)) && !goes_on
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
fn plain(number: &[u8]) -> Vec<u8> {
    number.iter().copied().filter(u8::is_ascii_alphanumeric).collect()
}

fn named_number(number: &[u8]) -> bool {
    let plain = plain(number);
    let digits = plain.iter().filter(|b| b.is_ascii_digit()).count();
    (6..=34).contains(&plain.len()) && digits * 2 >= plain.len() && digits >= 6
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_date_with_little_beside_it_is_no_number(
            text in "[A-Z0-9x ./+-]?[0-9]{4}-[0-9]{2}-[0-9]{2}[A-Z0-9x ./+-]{0,5}",
        ) {
            // What the first pass over cold text leaves out.
            let length = text.len();
            prop_assume!(length < 16);
            let mut any = None;
            find(format!("{text}\n").as_bytes(), &mut |range, kind| any = Some((range, kind))).unwrap();
            prop_assert_eq!(any, None);
        }
    }
}
