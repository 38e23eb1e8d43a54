//! Claude Code itself against a server that fails: each attempt, the request ids, the cause; and the failure once.

use serde_json::Value;

use super::{installed, packet};
use crate::support::secret::api_key;
use crate::support::stub::{Answer, Stub, request_id};
use crate::support::{Evpack, Output};

struct Run {
    out: Output,
    requests: usize,
}

/// `evpack run --trace -- claude -p hi`, with a home of its own and nothing to phone to.
fn claude(answer: Answer, options: &[&str]) -> Option<Run> {
    let program = installed("claude/node_modules/.bin/claude")?;
    let stub = Stub::start(answer);
    let home = tempfile::tempdir().unwrap();
    let args =
        ["run", "--offline", "--trace", "--json"].iter().chain(options).copied().chain(["--", "claude", "-p", "hi"]);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", program.parent().unwrap().display());
    let out = Evpack::new(args)
        .env("PATH", &path)
        .env("HOME", &home.path().to_string_lossy())
        .env("ANTHROPIC_BASE_URL", &stub.url())
        .env("ANTHROPIC_API_KEY", &api_key(950))
        .env("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1")
        .env("DISABLE_TELEMETRY", "1")
        .env("DISABLE_AUTOUPDATER", "1")
        .env("CLAUDE_CODE_MAX_RETRIES", "2")
        .env("NO_PROXY", "*")
        .run();
    Some(Run { out, requests: stub.requests() })
}

/// The packet; its one failure is the failure of the packet.
#[track_caller]
fn told(run: &Run) -> Value {
    let packet = packet(run.out.only_file().1);
    assert_eq!(packet["failures"].as_array().unwrap().len(), 1, "{:#}", packet["failures"]);
    assert_eq!(packet["verdict"]["surface"], "claude-code");
    packet
}

#[test]
fn each_answer_is_one_failure_with_its_attempts_and_ids() {
    for (status, cause) in [(401, "auth"), (429, "rate-limit"), (500, "api-error"), (529, "overloaded")] {
        let Some(run) = claude(Answer::Status(status), &[]) else { return };
        assert_eq!((run.out.code, run.requests), (Some(1), 3), "{status} {}", run.out.stderr);
        let packet = told(&run);
        let failure = &packet["failure"];
        assert_eq!(
            (&failure["http_status"], &packet["verdict"]["cause"]),
            (&status.into(), &cause.into()),
            "{failure:#}"
        );
        assert_eq!((&failure["retry_count"], &failure["max_retries"]), (&2.into(), &2.into()), "{status} {failure:#}");
        let ids: Vec<String> = (0..3).map(request_id).collect();
        assert_eq!(failure["request_ids"], serde_json::json!(ids), "{status}");
        assert_eq!(failure["request_id"], request_id(2), "{status}");
        assert_eq!(failure["error_message"], "said by the stub", "{status} {failure:#}");
        assert_eq!(packet["verdict"]["reached_api"], "yes", "{status} {:#}", packet["verdict"]);
        // The failure, and the line of the retries that were made inside it.
        let attempts = packet["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 2, "{attempts:#?}");
        assert!(
            attempts[1]["outcome"].as_str().unwrap().starts_with("2 retries by the client itself"),
            "{attempts:#?}"
        );
        let command = packet["reproduction"]["run"]["command"].as_str().unwrap();
        assert!(
            command.starts_with("claude -p ") && !command.contains("debug"),
            "the command is the user's: {command}"
        );
        assert!(packet["attachments"].to_string().len() > 2, "the debug log is quoted");
    }
}

#[test]
fn a_refused_connection_is_one_failure_that_reached_nothing() {
    let Some(run) = claude(Answer::Refuse, &[]) else { return };
    assert_eq!(run.out.code, Some(1), "{}", run.out.stderr);
    let packet = told(&run);
    let verdict = &packet["verdict"];
    assert_eq!((&verdict["cause"], &verdict["reached_api"]), (&"tcp-refused".into(), &"no".into()), "{verdict:#}");
    assert_eq!(packet["failure"]["retry_count"], 2, "{:#}", packet["failure"]);
    assert_eq!(packet["failure"]["request_ids"], serde_json::json!([]));
}

#[test]
fn a_call_that_works_in_the_end_leaves_nothing_and_prints_what_it_would() {
    let Some(run) = claude(Answer::TwiceThenWell, &[]) else { return };
    assert_eq!((run.out.code, run.out.text().trim(), run.requests), (Some(0), "hi", 3), "{}", run.out.stderr);
    assert!(run.out.files.is_empty(), "{:?}", run.out.files.keys());
}
