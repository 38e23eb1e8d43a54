//! What the fuzz targets and the smoke test of redaction hold for any bytes. Each function says what did not hold.

use std::io::Read;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{RedactError, Redactor};

/// A value that every encoding of it must lose; no credential of anything.
const KNOWN: &str = "gw.71fe0c2a9b-Known/Value+8";
/// A prompt that every structure must lose.
const PROMPT: &str = "marmalade-zeppelin";

static REDACTOR: LazyLock<Result<Redactor, RedactError>> =
    LazyLock::new(|| Redactor::builder().secret("GATEWAY_KEY", KNOWN).build());

fn redactor() -> Result<&'static Redactor, &'static str> {
    REDACTOR.as_ref().map_err(|_| "the built-in rules do not load")
}

fn streamed(redactor: &Redactor, input: impl Read) -> Result<Vec<u8>, &'static str> {
    let mut out = Vec::new();
    redactor.redact_stream(input, &mut out).map_err(|_| "a stream cannot be redacted")?;
    Ok(out)
}

/// Gives out a few bytes at a time.
struct Pieces<'a> {
    text: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.size.max(1).min(self.text.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.text[..count]);
        self.text = &self.text[count..];
        Ok(count)
    }
}

/// The words of the gate that are the same in each run, as source text: what `build.rs` lays out.
pub fn gate_source() -> Option<String> {
    super::gate::source()
}

/// The engine: the same result however a stream is cut, and a second pass finds nothing more.
///
/// # Errors
/// What did not hold.
pub fn engine(bytes: &[u8]) -> Result<(), &'static str> {
    let redactor = redactor()?;
    let size = bytes.first().map_or(1, |byte| usize::from(byte % 61) + 1);
    let whole = streamed(redactor, bytes)?;
    if whole != streamed(redactor, Pieces { text: bytes, size })? {
        return Err("the result depends on how the stream is cut");
    }
    if memchr::memmem::find(&whole, KNOWN.as_bytes()).is_some() {
        return Err("a known value survives");
    }
    Ok(())
}

/// The structure scanner: a prompt between any two bytes of text, in the shapes that programs write, is gone.
///
/// # Errors
/// What did not hold.
pub fn structure(bytes: &[u8]) -> Result<(), &'static str> {
    let redactor = redactor()?;
    let text: String = String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(400).collect();
    let prompt = format!("{text} {PROMPT} {text}");
    let json = serde_json::json!({"model": "claude", "messages": [{"role": "user", "content": prompt}]}).to_string();
    let twice = serde_json::json!({ "body": json }).to_string();
    let event =
        serde_json::json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": prompt}});
    let cut = &json[..json.len() - 4];
    for shape in [json.clone(), twice.clone(), format!("data: {event}"), cut.to_owned()] {
        if redactor.redact_str(&shape).contains(PROMPT) {
            return Err("a prompt survives in a text");
        }
        let line = format!("{shape}\n");
        if memchr::memmem::find(&streamed(redactor, line.as_bytes())?, PROMPT.as_bytes()).is_some() {
            return Err("a prompt survives in a stream");
        }
    }
    Ok(())
}

/// The encodings: a known value between any two bytes, in any form, is gone.
///
/// # Errors
/// What did not hold.
pub fn encodings(bytes: &[u8]) -> Result<(), &'static str> {
    let redactor = redactor()?;
    let around: String = String::from_utf8_lossy(bytes).chars().take(200).collect();
    let quoted = serde_json::Value::from(KNOWN).to_string();
    let percent = percent_encoding::utf8_percent_encode(KNOWN, percent_encoding::NON_ALPHANUMERIC).to_string();
    let lead = bytes.len() % 3;
    let base64 = STANDARD.encode(format!("{}{KNOWN}", &"xyz"[..lead]));
    let hex = KNOWN.bytes().fold(String::new(), |out, byte| out + &format!("{byte:02x}"));
    for form in [KNOWN.to_owned(), quoted, percent, base64.clone(), hex] {
        let shown = redactor.redact_str(&format!("{around} {form} {around}"));
        // Of base64 the first and last characters also hold bits of their neighbours.
        let core = form.get(8..form.len() - 8).unwrap_or(&form);
        if shown.contains(core) && !around.contains(core) {
            return Err("an encoded value survives");
        }
    }
    Ok(())
}
