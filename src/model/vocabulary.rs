//! The closed vocabularies of a packet: the words that scripts and people route on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::textless;

/// Declares a closed vocabulary: an enum, its words, and the way back from a word.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// All values, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in packets, templates and data files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The value of a word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        textless!($name);
    };
}

pub(super) use vocabulary;

vocabulary! {
    /// The kind of failure: which of six roads the case goes down.
    Branch {
        /// Nothing answered: DNS, TCP, TLS, proxy, or a cut on the way.
        Connection = "connection",
        /// A timer ran out; whether the request arrived is often open.
        Timeout = "timeout",
        /// The API itself answered with an error.
        ReturnedApiError = "returned-api-error",
        /// Something between the client and the API, or another provider, answered.
        Gateway = "gateway",
        /// The request was never sent: a refusal inside the client.
        ClientSide = "client-side",
        /// The evidence does not decide.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// What went wrong.
    Cause {
        /// The host name did not resolve.
        Dns = "dns",
        /// The TCP connection was refused.
        TcpRefused = "tcp-refused",
        /// The TCP connection was reset or closed.
        TcpReset = "tcp-reset",
        /// No route to the host or network.
        NetworkUnreachable = "network-unreachable",
        /// The certificate chain ends in a root that the client does not trust.
        TlsUntrusted = "tls-untrusted",
        /// Any other TLS failure: expired, wrong name, wrong version, plain HTTP on a TLS port.
        TlsOther = "tls-other",
        /// A proxy refused or broke the tunnel.
        Proxy = "proxy",
        /// An idle connection or a stalled stream was dropped.
        IdleDrop = "idle-drop",
        /// The connection was not established in time.
        TimeoutConnect = "timeout-connect",
        /// The answer did not come in time.
        TimeoutRead = "timeout-read",
        /// The credential was not accepted.
        Auth = "auth",
        /// The credential is known, and may not do this.
        Permission = "permission",
        /// The request, or the local configuration, is not valid.
        InvalidRequest = "invalid-request",
        /// The path, resource or model does not exist.
        NotFound = "not-found",
        /// The request body is too large.
        TooLarge = "too-large",
        /// A rate, token or spend limit was reached.
        RateLimit = "rate-limit",
        /// An internal error of the API.
        ApiError = "api-error",
        /// A gateway did not get an answer in time.
        GatewayTimeout = "gateway-timeout",
        /// The API is overloaded.
        Overloaded = "overloaded",
        /// Payment or credit.
        Billing = "billing",
        /// A gateway got no usable answer from what stands behind it.
        BadGateway = "bad-gateway",
        /// An HTML page where JSON was expected.
        HtmlBody = "html-body",
        /// The answer was cut off, or an error came inside the stream.
        StreamError = "stream-error",
        /// No credential is configured.
        MissingKey = "missing-key",
        /// The caller or the user aborted the request.
        Abort = "abort",
        /// The evidence does not decide.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// Whether the request reached Anthropic's API.
    ReachedApi {
        /// It did; the evidence proves it.
        Yes = "yes",
        /// It did not.
        No = "no",
        /// The evidence does not decide.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// Who produced the answer that the client saw.
    Responder {
        /// Anthropic's API.
        Api = "api",
        /// The content delivery network in front of the API.
        Edge = "edge",
        /// A gateway, router or another provider.
        Gateway = "gateway",
        /// A corporate proxy or firewall.
        Proxy = "proxy",
        /// Nobody answered.
        None = "none",
        /// The evidence does not decide.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The client that failed.
    Surface {
        /// The Python SDK.
        PythonSdk = "python-sdk",
        /// The TypeScript SDK.
        TypescriptSdk = "typescript-sdk",
        /// The Go SDK.
        GoSdk = "go-sdk",
        /// The Java or Kotlin SDK.
        JavaSdk = "java-sdk",
        /// Claude Code.
        ClaudeCode = "claude-code",
        /// curl.
        Curl = "curl",
        /// Another client, named in the evidence.
        Other = "other",
        /// The evidence does not tell.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// How sure the verdict is.
    Confidence {
        /// Deciding evidence is in the packet.
        High = "high",
        /// The evidence points one way, and one piece is missing.
        Medium = "medium",
        /// A hint only.
        Low = "low",
    }
}

vocabulary! {
    /// Who will read the packet; it decides which names are hidden. Secrets and prompt content go in all three.
    Audience {
        /// Vendor support: user names, home paths, e-mail addresses, private addresses and internal host names are hidden.
        Vendor = "vendor",
        /// Anyone: host names and organisation ids are hidden too.
        Public = "public",
        /// Colleagues: names and addresses stay.
        Internal = "internal",
    }
}

vocabulary! {
    /// A kind of personal or customer data; for each an audience sees it or does not. The word is also its placeholder.
    PersonalKind {
        /// Login name of a person.
        User = "user",
        /// Home folder.
        Home = "home",
        /// Name of this machine, or of an internal host.
        Host = "host",
        /// Search domain or internal domain.
        Domain = "domain",
        /// Organisation, account, workspace or project id.
        Organisation = "organisation",
        /// Id of a user or device that a client sends with its requests.
        UserId = "user-id",
        /// E-mail address.
        Email = "email",
        /// Telephone number.
        Phone = "phone",
        /// Address of a private network.
        PrivateIp = "private-ip",
        /// Any other network address.
        PublicIp = "public-ip",
        /// Hardware address of a network card.
        Mac = "mac",
        /// Number of a payment card.
        PaymentCard = "payment-card",
        /// International bank account number.
        Iban = "iban",
        /// National identity, tax or social security number.
        NationalId = "national-id",
        /// Date of birth.
        Birth = "birth-date",
        /// Postal address.
        Address = "postal-address",
    }
}

impl PersonalKind {
    /// The words, as an error names them.
    pub const EXPECTED: &'static str = "expected one of `user`, `home`, `host`, `domain`, `organisation`, `user-id`, \
        `email`, `phone`, `private-ip`, `public-ip`, `mac`, `payment-card`, `iban`, `national-id`, `birth-date`, `postal-address`";

    /// Whether an audience does not see it, unless the configuration says otherwise.
    #[must_use]
    pub const fn hidden_from(self, audience: Audience) -> bool {
        match self {
            // Data of customers has no place in a packet at all.
            Self::UserId | Self::PaymentCard | Self::Iban | Self::NationalId | Self::Birth | Self::Address => true,
            Self::Organisation | Self::PublicIp => matches!(audience, Audience::Public),
            _ => !matches!(audience, Audience::Internal),
        }
    }
}

vocabulary! {
    /// The form of a packet; each word is also its file extension.
    Format {
        /// Markdown, for a ticket.
        Markdown = "md",
        /// JSON, for a program.
        Json = "json",
        /// A zip of both, with manifest, redaction report and attachments.
        Zip = "zip",
    }
}

vocabulary! {
    /// The provider that requests are sent to.
    RouteKind {
        /// Straight to Anthropic's API.
        Direct = "direct",
        /// To a gateway named by a base URL.
        Gateway = "gateway",
        /// To Amazon Bedrock.
        Bedrock = "bedrock",
        /// To Google Vertex AI.
        Vertex = "vertex",
        /// To Microsoft Foundry.
        Foundry = "foundry",
    }
}

vocabulary! {
    /// What the route goes through, and what it starts inside.
    RouteMark {
        /// An HTTP or SOCKS proxy.
        Proxy = "proxy",
        /// An interface that looks like a VPN's.
        Vpn = "vpn",
        /// A continuous-integration job.
        Ci = "ci",
        /// Windows Subsystem for Linux.
        Wsl = "wsl",
        /// A container.
        Container = "container",
        /// An SSH session or another remote shell.
        RemoteShell = "remote-shell",
        /// A serverless platform.
        Serverless = "serverless",
    }
}

vocabulary! {
    /// Programming language of an SDK.
    Language {
        /// Python.
        Python = "python",
        /// TypeScript or JavaScript.
        Typescript = "typescript",
        /// Go.
        Go = "go",
        /// Java or Kotlin.
        Java = "java",
        /// Ruby.
        Ruby = "ruby",
        /// C#.
        Csharp = "csharp",
        /// PHP.
        Php = "php",
    }
}

vocabulary! {
    /// The form of an input, as far as ingest recognised it.
    InputFormat {
        /// A Python traceback.
        PythonTraceback = "python-traceback",
        /// The debug log of the Python SDK.
        PythonLog = "python-log",
        /// A Node stack or `util.inspect` print.
        NodeStack = "node-stack",
        /// Records of the hooks of `evpack run --trace`.
        SdkHook = "sdk-hook",
        /// The log of the TypeScript SDK.
        TypescriptLog = "typescript-log",
        /// Terminal text of Claude Code.
        ClaudeCodeText = "claude-code-text",
        /// `claude -p --output-format json` or `stream-json`.
        ClaudeCodeJson = "claude-code-json",
        /// A debug log of Claude Code.
        ClaudeCodeDebug = "claude-code-debug",
        /// A transcript of Claude Code.
        ClaudeCodeTranscript = "claude-code-transcript",
        /// A JSON body or JSON lines.
        Json = "json",
        /// A stream of server-sent events.
        ServerSentEvents = "server-sent-events",
        /// Output of `curl -v`.
        CurlVerbose = "curl-verbose",
        /// An HTTP archive.
        Har = "har",
        /// Go, Java, .NET, Ruby or PHP error text.
        OtherStack = "other-stack",
        /// A JUnit XML report.
        JunitXml = "junit-xml",
        /// A failed test as vitest prints it.
        VitestReport = "vitest-report",
        /// Plain text.
        PlainText = "plain-text",
        /// Not text.
        Binary = "binary",
        /// Nothing in it.
        Empty = "empty",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_value() {
        for cause in Cause::ALL {
            assert_eq!(Cause::from_word(cause.word()), Some(*cause));
            assert_eq!(serde_json::to_value(cause).ok(), Some(cause.word().into()));
        }
        assert_eq!(Branch::from_word("nonsense"), None);
    }
}
