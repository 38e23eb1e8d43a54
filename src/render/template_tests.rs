//! User templates: strict on unknown names, without files, with limits, and with errors that name line and remedy.

use super::sample::{self, Toy, shown};
use super::*;

fn packet() -> Packet<Toy> {
    shown(sample::all().swap_remove(0).1, &|text| text)
}

fn with(name: &str, source: &str) -> Result<String, RenderError> {
    let template = UserTemplate::Own { name: name.into(), source: source.into() };
    let artifact = render(&packet(), Format::Markdown, Some(&template))?;
    Ok(String::from_utf8(artifact.members()[0].bytes.clone()).unwrap())
}

fn fault(source: &str) -> (String, String) {
    let error = with("mine.md.j2", source).unwrap_err();
    (error.to_string(), error.hint().unwrap_or_default().to_owned())
}

#[test]
fn the_names_of_packet_json_are_the_names_of_templates() {
    let source = "{{ verdict.cause }} {{ failure.exception_class | code }}\n{% include 'redaction.md.j2' %}";
    let text = with("mine.md", source).unwrap();
    assert!(text.starts_with("tcp-refused `anthropic.APIConnectionError`\n"), "{text}");
    assert!(text.contains("## Redaction"));
}

#[test]
fn an_unknown_name_is_an_error_with_line_and_names() {
    let (error, hint) = fault("ok\n{{ verdikt.cause }}");
    assert_eq!(error, "template `mine.md.j2`, line 2: `verdikt.cause` does not exist");
    assert!(hint.starts_with("the packet has: schema_version, packet_id,"), "{hint}");
    let (error, hint) = fault("{{ verdict.kause }}");
    assert_eq!(error, "template `mine.md.j2`, line 1: `verdict.kause` does not exist here");
    assert!(hint.starts_with("`verdict` has: branch, cause,"), "{hint}");
    // Also where this packet does not go.
    assert!(fault("{% if false %}\n{{ nonsense }}{% endif %}").0.contains("line 2: `nonsense` does not exist"));
}

#[test]
fn mistakes_in_syntax_filters_and_includes_are_named() {
    assert!(
        fault("a\n{% if %}").0.starts_with("template `mine.md.j2`, line 2: syntax error"),
        "{:?}",
        fault("a\n{% if %}")
    );
    let (error, hint) = fault("{{ verdict.cause | shout }}");
    assert!(error.contains("shout") && hint.contains("code, cell, fence"), "{error} {hint}");
    let (error, hint) = fault("{% include '/etc/hostname' %}");
    assert!(error.contains("does not exist") && hint.contains("files cannot"), "{error} {hint}");
    assert!(fault("{{ verdict }}").0.contains("line 1"), "{:?}", fault("{{ verdict }}"));
}

#[test]
fn a_template_that_never_ends_is_stopped() {
    let (error, _) = fault("{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}");
    assert!(error.contains("too many steps"), "{error}");
}

#[test]
fn escaping_follows_the_name() {
    let source = "{{ '<b> *x*' }}";
    assert_eq!(with("a.md", source).unwrap(), "\\<b\\> \\*x\\*\n");
    assert_eq!(with("a.txt", source).unwrap(), "<b> *x*\n");
    assert_eq!(with("a.html.j2", source).unwrap(), "&lt;b&gt; *x*\n");
}

#[test]
fn builtin_names_are_known() {
    assert!(UserTemplate::builtin("ticket").is_some() && UserTemplate::builtin("nonsense").is_none());
    for (_, file) in BUILTIN_TEMPLATES {
        assert!(render(&packet(), Format::Markdown, Some(&UserTemplate::Builtin(file))).is_ok());
    }
}
