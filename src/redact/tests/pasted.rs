//! What engineers paste and CI jobs print: dumps of connections, tables of shells, stacks, objects of C# and Go, and what only looks like these.

use super::{assert_gone, redacted, redacted_with, streamed};

/// Text, what goes, and what stays.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "{\"Model\":\"claude-sonnet-4-5\",\"MaxTokens\":64,\"System\":\"You are kind\",\"Messages\":[{\"Role\":\"user\",\"Content\":\"Where is it\"}]}",
        &["kind", "Where"],
        &["claude-sonnet-4-5", "64", "\"Role\":\"user\""],
    ),
    (
        "{\"Type\":\"message\",\"Content\":[{\"Type\":\"text\",\"Text\":\"It is there\"}],\"Usage\":{\"InputTokens\":7}}",
        &["It is"],
        &["7"],
    ),
    (
        "\u{2502} history = [        \u{2502}\n\u{2502}   \u{2502}   {             \u{2502}\n\u{2502}   \u{2502}   \u{2502}   'role': 'user', \u{2502}\n\u{2502}   \u{2502}   \u{2502}   'content': 'Where is it'+12 \u{2502}\n\u{2502}   \u{2502}   }    \u{2502}\n\u{2502} ]      \u{2502}\n\u{2502} model = 'claude-sonnet-4-5' \u{2502}\n",
        &["Where"],
        &["claude-sonnet-4-5"],
    ),
    (
        "Invoking: `search` with `{'query': 'the red tulip'}`\n\n\nTulips stand in row nine\n\n> Finished chain.\nError code: 529\n",
        &["red", "row nine"],
        &["Finished chain", "529"],
    ),
    (
        "=> Send data, 50 bytes (0x32)\n0000: {\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Whe\n0040: re is it\"}]}\n<= Recv header, 13 bytes (0xd)\n0000: HTTP/2 400 \n",
        &["Whe", "re is it"],
        &["Recv header", "HTTP/2 400"],
    ),
    (
        "Name                           Value\n----                           -----\nCOMPUTERNAME                   KESTREL-07\nDB_PASSWORD                    tall green Gr4ss\nLANG                           en_US.UTF-8\nUSERNAME                       dsmith\n\nPS C:\\> claude\n",
        &["KESTREL", "green", "dsmith"],
        &["en_US.UTF-8", "PS C:\\>"],
    ),
    (
        "#0 /srv/ask.php(44): Claude->ask('Why does the ce...', Array)\n#1 {main}\n",
        &["does the"],
        &["/srv/ask.php(44): Claude->ask(", "#1 {main}"],
    ),
    (
        "[\n  {\n    \"ParameterKey\": \"DbPassword\",\n    \"ParameterValue\": \"m0ssy\"\n  },\n  {\n    \"ParameterKey\": \"Size\",\n    \"ParameterValue\": \"t3.micro\"\n  }\n]\n",
        &["m0ssy"],
        &["t3.micro"],
    ),
    (
        "--parameters ParameterKey=DbPassword,ParameterValue=m0ssy ParameterKey=Size,ParameterValue=t3.micro",
        &["m0ssy"],
        &["t3.micro"],
    ),
    (
        "- ParameterKey: DbPassword\n  ParameterValue: m0ssy\n- ParameterKey: Size\n  ParameterValue: t3.micro\n",
        &["m0ssy"],
        &["t3.micro"],
    ),
    ("Name  : DB_PASSWORD\nValue : m0ssyGate\n\nName  : LANG\nValue : en_US\n", &["m0ssyGate"], &["en_US"]),
    (
        "docker run -e \"APP_SECRET=tall green\" -e \"MODE=all day\" app:2.1.0",
        &["tall", "green"],
        &["MODE=all day", "app:2.1.0"],
    ),
    (
        "$ sudo -S systemctl restart app <<EOF\nm0ssy-Gate\nEOF\nJob failed\n",
        &["m0ssy"],
        &["systemctl restart app", "Job failed"],
    ),
    ("$ chpasswd <<'END'\ndsmith:m0ssy-Gate\nEND\nexit 1\n", &["m0ssy"], &["exit 1"]),
    (
        "CohereError: { message: 'Where is it', chat_history: [ { role: 'USER', message: 'So' } ], model: 'command-r' }",
        &["Where"],
        &["command-r"],
    ),
    (
        "{\n  message: 'Where is it',\n  preamble: 'Be kind',\n  model: 'command-r'\n}\n",
        &["Where", "kind"],
        &["command-r"],
    ),
    ("turn {Role:user Message:Where is it now} in 2s", &["Where"], &["Role:user"]),
    ("doc        = 'A text of four words'\nmodel      = 'claude-sonnet-4-5'\n", &["four"], &["claude-sonnet-4-5"]),
    (
        "{\"modelId\":\"anthropic.claude\",\"input\":{\"inputContentType\":\"application/json\",\"inputBodyJson\":{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Where is it\"}]}],\"other\":\"and who\"},\"inputTokenCount\":812},\"output\":{\"outputContentType\":\"application/json\",\"outputBodyJson\":{\"stopReason\":\"end_turn\",\"usage\":{\"outputTokens\":40}},\"outputTokenCount\":40}}",
        &["Where", "and who"],
        &["812", "end_turn", "\"outputTokenCount\":40"],
    ),
    (
        "\"response\":{\"status\":504,\"content\":{\"size\":15,\"mimeType\":\"text/html\",\"text\":\"error code: 504\"}}",
        &[],
        &["error code: 504"],
    ),
    ("SYSTEM_PROMPT:       You are a bee\nLEVEL: debug\n", &["bee"], &["debug"]),
    ("SSN: 478-05-1121 passport, NINO: AB123456C status 429", &["1121", "AB123456C"], &["passport", "status 429"]),
    ("bsn=123456782 HTTP 429 for claude", &["123456782"], &["HTTP 429 for claude"]),
    ("passport number: X4RTBPFW4, status 429", &["X4RTBPFW4"], &["429"]),
    ("first_name=Dana last_name=Smith model=claude-sonnet-4-5", &["Dana", "Smith"], &["claude-sonnet-4-5"]),
    ("'host.name': 'kestrel-7', 'service.name': 'claude-code'", &["kestrel"], &["claude-code"]),
    (
        "arn:aws:iam::111122223333:user/dana.smith is not authorized to perform: bedrock:InvokeModel",
        &["dana"],
        &["not authorized"],
    ),
    ("arn:aws:sts::111122223333:assumed-role/Dev/dana.smith", &["dana"], &["assumed-role/Dev"]),
    (
        "file:///C:/Users/Dana%20Smith/AppData/x and \\\\nas01\\homes\\dsmith\\bot.py",
        &["Dana", "Smith", "dsmith"],
        &["AppData", "bot.py"],
    ),
    (
        "{\"attributes\":[{\"key\":\"host.name\",\"value\":{\"stringValue\":\"kestrel-mbp\"}},{\"key\":\"prompt\",\"value\":{\"stringValue\":\"Where is it\"}},{\"key\":\"prompt_length\",\"value\":{\"intValue\":\"11\"}}]}",
        &["kestrel", "Where"],
        &["prompt_length", "\"11\""],
    ),
    (
        "req=main.Req{Model:\"m-1\", Messages:[]main.Message{main.Message{Role:\"user\", Content:\"Where is it\"}}, Stream:true}",
        &["Where"],
        &["m-1", "Stream:true"],
    ),
    (" APIKey: (string) (len=16) \"gw-fennel-881177\",\n Model: (string) (len=3) \"m-1\"\n", &["fennel"], &["m-1"]),
    (
        "{\"type\":\"user\",\"tool_use_result\":{\"stdout\":\"Where is it\",\"stderr\":\"\"},\"uuid\":\"77aa\"}",
        &["Where"],
        &["77aa"],
    ),
    ("IBAN: FR14 2004 1010 0505 0001 3M02 606 HTTP 429", &["2004", "3M02"], &["HTTP 429"]),
    ("- name: SYSTEM_PROMPT\n  value: You are a bee\n- name: TIER\n  value: of the two\n", &["bee"], &["of the two"]),
    ("- ask\n- --prompt\n- Where is it\n- --model\n- of the two\n", &["Where"], &["of the two"]),
    ("\"Cmd\":[\"ask\",\"--prompt\",\"Where is it\",\"--model\",\"m-1\"]", &["Where"], &["m-1"]),
    ("  + \"SYSTEM_PROMPT\"     = \"You are a bee\"\n  + \"LOG_LEVEL\" = \"all of it\"\n", &["bee"], &["all of it"]),
    ("[Nest] 91 - DEBUG [Chat] prompt => Where is my tulip now\nstatus=529\n", &["tulip"], &["status=529"]),
    ("INFO app - prompt: Where is my tulip now", &["tulip"], &["INFO app"]),
    ("Task app.ask[1d4a] received args=('Where is it',) kwargs={'model': 'm-1'}", &["Where"], &["m-1", "1d4a"]),
    (
        "{\"_CMDLINE\":\"/usr/bin/claude -p Where is it --model sonnet\",\"MESSAGE\":\"API Error: 500\",\"_UID\":\"1001\"}",
        &["Where", "is it"],
        &["--model sonnet", "API Error: 500", "1001"],
    ),
    (
        "[31mUser message:[0m\n\nWhere is my tulip\n\n[31mResponse:[0m\n\n[32mIn row nine[0m\n",
        &["tulip", "row nine"],
        &["User message:"],
    ),
    (
        "\"customApiKeyResponses\": {\n  \"approved\": [\n    \"8Gx2LmPq0Rt4Vw6Yz1AA\"\n  ]\n}\n",
        &["8Gx2"],
        &["approved"],
    ),
    ("\"oauthAccount\": {\n  \"billing\": 1,\n  \"displayName\": \"Delphine\"\n}\n", &["Delphine"], &["billing"]),
    ("    user: {\n  \"id\": 9,\n  \"name\": \"Dana Smith\"\n}\n", &["Dana"], &["\"id\": 9"]),
    ("sudo: dsmith : user NOT in sudoers ; TTY=pts/1", &["dsmith"], &["NOT in sudoers"]),
    ("csrfmiddlewaretoken = 'kQ8xYt2vRz7mWp4nLs9bJd3hFg6cXa1e'", &["kQ8x"], &[]),
    (
        ">       assert ask(\"Where is my tulip now\") == \"In the last row\"\nE       AssertionError: x\n",
        &["tulip", "last row"],
        &["assert ask("],
    ),
    (
        "\u{2502} (index) \u{2502} role   \u{2502} content \u{2502}\n\u{2502} 0       \u{2502} 'user' \u{2502} 'Where is my tulip' \u{2502}\n429 Too Many Requests\n",
        &["tulip"],
        &["'user'", "429 Too Many"],
    ),
    ("\"message\": [ \"prompt\", \"Where is my tulip\" ], \"level\": \"log\"", &["tulip"], &["\"log\""]),
    (
        "Request map: {model=claude-opus-4-1, max_tokens=64, system=You are a kind bee, stream=false}",
        &["kind bee"],
        &["claude-opus-4-1", "max_tokens=64"],
    ),
    (
        "(\n    [model:protected] => m-1\n    [prompt:protected] => Where is my tulip\n    [timeout] => 30\n)\n",
        &["tulip"],
        &["m-1", "[timeout] => 30"],
    ),
    (
        "Params { Model = claude-3-5-sonnet, Prompt = Where is my tulip, MaxTokens = 512 }",
        &["tulip"],
        &["claude-3-5-sonnet", "MaxTokens = 512"],
    ),
    ("    api_key: Some(\n        \"m0ssy-gate-88\",\n    ),\n    stream: true,\n", &["m0ssy"], &["stream: true"]),
    ("anthropic:\n  systemPrompt: You are a bee\nreplicas: 2\n", &["bee"], &["replicas: 2"]),
    (
        "{\"request\":{\"method\":\"POST\",\"data\":\"Where is my tulip\",\"query_string\":\"lang=de\"},\"release\":\"app@4.12.0\"}",
        &["tulip"],
        &["lang=de", "app@4.12.0"],
    ),
    ("IP 10.7.7.7.51000 > 160.79.104.10.443: Flags [R], length 0", &["10.7.7.7"], &["160.79.104.10.443: Flags [R]"]),
    ("\"Env\":[\"APP_SECRET=tall green\",\"MODE=all day\"]", &["tall", "green"], &["MODE=all day"]),
    ("bash -c \"APP_SECRET=tall make all\"", &["tall"], &["make all"]),
    (
        "ERROR:ask:Claude failed for prompt 'Where is my tulip now' (attempt 2): Error code: 529",
        &["tulip"],
        &["attempt 2", "529"],
    ),
    (
        "  env:\n    BASE: https://api.anthropic.com\n    INPUT_PROMPT: Where is my tulip\nexit 1\n",
        &["tulip"],
        &["api.anthropic.com", "exit 1"],
    ),
    ("vscode-remote://wsl%2Bubuntu/home/dsmith/proj", &["dsmith"], &["proj"]),
];

