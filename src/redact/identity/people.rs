//! Names, birth dates and addresses of people behind the words that announce them, and the names of users in the words of commands.

use std::ops::Range;

use super::Push;
use super::accounts::{blanks, is_name_byte, is_user, word_at};
use super::separators::{in_tuple, in_value_tag, part_of_form, separator, without_encoding};
use super::words::{is_common, is_no_domain, is_organisation};
use crate::model::vocabulary::PersonalKind::{Address, Birth, User};
use crate::redact::state_words::is_plain_state;

/// Longest name or address.
pub(super) const LONGEST: usize = 96;
/// How far from a word that stands beside other names too its companion is looked for.
const NEAR: usize = 240;

/// Fewest blanks between a name and its value in columns.
const NARROWEST_GAP: usize = 4;

/// A value behind a word: its range, and whether quotation marks stand around it.
struct Labelled {
    range: Range<usize>,
    quoted: bool,
}

/// The value behind a word, up to the quotation mark that closes it, or to where the next field or the line ends.
fn labelled(text: &[u8], word: &Range<usize>) -> Option<Labelled> {
    let mark = |at: usize| {
        let escapes = text[at..].iter().take(8).take_while(|b| **b == b'\\').count();
        let doubled = usize::from(escapes == 0 && text[at..].starts_with(b"\"\""));
        text.get(at + escapes).filter(|b| b"\"'".contains(b)).map(|b| (*b, escapes + 1 + doubled))
    };
    let mut at = word.end;
    if !text[word.clone()].trim_ascii_end().ends_with(b":") && !text[word.clone()].ends_with(b"=") {
        let closed = mark(at);
        at += closed.map_or(0, |(_, length)| length);
        let part = part_of_form(text, word, at).or_else(|| in_value_tag(text, at)).filter(|_| closed.is_some());
        let gap = blanks(text, at);
        at += gap;
        // A column of what `net user` shows.
        let column = || (gap >= NARROWEST_GAP && text[word.clone()].ends_with(b" Name")).then_some(0);
        at += part.or_else(|| separator(text, at)).or_else(|| in_tuple(text, word, at)).or_else(column)?;
    }
    at += blanks(text, at);
    let open = mark(at);
    let start = at + open.map_or(0, |(_, length)| length);
    let near = &text[start..text.len().min(start + LONGEST)];
    let ends = |b: &u8| match open {
        Some((quote, _)) => *b == quote || b"\\\r\n".contains(b),
        None => b"\r\n&;\"'<>|\t\\{}[]%".contains(b),
    };
    let encoded = |at: usize| open.is_none() && near[at..].starts_with(b"%20");
    let length = (0..near.len()).find(|at| ends(&near[*at]) && !encoded(*at)).unwrap_or(near.len());
    // The next field of a line of fields: `first_name=Dana last_name=Smith`.
    let next = memchr::memchr2(b'=', b':', &near[..length]).filter(|_| open.is_none());
    let length = next.and_then(|equals| memchr::memrchr(b' ', near[..equals].trim_ascii_end())).unwrap_or(length);
    let value = near[..length].trim_ascii_end();
    let value = value.strip_suffix(b",").filter(|_| next.is_some()).unwrap_or(value);
    let whole = length < near.len() || start + length == text.len();
    (whole && value.len() > 1 && !is_plain_state(value))
        .then(|| Labelled { range: start..start + value.len(), quoted: open.is_some() })
}

/// Whether a text is made of the words of a person's name.
fn is_of_name(name: &[u8], fewest: usize) -> bool {
    let plain = without_encoding(name);
    let name = plain.as_deref().unwrap_or(name);
    let of_words = name.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b" .'-,".contains(b));
    let words = || name.split(|b| b" ,".contains(b)).filter(|word| !word.is_empty());
    let capital = |word: &[u8]| word[0].is_ascii_uppercase() || !word[0].is_ascii();
    let none = words().any(|word| is_organisation(word.strip_suffix(b".").unwrap_or(word)));
    let many = words().count();
    of_words && !none && is_user(name) && (fewest..=5).contains(&many) && (many == 1 || words().any(capital))
}

