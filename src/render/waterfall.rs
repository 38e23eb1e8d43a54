//! The phases of a probe as a small waterfall of text: one line a phase, its time in milliseconds, and where it lies in the whole.

use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

/// Columns of the bar.
const WIDTH: u64 = 24;
/// Lines that are shown; a host with many addresses has a line for each.
const MOST: usize = 12;
/// Characters of what happened in a phase.
const DETAIL: usize = 64;
/// Widest column of addresses.
const ADDRESS: usize = 46;

/// The waterfall of a probe, as a template has it, bounded for a packet. Its text is for a fence.
pub(super) fn waterfall(probe: &Value) -> Result<String, Error> {
    let mut lines = lines(&rows(probe, DETAIL)?, Row::told);
    let over = lines.len().saturating_sub(MOST);
    if over > 0 {
        // The last phase says how far the probe came.
        let last = lines.pop();
        lines.truncate(MOST - 1);
        lines.push(format!("({over} further lines are left out)"));
        lines.extend(last);
    }
    Ok(lines.join("\n"))
}

/// The same in full, with a column for addresses, as it is read on a terminal.
pub(super) fn phases(probe: &Value) -> Result<String, Error> {
    let rows = rows(probe, usize::MAX)?;
    let width = rows.iter().map(|row| row.address.chars().count()).max().unwrap_or(0).min(ADDRESS);
    Ok(lines(&rows, |row| format!("{:<width$}  {}", row.address, row.said)).join("\n"))
}

fn lines(rows: &[Row], told: impl Fn(&Row) -> String) -> Vec<String> {
    let total = rows.iter().map(|row| row.ms).fold(0, u64::saturating_add).max(1);
    let mut begun = 0u64;
    let line = |row: &Row| {
        let bar = bar(begun, row.ms, total);
        begun = begun.saturating_add(row.ms);
        let line = format!("{:<8} {:<9} {:>6} ms  {bar}  {}", row.phase, row.outcome, row.ms, told(row));
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

struct Row {
    phase: String,
    outcome: String,
    ms: u64,
    address: String,
    said: String,
    /// Characters that are kept of what happened.
    most: usize,
}

impl Row {
    /// What happened, with the address before it where the words do not hold it.
    fn told(&self) -> String {
        let holds = self.address.is_empty() || self.said.contains(&self.address);
        let told = if holds { self.said.clone() } else { format!("{}: {}", self.address, self.said) };
        match told.char_indices().nth(self.most) {
            Some((at, _)) => format!("{}…", &told[..at]),
            None => told,
        }
    }
}

fn rows(probe: &Value, most: usize) -> Result<Vec<Row>, Error> {
    let phases: Vec<Value> = probe.get_attr("phases")?.try_iter()?.collect();
    phases.iter().map(|phase| row(phase, most)).collect()
}

fn row(phase: &Value, most: usize) -> Result<Row, Error> {
    let text = |key: &str| {
        let text = phase.get_attr(key)?.as_str().unwrap_or_default().to_owned();
        Ok::<_, Error>(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>())
    };
    let ms = u64::try_from(phase.get_attr("ms")?)
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "the time of a phase is no number"))?;
    let (address, said) = (text("address")?, text("detail")?);
    Ok(Row { phase: text("phase")?, outcome: text("outcome")?, ms, address, said, most })
}

/// The part of the whole that a phase took: at least one mark, and never beyond the end.
fn bar(begun: u64, ms: u64, total: u64) -> String {
    let column = |at: u64| usize::try_from(u128::from(at) * u128::from(WIDTH) / u128::from(total)).unwrap_or(0);
    let width = usize::try_from(WIDTH).unwrap_or(0);
    let start = column(begun).min(width - 1);
    let end = column(begun.saturating_add(ms)).clamp(start + 1, width);
    (0..width).map(|at| if (start..end).contains(&at) { '#' } else { '.' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_follow_each_other_and_fill_the_width() {
        assert_eq!(bar(0, 50, 100), format!("{}{}", "#".repeat(12), ".".repeat(12)));
        assert_eq!(bar(50, 50, 100), format!("{}{}", ".".repeat(12), "#".repeat(12)));
        assert_eq!(bar(100, 0, 100), format!("{}#", ".".repeat(23)));
        assert_eq!(bar(0, u64::MAX, u64::MAX), "#".repeat(24));
    }

    #[test]
    fn a_phase_is_a_line_and_many_are_cut_with_the_last_kept() {
        let phase = |n: u64| serde_json::json!({"phase": "tcp", "outcome": "failed", "ms": n, "address": format!("192.0.2.{n}:443"), "detail": "refused"});
        let text = |count: u64| {
            let phases: Vec<_> = (1..=count).map(phase).collect();
            waterfall(&crate::render::context::to_value(&serde_json::json!({ "phases": phases }))).unwrap()
        };
        assert_eq!(text(2).lines().count(), 2);
        assert!(text(2).starts_with("tcp      failed         1 ms  ########......"), "{}", text(2));
        let long = text(40);
        assert_eq!(long.lines().count(), MOST + 1);
        assert!(long.contains("(28 further lines") && long.ends_with("192.0.2.40:443: refused"), "{long}");
    }

    #[test]
    fn in_full_every_column_begins_at_one_place() {
        let phase = |name: &str, outcome: &str, ms: u64, address: &str| serde_json::json!({"phase": name, "outcome": outcome, "ms": ms, "address": address, "detail": "what happened"});
        let phases =
            [phase("resolve", "ok", 5, "api.anthropic.com"), phase("tcp", "timed-out", 12_345, "[2001:db8::1]:443")];
        let probe = serde_json::json!({ "phases": phases });
        let text = super::phases(&crate::render::context::to_value(&probe)).unwrap();
        let places = |word: &str| text.lines().map(|line| line.find(word)).collect::<Vec<_>>();
        for word in [" ms  ", "what happened"] {
            let found = places(word);
            assert!(found.len() == 2 && found[0].is_some() && found[0] == found[1], "{word}: {text}");
        }
        assert!(text.starts_with("resolve  ok             5 ms  #....."), "{text}");
    }
}
