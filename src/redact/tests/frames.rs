//! Prompts between marks and tags, in records of C# and Kotlin, and in the logs of CI jobs, whole and line by line alike.

use super::{redacted, streamed};

const PRIVATE: &str = "Tell me of the merger, privately";

/// `§` stands for the prompt; the rest must stay.
const CASES: &[&str] = &[
    "MessageParam(role=user, content=§)",
    "MessageParam { Role = user, Content = § }",
    "{\n  \"prompts\": [\n    \"§\"\n  ]\n}",
    "ToolCallPart(tool_name='x', args={'q': '§'}, tool_call_id='toolu_1')",
    "input_value='§', input_type=str]",
    "POST /ask\nprompt=§&model=x",
    "INFO sending prompt: §",
    "DEBUG user input: §",
    "<|im_start|>user\n§<|im_end|>\n<|im_start|>assistant\n",
    "<|user|>\n§\nand more\n<|end|>\nstatus 529",
    "[INST] § [/INST] status 529",
    "<prompt>\n§\n\nand more\n</prompt>\nstatus 529",
    "<message role=\"user\"><content>§</content></message>\nstatus 529",
    "<function_calls>\n<invoke name=\"Bash\"><parameter name=\"command\">§</parameter></invoke>\nstatus 529",
    "<pre>&lt;prompt&gt;§&lt;/prompt&gt; status 529</pre>",
    "------x\nContent-Disposition: form-data; name=\"prompt\"\n\n§\nand more\n------x--\nstatus 529",
    "[SQL: INSERT INTO m (role, content) VALUES (?, ?)]\n[parameters: ('user', '§')]\nstatus 529",
    "Prompt after formatting:\n§\nand more\n\n> Finished chain.\nstatus 529",
    "Action: search\nAction Input: §\nstatus 529",
    "    ask(prompt)\n        \u{2514} '§'\nstatus 529",
    "\"POST /v1/messages HTTP/1.1\" 529 0 \"{\\x22messages\\x22:[{\\x22role\\x22:\\x22user\\x22,\\x22content\\x22:\\x22§\\x22}],\\x22model\\x22:\\x22m\\x22}\"",
    "(anthropic.Message) {\n Role: (string) (len=4) \"user\",\n Content: (string) (len=32) \"§\",\n}\nstatus 529",
    "ChatMessageContent { Role = user, Content = \"§\", Model = m }",
    "AssistantMessage [messageType=ASSISTANT, toolCalls=[], textContent=§, metadata={}]",
    "Message(role: user, content: §)",
    "{:model \"m\" :messages [{:role \"user\" :content \"§\"}]}",
    "#{<<\"content\">> => <<\"§\">>,<<\"model\">> => <<\"m\">>}",
    "{\"key\": \"gen_ai.prompt\", \"value\": {\"stringValue\": \"§\"}}",
    "{\"chat_history\": [{\"role\": \"USER\", \"message\": \"§\"}], \"preamble\": \"§\", \"model\": \"m\"}",
    "Document(page_content='§', metadata={'source': 'x'})",
    "system: |\n  §\n  and more\nmodel: x",
    "with:\n  prompt: §\n  direct_prompt: §\n  model: x",
    "2026-11-20T10:00:00.1234567Z   prompt: §\n2026-11-20T10:00:00.1234567Z   model: x",
    "Request: MessageParameters { Model = m, SystemPrompt = §, MaxTokens = 529 }",
    "------x\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\n\n§\nand more\n------x--\nstatus 529",
    "(phase 2). Matched \"Rx\" against \"ARGS:q\" (Value: `§' ) [severity \"529\"]",
    "<task>\n§\n</task>\nstatus 529",
    "Unrecognized token 'Tell': at [Source: (String)\"§\"; line: 1, column: 5] status 529",
    "Task app.ask[1d4a] received args: ('§',) kwargs: {'n': 529}",
    "{\"class\":\"AskJob\",\"args\":[\"§\",3],\"status\":529}",
    "ERROR Failed to ask claude for question: §\nstatus 529",
    "ERROR:app:Prompt was: \"§\"\nstatus 529",
    "INFO Claude replied: §\nstatus 529",
    "Local vars\n  question\t'§'\n  status\t529",
    "{\"body\": \"{\\\"messages\\\": [{\\\"content\\\": \\\"Tell me \\\n  \\ of the merger, privately\\\"}]}\"\nstatus: 529",
    "2026-11-20T10:00:00.1234567Z   prompt: |\n2026-11-20T10:00:00.1234567Z     §\n2026-11-20T10:00:00.1234567Z   model: x\n",
];

const STAYS: &[&str] = &[
    "Usage: claude [options] [command] [prompt]\nclaude -p <prompt>\nstatus 529\n",
    "AI_InvalidPromptError: Invalid prompt: messages must be an array\n",
    "error: invalid user input: expected a string and got a number\n",
    "input_value='claude-opus-4-6', input_type=str]\n",
    "\"command\":\"npx\",\"args\":[\"-y\",\"server\"]\n",
    "Options { Retries = 2, Timeout = 600 }\n",
    "Error generating text: [AI_APICallError]: model: claude-x\n  statusCode: 404\n  responseBody: {\"type\":\"error\"}\n",
    "  API Error: 400 {\"type\":\"error\",\n     thinking: each block must be whole\"},\"request_id\":\"req_011CY3BbAJiidQ5QVZi6aWVv\"}\n",
    "Options { Text = \"\", Retries = 2 }\n",
    "        \u{2514} 'claude-opus-4-6'\n",
    "{ Messages = System.Collections.Generic.List`1[Message], Retries = 2 }\n",
    "Unexpected character ('<' (code 60)): at [Source: (String)\"<html>a b c d</html>\"; line: 1, column: 2]\n",
    "WARN invalid question: a number of two or more is needed\n",
    "command: [\"sh\"]\nargs: [\"-c\", \"run it for all of them\"]\n",
    "Payload { Text = System.String[], Retries = 2 }\n",
    "E..,..@.@.......POST /v1/messages HTTP/1.1\n",
    "    client.create(url)\n           \u{2514} 'https://api.anthropic.com/v1/messages'\n",
    "{\"key\": \"http.status_code\", \"value\": {\"intValue\": 529}}\n",
    "system: linux x64\ninstructions: none\n",
    "&lt;title&gt;502 Bad Gateway&lt;/title&gt;\n",
    "\"-\" 502 \"{\\x22type\\x22:\\x22error\\x22,\\x22error\\x22:{\\x22type\\x22:\\x22overloaded_error\\x22}}\"\n",
    "Final Answer:\nnone\n",
];

#[test]
fn prompts_go_and_what_frames_them_stays() {
    let mut wrong = Vec::new();
    for case in CASES {
        let is_form = case.contains("prompt=§&");
        let text = case.replace('§', &if is_form { PRIVATE.replace(' ', "+") } else { PRIVATE.to_owned() });
        for shown in [redacted(&text), streamed(&text)] {
            let lost = ["529", "model", "toolu_1", "input_type=str", "Role = user"]
                .iter()
                .find(|mark| case.contains(**mark) && !shown.contains(**mark));
            if shown.contains("merger") || shown.contains("and more") || lost.is_some() {
                wrong.push(format!("{case}\n  -> {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_only_looks_like_a_prompt_stays() {
    for text in STAYS {
        assert_eq!(redacted(text), *text);
        assert_eq!(streamed(text), *text);
    }
}
