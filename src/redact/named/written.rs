//! What stands between a name and its value in documents and programs: bold letters, an object around the value, a comparison.

use std::ops::Range;

use super::around::{is_pair_key, next_text, value_key};
use super::{Position, skip};
use crate::redact::names::Names;
use crate::redact::quoted;
use crate::redact::shapes::{is_evidence_id, is_mixed, is_random};
use crate::redact::state_words::is_plain_state;

/// How Markdown marks bold letters.
const BOLD: [&[u8]; 2] = [b"**", b"__"];
/// Most fields of an object before its value: `{"sensitive": true, "type": "string", "value": "..."}`.
const MOST_FIELDS: usize = 6;
/// Longest of them.
const LONGEST_FIELD: usize = 256;
/// Keys of the only field of an object that says the type of its value, as databases of AWS and traces have it.
const TYPES: [&[u8]; 2] = [b"S", b"stringValue"];

/// The place behind the mark that ends bold letters right before a separator: `**Password**: x`.
pub(super) fn after_bold(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let ends = BOLD.iter().any(|mark| rest.starts_with(mark)) && matches!(rest.get(2), Some(b':' | b'=' | b' '));
    if ends { at + 2 } else { at }
}

/// The place behind the mark that ends bold letters after a separator, where they begin before the name: `**Password:** x`, `**API key:** x`.
pub(super) fn in_bold(text: &[u8], name: usize, at: usize) -> usize {
    let rest = &text[at..];
    let Some(mark) = BOLD.iter().find(|mark| rest.starts_with(mark)) else { return at };
    let near = &text[name.saturating_sub(LONGEST_FIELD)..name];
    let line = &near[memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1)..];
    let begins = memchr::memmem::find(line, mark).is_some() && matches!(rest.get(2), Some(b' ' | b'\t'));
    if begins { skip(text, at + 2, b" \t") } else { at }
}

/// The place of the value in the object that a name holds, as the environment of a Spring application and the outputs of Terraform have it; `at`
/// where no such object begins.
pub(super) fn in_object(text: &[u8], at: usize) -> usize {
    if text.get(at) != Some(&b'{') {
        return at;
    }
    let mut next = next_text(text, at + 1);
    for field in 0..MOST_FIELDS {
        let Some((quote, start)) = quoted::opening_at(text, next) else { return at };
        let rest = &text[start..];
        let of_type = || TYPES.iter().find(|key| rest.starts_with(key) && quote.stands_at(text, start + key.len()));
        let key = value_key(rest).or_else(|| of_type().filter(|_| field == 0).map(|key| key.len()));
        let key = key.filter(|key| quote.stands_at(text, start + key));
        let window = &text[..text.len().min(start + LONGEST_FIELD)];
        let Some(end) = key.map(|key| start + key).or_else(|| quoted::closing(window, start, quote)) else { return at };
        // A text that was cut off ends where the string around it does.
        if !quote.stands_at(text, end) {
            return at;
        }
        let colon = skip(text, end + quote.len(), b" \t");
        if text.get(colon) != Some(&b':') {
            return at;
        }
        let value = next_text(text, colon + 1);
        if key.is_some() {
            return value;
        }
        let Some(end) = behind_field(window, value) else { return at };
        next = next_text(text, end + 1);
    }
    at
}

/// Where the comma stands behind a text, a number or a word.
fn behind_field(window: &[u8], at: usize) -> Option<usize> {
    let end = match quoted::opening_at(window, at) {
        Some((quote, start)) => quoted::closing(window, start, quote)? + quote.len(),
        None => at + window.get(at..)?.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-.".contains(b)).count(),
    };
    (window.get(end) == Some(&b',')).then_some(end)
}

/// Keys around the text of an attribute, as OTLP writes its type.
const TYPED: [&[u8]; 4] = [b"stringValue", b"arrayValue", b"values", b"S"];

/// The place of the text inside the types of an attribute, `{"arrayValue":{"values":[{"stringValue":"text"}]}}`; `at` elsewhere.
pub(super) fn in_typed(text: &[u8], at: usize) -> usize {
    let mut inner = at;
    for _ in 0..MOST_FIELDS {
        let open = skip(text, inner, b" \t\r\n[{");
        let Some((quote, start)) = quoted::opening_at(text, open).filter(|_| open > inner) else { return at };
        let of_type = |key: &&&[u8]| text[start..].starts_with(key) && quote.stands_at(text, start + key.len());
        let Some(key) = TYPED.iter().find(of_type) else { return at };
        let colon = skip(text, start + key.len() + quote.len(), b" \t");
        if text.get(colon) != Some(&b':') {
            return at;
        }
        inner = skip(text, colon + 1, b" \t\r\n");
        if quoted::opening_at(text, inner).is_some() {
            return inner;
        }
    }
    at
}

