//! A real failing job script in the job of each vendor: the Python SDK, or curl where it is not installed, against a server that
//! answers with an error. `run` and `collect --ci` alike; and the reports of test runners.

use std::fs;

use super::{installed, packet};
use crate::support::secret::{api_key, forms};
use crate::support::stub::{Answer, Stub, request_id};
use crate::support::{Evpack, Output};

/// A vendor's job.
struct Job {
    vars: &'static [(&'static str, &'static str)],
    /// The link to the job, as the packet tells it.
    link: &'static str,
    /// What must stand in the log, in the vendor's syntax; the mask is looked for apart.
    log: &'static [&'static str],
    /// What stands before a value that is to be hidden from the log.
    mask: Option<&'static str>,
}

const JOBS: &[Job] = &[
    Job {
        vars: &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "example/app"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_JOB", "nightly"),
            ("GITHUB_OUTPUT", "github-output"),
            ("GITHUB_STEP_SUMMARY", "github-summary"),
        ],
        link: "https://github.com/example/app/actions/runs/42",
        log: &[
            "::group::evpack\n",
            "\n::endgroup::\n",
            "\n::error title=Claude API%3A returned-api-error / overloaded::",
        ],
        mask: Some("::add-mask::"),
    },
    Job {
        vars: &[("GITLAB_CI", "true"), ("CI_JOB_URL", "https://gitlab.com/example/app/-/jobs/42"), ("CI_JOB_ID", "42")],
        link: "https://gitlab.com/example/app/-/jobs/42",
        log: &["section_start:0:evpack[collapsed=false]\r", "section_end:0:evpack\r"],
        mask: None,
    },
    Job {
        vars: &[
            ("JENKINS_URL", "https://jenkins.io/"),
            ("BUILD_URL", "https://jenkins.io/job/app/42/"),
            ("BUILD_ID", "42"),
        ],
        link: "https://jenkins.io/job/app/42/",
        log: &["Claude API: returned-api-error / overloaded. "],
        mask: None,
    },
    Job {
        vars: &[
            ("CIRCLECI", "true"),
            ("CIRCLE_BUILD_URL", "https://circleci.com/gh/example/app/42"),
            ("CIRCLE_BUILD_NUM", "42"),
        ],
        link: "https://circleci.com/gh/example/app/42",
        log: &["Claude API: returned-api-error / overloaded. "],
        mask: None,
    },
    Job {
        vars: &[
            ("BUILDKITE", "true"),
            ("BUILDKITE_BUILD_URL", "https://buildkite.com/example/app/builds/42"),
            ("BUILDKITE_BUILD_ID", "42"),
        ],
        link: "https://buildkite.com/example/app/builds/42",
        log: &["+++ evpack\n", "Claude API: returned-api-error / overloaded. "],
        mask: None,
    },
    Job {
        vars: &[
            ("TF_BUILD", "True"),
            ("SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "https://dev.azure.com/example/"),
            ("SYSTEM_TEAMPROJECT", "app"),
            ("BUILD_BUILDID", "42"),
        ],
        link: "https://dev.azure.com/example/app/_build/results?buildId=42",
        log: &[
            "##[group]evpack\n",
            "##[endgroup]\n",
            "##vso[task.logissue type=warning]Claude API: returned-api-error / overloaded",
            "##vso[task.setvariable variable=evpack_cause;isOutput=true]overloaded\n",
            "##vso[artifact.upload artifactname=evpack]evpack-out/evpack-",
        ],
        mask: Some("##vso[task.setsecret]"),
    },
    Job {
        vars: &[("BITBUCKET_BUILD_NUMBER", "42"), ("BITBUCKET_REPO_FULL_NAME", "example/app")],
        link: "https://bitbucket.org/example/app/pipelines/results/42",
        log: &["Claude API: returned-api-error / overloaded. "],
        mask: None,
    },
    Job {
        vars: &[("TEAMCITY_VERSION", "2026.1"), ("BUILD_URL", "https://teamcity.com/build/42"), ("BUILD_NUMBER", "42")],
        link: "https://teamcity.com/build/42",
        log: &[
            "##teamcity[blockOpened name='evpack']\n",
            "##teamcity[blockClosed name='evpack']\n",
            "##teamcity[setParameter name='evpack.cause' value='overloaded']\n",
            "##teamcity[publishArtifacts 'evpack-out/evpack-",
        ],
        mask: None,
    },
];

