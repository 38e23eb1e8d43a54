//! Memory, sockets and interrupts, as Linux counts them.

use std::io::Write;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use super::asked;
use super::pki::{Flaw, Pki};
use super::servers::{NO_KEY, Server, https, raw, read_request};
use crate::support::Evpack;

/// Most memory of a probe, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;

/// Runs a program and gives the most memory that it had, in KiB, as the kernel counted it.
fn peak_memory(evpack: &Evpack) -> u64 {
    let mut child = evpack.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    // The high-water mark only grows, so the last look before the end is the one that counts.
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let seen = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse().ok());
        peak = peak.max(seen.unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    peak
}

fn endless(start: &'static str, part: &'static str) -> Server {
    raw(move |mut stream| {
        let head = read_request(&mut stream);
        let _ = stream.write_all(start.as_bytes());
        while stream.write_all(part.as_bytes()).is_ok() {}
        head
    })
}

#[test]
fn memory_stays_small_with_endless_heads_and_bodies_and_large_certificates() {
    let filler = "x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";
    let servers = [
        endless("HTTP/1.1 200 OK\r\n", filler),
        endless("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n", filler),
        endless("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "10\r\n0123456789abcdef\r\n"),
        endless("HTTP/1.1 ", "200200200200200200200200200200200200200200200200"),
    ];
    let first = asked(&servers[0].url(), "curl");
    assert!(peak_memory(&first) > 0, "nothing was measured");
    for server in &servers {
        let peak = peak_memory(&asked(&server.url(), "curl"));
        println!("most memory: {peak} KiB");
        assert!(peak < MOST_MEMORY, "{peak} KiB");
    }
    // The same from a proxy, before there is a tunnel.
    let through = asked("https://api.anthropic.com", "curl");
    let peak = peak_memory(&through.env("https_proxy", &servers[0].url()));
    println!("most memory: {peak} KiB");
    assert!(peak < MOST_MEMORY, "{peak} KiB");
}

#[test]
fn an_interrupt_ends_it_at_once_and_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt;

    // A shell's job in the background ignores an interrupt, and its children inherit that.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim);
    if ignored.is_some_and(|mask| u64::from_str_radix(mask, 16).is_ok_and(|mask| mask & 2 != 0)) {
        eprintln!("skipped: interrupts are ignored where the tests run");
        return;
    }
    let silent = raw(|mut stream| {
        let head = read_request(&mut stream);
        thread::sleep(Duration::from_secs(30));
        head
    });
    let evpack = Evpack::new(["probe", &silent.url(), "--json", "--timeout", "30", "--gateway", "off"]);
    let child = evpack.command().stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // It hangs once the server has its connection.
    while connections_to(silent.port) == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    let begun = Instant::now();
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let out = child.wait_with_output().unwrap();
    assert!(out.status.code() == Some(130) || out.status.signal() == Some(2), "{:?}", out.status);
    assert!(out.stdout.is_empty() && begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_library_leaves_no_socket_open() {
    use evpack::collect::SystemHost;
    use evpack::model::Raw;
    use evpack::model::probe::ProbeClient;
    use evpack::net::{self, ProbePlan, TrustChoice, Via};

    let pki = Pki::new("Corp");
    let dir = tempfile::tempdir().unwrap();
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pki.pem()).unwrap();
    let good = https(pki.server(Flaw::None), NO_KEY);
    let silent = raw(|mut stream| {
        let head = read_request(&mut stream);
        thread::sleep(Duration::from_secs(8));
        head
    });
    let plan = |url: String| ProbePlan {
        url: Some(Raw::new(url)),
        via: Via::Direct,
        trust: TrustChoice::File(ca.clone()),
        compare: true,
        idle: Some(Duration::from_millis(100)),
        ..ProbePlan::new(ProbeClient::Curl, Duration::from_secs(1))
    };
    for server in [&good, &silent] {
        let url = if server.port == good.port { good.tls_url() } else { silent.url() };
        let plan = plan(url);
        // A thread of a quarter of the usual stack, as a program that embeds it may have.
        let small = thread::Builder::new().stack_size(512 << 10);
        let walked = small.spawn(move || net::walk(plan, &SystemHost).is_ok()).unwrap().join();
        assert!(walked.unwrap());
        // Ours are those whose other end is the server's port; other tests of this process have others.
        let open = (0..40).map(|_| {
            thread::sleep(Duration::from_millis(50));
            connections_to(server.port)
        });
        assert!(open.into_iter().any(|count| count == 0), "a connection to port {} is still open", server.port);
    }
}

/// Connections of this machine whose remote port is this one and that are established, from the kernel's table.
fn connections_to(port: u16) -> usize {
    let established = |text: &str| {
        let rows = text.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
        rows.filter(|row| row.len() > 3 && row[2].ends_with(&format!(":{port:04X}")) && row[3] == "01").count()
    };
    ["/proc/net/tcp", "/proc/net/tcp6"].iter().map(|file| established(&std::fs::read_to_string(file).unwrap())).sum()
}
