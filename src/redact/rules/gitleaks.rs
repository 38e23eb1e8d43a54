//! Import of a gitleaks rule file: ids, keywords, expressions, entropy and allow-lists become rules of this program.
//!
//! The form is the one that gitleaks documents for `.gitleaks.toml`
//! (<https://github.com/gitleaks/gitleaks#configuration>), old names included.

use std::sync::Arc;

use regex::bytes::RegexBuilder;
use serde::Deserialize;

use super::exceptions::{AllowList, Exceptions, NEAR, Target};
use super::go_regex;
use super::literals;
use super::problems::{Lines, RuleProblem};
use super::user_file::{is_name, one_line};
use crate::redact::rule::{RuleText, compile};

#[derive(Deserialize, Default)]
#[serde(default)]
struct File {
    rules: Vec<Entry>,
    allowlist: Option<List>,
    allowlists: Vec<List>,
    extend: Option<Extend>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    id: String,
    description: String,
    regex: Option<String>,
    path: Option<String>,
    secret_group: u32,
    entropy: Option<f64>,
    keywords: Vec<String>,
    allowlist: Option<List>,
    allowlists: Vec<List>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default, rename_all = "camelCase")]
struct List {
    condition: String,
    regex_target: String,
    regexes: Vec<String>,
    #[serde(alias = "stopWords")]
    stopwords: Vec<String>,
    paths: Vec<String>,
    commits: Vec<String>,
    target_rules: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Extend {
    use_default: bool,
    path: Option<String>,
    url: Option<String>,
    disabled_rules: Vec<String>,
}

/// What an import does differently, each with its line; none of it keeps the file from being used.
pub(in crate::redact) type Notes = Vec<RuleProblem>;

/// The rules of a file. What cannot be translated is a problem; what has no meaning here is a note.
pub(in crate::redact) fn import(
    file: &str,
    text: &str,
    problems: &mut Vec<RuleProblem>,
    notes: &mut Notes,
) -> Vec<RuleText> {
    let parsed: File = match toml::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
            let message = one_line(error.message());
            problems.push(RuleProblem { file: file.to_owned(), line, message });
            return Vec::new();
        }
    };
    let mut import = Import { file, text, lines: Lines::of_toml(text), problems, notes };
    import.extension(parsed.extend.as_ref());
    let shared: Vec<Shared> =
        parsed.allowlist.iter().chain(&parsed.allowlists).filter_map(|list| import.shared_list(list)).collect();
    let mut rules: Vec<RuleText> = Vec::new();
    for (index, entry) in parsed.rules.iter().enumerate() {
        if let Some(rule) = import.rule(index, entry, &shared) {
            if rules.iter().any(|other| other.id == rule.id) {
                import.problem(index, "id", format!("rule `{}` is defined twice in this file", rule.id));
            }
            rules.push(rule);
        }
    }
    rules
}

/// An allow-list of all rules, or of those that it names.
struct Shared {
    rules: Vec<String>,
    list: AllowList,
}

struct Import<'a> {
    file: &'a str,
    text: &'a str,
    lines: Lines<'a>,
    problems: &'a mut Vec<RuleProblem>,
    notes: &'a mut Notes,
}

