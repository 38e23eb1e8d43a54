//! Expressions of source code in the place of a text: `"content": prompt`, `messages=[*history, build(question)]`. What they name is evidence, and what they
//! quote goes.

use std::ops::Range;

use crate::redact::names::Names;
use crate::redact::quoted;

/// Longest name that is taken for one of code.
const LONGEST_IDENTIFIER: usize = 32;
/// Longest expression that is read.
const LONGEST: usize = 512;
/// Most words of one: more are prose.
const MOST_WORDS: usize = 16;
/// Words that stand between others.
const KEYWORDS: [&[u8]; 14] =
    [b"if", b"else", b"for", b"in", b"not", b"and", b"or", b"is", b"await", b"async", b"new", b"as", b"lambda", b"of"];

/// What stands between names, but what parts a key from its value.
const OPERATORS: &[u8] = b".+-*/%|&?!<>";

/// What was read last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// A name, a number, a string, or what stands in brackets.
    Operand,
    /// An operator or a word between others.
    Operator,
}

/// An expression.
pub(super) struct Expression {
    pub(super) end: usize,
    /// The strings in it.
    pub(super) strings: Vec<Range<usize>>,
    /// Whether it has more than one name.
    pub(super) is_compound: bool,
}

/// The expression that begins at a place and ends before a comma, a closing bracket or the end of its line. Words side by side are none.
pub(super) fn at(text: &[u8], start: usize) -> Option<Expression> {
    let text = &text[..text.len().min(start + LONGEST)];
    let mut open: Vec<u8> = Vec::new();
    let mut found = Expression { end: start, strings: Vec::new(), is_compound: false };
    let (mut last, mut words, mut at) = (Last::Nothing, 0, start);
    // A loop may name more than one: `for at, part in enumerate(parts)`.
    let mut names_of_loop = text[start..].starts_with(b"for ");
    while let Some(&byte) = text.get(at) {
        if let Some((quote, from)) = quoted::opening_at(text, at) {
            let end = quoted::closing(text, from, quote).filter(|_| last != Last::Operand)?;
            found.strings.push(from..end);
            (last, at) = (Last::Operand, end + quote.len());
            continue;
        }
        let length = word_length(&text[at..]);
        if length > 0 {
            let is_keyword = KEYWORDS.contains(&&text[at..at + length]);
            words += 1;
            names_of_loop &= text[at..at + length] != *b"in";
            if last == Last::Operand && !is_keyword || words > MOST_WORDS {
                return None;
            }
            last = if is_keyword { Last::Operator } else { Last::Operand };
            at += length;
            continue;
        }
        match byte {
            b' ' | b'\t' => {}
            b'(' | b'[' | b'{' => {
                open.push(super::walker::closer(byte));
                last = Last::Operator;
            }
            b',' if names_of_loop => last = Last::Operator,
            b')' | b']' | b'}' | b',' | b';' | b'\n' | b'\r' if open.is_empty() => break,
            b')' | b']' | b'}' => {
                open.pop().filter(|close| *close == byte)?;
                last = Last::Operand;
            }
            b',' | b':' | b'=' if !open.is_empty() => last = Last::Operator,
            _ if OPERATORS.contains(&byte) || compares(text, at) => last = Last::Operator,
            _ => return None,
        }
        found.is_compound |= !byte.is_ascii_whitespace();
        at += 1;
    }
    found.end = start + text[start..at].trim_ascii_end().len();
    // A string with nothing in it stands in for what is missing: `partial or ""`.
    found.is_compound |=
        words == 1 && is_identifier(&text[start..found.end]) || words > 1 && found.strings.iter().any(Range::is_empty);
    let whole = open.is_empty() && last == Last::Operand && at < text.len();
    // Such words stand in prose as well: `this is it`.
    let is_code = found.is_compound || words < 2 || is_clause(&text[start..found.end]);
    (whole && is_code).then_some(found)
}

/// Whether an equals sign is one of a comparison, and parts no key from its value.
fn compares(text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| text[before]);
    text[at] == b'=' && (text.get(at + 1) == Some(&b'=') || before.is_some_and(|b| b"!<>=".contains(&b)))
}

/// Whether a list is spread where an expression stands: `*history`, `...history`. No text begins so.
pub(super) fn spreads(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"...").or_else(|| rest.strip_prefix(b"*")).unwrap_or_default();
    name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
}

/// Whether a name is one that only code has: `userMessage`, `user_message`. A signature or another random value has digits, or is longer.
fn is_identifier(name: &[u8]) -> bool {
    if name.len() > LONGEST_IDENTIFIER || name.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let joins = |two: &[u8]| two[0].is_ascii_lowercase() && (two[1].is_ascii_uppercase() || two[1] == b'_');
    name.len() > 3 && name[1..].windows(2).any(joins)
}

/// Whether the type of a value stands behind its name: `str`, `Optional[str] = None`, `Message | None`.
pub(super) fn is_annotation(value: &[u8]) -> bool {
    let value = &value[..memchr::memmem::find(value, b" = ").unwrap_or(value.len())];
    let Some(names) = Names::get() else { return false };
    let (word, rest) = value.split_at(word_length(value));
    let of_types = rest
        .split(|b| b"[],| ".contains(b))
        .all(|word| word.is_empty() || word_length(word) == word.len() && names.is_type(word));
    let is_made = matches!(rest.first(), Some(b'[')) && rest.ends_with(b"]") || rest.starts_with(b" | ");
    names.is_plain_type(word) && rest.is_empty() || names.is_type(word) && is_made && of_types
}