/// The script of the job: it prints what jobs print, and fails where its call does.
const SDK: &str = "#!/bin/sh\nset -eu\necho 'checking out'\n\"$PYTHON\" ask.py\necho 'never reached'\n";
const CURL: &str = "#!/bin/sh\nset -eu\necho 'checking out'\ncurl -sS -v --fail-with-body -H \"authorization: Bearer $ANTHROPIC_API_KEY\" \
                    -H 'content-type: application/json' -d '{\"model\":\"claude-opus-4-6\",\"max_tokens\":8,\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT\"}]}' \
                    \"$ANTHROPIC_BASE_URL/v1/messages\"\necho 'never reached'\n";
const ASK: &str = "import anthropic\nanthropic.Anthropic(max_retries=1, timeout=20).messages.create(model='claude-opus-4-6', \
                   max_tokens=8, messages=[{'role': 'user', 'content': 'PROMPT'}])\n";
const PROMPT: &str = "the quarterly plan of the night shift";

fn in_job(evpack: Evpack, job: &Job, stub: &Stub, key: &str) -> Evpack {
    let python = installed("venv/bin/python");
    let script = if python.is_some() { SDK } else { CURL }.replace("PROMPT", PROMPT);
    let python = python.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
    let evpack = evpack
        .file("job.sh", script)
        .file("ask.py", ASK.replace("PROMPT", PROMPT))
        .env("CI", "true")
        .env("PYTHON", &python)
        .env("NO_PROXY", "*")
        .env("ANTHROPIC_BASE_URL", &stub.url())
        .env("ANTHROPIC_API_KEY", key);
    job.vars.iter().fold(evpack, |evpack, (name, value)| evpack.env(name, value))
}

fn text<'a>(out: &'a Output, name: &str) -> &'a str {
    let bytes = out.files.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", out.files.keys()));
    std::str::from_utf8(bytes).unwrap()
}

/// What holds for every job, however its packet was made.
#[track_caller]
fn told(out: &Output, own_log: &str, job: &Job, key: &str) {
    let vendor = job.vars[0].0;
    for word in job.log {
        assert!(own_log.contains(word), "{vendor}: {word:?} is not in {own_log}");
    }
    let github = vendor == "GITHUB_ACTIONS";
    let (outputs, summary) =
        if github { ("github-output", "github-summary") } else { ("evpack-out/outputs.env", "evpack-out/summary.md") };
    let outputs = text(out, outputs);
    for line in ["branch=returned-api-error\n", "cause=overloaded\n", "reached_api=yes\n", "signature="] {
        assert!(outputs.contains(line), "{vendor}: {outputs}");
    }
    let path = outputs.lines().find_map(|line| line.strip_prefix("packet=")).unwrap();
    assert!(path.starts_with("evpack-out/evpack-"), "{vendor}: the artefact step finds {path}");
    let packet = packet(&out.files[path]);
    assert_eq!(packet["host"]["surroundings"]["ci"]["job_url"], job.link, "{vendor}");
    assert_eq!(packet["failure"]["http_status"], 529, "{vendor}");
    let summary = text(out, summary);
    assert!(
        summary.len() < 1_000_000 && summary.starts_with("### ") && summary.contains(job.link),
        "{vendor}: {summary}"
    );
    assert!(!own_log.contains('\u{1b}') || vendor == "GITLAB_CI", "{vendor}: colours");
    for (name, bytes) in &out.files {
        for (form, needle) in forms(key).iter().chain(&forms(PROMPT)) {
            let leaked = memchr::memmem::find(bytes, needle.as_bytes()).is_some();
            assert!(!leaked || ["job.sh", "ask.py"].contains(&name.as_str()), "{vendor}: in {name}, as {form}");
        }
    }
}

#[test]
fn a_real_failing_script_in_each_vendors_job() {
    for (number, job) in JOBS.iter().enumerate() {
        let key = api_key(700 + u32::try_from(number).unwrap());
        let stub = Stub::start(Answer::Status(529));
        let evpack = Evpack::new(["run", "--offline", "--json", "--", "sh", "job.sh"]);
        let out = in_job(evpack, job, &stub, &key).run();
        let vendor = job.vars[0].0;
        // 1 is Python's, 22 is curl's: the job's result is the script's.
        assert!(matches!(out.code, Some(1 | 22)), "{vendor}: {:?} {}", out.code, out.stderr);
        assert!(out.text().starts_with("checking out\n") && !out.text().contains("never reached"), "{vendor}");
        // Nothing stands before the masks.
        if let Some(mask) = job.mask {
            assert!(out.stderr.starts_with(&format!("{mask}{key}")), "{vendor}: {}", out.stderr);
        } else {
            assert!(!out.stderr.starts_with("::"), "{vendor}");
        }
        told(&out, &out.stderr, job, &key);
    }
}

