//! Real clients beside the probe: on the same broken path, both must tell the same kind of outcome.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use tokio_rustls::rustls::version;

use super::handshake::{old_server, server as stapling};
use super::pki::{Flaw, Pki, self_signed};
use super::programs::{Daemon, free_port, program};
use super::real_proxies::stunnel;
use super::servers::{NO_KEY, closed_port, http, https, raw, read_request};
use super::{asked, probe};
use crate::support::{Evpack, repository};

/// A path: its name, base URL, and variables for all clients.
struct Case {
    name: &'static str,
    url: String,
    env: Vec<(&'static str, String)>,
}

/// The environment of all clients.
const BASE: [(&str, &str); 2] = [("PATH", "/usr/bin:/bin:/usr/local/bin"), ("HOME", "/nonexistent-home")];

/// Words that a client has for a kind of outcome, the most telling first. They are those of `OpenSSL`, `undici`, `httpx2` and curl.
const WORDS: &[(&str, &[&str])] = &[
    ("proxy", &["ProxyError", "Proxy response (", "CONNECT tunnel failed"]),
    (
        "tls-other",
        &[
            "certificate has expired",
            "not yet valid",
            "Hostname mismatch",
            "ERR_TLS_CERT_ALTNAME",
            "no alternative certificate subject name",
            "WRONG_VERSION_NUMBER",
            "wrong version number",
            "record layer failure",
            "packet length too long",
            "alert protocol version",
            "ALERT_PROTOCOL_VERSION",
            "tlsv1 alert",
            "legacy sigalg disallowed",
        ],
    ),
    ("tls-untrusted", &["self-signed certificate", "unable to get local issuer", "unable to verify", "self signed"]),
    ("dns", &["Name or service not known", "Temporary failure in name", "ENOTFOUND", "EAI_AGAIN", "Could not resolve"]),
    ("tcp-refused", &["Connection refused", "ECONNREFUSED"]),
    (
        "network-unreachable",
        &[
            "Network is unreachable",
            "ENETUNREACH",
            "No route to host",
            "EHOSTUNREACH",
            "Cannot assign requested",
            "EADDRNOTAVAIL",
        ],
    ),
    ("timeout", &["timed out", "Timeout was reached"]),
    (
        "tcp-reset",
        &[
            "Server disconnected",
            "other side closed",
            "ECONNRESET",
            "Connection reset",
            "Empty reply",
            "UNEXPECTED_EOF",
            "unexpected eof",
            "SSL_ERROR_SYSCALL",
        ],
    ),
];

/// The kind of outcome in what a client said: `answer STATUS`, or a word of the table.
fn kind(said: &str) -> String {
    if let Some(status) = said.lines().find_map(|line| line.strip_prefix("answer ")) {
        return format!("answer {status}");
    }
    let known = WORDS.iter().find(|(_, words)| words.iter().any(|word| said.contains(word)));
    known.map_or_else(|| format!("unknown: {said}"), |(kind, _)| (*kind).to_owned())
}

/// What the Python SDK says on each path. One process goes them all, because to import it costs more than to call it; its HTTP
/// client reads the environment whenever one is made.
const PYTHON: &str = r"
import anthropic, json, os, sys
clean = dict(os.environ)
for case in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(clean, **case)
    said = []
    try:
        client = anthropic.Anthropic(api_key='none', max_retries=0, timeout=4)
        client.messages.create(model='m', max_tokens=1, messages=[{'role': 'user', 'content': 'x'}])
        said = ['answer 200']
    except anthropic.APIStatusError as e:
        said = [f'answer {e.status_code}']
    except Exception as e:
        while e:
            said.append(f'{type(e).__name__} {e}')
            e = e.__cause__ or e.__context__
    print(json.dumps('\n'.join(said)), flush=True)
";

fn python(cases: &[Case]) -> Option<Vec<String>> {
    let python = repository("target/real/venv/bin/python");
    if !python.exists() {
        return None;
    }
    let of = |case: &Case| {
        let mut env: serde_json::Map<String, Value> =
            case.env.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
        env.insert("ANTHROPIC_BASE_URL".to_owned(), case.url.as_str().into());
        Value::Object(env)
    };
    let all: Vec<Value> = cases.iter().map(of).collect();
    let mut command = Command::new(python);
    command.args(["-c", PYTHON]).env_clear().envs(BASE).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    serde_json::to_writer(child.stdin.take().unwrap(), &all).unwrap();
    let out = child.wait_with_output().unwrap();
    let lines = String::from_utf8(out.stdout).unwrap();
    Some(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

fn typescript(case: &Case) -> Option<String> {
    let folder = repository("target/real/node");
    let code = "import A from '@anthropic-ai/sdk'; const c = new A({apiKey:'none',maxRetries:0,timeout:4000}); try { await c.messages.create({model:'m',max_tokens:1,messages:[{role:'user',content:'x'}]}); console.log('answer 200') } catch (e) { if (e.status) console.log('answer ' + e.status); else for (let x = e; x; x = x.cause) console.log(x.name, x.code, x.message) }";
    let mut command = Command::new("node");
    command.args(["--input-type=module", "-e", code]).current_dir(&folder);
    folder.join("node_modules/@anthropic-ai/sdk").exists().then(|| output(&mut command, case))
}

fn curl(case: &Case) -> Option<String> {
    let url = format!("{}/v1/messages", case.url);
    let mut command = Command::new("curl");
    let told = "\nanswer %{http_code}\n";
    // What the system said stands in its report alone.
    command.args(["-sv", "--stderr", "-", "-o", "/dev/null", "-m", "4", "-w", told, "-X", "POST", "-d", "{}", &url]);
    let said = PathBuf::from("/usr/bin/curl").exists().then(|| output(&mut command, case))?;
    // Without an answer curl's status is 000.
    Some(said.replace("answer 000", ""))
}

fn output(command: &mut Command, case: &Case) -> String {
    command.env_clear().envs(BASE).envs(case.env.iter().map(|(name, value)| (*name, value.as_str())));
    command.env("ANTHROPIC_BASE_URL", &case.url).stderr(Stdio::null());
    let out = command.output().unwrap();
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

/// The kind of outcome that the probe tells for a client.
fn probed(case: &Case, client: &str) -> String {
    let run = asked(&case.url, client).env("PATH", "/usr/bin:/bin:/usr/local/bin");
    let evpack: Evpack = case.env.iter().fold(run, |run, (name, value)| run.env(name, value));
    let (_, json) = probe(evpack);
    match (&json["http"]["status"], json["verdict"]["cause"].as_str()) {
        (Value::Number(status), _) => format!("answer {status}"),
        (_, Some("timeout-connect" | "timeout-read")) => "timeout".to_owned(),
        (_, other) => other.unwrap_or("?").to_owned(),
    }
}

/// All paths, and what must live as long as they are gone.
fn cases(dir: &tempfile::TempDir) -> (Vec<Case>, Vec<Daemon>) {
    let pki = Pki::new("Corp");
    let ca = dir.path().join("ca.pem");
    std::fs::write(&ca, pki.pem()).unwrap();
    let ca = ca.display().to_string();
    let good = https(pki.server(Flaw::None), NO_KEY);
    let flawed = [Flaw::Expired, Flaw::NotYetValid, Flaw::WrongName, Flaw::MissingIntermediate]
        .map(|flaw| https(pki.server(flaw), NO_KEY));
    let own = https(self_signed().0, NO_KEY);
    let plain = http(NO_KEY);
    let closes = raw(|mut stream| read_request(&mut stream).inspect(|_| drop(stream)));
    let refusing =
        http("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n");
    let denying = http("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    let overloaded = http("HTTP/1.1 529 \r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
    let cut = raw(|mut stream| {
        let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
        None
    });
    let stapled = stapling(pki.server(Flaw::None), &[&version::TLS13, &version::TLS12], b"no OCSP at all".to_vec());
    let silent = raw(|mut stream| {
        let head = read_request(&mut stream);
        std::thread::sleep(Duration::from_secs(8));
        head
    });
    let dead = format!("http://127.0.0.1:{}", closed_port());
    let proxy = format!("http://127.0.0.1:{}", refusing.port);
    let both = || vec![("SSL_CERT_FILE", ca.clone()), ("NODE_EXTRA_CA_CERTS", ca.clone())];
    let with = |mut env: Vec<(&'static str, String)>, more: &[(&'static str, &String)]| {
        env.extend(more.iter().map(|(name, value)| (*name, (*value).clone())));
        env
    };
    let path = |name, url: String, env| Case { name, url, env };
    let on = "1".to_owned();
    let mut cases = vec![
        path("plain answer", plain.url(), vec![]),
        path("529 of the API", overloaded.url(), vec![]),
        path("refused", dead.clone(), vec![]),
        path("no such name", "http://no-such-host.invalid".to_owned(), vec![]),
        path("no route", "http://[2001:db8::1]:4443".to_owned(), vec![]),
        path("closed before an answer", closes.url(), vec![]),
        path("no answer in time", silent.url(), vec![]),
        path("good chain, both variables", good.tls_url(), both()),
        path("good chain, SSL_CERT_FILE alone", good.tls_url(), vec![("SSL_CERT_FILE", ca.clone())]),
        path("good chain, NODE_EXTRA_CA_CERTS alone", good.tls_url(), vec![("NODE_EXTRA_CA_CERTS", ca.clone())]),
        path("expired", flawed[0].tls_url(), both()),
        path("not yet valid", flawed[1].tls_url(), both()),
        path("wrong name", flawed[2].tls_url(), both()),
        path("missing intermediate", flawed[3].tls_url(), both()),
        path("self-signed", own.tls_url(), both()),
        path("plain HTTP on the TLS port", plain.tls_url(), both()),
        path("cut after the ClientHello", cut.tls_url(), both()),
        path("stapled garbage", stapled.tls_url(), both()),
        path("407 of the proxy", good.tls_url(), with(both(), &[("https_proxy", &proxy)])),
        path("403 of the proxy", good.tls_url(), with(both(), &[("https_proxy", &denying.url())])),
        path("407 of the proxy, plain HTTP", plain.url(), vec![("http_proxy", proxy.clone())]),
        path(
            "a proxy without name",
            good.tls_url(),
            with(both(), &[("https_proxy", &"http://no-such-proxy.invalid:3128".to_owned())]),
        ),
        path("dead HTTP_PROXY in upper case", plain.url(), vec![("HTTP_PROXY", dead.clone())]),
        path(
            "dead proxy, NODE_USE_ENV_PROXY",
            plain.url(),
            vec![("http_proxy", dead.clone()), ("NODE_USE_ENV_PROXY", on)],
        ),
        path(
            "dead proxy, and NO_PROXY",
            plain.url(),
            vec![("http_proxy", dead.clone()), ("no_proxy", "127.0.0.1".to_owned())],
        ),
        path("dead ALL_PROXY", plain.url(), vec![("all_proxy", dead)]),
    ];
    let mut daemons = Vec::new();
    if let Some(old) = old_server(dir.path(), &pki) {
        cases.push(path("TLS 1.0 alone", format!("https://localhost:{}", old.port), both()));
        daemons.push(old);
    }
    if let Some((port, proxies)) = tls_proxy(dir, &pki) {
        let url = format!("https://localhost:{port}");
        cases.push(path("a proxy over TLS, SSL_CERT_FILE", good.tls_url(), with(both(), &[("https_proxy", &url)])));
        daemons.extend(proxies);
    }
    (cases, daemons)
}

/// A proxy that is reached over TLS.
fn tls_proxy(dir: &tempfile::TempDir, pki: &Pki) -> Option<(u16, Vec<Daemon>)> {
    let config = dir.path().join("tinyproxy.conf");
    let port = free_port();
    std::fs::write(&config, format!("Port {port}\nListen 127.0.0.1\nTimeout 20\n")).unwrap();
    let inner = Daemon::start(Command::new(program("tinyproxy")?).args(["-d", "-c"]).arg(&config), port);
    let outer = stunnel(dir.path(), &pki.server(Flaw::None), inner.port)?;
    Some((outer.port, vec![inner, outer]))
}

/// The row of a path, and where client and probe differ. What the Python SDK did is known already.
fn beside(case: &Case, python: Option<&String>) -> (String, Vec<String>) {
    let mut wrong = Vec::new();
    let did = [("python", python.cloned()), ("typescript", typescript(case)), ("curl", curl(case))];
    let cells = did.into_iter().map(|(client, did)| {
        let Some(did) = did.map(|did| kind(&did)) else { return "skipped: not installed".to_owned() };
        let said = probed(case, client);
        if did == said {
            return format!("{did} = {said}");
        }
        wrong.push(format!("{} as {client}: the client {did}, the probe {said}", case.name));
        format!("{did} != {said}")
    });
    let cells: Vec<String> = cells.collect();
    (format!("{:38} {:41} {:41} {:41}", case.name, cells[0], cells[1], cells[2]), wrong)
}

#[test]
fn the_probe_says_what_each_client_does() {
    let dir = tempfile::tempdir().unwrap();
    let (cases, _daemons) = cases(&dir);
    let python = python(&cases);
    let python = |at: usize| python.as_ref().map(|all| &all[at]);
    let heads = ["python", "typescript", "curl"].map(|client| format!("{client}: client = probe"));
    println!("{:38} {:41} {:41} {:41}", "path", heads[0], heads[1], heads[2]);
    let mut wrong = Vec::new();
    let numbered: Vec<(usize, &Case)> = cases.iter().enumerate().collect();
    for some in numbered.chunks(4) {
        let rows = std::thread::scope(|scope| {
            let rows: Vec<_> = some.iter().map(|(at, case)| scope.spawn(|| beside(case, python(*at)))).collect();
            rows.into_iter().map(|row| row.join().unwrap()).collect::<Vec<_>>()
        });
        for (row, differs) in rows {
            println!("{row}");
            wrong.extend(differs);
        }
    }
    println!("where a client is not installed, .ci/install-sdks and .ci/install-programs install it");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
