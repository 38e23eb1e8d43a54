//! What the tools around models print: servers and libraries of models, traces, agents in boxes, databases and test runners; whole and line by line alike.

use super::turns::{check, check_stays};

/// `§` stands for the prompt; what follows each text must stay in it.
const CASES: &[(&str, &[&str])] = &[
    // Keys that are content by what stands beside them.
    (
        "{\"model\":\"llama3.2\",\"response\":\"§\",\"done\":true,\"eval_count\":290}\n",
        &["\"model\":\"llama3.2\"", "\"done\":true", "\"eval_count\":290"],
    ),
    ("{\"model\":\"m-1\",\"response\":\" merger\",\"done\":false}\n", &["\"model\":\"m-1\"", "\"done\":false"]),
    (
        "{\"model\":\"m-1\",\"prompt\":\"§\",\"suffix\":\"§\",\"template\":\"§\",\"stream\":false}\n",
        &["\"stream\":false"],
    ),
    (
        "{\"model\":\"command-r\",\"message\":\"§\",\"chat_history\":[{\"role\":\"USER\",\"message\":\"§\"}],\"temperature\":0.3}\n",
        &["\"model\":\"command-r\"", "\"temperature\":0.3"],
    ),
    (
        "{\"level\":\"debug\",\"body\":\"{\\\"message\\\":\\\"§\\\",\\\"preamble\\\":\\\"§\\\",\\\"model\\\":\\\"command-r\\\"}\"}\n",
        &["\"level\":\"debug\"", "command-r"],
    ),
    (
        "{\"id\":7,\"method\":\"elicitation/create\",\"params\":{\"message\":\"§\",\"requestedSchema\":{\"properties\":{\"merger\":{\"type\":\"string\"}}}}}\n",
        &["elicitation/create"],
    ),
    (
        "{\"run_type\":\"chain\",\"inputs\":{\"topic\":\"§\"},\"outputs\":{\"x\":\"merger\"},\"status\":\"error\"}\n",
        &["\"status\":\"error\""],
    ),
    ("{\"inputs\":\"§\",\"parameters\":{\"max_new_tokens\":64}}\n", &["\"max_new_tokens\":64"]),
    ("  \"inputs\": {\n    \"topic\": \"§\",\n    \"kind\": \"chain\"\n  },\n", &["\"kind\": \"chain\""]),
    ("level=info msg=\"llm call\" response=\"§ and so on\" status=200\n", &["status=200"]),
    ("{'answer': '§ and so on',\n 'status': 200}\n", &["'status': 200"]),
    // Traces.
    (
        "     -> gen_ai.completion.0.content: Str(§\nand more)\n     -> llm.usage.total_tokens: Int(512)\n",
        &["gen_ai.completion.0.content: Str(", "Int(512)"],
    ),
    (
        "{\"llm.completions\":[\"§\"],\"retrieval.documents.0.document.content\":\"§\",\"gen_ai.tool.definitions\":\"§\",\"http.status_code\":529}\n",
        &["\"http.status_code\":529"],
    ),
    ("2026-11-20T10:00:00Z DEBUG ask{user_prompt=§}: app::llm: status=529\n", &[": app::llm: status=529"]),
    ("2026-11-20 10:00:00 DEBUG LLM output: § and more\n", &["LLM output: "]),
    ("2026-11-20 10:00:00 INFO User message: §\n", &["User message: "]),
    // Agents.
    (
        "╭──────────── New run ────────────╮\n│                     │\n│ §     │\n│                     │\n╰─ LiteLLMModel - anthropic/claude-opus-4-6 ───╯\nstatus 529\n",
        &["New run", "LiteLLMModel - anthropic/claude-opus-4-6", "status 529"],
    ),
    (
        " ─ Executing parsed code: ────────────────────\n  x = \"§\"\n  and more\n ─────────────────────────────────\nExecution logs:\n§\n\nOut: None\n[Step 1: Duration 2.11 seconds]\n",
        &["Out: None", "[Step 1: Duration 2.11 seconds]"],
    ),
    (
        "╭──── Tool Execution Completed (#1) ────────╮\n│  Tool: search_web   │\n│  Output: § and     │\n│  and more           │\n╰─────────────────────╯\n",
        &["Tool: search_web"],
    ),
    (
        "---------- ToolCallExecutionEvent (assistant) ----------\n[FunctionExecutionResult(content='§', name='x', call_id='toolu_1', is_error=False)]\n---------- ThoughtEvent (assistant) ----------\n§\n---------- Summary ----------\nNumber of messages: 5\n",
        &["call_id='toolu_1', is_error=False", "Number of messages: 5"],
    ),
    (
        "***** Response from calling tool (toolu_1) *****\n§\n*************************************************\nstatus 529\n",
        &["(toolu_1)", "status 529"],
    ),
    (
        "[tool/start] [chain:AgentExecutor > tool:search] Entering Tool run with input:\n\"§\"\n[tool/end] [chain:AgentExecutor > tool:search] [0.5s] Exiting Tool run with output:\n\"§\"\n[chain/error] [chain:AgentExecutor] [3.0s] Chain run errored with error:\n\"RateLimitError(429)\"\n",
        &["[0.5s] Exiting Tool run", "RateLimitError(429)"],
    ),
    ("** Prompt: **\n§\nand more\n**************************************************\nstatus 529\n", &["status 529"]),
    (
        "LLMChatStartEvent(id_=UUID('8a1b'), messages=[ChatMessage(role=<MessageRole.USER: 'user'>, blocks=[TextBlock(block_type='text', text='§')])])\n",
        &["UUID('8a1b')", "<MessageRole.USER: 'user'>"],
    ),
    // Databases.
    (
        "-[ RECORD 1 ]------\nid      | 812\ncontent | §+\n        | and more\nstatus  | 529\n-[ RECORD 2 ]------\nprompt  | the merger\nstatus  | 429\n",
        &["id      | 812", "status  | 529", "status  | 429"],
    ),
    (
        "*************************** 1. row ***************************\n        id: 17\n   content: Dear all:\n\nand more\n    status: 529\n*************************** 2. row ***************************\n  response: §\n    status: 429\n2 rows in set (0.00 sec)\n",
        &["        id: 17", "    status: 529", "    status: 429", "2 rows in set"],
    ),
    (
        "┏━━━━┳━━━━━━━━━━┳━━━━━━━━┓\n┃ id ┃ prompt   ┃ status ┃\n┡━━━━╇━━━━━━━━━━╇━━━━━━━━┩\n│ 1  │ § │ 529    │\n│    │ and more │        │\n└────┴──────────┴────────┘\n",
        &["│ 1  │", "│ 529    │"],
    ),
    (
        "│ id  ┆ prompt   ┆ status │\n│ --- ┆ ---      ┆ ---    │\n╞═════╪══════════╪════════╡\n│ 17  ┆ § ┆ 529    │\n",
        &["┆ 529"],
    ),
    (
        "| id|   prompt|status|\n+---+---------+------+\n| 17|§|   529|\n+---+---------+------+\n",
        &["| 17|", "|   529|"],
    ),
    (
        "       id                            prompt  status\n0  req_01  §     529\n1  req_02            of the merger and more     200\n",
        &["0  req_01", "     529", "     200"],
    ),
    (
        "id  prompt                              status\n--  ----------------------------------  ------\n17  §    529\n",
        &["17", "529"],
    ),
    ("      id = 17\n  prompt = §\n  status = 529\n", &["id = 17", "status = 529"]),
    (
        "COPY public.messages (id, role, content) FROM stdin;\n17\tuser\t§\n\\.\nstatus 529\n",
        &["17\tuser\t", "status 529"],
    ),
    (
        "REPLACE INTO chats (id, prompt) VALUES (1, '§');\nINSERT OR REPLACE INTO m (content) VALUES ('§');\nINSERT IGNORE INTO m (prompt) VALUES ('§');\nINSERT INTO m (id, prompt) SELECT 1, '§';\nSELECT id FROM m WHERE content LIKE '%§%' AND status = 529;\n",
        &["VALUES (1, '[text", "SELECT 1, '[text", "AND status = 529;"],
    ),
    (
        "INFO sqlalchemy.engine.Engine [generated in 0.00018s] ('user', '§')\nprisma:query Params: [\"17\",\"§\"]\n==> Parameters: 17(Long), §(String)\nstatus 529\n",
        &["[generated in 0.00018s] ('user', ", "status 529"],
    ),
    (
        "{ method: 'insert', bindings: [ '§', 17 ], sql: 'insert into x' }\n",
        &["method: 'insert'", "sql: 'insert into x'"],
    ),
    // Dumps.
    (
        "        (\n            [role] => user\n            [content] => §\n\nand more\n        )\n\n    [status] => 529\n",
        &["[role] => user", "[status] => 529"],
    ),
    (
        " messages:\n  [{role: \"user\",\n    content:\n     \"§\\n\" +\n     \"and more\"}],\n max_tokens: 64}\n",
        &["role: \"user\"", "max_tokens: 64}"],
    ),
    // Tests.
    (
        "exports[`renders the prompt 1`] = `\n\"§\nand more of this text to see\"\n`;\nstatus 529\n",
        &["exports[`renders the prompt 1`]", "status 529"],
    ),
    (
        "-old snapshot\n+new results\n────────────┬───────────\n    0       │-§\n          0 │+§ and so on\n────────────┴───────────\nstatus 529\n",
        &["+new results", "status 529"],
    ),
    (
        "    - Expected  - 1\n    + Received  + 1\n\n      You speak of the merger now.\n    - §\n    + § and so on\n\n      at Object.<anonymous> (src/a.test.ts:11:15)\n",
        &["- Expected  - 1", "+ Received  + 1", "src/a.test.ts:11:15"],
    ),
    ("        - \tContent: \"§\",\n          \tModel:   \"claude-opus-4-6\",\n", &["Model:   \"claude-opus-4-6\""]),
    // What failed below what was said.
    (
        "Human: §\n\nException in thread \"main\" com.anthropic.errors.RateLimitException: 429\n\tat com.acme.Main.main(Main.java:12)\n",
        &["RateLimitException: 429", "Main.java:12"],
    ),
    (
        "Assistant: §\npanic: POST \"https://api.anthropic.com/v1/messages\": 529\n\ngoroutine 1 [running]:\n",
        &["panic: POST", "goroutine 1"],
    ),
    (
        "Assistant: §\nE1120 10:00:00.000000       1 proxy.go:12] upstream 529\nother lines of it\n",
        &["upstream 529", "other lines of it"],
    ),
    (
        "Thought: §\nObservation: HTTPError: 429 Client Error: Too Many Requests\nThought: §\n",
        &["HTTPError: 429 Client Error: Too Many Requests"],
    ),
    ("Assistant: §\nKilled\nTotal cost:            $0.0123\n", &["Killed", "Total cost:            $0.0123"]),
];

