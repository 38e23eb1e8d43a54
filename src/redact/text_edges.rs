//! Where a token begins and ends in text that may be escaped, coloured or wrapped.

use super::line_leads;
use super::shapes::is_evidence_id;
use crate::model::SafeShape as _;
use crate::model::safe::{ModelName, RequestId};

/// Whether a token may begin at `at`: the byte before is no letter or digit, or it belongs to an escape.
pub(super) fn starts_token(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    let Some(&last) = before.last() else { return true };
    if !(last.is_ascii_alphanumeric() || last == b'_') {
        return true;
    }
    ends_in_escape(before)
}

/// Whether the text ends in an escape: `\n`, `\t`, `\u003d`, `%3D`, `\x1b[0m` or a real `ESC[..m`.
fn ends_in_escape(before: &[u8]) -> bool {
    let tail = &before[before.len().saturating_sub(16)..];
    let ends = |width: usize, lead: &[u8], ok: fn(&u8) -> bool| {
        tail.len() >= width + lead.len()
            && tail[tail.len() - width..].iter().all(ok)
            && tail[..tail.len() - width].ends_with(lead)
    };
    ends(1, b"\\", |b| b"ntrfbva0".contains(b))
        || ends(2, b"%", u8::is_ascii_hexdigit)
        || ends(4, b"\\u", u8::is_ascii_hexdigit)
        || ends(2, b"\\x", u8::is_ascii_hexdigit)
        || ends_in_colour(tail)
}

fn ends_in_colour(tail: &[u8]) -> bool {
    let Some((b'm', rest)) = tail.split_last() else { return false };
    let digits = rest.iter().rev().take_while(|b| b.is_ascii_digit() || **b == b';').count();
    let lead = &rest[..rest.len() - digits];
    lead.ends_with(b"\x1b[")
        || lead.ends_with(b"\\x1b[")
        || lead.ends_with(b"\\u001b[")
        || lead.ends_with(b"\\033[")
        || lead.ends_with(b"\\e[")
}

/// Bytes that tokens are made of.
pub(super) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'+' | b'/' | b'=' | b'~')
}

/// Bytes that the tail of a token is made of: percent signs and the stars of a mask too.
const fn is_tail_byte(byte: u8) -> bool {
    is_token_byte(byte) || matches!(byte, b'*' | b'%')
}

/// The end of a token that goes on in the next lines, as a terminal or a mail program wraps it; `end` where it does not.
/// The next line counts as a continuation where it begins with a run that looks random, not like a word.
pub(super) fn wrapped_tail(text: &[u8], start: usize, end: usize) -> usize {
    let mut end = end;
    // A short token is not wrapped: the width of a terminal is at least 20.
    while let Some((next, of_program)) = after_line_break(text, start, end) {
        let run = text[next..].iter().take(512).take_while(|b| is_tail_byte(**b)).count();
        let value = &text[next..next + run];
        let after = text.get(next + run);
        let ends = matches!(after, None | Some(b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b',' | b' ' | b'`' | 0xe2));
        // No program puts its lead before the boundary of a message of several parts.
        let boundary = value.starts_with(b"--") && !of_program;
        if boundary || run < 2 || !ends || !looks_random(value) || next - start > 4096 {
            break;
        }
        // Where a program put something before each line, other lines look like this one: only a run that is alone on its line counts.
        let begins_again = value.get(..BEGINNING) == text.get(start..start + BEGINNING);
        if of_program && (begins_again || after.is_some_and(|b| *b == b' ' || *b == b',') || !is_lone_tail(value)) {
            break;
        }
        end = next + run;
    }
    end
}

/// Whether a line that a program put its lead before, as before the line that it follows, holds nothing but a run that may be the tail of a token,
/// or nothing else up to the end of the quotes or the escape behind it: [`wrapped_tail`] goes on over the same.
pub(super) fn holds_lone_tail(before: &[u8], line: &[u8]) -> bool {
    let body = without_quoted_end(line);
    let start = memchr::memrchr2(b' ', b'\t', body).map_or(0, |blank| blank + 1);
    // Most lines end in a word, or hold more words than a lead has.
    let shortest = start.saturating_sub(LONGEST_OWN);
    if body.len() - start < SHORTEST_LONE
        || !line_leads::may_share(before, line, shortest)
        || line_leads::shared_lead(before, line) < shortest
    {
        return false;
    }
    let (length, of_program) = lead_after(before, line);
    let run = without_quoted_end(&line[length..]);
    of_program && run.iter().all(|b| is_tail_byte(*b)) && looks_random(run) && is_lone_tail(run)
}

