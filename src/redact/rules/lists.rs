//! A reader for the plain form of the tables of words, `name: [word, 'a phrase', "another"]`, so that a start costs no YAML parser.

use std::collections::HashMap;

/// The lists of a table by their names, or `None` where it is not in its plain form; the caller fails closed.
pub(in crate::redact) fn lists(text: &str) -> Option<HashMap<&str, Vec<String>>> {
    let mut lists = HashMap::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.starts_with('#') {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        if rest.is_empty() {
            return Some(lists);
        }
        let (name, after) = rest.split_once(": [")?;
        let (words, after) = words(after)?;
        lists.insert(name, words);
        rest = after;
    }
}

/// The words of a list, up to the bracket that ends it, and what follows.
fn words(mut rest: &str) -> Option<(Vec<String>, &str)> {
    let mut words = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(']') {
            return Some((words, after));
        }
        let (word, after) = word(rest)?;
        words.push(word);
        let after = after.trim_start();
        rest = after.strip_prefix(',').or_else(|| after.starts_with(']').then_some(after))?;
    }
}

/// One word, and what follows: in quotation marks of either kind, or up to a comma or bracket.
fn word(text: &str) -> Option<(String, &str)> {
    if let Some(body) = text.strip_prefix('\'') {
        // A quotation mark in it would be doubled, which is not read.
        let (word, after) = body.split_once('\'')?;
        return (!after.starts_with('\'')).then(|| (word.to_owned(), after));
    }
    if let Some(body) = text.strip_prefix('"') {
        let (word, after) = body.split_once('"')?;
        return (!word.contains('\\')).then(|| (word.to_owned(), after));
    }
    let end = text.find([',', ']'])?;
    let word = text[..end].trim_end();
    (!word.is_empty() && !word.contains(['\n', '#'])).then(|| (word.to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_a_yaml_parser_reads_them() {
        for text in [include_str!("names.yaml"), include_str!("content.yaml")] {
            let parsed: HashMap<&str, Vec<String>> = serde_yaml::from_str(text).unwrap();
            assert_eq!(lists(text).unwrap(), parsed);
        }
    }

    #[test]
    fn what_is_not_in_the_plain_form_is_not_read() {
        assert_eq!(lists("# none\n"), Some(HashMap::new()));
        for text in ["a: b\n", "a: [b", "a: ['it''s']\n", "a: [\"b\\n\"]\n", "a: [b\n c]\n", "a: [,]\n", "a: ['b' c]\n"]
        {
            assert_eq!(lists(text), None, "{text}");
        }
    }
}
