//! Forms that real reports have: source, comments, sentences that name a command, labels alone on their lines, screens that begin in the middle.

use super::{assert_gone, redacted, streamed};

/// Texts in which nothing goes.
const STAYS: &[&str] = &[
    // A key at the end of a string literal is none.
    "console.log(\"messages:\", messages);\nstatus 529\n",
    "System.out.println(\"prompt: \" + prompt);\nstatus 529\n",
    "echo \"content: \" . $body;\nstatus 529\n",
    "std::cout << \"prompt: \" << prompt << std::endl;\nstatus 529\n",
    "log('response content: ')\nstatus 529\n",
    "raise TypeError(\n    \"needs an explicit input_schema= \"\n    \"(it cannot be inferred)\"\n)\nstatus 529\n",
    "{\"code\":\"log(\\\"content: \\\" + body)\",\"status\":529}\n",
    // Labels of a switch, choices, types.
    "switch (d.type) {\n  case 'text_delta': {\n    if (a.b === 'text') { emit('text', d.text || ''); }\n  }\n}\nstatus 529\n",
    "if kind == \"redacted_thinking\":\n    (\n        a,\n        b,\n    ) = split(block)\nstatus 529\n",
    "return {\n    **block,\n    \"content\": [\n        rewrite(at, part)\n        for at, part in enumerate(parts(block))\n    ],\n}\nstatus 529\n",
    "match kind:\n    case \"text\":\n        return [load(value)]\nstatus 529\n",
    "const m =\n  typeof content === 'string' ? content : (\n    content.map((b) => {\n      return b;\n    })\n  );\nstatus 529\n",
    "interface Events {\n  text: (delta: string, all: string) => void;\n  content: string | null;\n}\nstatus 529\n",
    "  return {\n    ...message,\n    content: message.content.map((block) => {\n      return block;\n    }),\n  };\nstatus 529\n",
    // Lists that are spread or built.
    "return send({ ...served, content: [...blocks, ...served.content] }), {\n  status: res.status,\n};\nstatus 529\n",
    "r = await c.create({\n  model,\n  messages: [\n    userMessage,\n    ...rest,\n  ],\n  max_tokens: 5,\n});\nstatus 529\n",
    "class Request:\n    prompt: str\n    text: str = None\n    content: Optional[str] = None\n    system: Text | None\nstatus 529\n",
    "partial_json = (partial_json or \"\") + tool.arguments\nstatus 529\n",
    "messages = [*messages, reply]\nstatus 529\n",
    "parts = [p for p in path.parts if p.kind != skipped]\nstatus 529\n",
    "parts = [\n    load(part)\n    for part in (a.get(1), b.get(2))\n    if part\n]\nstatus 529\n",
    "text = \"\".join(load(b) for b in blocks)\nstatus 529\n",
    "row[name] = Row(\n    name=name, input=TYPES[name], result=result, text=text, on=on\n)\nstatus 529\n",
    // What is the name of a credential again, or makes one.
    "c = Client(aws_secret_key=aws_secret_key, auth_token=load_token(ctx, scope))\nself.auth_token = options.auth_token\n",
    "custom_headers: Mapping[str, str] | None = None,\n_custom_auth: AccessTokenAuth | None\n",
    // Sentences that name a command.
    " \u{203b} Tip: Run claude --debug to see logs inline, or view log files in\n",
    "You can use claude --continue and go on, or run claude --verbose when it hangs.\n",
    "Ran claude -p \"<prompt>\" --model opus on it.\n",
    "claude -p --output-format json                      at 03:22:22 PM\n",
    "Use /help <question> for help, run \"aider --help\" to see all of its options\n",
    // What says that there is nothing.
    "tool_calls:\n  (none)\nstatus: 529\n",
    // What a server answered.
    "response: |\n  {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\nstatus: 529\n",
    "model_response: |\n  Error: 529 Overloaded, try again later\nstatus: 529\n",
    "{\n  \"message\": {\n    \"content\": [\n      {\n        \"type\": \"text\",\n        \"text\": \"Please run /login \u{b7} API Error: 401 OAuth access token has expired.\"\n      }\n    ]\n  }\n}\n",
    "  \u{23bf}  Error: claude-opus-4-7[1m] is temporarily unavailable, so auto mode cannot tell. Wait and\n      then try again.\n",
    // What code looks up.
    "  File \"/srv/app/ask.py\", line 97, in ask\n    r = find(prompt, st.session_state[\"store\"], cfg['model_name'])\nKeyError: 'store'\n",
    // Lists of what somebody uses.
    "User:\n  name: x\n  plan: max\nAssistant:\n  - a\n",
];

