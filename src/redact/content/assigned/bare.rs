//! Names outside of any structure: what follows one tells whether a text is its value, and its line who gave it.

use std::ops::Range;

use super::{
    LONGEST_LEAD, NAMES, Value, assigned, at_margin, complains, constant, ended, is_asked, is_code, is_told, near_line,
    of_family, quoted_behind, running_text, said, variables, within_brackets, within_string, without_time,
};

/// A name outside of any structure.
pub(super) struct Bare<'t> {
    pub(super) text: &'t [u8],
    pub(super) name: &'t Range<usize>,
    /// Where the whole name begins, of which a word ends at `name`.
    pub(super) start: usize,
    pub(super) is_variable: bool,
}

impl Bare<'_> {
    fn word(&self) -> &[u8] {
        &self.text[self.name.clone()]
    }

    /// Whether what follows the name begins so.
    fn leads_to(&self, mark: &[u8]) -> bool {
        self.text[self.name.end..].starts_with(mark)
    }

    fn is_pair(&self) -> bool {
        self.leads_to(b"=") && !self.leads_to(b"==")
    }

    fn has_arrow(&self) -> bool {
        self.leads_to(b" => ") || self.leads_to(b" -> ")
    }

    fn is_plain(&self) -> bool {
        self.is_variable || NAMES.contains(&self.word())
    }

    /// The value, by what follows the name. The line is looked at only where that may be a value: a long one may hold many names.
    pub(super) fn value(&self) -> Option<Value> {
        let (text, end) = (self.text, self.name.end);
        if self.is_variable
            && let Some(value) = constant(text, end)
        {
            return Some(value);
        }
        let is_plain = self.is_plain();
        if self.is_pair() && !is_plain {
            return of_family(text, self.name).or_else(|| at_margin(text, self.name)).map(ended);
        }
        if self.leads_to(b" = ")
            && !is_plain
            && let Some(value) = at_margin(text, self.name)
        {
            return Some(ended(value));
        }
        // A row of a table that pandas turned: `prompt    some text`.
        if self.leads_to(b"    ") && is_plain && self.start.checked_sub(1).is_none_or(|at| text[at] == b'\n') {
            return running_text(text, end + 4).filter(|value| said::is_said(&text[value.clone()])).map(ended);
        }
        if self.word() == b"prompt" && matches!(text[end..], [b' ', b'\'' | b'"' | b'\\' | b'`', ..]) {
            return quoted_behind(text, end + 1).map(ended);
        }
        let from = self.start.saturating_sub(LONGEST_LEAD);
        let lead = || {
            let line_start = memchr::memrchr(b'\n', &text[from..self.start]).map_or(from, |at| from + at + 1);
            &text[line_start..self.start]
        };
        if self.leads_to(b" = ") && is_plain {
            return self.in_column(lead());
        }
        if self.is_pair() {
            let lead = lead();
            return if self.is_variable { assigned(text, end + 1, lead) } else { self.of_pair() };
        }
        if self.leads_to(b": ") || self.has_arrow() { self.told(lead()) } else { None }
    }

    /// The value in a record as `sqlite3` shows it, one column a line, or of a section.
    fn in_column(&self, lead: &[u8]) -> Option<Value> {
        let from = self.name.end + 2;
        if lead.is_empty() {
            return variables::of_section(self.text, from);
        }
        // `sqlite3` aligns its columns.
        let is_aligned = lead.iter().all(|b| *b == b' ');
        let value = is_aligned.then(|| running_text(self.text, from)).flatten()?;
        (!is_code(&self.text[value.clone()])).then(|| ended(value))
    }

    /// The running text behind a sign of equality or a colon.
    fn of_pair(&self) -> Option<Value> {
        let value = running_text(self.text, self.name.end + 1);
        let value = value.filter(|value| !complains(&self.text[value.clone()]))?;
        Some(ended(within_brackets(self.text, value)))
    }

    /// The text behind a colon or an arrow, by what stands before the name on its line.
    fn told(&self, lead: &[u8]) -> Option<Value> {
        let (text, arrow) = (self.text, self.has_arrow());
        // Behind the name of a logger: `[ChatService] prompt: some text`, `INFO app - prompt: some text`.
        let behind = lead.trim_ascii_end();
        let of_logger = [&b"]"[..], b" -", b" |"].iter().any(|end| behind.ends_with(end)) || arrow && lead.is_empty();
        // The environment of a step of a CI job is indented.
        let indented = self.is_variable && without_time(lead).iter().all(|b| *b == b' ');
        if self.word() == b"prompt" && of_logger {
            let at = self.name.end + if arrow { b" => ".len() } else { b":".len() };
            // Most of such lines are told by the first of their words.
            let value = is_asked(near_line(text, at)).then(|| running_text(text, at)).flatten()?;
            return Some(ended(within_string(text, lead, value)));
        }
        if arrow {
            return None;
        }
        if self.is_plain() && (lead.is_empty() || indented) {
            return self.of_pair();
        }
        // `"message": "prompt: some text"`.
        let begins_string = self.is_plain() && (lead.ends_with(b": \"") || lead.ends_with(b":\""));
        let told = begins_string || is_told(self.word(), lead, near_line(text, self.name.end + 1));
        // What a model said is told by its first words: a line may hold its name many times.
        let of_model = matches!(self.word(), b"output" | b"response");
        let stays = of_model && !said::is_said(near_line(text, self.name.end + 1));
        let value = (told && !stays).then(|| running_text(text, self.name.end + 1)).flatten()?;
        let value = within_string(text, lead, value);
        if begins_string && !is_asked(&text[value.clone()]) {
            return None;
        }
        // A count of tokens, what a server said.
        (!text[value.start].is_ascii_digit()).then(|| ended(value))
    }
}
