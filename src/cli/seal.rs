//! The options that sign and encrypt a packet.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::collect::Host;
use crate::error::Error;
use crate::model::Raw;
use crate::plan::{Target, named_text};
use crate::write::Seal;

/// Options of every command that writes a packet of its own.
#[derive(Debug, Args)]
pub(super) struct SealArgs {
    /// Sign the packet with this minisign secret key; the signature goes to PACKET.minisig
    #[arg(long, value_name = "KEY", value_hint = ValueHint::FilePath)]
    sign: Option<PathBuf>,

    /// Encrypt the packet for this age recipient (age1...); `.age` is added to its name
    #[arg(long, value_name = "RECIPIENT")]
    encrypt_to: Option<String>,
}

impl SealArgs {
    /// The keys, read.
    pub(super) fn seal(&self, host: &dyn Host) -> Result<Seal, Error> {
        let key = self.sign.as_deref().map(|path| named_text(path, host)).transpose()?.map(Raw::new);
        Ok(Seal { key, password: host.env("EVPACK_SIGN_PASSWORD"), recipient: self.encrypt_to.clone() })
    }
}

/// An encrypted packet says so in its name.
pub(super) fn name_encrypted(target: &mut Target, seal: &Seal) {
    if let (Target::File { path, .. }, Some(_)) = (target, &seal.recipient) {
        path.as_mut_os_string().push(".age");
    }
}
