//! Labels before or above what was said; what was said is of a heron.

use super::{assert_gone, assert_stays};

/// What is given, what goes of it, and what stays.
const CASES: &[(&str, &[&str], &[&str])] = &[
    // Behind what a collector puts before each line, and under words that say little.
    (
        "10:12:01 | Prompt:\n10:12:01 | the heron hides\n10:12:01 | nine letters\n10:12:01 | \n10:12:01 | ERROR overloaded\n",
        &["heron", "letters"],
        &["10:12:01 | Prompt:", "ERROR overloaded"],
    ),
    (
        "2026-02-11T10:20:10.117Z stdout F Prompt:\n2026-02-11T10:20:10.117Z stdout F the heron hides letters\n",
        &["heron"],
        &["stdout F Prompt:"],
    ),
    ("Response:\nthe heron hides nine letters\n\nstatus=200\n", &["heron"], &["Response:", "status=200"]),
    ("Response:\nHTTP/1.1 529 Overloaded\nretry-after: 3\n", &[], &["HTTP/1.1 529 Overloaded", "retry-after: 3"]),
    ("Completion:\n  --shell SHELL  which to write for\n", &[], &["  --shell SHELL  which to write for"]),
    ("INFO Thinking:\nthe heron hides nine letters\nINFO done\n", &["heron"], &["INFO Thinking:", "INFO done"]),
    ("Response:\n{\n  \"status\": 529\n}\n", &[], &["{\n  \"status\": 529\n}"]),
    (
        "h3. Prompt\n{noformat}\nthe heron hides\n{noformat}\nh3. Environment\nanthropic 0.71.0\n",
        &["heron"],
        &["h3. Prompt", "h3. Environment", "anthropic 0.71.0"],
    ),
    (
        "**Prompt**\n\nthe heron hides\n\n**Environment**\n\nanthropic 0.71.0\n",
        &["heron"],
        &["**Prompt**", "**Environment**", "anthropic 0.71.0"],
    ),
    ("DEBUG thinking: the heron hides nine letters\nINFO done\n", &["heron"], &["DEBUG thinking:", "INFO done"]),
    ("INFO Sending message: the heron hides nine letters\n", &["heron"], &["INFO Sending message:"]),
    ("INFO Benutzereingabe: der heron hat neun letters\n", &["heron"], &["INFO Benutzereingabe:"]),
    (
        "2026-02-11 10:20:10,117 INFO llm Prompt:\nthe heron hides\n\nnine letters\n2026-02-11 10:20:12,117 ERROR llm Error code: 413\n",
        &["heron", "letters"],
        &["INFO llm Prompt:", "ERROR llm Error code: 413"],
    ),
    (
        "========== PROMPT ==========\nthe heron hides\n========== RESPONSE ==========\nit hides nine letters\n============================\nstatus=200\n",
        &["heron", "letters"],
        &["PROMPT", "RESPONSE", "status=200"],
    ),
    (
        "--- SYSTEM PROMPT ---\nthe heron hides\n--- USER ---\nnine letters\n--- END ---\nstop_reason: end_turn\n",
        &["heron", "letters"],
        &["SYSTEM PROMPT", "USER", "END", "stop_reason: end_turn"],
    ),
    ("**Prompt:** the heron hides letters\n\n**Version:** 0.71.0\n", &["heron"], &["**Version:** 0.71.0"]),
    ("**User prompt**: the heron hides letters\n", &["heron"], &["**User prompt**"]),
    (
        "Prompt I used:\n\n```text\nthe heron hides\n\nnine letters\n```\n\nanthropic 0.71.0\n",
        &["heron", "letters"],
        &["```text", "anthropic 0.71.0"],
    ),
    (
        "#### Prompt\n\nthe heron hides\n\nnine letters\n\n#### Environment\n\nanthropic 0.71.0, Python 3.12\n",
        &["heron", "letters"],
        &["#### Environment", "anthropic 0.71.0, Python 3.12"],
    ),
    (
        "<details><summary>Prompt</summary>\n\nthe heron\nhides letters\n\n</details>\n\n## Steps to reproduce\n",
        &["heron", "letters"],
        &["</details>", "## Steps to reproduce"],
    ),
    ("System prompt:\n  the heron hides\nModel: claude-haiku-4-5\n", &["heron"], &["Model: claude-haiku-4-5"]),
    (
        "INFO:root:User: how deep is the heron\nINFO:root:Bot: Nine feet, plus the letters\nINFO:root:Status: 529\n",
        &["heron", "letters"],
        &["INFO:root:User:", "Status: 529"],
    ),
    (
        "2026-02-11 10:20:10 INFO  Sending prompt to Claude: is the heron fine\n2026-02-11 10:20:12 INFO  Got response from Claude: It hides nine letters\n",
        &["heron", "letters"],
        &["Sending prompt to Claude:", "Got response from Claude:"],
    ),
    (
        "INFO:root:LLM output: the heron hides\nnine letters.\n\nAnd the spoons\nINFO:root:status=529\n",
        &["heron", "letters", "spoons"],
        &["INFO:root:status=529"],
    ),
    (
        "user: paint the heron in secret\nassistant: blue hides all nine letters\n",
        &["heron", "letters"],
        &["user:", "assistant:"],
    ),
    // Other languages, brackets, ornaments, and strings of records.
    (
        "Benutzer: zeig mir den heron\nAssistent: es sind neun letters\nFehler 529\n",
        &["heron"],
        &["Benutzer:", "Assistent:"],
    ),
    ("Utilisateur : montre-moi le heron\n", &["heron"], &["Utilisateur :"]),
    (
        "\u{30e6}\u{30fc}\u{30b6}\u{30fc}\u{ff1a}\u{5927}\u{304d}\u{306a}\u{9dfa}\u{304c}\u{3044}\u{308b}\n",
        &["\u{9dfa}"],
        &["\u{ff1a}"],
    ),
    (
        "[user] where is the heron\n[2026-02-11 10:20:10] [assistant] It hides nine letters\n",
        &["heron", "letters"],
        &["[user]", "[assistant]"],
    ),
    ("<user> where is the heron\n", &["heron"], &["<user>"]),
    ("user => where is the heron\nClaude> It hides all nine letters\n", &["heron", "letters"], &["user =>", "Claude>"]),
    (
        "> User: where is the heron\n\u{1f916} Assistant: It hides all nine letters\n",
        &["heron", "letters"],
        &["> User:"],
    ),
    ("- **User**: find the heron here\n", &["heron"], &["- **User**:"]),
    ("-user: where is the heron\n+user: where is the other heron\n", &["heron"], &["-user:", "+user:"]),
    ("**You**: find the heron\n", &["heron"], &["**You**:"]),
    (
        "{\"level\":\"info\",\"message\":\"User: where is the heron\",\"n\":1}\n",
        &["heron"],
        &["\"message\":\"User: ", "\"n\":1}"],
    ),
    ("{\"log\":\"user: where is the heron\\n\",\"stream\":\"stdout\"}\n", &["heron"], &["\",\"stream\":\"stdout\"}"]),
    ("Q: where is the heron\nA: It hides all nine letters\n", &["heron", "letters"], &["Q:"]),
];

