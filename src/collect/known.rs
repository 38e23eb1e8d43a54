//! The values that a filter removes wherever they stand: of the environment, of `.env` files, of settings, and of what the user names.

use std::path::{Path, PathBuf};

use super::claude_code::settings;
use super::credentials::CredentialFile;
use super::host::Host;
use super::{files, sensitive};
use crate::error::Error;
use crate::model::{Raw, Sensitive};

/// Most `.env` files of a folder that are read.
const MOST_FILES: usize = 40;

/// What a filter knows, and the `.env` and configured credential files that it could not read.
#[derive(Debug, Default)]
pub struct Known {
    /// Values and names.
    pub sensitive: Sensitive,
    /// Paths of credential files that were not read.
    pub unread: Vec<Raw<String>>,
}

/// Everything that is known without looking at a log.
///
/// # Errors
/// A variable or file that the user named for its secret is not there: nothing may be shown then.
pub fn known_values(
    host: &dyn Host,
    credential_files: &[PathBuf],
    from_env: &[String],
    secret_files: &[PathBuf],
) -> Result<Known, Error> {
    let mut known = Known { sensitive: sensitive::of_environment(host), unread: Vec::new() };
    known.sensitive.extend(sensitive::of_settings(&settings::read(host)));
    known.sensitive.extend(sensitive::of_machine(host.system().hostname.as_ref(), &[]));
    let dotenv: Vec<PathBuf> = host
        .list(Path::new("."), 10_000)
        .unwrap_or_default()
        .into_iter()
        .filter(|name| name == ".env" || name.starts_with(".env."))
        .take(MOST_FILES)
        .map(PathBuf::from)
        .collect();
    let read = |path: &PathBuf| CredentialFile {
        path: path.clone(),
        text: files::text(host, path, files::LARGE).map_err(|error| error.reason()),
    };
    let env_files: Vec<CredentialFile> = dotenv.iter().map(read).collect();
    known.sensitive.extend(sensitive::of_env_files(&env_files));
    let configured: Vec<CredentialFile> = credential_files.iter().map(read).collect();
    let unread = env_files.iter().chain(&configured).filter(|file| file.text.is_err());
    known.unread = unread.map(|file| files::shown(&file.path)).collect();
    known.sensitive.extend(sensitive::of_files(&configured));
    for path in secret_files {
        let file = read(path);
        if file.text.is_err() || file.text().trim().is_empty() {
            return Err(Error::usage(
                "the file with the secret cannot be read, or is empty",
                "check the path given to --secret-file",
            )
            .on(path.display().to_string()));
        }
        known.sensitive.extend(sensitive::of_secret(file.text(), &path.display().to_string()));
    }
    for name in from_env {
        match host.env(name).filter(|value| !value.expose().trim().is_empty()) {
            Some(value) => known.sensitive.extend(sensitive::of_secret(value.expose(), name)),
            None => {
                return Err(Error::usage(
                    "the variable with the secret is not set",
                    "check the name given to --secret-from-env",
                )
                .on(name.as_str()));
            }
        }
    }
    Ok(known)
}
