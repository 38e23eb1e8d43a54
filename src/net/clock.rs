//! This machine's clock against the `Date` of an answer.

use chrono::{DateTime, Utc};

use super::http::Answer;
use crate::model::probe::ClockFacts;
use crate::model::safe::Timestamp;
use crate::model::{Collected, Raw};

/// A difference that a cache or a slow answer may make.
const HARMLESS: i64 = 5;
/// Signatures of cloud providers are refused beyond this. Source: AWS Signature Version 4 allows five minutes.
const SIGNATURES: i64 = 300;

/// The skew, where the answer tells the time.
pub(crate) fn facts(answer: &Answer, now: DateTime<Utc>) -> Option<ClockFacts<Collected>> {
    let date = DateTime::parse_from_rfc2822(answer.header("date")?).ok()?;
    let skew = now.signed_duration_since(date).num_seconds();
    Some(ClockFacts { server_date: Timestamp::new(date), skew_seconds: skew, effect: Raw::text(effect(skew)) })
}

fn effect(skew: i64) -> &'static str {
    match skew.abs() {
        0..=HARMLESS => "none: the clocks agree",
        off if off <= SIGNATURES => "TLS and signatures still work; times in logs are off by this",
        _ if skew > 0 => {
            "the clock is ahead: valid certificates can look expired, and signed requests (Bedrock) are refused"
        }
        _ => "the clock is behind: new certificates can look not yet valid, and signed requests (Bedrock) are refused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::safe::Millis;

    #[test]
    fn a_clock_that_is_ahead_or_behind_is_told_with_its_effect() {
        let answer = |date: &str| Answer {
            version: "HTTP/1.1",
            status: 401,
            headers: vec![("date".into(), Raw::text(date))],
            body: Raw::new(Vec::new()),
            cut: false,
            first_byte: Millis(1),
        };
        let now = DateTime::parse_from_rfc3339("2026-11-22T18:40:00Z").unwrap().to_utc();
        let told = facts(&answer("Sun, 22 Nov 2026 18:30:00 GMT"), now).unwrap();
        assert_eq!((told.skew_seconds, told.effect.expose().contains("ahead")), (600, true));
        let told = facts(&answer("Sun, 22 Nov 2026 18:50:00 GMT"), now).unwrap();
        assert_eq!((told.skew_seconds, told.effect.expose().contains("behind")), (-600, true));
        assert_eq!(facts(&answer("yesterday"), now), None);
    }
}
