//! The words by which clues are recognised: clients, user agents, runtimes, exit codes.

use crate::model::vocabulary::{Language, Surface};

/// Words of which one stands in every line with a clue.
pub(super) const MARKERS: &[&str] = &[
    "nthropic",
    "NTHROPIC",
    "laude",
    "LAUDE",
    "://",
    "Node.js v",
    "node/v",
    "/python3",
    "python/3",
    "Python version",
    "Python 3",
    "stainless",
    "exit",
    "curl",
    "roxy",
    "ROXY",
    "latform",
    "Operating System",
    "uthorization",
    "api-key",
    "ookie",
    "ersion",
    "Bun v",
    "bun/",
    "Deno/",
    "go1.",
    "node_modules",
    "OpenSSL",
    "OS:",
    "Illegal header",
    "ateway",
    "RelayService",
    "cc-router",
    "cli-proxy-api",
    "CLIProxyAPI",
    "copilot-api",
];

/// Words that name a client.
pub(super) const SURFACES: &[(Surface, &[&str])] = &[
    (
        Surface::PythonSdk,
        &[
            "site-packages/anthropic/",
            "site-packages\\anthropic\\",
            "Anthropic/Python",
            "anthropic._base_client",
            "anthropic.API",
            "anthropic-sdk-python",
        ],
    ),
    (Surface::TypescriptSdk, &["@anthropic-ai/sdk", "Anthropic/JS", "anthropic-sdk-typescript"]),
    (Surface::GoSdk, &["anthropic-sdk-go", "Anthropic/Go"]),
    (Surface::JavaSdk, &["com.anthropic.", "anthropic-java", "Anthropic/Java"]),
    (
        Surface::ClaudeCode,
        &[
            "claude-cli/",
            "Claude Code v",
            "(Claude Code)",
            "Claude Code version",
            "/$bunfs/root/",
            "claude_code_version",
            "@anthropic-ai/claude-code",
            "claude-agent-sdk",
            "claude-code-action",
            "claude_code_oauth_token",
            "Claude execution failed",
        ],
    ),
    (Surface::Curl, &["User-Agent: curl/", "curl: ("]),
];

/// User agents of the SDKs: what stands before the version, language, package.
pub(super) const AGENTS: &[(&str, Language, &str)] = &[
    ("Anthropic/Python ", Language::Python, "anthropic"),
    ("Anthropic/JS ", Language::Typescript, "@anthropic-ai/sdk"),
    ("Anthropic/Go ", Language::Go, "github.com/anthropics/anthropic-sdk-go"),
    ("Anthropic/Java ", Language::Java, "com.anthropic:anthropic-java"),
    ("Anthropic/Ruby ", Language::Ruby, "anthropic"),
];

/// Words before the version of a runtime, its name, and what the words are.
pub(super) const RUNTIMES: &[(&str, &str, &str)] = &[
    ("Node.js v", "Node.js", "last line of a Node stack"),
    ("x-stainless-runtime-version", "Node.js", "x-stainless-runtime-version"),
    ("X-Stainless-Runtime-Version", "Node.js", "x-stainless-runtime-version"),
    ("/python", "CPython", "file path"),
    ("Python version: ", "CPython", "version line"),
    ("Python ", "CPython", "version line"),
    ("Bun v", "Bun", "version line"),
    ("Deno/", "Deno", "user-agent"),
    (" go", "Go", "version line"),
];

/// Programs that stand between Claude Code and the API; where one is named, it may be the one that answered.
pub(super) const RELAYS: &[&str] = &[
    "claude-relay-service",
    "claudeRelayService",
    "claude-code-router",
    "cc-router",
    "claude-code-proxy",
    "cli-proxy-api",
    "CLIProxyAPI",
    "copilot-api",
    "claude-code-hub",
];

/// Words before an exit code.
pub(super) const EXITS: &[&str] = &[
    "Process completed with exit code ",
    "exited with code ",
    "exited with ",
    "exit code: ",
    "exit code ",
    "exit status ",
    "exit=",
    "ExitCode: ",
    "exit_code=",
    "Exited with code exit status ",
];

/// Whether the words before an address say that it is the base of one's calls, however they are written.
pub(super) fn names_base(before: &str) -> bool {
    let near = before.get(before.len().saturating_sub(48)..).unwrap_or(before);
    let folded: String = near.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    folded.contains("baseurl") || folded.contains("apibase")
}

/// What names Anthropic, its models, or a router of Claude Code.
pub(super) const ABOUT_CLAUDE: &[&str] = &["nthropic", "laude", "NTHROPIC", "LAUDE", "ccr ", "ccr+", "CCR"];

/// Other vendors of models, and programs that serve models of their own, in lower case.
pub(super) const OTHERS: &[&str] = &[
    "openai",
    "gpt-",
    "ollama",
    "gemini",
    "mistral",
    "groq",
    "cohere",
    "deepseek",
    "qwen",
    "llama",
    "vllm",
    "lm studio",
    "lmstudio",
    "huggingface",
    "hugging face",
    "perplexity",
    "grok-",
    "api.x.ai",
    ":11434/",
];

/// Words of calls of models, in lower case.
pub(super) const MODELS: &[&str] = &[
    "model",
    "token",
    "prompt",
    "llm",
    "litellm",
    "bedrock",
    "vertex",
    "/v1/messages",
    "completion",
    "chat",
    "assistant",
    "ai_",
    "aisdk",
    "ai sdk",
    "sonnet",
    "opus",
    "haiku",
    "overloaded",
    "rate_limit_error",
    "_error",
    "req_0",
    "agent",
    "double press esc",
    "· attempt ",
    "retrying in ",
    "x-api-key",
    "ratelimiterror",
    "provider",
    "openrouter",
    "aider",
    "cline",
    "cursor",
    "api error",
];
