//! `evpack rules`: lists the rules, checks files of own rules, and says which rule hits where in a text.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand, ValueHint};

use super::packet_options::words;
use super::{Voice, say};
use crate::collect::{Host, SystemHost};
use crate::error::{Error, Exit};
use crate::model::vocabulary::Audience;
use crate::plan::RulePlan;

/// Arguments of `evpack rules`.
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// List the rules: id, placeholder, family and what each removes
    List(ListArgs),
    /// Check files of own rules: every problem with its line, and the files' own examples
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Say which rule hits where in a text, without showing what it hits
    #[command(after_help = TEST_EXAMPLES)]
    Test(TestArgs),
}

const CHECK_EXAMPLES: &str = "\
Examples:
  evpack rules check acme.yaml          own rules, in the form of `evpack init`
  evpack rules check .gitleaks.toml     what an import of a gitleaks file would bring";

const TEST_EXAMPLES: &str = "\
Examples:
  evpack rules test app.log
  evpack rules test --rules acme.yaml < app.log
  evpack rules test --json app.log";

#[derive(Debug, Args)]
struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,

    /// Add a file of own rules, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// Files of own rules, or gitleaks rule files (.toml)
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
}

#[derive(Debug, Args)]
struct TestArgs {
    /// The text: a file, or `-` for standard input [default: standard input]
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    input: Option<PathBuf>,

    /// Add a file of own rules, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,

    /// Who would read the text; it decides which names are hidden [default: vendor]
    #[arg(long, value_parser = words(Audience::ALL.iter().map(|a| a.word()), Audience::from_word))]
    audience: Option<Audience>,

    /// Configuration file [default: evpack.yaml in the working directory, if it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: RulesArgs, voice: Voice) -> Result<Exit, Error> {
    let host: Arc<dyn Host> = Arc::new(SystemHost);
    match args.command {
        RulesCommand::List(args) => list(&args, host.as_ref()),
        RulesCommand::Check(args) => check(&args, voice, host.as_ref()),
        RulesCommand::Test(args) => test(args, voice, host.as_ref()),
    }
}

fn list(args: &ListArgs, host: &dyn Host) -> Result<Exit, Error> {
    let plan = RulePlan::files(&args.rules, host)?;
    let (rules, _) = crate::rules_of(&plan)?;
    let all: Vec<_> = rules.list().collect();
    if args.json {
        return json(&all);
    }
    let width = |of: fn(&crate::redact::RuleInfo) -> &str| all.iter().map(|rule| of(rule).len()).max().unwrap_or(0);
    let (id, kind, family) = (width(|rule| &rule.id), width(|rule| &rule.kind), width(|rule| &rule.family));
    let mut out = String::new();
    for rule in &all {
        let _ = writeln!(out, "{:id$}  {:kind$}  {:family$}  {}", rule.id, rule.kind, rule.family, rule.description);
    }
    say::data(crate::clean_words(&out.into()).as_str().as_bytes())
}

fn check(args: &CheckArgs, voice: Voice, host: &dyn Host) -> Result<Exit, Error> {
    let plan = RulePlan::files(&args.files, host)?;
    let (rules, notes) = crate::rules_of(&plan)?;
    let mut words = String::new();
    for note in &notes {
        let _ = writeln!(words, "note: {note}");
    }
    let own = rules.list().filter(|rule| matches!(rule.family.as_str(), "own" | "gitleaks")).count();
    let _ = writeln!(words, "{own} rules, no problem");
    voice.text(crate::clean_words(&words.into()).as_str());
    Ok(Exit::Done)
}

fn test(args: TestArgs, voice: Voice, host: &dyn Host) -> Result<Exit, Error> {
    let mut plan = RulePlan::resolve(&args.rules, args.config.as_deref(), host)?;
    if let Some(audience) = args.audience {
        plan.audience = audience;
    }
    let input = args.input.unwrap_or_else(|| PathBuf::from("-"));
    let hits = crate::rule_hits(&plan, &input)?;
    if args.json {
        return json(&hits);
    }
    let mut out = String::new();
    for hit in &hits {
        let place = format!("{}:{}-{}:{}", hit.line, hit.column, hit.end_line, hit.end_column);
        let _ = writeln!(out, "{place:<16}  {}  {}", hit.placeholder, hit.rule);
    }
    if hits.is_empty() {
        voice.line("nothing would be removed");
    }
    say::data(out.as_bytes())
}

fn json(value: &impl serde::Serialize) -> Result<Exit, Error> {
    let mut text = serde_json::to_vec_pretty(value)
        .map_err(|_| Error::failed("the list cannot be written as JSON", "report this as a bug"))?;
    text.push(b'\n');
    say::data(&text)
}
