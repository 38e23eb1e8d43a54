//! The real SDKs against a server that fails: with `--trace`, each attempt, the exact error and the settings are told.

use std::path::PathBuf;

use serde_json::Value;

use super::{NEWER_NODE, installed, packet};
use crate::support::secret::{api_key, random};
use crate::support::stub::{Answer, Stub, request_id};
use crate::support::{Evpack, Output, repository};

const PYTHON: &str = "import anthropic
client = anthropic.Anthropic(max_retries=2, timeout=TIMEOUT)
message = client.messages.create(model='claude-opus-4-6', max_tokens=64, STREAM messages=[{'role': 'user', 'content': 'PROMPT'}])
AFTER
print('done')
";

const NODE: &str = "import Anthropic from '@anthropic-ai/sdk';
const client = new Anthropic({ maxRetries: 2, timeout: TIMEOUT * 1000 });
const message = await client.messages.create({ model: 'claude-opus-4-6', max_tokens: 64, STREAM messages: [{ role: 'user', content: 'PROMPT' }] });
AFTER
console.log('done');
";

/// A Node with `registerHooks` (22.15 and newer), which the hook uses where it is.
const NEWER: &str = "newer node";
const LANGUAGES: [&str; 3] = ["python", "node", NEWER];

struct Run {
    out: Output,
    prompt: String,
    requests: usize,
}

impl Run {
    #[track_caller]
    fn packet(&self) -> Value {
        let value = packet(self.out.only_file().1);
        assert!(!value.to_string().contains(&self.prompt), "the prompt is in the packet");
        value
    }
}

fn trace(language: &str, answer: Answer) -> Option<Run> {
    let (program, name, text) = if language == "python" {
        (installed("venv/bin/python")?, "app.py", PYTHON)
    } else {
        installed("node/node_modules/@anthropic-ai/sdk")?;
        let node = if language == NEWER { installed(NEWER_NODE)? } else { PathBuf::from("node") };
        (node, "app.mjs", NODE)
    };
    let prompt = format!("private {}", random(900, 16));
    let stream = answer == Answer::CutStream;
    let (streaming, after) = match (stream, language) {
        (false, _) => ("", ""),
        (true, "python") => ("stream=True,", "for event in message: pass"),
        (true, _) => ("stream: true,", "for await (const event of message) {}"),
    };
    let timeout = if answer == Answer::Stall { "0.3" } else { "20" };
    let text = text
        .replace("PROMPT", &prompt)
        .replace("STREAM", streaming)
        .replace("AFTER", after)
        .replace("TIMEOUT", timeout);
    let stub = Stub::start(answer);
    let path = std::env::var("PATH").unwrap_or_default();
    let evpack = Evpack::new(["run", "--offline", "--trace", "--json", "--"])
        .arg(program.to_string_lossy())
        .arg(name)
        .file(name, text)
        .env("PATH", &path)
        .env("ANTHROPIC_BASE_URL", &stub.url())
        .env("ANTHROPIC_API_KEY", &api_key(901))
        .env("NO_PROXY", "*");
    if language != "python" {
        std::os::unix::fs::symlink(repository("target/real/node/node_modules"), evpack.dir.path().join("node_modules"))
            .unwrap();
    }
    let mut out = evpack.run();
    out.files.retain(|name, _| name.starts_with("evpack-"));
    assert!(
        !format!("{}{}", out.stderr, out.text()).contains("Request options"),
        "the SDK's log is kept off the terminal"
    );
    Some(Run { out, prompt, requests: stub.requests() })
}

/// The one failure, with what decides.
#[track_caller]
fn failure(run: &Run) -> Value {
    let packet = run.packet();
    assert_eq!(packet["failures"].as_array().unwrap().len(), 1, "{:#}", packet["failures"]);
    packet["failure"].clone()
}

#[test]
fn hidden_retries_and_every_request_id_are_told() {
    for language in LANGUAGES {
        for status in [429_u16, 500, 529] {
            let Some(run) = trace(language, Answer::Status(status)) else { continue };
            assert_eq!((run.out.code, run.requests), (Some(1), 3), "{}", run.out.stderr);
            let failure = failure(&run);
            assert_eq!(failure["http_status"], status, "{language} {failure:#}");
            assert_eq!(failure["retry_count"], 2, "{language} {status} {failure:#}");
            assert_eq!(failure["max_retries"], 2, "{language} {failure:#}");
            let ids: Vec<String> = (0..3).map(request_id).collect();
            assert_eq!(failure["request_ids"], serde_json::json!(ids), "{language}");
            assert_eq!(failure["timeout_seconds"], 20, "{language}");
        }
    }
}

#[test]
fn an_answer_that_is_not_retried_is_one_attempt() {
    for language in LANGUAGES {
        let Some(run) = trace(language, Answer::Status(401)) else { continue };
        let failure = failure(&run);
        assert_eq!((run.requests, &failure["error_type"]), (1, &Value::from("authentication_error")));
        assert_eq!(failure["request_id"], request_id(0), "{language}");
        assert_eq!(failure["error_message"], "said by the stub");
    }
}

#[test]
fn failures_of_the_connection_keep_their_causes_and_settings() {
    for language in LANGUAGES {
        for (answer, cause) in
            [(Answer::Refuse, "tcp-refused"), (Answer::Reset, "tcp-reset"), (Answer::Stall, "timeout-read")]
        {
            let Some(run) = trace(language, answer) else { continue };
            assert_eq!(run.out.code, Some(1), "{}", run.out.stderr);
            let packet = run.packet();
            // Traceback or stack, log and hook tell of one failure, and so does the packet.
            assert_eq!(packet["failures"].as_array().unwrap().len(), 1, "{language} {cause} {:#}", packet["failures"]);
            assert_eq!(packet["failure"]["handled"], false, "{language} {cause}");
            let failure = &packet["failure"];
            let found = packet["verdict"]["cause"].as_str().unwrap();
            // Python says of a closed connection only that the server disconnected, Node of a timeout only that it timed out.
            let near = matches!(
                (cause, found),
                ("tcp-reset", "idle-drop" | "bad-gateway") | ("timeout-read", "timeout-connect" | "unknown")
            );
            assert!(found == cause || near, "{language} {cause}: {found} {failure:#}");
            assert_eq!(failure["retry_count"], 2, "{language} {cause} {failure:#}");
            if language == "python" {
                assert!(!failure["cause_chain"].as_array().unwrap().is_empty(), "{failure:#}");
            }
        }
    }
}

#[test]
fn a_call_that_works_in_the_end_leaves_nothing() {
    for language in LANGUAGES {
        let Some(run) = trace(language, Answer::TwiceThenWell) else { continue };
        assert_eq!((run.out.code, run.out.text(), run.requests), (Some(0), "done\n", 3), "{}", run.out.stderr);
        assert!(run.out.files.is_empty());
    }
}

#[test]
fn a_stream_that_is_cut_was_accepted_before() {
    let Some(run) = trace("python", Answer::CutStream) else { return };
    assert_eq!(run.out.code, Some(1), "{}", run.out.stderr);
    let packet = run.packet();
    assert_eq!(packet["failure"]["request_id"], request_id(0), "{:#}", packet["failures"]);
    assert_eq!(packet["verdict"]["reached_api"], "yes", "{:#}", packet["verdict"]);
}
