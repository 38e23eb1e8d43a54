//! The command line: what can be typed, and one file a subcommand. It turns arguments into calls and decides nothing.

mod ci;
mod classify;
mod collect;
mod diff;
mod explain;
mod init;
mod packet_options;
mod probe;
mod redact;
mod retry;
mod rules;
mod run;
mod say;
mod show;
mod texts;
mod verify;

use std::ffi::OsString;

use clap::{CommandFactory, Parser, Subcommand};

#[cfg(doc)]
use crate::error::Exit;

pub use say::Voice;

/// Turn a failed Claude API call into a minimal, redacted evidence packet.
///
/// The packet answers one question first: did the request reach Anthropic? Keys, credentials and prompt content are
/// removed before anything is written; review the packet before you send it.
#[derive(Debug, Parser)]
#[command(name = "evpack", version, arg_required_else_help = true, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Say less: errors only
    #[arg(short, long, global = true, display_order = 900, conflicts_with = "verbose")]
    quiet: bool,

    /// Say more: what was read, and what was left out
    #[arg(short, long, global = true, display_order = 901)]
    verbose: bool,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done and clean
  1    failed
  2    usage or configuration
  3    a leak or integrity check failed, nothing was written
  4    the packet is incomplete (only with --require-complete)
  5    the path is down (only `probe`)
  130  interrupted, nothing partial is left";

#[derive(Debug, Subcommand)]
enum Command {
    /// Build a packet from an error text or log, and from the surroundings of this process
    Collect(Box<collect::CollectArgs>),
    /// Run the failing command as it is; make a packet if it fails; exit as it did
    Run(Box<run::RunArgs>),
    /// Repeat the failing command with exactly one change, and say what that proved
    Retry(Box<retry::RetryArgs>),
    /// Say what changed between two packets, and whether it was exactly one variable
    Diff(diff::DiffArgs),
    /// Say what failed and who answered: the verdict alone, without a look at this machine
    Classify(classify::ClassifyArgs),
    /// Walk the way to the API phase by phase, as the failing client would; sends no key and no prompt
    Probe(Box<probe::ProbeArgs>),
    /// Say what a cause means, the next step, what to avoid, and whom to ask
    Explain(explain::ExplainArgs),
    /// Remove secrets, prompts and names from files or a pipe
    Redact(redact::RedactArgs),
    /// Check a packet: checksums, schema, consistency, leaks, signature
    Verify(verify::VerifyArgs),
    /// Read a packet, or turn it into another form
    Show(show::ShowArgs),
    /// List, check and try the redaction rules, your own included
    Rules(rules::RulesArgs),
    /// Write a commented evpack.yaml
    Init(init::InitArgs),
    /// Print the JSON Schema of packet.json
    Schema,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, in roff
    Man,
}

/// Runs the program with these arguments and gives its exit code: one of [`Exit`], or that of a command that was run.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return say::usage(&error) as u8,
    };
    let voice = Voice::new(cli.quiet, cli.verbose);
    let done = match cli.command {
        Command::Collect(args) => collect::run(*args, voice),
        Command::Run(args) => return run::run(*args, voice),
        Command::Retry(args) => retry::run(*args, voice),
        Command::Diff(args) => diff::run(&args),
        Command::Classify(args) => classify::run(args),
        Command::Probe(args) => probe::run(*args, voice),
        Command::Explain(args) => explain::run(&args),
        Command::Redact(args) => redact::run(args, voice),
        Command::Verify(args) => verify::run(&args, voice),
        Command::Show(args) => show::run(args),
        Command::Rules(args) => rules::run(args, voice),
        Command::Init(args) => init::run(&args, voice),
        Command::Schema => texts::schema(),
        Command::Completions { shell } => texts::completions(shell, &mut Cli::command()),
        Command::Man => texts::man(Cli::command()),
    };
    let exit = done.unwrap_or_else(|error| {
        say::error(&error);
        error.exit
    });
    exit as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
