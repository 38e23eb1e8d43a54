//! Prompt content in lines that a string holds with their breaks escaped: YAML in JSON, as `"values": "messages:\n- content: text\n"` shows it.
//!
//! The string is read and searched like any text; what is found stays in the string.

use std::ops::Range;

use super::yaml::is_lead;
use super::{TablesBroken, find};
use crate::redact::finding::Finding;
use crate::redact::strings::{self, Breaks, Lines, MOST_SLASHES};

/// Most blanks and dashes before a key.
const LONGEST_LEAD: usize = 256;

/// Whether a key stands at the beginning of such a line, with what follows a key of YAML, TOML or a form.
pub(super) fn may_begin(text: &[u8], name: &Range<usize>) -> bool {
    slashes(text, name).is_some()
}

/// How many backslashes stand before the letter of the break that ends the line before a key, or its own where it is the first one of its string.
fn slashes(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let rest = &text[name.end..];
    let is_value = matches!(rest, [b':', b' ' | b'\\', ..] | [b' ', b'=', b' ', ..] | [b'=', ..]);
    let lead = text[..name.start].iter().rev().take(LONGEST_LEAD).take_while(|b| is_lead(**b)).count();
    let before = &text[..name.start - lead];
    let run = match before {
        [.., b'\\', b'n'] => before[..before.len() - 1].iter().rev().take_while(|b| **b == b'\\').count(),
        [.., b'"' | b'\''] => rest.iter().skip(1).take(MOST_SLASHES).take_while(|b| **b == b'\\').count(),
        _ => 0,
    };
    (is_value && run <= MOST_SLASHES && run.is_power_of_two()).then_some(run)
}

/// Strings with escaped lines, one after the other.
#[derive(Default)]
pub(super) struct Strings {
    line: Range<usize>,
    of_line: Vec<Lines>,
}

impl Strings {
    /// Takes what is found in the string around a key that begins such a line; gives its end, and whether content goes on beyond the text.
    pub(super) fn take(
        &mut self,
        text: &[u8],
        name: &Range<usize>,
        from: usize,
        found: &mut Vec<Finding>,
    ) -> Result<Option<(usize, bool)>, TablesBroken> {
        let Some(slashes) = slashes(text, name) else { return Ok(None) };
        let (lines, closed) = self.around(text, name.start).filter(|lines| from <= lines.range.start).map_or_else(
            || {
                let (range, closed) = between_marks(text, name, from, slashes);
                (Lines { range, breaks: Breaks::Slashes(slashes) }, closed)
            },
            |lines| (lines, true),
        );
        let view = lines.read(text);
        let mut seen = Vec::new();
        let open = find(&view.text, &mut seen)?;
        found.extend(seen.into_iter().map(|finding| lines.original(&view, finding)));
        Ok(Some((lines.range.end, open && !closed)))
    }

    /// The outermost string around a place; what it holds in others is found in what it says.
    fn around(&mut self, text: &[u8], at: usize) -> Option<Lines> {
        if !self.line.contains(&at) {
            let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
            let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline + 1);
            self.line = start..end;
            self.of_line = strings::of(text, start..end);
        }
        let after = self.of_line.partition_point(|lines| lines.range.start <= at);
        self.of_line[..after].last().filter(|lines| at < lines.range.end).cloned()
    }
}

/// What stands between the quotation marks around a key, from `from` on, and whether the last one is there; marks with more backslashes belong to the text.
fn between_marks(text: &[u8], name: &Range<usize>, from: usize, slashes: usize) -> (Range<usize>, bool) {
    let inner = 2 * slashes - 1;
    let is_around = |at: &usize| text[..*at].iter().rev().take(inner).take_while(|b| **b == b'\\').count() < inner;
    let line = memchr::memrchr(b'\n', &text[from..name.start]).map_or(from, |newline| from + newline + 1);
    let start = memchr::memrchr_iter(b'"', &text[line..name.start]).map(|at| line + at).find(is_around);
    let line_end = memchr::memchr(b'\n', &text[name.end..]).map_or(text.len(), |newline| name.end + newline);
    let end = memchr::memchr_iter(b'"', &text[name.end..line_end]).map(|at| name.end + at).find(is_around);
    let before_slashes = |at: usize| at - text[..at].iter().rev().take_while(|b| **b == b'\\').count();
    (start.map_or(line, |at| at + 1)..end.map_or(line_end, before_slashes), end.is_some())
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn content_of_escaped_lines_goes_and_the_string_stays_one() {
        let redactor = Redactor::builder().build().unwrap();
        let yaml = "model: m\nmessages:\n- role: user\n  content: plan of the merger\n- content:\n  - type: tool_use\n    id: toolu_01\n    input:\n      q: plan of the merger\n    name: find\nsystem: |\n  plan of the merger\n\n  \"or\" more\nstatus: 529\n";
        let inner = serde_json::json!({"values": yaml, "status": 529});
        let outer = serde_json::json!({"log": inner.to_string(), "request_id": "req_011CUabcdefghijklmnopqrs"});
        for text in [inner.to_string(), outer.to_string(), serde_json::json!({"log": outer.to_string()}).to_string()] {
            let shown = redactor.redact_str(&text);
            assert!(!shown.contains("merger") && !shown.contains("more"), "{shown}");
            let mut value: serde_json::Value = serde_json::from_str(&shown).expect(&shown);
            while let Some(log) = value["log"].as_str() {
                value = serde_json::from_str(log).expect(&shown);
            }
            let read: serde_yaml::Value = serde_yaml::from_str(value["values"].as_str().unwrap()).expect(&shown);
            assert_eq!((&read["status"], &value["status"]), (&529.into(), &529.into()));
            assert_eq!(read["messages"][1]["content"][0]["name"], "find");
            assert_eq!(redactor.redact_str(&shown), shown);
        }
    }

    #[test]
    fn lines_of_strings_that_are_cut_off_or_stand_in_a_log_lose_their_content_too() {
        let redactor = Redactor::builder().build().unwrap();
        for (text, stays) in [
            (
                r#"{"values":"messages:\n- content: plan of the merger\n  role: us"#,
                r#"{"values":"messages:\n- content: ["#,
            ),
            (r#"level=error msg="sent system: a\n  content: plan of the merger\n" status=529"#, r#"\n" status=529"#),
            (r"sent {'a': 'system: x\n  content: plan of the merger\n', 'status': 529}", r"\n', 'status': 529}"),
        ] {
            let shown = redactor.redact_str(text);
            assert!(!shown.contains("merger") && shown.contains(stays), "{shown}");
        }
        let text = r#"{"a":"see\ncontent: none\n  role: user\n","b":"content:\n"}"#;
        assert_eq!(redactor.redact_str(text), text);
    }
}
