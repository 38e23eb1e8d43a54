//! The table of keys whose values are prompt content, `rules/content.yaml`, and the automaton that finds them.

use std::collections::BTreeSet;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::families::{self, Family};
use super::frames::{Frame, FrameKind};
use super::messages::Messages;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    walk: Vec<String>,
    text: Vec<String>,
    removed: Vec<String>,
    blob: Vec<String>,
    said: Vec<String>,
    families: Vec<Family>,
    family_exceptions: Vec<String>,
    companions: Vec<Companions>,
    short: Vec<String>,
    endings: Vec<String>,
    shape: Vec<String>,
    client_texts: Vec<String>,
    certain_texts: Vec<String>,
    server_texts: Vec<String>,
    screen_texts: Vec<String>,
    screen_states: Vec<String>,
    screen_tools: Vec<String>,
    error_marks: Vec<String>,
    yaml: Vec<String>,
    yaml_blocks: Vec<String>,
    yaml_lists: Vec<String>,
    messages: Messages,
    templates: Vec<(String, String)>,
    tags: Vec<String>,
    loose_tags: Vec<String>,
    loose_marks: Vec<(String, String)>,
    titled: Vec<String>,
    marks: Vec<(String, String)>,
    variables: Vec<(String, String)>,
    padded: Vec<(String, String)>,
    read: Vec<(String, String)>,
    snippets: Vec<(String, String)>,
    assistants: Vec<String>,
    plain_options: Vec<String>,
    interface_words: Vec<String>,
}

/// Keys whose values are content only where another key stands in the same object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Companions {
    pub(super) keys: Vec<String>,
    pub(super) beside: Vec<String>,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    /// Whether those beside them lead the search, being rarer.
    #[serde(default)]
    led_by_beside: bool,
    /// Whether only texts of several words are content.
    #[serde(default)]
    pub(super) texts: bool,
    /// Whether only texts are content that read like what a person or a model said.
    #[serde(default)]
    pub(super) said: bool,
}

/// What happens to the value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A container of messages and blocks: what says the shape stays.
    Walk,
    /// One text.
    Text,
    /// It goes whole.
    Removed,
    /// It goes where it is long.
    Blob,
    /// It goes where it reads like an answer of a model.
    Said,
    /// It goes where a key that makes it one of content stands in the same object.
    Companion,
    /// It says the shape, and stays where it is one short word.
    Shape,
}

/// What may stand right after a key of content: a quotation mark, escaped or not, a separator, a blank before one.
const AFTER_KEY: &[u8] = b"\\\"'` \t\r\n:=]<";
const AFTER_SAID: &[u8] = b"\\\"':=";
const AFTER_QUOTED: &[u8] = b"\\\"'";
/// A key of a family may also head a column.
const AFTER_FAMILY: &[u8] = b"\\\"'` \t\r\n:=],;|<";

/// Whether a name is written as C# and Go write their own fields, which also stand before colons in headings: it is a key only between quotation marks.
pub(super) fn is_of_field(name: &[u8]) -> bool {
    matches!(name, [first, second, ..] if first.is_ascii_uppercase() && second.is_ascii_lowercase())
}

/// Whether a name is written as constants and variables of an environment are.
pub(super) fn is_variable(name: &[u8]) -> bool {
    name.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
}

/// Number of slots that names are sorted into.
const SLOTS: usize = 256;

/// The slot of a name: few names share one.
fn slot(name: &[u8]) -> usize {
    let ends = name.first().zip(name.last()).map_or(0, |(first, last)| usize::from(*first) * 7 + usize::from(*last));
    (ends + name.len() * 31) % SLOTS
}