/// Whether a line behind a name goes on as code does, and no words stand in it side by side: `message.content.map((block) => {`, `string | null;`.
pub(super) fn is_code_line(line: &[u8]) -> bool {
    let Some((end, code)) = line.split_last().filter(|(end, _)| b",;{([".contains(end)) else { return false };
    let begins = code.first().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'('));
    let in_name = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'>'));
    let calls = (1..line.len()).any(|at| b"([<.?".contains(&line[at]) && in_name(line.get(at - 1)));
    let joins = [&b" | "[..], b" = ", b" => ", b" ? "].iter().any(|mark| memchr::memmem::find(code, mark).is_some());
    let is_word = |word: &[u8]| {
        let length = word_length(word);
        length > 0 && length + 1 >= word.len() && !KEYWORDS.contains(&word)
    };
    let (mut last, mut words) = (false, 0);
    for word in code.split(|b| *b == b' ') {
        let is_plain = is_word(word);
        if last && is_plain {
            return false;
        }
        (last, words) = (is_plain, words + 1);
    }
    let is_type = || *end == b';' || Names::get().is_some_and(|names| names.is_plain_type(code));
    begins && (calls || joins || words == 1 && is_type())
}

/// Most bytes of a statement that is looked at, and of the line that it begins on before its value.
const LONGEST_STATEMENT: usize = 32 * 1024;
const LONGEST_LEAD: usize = 1024;

/// Where a statement of source ends whose value begins at a place, behind `name = ` or `name=` and with a bracket at the end of its line: behind the first line
/// that is indented no deeper and closes the bracket. A text of several lines has no such end.
pub(super) fn statement_end(text: &[u8], value: usize) -> Option<usize> {
    let from = value.saturating_sub(LONGEST_LEAD);
    let start = memchr::memrchr(b'\n', &text[from..value]).map(|at| from + at + 1).or((from == 0).then_some(0))?;
    let indent = |line: &[u8]| line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let base = indent(&text[start..value]);
    let lead = &text[start + base..value];
    let named = lead.strip_suffix(b" = ").or_else(|| lead.strip_suffix(b"="))?;
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_.[]\"': ".contains(b);
    let limit = text.len().min(value + LONGEST_STATEMENT);
    let mut end = value + memchr::memchr(b'\n', &text[value..limit])?;
    let opens = text[value..end].trim_ascii_end().last().is_some_and(|b| b"([{".contains(b));
    if !opens || !named.iter().all(is_name) || !named.first().is_some_and(u8::is_ascii_alphabetic) {
        return None;
    }
    loop {
        let next = end + 1 + memchr::memchr(b'\n', text.get(end + 1..limit)?)?;
        let line = text[end + 1..next].trim_ascii_end();
        if !line.is_empty() && indent(line) <= base {
            let closes = indent(line) == base && line.get(base).is_some_and(|b| b")]}".contains(b));
            return closes.then_some(next);
        }
        end = next;
    }
}

/// Whether names alone make a loop or a choice.
fn is_clause(text: &[u8]) -> bool {
    let holds = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    let of_one = |rest: &[u8]| word_length(rest.strip_prefix(b"not ").unwrap_or(rest)) > 0 && !rest.contains(&b' ');
    text.starts_with(b"for ") && holds(b" in ")
        || holds(b" if ") && holds(b" else ")
        || text.strip_prefix(b"if ").is_some_and(of_one)
}

/// Length of a name or a number.
fn word_length(rest: &[u8]) -> usize {
    // Ruby writes `@name` for what an object holds and `@@name` for what a class does.
    let sigils = rest.iter().take(2).take_while(|b| **b == b'@').count();
    let name = rest[sigils..].iter().take(64);
    let name = name.take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'_' | b'$')).count();
    if name > 0 && (sigils == 0 || !rest[sigils].is_ascii_digit()) { sigils + name } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn code_is_told_from_prose() {
        for (text, end) in [
            ("prompt}", Some("prompt")),
            ("self.q.strip()[:10]}", Some("self.q.strip()[:10]")),
            ("build(q, \"of it\") + x, y", Some("build(q, \"of it\") + x")),
            ("*history, x", Some("*history")),
            ("@output_format,", Some("@output_format")),
            ("@ 9}", None),
            ("for m in ms]", Some("for m in ms")),
            ("for n, m in at(ms), x]", Some("for n, m in at(ms)")),
            ("a if b else c\n", Some("a if b else c")),
            ("str(x, y=[1])]", Some("str(x, y=[1])")),
            ("why not}", None),
            ("this is it}", None),
            ("Re: it}", None),
            ("don't}", None),
            ("say \"it\"}", None),
            ("(a}", None),
            ("über}", None),
            ("prompt", None),
            ("}", None),
        ] {
            let told = super::at(text.as_bytes(), 0).map(|found| &text[..found.end]);
            assert_eq!(told, end, "{text}");
        }
    }

    #[test]
    fn source_that_names_a_text_takes_nothing_of_what_follows() {
        let redactor = Redactor::builder().build().unwrap();
        for text in [
            "    r = c.create(messages=[{\"role\": \"user\", \"content\": prompt}], max_tokens=9)\nstatus 529\n",
            "  messages: [{ role: \"user\", content: prompt }],\n  max_tokens: 9\nstatus 529\n",
            "    messages=[{\"role\": m.role, \"content\": m.text} for m in ms],\nstatus 529\n",
        ] {
            assert_eq!(redactor.redact_str(text), text);
        }
        let text = "  messages=[{\"role\": \"user\", \"content\": build(q, \"of the merger\")}] + more\nstatus 529\n";
        let shown = redactor.redact_str(text);
        assert!(!shown.contains("merger") && shown.ends_with("] + more\nstatus 529\n"), "{shown}");
        let text = "sent {\"messages\": [{\"role\": \"user\", \"content\": of the merger}]}\n";
        assert!(!redactor.redact_str(text).contains("merger"));
    }
}