/// What only looks like it.
const STAYS: &[&str] = &[
    "Content: \"text\" of the page; Text: [1, 2]; Input: \"none\"",
    "Content-Type: application/json\nText: \"Overloaded\"\n",
    "{\"Error\":{\"Message\":\"Too many tokens\",\"Code\":429},\"RequestId\":\"0a1b\"}",
    "{Code:429 Message:rate limited by the server Type:rate_limit_error}",
    "{\n  code: 'ECONNRESET',\n  message: 'socket hang up before a secure connection',\n  status: 503\n}\n",
    "Name                           Value\n----                           -----\nLANG                           en_US.UTF-8\nx-should-retry                 true\n\nDone in 2 s\n",
    "#0 /srv/ask.php(44): Client->post('https://api.ant...', Array)\n#1 /srv/a.php(2): ApiException->__construct('Too many of the...')\n",
    "region          = \"a name of some four words\"\n",
    "arn:aws:sts::111122223333:assumed-role/Dev/i-0abc123def4567890",
    "arn:aws:sts::111122223333:assumed-role/Dev/botocore-session-1763654401",
    "0000: 16 03 01 02 00 01 00 01 fc 03 03 5f 1e 2d 3c 4b ..........._.-<K\n0010: 5a 69 78 87 96 a5 b4 c3 d2 e1 f0 0f             Zix.........\n",
    "{\"StatusCode\":500,\"Content\":\"{\\\"type\\\":\\\"error\\\",\\\"error\\\":{\\\"type\\\":\\\"api_error\\\"}}\"}",
    "Refit.ApiException { StatusCode = 429, Content = \"{\\\"error\\\":{\\\"type\\\":\\\"rate_limit_error\\\"}}\" }",
    "{\"System\":\"Linux\"}",
    "[Form] prompt: must not be empty or too long",
    "const f = prompt => client.ask(prompt)",
    "- name: PROMPT_PREFIX\n  value: v2\n",
    "{\"approved\": [\"Bash(npm run test)\"]}",
    "Task app.ask[1d4a] args=[1, 2] of the program",
    "{response_type=code, prompt=consent, scope=openid, text=two words}",
    "{type=error, error={type=rate_limit_error, message=This request would exceed it}}",
    "    args: Some(\n        \"--verbose\",\n    ),\n",
    "{\"Name\":\"x\",\"Input\":{\"Name\":\"S3\"},\"Status\":\"FAILED\"}",
    "{\"Content\": {\"Headers\": [{\"Key\": \"Content-Type\"}]}}",
    "version 10.0.1.2.443: ok",
    "the option prompt \"must not be empty here\"",
    "$ sudo -s <<EOF\nwhoami now\nEOF\n",
];

