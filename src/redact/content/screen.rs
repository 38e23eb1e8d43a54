//! A conversation copied from the screen of Claude Code or Codex: what the person asked and what was answered goes, what the program says of a failure stays.
//!
//! The programs mark an answer or the use of a tool with a bullet and what a tool gave with a corner; lines that belong to them are indented. A line of
//! the person begins with an angle bracket, as a shell's does, so it counts only where a marked line comes next.

use std::ops::Range;

use super::keys::Keys;
use super::{BY_SCREEN, KIND_NAME, said, shape_of};
use crate::redact::finding::{Finding, Rank};
use crate::redact::placeholder;

/// Marks of lines that only Claude Code writes.
const MARKS: [&str; 4] = ["⏺", "⎿", SPINNERS[0], SPINNERS[1]];
/// What stands before that which the program does at the moment; a thought may stand below it.
const SPINNERS: [&str; 2] = ["✻", "∴"];
/// A bullet that other programs write too; it counts where the text has one of the marks or a prompt above it.
const BULLET: &str = "●";
/// The bullet of Codex, which is that of lists: it counts where the text has the prompt of Codex.
const BULLET_OF_CODEX: &str = "•";
const PROMPT_OF_CODEX: &str = "› ";
/// A line that answers follow.
const ASKED_OF_CODEX: &str = "› a b";
/// What a line of the person begins with; behind the last of them stands a command to a shell.
const PROMPTS: [&str; 4] = ["❯ ", "> ", PROMPT_OF_CODEX, SHELL];
const SHELL: &str = "! ";
/// The box around what a person types.
const BOXED: &str = "│ > ";
/// The same, as Gemini CLI draws it.
const BOXED_WIDE: &str = "│  > ";
/// Words of the gate.
pub(super) const WORDS: [&str; 9] =
    ["⏺", "⎿", SPINNERS[0], SPINNERS[1], BULLET, "❯", PROMPT_OF_CODEX, BOXED, BOXED_WIDE];
/// Fewer columns are no indentation of a line that belongs to a marked one.
const INDENT: usize = 2;
/// A word so long, alone on its line, is a command to the program.
const LONGEST_COMMAND: usize = 24;

/// So much of a marked line tells what becomes of the lines below it.
const LONGEST_HEAD: usize = 256;
/// Most lines that a person's question is followed over.
const MOST_ASKED: usize = 24;

/// What the text of an error of the API holds.
const ANSWERED: [&[u8]; 2] = [b"_error)", b"\"type\":\"error\""];

/// What becomes of a line, and of the indented ones below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// All of it stays.
    Stays,
    /// It stays, the lines below it go.
    FirstStays,
    Goes,
}

/// A line without its end, and how far it is indented.
#[derive(Clone, Copy)]
struct Line<'t> {
    /// Where the text of the line begins, after its indentation.
    at: usize,
    text: &'t [u8],
    indent: usize,
    /// Whether it is one that a person wrote to Codex.
    of_codex: bool,
}

impl<'t> Line<'t> {
    fn of(text: &'t [u8], start: usize, end: usize) -> Self {
        let line = text[start..end].trim_ascii_end();
        let indent = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        Self { at: start + indent, text: &line[indent..], indent, of_codex: false }
    }

    /// The line behind a mark, without the blanks after it.
    fn behind(self, mark: &str) -> Option<Self> {
        let rest = self.text.strip_prefix(mark.as_bytes())?;
        let blank = blanks(rest);
        (blank > 0 || rest.is_empty()).then(|| Self {
            at: self.at + mark.len() + blank,
            text: &rest[blank.min(rest.len())..],
            ..self
        })
    }

    /// Whether it may belong to a line above it.
    const fn belongs_to_another(self) -> bool {
        self.text.is_empty() || self.indent >= INDENT
    }