/// A line up to its first quote or backslash, or without its end.
fn without_quoted_end(line: &[u8]) -> &[u8] {
    let quote = memchr::memchr3(b'"', b'\'', b'\\', line);
    quote.map_or_else(|| line.trim_ascii_end(), |end| &line[..end])
}

/// Length of what stands at the start of a line that follows another, and whether a program put it there.
fn lead_after(before: &[u8], line: &[u8]) -> (usize, bool) {
    let own = line_leads::lead_of(line);
    let shared = line_leads::shared_lead(before, line);
    if shared > own.length {
        (shared + line_leads::lead_of(&line[shared..]).length, true)
    } else {
        (own.length, own.of_program)
    }
}

/// Whether a run may be the tail of a token and is none of the ids that logs show alone on a line.
fn is_lone_tail(run: &[u8]) -> bool {
    let hexadecimal = run.iter().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f' | b'-'));
    let known_id =
        std::str::from_utf8(run).is_ok_and(|run| RequestId::parse(run).is_some() || ModelName::parse(run).is_some());
    run.len() >= SHORTEST_LONE && !hexadecimal && !known_id
}

/// Longest lead of a line that the line before does not begin with too.
const LONGEST_OWN: usize = 48;
/// A run that begins with so many bytes of a token is another token of its kind.
const BEGINNING: usize = 4;
/// Shortest run that counts as the tail of a token where it stands alone on a line.
const SHORTEST_LONE: usize = 8;

/// The place where text goes on after a line break and what stands at the start of the next line, and whether a program put that there.
fn after_line_break(text: &[u8], start: usize, at: usize) -> Option<(usize, bool)> {
    let rest = &text[at..text.len().min(at + 256)];
    // A box around the text (`│ ... │`) is drawn with bytes of the first set.
    let index = rest.iter().take_while(|b| b" \t\xe2\x94\x82|".contains(*b)).count();
    let soft = usize::from(rest[index..].starts_with(b"="));
    let length = line_leads::break_length(&rest[index + soft..]);
    if length == 0 {
        let blank = rest.starts_with(b" ") && is_long_random(&text[at + index..]);
        return blank.then_some((at + index, false));
    }
    let from = index + soft + length;
    let line = &rest[from..];
    let begin = memchr::memrchr(b'\n', &text[..start]).map_or(0, |newline| newline + 1);
    let (length, of_program) = lead_after(&text[begin..start], line);
    (from + length < rest.len()).then_some((at + from + length, of_program))
}

/// Whether text begins with a run so long and mixed that only a token joined by a blank instead of a line break explains it.
/// Request ids and UUIDs are shorter or of one case.
fn is_long_random(text: &[u8]) -> bool {
    let length = text.iter().take(512).take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'-' | b'_')).count();
    let run = &text[..length];
    length >= 32
        && !run.starts_with(b"req_")
        && run.iter().any(u8::is_ascii_digit)
        && run.iter().any(u8::is_ascii_uppercase)
        && run.iter().any(u8::is_ascii_lowercase)
}

/// Whether a run looks like a piece of a random token.
fn looks_random(run: &[u8]) -> bool {
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    let upper = run.iter().filter(|b| b.is_ascii_uppercase()).count();
    let lower = run.iter().filter(|b| b.is_ascii_lowercase()).count();
    let classes = usize::from(digits > 0) + usize::from(upper > 0) + usize::from(lower > 0);
    let capital_word = upper == 1 && run.first().is_some_and(u8::is_ascii_uppercase) && digits == 0;
    let flips = run.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    let scrambled = |marks: &[u8]| flips > 2 && run.iter().any(|b| marks.contains(b));
    let path_like = run.contains(&b'/') && digits == 0 && !scrambled(b"+");
    // A file name has a dot too; the parts of a token are longer and of all kinds. Three dots stand for the middle of a key.
    let wordless =
        run.split(|b| *b == b'.').any(is_wordless) || (flips > 0 && memchr::memmem::find(run, b"...").is_some());
    let name_like = run.contains(&b'.') && (run.len() < 16 || (classes < 3 && !scrambled(b"-_+") && !wordless));
    // `req_011C...`: evidence in a line of its own.
    let evidence = begins_pair(run) || is_evidence_id(run);
    classes >= 2 && !capital_word && !path_like && !name_like && !evidence && !is_number_like(run)
}

