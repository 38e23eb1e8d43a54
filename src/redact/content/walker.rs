//! Walks one value in JSON, Python `repr`, a call with keyword arguments, or Node's `inspect` text, at any depth of
//! escaping. Texts go, what says the shape stays; where the walker does not understand the text it says so, and all the rest goes.

use std::ops::Range;

use super::keys::{Class, Keys};
use super::words::{CONSTANTS, is_number, is_one_word, is_plain_key, mark_length};
use super::{BY_KEY, KIND_NAME, characters, expressions, flow, shape_of, variables};
use crate::redact::finding::{Finding, Rank, Substitute};
use crate::redact::folded;
use crate::redact::line_leads::service_length;
use crate::redact::placeholder;
use crate::redact::quoted::{self, Quote};

/// Longest shape that stands in the place of a value.
const LONGEST_SHAPE: usize = 40;
/// Deepest nesting that is followed.
const DEEPEST: usize = 200;

/// A walk over one value.
pub(super) struct Walker<'a> {
    keys: &'a Keys,
    text: &'a [u8],
    quote: Quote,
    found: &'a mut Vec<Finding>,
    /// Whether texts of one word stay.
    words_stay: bool,
    /// Whether a string was seen: what has no quotation marks is then no text.
    quotes: bool,
}

/// An open bracket and the class of the key that stands last in it.
struct Frame {
    close: u8,
    key: Option<Class>,
}

impl<'a> Walker<'a> {
    pub(super) const fn new(keys: &'a Keys, text: &'a [u8], quote: Quote, found: &'a mut Vec<Finding>) -> Self {
        Self { keys, text, quote, found, words_stay: false, quotes: false }
    }

    /// The same for a value that may be none of content: texts of one word stay.
    pub(super) const fn of_several_words(mut self) -> Self {
        self.words_stay = true;
        self
    }

    fn push(&mut self, range: Range<usize>, substitute: Substitute) {
        let mut finding = Finding::new(range, &BY_KEY, &KIND_NAME, Rank::Content);
        finding.substitute = substitute;
        self.found.push(finding);
    }

    /// Walks the value at `at`; gives its end, or the place from which nothing is understood.
    pub(super) fn value(&mut self, at: usize, class: Class) -> Result<usize, usize> {
        if class == Class::Removed {
            return self.remove_whole(at);
        }
        let mut stack: Vec<Frame> = Vec::new();
        let mut at = at;
        let mut last_class = Some(class);
        loop {
            at = skip_blank(self.text, at);
            let Some(&byte) = self.text.get(at) else { return if stack.is_empty() { Ok(at) } else { Err(at) } };
            let key = stack.last().map_or(last_class, |frame| frame.key);
            if let Some((quote, start)) = quoted::opening_at(self.text, at) {
                // A mark of another kind needs no escape in it: `'{\'content\': "it\'s"}'`.
                if quote.depth < self.quote.depth && quote.mark == self.quote.mark {
                    // The string around the whole value has ended: the value was cut off, and all of it was seen.
                    return Ok(at);
                }
                at = self.string(start, quote, key, stack.last_mut())?;
                if stack.is_empty() {
                    let next = skip_blank(self.text, at);
                    if !self.goes_on(next) {
                        return Ok(at);
                    }
                    at = skip_blank(self.text, next + usize::from(self.text[next] == b'+'));
                }
                continue;
            }
            if byte == b'['
                && self.text[..at].ends_with(b": ")
                && let Some(end) = shape_end(self.text, at)
            {
                at = end;
                continue;
            }
            match byte {
                b'{' | b'[' | b'(' => {
                    if matches!(key, Some(Class::Removed)) && !stack.is_empty() {
                        at = self.remove_whole(at)?;
                        continue;
                    }
                    if stack.len() == DEEPEST {
                        return Err(at);
                    }
                    stack.push(Frame { close: closer(byte), key: if byte == b'{' { None } else { key } });
                    at += 1;
                }
                b'}' | b']' | b')' => {
                    if stack.pop().is_none_or(|frame| frame.close != byte) {
                        return Err(at);
                    }
                    at += 1;
                    if stack.is_empty() {
                        return Ok(at);
                    }
                }
                b',' => {
                    if let Some(frame) = stack.last_mut()
                        && frame.close != b']'
                    {
                        frame.key = None;
                    }
                    at += 1;
                }
                _ if expressions::spreads(&self.text[at..])
                    && let Some(end) = self.expression(at) =>
                {
                    // What names one list names another.
                    self.quotes = true;
                    at = end;
                }
                _ => {
                    at = match mark_length(&self.text[at..]) {
                        0 => self
                            .word(at, stack.last_mut())
                            .or_else(|stuck| self.expression(at).or_else(|| self.plain(at, key)).ok_or(stuck))?,
                        mark => at + mark,
                    }
                }
            }
            last_class = None;
            if stack.is_empty() && !matches!(self.text.get(at), Some(b'(')) && !byte.is_ascii_alphabetic() {
                return Ok(at);
            }
        }
    }

