//! Why a packet cannot be read. The set is closed, and nothing in it holds text of the packet.

use std::path::Path;

use crate::error::Error;

/// Why a packet is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is neither JSON, Markdown nor zip of evpack.
    #[error("this is not an evidence packet")]
    NotAPacket,
    /// The Markdown has no block of data.
    #[error("the Markdown carries no data that can be read back")]
    NoBlock,
    /// Larger than the limits.
    #[error("the packet is larger than evpack reads")]
    TooLarge,
    /// A file in the zip unpacks to more than the limits.
    #[error("the zip unpacks to more than evpack reads")]
    Bomb,
    /// More members than a packet has.
    #[error("the zip has more files than a packet has")]
    TooManyFiles,
    /// The archive is broken, or its two lists of files disagree.
    #[error("the zip is damaged, or its parts disagree")]
    BadZip,
    /// A member's checksum is wrong.
    #[error("a file in the zip does not match its checksum")]
    BadChecksum,
    /// A member is encrypted or packed in a way that evpack does not use.
    #[error("the zip is packed in a way that evpack does not read")]
    UnknownPacking,
    /// A member's name leads out of the archive, or cannot be shown.
    #[error("the zip has a file name that is not safe")]
    BadName,
    /// Two members have one name.
    #[error("the zip has two files of one name")]
    DoubleName,
    /// A member is a link or a device.
    #[error("the zip has a link in it, or something else that is no file")]
    NotAFile,
    /// There is no `packet.json`.
    #[error("the zip has no packet.json")]
    NoPacketInside,
    /// Not JSON.
    #[error("the packet is not valid JSON")]
    BadJson,
    /// Deeper than the limit.
    #[error("the packet is nested deeper than evpack reads")]
    TooDeep,
    /// More values than the limit.
    #[error("the packet has more values than evpack reads")]
    TooMany,
    /// A longer text than the limit.
    #[error("the packet has a longer text than evpack reads")]
    TooLong,
    /// One key twice in one object.
    #[error("the packet says one key twice")]
    DoubleKey,
    /// Of a newer schema version.
    #[error("the packet is of a newer schema version than this evpack reads")]
    Newer,
    /// Encrypted with age.
    #[error("the packet is encrypted")]
    Encrypted,
}

impl Problem {
    const fn what(self) -> (&'static str, &'static str) {
        match self {
            Self::NotAPacket => {
                ("this is not an evidence packet", "name a .md, .json or .zip that `evpack collect` made")
            }
            Self::NoBlock => (
                "this Markdown carries no data that can be read back",
                "ask for the JSON or zip form; the block at the end of the Markdown may have been cut off",
            ),
            Self::Newer => {
                ("the packet is of a newer schema version than this evpack reads", "update evpack, and try again")
            }
            Self::Encrypted => {
                ("the packet is encrypted", "decrypt it first: `age --decrypt -i KEYFILE PACKET > packet.zip`")
            }
            Self::BadJson | Self::BadZip | Self::BadChecksum => {
                ("the packet is damaged", "ask for it again; it may have been changed or cut off on its way")
            }
            Self::NoPacketInside => ("the zip has no packet.json", "name a zip that `evpack collect` made"),
            _ => ("the packet is refused", "evpack makes no such packet; do not open it with another program either"),
        }
    }

    /// The error for people, with the packet's path.
    pub(crate) fn error(self, path: &Path) -> Error {
        let (what, hint) = self.what();
        let error = Error::failed(what, hint).on(path.display().to_string());
        let detail = self.to_string();
        if detail == what { error } else { error.detail(detail) }
    }
}