    fn marked(self, bullets: Bullets) -> Option<Self> {
        let bullet = self.behind(BULLET).filter(|line| bullets.claude || line.uses_tool());
        let of_codex = || if bullets.codex { self.behind(BULLET_OF_CODEX) } else { None };
        MARKS.iter().find_map(|mark| self.behind(mark)).or(bullet).or_else(of_codex)
    }

    /// Whether it is the use of a tool, which Claude Code alone shows so.
    fn uses_tool(self) -> bool {
        Keys::get().is_some_and(|keys| keys.is_screen_tool(self.text))
    }

    /// What a person typed in a box of the program, where it is a text of several words.
    fn boxed(self) -> Option<Self> {
        let open = [BOXED, BOXED_WIDE].into_iter().find(|open| self.text.starts_with(open.as_bytes()))?;
        let text = self.text[open.len()..].strip_suffix("│".as_bytes())?.trim_ascii_end();
        said::is_said(text).then_some(Self { at: self.at + open.len(), text, ..self })
    }

    /// What a person said in a line: all of it, or what a command to the program or to a shell is given.
    fn asked(self) -> Option<Self> {
        let prompt = self.prompt()?;
        let of_shell = self.text.starts_with(SHELL.as_bytes()) || prompt.text.starts_with(b"!");
        if !of_shell && !prompt.text.starts_with(b"/") {
            return (!is_command(prompt.text)).then_some(prompt);
        }
        let given = memchr::memchr(b' ', prompt.text).map(|blank| blank + 1)?;
        let text = &prompt.text[given..];
        // What the program says while a command runs: `/init is analyzing your codebase…`.
        let is_progress = !of_shell && text.starts_with(b"is ") && text.ends_with("…".as_bytes());
        // One word may be a setting: `/model opus`.
        (of_shell || text.contains(&b' ') && !is_progress).then_some(Self { at: prompt.at + given, text, ..prompt })
    }

    fn prompt(self) -> Option<Self> {
        PROMPTS.iter().find_map(|mark| {
            let text = self.text.strip_prefix(mark.as_bytes())?;
            Some(Self { at: self.at + mark.len(), text, of_codex: *mark == PROMPT_OF_CODEX, ..self })
        })
    }
}

/// Which bullets count.
#[derive(Clone, Copy)]
struct Bullets {
    claude: bool,
    codex: bool,
}

impl Bullets {
    const ALL: Self = Self { claude: true, codex: true };
}

/// Whether a text has a mark that no other program writes at the start of its lines.
fn is_screen(text: &[u8]) -> bool {
    let holds = |mark: &str| memchr::memmem::find(text, mark.as_bytes()).is_some();
    !text.is_ascii() && ["⎿", "⏺", "❯", SPINNERS[1]].into_iter().any(holds)
}

/// The length of the blanks behind a mark, those that do not break included.
fn blanks(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some(next) = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix("\u{a0}".as_bytes())) {
        rest = next;
    }
    text.len() - rest.len()
}

/// Adds what was said on a screen.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) {
    if let Some(keys) = Keys::get().filter(|_| may_stand_in(text)) {
        walk(keys, text, found);
    }
}

/// Adds what was said; says whether the text ends below an answer of Codex.
fn walk(keys: &Keys, text: &[u8], found: &mut Vec<Finding>) -> bool {
    let is_screen = is_screen(text);
    let mut claude = is_screen;
    let mut codex = false;
    let mut below = Fate::Stays;
    let mut asked: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = memchr::memchr(b'\n', &text[start..]).map_or(text.len(), |newline| start + newline);
        let line = Line::of(text, start, end);
        start = end + 1;
        if line.text.is_empty() {
            continue;
        }
        let of_codex = asked.first().is_some_and(|line| line.of_codex);
        let bullets = Bullets { claude: claude || !asked.is_empty(), codex: codex || of_codex };
        if let Some(marked) = line.marked(bullets) {
            // What was answered once may be answered further.
            Bullets { claude, codex } = bullets;
            asked.drain(..).for_each(|line| push(text, line, found));
            let spins = SPINNERS.iter().any(|mark| line.text.starts_with(mark.as_bytes()));
            below = if spins { spinning(text, marked, found) } else { told(keys, text, marked, found) };
        } else if let Some(boxed) = line.boxed() {
            push(text, boxed, found);
        } else if line.prompt().is_some() {
            below = Fate::Stays;
            // A question that was broken off stands above the next one.
            asked.extend(line.asked());
        } else if line.indent < INDENT {
            claude = is_screen;
            codex = false;
            below = Fate::Stays;
            asked.clear();
        } else if below != Fate::Stays {
            push(text, line, found);
        } else if !asked.is_empty() {
            asked.push(line);
        }
    }
    codex
}

