//! What collection would read, list and run, for `--dry-run`.

use std::sync::Arc;

use super::host::{Host, Recorder, Touch};
use super::{Scene, Scope, collect};

/// Everything that [`collect`] touches on this machine with this scope, and the scene as far as it is known without running
/// a program.
///
/// It is true by construction: collection itself runs, against a host that notes what it touches, starts no program and
/// leaves the files as they are. Which files matter depends on what others say, so the local files are read to learn that.
pub fn survey(host: Arc<dyn Host>, scope: &Scope) -> (Vec<Touch>, Scene) {
    let recorder = Arc::new(Recorder::dry(host));
    let scene = collect(Arc::clone(&recorder) as Arc<dyn Host>, Arc::new(scope.clone()));
    (recorder.touches(), scene)
}
