//! What a packet, or the log of a failure, tells of the client that failed, for a probe to go its way.

use std::path::Path;

use serde_json::Value;

use super::target;
use crate::archive;
use crate::collect::claude_code::settings;
use crate::collect::host::Host;
use crate::collect::vars::Vars;
use crate::collect::{Scope, inputs, route};
use crate::error::Error;
use crate::ingest::{self, Ingested};
use crate::model::client::Runtime;
use crate::model::probe::ProbeClient;
use crate::model::vocabulary::Surface;
use crate::model::{Collected, OrText, Raw};
use crate::net;

/// The failing client, as far as the evidence tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The client whose rules are to be followed.
    pub client: Option<ProbeClient>,
    /// Its base URL, where it is one that may be asked.
    pub url: Option<Raw<String>>,
    /// Version of Node, where the client runs on it.
    pub runtime: Option<String>,
}

/// Reads a packet in any form, or a log.
///
/// # Errors
/// The file cannot be used.
pub fn told(path: &Path, host: &dyn Host) -> Result<Told, Error> {
    let packet = if path.as_os_str() == "-" { None } else { archive::read_if_packet(path)? };
    match packet {
        Some(received) => Ok(of_packet(received.value())),
        None => Ok(of_log(&ingest::ingest(&inputs::read(&[path.to_path_buf()])?.texts), host)),
    }
}

fn of_packet(packet: &Value) -> Told {
    let text = |pointer: &str| packet.pointer(pointer).and_then(Value::as_str);
    let surface = text("/client/surface").unwrap_or_default();
    let surface = Surface::ALL.iter().find(|known| known.word() == surface);
    let is_node = text("/client/runtime/name") == Some("Node.js");
    Told {
        client: surface.and_then(|surface| client(*surface)),
        // A host that was hidden is no name, and is not asked.
        url: text("/route/base_url").and_then(target::probed).map(Raw::new),
        runtime: text("/client/runtime/version").filter(|_| is_node).map(str::to_owned),
    }
}

fn of_log(ingested: &Ingested, host: &dyn Host) -> Told {
    let failed = ingested.failures.last().map(|failure| failure.surface).filter(|one| *one != Surface::Unknown);
    let named = ingested.clues.surfaces.last().map(|seen| seen.value);
    let surface = failed.or(named).unwrap_or(Surface::Unknown);
    let shows_url = !ingested.clues.urls.is_empty() || !ingested.clues.gateways.is_empty();
    let settings = settings::read(host);
    let vars = Vars { host, settings: &settings, surface };
    let scope = Scope { clues: ingested.clues.clone(), ..Scope::bare(surface) };
    let base = route::collect(&vars, &scope).base_url.value().filter(|_| shows_url).cloned();
    Told {
        client: client(surface),
        url: base.and_then(|url| target::probed(url.expose())).map(Raw::new),
        runtime: ingested.clues.runtimes.iter().rev().find_map(node_version),
    }
}

/// Version of Node, where the runtime is it.
pub(super) fn node_version(runtime: &Runtime<Collected>) -> Option<String> {
    let version = match &runtime.version {
        OrText::Safe(version) => version.as_str().to_owned(),
        OrText::Text(text) => text.expose().clone(),
    };
    (runtime.name == "Node.js").then_some(version)
}

/// The client of a surface; none where the evidence names none of those that a probe can follow.
fn client(surface: Surface) -> Option<ProbeClient> {
    (surface == Surface::PythonSdk || net::client_of(surface) != ProbeClient::Python).then(|| net::client_of(surface))
}
