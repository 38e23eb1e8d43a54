//! Rows of JSON that a terminal broke over lines: what stands behind the break belongs to them, whatever it begins with.

/// Longest text in which rows of JSON are followed over their breaks, and most lines that a row is broken over.
const ROWS: (usize, usize) = (1 << 20, 200);

/// For each line, whether a row of JSON goes on behind it: one that ends whole within so many lines.
pub(super) fn find<'a>(lines: impl Iterator<Item = &'a str>, text: &str) -> Vec<bool> {
    if text.len() > ROWS.0 || memchr::memmem::find(text.as_bytes(), b"{\"").is_none() {
        return Vec::new();
    }
    let mut open = Vec::new();
    let mut row: Option<(usize, Row)> = None;
    for (at, line) in lines.enumerate() {
        open.push(false);
        if row.is_none() && line.trim_start_matches([' ', '>', '[']).starts_with("{\"") {
            row = Some((at, Row::default()));
        }
        let Some((first, state)) = &mut row else { continue };
        state.read(line);
        let first = *first;
        if state.depth <= 0 {
            open[first..at].fill(true);
            row = None;
        } else if at - first >= ROWS.1 {
            row = None;
        }
    }
    open
}

/// How far a row of JSON has been read.
#[derive(Default)]
struct Row {
    depth: i32,
    text: bool,
    escaped: bool,
}

impl Row {
    fn read(&mut self, line: &str) {
        for byte in line.bytes() {
            let escaped = self.escaped;
            self.escaped = byte == b'\\' && !escaped;
            match byte {
                b'"' if !escaped => self.text = !self.text,
                b'{' if !self.text => self.depth += 1,
                b'}' if !self.text => self.depth -= 1,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_row_is_open_until_its_last_brace() {
        let text = "x\n{\"a\":\"one {\ntwo\",\n\"b\":{}}\nError: y\n{\"a\": 1}\n";
        assert_eq!(find(text.lines(), text), [false, true, true, false, false, false]);
        let cut = "{\"a\":\"never\nends\n";
        assert_eq!(find(cut.lines(), cut), [false, false]);
    }
}
