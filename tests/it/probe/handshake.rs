//! Handshakes that are cut at each step, by a middlebox between the probe and a real TLS server; old versions; stapled garbage.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion, version};

use super::pki::{Flaw, Pki, Shown, pem_with_key};
use super::programs::{Daemon, free_port, program};
use super::servers::{NO_KEY, Server, raw, read_request};
use super::{asked, probe};

/// A server of these versions that staples these bytes.
pub fn server(shown: Shown, versions: &[&'static SupportedProtocolVersion], stapled: Vec<u8>) -> Server {
    let chain = shown.chain.into_iter().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert_with_ocsp(chain, key, stapled)
        .unwrap();
    let config = Arc::new(config);
    raw(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).ok()?, stream);
        let head = read_request(&mut stream)?;
        stream.write_all(NO_KEY.as_bytes()).ok()?;
        stream.flush().ok()?;
        let _ = read_request(&mut stream);
        Some(head)
    })
}

/// Where the middlebox cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    AfterClientHello,
    AfterServerHello,
    InTheCertificate,
    /// All of the server's first flight passes, and nothing of what comes after.
    BeforeFinished,
    /// The whole handshake passes, and the request does not.
    AfterFinished,
}

/// Length of the server's first flight that passes: `bytes` is what came so far. A TLS 1.2 flight is `ServerHello` and what
/// follows in the clear; in TLS 1.3 all after the `ServerHello` is sealed, and the certificate is found by its size alone.
fn passes(cut: Cut, bytes: &[u8]) -> usize {
    // Record header, handshake header, length of the message.
    let hello = 9 + usize::from(u16::from_be_bytes([bytes[7], bytes[8]]));
    match cut {
        Cut::AfterClientHello => 0,
        Cut::AfterServerHello => hello,
        Cut::InTheCertificate => hello + 300,
        Cut::BeforeFinished | Cut::AfterFinished => bytes.len(),
    }
}

/// A middlebox before a server. Of the client's records that look like data, so many belong to the handshake: in TLS 1.3 the
/// Finished does.
fn middlebox(behind: u16, cut: Cut, sealed_in_handshake: usize) -> Server {
    raw(move |mut client| {
        let mut server = TcpStream::connect(("127.0.0.1", behind)).ok()?;
        let mut bytes = vec![0u8; 64 * 1024];
        let read = client.read(&mut bytes).ok()?;
        server.write_all(&bytes[..read]).ok()?;
        // The first flight: a server writes it at once.
        thread::sleep(std::time::Duration::from_millis(100));
        let flight = server.read(&mut bytes).ok().filter(|read| *read > 9)?;
        client.write_all(&bytes[..passes(cut, &bytes[..flight]).min(flight)]).ok()?;
        if cut != Cut::AfterFinished {
            if cut == Cut::BeforeFinished {
                let _ = client.read(&mut bytes);
            }
            let _ = client.shutdown(Shutdown::Both);
            return None;
        }
        // What the server says goes through, and the client's Finished; the request does not.
        let (mut from, mut to) = (server.try_clone().ok()?, client.try_clone().ok()?);
        thread::spawn(move || std::io::copy(&mut from, &mut to));
        let mut sealed = 0;
        loop {
            let record = record(&mut client)?;
            sealed += usize::from(record[0] == 23);
            if sealed > sealed_in_handshake {
                break;
            }
            server.write_all(&record).ok()?;
        }
        let _ = client.shutdown(Shutdown::Both);
        None
    })
}

/// The next record of a TLS connection: its header and what it holds.
fn record(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut record = vec![0; 5];
    stream.read_exact(&mut record).ok()?;
    let length = usize::from(u16::from_be_bytes([record[3], record[4]]));
    record.resize(5 + length, 0);
    stream.read_exact(&mut record[5..]).ok()?;
    Some(record)
}

