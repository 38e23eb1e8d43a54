//! Golden files, schema validation and size of the rendered samples.

use super::sample::{self, Toy, shown};
use super::*;

fn folder() -> std::path::PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/expected/render").into()
}

fn as_is(text: String) -> String {
    text
}

fn text(packet: &Packet<Toy>, format: Format, template: Option<&UserTemplate>) -> String {
    let artifact = render(packet, format, template).unwrap();
    String::from_utf8(artifact.members()[0].bytes.clone()).unwrap()
}

/// Compares with a golden file; `UPDATE=1` writes it anew.
#[allow(clippy::disallowed_methods)]
fn golden(name: &str, text: &str) {
    let path = folder().join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace('\r', "");
    assert!(expected == text, "{name} differs; run `UPDATE=1 cargo test --lib render` and look at the change\n{text}");
}

#[test]
fn samples_render_as_the_golden_files() {
    for (name, packet) in sample::all() {
        let packet = shown(packet, &as_is);
        golden(&format!("{name}.md"), &text(&packet, Format::Markdown, None));
        golden(&format!("{name}.json"), &text(&packet, Format::Json, None));
        golden(&format!("{name}.summary.txt"), &summary(&packet, Some("evpack-20261122T184312Z-3f9a1c2e.md")).unwrap());
        golden(
            &format!("{name}.ticket.md"),
            &text(&packet, Format::Markdown, UserTemplate::builtin("ticket").as_ref()),
        );
    }
}

/// The texts of tickets, chats and hand-offs, for two samples: look at each as the person who gets it.
#[test]
fn samples_render_in_every_template() {
    for (name, packet) in sample::all() {
        if !["overloaded-retries-python", "connection-refused-python"].contains(&name) {
            continue;
        }
        let packet = shown(packet, &as_is);
        for (template, _) in BUILTIN_TEMPLATES.iter().filter(|(n, _)| !["packet", "ticket", "summary"].contains(n)) {
            let rendered = text(&packet, Format::Markdown, UserTemplate::builtin(template).as_ref());
            golden(&format!("{name}.{template}.txt"), &rendered);
        }
    }
}

#[test]
fn every_sample_validates_against_the_schema() {
    let schema = crate::schema::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, packet) in sample::all() {
        let json: serde_json::Value = serde_json::from_str(&text(&shown(packet, &as_is), Format::Json, None)).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        assert_eq!(json["schema_version"], 1);
    }
}

/// About a page and a half: 8 KiB without the excerpt, and the verdict within the first lines.
#[test]
fn a_typical_packet_is_short_and_starts_with_its_verdict() {
    for (name, packet) in sample::all() {
        let markdown = text(&shown(packet, &as_is), Format::Markdown, None);
        let body = markdown.split("## Excerpt").next().unwrap();
        assert!(body.len() <= 8 * 1024, "{name}: {} bytes", body.len());
        let top: Vec<&str> = markdown.lines().take(4).collect();
        assert!(top[0].starts_with("# ") && top[2].starts_with("**Did the request reach Anthropic's API? "), "{top:?}");
        assert!(markdown.lines().take(30).any(|line| line.starts_with("**Next step:** ")), "{name}");
    }
}

/// Every word of the closed vocabularies, as the schema lists them, has words in the templates.
#[test]
fn every_vocabulary_has_its_words() {
    let schema = crate::schema::schema();
    let env = environment::environment().unwrap();
    let mut checked = 0;
    for (table, of) in [
        ("branch", "Branch"),
        ("cause", "Cause"),
        ("reached", "ReachedApi"),
        ("responder", "Responder"),
        ("surface", "Surface"),
        ("language", "Language"),
        ("fence", "Language"),
        ("route", "RouteKind"),
        ("mark", "RouteMark"),
        ("audience", "Audience"),
        ("absent", "AbsenceReason"),
        ("body", "BodyKind"),
        ("credential", "CredentialKind"),
        ("defect", "CredentialDefect"),
        ("proxy_use", "ProxyUse"),
        ("probe_client", "ProbeClient"),
        ("phase", "Phase"),
        ("phase_outcome", "PhaseOutcome"),
        ("reached_now", "ReachedApi"),
        ("part", "StatusPart"),
        ("indicator", "StatusIndicator"),
        ("component_state", "ComponentState"),
        ("event_state", "EventState"),
        ("overlap", "Overlap"),
    ] {
        let values = schema["$defs"][of]["oneOf"].as_array().unwrap_or_else(|| panic!("{of} is not in the schema"));
        for value in values {
            let word = value["const"].as_str().unwrap();
            let source = format!("{{% import 'words.md.j2' as words %}}{{{{ words.{table}['{word}'] }}}}");
            let said = env.render_str(&source, ()).unwrap_or_else(|e| panic!("{table} lacks {word}: {e}"));
            assert!(!said.trim().is_empty());
            checked += 1;
        }
    }
    assert!(checked > 90, "{checked}");
}

/// The words about the status page never clear anyone and never convict anyone, be it green or red.
#[test]
fn a_status_page_is_a_hint_and_no_verdict() {
    for page in [sample::status::green as fn(&_) -> _, sample::status::disturbed] {
        let mut packet = sample::all().swap_remove(0).1;
        packet.status = sample::system(page(&packet.created_at));
        let text = text(&shown(packet, &as_is), Format::Markdown, None);
        let section = text.split("\n## ").find(|part| part.starts_with("Network")).unwrap().to_lowercase();
        assert!(section.contains("a green page clears nobody and a red one convicts nobody"), "{section}");
        for banned in
            ["healthy", "is up", "is down", "rules out", "proves", "because of", "anthropic's fault", "to blame"]
        {
            assert!(!section.contains(banned), "{banned}: {section}");
        }
    }
}

#[test]
fn a_zip_is_the_same_twice_and_its_manifest_is_true() {
    let packet = shown(sample::all().swap_remove(1).1, &as_is);
    let first = render(&packet, Format::Zip, None).unwrap();
    assert_eq!(first, render(&packet, Format::Zip, None).unwrap());
    let Container::Zip { modified } = first.container() else { panic!("not a zip") };
    assert_eq!(modified.to_string(), "2026-11-22 18:43:12");
    let archive = crate::write::zip::pack(first.members(), modified).unwrap();
    assert_eq!(archive, crate::write::zip::pack(first.members(), modified).unwrap());
    let names: Vec<&str> = first.members().iter().map(|m| m.name.strip_prefix("evpack-3f9a1c2e/").unwrap()).collect();
    assert_eq!(names, ["packet.md", "packet.json", "redaction.json", "attachments/01-python-log.txt", "manifest.json"]);
    let manifest: serde_json::Value = serde_json::from_slice(&first.members()[4].bytes).unwrap();
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(4));
    for (entry, member) in manifest["files"].as_array().unwrap().iter().zip(first.members()) {
        let digest = bundle::sha256(&member.bytes);
        assert_eq!((&entry["sha256"], &entry["size"]), (&digest.into(), &member.bytes.len().into()));
        assert!(member.name.ends_with(entry["name"].as_str().unwrap()));
    }
}
