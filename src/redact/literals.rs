//! What is removed from a line of JSON, or of what Python and Node print of objects, stays in the string that it begins in: such a line stays one, and
//! the fields beside a cut-off prompt or a name without a value stay what they are.

mod fields;
mod lines;

use std::ops::Range;

use super::content;
use super::finding::{Finding, Rank, Substitute};
use super::quoted::{self, Quote};
use lines::{Literal, Literals};

/// Findings that stay in the strings and fields that they begin in.
pub(super) struct Kept {
    pub(super) found: Vec<Finding>,
    /// Whether one was cut that went to the end of the text.
    pub(super) to_end: bool,
    /// Where the first one was cut that hid what stands behind it from other detectors.
    pub(super) unseen: Option<usize>,
}

/// Takes what stands outside the string that a finding begins in out of it, and halves of escapes. Of strings in a list each may go on in the next one.
/// The same where it begins in a field that is no string, if what stands behind it can be looked at again.
pub(super) fn keep_inside(text: &[u8], found: Vec<Finding>, again: bool) -> Kept {
    if !found.iter().any(|finding| crosses(text, finding) || cuts_escape(text, &finding.range)) {
        return Kept { found, to_end: false, unseen: None };
    }
    let mut line = Line::default();
    let mut to_end = false;
    let mut unseen: Option<usize> = None;
    let mut kept = Vec::with_capacity(found.len());
    for mut finding in found {
        line.go_to(text, finding.range.start);
        if finding.rank != Rank::Known {
            finding.range = line.whole_escapes(text, finding.range);
        }
        match line.parts(text, &finding).filter(|_| crosses(text, &finding)) {
            Some(parts) => {
                to_end |= finding.rank == Rank::Content && text[finding.range.end..].trim_ascii().is_empty();
                kept.extend(parts.into_iter().map(|range| part(text, &finding, range)));
            }
            // It is the rest of one whose beginning went with the field before it.
            None if again && line.begins_behind_field(text, &finding) => {
                to_end |= text[finding.range.end..].trim_ascii().is_empty();
                unseen = Some(unseen.map_or(finding.range.start, |before| before.min(finding.range.start)));
            }
            None => {
                let ends = finding.rank == Rank::Named || content::is_cut(&finding);
                let field =
                    if again && ends && crosses(text, &finding) { line.field(text, finding.range.start) } else { None };
                if let Some(field) = field.filter(|field| field.end < finding.range.end) {
                    to_end |= finding.rank == Rank::Content && text[finding.range.end..].trim_ascii().is_empty();
                    unseen = Some(unseen.map_or(field.end, |before| before.min(field.end)));
                    finding = part(text, &finding, finding.range.start..field.end);
                }
                kept.push(finding);
            }
        }
    }
    // What was cut off goes to its end in pieces, between which evidence stays.
    if let Some(from) = unseen {
        kept.retain(|finding| finding.range.start < from || !content::is_cut(finding));
    }
    Kept { found: kept, to_end, unseen }
}

/// Whether a finding may leave the string that it begins in. What a rule describes and what is known goes wherever it stands.
fn crosses(text: &[u8], finding: &Finding) -> bool {
    let Range { start, end } = finding.range;
    // What stands between two marks is a string, but where the first is the end of another.
    let leaves = || {
        memchr::memchr3(b'"', b'\'', b'\n', &text[start..end]).is_some()
            || memchr::memchr_iter(b'<', &text[start..end]).any(|at| text[start + at..end].starts_with(b"</"))
    };
    let is_string = quoted::before(text, start).is_some_and(|quote| quote.stands_at(text, end))
        && !text[start..end].trim_ascii_start().starts_with(b",");
    matches!(finding.rank, Rank::Named | Rank::Content) && !is_string && leaves()
}

/// Whether an escape may begin before a stretch and end in it, or begin in it and end after it.
fn cuts_escape(text: &[u8], stretch: &Range<usize>) -> bool {
    text[..stretch.start].ends_with(b"\\") || text[..stretch.end].ends_with(b"\\")
}

/// The part of a finding that goes.
fn part(text: &[u8], finding: &Finding, range: Range<usize>) -> Finding {
    let substitute = match &finding.substitute {
        Substitute::Characters(_) => content::shape_of(&text[range.clone()]),
        other => other.clone(),
    };
    Finding { range, substitute, value: None, ..finding.clone() }
}

