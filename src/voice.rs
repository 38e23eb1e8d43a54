//! The words that the pipeline says beside a packet: errors of the stages, and paths, redacted before they are shown.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::collect::Touch;
use crate::collect::host::{Host, SystemHost};
use crate::contact::Wanted;
use crate::error::{Error, Exit};
use crate::memory;
use crate::model::vocabulary::Audience;
use crate::model::{Raw, Sensitive};
use crate::net::Ready;
use crate::plan::{Plan, Target};
use crate::redact::{Clean, Policy, RedactError, RuleProblem, Ruleset, redact_text};
use crate::render::RenderError;
use crate::verify::Leak;

/// Words for the person at the terminal. Secrets and prompts are removed; names and paths are theirs, and stay.
pub(crate) fn words(raw: &Raw<String>, sensitive: &Sensitive) -> Clean {
    static RULES: OnceLock<Option<Ruleset>> = OnceLock::new();
    let Some(rules) = RULES.get_or_init(|| Ruleset::builtin().ok()) else { return Clean::not_redactable() };
    let policy =
        Policy { audience: Audience::Internal, rules: rules.clone(), personal: BTreeMap::new(), allow: Vec::new() };
    redact_text(raw, &policy, sensitive)
}

/// Words of an error that came before anything was collected: what the environment holds is removed.
pub fn clean_words(raw: &Raw<String>) -> Clean {
    words(raw, &crate::collect::credential_values(&SystemHost))
}

/// Where the packet went.
pub(crate) fn target(target: &Target, sensitive: &Sensitive) -> String {
    match target {
        // Nothing captured is in it, and to redact it would cost as much as redacting the packet.
        Target::Stdout => "standard output".to_owned(),
        Target::File { path, .. } => words(&Raw::new(path.display().to_string()), sensitive).to_string(),
    }
}

/// What a probe is about to contact.
pub(crate) fn probe_announcement(ready: &Ready) -> Clean {
    let own = format!("contacting {}, {}; it sends no key and no prompt\n", ready.target.expose(), ready.via.expose());
    let beside = ready
        .beside
        .as_ref()
        .map(|url| format!("contacting {} beside it, to compare; the same empty request\n", url.expose()));
    let text = own + &beside.unwrap_or_default();
    words(&Raw::new(text), &ready.sensitive)
}

/// The list of a dry run.
pub(crate) fn dry_run(plan: &Plan, touched: &[Touch], wanted: &Wanted, host: &dyn Host) -> Clean {
    let inputs = plan.inputs.iter().map(|path| {
        if path.as_os_str() == "-" { "read standard input".to_owned() } else { format!("read {}", path.display()) }
    });
    let attached = plan.attachments.iter().map(|path| format!("read {}", path.display()));
    let mut lines: Vec<String> = inputs.chain(attached).collect();
    lines.extend(touched.iter().map(|touch| format!("{} {}", touch.kind.word(), touch.what.expose())));
    match &plan.target {
        Target::Stdout => lines.push("write standard output".to_owned()),
        Target::File { path, .. } => lines.push(format!("write {}", path.display())),
    }
    if let Ok(folder) = memory::folder(host) {
        let record = memory::record_file(&folder, plan.packet_id.as_str());
        lines.push(format!("write {}", folder.join("key").display()));
        lines.push(format!("write {}", record.display()));
    }
    let contacted = wanted.lines();
    if contacted.is_empty() {
        lines.push("contact nothing".to_owned());
    }
    lines.extend(contacted.iter().map(|line| format!("contact {}", line.expose())));
    lines.push(String::new());
    words(&Raw::new(lines.join("\n")), &crate::collect::credential_values(host))
}

/// What is going to be contacted, if anything is.
pub(crate) fn contacting(wanted: &Wanted, sensitive: &Sensitive) -> Option<Clean> {
    let lines = wanted.lines();
    let said: Vec<String> = lines.iter().map(|line| format!("contacting {}\n", line.expose())).collect();
    (!said.is_empty()).then(|| words(&Raw::new(said.concat()), sensitive))
}

pub(crate) fn redaction_failed(error: &RedactError) -> Error {
    match error {
        RedactError::BadAllow { .. } => Error::usage(
            "`allow` holds a pattern that is not a valid regular expression",
            "mend it in the configuration",
        ),
        RedactError::TooLarge | RedactError::Tables => {
            Error::failed("the packet cannot be redacted, so none was written", "report this as a bug")
        }
    }
}

pub(crate) fn rendering_failed(error: &RenderError) -> Error {
    match error {
        RenderError::Template { .. } => {
            let hint = error.hint().map(str::to_owned).unwrap_or_default();
            Error::usage(
                "the template cannot be used",
                "the names are those of packet.json, `evpack schema` lists them",
            )
            .detail(format!("{error}\n{hint}"))
        }
        _ => Error::failed("the packet cannot be rendered", "report this as a bug"),
    }
}

pub(crate) fn leak(leak: &Leak) -> Error {
    let place = format!("{}, line {}, rule {}", leak.member, leak.line, leak.rule);
    Error::new(
        Exit::Leak,
        "the finished packet still holds something that must not leave, so nothing was written",
        "leave out the input or note it comes from, and report this as a bug with this line and no log",
    )
    .detail(place)
}

/// Every problem of the user's rule files, one a line.
pub(crate) fn bad_rules(problems: &[RuleProblem]) -> Error {
    let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
    Error::usage("the redaction rules cannot be used", "mend every line named above; nothing is loaded by half")
        .detail(lines.concat())
}
