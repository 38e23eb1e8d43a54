//! Packets of every form: repeated against, compared with each other, planned from.

use serde_json::{Value, json};

use super::retry::{Bench, refusing_proxy, stub, url};
use super::support::secret;

const BODY: &str = r#"{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}"#;
const FORMS: [&str; 3] = ["json", "md", "zip"];

/// A call that fails at a proxy.
fn behind_a_proxy() -> (Bench, String) {
    let (api, proxy) = (stub("401 Unauthorized", BODY), refusing_proxy());
    let mut bench = Bench::new();
    bench.set("http_proxy", format!("http://127.0.0.1:{proxy}"));
    (bench, url(api))
}

fn read(bench: &Bench, name: &str) -> Value {
    let shown = bench.evpack(&["show", "--format", "json", name]);
    serde_json::from_slice(&shown.stdout)
        .unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&shown.stderr)))
}

#[test]
fn a_retry_reads_and_writes_every_form_and_diff_compares_every_pair() {
    let (bench, url) = behind_a_proxy();
    for from in FORMS {
        let before = format!("a.{from}");
        bench.run(&before, &["curl", "-sS", "-v", "--fail-with-body", &url]);
        for to in FORMS {
            let after = format!("{from}-b.{to}");
            let done =
                bench.evpack(&["retry", "--against", &before, "--unset", "http_proxy", "--offline", "-o", &after]);
            let said = String::from_utf8(done.stderr).unwrap();
            assert_eq!(done.status.code(), Some(0), "{from} to {to}: {said}");
            let conclusion = "one-change: HTTP_PROXY removed, same payload: reached the API: proxy branch";
            assert!(said.contains(conclusion), "{from} to {to}: {said}");
            let attempts = read(&bench, &after)["attempts"].clone();
            let told = attempts.as_array().into_iter().flatten().any(|attempt| attempt["conclusion"] == conclusion);
            assert!(told, "{from} to {to}: {attempts:#}");
            let found = bench.evpack(&["diff", "--json", &before, &after]);
            assert_eq!(found.status.code(), Some(1), "{from} and {to}");
            let found: Value = serde_json::from_slice(&found.stdout).unwrap();
            assert_eq!(found["changed"], json!(["HTTP_PROXY"]), "{from} and {to}: {found:#}");
            assert_eq!(
                (&found["one_variable"], &found["same_signature"]),
                (&json!(true), &json!(false)),
                "{from} {to}"
            );
        }
    }
}

