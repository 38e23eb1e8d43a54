//! The templates of tickets, chats and hand-offs, each with text in it that would act where it is pasted.

use super::support::{Evpack, capture, secret};

const NAMES: &[&str] =
    &["ticket", "github-issue", "slack", "teams", "jira", "servicenow", "handoff", "step-summary", "summary"];

/// What a log may hold that acts in one of the places.
const HOSTILE: &str = "anthropic.APIConnectionError: <!channel> @here {code}x{code} [a|https://evil.example] !x.png! \
                       [code]<script>alert(1)</script>[/code] |c| *b* _i_ `c` :smile: \u{1b}[31m \u{202e}x";

#[test]
fn each_template_tells_verdict_and_next_step() {
    for name in NAMES {
        let output = Evpack::new(["collect", "--offline", "-o", "-", "--template", name])
            .arg(capture("python-sdk/conn_refused.txt"))
            .run()
            .code(0);
        let text = output.text();
        assert!(text.to_lowercase().contains("refused"), "{name}: {text}");
        assert!(text.contains("Next"), "{name}: {text}");
        assert!(!text.contains("[[") && !text.contains("{{") && !text.contains("\n\n\n"), "{name}: {text}");
    }
}

#[test]
fn hostile_text_acts_in_none_of_them() {
    let key = secret::api_key(31);
    for name in NAMES {
        let output = Evpack::new(["collect", "--offline", "-o", "-", "--template", name, "-"])
            .stdin(format!("{HOSTILE} {key}\n"))
            .run()
            .code(0);
        let text = output.text();
        assert!(!text.contains(&key) && !text.contains(['\u{1b}', '\u{202e}']), "{name}: {text:?}");
        match *name {
            "slack" => {
                let outside: String = text.split('`').step_by(2).collect();
                assert!(!text.contains('<') && !outside.contains("@here") && !outside.contains("://"), "{text}");
            }
            "jira" => {
                for acting in ["{code}", "[a|", "!x.png!", "|c|", " *b*", "://", "@here"] {
                    assert!(!text.contains(acting), "{acting} in {text}");
                }
            }
            "servicenow" => assert!(!text.contains("[code]") && !text.contains("[/code]"), "{text}"),
            "summary" => {}
            _ => assert!(!outside_code(text).contains("<script>"), "{name}: {text}"),
        }
    }
}

/// The Markdown without its code.
fn outside_code(text: &str) -> String {
    let mut out = String::new();
    for event in pulldown_cmark::Parser::new(text) {
        if let pulldown_cmark::Event::Html(html) | pulldown_cmark::Event::InlineHtml(html) = event {
            out.push_str(&html);
        }
    }
    out
}

#[test]
fn an_unknown_name_lists_them_all() {
    let output = Evpack::new(["collect", "--offline", "-o", "-", "--template", "nonsense"]).run().code(2);
    for name in NAMES {
        assert!(output.stderr.contains(name), "{name} is not in {}", output.stderr);
    }
}
