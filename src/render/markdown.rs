//! Markdown and plain text from templates: the built-in ones, and the user's own.

use std::error::Error as _;

use minijinja::{Environment, Error, ErrorKind};
use serde::Serialize;
use serde_json::Value as Json;

use super::context::{names_near, to_value};
use super::environment::environment;
use super::escape::bounded;
use super::{RenderError, to_json};
use crate::archive::block;
use crate::model::Packet;
use crate::model::packet::Shown;

/// Built-in templates that `--template` takes by name, and their files.
pub const BUILTIN_TEMPLATES: &[(&str, &str)] = &[
    ("packet", "packet.md.j2"),
    ("ticket", "ticket.md.j2"),
    ("github-issue", "github-issue.md.j2"),
    ("slack", "slack.mrkdwn.j2"),
    ("teams", "teams.md.j2"),
    ("jira", "jira.wiki.j2"),
    ("servicenow", "servicenow.journal.j2"),
    ("handoff", "handoff.md.j2"),
    ("step-summary", "step-summary.md.j2"),
    ("summary", "summary.txt.j2"),
];

/// A template for the Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserTemplate {
    /// One of [`BUILTIN_TEMPLATES`].
    Builtin(&'static str),
    /// The user's own: minijinja, with the keys of `packet.json` as its names.
    Own {
        /// Its file name, which decides the escaping: `.html`, `.md`, or plain text; a final `.j2` aside.
        name: String,
        /// Its text.
        source: String,
    },
}

impl UserTemplate {
    /// The built-in template of that name.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        BUILTIN_TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, file)| Self::Builtin(file))
    }
}

/// Text of a packet by a template; the built-in packet template where none is given.
pub(super) fn markdown(json: &Json, template: Option<&UserTemplate>) -> Result<String, RenderError> {
    match template {
        None => with_data(json, &builtin("packet.md.j2", json)?),
        Some(UserTemplate::Builtin("packet.md.j2")) => markdown(json, None),
        Some(UserTemplate::Builtin(file)) => builtin(file, json),
        Some(UserTemplate::Own { name, source }) => own(name, source, json),
    }
}

/// The Markdown of a packet that holds only what Markdown carries.
pub(super) fn partial(json: &Json) -> Result<String, RenderError> {
    with_data(json, &builtin("partial.md.j2", json)?)
}

/// The words with the block of data that `evpack show` and `evpack diff` read back. It can be reviewed as the words can.
fn with_data(json: &Json, words: &str) -> Result<String, RenderError> {
    let carried = block::CARRIED.iter().filter_map(|key| Some(((*key).to_owned(), cut(json.get(*key)?))));
    let attempts = json[block::ATTEMPTS].as_array().filter(|attempts| attempts.len() > 1).map(|attempts| {
        let last = attempts.iter().skip(attempts.len().saturating_sub(block::MOST_ATTEMPTS));
        (block::ATTEMPTS.to_owned(), last.map(cut).collect::<Json>())
    });
    let carried = carried.chain(attempts);
    let data = to_json(&Json::Object(carried.collect()))?;
    // Without the white space at the start of lines, two thirds of the size are left; each line still begins with a quote,
    // a brace, a bracket, a digit or a word of JSON, so that none closes the fence.
    let data: Vec<&str> = data.lines().map(str::trim_start).collect();
    Ok(block::append(words, "Data of this packet for evpack, redacted as the text above", &data.join("\n")))
}

/// The value with its long texts cut, so that a packet stays short whatever a log held.
fn cut(value: &Json) -> Json {
    match value {
        Json::String(text) => bounded(text).into(),
        Json::Array(items) => items.iter().map(cut).collect(),
        Json::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), cut(value))).collect(),
        other => other.clone(),
    }
}

/// The short plain text for people at a terminal: verdict, why, next step, what is missing, where the packet is.
/// `path` is where the packet was written; leave it out where it was not.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn summary<S>(packet: &Packet<S>, path: Option<&str>) -> Result<String, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    let mut json = serde_json::to_value(packet)?;
    if let (Some(path), Some(entries)) = (path, json.as_object_mut()) {
        entries.insert("packet_path".into(), path.into());
    }
    builtin("summary.txt.j2", &json)
}

/// The summary of a CI step: what decides as a table, and the packet's words folded away. `path` is where the packet is.
pub(super) fn ci_summary(mut json: Json, path: Option<&str>) -> Result<String, RenderError> {
    if let (Some(path), Some(entries)) = (path, json.as_object_mut()) {
        entries.insert("packet_path".into(), path.into());
    }
    builtin("ci-summary.md.j2", &json)
}

/// The last attempt in one line.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn attempt_line<S>(packet: &Packet<S>) -> Result<String, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    builtin("attempt.txt.j2", &serde_json::to_value(packet)?)
}

