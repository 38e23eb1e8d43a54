//! Labels of what was said or asked, before a text or alone above one: `INFO app: User: text`, `**Prompt:** text`, `===== PROMPT =====`, `Prompt:`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::evidence::{complains, complains_of_prompt};
use super::labelled::{Body, DEEPEST, Doubt};
use super::said::{has_words, is_of_log, is_said, says_failure, warns};
use super::tagged::{is_object, ornament, symbols, tagged};
use super::titled::decorated;
use crate::redact::placeholder;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    prompts: Vec<String>,
    said: Vec<String>,
    speakers: Vec<String>,
    acts: Vec<String>,
    sending: Vec<String>,
    sent: Vec<String>,
    alone: Vec<String>,
    beside: Vec<String>,
    tentative: Vec<String>,
    speaking: Vec<String>,
    abroad: Vec<String>,
    headings: Vec<String>,
    levels: Vec<String>,
    protocol: Vec<String>,
}

/// What a label is before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A prompt, and nothing else.
    Prompt,
    /// What one of a conversation said, or a server of a call.
    Said,
    /// The same under a word that says little: only a text on the line of the label tells.
    Beside,
    /// The same in another language.
    Abroad,
}

impl Kind {
    pub(super) const fn doubt(self) -> Doubt {
        if matches!(self, Self::Prompt) { Doubt::None } else { Doubt::Lines }
    }
}

/// How a label is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Behind what a log puts before a line: the text goes up to its next record.
    Logged,
    /// A heading or a bold word of Markdown: the text goes up to the next one.
    Heading,
    /// The title of a banner: the text goes up to the next one.
    Banner,
    /// Alone on its line.
    Bare,
}

/// A label on a line, and where what follows it begins.
pub(super) struct Label {
    pub(super) form: Form,
    pub(super) from: usize,
    /// Whether nothing follows it on its line.
    pub(super) alone: bool,
    pub(super) doubt: Doubt,
    /// How many hashes head it.
    pub(super) level: usize,
}

impl Label {
    /// The same label in a line that has so much before it.
    fn behind(self, lead: usize) -> Self {
        Self { from: self.from + lead, ..self }
    }

    /// The text that the label is before.
    pub(super) const fn body(&self) -> Body {
        // What stands behind a bold word on its line is one passage.
        let form = if self.alone || matches!(self.form, Form::Logged) { self.form } else { Form::Bare };
        Body::new(form, self.level, self.doubt, !self.alone)
    }
}

/// Longest label.
pub(super) const LONGEST: usize = 40;
/// Most words that a log puts before what it says.
const MOST_LEADS: usize = 5;
/// Fewest blanks of a text behind a label that says little.
pub(super) const FEWEST_BLANKS: usize = 3;

/// What stands before whose a text is: `Outgoing turn for chat 12: text`.
const OF: [&str; 3] = [" for ", " from ", " in "];

/// The colon of scripts whose letters are wide.
const WIDE_COLON: &str = "\u{ff1a}";
/// What may stand between a label and its text.
const MARKS: [&str; 5] = [":", WIDE_COLON, ">", " => ", " -> "];

static TABLE: LazyLock<Option<Table>> = LazyLock::new(|| crate::data::read(data!("redact/rules/labels")).ok());
static LABELS: LazyLock<BTreeMap<String, Kind>> = LazyLock::new(|| TABLE.as_ref().map(labels).unwrap_or_default());
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| TABLE.as_ref().map(gate_words).unwrap_or_default());
static AS_WRITTEN: LazyLock<Vec<String>> =
    LazyLock::new(|| TABLE.as_ref().map(gate_words_as_written).unwrap_or_default());

fn labels(table: &Table) -> BTreeMap<String, Kind> {
    let pairs = table.speakers.iter().flat_map(|who| table.acts.iter().map(move |act| format!("{who} {act}")));
    let pairs = pairs.chain(table.acts.iter().map(|act| format!("claude's {act}"))).chain(sendings(table));
    let beside = table.beside.iter().map(|label| (label.clone(), Kind::Beside));
    let said = table.said.iter().cloned().chain(pairs).map(|label| (label, Kind::Said));
    let abroad = table.abroad.iter().map(|label| (label.clone(), Kind::Abroad));
    abroad.chain(beside).chain(said).chain(table.prompts.iter().map(|label| (label.clone(), Kind::Prompt))).collect()
}

/// What a program does with what somebody said, before what that is: `sending turn`.
fn sendings(table: &Table) -> impl Iterator<Item = String> {
    table.sending.iter().flat_map(|verb| table.sent.iter().map(move |what| format!("{verb} {what}")))
}

