//! What is wrong with a file of rules, and on which line.

use std::fmt;

/// One thing that is wrong with a file of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleProblem {
    /// The file.
    pub file: String,
    /// The line, counted from 1; 0 where it is not known.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for RuleProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// The lines on which the rules of a file and their keys stand.
pub(super) struct Lines<'t> {
    lines: Vec<&'t str>,
    /// First line of each rule, counted from 0.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Rules of YAML begin with a dash at the indentation of the first dash of the list.
    pub(super) fn of_yaml(text: &'t str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let is_item = |line: &str| line.trim_start().starts_with("- ") || line.trim() == "-";
        let indent = |line: &str| line.len() - line.trim_start().len();
        let first = lines.iter().find(|line| is_item(line)).map_or(0, |line| indent(line));
        let item = |line: &&str| is_item(line) && indent(line) == first;
        let end = lines.iter().position(|line| line.trim_end() == "---").filter(|at| *at > 0).unwrap_or(lines.len());
        let starts = (0..end).filter(|index| item(&lines[*index])).collect();
        Self { lines, starts }
    }

    /// Rules of TOML begin with `[[rules]]`.
    pub(super) fn of_toml(text: &'t str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let starts = (0..lines.len()).filter(|index| lines[*index].trim() == "[[rules]]").collect();
        Self { lines, starts }
    }

    /// The line of a rule, counted from 1.
    pub(super) fn of_rule(&self, index: usize) -> usize {
        self.starts.get(index).map_or(1, |line| line + 1)
    }

    /// The line of a key of a rule, or the rule's where the key is not seen.
    pub(super) fn of_key(&self, index: usize, key: &str) -> usize {
        let Some(&start) = self.starts.get(index) else { return 1 };
        let end = self.starts.get(index + 1).copied().unwrap_or(self.lines.len());
        let names = |line: &&str| {
            let rest = line.trim_start_matches([' ', '-', '\t', '"', '\'']);
            rest.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with([':', '=']))
        };
        self.lines[start..end].iter().position(names).map_or(start + 1, |at| start + at + 1)
    }

    /// Whether a second document has a block of examples under this id.
    pub(super) fn has_example_block(&self, id: &str) -> bool {
        let begins = |line: &&str| line.strip_prefix(id).is_some_and(|rest| rest.starts_with(':'));
        self.lines.iter().any(begins)
    }

    /// The line of an item under a key, in block style; the key's line otherwise.
    pub(super) fn of_item(&self, index: usize, key: &str, item: usize) -> usize {
        let line = self.of_key(index, key);
        let dash = |line: &&str| line.trim_start().starts_with('-');
        let end = self.starts.get(index + 1).copied().unwrap_or(self.lines.len());
        match self.lines.get(line + item) {
            Some(_) if line + item < end && self.lines[line..=line + item].iter().all(dash) => line + item + 1,
            _ => line,
        }
    }
}
