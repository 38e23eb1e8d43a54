//! Telephone numbers: in the international form, in the form of North America, or after a name that says so.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;

/// Country codes of one and two digits; all others have three (ITU-T E.164, list of assigned codes).
const SHORT_CODES: &[&[u8]] = &[
    b"1", b"7", b"20", b"27", b"30", b"31", b"32", b"33", b"34", b"36", b"39", b"40", b"41", b"43", b"44", b"45",
    b"46", b"47", b"48", b"49", b"51", b"52", b"53", b"54", b"55", b"56", b"57", b"58", b"60", b"61", b"62", b"63",
    b"64", b"65", b"66", b"81", b"82", b"84", b"86", b"90", b"91", b"92", b"93", b"94", b"95", b"98",
];
/// First two digits of codes of three digits.
const LONG_CODES: &[&[u8]] = &[
    b"21", b"22", b"23", b"24", b"25", b"26", b"29", b"35", b"37", b"38", b"42", b"50", b"59", b"67", b"68", b"69",
    b"80", b"85", b"87", b"88", b"96", b"97", b"99",
];

/// `(212) 555-0100` and `212-555-0100`: area and exchange begin with 2 to 9 (North American Numbering Plan).
static NORTH_AMERICA: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r"(?:1-)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-.][0-9]{4}"));
/// A number after a name that says what it is.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)\A(?:phone(?:[_-]?(?:number|no|nr))?|mobile(?:[_-]?(?:number|no))?|msisdn|telephone|telefon[oea]?|teléfono|cell(?:phone)?|celular|cellulare|fax|whatsapp|handy(?:nummer)?|rufnummer|durchwahl|rückruf(?: unter)?|erreichbar unter|tel|tél|mob(?:il)?|tlf|tfno|電話(?:番号)?|携帯(?:電話)?|电话|手机(?:号)?|전화(?:번호)?|휴대폰|телефон|Телефон)(?:\\{0,3}["']?(?:\s?[:=]\s?|:|：)\\{0,3}["']?(?P<v>\+?\(?[0-9][0-9 ()./-]{5,18}[0-9])|\.?:? (?P<w>[+(]?\(?0[0-9][0-9 ()/-]{5,18}[0-9]|[2-9][0-9]{2} [2-9][0-9]{2} [0-9]{4})|\. (?P<x>[0-9]{2,5}(?: [0-9]{2,4}){2,4}))"#,
    )
});

/// Adds telephone numbers.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    let mut done = 0;
    for plus in memchr::memchr_iter(b'+', text).chain(memchr::memmem::find_iter(text, b"%2B")) {
        let lead = if text[plus] == b'+' { 1 } else { 3 };
        if plus >= done
            && let Some(end) = international(text, plus, plus + lead)
        {
            push(plus..end, PersonalKind::Phone);
            done = end;
        }
    }
    let digits = |range: Range<usize>| text.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let american = |dash: usize| dash >= 3 && digits(dash - 3..dash) && digits(dash + 1..dash + 5);
    if memchr::memchr_iter(b'-', text).any(|dash| american(dash) && may_be_american(text, dash + 4)) {
        for hit in NORTH_AMERICA.as_ref().ok_or(IdentitiesBroken)?.find_iter(text) {
            let range = hit.range();
            let dotted = memchr::memchr(b'.', hit.as_bytes()).is_some();
            let goes_on = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'=');
            let before = range.start.checked_sub(1).map(|at| &text[at]);
            let after =
                text.get(range.end).filter(|b| **b != b'.' || text.get(range.end + 1).is_some_and(u8::is_ascii_digit));
            if !dotted && before.is_none_or(|b| !goes_on(b)) && after.is_none_or(|b| !goes_on(b)) {
                push(range, PersonalKind::Phone);
            }
        }
    }
    Ok(())
}

/// What the names of telephone numbers begin with, and where they are short, what may follow them.
pub(in crate::redact) fn name_words() -> impl Iterator<Item = (&'static [u8], Option<&'static [u8]>)> {
    const LONG: [&str; 22] = [
        "phone",
        "mobile",
        "msisdn",
        "telefon",
        "teléfono",
        "cell",
        "celular",
        "whatsapp",
        "handy",
        "rufnummer",
        "durchwahl",
        "rückruf",
        "erreichbar unter",
        "tél",
        "電話",
        "携帯",
        "电话",
        "手机",
        "전화",
        "휴대폰",
        "телефон",
        "Телефон",
    ];
    let short = ["fax", "tel", "mob", "tlf", "tfno"].iter().map(|name| (name.as_bytes(), Some(&b":=\"'\\ ."[..])));
    LONG.iter().map(|name| (name.as_bytes(), None)).chain(short)
}