/// What was read, what is missing and what was removed, as plain text for `--verbose`.
///
/// # Errors
/// Only where a built-in template is at fault.
pub fn detail<S>(packet: &Packet<S>) -> Result<String, RenderError>
where
    S: Shown,
    S::Text: Serialize,
{
    builtin("detail.txt.j2", &serde_json::to_value(packet)?)
}

pub(super) fn builtin(file: &str, json: &Json) -> Result<String, RenderError> {
    let run = || tidy_of(&environment()?, file, json);
    run().map_err(|error| RenderError::Builtin(described(&error)))
}

fn own(name: &str, source: &str, json: &Json) -> Result<String, RenderError> {
    let fault = |error: &Error| template_error(name, source, json, error);
    let mut env = environment().map_err(|error| RenderError::Builtin(described(&error)))?;
    env.set_debug(true);
    // The file's name may be that of a built-in part, which would then replace it in `include`.
    let key = format!("your/{name}");
    env.add_template(&key, source).map_err(|error| fault(&error))?;
    unknown_names(&env, &key, json).map_or(Ok(()), |path| Err(unknown(name, source, json, &path)))?;
    tidy_of(&env, &key, json).map_err(|error| fault(&error))
}

/// The text, with runs of blank lines (left by parts that had nothing to say) as one.
fn tidy_of(env: &Environment<'_>, template: &str, json: &Json) -> Result<String, Error> {
    let text = env.get_template(template)?.render(to_value(json))?;
    Ok(tidy(&text))
}

/// One blank line at most between blocks, none at the ends; the inside of fences stays as it is.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if ticks == open && line == ticks => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        let line = if fence.is_some() { line } else { line.trim_end() };
        if line.is_empty() && fence.is_none() {
            if !blank {
                out.push('\n');
            }
            blank = true;
        } else {
            // A heading stands apart; outside fences, no captured text can begin a line with `#`.
            if fence.is_none() && line.starts_with('#') && !blank {
                out.push('\n');
            }
            out.push_str(line);
            out.push('\n');
            blank = false;
        }
    }
    out.truncate(out.trim_end_matches('\n').len());
    out.push('\n');
    out
}

/// A name that the template uses and the packet does not have, also in parts that this packet does not reach.
fn unknown_names(env: &Environment<'_>, template: &str, json: &Json) -> Option<String> {
    let known = |path: &str| {
        let top = path.split('.').next().unwrap_or(path);
        json.get(top).is_some() || env.globals().any(|(name, _)| name == top)
    };
    let mut names: Vec<String> =
        env.get_template(template).ok()?.undeclared_variables(true).into_iter().filter(|path| !known(path)).collect();
    names.sort();
    names.into_iter().next()
}

fn unknown(name: &str, source: &str, json: &Json, path: &str) -> RenderError {
    let line = source.lines().position(|line| line.contains(path)).map(|index| index + 1);
    let problem = format!("`{path}` does not exist");
    RenderError::Template { name: name.to_owned(), line, problem, hint: names_hint(json, path) }
}

fn names_hint(json: &Json, path: &str) -> String {
    let (part, names) = names_near(json, path);
    let place = if part.is_empty() { "the packet has".to_owned() } else { format!("`{part}` has") };
    format!("{place}: {}", names.join(", "))
}

/// An error of the user's template, in terms of its own source. The engine's detail may quote values, so it is used only
/// for kinds of error that come from the source.
fn template_error(name: &str, source: &str, json: &Json, error: &Error) -> RenderError {
    let expression = error.range().and_then(|range| source.get(range)).unwrap_or_default();
    let (problem, hint) = match error.kind() {
        ErrorKind::UndefinedError => (format!("`{expression}` does not exist here"), names_hint(json, expression)),
        ErrorKind::SyntaxError
        | ErrorKind::UnknownFilter
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownFunction
        | ErrorKind::UnknownMethod
        | ErrorKind::UnknownBlock => {
            (described(error), "the templates are minijinja (Jinja2 syntax); the filters of evpack are code, cell, fence, prose, line, thousands, bytes, excerpt".to_owned())
        }
        ErrorKind::TemplateNotFound => {
            ("a template that it includes does not exist".to_owned(), "only evpack's own parts can be included, such as verdict.md.j2; files cannot".to_owned())
        }
        ErrorKind::OutOfFuel => ("it takes too many steps".to_owned(), "look for a loop inside a loop".to_owned()),
        kind => (format!("{kind} at `{expression}`"), "a value that may be absent is tested first: {% if failure is captured %}".to_owned()),
    };
    RenderError::Template { name: name.to_owned(), line: error.line(), problem, hint }
}

fn described(error: &Error) -> String {
    let mut out = format!("{}", error.kind());
    if let Some(detail) = error.detail() {
        out = format!("{out}: {detail}");
    }
    if let (Some(name), Some(line)) = (error.name(), error.line()) {
        out = format!("{out} ({name}, line {line})");
    }
    match error.source().and_then(|source| source.downcast_ref::<Error>()) {
        Some(inner) => format!("{out}; {}", described(inner)),
        None => out,
    }
}
