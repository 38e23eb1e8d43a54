//! Turns the data files of the program into JSON: they are written in YAML, which people read well, and JSON is read fifteen times as fast at each start.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde::Deserialize;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    convert(Path::new("src"), Path::new(""), &out)
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