/// The number after a name that stands here.
pub(in crate::redact) fn named_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let window = &text[at..text.len().min(at + 96)];
    let named = NAMED.as_ref()?.captures(window)?;
    let number = named.name("v").or_else(|| named.name("w")).or_else(|| named.name("x"))?;
    let digits = number.as_bytes().iter().filter(|b| b.is_ascii_digit()).count();
    let time = memchr::memmem::find(number.as_bytes(), b"..").is_some();
    let goes_on = window.get(number.end()).is_some_and(u8::is_ascii_alphanumeric);
    ((7..=15).contains(&digits) && !time && !goes_on).then(|| at + number.start()..at + number.end())
}

/// Whether a number may stand around the last of four digits that follow three and a dash: an area before them, as in `212-555-0100`.
pub(in crate::redact) fn may_be_american(text: &[u8], last: usize) -> bool {
    let Some(exchange) = last.checked_sub(7) else { return false };
    let (lead, mark) = text[..exchange].split_at(exchange.saturating_sub(1));
    match mark {
        b"-" => lead.len() >= 3 && lead[lead.len() - 3..].iter().all(u8::is_ascii_digit),
        b" " => lead.ends_with(b")"),
        b")" => true,
        _ => false,
    }
}

/// The end of an international number whose digits begin at `at`.
pub(in crate::redact) fn international(text: &[u8], plus: usize, at: usize) -> Option<usize> {
    let before = plus.checked_sub(1).map(|at| text[at]);
    // `1.2+3`, base64 and `a+b` are no numbers; a diff line begins with the mark.
    if before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'.' | b'_' | b')' | b']')) {
        return None;
    }
    let mut digits: Vec<u8> = Vec::with_capacity(16);
    let mut end = at;
    let mut index = at;
    let mut separators = 0;
    while digits.len() < 16 {
        match text.get(index) {
            Some(b) if b.is_ascii_digit() => {
                digits.push(*b);
                end = index + 1;
                index += 1;
                separators = 0;
            }
            Some(b' ' | b'-' | b'(' | b')' | b'.') if separators < 2 && !digits.is_empty() => {
                separators += 1;
                index += 1;
            }
            _ => break,
        }
    }
    let code = SHORT_CODES.iter().any(|code| digits.starts_with(code))
        || LONG_CODES.iter().any(|code| digits.starts_with(code));
    let goes_on = text.get(end).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'/' | b'+' | b'='));
    // The zone of a time has four digits, and follows one.
    ((9..=15).contains(&digits.len()) && code && !goes_on).then_some(end)
}

/// Whether digits begin with two zeros and the code of a country, and are as many as a number has.
pub(super) fn is_dialled(digits: &[u8]) -> bool {
    let Some(number) = digits.strip_prefix(b"00") else { return false };
    let short = SHORT_CODES.iter().find(|code| number.starts_with(code)).map(|code| code.len());
    let long = LONG_CODES.iter().any(|code| number.starts_with(code)).then_some(3);
    // No area begins with a zero behind the code of its country, but in Italy.
    let area = short.or(long).and_then(|length| number.get(length));
    (10..=15).contains(&number.len()) && area.is_some_and(|b| *b != b'0' || number.starts_with(b"39"))
}

/// Whether pairs of digits are a number, and no date, time or list: two of them are greater than all that count days, hours and small things.
pub(super) fn is_in_pairs(digits: &[u8]) -> bool {
    let pairs = || digits.chunks(2).map(|pair| pair.iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0')));
    let steps = pairs().zip(pairs().skip(1)).map(|(one, two)| two.wrapping_sub(one)).collect::<Vec<_>>();
    let listed = steps.windows(2).all(|pair| pair[0] == pair[1]);
    !listed && pairs().filter(|pair| *pair > 31).count() > 1
}

/// Whether a number stands in a row of pairs, as bytes do in the dump of a memory.
pub(super) fn is_in_row(text: &[u8], range: &Range<usize>) -> bool {
    let is_pair = |pair: Option<&[u8]>| pair.is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    let ends = |b: Option<&u8>| b.is_none_or(|b| !b.is_ascii_alphanumeric());
    let after = text.get(range.end) == Some(&b' ')
        && is_pair(text.get(range.end + 1..range.end + 3))
        && ends(text.get(range.end + 3));
    let before = range.start >= 3
        && text[range.start - 1] == b' '
        && is_pair(text.get(range.start - 3..range.start - 1))
        && (range.start == 3 || ends(text.get(range.start - 4)));
    after || before
}
