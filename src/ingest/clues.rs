//! What an input tells of the client and its surroundings: versions, URLs, proxies, commands, exit codes, folders.

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Input};

use super::clue_words::{ABOUT_CLAUDE, AGENTS, EXITS, MARKERS, MODELS, OTHERS, RELAYS, RUNTIMES, SURFACES, names_base};
use super::draft::Draft;
use super::text::Doc;
use super::{python_log, secrets, words};
use crate::model::client::{Runtime, Sdk};
use crate::model::clues::{Clues, Seen};
use crate::model::vocabulary::{InputFormat, Language, Surface};
use crate::model::{Collected, Evidence, OrText, Provenance, Raw, SafeShape, Sensitive};

/// Most clues of one kind that are kept.
const LIMIT: usize = 40;

/// Clues and secrets of one input.
pub(super) struct Read {
    pub(super) clues: Clues,
    pub(super) sensitive: Sensitive,
}

static MARKED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(MARKERS).ok());

struct Reader<'a> {
    label: &'a Raw<String>,
    seen: HashSet<(u8, String)>,
    counts: [usize; 16],
    clues: Clues,
    sensitive: Sensitive,
    har: bool,
}

/// Reads the clues of a document.
pub(super) fn read(doc: &Doc<'_>, label: &Raw<String>, har: bool, drafts: &[Draft]) -> Read {
    let mut reader = Reader {
        label,
        seen: HashSet::new(),
        counts: [0; 16],
        clues: Clues::default(),
        sensitive: Sensitive::default(),
        har,
    };
    for (from, to) in ranges(doc, drafts) {
        let mut at = from;
        while let Some(markers) = MARKED.as_ref().filter(|_| at < to) {
            let span = doc.start(at)..doc.start(to);
            let Some(hit) = markers.find(Input::new(doc.text()).range(span)) else { break };
            let line = doc.line_at(hit.start()).max(at);
            let text = doc.clean(line);
            reader.line(&text, doc.number(line));
            at = line + 1;
        }
    }
    reader.clues.about_claude = words::has_any(doc.text(), ABOUT_CLAUDE);
    reader.clues.about_others = !reader.clues.about_claude && speaks_of(doc, OTHERS).unwrap_or(false);
    reader.clues.about_models =
        reader.clues.about_claude || reader.clues.about_others || speaks_of(doc, MODELS).unwrap_or(true);
    Read { clues: reader.clues, sensitive: reader.sensitive }
}

/// Whether an input holds any of these words; of a long one it is not looked for.
fn speaks_of(doc: &Doc<'_>, names: &[&str]) -> Option<bool> {
    const SHORT: usize = 64 * 1024;
    let text = Some(doc.text()).filter(|text| text.len() <= SHORT)?.to_ascii_lowercase();
    Some(names.iter().any(|name| text.contains(name)))
}

