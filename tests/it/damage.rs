//! What happens to texts before somebody pastes them: one function a kind of damage. Shared by the property test and by `examples/eval.rs`.

/// Name of the damage, and the text after it.
pub type Damaged = (&'static str, String);

/// All kinds of damage that leave the deciding line whole. `keep_first` and `keep_last` say that the first or last line decides.
pub fn all(text: &str, keep_first: bool, keep_last: bool) -> Vec<Damaged> {
    let mut out = vec![
        ("ansi", each_line(text, |line| format!("\u{1b}[31m{line}\u{1b}[0m"))),
        ("crlf", text.replace("\r\n", "\n").replace('\n', "\r\n")),
        ("wrap-80", wrapped(text, 80)),
        ("wrap-80-words", wrapped_at_words(text, 80)),
        ("ci-prefix", each_line(text, |line| format!("2026-11-22T18:46:03.9351234Z {line}"))),
        ("job-prefix", each_line(text, |line| format!("test\tRun tests\t2026-11-22T18:46:03.9351234Z {line}"))),
        ("smart-quotes", smart_quotes(text)),
        ("chatter", format!("{}{text}\n{}", chatter(0), chatter(1000))),
        ("json-string", escaped(text, true)),
        ("json-bare", escaped(text, false)),
        (
            "json-log-rows",
            each_line(text, |line| {
                format!("{{\"log\":{},\"stream\":\"stderr\"}}", escaped(&format!("{line}\n"), true))
            }),
        ),
    ];
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > 1 && !keep_first {
        out.push(("first-line-gone", lines[1..].join("\n")));
    }
    if lines.len() > 1 && !keep_last {
        out.push(("last-line-gone", lines[..lines.len() - 1].join("\n")));
    }
    out
}

fn each_line(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

/// Hard line breaks after this many characters, also inside words.
fn wrapped(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let chars: Vec<char> = line.chars().collect();
        for part in chars.chunks(width) {
            out.extend(part);
            out.push('\n');
        }
        if chars.is_empty() {
            out.push('\n');
        }
    }
    out
}

/// Line breaks at spaces where there are any, inside words where a word is longer than a line.
fn wrapped_at_words(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > width {
            let space =
                rest[..=width].iter().rposition(|c| *c == ' ').filter(|at| rest[..*at].iter().any(|c| *c != ' '));
            let (end, skip) = space.map_or((width, 0), |at| (at, 1));
            out.extend(&rest[..end]);
            out.push('\n');
            rest.drain(..end + skip);
        }
        out.extend(&rest);
        out.push('\n');
    }
    out
}

fn smart_quotes(text: &str) -> String {
    let mut out = String::new();
    let (mut double, mut before) = (false, ' ');
    for c in text.chars() {
        let opens = !before.is_alphanumeric() && !".,;:!?)]}".contains(before);
        out.push(match c {
            '"' => {
                double = !double;
                if double { '“' } else { '”' }
            }
            '\'' if opens => '‘',
            '\'' => '’',
            other => other,
        });
        before = c;
    }
    out
}

/// Lines of a program that has nothing to do with the failure.
fn chatter(from: usize) -> String {
    (from..from + 1000)
        .map(|n| match n % 5 {
            0 => format!("INFO request {n} served in {} ms\n", n % 90),
            1 => format!("[worker-{}] batch {n} done, 0 errors\n", n % 7),
            2 => format!("  compiled module {n} of 2000\n"),
            3 => format!("GET /assets/{n}.js 200 {}\n", n * 13 % 5000),
            _ => String::from("\n"),
        })
        .collect()
}

/// The text as the inside of a JSON string, with or without its quotation marks.
fn escaped(text: &str, quoted: bool) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    if quoted { json } else { json[1..json.len() - 1].to_owned() }
}
