//! Certificate files that variables name: whether they can be read, and how many certificates they hold.

use std::path::{Path, PathBuf};

use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::collect::host::{Host, HostError};
use crate::collect::vars::Vars;
use crate::model::route::CaFile;
use crate::model::{Absence, AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Size limit of a certificate file.
const LIMIT: usize = 4 * 1024 * 1024;
const TOPIC: &str = "network.ca_file";

/// Variables that name certificates, and the clients that read them. Sources: the SDK captures (Python ignores
/// `REQUESTS_CA_BUNDLE`, Node ignores `SSL_CERT_FILE`), and the clients' documentation.
const VARIABLES: &[(&str, &[&str])] = &[
    ("NODE_EXTRA_CA_CERTS", &["typescript-sdk", "claude-code"]),
    ("SSL_CERT_FILE", &["python-sdk", "go-sdk", "curl"]),
    ("SSL_CERT_DIR", &["python-sdk", "go-sdk", "curl"]),
    ("CURL_CA_BUNDLE", &["curl", "python-requests"]),
    ("REQUESTS_CA_BUNDLE", &["python-requests"]),
    ("AWS_CA_BUNDLE", &["aws-sdk"]),
    ("NIX_SSL_CERT_FILE", &["nix programs"]),
    ("GIT_SSL_CAINFO", &["git"]),
    ("PIP_CERT", &["pip"]),
    ("DENO_CERT", &["deno"]),
    ("CLAUDE_CODE_CLIENT_CERT", &["claude-code"]),
];

/// A variable that names certificates, and the path.
pub(crate) struct Named {
    variable: &'static str,
    read_by: &'static [&'static str],
    path: Raw<String>,
}

impl Named {
    /// The variable, and the path that it names.
    pub(crate) const fn place(&self) -> (&'static str, &Raw<String>) {
        (self.variable, &self.path)
    }
}

/// The variables that are set, for the clients that see them.
pub(crate) fn named(vars: &Vars<'_>) -> Vec<Named> {
    let mut all = Vec::new();
    for &(variable, read_by) in VARIABLES {
        let mut paths: Vec<Raw<String>> =
            [vars.shell(variable), vars.setting(variable)].into_iter().flatten().map(|var| var.value).collect();
        paths.dedup();
        paths.retain(|path| !path.expose().trim().is_empty());
        all.extend(paths.into_iter().map(|path| Named { variable, read_by, path }));
    }
    all
}

/// The same files, where their probe was lost.
pub(crate) fn lost(vars: &Vars<'_>, reason: AbsenceReason) -> Vec<CaFile<Collected>> {
    let absent = |one: Named| CaFile {
        variable: one.variable,
        path: one.path,
        certificates: Evidence::absent(reason, TOPIC),
        read_by: one.read_by.to_vec(),
    };
    named(vars).into_iter().map(absent).collect()
}

/// Reads the files, each once: one bundle often stands behind many variables.
pub(crate) fn inspect(host: &dyn Host, named: Vec<Named>) -> Vec<CaFile<Collected>> {
    let mut files: Vec<CaFile<Collected>> = Vec::new();
    for one in named {
        let is_folder = one.variable.ends_with("_DIR");
        let known = files.iter().find(|file| file.path == one.path && file.variable.ends_with("_DIR") == is_folder);
        let path = PathBuf::from(one.path.expose());
        let certificates = match known {
            Some(file) => file.certificates.clone(),
            None if is_folder => in_folder(host, &path),
            None => in_file(host, &path),
        };
        let read_by = one.read_by.to_vec();
        files.push(CaFile { variable: one.variable, path: one.path, certificates, read_by });
    }
    files
}

