//! The part of an attachment that stands in the Markdown: the lines around the one that decides, with every cut said.

use minijinja::{Error, Value};

/// Longest line of an excerpt, in characters.
const WIDTH: usize = 200;

/// At most `lines` lines of an attachment, around line `around` of its source where that is inside.
pub(super) fn excerpt(attachment: &Value, around: Option<u64>, lines: usize) -> Result<String, Error> {
    let text = attachment.get_attr("text")?;
    let first = attachment.get_attr("first_line")?.as_usize().unwrap_or(1);
    let around = around.and_then(|line| usize::try_from(line).ok()).and_then(|line| line.checked_sub(first));
    Ok(window(text.as_str().unwrap_or_default(), around, lines.max(1)))
}

/// `around` counts from 0 in this text. The window keeps more of what stands before the deciding line: in most logs the
/// request and the first causes stand above the error.
fn window(text: &str, around: Option<usize>, most: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    let centre = around.filter(|at| *at < all.len()).unwrap_or(all.len().saturating_sub(1));
    let after = most / 4;
    let end = (centre + after + 1).max(most.min(all.len())).min(all.len());
    let start = end.saturating_sub(most);
    let mut out = Vec::with_capacity(most + 2);
    if start > 0 {
        out.push(left_out(start, "above"));
    }
    out.extend(all[start..end].iter().map(|line| narrow(line)));
    if end < all.len() {
        out.push(left_out(all.len() - end, "below"));
    }
    out.join("\n")
}

fn left_out(lines: usize, side: &str) -> String {
    let noun = if lines == 1 { "line" } else { "lines" };
    format!("[… {lines} {noun} {side} left out]")
}

fn narrow(line: &str) -> String {
    match super::visible::shorten(line, WIDTH) {
        (line, None) => line.to_owned(),
        (start, Some(total)) => format!("{start}… [cut; {total} characters]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(lines: usize) -> String {
        (1..=lines).fold(String::new(), |text, n| text + &format!("line {n}\n"))
    }

    #[test]
    fn the_deciding_line_is_always_inside_and_cuts_are_said() {
        for around in 0..100 {
            let cut = window(&numbered(100), Some(around), 8);
            assert!(cut.lines().any(|line| line == format!("line {}", around + 1)), "{around}: {cut}");
            assert!(cut.lines().count() <= 10);
            let kept = cut.lines().filter(|line| line.starts_with("line")).count();
            assert_eq!(kept, 8, "{around}: {cut}");
        }
        assert!(window(&numbered(100), Some(50), 8).starts_with("[… 45 lines above left out]"));
    }

    #[test]
    fn a_short_text_is_whole_and_a_long_line_is_cut() {
        assert_eq!(window("a\nb", None, 8), "a\nb");
        assert_eq!(window("", None, 8), "");
        let long = window(&"x".repeat(300), None, 8);
        assert!(long.ends_with("… [cut; 300 characters]") && long.chars().count() < 240);
    }
}
