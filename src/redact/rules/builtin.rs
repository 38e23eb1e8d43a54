//! The built-in rules: the files, and a reader for the plain form they are written in, so that a start costs no YAML parser.

use std::sync::Arc;

use crate::redact::rule::RuleText;

/// The built-in families. The first document of each file holds rules, the second their examples.
pub(in crate::redact) const BUILTIN: &[(&str, &str)] = &[
    ("anthropic.yaml", include_str!("anthropic.yaml")),
    ("llm.yaml", include_str!("llm.yaml")),
    ("llm-tools.yaml", include_str!("llm-tools.yaml")),
    ("cloud.yaml", include_str!("cloud.yaml")),
    ("cloud-more.yaml", include_str!("cloud-more.yaml")),
    ("code-hosts.yaml", include_str!("code-hosts.yaml")),
    ("ci.yaml", include_str!("ci.yaml")),
    ("packages.yaml", include_str!("packages.yaml")),
    ("services.yaml", include_str!("services.yaml")),
    ("payment.yaml", include_str!("payment.yaml")),
    ("monitoring.yaml", include_str!("monitoring.yaml")),
    ("databases.yaml", include_str!("databases.yaml")),
    ("chat.yaml", include_str!("chat.yaml")),
    ("webhooks.yaml", include_str!("webhooks.yaml")),
    ("files.yaml", include_str!("files.yaml")),
    ("keys.yaml", include_str!("keys.yaml")),
    ("http.yaml", include_str!("http.yaml")),
    ("calls.yaml", include_str!("calls.yaml")),
    ("commands.yaml", include_str!("commands.yaml")),
];

/// The rules of a built-in file, without their examples, which only tests read.
pub(in crate::redact) fn first_document(text: &str) -> &str {
    text.split("\n---\n").next().unwrap_or(text)
}

/// All built-in rules, or `None` where a file is not in its plain form; the caller fails closed.
pub(in crate::redact) fn rules() -> Option<Vec<RuleText>> {
    let mut rules = Vec::with_capacity(300);
    for (file, text) in BUILTIN {
        read(file.strip_suffix(".yaml")?, first_document(text), &mut rules)?;
    }
    Some(rules)
}

/// Reads one file: a rule begins with `- id: `, each key stands on a line of its own, texts are in single quotes.
fn read(family: &str, text: &str, rules: &mut Vec<RuleText>) -> Option<()> {
    let family: Arc<str> = Arc::from(family);
    for line in text.lines() {
        if line.starts_with('#') || line == "rules:" {
            continue;
        }
        if let Some(id) = line.strip_prefix("- id: ") {
            let family = Arc::clone(&family);
            rules.push(RuleText { id: id.to_owned(), boundary: true, family, ..RuleText::default() });
            continue;
        }
        let (key, value) = line.strip_prefix("  ")?.split_once(": ")?;
        let rule = rules.last_mut()?;
        match key {
            "description" => rule.description = quoted(value)?,
            "placeholder" => rule.kind = Some(value.to_owned()),
            "anchors" => rule.anchors = list(value)?,
            "pattern" => rule.pattern = quoted(value)?,
            "source" => rule.source = quoted(value)?,
            "boundary" => rule.boundary = value.parse().ok()?,
            "needs" => rule.needs = Some(quoted(value)?),
            "wraps" => rule.wraps = value.parse().ok()?,
            "back" => rule.back = value.parse().ok()?,
            "random" => rule.random = value.parse().ok()?,
            "mixed" => rule.mixed = value.parse().ok()?,
            "certain" => rule.certain = value.parse().ok()?,
            "named" => rule.named = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(())
}

/// A text in single quotes; a quote inside is doubled.
fn quoted(value: &str) -> Option<String> {
    Some(value.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
}

/// A list of texts in single quotes.
fn list(value: &str) -> Option<Vec<String>> {
    let mut rest = value.strip_prefix('[')?.strip_suffix(']')?;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let body = rest.strip_prefix('\'')?;
        let mut end = 0;
        loop {
            end += body[end..].find('\'')?;
            if body[end + 1..].starts_with('\'') {
                end += 2;
            } else {
                break;
            }
        }
        items.push(body[..end].replace("''", "'"));
        rest = body[end + 1..].trim_start_matches([',', ' ']);
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::rule::RuleFile;

    #[test]
    fn the_plain_reader_reads_what_a_yaml_parser_reads() {
        for (file, text) in BUILTIN {
            let family = file.strip_suffix(".yaml").unwrap();
            let mut plain = Vec::new();
            read(family, first_document(text), &mut plain).unwrap_or_else(|| panic!("{file}: {:?}", plain.last()));
            let mut parsed: RuleFile = serde_yaml::from_str(first_document(text)).unwrap();
            for rule in &mut parsed.rules {
                rule.family = Arc::from(family);
            }
            assert_eq!(plain, parsed.rules, "{file}");
        }
    }
}
