//! A packet that somebody sent, shown or in another form. It was redacted anew; here it is escaped as any captured text is.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::artifact::Artifact;
use super::visible::{Lines, visible};
use super::{RenderError, bundle, markdown, page, to_json};
use crate::model::vocabulary::Format;
use crate::redact::CleanJson;

/// Keys that templates name. Where a packet lacks one (Markdown carries only some), it is shown as absent, or as empty.
const EVIDENCE: &[&str] = &["timezone", "failure", "status", "probe"];
const LISTS: &[&str] = &["failures", "attempts", "inputs", "metadata", "attachments", "checklist"];

/// How a packet is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Plain text of 80 columns.
    Terminal,
    /// One of the forms of a packet.
    Form(Format),
    /// One HTML page that needs nothing else.
    Html,
    /// The value of one field, by its dotted path.
    Field(String),
}

/// Shows one packet.
///
/// # Errors
/// The packet lacks what the view needs, such as a known verdict; or the field holds no value.
pub fn received(clean: CleanJson, view: &View) -> Result<Artifact, RenderError> {
    // A hostile packet is large: it is handed on, never copied.
    let json = clean.into_value();
    match view {
        View::Terminal => Ok(Artifact::single(
            "packet.txt",
            page::wrapped(&markdown::builtin("view.txt.j2", &whole(json))?).into_bytes(),
        )),
        View::Html => {
            let mut json = whole(json);
            make_visible(&mut json);
            Ok(Artifact::single("packet.html", page::html(json)?.into_bytes()))
        }
        View::Form(Format::Json) => Ok(Artifact::single("packet.json", to_json(&json)?.into_bytes())),
        View::Form(Format::Markdown) if is_partial(&json) => {
            Ok(Artifact::single("packet.md", markdown::partial(&whole(json))?.into_bytes()))
        }
        View::Form(Format::Zip) if is_partial(&json) => Err(RenderError::Shape("rest")),
        View::Form(Format::Markdown) => {
            Ok(Artifact::single("packet.md", markdown::markdown(&whole(json), None)?.into_bytes()))
        }
        View::Form(Format::Zip) => {
            let id = json["packet_id"].as_str().filter(|id| is_id(id)).ok_or(RenderError::Shape("packet_id"))?;
            let id = id.to_owned();
            bundle::bundle(&id, &named_safely(whole(json)), None)
        }
        View::Field(path) => {
            let value = crate_field(&json, path).ok_or(RenderError::Shape("field"))?;
            let text = match value {
                Json::String(text) => visible(text, Lines::Kept).into_owned() + "\n",
                other => to_json(other)?,
            };
            Ok(Artifact::single("field.txt", text.into_bytes()))
        }
    }
}

/// One line for each packet: what there is to tell a stack of them apart.
///
/// # Errors
/// None today.
pub fn table(packets: &[(String, CleanJson)]) -> Result<Artifact, RenderError> {
    let head = ["packet", "made", "branch", "cause", "reached", "request id"].map(str::to_owned);
    let mut rows = vec![head];
    for (name, packet) in packets {
        let json = packet.value();
        let text = |pointer: &str| json.pointer(pointer).and_then(Json::as_str).map_or("-".to_owned(), cell);
        let made: String = text("/created_at").chars().take(16).collect();
        rows.push([
            cell(name),
            made,
            text("/verdict/branch"),
            text("/verdict/cause"),
            text("/verdict/reached_api"),
            text("/failure/request_id"),
        ]);
    }
    let mut out = String::new();
    for row in &rows {
        let mut line = String::new();
        for (column, text) in row.iter().enumerate() {
            let width = rows.iter().map(|row| page::width(&row[column])).max().unwrap_or(0);
            line.push_str(text);
            line.push_str(&" ".repeat(width + 2 - page::width(text)));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    Ok(Artifact::single("table.txt", out.into_bytes()))
}

/// A cell of a table: one line, and no word in it is what a spreadsheet takes for a formula when the table is pasted there, whether it
/// splits the line at its columns or at every space.
fn cell(text: &str) -> String {
    let text = visible(text, Lines::Joined);
    let text: String = text.chars().take(40).collect();
    let starts_formula = |word: &str| word.starts_with(['=', '+', '@']) || (word.starts_with('-') && word.len() > 1);
    let words = text.split(' ').map(|word| if starts_formula(word) { format!("'{word}") } else { word.to_owned() });
    words.collect::<Vec<_>>().join(" ")
}

fn crate_field<'a>(json: &'a Json, path: &str) -> Option<&'a Json> {
    let pointer = if path.starts_with('/') { path.to_owned() } else { format!("/{}", path.replace('.', "/")) };
    json.pointer(&pointer).filter(|value| !value.is_null() && value.get("how_to_get_it").is_none())
}

/// Whether only the keys that Markdown carries are there.
fn is_partial(json: &Json) -> bool {
    ["host", "network_env", "reproduction", "redaction"].iter().any(|key| json.get(key).is_none())
}

fn is_id(id: &str) -> bool {
    id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The packet with all keys that templates name.
fn whole(json: Json) -> Json {
    let mut entries = match json {
        Json::Object(entries) => entries,
        _ => Map::new(),
    };
    for key in EVIDENCE {
        entries.entry(*key).or_insert_with(not_carried);
    }
    for key in LISTS {
        entries.entry(*key).or_insert_with(|| Json::Array(Vec::new()));
    }
    entries.entry("note").or_insert(Json::Null);
    entries.entry("redaction").or_insert_with(
        || serde_json::json!({"entries": [], "counts": {}, "rules": "", "verified": true, "not_removed_blindly": []}),
    );
    Json::Object(entries)
}

fn not_carried() -> Json {
    serde_json::json!({
        "absent": "not-in-input",
        "how_to_get_it": "ask the sender for the JSON or zip form: Markdown does not carry it",
    })
}

/// File names of attachments are the packet's own, so they are made anew.
fn named_safely(mut json: Json) -> Json {
    let attachments = json.get_mut("attachments").and_then(Json::as_array_mut);
    // What is no object has no name to be made safe, and is no file of the zip.
    let objects = attachments.into_iter().flatten().filter_map(Json::as_object_mut);
    for (index, attachment) in objects.enumerate() {
        let name = attachment.get("file").and_then(Json::as_str).unwrap_or_default();
        let plain = name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if !(plain && name.starts_with(&format!("{:02}-", index + 1)) && name.strip_suffix(".txt").is_some()) {
            attachment.insert("file".to_owned(), format!("{:02}-excerpt.txt", index + 1).into());
        }
    }
    json
}

/// Makes every text visible: the HTML escaping of the engine leaves characters that reorder or hide.
fn make_visible(json: &mut Json) {
    match json {
        Json::String(text) => {
            if let Cow::Owned(shown) = visible(text, Lines::Kept) {
                *text = shown;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(make_visible),
        Json::Object(entries) => {
            if entries.keys().any(|key| matches!(visible(key, Lines::Joined), Cow::Owned(_))) {
                let named = std::mem::take(entries).into_iter();
                *entries = named.map(|(key, value)| (visible(&key, Lines::Joined).into_owned(), value)).collect();
            }
            entries.values_mut().for_each(make_visible);
        }
        _ => {}
    }
}