/// Whether the name stands in a call that is said to give what follows: `getenv("NAME") = "value"`, `get('NAME') -> 'value'`.
pub(super) fn is_called(text: &[u8], at: usize) -> bool {
    let Some(rest) = text[at..].strip_prefix(b")") else { return false };
    let rest = &rest[rest.iter().take(64).take_while(|b| **b == b' ').count()..];
    rest.starts_with(b"=") && !rest.starts_with(b"==") && !rest.starts_with(b"=>")
        || rest.starts_with(b"->")
        || rest.starts_with(b"=> ")
}

/// Whether a name stands before its value as a keyword does: `(:secret "value")` of Lisp, `SECRET 'value'` of SQL.
pub(super) fn is_keyword(text: &[u8], name: &Range<usize>) -> bool {
    let before = &text[..name.start];
    let of_lisp = before.ends_with(b" :") || before.ends_with(b"(:") || before.ends_with(b"{:");
    let of_sql = || {
        name.len() >= 6
            && text[name.clone()].iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
            && text.get(name.end + 1) == Some(&b'\'')
    };
    of_lisp || of_sql()
}

/// Whether a name is an option with one dash, `-secret value`, and what follows it is made as credentials are: no word, path, number or further option.
pub(super) fn is_argument(text: &[u8], name: &Range<usize>, at: usize) -> bool {
    let before = name.start.checked_sub(1).map(|at| text[at]);
    let word = &text[name.clone()];
    let is_option = word.len() > 4 && word[0] == b'-' && word[1].is_ascii_alphabetic();
    let rest = &text[at..text.len().min(at + LONGEST_FIELD)];
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let value = &rest[..rest.iter().position(|b| b.is_ascii_whitespace() || b"\"'".contains(b)).unwrap_or(rest.len())];
    let starts = value.first().is_some_and(|b| !b"-@/<([".contains(b)) && !value.iter().any(|b| b"${".contains(b));
    is_option
        && starts
        && before.is_none_or(|b| b.is_ascii_whitespace() || b"\"'".contains(&b))
        && value.len() >= 8
        && is_mixed(value)
        && !is_evidence_id(value)
}

/// The place in the next line where a backslash folds this one before a value; `at` elsewhere.
pub(super) fn behind_fold(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    match rest {
        [b'\\', b'\r', b'\n', ..] => skip(text, at + 3, b" \t"),
        [b'\\', b'\n', ..] => skip(text, at + 2, b" \t"),
        _ => at,
    }
}

/// The place behind the anchor or the plain tag of a value of YAML, `&name value`, `!!str value`. None where a tag says that the value is what is read
/// elsewhere: `!Ref ApiToken`, `!vault |`.
pub(super) fn behind_tag(text: &[u8], at: usize) -> Option<usize> {
    let Some(mark) = text.get(at).filter(|mark| matches!(mark, b'!' | b'&')) else { return Some(at) };
    let plain = text[at..].starts_with(b"!!");
    let from = at + 1 + usize::from(plain);
    let word = text[from..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric() || b"_-:/".contains(b)).count();
    let is_tag = word > usize::from(*mark == b'!') && text.get(from + word) == Some(&b' ');
    // What follows a mark alone, or a word with other letters, is the value itself.
    let of_letters = text[from..from + word].iter().all(|b| b.is_ascii_alphabetic() || b"_-:/".contains(b));
    match (is_tag, *mark) {
        (true, b'&') => Some(skip(text, from + word, b" ")),
        (true, _) if plain => Some(skip(text, from + word, b" ")),
        (true, _) if of_letters => None,
        _ => Some(at),
    }
}

