//! Clues: what the inputs say of the client and its surroundings, beside the failures themselves.

use super::client::{Runtime, Sdk};
use super::safe::Version;
use super::vocabulary::Surface;
use super::{Collected, OrText, Provenance, Raw};

/// A value that an input shows, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    /// The value.
    pub value: T,
    /// Where it was seen.
    pub provenance: Provenance<Collected>,
}

impl<T> Seen<T> {
    /// A value at a place.
    pub const fn new(value: T, provenance: Provenance<Collected>) -> Self {
        Self { value, provenance }
    }
}

/// All clues of all inputs, in order of appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clues {
    /// Clients that the inputs name.
    pub surfaces: Vec<Seen<Surface>>,
    /// SDKs and versions: from `user-agent`, `x-stainless-package-version`, dist-info paths, lock-file excerpts.
    pub sdks: Vec<Sdk<Collected>>,
    /// Runtimes: `Node.js v20.20.2`, `/python3.11/` in paths, `x-stainless-runtime-version`.
    pub runtimes: Vec<Runtime<Collected>>,
    /// Versions of Claude Code.
    pub claude_code: Vec<Seen<OrText<Collected, Version>>>,
    /// URLs that requests were sent to.
    pub urls: Vec<Seen<Raw<String>>>,
    /// Gateway hosts that error texts name (Claude Code: `check your inference gateway (HOST)`).
    pub gateways: Vec<Seen<Raw<String>>>,
    /// Proxies that the inputs show.
    pub proxies: Vec<Seen<Raw<String>>>,
    /// Operating systems that the inputs name.
    pub platforms: Vec<Seen<Raw<String>>>,
    /// Command lines that the inputs show (curl commands, `claude -p`, CI step lines).
    pub commands: Vec<Seen<Raw<String>>>,
    /// Exit codes that the inputs show.
    pub exit_codes: Vec<Seen<i32>>,
    /// Project or virtual-environment folders that file paths in the inputs point at.
    pub folders: Vec<Seen<Raw<String>>>,
    /// Whether an input speaks of Anthropic or Claude.
    pub about_claude: bool,
    /// Whether an input speaks of another vendor of models.
    pub about_others: bool,
    /// Whether an input speaks of anything that has to do with models.
    pub about_models: bool,
}

impl Clues {
    /// Adds the clues of another input.
    pub fn extend(&mut self, other: Self) {
        self.surfaces.extend(other.surfaces);
        self.sdks.extend(other.sdks);
        self.runtimes.extend(other.runtimes);
        self.claude_code.extend(other.claude_code);
        self.urls.extend(other.urls);
        self.gateways.extend(other.gateways);
        self.proxies.extend(other.proxies);
        self.platforms.extend(other.platforms);
        self.commands.extend(other.commands);
        self.exit_codes.extend(other.exit_codes);
        self.folders.extend(other.folders);
        self.about_claude |= other.about_claude;
        self.about_others |= other.about_others;
        self.about_models |= other.about_models;
    }
}
