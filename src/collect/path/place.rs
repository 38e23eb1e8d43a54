//! Where the call was made from: command, program, directory, user, machine, and what it runs inside.

use super::named_files::{payload_files, program_files};
use super::{PathParts, Reading, of_evidence, of_text};
use crate::collect::host::Host;
use crate::model::{AbsenceReason, Raw};

pub(super) fn read(host: &dyn Host, parts: &PathParts, known: &mut Vec<(&'static str, Reading)>) {
    let scene = &parts.scene;
    let around = &scene.host.surroundings;
    match &parts.command {
        Some(command) => {
            let words: Vec<&str> = command.iter().map(|word| word.expose().as_str()).collect();
            known.push(("command", Reading::Set(Raw::new(words.join("\u{1f}")))));
            known.push(("program", program_files(host, &words)));
            known.push(("payload", payload_files(host, &words)));
        }
        None => {
            for name in ["command", "program", "payload"] {
                known.push((name, Reading::Unknown(AbsenceReason::NotInInput)));
            }
        }
    }
    known.push(("working directory", of_text(host.cwd().map(|path| path.to_string_lossy().into_owned()))));
    known.push(("host name", host_name(host)));
    let user = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| host.env(name));
    known.push(("user", of_text(user.map(Raw::into_exposed))));
    let system = match scene.host.os_version.value() {
        Some(version) => format!("{} {} {}", scene.host.os, version.expose(), scene.host.architecture),
        None => format!("{} {}", scene.host.os, scene.host.architecture),
    };
    known.push(("system", of_text(Some(system))));
    known.push(("kernel", of_evidence(&scene.host.kernel, |text| text.expose().clone())));
    known.push(("container", of_evidence(&around.container, |word| (*word).to_owned())));
    known.push(("WSL", of_evidence(&around.wsl, |word| (*word).to_owned())));
    known.push(("CI", of_evidence(&around.ci, |ci| ci.vendor.to_owned())));
    known.push(("remote shell", of_text(Some(around.remote.join(", ")))));
    known.push(("time zone", of_evidence(&scene.timezone, |text| text.expose().clone())));
    known.push(("locale", of_evidence(&scene.host.locale, |text| text.expose().clone())));
}

/// The name of this machine; the packet shows it to some audiences only, the fingerprint always needs it.
fn host_name(host: &dyn Host) -> Reading {
    let system = std::path::Path::new("/proc/sys/kernel/hostname");
    let file = (host.os() == "linux").then(|| host.read(system, 256).ok()).flatten();
    let text = file.map(|file| String::from_utf8_lossy(file.bytes.expose()).trim().to_owned());
    let text = text.filter(|text| !text.is_empty());
    of_text(text.or_else(|| host.system().hostname.map(Raw::into_exposed)))
}
