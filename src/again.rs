//! A retry: the same path with one stated change, and what really changed.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

use crate::assemble::Tried;
use crate::collect::host::Host;
use crate::collect::path::{self, PathParts};
use crate::collect::{Scene, Scope};
use crate::error::Error;
use crate::memory::{Lost, Memory, Record};
use crate::model::command_run::CommandRun;
use crate::model::failure::Failure;
use crate::model::path::{COMMAND, PathReading, known};
use crate::model::safe::Timestamp;
use crate::model::verdict::Verdict;
use crate::model::{Collected, Raw, Sensitive};
use crate::plan::Plan;
use crate::redact::{self, Policy};
use crate::retry::{Claim, Former, Outcome, Proposal, Seen, compare, conclude, proposals};
use crate::run::{Ended, Order};
use crate::{Outcome as Done, archive};

/// Programs whose arguments are a script, which has spaces by nature.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "fish", "ksh", "cmd", "pwsh", "powershell"];

/// The path of the call, as far as this machine shows it.
pub(crate) fn read_path(
    plan: &Plan,
    host: &Arc<dyn Host>,
    scope: &Scope,
    failure: Option<Failure<Collected>>,
    scene: &Scene,
    command: Option<&[String]>,
) -> Vec<PathReading> {
    let command = command.map(|words| words.iter().map(|word| Raw::text(word.as_str())).collect());
    path::read(host, scope, PathParts { scene: scene.clone(), failure, command, network: plan.network.probe.is_none() })
}

/// Keeps the keyed prints of a packet's path on this machine.
pub(crate) fn remember(
    plan: &Plan,
    host: &dyn Host,
    readings: &[PathReading],
    command: Option<&[String]>,
    sensitive: &Sensitive,
) -> Result<(), Lost> {
    let memory = Memory::open(host)?;
    let command = command.filter(|words| may_be_kept(words, sensitive)).map(<[String]>::to_vec);
    let at = Timestamp::new(plan.now);
    memory.keep(&memory.record(plan.packet_id.as_str(), at.as_str(), readings, command))
}

/// Whether a command line may be kept on this machine: nothing in it would be removed from a packet, and no argument looks
/// like a prompt. A script given to a shell has spaces by nature.
fn may_be_kept(words: &[String], sensitive: &Sensitive) -> bool {
    let shell = words.first().is_some_and(|program| {
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        SHELLS.contains(&name.trim_end_matches(".exe"))
    });
    let plain = |word: &String| shell || (word.len() <= 256 && !word.trim().contains(char::is_whitespace));
    let line = Raw::new(words.join("\n"));
    words.iter().all(plain) && crate::voice::words(&line, sensitive).as_str() == line.expose()
}

/// What a retry is compared with.
#[derive(Clone)]
pub struct Against {
    /// What the packet tells.
    pub(crate) former: Former,
    /// What this machine remembers of it.
    record: Option<Record>,
    claim: Claim,
    /// The value that the changed variable has outside the command.
    outside: Option<Raw<String>>,
}

impl Against {
    /// Reads the packet of the attempt before.
    ///
    /// # Errors
    /// It is no packet.
    pub fn read(packet: &Path, host: &dyn Host) -> Result<Self, Error> {
        let received = archive::read(packet)?;
        let former = Former::read(received.value());
        let record = Memory::open(host).ok().and_then(|memory| memory.recall(&former.packet_id, &former.created_at));
        Ok(Self { former, record, claim: Claim::Nothing, outside: None })
    }

    /// Whether this machine remembers the packet, so that private values can be compared.
    #[must_use]
    pub const fn is_remembered(&self) -> bool {
        self.record.is_some()
    }

    /// The command, where it was kept.
    #[must_use]
    pub fn command(&self) -> Option<Vec<OsString>> {
        let words = self.record.as_ref()?.command.as_ref()?;
        Some(words.iter().map(OsString::from).collect())
    }

    /// The next controlled tests.
    #[must_use]
    pub fn proposals(&self, host: &dyn Host) -> Vec<Proposal> {
        let is_set = |name: &str| host.env(name).is_some_and(|value| !value.expose().is_empty());
        proposals(&self.former.cause, self.former.surface, &is_set)
    }

    /// The same with the stated change.
    #[must_use]
    pub fn stating(&self, claim: Claim, host: &dyn Host) -> Self {
        let outside = claim.variable().and_then(|name| host.env(name));
        Self { claim, outside, ..self.clone() }
    }

