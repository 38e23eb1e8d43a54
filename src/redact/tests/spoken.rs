//! What was said beside a field or a cell that says who speaks, behind names that say little, under banners and in reports: all of it is of a walrus.

use super::{assert_gone, assert_stays};

const GONE: &[&str] = &["alrus"];

/// What is given, and what of it stays.
const CASES: &[(&str, &[&str])] = &[
    // Records with a field that says who speaks, whatever the others are called.
    (
        "bot: while sending Req {model = \"m-1\", turns = [Turn {speaker = User, said = \"where does the walrus sleep\"}]} status 529\n",
        &["m-1", "speaker = User", "status 529"],
    ),
    (
        "{\"sender\":\"user\",\"words\":\"where does the walrus sleep\",\"error\":{\"reason\":\"the service is closed today\"}}\n",
        &["the service is closed today"],
    ),
    ("Utterance(who='assistant', line='The walrus sleeps on ice', at=12)\n", &["who='assistant'", "at=12"]),
    ("10:00:00 WARN {speaker=user, words=where does the walrus sleep}, status=529\n", &["status=529"]),
    ("level=info speaker=user line=\"where does the walrus sleep\" status=529\n", &["status=529"]),
    ("%{role: :user, body: \"where does the walrus sleep\", id: 7}\n", &["id: 7"]),
    // The same over lines.
    (
        "turns {\n  speaker: SPEAKER_USER\n  utterance {\n    body: \"where does the walrus sleep\"\n  }\n}\nstatus: 529\n",
        &["status: 529"],
    ),
    ("     role = user\n     body = where does the walrus sleep\n   status = 529\n", &["status = 529"]),
    ("  - speaker: user\n  - words: \"where does the walrus sleep\"\n  - status: 529\n", &["status: 529"]),
    // Rows with a cell that does, and rows of a name and a text.
    ("17|user|where does the walrus sleep|m-1|529\n", &["17|user|", "|m-1|529"]),
    ("17\tassistant\tThe walrus sleeps on ice\t529\n", &["\t529"]),
    (
        "| key | value |\n| --- | --- |\n| model | m-1 |\n| completion | The walrus sleeps on ice |\n",
        &["| model | m-1 |"],
    ),
    ("│ User prompt │ where does the walrus sleep │\n│ Status │ 529 │\n", &["529"]),
    (
        "<tr><th>Question</th><td>where does the walrus sleep</td></tr><tr><th>Status</th><td>529</td></tr>\n",
        &["<td>529</td>"],
    ),
    ("id\tasked\tanswered\tstatus\n1\twhere does the walrus sleep\tthe walrus sleeps on ice\t529\n", &["\t529"]),
    (
        "┃ Test case ┃ Input                       ┃ Status ┃\n│ test_it   │ where does the walrus sleep │ FAILED │\n",
        &["test_it", "FAILED"],
    ),
    // Names that say little, and the text tells.
    ("COMPLETION=The walrus sleeps on ice\nANTHROPIC_MODEL=m-1\n", &["COMPLETION=", "ANTHROPIC_MODEL=m-1"]),
    ("export CONTENT=\"where does the walrus sleep\"\n", &["export CONTENT="]),
    ("role: user\ncontent: where does the walrus sleep\n", &["role: user"]),
    ("[message]\ncontent = where does the walrus sleep\nstatus = 529\n", &["status = 529"]),
    ("message.content=Where does the walrus sleep\nmodel=m-1\n", &["model=m-1"]),
    ("$ask = \"where does the walrus sleep\"\n", &["$ask = "]),
    (
        "model = \"m-1\"\npersona = \"\"\"\nYou speak of the walrus\nand of nothing else\n\"\"\"\nstatus = 529\n",
        &["\"m-1\"", "status = 529"],
    ),
    ("BOT_PERSONA:  You speak of the walrus alone\n", &["BOT_PERSONA:"]),
    ("E/Repo: AskRequest(model=m-1, userTurn=where does the walrus sleep, stream=false)\n", &["stream=false"]),
    // Keys by their last word, names with their values below, forms, columns in other languages, what testers compare.
    (
        "{\"lastGuestQuestion\":\"where does the walrus sleep\",\"tenant_ask\":\"where does the walrus sleep\",\"status\":529}\n",
        &["\"status\":529"],
    ),
    (
        "    - name: PERSONA\n      value: You speak of the walrus alone\n    - name: TIER\n      value: one of the two tiers\n",
        &["- name: PERSONA", "value: one of the two tiers"],
    ),
    (
        "> POST /api/ask HTTP/1.1\n> Content-Type: application/x-www-form-urlencoded\n>\nq=where+does+the+walrus+sleep&n=2\n< HTTP/1.1 502 Bad Gateway\n",
        &["&n=2", "502 Bad Gateway"],
    ),
    (
        "id;Frage;Antwort;Status\n17;Wo schläft denn das Walross heute walrus;Das walrus schläft auf dem Eis;529\n",
        &["id;Frage;Antwort;Status", ";529"],
    ),
    (
        "  REQUIRE( reply == want )\nwith expansion:\n  \"The walrus sleeps on ice\"\n  ==\n  \"The walrus is up and away\"\n",
        &["REQUIRE( reply == want )"],
    ),
    (
        "    When the guest asks \"where does the walrus sleep\"\n      Error: 529 overloaded_error\n",
        &["When the guest asks \"", "529 overloaded_error"],
    ),
    ("CreateTime:17\tPartition:0\tOffset:12\tchat-12\twhere does the walrus sleep\n", &["Offset:12\tchat-12\t"]),
    (
        "2026/11/30 10:00:00 req: {Model:m-1 Turns:[{Who:user Said:where does the walrus sleep}] MaxTokens:512}\n",
        &["Model:m-1", "MaxTokens:512"],
    ),
    ("INFO user 12 asked \"where does the walrus sleep\" in channel 7\n", &["user 12 asked \"", "in channel 7"]),
    (
        "Turn 1 (user): where does the walrus sleep\nTurn 2 failed: 529 overloaded_error\n",
        &["Turn 1 (user):", "529 overloaded_error"],
    ),
    ("[10:00:00] bot: !ask where does the walrus sleep\nError code: 529\n", &["Error code: 529"]),
    (
        "### What did you ask?\n\nwhere does the walrus sleep\n\n### What happened?\n\nAPI Error: 529 overloaded_error\n",
        &["API Error: 529 overloaded_error"],
    ),
    (": 1796033534:0;llm 'where does the walrus sleep'\n", &["llm '"]),
    // Calls, commands and parameters.
    ("bot_test.go:31: Ask(\"where does the walrus sleep\") error: 529 overloaded_error\n", &["529 overloaded_error"]),
    ("{ask,<<\"where does the walrus sleep\">>}, {http,529,<<\"overloaded_error\">>}\n", &["<<\"overloaded_error\">>"]),
    ("AskCommand(c-12,where does the walrus sleep,Some(m-1)) failed: 529\n", &["c-12", "Some(m-1)) failed: 529"]),
    ("req.body { q: 'where does the walrus sleep', session: 'a1' }\n", &["session: 'a1'"]),
    (
        "{\"operationName\":\"Ask\",\"variables\":{\"q\":\"where does the walrus sleep\"},\"status\":529}\n",
        &["\"status\":529"],
    ),
    ("GET /find?q=where+does+the+walrus+sleep&n=2 HTTP/1.1\" 502\n", &["&n=2 HTTP/1.1\" 502"]),
    (
        "$ http -f POST https://bot.example/ask ask='where does the walrus sleep' lang=en\n",
        &["https://bot.example/ask", "lang=en"],
    ),
    ("1796.12 [0 10:6379] \"LPUSH\" \"chat:12\" \"where does the walrus sleep\"\n", &["\"LPUSH\" \"chat:12\""]),
    ("INSERT INTO chat_log (id, status, note) VALUES (12, 529, 'where does the walrus sleep');\n", &["(12, 529, "]),
    ("(dlv) args\nq = \"where does the walrus sleep\"\n(dlv) print code\n529\n", &["(dlv) args", "529"]),
    (
        "(args:('t.ask', '4d1f', {'lang': 'py'}, b'[[\"where does the walrus sleep\"], {}, {}]', 'utf-8'))\n",
        &["'t.ask'", "'utf-8'"],
    ),
    // Labels with whose a text is, banners behind a level, prompts of models.
    (
        "dbug: Bot[0]\n      Outgoing payload for conversation 8812: where does the walrus sleep\n      529 ms\n",
        &["for conversation 8812:"],
    ),
    ("I/flutter ( 7113): sending turn: where does the walrus sleep\n", &["I/flutter ( 7113): sending turn:"]),
    (
        "DEBUG ======== user ========\nDEBUG where does the walrus sleep\nERROR API status error: Error code: 529\n",
        &["DEBUG ======== user ========\nDEBUG ", "ERROR API status error: Error code: 529"],
    ),
    (
        ">>> where does the walrus sleep now\nThe walrus sleeps on ice\n\n>>> and who sees the walrus\nError: model requires more memory\n",
        &["Error: model requires more memory"],
    ),
    (
        "user (input)\nwhere does the walrus sleep\n\nassistant (m-1)\nThe walrus sleeps on ice\n\nRateLimitError: Error code: 429\n",
        &["RateLimitError: Error code: 429"],
    ),
    (
        "Context information is below.\n---------------------\nThe walrus sleeps on ice\n\nand the walrus dreams\n---------------------\nGiven the context information and not prior knowledge, answer the query.\n",
        &["and not prior knowledge"],
    ),
    ("- type: llm-rubric\n  value: says where the walrus sleeps\n", &["- type: llm-rubric"]),
    // Reports and events.
    (
        "<testcase name=\"t\"><failure message=\"AssertionError: assert 'The walrus sleeps on ice' == 'The walrus is up and away'\">E</failure></testcase>\n",
        &["AssertionError: assert '"],
    ),
    (
        "{\"request\":{\"url\":\"https://bot.example/ask\",\"method\":\"POST\",\"POST\":{\"ask\":\"where does the walrus sleep\"}},\"level\":\"error\"}\n",
        &["\"method\":\"POST\"", "\"level\":\"error\""],
    ),
    ("<content type=\"text\">where does the walrus sleep</content><status>529</status>\n", &["<status>529</status>"]),
];

