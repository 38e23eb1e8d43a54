//! Variables that mark remote shells, development containers and serverless platforms.

use crate::collect::host::Host;
use crate::collect::vars::is_on;

/// A variable that marks a surrounding.
pub(super) struct Mark {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    /// Whether the value must mean on; otherwise any text will do.
    pub(super) switch: bool,
}

impl Mark {
    /// Whether the variable is set.
    pub(super) fn is_set(&self, host: &dyn Host) -> bool {
        host.env(self.variable)
            .is_some_and(|value| if self.switch { is_on(value.expose()) } else { !value.expose().trim().is_empty() })
    }
}

const fn on(name: &'static str, variable: &'static str) -> Mark {
    Mark { name, variable, switch: true }
}

const fn set(name: &'static str, variable: &'static str) -> Mark {
    Mark { name, variable, switch: false }
}

/// Remote shells and remote development.
pub(super) const REMOTE: &[Mark] = &[
    on("codespaces", "CODESPACES"),
    on("devcontainer", "REMOTE_CONTAINERS"),
    on("devcontainer", "DEVCONTAINER"),
    set("devcontainer", "VSCODE_REMOTE_CONTAINERS_SESSION"),
    set("vscode-remote", "VSCODE_AGENT_FOLDER"),
    set("vscode-remote", "VSCODE_IPC_HOOK_CLI"),
    set("gitpod", "GITPOD_WORKSPACE_ID"),
    set("coder", "CODER_WORKSPACE_NAME"),
    on("cloud-shell", "CLOUD_SHELL"),
    set("replit", "REPL_ID"),
    on("claude-code-remote", "CLAUDE_CODE_REMOTE"),
    set("ssh", "SSH_CONNECTION"),
    set("ssh", "SSH_CLIENT"),
    set("ssh", "SSH_TTY"),
];

/// Serverless and hosted platforms.
pub(super) const SERVERLESS: &[Mark] = &[
    set("aws-lambda", "AWS_LAMBDA_FUNCTION_NAME"),
    set("google-cloud-run", "K_SERVICE"),
    set("google-cloud-functions", "FUNCTION_TARGET"),
    set("azure-functions", "FUNCTIONS_WORKER_RUNTIME"),
    set("azure-app-service", "WEBSITE_INSTANCE_ID"),
    set("aws-ecs", "ECS_CONTAINER_METADATA_URI_V4"),
    on("vercel", "VERCEL"),
    on("netlify", "NETLIFY"),
    set("deno-deploy", "DENO_DEPLOYMENT_ID"),
    set("fly", "FLY_APP_NAME"),
    set("railway", "RAILWAY_ENVIRONMENT"),
    set("heroku", "DYNO"),
    on("render", "RENDER"),
];
