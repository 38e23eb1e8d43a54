//! `evpack init`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::Voice;
use crate::error::{Error, Exit};
use crate::plan::{EXAMPLE, FILE_NAME};

/// Arguments of `evpack init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Where to write it, or `-` for standard output
    #[arg(short, long, value_name = "PATH", default_value = FILE_NAME, value_hint = ValueHint::FilePath)]
    output: PathBuf,

    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &InitArgs, voice: Voice) -> Result<Exit, Error> {
    if args.output.as_os_str() == "-" {
        return super::texts::example_config();
    }
    crate::write::own_text(&args.output, args.force, EXAMPLE)?;
    voice.line("wrote the configuration; every setting in it is switched off until you remove its `#: `");
    Ok(Exit::Done)
}
