//! The short form of a packet's data inside Markdown: JSON that says nothing that evpack knows by itself.
//!
//! - `how_to_get_it` is its topic in `guidance.yaml`, where the words are those of a topic, and nothing, where the topic has the name
//!   of the place;
//! - an item of the checklist leaves out its label and place, where they are those of `checklist.yaml`, and whether it was captured,
//!   where that follows from `absent`;
//! - entries of the checklist and attempts leave out `null` and `[]`.
//!
//! Everything else stays as it is, keys that nobody knows among it.

use serde_json::{Map, Value};

use crate::model::{checklist, guidance};

/// Longest list whose entries are shortened. What leaves things out grows when it is read, so a hostile list must be short.
const MOST_ENTRIES: usize = 128;

const CHECKLIST: [&str; 7] = ["item", "label", "pointer", "captured", "source", "absent", "how_to_get_it"];
const ATTEMPT: [&str; 9] =
    ["n", "at", "outcome", "failure", "changed", "followed", "not_compared", "repeats", "conclusion"];
/// Keys of an attempt that are lists.
const LISTS: [&str; 3] = ["changed", "followed", "not_compared"];

/// The short form; `None` where the packet could not be read back from it as it is.
#[must_use]
pub fn compact(packet: &Value) -> Option<Value> {
    let mut short = packet.clone();
    each(&mut short, "checklist", &shorten_item);
    each(&mut short, "attempts", &shorten_attempt);
    words_to_topics(&mut short, "");
    let mut back = short.clone();
    expand(&mut back);
    (back == *packet).then_some(short)
}

/// The packet of a short form.
pub fn expand(packet: &mut Value) {
    topics_to_words(packet, "");
    each(packet, "checklist", &whole_item);
    each(packet, "attempts", &whole_attempt);
}

fn each(packet: &mut Value, key: &str, change: &dyn Fn(&mut Map<String, Value>)) {
    let entries = packet.get_mut(key).and_then(Value::as_array_mut).filter(|entries| entries.len() <= MOST_ENTRIES);
    entries.into_iter().flatten().filter_map(Value::as_object_mut).for_each(change);
}

fn known(entry: &Map<String, Value>) -> Option<&'static checklist::Item> {
    checklist::item(entry.get("item")?.as_str()?)
}

fn is_captured(entry: &Map<String, Value>) -> bool {
    entry.get("absent").is_none_or(Value::is_null)
}

fn shorten_item(entry: &mut Map<String, Value>) {
    let captured = is_captured(entry);
    let item = known(entry);
    entry.retain(|key, value| match key.as_str() {
        "label" => item.is_none_or(|item| item.label != value),
        "pointer" => item.is_none_or(|item| item.pointer != value),
        "captured" => *value != captured,
        "source" | "absent" | "how_to_get_it" => !value.is_null(),
        _ => true,
    });
}

fn whole_item(entry: &mut Map<String, Value>) {
    let captured = is_captured(entry);
    let item = known(entry);
    fill(entry, &CHECKLIST, |key| match key {
        "label" => item.map(|item| item.label.into()),
        "pointer" => item.map(|item| item.pointer.into()),
        "captured" => Some(captured.into()),
        "source" | "absent" | "how_to_get_it" => Some(Value::Null),
        _ => None,
    });
}

fn shorten_attempt(entry: &mut Map<String, Value>) {
    let is_empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    entry.retain(|key, value| match key.as_str() {
        key if LISTS.contains(&key) => !is_empty(value),
        "failure" | "repeats" | "conclusion" => !value.is_null(),
        _ => true,
    });
}

fn whole_attempt(entry: &mut Map<String, Value>) {
    fill(entry, &ATTEMPT, |key| match key {
        key if LISTS.contains(&key) => Some(Value::Array(Vec::new())),
        "failure" | "repeats" | "conclusion" => Some(Value::Null),
        _ => None,
    });
}

/// Puts what was left out where it stood: the known keys in their order, then the others.
fn fill(entry: &mut Map<String, Value>, order: &[&str], left_out: impl Fn(&str) -> Option<Value>) {
    let mut said = std::mem::take(entry);
    for key in order {
        if let Some(value) = said.shift_remove(*key).or_else(|| left_out(key)) {
            entry.insert((*key).to_owned(), value);
        }
    }
    entry.append(&mut said);
}

/// The topic that needs no saying: that of the place, or of the item of the checklist.
fn topic_here(entry: &Map<String, Value>, place: &str) -> Option<&'static str> {
    let of_item = known(entry).map(|item| item.topic);
    of_item.and_then(guidance::words_of).or_else(|| guidance::words_of(place))
}

fn words_to_topics(value: &mut Value, place: &str) {
    inside(value, place, &words_to_topics);
    let Some(entry) = value.as_object_mut().filter(|entry| entry.contains_key("absent")) else { return };
    let Some(words) = entry.get("how_to_get_it").and_then(Value::as_str) else { return };
    if topic_here(entry, place) == Some(words) {
        entry.shift_remove("how_to_get_it");
    } else if let Some(topic) = guidance::topic_of(words) {
        renamed(entry, "how_to_get_it", "topic", topic);
    }
}

