//! Servers on loopback, each connection on a thread of its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::pki::Shown;

/// The API's answer to a request without a key.
pub const NO_KEY: &str = "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\nrequest-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n\
    server: cloudflare\r\ncf-ray: 9a1b2c3d4e5f6071-FRA\r\ncontent-length: 87\r\n\r\n\
    {\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"x-api-key required\"}}";

/// A server that runs until the test ends.
pub struct Server {
    pub port: u16,
    /// The first bytes of each connection, where the handler sends them.
    pub heads: Receiver<String>,
}

impl Server {
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn tls_url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }
}

/// Gives each connection to a handler.
pub fn raw(handler: impl Fn(TcpStream) -> Option<String> + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, heads) = channel();
    let handler = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
            let (handler, sender) = (Arc::clone(&handler), sender.clone());
            thread::spawn(move || {
                if let Some(head) = handler(stream) {
                    let _ = sender.send(head);
                }
            });
        }
    });
    Server { port, heads }
}

/// Reads a request: its head, and its short body.
pub fn read_request(stream: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0u8; 4096];
    loop {
        let count = stream.read(&mut chunk).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some(end) = text.find("\r\n\r\n") else { continue };
        let length = text.to_ascii_lowercase();
        let length = length.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        if bytes.len() >= end + 4 + length.unwrap_or(0) {
            return Some(text);
        }
    }
}

/// Answers each request of a connection with the same bytes.
pub fn http(answer: impl Into<String>) -> Server {
    let answer = answer.into();
    raw(move |mut stream| serve(&mut stream, &answer))
}

/// The same on a listener that is there already.
pub fn serve_all(listener: &TcpListener, answer: &'static str) {
    for mut stream in listener.incoming().flatten() {
        thread::spawn(move || serve(&mut stream, answer));
    }
}

fn serve(stream: &mut (impl Read + Write), answer: &str) -> Option<String> {
    let first = read_request(stream)?;
    stream.write_all(answer.as_bytes()).ok()?;
    stream.flush().ok()?;
    while read_request(stream).is_some() {
        stream.write_all(answer.as_bytes()).ok()?;
        stream.flush().ok()?;
    }
    Some(first)
}

/// The same inside TLS.
pub fn https(shown: Shown, answer: impl Into<String>) -> Server {
    let answer = answer.into();
    let chain = shown.chain.into_iter().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    raw(move |stream| {
        let connection = ServerConnection::new(Arc::clone(&config)).ok()?;
        serve(&mut StreamOwned::new(connection, stream), &answer)
    })
}

/// A port on which nothing listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
