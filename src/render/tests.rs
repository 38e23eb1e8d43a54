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
        golden(&format!("{name}.ticket.md"), &text(&packet, Format::Markdown, UserTemplate::builtin("ticket").as_ref()));
    }
}

#[test]
fn every_sample_validates_against_the_schema() {
    let schema = crate::schema::schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, packet) in sample::all() {
        let json: serde_json::Value = serde_json::from_str(&text(&shown(packet, &as_is), Format::Json, None)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
        assert_eq!(json["schema_version"], 1);
    }
}
