//! Names that an audience may not see: people, home folders, mail addresses, private addresses, internal hosts, organisations.

mod abroad;
mod accounts;
pub(super) mod announced;
mod checks;
mod forms;
mod homes;
mod lines;
mod machines;
pub(super) mod mails;
pub(super) mod named_numbers;
pub(super) mod network;
pub(super) mod numbers;
mod owners;
mod people;
pub(super) mod phones;
mod places;
mod separators;
pub(super) mod shells;
mod words;

pub(super) use accounts::is_user as is_name_of_user;
pub(super) use people::is_full_name;

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::Regex;

use super::Policy;
use super::finding::{Finding, Rank};
use super::text_edges::starts_token;
use crate::model::vocabulary::PersonalKind;
use crate::model::{Identity, IdentityKind};

/// Internal names that are the same everywhere.
const EVERYWHERE: &[&str] = &[
    "host.docker.internal",
    "gateway.docker.internal",
    "metadata.google.internal",
    "kubernetes.docker.internal",
    "localhost.localdomain",
    "threading.local",
    "env.local",
    "settings.local",
];

/// Ends of the names of internal hosts.
pub(super) const SUFFIXES: &[&str] =
    &[".internal", ".local", ".corp", ".lan", ".intranet", ".localdomain", ".home.arpa"];

static INTERNAL_SUFFIX: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest).build(SUFFIXES).ok()
});
static PRIVATE_V4: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"(?:10\.[0-9]{1,3}|192\.168|169\.254|172\.(?:1[6-9]|2[0-9]|3[01])|100\.(?:6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))\.[0-9]{1,3}\.[0-9]{1,3}",
    )
});
static PUBLIC_V4: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"));
static PRIVATE_V6: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(r"(?i)(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):(?:[0-9a-f]{0,4}:){1,6}[0-9a-f]{0,4}(?:%[a-z0-9]+)?")
});
static ORGANISATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:(?:org(?:ani[sz]ation)?|workspace|account|tenant|project|subscription)[-_]?(?:(?:uu)?id|number)\\{0,3}["']?\]?\s*[:=,]\s*b?\\{0,3}["']?(?P<v>[0-9a-z_-]{6,64})|(?:organi[sz]ation|workspace|account)\\{0,3}["']?\s*:\s*\{\s*\\{0,3}["'](?:uu)?id\\{0,3}["']\s*:\s*\\{0,3}["'](?P<o>[0-9a-z_-]{6,64})|(?:tenants?(?:[:=/]| ')|subscriptions?/|microsoftonline\.com/) ?(?P<t>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})|\bprojects/(?P<p>[a-z][a-z0-9-]{4,28}[a-z0-9])/(?:locations|global|zones|regions|models|serviceaccounts|subscriptions|topics|secrets)\b|organi[sz]ation[-_]?name\\{0,3}["']\s*[:=]\s*\\{0,3}["'](?P<q>[^"'\\\r\n]{2,96})|\b(?P<h>[a-z0-9][a-z0-9-]{1,62})\.(?:openai|services\.ai|cognitiveservices)\.azure\.com|aws account (?P<n>[0-9]{12})\b|\b(?P<e>[0-9]{12})\.dkr\.ecr\.|(?P<w>wrkspc_[0-9a-z]{6,}|org-[0-9a-z]{20,})|arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(?P<a>[0-9]{12}):)"#,
    )
});
/// Id that Claude Code sends as `metadata.user_id`.
static USER_ID: LazyLock<Option<Regex>> =
    LazyLock::new(|| compile(r"\Auser_[0-9a-f]{64}(?:_account_[0-9a-f-]{0,36})?(?:_session_[0-9a-f-]{0,36})?"));
static RULE: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from("identity"));
/// The kinds as placeholders name them, in order of declaration.
static KINDS: LazyLock<Vec<Arc<str>>> =
    LazyLock::new(|| PersonalKind::ALL.iter().map(|kind| Arc::from(kind.word())).collect());

fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("(?-u){pattern}")).ok()
}

/// Where a finder puts what it found.
type Push<'a> = dyn FnMut(Range<usize>, PersonalKind) + 'a;

/// A pattern did not compile, or there are too many names; nothing may be shown.
#[derive(Debug)]
pub(super) struct IdentitiesBroken;

/// Names to hide from one audience.
#[derive(Debug)]
pub(super) struct IdentitySet {
    /// For each kind, in order of declaration, whether it is hidden.
    hidden: Vec<bool>,
    names: Option<(AhoCorasick, Vec<PersonalKind>)>,
    forms: Vec<String>,
}

