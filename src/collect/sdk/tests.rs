//! Tests of the SDK probe as a whole, with the files that real package managers write.

use super::*;
use crate::collect::host::fake::FakeHost;

fn project() -> FakeHost {
    FakeHost::new().var("HOME", "/home/dana").var("PWD", "/home/dana/app").file("/home/dana/app/.git/HEAD", "")
}

fn clue(language: Language, package: &str, version: &str) -> Sdk<Collected> {
    Sdk {
        language,
        package: Raw::text(package),
        version: Evidence::captured(OrText::parse(version), Provenance::input("error.log", 4)),
        source: Raw::text("error.log:4"),
        installed: true,
    }
}

fn version(found: &Found) -> Option<String> {
    let version = found.sdk.value()?.version.value()?;
    Some(match version {
        OrText::Safe(version) => version.as_str().to_owned(),
        OrText::Text(text) => text.expose().clone(),
    })
}

fn find(host: &FakeHost, surface: Surface) -> Found {
    collect(host, &Scope::for_test(surface))
}

#[test]
fn what_was_loaded_beats_what_is_installed_and_the_difference_is_said() {
    let host = project()
        .file("/home/dana/app/.venv/pyvenv.cfg", "version = 3.11.7\n")
        .file(
            "/home/dana/app/.venv/lib/python3.11/site-packages/anthropic/_version.py",
            "__title__ = \"anthropic\"\n__version__ = \"0.71.0\"  # x-release\n",
        )
        .file("/home/dana/app/uv.lock", "[[package]]\nname = \"anthropic\"\nversion = \"2.12.0\"\n");
    let installed = find(&host, Surface::PythonSdk);
    assert_eq!(version(&installed).as_deref(), Some("0.71.0"));
    let words = installed.disagreement.unwrap();
    assert!(words.expose().contains("uv.lock asks for 2.12.0"), "{}", words.expose());
    let mut scope = Scope::for_test(Surface::PythonSdk);
    scope.clues.sdks = vec![clue(Language::Python, "anthropic", "2.11.0")];
    let loaded = collect(&host, &scope);
    assert_eq!(version(&loaded).as_deref(), Some("2.11.0"));
    assert!(loaded.disagreement.unwrap().expose().contains("_version.py has 0.71.0"));
    assert_eq!(loaded.sources.len(), 3);
}

