//! The template engine: strict, without access to files, and with escaping that follows the template's name.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::chat;
use super::escape::{INLINE_LIMIT, cell, code, fence, line, prose};
use super::excerpt::excerpt;
use super::waterfall::{phases, waterfall};

/// Steps that a template may take; a packet takes a few thousand.
const FUEL: u64 = 2_000_000;

const MARKDOWN: &str = "markdown";
const PLAIN: &str = "plain";
const SLACK: &str = "slack";
const JIRA: &str = "jira";
const JOURNAL: &str = "journal";

/// All built-in templates: file name in `templates/`, and text.
pub(super) const TEMPLATES: &[(&str, &str)] = &[
    ("attempt.txt.j2", include_str!("../../templates/attempt.txt.j2")),
    ("attempts.md.j2", include_str!("../../templates/attempts.md.j2")),
    ("checklist.md.j2", include_str!("../../templates/checklist.md.j2")),
    ("ci-summary.md.j2", include_str!("../../templates/ci-summary.md.j2")),
    ("classify.txt.j2", include_str!("../../templates/classify.txt.j2")),
    ("client.md.j2", include_str!("../../templates/client.md.j2")),
    ("detail.txt.j2", include_str!("../../templates/detail.txt.j2")),
    ("diff.md.j2", include_str!("../../templates/diff.md.j2")),
    ("diff.txt.j2", include_str!("../../templates/diff.txt.j2")),
    ("evidence.md.j2", include_str!("../../templates/evidence.md.j2")),
    ("explain.txt.j2", include_str!("../../templates/explain.txt.j2")),
    ("failure.md.j2", include_str!("../../templates/failure.md.j2")),
    ("github-issue.md.j2", include_str!("../../templates/github-issue.md.j2")),
    ("handoff.md.j2", include_str!("../../templates/handoff.md.j2")),
    ("jira.wiki.j2", include_str!("../../templates/jira.wiki.j2")),
    ("network.md.j2", include_str!("../../templates/network.md.j2")),
    ("packet.md.j2", include_str!("../../templates/packet.md.j2")),
    ("page.html.j2", include_str!("../../templates/page.html.j2")),
    ("partial.md.j2", include_str!("../../templates/partial.md.j2")),
    ("probe.txt.j2", include_str!("../../templates/probe.txt.j2")),
    ("proposals.txt.j2", include_str!("../../templates/proposals.txt.j2")),
    ("redaction.md.j2", include_str!("../../templates/redaction.md.j2")),
    ("reproduction.md.j2", include_str!("../../templates/reproduction.md.j2")),
    ("route.md.j2", include_str!("../../templates/route.md.j2")),
    ("servicenow.journal.j2", include_str!("../../templates/servicenow.journal.j2")),
    ("show.md.j2", include_str!("../../templates/show.md.j2")),
    ("slack.mrkdwn.j2", include_str!("../../templates/slack.mrkdwn.j2")),
    ("step-summary.md.j2", include_str!("../../templates/step-summary.md.j2")),
    ("summary.txt.j2", include_str!("../../templates/summary.txt.j2")),
    ("teams.md.j2", include_str!("../../templates/teams.md.j2")),
    ("ticket.md.j2", include_str!("../../templates/ticket.md.j2")),
    ("timeline.md.j2", include_str!("../../templates/timeline.md.j2")),
    ("verdict.md.j2", include_str!("../../templates/verdict.md.j2")),
    ("view.txt.j2", include_str!("../../templates/view.txt.j2")),
    ("words.md.j2", include_str!("../../templates/words.md.j2")),
];

/// The engine with all built-in templates. `add` may add one more.
pub(super) fn environment<'source>() -> Result<Environment<'source>, Error> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(escaping);
    env.set_formatter(format);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(50);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_filter("code", |value: &Value, most: Option<usize>| on_text(value, |t| code(t, limit(most))));
    env.add_filter("cell", |value: &Value, most: Option<usize>| on_text(value, |t| cell(t, limit(most))));
    env.add_filter("fence", |value: &Value, info: Option<&str>| on_text(value, |t| fence(t, &language(info))));
    env.add_filter("prose", |value: &Value| on_text(value, prose));
    env.add_filter("line", |value: &Value| on_text(value, line));
    env.add_filter("waterfall", waterfall);
    env.add_filter("phases", phases);
    env.add_filter("thousands", thousands);
    env.add_filter("bytes", |bytes: u64| size(bytes));
    env.add_filter("excerpt", |attachment: &Value, kwargs: Kwargs| {
        let cut = excerpt(attachment, kwargs.get("around")?, kwargs.get("lines")?)?;
        kwargs.assert_all_used()?;
        Ok::<_, Error>(cut)
    });
    env.add_test("absent", is_absent);
    env.add_test("captured", |value: &Value| !value.is_none() && !is_absent(value));
    for (name, source) in TEMPLATES {
        env.add_template(name, source)?;
    }
    Ok(env)
}