/// The place of the value in a record that psql shows with one column a line, `password      | value`: the name begins its line, and no other bar follows.
pub(super) fn in_record(text: &[u8], name: &Range<usize>, from: usize) -> Option<usize> {
    let begins = name.start == 0 || text[name.start - 1] == b'\n';
    let rest = text.get(from..)?.strip_prefix(b"| ").filter(|_| begins && from > name.end)?;
    let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len()).min(LONGEST_FIELD)];
    (!line.contains(&b'|')).then_some(from + 2)
}

/// The place of the text in what Erlang writes of bytes, `<<"value">>`; `at` elsewhere.
pub(super) fn in_binary(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    if rest.starts_with(b"<<\"") || rest.starts_with(b"<<\\\"") { at + 2 } else { at }
}

/// The place of the text in a pair of Erlang or Elixir: `{password,"value"}`, `{:password, "value"}`.
pub(super) fn in_tuple(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let before = &text[..name.start];
    let opens = before.ends_with(b"{") || before.ends_with(b"{:");
    let rest = text[name.end..].strip_prefix(b",").filter(|_| opens)?;
    let at = in_binary(text, skip(text, text.len() - rest.len(), b" "));
    quoted::opening_at(text, at).map(|_| at)
}

/// The place of the key of a pair's value behind fields that say something else of the pair: `"name": "X", "slotSetting": false, "value": "..."`; `at`
/// where there are none.
pub(super) fn behind_fields(text: &[u8], name: usize, at: usize) -> usize {
    let of_pair = || {
        let quote = quoted::before(text, name)?;
        let key = text[..name - quote.len()].trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
        let key = &key[..key.len() - quoted::before(key, key.len()).map_or(0, quoted::Quote::len)];
        let word = key.iter().rev().take(16).take_while(|b| b.is_ascii_alphabetic()).count();
        Some(is_pair_key(&key[key.len() - word..]))
    };
    let mut next = at;
    for _ in 0..MOST_FIELDS {
        let Some((quote, start)) = quoted::opening_at(text, next) else { return at };
        if value_key(&text[start..]).is_some() {
            return if next == at || of_pair() == Some(true) { next } else { at };
        }
        let window = &text[..text.len().min(start + LONGEST_FIELD)];
        let Some(end) = quoted::closing(window, start, quote) else { return at };
        // A text that was cut off ends where the string around it does.
        if !quote.stands_at(text, end) {
            return at;
        }
        let colon = skip(text, end + quote.len(), b" \t");
        if text.get(colon) != Some(&b':') {
            return at;
        }
        let Some(end) = behind_field(window, next_text(text, colon + 1)) else { return at };
        next = next_text(text, end + 1);
    }
    at
}

/// The place of the text that a program compares a name with: `if api_key == "..."`, `$http_x_gateway_key != "..."`. What looks random is a value
/// there; what else stands there is a word that a program knows.
pub(super) fn compared(text: &[u8], at: usize) -> Option<usize> {
    let rest = &text[at..];
    let length = [&b"==="[..], b"!==", b"==", b"!="].iter().find(|sign| rest.starts_with(sign))?.len();
    let at = skip(text, at + length, b" \t");
    let (quote, start) = quoted::opening_at(text, at)?;
    let window = &text[..text.len().min(start + LONGEST_FIELD)];
    let end = quoted::closing(window, start, quote)?;
    is_random(&text[start..end]).then_some(at)
}

/// Whether a value is a password that a generator made, though it is short or has few digits: of both cases and digits, one of them inside.
pub(super) fn is_scrambled(value: &[u8]) -> bool {
    let has = |class: fn(&u8) -> bool| value.iter().any(class);
    let inside = || value.windows(2).any(|pair| pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic());
    let upper = || value.iter().filter(|b| b.is_ascii_uppercase()).count();
    let plain = || value.iter().all(|b| b.is_ascii_alphanumeric() || b"!#%*+?@^~-_$".contains(b));
    (10..=64).contains(&value.len()) && has(u8::is_ascii_lowercase) && upper() > 1 && inside() && plain()
}

/// Whether a value is what a setting of a file says, and no word: `pass: value` at the start of a line.
pub(super) fn fills(value: &[u8], position: &Position) -> bool {
    let plain = || value.iter().all(|b| b.is_ascii_graphic() && !b"/.:,()\\".contains(b));
    position.starts_line && position.colon && value.len() >= 10 && plain() && is_mixed(value)
}