    /// Whether a string goes on: `'a' + 'b'`, or a second string on the next line.
    fn goes_on(&self, next: usize) -> bool {
        // `pprint` chooses the mark of each piece by what it holds: `'a '` and `"it's"`.
        let plain = |quote: Quote| quote.depth == 0 && self.quote.depth == 0 && quote.mark != b'`';
        let again = |at: usize| {
            quoted::opening_at(self.text, at).is_some_and(|(quote, _)| {
                quote.depth == self.quote.depth && quote.mark == self.quote.mark || plain(quote)
            })
        };
        match self.text.get(next) {
            Some(b'+') => again(skip_blank(self.text, next + 1)),
            Some(b'\'' | b'"') => {
                next > 0
                    && self.text[..next].trim_ascii_end().len() < next
                    && memchr::memchr(b'\n', &self.text[self.text[..next].trim_ascii_end().len()..next]).is_some()
                    && again(next)
                    && self.quote.depth == 0
                    && !self.is_key_without_comma(next)
            }
            _ => false,
        }
    }

    /// Whether the string at a place is a key: lists of pairs, as YAML has them, need no comma.
    fn is_key_without_comma(&self, at: usize) -> bool {
        let Some((quote, start)) = quoted::opening_at(self.text, at) else { return false };
        let end = quoted::closing(self.text, start, quote).unwrap_or(self.text.len());
        self.text.get(skip_blank(self.text, (end + quote.len()).min(self.text.len()))) == Some(&b':')
    }

    /// Handles the string whose text begins at `start`; gives the place after it.
    fn string(
        &mut self,
        start: usize,
        quote: Quote,
        key: Option<Class>,
        frame: Option<&mut Frame>,
    ) -> Result<usize, usize> {
        let end = quoted::closing(self.text, start, quote)
            .or_else(|| folded::closing(self.text, start, quote))
            .or_else(|| variables::closing(self.text, start, quote))
            .ok_or(start)?;
        self.quotes = true;
        let after = if quote.stands_at(self.text, end) { end + quote.len() } else { end };
        let value = &self.text[start..end];
        let next = skip_blank(self.text, after);
        let is_key =
            frame.as_ref().is_some_and(|frame| frame.close == b'}') && matches!(self.text.get(next), Some(b':' | b'='));
        if is_key {
            if let Some(frame) = frame {
                frame.key = Some(self.keys.class_of(value).unwrap_or(Class::Text));
            }
            if !is_plain_key(value) {
                self.push(start..end, Substitute::Shape("[key]".to_owned()));
            }
            return Ok(after);
        }
        let stays = match key {
            Some(Class::Shape) => is_one_word(value),
            Some(Class::Text | Class::Walk) => self.keys.is_client_text(self.text, start),
            _ => false,
        };
        let stays = stays || self.words_stay && is_one_word(value);
        if !stays && !value.is_empty() && !placeholder::is_shape(value) {
            self.push(start..end, shape_of(value));
        }
        Ok(after)
    }

