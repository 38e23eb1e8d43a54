//! `evpack retry`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{ArgGroup, Args, ValueHint};

use super::packet_options::PacketOptions;
use super::run::not_started;
use super::{Voice, say};
use crate::again::{self, Against};
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::plan::{Asked, Plan, Target};
use crate::retry::Claim;
use crate::{Outcome, render};

/// Arguments of `evpack retry`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("one-change").multiple(false))]
pub(super) struct RetryArgs {
    /// The packet of the attempt before
    #[arg(long, value_name = "PACKET", value_hint = ValueHint::FilePath)]
    against: PathBuf,

    /// The one change: an environment variable of the command gets a value, or is removed where there is none
    #[arg(long, value_name = "NAME=[VALUE]", group = "one-change")]
    change: Option<String>,

    /// The one change: an environment variable of the command is removed
    #[arg(long, value_name = "NAME", group = "one-change")]
    unset: Option<String>,

    /// The one change: an environment variable of the command gets a value
    #[arg(long, value_name = "NAME=VALUE", group = "one-change")]
    set: Option<String>,

    /// The one change, made by you outside: say it in your own words, such as "vpn off"
    #[arg(long, value_name = "WORDS", group = "one-change")]
    changed: Option<String>,

    /// Only tell the next controlled tests: what to keep fixed, and the one thing to change; with --json for a program
    #[arg(long, conflicts_with_all = ["one-change", "auto"])]
    plan: bool,

    /// Run the next controlled tests that need no person, until one reaches the API. Each attempt may bill tokens
    #[arg(long, conflicts_with = "one-change")]
    auto: bool,

    /// Most attempts of --auto
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    max: u32,

    #[command(flatten)]
    packet: PacketOptions,

    /// The command and its arguments, after `--` [default: the one that this machine remembers of the packet]
    #[arg(value_name = "CMD", trailing_var_arg = true, allow_hyphen_values = true,
          value_hint = ValueHint::CommandWithArguments)]
    command: Vec<OsString>,
}

const EXAMPLES: &str = "\
Each attempt is a real call and may bill tokens.

Examples:
  evpack retry --against p.json                           the same again: intermittent or persistent?
  evpack retry --against p.json --unset HTTPS_PROXY       one variable removed
  evpack retry --against p.json --changed \"vpn off\"       a change that you made yourself
  evpack retry --against p.json --plan [--json]           what to test next";

pub(super) fn run(args: RetryArgs, voice: Voice) -> Result<Exit, Error> {
    let claim = claim(&args)?;
    let against = Against::read(&args.against, &SystemHost)?;
    if args.plan {
        let packet = crate::clean_words(&crate::run::shown(&[args.against.into_os_string()]));
        let tests = against.proposals(&SystemHost);
        let told = render::proposals(&tests, packet.as_str(), args.packet.is_json()).map_err(bug)?;
        return say::data(told.as_bytes());
    }
    if !against.is_remembered() {
        voice.line("note: this machine has no record of that packet, so private values cannot be compared with it");
    }
    let known = if args.command.is_empty() { against.command() } else { Some(args.command) };
    let command = known.ok_or_else(|| {
        Error::usage("the command of that packet is not known here", "give it after `--`, exactly as it was")
    })?;
    let plan = plan(args.packet.asked(Vec::new()))?;
    crate::clean_up_on_interrupt();
    if args.auto {
        return auto(&plan, &command, against, args.max, voice);
    }
    let outcome = attempt(&plan, command, &against.stating(claim.clone(), &SystemHost), &claim, voice)?;
    voice.text(&outcome.summary()?);
    Ok(Exit::Done)
}

fn claim(args: &RetryArgs) -> Result<Claim, Error> {
    let assigned = |text: &String| {
        Claim::assignment(text).ok_or_else(|| {
            Error::usage("the change names no variable", "give NAME=VALUE, or NAME= to remove it").on(text.as_str())
        })
    };
    match (&args.change, &args.unset, &args.set, &args.changed) {
        (Some(text), ..) => assigned(text),
        (_, Some(name), ..) => assigned(&format!("{}=", name.trim_end_matches('='))),
        (_, _, Some(text), _) => match assigned(text)? {
            // `--set NAME=` sets it, and to nothing.
            Claim::Unset(name) => Ok(Claim::Set(name, String::new())),
            set => Ok(set),
        },
        (_, _, _, Some(words)) => Ok(Claim::Said(words.clone())),
        _ => Ok(Claim::Nothing),
    }
}

fn plan(asked: Asked) -> Result<Plan, Error> {
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    Plan::resolve(asked, &templates, &SystemHost)
}

fn bug(_: render::RenderError) -> Error {
    Error::failed("the tests cannot be told", "report this as a bug")
}

/// One attempt, and the packet of it.
fn attempt(plan: &Plan, argv: Vec<OsString>, against: &Against, claim: &Claim, voice: Voice) -> Result<Outcome, Error> {
    let order = again::order(argv, claim);
    // Both looks are over before the command starts and after it has ended: what differs then changed meanwhile.
    let before = crate::before(&order, Arc::new(SystemHost)).settled();
    let mut ended = crate::run::run(&order).map_err(|error| not_started(&error, &order.argv))?;
    ended.changed_meanwhile = before.changed();
    if ended.left_behind {
        voice.line("note: something that the command started still holds its output; evpack waits for it no longer");
    }
    again::collect_retry(plan, Arc::new(SystemHost), &order, ended, against.clone(), &|words| voice.text(words))
}

/// The tests that need no person, one after the other, each compared with the first packet.
fn auto(plan: &Plan, argv: &[OsString], against: Against, most: u32, voice: Voice) -> Result<Exit, Error> {
    let mut plan = plan.clone();
    let Target::File { force, .. } = &mut plan.target else {
        return Err(Error::usage(
            "--auto writes its packet anew after each attempt",
            "name a file with -o; standard output can be written once only",
        ));
    };
    // The packet of an attempt replaces that of the attempt before it: the last one holds all.
    let mut first = Some(*force);
    voice.line("note: each attempt is a real call and may bill tokens");
    let mut against = against;
    let mut last = None;
    let tests = against.proposals(&SystemHost).into_iter().filter_map(|test| test.claim());
    for claim in tests.take(most as usize) {
        if let Target::File { force, .. } = &mut plan.target {
            *force = first.take().unwrap_or(true);
        }
        let stated = against.stating(claim.clone(), &SystemHost);
        let outcome = attempt(&plan, argv.to_vec(), &stated, &claim, voice)?;
        against = against.followed_by(&outcome);
        let decided = outcome.decides();
        voice.text(&outcome.attempt_line()?);
        last = Some(outcome);
        if decided {
            break;
        }
    }
    if let Some(outcome) = last {
        voice.text(&outcome.summary()?);
    }
    Ok(Exit::Done)
}
