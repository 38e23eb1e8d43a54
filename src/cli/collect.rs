//! `evpack collect`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};

use super::{Voice, say};
use crate::collect::host::Recorder;
use crate::collect::{Host, SystemHost};
use crate::error::{Error, Exit};
use crate::model::vocabulary::{Audience, Format};
use crate::plan::{Asked, Plan};
use crate::render;

/// Arguments of `evpack collect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CollectArgs {
    /// Error text or log: a file, or `-` for standard input. Without one, the surroundings alone are packed
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    inputs: Vec<PathBuf>,

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

    /// Use no network
    #[arg(long)]
    offline: bool,

    /// Add your own words to the packet
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// Add a key and value to the packet; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    metadata: Vec<String>,

    /// Template of the Markdown packet: packet, ticket, summary, or a file
    #[arg(long, value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    template: Option<String>,

    /// Add a file of own redaction rules, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Time for all probes together, in seconds [default: 5]
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<f64>,

    /// Exit with 4 if an item of the checklist is missing; the packet is written all the same
    #[arg(long)]
    require_complete: bool,

    #[command(flatten)]
    seal: super::seal::SealArgs,

    /// List what would be read, run and contacted; do nothing of it
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  evpack collect error.log                 a Markdown packet for a ticket
  pytest 2>&1 | evpack collect -           from a pipe
  evpack collect -f zip app.log trace.txt  two inputs, one zip
  evpack collect -o - --json error.log     JSON to standard output";

/// A parser for a closed vocabulary: clap lists the words, the model gives the value.
pub(super) fn words<T: Clone + Send + Sync + 'static>(
    words: impl Iterator<Item = &'static str>,
    from_word: fn(&str) -> Option<T>,
) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.collect::<Vec<_>>()).try_map(move |word| from_word(&word).ok_or("unknown word"))
}

impl CollectArgs {
    fn asked(self) -> Asked {
        Asked {
            inputs: self.inputs,
            output: self.output,
            format: if self.json { Some(Format::Json) } else { self.format },
            force: self.force,
            audience: self.audience,
            offline: self.offline,
            note: self.note,
            metadata: self.metadata,
            template: self.template,
            rules: self.rules,
            config: self.config,
            timeout: self.timeout,
        }
    }
}

pub(super) fn run(args: CollectArgs, voice: Voice) -> Result<Exit, Error> {
    let (dry_run, require_complete) = (args.dry_run, args.require_complete);
    let host: Arc<dyn Host> = Arc::new(SystemHost);
    let seal = args.seal.seal(host.as_ref())?;
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    let planning = Recorder::new(Arc::clone(&host));
    let mut plan = Plan::resolve(args.asked(), &templates, &planning)?;
    super::seal::name_encrypted(&mut plan.target, &seal);
    if dry_run {
        return say::data(crate::dry_run(&plan, &host, planning.touches()).as_str().as_bytes());
    }
    crate::clean_up_on_interrupt();
    let outcome = crate::collect_sealed(&plan, host, &seal)?;
    say::refused_inputs(&outcome.refused);
    if voice.is_verbose() {
        voice.text(&outcome.detail()?);
    }
    if !voice.is_quiet() {
        voice.text(&outcome.summary()?);
    }
    Ok(if require_complete && !outcome.complete { Exit::Incomplete } else { Exit::Done })
}
