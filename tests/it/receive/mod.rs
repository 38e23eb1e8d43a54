//! The receiver's side: packets of all forms are checked, shown and turned into one another.

mod roundtrip;
mod seal;
#[cfg(unix)]
mod shown;
mod tamper;

use std::fs;

use serde_json::Value;

use super::support::secret::api_key;
use super::support::{Evpack, Output, capture, repository};

const FORMS: [&str; 3] = ["json", "md", "zip"];
fn any_capture() -> String {
    capture("curl/dns.txt")
}

fn packet(form: &str) -> Vec<u8> {
    let name = format!("p.{form}");
    let output = Evpack::new(["collect", "--offline", "-o", &name]).arg(any_capture()).fixed().run().code(0);
    output.files[&name].clone()
}

fn show(args: &[&str], name: &str, bytes: &[u8]) -> Output {
    Evpack::new(["show"].iter().chain(args).copied()).arg(name).file(name, bytes).run()
}

fn verify(args: &[&str], name: &str, bytes: &[u8]) -> Output {
    Evpack::new(["verify"].iter().chain(args).copied()).arg(name).file(name, bytes).run()
}

/// The packet with one value changed.
fn changed(change: impl Fn(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(&packet("json")).unwrap();
    change(&mut value);
    serde_json::to_vec_pretty(&value).unwrap()
}

#[test]
fn packets_of_every_form_pass_and_give_the_same_values() {
    for form in FORMS {
        let name = format!("p.{form}");
        let bytes = packet(form);
        let report = verify(&[], &name, &bytes).code(0);
        assert!(report.text().contains("passed") && report.text().contains("not signed"), "{}", report.text());
        let cause = show(&["--field", "verdict.cause"], &name, &bytes).code(0);
        assert_ne!(cause.text().trim(), "unknown");
        let original: Value = serde_json::from_slice(&packet("json")).unwrap();
        assert_eq!(original["verdict"]["cause"], cause.text().trim());
    }
}

#[test]
fn every_capture_makes_a_packet_that_passes() {
    for folder in ["claude-code", "curl", "python-sdk", "typescript-sdk"] {
        for entry in fs::read_dir(capture(folder)).unwrap() {
            let path = entry.unwrap().path();
            let made = Evpack::new(["collect", "--offline", "-o", "-", "-f", "json"]).arg(path.to_string_lossy()).run();
            let checked = verify(&[], "p.json", &made.code(0).stdout);
            assert_eq!(checked.code, Some(0), "{}: {}", path.display(), checked.text());
        }
    }
}

#[test]
fn json_is_unchanged_by_a_round_trip_and_unknown_keys_survive() {
    let bytes = changed(|packet| packet["of_a_later_time"] = serde_json::json!({"kept": [1, null, "as it is"]}));
    let json = show(&["--format", "json"], "p.json", &bytes).code(0).json();
    assert_eq!(json, serde_json::from_slice::<Value>(&bytes).unwrap());
    let zip = show(&["--format", "zip", "-o", "q.zip"], "p.json", &bytes).code(0);
    let back = show(&["--format", "json"], "q.zip", &zip.files["q.zip"]).code(0).json();
    assert_eq!(back, json);
    verify(&[], "q.zip", &zip.files["q.zip"]).code(0);
}

#[test]
fn markdown_keeps_what_it_promises_and_no_more() {
    let original: Value = serde_json::from_slice(&packet("json")).unwrap();
    let markdown = packet("md");
    let json = show(&["--format", "json"], "p.md", &markdown).code(0).json();
    let carried = evpack::archive::block::CARRIED;
    for key in carried {
        assert_eq!(json[key], original[key], "{key}");
    }
    assert_eq!(json.as_object().unwrap().len(), carried.len());
    // And its words are shown in every form.
    for format in ["md", "html"] {
        show(&["--format", format], "p.md", &markdown).code(0);
    }
    let again = show(&["--format", "md"], "p.md", &markdown).code(0);
    assert!(again.text().contains("not carried by the Markdown"), "{}", again.text());
    assert_eq!(show(&["--format", "json"], "q.md", &again.stdout).code(0).json(), json);
    let refused = show(&["--format", "zip", "-o", "q.zip"], "p.md", &markdown).code(1);
    assert!(refused.files.is_empty() && refused.stderr.contains("too little"), "{}", refused.stderr);
}

#[test]
fn the_terminal_view_is_narrow_plain_and_says_the_verdict_first() {
    let output = show(&[], "p.zip", &packet("zip")).code(0);
    let text = output.text();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'));
    assert!(text.lines().next().unwrap().contains(':'), "{text}");
    assert!(text.contains("Did the request reach"));
}

#[test]
fn several_packets_give_a_table_without_formulas() {
    for evil in ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "x =HYPERLINK(1)", "\t=1+1", "\r\n=1+1", " =1"] {
        let bytes = changed(|packet| packet["verdict"]["cause"] = evil.into());
        let name = "=evil.json";
        let output = Evpack::new(["show", name, "b.zip"]).file(name, &bytes).file("b.zip", packet("zip")).run().code(0);
        let text = output.text();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.split_whitespace().all(|cell| !cell.starts_with(['=', '+', '@'])), "{text}");
        assert!(text.split_whitespace().all(|cell| cell == "-" || !cell.starts_with('-')), "{text}");
    }
}