/// Whether a text is the name of a person, of two words or more.
pub(in crate::redact) fn is_full_name(name: &[u8]) -> bool {
    is_of_name(name, 2)
}

/// The name of a person behind a word that means nothing else.
pub(super) fn person(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let Labelled { mut range, quoted } = labelled(text, word)?;
    // Behind a name that no mark closes another field may follow: `Full name: Dana Smith, status 500`.
    let next = || [&b", "[..], b" ("].iter().filter_map(|mark| memchr::memmem::find(&text[range.clone()], mark)).min();
    let comma = next().filter(|_| !quoted);
    if let Some(comma) = comma.filter(|_| !is_of_name(&text[range.clone()], 1)) {
        range.end = range.start + comma;
    }
    let name = &text[range.clone()];
    let fits = is_of_name(name, 1) && (quoted || name.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii()));
    fits.then_some(range)
}

/// The same behind words that name products too: of two words or more, or beside what people alone have.
pub(super) fn shown(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = labelled(text, word).filter(|value| value.quoted)?.range;
    let near = text[word.start.saturating_sub(NEAR)..text.len().min(range.end + NEAR)].to_ascii_lowercase();
    let companions: [&[u8]; 16] = [
        b"assignee",
        b"reporter",
        b"avatarurl",
        b"timezone\"",
        b"mail=",
        b"mail'",
        b"first_name",
        b"real_name",
        b"mail\"",
        b"mail\\",
        b"mailaddress",
        b"userprincipal",
        b"givenname",
        b"surname",
        b"accountid",
        b"jobtitle",
    ];
    let beside = companions.iter().any(|companion| memchr::memmem::find(&near, companion).is_some());
    (beside && is_of_name(&text[range.clone()], 1)).then_some(range)
}

/// The name of an author, a customer, an owner: of two words or more, as a single one is an organisation's.
pub(super) fn author(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = labelled(text, word)?.range;
    let end = memchr::memmem::find(&text[range.clone()], b" (").map_or(range.end, |at| range.start + at);
    is_of_name(&text[range.start..end], 2).then_some(range.start..end)
}

/// The full name in quotation marks behind a key.
pub(super) fn labelled_name(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = labelled(text, word).filter(|value| value.quoted)?.range;
    is_of_name(&text[range.clone()], 2).then_some(range)
}

/// What a label is followed by that nothing but a name is: `Registered Owner:   Dana`.
pub(super) fn owner(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let range = labelled(text, word)?.range;
    let name = &text[range.clone()];
    let of_words = name.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" .'-_&,".contains(b));
    (of_words && is_user(name) && name.iter().any(u8::is_ascii_alphabetic)).then_some(range)
}

/// The full name right before the key of an account: `"name": "Dana Smith", "username": "dsmith"`.
pub(super) fn beside_account(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    before_key(text, word).filter(|name| is_full_name(&text[name.clone()]))
}

/// The text under a name right before another key: where it stands.
fn before_key(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let skip =
        |end: usize, marks: &[u8]| end - text[..end].iter().rev().take(16).take_while(|b| marks.contains(b)).count();
    let end = skip(word.start, b" ,\"'\\\r\n\t");
    if !text[end..word.start].contains(&b',') {
        return None;
    }
    let length = text[..end].iter().rev().take(LONGEST).take_while(|b| !b"\"'\r\n".contains(b)).count();
    let start = end - length;
    let before = skip(start, b"\"'\\ ");
    let key = text[..before].strip_suffix(b":").map(|key| &key[..skip(key.len(), b"\"'\\ ")])?;
    let named = [&b"name"[..], b"Name"].iter().any(|name| key.ends_with(name));
    named.then_some(start..end)
}

