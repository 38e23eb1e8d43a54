//! What a certificate says of itself.

use sha2::{Digest as _, Sha256};
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::oid_registry::OID_PKIX_ACCESS_DESCRIPTOR_OCSP;
use x509_parser::prelude::{FromDer as _, X509Certificate};
use x509_parser::time::ASN1Time;

use crate::model::probe::CertificateFacts;
use crate::model::safe::Timestamp;
use crate::model::{Collected, Raw};

/// Most names of a certificate that are kept.
const MOST_NAMES: usize = 20;
/// Most certificates of a chain that are kept.
const MOST_CERTIFICATES: usize = 10;
/// Longest name that is kept, in characters.
const LONGEST: usize = 200;

/// The facts of a chain, the server's own certificate first.
pub(crate) fn facts(chain: &[CertificateDer<'_>]) -> Vec<CertificateFacts<Collected>> {
    chain.iter().take(MOST_CERTIFICATES).map(of).collect()
}

/// Issuer of a certificate, as text.
pub(crate) fn issuer(certificate: &CertificateDer<'_>) -> Option<String> {
    X509Certificate::from_der(certificate).ok().map(|(_, cert)| cut(&cert.issuer().to_string()))
}

/// Whether a certificate of the chain is a root or an intermediate that issued the one before it is missing.
pub(crate) fn lacks_intermediate(chain: &[CertificateDer<'_>]) -> bool {
    let [only] = chain else { return false };
    X509Certificate::from_der(only).is_ok_and(|(_, cert)| cert.subject() != cert.issuer())
}

fn of(certificate: &CertificateDer<'_>) -> CertificateFacts<Collected> {
    let sha256 = hex(&Sha256::digest(certificate.as_ref()));
    let Ok((_, cert)) = X509Certificate::from_der(certificate) else {
        let unread = || Raw::text("a certificate that does not parse");
        return CertificateFacts {
            subject: unread(),
            issuer: unread(),
            names: Vec::new(),
            not_before: None,
            not_after: None,
            sha256,
            spki_sha256: String::new(),
            self_issued: false,
            is_ca: false,
            names_ocsp: false,
            ct_timestamps: 0,
        };
    };
    let names = cert.subject_alternative_name().ok().flatten();
    let names = names.map(|names| names.value.general_names.iter().filter_map(name).take(MOST_NAMES).collect());
    let mut ocsp = false;
    let mut scts = 0;
    for extension in cert.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::AuthorityInfoAccess(access) => {
                ocsp |= access.accessdescs.iter().any(|desc| desc.access_method == OID_PKIX_ACCESS_DESCRIPTOR_OCSP);
            }
            ParsedExtension::SCT(list) => scts = u32::try_from(list.len()).unwrap_or(u32::MAX),
            _ => {}
        }
    }
    CertificateFacts {
        subject: Raw::new(cut(&cert.subject().to_string())),
        issuer: Raw::new(cut(&cert.issuer().to_string())),
        names: names.unwrap_or_default(),
        not_before: time(cert.validity().not_before),
        not_after: time(cert.validity().not_after),
        sha256,
        spki_sha256: hex(&Sha256::digest(cert.public_key().raw)),
        self_issued: cert.subject() == cert.issuer(),
        is_ca: cert.is_ca(),
        names_ocsp: ocsp,
        ct_timestamps: scts,
    }
}

fn name(name: &GeneralName<'_>) -> Option<Raw<String>> {
    match name {
        GeneralName::DNSName(name) => Some(Raw::new(cut(name))),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|b| Raw::new(std::net::Ipv4Addr::from(b).to_string())),
            16 => <[u8; 16]>::try_from(*bytes).ok().map(|b| Raw::new(std::net::Ipv6Addr::from(b).to_string())),
            _ => None,
        },
        _ => None,
    }
}

fn time(at: ASN1Time) -> Option<Timestamp> {
    chrono::DateTime::from_timestamp(at.timestamp(), 0).map(|at| Timestamp::new(at.fixed_offset()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}
