//! Prompts as shells, builders of requests, CI runners, settings and flattened documents write them, whole and line by line alike.

use super::{redacted, streamed};

/// What is given, and what is shown of it.
const SHOWN: &[(&str, &str)] = &[
    // gron, yq, Jaeger.
    (
        "json.messages[0].content = \"of the merger 4711\";\n",
        "json.messages[0].content = \"[text of 18 characters]\";\n",
    ),
    ("json.system = \"of the merger 4711\";\n", "json.system = \"[text of 18 characters]\";\n"),
    ("messages.0.content = of the merger 4711\n", "messages.0.content = [text of 18 characters]\n"),
    (
        "{\"key\":\"gen_ai.prompt.0.content\",\"type\":\"string\",\"value\":\"of 4711\"},{\"key\":\"a\",\"value\":529}",
        "{\"key\":\"gen_ai.prompt.0.content\",\"type\":\"string\",\"value\":\"[text of 7 characters]\"},{\"key\":\"a\",\"value\":529}",
    ),
    // PowerShell and `cmd`.
    (
        "-Body \"{`\"model`\":`\"m`\",`\"content`\":`\"of 4711`\"}\"\n",
        "-Body \"{`\"model`\":`\"m`\",`\"content`\":`\"[text of 7 characters]`\"}\"\n",
    ),
    (
        "  --data-raw \"{^\\^\"model^\\^\":^\\^\"m^\\^\",^\\^\"content^\\^\":^\\^\"of 4711^\\^\"^}\"\n",
        "  --data-raw \"{^\\^\"model^\\^\":^\\^\"m^\\^\",^\\^\"content^\\^\":^\\^\"[text of 7 characters]^\\^\"^}\"\n",
    ),
    // Options and arguments.
    ("+ ask --question 'of the merger 4711' --retries 3\n", "+ ask --question '[text of 18 characters]' --retries 3\n"),
    ("jq -n --arg q 'of the merger 4711' '{p:$q}'\n", "jq -n --arg q '[text of 18 characters]' '{p:$q}'\n"),
    // Builders of requests.
    ("    .system(\"of the merger 4711\")\n", "    .system(\"[text of 18 characters]\")\n"),
    (
        "NewUserMessage(anthropic.NewTextBlock(\"of 4711\")),\n",
        "NewUserMessage(anthropic.NewTextBlock(\"[text of 7 characters]\")),\n",
    ),
    ("Message::new_text(Role::User, \"of 4711\")\n", "Message::new_text(Role::User, \"[text of 7 characters]\")\n"),
    (
        "ImmutableMultiDict([('question', 'of the 4711'), ('model', 'm')])\n",
        "ImmutableMultiDict([('question', '[text of 11 characters]'), ('model', 'm')])\n",
    ),
    ("{ Role = user, Content = of the merger 4711 }\n", "{ Role = user, Content = [text] }\n"),
    // Settings.
    (
        "[ask]\nsystem_prompt = of the merger in 4711\ntimeout = 30\n",
        "[ask]\nsystem_prompt = [text of 21 characters]\ntimeout = 30\n",
    ),
    (
        "<entry key=\"prompt\">of the 4711</entry><entry key=\"status\">529</entry>",
        "<entry key=\"prompt\">[text of 11 characters]</entry><entry key=\"status\">529</entry>",
    ),
    (
        "<property name=\"prompt\" value=\"of the 4711\"/>",
        "<property name=\"prompt\" value=\"[text of 11 characters]\"/>",
    ),
    // An input of several lines, as the logs of GitHub and of its command line hold it.
    (
        "2026-11-20T10:00:00.1234567Z   prompt: of the\nmerger\n\n- 4711: so\n2026-11-20T10:00:00.1234567Z   model: m\n",
        "2026-11-20T10:00:00.1234567Z   prompt: [text of 25 characters]\n2026-11-20T10:00:00.1234567Z   model: m\n",
    ),
    (
        "b\tRun it\t2026-11-20T10:00:00.1234567Z   prompt: of the\nb\tRun it\tmerger 4711\nb\tRun it\t2026-11-20T10:00:00.1234567Z   model: m\n",
        "b\tRun it\t2026-11-20T10:00:00.1234567Z   prompt: [text of 27 characters]\nb\tRun it\t2026-11-20T10:00:00.1234567Z   model: m\n",
    ),
    // Colours, and what collectors of logs put before each line.
    (
        "\u{1b}[36m  content: \"of 4711\"\u{1b}[0m\n\u{1b}[36m  status: 529\u{1b}[0m\n",
        "\u{1b}[36m  content: \"[text of 7 characters]\"\u{1b}[0m\n\u{1b}[36m  status: 529\u{1b}[0m\n",
    ),
    (
        "ask-1  | body: {\nask-1  |   \"content\": \"of 4711\",\nask-1  |   \"max_tokens\": 256\nask-1  | }\n",
        "ask-1  | body: {\nask-1  |   \"content\": \"[text of 7 characters]\",\nask-1  |   \"max_tokens\": 256\nask-1  | }\n",
    ),
    (
        "Nov 20 10:00:00 h ask[7]: ask:\nNov 20 10:00:00 h ask[7]:   prompt: of the 4711\nNov 20 10:00:00 h ask[7]:   status: 529\n",
        "Nov 20 10:00:00 h ask[7]: ask:\nNov 20 10:00:00 h ask[7]:   prompt: [text of 11 characters]\nNov 20 10:00:00 h ask[7]:   status: 529\n",
    ),
    (
        "[pod/a/b] ## User\n[pod/a/b] of 4711\n[pod/a/b] Error code: 529\n",
        "[pod/a/b] ## User\n[pod/a/b] [text of 7 characters]\n[pod/a/b] Error code: 529\n",
    ),
    (
        "2026-11-20T10:00:00.1234567Z | id | prompt |\n2026-11-20T10:00:00.1234567Z | 1 | of the 4711 |\n",
        "2026-11-20T10:00:00.1234567Z | id | prompt |\n2026-11-20T10:00:00.1234567Z | 1 | [text of 11 characters] |\n",
    ),
    (
        "2026-11-20T10:00:00.1234567Z   content: Text(\n2026-11-20T10:00:00.1234567Z     \"of 4711\",\n2026-11-20T10:00:00.1234567Z   ),\n",
        "2026-11-20T10:00:00.1234567Z   content: Text(\n2026-11-20T10:00:00.1234567Z     \"[text of 7 characters]\",\n2026-11-20T10:00:00.1234567Z   ),\n",
    ),
    (
        "2026-11-20T10:00:00.1234567Z   File \"a.py\", line 3, in f\n2026-11-20T10:00:00.1234567Z     ask(\"of 4711\")\n2026-11-20T10:00:00.1234567Z KeyError: 'a'\n",
        "2026-11-20T10:00:00.1234567Z   File \"a.py\", line 3, in f\n2026-11-20T10:00:00.1234567Z     ask(\"[text of 7 characters]\")\n2026-11-20T10:00:00.1234567Z KeyError: 'a'\n",
    ),
    // Records of logs, hooks and guardrails.
    ("Last message: {:ask, \"of the merger 4711\"}\n", "Last message: {:ask, \"[text of 18 characters]\"}\n"),
    (
        "{\"decision\":\"block\",\"reason\":\"of 4711\"}",
        "{\"decision\":\"block\",\"reason\":\"[text of 7 characters]\"}",
    ),
    ("{\"match\":\"of 4711\",\"action\":\"BLOCKED\"}", "{\"match\":\"[text of 7 characters]\",\"action\":\"BLOCKED\"}"),
    ("Raw response: Sure, it is the merger of 4711\n", "Raw response: [text of 30 characters]\n"),
];

