//! What the redactor needs of a plan, for commands that build no packet.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Config, NamedText, read_config, settings_file};
use crate::collect::host::Host;
use crate::error::Error;
use crate::model::vocabulary::{Audience, PersonalKind};

/// Rules, and for whom.
#[derive(Debug, Clone)]
pub struct RulePlan {
    /// Who will read it.
    pub audience: Audience,
    /// Own rule files.
    pub rules: Vec<NamedText>,
    /// Patterns of text that must stay.
    pub allow: Vec<String>,
    /// Personal data, each kind with the audiences that do not see it, where the configuration says so.
    pub personal: BTreeMap<PersonalKind, Vec<Audience>>,
}

impl RulePlan {
    /// These files alone, without a configuration.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn files(files: &[PathBuf], host: &dyn Host) -> Result<Self, Error> {
        let config = Config::default();
        let rules = read(&config, Path::new(""), files, host)?;
        Ok(Self { audience: Audience::Vendor, rules, allow: Vec::new(), personal: BTreeMap::new() })
    }

    /// What the configuration and the command line say together.
    ///
    /// # Errors
    /// The configuration cannot be used, or a file cannot be read.
    pub fn resolve(files: &[PathBuf], config: Option<&Path>, host: &dyn Host) -> Result<Self, Error> {
        let (config, base) = read_config(config, host)?;
        Self::of(&config, &base, files, None, host)
    }

    /// The same where the configuration was read already; an audience on the command line wins.
    pub(super) fn of(
        config: &Config,
        base: &Path,
        files: &[PathBuf],
        audience: Option<Audience>,
        host: &dyn Host,
    ) -> Result<Self, Error> {
        Ok(Self {
            audience: audience.or(config.audience).unwrap_or(Audience::Vendor),
            rules: read(config, base, files, host)?,
            allow: config.allow.clone(),
            personal: config.personal.clone(),
        })
    }
}

/// The rule files of the configuration, relative to it, then those of the command line.
fn read(config: &Config, base: &Path, named: &[PathBuf], host: &dyn Host) -> Result<Vec<NamedText>, Error> {
    let configured = config.rules.iter().map(|path| base.join(path));
    configured.chain(named.iter().cloned()).map(|path| settings_file(&path, host)).collect()
}
