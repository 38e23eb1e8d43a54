//! Values in credential position that are no credential: placeholders, states and masks. They are evidence and stay. The words are data: `rules/states.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words<'t> {
    #[serde(borrow)]
    states: Vec<&'t str>,
    instructions: Vec<&'t str>,
    readers: Vec<&'t str>,
    receivers: Vec<&'t str>,
    variables: Vec<&'t str>,
}

// Without the file, which a test reads, all of them would go: the safe side.
static WORDS: LazyLock<Words<'static>> =
    LazyLock::new(|| crate::data::read(data!("redact/rules/states")).unwrap_or_default());

/// Longest number that is a count, a time or a version.
const LONGEST_NUMBER: usize = 11;

/// Whether a value is a count, a time or a version.
pub(super) fn is_short_number(value: &[u8]) -> bool {
    value.len() <= LONGEST_NUMBER && value.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

/// Whether a value only says a state: a state word, a variable, a mask, a template or an instruction such as `your-api-key`.
pub(super) fn is_plain_state(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let value = value.strip_suffix(b",").unwrap_or(value);
    if value.is_empty() || is_variable(value) || is_mask(value) || is_field(value) || is_size(value) {
        return true;
    }
    if is_member(value) || is_name(value) {
        return true;
    }
    if value.len() > 48 || (!value.is_ascii() && std::str::from_utf8(value).is_err()) {
        return false;
    }
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if is_public_start(value) {
        return true;
    }
    // What is held for a module alone is named so: `_api_key`.
    let Some(start) = value.iter().position(|b| is_part(b) && *b != b'_') else { return false };
    let end = value.iter().rposition(is_part).map_or(start, |last| last + 1);
    let bare = &value[start..end];
    let is = |word: &&str| word.len() == bare.len() && bare.eq_ignore_ascii_case(word.as_bytes());
    (may_be_state(bare) && WORDS.states.iter().any(is)) || is_instruction(bare)
}

/// `sk-ant-...`: how all keys of a kind begin, and dots in the place of the rest.
fn is_public_start(value: &[u8]) -> bool {
    let start = value.strip_suffix(b"...").or_else(|| value.strip_suffix("\u{2026}".as_bytes()));
    start.is_some_and(|start| {
        let inner = start.strip_prefix(b"sk-").unwrap_or_default();
        inner.ends_with(b"-") && inner.len() <= 10 && inner.iter().all(|b| b.is_ascii_lowercase() || b"-03".contains(b))
    })
}

/// For each length, the first letters of the states of that length.
static FIRST_LETTERS: LazyLock<[u32; 49]> = LazyLock::new(|| {
    let mut letters = [0; 49];
    for state in &WORDS.states {
        let first = state.bytes().next().unwrap_or(b'a');
        letters[state.len()] |= 1u32 << (first & 31);
    }
    letters
});

/// Whether a state of this length begins with this letter: most values are told apart by that.
fn may_be_state(bare: &[u8]) -> bool {
    let first = bare.first().map_or(0, |first| first & 31);
    FIRST_LETTERS.get(bare.len()).is_some_and(|letters| letters >> first & 1 == 1)
}

/// What the leads of instructions begin with.
const INSTRUCTION: &[u8] = b"ymirpaex<";

fn is_instruction(bare: &[u8]) -> bool {
    if !bare.first().is_some_and(|first| INSTRUCTION.contains(&first.to_ascii_lowercase())) {
        return false;
    }
    let begins = |lead: &&str| bare.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead.as_bytes()));
    WORDS.instructions.iter().any(begins) && !bare.iter().any(u8::is_ascii_digit)
}

/// `$VAR`, `${VAR}`, `%VAR%`, `{{ var }}`, `<name>`, `process.env.X`, `os.environ[..]`, `ENV[..]`.
fn is_variable(value: &[u8]) -> bool {
    if !value.first().is_some_and(|first| b"$%{<poEg".contains(first)) {
        return false;
    }
    let name = |inner: &[u8]| {
        !inner.is_empty()
            && inner.len() <= 64
            && inner.iter().all(|b| b.is_ascii_alphanumeric() || b"_-. :".contains(b))
    };
    let upper_name = |inner: &[u8]| {
        inner.len() >= 3
            && inner.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
            && inner.iter().any(u8::is_ascii_uppercase)
    };
    let wrapped =
        |lead: &[u8], tail: &[u8]| value.strip_prefix(lead).and_then(|rest| rest.strip_suffix(tail)).is_some_and(name);
    let shell = value.strip_prefix(b"$").is_some_and(|rest| {
        let rest = rest.strip_prefix(b"env:").unwrap_or(rest);
        matches!(rest, [only] if only.is_ascii_alphanumeric())
            || (upper_name(rest) && !rest.starts_with(b"2"))
            || (rest.len() >= 3 && rest.iter().all(|b| b.is_ascii_lowercase() || *b == b'_'))
    });
    shell
        || wrapped(b"${", b"}")
        || is_required(value)
        || is_reading(value)
        || wrapped(b"${{", b"}}")
        || wrapped(b"$(", b")") && !value.starts_with(b"$(echo ") && !value.starts_with(b"$(printf ")
        || wrapped(b"{{", b"}}")
        || wrapped(b"<", b">")
        || wrapped(b"{", b"}")
        || value.strip_prefix(b"%").and_then(|rest| rest.strip_suffix(b"%")).is_some_and(upper_name)
        || value.strip_prefix(b"ENV[").is_some_and(is_index)
        || [&b"process.env"[..], b"os.environ", b"os.getenv", b"getenv("].iter().any(|lead| value.starts_with(lead))
}

