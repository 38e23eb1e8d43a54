//! What collection learned that must not leave: credential values, and names of people, machines and organisations.

use super::Raw;

/// A credential value that was met in this run. It is removed wherever it appears, in any encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownValue {
    /// The value.
    pub value: Raw<String>,
    /// Kind for the placeholder, such as `anthropic-api-key`; lower-case words with hyphens.
    pub kind: &'static str,
    /// Where it was met; shown only by name, after redaction.
    pub place: Raw<String>,
}

/// Kind of a name that an audience may not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityKind {
    /// Login name of a person.
    User,
    /// A home directory.
    HomePath,
    /// Name of this machine.
    HostName,
    /// A search domain or internal domain.
    Domain,
    /// Organisation, account, workspace or project id.
    Organisation,
}

/// A name that was met in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub value: Raw<String>,
    /// Its kind.
    pub kind: IdentityKind,
}

/// Everything that collection learned for redaction's sake.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sensitive {
    /// Credential values.
    pub values: Vec<KnownValue>,
    /// Names.
    pub identities: Vec<Identity>,
}

impl Sensitive {
    /// Adds all of another.
    pub fn extend(&mut self, other: Self) {
        self.values.extend(other.values);
        self.identities.extend(other.identities);
    }
}
