//! How Node is given its hook: `--import` for a program that is a module, `--require` for every other.
//!
//! Node before 18.19, and 20 before 20.6, does not follow modules through `--import` or stops at the option. Where the program is no
//! module, `--import` has Node start it another way, and the stack of an uncaught error is another one: the program's result would
//! change. Inside `--require` the hook registers the same loader by itself.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use url::Url;

/// The option of Node that loads the hook of a folder, as `NODE_OPTIONS` holds it.
pub(super) fn option(argv: &[OsString], folder: &Path) -> String {
    // A module is imported by its URL, because Windows would take the drive of a path for a scheme.
    if takes_import(argv)
        && let Ok(hook) = Url::from_file_path(folder.join("hook.mjs"))
    {
        return format!("--import \"{hook}\"");
    }
    let hook = folder.join("hook.cjs").to_string_lossy().replace('\\', "\\\\");
    format!("--require \"{hook}\"")
}

/// Whether the command is a Node that is new enough, with a program that is a module.
fn takes_import(argv: &[OsString]) -> bool {
    let Some((node, rest)) = argv.split_first().filter(|(program, _)| {
        let name = Path::new(program).file_stem().and_then(OsStr::to_str);
        matches!(name, Some("node" | "nodejs"))
    }) else {
        return false;
    };
    let program = rest.iter().find(|word| !word.to_string_lossy().starts_with('-'));
    program.is_some_and(|program| is_module(Path::new(program)))
        && version(node).is_some_and(|(major, minor)| follows(major, minor))
}

/// Whether this version takes a loader through `--import`.
const fn follows(major: u32, minor: u32) -> bool {
    match major {
        18 => minor >= 19,
        20 => minor >= 6,
        _ => major > 20,
    }
}

/// By its name, or by the nearest `package.json`.
fn is_module(program: &Path) -> bool {
    match program.extension().and_then(OsStr::to_str) {
        Some("mjs") => true,
        Some("js") => {
            let Ok(path) = program.canonicalize() else { return false };
            let nearest = path.ancestors().skip(1).find_map(|folder| fs::read(folder.join("package.json")).ok());
            let package = nearest.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
            package.is_some_and(|package| package.get("type").and_then(|kind| kind.as_str()) == Some("module"))
        }
        _ => false,
    }
}

/// What `node --version` says.
fn version(node: &OsString) -> Option<(u32, u32)> {
    let told = Command::new(node).arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_modules_of_a_new_node_are_imported() {
        assert!(follows(18, 19) && follows(20, 6) && follows(22, 0));
        assert!(!follows(18, 18) && !follows(20, 5) && !follows(19, 9) && !follows(16, 20));
        assert!(
            !takes_import(&["python3".into(), "app.mjs".into()]) && !takes_import(&["node".into(), "app.cjs".into()])
        );
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("app.js");
        fs::write(&program, "").unwrap();
        fs::write(folder.path().join("package.json"), r#"{"type":"commonjs"}"#).unwrap();
        assert!(!is_module(&program) && is_module(Path::new("x.mjs")));
        fs::write(folder.path().join("package.json"), r#"{"type":"module"}"#).unwrap();
        assert!(is_module(&program));
    }
}
