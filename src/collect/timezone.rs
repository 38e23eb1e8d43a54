//! The time zone: `TZ`, or what the system says.

use super::host::Host;
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// The IANA name of the zone.
pub(crate) fn collect(host: &dyn Host) -> Evidence<Collected, Raw<String>> {
    if let Some(tz) = host.env("TZ") {
        // POSIX allows a colon in front of a name.
        let name = tz.expose().trim().trim_start_matches(':');
        if is_iana(name) {
            return Evidence::captured(Raw::text(name), Provenance::env("TZ"));
        }
    }
    Evidence::from_option(host.timezone(), Provenance::system("time zone"), AbsenceReason::NotFound, "timezone")
}

/// `Area/City`, or one of the names without an area. A rule such as `CET-1CEST` or a file path is none.
fn is_iana(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
    let area = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains('/');
    letters
        && (area
            || matches!(
                name,
                "UTC"
                    | "GMT"
                    | "Zulu"
                    | "Universal"
                    | "Japan"
                    | "Singapore"
                    | "Hongkong"
                    | "Israel"
                    | "Turkey"
                    | "Iran"
            ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::host::fake::FakeHost;

    fn zone(tz: &str) -> Option<String> {
        let host = FakeHost { timezone: Some("Asia/Tokyo".into()), ..FakeHost::new().var("TZ", tz) };
        collect(&host).value().map(|zone| zone.expose().clone())
    }

    #[test]
    fn tz_counts_where_it_names_a_zone() {
        assert_eq!(zone("Europe/Berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(zone(":America/Argentina/Buenos_Aires").as_deref(), Some("America/Argentina/Buenos_Aires"));
        assert_eq!(zone("UTC").as_deref(), Some("UTC"));
        for other in ["", "CET-1CEST", "/etc/localtime", "<+03>-3"] {
            assert_eq!(zone(other).as_deref(), Some("Asia/Tokyo"), "{other}");
        }
        assert_eq!(collect(&FakeHost::new()).absence().map(|absence| absence.absent), Some(AbsenceReason::NotFound));
    }
}
