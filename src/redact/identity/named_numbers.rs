//! Numbers of customers after a name that says what they are, whose form alone says little.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::compile;
use super::numbers::plain;

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
    let named = NAMED.as_ref()?.captures(window).or_else(|| ANNOUNCED.as_ref()?.captures(window));
    let number = named?.name("v").filter(|number| named_number(number.as_bytes()))?;
    Some(at + number.start()..at + number.end())
}

fn named_number(number: &[u8]) -> bool {
    let plain = plain(number);
    let digits = plain.iter().filter(|b| b.is_ascii_digit()).count();
    (6..=34).contains(&plain.len()) && digits * 2 >= plain.len() && digits >= 6
}
