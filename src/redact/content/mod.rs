//! Prompt content, found by structure: the values under the keys of requests, answers, streams and transcripts.

mod aligned;
mod aligned_pairs;
mod assigned;
mod assistants;
mod bare_lines;
mod brackets;
mod cells;
mod commands;
mod companions;
mod compared;
mod credentials;
mod cut;
mod data_uris;
mod documents;
mod doubled;
mod dumped;
mod dumps;
mod enclosed;
mod endings;
mod evidence;
mod expressions;
mod families;
mod flow;
mod frames;
mod go_maps;
mod heads;
mod inside;
mod keyed;
mod keyed_elements;
mod keys;
mod labelled;
mod labels;
mod leading;
mod lines_in_strings;
mod locals;
mod messages;
mod pages;
mod paired;
mod params;
mod parts;
mod people;
mod php_frames;
mod print_r;
mod records;
mod routes;
mod said;
mod screen;
mod sources;
mod spoken;
mod sql;
mod tables;
mod tagged;
mod test_ids;
mod titled;
mod tool_calls;
mod turns;
mod typed;
mod variables;
mod vertical;
mod walker;
mod within;
mod words;
mod yaml;
mod yaml_calls;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use aho_corasick::Input;

use super::finding::{Finding, Rank, Substitute};
use super::placeholder;
use super::quoted;
use evidence::{is_evidence, is_har_body};
use keyed::{Key, is_call, key_at};
use keys::{Class, Keys, is_of_field};
pub(super) use records::{QUOTATION, begins as begins_record, opens_quotation};

/// Kind in the report.
pub(super) const KIND: &str = "prompt-content";

/// So much of a text tells whether a model said it.
const FAR: usize = 1024;
/// How far before a key the bracket that it stands in is looked for.
const BEFORE: usize = 1024;

static KIND_NAME: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(KIND));
static BY_KEY: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-by-key"));
static BY_SOURCE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-source-line"));
static BY_COMMAND: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-command"));
static BY_SCREEN: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-on-screen"));
static BY_FRAME: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-frame"));
static BY_TURN: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-turn"));
static BY_TABLE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-in-table"));
static BY_CUT: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("content-cut-off"));

/// The tables could not be loaded, so nothing may be shown.
#[derive(Debug)]
pub(super) struct TablesBroken;

/// Adds all prompt content of a text that its keys show; says whether some of it goes on beyond the end.
pub(super) fn find(text: &[u8], found: &mut Vec<Finding>) -> Result<bool, TablesBroken> {
    let keys = Keys::get().ok_or(TablesBroken)?;
    let automaton = keys.automaton().ok_or(TablesBroken)?;
    let mut done = 0;
    let mut open = false;
    let mut from = 0;
    let mut forms = Vec::new();
    let mut inside = inside::Inside::default();
    let mut strings = lines_in_strings::Strings::default();
    // What was taken is not searched again.
    while let Some(hit) = automaton.find(Input::new(text).range(from.max(done)..)) {
        from = hit.end();
        let class = keys.class(hit.pattern().as_usize());
        if let Some(value) = endings::value(keys, text, &hit.range()) {
            done = value.end;
            push_text(text, value, found);
            continue;
        }
        let key = key_at(text, hit.range());
        if is_of_field(&text[hit.range()]) && key.as_ref().is_none_or(|key| !key.quoted) {
            continue;
        }
        if let Some((end, goes_on)) = doubled::take(text, &hit.range(), key.as_ref(), done, found)? {
            (done, open) = (end, open | goes_on);
            continue;
        }
        if key.as_ref().is_none_or(|key| !key.quoted)
            && let Some((end, goes_on)) = strings.take(text, &hit.range(), done, found)?
        {
            (done, open) = (end, open | goes_on);
            continue;
        }
        let Some(key) = key else {
            if let Some((end, goes_on)) = take_named(keys, text, hit.range(), found) {
                (done, open) = (end, open | goes_on);
            }
            let opens = || keyed_elements::opens(text, &hit.range()) || flow::opens(text, &hit.range());
            open |= done < hit.end() && opens();
            continue;
        };
        let bare = text.get(key.name.end) == Some(&b':');
        if (key.quoted || bare) && keys.leads(hit.pattern().as_usize()) {
            companions::note(&mut forms, key.quote);
        }
        if &text[key.name.clone()] == b"messages"
            && let Some(value) = companions::described(text, &key)
        {
            push_text(text, value, found);
        }
        match inside.take(keys, text, class, &key, found) {
            Some(Taken::Whole(end)) => done = end,
            Some(Taken::CutOff(end)) => {
                done = end;
                open |= end >= records::last_line_end(text);
            }
            // What could be the value may stand in a line to come.
            None => match yaml::take_below(text, &key, found) {
                Some(end) => done = end,
                None => open |= key.value == text.len() && !matches!(class, Class::Said | Class::Companion),
            },
        }
    }
    companions::find(keys, text, &forms, found);
    Ok(open)
}

