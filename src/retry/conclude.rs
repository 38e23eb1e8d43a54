//! The conclusion of an attempt, in the words of the packet: `repeat`, `one-change: ...`, `inconclusive: ...`, `different path`.

use super::{Claim, Comparison};
use crate::model::path::{BASE_URL, COMMAND, HOST, group};
use crate::model::vocabulary::ReachedApi;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The command ended well, and no failed call was seen.
    Succeeded,
    /// A failed call was seen.
    Failed {
        /// Whether it reached the API.
        reached: ReachedApi,
        /// Its signature.
        signature: String,
        /// Its cause.
        cause: String,
    },
    /// The command failed, and no failed call was seen in its output.
    FailedOtherwise,
}

/// An attempt, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Names of the variables that differ, those that another change explains left out.
    pub changed: Vec<String>,
    /// Names of those that another change explains.
    pub followed: Vec<String>,
    /// The conclusion.
    pub conclusion: String,
}

/// Judges an attempt against the one before it.
#[must_use]
pub fn conclude(claim: &Claim, found: &Comparison, former: &Outcome, now: &Outcome) -> Judged {
    let changed: Vec<String> = found.roots().map(|change| change.name.clone()).collect();
    let followed = found.changes.iter().filter(|change| change.followed).map(|change| change.name.clone()).collect();
    Judged { conclusion: words(claim, found, &changed, former, now), changed, followed }
}

fn words(claim: &Claim, found: &Comparison, changed: &[String], former: &Outcome, now: &Outcome) -> String {
    let moved = |name: &str| found.has_changed(name) && !(claim.covers(name) && changed.len() == 1);
    if found.has_changed(COMMAND) || moved(HOST) || (found.has_changed(BASE_URL) && !claim.covers(BASE_URL)) {
        return "different path".to_owned();
    }
    if !found.meanwhile.is_empty() {
        let (count, names) = (found.meanwhile.len(), found.meanwhile.join(", "));
        return format!("inconclusive: {count} {} changed while the command ran: {names}", noun(count));
    }
    match changed {
        [] if found.not_compared.is_empty() => "repeat".to_owned(),
        [] => format!("inconclusive: no change seen, and {}", unseen(found)),
        [one] if !found.not_compared.is_empty() => {
            format!("inconclusive: 1 variable changed ({one}), and {}", unseen(found))
        }
        [one] if *claim != Claim::Nothing && !claim.covers(one) => {
            format!("inconclusive: 1 variable changed, and not the stated one: {one}")
        }
        [one] => {
            let how = found.roots().next().map_or("changed", |change| change.how.word());
            format!("one-change: {one} {how}, {}: {}", kept(found), result(one, former, now))
        }
        several => format!("inconclusive: {} variables changed: {}", several.len(), several.join(", ")),
    }
}

fn unseen(found: &Comparison) -> String {
    let count = found.not_compared.len();
    format!("{count} {} cannot be compared on this machine: {}", noun(count), found.not_compared.join(", "))
}

const fn noun(count: usize) -> &'static str {
    if count == 1 { "variable" } else { "variables" }
}

/// What stayed the same, as far as it was seen.
fn kept(found: &Comparison) -> &'static str {
    let differs = |name: &str| found.has_changed(name);
    let seen = |name: &str| !found.seen_once.iter().any(|once| once == name);
    if !differs("payload") && !differs("program") && seen(COMMAND) { "same payload" } else { "all else the same" }
}

