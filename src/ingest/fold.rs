//! Makes failures of events: retries are counted, answers and requests joined, and the same failure seen twice is one.

use super::draft::{Cause, Draft, Sent, Weight};
use super::event::Event;
use super::facts;
use super::same::{NEAR, explained_below, explains, raised_again, related, same};
use crate::model::vocabulary::InputFormat;

/// The call that is under way.
#[derive(Default)]
struct Call {
    sent: Sent,
    timeout: Option<f64>,
    retries: u32,
    told: bool,
    max: Option<u32>,
    ids: Vec<String>,
    answer: Option<Draft>,
    pending: Option<Draft>,
    retrying: bool,
    under_way: bool,
}

/// Failures that are held at most while a document is read, and how many of the first and last ones stay when they are more.
const HELD: usize = 4096;
const FIRST: usize = 64;
const LAST: usize = 1024;

/// What became of the events of a document.
pub(super) struct Folded {
    /// Failures, in order; of very many, the first and the last.
    pub(super) drafts: Vec<Draft>,
    /// Failures between those, which were counted and not kept.
    pub(super) left_out: usize,
    /// Whether nothing at all was heard of a call, good or bad.
    pub(super) silent: bool,
}

/// Makes failures of events as they come, so that a log of nothing but errors is read in bounded memory.
#[derive(Default)]
pub(super) struct Folder {
    all: Vec<Draft>,
    call: Call,
    links: Vec<(Cause, usize)>,
    weak_out: usize,
    strong_out: usize,
    heard: bool,
}

impl Folder {
    /// Takes the next event.
    pub(super) fn push(&mut self, event: Event) {
        self.heard |= !matches!(event, Event::Linked { .. });
        let Self { all, call, links, .. } = self;
        match event {
            Event::Linked { cause, line } => links.push((cause, line)),
            Event::Sent { sent, timeout, retry, .. } => {
                let again = call.retrying || call.under_way || retry.is_some_and(|n| n > 0);
                if !again && (call.answer.is_some() || call.pending.is_some()) {
                    close(call, all);
                }
                call.send(&sent, timeout, retry);
            }
            Event::Answer(draft) => call.answer(*draft),
            Event::Retry { draft, number, max, left } => {
                if number == Some(1) && call.retries > 1 && call.pending.is_some() {
                    close(call, all);
                }
                call.retry(*draft, number, max, left);
            }
            Event::Failed(draft) => {
                let mut draft = *draft;
                link(&mut draft, links, all);
                call.give(&mut draft);
                add(all, draft);
                *call = Call::default();
            }
            Event::Done => *call = Call::default(),
        }
        if self.all.len() > HELD {
            self.thin();
        }
    }

    /// Leaves out what would not be shown: weak failures where there are stronger ones, and the middle of very many.
    fn thin(&mut self) {
        let strong = self.strong_out > 0 || self.all.iter().any(|draft| draft.weight > Weight::Weak);
        let recent = self.all.len() - LAST;
        let mut at = 0;
        if strong {
            self.all.retain(|draft| {
                at += 1;
                at > recent || draft.weight > Weight::Weak
            });
        }
        if self.all.len() > LAST + FIRST {
            for draft in self.all.drain(FIRST..self.all.len() - LAST) {
                if draft.weight > Weight::Weak {
                    self.strong_out += 1;
                } else {
                    self.weak_out += 1;
                }
            }
        }
    }

    /// Counts a failure that is not kept.
    pub(super) fn leave_out(&mut self, weight: Weight) {
        self.heard = true;
        *if weight > Weight::Weak { &mut self.strong_out } else { &mut self.weak_out } += 1;
    }

    /// The failures, after the last event.
    pub(super) fn finish(mut self) -> Folded {
        close(&mut self.call, &mut self.all);
        let strong = self.strong_out > 0 || self.all.iter().any(|draft| draft.weight > Weight::Weak);
        if strong {
            self.all.retain(|draft| draft.weight > Weight::Weak);
        }
        let left_out = if strong { self.strong_out } else { self.weak_out };
        Folded { drafts: self.all, left_out, silent: !self.heard }
    }
}

/// Gives a failure the errors that it was raised from; those that were read as failures of their own are none.
fn link(draft: &mut Draft, links: &mut Vec<(Cause, usize)>, all: &mut Vec<Draft>) {
    let mut end = draft.first;
    while let Some((cause, line)) = links.pop().filter(|(_, line)| *line < end && end - line <= 2 * NEAR) {
        if all.last().is_some_and(|before| before.deciding == line && before.status.is_none()) {
            let before = all.pop().unwrap_or_default();
            draft.causes.extend(before.causes.into_iter().rev());
        }
        draft.causes.push(cause);
        (draft.first, end) = (line, line);
    }
    links.clear();
}

