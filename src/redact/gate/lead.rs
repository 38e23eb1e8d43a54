//! Which bytes may stand at the first places of a rule's match, read off the text of its expression.
//!
//! This is a small reader, for the table of the gate, to which the rules of a user are added at every start: it knows literals, classes, groups and
//! counts, and tells nothing beyond the first thing that it does not know. A test holds it to what the parser of expressions says.

/// A set of bytes.
pub(super) type Set = [u64; 4];

/// Most places that are told.
const MOST: usize = 16;

/// All bytes.
pub(super) const ANY: Set = [u64::MAX; 4];

/// Whether a set has a byte.
pub(super) const fn contains(set: &Set, byte: u8) -> bool {
    set[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
}

/// Adds a byte to a set.
pub(super) const fn insert(set: &mut Set, byte: u8) {
    set[(byte >> 6) as usize] |= 1 << (byte & 63);
}

/// The bytes of a set, in order.
pub(super) fn bytes(set: &Set) -> impl Iterator<Item = u8> + '_ {
    (0u8..).zip(set).flat_map(|(part, bits)| {
        let mut left = *bits;
        std::iter::from_fn(move || {
            let place = u8::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
            left &= left - 1;
            Some(part << 6 | place)
        })
    })
}

/// How many bytes a set has.
pub(super) fn size(set: &Set) -> usize {
    set.iter().map(|bits| bits.count_ones() as usize).sum()
}

/// A byte in both cases.
pub(super) fn folded(byte: u8) -> Set {
    let mut set = [0; 4];
    insert(&mut set, byte.to_ascii_lowercase());
    insert(&mut set, byte.to_ascii_uppercase());
    set
}

/// What tells a number whose blanks, or a hardware address whose colons, are percent-encoded: groups of digits with nothing else between.
pub(super) fn encoded_numbers() -> [Vec<Set>; 2] {
    let any_of = |range: &[u8]| {
        let mut set = Set::default();
        for byte in range {
            insert(&mut set, *byte);
        }
        set
    };
    let (digit, hex) = (any_of(b"0123456789"), any_of(b"0123456789abcdefABCDEF"));
    let (percent, two, zero, three, a) = (folded(b'%'), folded(b'2'), folded(b'0'), folded(b'3'), folded(b'a'));
    let blank = vec![digit, digit, percent, two, zero, digit, digit];
    let pair = [hex, hex, percent, three, a];
    let colons = pair.iter().chain(&pair).chain(&pair).chain(&pair[..2]).copied().collect();
    [blank, colons]
}

/// The sets of the places that every match of an expression fills, as far as they are told.
pub(super) fn of(pattern: &str) -> Vec<Set> {
    let mut reader = Reader { rest: pattern.as_bytes(), fold: false };
    let (mut sets, _) = reader.alternatives();
    // A bracket too many: it was not read as it is meant.
    sets.truncate(if reader.rest.is_empty() { MOST } else { 0 });
    sets
}

/// The sets that something fills, and whether it fills exactly these.
type Told = (Vec<Set>, bool);

struct Reader<'p> {
    rest: &'p [u8],
    /// Whether letter case does not matter here.
    fold: bool,
}

