//! Signing and encryption of a finished packet, in formats that other well-kept programs read: minisign and age.
//!
//! The signature is of the packet as it is before encryption, so that whoever has decrypted it can still check it.

use std::fmt;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use minisign::{PublicKey, PublicKeyBox, SecretKeyBox, SignatureBox};

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
    /// The text of the signature file, where a key was given.
    pub(super) fn signature(&self, bytes: &[u8]) -> Result<Option<String>, Error> {
        let Some(text) = &self.key else { return Ok(None) };
        let bad = || Error::usage("the signing key cannot be used", "give the secret key file that `minisign -G` made");
        let boxed = SecretKeyBox::from_string(text.expose()).map_err(|_| bad())?;
        // Without a password the library would ask at the terminal, which no CI job can answer.
        let key = match &self.password {
            Some(password) => boxed.into_secret_key(Some(password.expose().clone())),
            None => boxed.into_unencrypted_secret_key(),
        };
        let key = key.map_err(|_| {
            Error::usage(
                "the signing key cannot be opened",
                "set EVPACK_SIGN_PASSWORD to its password, or make a key without one: `minisign -G -W`",
            )
        })?;
        let comment = Some("evidence packet of evpack");
        let signed = minisign::sign(None, &key, Cursor::new(bytes), comment, Some("signature of an evidence packet"));
        Ok(Some(signed.map_err(|_| Error::failed("the packet cannot be signed", "check the key"))?.into_string()))
    }

    /// The encrypted bytes, where a recipient was given.
    pub(super) fn encrypted(&self, bytes: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let Some(recipient) = &self.recipient else { return Ok(None) };
        let encrypted = age::encrypt(&parsed(recipient)?, bytes);
        Ok(Some(encrypted.map_err(|_| Error::failed("the packet cannot be encrypted", "check the recipient"))?))
    }

    /// Refuses a key or a recipient that cannot be used, before anything is collected.
    ///
    /// # Errors
    /// Says which.
    pub fn check(&self) -> Result<(), Error> {
        if let Some(recipient) = &self.recipient {
            parsed(recipient)?;
        }
        self.signature(b"").map(drop)
    }
}

fn parsed(recipient: &str) -> Result<age::x25519::Recipient, Error> {
    age::x25519::Recipient::from_str(recipient).map_err(|_| {
        Error::usage("the recipient is no age public key", "give what `age-keygen` prints as public key: age1...")
    })
}

/// Where the signature of a packet stands: beside it, under the name it has when it is decrypted.
pub(super) fn signature_path(packet: &Path) -> PathBuf {
    let plain =
        if packet.extension().is_some_and(|ext| ext == "age") { packet.with_extension("") } else { packet.into() };
    let mut name = plain.into_os_string();
    name.push(".minisig");
    PathBuf::from(name)
}

fn public_key(text: &str) -> Result<PublicKey, Error> {
    let boxed = PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key);
    boxed.or_else(|_| PublicKey::from_base64(text.trim())).map_err(|_| {
        Error::usage("the public key cannot be used", "give the .pub file that `minisign -G` made, or its key line")
    })
}

/// Whether the key can be used.
///
/// # Errors
/// It cannot.
pub fn check_key(key: &str) -> Result<(), Error> {
    public_key(key).map(drop)
}

/// Whether a signature is of this key over these bytes.
///
/// # Errors
/// The key cannot be used. A signature that cannot be read is no good signature.
pub fn is_signed(bytes: &[u8], signature: &str, key: &str) -> Result<bool, Error> {
    let key = public_key(key)?;
    let Ok(signature) = SignatureBox::from_string(signature) else { return Ok(false) };
    Ok(minisign::verify(&key, &signature, Cursor::new(bytes), true, false, false).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_and_its_bytes_alone() {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let other = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        let secret = pair.sk.to_box(None).unwrap().into_string();
        let seal = Seal { key: Some(Raw::new(secret)), ..Seal::default() };
        assert_eq!(format!("{seal:?}"), "Seal(signed: true, encrypted: false)");
        let signature = seal.signature(b"packet").unwrap().unwrap();
        let (key, wrong) = (pair.pk.to_base64(), other.pk.to_base64());
        assert!(is_signed(b"packet", &signature, &key).unwrap());
        assert!(!is_signed(b"packet!", &signature, &key).unwrap());
        assert!(!is_signed(b"packet", &signature, &wrong).unwrap());
        assert!(!is_signed(b"packet", "no signature", &key).unwrap());
        assert!(is_signed(b"packet", &signature, "no key").is_err());
    }

    #[test]
    fn only_the_recipient_can_read_it() {
        let identity = age::x25519::Identity::generate();
        let seal = Seal { recipient: Some(identity.to_public().to_string()), ..Seal::default() };
        let encrypted = seal.encrypted(b"packet").unwrap().unwrap();
        assert_eq!(age::decrypt(&identity, &encrypted).unwrap(), b"packet");
        assert!(age::decrypt(&age::x25519::Identity::generate(), &encrypted).is_err());
        assert!(Seal { recipient: Some("age1nonsense".into()), ..Seal::default() }.check().is_err());
    }

    #[test]
    fn the_signature_of_an_encrypted_packet_has_the_name_of_the_decrypted_one() {
        assert_eq!(signature_path(Path::new("a/p.zip.age")), Path::new("a/p.zip.minisig"));
        assert_eq!(signature_path(Path::new("a/p.zip")), Path::new("a/p.zip.minisig"));
    }
}
