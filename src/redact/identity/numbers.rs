//! Numbers of customers that can be checked: payment cards, bank accounts, national ids.
//!
//! Only numbers whose check digits agree are taken, so that ids, counters and times stay. Sources: ISO/IEC 7812 (cards),
//! ISO 13616 (IBAN), SSA and IRS rules (US), HMRC NIM39110 (UK), Real Decreto 1553/2005 (ES), DM 23/12/1976 (IT), INSEE (FR),
//! Receita Federal (BR), Skatteverket (SE), DVV (FI), GB 11643 (CN), UIDAI (IN), BZSt, RvIG and MSWiA for the ids that only
//! a name tells from other numbers (DE, NL, PL).

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{IdentitiesBroken, Push, compile};
use crate::model::vocabulary::PersonalKind;

/// A form of number, and what must hold for its letters and digits, separators taken out.
struct Form {
    kind: PersonalKind,
    pattern: &'static str,
    holds: fn(&[u8]) -> bool,
}

const FORMS: &[Form] = &[
    Form {
        kind: PersonalKind::PaymentCard,
        pattern: r"[2-6][0-9]{3}([ -]?)[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?:[ -][0-9]{3})?|3[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9]{4,5}",
        holds: card,
    },
    Form {
        kind: PersonalKind::Iban,
        pattern: r"[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?",
        holds: iban,
    },
    // United States: social security number and individual taxpayer number.
    Form { kind: PersonalKind::NationalId, pattern: r"[0-9]{3}-[0-9]{2}-[0-9]{4}", holds: us },
    // United Kingdom: national insurance number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
        holds: uk,
    },
    // Spain: DNI and NIE.
    Form { kind: PersonalKind::NationalId, pattern: r"(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-HJ-NP-TV-Z]", holds: spain },
    // Italy: codice fiscale.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        holds: italy,
    },
    // France: NIR.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        holds: france,
    },
    // Brazil: CPF and CNPJ, with their marks.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}",
        holds: brazil,
    },
    // Sweden: personnummer.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[-+][0-9]{4}",
        holds: sweden,
    },
    // Finland: HETU.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]",
        holds: finland,
    },
    // China: resident identity number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]",
        holds: china,
    },
    // India: Aadhaar, in groups.
    Form { kind: PersonalKind::NationalId, pattern: r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}", holds: india },
];

static COMPILED: LazyLock<Option<Vec<Regex>>> =
    LazyLock::new(|| FORMS.iter().map(|form| compile(form.pattern)).collect());

/// Ids that only a name tells from other numbers: Germany, the Netherlands, Poland, Canada, and others by the name itself.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:ssn|social[_ -]?security(?:[_ -]?(?:number|no))?|national[_ -]?(?:id|insurance)(?:[_ -]?(?:number|no))?|nino|tax[_ -]?(?:id|number|payer[_ -]?id)|steuer[_ -]?id(?:nummer)?|identifikationsnummer|bsn|burgerservicenummer|pesel|cpf|cnpj|dni|nie|codice[_ -]?fiscale|personnummer|aadhaar|sin|passport(?:[_ -]?(?:number|no))?|iban|card[_ -]?number|pan)\\{0,3}["']?\s?[:=]\s?\\{0,3}["']?(?P<v>[A-Z]{0,6}[0-9][0-9A-Z ./-]{5,38}[0-9A-Z])"#,
    )
});

/// Adds numbers of customers.
pub(super) fn find(text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
    let forms = COMPILED.as_ref().ok_or(IdentitiesBroken)?;
    let mut at = 0;
    while let Some(start) = next_number(text, at) {
        let end = number_end(text, start);
        at = end.max(start + 1);
        let window = &text[start..end];
        for (form, regex) in FORMS.iter().zip(forms) {
            for hit in regex.find_iter(window) {
                let range = start + hit.start()..start + hit.end();
                if stands_alone(text, &range) && (form.holds)(&plain(&text[range.clone()])) && !is_id(text, range.start)
                {
                    push(range, form.kind);
                }
            }
        }
    }
    if let Some(named) = NAMED.as_ref() {
        for captures in named.captures_iter(text) {
            if let Some(number) = captures.name("v").filter(|number| named_number(number.as_bytes())) {
                push(number.range(), PersonalKind::NationalId);
            }
        }
    }
    Ok(())
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
            if spaced {
                lead = 3;
            }
            return Some(at - lead);
        }
        at += 1;
    }
}

/// The end of the stretch: marks may stand between letters and digits, one at a time.
fn number_end(text: &[u8], start: usize) -> usize {
    let mut end = start;
    while let Some(byte) = text.get(end).filter(|_| end - start < 256) {
        let mark = matches!(byte, b' ' | b'-' | b'.' | b'/' | b'+');
        let next = text.get(end + 1).is_some_and(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if byte.is_ascii_alphanumeric() || (mark && next) {
            end += 1;
        } else {
            break;
        }
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

fn value(byte: u8) -> u32 {
    u32::from(byte - b'0')
}

/// Luhn's check digit (ISO/IEC 7812-1, annex B).
fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, byte)| match (index % 2, value(*byte)) {
            (1, digit) if digit > 4 => digit * 2 - 9,
            (1, digit) => digit * 2,
            (_, digit) => digit,
        })
        .sum();
    sum % 10 == 0
}

