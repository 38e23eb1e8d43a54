//! Help, manual and completions: what a new user reads first.

use super::support::Evpack;

const COMMANDS: &[&str] =
    &["collect", "classify", "explain", "redact", "rules", "init", "schema", "completions", "man"];

#[test]
fn help_of_every_command_is_as_agreed() {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("help", Evpack::new(["--help"]).run().code(0).text());
        for command in COMMANDS {
            let help = Evpack::new([command, "--help"]).run().code(0);
            insta::assert_snapshot!(format!("help-{command}"), help.text());
        }
    });
}

#[test]
fn no_argument_shows_the_help_and_is_an_error() {
    let output = Evpack::new(Vec::<String>::new()).run().code(2);
    assert!(output.stderr.contains("Usage: evpack"));
    assert!(output.stdout.is_empty());
}

#[test]
fn version_completions_and_manual_are_printed() {
    assert_eq!(Evpack::new(["--version"]).run().code(0).text(), format!("evpack {}\n", env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(Evpack::new(["completions", shell]).run().code(0).text().contains("evpack"), "{shell}");
    }
    assert!(Evpack::new(["man"]).run().code(0).text().contains(".TH evpack"));
}
