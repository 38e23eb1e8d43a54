//! What agents, debuggers, mocks, stores and pages show of what was said, whole and line by line alike.

use super::turns::{check, check_stays};

/// `§` stands for the prompt; what follows each text must stay in it.
const CASES: &[(&str, &[&str])] = &[
    (
        "**MessageAction** (source=EventSource.USER)\nCONTENT: §\n\n**CmdRunAction (source=EventSource.AGENT, is_input=False)**\nTHOUGHT: §\n\n**CmdOutputObservation (source=EventSource.AGENT, exit code=0)**\n--BEGIN AGENT OBSERVATION--\n§\nError code: 529\n",
        &["**MessageAction** (source=EventSource.USER)", "exit code=0)**", "Error code: 529"],
    ),
    (
        "[tool_use] search_notes({\"q\": \"§\"})\n[tool_result] §\nError code: 529\n",
        &["[tool_use] search_notes({\"q\"", "[tool_result] [text", "Error code: 529"],
    ),
    ("Tool call: search\nTool args: q=§\nTool result: §\n", &["Tool call: search", "Tool args: [text"]),
    ("  Tool: search\n   Input: {\"q\": \"§\"}\n   Output: §\n", &["Tool: search", "Input: {"]),
    ("Retrieved chunk 1 (score=0.812): §\n529 Overloaded\n", &["Retrieved chunk 1 (score=0.812)", "529 Overloaded"]),
    ("[00:00.000 --> 00:03.500]  §\nwhisper done in 4.1s\n", &["[00:00.000 --> ", "whisper done in 4.1s"]),
    ("LLM output: §, or learn of a barn\n", &["LLM output: [text"]),
    (
        "_**User (2025-11-22 10:39:28Z)**_\n\n§\n\n---\n\n_**Agent (claude-haiku-4-5)**_\n\n§\n",
        &["_**Agent (claude-haiku-4-5)**_"],
    ),
    ("heading level 6 You said:\n§\nheading level 6 Claude said:\n§\n", &["heading level 6 You said:", "Claude said:"]),
    ("You said:\n§\n\nClaude responded:\n§\n", &["You said:", "Claude responded:"]),
    (
        "## \u{1f464} User\n\n§\n\n## \u{1f916} Assistant\n\n§\n\n## Error\n\nstatus 529\n",
        &["Assistant", "## Error", "status 529"],
    ),
    ("[chat] user> §\n[chat] assistant> §\n[chat] status 529\n", &["[chat] user> [text", "status 529"]),
    ("$ cat prompts/system.txt\n§\n§\n$ python ask.py\nstatus 529\n", &["$ cat prompts/system.txt", "$ python ask.py"]),
    (
        "diff --git a/prompts/system.md b/prompts/system.md\n--- a/prompts/system.md\n+++ b/prompts/system.md\n@@ -1,2 +1,2 @@ and so §\n-§\n+§\n and §\n",
        &["+++ b/prompts/system.md", "@@ -1,2 +1,2 @@"],
    ),
    ("(lldb) po message\n\"§\"\n(lldb) c\n", &["(lldb) po message", "(lldb) c"]),
    ("$content\n[1] \"§\"\n", &["$content\n[1] \"[text"]),
    ("1) \"role\"\n2) \"user\"\n3) \"content\"\n4) \"§\"\n", &["2) \"user\"", "4) \"[text"]),
    (
        "1763634000.1 [0 127.0.0.1:50122] \"HSET\" \"msg:7\" \"role\" \"user\" \"content\" \"§\"\n",
        &["\"HSET\" \"msg:7\" \"role\""],
    ),
    (
        "Argument(s) are different! Wanted:\nclient.ask(\n    \"§\"\n);\n-> at com.x.ChatTest.asks(ChatTest.java:41)\nActual invocations have different arguments:\nclient.ask(\n    \"§\"\n);\n",
        &["-> at com.x.ChatTest.asks(ChatTest.java:41)", "client.ask("],
    ),
    ("    chat_test.go:41: Ask() = \"§\", want \"§\"\n", &["chat_test.go:41: Ask() = \"[text", ", want \"[text"]),
    ("    > 17 |   const r = await ask(\"§\");\n         |     ^\n", &["> 17 |   const r = await ask(\"[text"]),
    ("│  > § │\n", &["│  > [text"]),
    ("+ llm -m claude-sonnet-4-5 -s '§' '§'\n", &["+ llm -m claude-sonnet-4-5 -s '[text"]),
    (">> ParameterBinding(Invoke-Claude): name=\"Prompt\"; value=\"§\"\n", &["name=\"Prompt\"; value=\"[text"]),
    (
        "    Args:\n      --system-prompt\n      §\n    State:          Waiting\n",
        &["--system-prompt", "State:          Waiting"],
    ),
    (
        "  ~ \"SYSTEM_PROMPT\" = \"§\" -> \"§\"\n    # (3 unchanged elements hidden)\n",
        &["\" -> \"[text", "(3 unchanged"],
    ),
    (
        "      \"key\": \"gen_ai.prompt.0.content\",\n      \"type\": \"string\",\n      \"value\": \"§\"\n    },\n    {\n      \"key\": \"error.reason\",\n      \"value\": \"the quick limit of it\"\n",
        &["\"type\": \"string\"", "\"value\": \"the quick limit of it\""],
    ),
    ("flutter: send {role: user, content: §}\nstatus 529\n", &["role: user", "status 529"]),
    ("{ name: 'prompt', value: '§' }\n", &["name: 'prompt', value: '[text"]),
    (
        "{\"type\":\"match\",\"data\":{\"correct\":false,\"expected\":\"§\",\"sampled\":\"§\"}}\n",
        &["\"correct\":false"],
    ),
    (
        "AI_TypeValidationError: Type validation failed: Value: {\"note\":\"§\"}.\nError message: [{\"code\":\"invalid_type\"}]\n",
        &["Error message: [{\"code\":\"invalid_type\"}]"],
    ),
    (
        "OutputParserException: Invalid json output: §\n§\nFor troubleshooting, visit: https://x\n",
        &["Invalid json output: ", "For troubleshooting"],
    ),
    (
        "<Row><Cell><Data ss:Type=\"String\">user</Data></Cell><Cell><Data ss:Type=\"String\">§</Data></Cell></Row>\n",
        &["\"String\">user</Data>"],
    ),
    (
        "{\"model\": \"x\", \"messages\": [{\"role\": \"user\", \"co\nntent\": \"§\n529 {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}\n",
        &["529 {\"type\":\"error\"", "overloaded_error"],
    ),
    ("Tool search returned {\"hits\":[\"§\"]}\n", &["Tool search returned {"]),
    ("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n§\n\nstatus 529\n", &["00:00:01.000 --> 00:00:04.000", "status 529"]),
    ("    0: prompt '§' rejected\n    1: HTTP 529\n", &["rejected", "HTTP 529"]),
    (
        "ChatTests.swift:41: error: XCTAssertEqual failed: (\"§\") is not equal to (\"§\")\n",
        &["ChatTests.swift:41", "is not equal to"],
    ),
    ("    (chat 0.1.0) lib/chat.ex:41: Chat.ask(\"§\")\n", &["lib/chat.ex:41: Chat.ask(\""]),
    ("Failed asserting that '§' contains \"x\".\n", &["Failed asserting that '[text"]),
    ("kotlin.AssertionError: Expected <§>, actual <§>.\n", &["Expected <[text", ">, actual <[text"]),
    ("    When I ask \"§\"    # steps/ask.js:9\n", &["# steps/ask.js:9"]),
    ("  -   fill(\"§\")\n    at chat.spec.ts:9:21\n", &["at chat.spec.ts:9:21"]),
    ("[DEBUG] Final prompt sent to LLM: §\n[DEBUG] Completion text: §\n", &["Final prompt sent to LLM: [text"]),
    ("TextEvent(type='text', text='§', snapshot='§')\n", &["TextEvent(type='text', text='[text"]),
    ("<tr><th>prompt</th><td>§</td></tr><tr><th>status</th><td>529</td></tr>\n", &["<th>status</th><td>529</td>"]),
    ("id|role|content\n44|user|§\n", &["44|user|[text"]),
];

