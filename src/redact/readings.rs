//! What detectors find in a text that is read before they look: without colours, with quotation marks and percent signs read, with all escapes read.

use super::below::Rest;
use super::engine::{Engine, Fault, Look};
use super::escapes::{self, Reading};
use super::finding::{Finding, Rank, union};
use super::hex_rows::{self, Dump};
use super::view::View;
use super::{shapes, split_records, view};

impl Engine {
    /// Adds what is found; says whether prompt content goes on beyond the end of the text.
    pub(super) fn look_at_readings(
        &self,
        bytes: &[u8],
        found: &mut Vec<Finding>,
        rest: &mut Option<Rest>,
    ) -> Result<bool, Fault> {
        let mut open = false;
        let views = [
            view::without_colours(bytes),
            view::with_quotes_read(bytes),
            view::with_percent_read(bytes),
            view::with_hex_read(bytes),
            view::with_shells_read(bytes),
        ];
        for view in views.into_iter().flatten() {
            let mut seen = Vec::new();
            let mut scan = self.scan(&view.text);
            *rest = rest.take().or_else(|| scan.scan.below.take());
            open |= self.detect(&view.text, scan, &mut seen)?;
            found.extend(
                seen.into_iter().map(|finding| Finding { range: view.original(finding.range.clone()), ..finding }),
            );
        }
        for reading in escapes::readings(bytes) {
            self.detect_by_rules(&reading, found)?;
        }
        if let Some(dump) = hex_rows::read(bytes) {
            self.look_at_dump(bytes, &dump, found)?;
        }
        for line in split_records::read(bytes) {
            let look = self.look(&line.text, None)?;
            open |= look.open;
            found.extend(look.findings.iter().flat_map(|finding| line.original(finding)));
        }
        Ok(open)
    }

    /// What is found in a text whose folds were read. A sign at the end of a line may also belong to a secret, and be no soft break: then `raw` holds what is found
    /// in the text as it is, of which prompt content is not told well.
    pub(super) fn look_at_folded(&self, view: &View<'_>, name: Option<&str>, raw: Option<Look>) -> Result<Look, Fault> {
        let look = self.look(&view.text, name)?;
        let original = |finding: Finding| Finding { range: view.original(finding.range.clone()), ..finding };
        let secrets = raw.into_iter().flat_map(|raw| raw.findings).filter(|finding| finding.rank != Rank::Content);
        let findings = union(look.findings.into_iter().map(original).chain(secrets).collect());
        Ok(Look { findings, rest: None, bare: false, settled: false, ..look })
    }

    /// What is found in the bytes of dumps. Nothing of it goes on in the lines behind them.
    fn look_at_dump(&self, bytes: &[u8], dump: &Dump, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let mut seen = Vec::new();
        self.detect(&dump.bytes, self.scan(&dump.bytes), &mut seen)?;
        self.known.find(&dump.bytes, &mut seen);
        found.extend(
            seen.into_iter().map(|finding| Finding { range: dump.original(bytes, finding.range.clone()), ..finding }),
        );
        Ok(())
    }

    /// What rules and names find in a text with its escapes read. Its structure is lost, so prompt content is not looked for there.
    fn detect_by_rules(&self, reading: &Reading, found: &mut Vec<Finding>) -> Result<(), Fault> {
        let scan = self.gate().scan(&reading.text, &self.cold(), false).unwrap_or_default();
        if scan.broken {
            return Err(Fault);
        }
        let mut seen = Vec::new();
        shapes::keep_first(scan.shapes, &mut seen);
        seen.extend(scan.named);
        found.extend(
            seen.into_iter().map(|finding| Finding { range: reading.original(finding.range.clone()), ..finding }),
        );
        Ok(())
    }
}