/// Takes the value of a name that is no key of a structure with marks: of a variable, a parameter, an element, a mapping of YAML. Gives its end, and whether it may go on
/// beyond the end of the text.
fn take_named(keys: &Keys, text: &[u8], name: Range<usize>, found: &mut Vec<Finding>) -> Option<(usize, bool)> {
    let whole = |value: Option<Range<usize>>| value.map(|range| (range, false));
    let value = whole(dumps::parameter(keys, text, &name))
        .or_else(|| assigned::value(text, &name))
        .or_else(|| whole(flow::value(text, &name)))
        .or_else(|| whole(keyed_elements::value(text, &name)))
        .or_else(|| whole(aligned_pairs::value(text, &name)));
    if let Some((mut value, goes_on)) = value {
        value.end = yaml::with_untimed_lines(text, value.end);
        let end = value.end;
        push_text(text, value, found);
        return Some((end, goes_on));
    }
    let end = yaml::take(text, name.clone(), found).or_else(|| go_maps::take(text, &name, found))?;
    Some((end, false))
}

/// Adds the prompt content of source lines, commands, dumps and copied screens.
pub(super) fn find_others(text: &[u8], found: &mut Vec<Finding>) {
    dumps::find(text, found);
    sources::find(text, found);
    commands::find(text, found);
    assistants::find(text, found);
    screen::find(text, found);
    frames::find(text, found);
    turns::find(text, found);
    tables::find(text, found);
    vertical::find(text, found);
    cut::find_fronts(text, found);
    test_ids::find(text, found);
    sql::find(text, found);
    parts::find(text, found);
    php_frames::find(text, found);
    locals::find(text, found);
    paired::find(text, found);
    routes::find(text, found);
    spoken::find(text, found);
    tool_calls::find(text, found);
    pages::find(text, found);
    data_uris::find(text, found);
}

fn push_text(text: &[u8], range: Range<usize>, found: &mut Vec<Finding>) {
    let value = &text[range.clone()];
    if value.is_empty() || placeholder::is_shape(value) || value.starts_with(b"[text") {
        return;
    }
    let mut finding = Finding::new(range.clone(), &BY_KEY, &KIND_NAME, Rank::Content);
    finding.substitute = shape_of(&text[range]);
    found.push(finding);
}

/// How far the value of a key went.
enum Taken {
    /// It was understood up to its end.
    Whole(usize),
    /// It was removed to the end of its record.
    CutOff(usize),
}

