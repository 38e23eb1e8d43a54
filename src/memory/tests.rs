//! The memory on a real folder.
#![allow(clippy::disallowed_methods)]

use super::*;
use crate::collect::host::fake::FakeHost;
use crate::model::Raw;

fn open(folder: &Path) -> Memory {
    Memory::open(&FakeHost::new().var("XDG_STATE_HOME", folder.to_string_lossy())).unwrap()
}

fn set(name: &str, value: &str) -> PathReading {
    PathReading { name: name.into(), reading: Reading::Set(Raw::text(value)) }
}

#[test]
fn a_record_comes_back_and_holds_no_value() {
    let dir = tempfile::tempdir().unwrap();
    let memory = open(dir.path());
    let record = memory.record("0badcafe", "2026-11-28T06:00:00Z", &[set("key identity", "canary-value-4711")], None);
    memory.keep(&record).unwrap();
    let text = std::fs::read_to_string(dir.path().join("evpack/paths/0badcafe.json")).unwrap();
    assert!(!text.contains("canary"));
    assert_eq!(open(dir.path()).recall("0badcafe", "2026-11-28T06:00:00Z"), Some(record));
    assert_eq!(memory.recall("0badcafe", "2026-11-28T06:00:01Z"), None);
    assert_eq!(memory.recall("../../../x", "2026-11-28T06:00:00Z"), None);
}

#[test]
fn marks_of_another_key_are_not_compared() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let readings = [set("user", "dana")];
    let (here, there) = (open(one.path()), open(other.path()));
    assert_eq!(here.marks(&readings), open(one.path()).marks(&readings));
    assert_ne!(here.marks(&readings), there.marks(&readings));
    here.keep(&here.record("0badcafe", "t", &readings, None)).unwrap();
    std::fs::remove_file(one.path().join("evpack/key")).unwrap();
    assert_eq!(open(one.path()).recall("0badcafe", "t"), None);
}

#[cfg(unix)]
#[test]
fn key_and_records_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let memory = open(dir.path());
    memory.keep(&memory.record("0badcafe", "t", &[], None)).unwrap();
    let mode = |path: &str| std::fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("evpack"), mode("evpack/key"), mode("evpack/paths/0badcafe.json")), (0o700, 0o600, 0o600));
}

#[test]
fn without_a_home_nothing_is_kept_and_nothing_is_made() {
    assert_eq!(Memory::open(&FakeHost::new()).unwrap_err(), Lost::NoHome);
    assert_eq!(Memory::open(&FakeHost::new().var("XDG_STATE_HOME", "relative/path")).unwrap_err(), Lost::NoHome);
}
