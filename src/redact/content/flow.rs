//! Texts without quotation marks in mappings of YAML in flow style, as older versions of `PyYAML` write the innermost ones: `{content: text, role: user}`.

use std::ops::Range;

use super::messages::Messages;
use super::walker;

/// Longest mapping that is looked at.
const LONGEST: usize = 8 * 1024;
/// Most bytes of it before a key.
const LONGEST_LEAD: usize = 2000;

/// The text of a message under a key, in a mapping without brackets in it.
pub(super) fn value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let (start, lead) = pair(text, name)?;
    let open = walker::bracket_around(lead).filter(|open| lead[*open] == b'{')?;
    let near = &text[start..text.len().min(start + LONGEST)];
    let close = memchr::memchr3(b'{', b'}', b'[', near).filter(|at| near[*at] == b'}')?;
    if near[..close].contains(&b']') {
        return None;
    }
    let after = near[close + 1..].trim_ascii_start();
    let closes = near.get(close + 1).is_none_or(|b| b",]}\r\n \"'".contains(b)) && !after.starts_with(b":");
    let behind = last_pair(&near[..close]);
    let is_message = behind.is_some() || lead[open + 1..].split(|b| *b == b',').any(says_message);
    let end = start + behind.unwrap_or(close);
    let value = text[start..end].trim_ascii();
    (closes && is_message && !value.is_empty() && !matches!(value[0], b'"' | b'\'' | b'`')).then_some(start..end)
}

/// Where the value begins of a key behind a brace or a comma, and what stands before the key.
fn pair<'t>(text: &'t [u8], name: &Range<usize>) -> Option<(usize, &'t [u8])> {
    let start = text[name.end..].starts_with(b": ").then_some(name.end + 2)?;
    let lead = &text[name.start.saturating_sub(LONGEST_LEAD)..name.start];
    matches!(lead.trim_ascii_end().last(), Some(b'{' | b',')).then_some((start, lead))
}

/// Whether the mapping around a key may go on in the lines below: its text does not end on its line.
pub(super) fn may_open(text: &[u8], name: &Range<usize>) -> bool {
    pair(text, name).is_some_and(|(start, lead)| {
        let near = &text[start..text.len().min(start + LONGEST)];
        let line = &near[..memchr::memchr(b'\n', near).unwrap_or(near.len())];
        let is_plain = line.first().is_some_and(u8::is_ascii_alphanumeric) && !line.iter().any(|b| b"{}[]".contains(b));
        is_plain && walker::bracket_around(lead).is_some_and(|open| lead[open] == b'{')
    })
}

/// Whether it does, up to the end of a text.
pub(super) fn opens(text: &[u8], name: &Range<usize>) -> bool {
    text.len() < name.end + LONGEST && memchr::memchr(b'}', &text[name.end..]).is_none() && may_open(text, name)
}

/// Where the comma stands before the pair that makes a mapping one of a message, behind its text.
fn last_pair(rest: &[u8]) -> Option<usize> {
    memchr::memrchr_iter(b',', rest).find(|comma| {
        let behind = &rest[comma + 1..];
        behind.first().is_some_and(u8::is_ascii_whitespace) && says_message(behind)
    })
}

/// Whether a pair of a mapping says that it is a message or a block of one.
fn says_message(pair: &[u8]) -> bool {
    Messages::get().is_some_and(|words| words.says_message(pair.trim_ascii_start()))
}

/// Where a text ends that begins here, behind a key: before the next key, or where its mapping ends. No such text holds brackets or commas.
pub(super) fn plain_end(text: &[u8], at: usize) -> Option<usize> {
    let is_value = text[..at].trim_ascii_end().ends_with(b":") && text[at].is_ascii_graphic();
    let near = &text[at..text.len().min(at + LONGEST)];
    let end = near.iter().position(|b| b",{}[]".contains(b)).filter(|end| is_value && *end > 0)?;
    let ends = match near[end] {
        b'}' => true,
        b',' => {
            let next = near[end + 1..].trim_ascii_start();
            let name =
                next.iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-')).count();
            name > 0 && next.len() < near.len() - end - 1 && next[name..].starts_with(b": ")
        }
        _ => false,
    };
    ends.then_some(at + end)
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn texts_of_flow_mappings_go_and_the_rest_stays() {
        let redactor = Redactor::builder().build().unwrap();
        for (text, stays) in [
            ("- {content: plan of the merger, role: user}\n", ", role: user}\n"),
            ("- {role: user, content: plan of the merger}\nstatus: 529\n", "}\nstatus: 529\n"),
            (
                "{model: claude, messages: [{content: plan of\n      the merger, role: user}], max_tokens: 5}\n",
                ", role: user}], max_tokens: 5}\n",
            ),
            (
                "{content: [{text: plan of the merger, type: text}], stop_reason: null}\n",
                ", type: text}], stop_reason: null}\n",
            ),
        ] {
            let shown = redactor.redact_str(text);
            assert!(!shown.contains("merger") && shown.ends_with(stays), "{shown}");
            assert_eq!(redactor.redact_str(&shown), shown);
        }
        let text = "{content: application/json, length: 5}\n";
        assert_eq!(redactor.redact_str(text), text);
    }
}
