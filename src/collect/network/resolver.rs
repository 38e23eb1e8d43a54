//! The resolver settings of the system: `/etc/resolv.conf`.

use std::path::Path;

use crate::collect::files;
use crate::collect::host::Host;
use crate::model::route::Resolver;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

const FILE: &str = "/etc/resolv.conf";
const TOPIC: &str = "network.resolver";

/// Reads the settings. Windows keeps them elsewhere; on macOS the file exists and most programs do not follow it.
pub(crate) fn read(host: &dyn Host) -> Evidence<Collected, Resolver<Collected>> {
    if host.os() == "windows" {
        return Evidence::absent(AbsenceReason::Unsupported, TOPIC);
    }
    match files::text(host, Path::new(FILE), files::SMALL) {
        Ok(text) => Evidence::captured(parse(text.expose()), Provenance::file(FILE)),
        Err(error) => Evidence::absent(error.reason(), TOPIC),
    }
}

fn parse(text: &str) -> Resolver<Collected> {
    let mut resolver = Resolver { nameservers: Vec::new(), search: Vec::new(), options: Vec::new() };
    for line in text.lines() {
        let line = line.split(['#', ';']).next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let key = words.next();
        let rest = words.map(Raw::text);
        match key {
            Some("nameserver") => resolver.nameservers.extend(rest.take(1)),
            // The last of several lines counts.
            Some("search" | "domain") => resolver.search = rest.collect(),
            Some("options") => resolver.options.extend(rest),
            _ => {}
        }
    }
    resolver
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    #[test]
    fn the_file_is_read_and_comments_are_not() {
        let host = FakeHost::new().file(FILE, "# by hand\nnameserver 10.0.0.2 ; first\nnameserver 1.1.1.1\nsearch corp.example a.b\noptions ndots:5 edns0\n");
        let found = read(&host);
        let resolver = found.value().unwrap();
        let shown =
            |texts: &[Raw<String>]| texts.iter().map(|text| text.expose().clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(shown(&resolver.nameservers), "10.0.0.2 1.1.1.1");
        assert_eq!(shown(&resolver.search), "corp.example a.b");
        assert_eq!(shown(&resolver.options), "ndots:5 edns0");
    }

    #[test]
    fn windows_has_no_such_file() {
        let host = FakeHost { os: Some("windows"), ..FakeHost::new() };
        assert_eq!(read(&host).absence().map(|absence| absence.absent), Some(AbsenceReason::Unsupported));
    }
}