impl IdentitySet {
    /// The names that the audience of this policy may not see.
    pub(super) fn new(policy: &Policy, identities: &[Identity]) -> Result<Self, IdentitiesBroken> {
        let hides = |kind: &PersonalKind| {
            let default = kind.hidden_from(policy.audience);
            policy.personal.get(kind).map_or(default, |audiences| audiences.contains(&policy.audience))
        };
        let hidden = PersonalKind::ALL.iter().map(hides).collect();
        let mut set = Self { hidden, names: None, forms: Vec::new() };
        words::Words::get().ok_or(IdentitiesBroken)?;
        let mut patterns = Vec::new();
        let mut kinds = Vec::new();
        for identity in identities {
            let value = identity.value.expose().trim();
            let kind = personal_kind(identity.kind);
            let common = words::is_common(value.as_bytes()) || value == "/root";
            if !set.hides(kind) || common || value.len() < 3 || value.starts_with("127.") {
                continue;
            }
            for form in
                [value.to_owned(), value.replace('\\', "\\\\"), value.replace('\\', "/"), value.replace('/', "%2F")]
            {
                if !patterns.contains(&form) {
                    patterns.push(form);
                    kinds.push(kind);
                }
            }
        }
        if !patterns.is_empty() {
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(&patterns);
            set.names = Some((automaton.map_err(|_| IdentitiesBroken)?, kinds));
        }
        set.forms = patterns;
        Ok(set)
    }

    /// The forms of all names.
    pub(super) fn forms(&self) -> &[String] {
        &self.forms
    }

    /// Whether a kind is hidden.
    pub(super) fn hides(&self, kind: PersonalKind) -> bool {
        self.hidden.get(kind as usize).copied().unwrap_or(true)
    }

    /// Adds all names that stand in a text.
    #[cfg(test)]
    pub(super) fn find(&self, text: &[u8], found: &mut Vec<Finding>) -> Result<(), IdentitiesBroken> {
        static WORDS: LazyLock<AhoCorasick> = LazyLock::new(|| {
            let words = announced::words().map(|(word, _)| word);
            AhoCorasick::builder().ascii_case_insensitive(true).build(words).unwrap()
        });
        self.find_names(text, found)?;
        for at in 0..text.len() {
            let number = self.named_telephone(text, at).or_else(|| self.named_number(text, at));
            found.extend(number.into_iter().chain(self.user_id(text, at)));
        }
        // What of a kind that is not hidden is announced is left out where it is found.
        for hit in WORDS.find_overlapping_iter(text) {
            self.announced(text, hit.range(), found);
        }
        self.find_numbers(text, found)
    }

