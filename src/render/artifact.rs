//! The finished bytes of a packet, before verification. Built only inside `render`.

use chrono::NaiveDateTime;

/// One file of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path in the container, made by evpack and never captured. `/` separates folders.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// What the members are put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// One file as it is.
    Single,
    /// A zip archive.
    Zip {
        /// Time of all entries: the packet's own `created_at`, in UTC.
        modified: NaiveDateTime,
    },
}

/// A rendered packet. It may be scanned by `verify`; only what `verify` lets through can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    members: Vec<Member>,
    container: Container,
}

impl Artifact {
    pub(super) fn single(name: &str, bytes: Vec<u8>) -> Self {
        Self { members: vec![Member { name: name.to_owned(), bytes }], container: Container::Single }
    }

    pub(super) const fn zip(members: Vec<Member>, modified: NaiveDateTime) -> Self {
        Self { members, container: Container::Zip { modified } }
    }

    /// Texts that go different ways, and are no packet.
    pub(super) const fn notes(members: Vec<Member>) -> Self {
        Self { members, container: Container::Single }
    }

    /// Its files, in the order they are written.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// What the files are put into.
    pub const fn container(&self) -> Container {
        self.container
    }
}
