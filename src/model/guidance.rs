//! The words that say how to get a piece of evidence that is missing. They are data: `guidance.yaml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

const SOURCE: &str = include_str!("guidance.yaml");

fn topics() -> &'static BTreeMap<&'static str, &'static str> {
    static TOPICS: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    TOPICS.get_or_init(|| {
        SOURCE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": ")).collect()
    })
}

/// How to get the evidence of a topic; the general advice where the topic is not in the file.
///
/// The file is flat `topic: sentence` YAML, read by line so that start-up does not pay for a YAML parser; a test holds
/// the two readings equal.
#[must_use]
pub fn how_to_get(topic: &str) -> &'static str {
    let topics = topics();
    debug_assert!(topics.contains_key(topic), "guidance.yaml has no topic {topic}");
    topics.get(topic).or_else(|| topics.get("general")).copied().unwrap_or("collect it by hand")
}

/// The same for a failure of Claude Code, which has none of the SDKs' switches; `None` where the general words fit.
#[must_use]
pub fn how_in_claude_code(topic: &str) -> Option<&'static str> {
    topics().get(format!("{topic}.claude-code").as_str()).copied()
}

/// The topic whose words these are, where they are the words of one; the first where two topics have the same.
#[must_use]
pub fn topic_of(words: &str) -> Option<&'static str> {
    topics().iter().find(|(_, text)| **text == words).map(|(topic, _)| *topic)
}

/// The words of a topic, where it is in the file.
#[must_use]
pub fn words_of(topic: &str) -> Option<&'static str> {
    topics().get(topic).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_reader_agrees_with_yaml() {
        let yaml: BTreeMap<String, String> = serde_yaml::from_str(SOURCE).unwrap_or_default();
        assert!(yaml.len() > 20);
        let lines: BTreeMap<String, String> =
            topics().iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(yaml, lines);
    }
}