/// The keys, and the automaton over them.
pub(super) struct Keys {
    /// Made when a text first holds a key.
    automaton: OnceLock<Option<AhoCorasick>>,
    classes: Vec<Class>,
    leads: Vec<bool>,
    families: BTreeSet<String>,
    by_name: Vec<Vec<(String, Class)>>,
    companions: Vec<Companions>,
    short: Vec<String>,
    endings: Vec<String>,
    client_texts: Vec<String>,
    certain_texts: Vec<String>,
    server_texts: Vec<String>,
    screen_texts: Vec<String>,
    screen_states: Vec<String>,
    screen_tools: Vec<String>,
    /// The bytes that begin one of them.
    client_leads: Vec<u8>,
    error_marks: Vec<String>,
    names: Vec<String>,
    yaml: Vec<String>,
    yaml_blocks: Vec<String>,
    yaml_lists: Vec<String>,
    frames: Vec<Frame>,
    assistants: Vec<String>,
    plain_options: Vec<String>,
    messages: Messages,
    interface_words: Vec<String>,
}

static KEYS: LazyLock<Option<Keys>> = LazyLock::new(|| {
    let table: Table = crate::data::read(data!("redact/rules/content")).ok()?;
    let mut names = Vec::new();
    let mut classes = Vec::new();
    let mut by_name = vec![Vec::new(); SLOTS];
    let mut add = |name: String, class: Class| by_name[slot(name.as_bytes())].push((name, class));
    for (list, class) in [
        (table.walk, Class::Walk),
        (table.text, Class::Text),
        (table.removed, Class::Removed),
        (table.blob, Class::Blob),
        (table.said, Class::Said),
        (companion_names(&table.companions), Class::Companion),
    ] {
        for name in list {
            // One that leads to companions may be a key of content itself, or lead to several.
            if class == Class::Companion && names.contains(&name) {
                continue;
            }
            add(name.clone(), class);
            names.push(name);
            classes.push(class);
        }
    }
    let listed: BTreeSet<String> = names.iter().cloned().collect();
    let mut families = BTreeSet::new();
    for member in families::members(&table.families, &table.family_exceptions) {
        if !listed.contains(&member.name) {
            add(member.name.clone(), member.class);
            names.push(member.name.clone());
            classes.push(member.class);
        }
        families.insert(member.name);
    }
    table.shape.into_iter().for_each(|name| add(name, Class::Shape));
    let lead_names = companion_names(&table.companions);
    let leads = names.iter().map(|name| lead_names.contains(name)).collect();
    let client_leads = table.client_texts.iter().chain(&table.certain_texts).filter_map(|text| text.bytes().next());
    let client_leads = client_leads.collect();
    let tag = |tag: &String| (format!("<{tag}>"), format!("</{tag}>"));
    let frames = (table.templates.into_iter().map(|marks| (marks, FrameKind::Certain)))
        .chain(table.tags.iter().map(tag).chain(table.marks).map(|marks| (marks, FrameKind::Closed)))
        .chain(table.loose_tags.iter().map(tag).chain(table.loose_marks).map(|marks| (marks, FrameKind::Loose)))
        .chain(titled(&table.titled).map(|marks| (marks, FrameKind::Loose)))
        .chain(table.variables.into_iter().map(|marks| (marks, FrameKind::Variable)))
        .chain(table.padded.into_iter().map(|marks| (marks, FrameKind::Padded)))
        .chain(table.read.into_iter().map(|marks| (marks, FrameKind::Read)))
        .chain(table.snippets.into_iter().map(|marks| (marks, FrameKind::Snippet)))
        .map(|((open, close), kind)| Frame { open, close, kind })
        .collect();
    let Table {
        companions,
        short,
        endings,
        client_texts,
        certain_texts,
        server_texts,
        screen_texts,
        screen_states,
        screen_tools,
        error_marks,
        ..
    } = table;
    Some(Keys {
        automaton: OnceLock::new(),
        classes,
        leads,
        families,
        by_name,
        companions,
        short,
        endings,
        client_texts,
        certain_texts,
        server_texts,
        screen_texts,
        screen_states,
        screen_tools,
        client_leads,
        error_marks,
        names,
        yaml: table.yaml,
        yaml_blocks: table.yaml_blocks,
        yaml_lists: table.yaml_lists,
        frames,
        plain_options: table.plain_options,
        messages: table.messages,
        interface_words: table.interface_words,
        assistants: table.assistants.into_iter().map(|name| name + " ").collect(),
    })
});

