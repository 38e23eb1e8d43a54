//! Names of people behind the words of other languages, and in calendars.

use std::ops::Range;

use super::people::{LONGEST, is_full_name, person};
use crate::redact::text_edges::starts_token;

/// How far from such a word its companion is looked for.
const NEAR: usize = 160;
/// What people alone have, in small letters.
const COMPANIONS: [&[u8]; 19] = [
    "prénom".as_bytes(),
    b"prenom",
    b"apellido",
    b"cognome",
    b"sobrenome",
    b"mail",
    b"adres",
    b"direcci",
    b"indirizzo",
    b"telef",
    b"naissance",
    b"nacimiento",
    b"nascita",
    b"geboorte",
    b"givenname",
    b"\ncn: ",
    b"uid=",
    "фамил".as_bytes(),
    "姓".as_bytes(),
];

/// The name behind a word that means one of things too: of two words or more, or beside what people alone have.
pub(super) fn named(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = person(text, word).filter(|_| !text[word.start].is_ascii() || starts_token(text, word.start))?;
    let wide = !text[range.clone()].is_ascii() && !text[range.clone()].iter().any(u8::is_ascii_alphabetic);
    let companion = || {
        let before = text[word.start.saturating_sub(NEAR)..word.start].to_ascii_lowercase();
        let after = text[range.end..text.len().min(range.end + NEAR)].to_ascii_lowercase();
        COMPANIONS.iter().any(|near| [&before, &after].iter().any(|part| memchr::memmem::find(part, near).is_some()))
    };
    (is_full_name(&text[range.clone()]) || wide || companion()).then_some(range)
}

/// The person before a mail address in a calendar: `ATTENDEE;CN=Dana Smith;ROLE=CHAIR:mailto:`.
pub(super) fn cited(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let from = word.start.saturating_sub(2 * LONGEST);
    let near = text[from..word.start].to_ascii_lowercase();
    let start = from + memchr::memmem::rfind(&near, b"cn=")? + 3;
    let start = start + text[start..word.start].iter().take_while(|b| b"\"\\".contains(b)).count();
    let length = text[start..word.start].iter().position(|b| b"\";\r\n\\".contains(b)).unwrap_or(word.start - start);
    is_full_name(&text[start..start + length]).then_some(start..start + length)
}

/// The person in quotation marks before the address of a telephone: `"Dana Smith" <sip:1234@pbx>`.
pub(super) fn called(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let length = text[..word.start].iter().rev().take(LONGEST).take_while(|b| !b"\"\r\n".contains(b)).count();
    let name = word.start - length..word.start;
    is_full_name(&text[name.clone()]).then_some(name)
}
