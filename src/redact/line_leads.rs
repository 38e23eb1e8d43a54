//! What stands between the lines that a value is wrapped over: the break itself, raw or escaped, and what programs put at the start of a line.

use super::collected::lead_length;

/// Longest lead of a line that is looked at.
const LONGEST: usize = 96;
/// Longest names of a job and a step before a line.
const LONGEST_NAMES: usize = 256;
/// How a runner writes the time, seven digits of a second and all.
const TIME_OF_RUNNER: &[u8] = b"0000-00-00T00:00:00.0000000Z ";
/// Most leads that stand before each other.
const MOST_LEADS: usize = 4;

/// What stands at the start of a line before the text that it goes on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) length: usize,
    /// Whether a program wrote it (a time, a number, the name of a service), and not whoever wrapped the text: lines of other texts begin so too.
    pub(super) of_program: bool,
}

/// Length of a line break, raw or escaped however often; 0 where none stands here.
pub(super) fn break_length(rest: &[u8]) -> usize {
    match rest {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        [b'\\', ..] => escaped_break(rest),
        _ => 0,
    }
}

/// Length of a line break that is escaped, or of one that a backslash stands before, as a shell joins lines.
fn escaped_break(rest: &[u8]) -> usize {
    let run = |from: usize| from + rest[from..].iter().take_while(|b| **b == b'\\').count();
    let first = run(0);
    match rest.get(first) {
        Some(b'n' | b'\n') => first + 1,
        Some(b'\r') if rest.get(first + 1) == Some(&b'\n') => first + 2,
        Some(b'r') => {
            let second = run(first + 1);
            if second > first + 1 && rest.get(second) == Some(&b'n') { second + 1 } else { 0 }
        }
        _ => 0,
    }
}

/// The text of a line without the marks that say that it goes on in the next one, or that close a box around it: `\`, `=`, `|`, `│`.
pub(super) fn without_break_marks(line: &[u8]) -> &[u8] {
    let body = line.trim_ascii_end();
    let marks: [&[u8]; 4] = [b"\\", b"=", b"|", "\u{2502}".as_bytes()];
    marks.iter().find_map(|mark| body.strip_suffix(*mark)).map_or(body, <[u8]>::trim_ascii_end)
}

/// The next line break from a place on, and where the line after it begins.
pub(super) fn next_break(text: &[u8], from: usize) -> Option<(usize, usize)> {
    memchr::memchr2_iter(b'\n', b'\\', &text[from..]).find_map(|at| {
        let at = from + at;
        // Only the first of a run of backslashes begins an escape.
        let inside = at > from && text[at] == b'\\' && text[at - 1] == b'\\';
        let length = if inside { 0 } else { break_length(&text[at..]) };
        (length > 0).then_some((at, at + length))
    })
}

/// What stands at the start of a line.
pub(super) fn lead_of(line: &[u8]) -> Lead {
    let line = &line[..line.len().min(LONGEST)];
    let lead = leads_of(line);
    if let (0, Some((b'+' | b'-', rest))) = (lead.length, line.split_first()) {
        // The mark of a difference, before another lead.
        let changed = leads_of(rest);
        return if changed.length > 0 { Lead { length: changed.length + 1, ..changed } } else { lead };
    }
    lead
}

/// The leads that stand before each other at the start of a line: one may have put its own before that of another.
fn leads_of(line: &[u8]) -> Lead {
    let mut lead = Lead { length: 0, of_program: false };
    for _ in 0..MOST_LEADS {
        let rest = &line[lead.length..];
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let program =
            [0, blanks].iter().find_map(|from| Some(from + program_lead(&rest[*from..])).filter(|end| end > from));
        let own = marks(&rest[program.unwrap_or(0)..]);
        lead.of_program |= program.is_some();
        lead.length += program.unwrap_or(0) + own;
        if program.unwrap_or(own) == 0 {
            break;
        }
    }
    lead
}

/// Whether a CI runner wrote a time before a line, which that of GitHub and Azure does once for a text of several lines.
pub(super) fn is_timed_by_runner(line: &[u8]) -> bool {
    runner_lead(line) > 0
}

