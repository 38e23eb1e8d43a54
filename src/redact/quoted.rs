//! Quoted strings at any depth of escaping: where one opens, and where that same one closes.

/// A quotation mark and the backslashes before it, which say how often the text around it was escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// `"`, `'` or `` ` ``.
    pub(super) mark: u8,
    /// Backslashes before the mark.
    pub(super) depth: usize,
    /// Three marks instead of one, as Python has it.
    pub(super) triple: bool,
}

impl Quote {
    /// Its length in bytes.
    pub(super) const fn len(self) -> usize {
        self.depth + if self.triple { 3 } else { 1 }
    }

    /// Whether it stands at a place of a text.
    pub(super) fn stands_at(self, text: &[u8], at: usize) -> bool {
        text.get(at..at + self.len()).is_some_and(|here| {
            let (depth, marks) = here.split_at(self.depth);
            depth.iter().all(|b| *b == b'\\') && marks.iter().all(|b| *b == self.mark)
        })
    }

    /// The quote as text.
    pub(super) fn text(self) -> String {
        let mut out = "\\".repeat(self.depth);
        out.push_str(&String::from(char::from(self.mark)).repeat(if self.triple { 3 } else { 1 }));
        out
    }
}

/// Most backslashes that are followed: five levels of JSON in JSON.
const DEEPEST: usize = 63;
/// A string with so many marks of its own kind in it, none of them escaped, has no end that could be told: a bound to the work on hostile input.
const MOST_INNER: usize = 128;

/// The quote that stands at `at`, after its backslashes.
pub(super) fn closing_at(text: &[u8], at: usize) -> Option<Quote> {
    let depth = text.get(at..)?.iter().take(DEEPEST).take_while(|b| **b == b'\\').count();
    let mark = *text.get(at + depth)?;
    matches!(mark, b'"' | b'\'' | b'`').then_some(Quote { mark, depth, triple: false })
}

/// The quote that opens a string at `at`, after a prefix such as `b` or `f`, and where the string's text begins.
pub(super) fn opening_at(text: &[u8], at: usize) -> Option<(Quote, usize)> {
    let rest = text.get(at..)?;
    let prefix = rest.iter().take(2).take_while(|b| b"bBrRuUfF".contains(b)).count();
    for skip in [0, prefix] {
        if let Some(mut quote) = closing_at(text, at + skip) {
            let mark = at + skip + quote.depth;
            if quote.mark != b'`' && quote.depth == 0 && text[mark..].starts_with(&[quote.mark; 3]) {
                quote.triple = true;
            }
            return Some((quote, at + skip + quote.len()));
        }
    }
    None
}

/// The quote that ends right before `at`: the one that opens a quoted key.
pub(super) fn before(text: &[u8], at: usize) -> Option<Quote> {
    let mark = *text.get(at.checked_sub(1)?)?;
    if !matches!(mark, b'"' | b'\'' | b'`') {
        return None;
    }
    let depth = text[..at - 1].iter().rev().take(DEEPEST).take_while(|b| **b == b'\\').count();
    Some(Quote { mark, depth, triple: false })
}

/// What stands between the name of a variable and the sign that gives it its value, in languages that say its type behind it without a colon.
const DECLARED: [&[u8]; 8] = [
    b" As String = ",
    b" as string = ",
    b" As String=",
    b" string = ",
    b" *string = ",
    b" -Value ",
    b"::String = ",
    b"{",
];

/// The place of the text that a variable is declared with: `Dim apiKey As String = "value"` of Basic, `var apiKey string = "value"` of Go.
pub(super) fn behind_declared(text: &[u8], at: usize) -> Option<usize> {
    let lead = DECLARED.iter().find(|lead| text[at..].starts_with(lead))?;
    let from = at + lead.len();
    opening_at(text, from).map(|_| from)
}

/// Longest type between a name and its value.
const LONGEST_TYPE: usize = 48;

/// The place of the text behind the type that languages write after a colon: `apiKey: string = "value"`, `api_key: &'static str = "value"`,
/// `Optional[str] = "value"`; `at` where no type stands.
pub(super) fn after_declared_type(text: &[u8], at: usize) -> usize {
    let near = &text[at..text.len().min(at + LONGEST_TYPE)];
    // A parameter of a scheme, `Digest username="dana"`, has no blanks around its sign.
    let Some(sign) = memchr::memmem::find(near, b"= ").filter(|sign| *sign > 0 && b" :".contains(&near[sign - 1]))
    else {
        return at;
    };
    let declared = near[..sign].strip_suffix(b":").unwrap_or(&near[..sign]).trim_ascii();
    let lifetime = declared.starts_with(b"&'");
    let of_type = |b: &u8| b.is_ascii_alphanumeric() || b"_.?&<>[]| :*".contains(b) || lifetime && *b == b'\'';
    let named = declared.iter().any(u8::is_ascii_alphabetic) && declared.iter().all(of_type);
    let value = at + sign + 2;
    let opens = matches!(text.get(value), Some(b'"' | b'\'' | b'\\' | b'`')) && opening_at(text, value).is_some();
    if named && opens { value } else { at }
}