/// What the outcome says of the branch that the variable belongs to.
fn result(name: &str, former: &Outcome, now: &Outcome) -> String {
    let branch = group(name).word();
    let reached_before = matches!(former, Outcome::Failed { reached: ReachedApi::Yes, .. } | Outcome::Succeeded);
    match (former, now) {
        (Outcome::Succeeded, Outcome::Succeeded) => "succeeded again".to_owned(),
        (_, Outcome::Succeeded) => format!("reached the API and succeeded: {branch} branch"),
        (_, Outcome::Failed { reached: ReachedApi::Yes, .. }) if !reached_before => {
            format!("reached the API: {branch} branch")
        }
        (_, Outcome::Failed { reached: ReachedApi::No, .. }) if reached_before => {
            format!("no longer reached the API: {branch} branch")
        }
        (Outcome::Failed { signature: before, .. }, Outcome::Failed { signature, .. }) if before == signature => {
            format!("same failure: not the {branch} branch")
        }
        (_, Outcome::Failed { cause, .. }) => {
            format!("another failure ({cause}): {branch} branch, look at the new failure")
        }
        (_, Outcome::FailedOtherwise) => "the command failed without a failed call in its output".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::{Seen, compare};

    fn side(tokens: &[(&str, Option<&str>)]) -> Vec<Seen> {
        let one = |(name, token): &(&str, Option<&str>)| Seen {
            name: (*name).into(),
            state: if token.is_some() { "set" } else { "unset" }.into(),
            token: token.map(Into::into),
            value: None,
        };
        tokens.iter().map(one).collect()
    }

    fn failed(reached: ReachedApi, signature: &str) -> Outcome {
        Outcome::Failed { reached, signature: signature.into(), cause: "proxy".into() }
    }

    fn judged(claim: &Claim, after: &[(&str, Option<&str>)], now: &Outcome) -> Judged {
        let before = side(&[
            ("command", Some("c")),
            ("payload", None),
            ("HTTPS_PROXY", Some("p")),
            ("user", Some("u")),
            ("ANTHROPIC_BASE_URL", Some("b")),
        ]);
        let mut now_seen = before.clone();
        for changed in side(after) {
            now_seen.retain(|seen| seen.name != changed.name);
            now_seen.push(changed);
        }
        conclude(claim, &compare(&before, &now_seen), &failed(ReachedApi::No, "a"), now)
    }

    #[test]
    fn exactly_one_change_counts() {
        let claim = Claim::Unset("HTTPS_PROXY".into());
        let reached = failed(ReachedApi::Yes, "b");
        let found = judged(&claim, &[("HTTPS_PROXY", None)], &reached);
        assert_eq!(found.changed, ["HTTPS_PROXY"]);
        assert_eq!(found.conclusion, "one-change: HTTPS_PROXY removed, same payload: reached the API: proxy branch");
        let same = judged(&claim, &[("HTTPS_PROXY", None)], &failed(ReachedApi::No, "a"));
        assert!(same.conclusion.ends_with("same failure: not the proxy branch"), "{}", same.conclusion);
        assert!(judged(&claim, &[("HTTPS_PROXY", None)], &Outcome::Succeeded).conclusion.contains("succeeded"));
    }

    #[test]
    fn a_change_that_cuts_the_way_names_its_branch() {
        let before = side(&[("command", Some("c")), ("HTTPS_PROXY", None)]);
        let after = side(&[("command", Some("c")), ("HTTPS_PROXY", Some("p"))]);
        let claim = Claim::Set("HTTPS_PROXY".into(), "p".into());
        let (former, now) = (failed(ReachedApi::Yes, "a"), failed(ReachedApi::No, "b"));
        let found = conclude(&claim, &compare(&before, &after), &former, &now);
        assert!(found.conclusion.ends_with("no longer reached the API: proxy branch"), "{}", found.conclusion);
    }

    #[test]
    fn more_than_one_proves_nothing_and_none_is_a_repeat() {
        let claim = Claim::Unset("HTTPS_PROXY".into());
        let found = judged(&claim, &[("HTTPS_PROXY", None), ("user", Some("v"))], &Outcome::Succeeded);
        assert_eq!(found.conclusion, "inconclusive: 2 variables changed: user, HTTPS_PROXY");
        assert_eq!(judged(&Claim::Nothing, &[], &failed(ReachedApi::No, "a")).conclusion, "repeat");
        assert_eq!(judged(&claim, &[], &failed(ReachedApi::No, "a")).conclusion, "repeat");
        let other = judged(&claim, &[("user", Some("v"))], &Outcome::Succeeded);
        assert_eq!(other.conclusion, "inconclusive: 1 variable changed, and not the stated one: user");
    }

    #[test]
    fn what_changes_during_an_attempt_makes_it_prove_nothing() {
        let claim = Claim::Unset("HTTPS_PROXY".into());
        let before = side(&[("command", Some("c")), ("HTTPS_PROXY", Some("p"))]);
        let after = side(&[("command", Some("c")), ("HTTPS_PROXY", None)]);
        let found = Comparison { meanwhile: vec!["resolver".into()], ..compare(&before, &after) };
        let judged = conclude(&claim, &found, &failed(ReachedApi::No, "a"), &Outcome::Succeeded);
        assert_eq!(judged.conclusion, "inconclusive: 1 variable changed while the command ran: resolver");
    }

    #[test]
    fn another_command_or_host_is_another_path_unless_stated() {
        let reached = failed(ReachedApi::Yes, "b");
        assert_eq!(judged(&Claim::Nothing, &[("command", Some("d"))], &reached).conclusion, "different path");
        assert_eq!(
            judged(&Claim::Nothing, &[("ANTHROPIC_BASE_URL", Some("d"))], &reached).conclusion,
            "different path"
        );
        let claim = Claim::Set("ANTHROPIC_BASE_URL".into(), "d".into());
        let stated = judged(&claim, &[("ANTHROPIC_BASE_URL", Some("d"))], &reached);
        assert!(stated.conclusion.starts_with("one-change: ANTHROPIC_BASE_URL changed"), "{}", stated.conclusion);
    }
}
