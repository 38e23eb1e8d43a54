//! The machine, and what it runs inside.

use super::Evidence;
use crate::staged;

staged! {
    /// A continuous-integration job.
    #[schemars(rename = "Ci")]
    pub struct Ci<S> {
        /// Vendor, such as `github-actions`.
        pub vendor: &'static str,
        /// Link to the job.
        pub job_url: Option<S::Text>,
        /// Id of the run.
        pub run_id: Option<S::Text>,
        /// Name of the job.
        pub job: Option<S::Text>,
    }
}

staged! {
    /// A cloud region and the variable that names it.
    #[schemars(rename = "Region")]
    pub struct Region<S> {
        /// The region's name.
        pub name: S::Text,
        /// The variable that says so.
        pub source: &'static str,
    }
}

staged! {
    /// What the process runs inside.
    #[schemars(rename = "Surroundings")]
    pub struct Surroundings<S> {
        /// A CI job.
        pub ci: Evidence<S, Ci<S>>,
        /// Windows Subsystem for Linux: `WSL 1` or `WSL 2`.
        pub wsl: Evidence<S, &'static str>,
        /// A container: `docker`, `podman`, `kubernetes`, `lxc`, `systemd-nspawn` or `container`.
        pub container: Evidence<S, &'static str>,
        /// Remote development and shells: `ssh`, `codespaces`, `devcontainer`, `vscode-remote`, `gitpod`, ...
        pub remote: Vec<&'static str>,
        /// A serverless platform, such as `aws-lambda`.
        pub serverless: Evidence<S, &'static str>,
        /// Names of interfaces that look like a VPN's. On macOS `utun` interfaces exist without a VPN.
        pub vpn_interfaces: Vec<S::Text>,
        /// The entry point, where evpack runs inside Claude Code.
        pub inside_claude_code: Evidence<S, S::Text>,
    }
}

staged! {
    /// The machine.
    #[schemars(rename = "Host")]
    pub struct HostFacts<S> {
        /// Operating system: `linux`, `macos`, `windows` or another name of Rust's `std::env::consts::OS`.
        pub os: &'static str,
        /// Distribution or edition, with version.
        pub os_version: Evidence<S, S::Text>,
        /// Kernel version.
        pub kernel: Evidence<S, S::Text>,
        /// Architecture, such as `x86_64`.
        pub architecture: &'static str,
        /// Logical CPUs.
        pub cpus: Evidence<S, u32>,
        /// Memory in bytes.
        pub memory_bytes: Evidence<S, u64>,
        /// Locale.
        pub locale: Evidence<S, S::Text>,
        /// Host name.
        pub hostname: Evidence<S, S::Text>,
        /// Cloud region.
        pub region: Evidence<S, Region<S>>,
        /// What supplied the clock: `system-clock`, or `SOURCE_DATE_EPOCH`.
        pub clock_source: &'static str,
        /// What it runs inside.
        pub surroundings: Surroundings<S>,
    }
}
