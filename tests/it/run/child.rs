//! The command: its exit code, its output, its end; and what is kept of it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{FAILURE, packet, sh};
use crate::support::Evpack;
use crate::support::secret::{api_key, forms, random};

#[test]
fn a_failing_command_leaves_a_packet_and_its_own_code() {
    let out = sh(&["--json"], &format!("echo said; echo \"{FAILURE}\" >&2; exit 7")).run().code(7);
    assert_eq!(out.text(), "said\n");
    assert!(out.stderr.starts_with(FAILURE));
    let packet = packet(out.only_file().1);
    assert_eq!(packet["verdict"]["cause"], "rate-limit");
    assert_eq!(packet["failure"]["request_id"], "req_011CSHoEeqs5C35K2UUqR7Fy");
    assert_eq!(packet["reproduction"]["exit_code"], 7);
    let run = &packet["reproduction"]["run"];
    assert_eq!((run["exit_code"].as_i64(), run["signal"].is_null()), (Some(7), true));
    assert!(run["command"].as_str().unwrap().starts_with("sh -c "));
    let time = |key: &str| chrono::DateTime::parse_from_rfc3339(run[key].as_str().unwrap()).unwrap();
    assert!(time("ended_at") >= time("started_at"));
    assert_eq!(packet["attempts"][0]["at"], run["ended_at"]);
}

#[test]
fn a_command_that_ends_well_leaves_nothing_unless_asked() {
    let script = format!("echo \"{FAILURE}\"");
    assert!(sh(&[], &script).run().code(0).files.is_empty());
    assert_eq!(sh(&["--always"], "true").run().code(0).files.len(), 1);
    assert_eq!(sh(&["--on-error-text"], &script).run().code(0).files.len(), 1);
    assert!(
        sh(&["--on-error-text"], "echo all is well; echo AssertionError: expected 1").run().code(0).files.is_empty()
    );
    assert_eq!(sh(&["--on-error-text", "--fail-on", "rate-limit"], &script).run().code, Some(1));
    assert_eq!(sh(&["--on-error-text", "--fail-on", "connection,dns"], &script).run().code, Some(0));
}

#[test]
fn what_cannot_start_ends_as_in_a_shell() {
    let start = |program: &str| Evpack::new(["run", "--", program]).run();
    let missing = start("no-such-command-of-evpack").code(127);
    assert!(missing.stderr.contains("error: the command was not found `no-such-command-of-evpack`\n\nhint: "));
    let folder = start("/").code(126);
    assert!(folder.stderr.contains("error: the command cannot be run `/`\n\nhint: ") && folder.files.is_empty());
    Evpack::new(["run"]).run().code(2);
    let script = Evpack::new(["run", "--", "./script"]).file("script", "#!/no/such/interpreter\n");
    let path = script.dir.path().join("script");
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    script.run().code(126);
}

#[test]
fn a_signal_that_ends_the_command_is_told() {
    let out = sh(&["--json"], "kill -KILL $$").run().code(137);
    let packet = packet(out.only_file().1);
    assert_eq!(packet["reproduction"]["run"]["signal"], 9);
    assert!(packet["attempts"][0]["outcome"].as_str().unwrap().contains("signal 9"));
}

#[test]
fn a_signal_for_evpack_goes_to_the_command() {
    let evpack = sh(&[], "trap 'echo got it; exit 5' TERM; echo ready; while :; do sleep 0.05; done");
    let mut child = evpack.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut start = [0; 6];
    stdout.read_exact(&mut start).unwrap();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!((rest.as_str(), child.wait().unwrap().code()), ("got it\n", Some(5)));
}

#[test]
fn trouble_of_evpack_changes_nothing() {
    let out = sh(&["-o", "no/such/folder/packet.md"], "echo still run; exit 4").run().code(4);
    assert!(out.stderr.contains("error: the output folder does not exist") && out.text() == "still run\n");
    let out = sh(&[], "echo still run").file("evpack.yaml", "no such key: 1\n").run().code(0);
    assert!(out.stderr.contains("error: ") && out.text() == "still run\n");
}

