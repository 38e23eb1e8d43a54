//! `evpack diff`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::packet_options::words;
use super::say;
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::render::DiffForm;

/// Arguments of `evpack diff`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct DiffArgs {
    /// The first packet, in any form
    #[arg(value_name = "A", value_hint = ValueHint::FilePath)]
    first: PathBuf,

    /// The second packet
    #[arg(value_name = "B", value_hint = ValueHint::FilePath)]
    second: PathBuf,

    /// Form of the answer
    #[arg(short, long, default_value = "text",
          value_parser = words(DiffForm::ALL.iter().map(|f| f.word()), DiffForm::from_word))]
    format: DiffForm,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

const EXAMPLES: &str = "\
Exit codes: 0 the same path and failure, 1 they differ, 2 trouble.
Ids, times and excerpts differ between any two packets and are not compared.

Examples:
  evpack diff before.json after.zip       what changed, and whether it was one variable
  evpack diff --format md a.json b.json   for a ticket";

pub(super) fn run(args: &DiffArgs) -> Result<Exit, Error> {
    let form = if args.json { DiffForm::Json } else { args.format };
    let trouble = |error: Error| Error { exit: Exit::Usage, ..error };
    let (text, same) = crate::compared::diff(&args.first, &args.second, form, &SystemHost).map_err(trouble)?;
    say::data(text.as_bytes()).map_err(trouble)?;
    Ok(if same { Exit::Done } else { Exit::Failed })
}
