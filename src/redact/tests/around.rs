//! Values of credentials as languages, tools and files write them beside their names, whole and line by line alike.

use super::{fill, redacted, streamed};

/// `§` stands for a secret.
const SECRETS: &[&str] = &[
    "ClientConfig { api_key: SecretString(\"§\"), timeout: 600s }",
    "auth: Some(Bearer(\"§\")), retries: 2",
    "anthropic_api_key=SecretStr('§')",
    "api_key = decrypt(\"§\")",
    "object(Client)#3 (2) {\n  [\"apiKey\":protected]=>\n  string(34) \"§\"\n  [\"timeout\"]=>\n  int(600)\n}",
    "  [\"apiKey\":\"Anthropic\\Client\":private]=>\n  string(34) \"§\"\n",
    "Client Object\n(\n    [apiKey:protected] => §\n    [token:Anthropic\\Client:private] => §\n)",
    "    - name: ANTHROPIC_API_KEY\n      value: \"§\"\n    - name: LOG\n      value: debug",
    "- key: x-api-key\n  value: §\n",
    "{\"value\": \"§\", \"name\": \"ANTHROPIC_API_KEY\"}",
    "  ~ ANTHROPIC_API_KEY = \"§\" -> \"§\"",
    "<key>ANTHROPIC_API_KEY</key>\n<string>§</string>",
    "<tr><td>ANTHROPIC_API_KEY</td><td>§</td></tr>",
    "    ANTHROPIC_API_KEY    REG_SZ    §",
    "name,value\nANTHROPIC_API_KEY,§\n",
    "API Key ：§",
    "{\\\"value\\\": \\\"§\\\", \\\"key\\\": \\\"x-api-key\\\"}",
    "{\"\\u5bc6\\u7801\": \"§\", \"status\": 401}",
    "{\"msg\": \"API Key\\uff1a§\"}",
    "{\"msg\": \"\\u30d1\\u30b9\\u30ef\\u30fc\\u30c9\\u306f§\"}",
    "{\"\\ube44\\ubc00\\ubc88\\ud638\":\"§\"}",
    "{\\\"\\\\u043f\\\\u0430\\\\u0440\\\\u043e\\\\u043b\\\\u044c\\\": \\\"§\\\"}",
    "<td>&#23494;&#38053;</td> &#x5bc6;&#x7801;: §",
    "<pre>object(Client)#3 (2) {\n  [&quot;apiKey&quot;:protected]=&gt;\n  string(34) &quot;§&quot;\n}</pre>",
    "<pre>&lt;key&gt;ANTHROPIC_API_KEY&lt;/key&gt;\n&lt;string&gt;§&lt;/string&gt;</pre>",
    "<pre>  ANTHROPIC_API_KEY = &quot;§&quot; -&gt; &quot;§&quot;</pre>",
    "<td>ANTHROPIC_API_KEY = \"§\" => \"§\"</td>",
    "  ~ ANTHROPIC_API_KEY = null -> \"§\"",
    "<db:password>§</db:password>",
    "<Secret>§</Secret>",
    "<property name=\"password\" value=\"§\"/>",
    "<property name=\"hibernate.connection.password\">§</property>",
    "<input type=\"password\" name=\"pw\" value=\"§\">",
    "PGPASSWORD='§' pg_dump -h db.example.com",
    "host1 ansible_become_pass=§ ansible_user=root",
    "h2 header: x-api-key -> §",
];

/// Texts in which a value is followed by what is evidence. `§` stands for a secret, which alone may go.
const FOLLOWED: &[&str] = &[
    "RSYNC_PASSWORD=§ rsync -a x y",
    "Password = §, Port = 5432",
    "Database=x;Password=§;Encrypt=True",
    "user=sa;password=§;encrypt=true",
    "postgres://app:x#§@db.example.com:5432/prod",
    "mysql://app:x/§@db.example.com:3306/prod",
];

/// What a log has before each line, and what stands at its end.
const LINES: &[(&str, &str)] =
    &[("2026-11-20T10:00:00.1234567Z ", ""), ("app-1  | ", ""), ("> ", ""), ("\u{1b}[31m", "\u{1b}[0m")];

