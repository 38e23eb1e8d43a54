//! Several commands on one line (`whoami && op read ...`), and what each of them prints below it.

use std::ops::Range;

use super::commands::{behind_prompt, is_prompt, kind_of, said};
use super::{How, Reader, Said, What, as_context, is_in, line_around};
use crate::redact::line_leads::lead_of;
use crate::redact::names::Names;

/// Most lines that a command may print of which nothing is known.
const MOST_OTHERS: usize = 8;
/// A line that is no value of any kind, in the place of one that was seen.
const SEEN: &[u8] = b"=\n";

/// What a command prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prints {
    Value(How),
    Line,
    Lines,
}

/// What the commands of a line print, one after another.
#[derive(Clone, Debug)]
pub(super) struct Printed {
    all: Vec<Prints>,
    next: usize,
    others: usize,
}

impl Printed {
    /// Of the commands of a line; `None` where none of them prints a credential or a name.
    pub(super) fn of(names: &Names, line: &[u8]) -> Option<Self> {
        let all: Vec<Prints> = commands(line).filter_map(|command| prints(names, command)).collect();
        all.iter().any(|prints| matches!(prints, Prints::Value(_))).then_some(Self { all, next: 0, others: 0 })
    }

    pub(super) fn is_done(&self) -> bool {
        !self.all[self.next..].iter().any(|prints| matches!(prints, Prints::Value(_)))
    }

    /// What the next line says that was printed.
    pub(super) fn take(&mut self, line: &[u8]) -> Option<(Range<usize>, What)> {
        match *self.all.get(self.next)? {
            Prints::Value(how) => {
                self.next += 1;
                said(how, line, true)
            }
            Prints::Line => {
                self.next += 1;
                None
            }
            Prints::Lines => {
                self.others += 1;
                if self.others > MOST_OTHERS {
                    self.next = self.all.len();
                    return None;
                }
                let later =
                    self.all[self.next..].iter().position(|prints| matches!(prints, Prints::Value(How::Secret)))?;
                let found = said(How::Secret, line, false)?;
                self.next += later + 1;
                Some(found)
            }
        }
    }
}

/// The commands of a line: what stands between `&&`, `||` and `;` outside of quotation marks.
fn commands(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut parts = Vec::new();
    let (mut start, mut at, mut mark) = (0, 0, None);
    while let Some(&byte) = line.get(at) {
        let double = matches!(line.get(at..at + 2), Some(b"&&" | b"||"));
        match (mark, byte) {
            (_, b'\\') => at += 1,
            (Some(open), _) if byte == open => mark = None,
            (None, b'"' | b'\'') => mark = Some(byte),
            (None, _) if double || byte == b';' => {
                parts.push(&line[start..at]);
                at += usize::from(double);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&line[start.min(line.len())..]);
    parts.into_iter().map(<[u8]>::trim_ascii).filter(|part| !part.is_empty())
}

/// What one command prints; `None` where it is nothing.
fn prints(names: &Names, command: &[u8]) -> Option<Prints> {
    let command = command.strip_prefix(b"sudo ").unwrap_or(command).trim_ascii();
    if let Some(how) = kind_of(names, command) {
        return Some(Prints::Value(how));
    }
    let word = command.split(u8::is_ascii_whitespace).next().unwrap_or(command);
    let assigns = word.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let is_silent =
        is_in(|table| &table.silent, word) || word.len() == command.len() && word.get(assigns) == Some(&b'=');
    let redirected = memchr::memmem::find(command, b" >").is_some();
    if is_silent || redirected {
        return None;
    }
    Some(if is_in(|table| &table.of_one_line, word) && !command.contains(&b'|') { Prints::Line } else { Prints::Lines })
}

/// The lines below several commands.
pub(super) struct Joined {
    printed: Printed,
    /// The line of the commands.
    lead: Vec<u8>,
    lines: usize,
}

impl Joined {
    pub(super) fn new(names: &Names, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let line = &text[line_around(text, word.start)?];
        if memchr::memmem::find(line, b"&&").is_none() && memchr::memchr(b';', line).is_none() {
            return None;
        }
        let start = behind_prompt(line, line.len())?;
        let printed = Printed::of(names, &line[start..]).filter(|printed| printed.all.len() > 1)?;
        Some(Self { printed, lead: line.to_vec(), lines: 0 })
    }
}

impl Reader for Joined {
    fn line(&mut self, line: &[u8]) -> Said {
        let lead = lead_of(line);
        let from = if lead.of_program { lead.length } else { line.len() - line.trim_ascii_start().len() };
        let value = line[from..].trim_ascii_end();
        if value.is_empty() || is_prompt(&self.lead, value) || self.printed.is_done() {
            return Said::Ended;
        }
        // The next command, behind the same prompt.
        let prompt = behind_prompt(&self.lead, self.lead.len()).unwrap_or(0);
        if prompt > 0 && line.starts_with(&self.lead[..prompt]) {
            return Said::Ended;
        }
        self.lines += 1;
        match self.printed.take(value) {
            Some((range, what)) => {
                let range = from + range.start..from + range.end;
                if self.printed.is_done() { Said::Last(range, what) } else { Said::Value(range, what) }
            }
            None => Said::Nothing,
        }
    }

    fn context(&self) -> Vec<u8> {
        [as_context(&self.lead), SEEN.repeat(self.lines)].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_apart_outside_of_quotation_marks() {
        let all = |line: &'static str| {
            commands(line.as_bytes()).map(|part| String::from_utf8_lossy(part)).collect::<Vec<_>>()
        };
        assert_eq!(all("whoami && op read \"a;b\"; date"), ["whoami", "op read \"a;b\"", "date"]);
        assert_eq!(all("a \\; b || c 'x && y' ;"), ["a \\; b", "c 'x && y'"]);
    }
}