/// Length of that time, and of the names of a job and a step that `gh` puts before it, each with a tab behind it; 0 where no such time stands there.
pub(super) fn runner_lead(line: &[u8]) -> usize {
    if has_form(line, TIME_OF_RUNNER) {
        return TIME_OF_RUNNER.len();
    }
    let near = &line[..line.len().min(LONGEST_NAMES)];
    let names = memchr::memchr_iter(b'\t', near).nth(1).map_or(0, |tab| tab + 1);
    // The first line of a file has a byte order mark.
    let mark = if line[names..].starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let timed = names + mark > 0 && has_form(&line[names + mark..], TIME_OF_RUNNER);
    if timed { names + mark + TIME_OF_RUNNER.len() } else { 0 }
}

/// Length of marks of quotations, comments, lists and boxes, and of blanks.
fn marks(line: &[u8]) -> usize {
    const BLANKS: &[u8] = b" \t>|#*;";
    let blanks = |at: usize| at + line[at..].iter().take_while(|b| BLANKS.contains(b)).count();
    let words: [&[u8]; 6] = [b"// ", b"-- ", b"+ ", b"- ", b"% ", "\u{2502}".as_bytes()];
    let mut at = blanks(0);
    loop {
        let word = words
            .iter()
            .find(|word| line[at..].starts_with(word))
            .map_or_else(|| escaped_tab(&line[at..]), |word| word.len());
        if word == 0 {
            break;
        }
        at = blanks(at + word);
    }
    at
}

/// Length of an escaped tab; 0 where none stands here.
fn escaped_tab(rest: &[u8]) -> usize {
    let run = rest.iter().take_while(|b| **b == b'\\').count();
    if run > 0 && rest.get(run) == Some(&b't') { run + 1 } else { 0 }
}

/// Length of a time, a number, or the name of a service in front of a line.
fn program_lead(line: &[u8]) -> usize {
    let digits = |from: usize| line[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let blanks = |from: usize| line[from..].iter().take_while(|b| **b == b' ').count();
    let time = time_length(line);
    if time > 0 {
        return time;
    }
    if has_form(line, b"00:00:00") {
        return 8 + line[8..].iter().take_while(|b| b.is_ascii_digit() || b".,Z".contains(b)).count();
    }
    let service = service_length(line);
    if service > 0 {
        return service;
    }
    // `   12 | `, `12: `, `12<TAB>`
    let number = blanks(0);
    let after = number + digits(number);
    if (number + 1..=number + 6).contains(&after) {
        let mark = after + blanks(after);
        if matches!(line.get(mark), Some(b'|' | b':')) && matches!(line.get(mark + 1), Some(b' ' | b'\t')) {
            return mark + 2;
        }
        if line.get(after) == Some(&b'\t') {
            return after + 1;
        }
        if escaped_tab(&line[after..]) > 0 {
            return after + escaped_tab(&line[after..]);
        }
    }
    bracket_length(line)
}

/// Length of the name of a service in front of a line of its: `[app] `, `app-1  | `; 0 where none stands there.
pub(super) fn name_length(line: &[u8]) -> usize {
    let line = &line[..line.len().min(LONGEST)];
    service_length(line).max(bracket_length(line))
}

/// Length of `app-1  |` in front of a line.
pub(super) fn service_length(line: &[u8]) -> usize {
    let line = &line[..line.len().min(LONGEST)];
    let service = line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b)).count();
    let after = service + line[service..].iter().take_while(|b| **b == b' ').count();
    if service > 0 && after > service && line.get(after) == Some(&b'|') { after + 1 } else { 0 }
}

/// Length of `[app] ` in front of a line.
fn bracket_length(line: &[u8]) -> usize {
    let Some(inner) = line.strip_prefix(b"[") else { return 0 };
    let name = inner.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_.:/ ".contains(b)).count();
    if name > 0 && inner[name..].starts_with(b"] ") { name + 3 } else { 0 }
}

/// Length of a date with its time in front of a line; 0 where none stands there.
fn time_length(line: &[u8]) -> usize {
    if has_form(line, b"0000-00-00?") && matches!(line[10], b'T' | b' ') {
        return 11 + line[11..].iter().take_while(|b| b.is_ascii_digit() || b":.,Z+".contains(b)).count();
    }
    0
}