/// Whether a value that a program sets by a name like `pass` is one that a person made up, of letters and digits: `pass: 'value'`, `pass=value`.
pub(super) fn is_set(text: &[u8], value: &[u8], position: &Position) -> bool {
    if !(6..=64).contains(&value.len()) {
        return false;
    }
    let assigned = !position.prose && !position.colon || quoted::opening_at(text, position.at).is_some();
    // One dot between words is no file, host or version where other marks or capital letters stand beside it.
    let dotted = || {
        let inner = value.windows(3).any(|part| {
            let before = part[0].is_ascii_alphabetic() || part[0].is_ascii_digit() && ends_in_number(value);
            part[1] == b'.' && before && part[2].is_ascii_alphabetic()
        });
        memchr::memchr_iter(b'.', value).count() == 1 && inner && value.iter().any(u8::is_ascii_uppercase)
    };
    let marks: &[u8] = if dotted() { b"/:,()\\" } else { b"/.:,()\\" };
    let plain = || value.iter().all(|b| b.is_ascii_graphic() && !marks.contains(b));
    let letters = || value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let made = assigned && value.iter().any(u8::is_ascii_digit) && letters() >= 3;
    made && plain() && !is_evidence_id(value) && !is_plain_state(value) && !is_test(value)
}

/// Fewest digits of a key that is written in hexadecimal.
const FEWEST_DIGITS: usize = 32;

/// Whether a value is a key or a digest in hexadecimal: behind most names it is a digest.
pub(super) fn is_hexadecimal(value: &[u8]) -> bool {
    let digits = || value.iter().filter(|b| b.is_ascii_digit()).count();
    value.len() >= FEWEST_DIGITS && value.iter().all(u8::is_ascii_hexdigit) && digits() >= 4 && digits() < value.len()
}

/// Whether a value is the key that a header of somebody's own holds, `X-Tenant-Key`, or a key in hexadecimal that a variable does, `GATEWAY_KEY`: other
/// keys are names of entries, and digests.
pub(super) fn is_own_key(name: &[u8], value: &[u8]) -> bool {
    let of_header =
        name.len() > 6 && name[..2].eq_ignore_ascii_case(b"x-") && name[name.len() - 4..].eq_ignore_ascii_case(b"-key");
    let is_variable = || name.ends_with(b"_KEY") && !name.iter().any(u8::is_ascii_lowercase);
    let whole = || value.iter().all(|b| b.is_ascii_graphic() && !b"/:,()".contains(b));
    let made = || value.len() >= 10 && whole() && is_mixed(value) && !is_evidence_id(value);
    of_header && made() || is_hexadecimal(value) && (of_header || is_variable())
}

/// Whether a value ends in a letter and a number behind it, as no kind of file or network does but a few: `mp4`.
fn ends_in_number(value: &[u8]) -> bool {
    let digits = value.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let letters = value[..value.len() - digits].iter().rev().take_while(|b| b.is_ascii_alphabetic()).count();
    digits > 0 && letters > 2
}

/// Whether a text in the place of a value says what is wrong with it, as validators do: `"password": ["This field is required."]`.
pub(super) fn is_remark(text: &[u8], range: &Range<usize>) -> bool {
    let Some(quote) = quoted::before(text, range.start) else { return false };
    let in_list = text[..range.start - quote.len()].trim_ascii_end().ends_with(b"[");
    let words = || text[range.clone()].split(|b| *b == b' ').map(bare_word);
    let plain = |word: &[u8]| word.iter().all(|b| b.is_ascii_alphanumeric() || b"'-".contains(b));
    let remarks = || words().filter(|word| Names::get().is_some_and(|names| names.is_of_remark(word))).count();
    let least = if in_list { 1 } else { 2 };
    range.len() <= LONGEST_FIELD && words().count() > 2 && words().all(plain) && remarks() >= least
}

/// Whether what stands behind the name of a header is a sentence about it: `authorization: header is missing from the request`.
pub(super) fn is_sentence(value: &[u8]) -> bool {
    let words = || value.split(|b| *b == b' ').map(bare_word);
    let plain = |word: &[u8]| word.iter().all(|b| b.is_ascii_alphabetic() || *b == b'\'');
    let remarks = |word| Names::get().is_some_and(|names| names.is_of_remark(word));
    value.len() <= LONGEST_FIELD && words().count() > 1 && words().all(plain) && words().any(remarks)
}

