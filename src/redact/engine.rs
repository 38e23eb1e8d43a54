//! The engine: all detectors on one original text, the union of what they find, and one splice.

use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use regex::bytes::Regex;

use super::ahead::Ahead;
use super::below::Rest;
use super::cold::Cold;
use super::content;
use super::finding::{Finding, Rank, Substitute, union};
use super::folded;
use super::gate::{Gate, Scan};
use super::identity::IdentitySet;
use super::known::KnownSet;
use super::literals::{self, Kept};
use super::named;
use super::names::Names;
use super::own::keep_own;
use super::placeholder::Ledger;
use super::ruleset::Ruleset;
use super::shapes;
use super::splice::{on_char_boundaries, outside_placeholders, splice, within, without};
use super::state_words::is_plain_state;
use super::view::{View, with_quotes_read, without_last_colours};

/// Largest text that is redacted; a larger one becomes an absence.
const LARGEST: usize = 1 << 30;

/// Most fields of a text behind each of which it is looked at again.
const MOST_FIELDS: usize = 4;

static BY_PLACE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("named-by-place"));

/// A text could not be redacted with certainty. It says nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault;

/// What one look at a text found.
pub(super) struct Look {
    /// What must go, without overlaps, in order.
    pub(super) findings: Vec<Finding>,
    /// Whether prompt content goes on beyond the end of the text.
    pub(super) open: bool,
    /// Whether a word was seen that leads to prompt content beside that of keys.
    pub(super) others: bool,
    /// What the next line must be seen with.
    pub(super) rest: Option<Rest>,
    /// Whether nothing but prompt content was found, and the text without it was looked at and told cold.
    pub(super) bare: bool,
    /// Whether what was found leaves nothing to find beside its placeholder.
    pub(super) settled: bool,
}

/// Everything that detectors need, made ready once.
pub(super) struct Engine {
    pub(super) rules: Ruleset,
    pub(super) known: KnownSet,
    pub(super) identities: IdentitySet,
    pub(super) allow: Vec<Regex>,
    names: &'static Names,
    /// Made when a stream first needs it.
    gate: OnceLock<Gate>,
    /// Whether known values are searched for only where the gate saw a piece of one: for streams, where time counts.
    pub(super) quick: bool,
}

/// A text that was scanned.
pub(super) struct Scanned {
    pub(super) scan: Scan,
    /// Prompt content that structure shows.
    content: Vec<Finding>,
    /// Whether it goes on beyond the end.
    open: bool,
    /// Whether nothing else can be found in the text without it.
    bare: bool,
    /// The text with marks in the place of content, where that is what was scanned.
    rest: Option<View<'static>>,
}

impl Scanned {
    /// Of a text in which no prompt content begins.
    const fn without_content(scan: Scan) -> Self {
        Self { scan, content: Vec::new(), open: false, bare: false, rest: None }
    }

    /// Whether no detector can find anything.
    pub(super) const fn is_cold(&self) -> bool {
        self.scan.is_cold()
    }

    /// Whether there may be prompt content.
    pub(super) const fn has_content(&self) -> bool {
        self.scan.content
    }

    /// Whether nothing but shapes and the values of names can be found in the text.
    const fn is_simple(&self) -> bool {
        self.rest.is_none() && self.content.is_empty() && !self.open && self.scan.is_simple()
    }
}

/// Whether one value alone was found, and it ends the text and begins where a token does. Its placeholder is then followed by nothing and takes nothing
/// from the text before it, in which nothing was found: there is nothing to look for again.
fn ends_text(bytes: &[u8], findings: &[Finding]) -> bool {
    let [finding] = findings else { return false };
    let Range { start, end } = finding.range;
    let apart = start.checked_sub(1).is_none_or(|before| matches!(bytes[before], b' ' | b'\t' | b'=' | b':'));
    let numbered = finding.substitute == Substitute::Numbered && finding.value.is_none();
    let once = memchr::memchr(b'[', bytes).is_none();
    apart
        && numbered
        && once
        && matches!(finding.rank, Rank::Shape | Rank::Named)
        && matches!(&bytes[end..], b"" | b"\n" | b"\r\n")
}

impl Engine {
    pub(super) fn new(rules: Ruleset, known: KnownSet, identities: IdentitySet, allow: Vec<Regex>) -> Option<Self> {
        Some(Self { rules, known, identities, allow, names: Names::get()?, gate: OnceLock::new(), quick: false })
    }

