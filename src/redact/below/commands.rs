//! Commands of a transcript whose output is a credential or a name.

use std::ops::Range;

use super::{How, Reader, Said, WORDS, What, as_context, line_around};
use crate::model::vocabulary::PersonalKind::{Host, User};
use crate::redact::identity::is_name_of_user;
use crate::redact::line_leads::lead_of;
use crate::redact::names::Names;
use crate::redact::shapes::{is_mixed, is_random};
use crate::redact::state_words::is_plain_state;

/// How far into a line a prompt may end.
const LONGEST_PROMPT: usize = 120;
/// Signs that prompts are drawn with.
const DRAWN: [&str; 4] = ["\u{276f} ", "\u{279c} ", "\u{2717} ", "\u{3bb} "];
/// Fewest characters of a credential.
const SHORTEST: usize = 4;

/// The line below a command.
pub(super) struct Output {
    how: How,
    /// The line of the command.
    lead: Vec<u8>,
    /// Whether a prompt stands before the command.
    prompted: bool,
}

impl Output {
    pub(super) fn new(names: &Names, how: How, text: &[u8], word: &Range<usize>) -> Option<Self> {
        let range = line_around(text, word.start)?;
        let line = &text[range.clone()];
        let word = word.start - range.start..word.end - range.start;
        // The sign of a prompt may be part of the word.
        let signs = line[word.clone()].iter().take_while(|b| b"$#%>+ ".contains(b)).count();
        let word = word.start + if line[word.clone()].starts_with(b"$env") { 0 } else { signs }..word.end;
        let start = behind_prompt(line, word.start);
        let command = &line[start.unwrap_or(lead_of(line).length.min(word.start))..];
        let from = line.len() - command.len();
        let prompted = start.is_some();
        let fits = match how {
            How::Secret => {
                begins_command(&line[from..word.start]) && prints(&line[word.end..]) && shows_value(line, &word)
            }
            How::Variable | How::File => {
                prompted && word.start == from && prints(&line[word.end..]) && names_credential(names, how, line, &word)
            }
            // Such words stand in sentences too.
            _ => prompted && word.start == from && is_alone(how, &line[word.end..]),
        };
        fits.then(|| Self { how, lead: line.to_vec(), prompted })
    }

    /// Whether a line is nothing but the prompt that stands before the command.
    fn is_prompt(&self, value: &[u8]) -> bool {
        is_prompt(&self.lead, value)
    }
}

impl Reader for Output {
    fn line(&mut self, line: &[u8]) -> Said {
        let lead = lead_of(line);
        let from = if lead.of_program { lead.length } else { line.len() - line.trim_ascii_start().len() };
        let value = line[from..].trim_ascii_end();
        // gopass says the name of an entry before its first line, which is the password.
        let of_gopass = || memchr::memmem::find(&self.lead, b"gopass ").is_some();
        if (value.is_empty() || value.starts_with(b"Secret: ")) && of_gopass() {
            return Said::Nothing;
        }
        if self.is_prompt(value) || value.is_empty() {
            return Said::Ended;
        }
        match said(self.how, value, self.prompted) {
            Some((value, what)) => Said::Last(from + value.start..from + value.end, what),
            None => Said::Ended,
        }
    }

    fn context(&self) -> Vec<u8> {
        as_context(&self.lead)
    }
}

/// Whether a line is nothing but the prompt of another: what a command printed may begin as that does, with the name of the user.
pub(super) fn is_prompt(lead: &[u8], value: &[u8]) -> bool {
    let drawn = || DRAWN.iter().any(|mark| value.ends_with(mark.trim_end().as_bytes()));
    lead.starts_with(value) && (value.last().is_some_and(|b| b"$#%>+".contains(b)) || drawn())
}

/// What a line says that a command printed.
pub(super) fn said(how: How, value: &[u8], prompted: bool) -> Option<(Range<usize>, What)> {
    let whole = 0..value.len();
    match how {
        How::User => name(value).map(|name| (name, What::Person(User))),
        How::Machine if is_machine(value) => Some((whole, What::Person(Host))),
        How::Secret | How::Variable | How::File if is_secret(value, prompted) => Some((whole, What::Secret)),
        _ => None,
    }
}

