//! What collection would read, list and run, for `--dry-run`.

use std::sync::Arc;

use super::host::{Host, Recorder, Touch};
use super::path::{self, PathParts};
use super::{Scene, Scope, collect};

/// Everything that [`collect`] touches on this machine with this scope, and the scene as far as it is known without running
/// a program.
///
/// It is true by construction: collection itself runs, against a host that notes what it touches, starts no program and
/// leaves the files as they are. Which files matter depends on what others say, so the local files are read to learn that.
pub fn survey(host: Arc<dyn Host>, scope: &Scope) -> (Vec<Touch>, Scene) {
    let recorder = Arc::new(Recorder::dry(host));
    let host = Arc::clone(&recorder) as Arc<dyn Host>;
    let scene = collect(Arc::clone(&host), Arc::new(scope.clone()));
    let parts = PathParts { scene: scene.clone(), failure: None, command: None, network: false };
    let _ = path::read(&host, scope, parts);
    (recorder.touches(), scene)
}
