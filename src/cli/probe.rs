//! `evpack probe`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::Voice;
use crate::collect::SystemHost;
use crate::contact::{self, Told};
use crate::error::{Error, Exit};
use crate::model::Raw;
use crate::model::probe::ProbeClient;
use crate::model::vocabulary::Format;
use crate::net::{self, Family, ProbePlan, TrustChoice, Via};
use crate::plan::{Asked, Plan};
use crate::render;

/// Arguments of `evpack probe`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ProbeArgs {
    /// Base URL, as the client has it [default: the one that this environment names, or the API's]
    #[arg(value_name = "URL", value_hint = ValueHint::Url)]
    url: Option<String>,

    /// Go the way of the client that this packet or log is of: its rules and its base URL
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    from: Option<PathBuf>,

    /// Follow the rules of this client for proxies and certificates [default: that of --from, the one that this runs in, or
    /// python]
    #[arg(long = "as", value_name = "CLIENT", value_enum)]
    client: Option<Client>,

    /// Go through this proxy, or `direct`, whatever the client would do
    #[arg(long, value_name = "PROXY|direct")]
    via: Option<String>,

    /// Use addresses of this family alone
    #[arg(long, value_name = "4|6", value_parser = ["4", "6"])]
    family: Option<String>,

    /// Change one variable at a time and say which one flips the result
    #[arg(long)]
    compare: bool,

    /// Base URL to compare with, or `off` [default: the API's own, where the base URL is that of a gateway]
    #[arg(long, value_name = "URL|off", value_hint = ValueHint::Url)]
    gateway: Option<String>,

    /// Hold the connection without traffic for this long, and use it again
    #[arg(long, value_name = "SECONDS")]
    idle: Option<f64>,

    /// Trust the certificates of this PEM file alone
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ca: Option<PathBuf>,

    /// Ask this name server in place of the system's resolver
    #[arg(long, value_name = "IP:PORT")]
    nameserver: Option<SocketAddr>,

    /// Time for all of it, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    timeout: f64,

    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

/// A client, by its word.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Client {
    Python,
    Typescript,
    ClaudeCode,
    Curl,
    Go,
}

impl From<Client> for ProbeClient {
    fn from(client: Client) -> Self {
        match client {
            Client::Python => Self::Python,
            Client::Typescript => Self::Typescript,
            Client::ClaudeCode => Self::ClaudeCode,
            Client::Curl => Self::Curl,
            Client::Go => Self::Go,
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  evpack probe                            the way of this environment, phase by phase
  evpack probe --as typescript            as the TypeScript SDK would go
  evpack probe --from packet.json         as the client of a failure would go
  evpack probe --compare                  which variable makes the difference
  evpack probe --via direct --json        past the proxy, for scripts

It sends no key and no prompt: an empty request, whose 401 with a request id shows that the path is up.
Exit code 0: the path is up. 5: it is down.";

pub(super) fn run(args: ProbeArgs, voice: Voice) -> Result<Exit, Error> {
    let asked = Asked {
        output: Some(PathBuf::from("-")),
        format: Some(Format::Markdown),
        config: args.config.clone(),
        ..Asked::default()
    };
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    let mut plan = Plan::resolve(asked, &templates, &SystemHost)?;
    if args.json {
        plan.format = Format::Json;
    }
    let told = args.from.as_deref().map(|file| contact::told(file, &SystemHost)).transpose()?;
    let ready = net::ready(wanted(args, told)?, &SystemHost).map_err(|words| {
        Error::usage("this is no URL that can be probed", "give a base URL such as https://api.anthropic.com")
            .detail(words)
    })?;
    voice.text(crate::probe_announcement(&ready).as_str());
    let up = crate::probe(&plan, ready, &SystemHost)?;
    Ok(if up { Exit::Done } else { Exit::PathDown })
}

fn wanted(args: ProbeArgs, told: Option<Told>) -> Result<ProbePlan, Error> {
    let told = told.unwrap_or_default();
    let client = args.client.map(ProbeClient::from).or(told.client);
    let client = client.unwrap_or_else(|| net::default_client(&SystemHost));
    let mut plan = ProbePlan::new(client, seconds(args.timeout)?);
    plan.runtime = told.runtime.or_else(|| net::runtime_here(client, &SystemHost));
    plan.url = args.url.map(Raw::new).or(told.url);
    plan.via = match args.via {
        None => Via::Rules,
        Some(word) if word == "direct" => Via::Direct,
        Some(url) => Via::Proxy(Raw::new(url)),
    };
    plan.family = args.family.map(|family| if family == "4" { Family::V4 } else { Family::V6 });
    plan.direct = args.gateway.is_none();
    plan.gateway = args.gateway.filter(|word| word != "off").map(Raw::new);
    plan.compare = args.compare || plan.gateway.is_some();
    plan.idle = args.idle.map(seconds).transpose()?;
    plan.nameserver = args.nameserver;
    if let Some(file) = args.ca {
        if !file.is_file() {
            return Err(Error::usage("there is no such file", "give a PEM file of certificates to `--ca`")
                .on(file.display().to_string()));
        }
        plan.trust = TrustChoice::File(file);
    }
    Ok(plan)
}

fn seconds(number: f64) -> Result<Duration, Error> {
    let usable = (0.05..=3600.0).contains(&number);
    let bad = || Error::usage("the time is not usable", "give seconds between 0.05 and 3600");
    if usable { Duration::try_from_secs_f64(number).map_err(|_| bad()) } else { Err(bad()) }
}
