//! Advice for a verdict: what it means, the one next step, moves to avoid, and when to go to whom. The words are data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::vocabulary::{Branch, Cause};

/// Advice for a cause within a branch.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// What this kind of failure means, in one sentence.
    pub summary: String,
    /// Exactly one variable to change on the same path, or one piece of evidence to collect.
    pub next_step: String,
    /// Moves to avoid.
    pub not_this: Vec<String>,
    /// When to escalate, and to whom.
    pub escalate: String,
    /// What differs for a kind or a setting.
    #[serde(default)]
    pub(super) kinds: BTreeMap<String, Change>,
}

/// What differs from the advice of the cause.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Another meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Another next step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    /// Other moves to avoid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_this: Option<Vec<String>>,
    /// Another way to escalate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalate: Option<String>,
}

/// The file of a branch.
const fn source(branch: Branch) -> &'static str {
    match branch {
        Branch::Connection => data!("triage/advice/connection"),
        Branch::Timeout => data!("triage/advice/timeout"),
        Branch::ReturnedApiError => data!("triage/advice/returned-api-error"),
        Branch::Gateway => data!("triage/advice/gateway"),
        Branch::ClientSide => data!("triage/advice/client-side"),
        Branch::Unknown => data!("triage/advice/unknown"),
    }
}

/// The advice of a branch by cause. Only the file of the branch that was found is read.
pub(super) fn file(branch: Branch) -> BTreeMap<String, Advice> {
    // The files are part of the program; the tests below read each of them.
    serde_json::from_str(source(branch)).unwrap_or_default()
}

/// The advice for a branch and cause. `kinds` are names of kinds and settings, the most particular first.
#[must_use]
pub fn advice(branch: Branch, cause: Cause, kinds: &[&str]) -> Advice {
    let mut entries = file(branch);
    let found = entries.remove(cause.word()).or_else(|| entries.remove(Cause::Unknown.word()));
    let mut advice = found.unwrap_or_else(fallback);
    let change = kinds.iter().find_map(|kind| advice.kinds.remove(*kind)).unwrap_or_default();
    advice.summary = change.summary.unwrap_or(advice.summary);
    advice.next_step = change.next_step.unwrap_or(advice.next_step);
    advice.not_this = change.not_this.unwrap_or(advice.not_this);
    advice.escalate = change.escalate.unwrap_or(advice.escalate);
    advice.kinds.clear();
    advice
}

/// Words for a file that does not parse, which the tests rule out.
fn fallback() -> Advice {
    Advice {
        summary: "The evidence does not say what happened.".to_owned(),
        next_step: "Run it again with full output, and give that text as input.".to_owned(),
        not_this: Vec::new(),
        escalate: "Go to nobody yet; the missing text decides who can help.".to_owned(),
        kinds: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::kind::{self, KINDS};
    use super::*;

    /// Names of settings that `refine` and `judge` give, beside the kinds.
    const SETTINGS: [&str; 8] = [
        "dead-loopback",
        "proxy-refused",
        "ipv6",
        "credential-defect",
        "no-failure",
        "other-vendor",
        "unclear-responder",
        "unknown",
    ];

    fn sentences(advice: &Advice) -> Vec<&String> {
        let changes = advice.kinds.values().flat_map(|change| {
            let own = [&change.summary, &change.next_step, &change.escalate].into_iter().flatten();
            own.chain(change.not_this.iter().flatten())
        });
        [&advice.summary, &advice.next_step, &advice.escalate]
            .into_iter()
            .chain(&advice.not_this)
            .chain(changes)
            .collect()
    }

    fn all() -> Vec<(Branch, String, Advice)> {
        let read = |branch: Branch| serde_json::from_str::<BTreeMap<String, Advice>>(source(branch)).unwrap();
        Branch::ALL.iter().flat_map(|b| read(*b).into_iter().map(|(cause, advice)| (*b, cause, advice))).collect()
    }

    #[test]
    fn every_kind_and_every_plausible_pair_has_an_entry() {
        for kind in KINDS {
            assert!(file(kind.branch).contains_key(kind.cause.word()), "{}: {}", kind.branch, kind.cause);
        }
        let answers = [
            Cause::Auth,
            Cause::Permission,
            Cause::InvalidRequest,
            Cause::NotFound,
            Cause::TooLarge,
            Cause::RateLimit,
            Cause::ApiError,
            Cause::GatewayTimeout,
            Cause::Overloaded,
            Cause::Billing,
            Cause::HtmlBody,
            Cause::StreamError,
        ];
        for branch in [Branch::ReturnedApiError, Branch::Gateway] {
            for cause in answers {
                assert!(file(branch).contains_key(cause.word()), "{branch}: {cause}");
            }
        }
        for branch in Branch::ALL {
            assert!(file(*branch).contains_key("unknown"), "{branch}");
        }
    }

    #[test]
    fn entries_name_causes_kinds_and_settings_only() {
        for (branch, cause, advice) in all() {
            assert!(Cause::from_word(&cause).is_some(), "{branch}: {cause}");
            for name in advice.kinds.keys() {
                assert!(kind::named(name).is_some() || SETTINGS.contains(&name.as_str()), "{branch}: {cause}: {name}");
            }
        }
    }

    #[test]
    fn sentences_are_single_calm_and_safe() {
        for (branch, cause, advice) in all() {
            for sentence in sentences(&advice) {
                let at = format!("{branch}: {cause}: {sentence}");
                assert!(sentence.ends_with('.') && sentence.len() < 260, "{at}");
                assert!(!sentence[..sentence.len() - 1].contains(". ") && !sentence.contains('!'), "{at}");
                assert!(sentence.starts_with(|letter: char| letter.is_ascii_uppercase()), "{at}");
                for banned in
                    ["NODE_TLS_REJECT_UNAUTHORIZED", "verify=False", "--insecure", "curl -k", "please", "simply"]
                {
                    assert!(!sentence.contains(banned), "{at}");
                }
                let shouted =
                    sentence.split_whitespace().any(|word| ["NEVER", "NOT", "MUST", "ALWAYS", "DO"].contains(&word));
                assert!(!shouted, "{at}");
            }
            let advises_rotation = |text: &String| text.contains("otate the") && !text.starts_with("Do not");
            assert!(!advises_rotation(&advice.next_step), "{branch}: {cause}");
            assert!(!advice.not_this.is_empty(), "{branch}: {cause}");
            assert!(
                advice.not_this.iter().all(|move_| move_.starts_with("Do not") || move_.starts_with("Never")),
                "{cause}"
            );
        }
    }

    #[test]
    fn a_kind_changes_only_what_it_says() {
        let plain = advice(Branch::Connection, Cause::TcpRefused, &[]);
        let local = advice(Branch::Connection, Cause::TcpRefused, &["dead-loopback", "refused"]);
        assert_ne!(plain.next_step, local.next_step);
        assert_eq!(plain.not_this, local.not_this);
        assert!(advice(Branch::Unknown, Cause::HtmlBody, &[]).next_step.contains("full output"));
    }
}
