//! Prompt content in the shapes that clients write; none of it may survive, and the evidence beside it must.

use super::redacted;

const PRIVATE: &str = "PRIVATE PROMPT TEXT 4711";

/// Text, and evidence that must stay in it. `P` stands for the prompt.
const CASES: &[(&str, &[&str])] = &[
    (
        r#"{"gen_ai.request.model":"claude-opus-4-6","gen_ai.usage.input_tokens":12,"gen_ai.prompt.0.content":"P","ai.response.text":"P","traceloop.entity.input":"{\"q\": \"P\"}","input.value":"P"}"#,
        &["\"gen_ai.request.model\":\"claude-opus-4-6\"", "input_tokens\":12"],
    ),
    ("&anthropic.TextBlockParam{Text:\"P\", Type:\"text\"} Error{Status:429}", &["Type:\"text\"", "Status:429"]),
    (
        "[\"role\"]=> string(4) \"user\" [\"content\"]=> string(24) \"P\" [\"n\"]=> int(429)",
        &["string(4) \"user\"", "int(429)"],
    ),
    ("    [role] => user\n    [content] => P\n    [status] => 429\n", &["[role] => user", "[status] => 429"]),
    ("body['content'] = 'P'; status = 429", &["status = 429"]),
    (r#"{"type":"summary","summary":"P","leafUuid":"8a1b2c3d"}"#, &["\"type\":\"summary\"", "leafUuid"]),
    (r#"{"source":{"type":"text","media_type":"text/plain","data":"P"}}"#, &["text/plain"]),
    (r#"{"function":"ask","lineno":12,"vars":{"question":"P","n":1},"in_app":true}"#, &["\"lineno\":12", "in_app"]),
    ("│ question = 'P' │ status = 429", &["status = 429"]),
    (r#"{"summary":"overloaded","query":"beta=true","status":529}"#, &["\"summary\":\"overloaded\"", "beta=true"]),
    ("PROMPT=\"P\"\nexport MY_SYSTEM_PROMPT='P'\ncurl $URL", &["PROMPT=\"", "export MY_SYSTEM_PROMPT='", "curl $URL"]),
    ("PATH=/bin\nUSER_PROMPT=P\nexport PROMPT=P\nHOME=/", &["PATH=/bin", "USER_PROMPT=[text", "HOME=/"]),
    ("INFO ask prompt=P tokens=12 status=429", &["INFO ask prompt=", "tokens=12 status=429"]),
    ("prompt: P\nsystem_prompt: P\n429 Too Many Requests", &["prompt: [text", "429 Too Many Requests"]),
    (
        "authorize prompt=consent prompt=412 completion=88 prompt=$PROMPT PROMPT=$(cat prompt.txt) prompt == 'x' PS1 prompt: bash",
        &[
            "authorize prompt=consent",
            "prompt=412 completion=88",
            "prompt=$PROMPT PROMPT=$(cat prompt.txt)",
            "PS1 prompt: bash",
        ],
    ),
    (
        r#"{"model":"claude-opus-4-6","max_tokens":64,"messages":[{"role":"user","content":"P"}]}"#,
        &["claude-opus-4-6", "\"max_tokens\":64", "\"role\":\"user\"", "[text of 24 characters]"],
    ),
    (
        r#"{"system":"P","messages":[{"role":"user","content":[{"type":"text","text":"P"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"P"}}]}]}"#,
        &["\"type\":\"image\"", "image/png"],
    ),
    (
        r#"{"system":[{"type":"text","text":"P","cache_control":{"type":"ephemeral"}}],"model":"claude-opus-4-6"}"#,
        &["ephemeral", "claude-opus-4-6"],
    ),
    (r#"{"tools":[{"name":"P","description":"P","input_schema":{"P":1}}],"max_tokens":5}"#, &["\"max_tokens\":5"]),
    (
        r#"{"content":[{"type":"tool_use","id":"toolu_01A09q90qw90lq917835lq9","name":"get","input":{"city":"P","n":{"a":["P"]}}}],"stop_reason":"tool_use"}"#,
        &["toolu_01A09q90qw90lq917835lq9", "\"stop_reason\":\"tool_use\""],
    ),
    (
        "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"P\"}}\n\nevent: message_stop",
        &["text_delta", "event: message_stop"],
    ),
    (
        "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"x\\\": \\\"P\"}}",
        &["input_json_delta"],
    ),
    (
        "[2026-11-22 18:36:29 - anthropic._base_client:604 - DEBUG] Request options: {'method': 'post', 'url': '/v1/messages', 'json_data': {'max_tokens': 64, 'messages': [{'role': 'user', 'content': 'P'}], 'model': 'claude-opus-4-6'}}\n[2026-11-22 18:36:29 - x] y",
        &["'model': 'claude-opus-4-6'", "'role': 'user'", "18:36:29 - x] y"],
    ),
    ("Request options: {'json_data': {'messages': [{'role': 'user', 'content': \"it's P", &["'role': 'user'"]),
    (
        "Request options: {'json_data': {'messages': [{'role': 'user', 'content': 'P', 'extra\n[2026-11-22 18:36:29 - x] Connection refused",
        &["Connection refused"],
    ),
    (
        "body: {\n  model: 'claude-opus-4-6',\n  messages: [ { role: 'user', content: 'P' } ],\n  max_tokens: 64\n}",
        &["role: 'user'", "max_tokens: 64"],
    ),
    (
        "messages: [\n    {\n      role: 'user',\n      content: 'first line\\n' +\n        'P'\n    }\n  ]\ncode: 'ECONNREFUSED'",
        &["ECONNREFUSED"],
    ),
    ("messages: [ { role: 'user', content: `P\nmore ${x}` } ], model: 'claude-opus-4-6'", &["claude-opus-4-6"]),
    (
        "Message(id='msg_01XFDUDYJgAACzvnptvVoYEL', content=[TextBlock(text='P', type='text', citations=None)], model='claude-opus-4-6', role='assistant', stop_reason='end_turn')",
        &["msg_01XFDUDYJgAACzvnptvVoYEL", "claude-opus-4-6", "end_turn", "TextBlock("],
    ),
    (
        "File \"/srv/app/ask.py\", line 12, in main\n    message = ask(\"P\")\n              ^^^^^^^^\nhttpx2.ConnectError: [Errno 111] Connection refused",
        &["message = ask(", "ConnectError: [Errno 111] Connection refused", "line 12, in main"],
    ),
    (
        "  File \"/srv/app/ask.py\", line 12, in main\n    client.messages.create(model=\"claude-opus-4-6\", messages=[{\"role\": \"user\", \"content\": \"P\"}])\nanthropic.APIConnectionError: Connection error.",
        &["claude-opus-4-6", "Connection error."],
    ),
    (
        "file:///srv/app/ask.mjs:12\n    const m = await ask(\"P\");\n                    ^\n\nAPIConnectionError: Connection error.",
        &["const m = await ask(", "Connection error."],
    ),
    (
        r#"{"stack":"Traceback\n  File \"/srv/a.py\", line 3, in f\n    ask(\"P\")\nValueError: no","level":"error"}"#,
        &["ValueError: no", "\"level\":\"error\""],
    ),
    ("claude -p \"P\" --output-format json", &["--output-format json"]),
    ("$ claude --model opus -p 'P' --verbose 2>&1 | tee log", &["--model opus", "| tee log"]),
    ("echo \"P\" | claude -p --output-format json", &["--output-format json"]),
    (
        "curl https://api.anthropic.com/v1/messages -d '{\"model\":\"claude-opus-4-6\",\"messages\":[{\"role\":\"user\",\"content\":\"P\"}]}'",
        &["claude-opus-4-6"],
    ),
    ("curl https://x.example -H 'content-type: text/plain' --data 'P'", &["https://x.example"]),
    (
        r#"{"type":"user","message":{"role":"user","content":"P"},"uuid":"8a1b2c3d-4e5f-6789-abcd-ef0123456789","sessionId":"8a1b2c3d-4e5f-6789-abcd-ef0123456789"}"#,
        &["8a1b2c3d-4e5f-6789-abcd-ef0123456789"],
    ),
    (
        r#"{"type":"result","subtype":"success","is_error":false,"result":"P","session_id":"8a1b2c3d-4e5f-6789-abcd-ef0123456789"}"#,
        &["\"is_error\":false"],
    ),
    (
        r#"{"type":"assistant","isApiErrorMessage":true,"message":{"content":[{"type":"text","text":"API Error: 529 Overloaded"}]},"toolUseResult":{"stdout":"P"}}"#,
        &["API Error: 529 Overloaded"],
    ),
    (
        r#"{"log":"{\"messages\":[{\"role\":\"user\",\"content\":\"say \\\"P\\\" now\"}],\"max_tokens\":7}"}"#,
        &["max_tokens\\\":7"],
    ),
    (
        r#"{"log":"{\"inner\":\"{\\\"messages\\\":[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"P\\\"}]}\"}","status":529}"#,
        &["\"status\":529"],
    ),
    (r#"'{"messages": [{"role": "user", "content": "say \\"P\\", ok"}]}'"#, &["\"role\": \"user\""]),
    (
        r#"{"request":{"postData":{"mimeType":"application/json","text":"{\"messages\":[{\"role\":\"user\",\"content\":\"P\"}],\"max_tokens\":7}"}},"response":{"content":{"size":90,"mimeType":"application/json","text":"{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"}}}"#,
        &["overloaded_error", "Overloaded", "max_tokens\\\":7"],
    ),
    (
        r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"P"},"finish_reason":"stop"}],"usage":{"total_tokens":12}}"#,
        &["\"total_tokens\":12", "finish_reason"],
    ),
    (r#"{"prompt":"\n\nHuman: P\n\nAssistant:","max_tokens_to_sample":300}"#, &["max_tokens_to_sample"]),
    (r#"{"messages":[{"role":"user","content":"P and then it was cut"#, &["\"role\":\"user\""]),
    (r#"{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","te"#, &["\"role\":\"user\""]),
    ("{ content: [ { type: 'text', text: 'P' } ], role: 'user' }, status: 529", &["role: 'user'", "status: 529"]),
    (
        "{'messages': [{'content': 'aaa '\n                          'P',\n               'role': 'user'}],\n 'model': 'claude-opus-4-6'}",
        &["'model': 'claude-opus-4-6'"],
    ),
    ("body=b'{\"messages\": [{\"role\": \"user\", \"content\": \"P\"}]}' status=529", &["status=529"]),
    (
        "create(model='claude-opus-4-6', messages=[{'role': 'user', 'content': [{'type': 'text', 'text': 'P'}]}], max_tokens=5)",
        &["max_tokens=5"],
    ),
    ("content: \u{1b}[32m'P'\u{1b}[39m, status: \u{1b}[33m529\u{1b}[39m", &["529"]),
    (
        "MessageCreateParams{model=claude-opus-4-6, messages=[MessageParam{content=P, role=user}]}\n2026-11-22 Connection refused",
        &["model=claude-opus-4-6", "Connection refused"],
    ),
    (
        "subprocess.CalledProcessError: Command '['claude', '-p', 'P', '--output-format', 'json']' returned non-zero exit status 1.",
        &["'--output-format', 'json'", "exit status 1"],
    ),
    ("{\"cmd\":[\"claude\",\"-p\",\"P\"],\"code\":1}", &["\"code\":1"]),
    (
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_01XFDUDYJgAACzvnptvVoYEL\",\"content\":[],\"usage\":{\"input_tokens\":25}}}\n\nevent: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"P\",\"signature\":\"abc\"}}\n",
        &["\"input_tokens\":25", "msg_01XFDUDYJgAACzvnptvVoYEL"],
    ),
    (
        "<pre>{&quot;messages&quot;:[{&quot;role&quot;:&quot;user&quot;,&quot;content&quot;:&quot;P&quot;}]}</pre>",
        &["&quot;role&quot;", "</pre>"],
    ),
    ("{:role=>\"user\", :content=>\"P\"}", &[":role=>\"user\""]),
    ("messages:\n  - role: user\n    content: P\nmodel: claude-opus-4-6", &["role: user", "model: claude-opus-4-6"]),
    (
        "- role: user\n  content: |\n    P\n    more\n\n    end\nmodel: claude-opus-4-6",
        &["role: user", "model: claude-opus-4-6"],
    ),
    ("$ claude -p <<EOF\nP\nEOF\nexit 1", &["EOF\nexit 1"]),
    ("$ cat <<'EOF' | claude -p\nP\nEOF\nexit 1", &["EOF\nexit 1"]),
    ("\"transcript\": \"P\"\n\"completion\": \"P\"\nexit 1", &["\"completion\": ", "exit 1"]),
    ("prompt: |\n  P\n  P\nretries: 1", &["retries: 1"]),
    (
        "     -> gen_ai.completion.0.content: Str(P)\n     -> gen_ai.usage.input_tokens: Int(5)",
        &["gen_ai.completion.0.content: Str(", "input_tokens: Int(5)"],
    ),
    ("llm.input_messages.0.message.content=P\nllm.model=claude", &["llm.model=claude"]),
    ("claude --dangerously-skip-permissions \"P\"\nexit 1", &["exit 1"]),
    (r#"{"command": "claude -p P", "exit_code": 1, "status": 529}"#, &["\"exit_code\": 1, \"status\": 529}"]),
    (
        r#"{"command": "claude -p \"P\" --model opus", "exit_code": 1, "next": "claude -p 'P'"}"#,
        &["--model opus\", \"exit_code\": 1, \"next\": \"claude -p '"],
    ),
    (
        r#"{"line": "{\"command\": \"cd /srv && claude -p P\", \"exit_code\": 1}", "status": 529}"#,
        &["\\\"exit_code\\\": 1}", "\"status\": 529"],
    ),
    (r#"{"run": "echo \"P\" | claude -p --verbose", "status": 529}"#, &["| claude -p --verbose\", \"status\": 529}"]),
    (
        r#"{"a": "echo 1", "status": "529 of \"it\"", "b": "echo 'P' | claude -p"}"#,
        &["\"a\": \"echo 1\", \"status\": \"529 of \\\"it\\\"\", \"b\": \"echo '"],
    ),
    (r#"{"args": "llm --prompt P", "exit_code": 1}"#, &["\"exit_code\": 1}"]),
    (
        "CalledProcessError: Command 'claude -p \"P\"' returned non-zero exit status 1.",
        &["' returned non-zero exit status 1."],
    ),
    ("Error: Command failed: claude -p \"P\" exited with code 1", &["exited with code 1"]),
    ("ran `claude -p 'P' --verbose`, which ended with exit code 1", &["--verbose`, which ended with exit code 1"]),
    ("The 5\" one isn't it: claude -p \"P\" --verbose", &["--verbose"]),
    ("claude -p --append-system-prompt \"P\" P", &["--append-system-prompt"]),
    ("bash -c \"claude -p 'P'\" failed with 529", &["failed with 529"]),
];

#[test]
fn no_prompt_survives_and_the_evidence_beside_it_does() {
    let mut wrong = Vec::new();
    for (case, evidence) in CASES {
        let text = case.replace("\"P\"", &format!("\"{PRIVATE}\"")).replace('P', "\u{1}").replace('\u{1}', "P");
        let text = text.replace("'P'", &format!("'{PRIVATE}'")).replace("P\\\\\\\"", &format!("{PRIVATE}\\\\\\\""));
        let text = replace_marker(&text);
        let shown = redacted(&text);
        if shown.contains("4711") || shown.contains("PRIVATE") {
            wrong.push(format!("LEAK {text}\n  -> {shown}"));
        }
        for token in *evidence {
            if !shown.contains(token) {
                wrong.push(format!("LOST {token} of {text}\n  -> {shown}"));
            }
        }
        if redacted(&shown) != shown {
            wrong.push(format!("TWICE {shown}\n  -> {}", redacted(&shown)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Replaces a `P` that stands alone.
fn replace_marker(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let alone = |index: Option<usize>| {
            index.and_then(|index| bytes.get(index)).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-')
        };
        let after_escape = at >= 2 && bytes[at - 2] == b'\\' && bytes[at - 1] == b'n';
        if c == 'P' && (alone(at.checked_sub(1)) || after_escape) && alone(Some(at + 1)) {
            out.push_str(PRIVATE);
        } else {
            out.push(c);
        }
    }
    out
}

#[test]
fn json_stays_json() {
    for (case, _) in CASES {
        let text = replace_marker(case);
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            let shown = redacted(&text);
            assert!(serde_json::from_str::<serde_json::Value>(&shown).is_ok(), "{shown}");
        }
    }
}