#[test]
fn what_was_said_goes_by_who_speaks_and_what_says_how_stays() {
    assert_gone(CASES.iter().map(|(text, stay)| (*text, GONE, *stay)));
}

#[test]
fn what_programs_say_beside_roles_and_under_such_names_stays() {
    assert_stays(&[
        "throw new AnthropicError('stream ended without producing a Message with role=assistant');\n",
        "{\"level\":\"info\",\"role\":\"user\",\"message\":\"granted the right to read all pages\"}\n",
        "{\"role\":\"user\",\"permission\":\"may read all of the pages\"}\n",
        "role=user action=login note=\"went well this time\"\n",
        "roles:\n  - role: user\n    description: may read all of the pages\n",
        "{\"role\":\"assistant\",\"error\":\"The model could not be reached in time\"}\n",
        "| status | 529 |\n| model | claude-sonnet-4-5 |\n| request id | req_011CSHoEeqs5C35K2UUqR7Fy |\n",
        "| response | Error code: 529 - overloaded |\n",
        "content: Input should be a valid string\ncontent = request.body\ntext = str(value) or None\n",
        "CONTENT=/var/www\nCOMPLETION=bash\nCONTENT_TYPE=text/html; charset=utf-8\n",
        "SYSTEM=Linux build 6.1.0 amd64 and more\n",
        "ask = \"Error code: 529 - the service is overloaded\"\n",
        "Turn(speaker='bot', at=datetime.datetime(2026, 11, 29, 10, 0))\n",
        "description = \"a bucket for all of the logs\"\n",
        ">>> from anthropic import Anthropic as A\n>>> for key in sorted names of it\n",
        "GET /v1/models?q=claude&limit=20 HTTP/1.1\n",
        "<<\"connection refused by the other side\">>\n",
        "Received payload: 512 bytes from 10 clients\n",
        "<content>Service Unavailable</content> <text>Error code: 529 - try again</text>\n",
        "INSERT INTO chat_log (id, note) VALUES (12, 'Error code: 529 - overloaded_error');\n",
        "user asked \"Error code: 529 - overloaded_error\" and left\n",
        "    - name: TIER\n      value: one of the two tiers\n",
        "Content-Type: application/x-www-form-urlencoded\n\ngrant_type=client_credentials&scope=one+two\n",
        "INFO[0001] Server is listening for all of them\n",
        "Turn 2 (user): Error code: 529 - overloaded\n",
        "AskCommand(c-12,3,Some(m-1)) took 12 ms\n",
    ]);
}
