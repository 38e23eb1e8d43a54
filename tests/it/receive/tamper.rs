//! Changed packets: what `verify` notices, by every value of a good packet changed in turn.
//!
//! - Any change of a zip or of Markdown, by its checksums.
//! - In JSON, which has none: a missing key, a value of another type, a word of a closed set, a number or text that another value
//!   repeats. A free text in it can be changed unseen; that is what a signature is for.
//!
//! `EVPACK_MUTATIONS=all cargo test --test it receive::tamper -- --nocapture` changes every value; otherwise some of them are.

use std::collections::{BTreeMap, BTreeSet};

use evpack::archive::{self, Unpacked};
use evpack::inspect::{Signature, inspect};
use evpack::model::Sensitive;
use evpack::model::vocabulary::Audience;
use evpack::redact::{Policy, Ruleset, Watch, watch};
use serde_json::{Value, json};

use super::packet;

/// How many changes of each kind are tried.
fn most() -> usize {
    if std::env::var_os("EVPACK_MUTATIONS").is_some() { usize::MAX } else { 40 }
}

fn receivers_watch() -> Watch {
    let rules = Ruleset::builtin().unwrap();
    let policy = Policy { audience: Audience::Internal, rules, personal: BTreeMap::new(), allow: Vec::new() };
    watch(&policy, &Sensitive::default()).unwrap()
}

/// Whether the packet is refused, or a check fails.
fn noticed(bytes: &[u8], watch: &Watch) -> bool {
    archive::read_bytes(bytes).map_or(true, |received| !inspect(&received, watch, &[], Signature::None, false).passed)
}

/// Pointers to all values inside.
fn places(value: &Value, here: &str, out: &mut Vec<String>) {
    let mut inside = |key: &str, inner: &Value| {
        let place = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
        places(inner, &place, out);
        out.push(place);
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| inside(&index.to_string(), item)),
        Value::Object(entries) => entries.iter().for_each(|(key, inner)| inside(key, inner)),
        _ => {}
    }
}

/// Some of many, spread over all.
fn some<T>(all: Vec<T>) -> Vec<T> {
    let step = all.len().div_ceil(most().min(all.len()).max(1));
    all.into_iter().step_by(step.max(1)).collect()
}

struct Tally {
    of: usize,
    missed: Vec<String>,
}

impl Tally {
    fn new(packet: &Value, watch: &Watch, places: Vec<String>, change: impl Fn(&mut Value, &str) -> bool) -> Self {
        let mut tally = Self { of: 0, missed: Vec::new() };
        for place in some(places) {
            let mut changed = packet.clone();
            if change(&mut changed, &place) && changed != *packet {
                tally.of += 1;
                if !noticed(&serde_json::to_vec(&changed).unwrap(), watch) {
                    tally.missed.push(place);
                }
            }
        }
        tally
    }

    #[track_caller]
    fn none_missed(&self, what: &str, least: usize) {
        println!("{what}: {} of {} noticed", self.of - self.missed.len(), self.of);
        assert!(self.of >= least, "{what}: only {}", self.of);
        assert!(self.missed.is_empty(), "{what}: not noticed: {:?}", self.missed);
    }
}

fn split(place: &str) -> (&str, &str) {
    place.rsplit_once('/').unwrap()
}

#[test]
fn a_key_that_is_gone_and_a_value_of_another_type_are_noticed() {
    let (watch, good) = (receivers_watch(), serde_json::from_slice::<Value>(&packet("json")).unwrap());
    assert!(!noticed(&packet("json"), &watch));
    let mut all = Vec::new();
    places(&good, "", &mut all);
    let in_object = |place: &String| good.pointer(split(place).0).is_some_and(Value::is_object);
    // Counts by kind are a map: a kind that is gone is seen in the sum.
    let keys: Vec<String> = all.iter().filter(|place| in_object(place)).cloned().collect();
    let gone = Tally::new(&good, &watch, keys, |packet, place| {
        let (parent, key) = split(place);
        packet.pointer_mut(parent).and_then(Value::as_object_mut).is_some_and(|entries| entries.remove(key).is_some())
    });
    gone.none_missed("a key that is gone", 30);
    let typed = Tally::new(&good, &watch, all, |packet, place| {
        let value = packet.pointer_mut(place).unwrap();
        *value = if value.is_object() { json!(7) } else { json!({"x": 1}) };
        true
    });
    typed.none_missed("a value of another type", 30);
}