/// What a command prints that stands alone: `op read op://vault/item/field`.
pub(super) fn kind_of(names: &Names, command: &[u8]) -> Option<How> {
    let words = WORDS.as_ref()?;
    let lower = command.to_ascii_lowercase();
    let of = |how: &How| matches!(how, How::Secret | How::Variable | How::File | How::User | How::Machine);
    let all = words.table.words.iter().filter(|(how, _)| of(how));
    all.flat_map(|(how, list)| list.iter().map(|word| (*how, word.as_bytes()))).find_map(|(how, word)| {
        // The sign of a prompt may be part of the word.
        let signs =
            if word.starts_with(b"$env") { 0 } else { word.iter().take_while(|b| b"$#%>+ ".contains(b)).count() };
        let bare = &word[signs..];
        let at = if how == How::Secret {
            memchr::memmem::find(&lower, bare)?
        } else {
            lower.starts_with(bare).then_some(0)?
        };
        let here = at..at + bare.len();
        let rest = &command[here.end..];
        let fits = match how {
            How::Secret => begins_command(&command[..at]) && prints(rest) && shows_value(command, &here),
            How::Variable | How::File => prints(rest) && names_credential(names, how, command, &here),
            _ => is_alone(how, rest),
        };
        fits.then_some(how)
    })
}

/// Where the command begins behind the prompt of a line, before `limit`.
pub(super) fn behind_prompt(line: &[u8], limit: usize) -> Option<usize> {
    let near = &line[..limit.min(LONGEST_PROMPT)];
    let sign = |at: &usize| {
        let begins = *at == 0 || !near[at - 1].is_ascii_whitespace() || near[..*at].trim_ascii().len() < 40;
        b"$#%>+".contains(&near[*at]) && begins && (near.get(at + 1) == Some(&b' ') || near[*at] == b'>' && *at > 1)
    };
    let drawn = |at: &usize| DRAWN.iter().any(|mark| near[*at..].starts_with(mark.as_bytes()));
    let at = (0..near.len()).rfind(drawn).or_else(|| (0..near.len()).find(sign))?;
    let after = |at: usize| {
        let end = at + near[at..].iter().take_while(|b| !b.is_ascii_whitespace() && !b.is_ascii_alphabetic()).count();
        end + near[end..].iter().take_while(|b| **b == b' ').count()
    };
    let start = after(at);
    // An arrow may stand before the folder and the branch.
    let branch = memchr::memmem::find(&near[start..], b" git:(")
        .and_then(|at| Some(start + at + memchr::memchr(b')', &near[start + at..])? + 1));
    Some(branch.map_or(start, |end| end + near[end..].iter().take_while(|b| **b == b' ').count()))
}

/// Whether what stands before a word of a command lets a command begin there: nothing, another command and a mark that ends it, a variable, `sudo`.
fn begins_command(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let ends_other =
        [&b"|"[..], b"&&", b";", b"sudo", b"time", b"command", b"-a"].iter().any(|mark| before.ends_with(mark));
    let program = before.rsplit(|b| b"|;&".contains(b)).next().unwrap_or(before).trim_ascii();
    // The program and what it is told of itself: `aws`, `gcloud auth application-default`, `kubectl -n prod`.
    let words = program.split(u8::is_ascii_whitespace).count();
    before.is_empty()
        || ends_other
        || words <= 6 && program.iter().all(|b| b.is_ascii_alphanumeric() || b" ._-/=".contains(b))
}

/// Whether a command prints what it finds out: it is not written to a file, given to a program, or part of another command.
fn prints(rest: &[u8]) -> bool {
    if rest.contains(&b'`') || memchr::memmem::find(rest, b"$(").is_some() {
        return false;
    }
    let balanced = memchr::memchr_iter(b'(', rest).count() == memchr::memchr_iter(b')', rest).count();
    let stages = || rest.split(|b| *b == b'|');
    let last = stages().next_back().unwrap_or(rest).trim_ascii();
    let program = last.split(u8::is_ascii_whitespace).next().unwrap_or(last);
    let filters = || {
        let known = WORDS.as_ref().is_some_and(|words| {
            std::str::from_utf8(program).is_ok_and(|program| words.table.filters.contains(program))
        });
        known && memchr::memmem::find(last, b" -c").is_none()
    };
    let redirected = memchr::memmem::find(last, b" > ").is_some() || memchr::memmem::find(last, b" >> ").is_some();
    balanced && !redirected && (stages().count() == 1 || filters() || program == b"head")
}

