//! What agents, transcripts, tests, tables and statements of SQL say, and lines that begin inside a text: whole and line by line alike.

use super::{redacted, streamed};

const PRIVATE: &str = "Tell me of the merger, privately";

/// `§` stands for the prompt; what follows each text must stay in it.
const CASES: &[(&str, &[&str])] = &[
    (
        "> Entering new AgentExecutor chain...\nThought: I look at §\nAction: search\nAction Input: §\nObservation: § is there\n§ too\n\nand more\nThought: done\nFinal Answer: §\n\n> Finished chain.\nanthropic.RateLimitError: Error code: 429\n",
        &[
            "Entering new AgentExecutor chain...",
            "Thought: [text",
            "Action: search",
            "> Finished chain.",
            "Error code: 429",
        ],
    ),
    (
        "user_proxy (to assistant):\n\n§\nand more\n\n----------------------------------------\nassistant (to user_proxy):\n\n§\n\n----------------------------------------\nstatus 529\n",
        &["user_proxy (to assistant):", "assistant (to user_proxy):", "status 529"],
    ),
    (
        "# Agent: Analyst\n## Task: §\n\n# Agent: Analyst\n## Thought: §\n## Using tool: search\n## Tool Input: \n\"{\\\"query\\\": \\\"§\\\"}\"\n## Tool Output: \n§\nand more\n\n# Agent: Analyst\n## Final Answer: \n§\n\nlitellm.RateLimitError: 429\n",
        &["# Agent: Analyst", "## Using tool: search", "litellm.RateLimitError: 429"],
    ),
    (
        "╭──── 🤖 Agent Started ────╮\n│  Agent: Analyst          │\n│  Task: §  │\n╰──────────────────────────╯\nstatus 529\n",
        &["Agent Started", "Agent: Analyst", "status 529"],
    ),
    (
        "** Messages: **\nsystem: §\nuser: §\n**************************************************\n** Response: **\nassistant: §\nand more\n**************************************************\n\nstatus 529\n",
        &["system: [text", "user: [text", "assistant: [text", "status 529"],
    ),
    (
        "================================ Human Message =================================\n\n§\n\nand more\n================================== Ai Message ==================================\nTool Calls:\n  x (toolu_1)\n Call ID: toolu_1\n  Args:\n    query: §\nanthropic.RateLimitError: Error code: 429\n",
        &[" Human Message =", " Ai Message =", "Call ID: toolu_1", "Error code: 429"],
    ),
    (
        "System message:\n\n§\n\n[[ ## question ## ]]\n§\n\n[[ ## completed ## ]]\nlitellm.RateLimitError: 429\n",
        &["[[ ## question ## ]]", "RateLimitError: 429"],
    ),
    (
        "Human: §\n\nAssistant: Sure, §\n- and more\n\nHuman: and §\n\nanthropic.APIStatusError: Error code: 529\n",
        &["Human: [text", "Assistant: [text", "Error code: 529"],
    ),
    (
        "User: §\nClaude: §\nPrompt: §\nResponse: §\n\nstatus 529\n",
        &["User: [text", "Claude: [text", "Prompt: [text", "Response: [text", "status 529"],
    ),
    (
        "#### §  \n#### and §  \n\nSure, §.\n\n> Tokens: 2.1k sent, 95 received. Cost: $0.01 message.  \n> litellm.RateLimitError: 429  \n",
        &["> Tokens: 2.1k sent", "> litellm.RateLimitError: 429"],
    ),
    (
        "\u{1b}[32;1m\u{1b}[1;3mThought: I look at §\nObservation: §\u{1b}[0m\nstatus 529\n",
        &["Thought: ", "status 529"],
    ),
    (
        ">       assert reply == \"ok\"\nE       AssertionError: assert '§' == 'ok'\nE         \nE         - ok\nE         + §\nE        +  where '§' = Message(id='msg_01').content\n\ntests/test_reply.py:8: AssertionError\n",
        &["E         - ok", "Message(id='msg_01').content", "tests/test_reply.py:8: AssertionError"],
    ),
    (
        "E       AssertionError: assert {'messages': []} == {}\nE         Full diff:\nE           {\nE         +     'messages': [\nE         +         {\nE         +             'content': '§',\nE         +             'role': 'user',\nE         +         },\nE         +     ],\nE           }\n\ntests/test_build.py:12: AssertionError\n",
        &["'role': 'user'", "Full diff:", "tests/test_build.py:12: AssertionError"],
    ),
    (
        "AssertionError: '§' != 'ok'\n- §\n+ ok\n\n----------------------------------------------------------------------\nRan 1 test in 0.001s\n",
        &["!= 'ok'", "+ ok", "Ran 1 test in 0.001s"],
    ),
    (
        "    Expected: \"§\"\n    Received: \"§ too\"\n\n      at Object.<anonymous> (src/a.test.ts:11:15)\n",
        &["Expected: \"[text", "Received: \"[text", "src/a.test.ts:11:15"],
    ),
    (
        "id,model,prompt,completion,status\n1,claude-opus-4-6,\"§\",\"§, and more\",200\n2,claude-opus-4-6,§,none,529\n3,m,\"one\n§\",x,429\n",
        &["id,model,prompt,completion,status", "1,claude-opus-4-6,\"[text", "\",200", ",529", "x,429"],
    ),
    (
        "time,prompt,status\n2026-11-20T10:00:00Z,§,529\n2026-11-20T10:00:01Z,§ and more,529\n",
        &["2026-11-20T10:00:01Z,[text", ",529"],
    ),
    ("request_id\trole\tcontent\tlatency_ms\nreq_1\tuser\t§\t812\n", &["req_1\tuser\t[text", "\t812"]),
    (
        "| id | prompt | status |\n|----|--------|--------|\n| 1  | § | 529 |\n",
        &["|----|--------|--------|", "| 529 |"],
    ),
    (
        "INSERT INTO messages (id, role, content) VALUES (18, 'user', '§, it''s');\nstatus 529\n",
        &["VALUES (18, 'user', '[text", "status 529"],
    ),
    (
        "INSERT INTO `chat` (`id`,`content`) VALUES\n(1,'§'),\n(2,'§');\nSELECT 1;\n",
        &["(1,'[text", "(2,'[text", "SELECT 1;"],
    ),
    (
        "STATEMENT:  insert into public.messages values (1, 'user', '§', now())\nstatus 529\n",
        &["'user'", "now()", "status 529"],
    ),
    (
        "the rest of §\", \"role\": \"user\"}], \"max_tokens\": 1024}\n2026-11-20 10:00:01 ERROR 529\n",
        &["\"role\": \"user\"}], \"max_tokens\": 1024}", "ERROR 529"],
    ),
    (
        "of §'}], 'model': 'claude-opus-4-6', 'max_tokens': 64}}\nstatus 529\n",
        &["'model': 'claude-opus-4-6', 'max_tokens': 64}}", "status 529"],
    ),
    (
        "request=Request { model: \"m-1\", messages: [Message { role: User, content: \"§\" }], max_tokens: 1024 }\n",
        &["role: User", "model: \"m-1\"", "max_tokens: 1024"],
    ),
    ("%{messages: [%{role: \"user\", content: \"§\"}], model: \"m-1\"}\n", &["role: \"user\"", "model: \"m-1\""]),
    (
        "{\"content\":[{\"type\":\"text\",\"te\n\":\"§ API Error: 529 {\\\"request_id\\\":\\\"req_011CSHoEeqs5C35K2UUqR7Fy\\\"}\"}]}\n",
        &["API Error: 529", "req_011CSHoEeqs5C35K2UUqR7Fy"],
    ),
];

