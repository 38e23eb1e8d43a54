//! What people ask on routes of chats, in pairs of turns, on command lines and between tags, and what tools are called with; all of it is of a walrus.

use super::{assert_gone, assert_stays};

const GONE: &[&str] = &["alrus"];

/// What is given, and what of it stays.
const CASES: &[(&str, &[&str])] = &[
    // Pairs of turns.
    ("{\"user\":\"where is the walrus\",\"assistant\":\"The walrus sleeps\",\"ms\":812}\n", &["\"ms\":812}"]),
    ("{'human': 'where is the walrus', 'ai': 'The walrus sleeps'}\n", &["'human': '"]),
    (
        "{\"log\":\"{\\\"customer\\\":\\\"where is the walrus\\\",\\\"bot\\\":\\\"The walrus sleeps\\\"}\",\"status\":529}\n",
        &["529"],
    ),
    (
        "{\n  \"user\": \"where is the walrus\",\n  \"assistant\": \"The walrus sleeps\",\n  \"ms\": 812\n}\n",
        &["\"ms\": 812"],
    ),
    ("{\"conversations\":[{\"from\":\"human\",\"value\":\"where is the walrus\"}],\"id\":7}\n", &["\"id\":7"]),
    (
        "{\"prompt\":\"a walrus\",\"chosen\":\"the walrus sleeps\",\"rejected\":\"no walrus here\"}\n",
        &["\"rejected\":\""],
    ),
    (
        "{\"uuid\":\"c-1\",\"name\":\"Walrus watching tours\",\"chat_messages\":[{\"text\":\"where is the walrus\",\"sender\":\"human\"}]}\n",
        &["c-1"],
    ),
    // Requests on routes.
    (
        "POST /api/chat {\"message\":\"where is the walrus\",\"id\":\"c-81\"} -> 500\n",
        &["POST /api/chat", "c-81", "-> 500"],
    ),
    (
        "{\"req\":{\"method\":\"POST\",\"url\":\"/api/chat\",\"body\":{\"message\":\"a walrus\"}},\"res\":{\"statusCode\":500,\"body\":{\"message\":\"Something broke in the backend\"}}}\n",
        &["Something broke in the backend"],
    ),
    ("POST /conversations/42/messages {\"text\": \"where is the walrus\"}\n", &["/conversations/42/messages"]),
    ("  Parameters: {\"comment\"=>{\"body\"=>\"where is the walrus\"}, \"id\"=>\"42\"}\n", &["\"id\"=>\"42\""]),
    ("12:00:00.123 [debug] chat params: %{\"message\" => \"where is the walrus\", \"n\" => 2}\n", &["\"n\" => 2"]),
    (
        "event: {\"body\":\"{\\\"message\\\":\\\"where is the walrus\\\"}\",\"requestContext\":{\"requestId\":\"r-1\"}}\n",
        &["r-1"],
    ),
    (
        "{\"payload\":{\"type\":\"agent_message\",\"message\":\"The walrus sleeps\"},\"seq\":4}\n",
        &["agent_message", "\"seq\":4"],
    ),
    ("GET /api/chat?message=where%20is%20the%20walrus&n=2 HTTP/1.1\n", &["&n=2 HTTP/1.1"]),
    // Calls of tools.
    ("INFO Calling tool find_it with args {'q': 'walrus'} (timeout=30)\n", &["find_it", "(timeout=30)"]),
    ("INFO Tool find_it returned: The walrus sleeps on ice\n", &["Tool find_it returned: "]),
    (
        "<function_calls>\n<invoke name=\"find_it\">\n<parameter name=\"q\">walrus</parameter>\n</invoke>\n",
        &["<invoke name=\"find_it\">"],
    ),
    // Command lines.
    ("$ claude -c \"and the walrus\" --verbose\n", &["claude -c \"", "--verbose"]),
    ("$ claude -p \"a walrus\" --allowedTools \"Bash,Read\"\n", &["--allowedTools \"Bash,Read\""]),
    (
        "  path: 'claude',\n  spawnargs: [ '--print', 'where is the walrus', '--model', 'opus' ],\n",
        &["'--print'", "'opus'"],
    ),
    ("gemini -p \"where is the walrus\" --model gemini-2.5-pro\n", &["--model gemini-2.5-pro"]),
    // Pages, addresses that hold an image, tables of promptfoo, reports, screens and logs of agents.
    (
        "<div class=\"message user\"><p>where is the walrus</p></div><p>status 529</p>\n",
        &["<div class=\"message user\"><p>[text of 19 characters]</p></div><p>status 529</p>"],
    ),
    (
        "<div data-message-author-role=\"user\" data-message-id=\"a1\"><div><b>where is the walrus</b></div></div>\n",
        &["data-message-author-role=\"user\" data-message-id=\"a1\""],
    ),
    (
        "[debug] image_url: data:image/png;base64,walruswalruswalruswalruswalruswalruswalruswalruswalruswalruswalrus sent\n",
        &["[debug] image_url: data:image/png;base64,[text of 66 characters] sent"],
    ),
    (
        "│ question            │ [anthropic:messages:m-1] │\n│ where is the walrus │ The walrus sleeps        │\n│ or a walrus         │ [PASS]                   │\n",
        &["[anthropic:messages:m-1]", "[PASS]"],
    ),
    (
        "  - input: where is the walrus now\n  - actual output: the walrus sleeps\n\nscore: 0.5\n",
        &["- input:", "score: 0.5"],
    ),
    (
        "( O)> where is the walrus\nThe walrus sleeps\n─── shell | developer ──────────\ncommand: find walrus\n\nwalrus\n",
        &["─── shell | developer ───"],
    ),
    ("✦ The walrus sleeps by the sea\n\nstatus 529\n", &["status 529"]),
    ("\n# 2026-03-01 10:00:00.000001\n+find where the walrus sleeps\n", &["# 2026-03-01 10:00:00.000001"]),
    ("<user>\nwhere is the walrus\n\n<assistant>\nThe walrus sleeps\n\nstatus 529\n", &["<user>", "status 529"]),
    ("> [Node 0199] [Similarity score:             0.81] Of a walrus\n", &["> [Node 0199]"]),
    ("<message><role>user</role><content>the walrus</content></message>\n", &["<role>user</role><content>"]),
    (
        "List(Message(user,where is the walrus), Message(assistant,the walrus sleeps by day)),1024)\n",
        &["Message(user,", "1024"],
    ),
    ("samples:\n  - id: t1\n    ideal: where the walrus sleeps is told\n    grader: exact\n", &["grader: exact"]),
    ("dialogue:\n  - where is the walrus\n  - the walrus sleeps\n", &["dialogue:"]),
    (
        "{\"epoch\":1,\"target\":\"where the walrus sleeps\",\"scores\":{\"explanation\":\"It told where the walrus was\"}}\n",
        &["\"epoch\":1"],
    ),
    ("LLMTestCase(context=None, retrieval_context=['where the walrus sleeps'])\n", &["context=None"]),
    (
        "{\"output_type\":\"execute_result\",\"data\":{\"text/plain\":\"where the walrus sleeps\"}}\n",
        &["execute_result"],
    ),
    ("prisma:query INSERT\nParams: [\"user\",\"where is the walrus\"]\n", &["Params: [\""]),
    // Tags and templates.
    ("<scratchpad>\nthe walrus sleeps\n</scratchpad>\nstatus 529\n", &["status 529"]),
    (
        "<document index=\"1\">The walrus of the sea</document>\n<document>\n<source>a.pdf</source><document_content>\nOf a walrus\n</document_content>\n</document>\n",
        &["<document index=\"1\">", "<source>a.pdf</source>"],
    ),
    ("<answer>The walrus sleeps</answer> <document>It is a walrus of the sea</document>\n", &["</answer> <document>"]),
    ("[INST] where is it [/INST] The walrus sleeps</s>\n", &["[/INST]"]),
    ("### Instruction:\nfind the walrus\n\n### Response:\nthe walrus sleeps\n", &["### Response:"]),
    // Transcripts of Codex.
    (
        "model: m-1\nsandbox: read-only\nsession id: 0199\n--------\nuser\nfind the walrus\nnow, walrus\ncodex\nThe walrus sleeps\ntokens used\n4,211\n",
        &["sandbox: read-only", "session id: 0199", "tokens used\n4,211"],
    ),
    (
        "[2026-03-01T10:00:00] User instructions:\nfind the walrus\n[2026-03-01T10:00:06] tokens used: 4211\n",
        &["tokens used: 4211"],
    ),
    // What was cut off at its front, and what mail quotes.
    ("the walrus sleeps\"}],\"temperature\":0.5,\"model\":\"m-1\"}\n", &["\"temperature\":0.5"]),
    (" of the walrus\"},{\"role\":\"user\",\"content\":\"walrus\"}],\"stream\":true}\n", &["\"stream\":true"]),
];