fn in_file(host: &dyn Host, path: &Path) -> Evidence<Collected, u32> {
    let file = match host.read(path, LIMIT) {
        Ok(file) => file,
        Err(error) => return unread(error),
    };
    if file.total > LIMIT as u64 {
        return Evidence::absent(AbsenceReason::TooLarge, TOPIC);
    }
    match count(file.bytes.expose()) {
        Ok(number) => Evidence::captured(number, Provenance::file(path.to_string_lossy().as_ref())),
        Err(words) => Evidence::Absent(Absence::new(AbsenceReason::Unreadable, TOPIC).because(words)),
    }
}

fn unread(error: HostError) -> Evidence<Collected, u32> {
    let absence = Absence::new(error.reason(), TOPIC);
    Evidence::Absent(match error {
        HostError::Other(words) => absence.because(words),
        _ => absence,
    })
}

/// OpenSSL reads a folder by hashed names such as `4bfab552.0`.
fn in_folder(host: &dyn Host, path: &Path) -> Evidence<Collected, u32> {
    match host.list(path, 5000) {
        Err(error) => unread(error),
        Ok(names) => {
            let hashed = names.iter().filter(|name| {
                name.split_once('.').is_some_and(|(hash, end)| {
                    hash.len() == 8 && end.parse::<u8>().is_ok() && hash.bytes().all(|b| b.is_ascii_hexdigit())
                })
            });
            let number = u32::try_from(hashed.count()).unwrap_or(u32::MAX);
            Evidence::captured(number, Provenance::file(path.to_string_lossy().as_ref()))
        }
    }
}

/// Number of certificates in PEM or DER bytes, or what is wrong with them.
fn count(bytes: &[u8]) -> Result<u32, String> {
    if bytes.first() == Some(&0x30) {
        return X509Certificate::from_der(bytes).map(|_| 1).map_err(|_| "the DER bytes are no certificate".into());
    }
    let mut number = 0;
    for (at, block) in Pem::iter_from_buffer(bytes).enumerate() {
        let at = at + 1;
        let block = block.map_err(|_| format!("PEM block {at} is damaged"))?;
        if block.label.ends_with("CERTIFICATE") {
            block.parse_x509().map_err(|_| format!("certificate {at} does not parse"))?;
            number += 1;
        }
    }
    if number == 0 { Err("it holds no certificate".into()) } else { Ok(number) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::{FakeHost, Trouble};
    use base64::Engine as _;

    /// A self-signed certificate made for these tests with openssl; its private key was thrown away.
    const DER: &str = include_str!("ca_test_certificate.b64");

    fn der() -> Vec<u8> {
        base64::engine::general_purpose::STANDARD.decode(DER.replace('\n', "")).unwrap()
    }

    fn pem() -> String {
        format!("-----BEGIN CERTIFICATE-----\n{DER}-----END CERTIFICATE-----\n")
    }

    #[test]
    fn pem_and_der_are_counted() {
        assert_eq!(count(&der()), Ok(1));
        assert_eq!(count(format!("# comment\n{}{}", pem(), pem()).as_bytes()), Ok(2));
    }

    #[test]
    fn what_is_no_certificate_is_said_in_words_without_its_content() {
        assert_eq!(count(b"hush"), Err("it holds no certificate".into()));
        assert_eq!(count(b""), Err("it holds no certificate".into()));
        assert!(count(pem().replacen("MII", "AII", 1).as_bytes()).unwrap_err().contains("certificate 1"));
        assert!(count(&der()[..40]).is_err());
    }

    #[test]
    fn a_missing_or_denied_file_is_an_absence_with_its_reason() {
        let host = FakeHost::new()
            .file("/denied.pem", "x")
            .trouble("/denied.pem", Trouble::Denied)
            .file("/certs/4bfab552.0", "")
            .file("/certs/readme", "");
        let reason = |path: &str| in_file(&host, Path::new(path)).absence().map(|absence| absence.absent);
        assert_eq!(reason("/none.pem"), Some(AbsenceReason::NotFound));
        assert_eq!(reason("/denied.pem"), Some(AbsenceReason::Denied));
        assert_eq!(in_folder(&host, Path::new("/certs")).value(), Some(&1));
    }
}