#[test]
fn a_handshake_that_is_cut_says_at_which_step() {
    let pki = Pki::new("Corp");
    let versions: [(&str, &'static SupportedProtocolVersion); 2] =
        [("TLS 1.2", &version::TLS12), ("TLS 1.3", &version::TLS13)];
    for (name, version) in versions {
        let target = server(pki.server(Flaw::None), &[version], Vec::new());
        let certificate = if name == "TLS 1.2" {
            "tls: the connection was closed during the TLS handshake, after the server's certificate came"
        } else {
            // The server's Finished is in its first flight, so for the client the handshake is done.
            "http: the connection was closed before an answer came"
        };
        for (cut, words) in [
            (
                Cut::AfterClientHello,
                "tls: the connection was closed during the TLS handshake, before a byte of the server came",
            ),
            (
                Cut::AfterServerHello,
                "tls: the connection was closed during the TLS handshake, after the server began to answer and before its certificate came",
            ),
            (
                Cut::InTheCertificate,
                "tls: the connection was closed during the TLS handshake, after the server began to answer and before its certificate came",
            ),
            (Cut::BeforeFinished, certificate),
            (Cut::AfterFinished, "http: the connection was closed before an answer came"),
        ] {
            let between = middlebox(target.port, cut, usize::from(name == "TLS 1.3"));
            let run = asked(&between.tls_url(), "curl").file("ca.pem", pki.pem()).arg("--ca").arg("ca.pem");
            let (code, json) = probe(run);
            let verdict = &json["verdict"];
            assert_eq!((code, &verdict["cause"]), (Some(5), &"tcp-reset".into()), "{name}, {cut:?}: {json:#}");
            // A middlebox that closes with bytes unread resets in the kernel's words.
            let why = verdict["why"].as_str().unwrap().replace("was reset", "was closed");
            assert_eq!(why, words, "{name}, {cut:?}");
            // Only a request that was sent can have arrived.
            let reached = if words.starts_with("http") { "unknown" } else { "no" };
            assert_eq!(verdict["reached_api"], reached, "{name}, {cut:?}");
            assert_eq!(
                json["tls"].is_null(),
                !words.starts_with("http") && !words.contains("after the server's cert"),
                "{json:#}"
            );
        }
    }
}

#[test]
fn a_stapled_answer_that_is_garbage_is_told_and_stops_no_client() {
    let pki = Pki::new("Corp");
    let stapled = server(pki.server(Flaw::None), &[&version::TLS13, &version::TLS12], b"no OCSP at all".to_vec());
    let run = asked(&stapled.tls_url(), "python").file("ca.pem", pki.pem()).arg("--ca").arg("ca.pem");
    let (code, json) = probe(run);
    assert_eq!(
        (code, &json["tls"]["stapled_ocsp"], &json["tls"]["trusted"]),
        (Some(0), &true.into(), &true.into()),
        "{json:#}"
    );
}

/// A real server that speaks TLS 1.0 and nothing later.
pub fn old_server(dir: &Path, pki: &Pki) -> Option<Daemon> {
    let openssl = program("openssl")?;
    let pem = dir.join("old.pem");
    std::fs::write(&pem, pem_with_key(&pki.server(Flaw::None))).unwrap();
    let port = free_port();
    let mut command = Command::new(openssl);
    command.args(["s_server", "-quiet", "-tls1", "-cipher", "ALL:@SECLEVEL=0", "-accept"]);
    command.arg(format!("127.0.0.1:{port}")).arg("-cert").arg(&pem).arg("-key").arg(&pem);
    command.arg("-cert_chain").arg(&pem);
    Some(Daemon::start(&mut command, port))
}

#[test]
fn a_server_of_tls_1_0_alone_is_told_by_its_alert() {
    let pki = Pki::new("Corp");
    let dir = tempfile::tempdir().unwrap();
    let Some(old) = old_server(dir.path(), &pki) else { return };
    let run = asked(&format!("https://localhost:{}", old.port), "curl").file("ca.pem", pki.pem());
    let (code, json) = probe(run.arg("--ca").arg("ca.pem"));
    assert_eq!(
        (code, &json["verdict"]["cause"], &json["verdict"]["reached_api"]),
        (Some(5), &"tls-other".into(), &"no".into()),
        "{json:#}"
    );
    assert!(json["verdict"]["why"].as_str().unwrap().contains("no TLS version that is still in use"), "{json:#}");
}
