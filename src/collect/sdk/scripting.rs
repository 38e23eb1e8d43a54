//! The SDKs of Ruby and PHP: `Gemfile.lock`, `composer.lock`, and what Composer installed.

use std::path::PathBuf;

use super::{scan, source, with_file};
use crate::collect::files;
use crate::collect::host::Host;
use crate::model::Collected;
use crate::model::client::Sdk;
use crate::model::vocabulary::Language;

const GEM: &str = "anthropic";
const COMPOSER_PACKAGE: &str = "anthropic-ai/sdk";

/// All sources of a language, those that show what is installed first.
pub(super) fn find(host: &dyn Host, folders: &[PathBuf], language: Language) -> Vec<Sdk<Collected>> {
    let files: &[(&str, bool)] = match language {
        Language::Ruby => &[("Gemfile.lock", false), ("gems.locked", false)],
        _ => &[("vendor/composer/installed.json", true), ("composer.lock", false)],
    };
    let read = |(name, installed): &(&str, bool)| {
        with_file(folders, name).find_map(|path| {
            let text = files::large(host, &path)?;
            let (package, version) = match language {
                Language::Ruby => (GEM, gem(text.expose())?),
                _ => (COMPOSER_PACKAGE, scan::json_version(text.expose(), COMPOSER_PACKAGE)?),
            };
            Some(source(language, package, version, files::shown(&path), *installed))
        })
    };
    files.iter().filter_map(read).collect()
}

/// A gem that is locked stands with four spaces in front: `    anthropic (1.2.0)`; one that another gem asks for, with six.
fn gem(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("    anthropic (")?.strip_suffix(')'))
}
