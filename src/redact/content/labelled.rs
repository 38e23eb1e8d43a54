//! The text that a label is before: how far it goes, line by line.

use super::labels::{FEWEST_BLANKS, Form, begins_with_level};
use super::said::{has_words, is_of_log, is_said, says_failure, warns};
use super::yaml::{is_lead, is_pair};
use crate::redact::line_leads::is_timed_by_runner;
use crate::redact::placeholder;

/// The text below a label, or behind it, as far as it was read.
pub(super) struct Body {
    form: Form,
    level: usize,
    doubt: Doubt,
    fence: bool,
    begun: bool,
    /// How far the label is indented, where it may be the key of a mapping of YAML.
    key: Option<usize>,
}

/// What a label leaves open of the text below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// It is a prompt.
    None,
    /// A line of it may say what a server answered.
    Lines,
    /// So may all of it: its first line must read like a text of somebody.
    First,
}

/// What becomes of a line below a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Goes,
    Stays,
    Ends,
}

/// What opens and closes a block of text.
const FENCES: [&[u8]; 4] = [b"```", b"~~~", b"{noformat", b"{code"];
/// Longest line of a fence, with the name of a language behind it.
const LONGEST_FENCE: usize = 16;
/// The level of what no hashes head: every heading ends it.
pub(super) const DEEPEST: usize = 7;
/// A rule across the page has so many marks.
const SHORTEST_RULE: usize = 10;
/// Longest bold line that is a heading.
const LONGEST_BOLD: usize = 32;
/// Fewest marks of a banner around a title.
pub(super) const BANNER: usize = 3;

impl Body {
    /// The text of a label; `begun` tells whether it begins on the line of the label.
    pub(super) const fn new(form: Form, level: usize, doubt: Doubt, begun: bool) -> Self {
        Self { form, level, doubt, fence: false, begun, key: None }
    }

    /// The same of a label that may be the key of a mapping, by the line that it begins: it stands there in small letters, before its text.
    pub(super) fn of_key(self, line: &[u8]) -> Self {
        let indent = line.iter().take_while(|b| is_lead(**b)).count();
        let is_key = self.begun && indent > 0 && line[indent..].first().is_some_and(u8::is_ascii_lowercase);
        Self { key: is_key.then_some(indent), ..self }
    }

    /// Whether a line holds the key beside the one that the text belongs to.
    fn is_beside(&self, line: &[u8]) -> bool {
        self.key.is_some_and(|indent| {
            line.len() > indent && line[..indent].iter().all(|b| *b == b' ') && is_pair(&line[indent..])
        })
    }

    /// Whether the text stands in a block, which its own mark closes.
    pub(super) const fn is_block(&self) -> bool {
        self.fence
    }

    /// Length of the level before a line below a banner: the log that has one before the title has it before each line of the text.
    pub(super) fn level_length(&self, line: &[u8]) -> usize {
        let levels = [&b"DEBUG "[..], b"INFO "];
        let level = levels.iter().find(|level| line.starts_with(level)).filter(|_| matches!(self.form, Form::Banner));
        level.map_or(0, |level| level.len() + line[level.len()..].iter().take_while(|b| **b == b' ').count())
    }

    /// What becomes of the next line; `ends` tells whether it is one of a log or of a tool.
    pub(super) fn step(&mut self, line: &[u8], said: &[u8], ends: impl Fn() -> bool) -> Step {
        if self.doubt == Doubt::First && !self.begun && !said.is_empty() && !reads_like_text(said) {
            return Step::Ends;
        }
        let fence = FENCES.iter().any(|fence| said.starts_with(fence));
        if fence && !self.fence && (!self.begun || !matches!(self.form, Form::Bare)) {
            (self.fence, self.begun) = (true, true);
            return Step::Stays;
        }
        // The page around what was said is closed by one.
        if fence && !self.fence && said.len() <= LONGEST_FENCE {
            return Step::Stays;
        }
        if self.fence {
            return if fence { Step::Ends } else { Step::Goes };
        }
        let over = match self.form {
            Form::Logged => is_record(if is_timed_by_runner(line) { said } else { line }) || is_of_level(said),
            Form::Banner => is_banner(said),
            Form::Heading => is_heading(said, self.level),
            Form::Bare => said.is_empty() && self.begun || is_heading(said, DEEPEST) || is_field(said),
        };
        if over || self.is_beside(line) || ends() {
            return Step::Ends;
        }
        self.begun |= !said.is_empty();
        if says_failure(said) || self.doubt != Doubt::None && !placeholder::is_shape(said) && warns(said) {
            Step::Stays
        } else {
            Step::Goes
        }
    }