impl Call {
    fn send(&mut self, sent: &Sent, timeout: Option<f64>, retry: Option<u32>) {
        if retry != Some(u32::MAX) {
            self.retrying = false;
            self.under_way = true;
            self.answer = None;
            if let Some(count) = retry {
                self.told = true;
                self.retries = self.retries.max(count);
            }
        }
        let mut sent = sent.clone();
        sent.fill(&self.sent);
        self.sent = sent;
        self.timeout = timeout.or(self.timeout);
    }

    fn answer(&mut self, draft: Draft) {
        self.retrying = false;
        self.under_way = false;
        if draft.status.is_some_and(|code| code < 400) {
            self.pending = None;
        }
        for id in &draft.ids {
            if !self.ids.contains(id) {
                self.ids.push(id.clone());
            }
        }
        self.answer = Some(match self.answer.take() {
            Some(before) if draft.status.is_none() || before.status.is_none() || before.status == draft.status => {
                combine(before, draft)
            }
            _ => draft,
        });
    }

    fn retry(&mut self, mut draft: Draft, number: Option<u32>, max: Option<u32>, left: Option<u32>) {
        self.told = true;
        self.under_way = false;
        if let Some(left) = left {
            self.max = Some(self.retries + left);
        }
        self.max = max.or(self.max);
        match number {
            Some(0) => {}
            Some(n) => self.retries = self.retries.max(n),
            None => self.retries += 1,
        }
        self.retrying = number != Some(0);
        for id in &draft.ids {
            facts_id(&mut self.ids, id);
        }
        if let Some(answer) = self.answer.take() {
            draft = combine(answer, draft);
        }
        self.pending = Some(match self.pending.take() {
            Some(before) if draft.message.is_none() && draft.status.is_none() && draft.class.is_none() => {
                combine(before, draft)
            }
            _ => draft,
        });
    }

    /// Gives a failure what the call knows.
    fn give(&mut self, draft: &mut Draft) {
        if draft.retries.is_none() && (self.told || self.retries > 0) {
            draft.retries = Some(self.retries);
        }
        draft.retries = draft.retries.map(|count| count.max(self.retries));
        draft.max_retries = draft.max_retries.or(self.max).filter(|max| Some(*max) >= draft.retries);
        draft.timeout = draft.timeout.or(self.timeout);
        draft.sent.fill(&self.sent);
        let own = std::mem::take(&mut draft.ids);
        let pending = self.pending.take();
        let answer = self.answer.take();
        if let Some(pending) = pending.filter(|pending| fits(pending, draft)) {
            draft.first = draft.first.min(pending.first);
            fill(draft, &pending);
        }
        let mut ids = std::mem::take(&mut self.ids);
        if let Some(answer) = answer {
            let good = answer.status.is_some_and(|code| code < 300) || answer.accepted;
            if good && !cannot_follow(draft) {
                draft.accepted = true;
                let status = draft.status;
                fill(draft, &Draft { status: None, message: None, error_string: None, class: None, ..answer });
                draft.status = status;
            } else if !good && (draft.status.is_none() || draft.status == answer.status) && !connects(draft) {
                draft.first = draft.first.min(answer.first);
                fill(draft, &Draft { error_string: None, ..answer });
            }
        }
        for id in &std::mem::take(&mut draft.ids) {
            facts_id(&mut ids, id);
        }
        // The id that the failure itself names is that of the last attempt.
        ids.retain(|known| !own.contains(known));
        ids.extend(own);
        draft.ids = ids;
    }
}

fn facts_id(ids: &mut Vec<String>, id: &str) {
    if !ids.iter().any(|known| known == id) {
        ids.push(id.to_owned());
    }
}

/// Ends a call of which nothing more is heard: what was pending is a failure.
fn close(call: &mut Call, all: &mut Vec<Draft>) {
    let answered = call.answer.clone().filter(|answer| answer.status.is_some_and(|code| code >= 400));
    let open = call.pending.take().or(answered);
    let coded = |draft: &Draft| draft.causes.iter().any(|cause| cause.code.is_some());
    if let Some(mut draft) =
        open.filter(|draft| draft.status.is_some() || draft.class.is_some() || draft.message.is_some() || coded(draft))
    {
        call.give(&mut draft);
        add(all, draft);
    }
    *call = Call::default();
}

/// Whether an error cannot come after the answer before it: the connection itself was not made, or it has a status of its own.
fn cannot_follow(draft: &Draft) -> bool {
    draft.status.is_some_and(|code| code >= 400) || connects(draft)
}

/// Whether the innermost cause is one of making a connection.
fn connects(draft: &Draft) -> bool {
    const PHASES: &[&str] = &[
        "ConnectError",
        "ConnectTimeout",
        "ProxyError",
        "ECONNREFUSED",
        "ENOTFOUND",
        "EAI_AGAIN",
        "CERT",
        "getaddrinfo",
        "Errno 111",
        "UnsupportedProtocol",
    ];
    draft.causes.iter().any(|cause| {
        super::words::has_any(cause.class.as_deref().unwrap_or_default(), PHASES)
            || super::words::has_any(cause.code.as_deref().unwrap_or_default(), PHASES)
            || super::words::has_any(&cause.message, PHASES)
    })
}