/// Lines that are read for clues, in order and without overlap: all of a usual input; of a very long one the head, the tail, and what
/// stands around the last failures, which is where excerpts come from.
fn ranges(doc: &Doc<'_>, drafts: &[Draft]) -> Vec<(usize, usize)> {
    const WHOLE: usize = 40_000;
    const HEAD: usize = 5_000;
    const TAIL: usize = 15_000;
    let end = doc.len();
    if end <= WHOLE {
        return vec![(0, end)];
    }
    let around = |draft: &Draft| (draft.first.saturating_sub(300), (draft.last + 100).min(end));
    let mut wanted: Vec<(usize, usize)> = drafts.iter().rev().take(12).map(around).collect();
    wanted.extend([(0, HEAD), (end - TAIL, end)]);
    wanted.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in wanted {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

impl Reader<'_> {
    /// Whether a value of a kind is new, and wanted.
    fn new_one(&mut self, kind: u8, value: &str) -> bool {
        let count = &mut self.counts[usize::from(kind)];
        if *count >= LIMIT || value.is_empty() || value.len() > 2048 || self.seen.contains(&(kind, value.to_owned())) {
            return false;
        }
        *count += 1;
        self.seen.insert((kind, value.to_owned()))
    }

    fn place(&self, line: u64) -> Provenance<Collected> {
        Provenance::input(self.label.clone(), line)
    }

    fn line(&mut self, text: &str, line: u64) {
        self.surfaces(text, line);
        self.versions(text, line);
        self.runtimes(text);
        self.addresses(text, line);
        self.commands(text, line);
        self.folders(text, line);
        for value in secrets::of_line(text, self.label) {
            if self.new_one(10, value.value.expose()) {
                self.sensitive.values.push(value);
            }
        }
    }

    fn surfaces(&mut self, text: &str, line: u64) {
        for (surface, markers) in SURFACES {
            if words::has_any(text, markers) && self.new_one(0, surface.word()) {
                let place = self.place(line);
                self.clues.surfaces.push(Seen::new(*surface, place));
            }
        }
    }

    fn sdk(&mut self, language: Language, package: &str, version: &str, source: &str, line: u64) {
        let version =
            words::run(version, |b| b.is_ascii_alphanumeric() || b".-+".contains(&b)).trim_end_matches(['.', '-']);
        if crate::model::safe::Version::parse(version).is_none()
            || !self.new_one(1, &format!("{package} {version} {source}"))
        {
            return;
        }
        self.clues.sdks.push(Sdk {
            language,
            package: Raw::text(package),
            version: Evidence::captured(OrText::parse(version), self.place(line)),
            source: Raw::text(source),
            installed: true,
        });
    }

    fn versions(&mut self, text: &str, line: u64) {
        for (marker, language, package) in AGENTS {
            if let Some(version) = words::after(text, marker) {
                self.sdk(*language, package, version, "user-agent", line);
            }
        }
        if let Some(version) = words::after(text, "/anthropic-").filter(|rest| rest.contains(".dist-info")) {
            self.sdk(
                Language::Python,
                "anthropic",
                version.split(".dist-info").next().unwrap_or_default(),
                "dist-info path",
                line,
            );
        }
        for (marker, language, package, source) in [
            ("anthropic==", Language::Python, "anthropic", "requirement"),
            ("@anthropic-ai/sdk@", Language::Typescript, "@anthropic-ai/sdk", "package path"),
            ("anthropic-sdk-go@v", Language::Go, "github.com/anthropics/anthropic-sdk-go", "module path"),
            ("anthropic-java-", Language::Java, "com.anthropic:anthropic-java", "jar path"),
        ] {
            if let Some(version) = words::after(text, marker) {
                self.sdk(language, package, version, source, line);
            }
        }
        if let Some(version) = words::after(text, "x-stainless-package-version")
            .or_else(|| words::after(text, "X-Stainless-Package-Version"))
        {
            let version = version.trim_start_matches(['\'', '"', ':', ' ', '=']);
            // Claude Code carries an SDK of its own; the header names that one.
            let claude = self.clues.surfaces.iter().any(|seen| seen.value == Surface::ClaudeCode);
            let python = self.clues.surfaces.iter().any(|seen| seen.value == Surface::PythonSdk);
            if !claude {
                let (language, package) =
                    if python { (Language::Python, "anthropic") } else { (Language::Typescript, "@anthropic-ai/sdk") };
                self.sdk(language, package, version, "x-stainless-package-version", line);
            }
        }
        self.claude_version(text, line);
    }

    fn claude_version(&mut self, text: &str, line: u64) {
        let labelled = [
            "Claude Code v",
            "claude-cli/",
            "\"claude_code_version\":\"",
            "Claude Code version: ",
            "Claude Code Version v",
            "Claude Code CLI version: ",
            "Claude CLI version: ",
            "claude-code@",
            "Claude Code version:** ",
            "Claude Code version: `",
            "Claude CLI version: `",
        ];
        let labelled = labelled.iter().find_map(|label| words::after(text, label));
        let trailing = text.find(" (Claude Code)").map(|end| text[..end].rsplit([' ', '`']).next().unwrap_or_default());
        let row = words::between(text, "\"version\":\"", "\"").filter(|_| text.contains("\"sessionId\""));
        let bare = words::after(text, "Claude Code ").filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        // The footer of its bug reports: `- Platform: ... - Terminal: ... - Version: ...`.
        let footer = ["- Version: ", "/ Version: "].iter().find_map(|label| words::after(text, label));
        let Some(version) = labelled.or(trailing).or(row).or(bare).or(footer) else { return };
        let version = words::run(version.trim_start_matches(['`', 'v', ' ']), |b| {
            b.is_ascii_alphanumeric() || b".-".contains(&b)
        })
        .trim_end_matches('.');
        if crate::model::safe::Version::parse(version).is_some() && version.contains('.') && self.new_one(2, version) {
            let place = self.place(line);
            self.clues.claude_code.push(Seen::new(OrText::parse(version), place));
        }
    }

    fn runtimes(&mut self, text: &str) {
        for (marker, name, source) in RUNTIMES {
            let Some(rest) = words::after(text, marker) else { continue };
            let version =
                words::run(rest.trim_start_matches(['\'', '"', ':', ' ', 'v']), |b| b.is_ascii_digit() || b == b'.')
                    .trim_matches('.');
            let named =
                if *source == "x-stainless-runtime-version" && version.starts_with("3.") { "CPython" } else { name };
            let real = version.contains('.')
                && (*name != "CPython" || version.starts_with("3."))
                && (*name != "Go" || version.starts_with("1."));
            if real && self.new_one(3, &format!("{named} {version} {source}")) {
                self.clues.runtimes.push(Runtime {
                    name: named,
                    version: OrText::parse(version),
                    source: Raw::text(*source),
                });
            }
        }
    }

    fn addresses(&mut self, text: &str, line: u64) {
        for (at, _) in text.match_indices("://").take(20) {
            let scheme = text[..at]
                .rfind(|c: char| !c.is_ascii_alphanumeric())
                .map_or(0, |n| n + text[n..].chars().next().map_or(1, char::len_utf8));
            let url = words::run(&text[scheme..], |b| b.is_ascii_graphic() && !b"\"'`<>()[]{},|\\".contains(&b))
                .trim_end_matches(['.', ':', ';']);
            let before = &text[..scheme];
            let proxy = words::has_any(
                before.get(before.len().saturating_sub(24)..).unwrap_or_default(),
                &["roxy=", "ROXY=", "roxy ", "ROXY", "roxy: ", "--proxy "],
            ) || url.starts_with("socks");
            if proxy && self.new_one(5, url) {
                let place = self.place(line);
                self.clues.proxies.push(Seen::new(Raw::text(url), place));
            } else if !proxy
                && url.starts_with("http")
                && (python_log::is_api(url)
                    || url.contains("://api.anthropic.com")
                    || url.contains("claude.ai/api/")
                    || url.trim_end_matches('/').ends_with("/anthropic")
                    || names_base(before))
                && self.new_one(4, url)
            {
                let place = self.place(line);
                self.clues.urls.push(Seen::new(Raw::text(url), place));
            }
        }
        self.hosts(text, line);
    }

    /// Gateways, proxies without a scheme, and platforms.
    fn hosts(&mut self, text: &str, line: u64) {
        if let Some(host) = words::between(text, "check your inference gateway (", ")")
            && self.new_one(6, host)
        {
            let place = self.place(line);
            self.clues.gateways.push(Seen::new(Raw::text(host), place));
        }
        if let Some(relay) = RELAYS.iter().find(|relay| text.contains(**relay))
            && self.new_one(6, relay)
        {
            let place = self.place(line);
            self.clues.gateways.push(Seen::new(Raw::text(*relay), place));
        }
        let bare = ["HTTPS_PROXY=", "HTTP_PROXY=", "https_proxy=", "http_proxy=", "ALL_PROXY=", "all_proxy="]
            .iter()
            .find_map(|name| words::after(text, name));
        if let Some(value) = bare
            .map(|rest| {
                words::run(rest.trim_start_matches(['"', '\'']), |b| {
                    b.is_ascii_alphanumeric() || b".:-@_%".contains(&b)
                })
            })
            .filter(|value| value.contains(':') && !value.ends_with(':'))
            && self.new_one(5, value)
        {
            let place = self.place(line);
            self.clues.proxies.push(Seen::new(Raw::text(value), place));
        }
        let platform = [
            "Platform: ",
            "Operating System: ",
            "Operating System:** ",
            "x-stainless-os': '",
            "X-Stainless-OS: ",
            "OS: ",
        ]
        .iter()
        .find_map(|label| words::after(text, label));
        if let Some(value) = platform
            .map(|rest| rest.split(['\'', '"', ',']).next().unwrap_or(rest).trim())
            .filter(|value| value.len() < 120)
            && self.new_one(7, value)
        {
            let place = self.place(line);
            self.clues.platforms.push(Seen::new(Raw::text(value), place));
        }
    }

    fn commands(&mut self, text: &str, line: u64) {
        if self.har {
            return;
        }
        let trimmed = text.trim_start().trim_start_matches(['+', ' ']);
        let shell =
            ["$ ", "❯ ", "% ", "PS> ", "##[group]Run ", "Run "].iter().find_map(|prompt| trimmed.strip_prefix(prompt));
        let bare = ["curl ", "claude -p", "claude --", "ANTHROPIC_", "HTTPS_PROXY=", "claude \""]
            .iter()
            .any(|start| trimmed.starts_with(start))
            && !trimmed.starts_with("curl: (");
        let command = shell
            .filter(|rest| {
                words::has_any(
                    rest,
                    &[
                        "claude", "curl", "python", "node ", "npm ", "npx ", "pytest", "go run", "java ", "bun ",
                        "deno ", "uv run",
                    ],
                )
            })
            .or(bare.then_some(trimmed));
        if let Some(command) =
            command.map(str::trim).filter(|command| command.len() < 2000 && (command.contains(' ') || shell.is_some()))
            && self.new_one(8, command)
        {
            let place = self.place(line);
            self.clues.commands.push(Seen::new(Raw::text(command), place));
        }
        let code = EXITS.iter().find_map(|label| words::after(text, label)).and_then(|rest| {
            rest.strip_prefix('-').map_or_else(
                || words::small(rest).and_then(|n| i32::try_from(n).ok()),
                |rest| words::small(rest).and_then(|n| i32::try_from(n).ok()).map(|n| -n),
            )
        });
        if let Some(code) = code.filter(|_| self.counts[9] < LIMIT) {
            self.counts[9] += 1;
            let place = self.place(line);
            self.clues.exit_codes.push(Seen::new(code, place));
        }
    }

    fn folders(&mut self, text: &str, line: u64) {
        for marker in
            ["/.venv/", "/venv/", "/node_modules/", "\\.venv\\", "\\venv\\", "\\node_modules\\", "/site-packages/"]
        {
            let Some(end) = text.find(marker) else { continue };
            let end = if marker.contains("venv") { end + marker.len() - 1 } else { end };
            let start = text[..end].rfind(['"', '(', '\'', ' ', '=']).map_or(0, |at| at + 1);
            let path = text[start..end].trim_start_matches("file://");
            let absolute = path.starts_with('/') || path.get(1..3) == Some(":\\");
            if absolute && self.new_one(11, path) {
                let place = self.place(line);
                self.clues.folders.push(Seen::new(Raw::text(path), place));
            }
            return;
        }
    }
}

/// Names the client of failures that do not name it themselves, where the whole input names exactly one.
pub(super) fn name_surface(drafts: &mut [Draft], read: &mut Read, label: &Raw<String>) {
    let mut named: Vec<Surface> = read.clues.surfaces.iter().map(|seen| seen.value).collect();
    named.dedup();
    let only = (named.len() == 1).then(|| named[0]).filter(|surface| *surface != Surface::Curl);
    for draft in drafts.iter_mut() {
        draft.surface = draft.surface.or(only);
        let Some(surface) = draft.surface.filter(|surface| !named.contains(surface)) else { continue };
        named.push(surface);
        read.clues.surfaces.push(Seen::new(surface, Provenance::input(label.clone(), draft.deciding as u64 + 1)));
    }
}

/// The form of an input that shows no failure.
pub(super) fn format(doc: &Doc<'_>) -> InputFormat {
    let first = (0..doc.len().min(20)).map(|at| doc.clean(at)).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let row = serde_json::from_str::<serde_json::Value>(words::cut(&first, 1 << 20)).ok();
    match row {
        Some(row) if row.is_object() => super::claude_json::format(&row).unwrap_or(InputFormat::Json),
        _ if first.trim() == "{" => InputFormat::Json,
        _ if first.starts_with("event:") => InputFormat::ServerSentEvents,
        _ if first.starts_with("* ") => InputFormat::CurlVerbose,
        _ => InputFormat::PlainText,
    }
}