const STAYS: &[&str] = &[
    "User: arn:aws:iam::aws:user/x is not authorized to perform: bedrock:InvokeModel on resource: y\n",
    "Response: upstream connect error or disconnect/reset before headers. reset reason: connection failure\n",
    "Response: 529 Overloaded by too many requests\n",
    "Response: Your credit balance is too low to access the API\n",
    "#### How to run it\nRun it with the usual command here.\n",
    "AssertionError: expected 429 to equal 200\nretrying the call in 3 seconds from now\n",
    "E       AssertionError: assert 'Error code: 529 - overloaded by the many' in str(error)\nE         + Error code: 529 and some more words here\n",
    "E       anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'This request would exceed your limit'}}\n",
    "    Expected: 200\n    Received: 529\n",
    "    Expected: \"overloaded_error\"\n    Received: \"rate_limit_error\"\n",
    "timestamp,level,message\n2026-11-20T10:00:00Z,error,Connection refused by the far end\n",
    "send a prompt, content, or both of them\nand some more words of this text\n",
    "model,prompt,completion,total\nclaude-opus-4-6,412,88,500\n",
    "INSERT INTO events (id, level, message) VALUES (1, 'error', 'Connection refused by the far end');\n",
    "INSERT INTO messages (id, role) VALUES (1, 'user');\n",
    "INSERT INTO messages (id, content) VALUES ($1, $2)\n",
    "said \"x\", \"role\": \"user\"\n",
    "Overloaded\"},\"request_id\":\"req_011CSHoEeqs5C35K2UUqR7Fy\"}\n",
    "copy this file (to be sure): then go on\nwith more words on the line below it\n",
    "Question: y/n\nAnswer: yes\n",
    "{\"role\":\"admin\",\"policy\":\"x\"}\n",
    "### Users\nsee the list of users below in this file\n",
    "id,name,status,latency\n1,ask the model,529,812\n",
    "{\"log\":\"Overloaded\\\"},\\\"request_id\\\":\\\"req_011CSHoEeqs5C35K2UUqR7Fy\\\"}\\n\",\"stream\":\"stderr\"}\n",
    "max_tokens\": 64, \"model\": \"claude-opus-4-6\"}\n",
    "---------- Captured log call ----------\nERROR    root:ask.py:12 call failed with status 529 after 3 tries\n",
    "Prompt: 412 tokens, completion: 88 tokens\n",
    "Task: 'compileJava' FAILED in 3 s of the build run\n",
    "Connecting to the proxy (to proxy):\nTrying once more in a few seconds\n",
    "E       AssertionError: assert 529 == 200\nE        +  where 529 = <Response [529]>.status_code\n\ntests/test_api.py:8: AssertionError\n",
    "AssertionError: x\n-rw-r--r-- 1 root root 12 Nov 20 10:00 file\n",
    "==== Error Message ====\nconnection refused by the host at 443 after three tries\n",
    "id | status | request_id\n---+--------+-----------\n 1 | 529 | req_011CSHoEeqs5C35K2UUqR7Fy\n",
    "tests/test_x.py::test_x[claude-opus-4-6] PASSED [ 50%] in some time\n",
    "\"required\": [\"content\", \"role\"]\n",
    "{\"gen_ai.system\":\"anthropic\",\"http.status_code\":529}\n",
    "Claude: command not found\n",
];

