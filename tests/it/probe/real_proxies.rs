//! Real proxies: tinyproxy, squid, stunnel and haproxy before them, mitmproxy. Each lets through, refuses, or opens the connection.

use std::path::Path;
use std::process::Command;

use super::pki::{Flaw, Pki, Shown, pem_with_key};
use super::programs::{Daemon, free_port, installed, open_to_all, program};
use super::servers::{NO_KEY, closed_port, https};
use super::{asked, probe, said};
use crate::support::Evpack;

fn trusted(url: &str, pki: &Pki, client: &str) -> Evpack {
    asked(url, client).file("ca.pem", pki.pem()).arg("--ca").arg("ca.pem")
}

fn tinyproxy(dir: &Path, login: &str, connect_port: u16) -> Option<Daemon> {
    let path = program("tinyproxy")?;
    let port = free_port();
    let config = dir.join("tinyproxy.conf");
    let text = format!("Port {port}\nListen 127.0.0.1\nTimeout 20\n{login}ConnectPort {connect_port}\n");
    std::fs::write(&config, text).unwrap();
    Some(Daemon::start(Command::new(path).args(["-d", "-c"]).arg(&config), port))
}

#[test]
fn tinyproxy_lets_through_and_refuses() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let dir = tempfile::tempdir().unwrap();
    let Some(proxy) = tinyproxy(dir.path(), "BasicAuth dana tr0ub4dor\n", server.port) else { return };
    let with = |login: &str, url: &str| {
        said(trusted(url, &pki, "curl").env("https_proxy", &format!("http://{login}127.0.0.1:{}", proxy.port)))
    };
    assert_eq!(with("", &server.tls_url()), "5 proxy no proxy");
    assert_eq!(with("dana:wrong@", &server.tls_url()), "5 proxy no proxy");
    assert_eq!(with("dana:tr0ub4dor@", &server.tls_url()), "0 auth yes api");
    assert_eq!(with("dana:tr0ub4dor@", &format!("https://localhost:{}", closed_port())), "5 proxy no proxy");
}

/// squid with basic login, and a rule that denies one host and all ports but one.
fn squid(dir: &Path, connect_port: u16) -> Option<Daemon> {
    let path = program("squid")?;
    open_to_all(dir);
    let port = free_port();
    let helper = dir.join("login.sh");
    std::fs::write(
        &helper,
        "#!/bin/sh\nwhile read -r user word; do\n  [ \"$user $word\" = 'dana tr0ub4dor' ] && echo OK || echo ERR\ndone\n",
    )
    .unwrap();
    open_to_all(&helper);
    let config = dir.join("squid.conf");
    let here = dir.display();
    let text = format!(
        "http_port 127.0.0.1:{port}\npid_filename {here}/squid.pid\ncache deny all\naccess_log none\ncache_log {here}/cache.log\n\
         coredump_dir {here}\nshutdown_lifetime 0 seconds\nvisible_hostname squid.corp.example\npinger_enable off\n\
         auth_param basic program {here}/login.sh\nauth_param basic children 1\nauth_param basic realm corp\n\
         acl users proxy_auth REQUIRED\nacl denied dstdomain denied.example\nacl allowed_ports port {connect_port} {}\n\
         http_access deny denied\nhttp_access deny !allowed_ports\nhttp_access allow users\nhttp_access deny all\n",
        closed_port()
    );
    std::fs::write(&config, text).unwrap();
    Some(Daemon::start(Command::new(path).args(["-N", "-f"]).arg(&config), port))
}

