//! What one scan of the gate saw, and what it notes on the way so that hostile text costs no more than other text.

use std::ops::Range;

use crate::redact::below::Rest;
use crate::redact::escapes::Searched;
use crate::redact::finding::Finding;
use crate::redact::named::Stops;
use crate::redact::strings;

/// What one scan saw.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)]
pub(in crate::redact) struct Scan {
    /// What the shape rules found, with the anchors.
    pub(in crate::redact) shapes: Vec<(Range<usize>, Finding)>,
    /// What the names of credentials found.
    pub(in crate::redact) named: Vec<Finding>,
    pub(in crate::redact) named_to: usize,
    pub(in crate::redact) stops: Stops,
    tried: Vec<(u32, usize)>,
    /// For a rule, from where its mark was looked for, and where it stands.
    ahead: Vec<(u32, usize, usize)>,
    /// For a rule, a stretch in which no match of it begins.
    clear: Vec<(u32, usize, usize)>,
    /// Whether there may be a key of prompt content.
    pub(in crate::redact) content: bool,
    /// Whether there may be prompt content in source lines, commands and dumps.
    pub(in crate::redact) others: bool,
    /// Whether there may be names that an audience may not see.
    pub(in crate::redact) identities: bool,
    /// Whether there is a phone number with an encoded mark.
    pub(in crate::redact) phones: bool,
    /// Numbers of customers that were found.
    pub(in crate::redact) numbers: Vec<Finding>,
    /// Whether there may be known values.
    pub(in crate::redact) known: bool,
    /// Whether the text must be seen without colours, or with its character references read.
    pub(in crate::redact) views: bool,
    /// Whether the text ends near a name whose value may be still to come.
    pub(in crate::redact) hangs: bool,
    /// What a line at the end says of those below it, and up to where such lines were read.
    pub(in crate::redact) below: Option<Rest>,
    pub(in crate::redact) below_to: usize,
    /// Whether a rule could not be compiled.
    pub(in crate::redact) broken: bool,
    /// The last places whose lines were looked at, for their beginning, for the head of a table and for that of a turn.
    seen: [Option<usize>; 3],
    /// The record that was last looked at for what somebody said in it.
    pub(in crate::redact) spoken: Range<usize>,
    /// Where escapes stand.
    escapes: Searched,
}

/// So far on in a line it is asked again whether it heads what was said.
const FAR_ON: usize = 4096;

/// Matches of fewer bytes are not worth a note.
const LONG: usize = 256;

impl Scan {
    /// Whether an escape stands near a place.
    pub(in crate::redact) fn is_near_escape(&mut self, text: &[u8], at: &Range<usize>) -> bool {
        self.escapes.are_near(text, at)
    }

    /// Whether a place stands on another line than the last one whose beginning was asked for.
    pub(in crate::redact) fn is_new_line(&mut self, text: &[u8], at: usize) -> bool {
        Self::is_other_line(&mut self.seen[0], text, at)
    }

    /// The same of the last one that was asked to be the head of a table.
    pub(in crate::redact) fn is_new_head(&mut self, text: &[u8], at: usize) -> bool {
        Self::is_other_line(&mut self.seen[1], text, at)
    }

    /// The same of the last one that was asked to head what was said. Of a long line a part is looked at, so that far on in it is asked again.
    pub(in crate::redact) fn is_new_turn(&mut self, text: &[u8], at: usize) -> bool {
        let last = self.seen[2];
        let far = last.is_some_and(|last| at.abs_diff(last) > FAR_ON);
        let new = far || Self::is_other_line(&mut self.seen[2], text, at);
        self.seen[2] = if new { Some(at) } else { last };
        new
    }

    fn is_other_line(seen: &mut Option<usize>, text: &[u8], at: usize) -> bool {
        let last = seen.replace(at);
        let ends = |between: &[u8]| memchr::memchr(b'\n', between).is_some() || strings::holds_break(between);
        last.is_none_or(|last| ends(&text[last.min(at)..last.max(at)]))
    }

    /// Up to where a rule need not be tried again: most of its last long match.
    pub(in crate::redact) fn tried(&self, rule: u32) -> usize {
        self.tried.iter().find(|(index, _)| *index == rule).map_or(0, |(_, end)| *end)
    }

    /// Notes a stretch in which no match of a rule begins.
    pub(in crate::redact) fn clear(&mut self, rule: u32, from: usize, to: usize) {
        match self.clear.iter_mut().find(|(index, _, _)| *index == rule) {
            Some(known) => *known = (rule, from, to),
            None => self.clear.push((rule, from, to)),
        }
    }

    /// Whether no match of a rule can begin where one around this anchor would.
    pub(in crate::redact) fn is_clear(&self, rule: u32, back: usize, start: usize, end: usize) -> bool {
        self.clear.iter().any(|(index, from, to)| *index == rule && *from <= start.saturating_sub(back) && end < *to)
    }

    /// Whether a mark stands after `from`; each stretch of the line is searched once.
    pub(in crate::redact) fn is_ahead(&mut self, rule: u32, line: &[u8], from: usize, mark: &str) -> bool {
        let find = || first_mark(&line[from..], mark.as_bytes()).map_or(usize::MAX, |at| from + at);
        if let Some((_, first, at)) = self.ahead.iter_mut().find(|(index, _, _)| *index == rule) {
            if from < *first || *at < from {
                (*first, *at) = (from, find());
            }
            return *at < usize::MAX;
        }
        let at = find();
        self.ahead.push((rule, from, at));
        at < usize::MAX
    }

    /// Notes a long match, so that many anchors in one match cost no more than one. Its end is left open: what begins there may reach further.
    pub(in crate::redact) fn taken(&mut self, rule: u32, start: usize, end: usize) {
        if end - start.min(end) > LONG {
            let until = end - LONG / 4;
            match self.tried.iter_mut().find(|(index, _)| *index == rule) {
                Some((_, last)) => *last = until,
                None => self.tried.push((rule, until)),
            }
        }
    }

    /// Whether no detector can find anything.
    pub(in crate::redact) const fn is_cold(&self) -> bool {
        let quiet =
            !(self.content || self.others || self.identities || self.known || self.views || self.hangs || self.broken);
        quiet && self.below.is_none() && self.shapes.is_empty() && self.named.is_empty() && self.numbers.is_empty()
    }
    /// Whether nothing but shapes and the values of names was seen, in a text that is read as it is.
    pub(in crate::redact) const fn is_simple(&self) -> bool {
        let more =
            self.content || self.others || self.identities || self.phones || self.known || self.views || self.broken;
        !more && self.numbers.is_empty()
    }
}

/// Where a mark first stands. Its first byte is looked for before: to make a search ready costs more than to look through a line.
pub(in crate::redact) fn first_mark(text: &[u8], mark: &[u8]) -> Option<usize> {
    let lead = memchr::memchr(*mark.first()?, text)?;
    if mark.len() == 1 {
        return Some(lead);
    }
    memchr::memmem::find(&text[lead..], mark).map(|at| lead + at)
}
