//! What changed between two packets, in any form, with hostile text in them.

use std::fs;

use serde_json::{Value, json};

use super::retry::Bench;
use super::support::capture;

const REFUSED: &str = "python-sdk/conn_refused.txt";

/// Two packets of one log; the second one in an environment with more in it.
fn packets(bench: &Bench, second_env: &[(&str, &str)], forms: [&str; 2]) {
    let input = capture(REFUSED);
    let (first, second) = (format!("a.{}", forms[0]), format!("b.{}", forms[1]));
    for (to, env) in [(first, &[][..]), (second, second_env)] {
        let made = bench.evpack_with(env, &["collect", "--offline", "-o", &to, &input]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

#[test]
fn two_packets_of_one_path_are_the_same() {
    let bench = Bench::new();
    packets(&bench, &[], ["json", "zip"]);
    let output = bench.evpack(&["diff", "a.json", "b.zip"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("same path and the same failure"), "{said}");
}

#[test]
fn one_variable_is_told_from_two() {
    let bench = Bench::new();
    packets(&bench, &[("HTTPS_PROXY", "http://proxy.example:8080")], ["json", "json"]);
    let output = bench.evpack(&["diff", "--json", "a.json", "b.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["one_variable"], &found["changed"]), (&json!(true), &json!(["HTTPS_PROXY"])), "{found}");
    assert_eq!(found["same_signature"], true);
    let bench = Bench::new();
    packets(&bench, &[("HTTPS_PROXY", "http://proxy.example:8080"), ("NO_PROXY", "x")], ["json", "zip"]);
    let output = bench.evpack(&["diff", "--format", "md", "a.json", "b.zip"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("2 variables of the path differ") && said.contains("| path | `HTTPS_PROXY` |"), "{said}");
}

#[test]
fn a_packet_of_another_machine_leaves_private_values_open() {
    let mut bench = Bench::new();
    packets(&bench, &[], ["json", "json"]);
    bench.set("HOME", "/nonexistent-home");
    let output = bench.evpack(&["diff", "a.json", "b.json"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("Not compared") && said.contains("working directory"), "{said}");
}

#[test]
fn trouble_is_two() {
    let bench = Bench::new();
    fs::write(bench.path("a.json"), "not a packet").unwrap();
    for args in [["diff", "a.json", "a.json"], ["diff", "missing.json", "a.json"]] {
        let output = bench.evpack(&args);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("hint: "));
    }
}

#[test]
fn hostile_text_of_a_packet_acts_nowhere() {
    let bench = Bench::new();
    packets(&bench, &[], ["json", "json"]);
    let mut hostile = bench.packet("b.json");
    let key = super::support::secret::api_key(99);
    hostile["failure"]["error_string"] = json!(format!("\u{1b}[31mred \u{202e}txt | `x` {key}"));
    hostile["client"]["sdk"] = json!({"\u{1b}[2Jkey": "\u{9b}31m", "version": "</td><script>"});
    hostile["path"]["variables"][0]["name"] = json!("\u{1b}]8;;https://evil.example\u{7}x");
    fs::write(bench.path("c.json"), serde_json::to_vec(&hostile).unwrap()).unwrap();
    for form in ["text", "md", "json"] {
        let output = bench.evpack(&["diff", "--format", form, "a.json", "c.json"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{form}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!said.contains(&key), "{form}: the key came out");
        if form != "json" {
            assert!(!said.contains(['\u{1b}', '\u{202e}', '\u{9b}', '\u{7}']), "{form}: {said:?}");
        }
    }
}
