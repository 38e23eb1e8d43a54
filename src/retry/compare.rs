//! Compares the path of two attempts, variable by variable.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::memory::Mark;
use crate::model::path::{PathReading, Reading, VARIABLES, known};

/// One variable as an attempt had it, in a form that can be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub name: String,
    /// `set`, `unset` or `unknown`.
    pub state: String,
    /// What two attempts are compared by: a keyed print, or the harmless value itself. `None`: private, and no print is kept here.
    pub token: Option<String>,
    /// The value, where it is harmless.
    pub value: Option<String>,
}

impl Seen {
    /// Readings of this machine with their marks, in the same order.
    #[must_use]
    pub fn all(readings: &[PathReading], marks: Option<&[Mark]>) -> Vec<Self> {
        let one = |(at, reading): (usize, &PathReading)| {
            let value = match &reading.reading {
                Reading::Set(text) if known(&reading.name).is_some_and(|known| known.shown) => {
                    Some(text.expose().clone())
                }
                _ => None,
            };
            let mark = marks.and_then(|marks| marks.get(at)).filter(|mark| mark.name == reading.name);
            Self {
                name: reading.name.clone(),
                state: reading.reading.state().word().to_owned(),
                token: mark.and_then(|mark| mark.print.clone()),
                value,
            }
        };
        readings.iter().enumerate().map(one).collect()
    }

    /// Marks that were kept.
    #[must_use]
    pub fn of_marks(marks: &[Mark]) -> Vec<Self> {
        let one = |mark: &Mark| Self {
            name: mark.name.clone(),
            state: mark.state.clone(),
            token: mark.print.clone(),
            value: None,
        };
        marks.iter().map(one).collect()
    }
}

/// What a packet itself tells of its path: states, and harmless values. Its text is not trusted.
#[must_use]
pub fn seen_in_packet(packet: &Value) -> Vec<Seen> {
    let variables = packet.pointer("/path/variables").and_then(Value::as_array);
    let one = |variable: &Value| {
        let text = |key: &str| variable.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Seen { name: text("name")?, state: text("state")?, token: None, value: text("value") })
    };
    variables.into_iter().flatten().take(300).filter_map(one).collect()
}

/// How a variable differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It was not set before.
    Added,
    /// It is no longer set.
    Removed,
    /// It has another value.
    Changed,
}

impl How {
    /// Its word in a sentence.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "set",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// A variable that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// How.
    pub how: How,
    /// Whether another change explains it: the resolver that comes with a VPN, say.
    pub followed: bool,
}

/// What differs between two attempts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Variables that differ.
    pub changes: Vec<Change>,
    /// Variables that have a value on both sides which cannot be compared here.
    pub not_compared: Vec<String>,
    /// Variables that only one side could see.
    pub seen_once: Vec<String>,
    /// Variables that were compared and are the same.
    pub same: usize,
    /// Variables that changed while the attempt ran.
    pub meanwhile: Vec<String>,
}

impl Comparison {
    /// The changes that no other change explains.
    pub fn roots(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| !change.followed)
    }

    /// Whether a variable was compared and differs.
    #[must_use]
    pub fn has_changed(&self, name: &str) -> bool {
        self.changes.iter().any(|change| change.name == name)
    }
}

/// Compares two attempts.
#[must_use]
pub fn compare(before: &[Seen], after: &[Seen]) -> Comparison {
    let find = |all: &[Seen], name: &str| all.iter().find(|seen| seen.name == name).cloned();
    let mut names: Vec<&str> = VARIABLES.iter().map(|known| known.name).collect();
    let others: BTreeSet<&str> = before.iter().chain(after).map(|seen| seen.name.as_str()).collect();
    names.extend(others.into_iter().filter(|name| known(name).is_none()));
    let mut out = Comparison::default();
    for name in names {
        // A setting that is not listed is not set; a known variable that is not listed was not looked at.
        let missing = |all: &[Seen]| Seen {
            name: name.to_owned(),
            state: if known(name).is_some() || all.is_empty() { "unknown" } else { "unset" }.to_owned(),
            token: None,
            value: None,
        };
        let old = find(before, name).unwrap_or_else(|| missing(before));
        let new = find(after, name).unwrap_or_else(|| missing(after));
        match verdict(&old, &new) {
            Verdict::Same => out.same += 1,
            Verdict::Differs(how) => {
                out.changes.push(Change { name: name.to_owned(), how, followed: false });
            }
            Verdict::NotCompared => out.not_compared.push(name.to_owned()),
            Verdict::SeenOnce => out.seen_once.push(name.to_owned()),
            Verdict::NeverSeen => {}
        }
    }
    mark_followed(&mut out.changes);
    out
}

