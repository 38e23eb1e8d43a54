//! Trust: the roots of each client by its own rules, and whether a chain is good by them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::node::Node;
use super::plan::TrustChoice;
use crate::collect::host::Host;
use crate::collect::vars::{Vars, is_on};
use crate::model::probe::ProbeClient;
use crate::model::vocabulary::Cause;

/// Size limit of a certificate file.
const FILE_LIMIT: usize = 4 * 1024 * 1024;
/// Most files of a folder of certificates that are read.
const MOST_FILES: usize = 500;
/// Bundles of the system, by distribution. Source: the list of Go's `crypto/x509` for Linux.
const BUNDLES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What is wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It ends in a root that the store does not hold.
    Untrusted,
    /// The server's certificate is signed by itself, and the store does not hold it.
    SelfSigned,
    Expired,
    NotYetValid,
    WrongName,
    Other(String),
}

impl Problem {
    pub(crate) const fn cause(&self) -> Cause {
        match self {
            Self::Untrusted | Self::SelfSigned => Cause::TlsUntrusted,
            _ => Cause::TlsOther,
        }
    }

    pub(crate) fn words(&self) -> String {
        match self {
            Self::Untrusted => "the chain ends in a root that this client does not trust".to_owned(),
            Self::SelfSigned => "the certificate is signed by itself, and this client does not trust it".to_owned(),
            Self::Expired => "a certificate of the chain has expired".to_owned(),
            Self::NotYetValid => "the certificate is not valid yet by the clock of this machine".to_owned(),
            Self::WrongName => "the certificate is for another name".to_owned(),
            Self::Other(words) => format!("the certificate cannot be used: {words}"),
        }
    }
}

/// Certificates that are trusted.
#[derive(Debug)]
pub(crate) struct Store {
    roots: RootCertStore,
    /// The same, to find a server's own certificate among them.
    exact: Vec<CertificateDer<'static>>,
    /// Where they come from, in words.
    pub(crate) words: String,
}

impl Store {
    fn of(certificates: Vec<CertificateDer<'static>>, words: impl Into<String>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.iter().cloned());
        Self { roots, exact: certificates, words: words.into() }
    }

    /// The public roots of Mozilla's list, as they were when this program was built.
    pub(crate) fn public() -> Self {
        let mut store = Self::of(Vec::new(), "the public roots");
        store.roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        store
    }

    /// The store of the system, whatever variables say.
    pub(crate) fn system(host: &dyn Host) -> Self {
        if host.os() != "linux" {
            return Self::of(rustls_native_certs::load_native_certs().certs, "the system's store");
        }
        let found = BUNDLES.iter().map(Path::new).find(|path| host.exists(path));
        Self::of(found.map(|path| from_file(host, path)).unwrap_or_default(), "the system's store")
    }

    pub(crate) fn file(host: &dyn Host, path: &Path) -> Self {
        Self::of(from_file(host, path), format!("the file {}", path.display()))
    }

    fn and(mut self, other: Self) -> Self {
        self.roots.extend(other.roots.roots);
        self.exact.extend(other.exact);
        self.words = format!("{} and {}", self.words, other.words);
        self
    }

    /// What is wrong with a chain for a name at this time, if anything. Says first whether the chain is trusted at all, as
    /// OpenSSL does, and then whether it has expired.
    pub(crate) fn problem(
        &self,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Option<Problem> {
        let leaf = chain.first()?;
        let Ok(parsed) = ParsedCertificate::try_from(leaf) else {
            return Some(Problem::Other("it does not parse".to_owned()));
        };
        let algorithms = provider().signature_verification_algorithms.all;
        let signed = |at| verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, &chain[1..], at, algorithms);
        let held = self.exact.iter().any(|own| own.as_ref() == leaf.as_ref());
        let problem = match signed(now) {
            Ok(()) => None,
            Err(Error::InvalidCertificate(error)) if is_time(&error) => {
                // Is it trusted apart from the time?
                let then = middle(leaf).map(signed);
                match then {
                    Some(Err(Error::InvalidCertificate(inner))) if !is_time(&inner) && !held => Some(untrusted(chain)),
                    _ => Some(if is_early(&error) { Problem::NotYetValid } else { Problem::Expired }),
                }
            }
            // A server's own certificate that the store holds is trusted by OpenSSL also where it is marked as a CA.
            Err(_) if held => time_problem(leaf, now),
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => Some(untrusted(chain)),
            Err(_) if is_self_issued(leaf) => Some(Problem::SelfSigned),
            Err(error) => Some(Problem::Other(error.to_string())),
        };
        problem.or_else(|| verify_server_name(&parsed, name).err().map(|_| Problem::WrongName))
    }
}

