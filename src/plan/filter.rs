//! The plan of a filter: what is redacted, by which rules, and where it goes.

use std::path::{Path, PathBuf};

use super::{RulePlan, output, read_config};
use crate::collect::host::Host;
use crate::error::Error;
use crate::model::vocabulary::Audience;

/// What was typed after `evpack redact`.
#[derive(Debug, Default, Clone)]
pub struct FilterAsked {
    /// Inputs: paths, or `-`; standard input where there is none.
    pub inputs: Vec<PathBuf>,
    /// `--output`.
    pub output: Option<PathBuf>,
    /// Whether the output is a folder that exists.
    pub output_is_folder: bool,
    /// `--in-place`.
    pub in_place: bool,
    /// `--force`.
    pub force: bool,
    /// `--audience`.
    pub audience: Option<Audience>,
    /// `--rules`.
    pub rules: Vec<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--secret-from-env`.
    pub from_env: Vec<String>,
    /// `--secret-file`.
    pub secret_files: Vec<PathBuf>,
    /// `--report`.
    pub report: Option<PathBuf>,
}

/// Where clean text goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sink {
    /// Standard output, one input after the other.
    Stdout,
    /// One file.
    File(PathBuf),
    /// A folder: each input under its own name.
    Folder(PathBuf),
    /// Each input's own place, with a backup beside it.
    InPlace,
}

/// Everything that is decided before the first byte is read.
#[derive(Debug, Clone)]
pub struct FilterPlan {
    /// Inputs.
    pub inputs: Vec<PathBuf>,
    /// Where clean text goes.
    pub sink: Sink,
    /// Replace outputs that exist.
    pub force: bool,
    /// The rules, and for whom.
    pub rules: RulePlan,
    /// Files that hold a credential.
    pub credential_files: Vec<PathBuf>,
    /// Variables that hold a secret.
    pub from_env: Vec<String>,
    /// Files that hold a secret.
    pub secret_files: Vec<PathBuf>,
    /// Where the report goes.
    pub report: Option<PathBuf>,
}

impl FilterPlan {
    /// Resolves what was asked.
    ///
    /// # Errors
    /// A mistake in the command line or the configuration.
    pub fn resolve(asked: FilterAsked, host: &dyn Host) -> Result<Self, Error> {
        let (config, base) = read_config(asked.config.as_deref(), host)?;
        let beside = |path: &PathBuf| base.join(path);
        let inputs = if asked.inputs.is_empty() { vec![PathBuf::from("-")] } else { asked.inputs };
        let sink = sink(&inputs, asked.output, asked.output_is_folder, asked.in_place)?;
        if inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
            return Err(Error::usage("standard input is named twice", "give `-` once"));
        }
        let plan = Self {
            sink,
            force: asked.force,
            rules: RulePlan::of(&config, &base, &asked.rules, asked.audience, host)?,
            credential_files: config.credential_files.iter().map(beside).collect(),
            from_env: asked.from_env,
            secret_files: asked.secret_files,
            report: asked.report,
            inputs,
        };
        plan.check()?;
        let file = if let Sink::File(path) = &plan.sink { Some(path) } else { None };
        file.into_iter().chain(&plan.report).try_for_each(|path| output::check(path, plan.force))?;
        Ok(plan)
    }

    /// No output may be another's, or an input.
    fn check(&self) -> Result<(), Error> {
        let mut outputs: Vec<PathBuf> = self.inputs.iter().filter_map(|input| self.output_of(input)).collect();
        let count = outputs.len();
        outputs.sort();
        outputs.dedup();
        if outputs.len() < count && !matches!(self.sink, Sink::File(_)) {
            return Err(Error::usage("two inputs would have the same output", "redact them one after the other"));
        }
        if self.sink != Sink::InPlace
            && let Some(same) = outputs.iter().find(|output| self.inputs.contains(output))
        {
            return Err(Error::usage("an output is also an input", "use --in-place, or another name with -o")
                .on(same.display().to_string()));
        }
        Ok(())
    }

    /// Where the clean text of an input goes; `None` is standard output.
    #[must_use]
    pub fn output_of(&self, input: &Path) -> Option<PathBuf> {
        match &self.sink {
            Sink::Stdout => None,
            Sink::File(path) => Some(path.clone()),
            Sink::InPlace => Some(input.to_path_buf()),
            Sink::Folder(folder) => {
                let name = input.file_name().map_or_else(|| PathBuf::from("stdin"), PathBuf::from);
                let name = if input.as_os_str() == "-" { PathBuf::from("stdin") } else { name };
                let packed =
                    name.extension().is_some_and(|ext| ["gz", "zst", "zstd"].iter().any(|known| ext == *known));
                Some(folder.join(if packed { name.with_extension("") } else { name }))
            }
        }
    }
}

fn sink(inputs: &[PathBuf], output: Option<PathBuf>, is_folder: bool, in_place: bool) -> Result<Sink, Error> {
    let stdin = inputs.iter().any(|input| input.as_os_str() == "-");
    if in_place {
        let packed = inputs
            .iter()
            .any(|input| input.extension().is_some_and(|ext| ext == "gz" || ext == "zst" || ext == "zstd"));
        return match output {
            Some(_) => Err(Error::usage("--in-place and --output exclude each other", "leave one of them out")),
            None if stdin => {
                Err(Error::usage("standard input has no place of its own", "name files, or leave out --in-place"))
            }
            None if packed => {
                Err(Error::usage("a packed file cannot be redacted in place", "unpack it first, or use -o"))
            }
            None => Ok(Sink::InPlace),
        };
    }
    match output {
        None => Ok(Sink::Stdout),
        Some(path) if path.as_os_str() == "-" => Ok(Sink::Stdout),
        Some(path) if is_folder || path.to_string_lossy().ends_with(['/', '\\']) => Ok(Sink::Folder(path)),
        Some(path) if inputs.len() > 1 => {
            if path.extension().is_some() {
                return Err(Error::usage(
                    "several inputs need a folder as output",
                    "give -o a folder, or redact one file",
                ));
            }
            Ok(Sink::Folder(path))
        }
        Some(path) => Ok(Sink::File(path)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_follow_the_inputs() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(sink(&paths(&["a"]), None, false, false).unwrap(), Sink::Stdout);
        assert_eq!(sink(&paths(&["a"]), Some("o.log".into()), false, false).unwrap(), Sink::File("o.log".into()));
        assert_eq!(sink(&paths(&["a", "b"]), Some("o".into()), false, false).unwrap(), Sink::Folder("o".into()));
        assert_eq!(sink(&paths(&["a"]), None, false, true).unwrap(), Sink::InPlace);
        assert!(sink(&paths(&["a", "b"]), Some("o.log".into()), false, false).is_err());
        assert!(sink(&paths(&["-"]), None, false, true).is_err());
        assert!(sink(&paths(&["a.gz"]), None, false, true).is_err());
    }
}
