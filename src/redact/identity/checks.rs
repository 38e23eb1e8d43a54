//! Check digits of cards, bank accounts and national ids, by the standards that `numbers` names.
//!
//! Each function takes letters and digits alone, of the form that the pattern beside it in `numbers` describes.

use std::ops::Range;

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
    sum.is_multiple_of(10)
}

/// A card of a known issuer: the first digits say which, and how long its numbers are.
pub(super) fn card(number: &[u8]) -> bool {
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
pub(super) fn iban(number: &[u8]) -> bool {
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

pub(super) fn us(number: &[u8]) -> bool {
    let part = |range: Range<usize>| number[range].iter().fold(0, |sum, byte| sum * 10 + value(*byte));
    let (area, group, serial) = (part(0..3), part(3..5), part(5..9));
    let taxpayer = area >= 900 && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    area != 0 && area != 666 && (area < 900 || taxpayer) && group != 0 && serial != 0
}

pub(super) fn uk(number: &[u8]) -> bool {
    number.len() == 9 && ![&b"BG"[..], b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&&number[..2])
}

pub(super) fn spain(number: &[u8]) -> bool {
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

pub(super) fn italy(number: &[u8]) -> bool {
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

pub(super) fn france(number: &[u8]) -> bool {
    let whole = number.iter().fold(0u64, |sum, byte| sum * 10 + u64::from(value(*byte)));
    let (body, key) = (whole / 100, whole % 100);
    key == 97 - body % 97
}

pub(super) fn brazil(number: &[u8]) -> bool {
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

pub(super) fn sweden(number: &[u8]) -> bool {
    luhn(&number[number.len() - 10..])
}

pub(super) fn finland(number: &[u8]) -> bool {
    // The century's letter is a letter or was a mark that is taken out.
    let digits: Vec<u8> = number[..number.len() - 1].iter().copied().filter(u8::is_ascii_digit).collect();
    let sum = digits.iter().fold(0u32, |sum, byte| sum * 10 + value(*byte));
    digits.len() == 9 && number.last() == Some(&b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(sum % 31) as usize])
}

/// The check digit of EAN-13.
pub(super) fn switzerland(number: &[u8]) -> bool {
    let weights = [1, 3].into_iter().cycle();
    number.iter().zip(weights).map(|(byte, weight)| value(*byte) * weight).sum::<u32>().is_multiple_of(10)
}

pub(super) fn china(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = number[..17].iter().zip(WEIGHTS).map(|(byte, weight)| value(*byte) * weight).sum();
    number[17].to_ascii_uppercase() == b"10X98765432"[(sum % 11) as usize]
}

/// South Korea: weights of 2 to 9, and again from 2 on.
pub(super) fn korea(number: &[u8]) -> bool {
    let sum: u32 = number[..12].iter().zip((2..=9).cycle()).map(|(byte, weight)| value(*byte) * weight).sum();
    value(number[12]) == (11 - sum % 11) % 10
}

/// Belgium: what is left of 97; a two stands before the numbers of those born in this century.
pub(super) fn belgium(number: &[u8]) -> bool {
    let part = |digits: &[u8]| digits.iter().fold(0_u64, |sum, byte| sum * 10 + u64::from(value(*byte)));
    let (born, check) = (part(&number[..9]), part(&number[9..]));
    [born, born + 2_000_000_000].iter().any(|born| 97 - born % 97 == check)
}

/// Verhoeff's check digit.
pub(super) fn india(number: &[u8]) -> bool {
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
        assert!(switzerland(b"7569217076985") && !switzerland(b"7569217076984"));
        assert!(us(b"219099999") && !us(b"666123456") && uk(b"QQ123456C"));
    }
}
