//! Names that an audience may not see: people, home folders, mail addresses, private addresses, internal hosts, organisations.

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::Regex;

use super::finding::{Finding, Rank};
use super::text_edges::starts_token;
use crate::model::vocabulary::Audience;
use crate::model::{Identity, IdentityKind};

/// Names that say nothing of a person or a machine.
const COMMON: &[&str] = &[
    "root",
    "admin",
    "administrator",
    "user",
    "users",
    "node",
    "app",
    "ubuntu",
    "debian",
    "runner",
    "dev",
    "test",
    "home",
    "guest",
    "docker",
    "vscode",
    "default",
    "public",
    "local",
    "localhost",
    "ec2-user",
    "www-data",
    "nobody",
    "service",
    "jenkins",
    "gitlab-runner",
    "circleci",
    "claude",
    "anthropic",
    "python",
    "api",
    "www",
    "git",
    "build",
    "ci",
    "host",
    "server",
    "proxy",
    "internal",
    "corp",
    "lan",
    "com",
    "org",
    "net",
    "cloud",
];

/// Mail addresses of services, which are no one's name.
const SERVICE_MAIL: &[&str] = &[
    "@anthropic.com",
    "@users.noreply.github.com",
    "git@github.com",
    "git@gitlab.com",
    "git@bitbucket.org",
    "noreply@",
    "no-reply@",
    "@example.com",
    "@2x.png",
    "@3x.png",
];

/// Internal names that are the same everywhere.
const EVERYWHERE: &[&str] = &[
    "host.docker.internal",
    "gateway.docker.internal",
    "metadata.google.internal",
    "kubernetes.docker.internal",
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
static HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:(?:/mnt/[a-z]|/[a-z]|[a-z]:)?(?:/home|/users|/export/home|/var/home|/data/users)/|(?:[a-z]:)?\\{1,8}users\\{1,8}|(?:[a-z]%3a)?(?:%2f|%5c)(?:home|users)(?:%2f|%5c)|projects[/\\]{1,4}-(?:home|users)-|projects[/\\]{1,4}[a-z]--users-)(?P<u>[^/\\\s"'`:<>|?*\[\],;)%&-][^/\\\s"'`:<>|?*\[\],;)%&]{0,63})"#,
    )
});
static ORGANISATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r#"(?i)(?:(?:organi[sz]ation|workspace|account|tenant|project|subscription)[-_]?(?:uu)?id\\{0,3}["']?\]?\s*[:=,]\s*b?\\{0,3}["']?(?P<v>[0-9a-z_-]{6,64})|(?P<w>wrkspc_[0-9a-z]{6,}|org-[0-9a-z]{20,})|arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:(?P<a>[0-9]{12}):)"#,
    )
});
static MAIL_NAME: LazyLock<[Arc<str>; 9]> = LazyLock::new(|| {
    ["user", "home", "host", "domain", "organisation", "email", "private-ip", "public-ip", "identity"].map(Arc::from)
});

fn compile(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("(?-u){pattern}")).ok()
}

/// A pattern did not compile, or there are too many names; nothing may be shown.
#[derive(Debug)]
pub(super) struct IdentitiesBroken;

/// Names to hide from one audience.
#[derive(Debug)]
pub(super) struct IdentitySet {
    pub(super) audience: Audience,
    names: Option<(AhoCorasick, Vec<usize>)>,
    forms: Vec<String>,
}