    /// What must go from a text, without overlaps, in order. `name` is what the place says the whole text is the value of.
    pub(super) fn find(&self, text: &str, name: Option<&str>) -> Result<Vec<Finding>, Fault> {
        self.look(text.as_bytes(), name).map(|look| look.findings)
    }

    /// The same for bytes that need not be UTF-8, with what the end of the text leaves open.
    pub(super) fn look(&self, bytes: &[u8], name: Option<&str>) -> Result<Look, Fault> {
        (bytes.len() <= LARGEST).then_some(()).ok_or(Fault)?;
        self.look_with(bytes, name, self.scan(bytes))
    }

    /// The same where the text was scanned already.
    pub(super) fn look_with(&self, bytes: &[u8], name: Option<&str>, scan: Scanned) -> Result<Look, Fault> {
        // Content that was cut off at a fold may have gone with the mark that closes the text.
        let several = || memchr::memchr(b'\n', &bytes[..bytes.len().saturating_sub(1)]).is_some();
        if (scan.scan.views || scan.has_content() || several())
            && let Some((view, soft)) = folded::read(bytes)
        {
            let raw = if soft { Some(self.look_on(bytes, name, scan, MOST_FIELDS)?) } else { None };
            return self.look_at_folded(&view, name, raw);
        }
        self.look_on(bytes, name, scan, MOST_FIELDS)
    }

    /// The same; `fields` is how often what stands behind a field may be looked at by itself.
    fn look_on(&self, bytes: &[u8], name: Option<&str>, mut scan: Scanned, fields: usize) -> Result<Look, Fault> {
        let mut found = Vec::new();
        let bare = scan.bare && name.is_none() && self.quick;
        let (views, others) = (scan.scan.views, scan.scan.others);
        let simple = self.quick && name.is_none() && self.allow.is_empty() && scan.is_simple();
        let known = scan.scan.known || views || !self.quick;
        let mut rest = scan.scan.below.take();
        let has_content = scan.has_content();
        let mut open = self.detect(bytes, scan, &mut found)?;
        if others || has_content {
            open = content::find_within(bytes, others, open, &mut found).map_err(|_| Fault)?;
        }
        if views {
            open |= self.look_at_readings(bytes, &mut found, &mut rest)?;
        }
        if known {
            self.known.find(bytes, &mut found);
        }
        if let Some(finding) = name.and_then(|name| self.whole_value(bytes, name)) {
            found.push(finding);
        }
        self.keep_allowed(bytes, &mut found);
        content::keep_hidden_people(&self.identities, &mut found);
        // What ends with its field must do so before placeholders part it.
        let mut kept = literals::keep_inside(bytes, found, fields > 0);
        if memchr::memchr(b'[', bytes).is_some() {
            let whole = Kept { found: Vec::new(), ..kept };
            kept = literals::keep_inside(bytes, outside_placeholders(bytes, kept.found), fields > 0);
            kept.to_end |= whole.to_end;
            kept.unseen = kept.unseen.into_iter().chain(whole.unseen).min();
        }
        open &= !kept.to_end;
        let mut found = kept.found;
        if let Some(from) = kept.unseen {
            let behind = &bytes[from..];
            let look = self.look_on(behind, None, self.scan(behind), fields - 1)?;
            open |= look.open;
            rest = look.rest.or(rest);
            let moved = |range: &Range<usize>| range.start + from..range.end + from;
            found.extend(look.findings.into_iter().map(|f| Finding { range: moved(&f.range), ..f }));
        }
        let findings = union(found.into_iter().map(|finding| on_char_boundaries(bytes, finding)).collect());
        let settled = simple && !open && ends_text(bytes, &findings);
        Ok(Look { findings, open, others, rest, bare, settled })
    }