#[test]
fn what_stands_behind_and_below_labels_goes() {
    assert_gone(CASES.iter().copied());
}

#[test]
fn what_servers_say_behind_labels_stays() {
    assert_stays(&[
        "Response: 529 Overloaded\nOutput: {\"status\": \"error\", \"code\": 529}\nAnswer: HTTP 503 from gateway\nInput: 2095 tokens\n",
        "INFO app - Response: HTTP 503 from the gateway\nINFO app - User: admin\nINFO app - Input: 2095 tokens of it\n",
        "system: Input should be a valid list\n",
        "prompt: must not be empty\n",
        "INFO Response:\nHTTP/1.1 529 Overloaded\nretry-after: 30\n",
        "### Output\n\nanthropic version is 0.71.0 here\n",
        "Benutzer: admin\nBenutzer: Anmeldung fehlgeschlagen wegen falscher Daten\nUtilisateur : root\n",
        "[user] logged in from the mobile app\n[assistant] started the background job\n[ai] Loading model weights from cache\n",
        "<user> is not allowed to read this\nuser => User.find(params[:id])\nuser> show tables\n",
        "# user: the user to run the service as\n",
        "{\"level\":\"info\",\"message\":\"User: 42 logged in\"}\n{\"message\":\"Claude: connection error while streaming\"}\n",
        "Q: 429\nA: rate_limit_error\n",
    ]);
}