/// The place after what PHP's `var_dump` writes before a text: `string(16) "value"`.
pub(super) fn after_type(text: &[u8], at: usize) -> usize {
    // A dump of spew: `(string) (len=16) "text"`.
    if let Some(rest) = text[at..].strip_prefix(b"(string) (len=") {
        let digits = rest.iter().take(8).take_while(|b| b.is_ascii_digit()).count();
        return if rest[digits..].starts_with(b") \"") { text.len() - rest.len() + digits + b") ".len() } else { at };
    }
    // The same behind a pointer.
    if let Some(rest) = text[at..].strip_prefix(b"(*string)(0x") {
        let digits = rest.iter().take(16).take_while(|b| b.is_ascii_hexdigit()).count();
        let inner = text.len() - rest.len() + digits;
        let length = text[inner..].strip_prefix(b")((len=").unwrap_or_default();
        let digits = length.iter().take(8).take_while(|b| b.is_ascii_digit()).count();
        return if length[digits..].starts_with(b") \"") { inner + b")((len=) ".len() + digits } else { at };
    }
    // A shell writes a text with escapes in it so.
    if text[at..].starts_with(b"$'") {
        return at + 1;
    }
    // What R, gdb, Qt, Go and its debugger, F# and Haskell write there.
    let leads = [&b"chr "[..], b"QVariant(QString, ", b"[]string{", b"interface {}(", b"*", b"@", b"Some ", b"Just "];
    if let Some(lead) = leads.iter().find(|lead| text[at..].starts_with(lead)) {
        let inner = at + lead.len();
        return if matches!(text.get(inner), Some(b'"' | b'\\')) { inner } else { at };
    }
    if let Some(rest) = text[at..].strip_prefix(b"0x") {
        let digits = rest.iter().take(16).take_while(|b| b.is_ascii_hexdigit()).count();
        // LLDB puts a sign before a text of Objective-C.
        let sign = usize::from(rest[digits..].starts_with(b" @"));
        let is_text = rest[digits..].starts_with(b" \"") || rest[digits..].starts_with(b" @\"");
        return if digits > 3 && is_text { at + b"0x ".len() + digits + sign } else { at };
    }
    let Some(rest) = text[at..].strip_prefix(b"string(") else { return at };
    let digits = rest.iter().take(8).take_while(|b| b.is_ascii_digit()).count();
    if rest[digits..].starts_with(b") \"") { at + b"string(".len() + digits + b") ".len() } else { at }
}

/// Where the string that was opened by `quote` ends: the place of the closing quote's first backslash or mark.
///
/// A mark closes the string where the backslashes before it are as many as before the opening one, or more by whole escaped backslashes, and
/// where what follows may follow a string. Where the two readings of `\\"` differ (an escaped backslash at the end, or JSON inside Python's `repr`), the longer string wins.
/// Without a closing quote on the line (or, for a template or triple quotes, in the text) there is none.
pub(super) fn closing(text: &[u8], start: usize, quote: Quote) -> Option<usize> {
    if quote.triple {
        let marks = [quote.mark; 3];
        return memchr::memmem::find(&text[start..], &marks).map(|at| start + at);
    }
    let unit = 2 * (quote.depth + 1);
    let mut at = start;
    let mut inner = 0;
    while let Some(found) = next_mark(text, at, quote.mark) {
        let run = text[start..found].iter().rev().take_while(|b| **b == b'\\').count();
        if run < quote.depth {
            // The string around this one has ended: this one was cut off.
            return Some(found - run);
        }
        // Two marks stand for one in a text of YAML or SQL: `'it''s'`.
        if quote.mark == b'\'' && quote.depth == 0 && run == 0 && found > start {
            let marks = text[found..].iter().take_while(|b| **b == quote.mark).count();
            if marks.is_multiple_of(2) {
                at = found + marks;
                continue;
            }
            if marks > 1 && may_follow(text, found + marks, false) {
                return Some(found + marks - 1);
            }
        }
        let exact = run == quote.depth;
        let escaped_backslashes = run > quote.depth && (run - quote.depth).is_multiple_of(unit);
        if (exact && may_follow(text, found + 1, false)) || (escaped_backslashes && may_follow(text, found + 1, true)) {
            return Some(found - quote.depth);
        }
        inner += usize::from(exact);
        if inner > MOST_INNER {
            return None;
        }
        at = found + 1;
    }
    None
}

