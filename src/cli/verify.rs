//! `evpack verify`.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{Voice, say};
use crate::collect::SystemHost;
use crate::error::{Error, Exit};
use crate::inspect::{Outcome, Signature};
use crate::plan::{RulePlan, named_text};
use crate::receive::{Checked, Expectations, check};

/// Arguments of `evpack verify`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct VerifyArgs {
    /// Packets: .md, .json or .zip; `-` is standard input
    #[arg(value_name = "PACKET", required = true, value_hint = ValueHint::FilePath)]
    packets: Vec<PathBuf>,

    /// Print the report as JSON, one entry a packet
    #[arg(long)]
    json: bool,

    /// Fail where this field holds no value, such as failure.request_id; may be given several times
    #[arg(long, value_name = "FIELD")]
    require: Vec<String>,

    /// Fail where PACKET.minisig is not a signature of this minisign public key
    #[arg(long, value_name = "PUBKEY", value_hint = ValueHint::FilePath)]
    key: Option<PathBuf>,

    /// Look for leaks with your own rules too, or a gitleaks rule file (.toml); may be given several times
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    rules: Vec<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  evpack verify packet.zip                              checksums, schema, consistency, leaks
  evpack verify --require failure.request_id packet.md  for an intake desk
  evpack verify --key team.pub packet.zip               the signature in packet.zip.minisig too";

pub(super) fn run(args: &VerifyArgs, voice: Voice) -> Result<Exit, Error> {
    let key = args.key.as_deref().map(|path| named_text(path, &SystemHost)).transpose()?;
    let expected =
        Expectations { rules: RulePlan::files(&args.rules, &SystemHost)?, required: args.require.clone(), key };
    let mut worst = Exit::Done;
    let mut checked = Vec::new();
    for packet in &args.packets {
        match check(packet, &expected, &SystemHost) {
            Ok(one) => {
                if !one.report.passed {
                    worst = Exit::Leak;
                }
                checked.push(one);
            }
            Err(error) if error.exit == Exit::Usage || args.packets.len() == 1 => return Err(error),
            Err(error) => {
                say::error(&error);
                if worst == Exit::Done {
                    worst = Exit::Failed;
                }
            }
        }
    }
    if args.json {
        let text = crate::render::to_json(&checked)
            .map_err(|_| Error::failed("the report cannot be written", "report this as a bug"))?;
        say::data(text.as_bytes())?;
    } else if !voice.is_quiet() {
        let text: String = checked.iter().map(words).collect();
        say::data(text.as_bytes())?;
    }
    Ok(worst)
}

fn words(checked: &Checked) -> String {
    let report = &checked.report;
    let mut out = format!("{}: {}\n", checked.packet, if report.passed { "passed" } else { "FAILED" });
    for check in &report.checks {
        let word = match check.outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::NotPossible if check.name == "signature" => match report.signature {
                Signature::NotChecked => "there is one; give --key to check it",
                _ => "not signed",
            },
            Outcome::NotPossible => "this form has none",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {:<13}{word}", check.name);
        for fault in &check.faults {
            let _ = writeln!(out, "    {} {}", fault.place, fault.what);
        }
    }
    let all = report.completeness;
    let _ = writeln!(out, "  {:<13}{} of {} items captured ({} %)", "completeness", all.captured, all.of, all.percent);
    out
}
