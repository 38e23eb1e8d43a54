//! Whether a packet agrees with itself: a verdict stands on evidence, a checklist is true, counts are equal.

use serde_json::Value;

use super::{Check, Faults, is_captured};
use crate::archive::block::CARRIED;
use crate::archive::{Form, Received};

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
    answer(packet, &mut faults);
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

/// A request id is given by the API: where there is one, the request has arrived.
fn answer(packet: &Value, faults: &mut Faults) {
    let (verdict, failure) = (&packet["verdict"], &packet["failure"]);
    let has = |key: &str| failure.get(key).is_some_and(is_captured);
    if verdict["reached_api"] == "no" && has("request_id") && has("http_status") && verdict["responder"] == "api" {
        faults.add("/verdict/reached_api", "says `no`, and the API answered with a request id");
    }
    if verdict["responder"] == "api" && verdict["reached_api"] == "no" {
        faults.add("/verdict/responder", "says that the API answered a request that did not reach it");
    }
    if verdict["branch"] == "returned-api-error" && verdict["reached_api"] == "no" {
        faults.add("/verdict/branch", "says that the API answered, and the request did not reach it");
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