    /// Runs the detectors; says whether prompt content goes on beyond the end of the text.
    pub(super) fn detect(&self, bytes: &[u8], scanned: Scanned, found: &mut Vec<Finding>) -> Result<bool, Fault> {
        let Scanned { scan, content, open, rest, .. } = scanned;
        if scan.broken {
            return Err(Fault);
        }
        found.extend(content);
        let text = rest.as_ref().map_or(bytes, |rest| &*rest.text);
        // Places in the text without content must be told as places of the whole one.
        let mut seen = if rest.is_some() { Vec::new() } else { std::mem::take(found) };
        shapes::keep_first(scan.shapes, &mut seen);
        seen.extend(scan.named);
        if scan.others {
            let before = seen.len();
            content::find_others(text, &mut seen);
            keep_own(text, before, &mut seen);
        }
        if scan.identities {
            self.identities.find_names(text, &mut seen).map_err(|_| Fault)?;
        }
        seen.extend(scan.numbers);
        match &rest {
            Some(rest) => found.extend(
                seen.into_iter().map(|finding| Finding { range: rest.original(finding.range.clone()), ..finding }),
            ),
            None => *found = seen,
        }
        Ok(open)
    }

    /// What the passes of the gate ask.
    pub(super) fn cold(&self) -> Cold<'_> {
        Cold {
            gate: self.gate(),
            rules: &self.rules,
            names: self.names,
            identities: &self.identities,
            known: &self.known,
        }
    }

    pub(super) fn gate(&self) -> &Gate {
        self.gate.get_or_init(|| Gate::new(&self.rules, &self.known, &self.identities))
    }

    /// The end of the lines from `from` on in which nothing can be found, in a text of whole lines.
    pub(super) fn cold_end(&self, text: &[u8], from: usize, ahead: &mut Ahead) -> usize {
        self.cold().end(text, from, ahead)
    }

    /// One pass over a text. Prompt content goes first, so that nothing else looks at it.
    pub(super) fn scan(&self, text: &[u8]) -> Scanned {
        self.gate()
            .scan(text, &self.cold(), true)
            .map_or_else(|| self.scan_with_content(text), Scanned::without_content)
    }

    /// The same of one line of a text, with the help of what was found in the lines together.
    pub(super) fn scan_line(&self, lines: &[u8], line: Range<usize>, ahead: &mut Ahead) -> Scanned {
        let scan = self.cold().scan_line(lines, line.clone(), ahead);
        scan.map_or_else(|| self.scan_with_content(&lines[line]), Scanned::without_content)
    }

    /// The scan of a text in which prompt content may begin.
    fn scan_with_content(&self, text: &[u8]) -> Scanned {
        let mut content = Vec::new();
        let found = content::find(text, &mut content);
        keep_own(text, 0, &mut content);
        let content = union(content);
        let rest = without(text, &content);
        let text = rest.as_ref().map_or(text, |rest| &*rest.text);
        let mut scan = self.gate().scan(text, &self.cold(), false).unwrap_or_default();
        scan.broken |= found.is_err();
        scan.content = false;
        let bare = rest.is_some() && scan.is_cold();
        scan.content = true;
        Scanned { scan, content, open: found.unwrap_or(true), bare, rest }
    }

    /// What all detectors find on their own, without the gate: what the gate is held to.
    #[cfg(test)]
    pub(super) fn find_ungated(&self, bytes: &[u8]) -> Vec<Finding> {
        let mut found = Vec::new();
        content::find(bytes, &mut found).unwrap();
        keep_own(bytes, 0, &mut found);
        let mut found = union(found);
        let rest = without(bytes, &found);
        let text = rest.as_ref().map_or(bytes, |rest| &*rest.text);
        let mut seen = Vec::new();
        shapes::find(&self.rules, text, &mut seen).unwrap();
        named::find(self.names, &self.known, text, &mut seen);
        let before = seen.len();
        content::find_others(text, &mut seen);
        keep_own(text, before, &mut seen);
        super::below::find_all(self.names, &self.identities, text, &mut seen);
        self.identities.find(text, &mut seen).unwrap();
        found.extend(seen.into_iter().map(|finding| match &rest {
            Some(rest) => Finding { range: rest.original(finding.range.clone()), ..finding },
            None => finding,
        }));
        let kept = literals::keep_inside(bytes, outside_placeholders(bytes, found), false);
        union(kept.found.into_iter().map(|finding| on_char_boundaries(bytes, finding)).collect())
    }

    /// The whole text, where the name of its place says that it is a credential.
    fn whole_value(&self, bytes: &[u8], name: &str) -> Option<Finding> {
        self.names.judge(name.as_bytes())?;
        let number = bytes.iter().all(u8::is_ascii_digit);
        (!is_plain_state(bytes) && !number)
            .then(|| Finding::new(0..bytes.len(), &BY_PLACE, &Arc::from("secret"), Rank::Named))
    }

    /// Drops findings that lie wholly inside what the configuration declares to be evidence; known values and content always go.
    fn keep_allowed(&self, bytes: &[u8], found: &mut Vec<Finding>) {
        for pattern in &self.allow {
            let kept: Vec<Range<usize>> =
                pattern.find_iter(bytes).map(|hit| hit.range()).filter(|range| !range.is_empty()).collect();
            found.retain(|finding| {
                finding.rank >= Rank::Known
                    || !kept.iter().any(|range| range.start <= finding.range.start && finding.range.end <= range.end)
            });
        }
    }
}

