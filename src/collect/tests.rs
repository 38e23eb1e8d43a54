//! Tests of the whole collection: a machine that answers, and machines that do not.

use super::*;
use crate::model::{AbsenceReason, IdentityKind};
use host::Recorder;
use host::fake::{FakeHost, Trouble};

fn machine() -> FakeHost {
    FakeHost {
        timezone: Some("Europe/Berlin".into()),
        interfaces: vec!["lo".into(), "wg0".into()],
        facts: host::SystemFacts {
            hostname: Some(Raw::text("build-7.corp.example")),
            cpus: Some(8),
            ..host::SystemFacts::default()
        },
        ..FakeHost::new()
    }
    .var("HOME", "/home/dana")
    .var("USER", "dana")
    .var("PWD", "/home/dana/app")
    .var("PATH", "/usr/bin")
    .var("HTTPS_PROXY", "http://dana:hush-hush@proxy.corp:8080")
    .var("ANTHROPIC_API_KEY", format!("sk-ant-{}", "api03-short"))
    .file("/home/dana/app/.git/HEAD", "")
    .file("/home/dana/app/.venv/pyvenv.cfg", "version = 3.12.4\n")
    .file("/home/dana/app/.venv/bin/python", "")
    .file("/home/dana/app/.venv/lib/python3.12/site-packages/anthropic/_version.py", "__version__ = \"2.12.0\"\n")
    .file("/home/dana/.claude/settings.json", r#"{"env":{"NODE_EXTRA_CA_CERTS":"/etc/corp.pem"}}"#)
    .file("/etc/corp.pem", "not a certificate")
    .file("/etc/resolv.conf", "nameserver 10.0.0.2\nsearch corp.example\n")
}

fn run(host: FakeHost, scope: Scope) -> (Scene, Duration) {
    let start = Instant::now();
    let scene = collect(Arc::new(host), Arc::new(scope));
    (scene, start.elapsed())
}

fn scope() -> Scope {
    Scope { run_commands: true, ..Scope::for_test(Surface::PythonSdk) }
}

#[test]
fn a_machine_that_answers_is_seen_whole() {
    let (scene, _) = run(machine(), scope());
    assert!(scene.timezone.is_captured() && scene.client.sdk.is_captured() && scene.client.runtime.is_captured());
    assert_eq!(scene.client.auth.value().map(|auth| auth.method), Some("api-key"));
    assert_eq!(scene.route.marks.len(), 2);
    assert_eq!(scene.host.cpus.value(), Some(&8));
    assert_eq!(scene.network_env.ca_files.len(), 1);
    assert!(scene.network_env.risks.iter().any(|risk| risk.expose().contains("NODE_EXTRA_CA_CERTS")));
    assert!(scene.sensitive.values.iter().any(|value| value.value.expose() == "hush-hush"));
    for (name, kind) in [
        ("build-7", IdentityKind::HostName),
        ("corp.example", IdentityKind::Domain),
        ("/home/dana", IdentityKind::HomePath),
    ] {
        assert!(scene.sensitive.identities.iter().any(|one| one.value.expose() == name && one.kind == kind), "{name}");
    }
}

#[test]
fn hanging_files_cost_their_own_evidence_and_no_more_time_than_the_budget() {
    let host = machine()
        .trouble("/home/dana/.claude/settings.json", Trouble::Hangs)
        .trouble("/etc/resolv.conf", Trouble::Hangs)
        .trouble("/home/dana/app/.venv/lib/python3.12/site-packages/anthropic/_version.py", Trouble::Hangs);
    let host = host.var("SSL_CERT_FILE", "/slow.pem").file("/slow.pem", "").trouble("/slow.pem", Trouble::Hangs);
    let host = host.file("/slow.key", "x").trouble("/slow.key", Trouble::Hangs);
    let budget = Duration::from_millis(300);
    let (scene, took) = run(host, Scope { budget, credential_files: vec!["/slow.key".into()], ..scope() });
    assert!(took < budget + Duration::from_millis(300), "{took:?}");
    assert_eq!(scene.network_env.resolver.absence().map(|a| a.absent), Some(AbsenceReason::TimedOut));
    assert_eq!(scene.client.sdk.absence().map(|a| a.absent), Some(AbsenceReason::TimedOut));
    assert_eq!(scene.network_env.ca_files[0].certificates.absence().map(|a| a.absent), Some(AbsenceReason::TimedOut));
    assert!(scene.network_env.risks.iter().any(|risk| risk.expose().contains("/slow.key was not read (timed-out)")));
    assert!(scene.timezone.is_captured() && scene.client.auth.is_captured());
    assert!(scene.sensitive.values.iter().any(|value| value.value.expose() == "hush-hush"));
}

#[test]
fn panics_and_refusals_are_recorded_and_stop_nothing() {
    let host = FakeHost { system_trouble: Some(Trouble::Panics), ..machine() }
        .trouble("/etc/resolv.conf", Trouble::Denied)
        .trouble("/home/dana/app/.venv/pyvenv.cfg", Trouble::Panics);
    let (scene, _) = run(host, scope());
    assert_eq!(scene.host.kernel.absence().map(|a| a.absent), Some(AbsenceReason::Failed));
    assert_eq!(scene.network_env.resolver.absence().map(|a| a.absent), Some(AbsenceReason::Denied));
    assert_eq!(scene.client.runtime.absence().map(|a| a.absent), Some(AbsenceReason::Failed));
    assert!(scene.timezone.is_captured() && scene.client.sdk.is_captured());
}

#[test]
fn the_survey_names_what_a_real_run_touches() {
    let recorder = Arc::new(Recorder::new(Arc::new(machine())));
    let _ = collect(Arc::clone(&recorder) as Arc<dyn Host>, Arc::new(scope()));
    let (surveyed, _) = survey(Arc::new(machine()), &scope());
    for touch in recorder.touches() {
        assert!(surveyed.contains(&touch), "{}", touch.what.expose());
    }
    assert!(surveyed.iter().any(|touch| touch.kind == TouchKind::Run));
    assert!(surveyed.iter().any(|touch| touch.what.expose() == "/etc/resolv.conf"));
    assert!(surveyed.iter().all(|touch| !touch.what.expose().contains(".netrc")));
}

#[test]
fn this_machine_is_collected_in_time() {
    let scope = Scope { budget: Duration::from_secs(3), ..Scope::for_test(Surface::Unknown) };
    let start = Instant::now();
    let scene = collect(Arc::new(SystemHost), Arc::new(scope));
    assert!(start.elapsed() < Duration::from_secs(3));
    assert!(scene.host.cpus.is_captured());
}