enum Verdict {
    Same,
    Differs(How),
    NotCompared,
    SeenOnce,
    NeverSeen,
}

fn verdict(old: &Seen, new: &Seen) -> Verdict {
    match (old.state.as_str(), new.state.as_str()) {
        ("set", "set") => match ((&old.token, &new.token), (&old.value, &new.value)) {
            ((Some(old), Some(new)), _) | (_, (Some(old), Some(new))) if old == new => Verdict::Same,
            ((Some(_), Some(_)), _) | (_, (Some(_), Some(_))) => Verdict::Differs(How::Changed),
            _ => Verdict::NotCompared,
        },
        ("unset", "unset") => Verdict::Same,
        ("set", "unset") => Verdict::Differs(How::Removed),
        ("unset", "set") => Verdict::Differs(How::Added),
        ("set" | "unset", _) | (_, "set" | "unset") => Verdict::SeenOnce,
        _ => Verdict::NeverSeen,
    }
}

/// A change that another one explains is no change of its own.
fn mark_followed(changes: &mut [Change]) {
    let names: Vec<String> = changes.iter().map(|change| change.name.clone()).collect();
    for change in changes {
        let follows = known(&change.name).map(|known| known.follows).unwrap_or_default();
        change.followed = follows.iter().any(|name| names.iter().any(|changed| changed == name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, state: &str, token: Option<&str>) -> Seen {
        Seen { name: name.into(), state: state.into(), token: token.map(Into::into), value: None }
    }

    #[test]
    fn one_difference_is_one_change_and_what_it_explains_is_followed() {
        let before =
            [seen("VPN", "set", Some("a")), seen("resolver", "set", Some("b")), seen("user", "set", Some("u"))];
        let after = [seen("VPN", "unset", None), seen("resolver", "set", Some("c")), seen("user", "set", Some("u"))];
        let found = compare(&before, &after);
        let names: Vec<_> = found.changes.iter().map(|c| (c.name.as_str(), c.how, c.followed)).collect();
        assert_eq!(names.len(), 2);
        assert!(names.contains(&("VPN", How::Removed, false)) && names.contains(&("resolver", How::Changed, true)));
        assert_eq!((found.roots().count(), found.same), (1, 1));
    }

    #[test]
    fn without_prints_private_values_are_not_compared_but_their_absence_is() {
        let before = [seen("HTTPS_PROXY", "set", None), seen("key identity", "set", None)];
        let after = [seen("HTTPS_PROXY", "unset", None), seen("key identity", "set", Some("x"))];
        let found = compare(&before, &after);
        assert!(found.has_changed("HTTPS_PROXY"));
        assert_eq!(found.not_compared, ["key identity"]);
    }

    #[test]
    fn what_only_one_side_saw_is_no_change() {
        let found = compare(&[seen("timeout", "set", Some("a"))], &[seen("timeout", "unknown", None)]);
        assert_eq!((found.changes.len(), found.seen_once.as_slice()), (0, &["timeout".to_owned()][..]));
    }

    #[test]
    fn a_setting_that_is_new_in_the_environment_counts() {
        let before = [seen("user", "set", Some("u"))];
        let after = [seen("user", "set", Some("u")), seen("ANTHROPIC_BETAS", "set", Some("x"))];
        assert!(compare(&before, &after).has_changed("ANTHROPIC_BETAS"));
    }
}
