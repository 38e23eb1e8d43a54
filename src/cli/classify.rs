//! `evpack classify`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::say;
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::model::vocabulary::Format;
use crate::plan::{Asked, Plan};
use crate::render;

/// Arguments of `evpack classify`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ClassifyArgs {
    /// Error text or log: a file, or `-` for standard input [default: standard input, if it is not a terminal]
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    inputs: Vec<PathBuf>,

    /// Print JSON with the keys verdict, failure, failures and client of the packet
    #[arg(long)]
    json: bool,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  evpack classify error.log               the verdict, why, and the next step
  pytest 2>&1 | evpack classify           from a pipe
  evpack classify --json app.log          for scripts";

pub(super) fn run(args: ClassifyArgs) -> Result<Exit, Error> {
    let mut inputs = args.inputs;
    if inputs.is_empty() {
        if io::stdin().is_terminal() {
            return Err(Error::usage("there is no input", "name a file, or pipe the error text in"));
        }
        inputs.push(PathBuf::from("-"));
    }
    let asked = Asked {
        inputs,
        output: Some(PathBuf::from("-")),
        format: Some(Format::Markdown),
        offline: true,
        config: args.config,
        ..Asked::default()
    };
    // The configuration counts for redaction; a template in it is for packets, and the verdict has a form of its own.
    let templates: Vec<&str> = render::BUILTIN_TEMPLATES.iter().map(|(name, _)| *name).collect();
    let mut plan = Plan::resolve(asked, &templates, &SystemHost)?;
    if args.json {
        plan.format = Format::Json;
    }
    let refused = crate::classify(&plan, &SystemHost)?;
    say::refused_inputs(&refused);
    Ok(Exit::Done)
}
