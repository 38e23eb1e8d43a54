//! Prefixes that loggers, containers and CI systems put before each line, and the time they tell.

use super::time::{self, Read};
use super::words;
use crate::model::safe::Timestamp;

/// What a prefix told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Time of the line.
    pub(super) time: Option<Timestamp>,
    /// Whether the time has an offset.
    pub(super) zoned: bool,
    /// Level, upper case.
    pub(super) level: Option<&'static str>,
    /// Whether the prefix is not part of the client's own output.
    pub(super) is_foreign: bool,
}

/// Prefixes that hold for most lines of an input; a single line does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Style {
    quoted: bool,
    compose: bool,
    boxed: bool,
    tabbed: bool,
}

impl Style {
    /// Learns the style from the first lines.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let (mut all, mut quoted, mut compose, mut boxed, mut tabbed, mut curl) = (0, 0, 0, 0, 0, 0);
        for line in lines.filter(|line| !line.trim().is_empty()) {
            all += 1;
            quoted += u32::from(line.starts_with("> ") || line == ">");
            curl += u32::from(line.starts_with("< ") || line.starts_with("* "));
            compose += u32::from(compose_end(line).is_some());
            boxed += u32::from(line.trim_start().starts_with(['│', '┃']));
            tabbed += u32::from(tab_end(line).is_some());
        }
        Self {
            quoted: quoted * 10 > all * 6 && curl == 0 && quoted > 1,
            compose: compose * 10 > all * 6,
            boxed: boxed * 2 > all,
            tabbed: tabbed * 10 > all * 6,
        }
    }

    /// Whether there is any.
    pub(super) const fn any(self) -> bool {
        self.quoted || self.compose || self.boxed || self.tabbed
    }
}

const LEVELS: &[&str] = &["DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL", "FATAL", "TRACE", "NOTICE"];

/// End of a `docker compose` prefix (`name-1  | `).
fn compose_end(line: &str) -> Option<usize> {
    let name = words::run(line, |b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)).len();
    let rest = &line[name..];
    let bar = rest.len() - rest.trim_start_matches(' ').len();
    (name > 0 && rest[bar..].starts_with('|')).then(|| {
        let end = name + bar + 1;
        end + usize::from(line[end..].starts_with(' '))
    })
}

/// End of a `gh run view --log` prefix (`job<TAB>step<TAB>`).
fn tab_end(line: &str) -> Option<usize> {
    let mut tabs = line.match_indices('\t').map(|(at, _)| at);
    let (_, second) = (tabs.next()?, tabs.next()?);
    let rest = line[second + 1..].trim_start_matches('\u{feff}');
    (rest.starts_with("20") && time::read(rest).is_some()).then_some(second + 1)
}

/// End of a syslog prefix (`Nov 22 18:00:00 host process[12]: `).
fn syslog_end(line: &str) -> Option<usize> {
    const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.iter().find(|month| line.starts_with(**month))?;
    let rest = line[3..].trim_start_matches(' ');
    let day = words::number(rest)?.1.strip_prefix(' ')?;
    if day.as_bytes().get(2) != Some(&b':') || day.as_bytes().get(5) != Some(&b':') {
        return None;
    }
    let host = day.get(8..)?.strip_prefix(' ')?;
    let process = host.split_once(' ')?.1;
    let name = words::run(process, |b| b.is_ascii_alphanumeric() || b"_.-/[]()".contains(&b)).len();
    let message = process[name..].strip_prefix(": ")?;
    Some(line.len() - message.len())
}

/// Reads the prefix of a line: what it tells, and its length in bytes.
pub(super) fn split(line: &str, style: Style) -> (Head, usize) {
    let mut head = Head::default();
    let mut at = 0;
    for _ in 0..4 {
        match step(&line[at..], style, &mut head, at) {
            0 => break,
            n => at += n,
        }
    }
    (head, at)
}

fn step(line: &str, style: Style, head: &mut Head, at: usize) -> usize {
    let Some(first) = line.bytes().next() else { return 0 };
    if at == 0 {
        if style.quoted && first == b'>' {
            head.is_foreign = true;
            return 1 + usize::from(line[1..].starts_with(' '));
        }
        let framed = line.trim_start();
        if style.boxed && framed.starts_with(['│', '┃']) {
            let bar = line.len() - framed.len() + '│'.len_utf8();
            return bar + usize::from(line[bar..].starts_with(' '));
        }
        let foreign = if style.compose { compose_end(line) } else { None };
        let foreign = foreign.or_else(|| if style.tabbed { tab_end(line) } else { None }).or_else(|| syslog_end(line));
        if let Some(end) = foreign {
            head.is_foreign = true;
            return end;
        }
    }
    if let Some(rest) = line.strip_prefix("##[error]").or_else(|| line.strip_prefix("::error::")) {
        head.level = Some("ERROR");
        head.is_foreign = true;
        return line.len() - rest.len();
    }
    timed(line, head)
}

