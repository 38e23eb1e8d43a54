//! What need not be done at each start is done here.
//!
//! - The data files are turned into JSON: they are written in YAML, which people read well, and JSON is read fifteen times as fast.
//! - The words that the redactor's gate looks for, several thousand, are laid out under their fingerprints. What they are is said by the redactor itself and
//!   nowhere else, so that it is a part of this program too: a list beside it could be forgotten, and what it lacks would leak.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;

/// The data files as they are written, in the place of what is made of them here (`src/data.rs`).
#[macro_use]
mod data {
    use serde::Deserialize;

    macro_rules! data {
        ($path:literal) => {
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/", $path, ".yaml"))
        };
    }

    macro_rules! laid_out {
        () => {
            pub(super) const STORED: Option<Stored> = None;
        };
    }

    /// Reads the text of a file. That is done once, so that what is made of it may stay.
    pub fn read<T: Deserialize<'static>>(text: &str) -> serde_json::Result<T> {
        let json = super::first_document(text).map_err(serde::de::Error::custom)?;
        serde_json::from_str(json.leak())
    }
}

#[allow(unused, clippy::all, clippy::pedantic, reason = "it is linted as a part of the program")]
#[path = "src/model/mod.rs"]
mod model;
#[allow(unused, clippy::all, clippy::pedantic, reason = "it is linted as a part of the program")]
#[path = "src/redact/mod.rs"]
mod redact;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    convert(Path::new("src"), Path::new(""), &out)?;
    let source = redact::harness::gate_source().ok_or("the rules do not load")?;
    Ok(fs::write(out.join("gate.rs"), source)?)
}

/// Converts all files of a folder, which is this one below `src`.
fn convert(folder: &Path, below: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = below.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            convert(&path, &name, out)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let target = out.join(name).with_extension("json");
            fs::create_dir_all(target.parent().unwrap_or(out))?;
            let json = first_document(&fs::read_to_string(&path)?).map_err(|e| format!("{}: {e}", path.display()))?;
            fs::write(target, json)?;
        }
    }
    Ok(())
}

/// The first document of a file as JSON; what follows it are examples for tests.
fn first_document(yaml: &str) -> Result<String, Box<dyn Error>> {
    let first = serde_yaml::Deserializer::from_str(yaml).next().ok_or("no document")?;
    Ok(serde_json::to_string(&serde_json::Value::deserialize(first)?)?)
}
