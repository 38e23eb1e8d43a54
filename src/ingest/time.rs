//! Reads times as logs and headers write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use crate::model::safe::Timestamp;

/// A time at the start of a text.
pub(super) struct Read {
    /// The time.
    pub(super) at: Timestamp,
    /// Whether it has an offset.
    pub(super) zoned: bool,
    /// Its length in bytes.
    pub(super) length: usize,
}

/// Reads `2026-11-22T18:46:03.935Z` and its relatives: a space for the `T`, a comma for the point, an offset with or without
/// colon or none at all.
pub(super) fn read(text: &str) -> Option<Read> {
    let bytes = text.as_bytes();
    let digits = |from: usize, to: usize| -> Option<u32> {
        let part = bytes.get(from..to)?;
        part.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + u32::from(b - b'0')))
    };
    let is = |at: usize, set: &[u8]| bytes.get(at).is_some_and(|b| set.contains(b));
    if !(is(4, b"-/") && is(7, b"-/") && is(10, b"T _") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(digits(0, 4)?).ok()?, digits(5, 7)?, digits(8, 10)?)?;
    let mut end = 19;
    let mut milli = 0;
    if is(end, b".,") {
        let fraction = bytes[end + 1..].iter().take_while(|b| b.is_ascii_digit()).count();
        let first: String = text[end + 1..=end + fraction].chars().chain("000".chars()).take(3).collect();
        milli = first.parse().ok()?;
        end += 1 + fraction;
    }
    let local = date.and_hms_milli_opt(digits(11, 13)?, digits(14, 16)?, digits(17, 19)?, milli)?;
    let (offset, length) = offset(&text[end..]);
    let at = match offset {
        Some(seconds) => zoned(local, seconds)?,
        None => Timestamp::local(local),
    };
    Some(Read { at, zoned: offset.is_some(), length: end + length })
}

fn zoned(local: NaiveDateTime, seconds: i32) -> Option<Timestamp> {
    let offset = chrono::FixedOffset::east_opt(seconds)?;
    local.and_local_timezone(offset).single().map(Timestamp::new)
}

/// The offset in seconds and its length.
fn offset(text: &str) -> (Option<i32>, usize) {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'Z') => (Some(0), 1),
        Some(sign @ (b'+' | b'-')) => {
            let colon = usize::from(bytes.get(3) == Some(&b':'));
            let part = |from: usize| text.get(from..from + 2).and_then(|two| two.parse::<i32>().ok());
            match (part(1), part(3 + colon)) {
                (Some(hours), Some(minutes)) if hours < 15 && minutes < 60 => {
                    let seconds = hours * 3600 + minutes * 60;
                    (Some(if *sign == b'-' { -seconds } else { seconds }), 5 + colon)
                }
                _ => (None, 0),
            }
        }
        _ => (None, 0),
    }
}

/// Reads the date of an HTTP header: `Sun, 22 Nov 2026 18:42:43 GMT`.
pub(super) fn http_date(text: &str) -> Option<Timestamp> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(Timestamp::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_offset_or_have_none() {
        let show = |text: &str| read(text).map(|read| (read.at.to_string(), read.zoned, read.length));
        assert_eq!(show("2026-11-22T18:46:03.935Z x"), Some(("2026-11-22T18:46:03.935Z".into(), true, 24)));
        assert_eq!(show("2026-11-22 18:46:03,93 x"), Some(("2026-11-22T18:46:03.930".into(), false, 22)));
        assert_eq!(show("2026-11-22T18:46:03+0530"), Some(("2026-11-22T18:46:03+05:30".into(), true, 24)));
        assert_eq!(show("2026-13-22T18:46:03Z"), None);
        assert_eq!(
            http_date("Sun, 22 Nov 2026 18:42:43 GMT").map(|t| t.to_string()).as_deref(),
            Some("2026-11-22T18:42:43Z")
        );
    }
}