    /// The attempts of a packet that followed, compared with the first one still.
    #[must_use]
    pub fn followed_by(&self, done: &Done) -> Self {
        let former = serde_json::to_value(&done.packet).map(|packet| Former::read(&packet));
        let Ok(former) = former else { return self.clone() };
        let (outcome, seen) = (self.former.outcome.clone(), self.former.seen.clone());
        Self { former: Former { outcome, seen, ..former }, ..self.clone() }
    }

    /// Judges the attempt that was made now.
    pub(crate) fn tried(
        self,
        policy: &Policy,
        host: &dyn Host,
        path: &[PathReading],
        sensitive: &Sensitive,
        (verdict, new): (&Verdict<Collected>, usize),
        run: &CommandRun<Collected>,
    ) -> Tried {
        let memory = self.record.as_ref().and_then(|_| Memory::open(host).ok());
        let marks = memory.as_ref().map(|memory| memory.marks(path));
        let mut after = Seen::all(path, marks.as_deref());
        let mut before = match &self.record {
            Some(record) => Seen::of_marks(&record.marks),
            None => self.former.seen.clone(),
        };
        if self.record.is_none() {
            // Without prints, the command is compared as the packet shows it.
            let shown = redact::redact_text(&run.command, policy, sensitive).to_string();
            value(&mut after, COMMAND, Some(shown));
            value(&mut before, COMMAND, self.former.command.as_ref().map(|text| text.expose().clone()));
        }
        self.stated_variable(host, &mut before, &mut after);
        let found = compare(&before, &after);
        let now = match (new, run.exit_code) {
            (0, 0) => Outcome::Succeeded,
            (0, _) => Outcome::FailedOtherwise,
            _ => Outcome::Failed {
                reached: verdict.reached_api,
                signature: verdict.signature.clone(),
                cause: verdict.cause.to_string(),
            },
        };
        let mut found = found;
        found.meanwhile = run.changed_meanwhile.iter().map(|name| name.expose().clone()).collect();
        let judged = conclude(&self.claim, &found, &self.former.outcome, &now);
        Tried { former: self.former.attempts, new, found, judged }
    }

    /// A variable that was changed and is none of the path's own is compared with what it is outside the command.
    fn stated_variable(&self, host: &dyn Host, before: &mut Vec<Seen>, after: &mut Vec<Seen>) {
        let Some(name) = self.claim.variable() else { return };
        let listed = before.iter().chain(after.iter()).any(|seen| seen.name == name);
        let other =
            ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].iter().any(|known| known.eq_ignore_ascii_case(name));
        let is_key = self.claim.covers(crate::model::path::KEY) || self.claim.covers(crate::model::path::BASE_URL);
        if listed || other || is_key || known(name).is_some() {
            return;
        }
        let now = host.env(name);
        let changed = now != self.outside;
        // The value itself is not needed: only whether it is the same.
        let seen = |value: &Option<Raw<String>>, token: &str| Seen {
            name: name.to_owned(),
            state: if value.is_some() { "set" } else { "unset" }.to_owned(),
            token: value.as_ref().map(|_| token.to_owned()),
            value: None,
        };
        before.push(seen(&self.outside, "before"));
        after.push(seen(&now, if changed { "after" } else { "before" }));
    }
}

fn value(all: &mut [Seen], name: &str, text: Option<String>) {
    if let Some(seen) = all.iter_mut().find(|seen| seen.name == name) {
        // What stands for a removed value is numbered by packet, so it is not compared.
        seen.value = text.filter(|text| !text.contains('['));
    }
}

/// The order that makes the stated change for the command alone.
#[must_use]
pub fn order(argv: Vec<OsString>, claim: &Claim) -> Order {
    let mut order = Order { argv, ..Order::default() };
    match claim {
        Claim::Unset(name) => order.unset.push(name.into()),
        Claim::Set(name, value) => order.set.push((name.into(), value.into())),
        Claim::Nothing | Claim::Said(_) => {}
    }
    order
}

/// The pipeline over a repeated command: the packet carries the former attempts, and what this one proved.
///
/// # Errors
/// As [`crate::collect()`].
pub fn collect_retry(
    plan: &Plan,
    host: Arc<dyn Host>,
    order: &Order,
    ended: Ended,
    against: Against,
    hear: &dyn Fn(&str),
) -> Result<Done, Error> {
    let (host, inputs, made) = crate::ran::made(host, order, ended);
    crate::pack(plan, host, inputs, Some(crate::ran::Made { against: Some(against), ..made }), hear)
}
