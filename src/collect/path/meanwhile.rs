//! The path before a command and after it: what changed while it ran says that no retry can be compared with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{PathParts, read};
use crate::collect::host::Host;
use crate::collect::probe::{self, Pending};
use crate::collect::{Scope, collect};
use crate::model::Raw;
use crate::model::path::{PathReading, Reading};
use crate::model::vocabulary::Surface;

/// How long a look may take; one that takes longer is not compared.
const LIMIT: Duration = Duration::from_secs(5);

/// The path as it was before a command.
pub struct Before {
    host: Arc<dyn Host>,
    scope: Scope,
    command: Vec<String>,
    seen: Pending<Vec<PathReading>>,
    started: Instant,
}

impl Before {
    /// Looks at the path, beside what follows. It starts no program and contacts nothing, so the answer of DNS is not looked at.
    #[must_use]
    pub fn look(host: Arc<dyn Host>, command: Vec<String>) -> Self {
        let program = command.first().map(|word| word.rsplit(['/', '\\']).next().unwrap_or(word));
        let surface = match program {
            Some("claude") => Surface::ClaudeCode,
            Some("curl") => Surface::Curl,
            Some(name) if name.starts_with("python") || name == "pytest" => Surface::PythonSdk,
            Some("node" | "npm" | "npx" | "vitest") => Surface::TypescriptSdk,
            _ => Surface::Unknown,
        };
        let scope = Scope::bare(surface);
        let (own_host, own_scope, own_command) = (Arc::clone(&host), scope.clone(), command.clone());
        let seen = probe::start("before", move || readings(&own_host, &own_scope, &own_command));
        Self { host, scope, command, seen, started: Instant::now() }
    }

    /// Waits until the look is over, where nothing may change before that.
    #[must_use]
    pub fn settled(self) -> Self {
        let readings = self.seen.wait(self.started + LIMIT).unwrap_or_default();
        Self { seen: probe::start("settled", move || readings), ..self }
    }

    /// Looks again in the same way, and gives the names of the variables that changed.
    #[must_use]
    pub fn changed(self) -> Vec<String> {
        let before = self.seen.wait(Instant::now() + LIMIT).unwrap_or_default();
        if before.is_empty() {
            return Vec::new();
        }
        differing(&before, &readings(&self.host, &self.scope, &self.command))
    }
}

fn readings(host: &Arc<dyn Host>, scope: &Scope, command: &[String]) -> Vec<PathReading> {
    let scene = collect(Arc::clone(host), Arc::new(scope.clone()));
    let command = Some(command.iter().map(|word| Raw::text(word.as_str())).collect());
    read(host, scope, PathParts { scene, failure: None, command, network: false })
}

/// Variables that both looks saw and that are not the same.
fn differing(before: &[PathReading], after: &[PathReading]) -> Vec<String> {
    let unseen = |reading: &Reading| matches!(reading, Reading::Unknown(_));
    let changed = after.iter().filter(|now| {
        before
            .iter()
            .find(|old| old.name == now.name)
            .is_some_and(|old| old.reading != now.reading && !unseen(&old.reading) && !unseen(&now.reading))
    });
    changed.map(|reading| reading.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AbsenceReason;

    #[test]
    fn only_what_both_looks_saw_can_differ() {
        let reading = |name: &str, reading| PathReading { name: name.to_owned(), reading };
        let set = |text: &str| Reading::Set(Raw::text(text));
        let before = [reading("a", set("1")), reading("b", set("1")), reading("c", Reading::Unset)];
        let after = [
            reading("a", set("2")),
            reading("b", Reading::Unknown(AbsenceReason::TimedOut)),
            reading("c", set("1")),
            reading("d", set("1")),
        ];
        assert_eq!(differing(&before, &after), ["a", "c"]);
        assert!(differing(&before, &before).is_empty());
    }
}
