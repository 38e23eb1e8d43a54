//! A forgiving reader of object literals: JSON, Python `repr`, Node `inspect`, escaped, wrapped, curly-quoted or cut off.

use serde_json::{Map, Number, Value};

/// Deepest nesting that is read; anything deeper becomes null.
const DEPTH: usize = 48;

/// What was read.
pub(super) struct Loose {
    /// The value, with everything that is missing at the end left out.
    pub(super) value: Value,
    /// Bytes read.
    pub(super) length: usize,
    /// Whether the end was found.
    pub(super) complete: bool,
    /// Whether typographic quotes stood for plain ones.
    pub(super) curly: bool,
    /// Whether a string was broken over lines.
    pub(super) wrapped: bool,
}

/// Reads the object or list at the start of the text.
pub(super) fn read(text: &str) -> Loose {
    let mut reader = Reader { text, at: 0, complete: true, curly: false, wrapped: false };
    let value = reader.value(0, b"");
    Loose { value, length: reader.at, complete: reader.complete, curly: reader.curly, wrapped: reader.wrapped }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    complete: bool,
    curly: bool,
    wrapped: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips white space, and `\n`, `\t`, `\r` written as two characters between tokens.
    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            let escaped = byte == b'\\' && matches!(self.text.as_bytes().get(self.at + 1), Some(b'n' | b't' | b'r'));
            match (byte.is_ascii_whitespace(), escaped) {
                (true, _) => self.at += 1,
                (_, true) => self.at += 2,
                _ => break,
            }
        }
    }

    fn quote(&self) -> Option<char> {
        self.rest().chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“' | '”' | '„' | '‘' | '’'))
    }

    fn value(&mut self, depth: usize, close: &[u8]) -> Value {
        self.space();
        if depth > DEPTH {
            self.complete = false;
            self.at = self.text.len();
            return Value::Null;
        }
        let prefixed = matches!(self.peek(), Some(b'b' | b'u' | b'r'))
            && matches!(self.text.as_bytes().get(self.at + 1), Some(b'"' | b'\''));
        self.at += usize::from(prefixed);
        match self.peek() {
            None => {
                self.complete = false;
                Value::Null
            }
            Some(b'{') => self.object(depth, b'}'),
            Some(b'(') => self.group(depth),
            Some(b'[') => self.list(depth, b']'),
            Some(b'<') => {
                let length = self.rest().find('>').map_or(self.rest().len(), |end| end + 1);
                self.at += length;
                Value::Null
            }
            Some(_) if self.quote().is_some() => Value::String(self.string()),
            Some(_) => self.bare(depth, close),
        }
    }

    /// A Python tuple, or an object whose braces were retyped as parentheses.
    fn group(&mut self, depth: usize) -> Value {
        let mark = self.at;
        self.at += 1;
        self.space();
        if self.quote().is_some() {
            self.string();
            self.space();
            if self.peek() == Some(b':') {
                self.at = mark;
                return self.object(depth, b')');
            }
        }
        self.at = mark;
        self.list(depth, b')')
    }

    fn object(&mut self, depth: usize, close: u8) -> Value {
        self.at += 1;
        let mut map = Map::new();
        loop {
            self.space();
            match self.peek() {
                None => {
                    self.complete = false;
                    break;
                }
                Some(b'}' | b')') => {
                    self.at += 1;
                    break;
                }
                Some(b']') => break,
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let before = self.at;
            let key = self.key();
            self.space();
            if matches!(self.peek(), Some(b':' | b'=')) {
                // Ruby's `=>` is one mark.
                let arrow = self.rest().starts_with("=>");
                self.at += 1 + usize::from(arrow);
                let value = self.value(depth + 1, &[close]);
                if !key.is_empty() {
                    map.insert(key, value);
                }
            }
            if self.at == before {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
        Value::Object(map)
    }

    fn key(&mut self) -> String {
        if self.quote().is_some() {
            return self.string();
        }
        if self.peek() == Some(b'[') {
            let length = self.rest().find(']').map_or(self.rest().len(), |end| end + 1);
            let key = self.rest()[..length].trim_matches(['[', ']']).to_owned();
            self.at += length;
            return key;
        }
        let length = self.rest().find([':', ',', '}', '{', '\n', '=', ')']).unwrap_or(self.rest().len());
        let key = self.rest()[..length].trim().to_owned();
        self.at += length;
        key
    }

    fn list(&mut self, depth: usize, close: u8) -> Value {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            match self.peek() {
                None => {
                    self.complete = false;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(b) if b == close => {
                    self.at += 1;
                    break;
                }
                Some(b'}' | b']' | b')') => break,
                Some(_) => {
                    let before = self.at;
                    items.push(self.value(depth + 1, &[close]));
                    if self.at == before {
                        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                    }
                }
            }
        }
        Value::Array(items)
    }

    /// A word without quotes: a number, a constant, a named container (`Headers {..}`), or plain words.
    fn bare(&mut self, depth: usize, close: &[u8]) -> Value {
        let rest = self.rest();
        let stop = |c: char| {
            matches!(c, ',' | '}' | '\n' | '{' | '(') || (c.is_ascii() && close.contains(&(c as u8))) || c == ']'
        };
        let length = rest.find(stop).unwrap_or(rest.len());
        let word = rest[..length].trim().to_owned();
        let next = rest.as_bytes().get(length).copied();
        let ended = length == rest.len();
        let named = matches!(next, Some(b'{' | b'(')) && word.split(' ').count() <= 3;
        self.at += length;
        if named {
            return match self.value(depth + 1, close) {
                Value::Array(mut items) if items.len() == 1 => items.remove(0),
                other => other,
            };
        }
        if ended {
            self.complete = false;
        }
        match word.as_str() {
            "null" | "None" | "undefined" | "nil" | "" => Value::Null,
            "true" | "True" => Value::Bool(true),
            "false" | "False" => Value::Bool(false),
            _ => word.parse::<Number>().map_or(Value::String(word), Value::Number),
        }
    }

    fn string(&mut self) -> String {
        let open = self.rest().chars().next().unwrap_or('"');
        self.at += open.len_utf8();
        let closes: &[char] = match open {
            '“' | '”' | '„' => &['“', '”', '"'],
            '‘' | '’' => &['‘', '’', '\''],
            '\'' => &['\''],
            '`' => &['`'],
            _ => &['"', '”'],
        };
        self.curly |= !open.is_ascii();
        let mut out = String::new();
        while let Some(c) = self.rest().chars().next() {
            // A typographic quote ends a plain-quoted string only where a value would end there.
            if closes.contains(&c) && (c == open || !open.is_ascii() || self.ends_value(c)) {
                self.at += c.len_utf8();
                return out;
            }
            match c {
                '\\' => self.escape(&mut out),
                '\n' => self.wrap(&mut out),
                _ => {
                    self.at += c.len_utf8();
                    out.push(c);
                }
            }
        }
        self.complete = false;
        out
    }

    fn ends_value(&self, quote: char) -> bool {
        let next = self.rest()[quote.len_utf8()..].trim_start().bytes().next();
        matches!(next, None | Some(b',' | b'}' | b']' | b':'))
    }

    fn escape(&mut self, out: &mut String) {
        self.at += 1;
        let Some(c) = self.rest().chars().next() else { return };
        self.at += c.len_utf8();
        let code = |reader: &mut Self, digits: usize| {
            let hex = reader.rest().get(..digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            reader.at += if hex.is_some() { digits } else { 0 };
            hex
        };
        match c {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let Some(high) = code(self, 4) else { return };
                let pair = (0xD800..0xDC00).contains(&high) && self.rest().starts_with("\\u");
                let joined = if pair {
                    self.at += 2;
                    code(self, 4).map(|low| 0x10000 + ((high - 0xD800) << 10) + (low.wrapping_sub(0xDC00) & 0x3FF))
                } else {
                    Some(high)
                };
                out.push(joined.and_then(char::from_u32).unwrap_or('\u{fffd}'));
            }
            'x' => out.push(code(self, 2).and_then(char::from_u32).unwrap_or('\u{fffd}')),
            other => out.push(other),
        }
    }

    /// A line break inside a string: a terminal wrapped it. Space on either side of the break is one space; none is none.
    fn wrap(&mut self, out: &mut String) {
        self.wrapped = true;
        let before = out.ends_with([' ', '\t', '\r']);
        out.truncate(out.trim_end().len());
        let rest = self.rest();
        let skip = rest.len() - rest.trim_start().len();
        let after = skip > 1;
        self.at += skip;
        if before || after {
            out.push(' ');
        }
    }
}

/// Takes one level of backslash escapes off, up to the quotation mark that ends the string it stood in.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => {}
                Some('u') => out.push_str("\\u"),
                Some(other) => out.push(other),
                None => break,
            },
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_of_many_languages_are_read() {
        let want = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}, "id": null});
        for text in [
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"id":null}"#,
            "{'type': 'error', 'error': {'type': 'overloaded_error', 'message': 'Overloaded'}, 'id': None}",
            "{\n  type: 'error',\n  error: { type: 'overloaded_error', message: 'Overloaded' },\n  id: undefined\n}",
            "{“type”:“error”,“error”:{“type”:“overloaded_error”,“message”:“Overloaded”},“id”:null}",
            "{type: error, error: {type: overloaded_error, message: Overloaded}, id: null}",
            "{'type': 'error', 'error': ('type': 'overloaded_error', 'message': 'Overloaded'), 'id': None}",
        ] {
            assert_eq!(read(text).value, want, "{text}");
            assert!(read(text).complete, "{text}");
        }
    }

    #[test]
    fn wrapped_and_cut_text_is_read_as_far_as_it_goes() {
        let wrapped = read("{\"message\":\"Internal server     \n     error\",\"request_id\":\"req_011\n\"}");
        assert_eq!(wrapped.value, json!({"message": "Internal server error", "request_id": "req_011"}));
        assert!(wrapped.wrapped && wrapped.complete);
        let cut = read("{\"error\":{\"message\":\"Your credit bal");
        assert_eq!(cut.value, json!({"error": {"message": "Your credit bal"}}));
        assert!(!cut.complete);
    }

    #[test]
    fn odd_values_do_not_stop_the_reader() {
        let text = "{'attributes': <function f at 0x7f>, 'body': b'{\"a\": 1}', messages: [Array], h: Headers { a: 'b' }, t: ('x', 1), n: -1.5}";
        let want = json!({"attributes": null, "body": "{\"a\": 1}", "messages": ["Array"], "h": {"a": "b"}, "t": ["x", 1], "n": -1.5});
        assert_eq!(read(text).value, want);
        for junk in ["{", "{{{{", "{'", "{\"a\":", "[[[", "{a:}", "{:}", "{]}", "(", "{\\", "{\"\\u12"] {
            let _ = read(junk).value;
        }
        assert!(!read(&"[".repeat(10_000)).complete);
    }
}