/// Takes the value of a key.
fn take(keys: &Keys, text: &[u8], class: Class, key: &Key, found: &mut Vec<Finding>) -> Option<Taken> {
    let first = *text.get(key.value)?;
    // `tool_calls: (none)` says that there is nothing, `text: (delta: string) => void` what the value is.
    let says_nothing = text[key.value..].starts_with(b"(none)") || key.has_type_of_function(text);
    if says_nothing || walker::shape_end(text, key.value).is_some() {
        return None;
    }
    let is_string = quoted::opening_at(text, key.value).is_some();
    if is_string && (key.leads_to_key(text) || key.ends_string(text)) {
        return None;
    }
    match class {
        // What a run was given and gave, in a record that is shown over lines: what stands beside it is not at hand.
        Class::Companion if key.quoted && is_run(text, key) => {
            let mut walker = walker::Walker::new(keys, text, key.quote, found).of_several_words();
            let end = walker.value(key.value, Class::Walk);
            return Some(walked(end, text, key, found));
        }
        Class::Companion => return None,
        Class::Said if !is_answer(text, key) => return None,
        _ => {}
    }
    let is_container = matches!(first, b'{' | b'[' | b'(') || (!is_string && is_call(text, key.value));
    if key.quote.mark == 0 && !is_string && !is_container {
        let short = text[key.value..].iter().take(24).position(|b| matches!(b, b',' | b'}' | b']' | b')'));
        let plain = short.is_some_and(|end| {
            matches!(&text[key.value..key.value + end], b"null" | b"Optional.empty" | b"" | b"[]" | b"true" | b"false")
        });
        if plain || class == Class::Blob {
            return None;
        }
        if let Some(value) = flow::value(text, &key.name) {
            let end = value.end;
            push_text(text, value, found);
            return Some(Taken::Whole(end));
        }
        let lead = &text[..key.name.start];
        let near = key.name.start.saturating_sub(BEFORE);
        let open = walker::bracket_around(&lead[near..]).map(|bracket| near + bracket);
        let last = || lead.iter().rposition(|b| matches!(b, b'{' | b'[' | b'('));
        // A line of such a call alone has none that is open.
        let bracket = open.or_else(|| last().filter(|_| near > 0))?;
        // Source code calls like this too, over several lines.
        let closes =
            || records::closed_on_its_line(text, bracket).is_some() || brackets::end(text, key.value).is_some();
        if text[bracket] == b'(' && !closes() {
            return None;
        }
        return Some(Taken::CutOff(cut::off(text, bracket, key.value, key.value, found)));
    }
    if !is_string && !is_container {
        // `null`, `None`, a number: says nothing.
        return None;
    }
    if is_evidence(keys, text, class, key) || (is_container && (class == Class::Blob || is_har_body(text, key.value))) {
        return None;
    }
    if quoted::opening_at(text, key.value).is_some_and(|(_, start)| keys.is_client_text(text, start)) {
        return None;
    }
    if let Some(value) = dumps::counted(text, key.value) {
        let end = value.end + 1;
        push_text(text, value, found);
        return Some(Taken::Whole(end));
    }
    if matches!(&text[key.name.clone()], b"bind" | b"bindings")
        && let Some(end) = walker::balanced(text, key.value).ok().filter(|_| first == b'[')
    {
        for value in params::hidden(text, key.value + 1..end - 1) {
            push_text(text, value, found);
        }
        return Some(Taken::Whole(end));
    }
    let walked_to = walker::Walker::new(keys, text, key.quote, found).value(key.value, class);
    Some(walked(walked_to, text, key, found))
}

/// Where a walk ended; what is not understood goes to the end of its record.
fn walked(end: Result<usize, usize>, text: &[u8], key: &Key, found: &mut Vec<Finding>) -> Taken {
    match end {
        Ok(end) => Taken::Whole(end),
        Err(stuck) => Taken::CutOff(cut::off(text, key.value, key.value, stuck, found)),
    }
}

/// Whether an object of what was given to a run, or of what it gave, opens at the end of a line: `"inputs": {`.
fn is_run(text: &[u8], key: &Key) -> bool {
    let name = &text[key.name.clone()];
    let line = text[..key.name.start - key.quote.len()].iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let begins = key.name.start - key.quote.len() - line;
    matches!(name, b"inputs" | b"outputs")
        && text[key.value..].starts_with(b"{\n")
        && (begins == 0 || text[begins - 1] == b'\n')
}

