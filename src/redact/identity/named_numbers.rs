//! Numbers of customers after a name that says what they are, whose form alone says little.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::compile;
use super::numbers::plain;

/// A number after a name that says what it is: Germany, the Netherlands, Poland, Canada, and others by the name itself.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"\A(?i:ssn|social[_ -]?security(?:[_ -]?(?:number|no))?|national[_ -]?(?:id|insurance)(?:[_ -]?(?:number|no))?|nino|tax[_ -]?(?:id|number|payer[_ -]?id)|steuer[_ -]?id(?:entifikations)?(?:nummer|nr\.?)?|identifikationsnummer|idnr\.?|tfn|nir|bsn|burgerservicenummer|pesel|cpf|cnpj|dni|nie|codice[_ -]?fiscale|personnummer|aadhaar|sin|nhs(?:[_ -]?(?:number|no))?|ahv(?:[_ -]?(?:nummer|nr))?|passport(?:[_ -]?(?:number|no))?|iban|card[_ -]?number|pan)(?i:[_ -](?:number|no|num|nr))?\\{0,3}["']?\s?[:=]\s?\\{0,3}["']?(?P<v>[A-Z]{0,6}-?[0-9][0-9A-Z ./-]{5,38}[0-9A-Za-z])"#,
    )
});

/// The same where only a blank stands between, after names that mean nothing else: the number has the form of that kind.
static ANNOUNCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"\A(?i:ssn|social security number|bsn|pesel|cpf|cnpj|aadhaar|personnummer|sin|tfn|nir|steuer-?id(?:entifikations)?(?:nummer|nr\.?)?|idnr\.?|nhs(?: (?:number|no\.?))?|nino|national insurance (?:number|no\.?)|ahv(?:-?nr\.?)?)\s(?:is )?(?P<v>[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]|[0-9]{3} [0-9]{3} [0-9]{3,4}|[0-9]{3} [0-9]{2} [0-9]{4}|[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{3}|[12] [0-9]{2} [0-9]{2} [0-9]{2} [0-9]{3} [0-9]{3} [0-9]{2}|[0-9]{4} [0-9]{4} [0-9]{4}|[0-9](?:[./-]?[0-9]){7,13})\b",
    )
});

/// The number of a passport, which may have few digits.
static PASSPORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"\A(?i:passport)(?:[ _-]?(?i:number|no\.?|nr\.?)\\{0,3}["']?\s?[:=]?|\\{0,3}["']?\s?[:=])\s?\\{0,3}["']?(?P<v>[A-Z][0-9A-Z]{7,8})\b"#,
    )
});

/// Fewest digits of such a number.
const OF_PASSPORT: usize = 2;

/// What the names of numbers begin with, and where they are short, what may follow them.
pub(in crate::redact) fn name_words() -> impl Iterator<Item = (&'static [u8], Option<&'static [u8]>)> {
    const LONG: [&str; 24] = [
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
    const SHORT: [&str; 11] = ["ssn", "bsn", "cpf", "dni", "nie", "sin", "nhs", "ahv", "pan", "tfn", "nir"];
    let short = SHORT.iter().map(|name| (name.as_bytes(), Some(&b":=\"'\\ "[..])));
    LONG.iter().map(|name| (name.as_bytes(), None)).chain(short)
}

/// Whether a name begins here, told by what stands before it.
pub(in crate::redact) fn begins_name(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| text[at]);
    let camel = before.is_some_and(|b| b.is_ascii_lowercase()) && text[at].is_ascii_uppercase();
    before.is_none_or(|b| !b.is_ascii_alphanumeric()) || camel || super::starts_token(text, at)
}

/// The number after a name that stands here.
pub(in crate::redact) fn named_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    if !begins_name(text, at) {
        return None;
    }
    let window = &text[at..text.len().min(at + 128)];
    if let Some(number) = PASSPORT.as_ref()?.captures(window).and_then(|captures| captures.name("v")) {
        let digits = number.as_bytes().iter().filter(|b| b.is_ascii_digit()).count();
        return (digits >= OF_PASSPORT).then_some(at + number.start()..at + number.end());
    }
    let named = NAMED.as_ref()?.captures(window).or_else(|| ANNOUNCED.as_ref()?.captures(window));
    let number = named?.name("v")?;
    let goes_on = window.get(number.end()).is_some_and(u8::is_ascii_alphanumeric);
    let length = without_words(number.as_bytes(), goes_on);
    let number = number.start()..number.start() + length;
    named_number(&window[number.clone()]).then_some(at + number.start..at + number.end)
}

/// Fewest digits of a number that is written in one piece.
const WHOLE: usize = 8;

/// Characters of a group of an IBAN.
const GROUP: usize = 4;

/// Length of a number without the words and the other numbers behind it: `478-05-1120 passport`, `86095742719 status 429`.
fn without_words(number: &[u8], goes_on: bool) -> usize {
    // An IBAN in groups has letters anywhere.
    let of_bank = number.len() > 4 && number[..2].iter().all(u8::is_ascii_uppercase) && number[2].is_ascii_digit();
    let pieces: Vec<&[u8]> = number.split(|b| *b == b' ').collect();
    let mut end = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let digits = piece.iter().filter(|b| b.is_ascii_digit()).count();
        let last = index + 1 == pieces.len();
        let letters = piece.iter().filter(|b| b.is_ascii_alphabetic()).count();
        let fits =
            digits > letters || piece.len() == 1 || of_bank && piece.len() <= GROUP && (digits > 0 || index == 1);
        let is_cut = last && goes_on && letters > 0;
        let whole = index > 0 && pieces[0].iter().filter(|b| b.is_ascii_digit()).count() >= WHOLE && !of_bank;
        // The last group of an IBAN may be a short one.
        let ended = of_bank && index > 0 && pieces[index - 1].len() != GROUP;
        if index > 0 && (!fits || is_cut || whole || ended) {
            break;
        }
        end += piece.len() + usize::from(index > 0);
    }
    end
}

fn named_number(number: &[u8]) -> bool {
    let plain = plain(number);
    let digits = plain.iter().filter(|b| b.is_ascii_digit()).count();
    (6..=34).contains(&plain.len()) && digits * 2 >= plain.len() && digits >= 6
}