    /// An expression of source code; gives its end.
    fn expression(&mut self, at: usize) -> Option<usize> {
        let found = expressions::at(self.text, at).filter(|found| self.quotes || found.is_compound)?;
        // A loop names what it is over, and may choose of it.
        self.quotes |= self.text[at..].starts_with(b"for ");
        for string in found.strings {
            let value = &self.text[string.clone()];
            if !value.is_empty() && !placeholder::is_shape(value) {
                self.push(string, shape_of(value));
            }
        }
        Some(found.end)
    }

    /// A text without quotation marks in a mapping of YAML in flow style; gives its end.
    fn plain(&mut self, at: usize, key: Option<Class>) -> Option<usize> {
        let end = flow::plain_end(self.text, at)?;
        if key != Some(Class::Shape) || !is_one_word(&self.text[at..end]) {
            self.push(at..end, shape_of(&self.text[at..end]));
        }
        Some(end)
    }

    /// A word: a key without quotes, a constructor's name, a constant, or a number.
    fn word(&mut self, at: usize, frame: Option<&mut Frame>) -> Result<usize, usize> {
        let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(*b, b'_' | b'$' | b'.' | b'-');
        let length = self.text[at..].iter().take(128).take_while(|b| is_word(b)).count();
        if length == 0 || length == 128 {
            return Err(at);
        }
        let word = &self.text[at..at + length];
        let next = skip_blank(self.text, at + length);
        let says_shape = frame.as_ref().is_some_and(|frame| frame.key == Some(Class::Shape));
        match self.text.get(next) {
            Some(b':' | b'=') if word.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') => {
                let Some(frame) = frame else { return Err(at) };
                if frame.close == b']' {
                    return Err(at);
                }
                frame.key = Some(self.keys.class_of(word).unwrap_or(Class::Text));
                Ok(next + 1)
            }
            // A constructor of Python, a struct of Rust.
            Some(b'(' | b'{') if word.first().is_some_and(u8::is_ascii_uppercase) => Ok(next),
            // A variant or an atom that says the shape: `role: User`, `type: :text`.
            Some(b',' | b'}' | b']' | b')') if says_shape && is_one_word(word) => Ok(next),
            _ if is_number(word) || CONSTANTS.contains(&word) => Ok(at + length),
            _ => Err(at),
        }
    }

    /// Removes the value at `at` whole: a string's text, or a container with all that is in it.
    fn remove_whole(&mut self, at: usize) -> Result<usize, usize> {
        if let Some((quote, start)) = quoted::opening_at(self.text, at) {
            return self.string(start, quote, None, None);
        }
        let end = balanced(self.text, at)?;
        let inner = &self.text[at + 1..end - 1];
        if !inner.iter().all(u8::is_ascii_whitespace) {
            self.push(at..end, shape_of_all(&self.text[at..end], self.quote));
        }
        Ok(end)
    }
}

/// The end of a shape that stands without quotation marks where a value was, from an earlier redaction.
pub(super) fn shape_end(text: &[u8], at: usize) -> Option<usize> {
    let near = text[at..].strip_prefix(b"[").map(|inner| &inner[..inner.len().min(LONGEST_SHAPE)])?;
    let end = at + 2 + near.iter().position(|b| *b == b']')?;
    placeholder::is_shape(&text[at..end]).then_some(end)
}

/// What stands in the place of a container that goes whole.
pub(super) fn shape_of_all(value: &[u8], quote: Quote) -> Substitute {
    let count = characters(value);
    let quote = quote.text();
    Substitute::Shape(format!("{quote}[removed {count} characters]{quote}"))
}

pub(super) const fn closer(open: u8) -> u8 {
    match open {
        b'{' => b'}',
        b'[' => b']',
        _ => b')',
    }
}

/// Line breaks and tabs as workflow commands, rsyslog and attributes of XML write them.
const BREAKS: [&[u8]; 10] = [b"%0A", b"%0D", b"%09", b"#012", b"#015", b"#011", b"&#10;", b"&#13;", b"&#9;", b"&#xA;"];

/// The side of a box.
const SIDE: &[u8] = "\u{2502}".as_bytes();

