//! Shown pages: text of 80 columns for terminals, and one HTML file with drawings of the probe and the attempts.

use serde_json::{Value as Json, json};
use unicode_width::UnicodeWidthStr as _;

use super::{RenderError, markdown};

/// Columns of the terminal view.
const COLUMNS: usize = 80;
/// Most bars of a drawing.
const MOST_BARS: usize = 24;

/// The HTML page.
pub(super) fn html(mut context: Json) -> Result<String, RenderError> {
    let (waterfall, timeline) = (waterfall(&context["probe"]), timeline(&context["attempts"]));
    if let Some(entries) = context.as_object_mut() {
        entries.insert("waterfall".into(), waterfall);
        entries.insert("timeline".into(), timeline);
    }
    markdown::builtin("page.html.j2", &context)
}

/// Bars of the probe's phases, one after the other, in per mille of the whole.
fn waterfall(probe: &Json) -> Json {
    let phases = first_phases(probe).map(Vec::as_slice).unwrap_or_default();
    let number = |phase: &Json| phase["ms"].as_u64().unwrap_or(0).min(3_600_000);
    let total: u64 = phases.iter().take(MOST_BARS).map(number).sum::<u64>().max(1);
    let mut before = 0;
    let bar = |(index, phase): (usize, &Json)| {
        let ms = number(phase);
        let outcome = phase["outcome"].as_str().unwrap_or("unknown");
        let bar = json!({
            "y": index * 26, "x": 140 + before * 420 / total, "width": (ms * 420 / total).max(2), "ms": ms,
            "name": phase["phase"].as_str().unwrap_or("phase"), "outcome": outcome, "ok": outcome == "ok",
        });
        before += ms;
        bar
    };
    phases.iter().take(MOST_BARS).enumerate().map(bar).collect()
}

/// The phases of the first way that was probed: the way that the failing client takes.
fn first_phases(probe: &Json) -> Option<&Vec<Json>> {
    match probe {
        Json::Object(entries) => {
            entries.get("phases").and_then(Json::as_array).or_else(|| entries.values().find_map(first_phases))
        }
        Json::Array(items) => items.iter().find_map(first_phases),
        _ => None,
    }
}

/// Dots of the attempts: by their times where all have one, else at equal steps.
fn timeline(attempts: &Json) -> Json {
    let attempts = attempts.as_array().map(Vec::as_slice).unwrap_or_default();
    let shown = &attempts[..attempts.len().min(MOST_BARS)];
    let time = |attempt: &Json| {
        attempt["at"]
            .as_str()
            .and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok())
            .map(|at| at.timestamp_millis())
    };
    let times: Option<Vec<i64>> = shown.iter().map(time).collect();
    let span = times.as_ref().and_then(|all| Some((*all.iter().min()?, *all.iter().max()?)));
    let steps = i64::try_from(shown.len().saturating_sub(1)).unwrap_or(1).max(1);
    let dot = |(index, attempt): (usize, &Json)| {
        let place = match (&times, span) {
            (Some(all), Some((first, last))) if last > first => (all[index] - first) * 560 / (last - first),
            _ => i64::try_from(index).unwrap_or(0) * 560 / steps,
        };
        json!({
            "x": 20 + place, "n": attempt["n"].as_u64().unwrap_or(0), "failed": attempt["failure"].is_string(),
            "outcome": attempt["outcome"].as_str().unwrap_or("not known"),
        })
    };
    shown.iter().enumerate().map(dot).collect()
}

/// Columns that a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// Lines of no more than 80 columns. What continues a line stands below its text, not below its mark.
pub(super) fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    for line in text.lines() {
        wrap(line, &mut out);
    }
    out
}

fn wrap(line: &str, out: &mut String) {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let indent = indent.min(COLUMNS / 2);
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        if used + width(word.trim_end()) > COLUMNS && used > indent {
            out.truncate(out.trim_end_matches(' ').len());
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        }
        for c in word.chars() {
            let mut bytes = [0; 4];
            let columns = width(c.encode_utf8(&mut bytes));
            // A word that is longer than a line is cut where the line ends.
            if used + columns > COLUMNS && c != ' ' {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                used = indent;
            }
            if used + columns <= COLUMNS {
                out.push(c);
                used += columns;
            }
        }
    }
    out.truncate(out.trim_end_matches(' ').len());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_terminal_and_nothing_is_lost() {
        let text = format!("  - {}\n{}\n日本{}\n", "word ".repeat(40), "x".repeat(300), "語".repeat(100));
        let wrapped = wrapped(&text);
        assert!(wrapped.lines().all(|line| width(line) <= COLUMNS), "{wrapped}");
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(bare(&wrapped), bare(&text));
        assert!(wrapped.lines().nth(1).unwrap().starts_with("    word"));
    }

    #[test]
    fn drawings_stay_in_their_frame_whatever_the_packet_says() {
        let phases = json!({"phases": [{"phase": "dns", "ms": 1, "outcome": "ok"}, {"ms": u64::MAX}, {"ms": "x"}, 7]});
        for bar in waterfall(&phases).as_array().unwrap() {
            assert!(bar["x"].as_u64().unwrap() + bar["width"].as_u64().unwrap() <= 564, "{bar}");
        }
        let attempts = json!([{"n": 1, "at": "2026-01-01T00:00:00Z"}, {"n": 2, "at": "2026-01-01T00:01:00Z"}, {"at": {"absent": "x"}}]);
        for dot in timeline(&attempts).as_array().unwrap() {
            assert!((20..=580).contains(&dot["x"].as_i64().unwrap()), "{dot}");
        }
        assert_eq!((waterfall(&Json::Null), timeline(&Json::Null)), (json!([]), json!([])));
    }
}