    /// A label with such a body, which the next line is seen with.
    pub(super) fn context(&self) -> Vec<u8> {
        let name = match self.doubt {
            Doubt::First if matches!(self.form, Form::Logged) => "Thinking",
            Doubt::First => "Response",
            Doubt::Lines => "Claude response",
            Doubt::None => "System prompt",
        };
        let head = match self.form {
            Form::Logged => format!("INFO {name}:\n"),
            Form::Banner => format!("=== {} ===\n", name.to_ascii_uppercase()),
            Form::Heading if self.level < DEEPEST => format!("{} {name}\n", "#".repeat(self.level)),
            Form::Heading => format!("**{name}:**\n"),
            Form::Bare if let Some(indent) = self.key => {
                return format!("{}thinking: [text]\n", " ".repeat(indent)).into_bytes();
            }
            Form::Bare => format!("{name}:\n"),
        };
        let below = if self.fence {
            "```\n"
        } else if self.begun {
            "[text]\n"
        } else {
            ""
        };
        (head + below).into_bytes()
    }
}

/// Whether a line is a heading of a level or above it, a bold label or the end of what a page folds away: the text below a heading ends there.
fn is_heading(said: &[u8], level: usize) -> bool {
    let hashes = said.iter().take_while(|b| **b == b'#').count();
    let bold = |said: &[u8]| said.len() <= LONGEST_BOLD && said.len() > 4 && said.ends_with(b"**");
    (1..=level).contains(&hashes) && said.get(hashes) == Some(&b' ')
        || matches!(said, [b'h', b'1'..=b'6', b'.', b' ', ..])
        || said.starts_with(b"**")
            && (bold(said)
                || memchr::memmem::find(said, b":**").is_some()
                || memchr::memmem::find(said, b"**:").is_some())
        || said.starts_with(b"</details>")
}

/// Whether a line begins with the time or the level of a record.
fn is_record(said: &[u8]) -> bool {
    let said = said.strip_prefix(b"[").unwrap_or(said);
    let digits = said.iter().take_while(|b| b.is_ascii_digit()).count();
    begins_with_level(said)
        || digits == 4 && said.get(4) == Some(&b'-')
        || digits == 2 && said.get(2) == Some(&b':') && said.get(5) == Some(&b':')
}

/// Whether a line is a text of several words, or one that was removed before.
fn reads_like_text(said: &[u8]) -> bool {
    placeholder::is_shape(said) || has_words(said, FEWEST_BLANKS + 1) && is_said(said) && !is_of_log(said)
}

/// Whether a line begins with a level in capital letters, behind what a collector of logs put before it: a text has none.
fn is_of_level(said: &[u8]) -> bool {
    begins_with_level(said) && said[..4].iter().all(u8::is_ascii_uppercase)
}

/// Whether a line is a banner around a title.
fn is_banner(said: &[u8]) -> bool {
    let Some(mark) = said.first().filter(|b| b"*=-".contains(b)) else { return false };
    let run = said.iter().take_while(|b| *b == mark).count();
    let back = said.iter().rev().take_while(|b| *b == mark).count();
    run >= BANNER && back >= BANNER && run + back + 2 < said.len() && said[run] == b' '
}

/// Whether a line is a rule across the page, alone or around a title.
pub(super) fn is_rule(said: &[u8]) -> bool {
    let Ok(said) = std::str::from_utf8(said) else { return false };
    // The edge of a box, whatever its title says.
    if said.starts_with(['\u{2570}', '\u{256d}']) && said.ends_with(['\u{256f}', '\u{256e}']) {
        return true;
    }
    let Some(mark) = said.chars().next().filter(|mark| "-=*_#\u{2500}\u{2501}\u{2570}\u{256d}".contains(*mark)) else {
        return false;
    };
    let mark = if "\u{2570}\u{256d}".contains(mark) { '\u{2500}' } else { mark };
    let run =
        |chars: &mut dyn Iterator<Item = char>| chars.skip_while(|c| *c != mark).take_while(|c| *c == mark).count();
    let (front, back) = (run(&mut said.chars()), run(&mut said.chars().rev()));
    front >= SHORTEST_RULE && back >= SHORTEST_RULE
}

/// Whether a line is one field of a report, a word and another one: `Model: claude-haiku-4-5`.
fn is_field(said: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', said) else { return false };
    let value = said[colon + 1..].trim_ascii();
    said.first().is_some_and(u8::is_ascii_uppercase)
        && said[..colon].iter().all(u8::is_ascii_alphabetic)
        && !value.is_empty()
        && !value.contains(&b' ')
        && value.iter().any(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_known() {
        for (line, is) in
            [("----------", true), ("========== FAILURES ==========", true), ("---", false), ("-- x --", false)]
        {
            assert_eq!(is_rule(line.as_bytes()), is, "{line}");
        }
    }
}
