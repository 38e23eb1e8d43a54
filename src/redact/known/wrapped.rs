//! Known values that are wrapped over lines, whatever stands at the start of each line: where a line ends in the beginning of a value, the rest of
//! that value is searched for in the next one.

use std::ops::Range;

use super::{HEAD, KnownSet};
use crate::redact::escapes::Reading;
use crate::redact::finding::Rank;
use crate::redact::line_leads::{lead_of, next_break};
use crate::redact::shapes::is_mixed;

/// Most values that begin alike and are followed into the next line.
const MOST_ALIKE: usize = 64;
/// How far into a line the text that goes on may begin, in bytes without blanks and marks.
const LONGEST_LEAD: usize = 96;
/// Most lines that one value is followed over.
const MOST_LINES: usize = 64;
/// What of a line's end is looked at, and of a line that goes on.
const END: usize = 768;
const LINE: usize = 4096;
/// Fewer bytes are taken for the rest of a value only where the line's text begins; elsewhere they may stay.
const SHORT_REST: usize = 4;
/// A beginning so long goes although the rest is not found, where it is most of the value: it was cut off.
const LONG_HEAD: usize = 16;

/// Longest beginning of an escape, in bytes: `\u00e` and `&#x00e`.
const UNFINISHED: usize = 8;

/// Where the rest of a value leads.
enum Rest {
    /// It ends here.
    End(usize),
    /// It goes on beyond the end of the text.
    Open,
    Nowhere,
}

impl KnownSet {
    /// Whether a text ends in the beginning of a value.
    pub(in crate::redact) fn breaks_off(&self, text: &[u8]) -> bool {
        if self.sorted.is_empty() {
            return false;
        }
        // What the next line begins with may finish an escape that this one ends in.
        let near = text.trim_ascii_end().len();
        let mark = memchr::memrchr3(b'%', b'\\', b'&', &text[near.saturating_sub(UNFINISHED)..near]);
        let before = mark.map(|at| &text[..near.saturating_sub(UNFINISHED) + at]);
        self.ends_in_head(text)
            || before.is_some_and(|text| self.ends_in_head(text))
            || self.find_wrapped(text, &mut |_, _| {})
    }

    /// The same where all that stands between its lines is read as marks.
    fn ends_in_head(&self, text: &[u8]) -> bool {
        // Few lines end in two bytes of a value. Where little is left of their end, all of it may be dressing.
        let end = Reading::bare(&text[text.len().saturating_sub(64)..]).text;
        if end.len() >= 8 && !self.tails.may_end(&end) {
            return false;
        }
        let tail = Reading::bare(&text[text.len().saturating_sub(END)..]).text;
        let tail = &tail[tail.len().saturating_sub(END * 2 / 3)..];
        self.heads(tail).next().is_some()
    }

    /// The beginnings of values in which a bare text ends: where each stands, and the form that it is of.
    fn heads<'a>(&'a self, tail: &'a [u8]) -> impl Iterator<Item = (usize, u32)> + 'a {
        (0..(tail.len() + 1).saturating_sub(HEAD)).flat_map(move |at| {
            let rest = &tail[at..];
            let from = self.sorted.partition_point(|index| self.form(*index) <= rest);
            let alike = self.sorted[from..].iter().take(MOST_ALIKE);
            alike.take_while(move |index| self.form(**index).starts_with(rest)).map(move |index| (at, *index))
        })
    }

    fn form(&self, index: u32) -> &[u8] {
        self.bare.needles.get(index as usize)
    }

    /// Gives `hit` every value that is wrapped over lines; says whether one goes on beyond the end of the text.
    pub(super) fn find_wrapped(&self, text: &[u8], hit: &mut dyn FnMut(u32, Range<usize>)) -> bool {
        if self.sorted.is_empty() {
            return false;
        }
        let (mut open, mut start) = (false, 0);
        while let Some((end, next)) = next_break(text, start) {
            let end = start + text[start..end].trim_ascii_end().len();
            let line = start.max(end.saturating_sub(END))..end;
            open |= self.find_wrapped_at(text, line.clone(), next, hit);
            // A soft break of a mail.
            if text[line.clone()].ends_with(b"=") {
                open |= self.find_wrapped_at(text, line.start..end - 1, next, hit);
            }
            start = next;
        }
        open
    }

    /// The same for the values that begin in one line.
    fn find_wrapped_at(
        &self,
        text: &[u8],
        line: Range<usize>,
        next: usize,
        hit: &mut dyn FnMut(u32, Range<usize>),
    ) -> bool {
        let end = &text[line.start.max(line.end.saturating_sub(64))..line.end];
        let end = Reading::bare_line(end).text;
        if end.len() >= 8 && !self.tails.may_end(&end) {
            return false;
        }
        let tail = Reading::bare_line(&text[line.clone()]);
        let mut open = false;
        for (at, index) in self.heads(&tail.text) {
            let (head, form) = (&tail.text[at..], self.form(index));
            let start = line.start + tail.original(at..tail.text.len()).start;
            match follow(text, line.end..next, &form[head.len()..], 0) {
                Rest::End(end) => hit(index, start..end),
                Rest::Open => open = true,
                Rest::Nowhere => {
                    let is_most = head.len() >= LONG_HEAD && head.len() * 3 >= form.len() * 2;
                    let rank = self.entries[self.bare.owner[index as usize] as usize].rank;
                    if is_most && rank != Rank::Content && is_mixed(head) {
                        hit(index, start..line.end);
                    }
                }
            }
        }
        open
    }
}