impl Engine {
    /// How far a key is indented whose value, a credential, stands as a block in the lines below.
    pub(super) fn opens_block(&self, line: &[u8]) -> Option<usize> {
        named::opens_block(self.names, line)
    }

    /// Whether the value of what a line ends in is still to come, or a known value breaks off there.
    pub(super) fn hangs(&self, line: &[u8]) -> bool {
        let line = without_last_colours(line);
        if named::ends_in_scheme(line) {
            return true;
        }
        let read = line.ends_with(b";").then(|| with_quotes_read(&line[line.len().saturating_sub(256)..])).flatten();
        let line = read.as_ref().map_or(line, |read| &*read.text);
        let line = named::without_constructors(line);
        let tail = line.len() - line.iter().rev().take(24).take_while(|b| b" \t\"'`\\:=,>".contains(b)).count();
        let separator = line[tail..].iter().any(|b| matches!(b, b':' | b'=' | b','));
        let bare_comma = line[tail..].iter().all(|b| matches!(b, b' ' | b','));
        if !separator || bare_comma {
            return named::awaits_value(self.names, line) || self.known.breaks_off(line);
        }
        let tail = named::before_visibility(line, tail);
        let start = tail
            - line[..tail]
                .iter()
                .rev()
                .take(96)
                .take_while(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b))
                .count();
        let name = &line[start..tail];
        let names = !name.is_empty() && self.names.judge(name).is_some();
        names || content::is_key(name) || self.known.breaks_off(line)
    }
}

/// Most rounds until nothing more is found.
const ROUNDS: usize = 4;

impl Engine {
    /// The text without what must go. What a removal uncovers (a name that only its neighbour hid from the boundary test)
    /// goes too, so redacting twice equals redacting once.
    pub(super) fn clean(
        &self,
        text: &str,
        name: Option<&str>,
        ledger: &mut Ledger,
        place: &str,
    ) -> Result<String, Fault> {
        let first = self.look(text.as_bytes(), name)?;
        let shown = self.replace(b"", text.as_bytes(), name, &first, ledger, place)?;
        String::from_utf8(shown).map_err(|_| Fault)
    }

    /// Replaces what the first look found, and what that uncovers. `before` is text that has left already and gives the context.
    pub(super) fn replace(
        &self,
        before: &[u8],
        text: &[u8],
        name: Option<&str>,
        first: &Look,
        ledger: &mut Ledger,
        place: &str,
    ) -> Result<Vec<u8>, Fault> {
        if first.findings.is_empty() {
            return Ok(text.to_vec());
        }
        let mut shown = splice(text, &first.findings, ledger, place);
        // The rest was told cold with marks in the place of content, and shapes are such marks: only content is looked for again.
        if first.bare && before.is_empty() && Self::content_of(&shown)?.is_empty() {
            return Ok(shown);
        }
        if first.settled && before.is_empty() {
            return Ok(shown);
        }
        for _ in 1..ROUNDS {
            let found = if before.is_empty() {
                self.look(&shown, name)?.findings
            } else {
                within(before.len(), self.look(&[before, &shown].concat(), name)?.findings)
            };
            if found.is_empty() {
                break;
            }
            let next = splice(&shown, &found, ledger, place);
            if next == shown {
                break;
            }
            shown = next;
        }
        Ok(shown)
    }

    /// The prompt content that structure shows in a text.
    fn content_of(text: &[u8]) -> Result<Vec<Finding>, Fault> {
        let mut found = Vec::new();
        content::find(text, &mut found).map_err(|_| Fault)?;
        keep_own(text, 0, &mut found);
        found.retain(|finding| !finding.range.is_empty());
        Ok(found)
    }
}