/// The name of a person right before the key of a mail address: `"name": "Dana Smith", "email": "..."`.
pub(super) fn beside_mail(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let named = before_key(text, word)?;
    let rest = &text[word.end..text.len().min(word.end + LONGEST)];
    let value = &rest[rest.iter().take_while(|b| b" \"'\\".contains(b)).count()..];
    let mail = &value[..value.iter().position(|b| b"\"' ,}".contains(b)).unwrap_or(value.len())];
    // Others have a field of that name too.
    if !mail.contains(&b'@') && !mail.starts_with(b"[email") {
        return None;
    }
    let name = &text[named.clone()];
    (is_of_name(name, 1) && !is_common(name)).then_some(named)
}

/// The name that fills the line behind a word that begins it.
pub(super) fn porcelain(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let near = &text[word.end..text.len().min(word.end + LONGEST)];
    let name = &near[..near.iter().position(|b| b"\r\n<\\".contains(b))?];
    let begins = word.start == 0 || text[word.start - 1] == b'\n';
    (begins && is_of_name(name.trim_ascii_end(), 2)).then_some(word.end..word.end + name.trim_ascii_end().len())
}

/// The person behind a title: `Dear Ms. Smith,`.
pub(super) fn titled(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut end = at;
    for words in 0..3 {
        let from = if words == 0 { at } else { end + 1 };
        if words > 0 && text.get(end) != Some(&b' ') {
            break;
        }
        let length = text
            .get(from..)?
            .iter()
            .take(32)
            .take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii() || b"'-".contains(b))
            .count();
        if length < 2 || text[from].is_ascii() && !text[from].is_ascii_uppercase() {
            break;
        }
        end = from + length;
    }
    (end > at && is_user(&text[at..end])).then_some(at..end)
}

/// The author of a line as `git blame` shows it, from where the zone of its time stands: `f84842c9 (Dana Smith 2026-11-29 10:00:00 +0100  12) text`.
pub(super) fn blamed(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let digits = blanks(text, word.end - 1);
    let digits = word.end - 1 + digits;
    let number = text[digits..].iter().take(7).take_while(|b| b.is_ascii_digit()).count();
    let time = word.start.checked_sub(b"2026-11-29 10:00:00".len())?;
    let is_time = text[time..word.start].iter().zip(b"0000-00-00 00:00:00").all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte == form,
    });
    if number == 0 || text.get(digits + number) != Some(&b')') || !is_time {
        return None;
    }
    let lead = &text[time.saturating_sub(64)..time];
    let name = &lead[memchr::memrchr(b'(', lead)? + 1..];
    let start = time - name.len();
    let name = name.trim_ascii_end();
    (is_of_name(name, 1) || name.len() > 1 && name.iter().all(|b| is_name_byte(*b)) && is_user(name))
        .then_some(start..start + name.len())
}

/// The user of an open file, as `lsof` shows it: `node 4321 dana 23u IPv4`.
pub(super) fn of_open_file(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let back =
        |end: usize, takes: fn(&u8) -> bool| end - text[..end].iter().rev().take(40).take_while(|b| takes(b)).count();
    let blank: fn(&u8) -> bool = |b| *b == b' ';
    let full: fn(&u8) -> bool = |b| !b.is_ascii_whitespace();
    // The word is the column of the file's kind, or that of its number.
    let mut end = back(word.start, blank);
    let start = back(end, full);
    if text[start..end].first().is_some_and(u8::is_ascii_digit) && text[start..end].iter().any(u8::is_ascii_lowercase)
        || end == word.start
    {
        end = back(start, blank);
    }
    let name = back(end, full);
    let before = back(name, blank);
    let pid = back(before, u8::is_ascii_digit);
    let numbered = pid < before && before < name && pid > 0 && text[pid - 1] == b' ';
    (numbered && word_at(text, name).is_some_and(|word| word.end == end) && is_user(&text[name..end]))
        .then_some(name..end)
}

/// Whether a command begins here: at the start of its line, behind a prompt, another command, or one that runs it.
fn begins_command(text: &[u8], start: usize) -> bool {
    let lead = &text[start.saturating_sub(80)..start];
    let lead = &lead[memchr::memrchr(b'\n', lead).map_or(0, |newline| newline + 1)..];
    let lead = lead.trim_ascii_end();
    lead.is_empty()
        || lead.last().is_some_and(|b| b"$#%>;&|+\"'`(]:=".contains(b))
        || [&b"sudo"[..], b"RUN", b"doas", b"exec", b"\\n", b"-c"].iter().any(|word| lead.ends_with(word))
}

