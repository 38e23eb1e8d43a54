//! The canary test: a secret and a private prompt in every slot that evpack reads, and a search through everything it puts
//! out, plain and encoded.

use super::support::secret::{api_key, forms, random};
use super::support::{Evpack, Output};

/// A canary: where it was put, and the text that must not come out.
struct Canary {
    slot: &'static str,
    value: String,
}

/// All canaries of one run. Each slot has its own value, so that a leak tells its slot.
struct Aviary(Vec<Canary>);

impl Aviary {
    fn plant(&mut self, slot: &'static str, value: String) -> String {
        self.0.push(Canary { slot, value: value.clone() });
        value
    }

    /// Every place where a canary shows: standard output, standard error, file names and contents, zip members.
    fn sightings(&self, output: &Output) -> Vec<String> {
        let mut places =
            vec![("stdout".to_owned(), output.stdout.clone()), ("stderr".into(), output.stderr.clone().into())];
        for (name, bytes) in &output.files {
            places.push((format!("name of {name}"), name.clone().into()));
            places.push((name.clone(), bytes.clone()));
            places.extend(members(bytes));
        }
        let mut sightings = Vec::new();
        for Canary { slot, value } in &self.0 {
            for (form, needle) in forms(value) {
                for (place, bytes) in &places {
                    if memchr::memmem::find(bytes, needle.as_bytes()).is_some() {
                        sightings.push(format!("the canary of {slot} came out in {place}, as {form}"));
                    }
                }
            }
        }
        sightings
    }
}

/// The members of a zip, unpacked; nothing for other files.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(bytes)) else { return Vec::new() };
    let mut out = vec![("zip comment".to_owned(), archive.comment().to_vec())];
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        std::io::copy(&mut member, &mut content).unwrap();
        out.push((format!("zip member {at}"), content));
        out.push((format!("name of zip member {at}"), member.name().unwrap().as_bytes().to_vec()));
    }
    out
}

/// A log with a canary in every slot that a log has, as the Python SDK writes it at debug level, and as curl and Node do.
fn log(aviary: &mut Aviary) -> String {
    let header = aviary.plant("a header in a log", api_key(1));
    let bearer = aviary.plant("a bearer header", random(2, 40));
    let cookie = aviary.plant("a cookie", random(3, 40));
    let body = aviary.plant("a prompt in a Python repr", format!("the private plan of {}", random(4, 12)));
    let json = aviary.plant("a prompt in JSON", format!("tell me of {} \"quoted\" and more", random(5, 12)));
    let source = aviary.plant("a source line", format!("my own words {}", random(6, 12)));
    let url = aviary.plant("userinfo of a URL", random(7, 24));
    let query = aviary.plant("a query parameter", random(8, 32));
    let unlabelled = aviary.plant("a key in running text", api_key(9));
    let path = aviary.plant("a user name in a path", format!("u{}", random(10, 8).to_lowercase()));
    let inspect = aviary.plant("a prompt in Node inspect", format!("for {} only", random(11, 12)));
    let assignment = aviary.plant("a credential-like name", random(12, 28));
    let json_body = serde_json::json!({"model": "claude-opus-4-6", "messages": [{"role": "user", "content": json}]});
    let escaped = serde_json::json!({ "request": json_body.to_string() });
    format!(
        "[2026-11-22 18:39:53 - anthropic._base_client:604 - DEBUG] Request options: {{'method': 'post', 'url': '/v1/messages', \
         'headers': {{'x-api-key': '{header}', 'authorization': 'Bearer {bearer}'}}, 'json_data': {{'max_tokens': 64, \
         'messages': [{{'role': 'user', 'content': '{body}'}}], 'model': 'claude-opus-4-6'}}}}\n\
         > POST https://user:{url}@gateway.example.com/v1/messages?api_key={query} HTTP/1.1\n\
         > Cookie: sessionKey={cookie}; theme=dark\n\
         request {json_body}\n\
         {escaped}\n\
         body: {{ model: 'claude-opus-4-6', messages: [ {{ role: 'user', content: '{inspect}' }} ] }}\n\
         export ACME_DEPLOY_PASSWORD={assignment}\n\
         the key {unlabelled} does not work\n\
         Traceback (most recent call last):\n  File \"/home/{path}/proj/app.py\", line 20, in <module>\n    \
         message = ask(\"{source}\")\n              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n\
         httpx2.ConnectError: [Errno 111] Connection refused\n\n\
         The above exception was the direct cause of the following exception:\n\n\
         Traceback (most recent call last):\n  File \"/home/{path}/proj/app.py\", line 20, in <module>\n    \
         message = ask(\"{source}\")\n\
         anthropic.APIConnectionError: Connection error.\n"
    )
}