/// Escaping by the name of the template, a final `.j2` aside.
fn escaping(name: &str) -> AutoEscape {
    let name = name.strip_suffix(".j2").unwrap_or(name);
    match name.rsplit('.').next() {
        Some("html" | "htm" | "xml") => AutoEscape::Html,
        Some("md" | "markdown") => AutoEscape::Custom(MARKDOWN.into()),
        Some("mrkdwn") => AutoEscape::Custom(SLACK.into()),
        Some("wiki") => AutoEscape::Custom(JIRA.into()),
        Some("journal") => AutoEscape::Custom(JOURNAL.into()),
        _ => AutoEscape::Custom(PLAIN.into()),
    }
}

fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let AutoEscape::Custom(kind) = state.auto_escape() else {
        return minijinja::escape_formatter(out, state, value);
    };
    match value.as_str() {
        _ if value.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
        _ if value.is_none() => Ok(()),
        Some(text) if value.is_safe() => Ok(out.write_str(text)?),
        Some(text) if *kind == MARKDOWN => Ok(out.write_str(&prose(text))?),
        Some(text) if *kind == SLACK => Ok(out.write_str(&chat::slack(text))?),
        Some(text) if *kind == JIRA => Ok(out.write_str(&chat::jira(text))?),
        Some(text) if *kind == JOURNAL => Ok(out.write_str(&chat::journal(text))?),
        Some(text) => Ok(out.write_str(&line(text))?),
        None if matches!(value.kind(), ValueKind::Number | ValueKind::Bool) => Ok(out.write_str(&value.to_string())?),
        None if is_absent(value) => Ok(out.write_str("not captured")?),
        None => {
            Err(Error::new(ErrorKind::InvalidOperation, "a list or a map has no text of its own; name a part of it"))
        }
    }
}

fn is_absent(value: &Value) -> bool {
    ["absent", "how_to_get_it"].iter().all(|key| value.get_attr(key).is_ok_and(|part| part.as_str().is_some()))
}

fn on_text(value: &Value, write: impl Fn(&str) -> String) -> Result<Value, Error> {
    let safe = |text: &str| Ok(Value::from_safe_string(write(text)));
    match value.as_str() {
        Some(text) => safe(text),
        None if value.is_number() => safe(&value.to_string()),
        None if value.is_undefined() => Err(Error::from(ErrorKind::UndefinedError)),
        None => Err(Error::new(ErrorKind::InvalidOperation, "this filter takes text or a number")),
    }
}

fn limit(most: Option<usize>) -> usize {
    most.unwrap_or(INLINE_LIMIT)
}

/// The info string of a fence: letters and digits only.
fn language(info: Option<&str>) -> String {
    info.unwrap_or("text").chars().filter(char::is_ascii_alphanumeric).collect()
}

/// A number with separators: `12,345`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size for people: `15.6 GiB`.
fn size(bytes: u64) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut scale = 1u64;
    let mut unit = 0;
    while bytes / scale >= 1024 && unit + 1 < units.len() {
        scale *= 1024;
        unit += 1;
    }
    let (whole, tenth) = (bytes / scale, bytes % scale * 10 / scale);
    if tenth == 0 { format!("{whole} {}", units[unit]) } else { format!("{whole}.{tenth} {}", units[unit]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_file_is_in_the_list() {
        #[allow(clippy::disallowed_methods)]
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap();
        let mut files: Vec<String> = folder
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        files.sort();
        assert_eq!(files, TEMPLATES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(
            (thousands(7), thousands(1234), thousands(1_234_567)),
            ("7".into(), "1,234".into(), "1,234,567".into())
        );
        assert_eq!((size(512), size(16_777_216_000), size(2048)), ("512 B".into(), "15.6 GiB".into(), "2 KiB".into()));
    }
}
