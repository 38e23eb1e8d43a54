//! `evpack collect`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueHint};

use super::packet_options::PacketOptions;
use super::{Voice, ci, say};
use crate::collect::host::Recorder;
use crate::collect::{Host, SystemHost};
use crate::error::{Error, Exit};
use crate::plan::Plan;
use crate::render;

/// Arguments of `evpack collect`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CollectArgs {
    /// Error text or log: a file, or `-` for standard input. Without one, the surroundings alone are packed
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    inputs: Vec<PathBuf>,

    #[command(flatten)]
    packet: PacketOptions,

    /// Tell the CI job of the packet: annotation, summary, outputs, and the packet below `evpack-out`
    #[arg(long)]
    ci: bool,

    /// Exit with 1 where the packet's branch or cause is one of these words; `any` is all of them
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    fail_on: Vec<String>,

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

pub(super) fn run(args: CollectArgs, voice: Voice) -> Result<Exit, Error> {
    let (dry_run, require_complete) = (args.dry_run, args.require_complete);
    let host: Arc<dyn Host> = Arc::new(SystemHost);
    let seal = args.seal.seal(host.as_ref())?;
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    let vendor = if args.ci { Some(crate::ci_vendor(&SystemHost).unwrap_or_default()) } else { None };
    let mut asked = args.packet.asked(args.inputs);
    if let Some(vendor) = vendor.as_ref().filter(|_| !dry_run) {
        ci::mask(vendor);
        ci::place(&mut asked)?;
    }
    let planning = Recorder::new(Arc::clone(&host));
    let mut plan = Plan::resolve(asked, &templates, &planning)?;
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
    match &vendor {
        Some(vendor) => ci::tell(&outcome, vendor, voice),
        None if !voice.is_quiet() => voice.text(&outcome.summary()?),
        None => {}
    }
    if outcome.is_one_of(&args.fail_on) {
        return Ok(Exit::Failed);
    }
    Ok(if require_complete && !outcome.complete { Exit::Incomplete } else { Exit::Done })
}
