//! The forms in which a value may stand in a text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');
/// What RFC 3986 calls unreserved, and Python's `quote` leaves alone besides `/`.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');
/// The same with the slash encoded too.
const UNRESERVED_ONLY: &AsciiSet = &UNRESERVED.add(b'/');
/// What a URL's userinfo needs encoded.
const USERINFO: &AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'=')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'|')
    .add(b'%');

/// Shortest base64 or hexadecimal form that is searched for; a shorter one would hit other text.
const SHORTEST_CODED: usize = 10;

/// All forms of a value, the value itself first.
pub(crate) fn forms(value: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let mut seen = BTreeSet::new();
    let mut add = |form: String| {
        if !form.is_empty() && seen.insert(form.clone()) {
            forms.push(form);
        }
    };
    add(value.to_owned());
    let trimmed = value.trim();
    if trimmed.len() >= 6 {
        add(trimmed.to_owned());
    }
    let mut json = value.to_owned();
    for _ in 0..3 {
        json = json_escaped(&json);
        add(json.clone());
        add(json.replace('/', "\\/"));
    }
    add(json_ascii(value));
    add(value.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\r', "\\r"));
    add(value.replace('\'', "'\\''"));
    add(value.replace('\'', "'\"'\"'"));
    let mut shell: String = value
        .chars()
        .flat_map(|c| (!c.is_ascii_alphanumeric() && !"-_./:=@%+,".contains(c)).then_some('\\').into_iter().chain([c]))
        .collect();
    for _ in 0..3 {
        add(shell.clone());
        shell = json_escaped(&shell);
    }
    for html in html_escaped(value) {
        add(html);
    }
    for set in [COMPONENT, UNRESERVED, USERINFO, NON_ALPHANUMERIC] {
        let encoded = utf8_percent_encode(value, set).to_string();
        add(lower_percent(&encoded));
        add(encoded.replace("%20", "+"));
        add(utf8_percent_encode(&encoded, COMPONENT).to_string());
        add(encoded);
    }
    for coded in coded_forms(value) {
        add(coded);
    }
    forms
}

/// The forms that do not write each character by itself: hexadecimal, and base64 at three alignments.
pub(crate) fn coded_forms(value: &str) -> Vec<String> {
    let mut forms: Vec<String> = hexadecimal(value).into_iter().chain(base64_forms(value.as_bytes())).collect();
    forms.retain(|form| form.len() >= SHORTEST_CODED);
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// How an anchor of a rule is written where the text around it is escaped, other than as it is.
pub(crate) fn escaped_anchors(anchor: &str) -> Vec<String> {
    // Most anchors have nothing to escape, and there are many at every start.
    if anchor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b)) {
        return Vec::new();
    }
    let mut forms = vec![anchor.replace('&', "&amp;"), anchor.replace('"', "\\\""), anchor.replace('\'', "'\\''")];
    for set in [UNRESERVED_ONLY, COMPONENT] {
        let percent = utf8_percent_encode(anchor, set).to_string();
        forms.extend([percent.replace('%', "%25"), percent]);
    }
    forms.extend((1..=4).map(|depth| anchor.replace('/', &format!("{}/", "\\".repeat(depth)))));
    if let Some(inner) = anchor.strip_prefix('\t') {
        // However many backslashes stand before it, the letter of a tab is next to the word.
        forms.push(format!("t{}", inner.replace('\t', "\\")));
    }
    if !anchor.is_ascii() {
        let numbered = json_ascii(anchor);
        forms.extend([1, 2, 4].map(|depth| numbered.replace('\\', &"\\".repeat(depth))));
    }
    forms.retain(|form| form != anchor);
    forms.sort_unstable();
    forms.dedup();
    forms
}

fn json_escaped(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// JSON with everything outside ASCII, and what Go and some loggers escape, as `\uXXXX`.
fn json_ascii(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in json_escaped(value).chars() {
        if c.is_ascii() && !"<>&=+'".contains(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn html_escaped(value: &str) -> [String; 2] {
    let common = value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let numeric = common.replace("&quot;", "&#34;").replace('\'', "&#39;").replace('+', "&#43;");
    [common.replace('\'', "&#x27;"), numeric]
}

fn lower_percent(encoded: &str) -> String {
    let mut out = String::with_capacity(encoded.len());
    let mut digits = 0;
    for c in encoded.chars() {
        out.push(if digits > 0 { c.to_ascii_lowercase() } else { c });
        digits = if c == '%' { 2 } else { usize::saturating_sub(digits, 1) };
    }
    out
}

fn hexadecimal(value: &str) -> [String; 2] {
    let mut lower = String::with_capacity(value.len() * 2);
    for byte in value.bytes() {
        let _ = write!(lower, "{byte:02x}");
    }
    [lower.to_ascii_uppercase(), lower]
}

/// What base64 of any text that holds the value must contain, at each of the three alignments.
pub(crate) fn base64_forms(value: &[u8]) -> Vec<String> {
    let mut forms = Vec::with_capacity(6);
    for shift in 0..3usize {
        let mut padded = vec![0u8; shift];
        padded.extend_from_slice(value);
        // Characters that also depend on the bytes around the value are left off.
        let first = (shift * 8).div_ceil(6);
        let last = padded.len() * 8 / 6;
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            let encoded = engine.encode(&padded);
            if let Some(core) = encoded.get(first..last) {
                forms.push(core.to_owned());
            }
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_a_longer_text_holds_one_of_the_forms() {
        let value = "p@ss/w0rd+x\u{e9}~end";
        for before in ["", "a", "ab", "user:"] {
            for after in ["", "z", "zz"] {
                let coded = STANDARD_NO_PAD.encode(format!("{before}{value}{after}"));
                assert!(base64_forms(value.as_bytes()).iter().any(|form| coded.contains(form)), "{before} {after}");
            }
        }
    }

    #[test]
    fn anchors_with_nothing_to_escape_have_no_other_form() {
        for byte in 0x20..0x7f {
            let anchor = format!("a{}", char::from(byte));
            let encoded = utf8_percent_encode(&anchor, UNRESERVED_ONLY).to_string();
            assert_eq!(escaped_anchors(&anchor).is_empty(), encoded == anchor, "{anchor}");
        }
    }

    #[test]
    fn an_anchor_with_tabs_is_known_with_escaped_ones() {
        assert!(escaped_anchors("\tTRUE\t").contains(&"tTRUE\\".to_owned()));
    }

    #[test]
    fn the_common_escapes_are_among_the_forms() {
        let forms = forms("p@ss \"w0rd'&/");
        for form in [
            "p@ss \\\"w0rd'&/",
            "p@ss \\\\\\\"w0rd'&/",
            "p%40ss%20%22w0rd%27%26%2F",
            "p@ss &quot;w0rd&#x27;&amp;/",
            "p@ss \"w0rd'\\''&/",
        ] {
            assert!(forms.iter().any(|f| f == form), "{form} in {forms:?}");
        }
    }
}