#[test]
fn a_changed_packet_fails_and_says_where() {
    type Change = dyn Fn(&mut Value);
    let cases: [(&str, &Change, &str); 6] = [
        (
            "checklist",
            &|p| p["checklist"][0]["captured"] = (p["checklist"][0]["captured"] != true).into(),
            "/checklist/0",
        ),
        ("pointer", &|p| p["verdict"]["because"][0]["pointer"] = "/no/such".into(), "/verdict/because/0/pointer"),
        ("last failure", &|p| p["failures"] = serde_json::json!([]), "/failures"),
        ("word", &|p| p["verdict"]["branch"] = "sideways".into(), "/verdict/branch"),
        ("type", &|p| p["packet_id"] = 7.into(), "/packet_id"),
        ("count", &|p| p["redaction"]["counts"]["api-key"] = 99.into(), "/redaction/counts"),
    ];
    for (name, change, place) in cases {
        let output = verify(&[], "p.json", &changed(change)).code(3);
        assert!(output.text().contains(place), "{name}: {}", output.text());
    }
    let missing = changed(|packet| drop(packet.as_object_mut().unwrap().remove("route")));
    assert!(verify(&[], "p.json", &missing).code(3).text().contains("lacks the key `route`"));
}

#[test]
fn a_secret_in_a_packet_is_found_and_never_shown() {
    let key = api_key(77);
    let bytes = changed(|packet| packet["verdict"]["summary"] = format!("the key is {key}").into());
    let report = verify(&[], "p.json", &bytes).code(3);
    assert!(report.text().contains("leaks") && !report.text().contains(&key), "{}", report.text());
    for format in ["md", "json", "html"] {
        let shown = show(&["--format", format], "p.json", &bytes).code(0);
        assert!(!shown.text().contains(&key), "{format}");
    }
    assert!(!show(&[], "p.json", &bytes).code(0).text().contains(&key));
    // In a key of the packet, too.
    let bytes = changed(|packet| packet[key.as_str()] = 1.into());
    assert!(!show(&["--format", "json"], "p.json", &bytes).code(0).text().contains(&key));
}

#[test]
fn required_fields_and_json_reports_serve_an_intake_desk() {
    let bytes = packet("zip");
    verify(&["--require", "verdict.cause"], "p.zip", &bytes).code(0);
    let output = verify(&["--json", "--require", "no.such.field"], "p.zip", &bytes).code(3);
    let report = output.json();
    assert_eq!(report[0]["passed"], false);
    assert_eq!(report[0]["form"], "zip");
    assert!(report[0]["completeness"]["of"].as_u64().unwrap() > 3);
}

/// The receiver may know what the sender did not: names of their own, and rules for them.
#[test]
fn the_receivers_own_rules_are_looked_for_too() {
    let rules = "rules:\n- id: acme-token\n  description: Token of Acme\n  anchors: [acme_]\n  pattern: 'acme_[0-9a-z]{8}'\n  placeholder: acme-token\n  source: internal\n  must_match: [acme_12345678]\n  must_stay: [acme_]\n";
    let bytes = changed(|packet| packet["note"] = "we use acme_a1b2c3d4 here".into());
    verify(&[], "p.json", &bytes).code(0);
    let run = |args: &[&str]| Evpack::new(args.iter().copied()).file("p.json", &bytes).file("own.yaml", rules).run();
    let report = run(&["verify", "--rules", "own.yaml", "p.json"]).code(3);
    assert!(report.text().contains("acme-token") && !report.text().contains("a1b2c3d4"), "{}", report.text());
    let shown = run(&["show", "--rules", "own.yaml", "--format", "json", "p.json"]).code(0);
    assert!(!shown.text().contains("a1b2c3d4"), "{}", shown.text());
}

/// One bad packet among several fails the whole, and the others are reported all the same.
#[test]
fn several_packets_are_checked_each() {
    let bad = changed(|packet| packet["packet_id"] = 7.into());
    let run = Evpack::new(["verify", "--json", "good.zip", "bad.json", "gone.json"]);
    let output = run.file("good.zip", packet("zip")).file("bad.json", bad).run().code(3);
    let report = output.json();
    assert_eq!((report[0]["passed"].as_bool(), report[1]["passed"].as_bool()), (Some(true), Some(false)));
    assert!(output.stderr.contains("gone.json"), "{}", output.stderr);
}

