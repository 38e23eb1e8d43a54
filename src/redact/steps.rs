//! A rule's expression as a short program of bytes, runs and choices, for matches at a place that is known already.
//!
//! It finds what the regular expression finds there (a test holds the two equal) at a fraction of the price of starting one. It knows no word
//! boundaries, and it gives up where a text makes it go back and forth; then the regular expression itself is asked.

use std::cmp::Ordering;
use std::ops::Range;

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

use super::rule::is_part;

/// A set of bytes.
type Set = Box<[bool; 256]>;

/// One step of the program.
#[derive(Debug)]
enum Step {
    /// This byte.
    Byte(u8),
    /// A byte of a set.
    One(Set),
    /// Bytes of a set, as many as there are. `exact`: what follows begins with none of them, so that fewer never help.
    Run {
        set: Set,
        min: usize,
        max: usize,
        exact: bool,
    },
    /// Bytes of a set, as few as will do.
    Few {
        set: Set,
        min: usize,
        max: usize,
    },
    /// The first way, and where that leads nowhere the second.
    Either(usize, usize),
    Jump(usize),
    /// The beginning (0) or the end (1) of the part to remove.
    Mark(usize),
    /// The end of the text.
    End,
    Done,
}

/// The program of one expression.
#[derive(Debug)]
pub(super) struct Steps {
    steps: Vec<Step>,
    /// The bytes that may stand in a match before an anchor; all of them where that cannot be told.
    before: Set,
}

/// A match: all of it, and the part that its rule marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) whole: Range<usize>,
    pub(super) part: Range<usize>,
}

/// The program was left before it came to an end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GaveUp;

/// Longest program.
const LONGEST: usize = 400;
/// Most repetitions that are written out.
const MOST_COPIES: u32 = 8;
/// Most choices that are open at once.
const DEEPEST: usize = 32;
/// Work that one search may take, in steps and in bytes of runs.
const FUEL: usize = 4096;

/// A choice that is open: where to go on, from which place down or up to which other.
#[derive(Clone, Copy)]
struct Choice {
    step: usize,
    at: usize,
    /// For a run, the lowest place; for few bytes, the highest; else `at`.
    limit: usize,
    marks: [usize; 2],
}

const UNMARKED: usize = usize::MAX;

impl Steps {
    /// Of an expression; `None` where it holds what steps cannot say.
    pub(super) fn of(pattern: &str) -> Option<Self> {
        let hir = ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
        if hir.properties().minimum_len() == Some(0) {
            return None;
        }
        let mut steps = Vec::new();
        write(&hir, &mut steps)?;
        steps.push(Step::Done);
        tell_exact(&mut steps);
        Some(Self { steps, before: Box::new([true; 256]) })
    }

    /// Of an expression that is tried around one of these anchors.
    pub(super) fn around_anchors(pattern: &str, anchors: &[String]) -> Option<Self> {
        let mut all = Self::of(pattern)?;
        // Of several places where an anchor may stand the last is taken: what may stand before it may stand before the others too.
        let places =
            anchors.iter().map(|anchor| (0..all.steps.len()).rev().find(|at| all.spells(*at, anchor.as_bytes())));
        let last = places.collect::<Option<Vec<usize>>>().and_then(|places| places.into_iter().max());
        if let Some(last) = last {
            all.before = bytes_of(&all.steps[..last]);
        }
        Some(all)
    }

    /// Whether an anchor begins at a step, as far as its bytes are steps of their own, which two at least must be.
    fn spells(&self, at: usize, anchor: &[u8]) -> bool {
        let steps = self.steps[at..].iter().filter(|step| !matches!(step, Step::Mark(_)));
        let mut same = 0;
        for (step, byte) in steps.zip(anchor) {
            let takes =
                |set: &Set| set[usize::from(byte.to_ascii_lowercase())] || set[usize::from(byte.to_ascii_uppercase())];
            match step {
                Step::Byte(own) if own.eq_ignore_ascii_case(byte) => same += 1,
                Step::One(set) if takes(set) => same += 1,
                Step::Byte(_) | Step::One(_) => return false,
                _ => break,
            }
        }
        same > 1
    }

    /// The match that begins where the text begins.
    pub(super) fn at_start(&self, text: &[u8]) -> Result<Option<Match>, GaveUp> {
        self.run(text, 0, &mut { FUEL })
    }

    /// The first match that begins at `last` at most and ends at `first` at least, of those that follow each other in the text.
    pub(super) fn around(&self, text: &[u8], first: usize, last: usize) -> Result<Option<Match>, GaveUp> {
        let mut fuel = FUEL;
        let reach = text[..first].iter().rev().take_while(|byte| self.before[usize::from(**byte)]).count();
        let mut at = first - reach;
        while at <= last && at < text.len() {
            match self.run(text, at, &mut fuel)? {
                Some(found) if found.whole.end >= first => return Ok(Some(found)),
                Some(found) => at = found.whole.end,
                None => at += 1,
            }
        }
        Ok(None)
    }