/// The words of the gate in any case: each label, with what stands behind it or before it.
fn gate_words(table: &Table) -> Vec<String> {
    let mut all = vec!["rompt (".to_owned()];
    let alone = LABELS.iter().filter(|(_, kind)| matches!(kind, Kind::Prompt | Kind::Said));
    all.extend(alone.map(|(label, _)| format!("{label}:")));
    all.extend(sendings(table).flat_map(|label| OF.map(|of| label.clone() + of)));
    all.extend(
        table.speaking.iter().flat_map(|label| [format!("[{label}]"), format!("<{label}> "), format!("({label}):")]),
    );
    for label in &table.headings {
        all.extend(["# ", "h2. ", "h3. ", "h4. ", "**", "<summary>"].map(|mark| format!("{mark}{label}")));
        all.extend([" ==", " --", " **"].map(|mark| format!("{label}{mark}")));
    }
    let faces = ["👤", "🧑", "🙋", "🤖", "🧠", "💬"];
    let decorated = |label: &String| faces.map(|face| format!("# {face} {label}"));
    all.extend(table.alone.iter().chain(&table.speaking).flat_map(decorated));
    all
}

/// Those that say little, as they begin a sentence.
fn gate_words_as_written(table: &Table) -> Vec<String> {
    let of_lines = ["user", "assistant", "human"];
    let of_lines = of_lines.into_iter().flat_map(|label| [format!("{label}: "), format!("{label}> ")]);
    let arrows = table.speaking.iter().flat_map(|label| {
        let shown = capital(label);
        [
            format!("{label} => "),
            format!("{label} -> "),
            format!("{shown} => "),
            format!("{shown} -> "),
            format!("{shown}> "),
        ]
    });
    let abroad = table.abroad.iter().flat_map(|label| [":", " :", WIDE_COLON].map(|mark| format!("{label}{mark}")));
    let tentative = table.tentative.iter().map(|label| format!("{label}:"));
    table
        .beside
        .iter()
        .map(|label| capital(label))
        // Alone on their lines as well.
        .filter(|label| !table.tentative.contains(label))
        .map(|label| label + ": ")
        .chain(tentative)
        .chain(of_lines)
        .chain(arrows)
        .chain(abroad)
        .collect()
}

fn capital(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Whether a text begins with the level of a record.
pub(super) fn begins_with_level(said: &[u8]) -> bool {
    let ends = |b: &u8| b" :]\t".contains(b);
    let begins = |level: &String| said.starts_with(level.as_bytes()) && said.get(level.len()).is_none_or(ends);
    TABLE.as_ref().is_some_and(|table| table.levels.iter().any(begins))
}

/// Words of the gate as they are written.
pub(super) fn words_as_written() -> impl Iterator<Item = &'static str> {
    AS_WRITTEN.iter().map(String::as_str)
}

/// The words of the gate, in any case.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(String::as_str)
}

/// The label on a line, behind its lead of a given length.
pub(super) fn at(line: &[u8], lead: usize) -> Option<Label> {
    // What stands in brackets was taken for the name of a part of a program.
    let bracket = line[..lead].trim_ascii_end().strip_suffix(b"]").and_then(|lead| memchr::memrchr(b'[', lead));
    if let Some(label) = bracket.and_then(|at| Some(tagged(&line[at..])?.behind(at))) {
        return Some(label);
    }
    if let Some(label) = decorated(&line[lead..]) {
        return Some(label.behind(lead));
    }
    let mut is_log = lead > 0 && line[..lead].iter().any(u8::is_ascii_digit);
    let ornament = ornament(&line[lead..]);
    let mut at = lead + ornament;
    // An element of a list: `- **User**: text`.
    if ornament > 0
        && line[at..].starts_with(b"**")
        && let Some(label) = decorated(&line[at..])
    {
        return Some(label.behind(at));
    }
    // Behind a word that may be the name of a logger only a capital letter begins a label, and in a comment, which may say what a parameter is.
    let mut loose = ornament > 1 && line[lead..at].iter().any(|b| b"#/*+-".contains(b));
    for _ in 0..MOST_LEADS {
        let here = &line[at..];
        // Behind the level of a log, as agno has it, only a banner is a title.
        let banner = || decorated(here).filter(|label| is_log && label.form == Form::Banner);
        let plain = || plain(here, is_log).filter(|_| !loose || here.first().is_some_and(u8::is_ascii_uppercase));
        if let Some(label) = tagged(here).or_else(plain).or_else(banner) {
            return Some(label.behind(at));
        }
        let (length, says_log) = log_word(here);
        loose = !says_log && here.iter().take(length).all(|b| b.is_ascii_alphabetic() || *b == b' ');
        is_log |= says_log;
        if length == 0 || !is_log {
            return None;
        }
        at += length;
    }
    None
}

