//! The status in the words of a failure that no label names: a number that can be nothing else there.

use super::status::is_of_another;
use super::status_words::{COUNTED, UNITS, USUAL};
use super::words;

/// Statuses of errors that servers rarely give.
const RARE: [u16; 8] = [406, 410, 424, 451, 498, 523, 525, 530];
/// Marks that may stand right before such a number, besides spaces and brackets.
const OPENS: &[char] = &['(', '[', '{', '<', '>', '|', '`', '"', '\'', '（', '【', '「', '“', '‘', '”', '’'];
/// Marks that may stand right behind it.
const CLOSES: &[char] =
    &[')', ']', '}', '>', '|', '`', '"', '\'', ',', ';', ':', '!', '）', '】', '」', '”', '’', '，', '。', '：'];

/// The only number of a failure's words that can be a status. Of two that differ neither is taken.
pub(super) fn find(text: &str) -> Option<u16> {
    let own = |number: &Number| number.free && !is_of_another(&text[..number.at]);
    let mut found = numbers(text).filter(own).map(|number| number.code).filter(|code| is_error(*code));
    let first = found.next()?;
    found.all(|code| code == first).then_some(first)
}

/// Whether a line lists statuses, as documents do: three that differ, each by itself.
pub(super) fn is_list(line: &str) -> bool {
    let text = words::cut(line, 600);
    // A failure that tells of its attempts or shows a body is no list.
    if text.contains('{') || text.contains("ttempt") || text.len() < 20 {
        return false;
    }
    let mut seen: Vec<u16> = Vec::new();
    for code in numbers(text).filter(|number| number.free).map(|number| number.code).filter(|code| is_error(*code)) {
        if !seen.contains(&code) {
            seen.push(code);
        }
    }
    let kinds = || super::resort::TYPE_WORDS.iter().filter(|kind| words::has_any(text, &[**kind])).count();
    seen.len() > 2 || seen.len() == 2 && kinds() > 1
}

/// Whether a line is an entry of a numbered list.
pub(super) fn is_numbered(line: &str) -> bool {
    words::number(line).is_some_and(|(n, rest)| n < 100 && rest.starts_with(['.', ')']) && rest[1..].starts_with(' '))
}

/// Whether a text has a number by itself that a server gives where all is well.
pub(super) fn has_success(text: &str) -> bool {
    numbers(text).any(|number| number.free && (200..400).contains(&number.code))
}

fn is_error(code: u16) -> bool {
    USUAL.contains(&code) || RARE.contains(&code)
}

struct Number {
    code: u16,
    at: usize,
    /// Whether it stands by itself, and counts or names nothing.
    free: bool,
}

fn numbers(text: &str) -> impl Iterator<Item = Number> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let length = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
            at = start + length.max(1);
            if length == 3 {
                let code = text[start..at].parse().unwrap_or_default();
                return Some(Number { code, at: start, free: opens(&text[..start]) && closes(&text[at..]) });
            }
        }
        None
    })
}

/// Whether what stands before a number leaves it free: no letter, digit, point or sign, and no word that numbers a thing.
fn opens(before: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return true };
    let near = before.trim_end_matches(|c: char| c.is_whitespace() || OPENS.contains(&c));
    if near.len() == before.len() {
        let http = ["HTTP-", "HTTP_", "HTTP=", "http:", "http=", "HTTP:", "HTTP", "error/", "error=", "err=", "rc="];
        let ideograph = !last.is_ascii() && last.is_alphabetic();
        return ideograph || http.iter().any(|key| before.ends_with(key));
    }
    let word = near
        .trim_end_matches(['"', '\'', '`', '“', '”', '‘', '’', ':', '=', '-', '>', '<', '→', '—', '–', '·', ',', ' ']);
    let word = &word[word
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8))..];
    let word = word.to_lowercase();
    let joined = near.ends_with(" /") || near.ends_with(['#', '$', '€', '+', '*', '~', '≈', '≥', '≤', '@', '_']);
    // Numbers in a row are columns; a mark between them parts fields.
    let column = near.ends_with(|c: char| c.is_ascii_digit()) && before[near.len()..].chars().all(char::is_whitespace);
    !joined && !column && !COUNTED.contains(&word.as_str())
}

/// Whether what stands behind a number leaves it free: it goes on with nothing, and no unit follows.
fn closes(after: &str) -> bool {
    let Some(first) = after.chars().next() else { return true };
    if !first.is_whitespace() {
        let point = first == '.' && !after[1..].starts_with(|c: char| c.is_ascii_alphanumeric());
        // `10:529:12`, `429,000`.
        let more = after[first.len_utf8()..].starts_with(|c: char| c.is_ascii_digit());
        let ideograph = !first.is_ascii() && first.is_alphabetic();
        return point || ideograph || CLOSES.contains(&first) && !more;
    }
    let rest = after.trim_start();
    let error = rest.starts_with("error") && !rest.starts_with("errors")
        || ["request timeout", "request too", "request entity", "request failed"]
            .iter()
            .any(|words| rest.starts_with(words));
    error || !UNITS.iter().any(|unit| rest.starts_with(unit)) && !rest.starts_with('%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_can_be_nothing_else_is_the_status() {
        for text in [
            "(bedrock, 529)",
            "[anthropic:529] gave up".replace(":529", ": 529").as_str(),
            "Claude: 529 overloaded_error",
            "[529] overloaded_error",
            "Overloaded, http=529",
            "call failed after 3 attempts: 529",
            "a 529 error",
            "responded 529.",
            "claude: HTTP529",
            "上游返回了529，请稍后再试",
        ] {
            assert_eq!(find(text), Some(529), "{text}");
        }
    }

    #[test]
    fn numbers_that_count_or_name_things_are_none() {
        for text in [
            "file.py:529: boom",
            "line 529",
            "port 502",
            "host:500",
            "529 tokens",
            "500 ms",
            "$529",
            "#529",
            "/users/404",
            "4.29 of 529.5",
            "429,000 tokens",
            "529 or 500",
            "limit of 500",
            "claude-500",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
