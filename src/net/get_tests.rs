//! Tests of the bounded fetch, as the status page is asked for: over a proxy's tunnel and TLS with an authority of its own.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rcgen::{CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Ask, Fetched, NotFetched, get};
use crate::collect::host::fake::FakeHost;
use crate::model::probe::{Phase, ProbeClient};
use crate::model::vocabulary::Cause;

/// Gives each connection to a handler; gives the port.
fn listen(handler: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let handler = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = Arc::clone(&handler);
            thread::spawn(move || handler(stream));
        }
    });
    port
}

fn head(stream: &mut impl Read) -> String {
    let (mut bytes, mut byte) = (Vec::new(), [0]);
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        bytes.push(byte[0]);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An HTTPS server for `localhost`: `/page` is the page, every other path leads on to what follows its slash. Gives its port, and
/// its authority in PEM.
fn page() -> (u16, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut own = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate().unwrap();
    let chain = vec![own.signed_by(&key, &authority).unwrap().der().clone()];
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let port = listen(move |stream| {
        let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
        let head = head(&mut stream);
        let path = head.split(' ').nth(1).unwrap_or_default();
        let answer = match path.strip_prefix('/') {
            Some("page") => "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            to => format!("HTTP/1.1 302 Found\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n", to.unwrap_or_default()),
        };
        let _ = stream.write_all(answer.as_bytes());
        let _ = stream.flush();
    });
    (port, authority.pem())
}

/// A proxy that opens tunnels for a login, and keeps what it was asked.
fn proxy(login: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    let port = listen(move |mut stream| {
        let head = head(&mut stream);
        asked.lock().unwrap().push(head.lines().next().unwrap_or_default().to_owned());
        if !head.contains(&format!("proxy-authorization: Basic {login}\r\n")) {
            let _ = stream.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
            return;
        }
        let target = head.split(' ').nth(1).unwrap_or_default().replace("localhost", "127.0.0.1");
        let Ok(target) = TcpStream::connect(target) else { return };
        let _ = stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
        let (mut from, mut to) = (stream.try_clone().unwrap(), target.try_clone().unwrap());
        thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
        let (mut from, mut to) = (target, stream);
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    (port, kept)
}

fn fetch(url: String, hosts: &[&str], host: &FakeHost) -> Result<Fetched, NotFetched> {
    let redirect_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
    let ask = Ask { url, client: ProbeClient::Python, budget: Duration::from_secs(10), redirect_hosts, limit: 1 << 16 };
    get(&ask, host)
}

#[test]
fn a_page_is_fetched_through_a_tunnel_and_over_tls_by_the_rules_of_the_client() {
    let (port, pem) = page();
    let (proxy, asked) = proxy("ZGFuYTpwdw==");
    let through = |login: &str| {
        let host = FakeHost::new().var("HTTPS_PROXY", format!("http://{login}127.0.0.1:{proxy}"));
        host.var("SSL_CERT_FILE", "/ca.pem").file("/ca.pem", pem.as_str())
    };
    let host = through("dana:pw@");
    let fetched = fetch(format!("https://localhost:{port}/page"), &[], &host).unwrap();
    assert_eq!((fetched.status, fetched.body.expose().as_slice()), (200, &b"{}"[..]));
    assert_eq!(asked.lock().unwrap().as_slice(), [format!("CONNECT localhost:{port} HTTP/1.1")]);
    // A login that is missing ends in the proxy, and an authority that is not named in TLS.
    let refused = fetch(format!("https://localhost:{port}/page"), &[], &through("")).unwrap_err();
    assert_eq!((refused.phase, refused.cause), (Some(Phase::Proxy), Cause::Proxy));
    let bare = FakeHost::new().var("HTTPS_PROXY", format!("http://dana:pw@127.0.0.1:{proxy}"));
    let refused = fetch(format!("https://localhost:{port}/page"), &[], &bare).unwrap_err();
    assert_eq!((refused.phase, refused.cause), (Some(Phase::Tls), Cause::TlsUntrusted));
}

#[test]
fn a_redirect_stays_among_the_hosts_that_are_allowed_and_never_leaves_tls() {
    let (port, pem) = page();
    let host = FakeHost::new().var("SSL_CERT_FILE", "/ca.pem").file("/ca.pem", pem.as_str());
    let to = |path: &str, hosts: &[&str]| fetch(format!("https://localhost:{port}/{path}"), hosts, &host);
    // To the same host; to another that is not on the list, and that is; to plain HTTP on the same host.
    assert_eq!(to(&format!("https://localhost:{port}/page"), &[]).unwrap().status, 200);
    let away = to(&format!("https://127.0.0.1:{port}/page"), &["status.example"]).unwrap_err();
    assert!(away.detail.expose().contains("not among the hosts"), "{}", away.detail.expose());
    let allowed = to(&format!("https://127.0.0.1:{port}/page"), &["127.0.0.1"]).unwrap_err();
    assert_eq!(allowed.phase, Some(Phase::Tls), "it was asked, and its certificate is for another name");
    let down = to(&format!("http://localhost:{port}/page"), &["localhost"]).unwrap_err();
    assert!(down.detail.expose().contains("not among the hosts"), "{}", down.detail.expose());
}