/// Length of a time with what belongs to it: brackets, logger name, level.
fn timed(line: &str, head: &mut Head) -> usize {
    let mark = line.len() - line.trim_start_matches('\u{feff}').len();
    let bracket = usize::from(line[mark..].starts_with('['));
    let inner = &line[mark + bracket..];
    if !inner.starts_with("20") {
        return 0;
    }
    let Some(Read { at, zoned, length }) = time::read(inner) else { return 0 };
    if head.time.is_none() || (zoned && !head.zoned) {
        head.time = Some(at);
        head.zoned = zoned;
    }
    let mut rest = &inner[length..];
    if bracket == 1 {
        // `[time]` or the Python SDK's `[time - logger:line - LEVEL] `.
        let Some(end) = rest.find(']') else { return 0 };
        if end > 120 {
            return 0;
        }
        let level = rest[..end].rsplit(' ').next().unwrap_or_default();
        head.level = head.level.or_else(|| LEVELS.iter().copied().find(|known| *known == level));
        rest = &rest[end + 1..];
    }
    for stream in [" stdout F", " stderr F", " stdout P", " stderr P"] {
        rest = rest.strip_prefix(stream).unwrap_or(rest);
    }
    let gitlab = rest.as_bytes();
    if gitlab.len() > 4
        && gitlab[0] == b' '
        && gitlab[1].is_ascii_digit()
        && gitlab[2].is_ascii_digit()
        && b"OE".contains(&gitlab[3])
    {
        rest = rest[4..].trim_start_matches('+');
    }
    rest = rest.strip_prefix(" - ").or_else(|| rest.strip_prefix(' ')).unwrap_or(rest);
    let rest = level(rest, head);
    // A time with a level is the client's own way to log; a bare time was put there by somebody else.
    head.is_foreign |= bracket == 0 && head.level.is_none();
    line.len() - rest.len()
}

/// Takes a level word off the start: `[ERROR] `, `ERROR `, `ERROR: `, `ERROR - `.
fn level<'a>(text: &'a str, head: &mut Head) -> &'a str {
    let trimmed = text.trim_start_matches(' ');
    let inner = trimmed.strip_prefix('[').unwrap_or(trimmed);
    let word = words::run(inner, |b| b.is_ascii_uppercase());
    let Some(known) = LEVELS.iter().copied().find(|known| *known == word) else { return text };
    let rest = &inner[word.len()..];
    let rest = if inner.len() < trimmed.len() { rest.strip_prefix(']') } else { Some(rest) };
    let Some(rest) = rest else { return text };
    head.level = head.level.or(Some(known));
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    rest.strip_prefix(" - ").or_else(|| rest.strip_prefix(' ')).unwrap_or(rest)
}

/// Takes the right-hand frame of a box off the end of a line.
pub(super) fn trim_frame(text: &str) -> &str {
    let end = text.trim_end();
    end.strip_suffix(['│', '┃']).map_or(text, str::trim_end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &str) -> (Option<String>, &str) {
        let style = Style::of(std::iter::once(line));
        let (head, skip) = split(line, style);
        (head.time.map(|time| time.to_string()), &line[skip..])
    }

    #[test]
    fn prefixes_of_many_kinds_go_and_leave_the_indentation() {
        for (line, rest) in [
            ("litellm-1  |   File \"a.py\", line 1", "  File \"a.py\", line 1"),
            ("Nov 22 18:00:00 box app[12]: Traceback", "Traceback"),
            ("2026-11-22T18:46:03.9351234Z   File", "  File"),
            ("2026-11-22T18:46:03.935Z [ERROR] API error", "API error"),
            ("[2026-11-22 18:39:53 - httpx2:1079 - INFO] HTTP Request: x", "HTTP Request: x"),
            ("2025-04-21 13:49:18,170 - ERROR - Error processing", "Error processing"),
            ("test\tRun\t2026-11-22T18:46:03.9351234Z ##[error]Process completed", "Process completed"),
            ("2026-11-22T18:46:03.935Z stderr F boom", "boom"),
            ("file.py:529 is no status", "file.py:529 is no status"),
            ("  | nested", "  | nested"),
        ] {
            assert_eq!(text(line).1, rest, "{line}");
        }
        assert_eq!(text("2026-11-22T18:46:03.935Z x").0.as_deref(), Some("2026-11-22T18:46:03.935Z"));
        assert_eq!(text("[2026-11-22 18:39:53 - a:1 - INFO] x").0.as_deref(), Some("2026-11-22T18:39:53"));
    }
}