/// Texts, what goes of them, and what stays.
const CASES: &[(&str, &[&str], &[&str])] = &[
    (
        "// As it was written:\n//\t{\"type\":\"assistant\",\"error\":\"rate_limit\",\n//\t \"message\":{\"content\":[{\"type\":\"text\",\n//\t   \"text\":\"the zebrafish swim south\"}]}}\n\nimport (\n\t\"strconv\"\n)\n",
        &["zebrafish"],
        &["\"error\":\"rate_limit\"", "}]}}\n\nimport (\n\t\"strconv\"\n)"],
    ),
    (
        "# {\"role\": \"user\",\n#  \"content\": [\n#    {\"type\": \"text\", \"text\": \"where do the zebrafish swim\"}]}\nimport os\n",
        &["zebrafish"],
        &["\"role\": \"user\"", "import os"],
    ),
    (
        "It fails so:\n\nUser:\njust compare the zebrafish with the others\n  and think about it\nClaude:\n\n  \u{23bf} API Error: 529\n",
        &["zebrafish", "think about"],
        &["It fails so:", "API Error: 529"],
    ),
    (
        "Human:\nwhere do the zebrafish swim in May\n\nAssistant:\nThe zebrafish swim south in May.\n\nstatus: 529\n",
        &["zebrafish"],
        &["Human:\n", "Assistant:\n", "status: 529"],
    ),
    (
        "ai_response: |\n  The zebrafish swim south in May.\n\n  They come back in June.\nerrors: none\n",
        &["zebrafish", "June"],
        &["errors: none"],
    ),
    (
        "> fix the page of the zebrafish\n\n\u{25cf} I will look at the zebrafish now.\n\n\u{25cf} Bash(cat zebrafish.html)\n\n\u{25cf} It is about zebrafish.\n\nstatus: 529\n",
        &["zebrafish"],
        &["Bash(", "status: 529"],
    ),
    (
        "> use the list of the zebrafish\n  from the other file\n> and the one of the pike\n\u{25cf} Running 1 command\n  \u{23bf}  API Error: 529\n",
        &["zebrafish", "other file", "pike"],
        &["API Error: 529"],
    ),
    (
        "as it said:\n\u{25cf} Write(zebrafish.txt)\n  swims south\nstatus: 529\n",
        &["zebrafish", "south"],
        &["as it said:", "Write(", "status: 529"],
    ),
    (
        "    query = Query(\n        transport=chosen,\n        note=\"where do the zebrafish swim\",\n    )\n    status = 529\n",
        &["zebrafish"],
        &["query = Query(", "status = 529"],
    ),
    (
        "{content: [{signature: HCZX7PFwKryWwEY6tSuzu3XQMP4vtbfxunt, thinking: where the zebrafish swim, type: thinking}], role: user}\n",
        &["HCZX7PF", "zebrafish"],
        &["type: thinking", "role: user"],
    ),
    ("prompt = (\n  where do the zebrafish\nswim, and the zebrafish of the south\n", &["zebrafish"], &["prompt = "]),
    ("$ claude --verbose rewrite the zebrafish page\n", &["zebrafish"], &["claude --verbose"]),
    ("Run claude --verbose rewrite it to have zebrafish\n", &["zebrafish"], &["claude --verbose"]),
    ("sudo claude --verbose in the zebrafish file\n", &["zebrafish"], &["claude --verbose"]),
    (
        "```\nUser: where do the zebrafish swim in May\nand in June, too\n```\n\nstatus: 529\n",
        &["zebrafish", "June"],
        &["```\n\nstatus: 529"],
    ),
    (
        "messages = [*messages, {\"role\": \"user\", \"content\": \"where do the zebrafish swim\"}]\nstatus 529\n",
        &["zebrafish"],
        &["[*messages, {\"role\": \"user\"", "}]\nstatus 529"],
    ),
    (
        "  File \"/srv/app/ask.py\", line 97, in ask\n    r = ask(\"where do the zebrafish swim\", m[\"store\"])\nKeyError: 'store'\n",
        &["zebrafish"],
        &["m[\"store\"]", "KeyError: 'store'"],
    ),
];

#[test]
fn what_real_reports_say_of_a_failure_stays() {
    let changed: Vec<String> = STAYS
        .iter()
        .flat_map(|text| [(text, redacted(text)), (text, streamed(text))])
        .filter(|(text, out)| out != **text)
        .map(|(text, out)| format!("{text}\n -> {out}"))
        .collect();
    assert!(changed.is_empty(), "{} changed:\n{}", changed.len(), changed.join("\n"));
}

#[test]
fn what_was_said_in_real_reports_goes() {
    assert_gone(CASES.iter().copied());
}
