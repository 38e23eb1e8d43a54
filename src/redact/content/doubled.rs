//! Prompt content in fields whose quotation marks are doubled: those of CSV and of single-quoted YAML, as `{""content"": ""text""}` shows it.
//!
//! The field is read with its marks halved and searched like any text; what is found stays in the field.

use std::ops::Range;

use super::keyed::Key;
use super::{TablesBroken, find, walker};
use crate::redact::finding::Finding;
use crate::redact::view;

/// Takes what is found in the field around a key, where its marks are doubled there; gives its end, and whether content goes on beyond the text.
pub(super) fn take(
    text: &[u8],
    name: &Range<usize>,
    key: Option<&Key>,
    from: usize,
    found: &mut Vec<Finding>,
) -> Result<Option<(usize, bool)>, TablesBroken> {
    let field = match key {
        Some(key) => Field::around_value(text, name, key.value, from),
        None => Field::around(text, name, from),
    };
    field.map(|field| field.take(text, found)).transpose()
}

/// A field with doubled marks.
struct Field {
    /// What stands between its own marks.
    range: Range<usize>,
    mark: u8,
    /// Whether its last mark is there.
    closed: bool,
}

/// Whether a key of content stands between doubled marks, with what follows a key.
pub(super) fn may_begin(text: &[u8], name: &Range<usize>) -> bool {
    mark_of(text, name).is_some()
}

/// The mark that is doubled around a key.
fn mark_of(text: &[u8], name: &Range<usize>) -> Option<u8> {
    let mark = *text.get(name.start.checked_sub(1)?)?;
    if !matches!(mark, b'"' | b'\'') || !text[..name.start].ends_with(&[mark; 2]) {
        return None;
    }
    let escapes = text[name.end..].iter().take(64).take_while(|b| **b == b'\\').count();
    let close = name.end + escapes;
    if !text[close..].starts_with(&[mark; 2]) {
        return None;
    }
    let next = walker::skip_blank(text, close + 2);
    matches!(text.get(next), None | Some(b':' | b'=' | b',' | b']')).then_some(mark)
}

/// So far a doubled mark is looked for in the value of a key that has others.
const NEAR: usize = 4096;

/// Whether a text between doubled marks stands in the value of a key with other marks, as `'content': ""it's""` does in CSV.
fn is_value(text: &[u8], value: usize) -> bool {
    let near = &text[value..text.len().min(value + NEAR)];
    let begins = |at: usize| {
        let before = near[..at].trim_ascii_end().last();
        let opens = (at == 0 && text[..value].trim_ascii_end().ends_with(b":"))
            || before.is_some_and(|b| matches!(b, b':' | b'[' | b','));
        opens && near.get(at + 2).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[' || !b.is_ascii())
    };
    memchr::memmem::find_iter(near, b"\"\"").any(begins)
}

impl Field {
    /// The field around a key between single marks that leads to a text between doubled ones.
    fn around_value(text: &[u8], name: &Range<usize>, value: usize, from: usize) -> Option<Self> {
        let single = text.get(name.start.checked_sub(1)?) == Some(&b'\'');
        (single && is_value(text, value)).then(|| Self::with_mark(text, name, from, b'"'))
    }

    /// The field around a key between doubled marks, from `from` on.
    fn around(text: &[u8], name: &Range<usize>, from: usize) -> Option<Self> {
        mark_of(text, name).map(|mark| Self::with_mark(text, name, from, mark))
    }

    fn with_mark(text: &[u8], name: &Range<usize>, from: usize, mark: u8) -> Self {
        let start = start(text, from..name.start, mark);
        let end = end(text, name.end, mark);
        Self { range: start..end.unwrap_or(text.len()), mark, closed: end.is_some() }
    }

    /// Adds what is found in the field; gives its end, and whether content goes on beyond the text.
    fn take(&self, text: &[u8], found: &mut Vec<Finding>) -> Result<(usize, bool), TablesBroken> {
        let view = view::with_marks_halved(&text[self.range.clone()], self.mark);
        let mut seen = Vec::new();
        let open = find(&view.text, &mut seen)?;
        found.extend(seen.into_iter().map(|finding| {
            let range = view.original(finding.range.clone());
            Finding { range: self.range.start + range.start..self.range.start + range.end, ..finding }
        }));
        Ok((self.range.end, open && !self.closed))
    }
}

/// Where a field begins: behind the last mark that is not one of two.
fn start(text: &[u8], within: Range<usize>, mark: u8) -> usize {
    let mut to = within.end;
    while let Some(last) = memchr::memrchr(mark, &text[within.start..to]).map(|at| within.start + at) {
        let run = text[within.start..=last].iter().rev().take_while(|b| **b == mark).count();
        if run % 2 == 1 {
            return last + 2 - run;
        }
        to = last + 1 - run;
    }
    within.start
}

/// Where a field ends: before the first mark that is not one of two.
fn end(text: &[u8], from: usize, mark: u8) -> Option<usize> {
    let mut at = from;
    while let Some(first) = memchr::memchr(mark, &text[at..]).map(|offset| at + offset) {
        let run = text[first..].iter().take_while(|b| **b == mark).count();
        if run % 2 == 1 {
            return Some(first + run - 1);
        }
        at = first + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    /// Texts go, and the columns and keys behind them stay.
    #[test]
    fn content_between_doubled_marks_goes() {
        let redactor = Redactor::builder().build().unwrap();
        for (text, shown) in [
            (
                r#"t,"POST {""messages"":[{""role"":""user"",""content"":""of the merger 4711""}],""model"":""m""}",529"#,
                r#"t,"POST {""messages"":[{""role"":""user"",""content"":""[text of 18 characters]""}],""model"":""m""}",529"#,
            ),
            (
                r#""""system"": ""of \""4711\"" it""","""messages"": [""a"#,
                r#""""system"": ""[text of 12 characters]""","""messages"": [""[text]"#,
            ),
            (
                "log: '{''role'': ''user'', ''content'': \"it''s of 4711\"}'\nstatus: 529\n",
                "log: '{''role'': ''user'', ''content'': \"[text of 12 characters]\"}'\nstatus: 529\n",
            ),
            (
                "1,\"{\n  \"\"content\"\": \"\"of 4711\"\"\n}\",529\n2,x,529\n",
                "1,\"{\n  \"\"content\"\": \"\"[text of 7 characters]\"\"\n}\",529\n2,x,529\n",
            ),
            (
                r#"1,"{'role': 'user', 'content': ""it's of 4711""}",529"#,
                r#"1,"{'role': 'user', 'content': ""[text of 12 characters]""}",529"#,
            ),
            (
                r#"1,"{'role': 'user', 'content': ""it's of 4711",529"#,
                r#"1,"{'role': 'user', 'content': ""[text]",529"#,
            ),
            (
                r#"1,"sent {""messages"":[{""content"":""of 4711",529"#,
                r#"1,"sent {""messages"":[{""content"":""[text]",529"#,
            ),
        ] {
            assert_eq!(redactor.redact_str(text), shown, "{text}");
        }
        for text in [r#"1,"see ""content"" of it",529"#, r#"{"a":"","content":"","b":1}"#, "x = ''content''"] {
            assert_eq!(redactor.redact_str(text), text);
        }
    }
}
