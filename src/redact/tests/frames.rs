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
    "with:\n  prompt: §\n  direct_prompt: §\n  model: x",
    "2026-11-20T10:00:00.1234567Z   prompt: §\n2026-11-20T10:00:00.1234567Z   model: x",
    "2026-11-20T10:00:00.1234567Z   prompt: |\n2026-11-20T10:00:00.1234567Z     §\n2026-11-20T10:00:00.1234567Z   model: x\n",
];

const STAYS: &[&str] = &[
    "Usage: claude [options] [command] [prompt]\nclaude -p <prompt>\nstatus 529\n",
    "AI_InvalidPromptError: Invalid prompt: messages must be an array\n",
    "error: invalid user input: expected a string and got a number\n",
    "input_value='claude-opus-4-6', input_type=str]\n",
    "\"command\":\"npx\",\"args\":[\"-y\",\"server\"]\n",
    "Options { Retries = 2, Timeout = 600 }\n",
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