/// Whether a text behind an opening bracket is the name of a variable, in quotation marks or not, which may be cut off.
fn is_index(rest: &[u8]) -> bool {
    let begins = |b: &u8| b.is_ascii_uppercase() || b"\"'\\:&%".contains(b);
    rest.first().is_none_or(begins) || rest.ends_with(b"]")
}

/// `${TOKEN:?must be set}`: what a shell says where the variable is not set.
fn is_required(value: &[u8]) -> bool {
    let inner = value.strip_prefix(b"${").and_then(|rest| rest.strip_suffix(b"}"));
    inner.and_then(|inner| Some((inner, memchr::memchr(b'?', inner)?))).is_some_and(|(inner, mark)| {
        let name = inner[..mark].strip_suffix(b":").unwrap_or(&inner[..mark]);
        let is_message = |b: &u8| b.is_ascii_alphabetic() || b" .,'_-".contains(b);
        !name.is_empty()
            && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
            && inner[mark + 1..].iter().all(is_message)
    })
}

/// `$(pass show api/key)`: a command that reads the value from where it is kept.
fn is_reading(value: &[u8]) -> bool {
    let Some(inner) = value.strip_prefix(b"$(").and_then(|rest| rest.strip_suffix(b")")) else { return false };
    let word = inner.iter().take_while(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)).count();
    let is_plain = |b: &u8| b.is_ascii_alphanumeric() || b" _-./:=,|'\"{}[]$~".contains(b);
    inner.len() <= 160
        && inner.get(word) == Some(&b' ')
        && inner.iter().all(is_plain)
        && WORDS.readers.iter().any(|reader| reader.as_bytes() == &inner[..word])
}

/// `self.api_key`, `this.#token`: what an object holds, as source names it.
fn is_member(value: &[u8]) -> bool {
    let value = value.strip_suffix(b";").unwrap_or(value);
    let lead = |receiver: &&str| value.strip_prefix(receiver.as_bytes());
    let Some(name) = WORDS.receivers.iter().find_map(lead) else { return false };
    let name = name.strip_prefix(b"#").unwrap_or(name);
    let is_word = |part: &[u8]| part.iter().any(u8::is_ascii_alphabetic);
    name.len() <= 64
        && name.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.'))
        && name.split(|b| *b == b'.').all(is_word)
}

/// `ACME_API_KEY`: the name of a variable in the place of what it holds.
fn is_name(value: &[u8]) -> bool {
    value.len() <= 48
        && value.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
        && WORDS.variables.iter().any(|end| value.strip_suffix(end.as_bytes()).is_some_and(|rest| rest.ends_with(b"_")))
}

/// `16 bytes`, as `kubectl describe secret` says of a value.
fn is_size(value: &[u8]) -> bool {
    let digits = value.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
    digits > 0 && [&b" bytes"[..], b" chars", b" characters", b" byte"].iter().any(|unit| &value[digits..] == *unit)
}

/// `status=401`, `attempts=3`: the next field of a line.
fn is_field(value: &[u8]) -> bool {
    let name = value.iter().take_while(|b| b.is_ascii_lowercase() || **b == b'_').count();
    let number = value.get(name + 1..).unwrap_or_default();
    name >= 4
        && value[name..].starts_with(b"=")
        && (1..=6).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
}

/// `***`, `xxxxxxxx`, `....`, `[REDACTED]`.
fn is_mask(value: &[u8]) -> bool {
    let masked = |inner: &[u8]| {
        !inner.is_empty()
            && inner.iter().all(|b| b"*.xX#-_\xe2\x80\xa2\xa6".contains(b))
            && (inner.len() >= 3 || inner.iter().all(|b| *b == b'*'))
    };
    let bracketed = value.len() <= 40
        && (value.first() == Some(&b'[') || value.first() == Some(&b'<'))
        && value.iter().skip(1).all(|b| b.is_ascii_uppercase() || b" _-[]<>".contains(b));
    masked(value) || bracketed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let words: Words = crate::data::read(data!("redact/rules/states")).unwrap();
        let lower = |word: &&str| *word == word.to_ascii_lowercase();
        assert!(words.states.len() > 90 && words.states.iter().all(|word| word.len() <= 48 && lower(word)));
        assert!(words.instructions.iter().all(|lead| INSTRUCTION.contains(&lead.as_bytes()[0]) && lower(lead)));
    }

    #[test]
    fn states_stay_and_values_do_not() {
        for stay in [
            "",
            "null",
            "***",
            "$ANTHROPIC_API_KEY",
            "$K",
            "$1",
            "My API Key",
            "${TOKEN}",
            "%API_KEY%",
            "{{ key }}",
            "<api-key>",
            "your-api-key-here",
            "[REDACTED]",
            "missing,",
            "xxxxxxxx",
            "process.env.KEY",
            "ENV['KEY']",
            "ENV[key]",
            "ENV[\"KE",
            "status=401",
            "${TOKEN:?must be set}",
            "$(pass show api/key)",
            "16 bytes",
            "_api_key",
            "ACME_API_KEY",
            "self.credentials",
            "self._auth.header",
            "this.#token",
        ] {
            assert!(is_plain_state(stay.as_bytes()), "{stay}");
        }
        for value in [
            "hunter2",
            "$(echo hunter2)",
            "16 horses",
            "$2b$12$abc",
            "s3cr3t",
            "correct-horse",
            "[REDACTED]abc1",
            "%41%42%43",
            "ENV[j,]w+R6w",
            "ab=12",
            "hunter=2x",
            "self.hunter2",
            "_s3cr3t",
            "XAPI_KEY",
            "ACME2_API_KEY",
            "this.",
        ] {
            assert!(!is_plain_state(value.as_bytes()), "{value}");
        }
    }
}
