//! The options of every subcommand that makes a packet: `collect`, `run` and `retry` take the same.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use crate::model::vocabulary::{Audience, Format};
use crate::plan::Asked;

/// What may be said about the packet, wherever its failure comes from.
#[derive(Debug, Args)]
pub(super) struct PacketOptions {
    /// Where the packet goes: a file, a folder, or `-` for standard output [default: evpack-<time>-<id>.<format>]
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,

    /// Form of the packet [default: by the extension of the output, else md]
    #[arg(short, long, value_parser = words(Format::ALL.iter().map(|f| f.word()), Format::from_word))]
    format: Option<Format>,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Replace an output that exists
    #[arg(long)]
    force: bool,

    /// Who will read the packet; it decides which names are hidden. Secrets and prompts go in all three [default: vendor]
    #[arg(long, value_parser = words(Audience::ALL.iter().map(|a| a.word()), Audience::from_word))]
    audience: Option<Audience>,

    /// Use no network: neither probe nor status page
    #[arg(long)]
    offline: bool,

    /// Do not probe the route to the API
    #[arg(long)]
    no_probe: bool,

    /// Do not fetch the status page
    #[arg(long)]
    no_status: bool,

    /// A saved copy of the status page's JSON (summary.json, status.json or incidents.json); the page is not fetched then
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_status")]
    status_file: Option<PathBuf>,

    /// Sign the packet with this minisign secret key; the signature goes to PACKET.minisig
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    sign: Option<PathBuf>,

    /// Encrypt the packet for this age recipient (age1...); `.age` is added to its name
    #[arg(long, value_name = "RECIPIENT")]
    encrypt_to: Option<String>,

    /// Add your own words to the packet
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Add a key and value to the packet; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    metadata: Vec<String>,

    /// Template instead of the whole packet: packet, ticket, github-issue, slack, teams, jira, servicenow, handoff, step-summary, summary, or a file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    template: Option<String>,

    /// Add a file of own redaction rules, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Time for all probes together, those of the network included, in seconds [default: 6]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<f64>,
}

/// A parser for a closed vocabulary: clap lists the words, the model gives the value.
pub(super) fn words<T: Clone + Send + Sync + 'static>(
    words: impl Iterator<Item = &'static str>,
    from_word: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.collect::<Vec<_>>()).try_map(move |word| from_word(&word).ok_or("unknown word"))
}

impl PacketOptions {
    /// Whether JSON was asked for.
    pub(super) fn is_json(&self) -> bool {
        self.json || self.format == Some(Format::Json)
    }

    /// What was asked for, with these inputs.
    pub(super) fn asked(self, inputs: Vec<PathBuf>) -> Asked {
        Asked {
            inputs,
            output: self.output,
            format: if self.json { Some(Format::Json) } else { self.format },
            force: self.force,
            audience: self.audience,
            offline: self.offline,
            no_probe: self.no_probe,
            no_status: self.no_status,
            status_file: self.status_file,
            sign: self.sign,
            encrypt_to: self.encrypt_to,
            note: self.note,
            metadata: self.metadata,
            template: self.template,
            rules: self.rules,
            config: self.config,
            timeout: self.timeout,
        }
    }
}
