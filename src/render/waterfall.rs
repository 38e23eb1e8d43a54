//! The phases of a probe as a small waterfall of text: one line a phase, its time in milliseconds, and where it lies in the whole.

use minijinja::value::Value;
use minijinja::{Error, ErrorKind};

/// Columns of the bar.
const WIDTH: u64 = 24;
/// Lines that are shown; a host with many addresses has a line for each.
const MOST: usize = 12;
/// Characters of what happened in a phase.
const DETAIL: usize = 64;

/// The waterfall of a probe, as a template has it. Its text is for a fence.
pub(super) fn waterfall(probe: &Value) -> Result<String, Error> {
    let phases: Vec<Value> = probe.get_attr("phases")?.try_iter()?.collect();
    let rows = phases.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    let total = rows.iter().map(|row| row.ms).fold(0, u64::saturating_add).max(1);
    let mut begun = 0u64;
    let mut lines = Vec::new();
    for row in &rows {
        let bar = bar(begun, row.ms, total);
        begun = begun.saturating_add(row.ms);
        lines.push(format!("{:<8} {:<9} {:>6} ms  {bar}  {}", row.phase, row.outcome, row.ms, row.detail));
    }
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

struct Row {
    phase: String,
    outcome: String,
    ms: u64,
    detail: String,
}

fn row(phase: &Value) -> Result<Row, Error> {
    let text = |key: &str| phase.get_attr(key).map(|value| value.as_str().unwrap_or_default().to_owned());
    let ms = u64::try_from(phase.get_attr("ms")?)
        .map_err(|_| Error::new(ErrorKind::InvalidOperation, "the time of a phase is no number"))?;
    let (address, said) = (text("address")?, text("detail")?);
    let detail = if address.is_empty() || said.contains(&address) { said } else { format!("{address}: {said}") };
    let mut detail: String = detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(DETAIL + 1).collect();
    if let Some((at, _)) = detail.char_indices().nth(DETAIL) {
        detail.truncate(at);
        detail.push('…');
    }
    Ok(Row { phase: text("phase")?, outcome: text("outcome")?, ms, detail })
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
}