#[test]
fn what_is_pasted_loses_secrets_and_keeps_evidence() {
    assert_gone(CASES.iter().copied());
}

#[test]
fn what_only_looks_like_it_stays() {
    for text in STAYS {
        assert_eq!((&*redacted(text), &*streamed(text)), (*text, *text));
    }
}

/// The rows of a dump, as one tool shows them.
fn rows(bytes: &[u8], row: impl Fn(usize, &[u8]) -> String) -> String {
    bytes.chunks(16).enumerate().map(|(at, chunk)| row(at * 16, chunk)).collect()
}

fn letters(chunk: &[u8]) -> String {
    chunk.iter().map(|b| if (32..127).contains(b) { char::from(*b) } else { '.' }).collect()
}

#[test]
fn what_a_dump_shows_in_hexadecimal_goes_from_both_its_sides() {
    use std::fmt::Write as _;
    let key = format!("sk-ant-{}-{}AA", "api03", "Zk3mVq81LxTfyPw0aRbNdCu7EhJs5GiO".repeat(2));
    let body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is the tulip that stood here\"}]}";
    let bytes =
        format!("POST /v1/messages HTTP/1.1\r\nx-api-key: {key}\r\nanthropic-version: 2023-06-01\r\n\r\n{body}");
    let pairs = |chunk: &[u8], gap: &str| {
        chunk.iter().fold(String::new(), |mut line, byte| {
            let _ = write!(line, "{byte:02x}{gap}");
            line
        })
    };
    let of_curl = |at: usize, chunk: &[u8]| format!("{at:04x}: {:<48}{}\n", pairs(chunk, " "), letters(chunk));
    let of_netty = |at: usize, chunk: &[u8]| format!("|{at:08x}| {:<48}|{:<16}|\n", pairs(chunk, " "), letters(chunk));
    let of_xxd = |at: usize, chunk: &[u8]| {
        let groups: Vec<String> = chunk.chunks(2).map(|pair| pairs(pair, "")).collect();
        format!("{at:08x}: {:<39}  {}\n", groups.join(" "), letters(chunk))
    };
    for text in [rows(bytes.as_bytes(), of_curl), rows(bytes.as_bytes(), of_netty), rows(bytes.as_bytes(), of_xxd)] {
        let text = format!("=> Send\n{text}== Info: done, 429\n");
        for out in [redacted(&text), streamed(&text)] {
            for gone in ["6d 56 71 38", "6d56 7138", "mVq81", "74 75 6c 69 70", "tulip", "7469 7020"] {
                assert!(!out.contains(gone), "{gone} in {out}");
            }
            for stays in ["POST /v1/message", "2023-", "done, 429"] {
                assert!(out.contains(stays), "{stays} not in {out}");
            }
            assert_eq!(streamed(&out), out, "twice");
        }
    }
}

#[test]
fn a_known_value_goes_wherever_it_is_wrapped() {
    let value = "kL9-Quartz/Heron+77zw";
    for head in 1..value.len() - 1 {
        let text = format!("of it {}\n{} and 429\n", &value[..head], &value[head..]);
        let out = redacted_with(&text, value);
        let rest = &value[5.max(head)..];
        assert!(rest.len() < 4 || !out.contains(rest), "{out}");
        assert!(out.contains("429"), "{out}");
    }
}