impl Import<'_> {
    fn problem(&mut self, index: usize, key: &str, message: impl Into<String>) {
        let line = self.lines.of_key(index, key);
        self.problems.push(RuleProblem { file: self.file.to_owned(), line, message: message.into() });
    }

    fn note(&mut self, line: usize, message: impl Into<String>) {
        self.notes.push(RuleProblem { file: self.file.to_owned(), line, message: message.into() });
    }

    fn extension(&mut self, extend: Option<&Extend>) {
        let Some(extend) = extend else { return };
        let line = self.text.lines().position(|line| line.trim() == "[extend]").map_or(1, |at| at + 1);
        if extend.use_default {
            self.note(line, "`useDefault` has no effect: the built-in rules always run, the defaults of gitleaks are not part of them");
        }
        if extend.path.is_some() || extend.url.is_some() {
            self.note(line, "`extend` is not followed: name the other file with --rules as well");
        }
        if !extend.disabled_rules.is_empty() {
            self.note(line, "`disabledRules` has no effect: built-in rules cannot be switched off");
        }
    }

    fn rule(&mut self, index: usize, entry: &Entry, shared: &[Shared]) -> Option<RuleText> {
        let line = self.lines.of_rule(index);
        if entry.id.trim().is_empty() || entry.id.len() > 80 || !entry.id.bytes().all(|b| b.is_ascii_graphic()) {
            self.problem(index, "id", "needs an id of at most 80 visible characters");
            return None;
        }
        let Some(regex) = &entry.regex else {
            self.note(
                line,
                format!("rule `{}` has no regex, only a path: it is left out, a text has no path", entry.id),
            );
            return None;
        };
        if entry.path.is_some() {
            self.note(line, format!("rule `{}`: its `path` is ignored, so it holds for every text", entry.id));
        }
        let (pattern, groups) = match go_regex::translate(regex) {
            Ok(translated) => translated,
            Err(why) => {
                self.problem(index, "regex", format!("rule `{}`: {why}", entry.id));
                return None;
            }
        };
        if entry.secret_group > groups {
            let message = format!("rule `{}`: the regex has no group {}", entry.id, entry.secret_group);
            self.problem(index, "secretGroup", message);
            return None;
        }
        let mut rule = RuleText {
            id: entry.id.clone(),
            kind: Some(placeholder_of(&entry.id)),
            description: if entry.description.is_empty() { entry.id.clone() } else { entry.description.clone() },
            source: "imported from a gitleaks rule file".to_owned(),
            family: Arc::from("gitleaks"),
            ..RuleText::default()
        };
        let near = self.match_with(index, entry, &pattern, groups, &mut rule)?;
        let wrong = match compile(&rule) {
            Ok(compiled) if compiled.regex.is_match(b"") => Some("the regex matches nothing at all".to_owned()),
            Ok(_) => None,
            Err(error) => Some(format!("the regex cannot be used: {}", one_line(&error.to_string()))),
        };
        if let Some(wrong) = wrong {
            self.problem(index, "regex", format!("rule `{}`: {wrong}", entry.id));
            return None;
        }
        let mut lists: Vec<AllowList> = entry
            .allowlist
            .iter()
            .chain(&entry.allowlists)
            .filter_map(|list| self.allow_list(line, &format!("rule `{}`", entry.id), list))
            .collect();
        let holds = |shared: &&Shared| shared.rules.is_empty() || shared.rules.contains(&entry.id);
        lists.extend(shared.iter().filter(holds).map(|shared| shared.list.clone()));
        rule.exceptions =
            Some(Arc::new(Exceptions { entropy: entry.entropy.filter(|least| *least > 0.0), lists, near }));
        Some(rule)
    }

    /// The expression with the groups named that hold the secret, and its anchors: literals that every match holds. Where it has none, a keyword of the
    /// rule must stand in the match or shortly before it: those are given.
    fn match_with(
        &mut self,
        index: usize,
        entry: &Entry,
        pattern: &str,
        groups: u32,
        rule: &mut RuleText,
    ) -> Option<Vec<String>> {
        let hir = literals::parse(pattern);
        let mut secret = match entry.secret_group {
            0 => hir.as_ref().map(literals::value_groups).unwrap_or_default(),
            group => vec![group],
        };
        // The expressions of gitleaks say themselves where a token may begin.
        rule.boundary = false;
        if let Some(found) = hir.and_then(|hir| literals::required(&hir)) {
            rule.pattern = go_regex::name_groups(pattern, &secret);
            rule.anchors = found.literals;
            rule.back = found.back.max(1);
            return Some(Vec::new());
        }
        let keywords: Vec<String> =
            entry.keywords.iter().filter(|word| word.len() > 1).map(|word| word.to_lowercase()).collect();
        if keywords.is_empty() {
            let message = format!(
                "rule `{}`: the regex has no literal of two characters that every match holds, and no keywords; add one to the regex",
                entry.id
            );
            self.problem(index, "regex", message);
            return None;
        }
        let line = self.lines.of_rule(index);
        self.note(
            line,
            format!(
                "rule `{}`: the regex has no literal of two characters, so it holds where one of its keywords stands in the match or up to {NEAR} bytes before it on the line",
                entry.id
            ),
        );
        let words = keywords.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|");
        secret.extend(secret.clone().iter().map(|group| group + groups));
        rule.pattern =
            go_regex::name_groups(&format!("(?:(?:{pattern})|(?i:{words})[^\\n]{{0,{NEAR}}}?(?:{pattern}))"), &secret);
        rule.anchors.clone_from(&keywords);
        rule.back = literals::FAR;
        Some(keywords)
    }

    fn shared_list(&mut self, list: &List) -> Option<Shared> {
        let line =
            self.text.lines().position(|line| line.trim_start().trim_start_matches('[').starts_with("allowlist"));
        let line = line.map_or(1, |at| at + 1);
        Some(Shared { rules: list.target_rules.clone(), list: self.allow_list(line, "all rules", list)? })
    }

    fn allow_list(&mut self, line: usize, whose: &str, list: &List) -> Option<AllowList> {
        let all = list.condition.eq_ignore_ascii_case("and");
        let outside = !list.paths.is_empty() || !list.commits.is_empty();
        if outside {
            let effect = if all { "so this allow-list never lets anything pass" } else { "that part is ignored" };
            self.note(
                line,
                format!("{whose}: the `paths` and `commits` of an allow-list have no meaning for a text; {effect}"),
            );
            if all {
                return None;
            }
        }
        let mut patterns = Vec::new();
        for regex in &list.regexes {
            let translated = go_regex::translate(regex).map(|(pattern, _)| pattern);
            let compiled = translated
                .ok()
                .and_then(|pattern| RegexBuilder::new(&format!("(?-u){pattern}")).size_limit(1 << 20).build().ok());
            match compiled {
                Some(compiled) => patterns.push(compiled),
                None => self.note(
                    line,
                    format!("{whose}: an expression of an allow-list cannot be used; it lets nothing pass"),
                ),
            }
        }
        if all && patterns.len() < list.regexes.len() {
            return None;
        }
        let target = match list.regex_target.as_str() {
            "match" => Target::Match,
            "line" => Target::Line,
            _ => Target::Value,
        };
        let stop_words =
            list.stopwords.iter().filter(|word| !word.is_empty()).map(|word| word.to_lowercase()).collect();
        Some(AllowList { all, target, patterns, stop_words })
    }
}

