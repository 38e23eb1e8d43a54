//! The environment that the failing process had, what changed while it ran, and errors that the program caught.

use std::path::PathBuf;

use super::{installed, packet};
use crate::support::secret::{api_key, random};
use crate::support::stub::{Answer, Stub, request_id};
use crate::support::{Evpack, repository};

/// `evpack run` of a shell script that calls curl, with the stub's address in `STUB`.
fn script(options: &[&str], text: &str, stub: &Stub) -> Evpack {
    let args = ["run", "--offline", "--json"].iter().chain(options).copied().chain(["--", "sh", "-c", text]);
    Evpack::new(args).env("STUB", &stub.url())
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_shell_sets_for_the_failing_program_is_told() {
    let stub = Stub::start(Answer::Stall);
    let secret = random(811, 24);
    let text = format!(
        "NO_PROXY='*' HTTPS_PROXY=http://dana:{secret}@proxy.example.com:3128 curl -sS -m 1 $STUB/v1/messages; exit 7"
    );
    let out = script(&[], &text, &stub).run().code(7);
    let bytes = out.only_file().1;
    let packet = packet(bytes);
    let variables = packet["network_env"]["variables"].as_array().unwrap();
    let value = |name: &str| {
        let found = variables.iter().find(|variable| variable["name"] == name);
        found.map(|variable| variable["value"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(value("NO_PROXY").as_deref(), Some("*"), "{variables:#?}");
    assert!(value("HTTPS_PROXY").is_some_and(|value| value.contains("proxy.example.com:3128")), "{variables:#?}");
    assert!(packet["reproduction"]["run"]["environment_of"].as_str().unwrap().contains("looks like a client"));
    for (form, needle) in crate::support::secret::forms(&secret) {
        assert!(memchr::memmem::find(bytes, needle.as_bytes()).is_none(), "the password came out as {form}");
    }
}

#[test]
fn a_command_of_which_no_client_was_seen_says_so() {
    let stub = Stub::start(Answer::Refuse);
    let out = script(&[], "exit 3", &stub).run().code(3);
    let run = packet(out.only_file().1)["reproduction"]["run"].clone();
    assert!(run["environment_of"].as_str().unwrap().contains("no process"), "{run}");
}

#[test]
fn a_variable_that_changes_while_the_command_runs_is_named() {
    let stub = Stub::start(Answer::Refuse);
    // The certificate file is another one after the call than before it.
    let text = "curl -sS $STUB/v1/messages; sleep 4; echo other >> ca.pem; exit 7";
    let with_ca = |evpack: Evpack| evpack.file("ca.pem", "one\n").env("SSL_CERT_FILE", "ca.pem");
    let mut out = with_ca(script(&[], text, &stub)).run().code(7);
    out.files.retain(|name, _| name.starts_with("evpack-"));
    let run = packet(out.only_file().1)["reproduction"]["run"].clone();
    assert_eq!(run["changed_meanwhile"], serde_json::json!(["certificate files"]), "{run}");
    let out = with_ca(script(&[], "curl -sS $STUB/v1/messages; exit 7", &stub)).run().code(7);
    let run = packet(out.only_file().1)["reproduction"]["run"].clone();
    assert!(run.get("changed_meanwhile").is_none(), "{run}");
}

/// A program of an SDK that catches its error, tells it in words of its own, and ends with 3.
const CAUGHT: [(&str, &str, &str); 2] = [
    (
        "python",
        "app.py",
        "import anthropic, sys\ntry:\n    anthropic.Anthropic(max_retries=1, timeout=20).messages.create(model='claude-opus-4-6', \
         max_tokens=8, messages=[{'role': 'user', 'content': 'PROMPT'}])\nexcept anthropic.APIError:\n    print('the import failed')\n    sys.exit(3)\n",
    ),
    (
        "node",
        "app.mjs",
        "import Anthropic from '@anthropic-ai/sdk';\ntry {\n  await new Anthropic({ maxRetries: 1, timeout: 20000 }).messages.create({ model: 'claude-opus-4-6', \
         max_tokens: 8, messages: [{ role: 'user', content: 'PROMPT' }] });\n} catch { console.log('the import failed'); process.exit(3); }\n",
    ),
];

#[test]
fn an_error_that_the_program_catches_is_seen_and_said_to_be_caught() {
    for (language, name, text) in CAUGHT {
        for answer in [Answer::Status(529), Answer::Refuse] {
            let program = if language == "python" {
                let Some(program) = installed("venv/bin/python") else { continue };
                program
            } else {
                if installed("node/node_modules/@anthropic-ai/sdk").is_none() {
                    continue;
                }
                PathBuf::from("node")
            };
            let stub = Stub::start(answer);
            let prompt = format!("private {}", random(903, 16));
            let evpack = Evpack::new(["run", "--offline", "--trace", "--json", "--"])
                .arg(program.to_string_lossy())
                .arg(name)
                .file(name, text.replace("PROMPT", &prompt))
                .env("PATH", &std::env::var("PATH").unwrap_or_default())
                .env("ANTHROPIC_BASE_URL", &stub.url())
                .env("ANTHROPIC_API_KEY", &api_key(904))
                .env("NO_PROXY", "*");
            if language == "node" {
                let modules = repository("target/real/node/node_modules");
                std::os::unix::fs::symlink(modules, evpack.dir.path().join("node_modules")).unwrap();
            }
            let mut out = evpack.run().code(3);
            assert_eq!(out.text(), "the import failed\n");
            out.files.retain(|name, _| name.starts_with("evpack-"));
            let packet = packet(out.only_file().1);
            assert!(!packet.to_string().contains(&prompt), "the prompt is in the packet");
            assert_eq!(packet["failures"].as_array().unwrap().len(), 1, "{language} {:#}", packet["failures"]);
            let failure = &packet["failure"];
            assert_eq!(failure["handled"], true, "{language} {failure:#}");
            let class = failure["exception_class"].as_str().unwrap();
            if answer == Answer::Refuse {
                assert!(class.ends_with("APIConnectionError"), "{language} {class}");
                assert_eq!(packet["verdict"]["cause"], "tcp-refused", "{language} {failure:#}");
            } else {
                assert!(
                    class.ends_with("OverloadedError") || class.ends_with("InternalServerError"),
                    "{language} {class}"
                );
                assert_eq!(failure["request_id"], request_id(1), "{language} {failure:#}");
            }
            assert!(packet["attempts"].to_string().contains("caught by the program"), "{:#}", packet["attempts"]);
        }
    }
}
