//! Proxy settings of the system outside the environment, as far as a file tells them.

use std::path::Path;

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

const TOPIC: &str = "network.system_proxy";
/// Files that set proxy variables for all sessions, on Linux.
const FILES: &[&str] = &["/etc/environment", "/etc/sysconfig/proxy"];
/// Lines kept of a file.
const MAX_LINES: usize = 8;

/// Looks for proxy lines. Desktop settings of GNOME, macOS and Windows lie in databases that are not read.
pub(crate) fn read(host: &dyn Host) -> Evidence<Collected, Raw<String>> {
    if host.os() != "linux" {
        return Evidence::absent(AbsenceReason::Unsupported, TOPIC);
    }
    for file in FILES {
        let Some(text) = files::small(host, Path::new(file)) else { continue };
        let lines: Vec<&str> =
            text.expose().lines().map(str::trim).filter(|line| is_proxy_line(line)).take(MAX_LINES).collect();
        if !lines.is_empty() {
            return Evidence::captured(Raw::new(format!("{file}: {}", lines.join("; "))), Provenance::file(*file));
        }
    }
    Evidence::absent(AbsenceReason::NotFound, TOPIC)
}

fn is_proxy_line(line: &str) -> bool {
    let name = line.strip_prefix("export ").unwrap_or(line).split('=').next().unwrap_or_default().trim();
    !line.starts_with('#') && line.contains('=') && (super::names::is_proxy(name) || name == "PROXY_ENABLED")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn proxy_lines_are_taken_and_others_are_not() {
        let host = FakeHost::new()
            .file("/etc/environment", "PATH=/bin\n#http_proxy=old\nhttps_proxy=http://p:1\nAPI_KEY=hush\n");
        assert_eq!(
            read(&host).value().map(|text| text.expose().as_str()),
            Some("/etc/environment: https_proxy=http://p:1")
        );
        assert_eq!(read(&FakeHost::new()).absence().map(|absence| absence.absent), Some(AbsenceReason::NotFound));
    }
}