/// The place after blanks and line breaks, real or escaped, and after the marks of a multi-line log or terminal.
pub(super) fn skip_blank(text: &[u8], mut at: usize) -> usize {
    loop {
        match text.get(at) {
            Some(b'\n') => at += 1 + line_mark(&text[at + 1..]).max(comment_mark(text, at)),
            Some(b' ' | b'\t' | b'\r') => at += 1,
            // The side of a box, and the guides that Rich draws inside it.
            Some(0xe2) if text[at..].starts_with(SIDE) => at += SIDE.len(),
            Some(b'%' | b'#' | b'&') => match BREAKS.iter().find(|mark| text[at..].starts_with(mark)) {
                Some(mark) => at += mark.len(),
                None => return at,
            },
            Some(b'\\') => {
                let run = text[at..].iter().take(32).take_while(|b| **b == b'\\').count();
                match text.get(at + run) {
                    Some(b'n' | b'r' | b't') => at += run + 1,
                    // Properties of Java escape what could end a name, and syslog what could end its data.
                    Some(b'\n' | b'\r' | b':' | b'=' | b']') => at += run,
                    _ => return at,
                }
            }
            _ => return at,
        }
    }
}

/// Length of what stands before each line of what is shown: the name of a service of Docker Compose, pytest's `E`, the sign of a difference or a quotation.
fn line_mark(line: &[u8]) -> usize {
    let service = service_length(line);
    if service > 0 {
        return service;
    }
    let pytest = if line.starts_with(b"E   ") { line[1..].iter().take_while(|b| **b == b' ').count() + 1 } else { 0 };
    let sign = matches!(line.get(pytest..), Some([b'-' | b'+' | b'>', b' ', ..]));
    pytest + usize::from(sign)
}

/// So much of a line tells whether it is one of a comment.
const LONGEST_COMMENT: usize = 1024;

/// Length of the mark of a comment that stands before both of the lines around a break: what a document is pasted behind in source.
fn comment_mark(text: &[u8], newline: usize) -> usize {
    let mark = |line: &[u8]| {
        let blank = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let mark = [&b"//"[..], b"#", b"*", b"--", b";"].into_iter().find(|mark| line[blank..].starts_with(mark))?;
        let end = blank + mark.len();
        matches!(line.get(end), Some(b' ' | b'\t')).then_some((mark, end))
    };
    let Some((below, length)) = mark(&text[newline + 1..]) else { return 0 };
    let from = newline.saturating_sub(LONGEST_COMMENT);
    let above = memchr::memrchr(b'\n', &text[from..newline]).map(|at| from + at + 1).or((from == 0).then_some(0));
    let is_same = above.and_then(|start| mark(&text[start..newline])).is_some_and(|(above, _)| above == below);
    if is_same { length } else { 0 }
}

/// The innermost bracket that is open where these bytes end. Strings are not told apart from the rest.
pub(in crate::redact) fn bracket_around(lead: &[u8]) -> Option<usize> {
    let mut closed = 0usize;
    lead.iter().rposition(|b| match b {
        b'}' | b']' | b')' => {
            closed += 1;
            false
        }
        b'{' | b'[' | b'(' if closed > 0 => {
            closed -= 1;
            false
        }
        byte => matches!(byte, b'{' | b'[' | b'('),
    })
}

/// The end of the container that opens at `at`, strings left out of account.
pub(in crate::redact) fn balanced(text: &[u8], at: usize) -> Result<usize, usize> {
    let mut stack = Vec::new();
    let mut at_now = at;
    while let Some(&byte) = text.get(at_now) {
        if let b'"' | b'\'' | b'`' | b'\\' = byte
            && let Some((quote, start)) = quoted::opening_at(text, at_now)
        {
            let end = quoted::closing(text, start, quote).ok_or(at)?;
            at_now = (end + quote.len()).min(text.len()).max(at_now + 1);
            continue;
        }
        match byte {
            b'{' | b'[' | b'(' => stack.push(closer(byte)),
            b'}' | b']' | b')' => {
                if stack.pop() != Some(byte) {
                    return Err(at);
                }
                if stack.is_empty() {
                    return Ok(at_now + 1);
                }
            }
            _ => {}
        }
        if stack.len() > DEEPEST {
            return Err(at);
        }
        at_now += 1;
    }
    Err(at)
}