#[test]
fn squid_asks_for_a_login_and_denies_by_its_rules_and_is_named() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let dir = tempfile::tempdir().unwrap();
    let Some(proxy) = squid(dir.path(), server.port) else { return };
    let with = |login: &str, url: &str| {
        trusted(url, &pki, "python").env("HTTPS_PROXY", &format!("http://{login}127.0.0.1:{}", proxy.port))
    };
    assert_eq!(said(with("dana:tr0ub4dor@", &server.tls_url())), "0 auth yes api");
    for login in ["", "dana:wrong@"] {
        let (code, json) = probe(with(login, &server.tls_url()));
        assert_eq!((code, &json["verdict"]["responder"]), (Some(5), &"proxy".into()), "{json:#}");
        assert_eq!((&json["proxy"]["status"], &json["proxy"]["offered"]), (&407.into(), &serde_json::json!(["Basic"])));
        assert_eq!(json["proxy"]["headers"]["x-squid-error"], "ERR_CACHE_ACCESS_DENIED 0");
    }
    let (code, json) = probe(with("dana:tr0ub4dor@", "https://denied.example"));
    assert_eq!((code, &json["verdict"]["cause"]), (Some(5), &"proxy".into()), "{json:#}");
    assert_eq!(json["proxy"]["headers"]["x-squid-error"], "ERR_ACCESS_DENIED 0");
    assert!(json["verdict"]["why"].as_str().unwrap().contains("does not allow"), "{json:#}");
    // Asked without a tunnel, squid answers the request itself, with its own page.
    let plain = asked("http://denied.example", "python")
        .env("http_proxy", &format!("http://dana:tr0ub4dor@127.0.0.1:{}", proxy.port));
    assert_eq!(said(plain), "5 html-body no proxy");
}

/// stunnel on a port, with TLS in front of another port.
pub fn stunnel(dir: &Path, shown: &Shown, behind: u16) -> Option<Daemon> {
    let path = program("stunnel4")?;
    let port = free_port();
    let pem = dir.join("stunnel.pem");
    std::fs::write(&pem, pem_with_key(shown)).unwrap();
    let config = dir.join("stunnel.conf");
    let text = format!(
        "foreground = yes\npid =\nsyslog = no\n[proxy]\naccept = 127.0.0.1:{port}\nconnect = 127.0.0.1:{behind}\ncert = {}\n",
        pem.display()
    );
    std::fs::write(&config, text).unwrap();
    Some(Daemon::start(Command::new(path).arg(&config), port))
}

/// haproxy on a port, with TLS in front of another port.
fn haproxy(dir: &Path, shown: &Shown, behind: u16) -> Option<Daemon> {
    let path = program("haproxy")?;
    let port = free_port();
    let pem = dir.join("haproxy.pem");
    std::fs::write(&pem, pem_with_key(shown)).unwrap();
    let config = dir.join("haproxy.cfg");
    let text = format!(
        "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n\
         listen proxy\n  bind 127.0.0.1:{port} ssl crt {}\n  server behind 127.0.0.1:{behind}\n",
        pem.display()
    );
    std::fs::write(&config, text).unwrap();
    Some(Daemon::start(Command::new(path).args(["-db", "-f"]).arg(&config), port))
}

/// What ends TLS before a proxy that listens on a port.
type Front = fn(&Path, &Shown, u16) -> Option<Daemon>;

#[test]
fn a_proxy_that_is_reached_over_tls_has_a_leg_and_a_verdict_of_its_own() {
    let (target, corp) = (Pki::new("Target"), Pki::new("Zscaler"));
    let server = https(target.server(Flaw::None), NO_KEY);
    let fronts: [Front; 2] = [stunnel, haproxy];
    for front in fronts {
        let dir = tempfile::tempdir().unwrap();
        let Some(inner) = tinyproxy(dir.path(), "", server.port) else { return };
        let Some(outer) = front(dir.path(), &corp.server(Flaw::None), inner.port) else { continue };
        let proxy = format!("https://localhost:{}", outer.port);
        let asked = |roots: String| {
            asked(&server.tls_url(), "curl").file("ca.pem", roots).arg("--ca").arg("ca.pem").env("https_proxy", &proxy)
        };
        // Both roots: two handshakes, the first with the proxy.
        let (code, json) = probe(asked(format!("{}{}", target.pem(), corp.pem())));
        assert_eq!((code, &json["proxy"]["kind"]), (Some(0), &"https".into()), "{json:#}");
        let steps: Vec<_> = json["phases"].as_array().unwrap().iter().map(|step| &step["phase"]).collect();
        assert_eq!(steps, ["resolve", "tcp", "tls", "proxy", "tls", "http"]);
        assert_eq!(json["phases"][2]["address"], format!("localhost:{}", outer.port));
        assert_eq!(json["phases"][4]["address"], format!("localhost:{}", server.port));
        assert_eq!(json["interception"]["verdict"], "private-ca", "the target's chain is judged, not the proxy's");
        // The root of the target alone: the proxy's own certificate fails, and is named as the proxy's.
        let (code, json) = probe(asked(target.pem()));
        let verdict = &json["verdict"];
        assert_eq!(
            (code, &verdict["cause"], &verdict["reached_api"]),
            (Some(5), &"tls-untrusted".into(), &"no".into()),
            "{json:#}"
        );
        let why = verdict["why"].as_str().unwrap();
        assert!(why.contains("of the proxy") && why.contains("Zscaler Intermediate"), "{why}");
        assert!(why.ends_with("give the root of this issuer by --proxy-cacert"), "{why}");
        assert_eq!(json["tls"], serde_json::Value::Null);
        // curl holds the proxy to the system's store, whatever its variable names.
        let file = dir.path().join("both.pem");
        std::fs::write(&file, format!("{}{}", target.pem(), corp.pem())).unwrap();
        let by_rules = |client: &str, name: &str| {
            let run = super::asked(&server.tls_url(), client).env("https_proxy", &proxy);
            said(run.env(name, &file.display().to_string()))
        };
        assert_eq!(by_rules("curl", "CURL_CA_BUNDLE"), "5 tls-untrusted no none");
        assert_eq!(by_rules("python", "SSL_CERT_FILE"), "0 auth yes api");
        // The root of the proxy alone: the target's fails.
        let (_, json) = probe(asked(corp.pem()));
        assert_eq!(
            (&json["verdict"]["cause"], &json["proxy"]["status"]),
            (&"tls-untrusted".into(), &200.into()),
            "{json:#}"
        );
        assert!(!json["verdict"]["why"].as_str().unwrap().contains("of the proxy"), "{json:#}");
    }
}

