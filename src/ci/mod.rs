//! The words of CI vendors: how each takes groups, annotations, masks, outputs and summaries. The vendors are data.
//!
//! Whatever is put into these words is clean already; here it is made harmless for the vendor's own reader as well, so that
//! captured text can neither end a command early nor begin one.

mod escape;
mod snippets;

use std::sync::OnceLock;

use serde::Deserialize;

use escape::Escape;
pub use snippets::{SNIPPETS, Snippet};

/// The folder that packets go to in a CI job, for the step that keeps them.
pub const FOLDER: &str = "evpack-out";

/// One vendor's words. In each, names in braces are replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vendor {
    /// Its name, as collection tells it.
    pub name: String,
    escape: Escape,
    group: String,
    end_group: String,
    annotation: String,
    mask: String,
    output: String,
    artifact: String,
    /// The variable that names the file for outputs; where there is none, the file of [`FOLDER`] is used.
    pub outputs_file: Option<String>,
    /// The variable that names the file for a summary.
    pub summary_file: Option<String>,
    /// Bytes that the summary of one step may have.
    pub summary_limit: usize,
}

/// What is told of a packet.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// One line for the annotation's title.
    pub title: String,
    /// One line for the annotation.
    pub message: String,
    /// Lines for the log.
    pub text: String,
    /// Markdown for the summary.
    pub summary: String,
    /// Names and values for later steps.
    pub outputs: Vec<(&'static str, String)>,
    /// Where the packet is, if it is a file.
    pub path: Option<String>,
}

/// What a vendor gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// For the log.
    pub log: String,
    /// For the file of outputs.
    pub outputs: String,
    /// For the summary.
    pub summary: String,
}

/// All vendors.
pub fn vendors() -> &'static [Vendor] {
    static VENDORS: OnceLock<Vec<Vendor>> = OnceLock::new();
    VENDORS.get_or_init(|| crate::data::read(data!("ci/vendors")).unwrap_or_default())
}

impl Vendor {
    /// The vendor of that name; one that is not known gets plain lines.
    #[must_use]
    pub fn named(name: &str) -> Self {
        let known = vendors().iter().find(|vendor| vendor.name == name);
        known.cloned().unwrap_or_else(|| Self { name: name.to_owned(), ..Self::default() })
    }

    /// The line that makes the vendor hide a value from its log; empty where it has no such word.
    #[must_use]
    pub fn mask(&self, value: &str) -> String {
        let fits = !self.mask.is_empty() && value.chars().count() >= 6 && !value.contains(['\n', '\r']);
        if fits { format!("{}\n", self.fill(&self.mask, &[("value", value)])) } else { String::new() }
    }

    /// All that is said of a packet.
    #[must_use]
    pub fn words(&self, told: &Told) -> Words {
        let mut log = String::new();
        let mut line = |pattern: &str, names: &[(&str, &str)]| {
            if !pattern.is_empty() {
                log.push_str(&self.fill(pattern, names));
                log.push('\n');
            }
        };
        line(&self.group, &[("title", "evpack")]);
        for text in told.text.lines() {
            line("{text}", &[("text", &escape::harmless(text))]);
        }
        line(&self.end_group, &[("title", "evpack")]);
        line(&self.annotation, &[("title", &told.title), ("message", &told.message)]);
        for (name, value) in &told.outputs {
            line(&self.output, &[("name", name), ("value", value)]);
        }
        if let Some(path) = &told.path {
            line(&self.artifact, &[("path", path)]);
        }
        let pair = |(name, value): &(&str, String)| format!("{name}={}\n", escape::one_line(value));
        let outputs = told.outputs.iter().map(pair).collect();
        Words { log, outputs, summary: cut(&told.summary, self.summary_limit) }
    }

    fn fill(&self, pattern: &str, names: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let Some((name, behind)) = after.split_once('}') else { break };
            let value = names.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
            // Lines for the log were made harmless as a whole.
            out.push_str(&if name == "text" { value.to_owned() } else { self.escape.apply(value, name == "title") });
            rest = behind;
        }
        out.push_str(rest);
        out
    }
}

/// The text within the limit, cut at a line.
fn cut(text: &str, limit: usize) -> String {
    const MORE: &str = "\nThe rest is in the packet.\n";
    if limit == 0 || text.len() <= limit {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(limit.saturating_sub(MORE.len()));
    let end = text[..end].rfind('\n').unwrap_or(end);
    format!("{}{MORE}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(captured: &str) -> Told {
        Told {
            title: captured.to_owned(),
            message: captured.to_owned(),
            text: captured.to_owned(),
            summary: captured.to_owned(),
            outputs: vec![("branch", captured.to_owned())],
            path: Some(captured.to_owned()),
        }
    }

    #[test]
    fn every_vendor_is_known_to_collection_and_has_whole_words() {
        assert_eq!(vendors().len(), 10);
        for vendor in vendors() {
            for pattern in [&vendor.group, &vendor.annotation, &vendor.mask, &vendor.output, &vendor.artifact] {
                assert_eq!(pattern.matches('{').count(), pattern.matches('}').count(), "{pattern}");
            }
        }
    }

    #[test]
    fn captured_text_begins_and_ends_no_command() {
        let hostile = "x\n::set-output name=a::b\r##vso[task.complete result=Failed]\n##teamcity[buildStop]'|]\n\u{1b}[0Ksection_end:1:a";
        for vendor in vendors().iter().cloned().chain([Vendor::named("other")]) {
            let words = vendor.words(&told(hostile));
            for line in words.log.lines() {
                let own = [&vendor.annotation, &vendor.output, &vendor.artifact, &vendor.group, &vendor.end_group]
                    .iter()
                    .any(|own| !own.is_empty() && line.starts_with(own.split('{').next().unwrap_or_default()));
                let body = if own { &line[1..] } else { line };
                let commands = ["##vso[", "##teamcity[", "##["];
                assert!(!line.contains("\u{1b}[0Ksection_end:1"), "{}: {line:?}", vendor.name);
                let starts = commands.iter().map(|command| body.matches(command).count()).sum::<usize>();
                let allowed = usize::from(own && commands.iter().any(|c| line.starts_with(c)) && body.contains("##"));
                assert!(starts <= allowed, "{}: {line}", vendor.name);
                assert!(own || !line.trim_start().starts_with("::"), "{}: {line}", vendor.name);
                assert!(!line.contains('\r') || line.contains("section_"), "{}: {line:?}", vendor.name);
            }
            assert_eq!(words.outputs.lines().count(), 1, "{}", vendor.name);
        }
    }

    #[test]
    fn a_summary_stays_below_the_limit() {
        let github = Vendor::named("github-actions");
        let words = github.words(&told(&"line of text\n".repeat(200_000)));
        assert!(words.summary.len() <= github.summary_limit && words.summary.ends_with("packet.\n"));
    }

    #[test]
    fn masks_are_for_whole_single_line_values() {
        let github = Vendor::named("github-actions");
        assert_eq!(github.mask("abcdef-1"), "::add-mask::abcdef-1\n");
        // What stands behind the command is decoded for `%`, line breaks and nothing else.
        assert_eq!(github.mask("user:pa,ss%1"), "::add-mask::user:pa,ss%251\n");
        assert_eq!(github.mask("ab"), "");
        assert_eq!(Vendor::named("jenkins").mask("abcdef-1"), "");
    }
}
