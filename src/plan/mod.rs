//! The plan: what was asked, resolved against configuration, clock and system before anything is collected.
//!
//! After this stage nothing asks for the time, makes a random number or wonders where the packet goes.

mod config;
pub mod filter;
mod network;
mod output;
mod rules;
mod seal;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, Local, Utc};

pub use config::{Config, EXAMPLE, FILE_NAME};
pub use network::{NetworkPlan, StatusChoice};
pub use output::{Target, refuse_special};
pub use rules::RulePlan;
pub use seal::Seal;

use crate::collect::host::{Host, HostError};
use crate::error::Error;
use crate::model::Raw;
use crate::model::packet::PacketId;
use crate::model::vocabulary::{Audience, Format};

/// Largest configuration, rule or template file that is read, in bytes.
const SETTINGS_LIMIT: usize = 4 << 20;
/// Time for all probes together, those of the network included, when `--timeout` is not given.
const DEFAULT_BUDGET: Duration = Duration::from_secs(6);

/// What was typed on the command line, before the system is asked anything.
#[derive(Debug, Default, Clone)]
pub struct Asked {
    /// Inputs: paths, or `-` for standard input.
    pub inputs: Vec<PathBuf>,
    /// `--output`.
    pub output: Option<PathBuf>,
    /// `--format`.
    pub format: Option<Format>,
    /// `--force`.
    pub force: bool,
    /// `--audience`.
    pub audience: Option<Audience>,
    /// `--offline`.
    pub offline: bool,
    /// `--no-probe`.
    pub no_probe: bool,
    /// `--no-status`.
    pub no_status: bool,
    /// `--status-file`.
    pub status_file: Option<PathBuf>,
    /// `--sign`.
    pub sign: Option<PathBuf>,
    /// `--encrypt-to`.
    pub encrypt_to: Option<String>,
    /// `--note`.
    pub note: Option<String>,
    /// `--metadata`, each `KEY=VALUE`.
    pub metadata: Vec<String>,
    /// `--template`.
    pub template: Option<String>,
    /// `--rules`, relative to the working directory.
    pub rules: Vec<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--timeout`, in seconds.
    pub timeout: Option<f64>,
}

/// A file that the user named, with its text.
#[derive(Debug, Clone)]
pub struct NamedText {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: Raw<String>,
}

/// Which template renders the Markdown packet.
#[derive(Debug, Clone)]
pub enum TemplateChoice {
    /// One that is built in.
    BuiltIn(String),
    /// One of the user's.
    User(NamedText),
}

/// Everything that is decided before collection starts.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The clock: the time at which the packet was made.
    pub now: DateTime<FixedOffset>,
    /// What supplied the clock.
    pub clock_source: &'static str,
    /// Id of the packet.
    pub packet_id: PacketId,
    /// Inputs: paths, or `-`.
    pub inputs: Vec<PathBuf>,
    /// Form of the packet.
    pub format: Format,
    /// Where the packet goes.
    pub target: Target,
    /// How the packet is signed or encrypted.
    pub seal: Seal,
    /// What may be contacted.
    pub network: NetworkPlan,
    /// The user's own words.
    pub note: Option<Raw<String>>,
    /// The user's own keys and values.
    pub metadata: Vec<(Raw<String>, Raw<String>)>,
    /// Template of the Markdown packet.
    pub template: Option<TemplateChoice>,
    /// The rules of redaction, and who will read the packet.
    pub rules: RulePlan,
    /// Further variables to show.
    pub extra_env: Vec<String>,
    /// Files that hold a credential.
    pub credential_files: Vec<PathBuf>,
    /// Files to attach.
    pub attachments: Vec<PathBuf>,
    /// Time for all probes together.
    pub budget: Duration,
}

impl Plan {
    /// Whether anything may be contacted.
    #[must_use]
    pub const fn contacts(&self) -> bool {
        self.network.probe.is_none() || matches!(self.network.status, StatusChoice::Fetch)
    }

    /// Resolves what was asked.
    ///
    /// # Errors
    /// A mistake in the command line or the configuration, or an output that cannot be written.
    pub fn resolve(asked: Asked, built_in_templates: &[&str], host: &dyn Host) -> Result<Self, Error> {
        let (config, base) = read_config(asked.config.as_deref(), host)?;
        let beside = |path: &PathBuf| base.join(path);
        let (now, clock_source) = clock(host)?;
        let packet_id = packet_id(&now, clock_source)?;
        let format = output::format(asked.format, asked.output.as_deref())?;
        let seal = Seal::of(&asked, host)?;
        let mut target = Target::resolve(asked.output.as_deref(), format, asked.force, &now, &packet_id)?;
        let template = match (&asked.template, &config.template) {
            (Some(name), _) => Some(template(name, Path::new(""), built_in_templates, host)?),
            (None, Some(name)) => Some(template(name, &base, built_in_templates, host)?),
            (None, None) => None,
        };
        if template.is_some() && format == Format::Json {
            return Err(Error::usage(
                "a template cannot be used with the format json",
                "leave out --template, or use --format md",
            ));
        }
        seal.name(&mut target);
        let network = NetworkPlan::of(&asked, asked.offline || config.offline.unwrap_or(false), host)?;
        Ok(Self {
            now,
            clock_source,
            packet_id,
            inputs: inputs(asked.inputs)?,
            format,
            target,
            seal,
            network,
            note: asked.note.map(Raw::new),
            metadata: asked.metadata.iter().map(|pair| metadata(pair)).collect::<Result<_, _>>()?,
            template,
            rules: RulePlan::of(&config, &base, &asked.rules, asked.audience, host)?,
            extra_env: config.env,
            credential_files: config.credential_files.iter().map(beside).collect(),
            attachments: config.attachments.iter().map(beside).collect(),
            budget: budget(asked.timeout)?,
        })
    }
}

fn inputs(inputs: Vec<PathBuf>) -> Result<Vec<PathBuf>, Error> {
    if inputs.iter().filter(|input| input.as_os_str() == "-").count() > 1 {
        return Err(Error::usage("standard input is named twice", "give `-` once"));
    }
    Ok(inputs)
}

/// The last second of the year 9999, in seconds since 1970.
const LAST_SECOND: i64 = 253_402_300_799;

/// The clock of the packet: now, or the time that `SOURCE_DATE_EPOCH` fixes for repeatable output
/// (<https://reproducible-builds.org/specs/source-date-epoch/>).
fn clock(host: &dyn Host) -> Result<(DateTime<FixedOffset>, &'static str), Error> {
    let Some(fixed) = host.env("SOURCE_DATE_EPOCH").filter(|value| !value.expose().is_empty()) else {
        return Ok((Local::now().fixed_offset(), "system-clock"));
    };
    // Times of a packet have years of four digits.
    let seconds = fixed.expose().parse().ok().filter(|seconds| (0..=LAST_SECOND).contains(seconds));
    match seconds.and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0)) {
        Some(at) => Ok((at.fixed_offset(), "SOURCE_DATE_EPOCH")),
        None => Err(Error::usage(
            "SOURCE_DATE_EPOCH is not a number of seconds since 1970",
            "unset it, or set it to a whole number",
        )),
    }
}

/// Eight random digits; with a fixed clock they come from the clock, so that the packet is repeatable.
fn packet_id(now: &DateTime<FixedOffset>, clock_source: &str) -> Result<PacketId, Error> {
    if clock_source == "SOURCE_DATE_EPOCH" {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // the low 32 bits are what is wanted
        return Ok(PacketId::new(now.timestamp() as u32));
    }
    let bits = getrandom::u32().map_err(|_| {
        Error::failed("the system gives no random numbers", "run evpack where random numbers are available")
    })?;
    Ok(PacketId::new(bits))
}

fn budget(timeout: Option<f64>) -> Result<Duration, Error> {
    match timeout {
        None => Ok(DEFAULT_BUDGET),
        Some(seconds) if (0.05..=600.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        Some(_) => Err(Error::usage("--timeout is out of range", "give a number of seconds from 0.05 to 600")),
    }
}

fn metadata(pair: &str) -> Result<(Raw<String>, Raw<String>), Error> {
    match pair.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((Raw::text(key.trim()), Raw::text(value))),
        _ => Err(Error::usage("--metadata takes KEY=VALUE", "for example --metadata job=nightly")),
    }
}

/// The configuration and the folder that its paths are relative to.
fn read_config(named: Option<&Path>, host: &dyn Host) -> Result<(Config, PathBuf), Error> {
    let path = named.unwrap_or(Path::new(FILE_NAME));
    if named.is_none() && !host.exists(path) {
        return Ok((Config::default(), PathBuf::new()));
    }
    let file = settings_file(path, host)?;
    let config = Config::parse(file.text.expose(), path)?;
    Ok((config, path.parent().map(Path::to_path_buf).unwrap_or_default()))
}

fn template(name: &str, base: &Path, built_in: &[&str], host: &dyn Host) -> Result<TemplateChoice, Error> {
    if built_in.contains(&name) {
        return Ok(TemplateChoice::BuiltIn(name.to_owned()));
    }
    let names = || format!("the built-in names are {}", built_in.join(", "));
    settings_file(&base.join(name), host).map(TemplateChoice::User).map_err(|error| Error {
        hint: "give one of the built-in names, or the path of a template file",
        ..error.detail(names())
    })
}

/// The text of a file that the user named, such as a public key.
///
/// # Errors
/// It cannot be read.
pub fn named_text(path: &Path, host: &dyn Host) -> Result<String, Error> {
    settings_file(path, host).map(|file| file.text.into_exposed())
}

/// Reads a file that the user named: configuration, rules, template.
fn settings_file(path: &Path, host: &dyn Host) -> Result<NamedText, Error> {
    let fail = |what, hint| Error::usage(what, hint).on(path.display().to_string());
    let file = host.read(path, SETTINGS_LIMIT).map_err(|error| match error {
        HostError::NotFound => fail("there is no such file", "check the path"),
        HostError::Denied => fail("the file cannot be read", "check its permissions"),
        HostError::NotAFile => fail("this is not a file", "give the path of a file"),
        HostError::TimedOut => fail("reading the file took too long", "copy it to a local disk"),
        HostError::Other(said) => fail("the file cannot be read", "check the path").detail(said),
    })?;
    if file.total > SETTINGS_LIMIT as u64 {
        return Err(fail("the file is larger than 4 MiB", "check that this is the file you mean"));
    }
    match String::from_utf8(file.bytes.into_exposed()) {
        Ok(text) => Ok(NamedText { path: path.to_path_buf(), text: Raw::new(text) }),
        Err(_) => Err(fail("the file is not UTF-8 text", "save it as UTF-8")),
    }
}
