//! Dummy secrets, put together at test time so that no scanner takes them for real ones, and all the forms to search for.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// A made-up value that looks random: letters and digits from a small generator, the same for the same seed.
pub fn random(seed: u32, length: usize) -> String {
    let alphabet = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..length).map(|_| char::from(alphabet[usize::try_from(next() % alphabet.len() as u64).unwrap()])).collect()
}

/// A key of the form that Anthropic's API keys have.
pub fn api_key(seed: u32) -> String {
    format!("sk-{}-api03-{}AA", "ant", random(seed, 93))
}

/// Every form in which a value could leave: plain, reversed quoting, percent-encoded, hexadecimal, base64 at three alignments.
pub fn forms(value: &str) -> Vec<(&'static str, String)> {
    let hex =
        |upper: bool| value.bytes().map(|b| if upper { format!("{b:02X}") } else { format!("{b:02x}") }).collect();
    let percent: String = value
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    let json = serde_json::to_string(value).unwrap().trim_matches('"').to_owned();
    let mut forms = vec![
        ("plain", value.to_owned()),
        ("json", json.clone()),
        ("json twice", serde_json::to_string(&json).unwrap().trim_matches('"').to_owned()),
        ("percent", percent.clone()),
        ("percent lower", percent.to_ascii_lowercase()),
        ("hex", hex(false)),
        ("hex upper", hex(true)),
        ("base64", STANDARD.encode(value).trim_end_matches('=').to_owned()),
        ("base64url", URL_SAFE.encode(value).trim_end_matches('=').to_owned()),
    ];
    for (name, pad) in [("base64 shifted by one", "x"), ("base64 shifted by two", "xx")] {
        let encoded = STANDARD.encode(format!("{pad}{value}"));
        // The first four characters depend on what stands before, the last four on what stands behind.
        forms.push((name, encoded[4..encoded.len() - 4].to_owned()));
    }
    forms.retain(|(_, form)| form.len() >= 6);
    forms
}
