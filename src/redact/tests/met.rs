//! Forms as public reports of failures have them: logs of agents and gateways, notebooks, histories of assistants on the command line, source that was pasted.

use super::{assert_gone, assert_stays, fill};

/// Text, and evidence that must stay in it; `§` stands for what somebody said.
const SAID: &[(&str, &[&str])] = &[
    (
        "{\"event\":\"reply\",\"rawThinking\":\"Think of § now\",\"stop_reason\":\"end_turn\",\"thinkingTokens\":12}\n",
        &["\"event\":\"reply\"", "\"stop_reason\":\"end_turn\",\"thinkingTokens\":12}"],
    ),
    (
        "12:00:01 | INFO | agent:run:113 - Processing query: Tell me about § please...\n12:00:02 | INFO | run - 529\n",
        &["12:00:01 | INFO | agent:run:113 - Processing query: ", "\n12:00:02 | INFO | run - 529\n"],
    ),
    (
        "INFO ctx:57 - Retrieving context for query: Tell me about §\nINFO retry 2\n",
        &["INFO ctx:57 - Retrieving context for query: ", "\nINFO retry 2\n"],
    ),
    ("2026-06-24 01:25:51 INFO run - User query: Tell me about §\n", &["2026-06-24 01:25:51 INFO run - User query: "]),
    (
        "RateLimitError                    Traceback (most recent call last)\nCell In[13], line 11\n      1 llm = Model(temperature=0)\n      9 \n---> 11 ask.run(\"Tell me about §\")\n     12 done(\"of § alone\")\n\nRateLimitError: Error code: 429\n",
        &[
            "Cell In[13], line 11\n      1 llm = Model(temperature=0)\n",
            "---> 11 ask.run(\"",
            "     12 done(",
            "\nRateLimitError: Error code: 429\n",
        ],
    ),
    (
        "Cell In[13], line 11\n      2 tools = [\n      3     Tool(\n      4         name=\"Search\",\n   (...)\n      7     )\n      8 ]\n---> 11 ask.run(\"Tell me about §\")\n",
        &["Cell In[13], line 11\n      2 tools = ", "---> 11 ask.run("],
    ),
    (
        "Cell In[2], line 4, in answer(question)\n      3 def answer(question):\n----> 4     return ask(\"Tell me about §\", question)\n",
        &["Cell In[2], line 4, in answer(question)\n      3 def answer(question):\n----> 4     return ask("],
    ),
    (
        "1. `claude --model claude-sonnet-5`, then the prompt `Write 150 words about §.`\n",
        &["1. `claude --model claude-sonnet-5`, then the prompt `", "`\n"],
    ),
    (
        "   ⏺ Streaming response ended before any complete data was received. Retrying without streaming. If this keeps happening, check any\n     proxy or gateway between Claude Code and your model provider.\n   ⏺ All of § is here.\n   ✻ Churned for 31s\n   ```\n",
        &[
            "check any\n     proxy or gateway between Claude Code and your model provider.\n",
            "   ✻ Churned for 31s\n   ```\n",
        ],
    ),
    (
        "⏺ Agent \"Retire the units of §\" failed: Agent terminated early due to an API error: API Error: 529 Overloaded. Try\n  again in a moment.\n\n⏺ Agent \"Reader\" failed: all of § is gone.\n",
        &[
            "⏺ Agent \"[",
            "\" failed: Agent terminated early due to an API error: API Error: 529 Overloaded. Try\n  again in a moment.\n",
        ],
    ),
    (
        "⏺ Bash(grep \"§\" notes.txt)\n  ⎿  No (tell Claude what to do differently)\n\n> tell me of §\n  ⎿  API Error: 529\n",
        &["⏺ Bash(", "  ⎿  No (tell Claude what to do differently)\n", "  ⎿  API Error: 529\n"],
    ),
    (
        "# aider chat started at 2026-05-10 14:37:07\n\n> Aider v0.83.0  \n\n#### tell me of §  \n> Repo-map: using 4096 tokens  \n\nIt is about § indeed.\n\n> Tokens: 2.9k sent, 40 received.  \n> notes.txt  \n\nHere is the change:\n\nnotes.txt\n<<<<<<< SEARCH\nall of § here\n=======\nnone of § there\n>>>>>>> REPLACE\n\n> litellm.RateLimitError: 429 Too Many Requests  \n\n# aider chat started at 2026-05-10 15:17:26\n\n> Aider v0.83.1  \n",
        &[
            "> Repo-map: using 4096 tokens  \n",
            "> Tokens: 2.9k sent, 40 received.  \n> notes.txt  \n",
            "> litellm.RateLimitError: 429 Too Many Requests  \n",
            "\n# aider chat started at 2026-05-10 15:17:26\n\n> Aider v0.83.1  \n",
        ],
    ),
];

