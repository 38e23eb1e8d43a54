//! Asks an interpreter for its version, and for that of its OpenSSL.

use std::path::Path;
use std::time::Duration;

use crate::collect::host::Host;
use crate::model::safe::Version;
use crate::model::{Collected, Provenance, SafeShape};

/// What an interpreter said.
pub(super) struct Answer {
    pub(super) version: String,
    pub(super) openssl: Option<String>,
    pub(super) provenance: Provenance<Collected>,
}

/// A runtime, the arguments that make it speak, and the prefix before the version it prints.
struct Question {
    name: &'static str,
    args: &'static [&'static str],
    prefix: &'static str,
}

/// Python runs isolated and without its site folder: nothing of the project is imported, and it starts faster.
const QUESTIONS: &[Question] = &[
    Question {
        name: "CPython",
        args: &["-I", "-S", "-c", "import sys,ssl;print('%d.%d.%d'%sys.version_info[:3]);print(ssl.OPENSSL_VERSION)"],
        prefix: "",
    },
    Question {
        name: "Node.js",
        args: &["-p", "process.versions.node+'\\nOpenSSL '+process.versions.openssl"],
        prefix: "",
    },
    Question { name: "Bun", args: &["--version"], prefix: "" },
    Question { name: "Deno", args: &["--version"], prefix: "deno " },
    Question { name: "Go", args: &["version"], prefix: "go version go" },
    Question { name: "Ruby", args: &["--version"], prefix: "ruby " },
    Question { name: "PHP", args: &["--version"], prefix: "PHP " },
    Question { name: ".NET", args: &["--version"], prefix: "" },
];

/// Starts the program and reads its answer.
pub(super) fn interpreter(host: &dyn Host, name: &str, program: &Path, limit: Duration) -> Option<Answer> {
    let question = QUESTIONS.iter().find(|question| question.name == name)?;
    let ran = host.run(program, question.args, limit).ok().filter(|ran| ran.code == Some(0))?;
    let output = String::from_utf8_lossy(ran.stdout.expose());
    let mut lines = output.lines().map(str::trim);
    let word = lines.next()?.strip_prefix(question.prefix)?.split_whitespace().next()?;
    Version::parse(word)?;
    let shown = program.to_string_lossy();
    let openssl = lines.next().filter(|line| line.contains("SSL ")).map(str::to_owned);
    Some(Answer { version: word.to_owned(), openssl, provenance: Provenance::command(shown.as_ref()) })
}
