//! Keys whose last word tells what they hold: `"chat_prompt": "text"`, `lastUtterance: 'text'`. Their first words are anything, so the text must tell, too.

use std::ops::Range;

use super::keyed::key_at;
use super::keys::Keys;
use super::said;
use crate::redact::quoted;

/// Longest name of a key.
const LONGEST: usize = 64;
/// Longest text that is looked at.
const LONGEST_TEXT: usize = 64 * 1024;

/// The text of the key that ends in the word at a place.
pub(super) fn value(keys: &Keys, text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let before = *text.get(word.start.checked_sub(1)?)?;
    let begins =
        if text[word.start].is_ascii_uppercase() { before.is_ascii_lowercase() } else { b"_-".contains(&before) };
    if !begins || !keys.is_ending(&text[word.clone()]) {
        return None;
    }
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"_-".contains(b);
    let lead = text[..word.start].iter().rev().take(LONGEST).take_while(part).count();
    let name = word.start - lead..word.end;
    if keys.class_of(&text[name.clone()]).is_some() {
        return None;
    }
    let key = key_at(text, name)?;
    let (quote, start) = quoted::opening_at(text, key.value)?;
    let near = &text[..text.len().min(start + LONGEST_TEXT)];
    let end = quoted::closing(near, start, quote)?;
    said::is_running(&text[start..end]).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use crate::redact::Redactor;

    #[test]
    fn keys_are_told_by_their_last_word_where_the_text_tells_as_well() {
        let redactor = Redactor::builder().build().unwrap();
        for text in [
            "{\"input_ask\":\"where does the walrus sleep\",\"status\":529}\n",
            "{\\\"tenantLastQuestion\\\":\\\"where does the walrus sleep\\\",\\\"status\\\":529}\n",
            "call(reply_to_prompt='where does the walrus sleep', status=529)\n",
        ] {
            let shown = redactor.redact_str(text);
            assert!(!shown.contains("walrus") && shown.contains("529"), "{shown}");
            assert_eq!(redactor.redact_str(&shown), shown);
        }
        for text in [
            "{\"no_prompt\":\"true\",\"max_prompt\":\"512 tokens\",\"shell_completion\":\"bash\"}\n",
            "{\"failed_prompt\":\"Error code: 529 - try it again\"}\n",
        ] {
            assert_eq!(redactor.redact_str(text), text);
        }
    }
}
