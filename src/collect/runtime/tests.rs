//! Tests of the runtime probe as a whole.

use super::*;
use crate::collect::host::fake::FakeHost;

const PYTHON_QUESTION: &str =
    "-I -S -c import sys,ssl;print('%d.%d.%d'%sys.version_info[:3]);print(ssl.OPENSSL_VERSION)";

fn project() -> FakeHost {
    FakeHost::new()
        .var("HOME", "/home/dana")
        .var("PWD", "/home/dana/app")
        .var("PATH", "/usr/bin")
        .file("/home/dana/app/.git/HEAD", "")
}

fn scope(surface: Surface, told: &[(&'static str, &str)], run: bool) -> Scope {
    let mut scope = Scope::for_test(surface);
    scope.run_commands = run;
    let runtime = |(name, version): &(&'static str, &str)| Runtime {
        name,
        version: OrText::parse(version),
        source: Raw::text("error.log:1"),
    };
    scope.clues.runtimes = told.iter().map(runtime).collect();
    scope
}

fn find(host: &FakeHost, scope: &Scope) -> Found {
    collect(host, scope, super::super::sdk::failing_language(scope), Duration::from_secs(1))
}

fn shown(found: &Found) -> Option<(&'static str, String)> {
    found.runtime.value().map(|runtime| (runtime.name, version_text(runtime).to_owned()))
}

fn is(name: &'static str, version: &str) -> (&'static str, String) {
    (name, version.to_owned())
}

#[test]
fn the_environment_of_the_project_tells_and_not_the_first_on_the_path() {
    let host = project()
        .file("/usr/bin/python3", "")
        .file(
            "/home/dana/app/.venv/pyvenv.cfg",
            "home = /opt\nimplementation = CPython\nversion_info = 3.12.4.final.0\n",
        )
        .file("/home/dana/app/.venv/bin/python", "");
    let found = find(&host, &scope(Surface::PythonSdk, &[], false));
    assert_eq!(shown(&found), Some(is("CPython", "3.12.4")));
    assert_eq!(found.openssl.absence().map(|absence| absence.absent), Some(AbsenceReason::NotRequested));
    let line = format!("/home/dana/app/.venv/bin/python {PYTHON_QUESTION}");
    let asked = find(&host.prints(&line, "3.12.4\nOpenSSL 3.0.17 1 Jul 2025\n"), &scope(Surface::PythonSdk, &[], true));
    assert_eq!(asked.openssl.value().map(|text| text.expose().as_str()), Some("OpenSSL 3.0.17 1 Jul 2025"));
}

#[test]
fn the_input_beats_this_machine_and_a_machine_that_differs_does_not_speak_for_it() {
    let host = project()
        .file("/home/dana/app/.venv/pyvenv.cfg", "version = 3.12.4\n")
        .file("/home/dana/app/.venv/bin/python", "");
    let host = host.prints(&format!("/home/dana/app/.venv/bin/python {PYTHON_QUESTION}"), "3.12.4\nOpenSSL 3.0.17\n");
    let found = find(&host, &scope(Surface::PythonSdk, &[("CPython", "3.11.7")], true));
    assert_eq!(shown(&found), Some(is("CPython", "3.11.7")));
    assert!(!found.openssl.is_captured());
    let short = find(&host, &scope(Surface::PythonSdk, &[("CPython", "3.12")], true));
    assert_eq!(shown(&short), Some(is("CPython", "3.12.4")));
    let other = find(&host, &scope(Surface::PythonSdk, &[("CPython", "3.1")], true));
    assert_eq!(shown(&other), Some(is("CPython", "3.1")));
}

#[test]
fn the_runtime_of_another_language_in_the_input_is_not_taken() {
    let found = find(&project(), &scope(Surface::PythonSdk, &[("Node.js", "v20.20.2")], false));
    assert_eq!(shown(&found), None);
    let found = find(&project(), &scope(Surface::TypescriptSdk, &[("Node.js", "v20.20.2")], false));
    assert_eq!(shown(&found), Some(is("Node.js", "v20.20.2")));
}

#[test]
fn node_is_told_by_its_path_its_headers_or_the_pin_of_a_version_manager() {
    let unknown = scope(Surface::TypescriptSdk, &[], false);
    let path = project()
        .link("/usr/bin/node", "/home/dana/.nvm/versions/node/v22.3.0/bin/node")
        .file("/home/dana/.nvm/versions/node/v22.3.0/bin/node", "");
    assert_eq!(shown(&find(&path, &unknown)), Some(is("Node.js", "22.3.0")));
    let header = "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 20\n#define NODE_PATCH_VERSION 2\n";
    let headers = project()
        .file("/usr/bin/node", "")
        .file("/usr/include/node/node_version.h", header)
        .file("/usr/include/node/openssl/opensslv.h", "# define OPENSSL_VERSION_TEXT \"OpenSSL 3.0.17 1 Jul 2025\"\n");
    let found = find(&headers, &unknown);
    assert_eq!(shown(&found), Some(is("Node.js", "20.20.2")));
    assert_eq!(found.openssl.value().map(|text| text.expose().as_str()), Some("OpenSSL 3.0.17 1 Jul 2025"));
    let pinned =
        path.file("/home/dana/app/.nvmrc", "v20.1.0\n").file("/home/dana/.nvm/versions/node/v20.1.0/bin/node", "");
    assert_eq!(shown(&find(&pinned, &unknown)), Some(is("Node.js", "20.1.0")));
    let hint = project().file("/home/dana/app/package.json", r#"{"engines":{"node":">=20"}}"#);
    assert_eq!(shown(&find(&hint, &unknown)), Some(is("Node.js", ">=20")));
}

#[test]
fn jvm_and_go_are_told_by_the_files_of_their_installation() {
    let jvm = project()
        .link("/usr/bin/java", "/usr/lib/jvm/java-17/bin/java")
        .file("/usr/lib/jvm/java-17/bin/java", "")
        .file("/usr/lib/jvm/java-17/release", "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
    assert_eq!(shown(&find(&jvm, &scope(Surface::JavaSdk, &[], false))), Some(is("JVM", "17.0.15")));
    let go = project().file("/usr/local/go/VERSION", "go1.25.3\ntime 2025\n").var("GOROOT", "/usr/local/go");
    assert_eq!(shown(&find(&go, &scope(Surface::GoSdk, &[], false))), Some(is("Go", "1.25.3")));
}

#[test]
fn a_program_is_started_only_where_no_file_tells_and_only_where_allowed() {
    let host = project()
        .file("/usr/bin/python3", "")
        .prints(&format!("/usr/bin/python3 {PYTHON_QUESTION}"), "3.11.7\nOpenSSL 3.0.2\n");
    assert_eq!(
        find(&host, &scope(Surface::PythonSdk, &[], false)).runtime.absence().map(|a| a.absent),
        Some(AbsenceReason::NotRequested)
    );
    assert_eq!(shown(&find(&host, &scope(Surface::PythonSdk, &[], true))), Some(is("CPython", "3.11.7")));
}

#[test]
fn curl_and_claude_code_have_no_runtime_of_a_project() {
    for surface in [Surface::Curl, Surface::ClaudeCode] {
        let found = find(&project(), &scope(surface, &[], true));
        assert_eq!(
            found.runtime.absence().map(|absence| absence.absent),
            Some(AbsenceReason::NotApplicable),
            "{surface}"
        );
    }
}