/// The names that lead to companions: those beside them where they are rarer.
fn companion_names(all: &[Companions]) -> Vec<String> {
    all.iter().flat_map(|entry| if entry.led_by_beside { &entry.beside } else { &entry.keys }).cloned().collect()
}

/// The marks of the cells and terms behind the titles of a list.
fn titled(titles: &[String]) -> impl Iterator<Item = (String, String)> {
    let pairs = [("th", "td"), ("td", "td"), ("dt", "dd"), ("b", "p")];
    let spelled = titles.iter().flat_map(|title| [title.clone(), title[..1].to_ascii_uppercase() + &title[1..]]);
    spelled.flat_map(move |title| {
        pairs.map(|(key, text)| (format!("<{key}>{title}</{key}><{text}>"), format!("</{text}>")))
    })
}

impl Keys {
    /// The table; `None` where it does not load, which tests hold impossible.
    pub(super) fn get() -> Option<&'static Self> {
        KEYS.as_ref()
    }

    /// The automaton over the keys; `None` where it cannot be built, and the caller fails closed.
    pub(super) fn automaton(&self) -> Option<&AhoCorasick> {
        let build = || AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&self.names).ok();
        self.automaton.get_or_init(build).as_ref()
    }

    /// The keys of the automaton, and what must follow them: those that logs have often are keys only with their marks.
    pub(super) fn words(&self) -> impl Iterator<Item = (&str, &'static [u8])> {
        let next = |name: &str, class: Class| match class {
            _ if is_of_field(name.as_bytes()) => AFTER_QUOTED,
            _ if self.families.contains(name) => AFTER_FAMILY,
            Class::Said if is_variable(name.as_bytes()) => AFTER_KEY,
            Class::Companion => AFTER_QUOTED,
            Class::Said => AFTER_SAID,
            _ => AFTER_KEY,
        };
        self.names.iter().zip(&self.classes).map(move |(name, class)| (name.as_str(), next(name, *class)))
    }

    /// Whether a name of two words says who said or asked what.
    pub(super) fn is_of_family(&self, name: &[u8]) -> bool {
        std::str::from_utf8(name).is_ok_and(|name| self.families.contains(name))
    }

    /// The names of all families.
    pub(super) fn of_families(&self) -> impl Iterator<Item = &str> {
        self.families.iter().map(String::as_str)
    }

    /// Whether the key that a pattern of the automaton stands for leads to companions.
    pub(super) fn leads(&self, pattern: usize) -> bool {
        self.leads[pattern]
    }

    /// The names of programs that pass a prompt on, with the blank behind them.
    pub(super) fn assistants(&self) -> &[String] {
        &self.assistants
    }

    /// Options of `claude` whose arguments are evidence.
    pub(super) fn plain_options(&self) -> &[String] {
        &self.plain_options
    }

    /// What says that a mapping is a message or a call.
    pub(super) const fn messages(&self) -> &Messages {
        &self.messages
    }

    /// Whether code names a part of the interface by this word, and no text of its own.
    pub(super) fn is_of_interface(&self, word: &[u8]) -> bool {
        self.interface_words.iter().any(|known| known.as_bytes() == word)
    }

    /// The frames of prompts.
    pub(super) fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Whether the text of a key of YAML is content: any text, or one that stands as a block below it.
    pub(super) fn is_yaml(&self, key: &[u8], block: bool) -> bool {
        let is = |list: &[String]| list.iter().any(|known| known.as_bytes() == key);
        let of_family = || self.is_of_family(key) && matches!(self.class_of(key), Some(Class::Text | Class::Said));
        is(&self.yaml) || block && (is(&self.yaml_blocks) || of_family())
    }

    /// Whether a key of YAML holds a list of texts that are content.
    pub(super) fn is_list_in_yaml(&self, key: &[u8]) -> bool {
        self.yaml_lists.iter().any(|name| name.as_bytes() == key)
    }

    /// The class of the key that a pattern of the automaton stands for.
    pub(super) fn class(&self, pattern: usize) -> Class {
        self.classes[pattern]
    }

    /// The class of a key inside a container.
    pub(super) fn class_of(&self, name: &[u8]) -> Option<Class> {
        // Of two classes of one name the last counts.
        let known = self.by_name[slot(name)].iter().rev().find(|(known, _)| known.as_bytes() == name)?.1;
        (known != Class::Companion).then_some(known)
    }

    /// Whether a key that ends in a word holds what the word says: `chat_prompt`, `lastUtterance`.
    pub(super) fn is_ending(&self, word: &[u8]) -> bool {
        self.endings.iter().any(|ending| ending.as_bytes().eq_ignore_ascii_case(word))
    }

    /// Whether a variable of this name holds content: the text must tell, too.
    pub(super) fn is_variable_of_content(&self, name: &[u8]) -> bool {
        self.short.iter().any(|short| short.as_bytes() == name)
            || matches!(self.class_of(name), Some(Class::Text | Class::Said | Class::Walk))
    }

    /// Keys whose values are content beside others.
    pub(super) fn companions(&self) -> &[Companions] {
        &self.companions
    }

    /// Whether a body is what a proxy, a gateway or a server answers in plain text.
    pub(super) fn is_server_text(&self, body: &[u8]) -> bool {
        self.server_texts.iter().any(|lead| body.starts_with(lead.as_bytes()))
    }

    /// The same of the beginning of a body.
    pub(super) fn may_be_server_text(&self, front: &[u8]) -> bool {
        self.is_server_text(front) || self.server_texts.iter().any(|lead| lead.as_bytes().starts_with(front))
    }

    /// Whether a text begins as what a client says of a call that failed.
    pub(super) fn is_failed_call(&self, said: &[u8]) -> bool {
        self.certain_texts.iter().chain(&self.screen_texts).any(|lead| said.starts_with(lead.as_bytes()))
    }

    /// Whether a line on the screen of Claude Code is what it says of a call that failed.
    pub(super) fn is_screen_text(&self, said: &[u8]) -> bool {
        self.screen_texts.iter().any(|lead| said.starts_with(lead.as_bytes()))
    }

    /// Whether a line on that screen says how a tool ended, and nothing of what it gave.
    pub(super) fn is_screen_state(&self, said: &[u8]) -> bool {
        let is = |(byte, form): (&u8, u8)| if form == b'#' { byte.is_ascii_digit() } else { *byte == form };
        let begins = |lead: &String| said.len() >= lead.len() && said.iter().zip(lead.bytes()).all(is);
        self.screen_states.iter().any(begins)
    }

    /// Whether a line on that screen is the use of a tool.
    pub(super) fn is_screen_tool(&self, said: &[u8]) -> bool {
        let opens = |name: &String| said.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"("));
        self.screen_tools.iter().any(opens)
    }

    /// Whether the string whose text begins at `at` is what a client wrote itself in the place of an answer: by its first
    /// words alone, or in a record that says it is an error.
    pub(super) fn is_client_text(&self, text: &[u8], at: usize) -> bool {
        let value = &text[at..];
        if !value.first().is_some_and(|first| self.client_leads.contains(first)) {
            return false;
        }
        let begins = |leads: &[String]| leads.iter().any(|lead| value.starts_with(lead.as_bytes()));
        if begins(&self.certain_texts) {
            return true;
        }
        if !begins(&self.client_texts) {
            return false;
        }
        // The mark stands on the same line, or, in pretty-printed JSON, a few lines away.
        let (low, high) = (at.saturating_sub(4096), text.len().min(at + 8192));
        let line_start = memchr::memrchr(b'\n', &text[low..at]).map_or(low, |newline| low + newline + 1);
        let line_end = memchr::memchr(b'\n', &text[at..high]).map_or(high, |newline| at + newline);
        let from = line_start.min(at.saturating_sub(600)).max(at.saturating_sub(4096));
        let to = line_end.max(at + 600).min(at + 8192).min(text.len());
        let near = &text[from..to];
        self.error_marks.iter().any(|mark| memchr::memmem::find(near, mark.as_bytes()).is_some())
    }
}