impl IdentitySet {
    /// The names that this audience may not see.
    pub(super) fn new(audience: Audience, identities: &[Identity]) -> Result<Self, IdentitiesBroken> {
        let mut patterns = Vec::new();
        let mut kinds = Vec::new();
        if audience != Audience::Internal {
            for identity in identities {
                let value = identity.value.expose().trim();
                let hidden = identity.kind != IdentityKind::Organisation || audience == Audience::Public;
                let common = COMMON.contains(&value.to_ascii_lowercase().as_str()) || value == "/root";
                if !hidden || common || value.len() < 3 || value.starts_with("127.") {
                    continue;
                }
                for form in
                    [value.to_owned(), value.replace('\\', "\\\\"), value.replace('\\', "/"), value.replace('/', "%2F")]
                {
                    if !patterns.contains(&form) {
                        patterns.push(form);
                        kinds.push(kind_index(identity.kind));
                    }
                }
            }
        }
        let names = if patterns.is_empty() {
            None
        } else {
            let automaton = AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::LeftmostLongest)
                .build(&patterns);
            Some((automaton.map_err(|_| IdentitiesBroken)?, kinds))
        };
        Ok(Self { audience, names, forms: patterns })
    }

    /// The forms of all names.
    pub(super) fn forms(&self) -> &[String] {
        &self.forms
    }

    /// Adds all names that stand in a text.
    pub(super) fn find(&self, text: &[u8], found: &mut Vec<Finding>) -> Result<(), IdentitiesBroken> {
        if self.audience == Audience::Internal {
            return Ok(());
        }
        let broken = || IdentitiesBroken;
        let mut push = |range: Range<usize>, kind: usize| found.push(named(text, range, kind));
        if let Some((automaton, kinds)) = &self.names {
            for hit in automaton.find_iter(text) {
                if is_whole(text, hit.range()) {
                    push(hit.range(), kinds[hit.pattern().as_usize()]);
                }
            }
        }
        mails(text, &mut push);
        if memchr::memmem::find(text, b"ome").is_some()
            || memchr::memmem::find_iter(text, b"sers").next().is_some()
            || memchr::memmem::find(text, b"SERS").is_some()
        {
            let home = HOME.as_ref().ok_or_else(broken)?;
            for captures in home.captures_iter(text) {
                if let (Some(whole), Some(user)) = (captures.get(0), captures.name("u"))
                    && is_home(text, whole.range(), user.as_bytes())
                {
                    // Of a project folder's name only the part that names the home goes.
                    let slug = if whole.as_bytes().starts_with(b"projects") {
                        whole.as_bytes().iter().position(|b| *b == b'-')
                    } else {
                        None
                    };
                    push(whole.start() + slug.unwrap_or(0)..whole.end(), 1);
                }
            }
        }
        if memchr::memchr(b'.', text).is_some() {
            self.hosts_and_addresses(text, &mut push)?;
        }
        if memchr::memchr(b':', text).is_some() {
            let address = PRIVATE_V6.as_ref().ok_or_else(broken)?;
            for colon in memchr::memchr_iter(b':', text).filter(|colon| begins_private_v6(text, *colon)) {
                let start = colon - 4;
                let window = &text[start..text.len().min(start + 80)];
                let Some(hit) = address.find(window).filter(|hit| hit.start() == 0) else { continue };
                let end = start + hit.end();
                let prefix = text.get(end) == Some(&b'/') && hit.as_bytes().ends_with(b"::");
                if is_whole(text, start..end) && !prefix && hit.len() > 6 && !followed_by_colon(text, end) {
                    push(start..end, 6);
                }
            }
        }
        if self.audience == Audience::Public {
            for captures in ORGANISATION.as_ref().ok_or_else(broken)?.captures_iter(text) {
                for name in ["v", "w", "a"] {
                    if let Some(hit) = captures.name(name).filter(|hit| hit.as_bytes().iter().any(u8::is_ascii_digit)) {
                        push(hit.range(), 4);
                    }
                }
            }
        }
        Ok(())
    }

    fn hosts_and_addresses(
        &self,
        text: &[u8],
        push: &mut dyn FnMut(Range<usize>, usize),
    ) -> Result<(), IdentitiesBroken> {
        let broken = || IdentitiesBroken;
        for hit in PRIVATE_V4.as_ref().ok_or_else(broken)?.find_iter(text) {
            if is_address(text, hit.range()) && hit.as_bytes() != b"169.254.169.254" {
                push(hit.range(), 6);
            }
        }
        if self.audience == Audience::Public {
            for hit in PUBLIC_V4.as_ref().ok_or_else(broken)?.find_iter(text) {
                let keeps = [&b"127."[..], b"0.0.0.0", b"160.79.10", b"169.254.169.254", b"255."]
                    .iter()
                    .any(|lead| hit.as_bytes().starts_with(lead));
                let version = hit.start() > 0
                    && matches!(text[hit.start() - 1], b'/' | b'v' | b'=' | b'@' | b'-' | b'_')
                    && !text[..hit.start()].ends_with(b"//");
                if is_address(text, hit.range()) && !keeps && !version {
                    push(hit.range(), 7);
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
                push(start..hit.end(), 2);
            }
        }
        Ok(())
    }
}