fn run(format: &str, aviary: &mut Aviary) -> Output {
    let log = log(aviary);
    let folder = aviary.plant("a name of an input", api_key(20));
    let known = aviary.plant("a variable with an unknown form of key", random(21, 36));
    let proxy = aviary.plant("userinfo of a proxy variable", random(22, 20));
    let note = aviary.plant("--note", api_key(23));
    let metadata = aviary.plant("--metadata", api_key(24));
    let file = aviary.plant("a credential file", random(25, 30));
    let attached = aviary.plant("an attached file", api_key(26));
    let user = aviary.plant("the user name", format!("w{}", random(27, 9).to_lowercase()));
    let settings = aviary.plant("a settings file", random(28, 30));
    let config = "credential_files: [vault.txt]\nattachments: [extra.log]\n";
    let again = format!(
        "{log}again {known} and {file} and {settings} by {user}\nanthropic.APIConnectionError: Connection error.\n"
    );
    Evpack::new(["collect", "-v", "-f", format])
        .arg(format!("{folder}/error.log"))
        .arg(format!("{folder}/missing.log"))
        .arg("--note")
        .arg(format!("see {note}"))
        .arg("--metadata")
        .arg(format!("ticket={metadata}"))
        .arg("--metadata")
        .arg(format!("{metadata}=ticket"))
        .file(&format!("{folder}/error.log"), again)
        .file("evpack.yaml", config)
        .file("vault.txt", &file)
        .file("extra.log", format!("token {attached}\n"))
        .file(".claude/settings.json", format!("{{\"env\": {{\"ANTHROPIC_AUTH_TOKEN\": \"{settings}\"}}}}"))
        .env("ANTHROPIC_API_KEY", &known)
        .env("HTTPS_PROXY", &format!("http://joe:{proxy}@proxy.corp.example:8080"))
        .env("USER", &user)
        .env("HOME", &format!("/home/{user}"))
        .run()
}

#[test]
fn no_canary_comes_out_of_a_packet() {
    for format in ["md", "json", "zip"] {
        let mut aviary = Aviary(Vec::new());
        let output = run(format, &mut aviary).code(0);
        assert_eq!(output.files.len(), 1, "{:?}", output.files.keys());
        let sightings = aviary.sightings(&output);
        assert!(sightings.is_empty(), "{format}:\n{}", sightings.join("\n"));
    }
}

#[test]
fn the_search_finds_a_canary_that_is_there() {
    let mut aviary = Aviary(Vec::new());
    let secret = aviary.plant("the test itself", api_key(40));
    let mut output = Evpack::new(["schema"]).run();
    assert!(aviary.sightings(&output).is_empty());
    for (form, text) in forms(&secret) {
        output.stdout = text.into_bytes();
        assert!(!aviary.sightings(&output).is_empty(), "{form}");
    }
}

#[test]
fn no_canary_comes_out_of_an_error() {
    let mut aviary = Aviary(Vec::new());
    let secret = aviary.plant("the command line", api_key(50));
    let known = aviary.plant("a variable", random(51, 32));
    let wrong: &[&[String]] = &[
        &["collect".into(), format!("{secret}.log")],
        &["collect".into(), format!("--{secret}")],
        &["collect".into(), "-f".into(), secret.clone()],
        &["collect".into(), "--template".into(), secret.clone()],
        &["collect".into(), "--config".into(), format!("{known}/evpack.yaml")],
        &["collect".into(), "-o".into(), format!("{secret}/packet.md")],
        &["collect".into(), "-o".into(), format!("packet.{known}")],
        &["collect".into(), "--metadata".into(), secret.clone()],
        &["collect".into(), "--timeout".into(), secret.clone()],
        std::slice::from_ref(&secret),
    ];
    for args in wrong {
        let output = Evpack::new(args.iter().cloned()).env("ANTHROPIC_API_KEY", &known).run();
        assert!(matches!(output.code, Some(1 | 2)), "{:?}", output.code);
        assert!(output.stderr.contains("error: ") && output.stderr.contains("hint: "), "{}", output.stderr);
        let sightings = aviary.sightings(&output);
        assert!(sightings.is_empty(), "{}", sightings.join("\n"));
    }
    for config in [
        format!("{secret}: 1\n"),
        format!("audience: {secret}\n"),
        format!("offline: {secret}\n"),
        format!("allow: ['[{secret}']\n"),
    ] {
        let output = Evpack::new(["collect"]).file("evpack.yaml", config).run().code(2);
        assert!(output.stderr.contains("evpack.yaml"), "{}", output.stderr);
        let sightings = aviary.sightings(&output);
        assert!(sightings.is_empty(), "{}", sightings.join("\n"));
    }
}

/// A template is the user's own text, so nothing redacts it; the scan of the finished bytes is what stops it.
#[test]
fn a_secret_in_a_template_is_refused_with_its_own_exit_code() {
    for encode in [
        |text: &str| text.to_owned(),
        |text: &str| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, text),
    ] {
        let mut aviary = Aviary(Vec::new());
        let known = aviary.plant("a template", random(70, 40));
        let output = Evpack::new(["collect", "-o", "packet.md", "--template", "mine.md", "app.log"])
            .file("app.log", "anthropic.APIConnectionError: Connection error.\n")
            .file("mine.md", format!("use {} for {{{{ verdict.cause }}}}\n", encode(&known)))
            .env("GATEWAY_TOKEN", &known)
            .run()
            .code(3);
        assert!(output.files.is_empty(), "{:?}", output.files.keys());
        assert!(output.stderr.contains("nothing was written") && output.stderr.contains("hint: "), "{}", output.stderr);
        let sightings = aviary.sightings(&output);
        assert!(sightings.is_empty(), "{}", sightings.join("\n"));
    }
}
