//! Evidence beside content that nothing closes: fields of dumps, ids among bound values, what follows a dump; and look-alikes of what goes.

use super::{assert_gone, redacted, streamed};

/// Text, and evidence that must stay in it.
const CASES: &[(&str, &[&str])] = &[
    (
        "MessageCreateParams{body=Body{model=claude-opus-4-6, messages=[MessageParam{content=Summarise the Zebrafish contract, role=user}], maxTokens=1024, stopSequences=[END], temperature=0.2}, additionalHeaders=Headers{}}",
        &["model=claude-opus-4-6", "maxTokens=1024", "stopSequences=[END]", "temperature=0.2"],
    ),
    (
        "MessageCreateParams{body=Body{maxTokens=1024, messages=[MessageParam{content=Summarise the Zebrafish contract, role=user, additionalProperties={}}], model=claude-opus-4-6, temperature=0.2, additionalProperties={}}, additionalHeaders=Headers{map={}}, additionalQueryParams=QueryParams{map={}}}",
        &["model=claude-opus-4-6", "maxTokens=1024", "temperature=0.2"],
    ),
    (
        "2026-11-29 10:00:00 DEBUG c.a.Client - MessageCreateParams{body=Body{maxTokens=1024, messages=[MessageParam{content=Summarise, the Zebrafish contract, role=user}], model=claude-opus-4-6, system=You are a Zebrafish, topK=4}} failed: 529",
        &["model=claude-opus-4-6", "maxTokens=1024", "529"],
    ),
    (
        "Message{id=msg_01XFDUDYJgAACzvnptvVoYEL, content=[ContentBlock{text=TextBlock{citations=Optional.empty, text=Zebrafish is a fish, type=text}}], model=claude-opus-4-6, maxTokens=1024, stopReason=end_turn, usage=Usage{inputTokens=12, outputTokens=3}}",
        &["model=claude-opus-4-6", "maxTokens=1024", "stopReason=end_turn", "inputTokens=12"],
    ),
    (
        "MessageCreateParams{body=Body{messages=[MessageParam{content=Summarise\nthe Zebrafish contract, role=user}], model=claude-opus-4-6, maxTokens=1024}}\n2026-11-29 Connection refused",
        &["model=claude-opus-4-6", "maxTokens=1024", "Connection refused"],
    ),
    (
        "MessageRequest[model=claude-opus-4-6, messages=[Message[role=user, content=Summarise the Zebrafish contract]], maxTokens=1024]",
        &["model=claude-opus-4-6", "maxTokens=1024"],
    ),
    (
        "Request(messages=[Message(role=user, content=Summarise the Zebrafish contract)], model=claude-opus-4-6, maxTokens=1024)",
        &["model=claude-opus-4-6", "maxTokens=1024"],
    ),
    (
        "Params{messages=[MessageParam{content=I said (x, model=Zebrafish} and left}], role=user}], model=claude-opus-4-6, maxTokens=1024}",
        &["maxTokens=1024"],
    ),
    (
        "{\"msg\":\"MessageCreateParams{body=Body{messages=[MessageParam{content=Summarise the Zebrafish contract, role=user}], model=claude-opus-4-6, maxTokens=1024}}\",\"status\":529}",
        &["model=claude-opus-4-6", "maxTokens=1024", "\"status\":529"],
    ),
    (
        "[SQL: INSERT INTO calls (id, request_id, prompt, model, status) VALUES (%s, %s, %s, %s, %s)]\n[parameters: ('8a1b2c3d-4e5f-6789-abcd-ef0123456789', 'req_011CSHoEeqs5C35K2UUqR7Fy', 'Summarise the Zebrafish contract', 'claude-opus-4-6', 529)]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "8a1b2c3d-4e5f-6789-abcd-ef0123456789", "claude-opus-4-6", "529"],
    ),
    (
        "[parameters: {'request_id': 'req_011CSHoEeqs5C35K2UUqR7Fy', 'note': 'Summarise the Zebrafish contract', 'model': 'claude-opus-4-6', 'status': 529}]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "claude-opus-4-6", "529"],
    ),
    (
        "2026-11-29 10:00:00 UTC [12] DETAIL:  parameters: $1 = 'req_011CSHoEeqs5C35K2UUqR7Fy', $2 = 'Summarise the Zebrafish contract', $3 = '529'",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "$3 = '529'"],
    ),
    (
        "query: INSERT INTO \"call\"(\"rid\", \"prompt\") VALUES ($1, $2) -- PARAMETERS: [\"req_011CSHoEeqs5C35K2UUqR7Fy\",\"Summarise the Zebrafish contract\",529]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "529"],
    ),
    (
        "prisma:query Params: [\"req_011CSHoEeqs5C35K2UUqR7Fy\",\"Summarise the Zebrafish contract\",529]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "529"],
    ),
    (
        "==> Parameters: req_011CSHoEeqs5C35K2UUqR7Fy(String), Summarise the Zebrafish contract, now(String), 529(Integer)",
        &["req_011CSHoEeqs5C35K2UUqR7Fy(String)", "529(Integer)"],
    ),
    (
        "  Message Create (0.3ms)  INSERT INTO \"messages\" (\"request_id\", \"content\", \"status\") VALUES ($1, $2, $3)  [[\"request_id\", \"req_011CSHoEeqs5C35K2UUqR7Fy\"], [\"content\", \"Summarise the Zebrafish contract\"], [\"status\", 529]]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "529"],
    ),
    (
        "(0.001) INSERT INTO \"app_call\" (\"rid\", \"body\") VALUES (%s, %s); args=('req_011CSHoEeqs5C35K2UUqR7Fy', 'Summarise the Zebrafish contract', 529); alias=default",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "529", "alias=default"],
    ),
    (
        "{ sql: 'insert into `calls` (`rid`, `prompt`) values (?, ?)', bindings: [ 'req_011CSHoEeqs5C35K2UUqR7Fy', 'Summarise the Zebrafish contract', 529 ] }",
        &["req_011CSHoEeqs5C35K2UUqR7Fy", "529", "sql"],
    ),
    (
        "DETAIL:  Failing row contains (7, req_011CSHoEeqs5C35K2UUqR7Fy, Summarise the Zebrafish, contract, null).",
        &["req_011CSHoEeqs5C35K2UUqR7Fy"],
    ),
    (
        "array(3) {\n  [\"role\"]=>\n  string(4) \"user\"\n  [\"content\"]=>\n  string(40) \"Summarise the Zebrafish contract for me\"\n  [\"status\"]=>\n  int(429)\n}\nPHP Warning:  Undefined variable $x in /srv/a.php on line 12",
        &["string(4) \"user\"", "int(429)", "PHP Warning:  Undefined", "line 12"],
    ),
    (
        "array(3) {\n  [\"role\"]=>\n  string(4) \"user\"\n  [\"content\"]=>\n  string(48) \"Summarise the Zebrafish\ncontract for me, with \"Zebrafish quotes\"\nand more\"\n  [\"status\"]=>\n  int(429)\n}\nretry in 5 seconds\nrequest_id=req_011CSHoEeqs5C35K2UUqR7Fy",
        &["string(4) \"user\"", "int(429)", "retry in 5 seconds", "request_id=req_011CSHoEeqs5C35K2UUqR7Fy"],
    ),
    (
        "array(2) {\n  [\"role\"]=>\n  string(4) \"user\"\n  [\"content\"]=>\n  string(43) \"Summarise the\nZebrafish contract for me.\"\n}\nthe call took 12 s\nHTTP/1.1 529",
        &["string(4) \"user\"", "the call took 12 s", "HTTP/1.1 529"],
    ),
    (
        "array(3) {\n  [\"model\"]=>\n  string(15) \"claude-opus-4-6\"\n  [\"messages\"]=>\n  array(1) {\n    [0]=>\n    array(2) {\n      [\"role\"]=>\n      string(4) \"user\"\n      [\"content\"]=>\n      string(38) \"Summarise the Zebrafish\ncontract please\"\n    }\n  }\n  [\"max_tokens\"]=>\n  int(1024)\n}\ndone in 12 s",
        &["claude-opus-4-6", "int(1024)", "done in 12 s"],
    ),
    (
        "object(Request)#3 (2) {\n  [\"prompt\":protected]=>\n  string(38) \"Summarise the Zebrafish\ncontract please\"\n  [\"max_tokens\":\"Request\":private]=>\n  int(1024)\n}\ndone in 12 s",
        &["int(1024)", "done in 12 s"],
    ),
    (
        "INFO  MessageCreateParams{body=Body{maxTokens=2048, messages=[MessageParam{content=Feed the zebrafish (twice), then rest, role=user, additionalProperties={}}], model=claude-sonnet-4-5, system=Optional[be a zebrafish], temperature=1.0}}",
        &["model=claude-sonnet-4-5", "maxTokens=2048", "temperature=1.0"],
    ),
    (
        "Chat(model=claude-haiku-4-5, turns=[Turn(role=user, message=Feed the zebrafish twice)], maxTokens=12)",
        &["model=claude-haiku-4-5"],
    ),
    (
        "binding parameter [1] as [VARCHAR] - [req_011CSHoEeqs5C35K2UUqR7Fy]\nbinding parameter [2] as [VARCHAR] - [feed the zebrafish twice]",
        &["req_011CSHoEeqs5C35K2UUqR7Fy"],
    ),
    (
        "[parameters: [('8a1b2c3d-4e5f-6789-abcd-ef0123456789', 'feed the zebrafish', 'claude-haiku-4-5'), ('8a1b2c3d-4e5f-6789-abcd-ef0123456780', 'rest the zebrafish', 'claude-haiku-4-5')]]",
        &["8a1b2c3d-4e5f-6789-abcd-ef0123456789", "claude-haiku-4-5"],
    ),
    (
        "[29-Nov-2026 10:00:00 UTC] array(2) {\n  [\"prompt\"]=>\n  string(37) \"feed the zebrafish\ntwice, \"at noon\"\"\n  [\"stream\"]=>\n  bool(false)\n}\n[29-Nov-2026 10:00:00 UTC] PHP Fatal error: x",
        &["bool(false)", "[29-Nov-2026 10:00:00 UTC] PHP Fatal error"],
    ),
    (
        "MessageCreateParams(body=Body(model=claude-opus-4-6, messages=[MessageParam(role=user, content=shorten the zebrafish report)], maxTokens=99))",
        &["model=claude-opus-4-6", "maxTokens=99"],
    ),
];

