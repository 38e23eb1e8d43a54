//! What the process runs inside: CI, WSL, a container, a remote shell, a serverless platform, a VPN, Claude Code.

mod ci;
mod container;
mod tables;
mod vpn;

use std::path::Path;

use super::files;
use super::host::Host;
use crate::model::host::Surroundings;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};
pub(crate) use ci::vendor_name as ci_vendor;
use tables::Mark;

/// Collects all of it; `interfaces` are the names of the network interfaces.
pub(crate) fn collect(host: &dyn Host) -> Surroundings<Collected> {
    Surroundings {
        ci: ci::collect(host),
        wsl: wsl(host),
        container: container::collect(host),
        remote: remote(host),
        serverless: serverless(host),
        vpn_interfaces: Vec::new(),
        inside_claude_code: inside_claude_code(host),
    }
}

/// All of it absent, for the same reason.
pub(crate) fn lost(reason: AbsenceReason) -> Surroundings<Collected> {
    const TOPIC: &str = "host.surrounding";
    Surroundings {
        ci: Evidence::absent(reason, "host.ci"),
        wsl: Evidence::absent(reason, TOPIC),
        container: Evidence::absent(reason, "host.container"),
        remote: Vec::new(),
        serverless: Evidence::absent(reason, TOPIC),
        vpn_interfaces: Vec::new(),
        inside_claude_code: Evidence::absent(reason, TOPIC),
    }
}

/// Interfaces that look like a VPN's.
pub(crate) fn vpn_interfaces(names: Vec<Raw<String>>) -> Vec<Raw<String>> {
    names.into_iter().filter(|name| vpn::looks_like_vpn(name.expose())).collect()
}

/// Windows Subsystem for Linux, by the kernel's own name; in a container on WSL 2 the kernel says so as well.
fn wsl(host: &dyn Host) -> Evidence<Collected, &'static str> {
    const RELEASE: &str = "/proc/sys/kernel/osrelease";
    let absent = || Evidence::absent(AbsenceReason::NotFound, "host.surrounding");
    if host.os() != "linux" {
        return absent();
    }
    let release = files::small(host, Path::new(RELEASE));
    let release = release.as_ref().map(|text| text.expose().to_ascii_lowercase()).unwrap_or_default();
    if release.contains("microsoft-standard") || release.contains("wsl2") {
        Evidence::captured("WSL 2", Provenance::file(RELEASE))
    } else if release.contains("microsoft") {
        Evidence::captured("WSL 1", Provenance::file(RELEASE))
    } else if host.env("WSL_DISTRO_NAME").is_some() || host.env("WSL_INTEROP").is_some() {
        // A kernel of one's own has another name, and only WSL 2 can run one.
        Evidence::captured("WSL 2", Provenance::env("WSL_DISTRO_NAME"))
    } else {
        absent()
    }
}

fn remote(host: &dyn Host) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for mark in tables::REMOTE {
        if mark.is_set(host) && !names.contains(&mark.name) {
            names.push(mark.name);
        }
    }
    names
}

fn serverless(host: &dyn Host) -> Evidence<Collected, &'static str> {
    match tables::SERVERLESS.iter().find(|mark| mark.is_set(host)) {
        Some(Mark { name, variable, .. }) => Evidence::captured(*name, Provenance::env(variable)),
        None => Evidence::absent(AbsenceReason::NotFound, "host.surrounding"),
    }
}

fn inside_claude_code(host: &dyn Host) -> Evidence<Collected, Raw<String>> {
    let entry = host.env("CLAUDE_CODE_ENTRYPOINT").map(|value| (value, "CLAUDE_CODE_ENTRYPOINT"));
    let inside =
        host.env("CLAUDECODE").filter(|value| value.expose() == "1").map(|_| (Raw::text("claude-code"), "CLAUDECODE"));
    match entry.or(inside) {
        Some((value, name)) => Evidence::captured(value, Provenance::env(name)),
        None => Evidence::absent(AbsenceReason::NotFound, "host.surrounding"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn wsl_of(release: &str) -> Option<&'static str> {
        wsl(&FakeHost::new().file("/proc/sys/kernel/osrelease", release)).value().copied()
    }

    #[test]
    fn the_kernel_tells_the_two_kinds_of_wsl_apart() {
        assert_eq!(wsl_of("5.15.167.4-microsoft-standard-WSL2\n"), Some("WSL 2"));
        assert_eq!(wsl_of("4.4.0-19041-Microsoft\n"), Some("WSL 1"));
        assert_eq!(wsl_of("6.1.0-25-amd64\n"), None);
    }

    #[test]
    fn remote_shells_and_platforms_are_told_by_their_variables() {
        let host = FakeHost::new()
            .var("CODESPACES", "true")
            .var("SSH_CONNECTION", "a b")
            .var("SSH_TTY", "/dev/pts/0")
            .var("REMOTE_CONTAINERS", "false");
        assert_eq!(remote(&host), ["codespaces", "ssh"]);
        let host = FakeHost::new().var("AWS_LAMBDA_FUNCTION_NAME", "f");
        assert_eq!(serverless(&host).value(), Some(&"aws-lambda"));
        assert_eq!(serverless(&FakeHost::new()).absence().map(|a| a.absent), Some(AbsenceReason::NotFound));
    }

    #[test]
    fn the_entry_point_of_claude_code_is_kept() {
        let host = FakeHost::new().var("CLAUDECODE", "1").var("CLAUDE_CODE_ENTRYPOINT", "cli");
        assert_eq!(inside_claude_code(&host).value().map(|value| value.expose().as_str()), Some("cli"));
        assert!(!inside_claude_code(&FakeHost::new().var("CLAUDECODE", "")).is_captured());
    }
}