#[test]
fn one_packet_in_two_forms_is_the_same() {
    let (bench, url) = behind_a_proxy();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url]);
    for form in ["md", "zip"] {
        let other = format!("a.{form}");
        let made = bench.evpack(&["show", "--format", form, "-o", &other, "a.json"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        for pair in [["a.json", other.as_str()], [other.as_str(), "a.json"], [other.as_str(), other.as_str()]] {
            let found = bench.evpack(&["diff", pair[0], pair[1]]);
            assert_eq!(found.status.code(), Some(0), "{pair:?}: {}", String::from_utf8_lossy(&found.stdout));
        }
    }
}

#[test]
fn a_plan_names_its_packet_and_is_told_to_programs_too() {
    let (bench, url) = behind_a_proxy();
    let name = "the first packet.json";
    bench.run(name, &["curl", "-sS", "-v", "--fail-with-body", &url]);
    let text = String::from_utf8(bench.evpack(&["retry", "--against", name, "--plan"]).stdout).unwrap();
    assert!(text.contains("evpack retry --against 'the first packet.json' --unset http_proxy\n"), "{text}");
    let told = bench.evpack(&["retry", "--against", name, "--plan", "--json"]);
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    let plan: Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(
        (&plan["packet"], &plan["each_attempt_may_bill_tokens"]),
        (&json!("'the first packet.json'"), &json!(true))
    );
    let tests = plan["tests"].as_array().unwrap();
    assert_eq!((&tests[0]["id"], &tests[0]["option"]), (&json!("baseline"), &Value::Null));
    assert!(tests.iter().any(|test| test["option"] == "--unset http_proxy" && test["person"].is_null()), "{plan:#}");
    assert!(tests.iter().all(|test| ["keep", "change", "why"].iter().all(|key| test[*key].is_string())), "{plan:#}");
    // The line that is told is one that runs.
    let line = text.lines().find(|line| line.ends_with("--unset http_proxy")).unwrap().trim();
    let line = format!("{line} --offline -o b.json")
        .replace("evpack retry", &format!("{} retry", env!("CARGO_BIN_EXE_evpack")));
    let run = bench.command("sh", &["-c", &line]).output().unwrap();
    assert!(String::from_utf8_lossy(&run.stderr).contains("one-change: HTTP_PROXY removed"), "{run:?}");
}

#[test]
fn auto_says_why_it_needs_a_file() {
    let (bench, url) = behind_a_proxy();
    bench.run("a.json", &["curl", "-sS", "-v", "--fail-with-body", &url]);
    let refused = bench.evpack(&["retry", "--against", "a.json", "--auto", "--offline", "-o", "-"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("anew after each attempt") && said.contains("hint: name a file with -o"), "{said}");
    assert!(refused.stdout.is_empty());
    // Without a file named, the default name is one.
    let done = bench.evpack(&["retry", "--against", "a.json", "--auto", "--max", "1", "--offline", "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_change_during_the_attempt_makes_it_inconclusive() {
    let (mut bench, url) = behind_a_proxy();
    std::fs::write(bench.path("ca.pem"), "one\n").unwrap();
    bench.set("SSL_CERT_FILE", "ca.pem");
    let script =
        format!("curl -sS -v --fail-with-body {url}; code=$?; sleep 1; test -e go && echo x >> ca.pem; exit $code");
    bench.run("a.json", &["sh", "-c", &script]);
    std::fs::write(bench.path("go"), "").unwrap();
    let told = bench.retry("a.json", "b.json", &["--unset", "http_proxy"]);
    assert_eq!(
        told["conclusion"], "inconclusive: 1 variable changed while the command ran: certificate files",
        "{told}"
    );
    assert_eq!(bench.packet("b.json")["reproduction"]["run"]["changed_meanwhile"], json!(["certificate files"]));
}

#[test]
fn diff_shows_variables_that_are_no_part_of_the_path_too() {
    let bench = Bench::new();
    let input = super::support::capture("python-sdk/conn_refused.txt");
    let key = secret::api_key(61);
    std::fs::write(bench.path("evpack.yaml"), "env:\n  - DEPLOY_RING\n").unwrap();
    let more = [
        ("DEPLOY_RING", "canary"),
        ("PYTHONWARNINGS", "error"),
        ("ANTHROPIC_API_KEY", key.as_str()),
        ("VIRTUAL_ENV", "/opt/venv"),
    ];
    for (to, env) in [("a.json", &[][..]), ("b.json", &more)] {
        let made = bench.evpack_with(env, &["collect", "--offline", "-o", to, &input]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let found = bench.evpack(&["diff", "a.json", "b.json"]);
    let text = String::from_utf8(found.stdout).unwrap();
    assert_eq!(found.status.code(), Some(1), "{text}");
    assert!(text.contains("network_env.variables.DEPLOY_RING: nothing -> canary"), "{text}");
    assert!(text.contains("ANTHROPIC_API_KEY") && !text.contains(&key), "{text}");
    // Versions, probe and status are told by section.
    let mut other = bench.packet("b.json");
    other["client"]["runtime"] = json!({"name": "python", "version": "3.99.1"});
    other["status"] = json!({"indicator": "major", "description": "Partial outage"});
    other["probe"] = json!({"verdict": {"path_up": false, "cause": "dns"}});
    std::fs::write(bench.path("c.json"), other.to_string()).unwrap();
    let found = bench.evpack(&["diff", "--json", "b.json", "c.json"]);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    for section in ["versions", "status", "probe"] {
        let told = found["differences"].as_array().unwrap().iter().any(|entry| entry["section"] == section);
        assert!(told, "{section} is not in {found:#}");
    }
}