/// The strings of the line at hand.
#[derive(Debug, Default)]
pub(super) struct Line {
    range: Range<usize>,
    literals: Literals,
    /// The field that was told last, and how many places of the text were asked for.
    field: Option<Range<usize>>,
    asked: usize,
}

/// Most places of a text whose fields are looked for: a bound to the work on hostile input.
const MOST_ASKED: usize = 64;

impl Line {
    /// The string around a place, whose end is the end of what it says: a string of a list may go on in the next one.
    pub(super) fn string_around(&mut self, text: &[u8], place: usize) -> Option<Range<usize>> {
        self.go_to(text, place);
        let string = self.literals.around(place).filter(|string| string.ended && !string.listed);
        string.map(|string| string.text.clone())
    }

    /// The same, or the field around a place.
    pub(super) fn bounds_around(&mut self, text: &[u8], place: usize) -> Option<Range<usize>> {
        self.string_around(text, place).or_else(|| self.field(text, place))
    }

    /// The field around a place that no string stands around.
    fn field(&mut self, text: &[u8], place: usize) -> Option<Range<usize>> {
        if self.literals.around(place).is_some() {
            return None;
        }
        if let Some(field) = self.field.as_ref().filter(|field| field.contains(&place)) {
            return Some(field.clone());
        }
        self.asked += 1;
        self.field = if self.asked > MOST_ASKED { None } else { fields::around(text, place) };
        self.field.clone()
    }

    /// Whether a piece of content that was cut off begins where a field ends.
    fn begins_behind_field(&mut self, text: &[u8], finding: &Finding) -> bool {
        let start = finding.range.start;
        start > 0
            && matches!(text[start], b'"' | b'\'' | b'<')
            && content::is_cut(finding)
            && crosses(text, finding)
            && self.field(text, start - 1).is_some_and(|field| field.end == start)
    }

    fn go_to(&mut self, text: &[u8], place: usize) {
        if !self.range.contains(&place) {
            let start = memchr::memrchr(b'\n', &text[..place]).map_or(0, |newline| newline + 1);
            let end = memchr::memchr(b'\n', &text[place..]).map_or(text.len(), |newline| place + newline + 1);
            self.range = start..end;
            self.literals = Literals::of(text, start..end);
        }
    }

    /// A stretch without the rest of an escape that began before it, and without the beginning of one that ends after it.
    fn whole_escapes(&self, text: &[u8], stretch: Range<usize>) -> Range<usize> {
        let Range { mut start, mut end } = stretch;
        let run = |at: usize| text[..at].iter().rev().take_while(|b| **b == b'\\').count();
        if run(end) < end - start && quoted::closing_at(text, end).is_some() {
            end -= run(end);
        }
        // In a string in a string the backslash of an escape is escaped itself.
        let backslashes = self.literals.around(start).map(|string| 1 << self.literals.level(string));
        if backslashes.is_some_and(|count: usize| run(start) % (2 * count) == count) {
            let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
            start += match &text[start..end] {
                [b'u', digits @ ..] if digits.len() > 4 && hex(&digits[..4]) => 5,
                [b'n' | b't' | b'r' | b'b' | b'f', _, ..] => 1,
                _ => 0,
            };
        }
        start..end
    }

    /// What of a finding stands in the string that it begins in, and in those of the same list that follow; `None` where it leaves no string. One that begins with
    /// the end of a string has nothing in it.
    fn parts(&mut self, text: &[u8], finding: &Finding) -> Option<Vec<Range<usize>>> {
        let stretch = &finding.range;
        let mark = quoted::before(text, stretch.start).map_or(0, Quote::len);
        let ends = [stretch.start, stretch.start - mark];
        let ended = ends.into_iter().find_map(|end| self.literals.ended_at(end)).filter(|string| string.ended);
        let (first, mut parts) = match ended {
            // Marks alone are no evidence.
            Some(_) if !text[stretch.clone()].iter().any(u8::is_ascii_alphanumeric) => return None,
            Some(string) => (string, Vec::new()),
            None => {
                let first = self.literals.around(stretch.start);
                let first = first.filter(|first| first.ended && first.text.end < stretch.end)?;
                (first, std::iter::once(stretch.start..first.text.end).collect())
            }
        };
        // A text may go on in the next string, and a value of a name does where it began.
        if first.listed && (finding.rank == Rank::Content || !parts.is_empty()) {
            parts.extend(listed(self.literals.beside(first), stretch.end));
            if self.literals.level(first) == 0 {
                self.add_lines_below(text, stretch.end, &mut parts);
            }
        }
        Some(parts)
    }