/// Text in which nothing goes.
const STAYS: &[&str] = &[
    "fatal: [web01]: FAILED! => {\"changed\": true, \"delta\": \"0:00:00.021\", \"rc\": 1}",
    "{\n  \"level\": \"error\",\n  \"message\": \"The upstream closed the stream before it was complete\",\n  \"status\": 502\n}",
    "{\n  \"type\": \"error\",\n  \"error\": {\n    \"type\": \"rate_limit_error\",\n    \"message\": \"This request would exceed the rate limit of your organization\"\n  }\n}",
    "0    1.52\n1    2.93\nName: latency, dtype: float64",
    "0    end_turn\n1    max_tokens\nName: stop_reason, Length: 2, dtype: object",
    "12      34  ready\n13      99  waiting for a slot in the queue\ntotal   2",
    "<div role=\"button\" aria-label=\"Close the big dialog\">x</div>\nPolicy(role='admin', note='may read all of the buckets')\nuser x role=user action=login note=\"went well this time\"",
    "$ cd app && npm test\n> app@1.0.0 test\n> vitest run\n\n PASS  12 tests\n$ git status && git log --oneline\nnothing to commit, working tree clean\n5e1f3aa fix the retry",
    "$ date; whoami\nSun Nov 29 10:00:00 UTC 2026\nroot",
    "{\"cmd\":\"npm test\",\"stdout\":\"12 passed in 3 s\",\"rc\":0}\n{\"cmd\":\"whoami\",\"stdout\":\"root\"}\n{\"command\":\"op read op://a/b/c\",\"output\":\"\"}",
    "Parameters:\n  Port:\n    Type: Number\n    Default: 5432\n  MaxTokens:\n    Type: Number\n    Default: 1024\nResources:\n  X:\n    Type: AWS::S3::Bucket",
    "{\"Parameters\":{\"Env\":{\"Type\":\"String\",\"Default\":\"prod\"},\"Echo\":{\"Type\":\"String\",\"NoEcho\":false,\"Default\":\"hello\"}}}",
    "  Parameters: {\"model\"=>\"claude-opus-4-6\", \"id\"=>\"7\"}\nCompleted 529 in 12ms",
    "echo \"deb x main\" | sudo tee /etc/apt/sources.list.d/x.list\necho ok | tee -a build.log\nyes | sudo apt install jq\ndiff <(sort a) <(sort b)\ncat <<< \"hello there\"",
    "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\",\"logger\":\"http\",\"data\":\"Connection closed by the server after 30 s\"}}\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}",
    "{\"category\":\"http\",\"level\":\"warning\",\"message\":\"Connection reset by peer while reading the body\"}\n{\"logentry\":{\"message\":\"retry %s of %s\",\"params\":[\"2\",\"3\"]},\"level\":\"error\"}",
    "3:\"Overloaded\"\ne:{\"finishReason\":\"error\",\"usage\":{\"promptTokens\":12,\"completionTokens\":0}}\nf:{\"messageId\":\"msg-7\"}\nd:{\"finishReason\":\"stop\"}",
    "docker run --rm -e ANTHROPIC_LOG=debug -p 4000:4000 ghcr.io/berriai/litellm:main --config x\nlitellm proxy started on port 4000",
    "MessageCreateParams{body=Body{model=claude-opus-4-6, messages=[], maxTokens=1024}} failed: 529",
    "[parameters: (529, 'req_011CSHoEeqs5C35K2UUqR7Fy', None)]\n==> Parameters: 529(Integer), null, req_011CSHoEeqs5C35K2UUqR7Fy(String)",
    "token:\n  expires_in: 3600\n  default: none\nsecret:\n  name: llm",
    "   PID   USER      STATUS\n  1201   root      running and waiting for input",
    "auth=(\"user\", \"pass\"), basic(\"a\")\nSetBasicAuth(user, password)",
    "hostname: api.anthropic.com\n\"hostname\":\"api.anthropic.com\",\"port\":443",
    "  0    0    0    0\n 10    0  512    0\neth0    1500  up and running now",
    "Retry(speaker='none', attempt=2)\nHandler(sender='scheduler', interval=30)",
    "status    waiting for the worker to be ready\ncontent   text/html; charset=utf-8",
    "\"message\": \"prompt: value too long\",",
];

#[test]
fn evidence_beside_content_that_nothing_closes_stays() {
    assert_gone(CASES.iter().map(|(text, stay)| (*text, &["ebrafish"][..], *stay)));
}

#[test]
fn look_alikes_of_requests_commands_and_templates_stay() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}
