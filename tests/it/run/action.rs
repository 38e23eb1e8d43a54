//! `action.yml`: its shell steps are run with bash, as a runner would.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_yaml::Value;

use super::FAILURE;
use crate::support::repository;

/// Runs the shell steps of the action, with these inputs, until one fails.
fn act(folder: &Path, inputs: &[(&str, &str)]) -> Output {
    let action: Value = serde_yaml::from_str(&fs::read_to_string(repository("action.yml")).unwrap()).unwrap();
    let mut last = None;
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let Some(script) = step["run"].as_str() else { continue };
        assert!(!script.contains("${{"), "an input inside a script is run as a part of it");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", folder);
        command.envs([
            ("GITHUB_ACTIONS", "true"),
            ("CI", "true"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
        ]);
        for (name, value) in step["env"].as_mapping().unwrap() {
            let value = value.as_str().unwrap();
            let input = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
            let default = action["inputs"][input]["default"].as_str().unwrap_or_default();
            let given = inputs.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| value);
            command.env(name.as_str().unwrap(), given);
        }
        let output = command.output().unwrap();
        let failed = !output.status.success();
        last = Some(output);
        if failed {
            break;
        }
    }
    last.unwrap()
}

#[test]
fn the_action_fails_as_the_command_does_and_tells_its_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let run = format!("echo \"{FAILURE}\" >&2; false | true; exit 9");
    let inputs = [("evpack", env!("CARGO_BIN_EXE_evpack")), ("run", &run), ("options", "--offline\n--note\ntwo words")];
    let output = act(folder.path(), &inputs);
    // `pipefail` ends the script at the failing pipe.
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let outputs = fs::read_to_string(folder.path().join("output")).unwrap();
    assert!(outputs.contains("branch=returned-api-error\n"), "{outputs}");
    let packet = outputs.lines().find_map(|line| line.strip_prefix("packet=")).unwrap();
    assert!(packet.starts_with("evpack-out/") && packet.contains(".zip") && folder.path().join(packet).is_file());
    assert!(fs::read_to_string(folder.path().join("summary")).unwrap().contains("two words"));
}

#[test]
fn the_action_passes_where_the_command_does_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let well = act(folder.path(), &[("evpack", env!("CARGO_BIN_EXE_evpack")), ("run", "echo \"$0 well\"")]);
    assert_eq!((well.status.code(), String::from_utf8_lossy(&well.stdout).as_ref()), (Some(0), "bash well\n"));
    assert!(!folder.path().join("evpack-out").exists());
    let missing = act(folder.path(), &[("evpack", "no-such-evpack"), ("run", "true")]);
    assert_eq!(missing.status.code(), Some(127));
    assert!(String::from_utf8_lossy(&missing.stdout).contains("::error title=evpack::"));
}