    /// Adds the names that begin with a word of the gate: people, homes, hosts, private addresses, organisations.
    pub(super) fn find_names(&self, text: &[u8], found: &mut Vec<Finding>) -> Result<(), IdentitiesBroken> {
        let mut push = |range: Range<usize>, kind: PersonalKind| {
            if self.hides(kind) {
                found.push(named(text, range, kind));
            }
        };
        if let Some((automaton, kinds)) = &self.names {
            for hit in automaton.find_iter(text) {
                if is_whole(text, hit.range()) {
                    push(hit.range(), kinds[hit.pattern().as_usize()]);
                }
            }
        }
        if self.hides(PersonalKind::Email) {
            mails::find(text, &mut push);
        }
        for (range, kind) in memchr::memchr_iter(b'@', text).filter_map(|at| shells::around(text, at)) {
            push(range, kind);
        }
        if self.hides(PersonalKind::Home) {
            homes::find(text, &mut push)?;
        }
        if memchr::memchr(b'.', text).is_some() {
            self.hosts_and_addresses(text, &mut push)?;
        }
        self.private_v6(text, &mut push)?;
        if self.hides(PersonalKind::Organisation) {
            for captures in ORGANISATION.as_ref().ok_or(IdentitiesBroken)?.captures_iter(text) {
                for name in ["v", "w", "a", "o", "t", "n", "e", "p", "q", "h"] {
                    // A name, and not the number of something, needs no digit.
                    let fits = |hit: &[u8]| matches!(name, "p" | "q" | "h") || hit.iter().any(u8::is_ascii_digit);
                    if let Some(hit) = captures.name(name).filter(|hit| fits(hit.as_bytes())) {
                        push(hit.range(), PersonalKind::Organisation);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the numbers that no word announces: phones, cards, accounts, national ids, hardware addresses.
    pub(super) fn find_numbers(&self, text: &[u8], found: &mut Vec<Finding>) -> Result<(), IdentitiesBroken> {
        let mut push = |range: Range<usize>, kind: PersonalKind| {
            if self.hides(kind) {
                found.push(named(text, range, kind));
            }
        };
        if self.hides(PersonalKind::Mac) {
            network::hardware(text, &mut push);
        }
        if self.hides(PersonalKind::PublicIp) {
            network::public_v6(text, &mut push);
        }
        if self.hides(PersonalKind::Phone) {
            phones::find(text, &mut push)?;
        }
        if self.hides_numbers() {
            numbers::find(text, &mut push)?;
        }
        Ok(())
    }

    /// Whether any number of a customer is hidden.
    pub(super) fn hides_numbers(&self) -> bool {
        use PersonalKind::{Iban, Mac, NationalId, PaymentCard, Phone};
        [PaymentCard, Iban, NationalId, Phone, Mac].iter().any(|kind| self.hides(*kind))
    }

    /// The number after the name of a telephone that stands here.
    pub(super) fn named_telephone(&self, text: &[u8], at: usize) -> Option<Finding> {
        let range = if self.hides(PersonalKind::Phone) { phones::named_at(text, at) } else { None };
        range.map(|range| named(text, range, PersonalKind::Phone))
    }

    /// The number after a name that stands here and says whose id it is.
    pub(super) fn named_number(&self, text: &[u8], at: usize) -> Option<Finding> {
        let range = if self.hides(PersonalKind::NationalId) { named_numbers::named_at(text, at) } else { None };
        range.map(|range| named(text, range, PersonalKind::NationalId))
    }

    /// The id of a user, as Claude Code sends it, that stands here.
    pub(super) fn user_id(&self, text: &[u8], at: usize) -> Option<Finding> {
        let window = &text[at..text.len().min(at + 256)];
        let hit = if self.hides(PersonalKind::UserId) { USER_ID.as_ref()?.find(window) } else { None };
        hit.map(|hit| named(text, at..at + hit.end(), PersonalKind::UserId))
    }

    /// What stands at a place, where its kind is hidden.
    pub(super) fn finding(&self, text: &[u8], range: Range<usize>, kind: PersonalKind) -> Option<Finding> {
        self.hides(kind).then(|| named(text, range, kind))
    }

    /// Adds what a word that stands here announces.
    pub(super) fn announced(&self, text: &[u8], word: Range<usize>, found: &mut Vec<Finding>) {
        announced::find(text, &word, &mut |range, kind| {
            if self.hides(kind) {
                found.push(named(text, range, kind));
            }
        });
    }

    /// Whether a mail address, or a user before the name of a machine, stands around an at sign.
    pub(super) fn is_around_sign(&self, text: &[u8], at: usize) -> bool {
        self.hides(PersonalKind::Email) && mails::around(text, at, 1).is_some()
            || shells::around(text, at).is_some_and(|(_, kind)| self.hides(kind))
    }

    /// Private network addresses of the sixth version.
    fn private_v6(&self, text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
        if !self.hides(PersonalKind::PrivateIp) {
            return Ok(());
        }
        let address = PRIVATE_V6.as_ref().ok_or(IdentitiesBroken)?;
        for colon in memchr::memchr_iter(b':', text).filter(|colon| begins_private_v6(text, *colon)) {
            let start = colon - 4;
            let window = &text[start..text.len().min(start + 80)];
            let Some(hit) = address.find(window).filter(|hit| hit.start() == 0) else { continue };
            let end = start + hit.end();
            let prefix = text.get(end) == Some(&b'/') && hit.as_bytes().ends_with(b"::");
            if is_whole(text, start..end) && !prefix && hit.len() > 6 && !followed_by_colon(text, end) {
                push(start..end, PersonalKind::PrivateIp);
            }
        }
        Ok(())
    }

    fn hosts_and_addresses(&self, text: &[u8], push: &mut Push<'_>) -> Result<(), IdentitiesBroken> {
        let broken = || IdentitiesBroken;
        for hit in PRIVATE_V4.as_ref().ok_or_else(broken)?.find_iter(text) {
            if network::is_address(text, hit.range())
                && hit.as_bytes() != b"169.254.169.254"
                && !network::is_version(&text[..hit.start()])
            {
                push(hit.range(), PersonalKind::PrivateIp);
            }
        }
        if self.hides(PersonalKind::PublicIp) {
            for hit in PUBLIC_V4.as_ref().ok_or_else(broken)?.find_iter(text) {
                // The last three are those of documents (RFC 5737).
                const KEPT: [&[u8]; 8] = [
                    b"127.",
                    b"0.0.0.0",
                    b"160.79.10",
                    b"169.254.169.254",
                    b"255.",
                    b"192.0.2.",
                    b"198.51.100.",
                    b"203.0.113.",
                ];
                let keeps = KEPT.iter().any(|lead| hit.as_bytes().starts_with(lead));
                let version = hit.start() > 0
                    && matches!(text[hit.start() - 1], b'/' | b'v' | b'=' | b'@' | b'-' | b'_')
                    && !text[..hit.start()].ends_with(b"//")
                    && !network::is_named_address(&text[..hit.start()]);
                if network::is_address(text, hit.range())
                    && !keeps
                    && !version
                    && !network::is_numbering(text, hit.start())
                {
                    push(hit.range(), PersonalKind::PublicIp);
                }
            }
        }
        for hit in INTERNAL_SUFFIX.as_ref().ok_or_else(broken)?.find_iter(text) {
            let is_name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'_' | b'-');
            let mut start = hit.start() - text[..hit.start()].iter().rev().take(250).take_while(is_name).count();
            if start > 0 && text[start - 1] == b'\\' && b"nrt".contains(&text[start]) {
                start += 1;
            }
            let name = String::from_utf8_lossy(&text[start..hit.end()]).to_ascii_lowercase();
            let code = matches!(text.get(hit.end()), Some(b'(' | b'[' | b'='));
            let part_of_path = name.starts_with('.') || (start > 0 && matches!(text[start - 1], b'$' | b'\\'));
            let named = start < hit.start() && !code && !part_of_path && !EVERYWHERE.contains(&name.as_str());
            if named && is_whole(text, start..hit.end()) {
                push(start..hit.end(), PersonalKind::Host);
            }
        }
        Ok(())
    }
}

/// The kind as placeholders name it.
pub(super) fn kind_name(kind: PersonalKind) -> Arc<str> {
    Arc::clone(&KINDS[kind as usize])
}

fn named(text: &[u8], range: Range<usize>, kind: PersonalKind) -> Finding {
    let value = &text[range.clone()];
    let mut finding = Finding::new(range, &RULE, &KINDS[kind as usize], Rank::Identity);
    if kind == PersonalKind::Home {
        // One person's home has one number, however the path is written.
        let user = value.rsplit(|b| matches!(b, b'/' | b'\\' | b'%')).find(|part| !part.is_empty()).unwrap_or(value);
        let user = user.strip_prefix(b"~").unwrap_or(user);
        let user = user.strip_prefix(b"-home-").or_else(|| user.strip_prefix(b"-Users-")).unwrap_or(user);
        finding.value = Some(Arc::from(format!("~{}", String::from_utf8_lossy(user).to_ascii_lowercase())));
    }
    finding
}

const fn personal_kind(kind: IdentityKind) -> PersonalKind {
    match kind {
        IdentityKind::User => PersonalKind::User,
        IdentityKind::HomePath => PersonalKind::Home,
        IdentityKind::HostName => PersonalKind::Host,
        IdentityKind::Domain => PersonalKind::Domain,
        IdentityKind::Organisation => PersonalKind::Organisation,
    }
}

/// Whether no letter or digit goes on at either side.
pub(super) fn is_whole(text: &[u8], range: Range<usize>) -> bool {
    let after = text.get(range.end);
    let goes_on = after.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let dotted = after == Some(&b'.') && text.get(range.end + 1).is_some_and(u8::is_ascii_alphanumeric);
    let ends_with_slash = text[range.clone()].last() == Some(&b'/');
    starts_token(text, range.start) && (ends_with_slash || !goes_on) && !(dotted && is_dotted_name(text, range))
}

/// Whether a dot after a name makes it part of a longer dotted name that is no sentence's end.
fn is_dotted_name(text: &[u8], range: Range<usize>) -> bool {
    text[range].contains(&b'.')
}

/// Whether the four characters before a colon begin a unique-local or link-local address.
pub(super) fn begins_private_v6(text: &[u8], colon: usize) -> bool {
    text.get(colon) == Some(&b':')
        && colon >= 4
        && matches!(text[colon - 4], b'f' | b'F')
        && matches!(text[colon - 3], b'c' | b'd' | b'e' | b'C' | b'D' | b'E')
        && text[colon - 2..colon].iter().all(u8::is_ascii_hexdigit)
}

fn followed_by_colon(text: &[u8], at: usize) -> bool {
    text.get(at) == Some(&b':') && text.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
}