fn may_stand_in(text: &[u8]) -> bool {
    // None of the marks is of ASCII, as most lines are: to make a search ready costs more than to look through a line.
    let mut marks = MARKS.iter().chain([&BULLET, &BULLET_OF_CODEX, &BOXED, &BOXED_WIDE]);
    !text.is_ascii() && marks.any(|mark| memchr::memmem::find(text, mark.as_bytes()).is_some())
}

/// Adds what the program says it does, where that is a task of several words: `✻ Reading the papers… (12s)`.
fn spinning(text: &[u8], line: Line<'_>, found: &mut Vec<Finding>) -> Fate {
    let task = memchr::memmem::find(line.text, "…".as_bytes()).map_or(&b""[..], |end| &line.text[..end]);
    let is_state = Keys::get().is_none_or(|keys| keys.is_screen_state(line.text));
    if task.contains(&b' ') && !is_state {
        push(text, Line { text: task, ..line }, found);
    }
    Fate::Goes
}

/// Adds what a marked line says; tells what becomes of the lines below it.
fn told(keys: &Keys, text: &[u8], line: Line<'_>, found: &mut Vec<Finding>) -> Fate {
    if let Some(task) = failed_task(keys, line.text) {
        push_part(text, line.at + task.start..line.at + task.end, found);
        return Fate::Stays;
    }
    let fate = fate_of(keys, line.text);
    if fate == Fate::Goes {
        match arguments(line.text) {
            Some(open) => push(text, Line { at: line.at + open, text: &line.text[open..], ..line }, found),
            None => push(text, line, found),
        }
    }
    if fate == Fate::FirstStays { Fate::Goes } else { fate }
}

fn fate_of(keys: &Keys, said: &[u8]) -> Fate {
    if keys.is_screen_text(said) || is_failure(said) {
        return Fate::Stays;
    }
    if keys.is_screen_state(said) { Fate::FirstStays } else { Fate::Goes }
}

/// Whether a line begins with a status or with the class of an error and its message, or holds an error of the API as it was answered.
fn is_failure(said: &[u8]) -> bool {
    let class = said.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    let is_class = said[..class].ends_with(b"Error") && said[class..].starts_with(b" (");
    let is_status = said.get(..3).is_some_and(|code| code.iter().all(u8::is_ascii_digit));
    is_class || is_status || ANSWERED.iter().any(|mark| memchr::memmem::find(said, mark).is_some())
}

/// What an agent was to do of which a line says how it failed: `Agent "text" failed: Agent terminated early due to an API error`.
fn failed_task(keys: &Keys, said: &[u8]) -> Option<Range<usize>> {
    const LEAD: &[u8] = b"Agent \"";
    const END: &[u8] = b"\" failed: ";
    let rest = said.strip_prefix(LEAD)?;
    let end = memchr::memmem::find(rest, END).filter(|end| keys.is_screen_text(&rest[end + END.len()..]))?;
    Some(LEAD.len()..LEAD.len() + end)
}

/// Where the arguments of a tool begin: `Bash(npm test)`, `mcp__server__tool(...)`.
fn arguments(said: &[u8]) -> Option<usize> {
    let name = said.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    (name > 0 && said.get(name) == Some(&b'(') && said.len() > name + 1).then_some(name + 1)
}

