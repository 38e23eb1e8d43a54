//! Faults that need a file system of their own: no `/proc`, a disk that is full, a disk that takes nothing. They run in a mount
//! namespace, which root can make.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Output};

use crate::support::{Evpack, capture};

/// Runs a script in a mount namespace, in the folder of the run; `$EVPACK` is the program. `None` where the system makes none.
fn in_namespace(run: &Evpack, script: &str) -> Option<Output> {
    let shell = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", script]).current_dir(run.dir.path());
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("EVPACK", env!("CARGO_BIN_EXE_evpack"));
        command.output()
    };
    let works = shell("mkdir tried && mount -t tmpfs none tried").is_ok_and(|done| done.status.success());
    if !works {
        println!("skipped: this user cannot make a mount namespace, or there is no unshare");
        return None;
    }
    fs::remove_dir(run.dir.path().join("tried")).unwrap();
    Some(shell(script).unwrap())
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn without_proc_there_is_a_packet() {
    let run = Evpack::new(["-"]);
    let log = capture("python-sdk/conn_refused.txt");
    let script = format!(
        "mount -t tmpfs none /proc && test ! -e /proc/self && \"$EVPACK\" collect --offline -o p.json '{log}' && \"$EVPACK\" verify p.json"
    );
    let Some(done) = in_namespace(&run, &script) else { return };
    assert!(done.status.success(), "{}", words(&done.stderr));
    let packet: serde_json::Value = serde_json::from_slice(&fs::read(run.dir.path().join("p.json")).unwrap()).unwrap();
    assert_eq!(packet["verdict"]["cause"], "tcp-refused");
}

#[test]
fn a_full_disk_leaves_nothing_and_is_said() {
    for (name, more) in
        [("p.md", ""), ("p.json", ""), ("p.zip", ""), ("p.md", "--sign key"), ("p.zip", "--encrypt-to $RECIPIENT")]
    {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let run = Evpack::new(["-"]).file("key", pair.sk.to_box(None).unwrap().into_string());
        let log = capture("python-sdk/conn_refused.txt");
        let recipient = age::x25519::Identity::generate().to_public();
        // Room for the signature, and not for the packet.
        let script = format!(
            "RECIPIENT={recipient}; mkdir small && mount -t tmpfs -o size=4k none small && \
             \"$EVPACK\" collect -q --offline {more} -o small/{name} '{log}'; echo \"code $?\"; ls -A small"
        );
        let Some(done) = in_namespace(&run, &script) else { return };
        assert_eq!(words(&done.stdout), "code 1\n", "{name} {more}: {}", words(&done.stderr));
        let said = words(&done.stderr);
        assert!(said.contains("the disk is full") && said.contains("hint: ") && said.contains(name), "{said}");
        assert!(!said.contains(".tmp"), "{said}");
    }
}

#[test]
fn what_stood_there_before_survives_a_full_disk() {
    let run = Evpack::new(["-"]);
    let log = capture("python-sdk/conn_refused.txt");
    let script = format!(
        "mkdir small && mount -t tmpfs -o size=8k none small && echo before > small/p.json && \
         \"$EVPACK\" collect -q --offline --force -o small/p.json '{log}'; echo \"code $?\"; cat small/p.json; ls -A small"
    );
    let Some(done) = in_namespace(&run, &script) else { return };
    assert_eq!(words(&done.stdout), "code 1\nbefore\np.json\n", "{}", words(&done.stderr));
}

#[test]
fn a_read_only_disk_is_said() {
    let run = Evpack::new(["-"]);
    let log = capture("python-sdk/conn_refused.txt");
    let script = format!(
        "mkdir fixed && mount -t tmpfs -o ro none fixed && \
         \"$EVPACK\" collect -q --offline -o fixed/p.md '{log}'; echo \"code $?\"; \
         \"$EVPACK\" show --format html -o fixed/p.html p.json; echo \"code $?\"; ls -A fixed"
    );
    let made = Evpack::new(["collect", "--offline", "-o", "p.json"]).arg(&log).run().code(0);
    let run = run.file("p.json", &made.files["p.json"]);
    let Some(done) = in_namespace(&run, &script) else { return };
    assert_eq!(words(&done.stdout), "code 1\ncode 1\n");
    assert_eq!(words(&done.stderr).matches("read-only file system").count(), 2, "{}", words(&done.stderr));
}

/// As a user who is nobody: root may read everything.
#[test]
fn without_permission_nothing_is_read_or_written_and_it_is_said() {
    let run = Evpack::new(["-"]).file("secret.log", "x: Connection error.").file("app.log", "x: Connection error.");
    let folder = run.dir.path();
    let mode = |path: &std::path::Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(folder, 0o755);
    mode(&folder.join("secret.log"), 0o600);
    mode(&folder.join("app.log"), 0o644);
    let nobody = |args: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_evpack")]).args(args);
        command.env_clear().env("PATH", "/usr/bin:/bin").current_dir(folder).output()
    };
    if !nobody(&["--version"]).is_ok_and(|done| done.status.success()) {
        println!("skipped: this user cannot become another, or the other cannot start evpack");
        return;
    }
    let done = nobody(&["collect", "-q", "--offline", "-o", "-", "secret.log"]).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done.stderr).contains("the input cannot be read `secret.log`"), "{}", words(&done.stderr));
    let done = nobody(&["collect", "-q", "--offline", "-o", "p.md", "app.log"]).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done.stderr).contains("the output cannot be written `p.md`"), "{}", words(&done.stderr));
    let done = nobody(&["verify", "secret.log"]).unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert!(words(&done.stderr).contains("the packet cannot be read `secret.log`"), "{}", words(&done.stderr));
    // What can be read makes a packet, whatever else cannot.
    let done = nobody(&["collect", "-q", "--offline", "-f", "json", "-o", "-", "secret.log", "app.log"]).unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", words(&done.stderr));
    let packet: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    let inputs = packet["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|input| input["bytes"]["absent"] == "denied"), "{}", packet["inputs"]);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}

/// A user that the system has no entry for, and no variable that names a home.
#[test]
fn without_home_and_user_entry_there_is_a_packet() {
    let run = Evpack::new(["-"]).file("app.log", "x: Connection error.");
    fs::set_permissions(run.dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let stranger = |args: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=54321", "--regid=54321", "--clear-groups", env!("CARGO_BIN_EXE_evpack")]).args(args);
        command.env_clear().current_dir(run.dir.path()).output()
    };
    if !stranger(&["--version"]).is_ok_and(|done| done.status.success()) {
        println!("skipped: this user cannot become another, or the other cannot start evpack");
        return;
    }
    for name in ["p.md", "p.zip"] {
        let done = stranger(&["collect", "-q", "--offline", "-o", name, "app.log"]).unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", words(&done.stderr));
        assert_eq!(stranger(&["verify", name]).unwrap().status.code(), Some(0));
    }
    let done = stranger(&["run", "-q", "--offline", "-o", "r.md", "--", "/bin/sh", "-c", "exit 7"]).unwrap();
    assert_eq!(done.status.code(), Some(7), "{}", words(&done.stderr));
    assert!(run.dir.path().join("r.md").exists());
}