/// A line without the time that the log of a CI job has before it, or what else a collector of logs put there.
pub(super) fn without_time(line: &[u8]) -> &[u8] {
    let lead = lead_length(line);
    if lead > 0 {
        return &line[lead..];
    }
    let rest = &line[time_length(line)..];
    if rest.len() < line.len() { rest.strip_prefix(b" ").unwrap_or(rest) } else { line }
}

/// Whether a text begins with a form, in which `0` stands for a digit and `?` for any byte.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    text.get(..form.len()).is_some_and(|start| {
        start.iter().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'?' => true,
            mark => byte == mark,
        })
    })
}

/// Most bytes that two lines are compared by.
const MOST_SHARED: usize = 2 * LONGEST;

/// Whether two bytes are equal, numbers not compared.
const fn is_alike(one: u8, other: u8) -> bool {
    one == other || (one.is_ascii_digit() && other.is_ascii_digit())
}

/// Whether [`shared_lead`] may be as long as this: the last of these bytes tell most lines apart, so they are compared first.
pub(super) fn may_share(first: &[u8], line: &[u8], length: usize) -> bool {
    let both = first.get(..length).zip(line.get(..length));
    length <= MOST_SHARED
        && both.is_some_and(|(first, line)| first.iter().zip(line).rev().all(|(a, b)| is_alike(*a, *b)))
}

/// Length of what two lines begin with alike, numbers not compared, up to its last blank: what a program put before each of them.
pub(super) fn shared_lead(first: &[u8], line: &[u8]) -> usize {
    let shared = first.iter().zip(line).take(MOST_SHARED).take_while(|(a, b)| is_alike(**a, **b)).count();
    let lead = &line[..line[..shared].iter().rposition(|b| matches!(b, b' ' | b'\t')).map_or(0, |blank| blank + 1)];
    // A program counts or tells the time; words alone are a text that says the same twice.
    if lead.iter().any(u8::is_ascii_digit) { lead.len() } else { 0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_lead_is_never_longer_than_lines_may_share(
            first in "([0-9:]{1,4} |ab |\t|a){0,30}", line in "([0-9:]{1,4} |ab |\t|a){0,30}", same in 0usize..220, length in 0usize..220,
        ) {
            let line = first.chars().take(same).chain(line.chars()).collect::<String>();
            let (first, line) = (first.as_bytes(), line.as_bytes());
            prop_assert!(may_share(first, line, length) || shared_lead(first, line) < length);
        }
    }

    #[test]
    fn the_leads_of_lines_are_known() {
        for (line, lead, of_program) in [
            ("> abc", 2, false),
            ("    // abc", 7, false),
            (" * abc", 3, false),
            ("+ abc", 2, false),
            ("-abc", 0, false),
            ("+12\tabc", 4, true),
            ("# 12: > abc", 8, true),
            ("\u{2502} abc", 4, false),
            ("2026-11-20T10:00:00.1234567Z > abc", 31, true),
            ("10:00:00.123 abc", 13, true),
            ("app-1  | abc", 9, true),
            ("   12 | abc", 8, true),
            ("12: abc", 4, true),
            ("12\tabc", 3, true),
            ("[app] abc", 6, true),
            ("12:abc", 0, false),
            ("abc", 0, false),
        ] {
            assert_eq!(lead_of(line.as_bytes()), Lead { length: lead, of_program }, "{line}");
        }
        assert_eq!(shared_lead(b"Nov 20 10:00:01 host x[12]: it said abc", b"Nov 20 10:00:02 host x[12]: def"), 28);
        assert_eq!(shared_lead(b"abc", b"abd"), 0);
        assert_eq!(shared_lead(b"key abc", b"key abd"), 0);
    }

    #[test]
    fn line_breaks_are_seen_raw_and_escaped() {
        for (text, length) in
            [("\nx", 1), ("\r\nx", 2), ("\\nx", 2), ("\\\\r\\\\nx", 6), ("\\\r\nx", 3), ("\\x", 0), ("n", 0), ("\\", 0)]
        {
            assert_eq!(break_length(text.as_bytes()), length, "{text:?}");
        }
        assert_eq!(next_break(b"ab\\\\nc\nd", 0), Some((2, 5)));
        assert_eq!(next_break(b"ab\\\\nc\nd", 5), Some((6, 7)));
        assert_eq!(without_break_marks(b"abc \\\r\n"), b"abc");
    }
}
