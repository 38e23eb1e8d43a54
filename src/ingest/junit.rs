//! JUnit XML reports of test runs: what failed tests printed becomes a text, with the lines of the report, and is read as any other.

use roxmltree::{Document, Node, ParsingOptions};

use super::text::Doc;

/// Most nodes of a report that is read.
const MOST_NODES: u32 = 1_000_000;
/// Most bytes of what tests printed that are taken.
const MOST_TEXT: usize = 16 << 20;
/// Elements that hold a failure; Maven writes one for each rerun as well.
const FAILURES: &[&str] = &["failure", "error", "rerunFailure", "rerunError", "flakyFailure", "flakyError"];
/// Elements that hold what was printed before it.
const PRINTED: &[&str] = &["system-out", "system-err"];

/// Whether the text is a JUnit report.
pub(super) fn is_report(text: &str) -> bool {
    let start = super::words::cut(text.trim_start(), 4096);
    start.starts_with('<') && (start.contains("<testsuites") || start.contains("<testsuite"))
}

/// What the failed tests of a report printed; `None` where it does not parse. There are no entities but XML's own: a
/// document type is refused.
pub(super) fn read(doc: &Doc<'_>) -> Option<Doc<'static>> {
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let report = Document::parse_with_options(doc.text(), options).ok()?;
    let mut out = Lines::default();
    for case in report.descendants().filter(|node| failures(*node).next().is_some()) {
        for node in case.children().filter(|node| PRINTED.contains(&node.tag_name().name())) {
            out.add(&report, node, &all_text(node));
        }
        for node in failures(case) {
            let text = all_text(node);
            // Most writers repeat the message in the text; where they do not, it is all there is.
            let message = node.attribute("message").unwrap_or_default();
            let first: String = message.chars().take(40).collect();
            if !first.is_empty() && !text.contains(&first) {
                out.add(&report, node, message);
            }
            out.add(&report, node, &text);
        }
    }
    Some(Doc::of_lines(out.text, out.numbers))
}

fn failures<'a, 'i>(case: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    case.children().filter(|node| FAILURES.contains(&node.tag_name().name()))
}

fn all_text(node: Node<'_, '_>) -> String {
    node.descendants().filter(roxmltree::Node::is_text).filter_map(|inner| inner.text()).collect()
}

/// Text, and the line of the report that each of its lines comes from.
#[derive(Default)]
struct Lines {
    text: String,
    numbers: Vec<u32>,
}

impl Lines {
    fn add(&mut self, report: &Document<'_>, node: Node<'_, '_>, text: &str) {
        let first = report.text_pos_at(node.range().start).row.saturating_sub(1);
        for (after, line) in text.lines().enumerate() {
            if self.text.len() + line.len() > MOST_TEXT {
                return;
            }
            self.text.push_str(line);
            self.text.push('\n');
            self.numbers.push(first.saturating_add(u32::try_from(after).unwrap_or(u32::MAX)));
        }
    }
}