/// The id as the kind of a placeholder.
fn placeholder_of(id: &str) -> String {
    let mut kind = String::new();
    for c in id.chars() {
        if c.is_ascii_alphanumeric() {
            kind.push(c.to_ascii_lowercase());
        } else if !kind.ends_with('-') && !kind.is_empty() {
            kind.push('-');
        }
    }
    kind.truncate(48);
    let kind = kind.trim_end_matches('-').to_owned();
    if is_name(&kind) { kind } else { "imported-secret".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::rule::part_of;

    fn imported(text: &str) -> (Vec<RuleText>, Vec<String>, Vec<String>) {
        let (mut problems, mut notes) = (Vec::new(), Vec::new());
        let rules = import("g.toml", text, &mut problems, &mut notes);
        let shown = |list: Vec<RuleProblem>| list.iter().map(ToString::to_string).collect();
        (rules, shown(problems), shown(notes))
    }

    #[test]
    fn a_rule_brings_anchors_group_and_entropy() {
        let text = "title = \"x\"\n[[rules]]\nid = \"acme-key\"\nregex = '''(?i)\\b(acme_[a-z0-9]{12})(?:[\\x60'\"\\s;]|\\\\[nr]|$)'''\nkeywords = [\"acme_\"]\nentropy = 3\n";
        let (rules, problems, notes) = imported(text);
        assert!(problems.is_empty() && notes.is_empty(), "{problems:?} {notes:?}");
        assert_eq!(rules[0].anchors, ["acme_"]);
        assert!(rules[0].pattern.contains("(?P<v>acme_"), "{}", rules[0].pattern);
        assert_eq!(rules[0].exceptions.as_ref().unwrap().entropy, Some(3.0));
    }

    #[test]
    fn the_part_that_goes_is_what_the_groups_hold() {
        let forty = "0123456789abcdef".repeat(3)[..40].to_owned();
        for (rule, text, part) in [
            ("regex = '''sonar[_.-]?(login|token)=([a-z0-9]{40})'''", format!("sonar.login={forty}"), forty.clone()),
            ("regex = '''lob=((live|test)_[a-f0-9]{8})'''", "lob=test_0123abcd".to_owned(), "test_0123abcd".to_owned()),
            (
                "regex = '''svc_user=(\\w+) svc_pass=(\\w+)'''",
                "svc_user=dana svc_pass=x9".to_owned(),
                "dana svc_pass=x9".to_owned(),
            ),
            (
                "regex = '''svc_user=(\\w+) svc_pass=(\\w+)'''\nsecretGroup = 2",
                "svc_user=dana svc_pass=x9".to_owned(),
                "x9".to_owned(),
            ),
            (
                "regex = '''hooks/([a-z0-9]{4}-){3}x'''",
                "hooks/a1b2-a1b2-a1b2-x".to_owned(),
                "hooks/a1b2-a1b2-a1b2-x".to_owned(),
            ),
            ("regex = '''\\b([a-f0-9]{40})\\b'''\nkeywords = [\"Acme\"]", format!("ACME_KEY: {forty}"), forty.clone()),
            (
                "regex = '''\\b(am_[a-f0-9]{40}|[a-f0-9]{40})\\b'''\nkeywords = [\"am_\"]",
                format!("am_{forty}"),
                format!("am_{forty}"),
            ),
        ] {
            let (rules, problems, _) = imported(&format!("[[rules]]\nid = \"acme-key\"\n{rule}\n"));
            assert!(problems.is_empty(), "{problems:?}");
            let compiled = compile(&rules[0]).unwrap();
            let captures = compiled.regex.captures(text.as_bytes()).unwrap();
            assert_eq!(&text[part_of(&captures, &compiled.parts).unwrap()], part, "{rule}");
        }
        let (rules, _, notes) =
            imported("[[rules]]\nid = \"acme-key\"\nregex = '''[a-f0-9]{40}'''\nkeywords = [\"acme\"]\n");
        let passes = |text: &str| {
            let at = text.len() - 40..text.len();
            rules[0].exceptions.as_ref().unwrap().let_pass(text.as_bytes(), &at, &at)
        };
        assert!(passes(&format!("acme\ncommit {forty}")) && !passes(&format!("Acme key {forty}")));
        assert!(notes[0].contains("keywords"), "{notes:?}");
    }

    #[test]
    fn what_cannot_be_used_is_a_problem_with_its_line() {
        let text =
            "[[rules]]\nid = \"a-b-c\"\nregex = '''[0-9a-f]{32}'''\n\n[[rules]]\nid = \"two\"\nregex = '''two_(['''\n";
        let (rules, problems, _) = imported(text);
        assert!(rules.is_empty());
        assert!(problems[0].starts_with("g.toml:3: rule `a-b-c`: the regex has no literal"), "{problems:?}");
        assert!(problems[1].starts_with("g.toml:7: rule `two`"), "{problems:?}");
        assert!(imported("rules = 3").1[0].starts_with("g.toml:1"));
    }

    #[test]
    fn what_has_no_meaning_here_is_a_note() {
        let text = "[extend]\nuseDefault = true\n[[rules]]\nid = \"only-path\"\npath = '''x\\.pem'''\n[[rules]]\nid = \"acme\"\nregex = '''acme_[a-z]{9}'''\n[[rules.allowlists]]\npaths = ['''test/.*''']\nstopwords = [\"sample\"]\n";
        let (rules, problems, notes) = imported(text);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(rules.len(), 1);
        assert_eq!(rules[0].exceptions.as_ref().unwrap().lists[0].stop_words, ["sample"]);
        assert!(notes.iter().any(|note| note.starts_with("g.toml:1: `useDefault`")), "{notes:?}");
        assert!(notes.iter().any(|note| note.starts_with("g.toml:3: rule `only-path`")), "{notes:?}");
        assert!(notes.iter().any(|note| note.contains("`paths` and `commits`")), "{notes:?}");
    }
}
