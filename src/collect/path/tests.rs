//! Readings of a machine made of maps.

use super::*;
use crate::collect::collect;
use crate::collect::host::fake::FakeHost;
use crate::model::vocabulary::Surface;

fn read_from(host: FakeHost, command: Option<&[&str]>) -> Vec<PathReading> {
    let host: Arc<dyn Host> = Arc::new(host);
    let scope = Scope::for_test(Surface::PythonSdk);
    let scene = collect(Arc::clone(&host), Arc::new(scope.clone()));
    let command = command.map(|words| words.iter().map(|word| Raw::text(*word)).collect());
    read(&host, &scope, PathParts { scene, failure: None, command, network: false })
}

fn value(readings: &[PathReading], name: &str) -> Option<String> {
    let found = readings.iter().find(|reading| reading.name == name)?;
    match &found.reading {
        Reading::Set(text) => Some(text.expose().clone()),
        Reading::Unset => Some("unset".to_owned()),
        Reading::Unknown(_) => None,
    }
}

#[test]
fn every_variable_is_read_once() {
    let readings = read_from(FakeHost::new(), None);
    for known in VARIABLES {
        assert_eq!(readings.iter().filter(|reading| reading.name == known.name).count(), 1, "{}", known.name);
    }
}

#[test]
fn proxies_keys_and_settings_are_read_as_the_client_has_them() {
    let host = FakeHost::new()
        .var("https_proxy", "http://p:1")
        .var("HTTPS_PROXY", "http://p:1")
        .var("ANTHROPIC_API_KEY", "one-key")
        .var("ANTHROPIC_BASE_URL", "http://127.0.0.1:4000/")
        .var("ANTHROPIC_SMALL_FAST_MODEL", "m")
        .var("CLAUDE_CODE_SSE_PORT", "4711");
    let readings = read_from(host, None);
    assert_eq!(value(&readings, "HTTPS_PROXY").as_deref(), Some("http://p:1"));
    assert_eq!(value(&readings, "HTTP_PROXY").as_deref(), Some("unset"));
    assert_eq!(value(&readings, "key identity").as_deref(), Some("one-key"));
    assert_eq!(value(&readings, "ANTHROPIC_BASE_URL").as_deref(), Some("http://127.0.0.1:4000"));
    assert_eq!(value(&readings, "provider").as_deref(), Some("gateway"));
    assert_eq!(value(&readings, "ANTHROPIC_SMALL_FAST_MODEL").as_deref(), Some("m"));
    assert!(readings.iter().all(|reading| reading.name != "ANTHROPIC_API_KEY"));
    assert!(readings.iter().all(|reading| reading.name != "CLAUDE_CODE_SSE_PORT"));
}

#[test]
fn the_content_of_script_and_body_counts() {
    let host = |script: &str, body: &str| FakeHost::new().file("app.py", script).file("body.json", body);
    let command: Option<&[&str]> = Some(&["python", "app.py", "-d", "@body.json"]);
    let (a, b) = (read_from(host("1", "x"), command), read_from(host("2", "x"), command));
    assert_ne!(value(&a, "program"), value(&b, "program"));
    assert_eq!(value(&a, "payload"), value(&b, "payload"));
    assert_eq!(value(&a, "command"), value(&b, "command"));
    assert_ne!(value(&a, "payload"), value(&read_from(host("1", "y"), command), "payload"));
}
