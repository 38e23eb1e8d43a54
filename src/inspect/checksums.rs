//! Checksums: a zip against its manifest, Markdown against the line above its block. JSON alone has none.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::{Check, Faults, Outcome};
use crate::archive::{Received, Unpacked};
use crate::render::media_type;

pub(super) fn check(received: &Received) -> Check {
    let mut faults = Faults::default();
    if let Some(prose) = received.prose() {
        if !prose.words_match {
            faults.add("packet.md", "the words were changed after the packet was made");
        }
        if !prose.data_match {
            faults.add("packet.md", "the data at the end was changed after the packet was made");
        }
        if !prose.frame_matches {
            faults.add("packet.md", "there is text around the data that the packet did not have");
        }
        return faults.check("checksums");
    }
    if received.members().is_empty() {
        return Check { name: "checksums", outcome: Outcome::NotPossible, faults: Vec::new() };
    }
    manifest(received, &mut faults);
    faults.check("checksums")
}

fn manifest(received: &Received, faults: &mut Faults) {
    let folder = received.members()[0].name.split_once('/').map_or("", |(folder, _)| folder);
    let mut files = BTreeMap::new();
    for member in received.members() {
        match member.name.strip_prefix(folder).map(|name| name.trim_start_matches('/')) {
            Some(name) if name.len() < member.name.len() || folder.is_empty() => drop(files.insert(name, member)),
            _ => faults.add(member.name.as_str(), "does not stand in the folder of the packet"),
        }
    }
    let Some(manifest) = files.remove("manifest.json") else {
        return faults.add("manifest.json", "is not in the zip");
    };
    let Ok(manifest) = serde_json::from_slice::<Value>(&manifest.bytes) else {
        return faults.add("manifest.json", "is not valid JSON");
    };
    for key in ["schema_version", "packet_id", "created_at", "tool"] {
        if manifest[key] != received.value()[key] {
            faults.add(format!("manifest.json, {key}"), "is not that of packet.json");
        }
    }
    for entry in manifest["files"].as_array().map(Vec::as_slice).unwrap_or_default() {
        match entry["name"].as_str().and_then(|name| files.remove(name)) {
            None => faults.add("manifest.json", "names a file that is not in the zip, or names it twice"),
            Some(file) if !is_same(entry, file) => {
                faults.add(file.name.as_str(), "was changed after the packet was made");
            }
            Some(file) if entry["media_type"] != media_type(&file.name) => {
                faults.add("manifest.json", "gives a file another type than its name does");
            }
            Some(_) => {}
        }
    }
    for file in files.values() {
        faults.add(file.name.as_str(), "is not in the manifest");
    }
}

fn is_same(entry: &Value, file: &Unpacked) -> bool {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(&file.bytes) {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    entry["size"] == file.bytes.len() && entry["sha256"] == digits
}
