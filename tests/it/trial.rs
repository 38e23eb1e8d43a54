//! What a suspicious user tries: outputs that are no files, dry runs, and statements that must not contradict each other.

use super::support::{Evpack, capture};

const REFUSED: &str = "python-sdk/conn_refused.txt";

#[cfg(unix)]
#[test]
fn a_socket_in_the_place_of_the_output_is_not_replaced_even_by_force() {
    for args in [["collect", "-o", "there.md", "--force"], ["init", "-o", "there.md", "--force"]] {
        let mut run = Evpack::new(args);
        let path = run.dir.path().join("there.md");
        let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        if args[0] == "collect" {
            run = run.arg(capture(REFUSED));
        }
        let output = run.run();
        assert!(matches!(output.code, Some(1 | 2)), "{args:?}: {:?}", output.code);
        assert!(output.stderr.contains("there.md") && output.stderr.contains("hint: "), "{}", output.stderr);
        let found = std::fs::symlink_metadata(&path).unwrap();
        assert!(!found.is_file(), "the socket was replaced");
    }
}

#[test]
fn a_dry_run_names_what_the_input_leads_to_and_the_users_own_files() {
    let sdk = "node_modules/@anthropic-ai/sdk/package.json";
    let run = Evpack::new(["collect", "--dry-run", "--offline", "--template", "own.j2", "-o", "packet.md"])
        .arg(capture("typescript-sdk/conn_refused.txt"))
        .file("evpack.yaml", "offline: true\n")
        .file("own.j2", "{{ packet_id }}")
        .file("package.json", "{}")
        .file(sdk, r#"{"name":"@anthropic-ai/sdk","version":"1.12.0"}"#);
    let output = run.run().code(0);
    for line in ["read evpack.yaml\n", "read own.j2\n", sdk, "write packet.md\n", "contact nothing\n"] {
        assert!(output.text().contains(line), "`{line}` is not in {}", output.text());
    }
    assert!(output.files.is_empty(), "{:?}", output.files.keys());
    let output = Evpack::new(["collect", "--dry-run", "-"]).run().code(0);
    assert!(output.text().starts_with("read standard input\n"), "{}", output.text());
}

#[test]
fn where_nobody_answered_the_packet_says_so_and_where_one_did_it_does_not() {
    const NOBODY: &str = "none, because nothing answered";
    let text = |capture_name: &str| {
        let output = Evpack::new(["collect", "-o", "-"]).arg(capture(capture_name)).run().code(0);
        output.text().to_owned()
    };
    let refused = text(REFUSED);
    for row in ["| HTTP status | ", "| `error.type` | ", "| Request id | "] {
        assert!(refused.contains(&format!("{row}{NOBODY} |")), "{row} in {refused}");
    }
    assert!(!text("python-sdk/http_401norid.txt").contains(NOBODY));
}

#[test]
fn a_credential_of_an_unknown_form_is_not_called_well_formed() {
    let run =
        Evpack::new(["collect", "-o", "-"]).arg(capture(REFUSED)).env("ANTHROPIC_AUTH_TOKEN", "x9-gateway-own-77");
    let output = run.run().code(0);
    let row = output.text().lines().find(|line| line.starts_with("| `ANTHROPIC_AUTH_TOKEN`")).unwrap();
    assert!(row.contains("form not known; no defect seen") && !row.contains("well formed"), "{row}");
}
