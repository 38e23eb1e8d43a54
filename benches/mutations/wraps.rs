//! Secrets that are wrapped over lines: how programs break them, and how a reader puts them together again.

use crate::containers;
use crate::dice::Dice;

/// Of a secret, what stands on the first line at least where it is wrapped: less of it cannot be told from other text.
const FIRST_LINE: usize = 24;
/// What stands at the end of a line that goes on: nothing, the backslash of a shell, the soft break of a mail.
const ENDS: &[&str] = &["", "", "", "", "\\", "="];
const BREAKS: &[&str] = &["\n", "\n", "\r\n"];
/// What stands at the start of a line.
const LEADS: &[&str] = &[
    "",
    "  ",
    "    ",
    "\t",
    "> ",
    "// ",
    "# ",
    " * ",
    "| ",
    "; ",
    "-- ",
    "+",
    "-",
    "+ ",
    "- ",
    "12: ",
    "   12 | ",
    "12\t",
    "[app] ",
    "web_1  | ",
    "10:00:00 ",
    "2026-11-20T10:00:00.123Z ",
    "\u{2502} ",
];

/// The text broken into lines as a terminal, a mail program or a logger does.
pub fn wrapped(text: &str, secret: &str, dice: &mut Dice) -> String {
    let (Some(start), true) = (text.rfind(secret), secret.is_ascii()) else { return text.to_owned() };
    let width = 20 + dice.below(60);
    let mark = format!("{}{}{}", dice.of(ENDS), dice.of(BREAKS), dice.of(LEADS));
    let mark = if text.contains('\n') { "\n".to_owned() } else { mark };
    let mut out = text.to_owned();
    let mut cuts: Vec<usize> = (width..text.len()).step_by(width).collect();
    // A break before the secret is another text: the name and the value are then on two lines.
    cuts.retain(|cut| *cut >= start + FIRST_LINE && *cut < start + secret.len());
    for cut in cuts.into_iter().rev() {
        out.insert_str(cut, &mark);
    }
    out
}

/// What stands before the first break of a text that was wrapped.
pub fn first_line<'t>(text: &str, wrapped: &'t str) -> &'t str {
    let same = text.chars().zip(wrapped.chars()).take_while(|(text, wrapped)| text == wrapped);
    &wrapped[..same.map(|(c, _)| c.len_utf8()).sum()]
}

/// The text as a reader joins it: lines put together, raw or escaped, without what stands at their ends.
pub fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut first = true;
    loop {
        let (line, after) = next_line(rest);
        let line = if first { line } else { without_leads(line) };
        let line = line.trim_end();
        let body = line.strip_suffix(['\\', '=', '|', '\u{2502}']).map_or(line, str::trim_end);
        out.push_str(body);
        let Some(after) = after else { break };
        (rest, first) = (after, false);
    }
    out
}

/// The line at hand and what stands after its break.
fn next_line(text: &str) -> (&str, Option<&str>) {
    for (at, c) in text.char_indices() {
        if c == '\n' {
            return (&text[..at], Some(&text[at + 1..]));
        }
        if c == '\\' && !text[..at].ends_with('\\') {
            let slashes = text[at..].trim_start_matches('\\');
            let feed = slashes.strip_prefix('r').map_or(slashes, |rest| rest.trim_start_matches('\\'));
            if let Some(after) = feed.strip_prefix('n') {
                return (&text[..at], Some(after));
            }
        }
    }
    (text, None)
}

fn without_leads(line: &str) -> &str {
    let mut line = line;
    let leads = || LEADS.iter().chain(containers::LEADS).filter(|lead| !lead.trim().is_empty());
    loop {
        line = line.trim_start();
        match leads().find_map(|lead| line.strip_prefix(lead.trim_start())) {
            Some(rest) => line = rest,
            None => return line,
        }
    }
}

/// Whether a secret stands in a text, or half of it and no less than twelve characters in one piece.
pub fn stands_in(secret: &str, text: &str) -> bool {
    if text.contains(secret) {
        return true;
    }
    let secret: Vec<char> = secret.chars().collect();
    let half = secret.len() / 2;
    if half < 12 {
        return false;
    }
    let has = |from: usize, count: usize| {
        let part = &secret[from..from + count];
        // A run of backslashes or dashes says nothing.
        let says = part.iter().filter(|c| c.is_alphanumeric()).count() * 2 >= count;
        says && text.contains(&part.iter().collect::<String>())
    };
    // Every half holds all of one quarter that begins at a multiple of its length.
    let quarter = half / 2;
    let quarters = secret.len() / quarter;
    let some = (0..quarters).any(|part| text.contains(&secret[part * quarter..][..quarter].iter().collect::<String>()));
    some && (0..=secret.len() - half).any(|from| has(from, half))
}