/// Whether a label that says little stands alone above a text.
fn is_tentative(label: &[u8]) -> bool {
    TABLE.as_ref().is_some_and(|table| table.tentative.iter().any(|known| known.as_bytes() == label))
}

/// Whether a word in small letters says who speaks.
pub(super) fn is_speaking(title: &[u8]) -> bool {
    TABLE.as_ref().is_some_and(|table| table.speaking.iter().any(|label| label.as_bytes() == title))
}

/// Length of a word that a log puts before what it says, with what stands behind it, and whether the word tells that the line is one of a log: a time, a level.
fn log_word(rest: &[u8]) -> (usize, bool) {
    let in_word = |b: &u8| b.is_ascii_alphanumeric() || b"_./,+@$#[]()<>:-".contains(b);
    let word = rest.iter().take(LONGEST).take_while(|b| in_word(b)).count();
    // `INFO:root:` are two of them.
    let colon =
        memchr::memchr(b':', &rest[..word]).filter(|at| *at > 0 && rest[..*at].iter().all(u8::is_ascii_alphabetic));
    let word = colon.map_or(word, |at| at + 1);
    let bare = rest[..word].iter().filter(|b| b.is_ascii_alphanumeric()).copied().collect::<Vec<u8>>();
    let is_time = !bare.is_empty() && bare.iter().all(|b| b.is_ascii_digit() || matches!(b, b'T' | b'Z'));
    let is_level = TABLE.as_ref().is_some_and(|table| table.levels.iter().any(|level| level.as_bytes() == bare));
    let after = rest[word..].iter().take_while(|b| b" \t|-".contains(b)).count();
    let is_apart = colon.is_some() || after > 0;
    if word == 0 || !is_apart { (0, false) } else { (word + after, is_time || is_level) }
}

/// The first mark on a line that may end a label.
fn mark(rest: &[u8]) -> Option<(usize, &'static str)> {
    let near = &rest[..rest.len().min(LONGEST + 1)];
    (1..near.len()).find_map(|at| Some((at, *MARKS.iter().find(|mark| rest[at..].starts_with(mark.as_bytes()))?)))
}

/// A label that a colon ends, or an arrow behind who speaks.
pub(super) fn plain(rest: &[u8], is_log: bool) -> Option<Label> {
    let (end, mark) = mark(rest)?;
    // A log may say how long it is: `Prompt (12 characters): text`.
    let title = memchr::memmem::find(&rest[..end], b" (").map_or(&rest[..end], |end| &rest[..end]);
    // `Turn 3 (user): text`.
    let speaker = rest[..end].strip_suffix(b")").and_then(|title| title.rsplit(|b| *b == b'(').next());
    let speaks = speaker.is_some_and(|who| is_speaking(&who.to_ascii_lowercase()));
    let by_speaker = || speaks.then_some((Kind::Said, true));
    let (kind, capital) = kind(title.trim_ascii_end()).or_else(by_speaker).or_else(|| kind_of_other(title))?;
    let text = &rest[end + mark.len()..];
    let is_colon = mark == ":" || mark == WIDE_COLON;
    // In small letters, and alone on its line, a word before an angle bracket may be the prompt of a shell.
    let shows = || capital || mark != ">" || matches!(title, b"user" | b"assistant" | b"human");
    let speaks = || is_speaking(&title.to_ascii_lowercase()) && shows();
    if !(is_colon || speaks()) {
        return None;
    }
    // In small letters it is a key of other notations.
    if kind == Kind::Prompt && !capital && !rest[..end].contains(&b' ') {
        return None;
    }
    // What says little begins a sentence, or a line of a conversation.
    let of_line = !is_colon || matches!(title, b"user" | b"assistant" | b"human");
    if kind == Kind::Beside
        && !of_line
        && !(capital && title[1..].iter().all(|b| !b.is_ascii_uppercase() || title == b"AI"))
    {
        return None;
    }
    let form = if is_log { Form::Logged } else { Form::Bare };
    let said = text.trim_ascii();
    if said.is_empty() {
        // A word that says little heads what servers answered as well.
        let tentative = (kind == Kind::Said || kind == Kind::Beside && !is_log) && is_tentative(&rest[..end]);
        let begins = mark == ":" && (kind == Kind::Prompt || kind == Kind::Said && (capital || is_log) || tentative);
        return begins.then_some(Label {
            form,
            from: rest.len(),
            alone: true,
            doubt: if tentative { Doubt::First } else { kind.doubt() },
            level: DEEPEST,
        });
    }
    let is_text = match kind {
        _ if placeholder::is_shape(said) => true,
        Kind::Prompt => has_words(said, FEWEST_BLANKS) && is_asked(said),
        _ if is_object(said) || is_of_protocol(said) || complains(said) => false,
        Kind::Said | Kind::Abroad => has_words(said, FEWEST_BLANKS) && is_said(said),
        Kind::Beside => has_words(said, FEWEST_BLANKS + 1) && is_said(said) && !(of_line && is_of_log(said)),
    };
    let apart = text.starts_with(b" ") || mark.ends_with(' ') || !text[0].is_ascii();
    (is_text && apart).then_some(Label {
        form,
        from: end + mark.len(),
        alone: false,
        doubt: kind.doubt(),
        level: DEEPEST,
    })
}

