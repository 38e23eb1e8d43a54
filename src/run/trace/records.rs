//! The records of the hooks: of each error the last one, which knows most, and the process that recorded the last error.

use serde::Deserialize;

/// What tells one error from another.
#[derive(Deserialize, PartialEq, Eq)]
struct Which {
    pid: Option<u32>,
    error: Option<u64>,
    #[serde(default)]
    at: String,
}

/// Keeps the last record of each error, in the order of time in which they were first met.
pub(super) fn last_of_each(lines: &[u8]) -> (Vec<u8>, Option<u32>) {
    let mut all: Vec<(Option<Which>, &[u8])> = Vec::new();
    for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let which = serde_json::from_slice::<Which>(line).ok();
        let key = |which: &Which| which.pid.zip(which.error);
        let known = which
            .as_ref()
            .and_then(key)
            .and_then(|wanted| all.iter_mut().find(|(other, _)| other.as_ref().and_then(key) == Some(wanted)));
        match known {
            Some(slot) => slot.1 = line,
            None => all.push((which, line)),
        }
    }
    // Each process has a file of its own; their times put them in order.
    all.sort_by(|(a, _), (b, _)| {
        let at = |which: &Option<Which>| which.as_ref().map(|which| which.at.clone());
        at(a).cmp(&at(b))
    });
    let failed = all.iter().rev().find_map(|(which, _)| which.as_ref()?.pid);
    let mut out = Vec::with_capacity(lines.len());
    for (_, line) in all {
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    (out, failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_record_of_an_error_stands_for_it() {
        let lines = br#"{"pid":7,"error":1,"at":"2026-11-28T09:00:02Z","how":"caught"}
{"pid":7,"error":2,"at":"2026-11-28T09:00:03Z","how":"caught"}
{"pid":7,"error":2,"at":"2026-11-28T09:00:03Z","how":"uncaught"}
no record
{"pid":8,"error":1,"at":"2026-11-28T09:00:01Z","how":"logged"}
"#;
        let (kept, failed) = last_of_each(lines);
        let text = String::from_utf8(kept).unwrap();
        let order: Vec<_> = text.lines().map(|line| line.split("how").nth(1).unwrap_or(line)).collect();
        assert_eq!(order, ["no record", "\":\"logged\"}", "\":\"caught\"}", "\":\"uncaught\"}"]);
        assert_eq!(failed, Some(7));
    }
}
