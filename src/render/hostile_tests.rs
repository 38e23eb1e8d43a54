//! Whole packets whose every captured text is hostile: the Markdown keeps its form, and nothing acts.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::sample::{self, shown};
use super::*;
use crate::archive::block;

const HOSTILE: &[&str] = &[
    "</td></table><script>alert(1)</script> <img src=x onerror=y>",
    "```\n# heading\n~~~\n| a | b |\n|---|---|\n````` x",
    "`` ` ``` a\\|b \\` | |",
    "[click](https://evil.example) ![x](y) https://evil.example www.evil.example a@evil.example",
    "@octocat #1 evil/repo#2 evil.com/x a.evil.zip GH-3 :smile: $x$ $$y$$",
    "- item\n1. item\n> quote\n---\n[x]: https://evil.example\n[^1]: note\n[!WARNING]",
    "\u{1b}]8;;https://evil.example\u{7}x\u{1b}[31m \u{202e}gpj \u{200b}\u{feff}\u{2028}\u{9b}2J",
    "{{ verdict }} {% include 'packet.md.j2' %} {# x #}",
    "**bold** __bold__ ~~gone~~ ==mark== H~2~O <!-- x -->",
    "",
    " ",
    "\\",
    "*",
];

/// The HTML around the block of data, as the parser tells it.
const OWN_HTML: &[&str] = &["HtmlBlock", block::MARK, "<details>", "<summary>Data of this packet", "</details>"];

/// What the templates themselves write.
const ALLOWED: &[&str] =
    &["Paragraph", "Heading", "Strong", "List", "Item", "Table", "TableHead", "TableRow", "TableCell", "code block"];

/// The words of a packet, without the block of data behind them, which no hostile text may leave.
fn words(markdown: &str) -> &str {
    let (words, block) = markdown.split_once(block::MARK).unwrap();
    assert!(!block.contains(block::MARK), "{markdown}");
    let elements = read(&format!("{}{block}", block::MARK)).1;
    let own = |element: &String| element == "code block" || OWN_HTML.iter().any(|html| element.contains(html));
    assert!(elements.iter().all(own), "{elements:?}");
    assert_eq!(elements.iter().filter(|element| *element == "code block").count(), 1, "{elements:?}");
    words
}

/// What is outside code, and the names of all elements in order.
fn read(markdown: &str) -> (String, Vec<String>) {
    let mut options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    options |= Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM | Options::ENABLE_MATH;
    let (mut outside, mut elements, mut fenced) = (String::new(), Vec::new(), false);
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                fenced = true;
                elements.push("code block".to_owned());
            }
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => fenced = false,
            Event::Text(text) if !fenced => outside.push_str(&text),
            Event::Start(tag) => {
                elements.push(format!("{tag:?}").split(['(', ' ']).next().unwrap_or_default().to_owned());
            }
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::TaskListMarker(_) | Event::End(_) => {}
            other => elements.push(format!("{other:?}")),
        }
    }
    (outside, elements)
}

#[test]
fn hostile_text_acts_nowhere_and_breaks_no_table() {
    for hostile in HOSTILE {
        for (name, packet) in sample::all() {
            let tables = |p: &Packet<sample::Toy>| {
                let markdown =
                    String::from_utf8(render(p, Format::Markdown, None).unwrap().members()[0].bytes.clone()).unwrap();
                (read(words(&markdown)), markdown)
            };
            let ((outside, elements), markdown) = tables(&shown(packet, &|_| (*hostile).to_owned()));
            for element in &elements {
                assert!(ALLOWED.contains(&element.as_str()), "{name}: {element} from {hostile:?} in\n{markdown}");
            }
            let two = elements.iter().filter(|e| *e == "TableRow" || *e == "TableHead").count();
            let cells = elements.iter().filter(|e| *e == "TableCell").count();
            // The table of attempts has two columns more.
            let attempts = match name {
                "overloaded-retries-python" => 2 * 4,
                "crowded-claude-code" => 2 * 9,
                _ => 0,
            };
            assert_eq!(cells, two * 2 + attempts, "{name}: {hostile:?}\n{markdown}");
            for mark in ["@", "://", "www.", "evil.com", "evil.zip"] {
                assert!(!outside.contains(mark), "{name}: {mark} outside code\n{markdown}");
            }
            assert!(!markdown.chars().any(|c| c != '\n' && visible::is_hidden(c)), "{name}: {hostile:?}");
        }
    }
}

/// Different hostile texts side by side: what one opens, no other may close.
#[test]
fn hostile_texts_do_not_work_together() {
    for start in 0..HOSTILE.len() {
        for (name, packet) in sample::all() {
            let turn = std::cell::Cell::new(start);
            let next = |_| HOSTILE[turn.replace((turn.get() + 1 + start % 5) % HOSTILE.len())].to_owned();
            let bytes = render(&shown(packet, &next), Format::Markdown, None).unwrap().members()[0].bytes.clone();
            let markdown = String::from_utf8(bytes).unwrap();
            let (outside, elements) = read(words(&markdown));
            for element in &elements {
                assert!(ALLOWED.contains(&element.as_str()), "{name}: {element} in\n{markdown}");
            }
            assert!(!outside.contains('@') && !outside.contains("://"), "{name}\n{markdown}");
        }
    }
}

#[test]
fn hostile_text_leaves_summary_ticket_and_json_whole() {
    for hostile in HOSTILE {
        for (name, packet) in sample::all() {
            let packet = shown(packet, &|_| (*hostile).to_owned());
            let said = summary(&packet, Some("out.md")).unwrap();
            assert!(!said.chars().any(|c| c != '\n' && visible::is_hidden(c)), "{name}");
            assert!(said.lines().count() <= 8, "{name}: {said}");
            assert!(render(&packet, Format::Markdown, UserTemplate::builtin("ticket").as_ref()).is_ok());
            let json = render(&packet, Format::Json, None).unwrap();
            let value: serde_json::Value = serde_json::from_slice(&json.members()[0].bytes).unwrap();
            assert_eq!(value["verdict"]["summary"], **hostile);
        }
    }
}

/// Log excerpts are what can be large: the Markdown stays small, and rendering is linear.
#[test]
fn huge_texts_are_cut_and_said() {
    let packet = shown(sample::all().swap_remove(0).1, &|_| "x `y` ".repeat(60_000));
    let markdown = render(&packet, Format::Markdown, None).unwrap().members()[0].bytes.clone();
    let markdown = String::from_utf8(markdown).unwrap();
    let (words, data) = (words(&markdown).len(), markdown.len());
    assert!(words < 40_000 && data < 80_000, "{words} {data}");
    assert!(markdown.contains("(cut; 359999 characters in all)"));
}
