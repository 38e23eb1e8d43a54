//! `evpack init`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::packet_options::words;
use super::{Voice, say};
use crate::ci::{SNIPPETS, Snippet};
use crate::error::{Error, Exit};
use crate::plan::{EXAMPLE, FILE_NAME};

/// Arguments of `evpack init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Where to write it, or `-` for standard output [default: evpack.yaml, or evpack-<vendor>.<ext> with --ci]
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Write a snippet for the configuration of a CI vendor instead
    #[arg(long, value_name = "VENDOR", value_parser = words(SNIPPETS.iter().map(|snippet| snippet.word), find))]
    ci: Option<&'static Snippet>,

    /// Replace a file that exists
    #[arg(long)]
    force: bool,
}

fn find(word: &str) -> Option<&'static Snippet> {
    SNIPPETS.iter().find(|snippet| snippet.word == word)
}

pub(super) fn run(args: &InitArgs, voice: Voice) -> Result<Exit, Error> {
    let (file, text) = args.ci.map_or((FILE_NAME, EXAMPLE), |snippet| (snippet.file, snippet.text));
    let output = args.output.as_deref().unwrap_or(Path::new(file));
    if output.as_os_str() == "-" {
        return say::data(text.as_bytes());
    }
    crate::write::own_text(output, args.force, text)?;
    if args.ci.is_some() {
        voice.line("wrote the snippet; put its parts into the configuration of your CI jobs");
        return Ok(Exit::Done);
    }
    voice.line("wrote the configuration; every setting in it is switched off until you remove its `#: `");
    Ok(Exit::Done)
}
