//! Real clients beside the probe: on the same broken path, both must say the same.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::pki::{Flaw, Pki, self_signed};
use super::servers::{NO_KEY, closed_port, http, https, raw, read_request};
use super::{asked, probe};
use crate::support::{Evpack, repository};

/// A path: its name, base URL, and variables for all clients.
struct Case {
    name: &'static str,
    url: String,
    env: Vec<(&'static str, String)>,
}

/// Whether the client got an HTTP answer at all, by its own words: `answer` or `no-answer`.
fn python(case: &Case) -> Option<String> {
    let python = repository("target/real/venv/bin/python");
    let code = "import anthropic\ntry:\n anthropic.Anthropic(api_key='none', max_retries=0, timeout=4).messages.create(model='m', max_tokens=1, messages=[{'role':'user','content':'x'}])\n print('answer')\nexcept anthropic.APIStatusError: print('answer')\nexcept Exception as e: print('no-answer')";
    python.exists().then(|| output(Command::new(python).args(["-c", code]), case))
}

fn typescript(case: &Case) -> Option<String> {
    let folder = repository("target/real/node");
    let code = "import A from '@anthropic-ai/sdk'; const c = new A({apiKey:'none',maxRetries:0,timeout:4000}); try { await c.messages.create({model:'m',max_tokens:1,messages:[{role:'user',content:'x'}]}); console.log('answer') } catch (e) { console.log(e.status ? 'answer' : 'no-answer') }";
    let mut command = Command::new("node");
    command.args(["--input-type=module", "-e", code]).current_dir(&folder);
    folder.join("node_modules/@anthropic-ai/sdk").exists().then(|| output(&mut command, case))
}

fn curl(case: &Case) -> Option<String> {
    let url = format!("{}/v1/messages", case.url);
    let mut command = Command::new("curl");
    command.args(["-s", "-o", "/dev/null", "-m", "4", "-w", "%{http_code}", "-X", "POST", "-d", "{}", &url]);
    let said = PathBuf::from("/usr/bin/curl").exists().then(|| output(&mut command, case))?;
    Some(if said == "000" { "no-answer".to_owned() } else { "answer".to_owned() })
}

fn output(command: &mut Command, case: &Case) -> String {
    let base = [("PATH", "/usr/bin:/bin:/usr/local/bin"), ("HOME", "/nonexistent-home")];
    command.env_clear().envs(base).envs(case.env.iter().map(|(name, value)| (*name, value.as_str())));
    command.env("ANTHROPIC_BASE_URL", &case.url).stderr(Stdio::null());
    let out = command.output().unwrap();
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

/// What the probe says for a client: `answer` where an HTTP answer came, that of a refusing proxy aside.
fn probed(case: &Case, client: &str) -> (String, String) {
    let evpack: Evpack = case.env.iter().fold(asked(&case.url, client), |run, (name, value)| run.env(name, value));
    let (_, json) = probe(evpack);
    let word = if json["http"].is_null() { "no-answer" } else { "answer" };
    (word.to_owned(), json["verdict"]["cause"].as_str().unwrap_or("?").to_owned())
}

type Runs = fn(&Case) -> Option<String>;

#[test]
fn the_probe_says_what_each_client_does() {
    let pki = Pki::new("Corp");
    let dir = tempfile::tempdir().unwrap();
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
    let cases = [
        path("plain answer", plain.url(), vec![]),
        path("refused", dead.clone(), vec![]),
        path("no such name", "http://no-such-host.invalid".to_owned(), vec![]),
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
        path("407 of the proxy", good.tls_url(), with(both(), &[("https_proxy", &proxy)])),
        path("dead HTTP_PROXY in upper case", plain.url(), vec![("HTTP_PROXY", dead.clone())]),
        path(
            "dead proxy, and NO_PROXY",
            plain.url(),
            vec![("http_proxy", dead.clone()), ("no_proxy", "127.0.0.1".to_owned())],
        ),
        path("dead ALL_PROXY", plain.url(), vec![("all_proxy", dead)]),
    ];
    let clients: [(&str, Runs); 3] = [("python", python), ("typescript", typescript), ("curl", curl)];
    let mut wrong = Vec::new();
    for case in &cases {
        let results = std::thread::scope(|scope| {
            clients
                .map(|(client, run)| scope.spawn(move || (client, run(case).map(|did| (did, probed(case, client))))))
                .map(|thread| thread.join().unwrap())
        });
        for (client, found) in results {
            let Some((did, (said, why))) = found else {
                println!("skipped: {client} is not installed (.ci/install-sdks installs the SDKs)");
                continue;
            };
            let agrees = if did == said { "agrees" } else { "DIFFERS" };
            println!("{:38} {client:11} client: {did:10} probe: {said:10} {why:16} {agrees}", case.name);
            if did != said {
                wrong.push(format!("{} as {client}: the client {did}, the probe {said} ({why})", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
