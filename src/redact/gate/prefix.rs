//! What must stand at the first places of a rule's match, read off its expression: a cheap reason not to try it.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::lead::{Set, contains, insert};

/// Most places that are told.
const MOST: usize = 24;

/// The bytes that may stand at the first places of a match, and one that must stand in it.
#[derive(Debug, Default)]
pub(in crate::redact) struct Prefix {
    sets: Vec<Set>,
    needs: Option<(u8, usize)>,
}

impl Prefix {
    /// Of a rule's expression; it says nothing where the match may begin before its anchor.
    pub(in crate::redact) fn of(pattern: &str, back: usize) -> Self {
        if back > 0 {
            return Self::default();
        }
        let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
        let Ok(hir) = parsed else { return Self::default() };
        let mut sets = Vec::new();
        walk(&hir, &mut sets);
        sets.truncate(MOST);
        let needed = needed(&hir);
        // A byte that is rare in running text; its place is bounded by the longest match.
        let rare = [b'@', b'~', b'|', b'%'].into_iter().find(|byte| contains(&needed, *byte));
        let needs = rare.zip(hir.properties().maximum_len());
        Self { sets, needs }
    }

    /// The bytes that may stand at a place of a match, counted from its start.
    #[cfg(test)]
    pub(super) fn set(&self, place: usize) -> Option<&Set> {
        self.sets.get(place)
    }

    /// Whether a match may begin where the text begins.
    pub(in crate::redact) fn may_match(&self, text: &[u8]) -> bool {
        if text.len() < self.sets.len() {
            return false;
        }
        if !self.sets.iter().zip(text).all(|(set, byte)| contains(set, *byte)) {
            return false;
        }
        self.needs.is_none_or(|(byte, most)| memchr::memchr(byte, &text[..text.len().min(most)]).is_some())
    }
}

/// Adds the sets of the places that every match of `hir` fills; says whether it fills exactly these.
fn walk(hir: &Hir, sets: &mut Vec<Set>) -> bool {
    if sets.len() >= MOST {
        return false;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                let mut set = [0; 4];
                insert(&mut set, *byte);
                sets.push(set);
            }
            true
        }
        HirKind::Class(_) => class(hir).map(|set| sets.push(set)).is_some(),
        HirKind::Capture(capture) => walk(&capture.sub, sets),
        HirKind::Concat(parts) => parts.iter().all(|part| walk(part, sets)),
        HirKind::Repetition(repetition) => {
            for _ in 0..repetition.min {
                if sets.len() >= MOST || !walk(&repetition.sub, sets) {
                    return false;
                }
            }
            repetition.max == Some(repetition.min)
        }
        HirKind::Alternation(ways) => {
            let ways: Vec<(Vec<Set>, bool)> = ways
                .iter()
                .map(|way| {
                    let mut own = Vec::new();
                    let exact = walk(way, &mut own);
                    (own, exact)
                })
                .collect();
            let shortest = ways.iter().map(|(own, _)| own.len()).min().unwrap_or(0);
            for place in 0..shortest {
                let mut set = [0; 4];
                for (own, _) in &ways {
                    for (all, one) in set.iter_mut().zip(own[place]) {
                        *all |= one;
                    }
                }
                sets.push(set);
            }
            ways.iter().all(|(own, exact)| *exact && own.len() == shortest)
        }
    }
}

/// The set of a class of single bytes.
fn class(hir: &Hir) -> Option<Set> {
    let HirKind::Class(class) = hir.kind() else { return None };
    let mut set = [0; 4];
    match class {
        regex_syntax::hir::Class::Bytes(class) => {
            for range in class.ranges() {
                for byte in range.start()..=range.end() {
                    insert(&mut set, byte);
                }
            }
        }
        regex_syntax::hir::Class::Unicode(class) => {
            for range in class.ranges() {
                if !range.end().is_ascii() {
                    return None;
                }
                for c in range.start()..=range.end() {
                    insert(&mut set, u8::try_from(c).unwrap_or(0));
                }
            }
        }
    }
    Some(set)
}

/// Bytes that stand in every match.
fn needed(hir: &Hir) -> Set {
    let join = |all: &mut Set, one: Set| all.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
    match hir.kind() {
        HirKind::Literal(literal) => {
            let mut set = [0; 4];
            for byte in &literal.0 {
                insert(&mut set, *byte);
            }
            set
        }
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Concat(parts) => {
            let mut set = [0; 4];
            for part in parts {
                join(&mut set, needed(part));
            }
            set
        }
        HirKind::Alternation(ways) => {
            let mut set = [u64::MAX; 4];
            for way in ways {
                set.iter_mut().zip(needed(way)).for_each(|(all, one)| *all &= one);
            }
            set
        }
        _ => [0; 4],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_never_rules_out_a_match() {
        let prefix = Prefix::of(r"(?i)key-(?:[0-9a-f]{4}|[A-Z]{2}x)z{0,9}@end", 0);
        assert!(prefix.may_match(b"KEY-12afzz@end") && prefix.may_match(b"key-abx@end"));
        assert!(!prefix.may_match(b"key-12af and no mark") && !prefix.may_match(b"key_12af@end"));
        assert!(Prefix::of("abc", 4).may_match(b"x"));
    }
}