#[test]
fn input_passes_through_and_output_stays_apart() {
    let out = sh(&[], "cat; echo err >&2").stdin("typed\n").run().code(0);
    assert_eq!((out.text(), out.stderr.as_str()), ("typed\n", "err\n"));
}

#[test]
fn the_order_of_one_shared_output_is_kept() {
    let script = "for n in 1 2 3 4 5 6 7 8 9; do echo o$n; echo e$n >&2; done";
    let evpack = sh(&[], script);
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = evpack.command();
    command.stdin(Stdio::null()).stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    child.wait().unwrap();
    let want: String = (1..10).flat_map(|n| [format!("o{n}\n"), format!("e{n}\n")]).collect();
    assert_eq!(text, want);
}

#[test]
fn the_start_of_much_output_is_kept_as_well_as_its_end() {
    let script = format!("echo \"{FAILURE}\"; yes 'a line of no meaning' | head -c 50000000; exit 9");
    let out = sh(&["--json"], &script).run().code(9);
    assert_eq!(packet(out.only_file().1)["verdict"]["cause"], "rate-limit");
}

#[test]
fn output_without_end_stops_when_its_reader_goes() {
    let evpack = sh(&["-q"], "yes");
    let mut child = evpack.command().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut some = [0; 4096];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    assert!(child.wait().unwrap().code().is_some_and(|code| code != 0));
}

#[test]
fn a_process_left_behind_is_not_waited_for() {
    let start = Instant::now();
    let out = sh(&[], "sleep 60 & exit 3").run();
    // The harness reads until all writers are gone, so the time is that of evpack only if it closes its own ends.
    assert_eq!(out.code, Some(3));
    assert!(out.stderr.contains("still holds its output"), "{}", out.stderr);
    assert!(start.elapsed() < Duration::from_secs(50));
}

#[test]
fn two_runs_at_once_keep_apart() {
    let evpack = sh(&[], "sleep 0.2; exit 1");
    let start = || evpack.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut both = [start(), start()];
    assert!(both.iter_mut().all(|child| child.wait().unwrap().code() == Some(1)));
    assert_eq!(std::fs::read_dir(evpack.dir.path()).unwrap().count(), 2);
}

#[test]
fn the_environment_is_that_of_the_command() {
    let secret = random(77, 20);
    let set = format!("HTTPS_PROXY=http://user:{secret}@proxy.example.com:3128");
    let args = ["run", "--offline", "--json", "--", "env", &set, "sh", "-c", "echo Connection error.; exit 1"];
    let out = Evpack::new(args).run().code(1);
    let text = String::from_utf8(out.only_file().1.to_vec()).unwrap();
    assert!(text.contains("proxy.example.com:3128") && !text.contains(&secret), "{text}");
}

#[test]
fn no_secret_of_argv_environment_or_output_comes_out() {
    let (argv, variable, printed) = (api_key(401), random(402, 30), api_key(403));
    let prompt = format!("the private plan of {}", random(404, 12));
    let script = format!(
        "printf '%s\\n' \"Request options: {{'json_data': {{'messages': [{{'role': 'user', 'content': '{prompt}'}}]}}}}\" \
         \"Authorization: Bearer {printed}\" \"$MY_API_TOKEN\" \"{FAILURE}\" > printed; cat printed >&2; rm printed; exit 1"
    );
    for options in [&["-f", "md"][..], &["--json"], &["-f", "zip"], &["--trace"]] {
        let out = Evpack::new(["run", "--offline"].iter().chain(options).copied())
            .env("MY_API_TOKEN", &variable)
            .arg("--")
            .arg("sh")
            .arg("-c")
            .arg(format!("{script} # --api-key {argv}"))
            .run()
            .code(1);
        let (name, bytes) = out.only_file();
        // What the command itself printed is passed on; what evpack adds to it begins with the verdict.
        let own = out.stderr.split(FAILURE).nth(1).unwrap().as_bytes();
        for secret in [&argv, &variable, &printed, &prompt] {
            for (form, needle) in forms(secret) {
                for (place, bytes) in [(name, bytes), ("standard error", own)] {
                    let found = memchr::memmem::find(bytes, needle.as_bytes()).is_some();
                    assert!(!found, "{secret} came out in {place} as {form}");
                }
            }
        }
    }
}
