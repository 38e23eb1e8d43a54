//! Prompt content in requests, notices, streams, tables and objects of programs whose keys other programs write too; what was said is of zebrafish.

use super::assert_gone;

/// Text, and evidence that must stay in it.
const CASES: &[(&str, &[&str])] = &[
    (
        "{\n  \"model\": \"command-r-plus\",\n  \"message\": \"Zebrafish quarterly numbers are private, please sum them\",\n  \"temperature\": 0.3,\n  \"preamble\": \"You are a Zebrafish analyst\",\n  \"chat_history\": [\n    {\"role\": \"USER\", \"message\": \"Zebrafish first question here\"}\n  ]\n}",
        &["command-r-plus", "0.3"],
    ),
    (
        "2026-11-29 10:00:00 DEBUG request body:\n{\n    \"chat_history\": [],\n    \"message\": \"Summarise the Zebrafish contract for me\",\n    \"model\": \"command-r-08-2024\",\n    \"seed\": 42\n}",
        &["command-r-08-2024", "42"],
    ),
    (
        "POST /v1/chat body={\n  \"message\": \"Summarise the Zebrafish contract for me\",\n  \"stream\": true,\n  \"preamble\": \"Be short about Zebrafish",
        &[],
    ),
    (
        "2026-11-29T10:00:00Z INFO cohere {\"message\": \"Summarise the Zebrafish contract\", \"model\": \"command-r\", \"chat_history\": []} -> 429",
        &["command-r", "429"],
    ),
    (
        "{\n  \"message\": \"Summarise the Zebrafish contract for me\",\n  \"model\": \"command-r-plus-08-2024\",\n  \"conversation_id\": \"8a1b2c3d-4e5f-6789-abcd-ef0123456789\"\n}",
        &["command-r-plus-08-2024"],
    ),
    (
        "{\"status\":422,\"request\":\"{\\n  \\\"message\\\": \\\"Summarise the Zebrafish contract for me\\\",\\n  \\\"model\\\": \\\"command-r-plus\\\",\\n  \\\"preamble\\\": \\\"be a Zebrafish\\\"\\n}\"}",
        &["command-r-plus", "422"],
    ),
    (
        "{\n  \"type\": \"error\",\n  \"error\": {\n    \"type\": \"invalid_request_error\",\n    \"message\": \"Your credit balance is too low to access the API\"\n  },\n  \"request_id\": \"req_011CSHoEeqs5C35K2UUqR7Fy\"\n}",
        &["Your credit balance is too low to access the API", "invalid_request_error", "req_011CSHoEeqs5C35K2UUqR7Fy"],
    ),
    (
        "{\n  \"level\": \"error\",\n  \"message\": \"upstream gateway answered with a failure\",\n  \"model\": \"claude-opus-4-6\",\n  \"status\": 502\n}",
        &["upstream gateway answered with a failure", "claude-opus-4-6"],
    ),
    (
        "{\n  \"message\": \"Rate limit reached for this model\",\n  \"model\": \"claude-opus-4-6\"\n}",
        &["Rate limit reached for this model", "claude-opus-4-6"],
    ),
    (
        "{\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1,\n  \"method\": \"sampling/createMessage\",\n  \"params\": {\n    \"messages\": [\n      {\n        \"role\": \"user\",\n        \"content\": {\n          \"type\": \"text\",\n          \"text\": \"What is the Zebrafish capital?\"\n        }\n      }\n    ],\n    \"modelPreferences\": {\"hints\": [{\"name\": \"claude-sonnet-4-5\"}]},\n    \"systemPrompt\": \"You are a Zebrafish helper.\",\n    \"maxTokens\": 100\n  }\n}",
        &["sampling/createMessage", "\"role\": \"user\"", "claude-sonnet-4-5", "100"],
    ),
    (
        "[mcp] 2026-11-29T10:00:00Z --> {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"sampling/createMessage\",\"params\":{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"What is the Zebrafish capital?\"}}],\"systemPrompt\":\"Zebrafish\",\"maxTokens\":100}}",
        &["sampling/createMessage", "maxTokens"],
    ),
    (
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"prompts/get\",\"params\":{\"name\":\"code_review\",\"arguments\":{\"code\":\"def Zebrafish(): pass\"}}}",
        &["prompts/get", "code_review"],
    ),
    (
        "{\n  \"jsonrpc\": \"2.0\",\n  \"id\": 2,\n  \"method\": \"prompts/get\",\n  \"params\": {\n    \"name\": \"code_review\",\n    \"arguments\": {\n      \"code\": \"def Zebrafish(): pass\"\n    }\n  }\n}",
        &["prompts/get", "code_review"],
    ),
    (
        "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"description\":\"Zebrafish review prompt\",\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"Please review Zebrafish\"}}]}}",
        &["jsonrpc", "\"role\":\"user\""],
    ),
    (
        "{\n  \"jsonrpc\": \"2.0\",\n  \"id\": 2,\n  \"result\": {\n    \"description\": \"Zebrafish review prompt for the merger\",\n    \"messages\": [\n      {\n        \"role\": \"user\",\n        \"content\": {\n          \"type\": \"text\",\n          \"text\": \"Please review Zebrafish\"\n        }\n      }\n    ]\n  }\n}",
        &["jsonrpc", "\"role\": \"user\""],
    ),
    (
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"logger\":\"assistant\",\"data\":{\"msg\":\"Answering the Zebrafish question of the user now\",\"prompt\":\"Zebrafish\"}}}",
        &["notifications/message", "\"level\":\"info\"", "logger"],
    ),
    (
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\",\"logger\":\"assistant\",\"data\":\"The user asked about the Zebrafish merger and its price\"}}",
        &["notifications/message", "\"level\":\"info\""],
    ),
    (
        "{\n  \"jsonrpc\": \"2.0\",\n  \"method\": \"notifications/message\",\n  \"params\": {\n    \"level\": \"debug\",\n    \"logger\": \"assistant\",\n    \"data\": \"The user asked about the Zebrafish merger and its price\"\n  }\n}",
        &["notifications/message", "\"level\": \"debug\""],
    ),
    (
        "  \"method\": \"notifications/message\",\n  \"params\": {\n    \"level\": \"debug\",\n    \"data\": {\n      \"note\": \"The user asked about the Zebrafish merger and its price\"\n    }\n  }",
        &["notifications/message"],
    ),
    (
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"error\",\"logger\":\"http\",\"data\":{\"error\":\"Connection refused by upstream\",\"code\":\"ECONNREFUSED\"}}}",
        &["Connection refused by upstream", "ECONNREFUSED"],
    ),
    (
        "{\"breadcrumbs\":{\"values\":[{\"type\":\"http\",\"category\":\"httplib\",\"data\":{\"url\":\"https://api.anthropic.com/v1/messages\",\"method\":\"POST\",\"status_code\":529,\"body\":\"{\\\"model\\\":\\\"claude-opus-4-6\\\",\\\"messages\\\":[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"Zebrafish\\\"}]}\"}}]}}",
        &["529", "httplib", "https://api.anthropic.com/v1/messages"],
    ),
    (
        "{\"breadcrumbs\":{\"values\":[{\"timestamp\":\"2026-11-29T10:00:00Z\",\"category\":\"llm\",\"level\":\"info\",\"message\":\"prompt: Summarise the Zebrafish contract for me\",\"data\":{\"provider\":\"anthropic\"}}]}}",
        &["anthropic", "2026-11-29T10:00:00Z"],
    ),
    (
        "{\n  \"function\": \"ask\",\n  \"lineno\": 12,\n  \"vars\": {\n    \"question\": \"'Summarise the Zebrafish contract for me'\",\n    \"messages\": [\n      \"{'role': 'user', 'content': 'Zebrafish'}\"\n    ],\n    \"body\": \"{'x': 'Zebrafish'}\"\n  },\n  \"in_app\": true\n}",
        &["\"lineno\": 12", "\"function\": \"ask\"", "in_app"],
    ),
    (
        "Local vars:\n  prompt = 'Summarise the Zebrafish contract for me'\n  messages = [{'role': 'user', 'content': 'Zebrafish'}]\nAttributeError: no attribute",
        &["AttributeError"],
    ),
    (
        "{\n  \"event_id\": \"9f86d081884c7d659a2feaa0c55ad015\",\n  \"level\": \"error\",\n  \"logentry\": {\n    \"message\": \"model call failed for prompt %s\",\n    \"params\": [\"Summarise the Zebrafish contract for me\"]\n  },\n  \"request\": {\n    \"url\": \"https://app.example.com/api/chat\",\n    \"data\": {\n      \"question\": \"Zebrafish\",\n      \"text\": \"Zebrafish\"\n    }\n  },\n  \"extra\": {\n    \"user_prompt\": \"Zebrafish\",\n    \"messages\": \"[{'role': 'user', 'content': 'Zebrafish'}]\"\n  }\n}",
        &["\"level\": \"error\"", "event_id"],
    ),
    (
        "{\"logentry\":{\"message\":\"model call failed for prompt %s\",\"params\":[\"Summarise the Zebrafish contract for me\"],\"formatted\":\"model call failed for prompt Summarise the Zebrafish contract for me\"}}",
        &["model call failed for prompt %s"],
    ),
    (
        "Breadcrumb(category='llm', message='asking', data={'prompt': 'Zebrafish is the name', 'client': 'anthropic.AsyncAnthropic', 'retry': 3})",
        &["anthropic.AsyncAnthropic", "3"],
    ),
    (
        "0:\"Zebrafish is \"\n0:\"a fish\"\n0:\" of Zebrafish\"\ng:\"The user wants Zebrafish\"\n9:{\"toolCallId\":\"toolu_01A09q90qw90lq917835lq9\",\"toolName\":\"getWeather\",\"args\":{\"city\":\"Zebrafish\"}}\na:{\"toolCallId\":\"toolu_01A09q90qw90lq917835lq9\",\"result\":{\"text\":\"Zebrafish\",\"temp\":\"Zebrafish now\"}}\nd:{\"finishReason\":\"stop\",\"usage\":{\"promptTokens\":12,\"completionTokens\":3}}",
        &["toolu_01A09q90qw90lq917835lq9", "getWeather", "promptTokens", "finishReason"],
    ),
    (
        "f:{\"messageId\":\"msg-1\"}\n0:\"Zebrafish is a fish\"\ne:{\"finishReason\":\"stop\",\"usage\":{\"promptTokens\":12,\"completionTokens\":3},\"isContinued\":false}",
        &["msg-1"],
    ),
    (
        "2026-11-29T10:00:00Z DEBUG chunk 0:\"Zebrafish is a fish\"\n2026-11-29T10:00:01Z DEBUG chunk g:\"Zebrafish thinks of it\"\n2026-11-29T10:00:01Z DEBUG chunk 0:\"Zebrafish\"",
        &["2026-11-29T10:00:00Z"],
    ),
    (
        "{\"level\":\"debug\",\"chunk\":\"0:\\\"Zebrafish is a fish\\\"\\n0:\\\"Zebrafish\\\"\\n\",\"status\":529}",
        &["529"],
    ),
    ("0:\"Zebrafish is a fish\"\n3:\"Overloaded\"", &["Overloaded"]),
    (
        "b:{\"toolCallId\":\"toolu_01A\",\"toolName\":\"search\"}\nc:{\"toolCallId\":\"toolu_01A\",\"argsTextDelta\":\"{\\\"q\\\":\\\"Zebrafish\"}\nh:{\"source\":{\"sourceType\":\"url\",\"title\":\"Zebrafish paper title\"}}\n2:[{\"note\":\"Zebrafish data part\"}]\n8:[{\"note\":\"Zebrafish annotation part\"}]",
        &["toolu_01A"],
    ),
    (
        "data: {\"type\":\"text-start\",\"id\":\"1\"}\n\ndata: {\"type\":\"text-delta\",\"id\":\"1\",\"delta\":\"Zebrafish is a fish\"}\n\ndata: {\"type\":\"reasoning-delta\",\"id\":\"1\",\"delta\":\"Zebrafish\"}\n\ndata: {\"type\":\"tool-input-delta\",\"toolCallId\":\"call_1\",\"inputTextDelta\":\"{\\\"q\\\":\\\"Zebrafish\"}\n\ndata: {\"type\":\"tool-input-available\",\"toolCallId\":\"call_1\",\"toolName\":\"x\",\"input\":{\"q\":\"Zebrafish\"}}\n\ndata: {\"type\":\"tool-output-available\",\"toolCallId\":\"call_1\",\"output\":{\"q\":\"Zebrafish\"}}\n\ndata: {\"type\":\"data-weather\",\"data\":{\"city\":\"Zebrafish town\"}}\n\ndata: [DONE]",
        &["text-delta", "text-start", "\"id\":\"1\""],
    ),
    (
        "0    Summarise the Zebrafish contract for me\n1    What is the Zebrafish price of it\n2    Zebrafish\nName: prompt, dtype: object",
        &["Name: prompt, dtype: object"],
    ),
    (
        "2026-11-29 10:00:00 INFO 0    Summarise the Zebrafish contract for me\n1    What is the Zebrafish price of it\n2    Zebrafish\nName: completion, Length: 3, dtype: object",
        &["INFO", "Name: completion", "Length: 3"],
    ),
    (
        "0      Summarise the Zebrafish contract...\n1      What is the Zebrafish...\n       ...\n998    Zebrafish and some more\n999    None\nName: content, Length: 1000, dtype: object\ndone",
        &["dtype: object", "done"],
    ),
    (
        "             model                                   prompt  status\n0  claude-opus-4-6  Summarise the Zebrafish contract for me     429\n1  claude-opus-4-6        What is the Zebrafish price of it     529\n\n[2 rows x 3 columns]",
        &["429", "claude-opus-4-6", "[2 rows x 3 columns]"],
    ),
    (
        "   role                            content\n0  user   What is the Zebrafish price of it\n1  user                     Zebrafish times",
        &["user"],
    ),
    (
        "                               prompt\n0  What is the Zebrafish price of it?\n1                     Zebrafish times",
        &[],
    ),
    (
        "                                              prompt  \\\n0  Summarise the Zebrafish contract for me and  my...   \n1                  What is the Zebrafish price  of it   \n\n   status  \n0     429  \n1     529  ",
        &["529"],
    ),
    (
        "{\"msg\":\"0    Summarise the Zebrafish contract for me\\n1    Zebrafish price of it\\nName: prompt, dtype: object\",\"status\":529}",
        &["529"],
    ),
    (
        "model                             claude-opus-4-6\nprompt    Summarise the Zebrafish contract for me\nstatus                                        429\nName: 0, dtype: object",
        &["claude-opus-4-6", "429", "Name: 0, dtype: object"],
    ),
    (
        "[Turn(role='user', message='Summarise the Zebrafish contract'), Turn(role='assistant', message=\"It's a Zebrafish\")]",
        &["Turn(role='user'"],
    ),
    ("ChatTurn(speaker='human', utterance='Summarise the Zebrafish contract', ts=12)", &["speaker='human'", "ts=12"]),
    (
        "Message(role=<Role.USER: 'user'>, message='Summarise the Zebrafish contract', meta={})",
        &["Message(role=<Role.USER: 'user'>"],
    ),
    ("Utterance(role='user', msg='Summarise the Zebrafish contract', n=3)", &["role='user'", "n=3"]),
    ("Entry(value='Summarise the Zebrafish contract', role='user')", &["role='user'"]),
    ("{\"msg\":\"ChatTurn(speaker='human', message='Summarise the Zebrafish contract')\",\"status\":529}", &["529"]),
    (
        "Turn(role='user', message='Summarise the Zebrafish contr\n2026-11-29 10:00:00 Connection refused",
        &["role='user'"],
    ),
    (
        "ChatTurn(role=user, message=Summarise the Zebrafish contract, model=claude-opus-4-6)",
        &["role=user", "claude-opus-4-6"],
    ),
    ("Turn(\n    role='user',\n    message='Summarise the Zebrafish contract',\n)", &["role='user'"]),
    (
        "ErrorDetail(role='server', message='Overloaded, try again later')\nLogRecord(level='user', message='Unable to connect to host now')",
        &["message='Overloaded, try again later'", "Unable to connect to host now"],
    ),
    (
        "2026-11-29T10:00:00Z {\n2026-11-29T10:00:00Z   \"stream\": false,\n2026-11-29T10:00:00Z   \"message\": \"Write a note on the zebrafish lab to Marion\",\n2026-11-29T10:00:00Z   \"model\": \"command-a-03-2025\"\n2026-11-29T10:00:00Z }",
        &["command-a-03-2025"],
    ),
    (
        "POST https://api.cohere.com/v1/chat\n{\n\t\"connectors\": [{\"id\": \"web-search\"}],\n\t\"temperature\": 0.1,\n\t\"message\": \"Which zebrafish grants did we lose last spring?\"\n}",
        &["web-search", "0.1"],
    ),
    (
        "{'message': 'Which zebrafish grants did we lose?', 'model': 'command-r', 'chat_history': [{'role': 'CHATBOT', 'message': 'zebrafish hello there'}]}",
        &["command-r"],
    ),
    (
        "12:00:01 mcp-server[client→] {\"method\":\"sampling/createMessage\",\"jsonrpc\":\"2.0\",\"id\":\"a1\",\"params\":{\"includeContext\":\"thisServer\",\"maxTokens\":512,\"systemPrompt\":\"Be a zebrafish\",\"messages\":[{\"content\":{\"type\":\"text\",\"text\":\"who feeds the zebrafish\"},\"role\":\"user\"}]}}",
        &["sampling/createMessage", "\"maxTokens\":512"],
    ),
    (
        "{\"log\":\"{\\\"jsonrpc\\\":\\\"2.0\\\",\\\"method\\\":\\\"notifications/message\\\",\\\"params\\\":{\\\"level\\\":\\\"notice\\\",\\\"data\\\":\\\"Now answering how the zebrafish tank is heated\\\"}}\\n\",\"stream\":\"stdout\"}",
        &["notifications/message", "stdout"],
    ),
    (
        "{\"params\":{\"level\":\"info\",\"logger\":\"tools\",\"data\":{\"step\":2,\"text\":\"zebrafish\",\"note\":\"She asked how the zebrafish tank is heated\"}},\"method\":\"notifications/message\",\"jsonrpc\":\"2.0\"}",
        &["notifications/message", "tools"],
    ),
    (
        "{'exception': {'values': [{'stacktrace': {'frames': [{'filename': 'ask.py', 'lineno': 44, 'vars': {'user_prompt': \"'tell me of zebrafish'\", 'payload': {'messages': [\"{'content': 'zebrafish'}\"]}}}]}}]}}",
        &["'lineno': 44", "ask.py"],
    ),
    (
        "{\"type\":\"http\",\"category\":\"fetch\",\"data\":{\"method\":\"POST\",\"url\":\"https://api.anthropic.com/v1/messages\",\"status_code\":429,\"request_body\":\"{\\\"messages\\\":[{\\\"role\\\":\\\"user\\\",\\\"content\\\":\\\"zebrafish are cold\\\"}]}\"}}",
        &["fetch", "429"],
    ),
    (
        "      {\n        \"category\": \"llm\",\n        \"level\": \"info\",\n        \"message\": \"question: How cold may the zebrafish tank become\",\n        \"type\": \"default\"\n      }",
        &["\"category\": \"llm\"", "info"],
    ),
    (
        "  \"logentry\": {\n    \"message\": \"Could not answer %s\",\n    \"params\": [\n      \"How cold may the zebrafish tank become\"\n    ]\n  },\n  \"platform\": \"python\",",
        &["logentry", "Could not answer %s"],
    ),
    ("data: 0:\"The zebrafish tank\"\n\ndata: 0:\" may become 20 degrees zebrafish\"\n\ndata: [DONE]", &["[DONE]"]),
    (
        "{\"time\":1764410400,\"msg\":\"stream\",\"lines\":[\"f:{\\\"messageId\\\":\\\"m1\\\"}\\n\",\"g:\\\"zebrafish thinking\\\"\\n\",\"0:\\\"zebrafish said\\\"\\n\"]}",
        &["\"time\":1764410400"],
    ),
    (
        "[chat] 9:{\"toolCallId\":\"call_9\",\"toolName\":\"getTank\",\"args\":{\"fish\":\"zebrafish\",\"n\":2}}\n[chat] a:{\"toolCallId\":\"call_9\",\"result\":[\"zebrafish\",20]}",
        &["getTank", "call_9"],
    ),
    (
        "data: {\"type\":\"tool-output-available\",\"toolCallId\":\"call_9\",\"output\":\"zebrafish at 20\"}\n\ndata: {\"type\":\"data-note\",\"id\":\"n1\",\"data\":{\"body\":\"zebrafish at 20 degrees\"}}\n\ndata: {\"type\":\"source-document\",\"sourceId\":\"s1\",\"title\":\"zebrafish husbandry\"}\n\ndata: {\"type\":\"text-end\",\"id\":\"0\"}",
        &["text-end", "call_9"],
    ),
    (
        "17     How cold may the zebrafish tank become\n18     zebrafish\n19     Which grants for zebrafish\nName: response, dtype: object\nERROR done",
        &["Name: response, dtype: object", "ERROR"],
    ),
    (
        "E       0    How cold may the zebrafish tank become\nE       1    Which grants for zebrafish\nE       Name: question, dtype: object",
        &["Name: question"],
    ),
    (
        "                                   prompt   model  status\n0  How cold may the zebrafish tank become   haiku     200\n1              Which grants for zebrafish   haiku     529",
        &["haiku", "200", "529"],
    ),
    (
        "shape: (2, 2)\n┌──────┬────────────────────────────┐\n│ role ┆ content                    │\n│ ---  ┆ ---                        │\n│ str  ┆ str                        │\n╞══════╪════════════════════════════╡\n│ user ┆ Which grants for zebrafish │\n└──────┴────────────────────────────┘",
        &["str"],
    ),
    (
        "     role                      content\n0    user   Which grants for zebrafish\n..    ...                          ...\n98   user   How cold is the zebrafish tank\n\n[99 rows x 2 columns]",
        &["user"],
    ),
    ("role='assistant' message='The zebrafish tank may become 20' tool_calls=None", &["role='assistant'"]),
    (
        "Traceback:\n    Utterance(\n        speaker='bot',\n        text_body=\"The zebrafish tank may become 20\",\n        at=datetime.datetime(2026, 11, 29, 10, 0),\n    )\nTimeout",
        &["speaker='bot'", "Timeout"],
    ),
    (
        "WARN replay [Msg(sender='alice', seq=4, payload='feed the zebrafish at noon'), Msg(sender=\"bob\", seq=5, payload=\"it's zebrafish's day\")] role=Role.USER",
        &["sender='alice'", "seq=4", "role=Role.USER"],
    ),
    ("ChatLine(role=Role.USER, said='feed the zebrafish at noon')", &["role=Role.USER"]),
    (
        "{\"error\":\"bad turn Turn(role=\\\"user\\\", message=\\\"feed the zebrafish at noon\\\")\",\"code\":503}",
        &["\"code\":503"],
    ),
    (
        "curl -X POST https://api.cohere.com/v1/chat -d '{\n  \"model\": \"command-light\",\n  \"message\": \"Please shorten the zebrafish report\",\n  \"temperature\": 0\n}'",
        &["command-light"],
    ),
    (
        "{'method': 'notifications/message', 'params': {'level': 'info', 'data': 'She wants the zebrafish report to be short'}, 'jsonrpc': '2.0'}",
        &["notifications/message"],
    ),
    (
        "{\"platform\":\"node\",\"culprit\":\"ask.ts\",\"extra\":{\"__serialized__\":{\"prompt\":\"zebrafish\",\"opts\":{\"system\":\"Be a zebrafish now\"}}},\"logentry\":{\"message\":\"failed: %s\",\"params\":[\"Please shorten the zebrafish report\"]}}",
        &["ask.ts"],
    ),
    (
        "< HTTP/1.1 200 OK\n< x-vercel-ai-data-stream: v1\n<\n0:\"zebrafish \"\n0:\"report\"\ne:{\"finishReason\":\"stop\"}",
        &["HTTP/1.1 200 OK", "x-vercel-ai-data-stream"],
    ),
    ("  0:\"zebrafish report\"\n  g:\"zebrafish thinking\"", &[]),
    (
        "8      Please shorten the zebrafish report\n9                               zebrafish\n10               Which zebrafish was first\nName: completion, dtype: object",
        &["dtype: object"],
    ),
    (
        "id                                        7\nprompt    Please shorten the zebrafish report\nstatus                                  529\nName: 3, dtype: object",
        &["status", "529"],
    ),
    (
        "2026-11-29 10:00:00 INFO df:\n     id                               prompt  status\n0     7  Please shorten the zebrafish report     529\n1     8                        zebrafish day     200",
        &["529"],
    ),
    ("#<Turn role=:user, message=\"Please shorten the zebrafish report\">", &["role=:user"]),
    ("Turn { role: User, message: \"Please shorten the zebrafish report\", at: 12 }", &["role: User"]),
    ("Turn { role: 'user', message: 'Please shorten the zebrafish report', tokens: 12 }", &["role: 'user'"]),
    (
        "{\"turns\":[{\"speaker\":\"human\",\"utterance\":\"Please shorten the zebrafish report\"},{\"speaker\":\"bot\",\"utterance\":\"zebrafish\"}]}",
        &["\"speaker\":\"human\""],
    ),
];

#[test]
fn what_was_said_goes_from_requests_streams_and_objects() {
    assert_gone(CASES.iter().map(|(text, stay)| (*text, &["ebrafish"][..], *stay)));
}

#[test]
fn long_texts_go_as_short_ones_do() {
    let said = "zebrafish swim and eat ".repeat(200);
    let texts = [
        format!("{{\n  \"message\": \"{said}\",\n  \"preamble\": \"x y z\"\n}}\n"),
        format!("{{\n  \"model\": \"command-r\",\n  \"message\": \"{said}\"\n}}\n"),
        format!("Turn(\n    role='user',\n    message='{said}',\n)\n"),
        format!("Turn(role='user', message='{said}')\n"),
        format!("0    {said}\n1    {said}\nName: prompt, dtype: object\n"),
        format!("{{\"method\":\"notifications/message\",\"params\":{{\"level\":\"info\",\"data\":\"{said}\"}}}}\n"),
        format!("0:\"{said}\"\n"),
    ];
    assert_gone(texts.iter().map(|text| (text.as_str(), &["ebrafish"][..], &[][..])));
}