/// The cryptography that all of this uses.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn untrusted(chain: &[CertificateDer<'_>]) -> Problem {
    let alone = chain.len() == 1 && chain.first().is_some_and(is_self_issued);
    if alone { Problem::SelfSigned } else { Problem::Untrusted }
}

fn is_self_issued(certificate: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(certificate).is_ok_and(|(_, cert)| cert.subject() == cert.issuer())
}

const fn is_time(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Expired | CertificateError::ExpiredContext { .. }) || is_early(error)
}

const fn is_early(error: &CertificateError) -> bool {
    matches!(error, CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. })
}

fn validity(certificate: &CertificateDer<'_>) -> Option<(u64, u64)> {
    let (_, cert) = X509Certificate::from_der(certificate).ok()?;
    let seconds = |at: i64| u64::try_from(at).unwrap_or(0);
    Some((seconds(cert.validity().not_before.timestamp()), seconds(cert.validity().not_after.timestamp())))
}

/// The middle of a certificate's validity.
fn middle(certificate: &CertificateDer<'_>) -> Option<UnixTime> {
    let (from, to) = validity(certificate)?;
    Some(UnixTime::since_unix_epoch(Duration::from_secs(from + to.saturating_sub(from) / 2)))
}

fn time_problem(certificate: &CertificateDer<'_>, now: UnixTime) -> Option<Problem> {
    let (from, to) = validity(certificate)?;
    if now.as_secs() < from { Some(Problem::NotYetValid) } else { (now.as_secs() > to).then_some(Problem::Expired) }
}

fn from_file(host: &dyn Host, path: &Path) -> Vec<CertificateDer<'static>> {
    let Ok(file) = host.read(path, FILE_LIMIT) else { return Vec::new() };
    let bytes = file.bytes.expose();
    if bytes.first() == Some(&0x30) {
        return vec![CertificateDer::from(bytes.clone())];
    }
    CertificateDer::pem_slice_iter(bytes).filter_map(Result::ok).collect()
}

fn from_folder(host: &dyn Host, path: &Path) -> Vec<CertificateDer<'static>> {
    let names = host.list(path, MOST_FILES).unwrap_or_default();
    names.iter().flat_map(|name| from_file(host, &path.join(name))).collect()
}

/// The store that the plan asks for.
pub(crate) fn chosen(choice: &TrustChoice, client: (ProbeClient, Node), vars: &Vars<'_>) -> Store {
    match choice {
        TrustChoice::Rules => of_client(client, vars),
        TrustChoice::File(path) => Store::file(vars.host, path),
        TrustChoice::Public => Store::public(),
        TrustChoice::System => Store::system(vars.host),
    }
}

/// The store that a client holds the certificate of an HTTPS proxy to, where that is not the one for its targets. curl reads its
/// variables for targets alone and wants `--proxy-cacert` for a proxy (measured with curl 7.88.1).
pub(crate) fn of_proxy(choice: &TrustChoice, client: ProbeClient, vars: &Vars<'_>) -> Option<Store> {
    let own = *choice == TrustChoice::Rules && client == ProbeClient::Curl;
    own.then(|| Store::system(vars.host))
}

