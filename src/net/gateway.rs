//! A gateway's own health paths, asked over the same way as the request.

use serde::Deserialize;

use super::fault::Clock;
use super::http::{Answer, BODY_LIMIT};
use super::way::Way;
use crate::collect::host::Host;
use crate::model::probe::{GatewayFacts, HealthPath};
use crate::model::safe::HttpStatus;
use crate::model::{Collected, Raw};

#[derive(Debug, Deserialize)]
struct Kind {
    #[serde(rename = "kind")]
    name: String,
    marks: Vec<String>,
    paths: Vec<Path>,
}

#[derive(Clone, Debug, Deserialize)]
struct Path {
    path: String,
    meaning: String,
}

fn kinds() -> Vec<Kind> {
    crate::data::read(data!("net/gateways")).unwrap_or_default()
}

/// The kind of gateway whose mark an answer has.
fn kind_of(answer: Option<&Answer>, kinds: &[Kind]) -> Option<String> {
    let answer = answer?;
    let marked = |kind: &&Kind| {
        kind.marks.iter().any(|mark| answer.headers.iter().any(|(name, _)| name.starts_with(mark.as_str())))
    };
    kinds.iter().find(marked).map(|kind| kind.name.clone())
}

/// Asks the health paths of the gateway's kind, or all that are known where no mark was seen.
pub(crate) async fn ask(way: &Way, answer: Option<&Answer>, clock: Clock, host: &dyn Host) -> GatewayFacts<Collected> {
    let kinds = kinds();
    let kind = kind_of(answer, &kinds);
    let wanted = |one: &&Kind| kind.as_ref().is_none_or(|kind| *kind == one.name || one.name == "any");
    let paths: Vec<Path> = kinds.iter().filter(wanted).flat_map(|one| one.paths.clone()).collect();
    let mut health = Vec::new();
    for path in paths {
        let request = way.request(hyper::Method::GET, &path.path, "", BODY_LIMIT);
        let met = way.go(&request, clock, host).await;
        let status = met.answer.as_ref().and_then(|answer| HttpStatus::new(answer.status));
        let detail = match (&met.fault, status) {
            (Some((phase, fault)), _) => format!("{}: {}", phase.word(), fault.detail.expose()),
            (None, Some(status)) if status.code() == 200 => path.meaning.clone(),
            (None, Some(status)) => format!("answered with {status}"),
            (None, None) => "no usable answer".to_owned(),
        };
        health.push(HealthPath { path: path.path, meaning: path.meaning, status, detail: Raw::new(detail) });
    }
    GatewayFacts { kind, health }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_loads_and_every_path_is_one() {
        let kinds = kinds();
        assert!(kinds.len() >= 4);
        assert!(
            kinds
                .iter()
                .flat_map(|kind| &kind.paths)
                .all(|path| path.path.starts_with('/') && !path.meaning.is_empty())
        );
    }
}
