//! Text for a person at a terminal: through a pager and with coloured headings, as git does it; plain everywhere else.

use std::env;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use crate::error::Error;
use crate::verify::Verified;

/// Shows a verified text. `wanted` is whether a pager may be used at all.
///
/// # Errors
/// Standard output cannot be written.
pub fn page(verified: &Verified, wanted: bool) -> Result<(), Error> {
    let [only] = verified.artifact().members() else {
        return Err(Error::failed("the packet has no single text", "report this as a bug"));
    };
    if !io::stdout().is_terminal() {
        return super::stdout(&only.bytes);
    }
    let text = String::from_utf8_lossy(&only.bytes);
    let coloured = set("NO_COLOR").is_none() && env::var_os("TERM").is_none_or(|term| term != "dumb");
    let text = if coloured { painted(&text) } else { text.into_owned() };
    match pager().filter(|_| wanted) {
        Some(pager) if through(&pager, &text) => Ok(()),
        _ => super::stdout(text.as_bytes()),
    }
}

/// `EVPACK_PAGER`, then `PAGER`, then `less`; an empty value or `cat` is none.
fn pager() -> Option<String> {
    let named = env::var("EVPACK_PAGER").or_else(|_| env::var("PAGER")).unwrap_or_else(|_| "less".to_owned());
    Some(named.trim().to_owned()).filter(|pager| !pager.is_empty() && pager != "cat")
}

fn set(name: &str) -> Option<std::ffi::OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether the pager was started. One that ends early, as the reader has seen enough, is no error.
fn through(pager: &str, text: &str) -> bool {
    let mut command = if cfg!(windows) { Command::new("cmd") } else { Command::new("sh") };
    command.arg(if cfg!(windows) { "/C" } else { "-c" }).arg(pager).stdin(Stdio::piped());
    // Ends at once where the text fits the screen, keeps colours, leaves the text on the screen: git's own choice.
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(text.as_bytes());
    }
    // The shell says 127 where there is no such program.
    child.wait().is_ok_and(|status| status.code() != Some(127))
}

/// The first line and headings in bold. Captured text cannot act here: its control characters were made visible.
fn painted(text: &str) -> String {
    let heading = |line: &str| !line.is_empty() && line.chars().all(|c| c.is_ascii_uppercase() || c == ' ');
    let mut out = String::with_capacity(text.len() + 64);
    for (index, line) in text.lines().enumerate() {
        match line {
            line if index == 0 => out.push_str(&format!("\x1b[1;31m{line}\x1b[0m\n")),
            line if heading(line) => out.push_str(&format!("\x1b[1m{line}\x1b[0m\n")),
            line => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_headings_are_painted() {
        let text = painted("TIMEOUT: x\nwords\nNEXT STEP\n");
        assert_eq!(text, "\x1b[1;31mTIMEOUT: x\x1b[0m\nwords\n\x1b[1mNEXT STEP\x1b[0m\n");
    }
}
