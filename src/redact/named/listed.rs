//! Values that stand in the next row of a list whose row before names them: replies of Redis, arguments of a container.

use std::ops::Range;

use super::skip;
use crate::redact::line_leads;
use crate::redact::quoted::{self, Quote};

/// Most digits of a row's number.
const MOST_DIGITS: usize = 4;

/// The place of the value in a reply of Redis whose row before names it: `1) "requirepass"` and `2) "value"`.
pub(super) fn in_next_row(text: &[u8], name: &Range<usize>, quote: Option<Quote>, at: usize) -> Option<usize> {
    let open = name.start.checked_sub(quote?.len())?;
    let number = number_before(&text[..open])?;
    let line_break = line_leads::break_length(&text[at..]);
    let row = skip(text, at + line_break, b" ");
    let digits = text[row..].iter().take(MOST_DIGITS).take_while(|b| b.is_ascii_digit()).count();
    let next = std::str::from_utf8(&text[row..row + digits]).ok()?.parse::<u32>().ok()?;
    let value = row + digits + 2;
    let fits = line_break > 0 && number % 2 == 1 && next == number + 1 && text[row + digits..].starts_with(b") ");
    (fits && quoted::opening_at(text, value).is_some()).then_some(value)
}

/// The number of a row that ends here: `12) `.
fn number_before(text: &[u8]) -> Option<u32> {
    let body = text.strip_suffix(b") ")?;
    let digits = body.iter().rev().take(MOST_DIGITS).take_while(|b| b.is_ascii_digit()).count();
    std::str::from_utf8(&body[body.len() - digits..]).ok()?.parse().ok()
}

/// The name that a row or an item of a list holds and nothing else, whose value the next one holds: `1) "requirepass"`, `- --api-key`, `'X-Api-Key',`.
pub(super) fn name_of_item(line: &[u8]) -> Option<&[u8]> {
    let row = || {
        let open = memchr::memchr(b'"', &line[..line.len().min(LONGEST_LEAD)])?;
        let name = line[open + 1..].strip_suffix(b"\"")?;
        number_before(&line[..open]).filter(|number| number % 2 == 1).map(|_| name)
    };
    let element = || {
        let body = line.trim_ascii().strip_suffix(b",")?;
        let mark = body.first().filter(|mark| b"\"'".contains(mark))?;
        let name = body[1..].strip_suffix(std::slice::from_ref(mark))?;
        name.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).then_some(name)
    };
    option_of_item(line).or_else(row).or_else(element)
}

/// So far the number of a row may stand behind the start of its line.
const LONGEST_LEAD: usize = 16;

/// The option that an item of a list of YAML holds and nothing else: `- --api-key`.
fn option_of_item(line: &[u8]) -> Option<&[u8]> {
    let item = line.trim_ascii().strip_prefix(b"- ")?;
    let option = item.strip_prefix(b"\"").and_then(|item| item.strip_suffix(b"\"")).unwrap_or(item);
    let is_option = option.len() > 3
        && option.starts_with(b"--")
        && option[2..].iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b));
    is_option.then_some(option)
}

/// The place of the item behind one that is an option: `- --api-key` and `- value`.
pub(super) fn in_next_item(text: &[u8], name: &Range<usize>) -> Option<usize> {
    let quote = quoted::before(text, name.start).map_or(0, Quote::len);
    let end = name.end + quote;
    let line_break = line_leads::break_length(text.get(end..)?);
    let is_item = text[..name.start - quote].ends_with(b"- ");
    if line_break == 0 || !text[name.clone()].starts_with(b"--") || !is_item {
        return None;
    }
    let item = skip(text, end + line_break, b" \t");
    let value = item + 2;
    (text[item..].starts_with(b"- ") && !text[value..].starts_with(b"-")).then_some(value)
}
