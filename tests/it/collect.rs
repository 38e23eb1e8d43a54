//! The main job on every captured failure: the packet is valid, complete by its schema, says the right thing, and holds
//! neither the captured key nor the captured prompt.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::{Evpack, repository};

/// What the captures hold and no output may: the marker prompt, the dummy key, the machine's user, the organisation's cookie.
/// Planted in the captures; the number with its blank, because a checksum may hold the digits.
const FORBIDDEN: &[&str] = &["PRIVATE PROMPT TEXT", " 4711", "sk-ant-", "DUMMY0000", "/home/dana"];

fn captures() -> BTreeMap<String, PathBuf> {
    let base = repository("fixtures/captures");
    let mut out = BTreeMap::new();
    let mut folders = vec![base.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                out.insert(path.strip_prefix(&base).unwrap().to_string_lossy().replace('\\', "/"), path);
            }
        }
    }
    assert!(out.len() > 50, "the captures are missing");
    out
}

fn packet(path: &Path) -> Value {
    let output = Evpack::new(["collect", "--json", "-o", "-"]).arg(path.to_string_lossy()).fixed().run().code(0);
    for text in FORBIDDEN {
        assert!(!output.text().contains(text), "{}: `{text}` came out", path.display());
        assert!(!output.stderr.contains(text), "{}: `{text}` came out on standard error", path.display());
    }
    output.json()
}

#[test]
fn every_packet_is_valid_by_the_schema() {
    let schema: Value = serde_json::from_slice(&Evpack::new(["schema"]).run().code(0).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut packets: Vec<(String, Value)> =
        captures().iter().map(|(name, path)| (name.clone(), packet(path))).collect();
    packets.push(("no input".into(), Evpack::new(["collect", "--json", "-o", "-"]).run().code(0).json()));
    for (name, packet) in packets {
        let problems: Vec<String> =
            validator.iter_errors(&packet).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(problems.is_empty(), "{name}: {problems:?}");
        assert_no_gap(&name, "", &packet);
    }
}

/// An unknown value is an absence with advice, never an empty text.
fn assert_no_gap(name: &str, place: &str, value: &Value) {
    match value {
        Value::String(text) => assert!(!text.is_empty(), "{name}: {place} is an empty text"),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| assert_no_gap(name, &format!("{place}/{at}"), item));
        }
        Value::Object(fields) => {
            if fields.contains_key("absent") && fields.contains_key("how_to_get_it") {
                assert!(
                    fields["how_to_get_it"].is_null()
                        || fields["how_to_get_it"].as_str().is_some_and(|how| how.len() > 8)
                );
            }
            fields.iter().for_each(|(key, item)| assert_no_gap(name, &format!("{place}/{key}"), item));
        }
        _ => {}
    }
}

#[test]
fn the_verdicts_of_the_captures_are_as_expected() {
    let expected = fs::read_to_string(repository("fixtures/expected/verdict.tsv")).unwrap();
    let mut wrong = Vec::new();
    let mut seen = 0;
    for line in expected.lines().filter(|line| !line.is_empty() && !line.starts_with(['#'])).skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let packet = packet(&repository("fixtures/captures").join(fields[0]));
        seen += 1;
        // `none`: what the client did went well, so there is no failure to judge.
        if fields[1] == "none" {
            if !packet["failures"].as_array().unwrap().is_empty() {
                wrong.push(format!("{}: a failure was seen where there is none", fields[0]));
            }
            continue;
        }
        let verdict = &packet["verdict"];
        let names = ["branch", "cause", "reached_api", "responder", "surface"];
        let got: Vec<&str> = names.iter().map(|name| verdict[name].as_str().unwrap()).collect();
        if got != fields[1..6] {
            wrong.push(format!("{}: expected {:?}, got {got:?}", fields[0], &fields[1..6]));
        }
    }
    assert!(seen > 50 && wrong.is_empty(), "{seen} seen\n{}", wrong.join("\n"));
}

#[test]
fn every_reason_points_at_something_that_is_in_the_packet() {
    for (name, path) in captures() {
        let packet = packet(&path);
        let because = packet["verdict"]["because"].as_array().unwrap();
        assert!(!because.is_empty(), "{name}");
        for reason in because {
            let pointer = reason["pointer"].as_str().unwrap();
            assert!(packet.pointer(pointer).is_some(), "{name}: {pointer} is not in the packet");
        }
    }
}

#[test]
fn markdown_is_short_and_says_the_verdict_first() {
    for (name, path) in captures() {
        let output = Evpack::new(["collect", "-o", "-"]).arg(path.to_string_lossy()).fixed().run().code(0);
        let text = output.text();
        for forbidden in FORBIDDEN {
            assert!(!text.contains(forbidden), "{name}: `{forbidden}` came out");
        }
        let (words, data) = text.split_once("<!-- evpack-data").unwrap();
        let body = words.split("## Excerpt").next().unwrap();
        assert!(body.len() <= 8 << 10, "{name}: {} bytes without the excerpt", body.len());
        assert!(data.len() <= 7 << 10, "{name}: {} bytes of data", data.len());
        let top: String = text.lines().take(12).collect();
        assert!(top.to_lowercase().contains("reach"), "{name}: the first lines do not answer the question");
    }
}

#[test]
fn a_zip_is_the_same_bytes_each_time_and_its_manifest_is_true() {
    use sha2::{Digest, Sha256};
    use std::io::Read;
    let make = || {
        let path = repository("fixtures/captures/python-sdk/http_529_retries_debuglog.txt");
        Evpack::new(["collect", "-f", "zip", "-o", "-"]).arg(path.to_string_lossy()).fixed().run().code(0).stdout
    };
    let bytes = make();
    assert_eq!(bytes, make());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut members = BTreeMap::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        let path = member.name().unwrap().into_owned();
        let (_, name) = path.split_once('/').expect("one folder at the top");
        members.insert(name.to_owned(), content);
    }
    for name in ["packet.md", "packet.json", "manifest.json", "redaction.json"] {
        assert!(members.contains_key(name), "{name} is missing");
    }
    assert!(members.keys().any(|name| name.starts_with("attachments/")));
    let manifest: Value = serde_json::from_slice(&members["manifest.json"]).unwrap();
    let listed = manifest["files"].as_array().unwrap();
    assert_eq!(listed.len() + 1, members.len(), "the manifest lists all but itself");
    for file in listed {
        let content = &members[file["name"].as_str().unwrap()];
        assert_eq!(file["size"], content.len());
        let digest = Sha256::digest(content).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        assert_eq!(file["sha256"], digest);
    }
}
