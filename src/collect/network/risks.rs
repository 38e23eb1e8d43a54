//! Settings that weaken or break connections, in one sentence each.

use super::names;
use crate::collect::vars::Vars;
use crate::model::route::CaFile;
use crate::model::{Collected, Evidence, Raw};

/// A variable, the values that make it a risk, and the sentence.
struct Risk {
    variable: &'static str,
    when: fn(&str) -> bool,
    sentence: &'static str,
}

const RISKS: &[Risk] = &[
    Risk {
        variable: "NODE_TLS_REJECT_UNAUTHORIZED",
        when: |value| value.trim() == "0",
        sentence: "NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate verification off in Node and Claude Code",
    },
    Risk {
        variable: "PYTHONHTTPSVERIFY",
        when: |value| value.trim() == "0",
        sentence: "PYTHONHTTPSVERIFY=0 switches certificate verification off in Python's own http client",
    },
    Risk {
        variable: "GIT_SSL_NO_VERIFY",
        when: |value| crate::collect::vars::is_on(value),
        sentence: "GIT_SSL_NO_VERIFY switches certificate verification off in git",
    },
    Risk {
        variable: "SSLKEYLOGFILE",
        when: |value| !value.trim().is_empty(),
        sentence: "SSLKEYLOGFILE writes TLS session keys to a file",
    },
    Risk {
        variable: "NODE_OPTIONS",
        when: |value| value.contains("--tls-min-v1.0") || value.contains("--tls-min-v1.1"),
        sentence: "NODE_OPTIONS allows old TLS versions in Node",
    },
    Risk {
        variable: "OPENSSL_CONF",
        when: |value| !value.trim().is_empty(),
        sentence: "OPENSSL_CONF replaces the OpenSSL configuration, which can switch checks or protocols off",
    },
    Risk {
        variable: "HOSTALIASES",
        when: |value| !value.trim().is_empty(),
        sentence: "HOSTALIASES replaces host names in look-ups",
    },
    Risk {
        variable: "NO_PROXY",
        when: |value| value.split([',', ' ']).any(|entry| entry.trim() == "*"),
        sentence: "NO_PROXY holds *, which takes every request of most clients past the proxy",
    },
    Risk {
        variable: "no_proxy",
        when: |value| value.split([',', ' ']).any(|entry| entry.trim() == "*"),
        sentence: "no_proxy holds *, which takes every request of most clients past the proxy",
    },
    Risk {
        variable: "ANTHROPIC_BASE_URL",
        when: |value| !value.trim().is_empty() && !value.contains("://"),
        sentence: "ANTHROPIC_BASE_URL has no http:// or https:// in front, which SDKs refuse",
    },
    Risk {
        variable: "ANTHROPIC_BASE_URL",
        when: |value| value.trim() != value,
        sentence: "ANTHROPIC_BASE_URL has white space at an end",
    },
    Risk {
        variable: "ANTHROPIC_BASE_URL",
        when: |value| value.trim().trim_end_matches('/').ends_with("/v1"),
        sentence: "ANTHROPIC_BASE_URL ends in /v1, and clients append /v1/messages to it",
    },
];

/// All risks of the environment and of the settings of Claude Code.
pub(super) fn all(vars: &Vars<'_>, ca_files: &[CaFile<Collected>]) -> Vec<Raw<String>> {
    let mut sentences: Vec<Raw<String>> = Vec::new();
    for risk in RISKS {
        let places = [vars.shell(risk.variable), vars.setting(risk.variable)];
        for var in places.into_iter().flatten().filter(|var| (risk.when)(var.value.expose())) {
            sentences.push(match &var.file {
                None => Raw::text(risk.sentence),
                Some(file) => Raw::new(format!("{} (set in {})", risk.sentence, file.expose())),
            });
        }
    }
    sentences.extend(two_cases(vars));
    sentences.extend(proxy_forms(vars));
    sentences.extend(ca_files.iter().filter_map(ca_risk));
    sentences
}

/// Upper and lower case of one proxy variable with different values: clients then take different ones.
fn two_cases(vars: &Vars<'_>) -> Vec<Raw<String>> {
    if vars.host.os() == "windows" {
        return Vec::new();
    }
    let differ = |name: &&&str| {
        let (upper, lower) = (vars.shell(name), vars.shell(&name.to_ascii_lowercase()));
        upper.zip(lower).is_some_and(|(upper, lower)| upper.value != lower.value)
    };
    let sentence = |name: &&str| {
        Raw::new(format!("{name} and {} differ, and clients disagree on which one wins", name.to_ascii_lowercase()))
    };
    names::PROXY.iter().filter(differ).map(sentence).collect()
}

/// Proxy values that a client cannot use as they are.
fn proxy_forms(vars: &Vars<'_>) -> Vec<Raw<String>> {
    let mut sentences = Vec::new();
    for name in names::PROXY.iter().filter(|name| **name != "NO_PROXY") {
        for name in [(*name).to_owned(), name.to_ascii_lowercase()] {
            // On Windows the two cases are one variable.
            let twin = vars.host.os() == "windows" && name.starts_with(|c: char| c.is_ascii_lowercase());
            let Some(var) = vars.shell(&name).filter(|_| !twin) else { continue };
            let value = var.value.expose();
            if value.trim() != value {
                sentences.push(Raw::new(format!("{name} has white space at an end")));
            } else if value.starts_with(['"', '\'']) {
                sentences.push(Raw::new(format!("{name} has quotation marks as part of its value")));
            } else if !value.is_empty() && !value.contains("://") {
                sentences.push(Raw::new(format!(
                    "{name} has no scheme in front; some clients assume http://, others refuse it"
                )));
            }
        }
    }
    sentences
}

/// A certificate file that cannot be used: most clients then refuse every certificate, or ignore the file in silence.
fn ca_risk(file: &CaFile<Collected>) -> Option<Raw<String>> {
    match &file.certificates {
        Evidence::Captured { .. } => None,
        Evidence::Absent(absence) => Some(Raw::new(format!(
            "{} names certificates that cannot be used: {}",
            file.variable,
            absence.absent.word()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings::Settings;
    use crate::collect::host::fake::FakeHost;
    use crate::model::vocabulary::Surface;

    fn risks(host: &FakeHost) -> String {
        let settings = Settings::default();
        let vars = Vars { host, settings: &settings, surface: Surface::Unknown };
        all(&vars, &[]).iter().map(|risk| risk.expose().clone()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_risk_is_said_where_it_is_set_and_nowhere_else() {
        assert_eq!(
            risks(&FakeHost::new().var("NODE_TLS_REJECT_UNAUTHORIZED", "1").var("HTTPS_PROXY", "http://p:1")),
            ""
        );
        assert!(risks(&FakeHost::new().var("NODE_TLS_REJECT_UNAUTHORIZED", "0")).contains("verification off in Node"));
        assert!(risks(&FakeHost::new().var("NO_PROXY", "foo,*")).contains("holds *"));
        assert!(risks(&FakeHost::new().var("HTTPS_PROXY", "a:1").var("https_proxy", "http://b:1")).contains("differ"));
        assert!(risks(&FakeHost::new().var("HTTPS_PROXY", "a:1")).contains("no scheme"));
        assert!(risks(&FakeHost::new().var("ANTHROPIC_BASE_URL", "https://gw.example/v1/")).contains("ends in /v1"));
    }
}