#[test]
fn what_was_said_goes_and_what_says_how_it_was_said_stays() {
    check(CASES);
}

/// Whether prompts go from all texts, whole and line by line, and what must stay does.
pub(super) fn check(cases: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (case, kept) in cases {
        let text = case.replace('§', PRIVATE);
        for shown in [redacted(&text), streamed(&text)] {
            let lost: Vec<_> = kept.iter().filter(|mark| !shown.contains(**mark)).collect();
            if shown.contains("merger") || shown.contains("and more") || !lost.is_empty() {
                wrong.push(format!("{text}\n  -> {shown}\n  lost {lost:?}"));
            }
            if redacted(&shown) != shown {
                wrong.push(format!("TWICE {shown}\n  -> {}", redacted(&shown)));
            }
        }
        if redacted(&text) != streamed(&text) {
            wrong.push(format!("WHOLE {}\nLINES {}", redacted(&text), streamed(&text)));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_only_looks_like_it_stays() {
    check_stays(STAYS);
}

/// Whether texts stay as they are.
pub(super) fn check_stays(texts: &[&str]) {
    for text in texts {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}

/// What pytest shows of a test that failed: its variables, its source and that of what it calls, what failed, and where.
const LISTING: &str = "\
=================================== FAILURES ===================================
_______________________ TestAsk.test_ask[tell me of the merger] ________________________

client = <anthropic.Anthropic object at 0x7f>
question = 'tell me of the merger'

    @pytest.mark.parametrize(\"question\", [\"tell me of the merger\"])
    def test_ask(client, question):
        # a comment
        history = [\"of the first merger\"]
>       answer = ask(client, \"tell me of the merger\", retries=2)

tests/test_ask.py:9: 
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ 

q = 'tell me of the merger'

    def ask(client, q, retries):
        raise AssertionError(\"tell of the merger\")
>       return client.create(q)
E       anthropic.RateLimitError: Error code: 429 - {'type': 'error', 'error': {'type': 'rate_limit_error', 'message': 'This request would exceed the limit of it'}}

app/ask.py:12: RateLimitError
----------------------------- Captured stdout call -----------------------------
the log says 'a thing of four words'
=========================== short test summary info ============================
FAILED tests/test_ask.py::TestAsk::test_ask[tell me of the merger] - anthropic.RateLimitError: Error code: 429
";

#[test]
fn source_and_variables_that_pytest_shows_lose_their_texts() {
    for shown in [redacted(LISTING), streamed(LISTING)] {
        assert!(!shown.contains("merger"), "{shown}");
        let stays = ["TestAsk.test_ask[", "retries=2)", "tests/test_ask.py:9:", "return client.create(q)"];
        let stays = stays.into_iter().chain(LISTING.lines().filter(|line| line.starts_with("E  ")));
        let stays =
            stays.chain(["app/ask.py:12: RateLimitError", "'a thing of four words'", " - anthropic.RateLimitError"]);
        for text in stays {
            assert!(shown.contains(text), "{text}\n{shown}");
        }
    }
}
