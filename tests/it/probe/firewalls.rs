//! What a firewall or a router on the way does: silence, a reset, loss, no route, and connections that are forgotten.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::namespaces::{FAR, FAR_6, Lab};
use super::{probe, said};

const PORT: u16 = 8080;

fn url() -> String {
    format!("http://{FAR}:{PORT}")
}

fn step<'a>(json: &'a Value, phase: &str) -> &'a Value {
    json["phases"].as_array().unwrap().iter().find(|step| step["phase"] == phase).unwrap_or(&Value::Null)
}

#[test]
fn silence_a_reset_and_a_refusal_are_told_apart() {
    for (rule, expected) in [
        ("", "0 auth yes api"),
        ("tcp dport 8080 drop", "5 timeout-connect no none"),
        ("tcp dport 8080 reject with tcp reset", "5 tcp-refused no none"),
        ("tcp dport 8080 reject with icmpx admin-prohibited", "5 network-unreachable no none"),
        // The connection stands, and what is sent on it is dropped, or answered with a reset.
        ("tcp dport 8080 tcp flags & psh == psh drop", "5 timeout-read unknown none"),
        ("tcp dport 8080 tcp flags & psh == psh reject with tcp reset", "5 tcp-reset unknown none"),
    ] {
        let Some(lab) = Lab::new() else { return };
        let Some(_api) = lab.api(PORT) else { return };
        lab.firewall(rule);
        let begun = Instant::now();
        assert_eq!(said(lab.probe(&url(), &["--timeout", "2"])), expected, "{rule}");
        assert!(begun.elapsed() < Duration::from_secs(8), "{rule}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_lost_connection_request_is_sent_again_and_seen_in_the_time() {
    let Some(lab) = Lab::new() else { return };
    let Some(_api) = lab.api(PORT) else { return };
    // The first of every two connection requests is lost; the kernel sends it again after a second.
    lab.firewall("tcp dport 8080 tcp flags & (syn | ack) == syn numgen inc mod 2 == 0 drop");
    let (code, json) = probe(lab.probe(&url(), &["--timeout", "10"]));
    assert_eq!(code, Some(0), "{json:#}");
    assert!(step(&json, "tcp")["ms"].as_u64().unwrap() >= 900, "{json:#}");
}

#[test]
fn with_a_third_of_the_packets_lost_the_way_is_slow_and_up() {
    let Some(lab) = Lab::new() else { return };
    let Some(_api) = lab.api(PORT) else { return };
    lab.firewall("tcp dport 8080 numgen random mod 100 < 30 drop");
    // A try may lose all it sends, so there are three.
    let tries: Vec<String> = (0..3).map(|_| said(lab.probe(&url(), &["--timeout", "20"]))).collect();
    assert!(tries.iter().any(|one| one == "0 auth yes api"), "{tries:?}");
    let known = ["0 auth yes api", "5 timeout-connect no none", "5 timeout-read unknown none"];
    assert!(tries.iter().all(|one| known.contains(&one.as_str())), "{tries:?}");
}

#[test]
fn an_address_without_route_does_not_hide_the_one_that_works() {
    let Some(lab) = Lab::new() else { return };
    let Some(_api) = lab.api(PORT) else { return };
    // The name has an IPv6 address to which there is no route, and an IPv4 address that works.
    lab.resolv_conf(&format!("nameserver {FAR}\noptions timeout:1 attempts:1\n"));
    let options = [format!("--host-record=api.example,{FAR},2001:db8::1")];
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let Some(_names) = lab.name_server(&options) else { return };
    let url = format!("http://api.example:{PORT}");
    let (code, json) = probe(lab.probe(&url, &["--timeout", "8", "--compare"]));
    assert_eq!(code, Some(0), "{json:#}");
    let (code, alone) = probe(lab.probe(&url, &["--timeout", "8", "--family", "6", "--compare"]));
    assert_eq!((code, &alone["verdict"]["cause"]), (Some(5), &"network-unreachable".into()), "{alone:#}");
    let sentence = alone["compare"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("changing family to IPv4 alone brings it up"), "{sentence}");
    // The comparison names the family as what would break it.
    let sentence = json["compare"]["sentence"].as_str().unwrap();
    assert!(sentence.contains("family") && sentence.contains("IPv6"), "{sentence}");
    // An IPv6 address with a route is up.
    assert_eq!(said(lab.probe(&format!("http://[{FAR_6}]:{PORT}"), &[])), "0 auth yes api");
}

#[test]
fn a_middlebox_that_forgets_idle_connections_after_five_seconds_is_found() {
    let Some(lab) = Lab::new() else { return };
    let Some(_api) = lab.api(PORT) else { return };
    // What is not seen for five seconds leaves the set, and packets of unknown connections are dropped without a word.
    let alive = "meta l4proto tcp tcp dport 8080 tcp flags & (syn | ack) == syn update @alive { tcp sport timeout 5s } accept\n \
                 tcp dport 8080 tcp sport @alive update @alive { tcp sport timeout 5s } accept\n tcp dport 8080 drop";
    lab.firewall_with("set alive { type inet_service; flags dynamic,timeout; timeout 5s; }", alive);
    let hold = |seconds: &str| probe(lab.probe(&url(), &["--timeout", "5", "--idle", seconds]));
    let (code, json) = hold("2");
    assert_eq!((code, &step(&json, "idle")["outcome"]), (Some(0), &"ok".into()), "{json:#}");
    let (code, json) = hold("7");
    assert_eq!((code, &json["verdict"]["cause"]), (Some(5), &"idle-drop".into()), "{json:#}");
    assert_eq!(
        (&step(&json, "idle")["outcome"], &json["verdict"]["reached_api"]),
        (&"timed-out".into(), &"yes".into())
    );
}
