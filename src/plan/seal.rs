//! How the packet is signed or encrypted before it is written.

use std::fmt;

use super::{Asked, Target, named_text};
use crate::collect::host::Host;
use crate::error::Error;
use crate::model::Raw;

/// What is done to a packet before it is written. By default nothing.
#[derive(Clone, Default)]
pub struct Seal {
    /// Text of a minisign secret key file.
    pub key: Option<Raw<String>>,
    /// Password of that key, where it has one.
    pub password: Option<Raw<String>>,
    /// An age recipient, `age1...`.
    pub recipient: Option<String>,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal(signed: {}, encrypted: {})", self.key.is_some(), self.recipient.is_some())
    }
}

impl Seal {
    /// The keys, read.
    pub(super) fn of(asked: &Asked, host: &dyn Host) -> Result<Self, Error> {
        let key = asked.sign.as_deref().map(|path| named_text(path, host)).transpose()?.map(Raw::new);
        let password = key.as_ref().and_then(|_| host.env("EVPACK_SIGN_PASSWORD"));
        Ok(Self { key, password, recipient: asked.encrypt_to.clone() })
    }

    /// An encrypted packet says so in its name.
    pub(super) fn name(&self, target: &mut Target) {
        if let (Target::File { path, .. }, Some(_)) = (target, &self.recipient) {
            path.as_mut_os_string().push(".age");
        }
    }
}