/// A card of a known issuer: the first digits say which, and how long its numbers are.
fn card(number: &[u8]) -> bool {
    if !number.iter().all(u8::is_ascii_digit) || number.iter().all(|b| *b == number[0]) {
        return false;
    }
    let lead = |count: usize| number[..count].iter().fold(0, |sum, byte| sum * 10 + value(*byte));
    let (two, three, four) = (lead(2), lead(3), lead(4));
    let fits = match number.len() {
        14 => matches!(three, 300..=305) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37),
        16 | 19 => {
            number[0] == b'4'
                || matches!(two, 51..=55 | 62 | 65 | 35)
                || matches!(four, 2221..=2720 | 6011 | 5018 | 5020 | 5038 | 6304 | 6759 | 6761..=6763)
                || matches!(three, 644..=649)
        }
        _ => false,
    };
    fits && luhn(number)
}

/// Lengths by country (SWIFT, IBAN registry).
const IBAN_LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// The remainder by 97 is 1 (ISO 7064), and the length is that of the country.
fn iban(number: &[u8]) -> bool {
    let length =
        IBAN_LENGTHS.iter().find(|(country, _)| number.starts_with(country.as_bytes())).map(|(_, length)| *length);
    if length != Some(number.len()) {
        return false;
    }
    let turned = number[4..].iter().chain(&number[..4]);
    let rest = turned.fold(0u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + value(*byte)) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    rest == 1
}

fn us(number: &[u8]) -> bool {
    let part = |range: Range<usize>| number[range].iter().fold(0, |sum, byte| sum * 10 + value(*byte));
    let (area, group, serial) = (part(0..3), part(3..5), part(5..9));
    let taxpayer = area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    area != 0 && area != 666 && (area < 900 || taxpayer) && group != 0 && serial != 0
}

fn uk(number: &[u8]) -> bool {
    number.len() == 9 && ![&b"BG"[..], b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&number[..2])
}

fn spain(number: &[u8]) -> bool {
    let lead = match number[0] {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        digit => value(digit),
    };
    let (digits, letter) = number[1..].split_at(number.len() - 2);
    let sum = digits.iter().fold(lead, |sum, byte| sum * 10 + value(*byte));
    letter[0] == b"TRWAGMYFPDXBNJZSQVHLCKE"[(sum % 23) as usize]
}

fn italy(number: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let (body, check) = number.split_at(15);
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(index, byte)| {
            let rank = if byte.is_ascii_digit() { value(*byte) } else { u32::from(byte - b'A') };
            if index % 2 == 0 { ODD[rank as usize] } else { rank }
        })
        .sum();
    u32::from(check[0] - b'A') == sum % 26
}

fn france(number: &[u8]) -> bool {
    let whole = number.iter().fold(0u64, |sum, byte| sum * 10 + u64::from(value(*byte)));
    let (body, key) = (whole / 100, whole % 100);
    key == 97 - body % 97
}

fn brazil(number: &[u8]) -> bool {
    let check = |count: usize, first: u32| {
        let mut weight = first;
        let sum: u32 = number[..count]
            .iter()
            .map(|byte| {
                let part = value(*byte) * weight;
                weight = if weight == 2 { 9 } else { weight - 1 };
                part
            })
            .sum();
        let rest = sum % 11;
        value(number[count]) == if rest < 2 { 0 } else { 11 - rest }
    };
    let same = number.iter().all(|b| *b == number[0]);
    !same
        && match number.len() {
            11 => check_cpf(number),
            14 => check(12, 5) && check(13, 6),
            _ => false,
        }
}

fn check_cpf(number: &[u8]) -> bool {
    let check = |count: usize| {
        let weights = (2..=count + 1).rev();
        let sum: usize = number[..count].iter().zip(weights).map(|(byte, weight)| value(*byte) as usize * weight).sum();
        value(number[count]) as usize == sum * 10 % 11 % 10
    };
    check(9) && check(10)
}

fn sweden(number: &[u8]) -> bool {
    luhn(&number[number.len() - 10..])
}

fn finland(number: &[u8]) -> bool {
    // The century's letter is a letter or was a mark that is taken out.
    let digits: Vec<u8> = number[..number.len() - 1].iter().copied().filter(u8::is_ascii_digit).collect();
    let sum = digits.iter().fold(0u32, |sum, byte| sum * 10 + value(*byte));
    digits.len() == 9 && number.last() == Some(&b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(sum % 31) as usize])
}

fn china(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = number[..17].iter().zip(WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    number[17].to_ascii_uppercase() == b"10X98765432"[(sum % 11) as usize]
}

/// Verhoeff's check digit.
fn india(number: &[u8]) -> bool {
    const TURN: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let permuted = |mut digit: u8, times: usize| {
        for _ in 0..times % 8 {
            digit = TURN[usize::from(digit)];
        }
        digit
    };
    // The group of the square's ten turns and flips.
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + (a + b) % 5,
        (false, true) => 5 + (a + 5 - b) % 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let rest =
        number.iter().rev().enumerate().fold(0, |rest, (index, byte)| product(rest, permuted(byte - b'0', index)));
    rest == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_those_of_the_standards() {
        // Published examples of each standard; none is a number of a person.
        assert!(card(b"4111111111111111") && card(b"378282246310005") && card(b"5555555555554444"));
        assert!(!card(b"4111111111111112"));
        assert!(iban(b"DE89370400440532013000") && iban(b"GB82WEST12345698765432") && iban(b"NO9386011117947"));
        assert!(!iban(b"DE89370400440532013001"));
        assert!(spain(b"12345678Z") && spain(b"X1234567L") && !spain(b"12345678A"));
        assert!(italy(b"RSSMRA85T10A562S") && !italy(b"RSSMRA85T10A562T"));
        assert!(brazil(b"11144477735") && brazil(b"11222333000181") && !brazil(b"11144477736"));
        assert!(sweden(b"8112189876") && finland(b"131052308T") && china(b"11010519491231002X"));
        assert!(india(b"234123412346") && !india(b"234123412347"));
        assert!(us(b"219099999") && !us(b"666123456") && uk(b"QQ123456C"));
    }
}
