//! `evpack show`.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::packet_options::words;
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::model::vocabulary::{Audience, Format};
use crate::plan::{RulePlan, Target};
use crate::receive::{Showing, show};
use crate::render::View;

/// Arguments of `evpack show`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// Packets: .md, .json or .zip; `-` is standard input. Several give a table
    #[arg(value_name = "PACKET", required = true, value_hint = ValueHint::FilePath)]
    packets: Vec<PathBuf>,

    /// Turn the packet into another form [default: text for the terminal]
    #[arg(short, long, value_enum)]
    format: Option<ShowFormat>,

    /// Print the value of one field, such as failure.request_id
    #[arg(long, value_name = "FIELD", conflicts_with = "format")]
    field: Option<String>,

    /// Where it goes: a file, or `-` for standard output
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Replace an output that exists
    #[arg(long)]
    force: bool,

    /// Who will read it; it decides which names are hidden further [default: internal, nothing further]
    #[arg(long, value_parser = words(Audience::ALL.iter().map(|a| a.word()), Audience::from_word))]
    audience: Option<Audience>,

    /// Redact with your own rules too, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,

    /// Use no pager
    #[arg(long)]
    no_pager: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// Markdown
    Md,
    /// packet.json
    Json,
    /// One HTML page that loads nothing and runs no script
    Html,
    /// A zip
    Zip,
}

const EXAMPLES: &str = "\
Examples:
  evpack show packet.zip                              the verdict, why, and the next step
  evpack show --field failure.request_id packet.json  one value, for scripts
  evpack show --format html -o packet.html packet.md  a page for the browser
  evpack show incident/*.zip                          a table

EVPACK_PAGER or PAGER names the pager; NO_COLOR switches colours off.";

pub(super) fn run(args: ShowArgs) -> Result<Exit, Error> {
    let target = match args.output {
        Some(path) if path.as_os_str() != "-" => Target::File { path, force: args.force },
        _ if args.format == Some(ShowFormat::Zip) && io::stdout().is_terminal() => {
            return Err(Error::usage("a zip cannot be written to a terminal", "name a file with -o"));
        }
        _ => Target::Stdout,
    };
    let view = match (args.field, args.format) {
        (Some(field), _) => View::Field(field),
        (None, None) => View::Terminal,
        (None, Some(ShowFormat::Html)) => View::Html,
        (None, Some(ShowFormat::Md)) => View::Form(Format::Markdown),
        (None, Some(ShowFormat::Json)) => View::Form(Format::Json),
        (None, Some(ShowFormat::Zip)) => View::Form(Format::Zip),
    };
    let mut rules = RulePlan::files(&args.rules, &SystemHost)?;
    rules.audience = args.audience.unwrap_or(Audience::Internal);
    crate::clean_up_on_interrupt();
    show(&Showing { packets: args.packets, view, rules, target, pager: !args.no_pager }, &SystemHost)?;
    Ok(Exit::Done)
}
