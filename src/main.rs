//! The `evpack` program: parse, run, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    quiet_panics();
    ExitCode::from(evpack::cli::run(std::env::args_os()))
}

/// A panic message may quote captured text, so the place of a panic is told and its message is not.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        use std::io::Write;
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let words = format!("error: internal error{place}\n\nhint: report this as a bug, with this line and no log\n");
        let _ = std::io::stderr().lock().write_all(words.as_bytes());
    }));
}