/// Whether a run is a setting of its own, as a list of variables has it below a token: `status=401`, `ANTHROPIC_MODEL=claude-opus-4-1`. In a token
/// equals signs stand at the end alone; mails write them as `=3D`.
pub(super) fn begins_pair(run: &[u8]) -> bool {
    let name = run.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'-' | b'.')).count();
    let value = run[name..].strip_prefix(b"=").unwrap_or_default();
    let encoded = [&b"3D"[..], b"3d"].iter().any(|code| value.starts_with(code));
    // A name is made of words, and random text of letters of both cases with digits among them.
    let letters = || run[..name].iter().filter(|b| b.is_ascii_alphabetic());
    let one_case = letters().all(u8::is_ascii_uppercase) || letters().all(u8::is_ascii_lowercase);
    let of_words = || !is_wordless(&run[..name]) && run[..name].iter().filter(|b| b.is_ascii_digit()).count() < 3;
    let begins = run.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    let named = name > 1 && begins && (one_case || of_words());
    named && !encoded && value.iter().any(|b| *b != b'=')
}

/// Whether the cases of a text change so often that it is made of no words, not even of words in `camelCase`.
fn is_wordless(text: &[u8]) -> bool {
    let is_change = |pair: &&[u8]| {
        pair.iter().all(u8::is_ascii_alphabetic) && pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase()
    };
    let marks = text.iter().any(|b| matches!(b, b'-' | b'_'));
    text.len() >= 8 && text.windows(2).filter(is_change).count() * 3 + usize::from(marks) > text.len()
}

/// Whether a run is a date, a time or a number with a unit.
fn is_number_like(run: &[u8]) -> bool {
    let digits = run.iter().filter(|b| b.is_ascii_digit()).count();
    digits * 2 > run.len() && run.iter().filter(|b| b.is_ascii_alphabetic()).count() <= 2 && run.len() < 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_colours_do_not_glue_to_a_token() {
        for before in ["", " ", "\"", "\\n", "=\\u003d", "%20", "\x1b[31m", "\\x1b[1;31m"] {
            assert!(starts_token(before.as_bytes(), before.len()), "{before:?}");
        }
        for before in ["a", "x1", "_", "zm"] {
            assert!(!starts_token(before.as_bytes(), before.len()), "{before:?}");
        }
    }

    #[test]
    fn a_wrapped_token_goes_on_and_prose_does_not() {
        let text = b"key: sk-abcDEF12\n  34ghIJkl56\nRetrying in 3 seconds";
        assert_eq!(&text[5..wrapped_tail(text, 5, 16)], b"sk-abcDEF12\n  34ghIJkl56");
        let text = b"key: sk-abcDEF12\n  NDSSsbtfD.zkOUQKuVYnJFsoX\n";
        assert_eq!(wrapped_tail(text, 5, 16), text.len() - 1);
        let text = b"key: sk-abcDEF12\n  JavaScript.XMLHttpRequest.onReadyState\n";
        assert_eq!(wrapped_tail(text, 5, 16), 16);
        for below in
            ["Retrying", "ANTHROPIC_MODEL=claude-opus-4-1-20250805", "CI_SHA1=9f86D081884c7d65", "npm_Agent2=x1"]
        {
            let text = format!("key: sk-abcDEF12\n{below}\n");
            assert_eq!(wrapped_tail(text.as_bytes(), 5, 16), 16, "{below}");
        }
        for tail in ["34ghIJkl56==", "34ghIJkl56=3D=3D"] {
            let text = format!("key: sk-abcDEF12\n{tail}\n");
            assert_eq!(wrapped_tail(text.as_bytes(), 5, 16), text.len() - 1, "{tail}");
        }
    }
}