/// Whether a command names a variable or a file of a credential.
fn names_credential(names: &Names, how: How, line: &[u8], word: &Range<usize>) -> bool {
    let rest = &line[word.end..];
    let length = rest.iter().take(128).take_while(|b| b.is_ascii_alphanumeric() || b"_-./~\\:".contains(b)).count();
    let name = &rest[..length];
    let last = name.rsplit(|b| matches!(b, b'/' | b'\\')).next().unwrap_or(name);
    let judged = |name: &[u8]| names.judge(name).is_some();
    if how == How::File {
        // A file: its name without what says its kind.
        let stem = last.split(|b| *b == b'.').find(|part| !part.is_empty()).unwrap_or(last).to_ascii_lowercase();
        let known = WORDS
            .as_ref()
            .is_some_and(|words| std::str::from_utf8(&stem).is_ok_and(|stem| words.table.files.contains(stem)));
        return known || judged(&stem);
    }
    judged(last.strip_prefix(b":").unwrap_or(last))
}

/// Whether a command that shows an object shows a value of it alone, and not its name.
fn shows_value(line: &[u8], word: &Range<usize>) -> bool {
    let holds = |mark: &[u8]| memchr::memmem::find(&line[word.end..], mark).is_some();
    let of_object = line[word.clone()].starts_with(b"get secret");
    (!of_object || holds(b"jsonpath") || holds(b"template")) && !holds(b"ARN") && !holds(b"-o name")
}

/// Whether nothing but options follows a word that must be the whole command.
fn is_alone(how: How, rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    let options = |rest: &[u8]| {
        rest.split(|b| *b == b' ').all(|word| word.is_empty() || word.starts_with(b"-") && word.len() < 4)
    };
    let of_scutil = [&b"ComputerName"[..], b"LocalHostName", b"HostName"].contains(&rest);
    options(rest) && !matches!(rest, b"-I" | b"-i") || how == How::Machine && of_scutil
}

/// The name of a user, an account, or a person, that fills a line.
fn name(value: &[u8]) -> Option<Range<usize>> {
    let of_name = |b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b"._-' \\".contains(b);
    let words = value.split(|b| *b == b' ').count();
    let account = value.rsplit(|b| *b == b'\\').next().unwrap_or(value);
    let fits = value.len() <= 64 && words <= 4 && value.iter().all(of_name) && is_name_of_user(account);
    (fits && memchr::memchr_iter(b'\\', value).count() < 2 && !is_plain_state(value)).then_some(0..value.len())
}

/// Whether a line holds the name of a machine and nothing else; macOS writes it as its owner does.
fn is_machine(value: &[u8]) -> bool {
    let one = value.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b));
    let owned = value.iter().any(|b| *b == b'\'' || !b.is_ascii()) && value.split(|b| *b == b' ').count() <= 5;
    let own = value.to_ascii_lowercase().starts_with(b"localhost");
    !own && (one || owned)
        && value.len() <= 64
        && is_name_of_user(value)
        && !is_plain_state(value)
        && value.iter().any(u8::is_ascii_alphabetic)
}

/// Whether a line holds a credential and nothing else. Without a prompt the next line may be of a script.
fn is_secret(value: &[u8], prompted: bool) -> bool {
    let quoted = value.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(value);
    let whole = quoted.len() >= SHORTEST && !quoted.iter().any(|b| b.is_ascii_whitespace() || b"\"'".contains(b));
    let resource = quoted.starts_with(b"arn:");
    let marks = quoted.iter().all(|b| !b.is_ascii_alphanumeric());
    let path = quoted.starts_with(b"/") || memchr::memmem::find(quoted, b"://").is_some() && !quoted.contains(&b'@');
    let plain = quoted.iter().all(|b| b.is_ascii_alphabetic() || b"-_.:".contains(b)) && quoted.len() < 8;
    let loose = if prompted { !plain || is_mixed(quoted) } else { is_random(quoted) };
    whole && loose && !resource && !marks && !path && !is_plain_state(quoted) && !quoted.ends_with(b":")
}
