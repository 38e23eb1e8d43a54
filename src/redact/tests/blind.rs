//! Forms that blind sets of ordinary logs showed to leak, or to lose evidence, whole and line by line alike.

use super::{fill, redacted, streamed};

/// `§` stands for a secret that the rest of the text does not tell by its own form.
const SECRETS: &[&str] = &[
    "{\"headers\":{\"Cookie\":[\"sid=§\",\"b=§\"],\"Via\":[\"1.1\"]}}",
    "{\"headers\":{\"X-Gateway-Token\":[\"§\"],\"Via\":[\"1.1\"]}}",
    "map[Authorization:[Bearer §] Cookie:[sid=§; HttpOnly] X-Request-Id:[8a1b]]",
    "SetEnv DB_PASSWORD §\n",
    "    fastcgi_param DB_PASSWORD §;\n",
    "│ 2 │ GATEWAY_DB_PASS   │ § │",
    "DBT_ENV_SECRET_PW=§\n",
    "define('NONCE_SALT', '§');\n",
    "HASHID_SALT=§\n",
    "ses_smtp_password_v4 = \"§\"\n",
    "apiVersion: v1\nstringData:\n  conf: |\n    pin: §\nkind: Secret\n",
];

/// What stays, and what goes of the same text.
const EVIDENCE: &[(&str, &[&str])] = &[
    ("TOKEN=§\nANTHROPIC_MODEL=claude-opus-4-1-20250805\n", &["ANTHROPIC_MODEL=claude-opus-4-1-20250805"]),
    ("API_KEY=§\nCI_COMMIT_SHA=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b\n", &["CI_COMMIT_SHA=9f86d081884c7d65"]),
    (
        "map[Authorization:[Bearer §] X-Request-Id:[8a1b] X-Stainless-Retry-Count:[2]]",
        &["X-Request-Id:[8a1b]", "Count:[2]"],
    ),
    ("map[Set-Cookie:[sid=§; HttpOnly] X-Should-Retry:[true]]", &["X-Should-Retry:[true]"]),
    (
        "kind: ConfigMap\ndata:\n  gw.toml: |\n    [server]\n    timeout = 600\n    api_key = \"§\"\n",
        &["[server]", "timeout = 600"],
    ),
];

/// Nothing goes.
const STAYS: &[&str] = &[
    "WARNING! Using --password via the CLI is insecure. Use --password-stdin.",
    "--- PASS: TestRetryAfter429 (0.01s)\n--- FAIL: TestStream2Timeout (30.00s)",
    "PASS: BenchmarkEncode10K",
    "kind: ConfigMap\ndata:\n  nginx.conf: |\n    proxy_read_timeout 600s;\n    listen 8080;\n",
    "ENV TOKEN_TTL 3600\nSetEnv AUTH_MODE none\n",
    "    username = settings.user_name\n    login = False\n",
    "ValueHint::Username => \"users\"",
    "user = None",
];

#[test]
fn secrets_go_and_json_stays_json() {
    for (index, text) in SECRETS.iter().enumerate() {
        let secret = format!("{}3a7", fill(17, "a", 90 + index as u64));
        let text = text.replace('§', &secret);
        for out in [redacted(&text), streamed(&text)] {
            assert!(!out.contains(&secret[4..]), "{text}\n -> {out}");
            let parses = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
            assert!(!parses(&text) || parses(&out), "{out}");
        }
    }
}

#[test]
fn evidence_beside_them_stays() {
    for (text, stay) in EVIDENCE {
        let secret = format!("sk-ant-api03-{}", fill(40, "a", 7));
        let text = text.replace('§', &secret);
        for out in [redacted(&text), streamed(&text)] {
            assert!(!out.contains(&secret[12..]) && stay.iter().all(|mark| out.contains(mark)), "{text}\n -> {out}");
        }
    }
}

#[test]
fn what_only_looks_like_them_stays() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}

#[test]
fn names_of_users_go_from_what_curl_ruby_and_settings_say() {
    for text in [
        "* Proxy auth using Basic with user 'mvanderberg'",
        "username = mvanderberg\n",
        "{\"username\"=>\"mvanderberg\", :user=>\"mvanderberg\"}",
        "{\"USER\":{\"value\":\"mvanderberg\"}}",
        "net use Z: /user:corp\\mvanderberg x",
        "aws sts assume-role --role-session-name mvanderberg",
    ] {
        for out in [redacted(text), streamed(text)] {
            assert!(!out.contains("mvanderberg"), "{text}\n -> {out}");
        }
    }
}
