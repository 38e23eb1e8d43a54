//! Names, by the system's resolver against a real name server: the `/etc/resolv.conf` is that of a namespace.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::namespaces::{FAR, FAR_6, Lab};
use super::probe;
use crate::support::Evpack;

/// The first step: its outcome and words; the verdict must be one of names.
#[track_caller]
fn dns(code: Option<i32>, json: &Value) -> String {
    let (step, verdict) = (&json["phases"][0], &json["verdict"]);
    assert_eq!(
        (code, &verdict["cause"], &verdict["reached_api"], &step["phase"]),
        (Some(5), &"dns".into(), &"no".into(), &"resolve".into()),
        "{json:#}"
    );
    format!("{} {}", step["outcome"].as_str().unwrap(), step["detail"].as_str().unwrap())
}

#[test]
fn the_systems_resolver_is_asked_and_a_second_look_tells_how_it_failed() {
    let Some(lab) = Lab::new() else { return };
    lab.resolv_conf(&format!("nameserver {FAR}\noptions timeout:1 attempts:1\n"));
    // A name that is known, one that is not, one whose servers refuse, one with an address of one family alone.
    let known = format!("--address=/both.example/{FAR}");
    let known_6 = format!("--address=/both.example/{FAR_6}");
    let only_6 = format!("--host-record=six.example,{FAR_6}");
    let upstream = "--server=/broken.example/127.0.0.1#5300";
    let options = [&known, &known_6, &only_6, upstream, "--local=/missing.example/", "--local=/six.example/"];
    let Some(_server) = lab.name_server(&options) else { return };
    let Some(_broken) = lab.failing_name_server(5300) else { return };
    let Some(api) = lab.api(8080) else { return };
    let ask = |host: &str, more: &[&str]| {
        let words: Vec<&str> = more.iter().copied().chain(["--timeout", "8"]).collect();
        probe(lab.probe(&format!("http://{host}:{}", api.port), &words))
    };
    let (code, json) = ask("both.example", &[]);
    assert_eq!(code, Some(0), "{json:#}");
    let mut found: Vec<_> = json["dns"]["addresses"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found.len(), 2, "{json:#}");
    assert_eq!(
        (json["dns"]["in_hosts_file"].clone(), json["dns"]["resolvers"].as_array().unwrap().len()),
        (false.into(), 1)
    );

    let (code, json) = ask("missing.example", &[]);
    assert!(dns(code, &json).contains("NXDOMAIN"), "{json:#}");
    let (code, json) = ask("broken.example", &[]);
    assert!(dns(code, &json).contains("SERVFAIL"), "{json:#}");
    // A name that dnsmasq has nobody to ask for.
    let (code, json) = ask("elsewhere.example", &[]);
    assert!(dns(code, &json).contains("REFUSED"), "{json:#}");

    // An address of one family: the way is up, and the other family is said to be missing.
    let (code, json) = ask("six.example", &[]);
    assert_eq!((code, &json["verdict"]["reached_api"]), (Some(0), &"yes".into()), "{json:#}");
    let (code, json) = ask("six.example", &["--family", "4"]);
    assert!(dns(code, &json).contains("no IPv4 address"), "{json:#}");
}

#[test]
fn a_name_server_that_is_silent_costs_the_budget_and_no_more() {
    let Some(lab) = Lab::new() else { return };
    lab.resolv_conf(&format!("nameserver {FAR}\n"));
    lab.firewall("udp dport 53 drop\n tcp dport 53 drop");
    let begun = Instant::now();
    let (code, json) = probe(lab.probe("https://api.anthropic.com", &["--timeout", "1.5"]));
    // A bound, not a speed: the system's own resolver would wait for ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    let said = dns(code, &json);
    assert!(said.starts_with("timed-out"), "{said}");
    assert!(said.contains("name server"), "{said}");
}

#[test]
fn without_a_name_server_it_is_said_that_none_answers() {
    let Some(lab) = Lab::new() else { return };
    // Nothing listens on the far side, and its kernel says so.
    lab.resolv_conf(&format!("nameserver {FAR}\noptions timeout:1 attempts:1\n"));
    let (code, json) = probe(lab.probe("https://api.anthropic.com", &["--timeout", "8"]));
    let said = dns(code, &json);
    assert!(said.contains("name server"), "{said}");
}

#[test]
fn a_collection_on_a_dead_network_ends_with_its_budget_and_makes_the_packet() {
    let Some(lab) = Lab::new() else { return };
    lab.resolv_conf(&format!("nameserver {FAR}\n"));
    lab.firewall("meta l4proto { tcp, udp } drop");
    let log = "anthropic.APIConnectionError: Connection error.\n";
    let run = Evpack::new(["collect", "app.log", "-o", "-", "--json", "--timeout", "2"]).file("app.log", log).online();
    let begun = Instant::now();
    let packet = run.under(&lab.near()).run().code(0).json();
    let took = begun.elapsed();
    println!("{took:?} of a budget of 2 s");
    // A bound for a busy machine; the resolver alone would wait for ten seconds.
    assert!(took < Duration::from_secs(8), "{took:?}");
    let status = packet["status"]["absent"].as_str().unwrap();
    assert!(["timed-out", "failed"].contains(&status), "{}", packet["status"]);
    let probe = &packet["probe"];
    assert!(probe["absent"] == "timed-out" || probe["verdict"]["cause"] == "dns", "{probe:#}");
}