/// Whether a string reads like an answer of a model, and not like what a server said of a call.
fn is_answer(text: &[u8], key: &Key) -> bool {
    let at = key.value;
    let Some((quote, start)) = quoted::opening_at(text, at) else {
        // A field of an object that a program printed without marks.
        let near = &text[at..text.len().min(at + FAR)];
        let end = near.iter().position(|b| b",)]}\n".contains(b)).unwrap_or(near.len());
        return key.quote.mark == 0 && said::is_said(&near[..end]);
    };
    let near = &text[..text.len().min(start + FAR)];
    let end = quoted::closing(near, start, quote)
        .unwrap_or_else(|| memchr::memchr(b'\n', &near[start..]).map_or(near.len(), |newline| start + newline));
    said::is_said(&near[start..end])
}

pub(super) use assistants::{may_begin as may_be_assistant, words as assistants};
pub(super) use cut::is_piece as is_cut;
pub(super) use data_uris::{WORDS as DATA_URIS, may_begin as may_be_data_uri};
pub(super) use documents::opens_document;
pub(super) use dumped::texts as of_dump;
pub(super) use dumps::FIELDS as DUMPS;
pub(super) use frames::open_frame;
pub(super) use leading::{
    BESIDE_TEXTS, SQL, column_words, context_of_turn, context_on_screen, frames, heads_frame, is_deeper, label_words,
    may_be_column, may_be_cut, may_be_option, may_be_sql, may_be_table, may_be_turn, may_begin, opens_statement,
    options, screen_marks, turn_words, words,
};
pub(super) use locals::{WORDS as LOCALS, may_begin as may_be_local, opens_variable};
pub(super) use pages::{WORDS as PAGES, may_begin as may_be_page};
pub(super) use paired::{WORDS as PAIRED, may_begin as may_be_paired};
pub(super) use parts::{WORDS as PARTS, may_begin as may_be_part};
pub(super) use people::keep_hidden as keep_hidden_people;
pub(super) use php_frames::WORDS as FRAMES_OF_PHP;
pub(super) use routes::{may_begin as may_be_route, words as routes};
pub(super) use said::finding as finding_of_said;
pub(super) use said::{is_said, is_turn, says_failure};
pub(super) use screen::{ends_in_prompt, next_prompt};
pub(super) use sources::leads_to_frame;
pub(super) use spoken::{may_begin as may_be_spoken, words as speakers};
pub(super) use tables::is_content as is_column;
pub(super) use tables::{context as context_of_table, is_head as heads_table, opens_row};
pub(super) use test_ids::{WORDS as TEST_IDS, may_begin as may_be_test_id};
pub(super) use tool_calls::{WORDS as TOOL_CALLS, may_begin as may_be_tool_call};
pub(super) use variables::open_quote;
pub(super) use vertical::{WORDS as RECORDS, context as context_of_record};
pub(super) use walker::{balanced, bracket_around};
pub(super) use within::find as find_within;
pub(super) use yaml::{indentation, opens_block, untagged};
pub(super) use yaml_calls::List;

/// Whether a name is a key of prompt content.
pub(super) fn is_key(name: &[u8]) -> bool {
    Keys::get()
        .is_none_or(|keys| matches!(keys.class_of(name), Some(class) if !matches!(class, Class::Shape | Class::Said)))
}

/// The shape of a removed text.
pub(super) fn shape_of(value: &[u8]) -> Substitute {
    Substitute::Characters(characters(value))
}

/// The characters of a text; an escape counts as one.
fn characters(value: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = value;
    while let Some(escape) = memchr::memchr(b'\\', rest) {
        count += beginnings(&rest[..escape]) + 1;
        rest = rest.get(escape + 2..).unwrap_or_default();
    }
    count + beginnings(rest)
}

/// The bytes that begin a character: all but those that continue one.
fn beginnings(piece: &[u8]) -> usize {
    // Counts of 128 bytes fit into a byte, which lets many of them be added at once.
    let block = |block: &[u8]| block.iter().map(|byte| u8::from(byte.cast_signed() >= -0x40)).sum::<u8>();
    piece.chunks(128).map(|part| usize::from(block(part))).sum()
}