#[test]
fn words_of_the_verdict_that_do_not_belong_together_are_noticed() {
    let (watch, good) = (receivers_watch(), serde_json::from_slice::<Value>(&packet("json")).unwrap());
    let schema = evpack::schema::schema();
    let words = |name: &str| -> Vec<String> {
        let of = |choices: &Value| -> Vec<String> {
            let listed = choices.as_array().into_iter().flatten();
            listed.filter_map(|one| one.as_str().or_else(|| one["const"].as_str()).map(str::to_owned)).collect()
        };
        let found = &schema["$defs"][name];
        [of(&found["enum"]), of(&found["oneOf"])].concat()
    };
    let mut tally = Tally { of: 0, missed: Vec::new() };
    for (key, name) in [("branch", "Branch"), ("cause", "Cause"), ("responder", "Responder")] {
        let all = words(name);
        assert!(all.len() > 4, "the schema names the words of {key}: {all:?}");
        for word in all {
            let mut changed = good.clone();
            changed["verdict"][key] = word.clone().into();
            if changed != good {
                tally.of += 1;
                if !noticed(&serde_json::to_vec(&changed).unwrap(), &watch) {
                    tally.missed.push(format!("{key}: {word}"));
                }
            }
        }
    }
    println!(
        "another word of the verdict: {} of {} noticed; not: {:?}",
        tally.of - tally.missed.len(),
        tally.of,
        tally.missed
    );
    // `unknown` claims nothing, so a branch that becomes it contradicts nothing but the cause.
    assert!(tally.missed.is_empty(), "{:?}", tally.missed);
    let more: [(&str, Value); 12] = [
        ("/verdict/reached_api", "sideways".into()),
        ("/verdict/confidence", "certain".into()),
        ("/verdict/because", json!([])),
        ("/verdict/because/0/pointer", "/failure/nothing".into()),
        ("/failure/error_string", "another text".into()),
        ("/failure/http_status", 529.into()),
        ("/checklist/0/captured", Value::Null),
        ("/checklist/9/absent", "not-applicable".into()),
        ("/redaction/verified", false.into()),
        ("/attachments/0/last_line", 0.into()),
        ("/created_at", "yesterday".into()),
        ("/failures", json!([])),
    ];
    for (place, value) in more {
        let mut changed = good.clone();
        *changed.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert!(changed == good || noticed(&serde_json::to_vec(&changed).unwrap(), &watch), "{place}");
    }
}

/// Where nothing is captured the checklist must say so, for the reason that stands in the packet.
#[test]
fn a_checklist_that_makes_a_packet_look_more_complete_is_noticed() {
    let (watch, good) = (receivers_watch(), serde_json::from_slice::<Value>(&packet("json")).unwrap());
    let items = good["checklist"].as_array().unwrap().len();
    for index in 0..items {
        let item = &good["checklist"][index];
        let mut lies: Vec<Value> = vec![{
            let mut turned = item.clone();
            turned["captured"] = (item["captured"] != true).into();
            turned
        }];
        // A reason that is not the value's own makes an item that was not captured count as one that does not apply.
        let value = item["pointer"].as_str().and_then(|pointer| good.pointer(pointer));
        if value.is_some_and(|value| value["absent"].is_string()) && item["absent"] != "not-applicable" {
            let mut excused = item.clone();
            excused["absent"] = "not-applicable".into();
            lies.push(excused);
        }
        for lie in lies {
            let mut changed = good.clone();
            changed["checklist"][index] = lie;
            assert!(noticed(&serde_json::to_vec(&changed).unwrap(), &watch), "item {index}");
        }
        let mut gone = good.clone();
        gone["checklist"].as_array_mut().unwrap().remove(index);
        assert!(noticed(&serde_json::to_vec(&gone).unwrap(), &watch), "item {index} gone");
    }
}

fn zipped(members: &[Unpacked]) -> Vec<u8> {
    let members: Vec<_> = members
        .iter()
        .map(|member| evpack::render::Member { name: member.name.clone(), bytes: member.bytes.clone() })
        .collect();
    evpack::write::zip::pack(&members, "2026-11-22T18:43:50".parse().unwrap()).unwrap()
}

#[test]
fn any_change_of_a_zip_is_noticed() {
    let (watch, zip) = (receivers_watch(), packet("zip"));
    let members = archive::read_bytes(&zip).unwrap().members().to_vec();
    assert!(!noticed(&zipped(&members), &watch), "packed anew, it is as good");
    let mut tally = Tally { of: 0, missed: Vec::new() };
    for (index, member) in members.iter().enumerate() {
        let letters = member.bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
        let places: Vec<usize> = letters.map(|(at, _)| at).collect();
        let step = places.len().div_ceil(most().min(12));
        for at in places.into_iter().step_by(step.max(1)) {
            let mut changed = members.clone();
            let byte = &mut changed[index].bytes[at];
            *byte = if *byte == b'7' { b'3' } else { b'7' };
            tally.of += 1;
            if !noticed(&zipped(&changed), &watch) {
                tally.missed.push(format!("{} at {at}", member.name));
            }
        }
        let mut gone = members.clone();
        gone.remove(index);
        assert!(noticed(&zipped(&gone), &watch), "{} is gone", member.name);
    }
    let mut more = members.clone();
    more.push(Unpacked { name: members[0].name.replace("packet.md", "read-me-first.md"), bytes: b"x".to_vec() });
    assert!(noticed(&zipped(&more), &watch), "a file more");
    tally.none_missed("a letter of a zip's file", 30);
}

#[test]
fn any_change_of_markdown_is_noticed() {
    let (watch, markdown) = (receivers_watch(), packet("md"));
    assert!(!noticed(&markdown, &watch));
    let places: Vec<usize> = (0..markdown.len()).filter(|at| markdown[*at].is_ascii_graphic()).collect();
    let mut tally = Tally { of: 0, missed: Vec::new() };
    let mut lines = BTreeSet::new();
    for at in some(places) {
        let mut changed = markdown.clone();
        changed[at] = if changed[at] == b'7' { b'3' } else { b'7' };
        tally.of += 1;
        lines.insert(String::from_utf8_lossy(&markdown[..at]).lines().count());
        if !noticed(&changed, &watch) {
            tally.missed.push(format!("at {at}"));
        }
    }
    tally.none_missed("a letter of Markdown", 30);
    assert!(lines.len() > 15);
}