#[test]
fn collect_at_the_end_of_each_vendors_job() {
    for (number, job) in JOBS.iter().enumerate() {
        let key = api_key(720 + u32::try_from(number).unwrap());
        let stub = Stub::start(Answer::Status(529));
        let vendor = job.vars[0].0;
        let evpack = Evpack::new(["collect", "--offline", "--json", "--ci", "job.log"]);
        let evpack = in_job(evpack, job, &stub, &key);
        // The job fails first, and keeps its log.
        let log = fs::File::create(evpack.dir.path().join("job.log")).unwrap();
        let mut command = std::process::Command::new("sh");
        command.arg("job.sh").current_dir(evpack.dir.path()).stdout(log.try_clone().unwrap()).stderr(log);
        let python = installed("venv/bin/python").unwrap_or_default();
        command.env("PYTHON", python).env("ANTHROPIC_BASE_URL", stub.url()).env("ANTHROPIC_API_KEY", &key);
        assert!(!command.status().unwrap().success(), "{vendor}");
        let out = evpack.run().code(0);
        told(&out, &out.stderr, job, &key);
        if let Some(mask) = job.mask {
            assert!(out.stderr.starts_with(&format!("{mask}{key}")), "{vendor}: {}", out.stderr);
        }
    }
}

/// Reports of test runners as they write them, each with one failed call.
fn reports() -> [(&'static str, &'static str, String); 3] {
    let id = request_id(3);
    let error = format!(
        "anthropic.RateLimitError: Error code: 429 - {{'type': 'error', 'error': {{'type': 'rate_limit_error', 'message': 'Slow down'}}, 'request_id': '{id}'}}"
    );
    let xml = error.replace('\'', "&apos;");
    let junit = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><testsuites name=\"pytest tests\"><testsuite name=\"pytest\" errors=\"0\" failures=\"1\" skipped=\"0\" tests=\"2\" time=\"1.2\" timestamp=\"2026-11-28T09:00:00+00:00\">\n\
         <testcase classname=\"test_ask\" name=\"test_well\" time=\"0.1\" />\n\
         <testcase classname=\"test_ask\" name=\"test_ask\" time=\"1.0\"><failure message=\"{xml}\">def test_ask():\n&gt;       ask()\n\ntest_ask.py:4: \nE           {xml}\n\n_base_client.py:1350: RateLimitError</failure></testcase></testsuite></testsuites>\n"
    );
    let pytest = format!(
        "============================= test session starts ==============================\nplatform linux -- Python 3.11.7, pytest-9.0.1, pluggy-1.6.0\ncollected 2 items\n\ntest_ask.py .F                                                           [100%]\n\n\
         =================================== FAILURES ===================================\n___________________________________ test_ask ___________________________________\n\n    def test_ask():\n>       ask()\n\ntest_ask.py:4: \n_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _\n\
         E           {error}\n\nvenv/lib/python3.11/site-packages/anthropic/_base_client.py:1350: RateLimitError\n=========================== short test summary info ============================\nFAILED test_ask.py::test_ask - {error}\n========================= 1 failed, 1 passed in 1.20s ==========================\n"
    );
    let vitest = format!(
        " FAIL  test/ask.test.ts > asks\nRateLimitError: 429 {{\"type\":\"error\",\"error\":{{\"type\":\"rate_limit_error\",\"message\":\"Slow down\"}},\"request_id\":\"{id}\"}}\n ❯ Anthropic.makeRequest node_modules/@anthropic-ai/sdk/src/client.ts:738:15\n ❯ test/ask.test.ts:6:22\n      4| test('asks', async () => {{\n       |                      ^\n⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯⎯[1/1]⎯\n\n Test Files  1 failed (1)\n      Tests  1 failed (1)\n"
    );
    [("report.xml", "junit-xml", junit), ("pytest.log", "", pytest), ("vitest.log", "vitest-report", vitest)]
}

#[test]
fn reports_of_test_runners_are_read_for_their_failed_call() {
    for (name, format, report) in reports() {
        let out = Evpack::new(["collect", "--offline", "--json", "--ci", name])
            .file(name, report)
            .env("GITHUB_ACTIONS", "true")
            .run()
            .code(0);
        let (_, bytes) = out.files.iter().find(|(name, _)| name.contains("/evpack-")).unwrap();
        let packet = packet(bytes);
        assert_eq!(packet["verdict"]["cause"], "rate-limit", "{name} {:#}", packet["verdict"]);
        assert_eq!(packet["failures"].as_array().unwrap().len(), 1, "{name} {:#}", packet["failures"]);
        assert_eq!(packet["failure"]["request_id"], request_id(3), "{name}");
        if !format.is_empty() {
            assert_eq!(packet["inputs"][0]["format"], format, "{name} {:#}", packet["inputs"]);
        }
        assert!(out.stderr.contains("::error title=Claude API%3A returned-api-error / rate-limit::"), "{}", out.stderr);
    }
}
