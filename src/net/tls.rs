//! Phase four: the TLS handshake. The chain is recorded also where it is not trusted; a channel that is not verified is
//! never used, because the handshake then fails as that of the client would.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};

use super::chain;
use super::fault::{Clock, Fault};
use super::stream::{Counted, Stream};
use super::trust::{Problem, Store, provider};
use crate::model::probe::TlsFacts;
use crate::model::vocabulary::Cause;
use crate::model::{Collected, Raw};

/// What a handshake showed, whether or not it was completed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    stapled: bool,
    pub(crate) problem: Option<Problem>,
}

/// Verifies by the client's store, and keeps what was shown.
#[derive(Debug)]
struct Recorder {
    store: Arc<Store>,
    seen: Mutex<Seen>,
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let all = std::iter::once(end_entity).chain(intermediates);
        let chain: Vec<CertificateDer<'static>> = all.map(|one| one.clone().into_owned()).collect();
        let problem = self.store.problem(&chain, server_name, now);
        let verdict = match &problem {
            None => Ok(ServerCertVerified::assertion()),
            Some(problem) => Err(Error::InvalidCertificate(match problem {
                Problem::Untrusted | Problem::SelfSigned => CertificateError::UnknownIssuer,
                Problem::Expired => CertificateError::Expired,
                Problem::NotYetValid => CertificateError::NotValidYet,
                Problem::WrongName => CertificateError::NotValidForName,
                Problem::Other(_) => CertificateError::BadEncoding,
            })),
        };
        let stapled = !ocsp_response.is_empty();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Seen { chain, stapled, problem };
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &provider().signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &provider().signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}

/// A handshake that ended, one way or the other.
pub(crate) struct Shaken {
    pub(crate) stream: Result<TlsStream<Stream>, Fault>,
    pub(crate) seen: Seen,
    pub(crate) facts: Option<TlsFacts<Collected>>,
}

/// Shakes hands with `host` over a stream. `protocols` are offered by ALPN.
pub(crate) async fn shake(stream: Stream, host: &str, store: Arc<Store>, protocols: &[&str], clock: Clock) -> Shaken {
    let recorder = Arc::new(Recorder { store, seen: Mutex::new(Seen::default()) });
    let (stream, received) = Counted::new(stream);
    let hands = Box::pin(hands(Box::new(stream), host, &recorder, protocols));
    let done = clock.hold(Cause::TimeoutConnect, "the TLS handshake did not end in time", hands).await;
    let seen = recorder.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let stream = done.map_err(|fault| match &seen.problem {
        Some(problem) => Fault::new(problem.cause(), told(problem, &seen)),
        None => at_step(fault, received.load(Ordering::Relaxed), &seen),
    });
    let facts = facts(&seen, stream.as_ref().ok(), host, &recorder.store);
    Shaken { stream, seen, facts }
}

/// Adds how far a handshake came that was cut off or fell silent: what cuts it before a byte comes back has seen no more than the
/// name of the host.
fn at_step(fault: Fault, received: u64, seen: &Seen) -> Fault {
    if fault.cause != Cause::TcpReset && !fault.timed_out {
        return fault;
    }
    let step = match (received, seen.chain.is_empty()) {
        (0, _) => "before a byte of the server came",
        (_, true) => "after the server began to answer and before its certificate came",
        (_, false) => "after the server's certificate came",
    };
    let detail = Raw::new(format!("{}, {step}", fault.detail.expose()));
    Fault { detail, ..fault }
}

async fn hands(
    stream: Stream,
    host: &str,
    recorder: &Arc<Recorder>,
    protocols: &[&str],
) -> Result<TlsStream<Stream>, Fault> {
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|_| Fault::new(Cause::TlsOther, "TLS has no form for this host name"))?;
    let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|_| Fault::new(Cause::TlsOther, "no TLS version can be used"))?;
    let verifier: Arc<dyn ServerCertVerifier> = Arc::<Recorder>::clone(recorder);
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| fault(&error))
}

fn told(problem: &Problem, seen: &Seen) -> String {
    let missing = *problem == Problem::Untrusted && chain::lacks_intermediate(&seen.chain);
    let more =
        if missing { "; the server sends its own certificate alone, so an intermediate may be missing" } else { "" };
    format!("{}{more}", problem.words())
}

/// How a handshake failed that did not fail by its certificates.
fn fault(error: &io::Error) -> Fault {
    let Some(inner) = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
        return Fault::of_stream(error, "during the TLS handshake");
    };
    let words = match inner {
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "the other side speaks no TLS version that is still in use (alert ProtocolVersion): 1.2 or later is needed"
                .to_owned()
        }
        Error::AlertReceived(alert) => format!("the other side broke the handshake off: {alert:?}"),
        Error::InvalidMessage(_) => "what answers does not speak TLS".to_owned(),
        Error::PeerIncompatible(_) => "the other side speaks no TLS version or cipher that is still in use".to_owned(),
        other => format!("the handshake failed: {other}"),
    };
    Fault::new(Cause::TlsOther, words)
}

fn facts(seen: &Seen, stream: Option<&TlsStream<Stream>>, host: &str, store: &Store) -> Option<TlsFacts<Collected>> {
    if seen.chain.is_empty() {
        return None;
    }
    let session = stream.map(|stream| stream.get_ref().1);
    let debug = |text: String| text.replace("TLSv1_", "TLSv1.");
    let is_address = host.parse::<std::net::IpAddr>().is_ok();
    Some(TlsFacts {
        version: session.and_then(|session| session.protocol_version()).map(|version| debug(format!("{version:?}"))),
        cipher: session.and_then(|s| s.negotiated_cipher_suite()).map(|suite| format!("{:?}", suite.suite())),
        alpn: session.and_then(|s| s.alpn_protocol()).map(|name| Raw::new(String::from_utf8_lossy(name).into_owned())),
        sni: (!is_address).then(|| Raw::text(host)),
        trusted: seen.problem.is_none(),
        problem: seen.problem.as_ref().map(|problem| Raw::new(told(problem, seen))),
        stapled_ocsp: seen.stapled,
        store: Raw::text(store.words.as_str()),
        chain: chain::facts(&seen.chain),
    })
}