/// Most lines that a string is folded over.
const MOST_FOLDS: usize = 256;

/// The next mark; a template goes over line breaks, another string only where a backslash folds its line, as YAML writes long ones.
fn next_mark(text: &[u8], at: usize, mark: u8) -> Option<usize> {
    if mark == b'`' {
        return memchr::memchr(mark, &text[at..]).map(|offset| at + offset);
    }
    let mut marks = memchr::memchr2_iter(mark, b'\n', &text[at..]).map(|offset| at + offset).take(MOST_FOLDS);
    marks.find(|found| text[*found] == mark || !text[..*found].ends_with(b"\\")).filter(|found| text[*found] == mark)
}

/// Whether what stands at `at` may follow a closed string.
fn may_follow(text: &[u8], at: usize, strict: bool) -> bool {
    let rest = &text[at..];
    let Some(&next) = rest.first() else { return true };
    let rest = match next {
        b',' | b':' if strict => {
            let after = rest[1..].iter().find(|b| !b.is_ascii_whitespace());
            return matches!(after, Some(b'"' | b'\'' | b'{' | b'[' | b'\\' | b'0'..=b'9') | None);
        }
        b',' | b':' | b'}' | b']' | b')' | b';' | b'\n' | b'\r' | b'+' | b'|' | b'&' | b'=' | b'>' => return true,
        b'\\' | b'"' | b'\'' | b'`' => return !strict,
        // A method of the string: `"\n".join(parts)`.
        b'.' => return !strict && calls_method(&rest[1..]),
        // The end of a colour of a terminal.
        0x1b => return !strict && rest.starts_with(b"\x1b["),
        // The end of a tag around the string.
        b'<' => return !strict && rest.starts_with(b"</"),
        b'/' => return !strict && rest.starts_with(b"/>"),
        // A line break as rsyslog and workflow commands write it.
        b'#' => return !strict && rest.starts_with(b"#01"),
        b'%' => return !strict && rest.starts_with(b"%0"),
        b' ' | b'\t' => rest.trim_ascii_start(),
        _ => return false,
    };
    // After a blank only the structure goes on: a closing bracket, a comma, an operator, another word of a command line.
    !strict || matches!(rest.first(), None | Some(b',' | b'}' | b']' | b')' | b':'))
}

/// Longest name of a method.
const LONGEST_METHOD: usize = 24;

/// Whether a call of a method stands here, behind its dot.
fn calls_method(rest: &[u8]) -> bool {
    let in_name = |b: &u8| b.is_ascii_alphabetic() || *b == b'_';
    let name = rest.iter().take(LONGEST_METHOD).take_while(|b| in_name(b)).count();
    rest.first().is_some_and(u8::is_ascii_lowercase) && rest.get(name) == Some(&b'(')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str) -> Option<&str> {
        let (quote, start) = opening_at(text.as_bytes(), 0)?;
        closing(text.as_bytes(), start, quote).map(|end| &text[start..end])
    }

    #[test]
    fn strings_end_where_they_were_opened() {
        assert_eq!(inside(r#""plain", 1"#), Some("plain"));
        assert_eq!(inside(r#"", ".join(a, "b")"#), Some(", "));
        assert_eq!(inside("'of {}'.format(x)"), Some("of {}"));
        assert_eq!(inside(r#""with \" mark", 1"#), Some(r#"with \" mark"#));
        assert_eq!(inside(r#""ends in backslash\\", "x""#), Some(r"ends in backslash\\"));
        assert_eq!(inside(r#"\"deeper \\\" mark\", 1"#), Some(r#"deeper \\\" mark"#));
        assert_eq!(inside(r#"\"cut off by its parent", 1"#), Some("cut off by its parent"));
        assert_eq!(inside("b'bytes\\n'"), Some("bytes\\n"));
        assert_eq!(inside("'''many\nlines''' x"), Some("many\nlines"));
        assert_eq!(inside("'it\\'s', 2"), Some("it\\'s"));
        assert_eq!(inside(r#""never closed"#), None);
    }

    #[test]
    fn json_inside_a_python_repr_does_not_end_early() {
        let text = r#""say \\"hi\\", now"}'"#;
        assert_eq!(inside(text), Some(r#"say \\"hi\\", now"#));
    }
}