/// A word without the marks of a sentence around it.
fn bare_word(word: &[u8]) -> &[u8] {
    let is_mark = |b: &u8| b"().,:;!?\"".contains(b);
    let start = word.iter().position(|b| !is_mark(b)).unwrap_or(word.len());
    let end = word.iter().rposition(|b| !is_mark(b)).map_or(start, |last| last + 1);
    &word[start..end]
}

/// Whether a value is the name of a test of Go, whose runner says `--- PASS: TestRetryAfter429`.
pub(super) fn is_test(value: &[u8]) -> bool {
    let rest = [&b"Test"[..], b"Benchmark", b"Example", b"Fuzz"].iter().find_map(|lead| value.strip_prefix(*lead));
    let words = |rest: &[u8]| rest.windows(3).any(|part| part.iter().all(u8::is_ascii_lowercase));
    rest.is_some_and(|rest| matches!(rest.first(), Some(b'A'..=b'Z' | b'_')) && words(rest))
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    fn shown(text: &str) -> String {
        Redactor::builder().build().unwrap().redact_str(text)
    }

    #[test]
    fn values_go_however_their_names_are_written() {
        let value = ["Wq9", "kPz4mTa7", "xRb2Lc"].concat();
        for text in [
            "**Password:** {}\n",
            "- **Password**: {}\n",
            "__Token__: {}\n",
            "**API key:** {}\n",
            r#"{"SPRING_RABBITMQ_PASSWORD":{"value":"{}","origin":"x"}}"#,
            r#"{"db_password": {"sensitive": true, "type": "string", "value": "{}"}}"#,
            r#"{\"password\": {\"S\": \"{}\"}, \"n\": 1}"#,
            r#"if api_key == "{}":"#,
            r#"if ($http_x_gateway_key != "{}") { return 403; }"#,
            "pass: {}\n",
            r#"<meta name="csrf-token" content="{}" />"#,
            "{ name: 'x-api-key', value: '{}' }",
            "Header(name='x-api-key', value='{}')",
            r#".{ .name = "x-api-key", .value = "{}" }"#,
            "[name=x-api-key, value={}]",
            "{ Key = x-api-key, Value = {} }",
            "header_name: x-api-key\nheader_value: {}\n",
            "| SecretAccessKey | {} |",
            r#"(setq gptel-api-key "{}")"#,
            r#"set "Anthropic:ApiKey" "{}""#,
            "proxy_set_header x-api-key {};",
            "DB_PASSWORD=$'{}\\n'",
            r#"Token = Some "{}""#,
            r#"Password: (*string)(0xc000014270)((len=14) "{}"),"#,
            r#"token = 0x0000600000c @"{}""#,
            "<set-header name=\"x-api-key\" exists-action=\"override\">\n  <value>{}</value>\n",
            "> X-Tenant-Key: {}\n",
            "api_key:\n  {}\n",
            "api-keys:\n  - openrouter={}\n",
            "$api_key\n[1] \"{}\"\n",
            "name     token\n-------  ----------------\nclaude   {}\n",
        ] {
            let text = text.replace("{}", &value);
            assert!(!shown(&text).contains("kPz4"), "{text} {}", shown(&text));
        }
    }

    #[test]
    fn what_only_reads_like_them_stays() {
        for text in [
            "**Token:** none\n",
            "**Token usage**: 4711 of 9000\n",
            r#"{"token": {"type": "string", "description": "words of a schema"}}"#,
            r#"{"db_password": {"sensitive": true, "type": "string", "value": null}}"#,
            r#"if token == "access" or token != "EOF":"#,
            "--- PASS: TestRetryAfter429 (0.01s)\n",
            "pass: TestRetryAfter429\n",
            r#"<meta name="author" content="x" />"#,
            "{ name: 'request-id', value: 'req_011CTabcdefghijkmnopqrst12' }",
            "| API_KEY | not set |",
            "gpg: using RSA key 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
            r#""cache_key" "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b""#,
            "proxy_set_header X-Api-Key $http_x_api_key;",
            "X-Cache-Key: claude-opus-4-1-20250805\n",
            "api_key:\n  required: true\n}\n",
            "Error parsing token:\n    at parse (x1y2.js:12:1)\n",
            "name     tokens   secret\n-------  -------  ------\nclaude   1234     none\ngit commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\n",
            "chpasswd: line 1: missing new password\n",
            "$password\n[1] 12\n",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