impl Reader<'_> {
    fn eat(&mut self, lead: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(lead);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Ways of a group or of the whole, up to its end.
    fn alternatives(&mut self) -> Told {
        let fold = self.fold;
        let mut ways = Vec::new();
        loop {
            ways.push(self.sequence());
            if !self.eat(b"|") {
                break;
            }
        }
        self.fold = fold;
        let shortest = ways.iter().map(|(own, _)| own.len()).min().unwrap_or(0);
        let exact = ways.iter().all(|(own, exact)| *exact && own.len() == shortest);
        let mut sets = vec![[0; 4]; shortest];
        for (own, _) in &ways {
            for (all, one) in sets.iter_mut().zip(own) {
                all.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
            }
        }
        (sets, exact)
    }

    /// One way, up to the bar or bracket that ends it, which stays.
    fn sequence(&mut self) -> Told {
        let mut sets: Vec<Set> = Vec::new();
        while !matches!(self.rest.first(), None | Some(b'|' | b')')) {
            let (before, fold) = (self.rest, self.fold);
            let atom = self.atom().and_then(|told| Some((told, self.count()?)));
            let Some(((own, exact), (least, most))) = atom else {
                (self.rest, self.fold) = (before, fold);
                self.skip();
                return (sets, false);
            };
            let mut whole = exact && least == most;
            for turn in 0..least {
                if sets.len() >= MOST || (turn > 0 && !exact) {
                    whole = false;
                    break;
                }
                sets.extend_from_slice(&own);
            }
            let told_nothing = exact && own.is_empty();
            if !whole && !told_nothing {
                self.skip();
                return (sets, false);
            }
        }
        (sets, true)
    }

    /// What one atom fills; `None` where it is not known.
    fn atom(&mut self) -> Option<Told> {
        match self.next()? {
            b'(' => self.group(),
            b'[' => Some((vec![self.class()?], true)),
            b'.' => Some((vec![ANY], true)),
            b'^' | b'$' => Some((Vec::new(), true)),
            b'\\' => {
                if matches!(self.rest.first(), Some(b'b' | b'B' | b'A' | b'z')) {
                    // Followed by a brace, it would be another thing.
                    self.next();
                    return (self.rest.first() != Some(&b'{')).then_some((Vec::new(), true));
                }
                Some((vec![self.escape()?], true))
            }
            byte if byte.is_ascii() && !b"*+?{}]".contains(&byte) => Some((vec![self.literal(byte)], true)),
            _ => None,
        }
    }

    fn literal(&self, byte: u8) -> Set {
        if self.fold {
            return folded(byte);
        }
        let mut set = [0; 4];
        insert(&mut set, byte);
        set
    }

    /// A group, its opening bracket read.
    fn group(&mut self) -> Option<Told> {
        let fold = self.fold;
        if self.eat(b"?i)") {
            self.fold = true;
            return Some((Vec::new(), true));
        }
        if self.eat(b"?i:") {
            self.fold = true;
        } else if self.eat(b"?P<") || self.eat(b"?<") {
            while self.next()? != b'>' {}
        } else if !self.eat(b"?:") && self.rest.first() == Some(&b'?') {
            return None;
        }
        let told = self.alternatives();
        self.fold = fold;
        self.eat(b")").then_some(told)
    }

    /// What an escape stands for, its backslash read.
    fn escape(&mut self) -> Option<Set> {
        let byte = self.next()?;
        let from = |test: fn(u8) -> bool| {
            let mut set = [0; 4];
            (0..=u8::MAX).filter(|byte| test(*byte)).for_each(|byte| insert(&mut set, byte));
            set
        };
        Some(match byte {
            b'd' => from(|byte| byte.is_ascii_digit()),
            b'D' => from(|byte| !byte.is_ascii_digit()),
            b'w' => from(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            b'W' => from(|byte| !(byte.is_ascii_alphanumeric() || byte == b'_')),
            b's' => from(is_space),
            b'S' => from(|byte| !is_space(byte)),
            b'n' => self.literal(b'\n'),
            b'r' => self.literal(b'\r'),
            b't' => self.literal(b'\t'),
            byte if byte.is_ascii_punctuation() => self.literal(byte),
            _ => return None,
        })
    }

    /// A class, its opening bracket read.
    fn class(&mut self) -> Option<Set> {
        let negated = self.eat(b"^");
        let mut set = [0; 4];
        let mut first = true;
        loop {
            // Sets of sets and named classes are not read.
            if self.rest.starts_with(b"[") || [&b"&&"[..], b"--", b"~~"].iter().any(|of| self.rest.starts_with(of)) {
                return None;
            }
            match self.next()? {
                b']' if !first => break,
                b'\\' if self.rest.first().is_some_and(u8::is_ascii_alphabetic) => {
                    let one = self.escape()?;
                    set.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
                }
                byte => {
                    let low = if byte == b'\\' { self.next()? } else { byte };
                    let ranged = self.rest.first() == Some(&b'-') && self.rest.get(1).is_some_and(|b| *b != b']');
                    let high = if ranged { self.end_of_range()? } else { low };
                    if !low.is_ascii() || !high.is_ascii() {
                        return None;
                    }
                    for byte in low..=high {
                        let one = self.literal(byte);
                        set.iter_mut().zip(one).for_each(|(all, one)| *all |= one);
                    }
                }
            }
            first = false;
        }
        if negated {
            set = set.map(|part| !part);
        }
        Some(set)
    }

    /// The end of a range, from its dash on.
    fn end_of_range(&mut self) -> Option<u8> {
        self.next()?;
        match self.next()? {
            b'\\' => self.next().filter(u8::is_ascii_punctuation),
            b'[' => None,
            byte => Some(byte),
        }
    }

    /// How often the atom before stands: fewest and most times.
    fn count(&mut self) -> Option<(usize, usize)> {
        let count = match self.rest.first() {
            Some(b'?') => (0, 1),
            Some(b'*') => (0, usize::MAX),
            Some(b'+') => (1, usize::MAX),
            Some(b'{') => {
                self.next();
                let least = self.number()?;
                let most = match (self.eat(b","), self.rest.first()) {
                    (false, _) => least,
                    (true, Some(b'}')) => usize::MAX,
                    (true, _) => self.number()?,
                };
                if self.rest.first() != Some(&b'}') {
                    return None;
                }
                (least, most)
            }
            _ => return Some((1, 1)),
        };
        self.next();
        self.eat(b"?");
        Some(count)
    }

    fn number(&mut self) -> Option<usize> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// Skips to the bar or bracket that ends this way.
    fn skip(&mut self) {
        let mut depth = 0usize;
        while let Some(byte) = self.rest.first() {
            match byte {
                b'|' | b')' if depth == 0 => return,
                b')' => depth -= 1,
                b'(' => depth += 1,
                b'\\' => {
                    self.next();
                }
                b'[' => {
                    self.next();
                    self.skip_class();
                    continue;
                }
                _ => {}
            }
            self.next();
        }
    }

    /// Skips what is left of a class; named classes and sets in it have brackets of their own.
    fn skip_class(&mut self) {
        self.eat(b"^");
        let mut first = true;
        while let Some(byte) = self.next() {
            match byte {
                b']' if !first => return,
                b'\\' => {
                    self.next();
                }
                b'[' => self.skip_class(),
                _ => {}
            }
            first = false;
        }
    }
}

/// White space, as an expression over bytes means it.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::super::prefix::Prefix;
    use super::*;
    use crate::redact::Ruleset;

    /// Whether everything that the parser says of the first places is told here too.
    fn holds(pattern: &str) -> usize {
        let told = of(pattern);
        let parsed = Prefix::of(pattern, 0);
        for (place, set) in told.iter().enumerate() {
            let Some(exact) = parsed.set(place) else {
                assert!(place >= 24 || *set == ANY, "{pattern} has more places than the parser knows");
                continue;
            };
            assert!(bytes(exact).all(|byte| contains(set, byte)), "{pattern} at {place}");
        }
        told.len()
    }

    #[test]
    fn what_is_told_of_the_rules_holds() {
        let rules = Ruleset::builtin().unwrap();
        let told: Vec<usize> = rules.rules.iter().map(|rule| holds(&rule.text.pattern)).collect();
        assert!(told.iter().filter(|places| **places >= 4).count() * 10 > told.len() * 8, "{told:?}");
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        for (pattern, places) in [
            ("abc[0-9]{4}", 7),
            ("(?i:ab)c", 3),
            ("(?i)ab|c", 1),
            ("a(?:bc|de)f", 4),
            ("a(?:bc|d)f", 2),
            ("a(?:b?)c", 1),
            ("a(b|[c|d)]e)", 2),
            ("(a[[:alpha:])]b)|zz", 1),
            ("a[[:alpha:]|]b|z", 1),
            (r"\Aab\.[^\s]", 4),
            (r"a\x41", 1),
            (r"[]a]b[^]c]", 3),
            ("a+b", 1),
            ("a{2,3}b", 2),
            ("(?x)a b", 0),
            ("(?P<v>ab)c", 3),
            (r"[a-z&&[^b]]c", 0),
            (r"\bab", 2),
        ] {
            assert_eq!(holds(pattern), places, "{pattern}");
        }
    }
}