const STAYS: &[&str] = &[
    "api_key=os.getenv(\"ANTHROPIC_API_KEY\")",
    "api_key = get_key(\"prod-claude\")",
    "    - name: ANTHROPIC_API_KEY\n      valueFrom:\n        secretKeyRef:\n          name: claude",
    "    - name: model\n      value: claude-opus-4-6-20260101",
    "{\"value\": \"claude-opus-4-6-20260101\", \"name\": \"model\"}",
    "{\"value\": \"missing\", \"name\": \"ANTHROPIC_API_KEY\"}",
    "<tr><th>Token</th><th>Count</th></tr>",
    "needs ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL; claude-opus-4-6-20260101",
    "wrong password status=401",
    "{\"\\u5bc6\\u94a5\\u65e0\\u6548\": \"req_011CSHoEeqs5C35K2UUqR7Fy\"}",
    "  ~ ANTHROPIC_MODEL = \"claude-opus-4-5\" -> \"claude-opus-4-6\"",
    "<token>expired</token><Secret>missing</Secret>",
    "fn next(&self) -> Result<Token> { Vec<Secret>::new() }",
    "<option name=\"token\" value=\"5\"/><add key=\"ApiKey\" value=\"\"/>",
    "<property name=\"password\">${env.PW}</property>",
    "x-api-key -> missing, max_tokens -> 64000, x-request-id -> req_011CSHoEeqs5C35K2UUqR7Fy",
    "PGPASSWORD is not set, forgotPassword: false",
];

#[test]
fn what_stands_around_a_value_does_not_hide_it() {
    let secret = format!("{}4x", fill(32, "a", 11));
    let mut left = Vec::new();
    for text in SECRETS {
        let text = text.replace('§', &secret);
        let lines = |(lead, end): &(&str, &str)| {
            let lines: Vec<String> = text.lines().map(|line| format!("{lead}{line}{end}\n")).collect();
            lines.concat()
        };
        let mut ways: Vec<String> = LINES.iter().map(lines).collect();
        ways.extend([text.clone(), serde_json::json!({ "log": text }).to_string()]);
        for shown in ways.iter().flat_map(|text| [redacted(text), streamed(text)]) {
            if shown.contains(&secret[4..]) || shown.contains("SecretStr\"") {
                left.push(shown);
            }
        }
    }
    assert!(left.is_empty(), "{} left:\n{}", left.len(), left.join("\n---\n"));
}

#[test]
fn names_without_a_secret_value_leave_their_lines_as_they_are() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}

#[test]
fn what_follows_a_password_stays() {
    let secret = format!("{}4x", fill(14, "a", 11));
    for text in FOLLOWED {
        let shown = redacted(&text.replace('§', &secret));
        let (_, rest) = text.split_once('§').unwrap();
        assert!(!shown.contains(&secret[4..]) && shown.ends_with(rest), "{shown}");
    }
}

#[test]
fn the_rest_of_a_wrapped_value_goes_and_the_next_setting_stays() {
    let secret = format!("{}4x", fill(38, "a", 11));
    let command = format!("docker run --rm -e GATEWAY_API_KEY={secret} gateway:1.2");
    let wrapped = format!("{}\n{}", &command[..60], &command[60..]);
    let quoted = wrapped.replace("KEY=", "KEY=\"").replace(" gateway:", "\" gateway:");
    let settings = format!("GATEWAY_API_KEY={secret}\nAWS_REGION=eu-west-1\nModel4=Sonnet45\n");
    for text in [&wrapped, &quoted] {
        for shown in [redacted(text), streamed(text)] {
            assert!(!shown.contains(&secret[24..]) && shown.contains(" gateway:1.2"), "{shown}");
        }
    }
    for shown in [redacted(&settings), streamed(&settings)] {
        assert!(shown.ends_with("\nAWS_REGION=eu-west-1\nModel4=Sonnet45\n"), "{shown}");
    }
}
