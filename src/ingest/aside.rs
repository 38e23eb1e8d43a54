//! Failures that are none of an API call: those of the telemetry that a client sends beside it, of tests, of searches, and attempts
//! after which the next one went well.

use super::draft::Draft;
use super::elsewhere;
use super::text::Doc;
use super::words::Finder;

/// Lines before and after a failure that may say what it was for.
const BEFORE: usize = 2;
const AFTER: usize = 4;

/// Words of telemetry.
static TELEMETRY: Finder = Finder::new(&[
    "event_logging",
    "event logging:",
    "events failed to export",
    "elemetry",
    "statsig",
    "growthbook",
    "/api/claude_code/metrics",
]);

/// Takes out failures of the HTTP client that Claude Code uses for telemetry, and for nothing that calls a model, where the lines
/// around them say so.
pub(super) fn leave_out(doc: &Doc<'_>, drafts: &mut Vec<Draft>) {
    if !drafts.is_empty() && elsewhere::explains(doc) {
        drafts.clear();
    }
    let mut end = 0;
    drafts.retain(|draft| {
        let from = end.max(draft.first.saturating_sub(BEFORE));
        end = draft.last + 1;
        if is_told(doc, draft) || draft.ids.is_empty() && elsewhere::is_table(doc, draft.deciding.max(draft.first)) {
            return false;
        }
        let sent = draft.class.as_deref() == Some("AxiosError") && draft.ids.is_empty() && draft.error_type.is_none();
        !sent || !(from..doc.len().min(draft.last + AFTER)).any(|at| TELEMETRY.has(&doc.clean(at)))
    });
}

/// Whether a failure is one that a test expected, a search found or the next attempt healed.
fn is_told(doc: &Doc<'_>, draft: &Draft) -> bool {
    if !draft.ids.is_empty() {
        return false;
    }
    let asserted = draft.status.is_none() && draft.class.as_deref() == Some("AssertionError");
    // A handler in program text, or a change of one.
    let line = doc.clean(draft.deciding.max(draft.first));
    let shown = draft.status.is_some_and(|code| line.contains(&code.to_string()));
    let caught =
        !shown && draft.causes.is_empty() && line.trim_start_matches(['+', '-', ' ', '\t']).starts_with("except ");
    asserted || caught || elsewhere::is_past(doc, draft.first, draft.last)
}

#[cfg(test)]
mod tests {
    use super::super::formats::read;

    #[test]
    fn telemetry_that_fails_is_no_failed_call() {
        let lost = "1P event logging: 2 events failed to export\nAxiosError: Request failed with status code 404\n";
        assert!(read(lost).failures.is_empty());
        let both = format!("API Error: 529 Overloaded\n\n\n\n\n\n{lost}");
        let found = read(&both).failures;
        assert_eq!(found.last().unwrap().http_status.value().map(|status| status.code()), Some(529));
        assert_eq!(read("AxiosError: Request failed with status code 404\nurl: /v1/messages\n").failures.len(), 1);
    }
}