/// mitmproxy in a mode, with its own authority in a folder; it opens connections to servers of any certificate.
fn mitmproxy(dir: &Path, mode: &str) -> Option<Daemon> {
    let path = installed("mitmproxy", "mitm/bin/mitmdump")?;
    let port = free_port();
    let set = format!("confdir={}", dir.display());
    let mut command = Command::new(path);
    command.args(["-q", "--mode", mode, "--listen-host", "127.0.0.1", "--ssl-insecure", "--set", &set, "-p"]);
    Some(Daemon::start(command.arg(port.to_string()), port))
}

#[test]
fn mitmproxy_is_recognised_and_trusted_where_its_authority_is_named() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let dir = tempfile::tempdir().unwrap();
    let Some(proxy) = mitmproxy(dir.path(), "regular") else { return };
    let ca = dir.path().join("mitmproxy-ca-cert.pem").display().to_string();
    let url = format!("http://127.0.0.1:{}", proxy.port);
    let (code, json) = probe(asked(&server.tls_url(), "python").env("HTTPS_PROXY", &url));
    assert_eq!((code, &json["verdict"]["cause"]), (Some(5), &"tls-untrusted".into()), "{json:#}");
    let found = &json["interception"];
    assert_eq!((&found["verdict"], &found["product"]), (&"intercepted-by".into(), &"mitmproxy".into()));
    let fix = |client: &str| {
        let clients = found["clients"].as_array().unwrap();
        clients.iter().find(|one| one["client"] == client).unwrap()["fix"].as_str().unwrap().to_owned()
    };
    assert!(fix("python").contains("SSL_CERT_FILE") && fix("claude-code").contains("NODE_EXTRA_CA_CERTS"));
    assert!(!fix("typescript").to_ascii_lowercase().contains("reject_unauthorized"));
    // With its authority the way is up, and it is still said who opens it.
    let evpack = asked(&server.tls_url(), "python").env("HTTPS_PROXY", &url).env("SSL_CERT_FILE", &ca);
    let (code, json) = probe(evpack);
    assert_eq!((code, &json["interception"]["verdict"]), (Some(0), &"intercepted-by".into()), "{json:#}");
}

#[test]
fn a_real_socks_5_proxy_opens_the_way() {
    let pki = Pki::new("Corp");
    let server = https(pki.server(Flaw::None), NO_KEY);
    let dir = tempfile::tempdir().unwrap();
    let Some(proxy) = mitmproxy(dir.path(), "socks5") else { return };
    let ca = dir.path().join("mitmproxy-ca-cert.pem").display().to_string();
    for scheme in ["socks5", "socks5h"] {
        let evpack =
            asked(&server.tls_url(), "curl").env("https_proxy", &format!("{scheme}://127.0.0.1:{}", proxy.port));
        assert_eq!(said(evpack.env("CURL_CA_BUNDLE", &ca)), "0 auth yes api", "{scheme}");
    }
}
