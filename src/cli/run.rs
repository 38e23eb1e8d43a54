//! `evpack run`.

use std::ffi::OsString;
use std::sync::Arc;

use clap::{Args, ValueHint};

use super::packet_options::PacketOptions;
use super::{Voice, ci, say};
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::plan::{Asked, Plan};
use crate::run::trace::Trace;
use crate::run::{self, Ended, NotStarted, Order};
use crate::{Outcome, render};

/// Arguments of `evpack run`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RunArgs {
    /// The command and its arguments, after `--`
    #[arg(value_name = "CMD", required = true, trailing_var_arg = true, allow_hyphen_values = true,
          value_hint = ValueHint::CommandWithArguments)]
    command: Vec<OsString>,

    /// Make a packet also where the command ends well
    #[arg(long)]
    always: bool,

    /// Make a packet also where the command ends well but its output shows a failed Claude API call
    #[arg(long)]
    on_error_text: bool,

    /// Exit with 1 where the command ends well but the packet's branch or cause is one of these words; `any` is all of them
    #[arg(long, value_name = "WORDS", value_delimiter = ',')]
    fail_on: Vec<String>,

    /// Do nothing special inside a CI job
    #[arg(long)]
    no_ci: bool,

    /// Make the SDKs and Claude Code say more, for the command alone: hidden retries, timeouts, request ids, exact errors
    #[arg(long)]
    trace: bool,

    #[command(flatten)]
    packet: PacketOptions,
}

const EXAMPLES: &str = "\
The exit code is the command's own: 126 and 127 where it cannot be started, 128 and the number of the signal that ended it.
Trouble of evpack itself is said on standard error and changes nothing.

Examples:
  evpack run -- pytest -x                    a packet if it fails, nothing if it does not
  evpack run -f zip -o out -- claude -p hi   a zip in the folder `out`
  evpack run --on-error-text -- make ask     also where the command hides its failure";

/// Runs the command; gives its exit code.
pub(super) fn run(args: RunArgs, voice: Voice) -> u8 {
    let mut asked = args.packet.asked(Vec::new());
    let vendor = if args.no_ci { None } else { crate::ci_vendor(&SystemHost) };
    if let Some(vendor) = &vendor {
        ci::mask(vendor);
    }
    // A mistake in the options is told before the command takes its time.
    if let Err(error) = plan(asked.clone()) {
        say::error(&error);
    }
    let mut order = Order { argv: args.command, ..Order::default() };
    let trace = if args.trace { trace(&mut order) } else { None };
    // It looks while the command starts, and costs that no time.
    let before = crate::before(&order, Arc::new(SystemHost));
    let mut ended = match run::run(&order) {
        Ok(ended) => ended,
        Err(error) => {
            say::error(&not_started(&error, &order.argv));
            return error.shell_code();
        }
    };
    let mut code = ended.how.shell_code();
    if let Some(trace) = trace {
        ended.failed_process = trace.add_to(&mut ended.outputs);
    }
    if ended.left_behind {
        voice.line("note: something that the command started still holds its output; evpack waits for it no longer");
    }
    let wanted = args.always || !ended.how.is_success() || (args.on_error_text && crate::shows_failure(&ended.outputs));
    if !wanted {
        return code;
    }
    ended.changed_meanwhile = before.changed();
    let placed = if vendor.is_some() { ci::place(&mut asked) } else { Ok(()) };
    match placed.and_then(|()| packet(asked, &order, ended, voice)) {
        Ok(outcome) => {
            match &vendor {
                Some(vendor) => ci::tell(&outcome, vendor, voice),
                None => told(&outcome, voice),
            }
            if code == 0 && outcome.is_one_of(&args.fail_on) {
                code = Exit::Failed as u8;
            }
        }
        Err(error) => say::error(&error),
    }
    code
}

/// The folder for traces; where there can be none, the command runs without.
fn trace(order: &mut Order) -> Option<Trace> {
    match Trace::prepare() {
        Ok(trace) => {
            trace.apply(order);
            Some(trace)
        }
        Err(error) => {
            let hint = "set TMPDIR to a folder that can be written";
            say::error(&Error::failed("the command cannot be traced", hint).detail(error.to_string()));
            None
        }
    }
}

fn plan(asked: Asked) -> Result<Plan, Error> {
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    Plan::resolve(asked, &templates, &SystemHost)
}

fn packet(asked: Asked, order: &Order, ended: Ended, voice: Voice) -> Result<Outcome, Error> {
    crate::clean_up_on_interrupt();
    let plan = plan(asked)?;
    crate::collect_run(&plan, Arc::new(SystemHost), order, ended, &|words| voice.text(words))
}

fn told(outcome: &Outcome, voice: Voice) {
    let words = if voice.is_verbose() { outcome.detail() } else { Ok(String::new()) };
    match words.and_then(|detail| Ok(detail + &outcome.summary()?)) {
        Ok(words) => voice.text(&words),
        Err(error) => say::error(&error),
    }
}

pub(super) fn not_started(error: &NotStarted, argv: &[OsString]) -> Error {
    let program = argv.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    match error {
        NotStarted::NotFound => {
            Error::failed("the command was not found", "check its name and the variable PATH").on(program)
        }
        NotStarted::NotExecutable(said) => {
            let error =
                Error::failed("the command cannot be run", "check its permissions and the first line of a script");
            let error = error.on(program);
            match said {
                Some(said) => error.detail(said.clone()),
                None => error,
            }
        }
        NotStarted::NoStreams(said) => {
            Error::failed("the output of the command cannot be taken over", "run it without evpack")
                .detail(said.clone())
        }
    }
}
