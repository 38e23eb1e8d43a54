//! `evpack explain`.

use clap::Args;

use super::say;
use crate::error::{Error, Exit};
use crate::model::Raw;
use crate::render;
use crate::triage::explain;

/// Arguments of `evpack explain`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A cause, a branch or a kind of failure, as a verdict names it [default: list them all]
    #[arg(value_name = "CAUSE")]
    word: Option<String>,

    /// Print JSON: a list of explanations
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  evpack explain                    all causes, by branch
  evpack explain tls-untrusted      what it means, the next step, moves to avoid, where to go
  evpack explain --json gateway     everything on a branch, for scripts";

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Error> {
    let found = match &args.word {
        None => explain::all(),
        Some(word) => explain::explain(word).map_err(|near| {
            let mut error = Error::usage(
                "there is no cause, branch or kind of this name",
                "take one of the near words, or run `evpack explain` for the list",
            );
            error.thing = Some(Raw::text(word.as_str()));
            error.detail = Some(Raw::new(format!("near: {}", near.join(", "))));
            error
        })?,
    };
    let text = render::explanations(&found, args.word.is_none(), args.json)
        .map_err(|_| Error::failed("the explanation cannot be rendered", "report this as a bug"))?;
    say::data(text.as_bytes())
}
