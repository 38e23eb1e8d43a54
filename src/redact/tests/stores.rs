//! Credentials in what stores of secrets, databases, configurations and programs that refuse or dump them print, in one piece and line by line, and
//! lines that only look like these.

use super::{redacted, streamed};

/// The credential in each text.
const VALUE: &str = "Kestrel-mast8126!";

/// `§` stands for the credential; what follows each text must stay.
const GOES: &[(&str, &[&str])] = &[
    ("====== Data ======\nKey      Value\n---      -----\nllm      §\n", &["llm", "Value"]),
    ("{\"lease_id\":\"\",\"data\":{\"data\":{\"llm\":\"§\"},\"metadata\":{\"version\":3}}}\n", &["\"version\":3"]),
    (
        "  \"lease_id\": \"\",\n  \"data\": {\n    \"data\": {\n      \"llm\": \"§\"\n    },\n    \"metadata\": {\n      \"version\": 3\n",
        &["\"version\": 3"],
    ),
    ("    \"sensitive\": true,\n    \"type\": \"string\",\n    \"value\": \"§\"\n", &["\"type\": \"string\""]),
    (
        "  \"id\": \"https://v.vault.azure.net/secrets/a/0b\",\n  \"name\": \"a\",\n  \"value\": \"§\"\n",
        &["\"name\": \"a\""],
    ),
    ("|  Type   |  SecureString  |\n|  Value  |  §  |\n|  Version  |  3  |\n", &["Version  |  3"]),
    ("    name  = \"DB_PASSWORD\"\n    value = \"§\"\n", &["DB_PASSWORD"]),
    ("      - --db-password\n      - §\n      - --retries\n", &["--retries"]),
    ("3) \"db_password\"\n4) \"§\"\n5) \"model\"\n6) \"m-1\"\n", &["m-1"]),
    ("127.0.0.1:6379> get db_password\n\"§\"\n", &["get db_password"]),
    (
        "db_password\n  Value error, too weak [type=value_error, input_value='§', input_type=str]\n",
        &["type=value_error"],
    ),
    ("std::env::var(\"DB_PASSWORD\") = Ok(\n    \"§\",\n)\n", &["DB_PASSWORD"]),
    ("getenv(\"DB_PASSWORD\")    = \"§\"\n", &["getenv"]),
    ("process.env[\"DB_PASSWORD\"] ??= \"§\";\n", &["??="]),
    ("export DB_PASSWORD=\\\n§\n", &["export DB_PASSWORD"]),
    ("db_password: &pw \"§\"\nretries: 2\n", &["retries: 2"]),
    ("db_password: !!str §\nretries: 2\n", &["retries: 2"]),
    ("(auth-source-search :host \"x\" :secret \"§\")\n", &[":host \"x\""]),
    ("DB_PASSWORD\t§\nAPP_ENV\tproduction\n", &["APP_ENV\tproduction"]),
    ("<AutoLogon><Password><Value>§</Value><PlainText>true</PlainText></Password></AutoLogon>\n", &["<PlainText>true"]),
    ("<tr><td>DB_PASSWORD</td><td class=\"code\"><pre>&#x27;§&#x27;</pre></td></tr>\n", &["class=\"code\""]),
    (
        "{\"key\":\"db.password\",\"value\":{\"stringValue\":\"§\"}},{\"key\":\"n\",\"value\":{\"intValue\":\"529\"}}\n",
        &["529"],
    ),
    (" $ db_password: chr \"§\"\n $ retries : num 2\n", &["num 2"]),
    ("$1 = {host = 0x7ffe \"h\", db_password = 0x5555 \"§\", n = 2}\n", &["n = 2"]),
    ("> > API key:\n> > Kestrelmast8126x4Lq83kdPz02mQ\n> it said 529\n", &["it said 529"]),
];

/// These stay as they are.
const STAYS: &[&str] = &[
    "x-api-key: sk-ant-...\n",
    "token: !Ref ApiToken\n",
    "password: !vault |\n",
    "phase2=\"auth=MSCHAPV2\"\n",
    "postgresql://user:password@localhost/db\n",
    "DETAIL:  parameters: $1 = 'req_011CSHoEeqs5C35K2UUqR7Fy', $2 = 'overloaded_error', $3 = '3'\n",
    "mysqld --basedir=/usr --port=3306\n",
    "\"sensitive\": false,\n    \"type\": \"string\",\n    \"value\": \"us-west-2\"\n",
    "retries\n  Input should be a valid integer [type=int_parsing, input_value='x1y2', input_type=str]\n",
    "1) \"model\"\n2) \"claude-sonnet-4-5\"\n",
    "      - --model\n      - claude-sonnet-4-5\n",
    "if getenv(\"API_KEY\") == \"\" {\n",
];

#[test]
fn credentials_go_in_one_piece_and_line_by_line() {
    for (text, stays) in GOES {
        let text = text.replace('§', VALUE);
        for (how, shown) in [("whole", redacted(&text)), ("lines", streamed(&text))] {
            assert!(!shown.contains("mast8126"), "{how}: {text}\n{shown}");
            for word in *stays {
                assert!(shown.contains(word), "{how}: lost {word} of {text}\n{shown}");
            }
        }
    }
}

#[test]
fn what_only_reads_like_them_stays() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}
