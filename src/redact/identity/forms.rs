//! The forms of numbers that can be checked.
//!
//! Sources: ISO/IEC 7812 (cards), ISO 13616 (IBAN), SSA and IRS rules (US), HMRC NIM39110 (UK), Real Decreto 1553/2005 (ES),
//! DM 23/12/1976 (IT), INSEE (FR), Receita Federal (BR), Skatteverket (SE), DVV (FI), ZAS (CH), GB 11643 (CN), UIDAI (IN), IBZ (BE), MOIS (KR); `BZSt`,
//! `RvIG`, `MSWiA` and NHS for the ids that only a name tells from other numbers (DE, NL, PL, UK).

use super::checks::{
    belgium, brazil, card, china, finland, france, iban, india, italy, korea, spain, sweden, switzerland, uk, us,
};
use super::phones::{is_dialled, is_in_pairs};
use crate::model::vocabulary::PersonalKind;

/// A form of number, and what must hold for its letters and digits, separators taken out.
pub(super) struct Form {
    pub(super) kind: PersonalKind,
    pub(super) pattern: &'static str,
    /// Fewest digits and upper-case letters of a match: a cheap reason not to try.
    pub(super) digits: usize,
    pub(super) capitals: usize,
    /// Fewest digits in a row, somewhere in it.
    pub(super) row: usize,
    /// One of these stands in every match, where any is given.
    pub(super) marks: &'static [u8],
    /// Every match begins with this.
    pub(super) lead: &'static [u8],
    pub(super) holds: fn(&[u8]) -> bool,
}

/// The forms, by country.
pub(super) const FORMS: &[Form] = &[
    // A number dialled with two zeros before the code of its country.
    Form {
        kind: PersonalKind::Phone,
        pattern: r"00(?:[17]|[2-9][0-9]{1,2})[ /][1-9][0-9]{0,3}(?:[ /][0-9]{2,8}){1,4}",
        digits: 12,
        capitals: 0,
        row: 2,
        marks: b" /",
        lead: b"00",
        holds: is_dialled,
    },
    Form {
        kind: PersonalKind::Phone,
        pattern: r"00[1-9][0-9]{9,13}",
        digits: 12,
        capitals: 0,
        row: 12,
        marks: b"",
        lead: b"00",
        holds: is_dialled,
    },
    // North America, with dots: no version has parts of three, three and four digits.
    Form {
        kind: PersonalKind::Phone,
        pattern: r"[2-9][0-9]{2}\.[2-9][0-9]{2}\.[0-9]{4}",
        digits: 10,
        capitals: 0,
        row: 4,
        marks: b".",
        lead: b"",
        holds: |digits| digits.iter().any(|b| *b != digits[0]),
    },
    // France: ten digits in pairs.
    Form {
        kind: PersonalKind::Phone,
        pattern: r"0[1-79](?: [0-9]{2}){4}|0[1-79](?:\.[0-9]{2}){4}|0[1-79](?:-[0-9]{2}){4}",
        digits: 10,
        capitals: 0,
        row: 2,
        marks: b" .-",
        lead: b"0",
        holds: is_in_pairs,
    },
    // A hardware address as routers write it; with small letters only its name tells it.
    Form {
        kind: PersonalKind::Mac,
        pattern: r"00[0-9A-F]{2}\.[0-9A-F]{4}\.[0-9A-F]{4}",
        digits: 6,
        capitals: 0,
        row: 2,
        marks: b".",
        lead: b"00",
        holds: |digits| digits.iter().any(|b| *b != b'0'),
    },
    Form {
        kind: PersonalKind::PaymentCard,
        pattern: r"[2-6][0-9]{3}([ -]?)[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?:[ -][0-9]{3})?|3[0-9]{3}[ -]?[0-9]{6}[ -]?[0-9]{4,5}|[2-6][0-9]{3}(?:\+[0-9]{4}){3}|[2-6][0-9]{3}(?:\.[0-9]{4}){3}",
        digits: 13,
        capitals: 0,
        row: 4,
        marks: b"",
        lead: b"",
        holds: card,
    },
    Form {
        kind: PersonalKind::Iban,
        pattern: r"[A-Z]{2}[0-9]{2}(?:[ +-]?[A-Z0-9]{4}){2,7}(?:[ +-]?[A-Z0-9]{1,3})?",
        digits: 2,
        capitals: 2,
        row: 2,
        marks: b"",
        lead: b"",
        holds: iban,
    },
    // United States: social security number and individual taxpayer number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[0-9]{3}-[0-9]{2}-[0-9]{4}",
        digits: 9,
        capitals: 0,
        row: 4,
        marks: b"-",
        lead: b"",
        holds: us,
    },
    // United Kingdom: national insurance number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]",
        digits: 6,
        capitals: 3,
        row: 2,
        marks: b"",
        lead: b"",
        holds: uk,
    },
    // Spain: DNI and NIE.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-HJ-NP-TV-Z]",
        digits: 7,
        capitals: 1,
        row: 7,
        marks: b"",
        lead: b"",
        holds: spain,
    },
    // Italy: codice fiscale.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z]",
        digits: 7,
        capitals: 9,
        row: 2,
        marks: b"",
        lead: b"",
        holds: italy,
    },
    // France: NIR.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}",
        digits: 15,
        capitals: 0,
        row: 2,
        marks: b"",
        lead: b"",
        holds: france,
    },
    // Brazil: CPF and CNPJ, with their marks.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}|[0-9]{2}\.[0-9]{3}\.[0-9]{3}/[0-9]{4}-[0-9]{2}",
        digits: 11,
        capitals: 0,
        row: 3,
        marks: b"-",
        lead: b"",
        holds: brazil,
    },
    // Sweden: personnummer.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"(?:19|20)?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[-+][0-9]{4}",
        digits: 10,
        capitals: 0,
        row: 4,
        marks: b"-+",
        lead: b"",
        holds: sweden,
    },
    // Finland: HETU.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])[0-9]{2}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y]",
        digits: 9,
        capitals: 0,
        row: 3,
        marks: b"-+A",
        lead: b"",
        holds: finland,
    },
    // Switzerland: AHV number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}",
        digits: 13,
        capitals: 0,
        row: 4,
        marks: b".",
        lead: b"756",
        holds: switzerland,
    },
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"756[0-9]{10}",
        digits: 13,
        capitals: 0,
        row: 13,
        marks: b"",
        lead: b"756",
        holds: switzerland,
    },
    // China: resident identity number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]",
        digits: 17,
        capitals: 0,
        row: 17,
        marks: b"",
        lead: b"",
        holds: china,
    },
    // South Korea: resident registration number.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])-[1-8][0-9]{6}",
        digits: 13,
        capitals: 0,
        row: 7,
        marks: b"-",
        lead: b"",
        holds: korea,
    },
    // Belgium: number of the national register, as cards have it.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}",
        digits: 11,
        capitals: 0,
        row: 2,
        marks: b".",
        lead: b"",
        holds: belgium,
    },
    // India: Aadhaar, in groups.
    Form {
        kind: PersonalKind::NationalId,
        pattern: r"[2-9][0-9]{3} [0-9]{4} [0-9]{4}",
        digits: 12,
        capitals: 0,
        row: 4,
        marks: b" ",
        lead: b"",
        holds: india,
    },
];
