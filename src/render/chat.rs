//! Puts captured text into the markup of chats and trackers so that it stays text: Slack's mrkdwn, Jira's wiki markup, and
//! forms that read markup in plain text.

use super::escape::{PROSE_LIMIT, acts};
use super::visible::{Lines, shorten, visible};

fn one_line(text: &str) -> String {
    let text = visible(text, Lines::Joined);
    let (shown, total) = shorten(text.trim(), PROSE_LIMIT);
    total.map_or_else(|| shown.to_owned(), |total| format!("{shown}… (cut; {total} characters in all)"))
}

/// One line for Slack. `&`, `<` and `>` are its control characters and become entities (source: Slack's page on formatting text for
/// app surfaces). Words that its client would style, link or make a mention of stand as code, where nothing acts.
pub(super) fn slack(text: &str) -> String {
    let shown = one_line(text);
    let mut out = String::with_capacity(shown.len() + 8);
    // A body stands as one piece of code, not as its words.
    let body = shown
        .find('{')
        .zip(shown.rfind('}'))
        .filter(|(open, close)| open < close && (*open == 0 || shown[..*open].ends_with(' ')));
    let Some((open, close)) = body else {
        slack_words(&shown, &mut out);
        return out;
    };
    slack_words(&shown[..open], &mut out);
    out.push('`');
    entities(&shown[open..=close].replace('`', "'"), &mut out);
    out.push('`');
    // What stands right behind code would end it only as a word of its own.
    let rest = &shown[close + 1..];
    if rest.starts_with(char::is_alphanumeric) {
        out.push(' ');
    }
    slack_words(rest, &mut out);
    out
}

fn slack_words(text: &str, out: &mut String) {
    for (index, word) in text.split(' ').enumerate() {
        if index > 0 {
            out.push(' ');
        }
        let core = word.trim_end_matches([',', '.', ';', ':', '!', '?', ')']);
        let quiet = !core.is_empty() && (core.contains(['*', '_', '~', '`', '@', '#', ':']) || acts(core));
        let (acting, rest) = if quiet { word.split_at(core.len()) } else { ("", word) };
        if quiet {
            out.push('`');
            entities(&acting.replace('`', "'"), out);
            out.push('`');
        }
        entities(&rest.replace('`', "'"), out);
    }
}

fn entities(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
}

/// One line for a journal field of `ServiceNow`, which reads HTML between `[code]` and `[/code]` and nothing else.
pub(super) fn journal(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('[') {
        out.push_str(&rest[..at]);
        let tag = rest[at + 1..].trim_start_matches('/').get(..4).is_some_and(|word| word.eq_ignore_ascii_case("code"));
        out.push(if tag { '(' } else { '[' });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out
}

/// One line for Jira's wiki markup. A backslash takes its meaning from a mark (source: Jira's text formatting notation); a line
/// break is `\\`, so a backslash becomes an entity.
pub(super) fn jira(text: &str) -> String {
    let text = one_line(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = ' ';
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or(' ', |(_, next)| *next);
        match c {
            '\\' => out.push_str("&#92;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '@' => out.push_str("&#64;"),
            // A link, or an emoticon.
            ':' if !next.is_whitespace() && !next.is_ascii_digit() => out.push_str("&#58;"),
            '/' if before == ':' || before == '/' => out.push_str("&#47;"),
            '*' | '_' | '?' | '-' | '+' | '^' | '~' | '{' | '}' | '[' | ']' | '|' | '!' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // `h1.` and `bq.` open a block at the start of a line.
            '.' if at <= 2 => out.push_str("&#46;"),
            // An issue key such as ABC-1 is cut by the escaped hyphen.
            c => out.push(c),
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_sees_no_link_mention_or_style() {
        let text = slack("<!channel> <https://evil.example|x> *b* _i_ ~s~ `c` @here :smile: & https://evil.example");
        assert!(!text.contains('<') && !text.contains("::"), "{text}");
        // Outside code nothing acts.
        let outside: String = text.split('`').step_by(2).collect();
        for acting in ["*", "_", "~", "@", ":s", "//", "evil"] {
            assert!(!outside.contains(acting), "{acting} outside code in {text}");
        }
        assert!(text.contains("&lt;!channel&gt;") && text.contains("&amp;"));
        assert_eq!(slack("Connection refused. Then none."), "Connection refused. Then none.");
        assert_eq!(slack("to 127.0.0.1:3456"), "to `127.0.0.1:3456`");
        assert_eq!(slack("529 {\"a\": \"said by <it>\"}."), "529 `{\"a\": \"said by &lt;it&gt;\"}`.");
        assert_eq!(slack("}x{ {"), "}x{ {");
    }

    #[test]
    fn a_journal_reads_no_html() {
        assert_eq!(journal("[code]<b>x</b>[/CODE] [x]"), "(code]<b>x</b>(/CODE] [x]");
    }

    #[test]
    fn jira_sees_no_macro_link_mention_or_table() {
        let text = jira("{code}x{code} [a|https://evil.example] !img.png! |c| *b* ~user @u h1. \\\\ --- \u{1b}[31m");
        let mut before = ' ';
        for c in text.chars() {
            assert!(!"{}[]|!*~-_+^#".contains(c) || before == '\\' || (c == '#' && before == '&'), "{c} in {text}");
            before = c;
        }
        assert!(!text.contains("://") && !text.contains('@') && !text.contains('\u{1b}'));
        assert!(jira("h1. x").starts_with("h1&#46;"));
        assert!(jira("bq. x").starts_with("bq&#46;"));
    }
}
