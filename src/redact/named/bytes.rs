//! Credentials that a program shows as the numbers of their bytes: `<Buffer 68 75 6e>`, `[104, 117, 110]`, `{"type":"Buffer","data":[104,117,110]}`.

use std::ops::Range;

/// Fewest bytes of a credential.
const FEWEST: usize = 6;
/// Longest dump that is looked at.
const LONGEST: usize = 8192;
/// How a dump of Node begins, and that of other programs before the bracket.
const OF_NODE: &[u8] = b"<Buffer ";
const OF_JSON: [&[u8]; 2] = [b"{\"type\":\"Buffer\",\"data\":", b"{ type: 'Buffer', data: "];

/// The numbers of a dump that begins here.
pub(super) fn dumped(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..)?;
    if let Some(inner) = rest.strip_prefix(OF_NODE) {
        let start = at + OF_NODE.len();
        let length = inner.iter().take(LONGEST).take_while(|b| b.is_ascii_hexdigit() || **b == b' ').count();
        return (length >= 3 * FEWEST - 1).then_some(start..start + length);
    }
    let lead = OF_JSON.iter().find(|lead| rest.starts_with(lead)).map_or_else(|| array_lead(rest), |lead| lead.len());
    let inner = rest.get(lead..)?.strip_prefix(b"[")?;
    let length = inner.iter().take(LONGEST).take_while(|b| b.is_ascii_digit() || b", \r\n\t".contains(b)).count();
    let numbers = inner[..length].split(|b| !b.is_ascii_digit()).filter(|number| !number.is_empty());
    let all = || numbers.clone().map(|number| std::str::from_utf8(number).ok()?.parse::<u8>().ok());
    // Those of a text: other lists count or measure something.
    let is_text = all().all(|byte| byte.is_some_and(|byte| (b' '..=b'~').contains(&byte)));
    let start = at + lead + 1;
    (is_text && all().count() >= FEWEST && inner.get(length) == Some(&b']')).then_some(start..start + length)
}

/// Length of what JavaScript and Dart write before the numbers: `Uint8Array(13) `, `Uint8List `.
fn array_lead(rest: &[u8]) -> usize {
    let Some(inner) = rest.strip_prefix(b"Uint8Array(") else { return 0 };
    let digits = inner.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
    if inner[digits..].starts_with(b") ") { rest.len() - inner.len() + digits + 2 } else { 0 }
}
