//! Values in the lines below the one that tells what they are, in one piece and line by line, and lines that only look like these.

use super::{redacted, streamed};

/// Text, what must be gone, and what must stay.
const GOES: &[(&str, &[&str], &[&str])] = &[
    ("$ op read \"op://a/b/c\"\nkq7Vd02LmZx9\n$ echo $?\n0\n", &["kq7Vd02LmZx9"], &["op read", "echo $?"]),
    ("x@lab-3:~$ vault kv get -field=k secret/llm\nvx-93jd82Kd0s\nx@lab-3:~$ exit\n", &["vx-93jd82Kd0s"], &["exit"]),
    ("+ gcloud auth print-access-token\nq1w2E3r4T5y6\n+ gcloud version\n", &["q1w2E3r4T5y6"], &["gcloud version"]),
    ("\u{279c}  api git:(main) \u{2717} gh auth token\n8f3kD02mQx7LpZ4v\n", &["8f3kD02mQx7LpZ4v"], &["git:(main)"]),
    (
        "PS C:\\> $env:ANTHROPIC_API_KEY\nqd8vK29slPz\nPS C:\\> claude --version\n",
        &["qd8vK29slPz"],
        &["claude --version"],
    ),
    ("# cat /run/secrets/db_password\nmarmalade-Sky-9\n# ls\n", &["marmalade-Sky-9"], &["/run/secrets/db_password"]),
    ("\x1b[32m$\x1b[0m gh auth token\nLq83kdPz02mQ\n", &["Lq83kdPz02mQ"], &["gh auth token"]),
    ("{\"log\":\"$ op read op://a/b/c\\nLq83kdPz02mQ\\n$ echo ok\\nok\\n\"}\n", &["Lq83kdPz02mQ"], &["echo ok"]),
    (
        "2026-11-29T10:00:00Z $ gh auth token\n2026-11-29T10:00:01Z Lq83kdPz02mQ\n2026-11-29T10:00:02Z done\n",
        &["Lq83kdPz02mQ"],
        &["10:00:01Z", "done"],
    ),
    ("$ whoami\ndsmith\n$ hostname\nkestrel\n$ pwd\n/srv/app\n", &["dsmith", "kestrel"], &["/srv/app"]),
    ("C:\\work>whoami\ncorp\\dsmith\nC:\\work>ver\n", &["dsmith"], &["ver"]),
    ("$ git config user.name\nDana Smith\n$ git --version\n", &["Dana"], &["git --version"]),
    ("$ scutil --get ComputerName\nDana\u{2019}s MacBook Pro\n$ sw_vers\n", &["Dana"], &["sw_vers"]),
    ("Your recovery codes\n\n  4f8a2-91bcd\n  77d01-ae32f\n\nKeep them.\n", &["4f8a2", "ae32f"], &["Keep them."]),
    ("Backup codes:\n1. 4829 1047\n2. 9912 3345\nDone in 0.31s\n", &["4829", "3345"], &["Done in 0.31s"]),
    (
        "kind: Secret\nmetadata:\n  name: llm\ndata:\n  a: c3VwZXIgc2VjcmV0\ntype: Opaque\n",
        &["c3VwZXIg"],
        &["name: llm", "type: Opaque"],
    ),
    ("apiVersion: v1\ndata:\n  a: c3VwZXIgc2VjcmV0\nkind: Secret\n", &["c3VwZXIg"], &["kind: Secret"]),
    ("kind: Secret\nstringData:\n  c: |\n    x=Tall-Gr4ss\ntype: Opaque\n", &["Gr4ss"], &["type: Opaque"]),
    ("{\n  \"kind\": \"Secret\",\n  \"data\": {\n    \"a\": \"eHl6\"\n  },\n  \"n\": 1\n}\n", &["eHl6"], &["\"n\": 1"]),
    (
        "{\"kind\":\"Secret\",\"data\":{\"a\":\"c3VwZXIg\",\"b\":\"eHl6\"},\"n\":1}\n",
        &["c3VwZXIg", "eHl6"],
        &["\"n\":1"],
    ),
    ("kind: Secret\ndata: {a: c3VwZXIg, b: eHl6}\ntype: Opaque\n", &["c3VwZXIg", "eHl6"], &["type: Opaque"]),
    (
        "2026-11-29T10:00:00Z INFO backup codes:\n2026-11-29T10:00:00Z INFO a1b2-c3d4\n",
        &["a1b2-c3d4"],
        &["INFO backup codes"],
    ),
    ("\"committer\": {\n  \"name\": \"Dana Smith\",\n  \"n\": 1\n}\n", &["Dana"], &["\"n\": 1"]),
    ("variable \"db_password\" {\n  type = string\n  default = \"m0ssy\"\n}\n", &["m0ssy"], &["type = string"]),
    (
        "Content-Disposition: form-data; name=\"password\"\r\n\r\nSunny D4y\r\n--AaB03x--\r\n",
        &["Sunny", "D4y"],
        &["--AaB03x--"],
    ),
    (
        "push to https://dana:Lq83kdPz02\nvXs91@gitlab.example.org/a.git: 403\n",
        &["Lq83", "vXs91"],
        &["gitlab.example.org/a.git: 403"],
    ),
];