#[test]
fn an_sdk_of_another_language_is_never_the_failing_one() {
    let host = project().file("/home/dana/app/node_modules/@anthropic-ai/sdk/package.json", r#"{"version":"1.12.0"}"#);
    for surface in [Surface::PythonSdk, Surface::ClaudeCode, Surface::Curl, Surface::Other, Surface::GoSdk] {
        assert!(!find(&host, surface).sdk.is_captured(), "{surface}");
    }
    assert_eq!(find(&host, Surface::ClaudeCode).sdk.absence().map(|a| a.absent), Some(AbsenceReason::NotApplicable));
    assert_eq!(version(&find(&host, Surface::TypescriptSdk)).as_deref(), Some("1.12.0"));
    assert_eq!(version(&find(&host, Surface::Unknown)).as_deref(), Some("1.12.0"));
    let two = host.file("/home/dana/app/go.mod", "require github.com/anthropics/anthropic-sdk-go v1.60.0\n");
    assert!(!find(&two, Surface::Unknown).sdk.is_captured());
}

#[test]
fn every_lock_file_of_node_is_read() {
    for (text, found) in [
        (
            "{\n  \"packages\": {\n    \"\": {\"dependencies\": {\"@anthropic-ai/sdk\": \"^1.0.0\"}},\n    \"node_modules/@anthropic-ai/sdk\": {\n      \"version\": \"1.12.0\",\n",
            "1.12.0",
        ),
        ("{\n  \"dependencies\": {\n    \"@anthropic-ai/sdk\": {\n      \"version\": \"0.20.1\",\n", "0.20.1"),
        ("\"@anthropic-ai/sdk@^0.65.0\":\n  version \"0.65.0\"\n", "0.65.0"),
        ("\"@anthropic-ai/sdk@npm:^0.65.0\":\n  version: 0.65.2\n", "0.65.2"),
        ("packages:\n\n  '@anthropic-ai/sdk@1.12.0':\n    resolution: {integrity: sha512-x}\n", "1.12.0"),
        ("packages:\n\n  /@anthropic-ai/sdk/0.20.0:\n", "0.20.0"),
        ("  \"packages\": {\n    \"@anthropic-ai/sdk\": [\"@anthropic-ai/sdk@1.2.3\", \"\", {}, \"sha\"],\n", "1.2.3"),
        (
            "  \"specifiers\": {\n    \"npm:@anthropic-ai/sdk@^1\": \"1.4.0\"\n  },\n  \"npm\": {\n    \"@anthropic-ai/sdk@1.4.0\": {\n",
            "1.4.0",
        ),
    ] {
        assert_eq!(node::locked(text, "@anthropic-ai/sdk"), Some(found), "{text}");
    }
    assert_eq!(node::locked("\"@anthropic-ai/sdk\": \"^1.0.0\"", "@anthropic-ai/sdk"), None);
}

#[test]
fn requirements_are_read_in_each_form() {
    for (text, found) in [
        ("httpx\nanthropic==2.12.0\n", Some("2.12.0")),
        ("anthropic[bedrock]>=0.40,<1  # why\n", Some(">=0.40,<1")),
        ("dependencies = [\n  \"anthropic>=2\",\n]\n", Some(">=2")),
        ("anthropic = \"^0.40\"\n", Some("^0.40")),
        ("anthropic = {version = \"^0.40\", extras = [\"vertex\"]}\n", Some("^0.40")),
        ("  - anthropic=0.39.0\n", Some("0.39.0")),
        ("anthropic==2.1.0 --hash=sha256:x\n", Some("2.1.0")),
        ("anthropic-tools==1\nanthropic_x==2\n", None),
        ("anthropic\n", None),
    ] {
        assert_eq!(python::requirement(text), found, "{text}");
    }
}

#[test]
fn go_java_csharp_ruby_and_php_are_found() {
    let host = project().file(
        "/home/dana/app/go.mod",
        "module x\n\nrequire (\n\tgithub.com/anthropics/anthropic-sdk-go v1.60.0\n\tgithub.com/x/y v0.1.0\n)\n",
    );
    assert_eq!(version(&find(&host, Surface::GoSdk)).as_deref(), Some("1.60.0"));
    let pom = "<project><properties><a.version>2.57.0</a.version></properties><dependencies><dependency><groupId>com.anthropic</groupId><artifactId>anthropic-java</artifactId><version>${a.version}</version></dependency></dependencies></project>";
    assert_eq!(
        version(&find(&project().file("/home/dana/app/pom.xml", pom), Surface::JavaSdk)).as_deref(),
        Some("2.57.0")
    );
    let gradle = project().file(
        "/home/dana/app/build.gradle.kts",
        "dependencies {\n implementation(\"com.anthropic:anthropic-java:2.57.1\")\n}\n",
    );
    assert_eq!(version(&find(&gradle, Surface::JavaSdk)).as_deref(), Some("2.57.1"));
    let toml = "[versions]\nclaude = \"2.50.0\"\n[libraries]\nx = \"a:b:1\"\nclaude = { module = \"com.anthropic:anthropic-java\", version.ref = \"claude\" }\n";
    assert_eq!(
        version(&find(&project().file("/home/dana/app/gradle/libs.versions.toml", toml), Surface::JavaSdk)).as_deref(),
        Some("2.50.0")
    );
    let csproj = "<Project><ItemGroup><PackageReference Include=\"Anthropic.SDK\" Version=\"5.0\"/><PackageReference Include=\"Anthropic\" Version=\"10.1.0\"/></ItemGroup></Project>";
    assert_eq!(
        version(&find(&project().file("/home/dana/app/App.csproj", csproj), Surface::Unknown)).as_deref(),
        Some("10.1.0")
    );
    let gems = "GEM\n  specs:\n    anthropic (1.2.0)\n      connection_pool\n    other (1.0)\n      anthropic (>= 1)\n";
    assert_eq!(
        version(&find(&project().file("/home/dana/app/Gemfile.lock", gems), Surface::Unknown)).as_deref(),
        Some("1.2.0")
    );
    let composer = r#"{"packages": [{"name": "anthropic-ai/sdk", "version": "0.3.0"}]}"#;
    assert_eq!(
        version(&find(&project().file("/home/dana/app/composer.lock", composer), Surface::Unknown)).as_deref(),
        Some("0.3.0")
    );
}

#[test]
fn a_lost_probe_leaves_what_the_input_says() {
    let mut scope = Scope::for_test(Surface::PythonSdk);
    assert_eq!(
        Found::lost(&scope, AbsenceReason::TimedOut).sdk.absence().map(|a| a.absent),
        Some(AbsenceReason::TimedOut)
    );
    scope.clues.sdks = vec![clue(Language::Python, "anthropic", "2.11.0")];
    assert_eq!(version(&Found::lost(&scope, AbsenceReason::TimedOut)).as_deref(), Some("2.11.0"));
}