#[test]
fn what_is_no_packet_has_its_own_words() {
    let newer = changed(|packet| packet["schema_version"] = 2.into());
    // There never was a version before 1.
    let none = changed(|packet| packet["schema_version"] = 0.into());
    let newer_block = String::from_utf8(packet("md")).unwrap().replace("<!-- evpack-data 2 ", "<!-- evpack-data 3 ");
    for (name, bytes, words) in [
        ("p.json", newer.as_slice(), "newer schema version"),
        ("p.json", none.as_slice(), "not an evidence packet"),
        ("p.md", newer_block.as_bytes(), "newer schema version"),
        ("log.txt", b"just a log".as_slice(), "not an evidence packet"),
        ("p.zip", b"PK\x03\x04rubbish".as_slice(), "damaged"),
        ("p.age", b"age-encryption.org/v1\n".as_slice(), "encrypted"),
    ] {
        for output in [verify(&[], name, bytes), show(&[], name, bytes)] {
            let output = output.code(1);
            assert!(output.stderr.contains(words) && output.stderr.contains("hint: "), "{}", output.stderr);
            assert!(output.stdout.is_empty());
        }
    }
    Evpack::new(["show", "."]).run().code(1);
    assert!(Evpack::new(["show", "gone.json"]).run().code(1).stderr.contains("no such packet"));
}

/// A packet of each schema version stays in the repository and is read for ever, and so does Markdown of each form of its data.
#[test]
fn packets_of_every_schema_version_are_read() {
    for version in 1..=evpack::model::packet::SCHEMA_VERSION {
        for form in ["json", "md", "short.md", "zip"] {
            let path = repository(&format!("fixtures/packets/v{version}.{form}"));
            let bytes = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
            verify(&[], &format!("p.{form}"), &bytes).code(0);
            show(&[], &format!("p.{form}"), &bytes).code(0);
        }
    }
}

#[test]
fn hostile_text_acts_nowhere() {
    let evil = "\u{1b}]0;x\u{7}\u{1b}[31m\u{202e}\u{200b}<script>alert(1)</script>{{ 71993*83 }}{% raw %}\n# heading\n```\n<img src=x onerror=alert(1)>";
    let bytes = changed(|packet| {
        packet["verdict"]["summary"] = evil.into();
        packet["verdict"]["next_step"] = evil.into();
        packet["attempts"] = serde_json::json!([{"n": 1, "outcome": evil, "changed": [], "failure": null, "at": evil, "conclusion": null}, {"n": 2, "outcome": evil, "changed": [], "failure": null, "at": evil, "conclusion": null}]);
    });
    for format in ["", "md", "html"] {
        let args: Vec<&str> = if format.is_empty() { vec![] } else { vec!["--format", format] };
        let output = show(&args, "p.json", &bytes).code(0);
        let text = output.text();
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{7}']), "{format}");
        assert!(!text.contains("5975419"), "{format}: a template in the packet ran");
        if format == "html" {
            assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
        }
        if format == "md" {
            let live = |event: &pulldown_cmark::Event<'_>| matches!(event, pulldown_cmark::Event::InlineHtml(html) | pulldown_cmark::Event::Html(html) if html.contains("script") || html.contains("img"));
            assert!(!pulldown_cmark::Parser::new(text).any(|event| live(&event)), "{text}");
        }
    }
}

/// Whatever stands where a packet has something else, every way of showing it ends with an answer or a reason, never a panic.
#[test]
fn values_of_another_type_are_no_panic() {
    let odd = [
        Value::Null,
        7.into(),
        "x".into(),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!([7, null, {}]),
    ];
    for (number, place) in
        ["attachments", "attempts", "checklist", "verdict", "failure", "redaction", "probe"].iter().enumerate()
    {
        let value = &odd[number % odd.len()];
        for value in [value, &odd[5]] {
            let bytes = changed(|packet| packet[*place] = value.clone());
            for args in [&[][..], &["-f", "html"], &["-f", "md"], &["-f", "zip", "-o", "-"]] {
                let output = show(args, "p.json", &bytes);
                let reason = output.code == Some(1) && output.stderr.contains("hint: ");
                assert!(
                    output.code == Some(0) || reason,
                    "{place} {value} {args:?}: {:?} {}",
                    output.code,
                    output.stderr
                );
                assert!(!output.stderr.contains("internal error"), "{place} {value}: {}", output.stderr);
            }
        }
    }
}

#[test]
fn the_html_page_needs_nothing_else() {
    let output = show(&["--format", "html"], "p.zip", &packet("zip")).code(0);
    let page = output.text();
    assert!(page.contains("Content-Security-Policy") && page.contains("default-src 'none'"));
    for outside in ["<script", "<link", "<iframe", "src=", "@import", "url(", "href="] {
        assert!(!page.contains(outside), "{outside}");
    }
}