/// Text in which nothing goes.
const STAYS: &[&str] = &[
    "$ kubectl get secrets\nNAME   TYPE     DATA   AGE\nllm    Opaque   2      3d\n",
    "$ gh auth token\nno oauth token found for github.com\n",
    "$ op read op://a/b/c\n[ERROR] could not read secret\n",
    "bash-5.1$ op read op://a/b/c\nbash-5.1$\n",
    "$ echo $ANTHROPIC_API_KEY\n\n$ echo $ANTHROPIC_MODEL\nclaude-opus-4-6\n",
    "$ cat .nvmrc\nv22.11.0\n$ cat /etc/timezone\nEurope/Berlin\n",
    "$ aws configure get region\neu-central-1\n$ kubectl get secret llm -o name\nsecret/llm\n",
    "$ git config --get core.autocrlf\ninput\n$ hostname -f\nlocalhost.localdomain\n",
    "\"author\": {\n  \"name\": \"Anthropic\"\n}\n",
    "$ openssl rand -out seed.bin 32\n$ ls\nseed.bin\n",
    "steps:\n  - run: gcloud auth print-access-token\n  - run: ci\n",
    "$ whoami\nroot\n$ hostname\nlocalhost\n",
    "whoami: cannot find name for user ID 1001\nexit 1\n",
    "hostname\n========\n",
    "recovery codes are missing\nHTTP/1.1 429\n",
    "Backup completed\n1. 4829 files\n",
    "kind: ConfigMap\napiVersion: v1\ndata:\n  blob: c3VwZXIgZHVwZXIgc2VjcmV0\n",
    "apiVersion: v1\ndata:\n  MODEL: claude-opus-4-6\n  LEVEL: disabled\nkind: ConfigMap\n",
    "involvedObject:\n  kind: Secret\n  name: llm\nreason: FailedMount\n",
    "{\"kind\":\"Secret\",\"name\":\"llm\",\"reason\":\"NotFound\",\"code\":404}\n",
    "variable \"token_limit\" {\n  default = 200000\n}\nvariable \"region\" {\n  default = \"eu-west-1\"\n}\n",
    "Content-Disposition: form-data; name=\"model\"\n\nclaude-opus-4-6\n",
    "image docker://node:22-alpine\n@scope/pkg: 1.2.3\n",
    "GET https://api.anthropic.com:443\nretry@once\n",
];

#[test]
fn what_a_line_announces_goes_from_the_lines_below_it() {
    let mut wrong = Vec::new();
    for (text, gone, stay) in GOES {
        for out in [redacted(text), streamed(text)] {
            let leaks = gone.iter().any(|mark| out.contains(mark));
            if leaks || !stay.iter().all(|mark| out.contains(mark)) {
                wrong.push(format!("{text}\n -> {out}"));
            }
            assert_eq!(streamed(&out), out, "twice");
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_only_looks_like_it_stays() {
    let mut changed = Vec::new();
    for text in STAYS {
        for out in [redacted(text), streamed(text)] {
            if out != *text {
                changed.push(format!("{text}\n -> {out}"));
            }
        }
    }
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}
