//! The members of a zip: one folder with the packet twice, its manifest, the redaction report and the attachments.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDateTime};
use serde::Serialize;
use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use super::artifact::{Artifact, Member};
use super::visible::{Lines, visible};
use super::{RenderError, UserTemplate, markdown, to_json};

/// Entry of `manifest.json`.
#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    size: usize,
    sha256: String,
    media_type: &'static str,
}

/// `manifest.json`: what is in the archive, without anything of its content.
#[derive(Serialize)]
struct Manifest<'a> {
    schema_version: &'a Json,
    packet_id: &'a Json,
    created_at: &'a Json,
    tool: &'a Json,
    files: Vec<Entry<'a>>,
}

/// Renders all members. Names are relative to one folder `evpack-<id>/`; `manifest.json` comes last, as it names the rest.
pub(super) fn bundle(id: &str, json: &Json, template: Option<&UserTemplate>) -> Result<Artifact, RenderError> {
    let folder = format!("evpack-{id}");
    let mut members = vec![
        Member { name: "packet.md".into(), bytes: markdown::markdown(json, template)?.into_bytes() },
        Member { name: "packet.json".into(), bytes: to_json(json)?.into_bytes() },
        Member { name: "redaction.json".into(), bytes: to_json(&json["redaction"])?.into_bytes() },
    ];
    members.extend(json["attachments"].as_array().into_iter().flatten().filter_map(attachment));
    let manifest = manifest(json, &members)?;
    members.push(Member { name: "manifest.json".into(), bytes: manifest.into_bytes() });
    for member in &mut members {
        member.name = format!("{folder}/{}", member.name);
    }
    Ok(Artifact::zip(members, modified(json)?))
}

/// Attachments are shown on terminals, so what acts there is made visible; `packet.json` has the exact text.
fn attachment(attachment: &Json) -> Option<Member> {
    let text = visible(attachment["text"].as_str()?, Lines::Kept);
    let name = format!("attachments/{}", attachment["file"].as_str()?);
    Some(Member { name, bytes: text.into_owned().into_bytes() })
}

fn manifest(json: &Json, members: &[Member]) -> Result<String, RenderError> {
    fn entry(member: &Member) -> Entry<'_> {
        let Member { name, bytes } = member;
        Entry { name, size: bytes.len(), sha256: sha256(bytes), media_type: media_type(name) }
    }
    let manifest = Manifest {
        schema_version: &json["schema_version"],
        packet_id: &json["packet_id"],
        created_at: &json["created_at"],
        tool: &json["tool"],
        files: members.iter().map(entry).collect(),
    };
    Ok(to_json(&manifest)?)
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// The media type that the manifest gives to a file of that name.
#[must_use]
pub fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("md") => "text/markdown; charset=utf-8",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}

fn modified(json: &Json) -> Result<NaiveDateTime, RenderError> {
    let text = json["created_at"].as_str().unwrap_or_default();
    DateTime::parse_from_rfc3339(text).map(|at| at.naive_utc()).map_err(|_| RenderError::CreatedAt)
}
