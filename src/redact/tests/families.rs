//! Keys of two words that say who said or asked what, in all notations; what was said is of a heron.

use super::{assert_gone, assert_stays};

/// Keys of families that no list names.
const KEYS: [&str; 18] = [
    "raw_prompt",
    "rawPrompt",
    "promptText",
    "humanPrompt",
    "llmPrompt",
    "userQuery",
    "user_question",
    "assistantMessage",
    "claude_message",
    "assistantInput",
    "humanQuestion",
    "llmOutput",
    "modelOutput",
    "claudeReply",
    "claudeResponse",
    "generatedAnswer",
    "expected_output",
    "request_preview",
];
const SAID: &str = "the heron hides nine letters";

/// How a program writes a key and its text.
const NOTATIONS: [&str; 6] = [
    "{\"model\":\"claude-haiku-4-5\",\"KEY\":\"TEXT\",\"status\":529}",
    "10:00:00 INFO bot: {'model': 'claude-haiku-4-5', 'KEY': 'TEXT', 'status': 529}",
    "level=error model=claude-haiku-4-5 KEY=\"TEXT\" status=529",
    "10:00:00 ERROR call failed model=claude-haiku-4-5, KEY=TEXT, status=529",
    "ERROR Request(model=claude-haiku-4-5, KEY=TEXT, status=529) failed",
    "KEY = \"TEXT\"\nmodel = \"claude-haiku-4-5\"\nstatus = 529\n",
];

#[test]
fn families_of_keys_go_in_every_notation() {
    let texts: Vec<String> = NOTATIONS
        .iter()
        .flat_map(|notation| KEYS.map(|key| notation.replace("KEY", key).replace("TEXT", SAID)))
        .collect();
    assert_gone(texts.iter().map(|text| (text.as_str(), &["heron", "letters"][..], &["claude-haiku-4-5", "529"][..])));
}

/// What is given, what goes of it, and what stays.
const CASES: &[(&str, &[&str], &[&str])] = &[
    ("systemPrompt := \"the heron hides nine letters\"\n", &["heron"], &["systemPrompt"]),
    ("const SYSTEM_PROMPT: &str = \"the heron hides nine letters\";\n", &["heron"], &["SYSTEM_PROMPT"]),
    (
        "JUDGE_PROMPT = \"\"\"the heron hides\nnine letters\n\"\"\"\nRETRIES = 3\n",
        &["heron", "letters"],
        &["RETRIES = 3"],
    ),
    ("SYSTEM = \"the heron hides nine letters\"\n", &["heron"], &["SYSTEM"]),
    ("user_question: |\n  the heron hides\n  nine letters\nmodel: m\n", &["heron", "letters"], &["model: m"]),
    ("<req><systemPrompt>the heron hides letters</systemPrompt><code>529</code></req>", &["heron"], &["<code>529"]),
    (
        "Id,Prompt,Response\n1,the heron hides letters,it hides nine of them\n",
        &["heron", "nine of"],
        &["Id,Prompt,Response"],
    ),
    ("| Model | Prompt | Status |\n|---|---|---|\n| m | the heron hides letters | 529 |\n", &["heron"], &["529"]),
    ("id,user_question,status\n1,the heron hides letters,529\n", &["heron"], &["529"]),
    // Brackets that close what a program printed.
    ("ERROR failed (prompt=the heron hides letters): timeout after 30s", &["heron"], &["timeout after 30s"]),
    (
        "ERROR Request(model=claude-haiku-4-5, prompt=the heron, silly, temperature=0.2) failed after 3 retries",
        &["heron", "silly"],
        &["claude-haiku-4-5", "temperature=0.2", "failed after 3 retries"],
    ),
    (
        "body: map[messages:[map[content:the heron hides role:user]] model:claude-haiku-4-5 max_tokens:100] err=529",
        &["heron"],
        &["role:user", "max_tokens:100", "err=529"],
    ),
    (
        "map[messages:[map[content:the heron hides role:user]] model:claude-haiku-4-5 system:the letters of nine] err=529",
        &["heron", "letters"],
        &["model:claude-haiku-4-5", "err=529"],
    ),
    // Calls in source.
    ("answer = llm.invoke(\"the heron hides nine letters\")", &["heron"], &["llm.invoke"]),
    ("chat = [(\"human\", \"the heron hides nine letters\")]", &["heron"], &["human"]),
];

#[test]
fn families_go_in_constants_tables_and_elements() {
    assert_gone(CASES.iter().copied());
}

#[test]
fn what_only_counts_or_names_stays() {
    assert_stays(&[
        "{\"prompt_id\":\"p 12 of list\",\"prompt_tokens\":2095,\"prompt_version\":\"v 2 of may\",\"promptName\":\"ask the judge\"}",
        "{\"message_id\":\"msg 1 of 2\",\"response_time\":\"912 ms in all\",\"response_code\":\"529 by gateway\"}",
        "{\"modelResponse\":\"upstream connect error or disconnect\",\"llm_response\":\"HTTP 503 from the gateway\"}",
        "ipcRenderer.invoke(\"get-user\")",
    ]);
}
