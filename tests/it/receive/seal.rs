//! Signing and encryption: other programs read what evpack writes, and whatever fails, nothing is written.

use std::fs;
use std::process::Command;

use super::{any_capture, packet, verify};
use crate::support::Evpack;

fn tool(name: &str) -> bool {
    let there = Command::new(name).arg("--version").output().is_ok();
    if !there {
        println!("skipped: `{name}` is not installed here");
    }
    there
}

#[test]
fn minisign_verifies_the_signature_and_evpack_too() {
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let (secret, public) = (pair.sk.to_box(None).unwrap().into_string(), pair.pk.to_box().unwrap().into_string());
    let made = Evpack::new(["collect", "--offline", "--sign", "key", "-o", "p.zip"])
        .arg(any_capture())
        .file("key", &secret)
        .run()
        .code(0);
    let check = |packet: &[u8]| {
        Evpack::new(["verify", "--key", "pub", "p.zip"])
            .file("p.zip", packet)
            .file("p.zip.minisig", &made.files["p.zip.minisig"])
            .file("pub", &public)
            .run()
    };
    check(&made.files["p.zip"]).code(0);
    check(&packet("zip")).code(3);
    Evpack::new(["verify", "--key", "pub", "p.zip"]).file("p.zip", packet("zip")).file("pub", &public).run().code(3);
    if tool("minisign") {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in &made.files {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        fs::write(dir.path().join("pub"), &public).unwrap();
        let done =
            Command::new("minisign").args(["-V", "-p", "pub", "-m", "p.zip"]).current_dir(dir.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn age_decrypts_the_packet_and_nobody_else_can() {
    use age::secrecy::ExposeSecret as _;
    let identity = age::x25519::Identity::generate();
    let made = Evpack::new(["collect", "--offline", "-o", "p.zip", "--encrypt-to", &identity.to_public().to_string()])
        .arg(any_capture())
        .run()
        .code(0);
    let (name, bytes) = made.only_file();
    assert_eq!(name, "p.zip.age");
    let plain = age::decrypt(&identity, bytes).unwrap();
    verify(&[], "p.zip", &plain).code(0);
    if tool("age") {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("p.zip.age"), bytes).unwrap();
        fs::write(dir.path().join("id"), identity.to_string().expose_secret()).unwrap();
        let done = Command::new("age").args(["-d", "-i", "id", "p.zip.age"]).current_dir(dir.path()).output().unwrap();
        assert_eq!(done.stdout, plain);
    }
}

#[test]
fn a_key_that_cannot_be_used_leaves_nothing() {
    for (option, value) in [("--sign", "bad"), ("--sign", "missing"), ("--encrypt-to", "age1nonsense")] {
        let output = Evpack::new(["collect", "--offline", option, value, "-o", "p.zip"])
            .arg(any_capture())
            .file("bad", "untrusted comment: no key\nAAAA\n")
            .run()
            .code(2);
        assert!(output.files.is_empty(), "{option} {value}: {:?}", output.files.keys());
    }
}

/// A packet to be signed or encrypted, in a folder with a good key and several that are none.
fn sealing(options: &[&str], name: &str) -> Evpack {
    let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
    let good = pair.sk.to_box(None).unwrap().into_string();
    let public = pair.pk.to_box().unwrap().into_string();
    Evpack::new(["collect", "-q", "--offline", "-o", name].iter().chain(options).copied())
        .arg(any_capture())
        .file("key", &good)
        .file("public", public)
        .file("empty", "")
        .file("cut", &good[..good.len() / 2])
        .file("bytes", [0xff, 0xfe, 0x00])
}

#[test]
fn whatever_keeps_it_from_being_sealed_nothing_is_written() {
    let cases: &[(&[&str], &str)] = &[
        (&["--sign", "missing"], "missing"),
        (&["--sign", "public"], "signing key"),
        (&["--sign", "empty"], ""),
        (&["--sign", "cut"], "signing key"),
        (&["--sign", "bytes"], "bytes"),
        (&["--sign", "."], ""),
        (&["--encrypt-to", ""], "recipient"),
        (&["--encrypt-to", "age1nonsense"], "recipient"),
        (&["--encrypt-to", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"], "recipient"),
        (&["--encrypt-to", "AGE-SECRET-KEY-1"], "recipient"),
        (&["--sign", "key", "--encrypt-to", "age1nonsense"], "recipient"),
    ];
    for (options, words) in cases {
        for name in ["p.zip", "p.md"] {
            let output = sealing(options, name).run();
            assert!(matches!(output.code, Some(1 | 2)), "{options:?}: {:?} {}", output.code, output.stderr);
            assert!(output.files.is_empty(), "{options:?}: {:?}", output.files.keys());
            assert!(
                output.stderr.contains(words) && output.stderr.contains("hint: "),
                "{options:?}: {}",
                output.stderr
            );
        }
    }
    let output = sealing(&["--sign", "key"], "-").run().code(2);
    assert!(output.stdout.is_empty() && output.files.is_empty(), "{}", output.stderr);
}

#[test]
fn a_key_with_a_password_needs_the_right_one_and_none_is_asked_for() {
    let pair = minisign::KeyPair::generate_encrypted_keypair(Some("the right one".to_owned())).unwrap();
    let key = pair.sk.to_box(None).unwrap().into_string();
    let sign = |password: Option<&str>| {
        let run = Evpack::new(["collect", "-q", "--offline", "--sign", "locked", "-o", "p.zip"]);
        let run = run.arg(any_capture()).file("locked", &key);
        match password {
            Some(password) => run.env("EVPACK_SIGN_PASSWORD", password).run(),
            None => run.run(),
        }
    };
    for wrong in [None, Some(""), Some("the wrong one")] {
        let output = sign(wrong).code(2);
        assert!(output.files.is_empty(), "{wrong:?}: {:?}", output.files.keys());
        assert!(
            output.stderr.contains("EVPACK_SIGN_PASSWORD") && !output.stderr.contains("wrong one"),
            "{}",
            output.stderr
        );
    }
    let output = sign(Some("the right one")).code(0);
    assert_eq!(output.files.len(), 2, "{:?}", output.files.keys());
    let (packet, signature) = (&output.files["p.zip"], &output.files["p.zip.minisig"]);
    let signature = String::from_utf8(signature.clone()).unwrap();
    assert!(evpack::write::seal::is_signed(packet, &signature, &pair.pk.to_base64()).unwrap());
}

/// Whichever of the two files stands there already, neither is replaced and none is added.
#[test]
fn what_stands_there_stays_and_no_half_of_a_pair_is_left() {
    for there in ["p.zip", "p.zip.minisig"] {
        let output = sealing(&["--sign", "key"], "p.zip").file(there, "mine").run();
        assert!(matches!(output.code, Some(1 | 2)), "{there}: {:?}", output.code);
        assert!(output.files.is_empty(), "{there}: {:?}", output.files.keys());
        assert_eq!(fs::read(output.path().join(there)).unwrap(), b"mine");
        let forced = sealing(&["--sign", "key", "--force"], "p.zip").file(there, "mine").run().code(0);
        assert_eq!(forced.files.len(), 2, "{:?}", forced.files.keys());
    }
    let output = sealing(&["--encrypt-to", &age::x25519::Identity::generate().to_public().to_string()], "p.zip")
        .file("p.zip.age", "mine")
        .run();
    assert!(output.code != Some(0) && output.files.is_empty(), "{:?}", output.files.keys());
}