    fn run(&self, text: &[u8], start: usize, fuel: &mut usize) -> Result<Option<Match>, GaveUp> {
        let mut open = Vec::new();
        let mut now = Choice { step: 0, at: start, limit: start, marks: [UNMARKED; 2] };
        loop {
            *fuel = fuel.checked_sub(1).ok_or(GaveUp)?;
            let here = text.get(now.at);
            let goes_on = match self.steps.get(now.step) {
                Some(Step::Byte(byte)) => here == Some(byte) && now.pass(1),
                Some(Step::One(set)) => here.is_some_and(|byte| set[usize::from(*byte)]) && now.pass(1),
                Some(Step::Run { set, min, max, exact }) => {
                    let low = now.at + min;
                    let count = run_of(set, &text[now.at..], *max, fuel)?;
                    now.pass(count);
                    if !exact && now.at > low {
                        push(&mut open, Choice { at: now.at - 1, limit: low, ..now })?;
                    }
                    count >= *min
                }
                Some(Step::Few { set, min, max }) => {
                    let count = run_of(set, &text[now.at..], *max, fuel)?;
                    let high = now.at + count;
                    now.pass(*min);
                    if now.at < high {
                        push(&mut open, Choice { at: now.at + 1, limit: high, ..now })?;
                    }
                    count >= *min
                }
                Some(Step::Either(one, other)) => {
                    push(&mut open, Choice { step: *other, limit: now.at, ..now })?;
                    now.step = *one;
                    true
                }
                Some(Step::Jump(to)) => {
                    now.step = *to;
                    true
                }
                Some(Step::Mark(which)) => {
                    // Of several marked parts the first begins what goes, and the last ends it.
                    if *which == 1 || now.marks[0] == UNMARKED {
                        now.marks[*which] = now.at;
                    }
                    now.pass(0)
                }
                Some(Step::End) => here.is_none() && now.pass(0),
                Some(Step::Done) | None => {
                    let [from, to] = now.marks;
                    let whole = start..now.at;
                    // Where the marked part took no part, all of it goes.
                    let part = if to == UNMARKED { whole.clone() } else { from..to };
                    return Ok(Some(Match { whole, part }));
                }
            };
            if !goes_on {
                let Some(last) = back(&mut open) else { return Ok(None) };
                now = last;
            }
        }
    }
}

impl Choice {
    /// Goes to the next step, over so many bytes.
    const fn pass(&mut self, bytes: usize) -> bool {
        self.at += bytes;
        self.step += 1;
        true
    }
}

fn push(open: &mut Vec<Choice>, choice: Choice) -> Result<(), GaveUp> {
    if open.len() == DEEPEST {
        return Err(GaveUp);
    }
    open.push(choice);
    Ok(())
}

/// The choice that is open last, of which the next place is left open.
fn back(open: &mut Vec<Choice>) -> Option<Choice> {
    let last = open.last_mut()?;
    let now = *last;
    match last.at.cmp(&last.limit) {
        Ordering::Equal => {
            open.pop();
        }
        Ordering::Greater => last.at -= 1,
        Ordering::Less => last.at += 1,
    }
    Some(now)
}

/// How many bytes of a set stand at the start of a text.
fn run_of(set: &[bool; 256], text: &[u8], max: usize, fuel: &mut usize) -> Result<usize, GaveUp> {
    let text = &text[..text.len().min(max)];
    let mut count = 0;
    // By eights as long as all of them are of the set.
    while let Some(eight) = text[count..].first_chunk::<8>()
        && eight.iter().fold(true, |all, byte| all & set[usize::from(*byte)])
    {
        count += eight.len();
    }
    count += text[count..].iter().take_while(|byte| set[usize::from(**byte)]).count();
    *fuel = fuel.checked_sub(count / 8).ok_or(GaveUp)?;
    Ok(count)
}

/// Writes the steps of an expression.
fn write(hir: &Hir, steps: &mut Vec<Step>) -> Option<()> {
    if steps.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => steps.extend(literal.0.iter().map(|byte| Step::Byte(*byte))),
        HirKind::Class(class) => steps.push(Step::One(set_of(class)?)),
        HirKind::Look(Look::End) => steps.push(Step::End),
        HirKind::Look(_) => return None,
        HirKind::Capture(capture) => {
            let marked = capture.name.as_deref().is_some_and(is_part);
            steps.extend(marked.then_some(Step::Mark(0)));
            write(&capture.sub, steps)?;
            steps.extend(marked.then_some(Step::Mark(1)));
        }
        HirKind::Concat(parts) => parts.iter().try_for_each(|part| write(part, steps))?,
        HirKind::Alternation(ways) => {
            let mut ends = Vec::new();
            for (index, way) in ways.iter().enumerate() {
                let choice = steps.len();
                if index + 1 < ways.len() {
                    steps.push(Step::Either(choice + 1, 0));
                }
                write(way, steps)?;
                if index + 1 < ways.len() {
                    ends.push(steps.len());
                    steps.push(Step::Jump(0));
                    steps[choice] = Step::Either(choice + 1, steps.len());
                }
            }
            let after = steps.len();
            for end in ends {
                steps[end] = Step::Jump(after);
            }
        }
        HirKind::Repetition(repetition) => repeat(repetition, steps)?,
    }
    Some(())
}

