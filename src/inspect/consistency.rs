//! Whether a packet agrees with itself: a verdict stands on evidence, a checklist is true, counts are equal.

use serde_json::Value;

use super::{Check, Faults, is_captured, verdict};
use crate::archive::block::CARRIED;
use crate::archive::{Form, Received};
use crate::model::checklist::ITEMS;

pub(super) fn check(received: &Received) -> Check {
    let mut faults = Faults::default();
    let packet = received.value();
    let held = |pointer: &str| {
        let top = pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
        received.form() != Form::Markdown || (CARRIED.contains(&top) && packet.get(top).is_some())
    };
    reasons(packet, &held, &mut faults);
    checklist(packet, &held, &mut faults);
    failures(packet, &mut faults);
    verdict::check(packet, &mut faults);
    order(packet, &mut faults);
    placeholders(packet, &mut faults);
    counts(packet, &mut faults);
    attempts(packet, &held, &mut faults);
    attachments(received, &mut faults);
    faults.check("consistency")
}

fn items<'a>(packet: &'a Value, key: &str) -> &'a [Value] {
    packet[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn reasons(packet: &Value, held: &dyn Fn(&str) -> bool, faults: &mut Faults) {
    let because = packet["verdict"]["because"].as_array().map(Vec::as_slice).unwrap_or_default();
    if because.is_empty() && packet["verdict"]["branch"] != "unknown" {
        faults.add("/verdict/because", "gives no reason for a verdict");
    }
    for (index, reason) in because.iter().enumerate() {
        let pointer = reason["pointer"].as_str().unwrap_or_default();
        if held(pointer) && packet.pointer(pointer).is_none() {
            faults.add(format!("/verdict/because/{index}/pointer"), "points to nothing in the packet");
        }
    }
}

fn checklist(packet: &Value, held: &dyn Fn(&str) -> bool, faults: &mut Faults) {
    let list = items(packet, "checklist");
    if !ITEMS.iter().map(|item| item.id).eq(list.iter().map(|item| item["item"].as_str().unwrap_or_default())) {
        faults.add("/checklist", "does not name each item once, in their order");
    }
    for (index, item) in items(packet, "checklist").iter().enumerate() {
        let pointer = item["pointer"].as_str().unwrap_or_default();
        if !held(pointer) {
            continue;
        }
        // A list of attempts is no retry on one path: that is an attempt with something changed before it.
        let there = match item["item"].as_str() {
            Some("same-path-retry") => items(packet, "attempts").iter().any(|attempt| is_captured(&attempt["changed"])),
            _ => packet.pointer(pointer).is_some_and(is_captured),
        };
        if there != (item["captured"] == true) {
            let what = if there {
                "says `not captured`, and the value is there"
            } else {
                "says `captured`, and no value is there"
            };
            faults.add(format!("/checklist/{index}"), what);
        }
        if !there && !reason_holds(packet, item, pointer) {
            faults.add(format!("/checklist/{index}/absent"), "is not the reason that stands in the place of the value");
        }
    }
}

/// Whether an item is absent for the reason that its value is: with another one, a packet would look more complete than it is.
fn reason_holds(packet: &Value, item: &Value, pointer: &str) -> bool {
    let Some(reason) = packet.pointer(pointer).and_then(|value| value.get("absent")) else {
        return item["absent"] != "not-applicable" || packet.pointer(pointer).is_none();
    };
    let of_answer = matches!(item["item"].as_str(), Some("http-status" | "error-type" | "request-id"));
    let nobody = packet["verdict"]["responder"] == "none" || packet["verdict"]["branch"] == "client-side";
    item["absent"] == *reason || (of_answer && nobody && item["absent"] == "not-applicable")
}

/// Numbers and lines in their order.
fn order(packet: &Value, faults: &mut Faults) {
    // The first of very many may have been left out.
    let mut before = 0;
    for (index, attempt) in items(packet, "attempts").iter().enumerate() {
        let number = attempt["n"].as_u64().unwrap_or(0);
        if number <= before {
            faults.add(format!("/attempts/{index}/n"), "is not a higher number than the one before");
        }
        before = number;
    }
    let turned =
        |of: &Value| of["first_line"].as_u64().zip(of["last_line"].as_u64()).is_some_and(|(first, last)| first > last);
    for (index, attachment) in items(packet, "attachments").iter().enumerate() {
        if turned(attachment) {
            faults.add(format!("/attachments/{index}/last_line"), "stands before the first line");
        }
    }
    for (index, failure) in items(packet, "failures").iter().enumerate() {
        if turned(&failure["source"]) {
            faults.add(format!("/failures/{index}/source/last_line"), "stands before the first line");
        }
    }
    if packet["created_at"].as_str().is_none_or(|at| chrono::DateTime::parse_from_rfc3339(at).is_err()) {
        faults.add("/created_at", "is no time");
    }
}

/// What the report says was replaced stands where it says.
fn placeholders(packet: &Value, faults: &mut Faults) {
    for (index, entry) in items(&packet["redaction"], "entries").iter().enumerate() {
        let (place, placeholder) = (entry["place"].as_str().unwrap_or_default(), entry["placeholder"].as_str());
        // In its place, the placeholder of a prompt says how long it was: `[text]` is `[text of 24 characters]` there.
        let placeholder = placeholder.map(|placeholder| placeholder.trim_end_matches(']'));
        let text = packet.pointer(place).and_then(Value::as_str);
        if text.zip(placeholder).is_some_and(|(text, placeholder)| !text.contains(placeholder)) {
            faults.add(format!("/redaction/entries/{index}"), "does not stand at its place");
        }
    }
}

/// The failure is the last of all failures.
fn failures(packet: &Value, faults: &mut Faults) {
    let Some(all) = packet["failures"].as_array() else { return };
    match (all.last(), is_captured(&packet["failure"])) {
        (Some(last), _) if *last != packet["failure"] => {
            faults.add("/failure", "is not the last of /failures");
        }
        (None, true) => faults.add("/failure", "is there, and /failures is empty"),
        _ => {}
    }
}

/// Replacements counted by kind are those that are listed.
fn counts(packet: &Value, faults: &mut Faults) {
    let report = &packet["redaction"];
    let (Some(entries), Some(counts)) = (report["entries"].as_array(), report["counts"].as_object()) else { return };
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let listed: u64 = entries.iter().map(|entry| number(&entry["count"])).fold(0, u64::saturating_add);
    let counted = counts.iter().filter(|(kind, _)| *kind != "not-redactable").map(|(_, count)| number(count));
    if listed != counted.fold(0, u64::saturating_add) {
        faults.add("/redaction/counts", "do not add up to the entries");
    }
    if report["verified"] != true {
        faults.add("/redaction/verified", "says that the finished packet was not scanned");
    }
}

fn attempts(packet: &Value, held: &dyn Fn(&str) -> bool, faults: &mut Faults) {
    for (index, attempt) in items(packet, "attempts").iter().enumerate() {
        if let Some(pointer) = attempt["failure"].as_str().filter(|pointer| held(pointer))
            && packet.pointer(pointer).is_none()
        {
            faults.add(format!("/attempts/{index}/failure"), "points to nothing in the packet");
        }
    }
}

/// In a zip, every attachment is a file, and there is no other.
fn attachments(received: &Received, faults: &mut Faults) {
    if received.form() != Form::Zip {
        return;
    }
    let named: Vec<&str> =
        items(received.value(), "attachments").iter().filter_map(|one| one["file"].as_str()).collect();
    let files: Vec<&str> = received
        .members()
        .iter()
        .filter_map(|member| member.name.split_once("/attachments/"))
        .map(|(_, name)| name)
        .collect();
    for (index, _) in named.iter().enumerate().filter(|(_, name)| !files.contains(name)) {
        faults.add(format!("/attachments/{index}/file"), "is not in the zip");
    }
    if files.iter().any(|file| !named.contains(file)) {
        faults.add("/attachments", "do not name every attachment of the zip");
    }
}