/// Follows the rest of a value over a line break.
fn follow(text: &[u8], over: Range<usize>, rest: &[u8], lines: usize) -> Rest {
    let from = over.end;
    if from >= text.len() {
        return Rest::Open;
    }
    let line_break = next_break(text, from);
    let end = line_break.map_or(text.len(), |(at, _)| at).min(from + LINE);
    let line = &text[from..end];
    let bare = Reading::bare_line(line);
    // Where the text of the line begins, as far as that is known; the mark of a difference may stand before it.
    let lead = Reading::bare_line(&line[..lead_of(line).length]).text.len();
    let near = &bare.text[..bare.text.len().min(LONGEST_LEAD + rest.len())];
    if let Some(at) = memchr::memmem::find(near, rest).filter(|at| rest.len() >= SHORT_REST || *at <= lead + 1) {
        return Rest::End(from + bare.original(at..at + rest.len()).end);
    }
    if rest.len() < SHORT_REST {
        // So little is no secret, and cannot be told from chance.
        return Rest::End(over.start);
    }
    let Some((_, next)) = line_break.filter(|_| lines < MOST_LINES) else { return Rest::Nowhere };
    let soft = bare.text.strip_suffix(b"=");
    for part in [Some(&bare.text[..]), soft].into_iter().flatten() {
        for at in 0..part.len().min(LONGEST_LEAD) {
            let here = &part[at..];
            if here.len() < rest.len() && rest.starts_with(here) && (here.len() >= SHORT_REST || at <= lead + 1) {
                match follow(text, end..next, &rest[here.len()..], lines + 1) {
                    Rest::Nowhere => {}
                    found => return found,
                }
            }
        }
    }
    Rest::Nowhere
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, RULE};
    use super::*;

    const VALUE: &str = "q7Z)2.YT^pcUH>\\$jZ4=<O-XxmZzN.v8v/F6o/slk";

    fn set() -> KnownSet {
        let entry = Entry { value: VALUE.into(), kind: "secret".into(), rule: RULE.into(), rank: Rank::Known };
        KnownSet::new(vec![entry]).unwrap()
    }

    #[test]
    fn a_value_is_followed_over_lines_with_anything_in_front() {
        let known = set();
        for lead in [
            "",
            "> ",
            "// ",
            " * ",
            "| ",
            "; ",
            "-- ",
            "+",
            "-",
            "12: ",
            "   12 | ",
            "[app] ",
            "Nov 20 10:00:00 host x[1]: ",
        ] {
            for line_break in ["\n", "\r\n", "\\n", "\\\\n", "=\n", "\\\n"] {
                let cut = |at: usize| format!("{}{line_break}{lead}{}", &VALUE[..at], &VALUE[at..]);
                let twice = cut(30).replacen("q7Z)2.YT^p", &format!("q7Z)2.YT^p{line_break}{lead}"), 1);
                for text in [cut(8), cut(14), cut(28), cut(VALUE.len() - 2), twice] {
                    let text = format!("{lead}it said {text} and ended\n");
                    let mut found = Vec::new();
                    known.find(text.as_bytes(), &mut found);
                    // The last two letters alone may stay.
                    let whole =
                        |range: &Range<usize>| text[range.clone()].ends_with("lk") || text[range.end..].contains("lk ");
                    let from_start = |range: &Range<usize>| text[range.clone()].starts_with("q7Z");
                    let goes = found.iter().any(|finding| whole(&finding.range) && from_start(&finding.range));
                    assert!(goes, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn a_text_that_ends_in_a_beginning_waits_for_the_next_line() {
        let known = set();
        assert!(known.breaks_off(b"x q7Z)2.YT^p\n"));
        assert!(known.breaks_off(b"x q7Z)2.YT^p=\n"));
        assert!(known.breaks_off(b"[app] x q7Z)2.YT^p\n[app] cUH>\\$jZ4=<O-\n"));
        assert!(!known.breaks_off(b"[app] x q7Z)2.YT^p\n[app] and nothing\n"));
        assert!(!known.breaks_off(b"nothing\n"));
    }

    #[test]
    fn a_value_waits_for_the_next_line_where_an_escape_may_be_unfinished() {
        let value = "q7ZD5f{px,(\\tcywFxY2}.biZL@%baoGV2:G~mvRk;y";
        let entry = Entry { value: value.into(), kind: "secret".into(), rule: RULE.into(), rank: Rank::Known };
        let known = KnownSet::new(vec![entry]).unwrap();
        for cut in 8..value.len() - 8 {
            let (head, rest) = value.split_at(cut);
            assert!(known.breaks_off(format!("[app] x={head}\r\n").as_bytes()), "{cut}");
            let mut found = Vec::new();
            known.find(format!("[app] x={head}\r\n[app]   {rest}\n").as_bytes(), &mut found);
            assert!(!found.is_empty(), "{cut}");
        }
    }

    #[test]
    fn most_of_a_value_goes_where_it_was_cut_off() {
        let known = set();
        let text = format!("x {}\nand nothing\n", &VALUE[..36]);
        let mut found = Vec::new();
        known.find(text.as_bytes(), &mut found);
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