fn topics_to_words(value: &mut Value, place: &str) {
    inside(value, place, &topics_to_words);
    let Some(entry) = value.as_object_mut().filter(|entry| entry.contains_key("absent")) else { return };
    if entry.contains_key("how_to_get_it") {
        return;
    }
    if let Some(topic) = entry.get("topic").and_then(Value::as_str) {
        // A topic of another version of evpack: the general words are better than none.
        let words = guidance::words_of(topic).unwrap_or_else(|| guidance::how_to_get("general"));
        renamed(entry, "topic", "how_to_get_it", words);
    } else if let Some(words) = topic_here(entry, place) {
        entry.insert("how_to_get_it".to_owned(), words.into());
    }
}

/// What holds of a value inside: `place` are the keys on the way to it, with a dot between; lists do not count.
fn inside(value: &mut Value, place: &str, change: &dyn Fn(&mut Value, &str)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change(item, place)),
        Value::Object(entries) => {
            for (key, inner) in entries.iter_mut() {
                let dot = if place.is_empty() { "" } else { "." };
                change(inner, &format!("{place}{dot}{key}"));
            }
        }
        _ => {}
    }
}

/// Another key and value in the place of a key.
fn renamed(entry: &mut Map<String, Value>, old: &str, new: &str, words: &str) {
    let entries = std::mem::take(entry).into_iter();
    *entry =
        entries.map(|(key, value)| if key == old { (new.to_owned(), words.into()) } else { (key, value) }).collect();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn back(packet: &Value) -> Option<Value> {
        let mut value = compact(packet)?;
        expand(&mut value);
        Some(value)
    }

    #[test]
    fn what_evpack_knows_is_left_out_and_comes_back_in_its_order() {
        let how = guidance::how_to_get("failure.request_id");
        let item = checklist::item("request-id").unwrap();
        let absent = json!({"item": "request-id", "label": item.label, "pointer": item.pointer, "captured": false, "source": null, "absent": "not-in-input", "how_to_get_it": how});
        let other = json!({"item": "client", "label": "x", "pointer": "/client/claude_code", "captured": true, "source": "TZ", "absent": null, "how_to_get_it": null});
        let attempt = json!({"n": 1, "at": {"absent": "failed", "how_to_get_it": "own words"}, "outcome": "x", "failure": null, "changed": [], "followed": ["a"], "not_compared": [], "repeats": null, "conclusion": null});
        let packet = json!({"checklist": [absent, other], "attempts": [attempt], "new": {"absent": "offline", "how_to_get_it": how}});
        let short = compact(&packet).unwrap();
        assert_eq!(short["checklist"][0].to_string(), r#"{"item":"request-id","absent":"not-in-input"}"#);
        assert_eq!(
            short["checklist"][1],
            json!({"item": "client", "label": "x", "pointer": "/client/claude_code", "source": "TZ"})
        );
        assert_eq!(short["new"], json!({"absent": "offline", "topic": "failure.request_id"}));
        let placed = json!({"failure": {"request_id": {"absent": "denied", "how_to_get_it": how}}});
        assert_eq!(compact(&placed).unwrap(), json!({"failure": {"request_id": {"absent": "denied"}}}));
        assert_eq!(back(&placed).unwrap().to_string(), placed.to_string());
        assert_eq!(back(&packet).unwrap().to_string(), packet.to_string(), "the order of keys, too");
    }

    #[test]
    fn what_would_come_back_as_something_else_has_no_short_form() {
        for packet in [
            json!({"checklist": [{"item": "request-id"}]}),
            json!({"x": {"absent": 1, "topic": "failure.request_id"}}),
            json!({"attempts": [{"n": 1}]}),
            json!({"failure": {"request_id": {"absent": "denied"}}}),
        ] {
            assert_eq!(compact(&packet), None, "{packet}");
        }
    }

    #[test]
    fn a_long_hostile_list_does_not_grow() {
        let entries = vec![json!({"item": "request-id"}); MOST_ENTRIES + 1];
        let mut packet = json!({ "checklist": entries });
        let before = packet.to_string().len();
        expand(&mut packet);
        assert_eq!(packet.to_string().len(), before);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec![
            "absent",
            "how_to_get_it",
            "topic",
            "item",
            "label",
            "captured",
            "source",
            "failure",
            "changed",
            "n",
            "request-id",
            "failure.request_id",
            "collect it by hand and add it with --note or as a further input",
            "odd \u{202e} text",
        ]);
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            word.clone().prop_map(Value::from),
            Just(json!([])),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((word.clone(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_has_a_short_form_comes_back_as_it_was(list in any_value(), attempts in any_value(), rest in any_value()) {
            let packet = json!({"checklist": [list], "attempts": [attempts], "rest": rest});
            if let Some(back) = back(&packet) {
                prop_assert_eq!(back, packet);
            }
        }
    }
}
