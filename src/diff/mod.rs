//! What changed between two packets: path, versions, environment, probe, status, failure; and whether it was exactly one variable.
//!
//! Pure. Both packets may come from anyone: their text is captured text again, and is redacted and escaped before it is shown.

mod leaves;

use serde_json::Value;

use crate::memory::Record;
use crate::model::diff::{Diff, Difference};
use crate::model::path::{BASE_URL, known};
use crate::model::{Collected, Raw};
use crate::retry::{Comparison, How, Seen, compare, seen_in_packet};
use leaves::{Leaf, leaves};

/// Differences that are listed.
const MOST: usize = 200;

/// Parts of the packet that are compared value by value, and the section each is told in. What is not here, such as ids, times
/// and excerpts, differs between any two packets and says nothing.
const SECTIONS: &[(&str, &str)] = &[
    ("/verdict/branch", "failure"),
    ("/verdict/cause", "failure"),
    ("/verdict/reached_api", "failure"),
    ("/verdict/responder", "failure"),
    ("/verdict/surface", "failure"),
    ("/failure", "failure"),
    ("/client/sdk", "versions"),
    ("/client/runtime", "versions"),
    ("/client/openssl", "versions"),
    ("/client/claude_code", "versions"),
    ("/host", "environment"),
    ("/timezone", "environment"),
    ("/client/auth", "environment"),
    ("/client/credentials", "environment"),
    ("/route", "path"),
    ("/network_env", "path"),
    ("/probe", "probe"),
    ("/status", "status"),
];

/// A packet, and what this machine remembers of it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// `packet.json`.
    pub packet: &'a Value,
    /// The record of its path, where this machine made it.
    pub record: Option<&'a Record>,
}

/// Compares two packets.
#[must_use]
pub fn diff(first: Side<'_>, second: Side<'_>) -> Diff<Collected> {
    let paths = compare_paths(first, second);
    let mut differences: Vec<Difference<Collected>> = Vec::new();
    for change in &paths.changes {
        let value = |side: Side<'_>| shown_value(side.packet, &change.name).map(Raw::new);
        let (before, after) = match change.how {
            How::Added => (Some(Raw::text("not set")), value(second).or_else(|| Some(Raw::text("set")))),
            How::Removed => (value(first).or_else(|| Some(Raw::text("set"))), Some(Raw::text("not set"))),
            How::Changed => (value(first), value(second)),
        };
        differences.push(Difference { section: "path", what: Raw::text(change.name.as_str()), before, after });
    }
    for (pointer, section) in SECTIONS {
        let name = pointer.trim_start_matches('/').replace('/', ".");
        // A packet read from Markdown does not carry all parts.
        let part = name.split('.').next().unwrap_or_default();
        if first.packet.get(part).is_none() || second.packet.get(part).is_none() {
            continue;
        }
        let mut found = Vec::new();
        leaves(&name, first.packet.pointer(pointer), second.packet.pointer(pointer), &mut found);
        differences.extend(found.into_iter().map(|Leaf { name, before, after }| Difference {
            section,
            what: Raw::new(name),
            before: before.map(Raw::new),
            after: after.map(Raw::new),
        }));
    }
    let left_out = u32::try_from(differences.len().saturating_sub(MOST)).unwrap_or(u32::MAX);
    let same = differences.is_empty();
    differences.truncate(MOST);
    let texts = |names: Vec<String>| names.into_iter().map(Raw::new).collect::<Vec<_>>();
    let changed: Vec<String> = paths.roots().map(|change| change.name.clone()).collect();
    let text = |side: Side<'_>, pointer: &str| side.packet.pointer(pointer).and_then(Value::as_str).map(Raw::text);
    let signatures = (text(first, "/verdict/signature"), text(second, "/verdict/signature"));
    Diff {
        first: text(first, "/packet_id").unwrap_or_default(),
        second: text(second, "/packet_id").unwrap_or_default(),
        same,
        one_variable: changed.len() == 1 && paths.not_compared.is_empty(),
        followed: texts(paths.changes.iter().filter(|c| c.followed).map(|c| c.name.clone()).collect()),
        changed: texts(changed),
        not_compared: texts(paths.not_compared),
        same_signature: signatures.0.is_some() && signatures.0 == signatures.1,
        first_signature: signatures.0,
        second_signature: signatures.1,
        differences,
        left_out,
    }
}

