//! The built-in rules, by family.

use std::sync::Arc;

use crate::redact::rule::{RuleFile, RuleText};

/// The families, in the order in which their rules are tried, with the first document of each file; the second holds examples, which only tests read.
const FAMILIES: &[(&str, &str)] = &[
    ("anthropic", data!("redact/rules/anthropic")),
    ("llm", data!("redact/rules/llm")),
    ("llm-tools", data!("redact/rules/llm-tools")),
    ("cloud", data!("redact/rules/cloud")),
    ("cloud-more", data!("redact/rules/cloud-more")),
    ("code-hosts", data!("redact/rules/code-hosts")),
    ("ci", data!("redact/rules/ci")),
    ("packages", data!("redact/rules/packages")),
    ("services", data!("redact/rules/services")),
    ("payment", data!("redact/rules/payment")),
    ("monitoring", data!("redact/rules/monitoring")),
    ("databases", data!("redact/rules/databases")),
    ("chat", data!("redact/rules/chat")),
    ("webhooks", data!("redact/rules/webhooks")),
    ("files", data!("redact/rules/files")),
    ("keys", data!("redact/rules/keys")),
    ("http", data!("redact/rules/http")),
    ("calls", data!("redact/rules/calls")),
    ("commands", data!("redact/rules/commands")),
    ("devices", data!("redact/rules/devices")),
    ("settings", data!("redact/rules/settings")),
    ("dialogs", data!("redact/rules/dialogs")),
    ("shown", data!("redact/rules/shown")),
    ("statements", data!("redact/rules/statements")),
    ("refused", data!("redact/rules/refused")),
    ("logins", data!("redact/rules/logins")),
    ("tools", data!("redact/rules/tools")),
    ("questions", data!("redact/rules/questions")),
];

/// All built-in rules, or `None` where a file is not one of rules; the caller fails closed.
pub(in crate::redact) fn rules() -> Option<Vec<RuleText>> {
    let mut rules = Vec::with_capacity(300);
    for (family, text) in FAMILIES {
        let file: RuleFile = crate::data::read(text).ok()?;
        let family: Arc<str> = Arc::from(*family);
        rules.extend(file.rules.into_iter().map(|rule| RuleText { family: Arc::clone(&family), ..rule }));
    }
    Some(rules)
}

/// The files as their author wrote them.
#[cfg(test)]
pub(in crate::redact) fn sources() -> Vec<(&'static str, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/redact/rules");
    let read = |family: &str| std::fs::read_to_string(format!("{folder}/{family}.yaml")).unwrap();
    FAMILIES.iter().map(|(family, _)| (*family, read(family))).collect()
}

/// The examples of each file.
#[cfg(test)]
pub(in crate::redact) fn examples() -> Vec<(&'static str, crate::redact::rule::ExampleFile)> {
    let second = |text: &str| serde_yaml::from_str(text.split_once("\n---\n").unwrap().1).unwrap();
    sources().iter().map(|(family, text)| (*family, second(text))).collect()
}