fn named(text: &[u8], range: Range<usize>, kind: usize) -> Finding {
    let rule = &MAIL_NAME[8];
    let value = &text[range.clone()];
    let mut finding = Finding::new(range, rule, &MAIL_NAME[kind], Rank::Identity);
    if kind == 1 {
        // One person's home has one number, however the path is written.
        let user = value.rsplit(|b| matches!(b, b'/' | b'\\' | b'%')).find(|part| !part.is_empty()).unwrap_or(value);
        let user = user.strip_prefix(b"-home-").or_else(|| user.strip_prefix(b"-Users-")).unwrap_or(user);
        finding.value = Some(Arc::from(format!("~{}", String::from_utf8_lossy(user).to_ascii_lowercase())));
    }
    finding
}

const fn kind_index(kind: IdentityKind) -> usize {
    match kind {
        IdentityKind::User => 0,
        IdentityKind::HomePath => 1,
        IdentityKind::HostName => 2,
        IdentityKind::Domain => 3,
        IdentityKind::Organisation => 4,
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

/// Whether four numbers are an address: each below 256, nothing numeric at either side, and not a whole block such as `10.0.0.0/8`.
fn is_address(text: &[u8], range: Range<usize>) -> bool {
    let hit = &text[range.clone()];
    let parts_fit = hit.split(|b| *b == b'.').all(|part| part.len() < 3 || part <= &b"255"[..]);
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let before_ok =
        before.is_none_or(|b| !(b.is_ascii_digit() || b == b'.' || b == b'v')) && (starts_token(text, range.start));
    let after = text.get(range.end);
    let after_ok = after.is_none_or(|b| !b.is_ascii_alphanumeric())
        && !(after == Some(&b'.') && text.get(range.end + 1).is_some_and(u8::is_ascii_digit));
    let block = hit.ends_with(b".0.0") && after == Some(&b'/');
    parts_fit && before_ok && after_ok && !block
}

/// Whether a path is a person's home.
fn is_home(text: &[u8], range: Range<usize>, user: &[u8]) -> bool {
    let first = text[range.start];
    // `https://site/users/42` and `/api/home/x` are no homes: a home begins a path.
    let before = range.start.checked_sub(1).map(|at| text[at]);
    let begins = before.is_none_or(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')))
        || starts_token(text, range.start);
    let shared =
        [&b"shared"[..], b"public", b"default", b"linuxbrew"].iter().any(|name| user.eq_ignore_ascii_case(name));
    let lead = &text[..range.start];
    let in_url = first == b'/' && lead.ends_with(b"/") && !lead.ends_with(b"file://") && !lead.ends_with(b"file:/");
    begins && !shared && !in_url
}

/// Adds mail addresses.
fn mails(text: &[u8], push: &mut dyn FnMut(Range<usize>, usize)) {
    for range in memchr::memchr_iter(b'@', text).filter_map(|at| mail_at(text, at)) {
        push(range, 5);
    }
}

/// The mail address of a person around an `@`.
pub(super) fn mail_at(text: &[u8], at: usize) -> Option<Range<usize>> {
    let local = text[..at]
        .iter()
        .rev()
        .take(64)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'_' | b'%' | b'+' | b'-'))
        .count();
    let domain =
        text[at + 1..].iter().take(128).take_while(|b| b.is_ascii_alphanumeric() || matches!(**b, b'.' | b'-')).count();
    let domain_text = text[at + 1..at + 1 + domain].trim_ascii_end();
    let domain_text = domain_text.strip_suffix(b".").unwrap_or(domain_text);
    let top = domain_text.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let is_name =
        domain_text.contains(&b'.') && (2..=24).contains(&top.len()) && top.iter().all(u8::is_ascii_alphabetic);
    let file = [&b"js"[..], b"ts", b"mjs", b"cjs", b"json", b"py", b"tgz", b"png"].contains(&top);
    if local == 0 || !is_name || file {
        return None;
    }
    let mut start = at - local;
    if start > 0 && text[start - 1] == b'\\' && b"nrt".contains(&text[start]) {
        start += 1;
    }
    let range = start..at + 1 + domain_text.len();
    let shown = String::from_utf8_lossy(&text[range.clone()]).to_ascii_lowercase();
    let service = SERVICE_MAIL.iter().any(|service| shown.ends_with(service) || shown.starts_with(service));
    (!service && start < at).then_some(range)
}