/// Adds the user that a command is told first, with their group: `chown -R dana:dana /srv`.
pub(super) fn first_argument(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let mut at = word.end;
    while text.get(at) == Some(&b'-') {
        at += text[at..].iter().take(40).take_while(|b| !b.is_ascii_whitespace()).count();
        at += blanks(text, at);
    }
    let Some(name) = word_at(text, at) else { return };
    let rest = &text[name.end..];
    let group =
        rest.strip_prefix(b":").map_or(0, |group| 1 + group.iter().take(48).take_while(|b| is_name_byte(**b)).count());
    let gap = &rest[group..text.len().min(name.end + group + 96) - name.end];
    let path =
        gap.strip_prefix(b" ").map(|path| &path[..path.iter().position(u8::is_ascii_whitespace).unwrap_or(path.len())]);
    let of_path = path.is_some_and(|path| path.iter().any(|b| b"/.~$\"'*".contains(b)));
    if !begins_command(text, word.start) || !(of_path || group > 0) {
        return;
    }
    if group > 1 && text[name.end + 1..name.end + group] == text[name.clone()] && is_user(&text[name.clone()]) {
        push(name.end + 1..name.end + group, User);
    }
    if is_user(&text[name.clone()]) {
        push(name, User);
    }
}

/// The user that a command is told last: `usermod -aG docker dana`.
pub(super) fn last_argument(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let near = &text[word.end..text.len().min(word.end + 160)];
    let line = &near[..near.iter().position(|b| b"\r\n;&|\"'`\\)".contains(b)).unwrap_or(near.len())];
    let line = line.trim_ascii_end();
    let start = line.iter().rposition(|b| *b == b' ').map_or(0, |blank| blank + 1);
    let name = word_at(text, word.end + start).filter(|name| name.end == word.end + line.len())?;
    let options = line[..start].trim_ascii_end();
    // What stands between are options with their values, or nothing.
    let fits = options.is_empty() || options.starts_with(b"-");
    (fits && begins_command(text, word.start) && is_user(&text[name.clone()])).then_some(name)
}

/// The user behind an option: `docker login -u dana`.
pub(super) fn optioned(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let name = super::accounts::account_at(text, word.end)?;
    // Behind these, words of a sentence may stand.
    let strict = text[word.clone()].starts_with(b"su ") || text[word.clone()].starts_with(b" --");
    let rest = &text[name.end..];
    if strict && rest.starts_with(b" ") && !rest.starts_with(b" -") {
        return None;
    }
    text.get(name.end).is_none_or(|b| b.is_ascii_whitespace() || b"\"'\\;&|`)".contains(b)).then_some(name)
}

/// `CORP\dana` in running text, behind a word that a name follows. What an escape may begin with is no name's first letter here.
pub(super) fn member(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let rest = &text[word.end..];
    let domain =
        rest.iter().take(16).take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(b)).count();
    let slashes = rest[domain..].iter().take(5).take_while(|b| **b == b'\\').count();
    let at = word.end + domain + slashes;
    let name = word_at(text, at).filter(|_| domain > 1 && matches!(slashes, 1 | 2 | 4))?;
    // `\t` may begin the name of a user behind the words that say so.
    let said = text[word.clone()].eq_ignore_ascii_case(b"the user ");
    let escape = slashes == 1 && b"nrt".contains(&text[name.start]) && !said;
    let version = text[name.start] == b'v' && text.get(name.start + 1).is_some_and(u8::is_ascii_digit);
    let registry = rest.starts_with(b"HK") || is_no_domain(&rest[..domain]);
    let path = text.get(name.end).is_some_and(|b| b"\\(:/".contains(b));
    let path = path && !text[name.end..].starts_with(b": ") && !text[name.end..].starts_with(b"\\\"");
    (!escape && !version && !registry && !path && is_user(&text[name.clone()])).then_some(word.end..name.end)
}