/// The store of a client, by its own rules. Sources: the SDK captures, and the clients' documentation and source.
pub(crate) fn of_client((client, node): (ProbeClient, Node), vars: &Vars<'_>) -> Store {
    match client {
        ProbeClient::Python => {
            named(vars, &["SSL_CERT_FILE", "SSL_CERT_DIR"]).unwrap_or_else(|| Store::system(vars.host))
        }
        ProbeClient::Curl => named(vars, &["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"])
            .unwrap_or_else(|| Store::system(vars.host)),
        ProbeClient::Go => named(vars, &["SSL_CERT_FILE", "SSL_CERT_DIR"]).unwrap_or_else(|| Store::system(vars.host)),
        ProbeClient::Typescript => {
            let options = text(vars, ProbeClient::Typescript, "NODE_OPTIONS").unwrap_or_default();
            let base = if options.contains("--use-openssl-ca") {
                named(vars, &["SSL_CERT_FILE", "SSL_CERT_DIR"]).unwrap_or_else(|| Store::system(vars.host))
            } else {
                Store::public()
            };
            let asked = options.contains("--use-system-ca")
                || text(vars, ProbeClient::Typescript, "NODE_USE_SYSTEM_CA").is_some_and(|on| is_on(&on));
            let system = asked && node.reads_system_ca() != Some(false);
            extra(if system { base.and(Store::system(vars.host)) } else { base }, client, vars)
        }
        ProbeClient::ClaudeCode => {
            let stores = text(vars, client, "CLAUDE_CODE_CERT_STORE").unwrap_or_else(|| "bundled,system".to_owned());
            let base = match (stores.contains("bundled"), stores.contains("system")) {
                (true, false) => Store::public(),
                (false, true) => Store::system(vars.host),
                _ => Store::public().and(Store::system(vars.host)),
            };
            extra(base, client, vars)
        }
    }
}

/// What Node adds to its own roots.
fn extra(base: Store, client: ProbeClient, vars: &Vars<'_>) -> Store {
    match text(vars, client, "NODE_EXTRA_CA_CERTS") {
        Some(path) => {
            let mut more = Store::file(vars.host, Path::new(&path));
            "the file of NODE_EXTRA_CA_CERTS".clone_into(&mut more.words);
            base.and(more)
        }
        None => base,
    }
}

fn text(vars: &Vars<'_>, client: ProbeClient, name: &str) -> Option<String> {
    let var = if client == ProbeClient::ClaudeCode { vars.claude_code(name) } else { vars.shell(name) };
    var.map(|var| var.value.expose().trim().to_owned()).filter(|value| !value.is_empty())
}

/// The store of the first of these variables that is set; it stands in for the system's.
fn named(vars: &Vars<'_>, names: &[&str]) -> Option<Store> {
    names.iter().find_map(|name| {
        let path = PathBuf::from(text(vars, ProbeClient::Python, name)?);
        let found = if name.ends_with("_DIR") { from_folder(vars.host, &path) } else { from_file(vars.host, &path) };
        Some(Store::of(found, format!("what {name} names")))
    })
}

/// What would make a client trust the certificate of an HTTPS proxy, as the end of a sentence.
pub(crate) const fn proxy_fix(client: ProbeClient) -> &'static str {
    match client {
        ProbeClient::Curl => "; give the root of this issuer by --proxy-cacert",
        ProbeClient::Python | ProbeClient::Go => "; name a PEM file with the root of this issuer by SSL_CERT_FILE",
        ProbeClient::Typescript | ProbeClient::ClaudeCode => {
            "; name a PEM file with the root of this issuer by NODE_EXTRA_CA_CERTS"
        }
    }
}

/// The variable that would add a certificate to what a client trusts.
pub(crate) const fn variable(client: ProbeClient) -> &'static str {
    match client {
        ProbeClient::Python | ProbeClient::Go => "SSL_CERT_FILE",
        ProbeClient::Curl => "CURL_CA_BUNDLE",
        ProbeClient::Typescript | ProbeClient::ClaudeCode => "NODE_EXTRA_CA_CERTS",
    }
}
