//! What stands between the name of a field and its value: marks of programs, the blank line of a form, the comma of a pair.

use std::ops::Range;

use super::people::LONGEST;

/// Length of what stands between a name and its value.
pub(super) fn separator(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    let encoded =
        rest.get(..3).is_some_and(|code| [&b"%3D"[..], b"%3A"].iter().any(|known| code.eq_ignore_ascii_case(known)));
    let plain = rest.first().is_some_and(|b| b"=:>".contains(b));
    // The arrow of hashes and arrays.
    if rest.starts_with(b"=>") {
        return Some(2);
    }
    // The colon of scripts whose letters are wide.
    let wide = rest.starts_with("\u{ff1a}".as_bytes());
    if encoded || wide { Some(3) } else { plain.then_some(1) }
}

/// Length of the blank line before the body of a part of a form that a word names: `form-data; name="full_name"`.
pub(super) fn part_of_form(text: &[u8], word: &Range<usize>, at: usize) -> Option<usize> {
    let breaks: [&[u8]; 4] = [b"\n\n", b"\r\n\r\n", b"\\n\\n", b"\\r\\n\\r\\n"];
    let lead = text[..word.start].trim_ascii_end();
    let lead = lead.strip_suffix(b"\"").map(|lead| lead.strip_suffix(b"\\").unwrap_or(lead))?;
    let found = breaks.into_iter().find(|line| text[at..].starts_with(line))?;
    lead.ends_with(b"form-data; name=").then_some(found.len())
}

/// Length of the comma of a pair that a word opens: `["first_name", "Dana"]`, `('first_name', 'Dana')`.
pub(super) fn in_tuple(text: &[u8], word: &Range<usize>, at: usize) -> Option<usize> {
    let mut lead = text[..word.start].iter().rev().take(8);
    let marks = lead.clone().take_while(|b| b"\"'\\".contains(b)).count();
    let opened = marks > 0 && lead.nth(marks).is_some_and(|b| b"[(".contains(b));
    // A list of names goes on behind its second.
    let value = text[at..text.len().min(at + LONGEST)].strip_prefix(b", ")?;
    let mark = value.iter().take(8).position(|b| b"\"'".contains(b))?;
    let close = mark + 1 + memchr::memchr(value[mark], &value[mark + 1..])?;
    (opened && value.get(close + 1).is_some_and(|b| b"])".contains(b))).then_some(1)
}

/// A name with the blanks that a form encodes: `Dana+Smith`, `Dana%20Smith`.
pub(super) fn without_encoding(name: &[u8]) -> Option<Vec<u8>> {
    let joined = name.contains(&b'+') || name.contains(&b'%');
    joined.then(|| String::from_utf8_lossy(name).replace("%20", " ").replace('+', " ").into_bytes())
}

/// Longest tag with its attributes.
const LONGEST_TAG: usize = 240;

/// Length of the rest of a tag whose attribute a word ends, and of the tag of the value in it: `Name="givenName"><saml:AttributeValue>Dana`.
pub(super) fn in_value_tag(text: &[u8], at: usize) -> Option<usize> {
    let near = &text[at..text.len().min(at + LONGEST_TAG)];
    let tag =
        |from: usize| memchr::memchr2(b'>', b'<', &near[from..]).map(|end| from + end).filter(|end| near[*end] == b'>');
    let outer = tag(0)? + 1;
    let inner = outer + near[outer..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let name = near[inner..].strip_prefix(b"<")?;
    let length = name.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b':').count();
    let of_value = [&b"alue"[..], b"string"].iter().any(|end| name[..length].ends_with(end));
    tag(inner + 1).filter(|_| of_value).map(|end| end + 1)
}
