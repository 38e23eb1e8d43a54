//! Network namespaces: two of them, joined by a pair of interfaces, with a real server and a real name server on the far side.
//!
//! The firewall is nftables. The `netem` queue is not used: many kernels have none, and rules that drop do the same for a probe.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::programs::{Daemon, program};
use crate::support::Evpack;

/// Addresses of the far side.
pub const FAR: &str = "10.77.0.2";
pub const FAR_6: &str = "fd77::2";

/// Two namespaces; they go when this is dropped.
pub struct Lab {
    near: String,
    far: String,
    pub dir: tempfile::TempDir,
}

/// Runs a program; whether it did what it should.
fn done(words: &[&str]) -> bool {
    let ran = Command::new(words[0]).args(&words[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ran.is_ok_and(|status| status.success())
}

impl Lab {
    /// Both namespaces with their interfaces up, or nothing, with the reason said.
    pub fn new() -> Option<Self> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        program("ip")?;
        program("nft")?;
        let number = NUMBER.fetch_add(1, Ordering::SeqCst);
        let near = format!("evpack-{}-{number}", std::process::id());
        let far = format!("{near}-far");
        if !done(&["ip", "netns", "add", &near]) {
            println!("skipped: this user may not make network namespaces (root may)");
            return None;
        }
        let lab = Self { near, far, dir: tempfile::tempdir().unwrap() };
        let (near, far) = (lab.near.as_str(), lab.far.as_str());
        let set_up = [
            &["ip", "netns", "add", far] as &[&str],
            &["ip", "link", "add", "ev0", "netns", near, "type", "veth", "peer", "name", "ev1", "netns", far],
            &["ip", "-n", near, "link", "set", "lo", "up"],
            &["ip", "-n", far, "link", "set", "lo", "up"],
            &["ip", "-n", near, "address", "add", "10.77.0.1/24", "dev", "ev0"],
            &["ip", "-n", far, "address", "add", "10.77.0.2/24", "dev", "ev1"],
            &["ip", "-n", near, "address", "add", "fd77::1/64", "dev", "ev0", "nodad"],
            &["ip", "-n", far, "address", "add", "fd77::2/64", "dev", "ev1", "nodad"],
            &["ip", "-n", near, "link", "set", "ev0", "up"],
            &["ip", "-n", far, "link", "set", "ev1", "up"],
        ];
        if let Some(words) = set_up.iter().find(|words| !done(words)) {
            println!("skipped: the network of a namespace cannot be set up here: {}", words.join(" "));
            return None;
        }
        Some(lab)
    }

    /// The words that run a program on this side.
    pub fn near(&self) -> Vec<String> {
        ["ip", "netns", "exec", &self.near].map(str::to_owned).to_vec()
    }

    fn far(&self, path: &Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.far]).arg(path);
        command
    }

    /// Name servers of the near side, as its `/etc/resolv.conf` has them.
    pub fn resolv_conf(&self, text: &str) {
        let folder = self.etc();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("resolv.conf"), text).unwrap();
    }

    /// `ip netns exec` puts the files of this folder over those of `/etc`.
    fn etc(&self) -> PathBuf {
        Path::new("/etc/netns").join(&self.near)
    }

    /// Rules of the far side's firewall, for what comes in.
    #[track_caller]
    pub fn firewall(&self, rules: &str) {
        self.firewall_with("", rules);
    }

    /// The same with a set.
    #[track_caller]
    pub fn firewall_with(&self, set: &str, rules: &str) {
        let table = format!(
            "table inet evpack {{\n {set}\n chain input {{\n type filter hook input priority 0; policy accept;\n {rules}\n }}\n}}\n"
        );
        let file = self.dir.path().join("rules.nft");
        std::fs::write(&file, table).unwrap();
        let file = file.display().to_string();
        assert!(done(&["ip", "netns", "exec", &self.far, "nft", "-f", &file]), "nft refuses: {rules}");
    }

    /// A server on the far side that answers as the API does without a key, on every address.
    pub fn api(&self, port: u16) -> Option<Daemon> {
        let path = program("haproxy")?;
        let config = self.dir.path().join("api.cfg");
        let body = r#"{"type":"error","error":{"type":"authentication_error","message":"x-api-key required"}}"#;
        let text = format!(
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n\
             frontend api\n  bind :::{port} v4v6\n  http-request return status 401 content-type application/json \
             hdr request-id req_011CSHoEeqs5C35K2UUqR7Fy string '{body}'\n"
        );
        std::fs::write(&config, text).unwrap();
        let daemon = Daemon::start_elsewhere(self.far(&path).args(["-db", "-f"]).arg(&config), port);
        self.wait("-t", port);
        Some(daemon)
    }

    /// dnsmasq on the far side.
    pub fn name_server(&self, options: &[&str]) -> Option<Daemon> {
        let path = program("dnsmasq")?;
        let mut command = self.far(&path);
        command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--user=root", "--pid-file="]);
        command.args(["--port=53", "--no-resolv", "--cache-size=0", "--log-facility=-"]).args(options);
        let daemon = Daemon::start_elsewhere(&mut command, 53);
        self.wait("-u", 53);
        Some(daemon)
    }

    /// A name server on the far side, for dnsmasq to ask, that fails at every question.
    pub fn failing_name_server(&self, port: u16) -> Option<Daemon> {
        let path = program("python3")?;
        let code = format!(
            "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('127.0.0.1', {port}))\n\
             while True:\n q, a = s.recvfrom(4096)\n s.sendto(q[:2] + bytes([0x81, 0x82]) + q[4:6] + bytes(6) + q[12:q.index(0, 12) + 5], a)\n"
        );
        let daemon = Daemon::start_elsewhere(self.far(&path).args(["-c", &code]), port);
        self.wait("-u", port);
        Some(daemon)
    }

    /// Waits until something on the far side listens.
    #[track_caller]
    fn wait(&self, kind: &str, port: u16) {
        let listens = || {
            let out = Command::new("ip").args(["netns", "exec", &self.far, "ss", "-Hln", kind]).output().unwrap();
            String::from_utf8_lossy(&out.stdout).contains(&format!(":{port} "))
        };
        let up = (0..400).any(|_| {
            thread::sleep(Duration::from_millis(50));
            listens()
        });
        assert!(up, "nothing listens on port {port} of the far side");
    }

    /// A probe from the near side, as JSON.
    pub fn probe(&self, url: &str, more: &[&str]) -> Evpack {
        let run = Evpack::new(["probe", url, "--as", "curl", "--json", "--gateway", "off"]).under(&self.near());
        more.iter().fold(run, |run, word| run.arg(*word))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for name in [&self.near, &self.far] {
            done(&["ip", "netns", "delete", name]);
        }
        let _ = std::fs::remove_dir_all(self.etc());
    }
}