/// Nothing goes.
const STAYS: &[&str] = &[
    "[tool_use] read_file({\"path\": \"src/a.rs\"})\n",
    "(gdb) run\nStarting program: /usr/bin/node app.js with no args\n",
    "$ cat prompts/README.txt\nstatus 529\n$ ls\n",
    "--system-prompt\n529 Overloaded\n",
    "  ~ image_id = \"ami-1\" -> \"ami-2\"\n",
    "a -> b: connection refused by peer\n",
    "Tool args: none\n",
    "user> ls\nassistant> help\n",
    "learn of it, [0/3] --> resolving the peers\n",
    "{ name: 'prompt', value: 3 }\n",
    "\"key\": \"http.status_code\",\n\"value\": \"the server is busy with it\"\n",
    "Invalid tool input: field path is required\n",
    "Tool search returned 529\nTool search returned: Error code: 529 of the server here\n",
    "Tool search returned {\"hits\": 12, \"took\": 3, \"ok\": true}\n",
    "When I ask for it nothing comes\n",
    "a|b|c\n1|2|of the words here\n",
    "Diff:\n+ replicas: 3 of the new pods\n",
];

#[test]
fn what_was_said_goes() {
    check(CASES);
}

#[test]
fn what_only_looks_like_it_stays() {
    check_stays(STAYS);
}
