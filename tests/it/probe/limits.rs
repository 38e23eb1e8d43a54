//! Time: whatever the other side does, a probe ends within its budget.

use std::io::Write;
use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use super::servers::{NO_KEY, Server, raw, read_request};
use crate::support::Evpack;

/// Something that hangs at a step; gives the words that lead the probe to it.
fn hanging() -> Vec<(&'static str, Vec<String>, Vec<Server>)> {
    let silent = || {
        raw(|mut stream| {
            let head = read_request(&mut stream);
            thread::sleep(Duration::from_secs(30));
            head
        })
    };
    let (proxy, server, tls) = (silent(), silent(), silent());
    let trickles = raw(|mut stream| {
        let head = read_request(&mut stream);
        for byte in NO_KEY.bytes() {
            let _ = stream.write_all(&[byte]);
            thread::sleep(Duration::from_millis(200));
        }
        head
    });
    // A name server that takes every question and answers none; its socket stays open as long as the test.
    let names = Box::leak(Box::new(UdpSocket::bind("127.0.0.1:0").unwrap())).local_addr().unwrap();
    let word = |text: &str| text.to_owned();
    vec![
        ("proxy", vec![word("https://api.anthropic.com"), word("--via"), proxy.url()], vec![proxy]),
        (
            "socks",
            vec![word("https://api.anthropic.com"), word("--via"), server.url().replace("http", "socks5h")],
            vec![],
        ),
        ("server", vec![server.url()], vec![server]),
        ("tls", vec![tls.tls_url()], vec![tls]),
        ("trickle", vec![trickles.url()], vec![trickles]),
        ("resolver", vec![word("https://api.anthropic.com"), word("--nameserver"), names.to_string()], vec![]),
    ]
}

#[test]
fn nothing_that_hangs_holds_a_probe_past_its_budget() {
    for (name, words, _servers) in hanging() {
        for more in [&[] as &[&str], &["--compare"]] {
            let run = Evpack::new(["probe", "--json", "--as", "curl", "--timeout", "1", "--gateway", "off"]);
            let run = words.iter().map(String::as_str).chain(more.iter().copied()).fold(run, Evpack::arg);
            let begun = Instant::now();
            let out = run.run();
            let took = begun.elapsed();
            println!("{name:9} {more:?}: {took:?} of a budget of 1 s");
            assert_eq!(out.code, Some(5), "{name}: {}", out.stderr);
            // A bound for a busy machine; what hangs would hang for thirty seconds.
            assert!(took < Duration::from_secs(6), "{name} {more:?}: {took:?}");
            let walked = out.json()["ms"].as_u64().unwrap();
            assert!(walked <= 2_500, "{name}: {walked} ms, and the budget and half a second is the aim");
        }
    }
}
