//! Values of pairs whose name is a text itself: `["x-api-key", "value"]`, `"name": "x-api-key", "value": "..."`, `"label": "Password:", "value": "..."`.

use std::ops::Range;

use super::{Position, around, skip, written};
use crate::redact::quoted::{self, Quote};

/// Where the value begins that a string leads to whose end is a name with its colon: `"password:": "value"`, `"label": "Password:", "value": "..."`,
/// `["password:", "value"]`.
pub(super) fn after_label(text: &[u8], name: &Range<usize>, label: (Quote, usize)) -> Option<Position> {
    let (quote, end) = label;
    let next = skip(text, end, b" \t");
    if text.get(next) == Some(&b':') {
        let at = around::next_text(text, next + 1);
        return Some(Position { at, prose: false, starts_line: false, colon: true });
    }
    let alone = quoted::before(text, name.start) == Some(quote);
    let position = position(text, name, quote, next).filter(|_| alone)?;
    // A key stands beside the label, and no value.
    let key = quoted::opening_at(text, position.at)
        .and_then(|(quote, start)| quoted::closing(text, start, quote).map(|end| end + quote.len()))
        .is_some_and(|end| text.get(skip(text, end, b" \t")) == Some(&b':'));
    (!key).then_some(position)
}

/// `('x-api-key', 'value')`, `['x-api-key', 'value']` and `"name": "x-api-key", "value": "..."`.
pub(super) fn position(text: &[u8], name: &Range<usize>, quote: Quote, from: usize) -> Option<Position> {
    if text.get(from) != Some(&b',') {
        return None;
    }
    let value = skip(text, from + 1, b" \t\r\n");
    let value = written::behind_fields(text, name.start, value);
    let key_quote = quoted::opening_at(text, value);
    if let Some((inner, key_start)) = key_quote
        && let Some(key) = around::value_key(&text[key_start..])
    {
        let after = key_start + key + inner.len();
        let colon = skip(text, after.min(text.len()), b" \t\r\n");
        if text.get(colon) == Some(&b':') {
            let at = written::in_typed(text, skip(text, colon + 1, b" \t\r\n"));
            return Some(Position { at, prose: false, starts_line: false, colon: true });
        }
    }
    // `{ name: 'x-api-key', value: 'value' }` of Node, `Header(name='x-api-key', value='value')` of Python, `.value = "value"` of Zig.
    let bare = value + usize::from(text.get(value) == Some(&b'.'));
    if key_quote.is_none()
        && let Some(key) = around::value_key(&text[bare..])
    {
        let sign = skip(text, bare + key, b" ");
        let at = skip(text, sign + 1, b" \t\r\n");
        let assigns = matches!(text.get(sign), Some(b':' | b'=')) && quoted::opening_at(text, at).is_some();
        return assigns.then_some(Position { at, prose: false, starts_line: false, colon: true });
    }
    let open = name.start.checked_sub(quote.len())?;
    let open = if open > 0 && b"bru".contains(&text[open - 1]) { open - 1 } else { open };
    let before = text[..open].iter().rev().find(|b| !b.is_ascii_whitespace());
    // A list of names (`["authorization","accept"]`) is no list of pairs: there only a value that looks random goes.
    let tuple = matches!(before, Some(b'(' | b'['));
    // The name may begin what is seen of a list that is written over lines.
    let list = matches!(before, None | Some(b','));
    // `"--api-key", "value"`: an argument that is named before it.
    let option = text[name.clone()].starts_with(b"--");
    // The next option is no value of this one.
    if option && key_quote.is_some_and(|(_, start)| text[start..].starts_with(b"--")) {
        return None;
    }
    (tuple || list).then_some(Position {
        at: quoted::after_type(text, value),
        prose: (list || before == Some(&b'[')) && !option,
        starts_line: false,
        colon: false,
    })
}