/// Adds the date behind a word that says that it is of birth.
pub(super) fn born(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let value = if text[word.end - 1] == b' ' {
        Some(word.end..text.len().min(word.end + 20))
    } else {
        labelled(text, word).map(|value| value.range)
    };
    let Some(range) = value else { return };
    let value = &text[range.clone()];
    let of_date = |b: &u8| b.is_ascii_alphanumeric() || b" ./,-".contains(b) || !b.is_ascii();
    let value = if value.get(10) == Some(&b'T') { &value[..10] } else { value };
    let length = value.iter().take(24).take_while(|b| of_date(b)).count();
    // Behind the date another field may follow.
    let last = value[..length].iter().rposition(u8::is_ascii_digit).map_or(0, |last| last + 1);
    let date = &value[..last];
    let digits = date.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = date.iter().filter(|b| b.is_ascii_alphabetic()).count();
    if (5..=9).contains(&digits) && letters < 12 && date.len() < 22 {
        push(range.start..range.start + last, Birth);
    }
}

/// Adds the address behind a word that says that it is of a house, or the number of its town.
pub(super) fn address(text: &[u8], word: &Range<usize>, push: &mut Push<'_>) {
    let Some(Labelled { range, quoted }) = labelled(text, word) else { return };
    let value = &text[range.clone()];
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    let of_words = value.iter().all(|b| b.is_ascii_alphanumeric() || !b.is_ascii() || b" .,'-/#()".contains(b));
    let lower = text[word.clone()].to_ascii_lowercase();
    let of_town = [&b"zip"[..], b"post", b"plz"].iter().any(|lead| lower.starts_with(lead)) && !lower.contains(&b' ');
    let fits = if of_town {
        digits > 1 && (4..=10).contains(&value.len()) && !value.iter().any(u8::is_ascii_lowercase)
    } else {
        digits > 0 && letters > 3 && (value.contains(&b' ') || !value.is_ascii())
    };
    // A path has more slashes than the number of a flat.
    let path = memchr::memchr_iter(b'/', value).count() > 1;
    if fits && of_words && !path && (quoted || value.len() <= 80) {
        push(range, Address);
    }
}

/// Adds the account that stands before the id of a Windows account on its line: `corp\dana  S-1-5-21-...`.
pub(super) fn before_id(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let gap = text[..word.start].iter().rev().take(64).take_while(|b| matches!(b, b' ' | b'\t')).count();
    let end = word.start - gap;
    let length = text[..end].iter().rev().take(64).take_while(|b| is_name_byte(**b) || **b == b'\\').count();
    let account = &text[end - length..end];
    let name = account.rsplit(|b| *b == b'\\').next()?;
    let parts = account.split(|b| *b == b'\\').count();
    (gap > 0 && parts == 2 && name.len() > 1 && is_user(name)).then_some(end - length..end)
}

/// The author in what `git log` is told to show: `(Dana Smith, 2 days ago)`.
pub(super) fn long_ago(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    if let Some(name) = behind_time(text, word) {
        return Some(name);
    }
    let from = word.start.saturating_sub(LONGEST);
    let open = from + memchr::memrchr(b'(', &text[from..word.start])? + 1;
    let comma = open + memchr::memmem::find(&text[open..word.start], b", ")?;
    let number = text.get(comma + 2).is_some_and(u8::is_ascii_digit);
    (number && is_of_name(&text[open..comma], 1)).then_some(open..comma)
}

/// The author behind such a time, as most people have git show it: `(2 days ago) <Dana Smith>`.
fn behind_time(text: &[u8], word: &Range<usize>) -> Option<Range<usize>> {
    let start = word.end + 2;
    let rest = text[word.end..text.len().min(word.end + LONGEST)].strip_prefix(b" <")?;
    let name = &rest[..memchr::memchr(b'>', rest)?];
    let capital = name.first().is_some_and(|b| b.is_ascii_uppercase() || !b.is_ascii());
    (capital && is_of_name(name, 1)).then_some(start..start + name.len())
}
