//! Failed tests as vitest prints them: an error, frames that begin with `❯`, `Caused by:` and `Serialized Error:`.

use super::draft::{Cause, Draft};
use super::event::Event;
use super::text::Doc;
use super::{classes, facts, words};
use crate::model::vocabulary::InputFormat;

/// Most lines of one error.
const LINES: usize = 120;

/// Reads an error whose next line is a frame of vitest.
pub(super) fn read(doc: &Doc<'_>, at: usize, out: &mut Vec<Event>) -> Option<usize> {
    let line = doc.clean(at);
    let (class, message) = named(&line)?;
    // A message may have lines of its own before the first frame.
    let frame = (at + 1..(at + 12).min(doc.len())).find(|n| is_frame(&doc.clean(*n)))?;
    let mut draft = Draft::at(at, InputFormat::VitestReport);
    let full = doc.window(at, frame - at, 16 * 1024);
    draft.class = Some(class.to_owned());
    draft.message = Some(message.to_owned());
    facts::apply(&mut draft, &full, doc);
    draft.error_string = Some(words::cut(full.trim(), 2048).to_owned());
    draft.surface = classes::surface(class, &doc.window(at, 24, 8192));
    let mut end = frame;
    for n in frame + 1..doc.len().min(at + LINES) {
        let line = doc.clean(n);
        let text = line.trim();
        if text.starts_with("⎯") || text.starts_with("FAIL ") || text.starts_with("Test Files") {
            break;
        }
        if let Some(cause) = text.strip_prefix("Caused by: ") {
            let (class, message) = named(cause).map_or((None, cause), |(class, message)| (Some(class), message));
            let code = words::run(message.rsplit("connect ").next().unwrap_or(message), |b| {
                b.is_ascii_uppercase() || b == b'_'
            });
            let code = (code.len() > 4 && code.starts_with('E')).then(|| code.to_owned());
            draft.causes.push(Cause { class: class.map(str::to_owned), message: message.to_owned(), code });
            end = n;
        } else if text.starts_with("Serialized Error: ") {
            facts::apply(&mut draft, text, doc);
            end = n;
        } else if is_frame(text) {
            end = n;
        }
    }
    draft.last = end;
    if !classes::is_about_request(class, &full) && draft.status.is_none() && draft.surface.is_none() {
        return None;
    }
    out.push(Event::failed(draft));
    Some(end + 1)
}

fn is_frame(line: &str) -> bool {
    line.trim_start().starts_with("❯ ")
}

/// Class and message of `Class: message`.
fn named(text: &str) -> Option<(&str, &str)> {
    let (class, message) = text.trim().split_once(": ")?;
    classes::is_error_class(class).then_some((class, message))
}

#[cfg(test)]
mod tests {
    use crate::ingest::{InputText, ingest};
    use crate::model::Raw;
    use crate::model::vocabulary::InputFormat;

    fn read(text: &str) -> crate::ingest::Ingested {
        let bytes = text.as_bytes().to_vec();
        ingest(&[InputText {
            label: Raw::text("report"),
            total_bytes: bytes.len() as u64,
            bytes: Raw::new(bytes),
            skipped_before: 0,
            skipped_lines: None,
        }])
    }

    fn read_format(text: &str) -> Option<InputFormat> {
        read(text).failures.last().map(|failure| failure.source.format)
    }

    const VITEST: &str = " FAIL  test/ask.test.ts > asks\nAPIConnectionError: Connection error.\n ❯ Anthropic.makeRequest node_modules/@anthropic-ai/sdk/src/client.ts:722:15\n ❯ test/ask.test.ts:6:22\n      4| test('asks', async () => {\n       |                      ^\n\nCaused by: TypeError: fetch failed\n ❯ node_modules/@anthropic-ai/sdk/src/client.ts:720:9\n\nCaused by: Error: connect ECONNREFUSED 127.0.0.1:9\n⎯⎯⎯⎯\n\n Test Files  1 failed (1)\n";

    #[test]
    fn a_failed_test_of_vitest_is_one_failure_with_its_causes() {
        let read = read(VITEST);
        assert_eq!(read.failures.len(), 1);
        let failure = &read.failures[0];
        assert_eq!(failure.source.format, InputFormat::VitestReport);
        assert_eq!(failure.cause_chain.len(), 2);
        assert_eq!(failure.cause_chain[1].code.as_ref().map(|code| code.expose().as_str()), Some("ECONNREFUSED"));
        let other = "AssertionError: expected 1 to be 2\n ❯ test/x.test.ts:3:1\n⎯⎯⎯⎯\n";
        assert!(read_format(other).is_none_or(|format| format != InputFormat::VitestReport));
    }

    #[test]
    fn a_junit_report_is_read_for_its_failed_tests_with_its_lines() {
        let id = "req_011CSHoEeqs5C35K2UUqR7Fy";
        let report = format!(
            "<?xml version=\"1.0\"?>\n<testsuites>\n<testsuite name=\"pytest\" failures=\"1\">\n<testcase name=\"good\"><system-out>anthropic.APIConnectionError: Connection error.</system-out></testcase>\n<testcase name=\"bad\">\n<failure message=\"anthropic.RateLimitError: Error code: 429\">E   anthropic.RateLimitError: Error code: 429 - {{&apos;type&apos;: &apos;error&apos;, &apos;error&apos;: {{&apos;type&apos;: &apos;rate_limit_error&apos;, &apos;message&apos;: &apos;Slow &lt;down&gt;&apos;}}, &apos;request_id&apos;: &apos;{id}&apos;}}\n</failure></testcase>\n</testsuite>\n</testsuites>\n"
        );
        let read_one = read(&report);
        assert_eq!(read_one.failures.len(), 1, "{:?}", read_one.failures);
        let failure = &read_one.failures[0];
        assert_eq!(failure.error_message.value().map(|text| text.expose().as_str()), Some("Slow <down>"));
        assert_eq!((failure.source.deciding_line, failure.request_ids.len()), (6, 1));
        assert_eq!(read_one.records[0].format.value(), Some(&InputFormat::JunitXml));
        // The message alone, and a document type that would be expanded.
        let alone = "<testsuite><testcase><error message=\"anthropic.APIConnectionError: Connection error.\"/></testcase></testsuite>";
        assert_eq!(read(alone).failures.len(), 1);
        let bomb = format!(
            "<!DOCTYPE x [<!ENTITY a \"{id}\">]>\n<testsuite><testcase><failure>&a;</failure></testcase></testsuite>"
        );
        assert_eq!(read(&bomb).records.len(), 1);
    }
}