#[test]
fn what_people_ask_goes_and_what_says_where_stays() {
    assert_gone(CASES.iter().map(|(text, stay)| (*text, GONE, *stay)));
}

#[test]
fn what_programs_say_in_such_places_stays() {
    assert_stays(&[
        "{\"assistant\":\"disabled\",\"bot\":true,\"human\":false}\n",
        "{\"input_tokens\":{\"user\":12,\"assistant\":4}}\n",
        "{\"conversations\":12,\"active\":3}\n",
        "POST /api/chat 404 {\"message\":\"Conversation was not found\"}\n",
        "POST /api/chat failed: {\"message\":\"Request failed with timeout\"}\n",
        "Mapped {/api/chat, POST} route\n",
        "{\"message\":\"Server listening on port 3000 now\",\"path\":\"/chat\"}\n",
        "  Parameters: {\"page\"=>\"2\", \"message\"=>\"ok\"}\n",
        "{\"statusCode\":500,\"body\":\"{\\\"message\\\":\\\"Internal error of the function\\\"}\",\"requestContext\":{}}\n",
        "{\"event\":\"user_message\",\"status\":\"delivered\"}\n",
        "INFO Spawning process with args {'cwd': '/srv', 'env': 'prod'}\n",
        "Tool find_it returned: ConnectionError: timed out\nTool cargo-deny returned exit status 1\n",
        "  claude -c continues the most recent conversation\nclaude --resume 0a1b --model opus\n",
        "spawnargs: [ '-p', '8080:80', 'nginx' ]\n",
        "usage: chat.py [-h] [--prompt PROMPT] [--system SYSTEM]\n  --message <text>  what to send\n",
        "<context><name>prod</name></context> <output>Connection refused by the proxy</output> <task>build</task> <completion>90</completion>\n",
        "user\nroot\ncodex 0.42.0\n",
        "<div class=\"message user\"><button>Edit</button><span>529 Overloaded</span></div>\n",
        "url(data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP) no-repeat\n",
        "10:00:00 | INFO | app.worker started with four threads\n10:00:01 | WARN | retry in 2 s\n",
        "{\"messageId\":\"0199\",\"message\":\"Task timed out after 3.00 seconds\"}\n",
        "{\"messageId\":\"0199\",\"level\":\"error\",\"message\":\"Delivery was not made in time\"}\n",
        "{\"query\":\"SELECT id FROM messages LIMIT 1\",\"duration_ms\":3}\n",
    ]);
}
