//! `--trace` and the programs that it is loaded into: their result stays what it was.

use super::sh;
use crate::support::Evpack;

#[test]
fn the_variables_are_the_commands_alone_and_the_folder_goes() {
    let out =
        sh(&["--trace"], "echo \"$EVPACK_TRACE_DIR\"; ls \"$EVPACK_TRACE_DIR\"; echo \"$ANTHROPIC_LOG\"").run().code(0);
    let mut lines = out.text().lines();
    let folder = lines.next().unwrap();
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
    assert_eq!(lines.collect::<Vec<_>>(), ["hook.cjs", "python", "debug"]);
    let own = sh(&["--trace"], "echo \"$ANTHROPIC_LOG\"").env("ANTHROPIC_LOG", "info").run().code(0);
    assert_eq!(own.text(), "info\n");
    assert_eq!(sh(&[], "echo \"$EVPACK_TRACE_DIR$PYTHONPATH$NODE_OPTIONS\"").run().text(), "\n");
}

/// Runs a program with and without `--trace`.
#[track_caller]
fn both(program: &str, name: &str, text: &str, set: &[(&str, &str)]) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let run = |options: &[&str]| {
        let args =
            ["run", "-q", "--offline"].iter().chain(options).copied().chain(["-o", "packet.md", "--", program, name]);
        let mut evpack = Evpack::new(args).file(name, text).env("PATH", &path);
        evpack = evpack.file("mine/sitecustomize.py", "print('mine')\n");
        for (name, value) in set {
            evpack = evpack.env(name, value);
        }
        let folder = evpack.dir.path().to_string_lossy().into_owned();
        let out = evpack.run();
        (out.code, out.text().to_owned(), out.stderr.replace(&folder, ""))
    };
    let (plain, traced) = (run(&[]), run(&["--trace"]));
    assert_eq!(plain, traced);
    plain.1
}

#[test]
fn a_program_ends_as_it_would_without_the_hook() {
    if std::process::Command::new("python3").arg("--version").output().is_ok() {
        let text = "import sys, logging\nlogging.basicConfig()\nlogging.warning('w')\nprint([p for p in sys.path if 'evpack' in p and 'trace' in p])\nraise ValueError('x')\n";
        assert!(both("python3", "app.py", text, &[("PYTHONPATH", "mine")]).starts_with("mine\n[]\n"));
        both("python3", "exit.py", "import sys\nsys.exit(5)\n", &[]);
    } else {
        eprintln!("skipped: there is no python3");
    }
    if std::process::Command::new("node").arg("--version").output().is_ok() {
        both("node", "app.mjs", "console.log('[log_x] y'); console.error('e'); throw new TypeError('x');\n", &[]);
        both("node", "reject.mjs", "Promise.reject(new Error('r'));\n", &[]);
        both("node", "exit.cjs", "process.exitCode = 4; console.log(process.execArgv);\n", &[]);
    } else {
        eprintln!("skipped: there is no node");
    }
}
