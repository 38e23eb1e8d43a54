//! The client that failed: SDK, runtime, Claude Code, and the state of its credentials.

use schemars::JsonSchema;
use serde::Serialize;

use super::safe::Version;
use super::vocabulary::{Language, Surface};
use super::{Evidence, OrText};
use crate::{staged, textless};

staged! {
    /// An SDK that was found, and the source that said so.
    #[schemars(rename = "Sdk")]
    pub struct Sdk<S> {
        /// Its language.
        pub language: Language,
        /// Package name, such as `anthropic` or `@anthropic-ai/sdk`.
        pub package: S::Text,
        /// Its version.
        pub version: Evidence<S, OrText<S, Version>>,
        /// What said so: an input line, a metadata file, a lock file.
        pub source: S::Text,
        /// Whether this source shows what is installed or loaded, not only what is asked for.
        pub installed: bool,
    }
}

staged! {
    /// A language runtime.
    #[schemars(rename = "Runtime")]
    pub struct Runtime<S> {
        /// Its name: `CPython`, `Node.js`, `Bun`, `Deno`, `Go`, `JVM`, `Ruby`, `.NET`, `PHP`.
        pub name: &'static str,
        /// Its version.
        pub version: OrText<S, Version>,
        /// What said so.
        pub source: S::Text,
    }
}

/// Kinds of credential that evpack can tell apart by form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// `sk-ant-api...`: an API key.
    AnthropicApiKey,
    /// `sk-ant-admin...`: an admin key, which cannot call the Messages API.
    AnthropicAdminKey,
    /// `sk-ant-oat...`: an OAuth access token.
    AnthropicOauthToken,
    /// `sk-ant-ort...`: an OAuth refresh token.
    AnthropicRefreshToken,
    /// `sk-ant-sid...`: a session cookie of claude.ai.
    AnthropicSession,
    /// `sk-ant-` with another tag.
    AnthropicOther,
    /// A key of another vendor, recognised by its prefix.
    OtherVendor,
    /// An AWS access key or Bedrock key.
    Aws,
    /// A Google Cloud token or key.
    Google,
    /// A JSON web token.
    Jwt,
    /// A path to a file that holds the credential.
    File,
    /// A form that evpack does not know, such as a gateway's own key.
    Unrecognised,
    /// Nothing but white space.
    Empty,
}

/// A defect in the form of a credential. It is said in words; the value is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialDefect {
    /// It ends in a line break.
    TrailingNewline,
    /// White space at either end.
    SurroundingWhitespace,
    /// White space inside.
    InnerWhitespace,
    /// Quotation marks are part of the value.
    Quoted,
    /// A placeholder such as `your-api-key` or `$VAR` that was never filled in.
    Placeholder,
    /// Shorter than the form of its kind.
    Truncated,
    /// Characters outside ASCII, such as typographic quotes.
    NonAscii,
    /// Control characters.
    ControlCharacter,
    /// The value carries its own `Bearer ` prefix.
    BearerPrefix,
    /// A kind that does not belong in this place, such as an admin key where an API key is expected.
    WrongKind,
    /// Set, and empty.
    Empty,
}

textless!(CredentialKind, CredentialDefect);

staged! {
    /// The state of one credential: where it is set and whether its form is right. Never its value, length or ends.
    #[schemars(rename = "Credential_state")]
    pub struct CredentialState<S> {
        /// Where it is set: a variable, or a file and key.
        pub place: S::Text,
        /// Its kind by form.
        pub kind: CredentialKind,
        /// Defects of its form; empty where it is well formed.
        pub defects: Vec<CredentialDefect>,
        /// Another place that holds the same value.
        pub same_as: Option<S::Text>,
        /// Whether this one is used, by the client's own precedence.
        pub effective: bool,
        /// The place that shadows it.
        pub shadowed_by: Option<S::Text>,
    }
}

staged! {
    /// A settings file of Claude Code, in order of precedence.
    #[schemars(rename = "Settings_file")]
    pub struct SettingsFile<S> {
        /// Its role: `managed`, `local`, `project` or `user`.
        pub role: &'static str,
        /// Its path.
        pub path: S::Text,
        /// The keys it sets that bear on route, credentials or network; values are not shown.
        pub keys: Vec<S::Text>,
        /// What is wrong with it, if anything.
        pub problem: Option<S::Text>,
    }
}

staged! {
    /// Claude Code as it is installed here.
    #[schemars(rename = "Claude_code")]
    pub struct ClaudeCode<S> {
        /// Its version.
        pub version: Evidence<S, OrText<S, Version>>,
        /// How it was installed: `npm-global`, `npm-local`, `native`, `homebrew`, `unknown`.
        pub install: &'static str,
        /// Settings files that exist, highest precedence first.
        pub settings: Vec<SettingsFile<S>>,
        /// The latest debug log, if there is one.
        pub debug_log: Evidence<S, S::Text>,
        /// API-error entries of the latest transcript, number only.
        pub transcript_errors: Evidence<S, u32>,
    }
}

staged! {
    /// Which credential the client uses, by its own order of precedence.
    #[schemars(rename = "Auth")]
    pub struct Auth<S> {
        /// The method: `cloud-provider`, `auth-token`, `api-key`, `api-key-helper`, `oauth-token`, `profile`, `login`.
        pub method: &'static str,
        /// Where it is set.
        pub place: S::Text,
    }
}

staged! {
    /// The client.
    #[schemars(rename = "Client")]
    pub struct Client<S> {
        /// The client that the evidence names.
        pub surface: Surface,
        /// The SDK that failed.
        pub sdk: Evidence<S, Sdk<S>>,
        /// Every source that named an SDK, the one above included.
        pub sdk_sources: Vec<Sdk<S>>,
        /// Said where sources disagree on the version.
        pub sdk_disagreement: Option<S::Text>,
        /// The runtime of the failing program.
        pub runtime: Evidence<S, Runtime<S>>,
        /// Version text of OpenSSL as that runtime has it.
        pub openssl: Evidence<S, S::Text>,
        /// Claude Code, where it is installed or named.
        pub claude_code: Evidence<S, ClaudeCode<S>>,
        /// The credential in use.
        pub auth: Evidence<S, Auth<S>>,
        /// Every credential that is set.
        pub credentials: Vec<CredentialState<S>>,
    }
}