/// Whether a line of the person is a command to the program, as a word alone is: `init`.
fn is_command(text: &[u8]) -> bool {
    text.len() <= LONGEST_COMMAND && !text.contains(&b' ') && text.is_ascii()
}

fn push(text: &[u8], line: Line<'_>, found: &mut Vec<Finding>) {
    let closed = line.text.strip_suffix(b")").filter(|rest| !rest.contains(&b'(')).map_or(line.text.len(), <[u8]>::len);
    let range = line.at..line.at + closed;
    // How a command ended is evidence.
    let Some(code) = exit_code(&text[range.clone()]) else { return push_part(text, range, found) };
    push_part(text, range.start..range.start + code.start, found);
    push_part(text, range.start + code.end..range.end, found);
}

/// Where a line says the exit code of a command, with the blank before it.
fn exit_code(said: &[u8]) -> Option<Range<usize>> {
    let start = memchr::memmem::find(said, b" exit code ")?;
    let from = start + b" exit code ".len();
    let digits = said[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    ((1..=3).contains(&digits)).then(|| start..from + digits)
}

fn push_part(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    // A fence of Markdown around a screen that was pasted says nothing.
    let is_blank = |b: &u8| b.is_ascii_whitespace() || *b == b'`';
    if text[range.clone()].iter().all(is_blank) || placeholder::is_shape(&text[range.clone()]) {
        return;
    }
    let mut finding = Finding::new(range.clone(), &BY_SCREEN, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[range]);
    found.push(finding);
}

/// What the next line of a screen must be seen with, where the text ends in a marked line and what belongs to it.
pub(in crate::redact) fn context(before: &[u8], held: &[u8]) -> Option<Vec<u8>> {
    if !may_stand_in(held) && !may_stand_in(before) {
        return None;
    }
    let text = [before, held].concat();
    let claude = is_screen(&text) || ends_in_prompt(before) || held.starts_with(b"> ");
    let bullets = Bullets { claude, codex: walk(Keys::get()?, &text, &mut Vec::new()) };
    let line = lines_back(&text).find(|line| !line.belongs_to_another() || line.marked(Bullets::ALL).is_some())?;
    line.marked(bullets)?;
    let start = &line.text[..line.text.len().min(LONGEST_HEAD)];
    let above = if start.starts_with(BULLET_OF_CODEX.as_bytes()) { ASKED_OF_CODEX } else { MARKS[1] };
    Some([above.as_bytes(), b"\n", start, b"\n"].concat())
}

/// Whether a text ends in what a person may have asked: then the next line tells.
pub(in crate::redact) fn ends_in_prompt(text: &[u8]) -> bool {
    lines_back(text)
        .take(MOST_ASKED)
        .find(|line| !line.belongs_to_another() || line.prompt().is_some())
        .and_then(Line::asked)
        .is_some()
}

/// The lines of a text from its end on.
fn lines_back(text: &[u8]) -> impl Iterator<Item = Line<'_>> {
    let mut end = text.strip_suffix(b"\n").unwrap_or(text).len();
    let mut done = text.is_empty();
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let start = memchr::memrchr(b'\n', &text[..end]).map_or(0, |newline| newline + 1);
        let line = Line::of(text, start, end);
        done = start == 0;
        end = start.saturating_sub(1);
        Some(line)
    })
}

/// The first line that may be what a person asked.
pub(in crate::redact) fn next_prompt(text: &[u8]) -> Option<usize> {
    if text.starts_with(b"> ") || text.starts_with(SHELL.as_bytes()) {
        return Some(0);
    }
    let begins = |text: &[u8], prompt: &[u8]| memchr::memmem::find(text, prompt).map(|newline| newline + 1);
    let asked = begins(text, b"\n> ");
    begins(&text[..asked.unwrap_or(text.len())], b"\n! ").or(asked)
}