fn repeat(repetition: &Repetition, steps: &mut Vec<Step>) -> Option<()> {
    let Repetition { min, max, greedy, sub } = repetition;
    if let Some(set) = single(sub) {
        let min = usize::try_from(*min).ok()?;
        let max = max.map_or(Some(usize::MAX), |max| usize::try_from(max).ok())?;
        steps.push(if *greedy { Step::Run { set, min, max, exact: false } } else { Step::Few { set, min, max } });
        return Some(());
    }
    // A part that may be empty would turn in circles.
    if sub.properties().minimum_len().is_none_or(|length| length == 0) || *min > MOST_COPIES {
        return None;
    }
    for _ in 0..*min {
        write(sub, steps)?;
    }
    let either = |inside: usize, after: usize| {
        if *greedy { Step::Either(inside, after) } else { Step::Either(after, inside) }
    };
    match max {
        None => {
            let choice = steps.len();
            steps.push(Step::Jump(0));
            write(sub, steps)?;
            steps.push(Step::Jump(choice));
            steps[choice] = either(choice + 1, steps.len());
        }
        Some(max) if max - min <= MOST_COPIES => {
            let mut choices = Vec::new();
            for _ in *min..*max {
                choices.push(steps.len());
                steps.push(Step::Jump(0));
                write(sub, steps)?;
            }
            let after = steps.len();
            for choice in choices {
                steps[choice] = either(choice + 1, after);
            }
        }
        Some(_) => return None,
    }
    Some(())
}

/// The set of an expression that is one byte long.
fn single(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Class(class) => set_of(class),
        HirKind::Literal(literal) => match &*literal.0 {
            [byte] => {
                let mut set = Box::new([false; 256]);
                set[usize::from(*byte)] = true;
                Some(set)
            }
            _ => None,
        },
        _ => None,
    }
}

fn set_of(class: &Class) -> Option<Set> {
    let mut set = Box::new([false; 256]);
    let mut add = |start: u8, end: u8| (start..=end).for_each(|byte| set[usize::from(byte)] = true);
    match class {
        Class::Bytes(class) => class.ranges().iter().for_each(|range| add(range.start(), range.end())),
        Class::Unicode(class) => {
            for range in class.ranges() {
                add(u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok().filter(u8::is_ascii)?);
            }
        }
    }
    Some(set)
}

/// All bytes that any of these steps takes.
fn bytes_of(steps: &[Step]) -> Set {
    let mut bytes = Box::new([false; 256]);
    for step in steps {
        match step {
            Step::Byte(byte) => bytes[usize::from(*byte)] = true,
            Step::One(set) | Step::Run { set, .. } | Step::Few { set, .. } => {
                bytes.iter_mut().zip(set.iter()).for_each(|(all, one)| *all |= one);
            }
            Step::Either(..) | Step::Jump(_) | Step::Mark(_) | Step::End | Step::Done => {}
        }
    }
    bytes
}

/// Marks the runs that are followed by a byte that is not of theirs, or by the end.
fn tell_exact(steps: &mut [Step]) {
    for at in 0..steps.len() {
        // With an upper bound the byte after the run may be of its set, and fewer do not help either.
        let apart = matches!(&steps[at], Step::Run { set, .. } if begins_apart(steps, at + 1, set, DEEPEST));
        if let Step::Run { exact, .. } = &mut steps[at] {
            *exact = apart;
        }
    }
}

/// Whether nothing that may follow from a step on begins with a byte of a set.
fn begins_apart(steps: &[Step], at: usize, set: &Set, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let parts = |other: &Set| set.iter().zip(other.iter()).all(|(one, other)| !(one & other));
    match &steps[at] {
        Step::Byte(byte) => !set[usize::from(*byte)],
        Step::One(other) => parts(other),
        Step::Run { set: other, min, .. } | Step::Few { set: other, min, .. } => {
            parts(other) && (*min > 0 || begins_apart(steps, at + 1, set, depth))
        }
        Step::Either(one, other) => begins_apart(steps, *one, set, depth) && begins_apart(steps, *other, set, depth),
        Step::Jump(to) => begins_apart(steps, *to, set, depth),
        Step::Mark(_) => begins_apart(steps, at + 1, set, depth),
        Step::End | Step::Done => true,
    }
}