/// Nothing goes.
const STAYS: &[&str] = &[
    "messages.0.content: Input should be a valid string\n",
    "messages.0.content.0.text: text content blocks must be non-empty\n",
    "response.content[0].text = build(x);\n",
    "prompt = build_prompt(question, context)\n",
    "prompt = args.prompt or DEFAULT\n",
    "<input name=\"prompt\" type=\"text\"/><b>of it all</b>\n",
    "getattr(message, 'content', 'x')\n",
    "jq --arg model claude-opus-4-1 --arg v '1.2' .\n",
    "Raw response: upstream connect error or disconnect/reset before headers\n",
    "Raw response: <html><head><title>502 Bad Gateway</title>\n",
    "2026-11-20T10:00:00.1234567Z   prompt_tokens: 12\nnext line\n",
    "{\"reason\":\"Overloaded\",\"status\":529}\n",
    "ask-1  | {\"type\": \"error\"}\nask-1  | INFO: connected\n",
    "> Total tokens: 12\n> status: 529\n",
    "use of `\"type\": \"error\"` in text, and `code`: x\n",
];

#[test]
fn texts_go_and_what_stands_around_them_stays() {
    for (text, shown) in SHOWN {
        assert_eq!(redacted(text), *shown, "{text}");
        assert_eq!(streamed(text), *shown, "line by line: {text}");
        assert_eq!(redacted(shown), *shown, "again: {shown}");
    }
}

#[test]
fn what_fails_and_code_stay() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}

#[test]
fn an_input_longer_than_what_waits_goes_to_its_end() {
    let time = "2026-11-20T10:00:00.1234567Z ";
    let text = format!("{time}  prompt: of it\n{}{time}  model: m\n", "merger 4711\n".repeat(60_000));
    let shown = streamed(&text);
    assert!(!shown.contains("4711") && shown.ends_with(&format!("{time}  model: m\n")), "{} bytes", shown.len());
}