/// Whether an attempt that was retried failed in the same way as the call did in the end.
fn fits(pending: &Draft, draft: &Draft) -> bool {
    if pending.status.is_some() || draft.status.is_some() {
        return pending.status == draft.status;
    }
    let code = |draft: &Draft| draft.causes.iter().find_map(|cause| cause.code.clone());
    match (code(pending), code(draft)) {
        (Some(a), Some(b)) => a == b,
        _ => draft.message.is_none() || pending.message == draft.message || related(pending, draft),
    }
}

/// Fills what a draft lacks from another that tells of the same failure.
fn fill(draft: &mut Draft, other: &Draft) {
    fn take<T: Clone>(mine: &mut Option<T>, theirs: Option<&T>) {
        if mine.is_none() {
            *mine = theirs.cloned();
        }
    }
    take(&mut draft.surface, other.surface.as_ref());
    take(&mut draft.class, other.class.as_ref());
    take(&mut draft.error_string, other.error_string.as_ref());
    take(&mut draft.status, other.status.as_ref());
    take(&mut draft.error_type, other.error_type.as_ref());
    if (draft.message.is_none() || (other.message_of_body && !draft.message_of_body)) && other.message.is_some() {
        draft.message.clone_from(&other.message);
        draft.message_of_body = other.message_of_body;
    }
    if draft.body.is_none() || draft.body_text.is_none() {
        take(&mut draft.body, other.body.as_ref());
        take(&mut draft.body_text, other.body_text.as_ref());
    }
    take(&mut draft.retries, other.retries.as_ref());
    take(&mut draft.max_retries, other.max_retries.as_ref());
    take(&mut draft.timeout, other.timeout.as_ref());
    take(&mut draft.time, other.time.as_ref());
    for (name, value) in &other.headers {
        draft.headers.entry(name).or_insert_with(|| value.clone());
    }
    draft.accepted |= other.accepted;
    draft.handled = draft.handled.or(other.handled);
    draft.sent.fill(&other.sent);
    if draft.causes.is_empty() {
        draft.causes.clone_from(&other.causes);
    } else if draft.causes.len() == other.causes.len() {
        for (mine, theirs) in draft.causes.iter_mut().zip(&other.causes) {
            mine.class = mine.class.take().or_else(|| theirs.class.clone());
            mine.code = mine.code.take().or_else(|| theirs.code.clone());
            if mine.class.is_none() && mine.code == theirs.code && !theirs.message.is_empty() {
                mine.message.clone_from(&theirs.message);
            }
        }
    }
    for id in &other.ids {
        facts::push_id(draft, id.clone());
    }
    draft.weight = draft.weight.max(other.weight);
}

/// One draft of two that tell of the same failure; the one that tells more leads.
fn combine(before: Draft, after: Draft) -> Draft {
    let (first, last) = (before.first.min(after.first), before.last.max(after.last));
    let ids: Vec<String> =
        before.ids.iter().chain(after.ids.iter().filter(|id| !before.ids.contains(id))).cloned().collect();
    let retries = before.retries.max(after.retries);
    let lead_before = rank(&before) > rank(&after);
    let (mut lead, other) = if lead_before { (before, after) } else { (after, before) };
    fill(&mut lead, &other);
    lead.first = first;
    lead.last = last;
    lead.ids = ids;
    lead.retries = retries;
    lead
}

fn rank(draft: &Draft) -> (bool, Weight, bool, bool) {
    let stack = is_stack(draft);
    (stack, draft.weight, draft.error_string.is_some() && draft.class.is_some(), draft.error_string.is_some())
}

fn is_stack(draft: &Draft) -> bool {
    matches!(draft.format, Some(InputFormat::PythonTraceback | InputFormat::NodeStack | InputFormat::OtherStack))
}

/// The wrapper with the error above it as its cause.
fn adopt(before: Draft, mut draft: Draft) -> Draft {
    let message = before.message.or(before.error_string).unwrap_or_default();
    draft.causes = vec![Cause { class: before.class, message, code: None }];
    draft.causes.extend(before.causes);
    draft.first = before.first;
    draft.time = draft.time.or(before.time);
    draft
}

fn add(all: &mut Vec<Draft>, draft: Draft) {
    match all.pop() {
        Some(before) if explains(&before, &draft) => all.push(adopt(before, draft)),
        Some(mut before) if explained_below(&before, &draft) => {
            let message = draft.message.or(draft.error_string).unwrap_or_default();
            before.causes.push(Cause { class: None, message, code: None });
            before.last = draft.last;
            all.push(before);
        }
        Some(mut before) if raised_again(&before, &draft) => {
            fill(&mut before, &draft);
            before.last = draft.last;
            all.push(before);
        }
        Some(before) if same(&before, &draft) => all.push(combine(before, draft)),
        Some(before) => all.extend([before, draft]),
        None => all.push(draft),
    }
}
