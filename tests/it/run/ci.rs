//! CI jobs: each vendor's variables around a real failing script.

use super::{FAILURE, sh};
use crate::support::secret::{api_key, forms};
use crate::support::{Evpack, Output};

/// A vendor: the variables of its jobs, and what must stand in the log.
type Job = (&'static [(&'static str, &'static str)], &'static [&'static str]);

const VENDORS: &[Job] = &[
    (
        &[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://github.example.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_RUN_ID", "42"),
            ("GITHUB_OUTPUT", "github-output"),
            ("GITHUB_STEP_SUMMARY", "github-summary"),
        ],
        &["::group::evpack\n", "\n::endgroup::\n", "\n::error title=Claude API%3A returned-api-error / rate-limit::"],
    ),
    (&[("GITLAB_CI", "true")], &["section_start:0:evpack[collapsed=false]\r", "Claude API: returned-api-error"]),
    (&[("JENKINS_URL", "http://ci.example.com"), ("BUILD_ID", "7")], &["Claude API: returned-api-error / rate-limit"]),
    (&[("CIRCLECI", "true")], &["Claude API: returned-api-error / rate-limit"]),
    (&[("BUILDKITE", "true")], &["+++ evpack\n"]),
    (
        &[("TF_BUILD", "True")],
        &[
            "##[group]evpack\n",
            "##vso[task.logissue type=warning]Claude API: returned-api-error / rate-limit",
            "##vso[task.setvariable variable=evpack_cause;isOutput=true]rate-limit\n",
            "##vso[artifact.upload artifactname=evpack]evpack-out/evpack-",
        ],
    ),
    (&[("BITBUCKET_BUILD_NUMBER", "3")], &["Claude API: returned-api-error / rate-limit"]),
    (
        &[("TEAMCITY_VERSION", "2026.1")],
        &[
            "##teamcity[blockOpened name='evpack']\n",
            "##teamcity[setParameter name='evpack.branch' value='returned-api-error']\n",
        ],
    ),
];

fn in_job(evpack: Evpack, vars: &[(&str, &str)]) -> Evpack {
    vars.iter().fold(evpack.env("CI", "true"), |evpack, (name, value)| evpack.env(name, value))
}

fn file<'a>(out: &'a Output, name: &str) -> &'a str {
    std::str::from_utf8(out.files.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", out.files.keys()))).unwrap()
}

#[test]
fn every_vendor_is_told_in_its_own_words() {
    for (vars, words) in VENDORS {
        let out = in_job(sh(&["--json"], &format!("echo \"{FAILURE}\" >&2; exit 7")), vars).run().code(7);
        assert!(out.text().is_empty(), "standard output is the command's own: {}", out.text());
        for word in *words {
            assert!(out.stderr.contains(word), "{word:?} is not in {}", out.stderr);
        }
        let github = vars[0].0 == "GITHUB_ACTIONS";
        let (outputs, summary) = if github {
            ("github-output", "github-summary")
        } else {
            ("evpack-out/outputs.env", "evpack-out/summary.md")
        };
        let outputs = file(&out, outputs);
        assert!(outputs.starts_with("branch=returned-api-error\ncause=rate-limit\nreached_api=yes\nsignature="));
        let path = outputs.lines().find_map(|line| line.strip_prefix("packet=")).unwrap();
        let packet: serde_json::Value = serde_json::from_str(file(&out, path)).unwrap();
        assert_eq!(packet["verdict"]["cause"], "rate-limit");
        assert!(packet["host"]["surroundings"]["ci"]["vendor"].is_string(), "{}", packet["host"]);
        let summary = file(&out, summary);
        assert!(
            summary.starts_with("### ") && summary.contains("<details>") && summary.trim_end().ends_with("</details>")
        );
        assert!(!summary.contains("evpack-data"), "what programs read is no part of a summary");
        assert!(!out.stderr.contains('\u{1b}') || vars[0].0 == "GITLAB_CI", "no colours");
    }
}

#[test]
fn a_job_that_ends_well_is_told_nothing() {
    for (vars, _) in VENDORS {
        let out = in_job(sh(&[], "echo well"), vars).run().code(0);
        assert!(out.files.is_empty() && out.stderr.is_empty(), "{:?} {}", out.files.keys(), out.stderr);
    }
}

#[test]
fn collect_tells_the_job_when_asked() {
    let base = || Evpack::new(["collect", "--offline", "--ci", "-"]).stdin(FAILURE).env("GITHUB_ACTIONS", "true");
    let out = base().run().code(0);
    assert!(out.stderr.contains("::error title="));
    assert!(out.files.keys().all(|name| name.starts_with("evpack-out/")), "{:?}", out.files.keys());
    base().arg("--fail-on").arg("dns,rate-limit").run().code(1);
    base().arg("--fail-on").arg("dns").run().code(0);
    // Without a job the words are plain.
    let plain = Evpack::new(["collect", "--offline", "--ci", "-"]).stdin(FAILURE).run().code(0);
    assert!(!plain.stderr.contains("::"), "{}", plain.stderr);
}

#[test]
fn captured_text_is_no_command_for_the_vendor() {
    let hostile =
        "anthropic.APIConnectionError: x ::add-path::/evil ##vso[task.complete result=Succeeded] ##teamcity[buildStop]";
    for (vars, _) in VENDORS {
        let out = in_job(sh(&[], &format!("echo '{hostile}' >&2; exit 1")), vars).run().code(1);
        let own = out.stderr.split_once(hostile).unwrap().1;
        for command in ["::add-path::", "##vso[task.complete", "##teamcity[buildStop"] {
            assert!(!own.contains(command), "{command} in {own}");
        }
    }
}

#[test]
fn masks_come_first_and_secrets_nowhere_else() {
    let key = api_key(500);
    let script = format!("echo \"key $ANTHROPIC_API_KEY\" > /dev/null; echo \"{FAILURE}\" >&2; exit 1");
    let out = in_job(sh(&[], &script).env("ANTHROPIC_API_KEY", &key), VENDORS[0].0).run().code(1);
    let mask = format!("::add-mask::{key}\n");
    assert!(out.stderr.starts_with(&mask), "{}", out.stderr);
    let rest = out.stderr.replace(&mask, "");
    for (form, needle) in forms(&key) {
        assert!(!rest.contains(&needle), "in the log, as {form}");
        for (name, bytes) in &out.files {
            assert!(memchr::memmem::find(bytes, needle.as_bytes()).is_none(), "in {name}, as {form}");
        }
    }
    // No vendor without such a word gets the value.
    let out = in_job(sh(&[], &script).env("ANTHROPIC_API_KEY", &key), &[("JENKINS_URL", "x")]).run().code(1);
    assert!(!out.stderr.contains(&key));
}

#[test]
fn init_writes_a_snippet_for_each_vendor() {
    for vendor in ["github", "gitlab", "jenkins", "circleci", "buildkite", "azure", "bitbucket"] {
        let out = Evpack::new(["init", "--ci", vendor]).run().code(0);
        let (name, bytes) = out.only_file();
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(name.contains(vendor) && text.contains("evpack run") && text.contains("evpack-out"), "{name}");
        if vendor != "jenkins" {
            serde_yaml::from_str::<serde_yaml::Value>(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    Evpack::new(["init", "--ci", "nobody"]).run().code(2);
}
