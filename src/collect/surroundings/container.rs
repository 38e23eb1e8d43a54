//! Containers, by the marks that each kind leaves.

use std::path::Path;

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance};

/// Files that a kind leaves.
const FILES: &[(&str, &str)] = &[
    ("/var/run/secrets/kubernetes.io/serviceaccount", "kubernetes"),
    ("/run/.containerenv", "podman"),
    ("/.dockerenv", "docker"),
];
/// Words in the control groups or mounts of the process, and the kind. The first that is found counts.
const WORDS: &[(&str, &str)] = &[
    ("kubepods", "kubernetes"),
    ("libpod", "podman"),
    ("/docker", "docker"),
    ("containerd", "container"),
    ("/lxc", "lxc"),
];
/// Kinds that the variable `container` names.
const KINDS: &[&str] = &["podman", "docker", "lxc", "systemd-nspawn"];

/// The kind of container that this process runs in.
pub(super) fn collect(host: &dyn Host) -> Evidence<Collected, &'static str> {
    if host.env("KUBERNETES_SERVICE_HOST").is_some() {
        return Evidence::captured("kubernetes", Provenance::env("KUBERNETES_SERVICE_HOST"));
    }
    if host.os() == "linux" {
        if let Some((file, kind)) = FILES.iter().find(|(file, _)| host.exists(Path::new(file))) {
            return Evidence::captured(*kind, Provenance::file(*file));
        }
        for file in ["/proc/1/cgroup", "/proc/self/mountinfo"] {
            let text = files::small(host, Path::new(file));
            let lines = text.as_ref().map_or("", |text| text.expose());
            if let Some(kind) = kind_of(file, lines) {
                return Evidence::captured(kind, Provenance::file(file));
            }
        }
    }
    match host.env("container").filter(|value| !value.expose().is_empty()) {
        Some(value) => {
            let kind = KINDS.iter().find(|kind| value.expose() == *kind).copied().unwrap_or("container");
            Evidence::captured(kind, Provenance::env("container"))
        }
        None => Evidence::absent(AbsenceReason::NotFound, "host.container"),
    }
}

/// In the list of mounts only the root counts: a machine that runs containers has their folders mounted as well.
fn kind_of(file: &str, text: &str) -> Option<&'static str> {
    let is_mounts = file.ends_with("mountinfo");
    let at_root = |line: &&str| !is_mounts || line.split(' ').nth(4) == Some("/");
    let lines: Vec<&str> = text.lines().filter(at_root).collect();
    let word = WORDS.iter().find(|(word, _)| lines.iter().any(|line| line.contains(word)));
    word.map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn kind(host: &FakeHost) -> Option<&'static str> {
        collect(host).value().copied()
    }

    #[test]
    fn each_kind_is_told_by_its_mark() {
        assert_eq!(kind(&FakeHost::new().file("/.dockerenv", "")), Some("docker"));
        assert_eq!(kind(&FakeHost::new().file("/run/.containerenv", "").var("container", "podman")), Some("podman"));
        assert_eq!(
            kind(&FakeHost::new().var("KUBERNETES_SERVICE_HOST", "10.0.0.1").file("/.dockerenv", "")),
            Some("kubernetes")
        );
        assert_eq!(
            kind(&FakeHost::new().file("/proc/1/cgroup", "12:cpu:/kubepods/besteffort/x\n")),
            Some("kubernetes")
        );
        assert_eq!(kind(&FakeHost::new().var("container", "systemd-nspawn")), Some("systemd-nspawn"));
    }

    #[test]
    fn a_machine_that_runs_containers_is_none() {
        let mounts = "36 25 0:32 / / rw - ext4 /dev/sda1 rw\n98 25 0:50 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/l\n";
        assert_eq!(
            kind(&FakeHost::new().file("/proc/self/mountinfo", mounts).file("/proc/1/cgroup", "0::/init.scope\n")),
            None
        );
        let inside = "700 600 0:55 / / rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A\n";
        assert_eq!(
            kind(&FakeHost::new().file("/proc/self/mountinfo", inside).file("/proc/1/cgroup", "0::/\n")),
            Some("docker")
        );
    }
}
