//! What support asks for: the items of the checklist, as data in `checklist.yaml`. Their ids, labels and places are fixed for a schema version.

use std::sync::LazyLock;

use serde::Deserialize;

const SOURCE: &str = include_str!("checklist.yaml");

/// One item of `checklist.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable id.
    #[serde(rename = "item")]
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// JSON pointer to the value, where the packet has no better place for it.
    pub pointer: &'static str,
    /// Topic of `guidance.yaml` that says how to get it.
    pub topic: &'static str,
}

/// All items, in the order of the file.
pub static ITEMS: LazyLock<Vec<Item>> = LazyLock::new(|| SOURCE.lines().filter_map(parse).collect());

/// The item of that id.
#[must_use]
pub fn item(id: &str) -> Option<&'static Item> {
    ITEMS.iter().find(|item| item.id == id)
}

/// One line of the file. It is YAML in flow form, read by line so that start-up does not pay for a YAML parser; a test holds
/// the two readings equal.
fn parse(line: &'static str) -> Option<Item> {
    let fields = line.strip_prefix("- {")?.strip_suffix('}')?;
    let field = |name: &str| fields.split(", ").find_map(|field| field.strip_prefix(name)?.strip_prefix(": "));
    Some(Item { id: field("item")?, label: field("label")?, pointer: field("pointer")?, topic: field("topic")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::guidance;
    use std::collections::BTreeMap;

    #[test]
    fn the_line_reader_agrees_with_yaml() {
        let yaml: Vec<BTreeMap<String, String>> = serde_yaml::from_str(SOURCE).unwrap();
        let lines: Vec<BTreeMap<String, String>> = ITEMS
            .iter()
            .map(|i| [("item", i.id), ("label", i.label), ("pointer", i.pointer), ("topic", i.topic)])
            .map(|fields| fields.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
            .collect();
        assert_eq!(yaml, lines);
        assert!(lines.len() > 15);
    }

    #[test]
    fn every_topic_has_guidance() {
        let general = guidance::how_to_get("general");
        for item in ITEMS.iter() {
            assert_ne!(guidance::how_to_get(item.topic), general, "{}", item.id);
        }
    }
}
