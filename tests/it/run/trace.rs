//! `--trace` and the programs that it is loaded into: their result stays what it was.

use super::{installed, nodes, sh};
use crate::support::secret::api_key;
use crate::support::stub::{Answer, Stub};
use crate::support::{Evpack, repository};

#[test]
fn the_variables_are_the_commands_alone_and_the_folder_goes() {
    let out =
        sh(&["--trace"], "echo \"$EVPACK_TRACE_DIR\"; ls \"$EVPACK_TRACE_DIR\"; echo \"$ANTHROPIC_LOG\"").run().code(0);
    let mut lines = out.text().lines();
    let folder = lines.next().unwrap();
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
    assert_eq!(lines.collect::<Vec<_>>(), ["hook.cjs", "hook.mjs", "loader.mjs", "python", "debug"]);
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
        evpack = evpack.file("mine/sitecustomize.py", "print('mine')\n").file("mine.cjs", "console.log('mine');\n");
        evpack = evpack.file("nested/package.json", "{\"type\": \"module\"}");
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
    for node in &nodes() {
        both(node, "app.mjs", "console.log('[log_x] y'); console.error('e'); throw new TypeError('x');\n", &[]);
        both(node, "reject.mjs", "Promise.reject(new Error('r'));\n", &[]);
        both(node, "exit.cjs", "process.exitCode = 4; console.log(process.execArgv);\n", &[]);
    }
}

#[test]
fn handlers_of_the_programs_own_stay_in_force() {
    if std::process::Command::new("python3").arg("--version").output().is_ok() {
        let own = "import sys, threading, logging, warnings\n\
                   sys.excepthook = lambda kind, error, trace: print('mine', kind.__name__, error, file=sys.stderr)\n\
                   threading.excepthook = lambda args: print('thread', args.exc_type.__name__, file=sys.stderr)\n\
                   made = logging.getLogRecordFactory()\n\
                   def make(*args, **kwargs):\n    record = made(*args, **kwargs); record.msg = 'mine ' + str(record.msg); return record\n\
                   logging.setLogRecordFactory(make)\nlogging.basicConfig()\n\
                   def fails(): raise KeyError('t')\n\
                   thread = threading.Thread(target=fails); thread.start(); thread.join()\n\
                   try: 1 / 0\nexcept ZeroDivisionError: logging.exception('caught')\n\
                   warnings.warn('w')\nraise ValueError('x')\n";
        both("python3", "own.py", own, &[]);
        both(
            "python3",
            "chain.py",
            "try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError('y') from e\n",
            &[],
        );
        both("python3", "exit.py", "import os, sys\nprint('said', flush=True)\nos._exit(7)\n", &[]);
    } else {
        eprintln!("skipped: there is no python3");
    }
    for node in &nodes() {
        let own = "process.on('uncaughtException', (error) => { console.error('mine', error.message); process.exit(9); });\n\
                   process.on('exit', (code) => console.log('exit', code));\nthrow new TypeError('x');\n";
        both(node, "own.cjs", own, &[]);
        both(node, "own.mjs", own, &[]);
        let rejected = "process.on('unhandledRejection', (error) => { console.error('mine', error.message); process.exitCode = 8; });\n\
                        Promise.reject(new Error('r'));\n";
        both(node, "rejected.mjs", rejected, &[]);
        // The start of the program, its stacks, and what the module system says are as without the hook.
        both(
            node,
            "stack.cjs",
            "console.log(require.main === module, module.parent);\nfunction a() { throw new Error('deep'); }\na();\n",
            &[],
        );
        both(node, "missing.cjs", "require('./no-such-module');\n", &[]);
        both(node, "nested/stack.js", "import 'node:fs';\nthrow new Error('deep');\n", &[]);
        let kept = both(
            node,
            "kept.cjs",
            "console.log(new Error('x').stack.split('\\n').length);\n",
            &[("NODE_OPTIONS", "--require ./mine.cjs --stack-trace-limit=2")],
        );
        assert_eq!(kept, "mine\n3\n");
    }
}

/// What a program of an SDK prints and ends with is the same with and without the hooks, whether it catches the error or not.
#[test]
fn errors_of_the_sdks_are_printed_as_without_the_hook() {
    const PYTHON: &str = "import anthropic, logging, traceback\nlogging.basicConfig()\n\
        client = anthropic.Anthropic(max_retries=0, timeout=20)\n\
        def call(): client.messages.create(model='claude-opus-4-6', max_tokens=8, messages=[{'role': 'user', 'content': 'x'}])\n\
        try: call()\nexcept anthropic.APIError as e: print('caught', repr(e), sorted(vars(e)))\n\
        try: call()\nexcept Exception: traceback.print_exc()\n\
        try: call()\nexcept Exception: logging.exception('logged')\ncall()\n";
    const NODE: &str = "const client = new Anthropic({ maxRetries: 0, timeout: 20000 });\n\
        const call = () => client.messages.create({ model: 'claude-opus-4-6', max_tokens: 8, messages: [{ role: 'user', content: 'x' }] });\n\
        const main = async () => {\n  try { await call(); } catch (e) { console.log('caught', e, e instanceof Anthropic.APIError, Object.keys(e)); }\n\
          try { await call(); } catch (e) { console.error('failed', e.message); }\n  await call();\n};\nmain();\n";
    let import = format!("import Anthropic from '@anthropic-ai/sdk';\n{NODE}");
    let require = format!("const Anthropic = require('@anthropic-ai/sdk');\n{NODE}");
    let nodes = installed("node/node_modules/@anthropic-ai/sdk").map(|_| nodes()).unwrap_or_default();
    let python = installed("venv/bin/python").map(|path| path.to_string_lossy().into_owned());
    let of_node = |node| [(node, "app.mjs", import.as_str()), (node, "app.cjs", require.as_str())];
    let of_python = python.iter().map(|python| (python, "app.py", PYTHON));
    for (program, name, text) in of_python.chain(nodes.iter().flat_map(of_node)) {
        for answer in [Answer::Status(529), Answer::Refuse] {
            let run = |options: &[&str]| {
                let stub = Stub::start(answer);
                let args = ["run", "-q", "--offline"].iter().chain(options).copied();
                let args = args.chain(["-o", "packet.md", "--", program.as_str(), name]);
                let evpack = Evpack::new(args)
                    .file(name, text)
                    .env("PATH", &std::env::var("PATH").unwrap_or_default())
                    .env("ANTHROPIC_BASE_URL", &stub.url())
                    .env("ANTHROPIC_API_KEY", &api_key(905))
                    .env("NO_PROXY", "*");
                let modules = repository("target/real/node/node_modules");
                std::os::unix::fs::symlink(modules, evpack.dir.path().join("node_modules")).unwrap();
                let folder = evpack.dir.path().to_string_lossy().into_owned();
                let out = evpack.run();
                // Dates and places of the two runs are not the hook's doing.
                let plain = |text: &str| {
                    let text = text.replace(&folder, "").replace(stub.url().trim_start_matches("http://"), "STUB");
                    let lines = text.lines().filter(|line| !line.contains("date:") && !line.contains("port: "));
                    lines.collect::<Vec<_>>().join("\n")
                };
                (out.code, plain(out.text()), plain(&out.stderr))
            };
            let (without, with) = (run(&[]), run(&["--trace"]));
            assert_eq!(without, with, "{name}");
            assert!(without.1.contains("caught") && without.0 == Some(1), "{name} {without:?}");
        }
    }
}