    /// Adds the strings of a list that has each of them on a line of its own.
    fn add_lines_below(&mut self, text: &[u8], end: usize, parts: &mut Vec<Range<usize>>) {
        let go_on = |line: &Range<usize>| text[line.clone()].trim_ascii_end().ends_with(b",");
        while self.range.end < end && go_on(&self.range) {
            self.go_to(text, self.range.end);
            let before = parts.len();
            parts.extend(listed(self.literals.outermost(), end));
            if parts.len() == before {
                break;
            }
        }
    }
}

/// The texts of strings up to the first that is none of a list, and no further than `end`.
fn listed<'a>(strings: impl Iterator<Item = &'a Literal>, end: usize) -> impl Iterator<Item = Range<usize>> {
    let texts =
        strings.take_while(|string| string.listed).map(move |string| string.text.start..string.text.end.min(end));
    texts.take_while(|text| text.start < text.end)
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    /// What was said in one string takes nothing from those beside it.
    #[test]
    fn what_goes_stays_in_its_string() {
        let redactor = Redactor::builder().build().unwrap();
        for (text, shown) in [
            (r#"{"msg": "missing token:", "status": 529}"#, None),
            (r#"{"msg": "let text =", "status": 529}"#, None),
            (r#"{"a": "{\"msg\": \"missing token:\", \"status\": 529}", "b": 1}"#, None),
            ("{'msg': 'missing token:', 'status': 529}", None),
            (
                r#"{"msg": "export MY_PROMPT='tell me of the merger", "status": 529}"#,
                Some(r#"{"msg": "export MY_PROMPT='[text of 21 characters]", "status": 529}"#),
            ),
            (
                r#"{"a": "{\"msg\": \"curl -H \\\"Authorization: Bearer abc\\\" x\", \"status\": 529}"}"#,
                Some(
                    r#"{"a": "{\"msg\": \"curl -H \\\"Authorization: Bearer [authorization-1]\\\" x\", \"status\": 529}"}"#,
                ),
            ),
            (
                r#"{"msg": "ask \u8054\u7cfbdana@corp.example.com\u8c22", "status": 529}"#,
                Some(r#"{"msg": "ask \u8054\u7cfb[email-1]\u8c22", "status": 529}"#),
            ),
            (
                r#"{"label": "Password:", "value": "hunter2-Xa"}"#,
                Some(r#"{"label": "Password:", "value": "[password-1]"}"#),
            ),
            (r#"["password:", "hunter2-Xa"]"#, Some(r#"["password:", "[password-1]"]"#)),
            (r#"{"password:": "hunter2-Xa"}"#, Some(r#"{"password:": "[password-1]"}"#)),
        ] {
            assert_eq!(redactor.redact_str(text), shown.unwrap_or(text), "{text}");
        }
    }

    /// A string whose text goes on in another loses both.
    #[test]
    fn strings_that_are_joined_go_together() {
        let redactor = Redactor::builder().build().unwrap();
        for text in [
            "{ role: 'user', content: 'tell me of\\n' +\n    'the merger of 4711' }\n",
            "{'role': 'user', 'content': 'tell me of '\n 'the merger of 4711', 'x': 1}\n",
            "{\"content\":[{\"type\":\"text\",\"te\nxt\": \"tell me of the merger of 4711\"}]}\n",
            "  \"source\": [\n    \"create(messages=[\\n\",\n    \"  {'role': 'user', 'content': 'of 4711'}\\n\",\n    \"])\"\n  ]\n",
            "{\"pre_context\": [\"create(messages=[\", \"  {'role': 'user', 'content': 'of 4711'}\"], \"status\": 529}\n",
        ] {
            assert!(!redactor.redact_str(text).contains("4711"), "{}", redactor.redact_str(text));
        }
    }
}
