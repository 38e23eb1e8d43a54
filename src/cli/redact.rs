//! `evpack redact`.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueHint};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Voice, say};
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::filter::{self, Listeners};
use crate::model::vocabulary::Audience;
use crate::plan::filter::{FilterAsked, FilterPlan};
use crate::redact::Explanation;

/// Arguments of `evpack redact`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RedactArgs {
    /// Files to redact, `-` for standard input; gzip and zstd are unpacked [default: standard input]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    inputs: Vec<PathBuf>,

    /// Where the clean text goes: a file, a folder for several inputs, or `-` [default: standard output]
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,

    /// Redact each file in its own place; the original stays beside it with `.bak` at its name
    #[arg(long, conflicts_with = "output")]
    in_place: bool,

    /// Replace outputs that exist
    #[arg(long)]
    force: bool,

    /// Who will read the text; it decides which names are hidden. Secrets and prompts go in all three [default: vendor]
    #[arg(long, value_parser = audiences())]
    audience: Option<Audience>,

    /// Add a file of own redaction rules, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Remove the value of this environment variable wherever it stands; may be given several times
    #[arg(long, value_name = "NAME")]
    secret_from_env: Vec<String>,

    /// Remove what this file holds, whole and line by line; may be given several times
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    secret_file: Vec<PathBuf>,

    /// Write a report in JSON: rules, kinds, places and counts, and nothing that helps to guess a value
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    report: Option<PathBuf>,

    /// Say on standard error what was replaced where and by which rule, in its clean context
    #[arg(long)]
    explain: bool,
}

const EXAMPLES: &str = "\
Examples:
  tail -f app.log | evpack redact            a filter in a pipe
  evpack redact app.log -o clean.log         one file
  evpack redact logs/*.log -o clean/         several files, side by side
  evpack redact --secret-from-env DB_PW x.log  a value that no rule knows";

fn audiences() -> impl TypedValueParser<Value = Audience> {
    PossibleValuesParser::new(Audience::ALL.iter().map(|a| a.word()).collect::<Vec<_>>())
        .try_map(|word| Audience::from_word(&word).ok_or("unknown word"))
}

pub(super) fn run(args: RedactArgs, voice: Voice) -> Result<Exit, Error> {
    let explain = args.explain;
    if args.inputs.is_empty() && io::stdin().is_terminal() {
        voice.line("reading standard input; end it with Ctrl-D, or name a file");
    }
    let asked = FilterAsked {
        inputs: args.inputs,
        output_is_folder: args.output.as_deref().is_some_and(crate::write::stream::is_folder),
        output: args.output,
        in_place: args.in_place,
        force: args.force,
        audience: args.audience,
        rules: args.rules,
        config: args.config,
        from_env: args.secret_from_env,
        secret_files: args.secret_file,
        report: args.report,
    };
    let plan = FilterPlan::resolve(asked, &SystemHost)?;
    crate::clean_up_on_interrupt();
    let tell = |explained: &[Explanation]| show(explained);
    let bar = progress(&plan.inputs, explain);
    let shown = bar.clone();
    let count = move |read: u64| {
        if let Some(bar) = &shown {
            bar.inc(read);
        }
    };
    let listeners =
        Listeners { explain: explain.then_some(&tell), read: if bar.is_some() { Some(&count) } else { None } };
    let result = filter::filter(&plan, &SystemHost, listeners);
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    let filtered = result?;
    voice.text(&filter::words(&filtered));
    say::refused_inputs(&filtered.failed);
    Ok(if filtered.failed.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Size from which on progress is worth showing, in bytes.
const WORTH_SHOWING: u64 = 32 << 20;

/// The bar that shows how far the work is: where standard error is a terminal, standard output is none, and the inputs are files of some size.
fn progress(inputs: &[PathBuf], explain: bool) -> Option<ProgressBar> {
    if explain || !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return None;
    }
    let sizes: Option<Vec<u64>> = inputs
        .iter()
        .map(|input| input.metadata().ok().and_then(|data| data.is_file().then_some(data.len())))
        .collect();
    let total: u64 = sizes?.iter().sum();
    let bar = ProgressBar::new(total);
    let style = ProgressStyle::with_template("{bar:40} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left").ok()?;
    bar.set_style(style);
    (total >= WORTH_SHOWING).then_some(bar)
}

/// Shows replacements, on a terminal with the placeholder marked.
fn show(explained: &[Explanation]) {
    let mut out = anstream::stderr().lock();
    for one in explained {
        let [before, placeholder, after] = &one.parts;
        let plain = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let _ = writeln!(
            out,
            "line {}: {}\n    {}\x1b[1;31m{placeholder}\x1b[0m{}",
            one.line,
            one.rule,
            plain(before),
            plain(after)
        );
    }
}
