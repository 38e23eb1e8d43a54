//! What interpreters, debuggers, shells, parsers and dumps of programs show of a prompt: whole and line by line alike.

use super::turns::{check, check_stays};

/// `§` stands for the prompt; what follows each text must stay in it.
const CASES: &[(&str, &[&str])] = &[
    (
        ">>> prompt = \"§\"\n>>> prompt\n'§'\n>>> ask(\"§\")\nTraceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nanthropic.RateLimitError: Error code: 429\n>>> prompt[3:]\n'of it: §'\n",
        &[">>> prompt\n", "File \"<stdin>\", line 1", "Error code: 429"],
    ),
    (
        "> /srv/ask.py(7)ask()\n-> return client.create(q)\n(Pdb) p q\n'§'\n(Pdb) pp len(q)\n62\n",
        &["/srv/ask.py(7)ask()", "(Pdb) p q\n", "62\n"],
    ),
    ("In [4]: prompt\nOut[4]: '§'\n\nIn [5]: 1/0\n", &["In [4]: prompt", "Out[4]: '[text", "In [5]: 1/0"]),
    (
        "irb(main):001:0> prompt\n=> \"§\"\nirb(main):002:0> 1 + 1\n=> 2\n",
        &["irb(main):001:0> prompt", "=> \"[text", "=> 2\n"],
    ),
    (
        "File \"ask.py\", line 5, in ask\nFailed example:\n    answer(\"§\")\nExpected:\n    'toast'\nGot:\n    '§'\n",
        &["line 5, in ask", "Failed example:", "'toast'", "Got:"],
    ),
    (
        "+ SYSTEM='§'\n++ jq -n --arg p '§' --arg s '§'\n+ ANSWER='§'\n+ echo 'Answer: §'\nattempt 1 failed: 529\n",
        &["+ SYSTEM='", "jq -n --arg p '", "+ ANSWER='", "attempt 1 failed: 529"],
    ),
    (
        "root  9 0.0 python3 ask.py --model claude-opus-4-6 --system=§\nroot  10 0.0 sleep 8\n",
        &["ask.py --model claude-opus-4-6 --system=", "root  10 0.0 sleep 8"],
    ),
    (
        "            [Path with value: /messages/[]/content:§]\n            String value: §\n            Key: content\n",
        &["[Path with value: ", "String value: ", "Key: content"],
    ),
    (
        "  error: |-\n    Expected values to be strictly equal:\n    + actual - expected\n    \n    + '§'\n    - 'toast'\n    +   name: 'lookup_harbor',\n  code: 'ERR_ASSERTION'\n",
        &["Expected values to be strictly equal:", "- 'toast'", "name: 'lookup_harbor'", "code: 'ERR_ASSERTION'"],
    ),
    ("    \"json.value.string\": \"§\",\n    \"json.key\": \"content\"\n", &["\"json.key\": \"content\""]),
    ("Expected \"§\" to include \"x\".\n", &["to include \"x\"."]),
    (
        "system: §\ntools: []\nmodel: claude-opus-4-6\nprompts:\n  - \"§\"\n  - file://ask.txt\n  - |\n    §\n    {{q}}\nproviders:\n  - id: x\n",
        &["system: [text", "model: claude-opus-4-6", "file://ask.txt", "{{q}}", "- id: x"],
    ),
    (
        "    :content=>\n     \"§\"},\n   {:role=>\"assistant\"}\n",
        &[":content=>\n     \"[text", "{:role=>\"assistant\"}"],
    ),
    ("{\"msg\":\"retrying prompt \\\"§\\\" in 2s\",\"status\":529}\n", &["in 2s", "\"status\":529"]),
    (
        "  [\"input\"]=>\n  array(1) {\n    [\"city\"]=>\n    string(9) \"§\"\n  }\n  [\"stop_reason\"]=>\n  string(8) \"tool_use\"\n",
        &["[\"input\"]=>", "string(8) \"tool_use\""],
    ),
    (
        "    \"input\" => array:1 [\n      \"city\" => \"§\"\n    ]\n    \"stop_reason\" => \"tool_use\"\n",
        &["\"input\" => array:1", "\"stop_reason\" => \"tool_use\""],
    ),
    (
        "                    [input] => Array\n                        (\n                            [city] => §\n                        )\n\n                    [stop_reason] => tool_use\n",
        &["[input] => Array\n", "[stop_reason] => tool_use"],
    ),
    (
        "a:3:{s:4:\"role\";s:4:\"user\";s:7:\"content\";s:30:\"§\";s:5:\"input\";a:1:{s:4:\"city\";s:9:\"§\";}}\n",
        &["s:4:\"role\";s:4:\"user\""],
    ),
    (
        "ToolUse { name: \"find\", input: Object {\"city\": String(\"§\")} } status=529\n",
        &["name: \"find\", input: Object", "status=529"],
    ),
    ("Error(\"invalid type: string \\\"§\\\", expected u32\", line: 1, column: 45)\n", &["expected u32", "column: 45"]),
    ("common.rb:216:in `parse': 859: unexpected token at '§' (JSON::ParserError)\n", &["(JSON::ParserError)"]),
    (
        "api-1     | {\napi-1     |   \"messages\": [\napi-1     |     {\"role\": \"user\", \"content\": \"§\"}\napi-1     |   ]\napi-1     | }\napi-1     | attempt 1 failed: 529\n",
        &["\"role\": \"user\"", "attempt 1 failed: 529"],
    ),
];

#[test]
fn what_programs_show_of_a_prompt_goes() {
    check(CASES);
}

#[test]
fn what_they_show_of_a_failure_stays() {
    check_stays(&[
        ">>> client.models.list()\n[]\n>>> 'claude-opus-4-6'\n'claude-opus-4-6'\n",
        "GET /search?q=claude&page=2 HTTP/1.1\" 429 12\n",
        "system: linux\ninstructions: none\n",
        "useradd --system app\n",
        "SyntaxError: Unexpected token '<', \"<!DOCTYPE \"... is not valid JSON\n",
        "SyntaxError: Unexpected token 'B', \"Bad Gatewa\"... is not valid JSON\n",
        "SyntaxError: Unexpected token 'u', \"upstream c\"... is not valid JSON\n",
        "SyntaxError: \"undefined\" is not valid JSON\n",
        "  text: '<html>\\r\\n<head><title>502 Bad Gateway</title></head>',\n",
        "  text: '{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}',\n",
        "[\"tools_count\"]=>\n  int(3)\n",
        "invalid type: string \"4\", expected u32\n",
    ]);
}

#[test]
fn what_a_search_asks_for_goes_from_its_url() {
    for text in
        ["\"GET /search?q=of+the+merger&page=2 HTTP/1.1\" 429 12\n", "GET /search?page=2&q=of%20the%20merger 429\n"]
    {
        for shown in [super::redacted(text), super::streamed(text)] {
            assert!(!shown.contains("merger") && shown.contains("page=2") && shown.contains("429"), "{shown}");
        }
    }
}

#[test]
fn the_beginning_of_an_answer_in_a_message_of_node_goes() {
    for text in [
        "SyntaxError: Unexpected token 'T', \"The merger\"... is not valid JSON\n",
        "{\"msg\":\"Unexpected token 'T', \\\"The merger\\\"... is not valid JSON\"}\n",
        "SyntaxError: Unexpected token 'm', ...\"the merger\"... is not valid JSON\n",
    ] {
        for shown in [super::redacted(text), super::streamed(text)] {
            assert!(!shown.contains("merger") && shown.contains("is not valid JSON"), "{shown}");
        }
    }
}