const STAYS: &[&str] = &[
    "{\"response\":\"upstream connect error or disconnect/reset before headers\",\"done\":false}\n",
    "response=\"read tcp 127.0.0.1:443: connection reset by peer\"\n",
    "{\"answer\":\"NXDOMAIN for api.anthropic.com from the resolver\"}\n",
    "{\"message\":\"call to the model failed: overloaded\",\"model\":\"command-r\",\"level\":\"error\"}\n",
    "{\"name\":\"build\",\"inputs\":[\"src/**\",\"package.json\"],\"outputs\":[\"dist/**\"]}\n",
    "{\"outputs\":{\"execution_file\":\"/tmp/out.json\"},\"conclusion\":\"failure\"}\n",
    "{\"region\":\"us-east-1\",\"suffix\":\"prod\",\"template\":\"default\"}\n",
    "{\"bindings\":[{\"type\":\"kv_namespace\",\"name\":\"CACHE\"}],\"main_module\":\"index.js\"}\n",
    "{\"jsonrpc\":\"2.0\",\"id\":0,\"result\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":{\"listChanged\":true}}}}\n",
    "{\"custom_id\":\"r-1\",\"result\":{\"type\":\"errored\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}}\n",
    "ServerResponseException: Server error(POST https://api.anthropic.com/v1/messages: 529 . Text: \"Overloaded\")\n",
    "-[ RECORD 1 ]----------\nstatus | idle in transaction (aborted)\nprompt | 412\n",
    "*************************** 1. row ***************************\n  Level: Error\nMessage: Table 'chat.messages' doesn't exist\n1 row in set (0.00 sec)\n",
    "model             prompt  completion   total\nclaude-opus-4-6      412          88     500\n",
    "NAME                     READY   STATUS             AGE\ngateway-7d9f8b6c5-x2x1z  0/1     CrashLoopBackOff   10m\n",
    "┃ model           ┃ error                           ┃\n│ claude-opus-4-6 │ overloaded by too many requests │\n",
    "     model = claude-opus-4-6\n     state = waiting for the next free slot\n",
    "    prompt = build_prompt(question, context) if question else DEFAULT\n",
    "Retrying: we ran into a problem while we put items into messages queue\n",
    "UPDATE messages SET status = 'failed to be sent to the api' WHERE id = 4;\n",
    "INSERT INTO requests (id, error) VALUES (1, 'the service is overloaded right now');\n",
    "INFO sqlalchemy.engine.Engine [cached since 12.3s ago] ('req_011CSHoEeqs5C35K2UUqR7Fy', 529, 'overloaded_error')\n",
    "[chain/error] [chain:RunnableSequence] [812ms] Chain run errored with error:\n\"RateLimitError(429) of the far too many requests\"\n",
    "Execution logs are kept for 7 days in the bucket\nOutput: build finished in 3.2 seconds with 2 warnings\n",
    "╭─ Error ─────────────╮\n│ Invalid value for '--model': 'x' is not one of the known ones. │\n╰─────────────────────╯\n",
    "exports[`message 1`] = `\n{\n  \"status\": 529,\n  \"type\": \"overloaded_error\",\n}\n`;\n",
    "messages:\n  - role: user\ncontent:\nretries: 3\n",
    "INFO Final prompt: 412 tokens after truncation\nERROR Model response: HTTP 502 from the gateway\n",
    "INFO User message queue is full, waiting\nINFO Model response time: 12.3 seconds on average\n",
];

#[test]
fn what_tools_of_models_show_goes_and_the_evidence_beside_it_stays() {
    check(CASES);
}

#[test]
fn what_only_looks_like_it_stays() {
    check_stays(STAYS);
}