#[test]
fn what_was_said_goes_from_reports_of_failures() {
    let cases: Vec<(String, &[&str])> =
        SAID.iter().map(|(text, stay)| (text.replace('§', "the Zebrafish merger"), *stay)).collect();
    let gone = ["Zebrafish"];
    assert_gone(cases.iter().map(|(text, stay)| (text.as_str(), &gone[..], *stay)));
}

#[test]
fn of_custom_headers_the_names_stay() {
    let secret = fill(24, "a", 7);
    let cases = [
        ("ANTHROPIC_CUSTOM_HEADERS=\"x-gateway-api-key: ¤\"\n", &["_HEADERS=\"x-gateway-api-key: ["][..]),
        (
            "  \"ANTHROPIC_CUSTOM_HEADERS\": \"X-Team: ¤\\nx-note-key: ¤\",\n  \"N\": \"1\"\n",
            &["\"X-Team: [", "]\\nx-note-key: [", "]\",\n  \"N\": \"1\"\n"][..],
        ),
        ("export ANTHROPIC_CUSTOM_HEADERS='X-Team: ¤'\nexport N=1\n", &["'X-Team: [", "]'\nexport N=1\n"][..]),
        ("ANTHROPIC_CUSTOM_HEADERS=¤\nN=1\n", &["ANTHROPIC_CUSTOM_HEADERS=[", "\nN=1\n"][..]),
    ];
    let texts: Vec<(String, &[&str])> = cases.iter().map(|(text, stay)| (text.replace('¤', &secret), *stay)).collect();
    let gone = [secret.as_str()];
    assert_gone(texts.iter().map(|(text, stay)| (text.as_str(), &gone[..], *stay)));
}

/// What only looks like a credential, a person or a text.
#[test]
fn evidence_of_reports_stays() {
    let texts = [
        "'metadata': {'user_api_key_auth': UserAPIKeyAuth(token=None, key_name=None, spend=0.0, models=[])}\n",
        "  request.headers[\"x-gw-api-key\"] = _api_key\n",
        "  headers = {\"x-api-key\": self.api_key, \"accept\": \"text/plain\"}\n",
        "    this.token = this.#token;\n",
        "  \"Postman-Token\": \"d00167ff-0b4d-4bff-a6fd-0b79db30283c\",\n",
        "\"env\": {\"ANTHROPIC_CUSTOM_HEADERS\": \"x-gateway-api-key: XXXX\"}\n",
        "{ \"role\": \"assistant\", \"content\": @output_json_format }\n",
        "> /init is analyzing your codebase…\n  ⎿  API Error: 529 overloaded\n",
        "12:00:01 INFO db - Processing query: SELECT name FROM models WHERE status = 529\n",
        "12:00:01 INFO search - Found 0 hits for query: index=main status=529 model=opus\n",
        "12:00:01 INFO app - User query: 12 tokens\n",
        "cfut_ is how they begin\n",
        "  anthropicApiKey: \"ANTHROPIC_API_KEY\",\n  headers: { \"Gw-Auth\": `Bearer ACME_API_KEY` },\n",
        "sent the prompt `claude --model claude-sonnet-5 --print` again\n",
    ];
    let gone: [&str; 0] = [];
    assert_gone(texts.iter().map(|text| (*text, &gone[..], std::slice::from_ref(text))));
    assert_stays(&["> Update git name with: git config user.name \"Your Name\"  \n"]);
    assert_stays(&["INFO app - User query: done\n"]);
    let prompts = [
        ("root@box-17:/home/ubuntu# ls\n", &["box-17"][..], &["]:/home/ubuntu# ls\n"][..]),
        ("root@box-17:/home/jmarlow# ls\n", &["box-17", "jmarlow"][..], &["]:[home-1]# ls\n"][..]),
    ];
    assert_gone(prompts.into_iter());
}