/// Whether a text holds a word of the API, which a program says and no person.
pub(super) fn is_of_protocol(said: &[u8]) -> bool {
    let holds = |word: &String| memchr::memmem::find(said, word.as_bytes()).is_some();
    TABLE.as_ref().is_none_or(|table| table.protocol.iter().any(holds))
}

/// Whether a text behind the word for a prompt is one, and not what a check or a server says of it.
pub(super) fn is_asked(said: &[u8]) -> bool {
    !says_failure(said) && !warns(said) && !complains_of_prompt(said)
}

/// What a label is before, and whether it begins with a capital letter.
fn kind(label: &[u8]) -> Option<(Kind, bool)> {
    let text = std::str::from_utf8(label).ok()?;
    if LABELS.get(text) == Some(&Kind::Abroad) {
        return Some((Kind::Abroad, true));
    }
    let all_upper = text.bytes().all(|b| !b.is_ascii_lowercase());
    let rest = text.get(1..)?;
    // In the middle of a name no letter is a capital one, but those of names.
    let is_sentence = all_upper
        || rest.bytes().all(|b| !b.is_ascii_uppercase())
        || ["LLM", "AI", " Claude", " I "].iter().any(|word| text.contains(word));
    let kind = *LABELS.get(&text.to_ascii_lowercase())?;
    is_sentence.then_some((kind, text.as_bytes()[0].is_ascii_uppercase()))
}

/// What a label is before that also says whose a text is.
fn kind_of_other(title: &[u8]) -> Option<(Kind, bool)> {
    let end = OF.iter().find_map(|of| memchr::memmem::find(title, of.as_bytes()))?;
    kind(&title[..end]).filter(|(kind, _)| *kind == Kind::Said)
}

/// What the title of a part is before, where it is one of such.
pub(super) fn heading(title: &[u8]) -> Option<Kind> {
    let title = std::str::from_utf8(&title[symbols(title)..]).ok()?.to_ascii_lowercase().replace("'s ", " ");
    let table = TABLE.as_ref()?;
    let known = table.headings.contains(&title);
    let kind = LABELS.get(&title).copied().unwrap_or(Kind::Said);
    known.then_some(if table.alone.contains(&title) { Kind::Prompt } else { kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_what_servers_say() {
        assert!(!LABELS.is_empty());
        for (line, form) in [
            ("INFO:root:User: how deep is the moat", Some(Form::Logged)),
            ("2026-02-11 10:20:10 INFO  Sending prompt to Claude: is it plausible", Some(Form::Logged)),
            ("2026-02-11 10:20:10,117 - bot - INFO - Prompt: hide the spoons", Some(Form::Logged)),
            ("Prompt:", Some(Form::Bare)),
            ("**User prompt**: iron the flag", Some(Form::Heading)),
            ("--- SYSTEM PROMPT ---", Some(Form::Banner)),
            ("INFO Received message: root=Request(method='tools/call', n=1)", None),
            ("#### Response", Some(Form::Heading)),
            ("<details><summary>Prompt</summary>", Some(Form::Heading)),
            ("INFO:root:Input: 2095 tokens", None),
            ("INFO:root:Response: 529 Overloaded", None),
            ("Answer: HTTP 503 from gateway", None),
            ("INFO Response:", None),
            ("INFO User: request req_011CSHoEeqs5C35K2UUqR7Fy was retried two times", None),
            ("ERROR Completion: the client closed it before message_stop was seen", None),
            ("Could not parse the model output: it is no JSON", None),
            ("### Output", None),
        ] {
            assert_eq!(at(line.as_bytes(), 0).map(|label| label.form), form, "{line}");
        }
    }
}