/// The paths, by prints where this machine made both packets, else by what the packets show.
fn compare_paths(first: Side<'_>, second: Side<'_>) -> Comparison {
    if let (Some(first), Some(second)) = (first.record, second.record) {
        return compare(&Seen::of_marks(&first.marks), &Seen::of_marks(&second.marks));
    }
    let shown = |side: Side<'_>| {
        let mut all = seen_in_packet(side.packet);
        for seen in &mut all {
            // What stands for a removed value is numbered by packet, so it is never compared.
            seen.value =
                seen.value.take().or_else(|| shown_value(side.packet, &seen.name)).filter(|v| !v.contains('['));
        }
        all
    };
    compare(&shown(first), &shown(second))
}

/// The value of a variable as the packet shows it.
fn shown_value(packet: &Value, name: &str) -> Option<String> {
    let list = |pointer: &str| packet.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
    let value_of = |entry: &Value| entry.get("value").and_then(Value::as_str).map(str::to_owned);
    let named =
        |entry: &&Value| entry.get("name").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(name));
    if known(name).is_some_and(|known| known.shown) {
        return list("/path/variables").find(named).and_then(value_of);
    }
    if name == BASE_URL {
        return packet.pointer("/route/base_url").and_then(Value::as_str).map(str::to_owned);
    }
    list("/network_env/variables").find(named).and_then(value_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn packet(proxy: &str, sdk: &str, signature: &str) -> Value {
        let state = if proxy.is_empty() { "unset" } else { "set" };
        json!({
            "packet_id": "0badcafe", "created_at": "x",
            "verdict": {"signature": signature, "cause": "proxy"},
            "failure": {"error_string": "e", "occurred_at": proxy, "request_id": sdk, "source": {"first_line": 3}},
            "client": {"sdk": {"package": "anthropic", "version": sdk}},
            "path": {"variables": [
                {"name": "HTTPS_PROXY", "state": state, "value": null, "private": true},
                {"name": "SDK version", "state": "set", "value": format!("anthropic {sdk}"), "private": false},
            ]},
        })
    }

    fn of(first: &Value, second: &Value) -> Diff<Collected> {
        diff(Side { packet: first, record: None }, Side { packet: second, record: None })
    }

    fn names(found: &[Raw<String>]) -> Vec<&str> {
        found.iter().map(|name| name.expose().as_str()).collect()
    }

    #[test]
    fn what_differs_between_any_two_packets_is_no_difference() {
        let mut other = packet("", "1.0.0", "s");
        other["packet_id"] = "feedface".into();
        other["created_at"] = "y".into();
        other["failure"]["source"]["first_line"] = 9.into();
        let found = of(&packet("", "1.0.0", "s"), &other);
        assert!(found.same && found.same_signature && !found.one_variable, "{:?}", found.differences.len());
    }

    #[test]
    fn one_variable_is_told_from_several() {
        let one = of(&packet("p", "1.0.0", "s"), &packet("", "1.0.0", "t"));
        assert!(one.one_variable && !one.same && !one.same_signature);
        assert_eq!(names(&one.changed), ["HTTPS_PROXY"]);
        let two = of(&packet("p", "1.0.0", "s"), &packet("", "2.0.0", "s"));
        assert_eq!((names(&two.changed), two.one_variable), (vec!["HTTPS_PROXY", "SDK version"], false));
        assert!(two.differences.iter().any(|d| d.what.expose() == "client.sdk.version" && d.section == "versions"));
    }

    #[test]
    fn a_part_that_one_form_does_not_carry_is_no_difference() {
        let whole = packet("p", "1.0.0", "s");
        let mut markdown = whole.clone();
        markdown.as_object_mut().unwrap().remove("path");
        markdown.as_object_mut().unwrap().remove("client");
        let found = of(&whole, &markdown);
        assert!(found.same && !found.one_variable, "{}", found.differences.len());
    }

    #[test]
    fn private_values_of_other_machines_are_left_open() {
        let found = of(&packet("p", "1.0.0", "s"), &packet("p", "2.0.0", "s"));
        assert_eq!((names(&found.not_compared), found.one_variable), (vec!["HTTPS_PROXY"], false));
    }

    #[test]
    fn a_packet_of_any_form_is_compared_without_trouble() {
        for hostile in [json!(null), json!([]), json!({"path": 7, "failure": [1, [2, [3]]], "client": "x"})] {
            let _ = of(&hostile, &packet("p", "1", "s"));
            assert!(of(&hostile, &hostile).same);
        }
    }
}
