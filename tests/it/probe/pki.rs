//! Certificates of test servers, made for each test.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

/// A private authority with an intermediate.
pub struct Pki {
    pub root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
}

/// What a server shows: its chain in DER, and its key.
#[derive(Clone)]
pub struct Shown {
    pub chain: Vec<Vec<u8>>,
    pub key: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    Expired,
    NotYetValid,
    WrongName,
    MissingIntermediate,
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params
}

impl Pki {
    pub fn new(name: &str) -> Self {
        let root =
            CertifiedIssuer::self_signed(authority(&format!("{name} Root")), KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let intermediate = CertifiedIssuer::signed_by(authority(&format!("{name} Intermediate")), key, &root).unwrap();
        Self { root, intermediate }
    }

    /// The root, in PEM.
    pub fn pem(&self) -> String {
        self.root.pem()
    }

    /// What a server for `localhost` and `127.0.0.1` shows, with this flaw.
    pub fn server(&self, flaw: Flaw) -> Shown {
        let names = if flaw == Flaw::WrongName { vec!["other.example".to_owned()] } else { names() };
        let mut params = CertificateParams::new(names).unwrap();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let (from, to) = match flaw {
            Flaw::Expired => (2020, 2021),
            Flaw::NotYetValid => (2090, 2095),
            _ => (2020, 2090),
        };
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.intermediate).unwrap();
        let mut chain = vec![leaf.der().to_vec()];
        if flaw != Flaw::MissingIntermediate {
            chain.push(self.intermediate.der().to_vec());
        }
        Shown { chain, key: key.serialize_der() }
    }
}

fn names() -> Vec<String> {
    vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
}

/// A certificate that is signed by itself, and its PEM.
pub fn self_signed() -> (Shown, String) {
    let key = KeyPair::generate().unwrap();
    let cert = CertificateParams::new(names()).unwrap().self_signed(&key).unwrap();
    (Shown { chain: vec![cert.der().to_vec()], key: key.serialize_der() }, cert.pem())
}

/// Key and chain in one PEM file, as servers read it.
pub fn pem_with_key(shown: &Shown) -> String {
    let block = |label: &str, der: &[u8]| {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    };
    let mut text = block(&["PRIVATE", "KEY"].join(" "), &shown.key);
    text.extend(shown.chain.iter().map(|der| block("CERTIFICATE", der)));
    text
}
