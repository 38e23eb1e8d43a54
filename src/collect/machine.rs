//! The machine: system, kernel, processors, memory, locale, name and cloud region.

use super::host::{Host, SystemFacts};
use super::vars::Vars;
use crate::model::host::{HostFacts, Region, Surroundings};
use crate::model::{AbsenceReason, Collected, Evidence, Provenance, Raw};

/// Variables that name a cloud region, the most telling first.
const REGIONS: &[&str] = &[
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "GOOGLE_CLOUD_REGION",
    "FUNCTION_REGION",
    "CLOUD_ML_REGION",
    "FLY_REGION",
    "VERCEL_REGION",
    "RAILWAY_REPLICA_REGION",
    "REGION_NAME",
    "AZURE_REGION",
    "RENDER_REGION",
    "ANTHROPIC_GOOGLE_CLOUD_LOCATION",
];
/// Variables of the locale, by POSIX precedence.
const LOCALES: &[&str] = &["LC_ALL", "LC_CTYPE", "LC_MESSAGES", "LANG"];

/// Puts the section together. Where the system did not answer, `facts` is the reason.
pub(crate) fn collect(
    vars: &Vars<'_>,
    facts: Result<SystemFacts, AbsenceReason>,
    surroundings: Surroundings<Collected>,
) -> HostFacts<Collected> {
    let (facts, lost) = match facts {
        Ok(facts) => (facts, AbsenceReason::NotFound),
        Err(lost) => (SystemFacts::default(), lost),
    };
    let host = vars.host;
    let system = || Provenance::system("operating system");
    HostFacts {
        os: host.os(),
        os_version: Evidence::from_option(facts.os_version, system(), lost, "host.os"),
        kernel: Evidence::from_option(facts.kernel, system(), lost, "host.kernel"),
        architecture: host.architecture(),
        cpus: Evidence::from_option(facts.cpus, system(), lost, "host.cpu"),
        memory_bytes: Evidence::from_option(facts.memory_bytes, system(), lost, "host.memory"),
        locale: locale(host),
        hostname: Evidence::from_option(facts.hostname, system(), lost, "host.name"),
        region: region(vars),
        clock_source: "system-clock",
        surroundings,
    }
}

fn first(host: &dyn Host, names: &[&'static str]) -> Option<(&'static str, Raw<String>)> {
    let set = names.iter().filter_map(|name| host.env(name).map(|value| (*name, value)));
    set.into_iter().find(|(_, value)| !value.expose().trim().is_empty())
}

fn locale(host: &dyn Host) -> Evidence<Collected, Raw<String>> {
    match first(host, LOCALES) {
        Some((name, value)) => Evidence::captured(value, Provenance::env(name)),
        // Windows and macOS keep the locale elsewhere, and evpack does not ask for it there.
        None if host.os() != "linux" => Evidence::absent(AbsenceReason::Unsupported, "host.locale"),
        None => Evidence::absent(AbsenceReason::NotFound, "host.locale"),
    }
}

/// The region that the client sees: settings of Claude Code may set it as well as the shell.
fn region(vars: &Vars<'_>) -> Evidence<Collected, Region<Collected>> {
    let set = REGIONS.iter().find_map(|name| vars.effective_text(name).map(|var| (*name, var)));
    match set {
        Some((source, var)) => {
            let provenance = var.provenance(source);
            Evidence::captured(Region { name: var.value, source }, provenance)
        }
        None => Evidence::absent(AbsenceReason::NotFound, "host.region"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::claude_code::settings::{SettingVar, Settings};
    use crate::collect::host::fake::FakeHost;
    use crate::model::vocabulary::Surface;

    #[test]
    fn locale_and_region_follow_their_precedence() {
        let host = FakeHost::new()
            .var("LANG", "C")
            .var("LC_ALL", "de_DE.UTF-8")
            .var("AWS_DEFAULT_REGION", "eu-west-1")
            .var("AWS_REGION", " ");
        assert_eq!(locale(&host).value().map(|value| value.expose().as_str()), Some("de_DE.UTF-8"));
        let mut settings = Settings::default();
        let seen = |settings: &Settings, surface| {
            region(&Vars { host: &host, settings, surface }).value().map(|region| region.source)
        };
        assert_eq!(seen(&settings, Surface::PythonSdk), Some("AWS_DEFAULT_REGION"));
        settings.vars.push(SettingVar {
            name: "AWS_REGION".into(),
            value: Raw::text("eu-central-1"),
            file: Raw::text("settings.json"),
        });
        assert_eq!(seen(&settings, Surface::ClaudeCode), Some("AWS_REGION"));
        assert_eq!(seen(&settings, Surface::PythonSdk), Some("AWS_DEFAULT_REGION"));
        assert_eq!(
            locale(&FakeHost { os: Some("macos"), ..FakeHost::new() }).absence().map(|a| a.absent),
            Some(AbsenceReason::Unsupported)
        );
    }
}
