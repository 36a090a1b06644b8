//! Keys and signatures of signed notes (C2SP signed-note v1.0.0, tlog-cosignature v1): who vouches for a
//! checkpoint. Parsing notes is `signed_note`'s; cosignatures, which it lacks, are here.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use signed_note::Verifier;
use std::fmt;
use std::str::FromStr;

/// What a key signs with: the byte that C2SP calls signature type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// 0x01: the log itself, over the note's text.
    Log,
    /// 0x04: a countersigner (witness), over a time and the note's text.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            KeyKind::Log => 1,
            KeyKind::Witness => 4,
        }
    }
}

/// Why a note, key or signature is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is no verifier key.
    #[error("this is not a verifier key; it should read name+hash+key")]
    Key,
    /// A name that notes do not allow.
    #[error("a key's name must not be empty nor hold spaces, plus signs or control characters")]
    Name,
    /// The bytes are no signed note.
    #[error("this is not a signed note")]
    Malformed,
    /// A known key's signature does not fit.
    #[error("the signature under the name of a known key does not fit the text")]
    BadSignature,
    /// The log's own signature is not there.
    #[error("the note is not signed by the log's key")]
    NotSigned,
    /// Signed, but no checkpoint.
    #[error("the note is not a checkpoint of the kind this log writes")]
    NotCheckpoint,
    /// A checkpoint of another log.
    #[error("the checkpoint belongs to another log")]
    OtherLog,
    /// Two keys cannot be told apart.
    #[error("two of the known keys have the same name and hash")]
    Ambiguous,
}

/// A public key with the name of whose it is, in C2SP's text form `name+hash+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    kind: KeyKind,
    key: VerifyingKey,
}

impl VerifierKey {
    /// The name, for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the key signs with.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The 32-bit hash that stands before every signature of this key.
    pub fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.typed_key())
    }

    fn typed_key(&self) -> Vec<u8> {
        [&[self.kind.byte()], self.key.as_bytes().as_slice()].concat()
    }

    /// Checks a note signature over `text` and returns the countersigning time, in seconds since
    /// 1970-01-01 UTC (0 for a log's own signature); nothing if it does not fit.
    pub(crate) fn check(&self, text: &[u8], signature: &[u8]) -> Option<u64> {
        let (time, message, signature) = match self.kind {
            KeyKind::Log => (0, text.to_vec(), signature),
            KeyKind::Witness => {
                let (time, signature) = signature.split_first_chunk()?;
                let time = u64::from_be_bytes(*time);
                // tlog-cosignature: a time fits in 63 bits
                if time >> 63 != 0 {
                    return None;
                }
                (time, witness_message(time, text), signature)
            }
        };
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        self.key.verify_strict(&message, &signature).is_ok().then_some(time)
    }
}

impl Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }
    fn key_id(&self) -> u32 {
        self.id()
    }
    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        self.check(text, signature).is_some()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use base64::Engine;
        let key = base64::engine::general_purpose::STANDARD.encode(self.typed_key());
        write!(f, "{}+{:08x}+{key}", self.name, self.id())
    }
}

impl FromStr for VerifierKey {
    type Err = NoteError;

    fn from_str(text: &str) -> Result<Self, NoteError> {
        use base64::Engine;
        let (name, rest) = text.split_once('+').ok_or(NoteError::Key)?;
        let (_, key) = rest.split_once('+').ok_or(NoteError::Key)?;
        let typed = base64::engine::general_purpose::STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, key) = typed.split_first().ok_or(NoteError::Key)?;
        let kind = match kind {
            1 => KeyKind::Log,
            4 => KeyKind::Witness,
            _ => return Err(NoteError::Key),
        };
        let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
        let key = Self { name: checked_name(name)?, kind, key: key.ok_or(NoteError::Key)? };
        // one spelling, and the hash must fit
        if key.to_string() == text { Ok(key) } else { Err(NoteError::Key) }
    }
}

/// A private key with its name. Holds the seed in memory until dropped, then wipes it.
pub struct Signer {
    public: VerifierKey,
    key: SigningKey,
}

impl Signer {
    /// A log's key; its name is the log's origin, such as `ledger.example.org/leader-2026`.
    ///
    /// # Errors
    /// When notes do not allow the name.
    pub fn log(origin: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(origin, KeyKind::Log, seed)
    }

    /// A countersigner's key.
    ///
    /// # Errors
    /// When notes do not allow the name.
    pub fn witness(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, KeyKind::Witness, seed)
    }

    fn new(name: &str, kind: KeyKind, seed: &[u8; 32]) -> Result<Self, NoteError> {
        let key = SigningKey::from_bytes(seed);
        Ok(Self { public: VerifierKey { name: checked_name(name)?, kind, key: key.verifying_key() }, key })
    }

    /// The public half.
    pub fn verifier(&self) -> &VerifierKey {
        &self.public
    }

    /// The signature that goes after the key's hash. `time` (seconds since 1970-01-01 UTC) counts for
    /// countersigners only.
    pub(crate) fn sign(&self, text: &[u8], time: u64) -> Vec<u8> {
        match self.public.kind {
            KeyKind::Log => self.key.sign(text).to_vec(),
            KeyKind::Witness => {
                let signature = self.key.sign(&witness_message(time, text)).to_bytes();
                [time.to_be_bytes().as_slice(), &signature].concat()
            }
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public)
    }
}

/// What a countersigner signs (tlog-cosignature v1, "Ed25519 signed message").
fn witness_message(time: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), text].concat()
}

fn checked_name(name: &str) -> Result<String, NoteError> {
    if signed_note::is_key_name_valid(name) && !name.contains(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(NoteError::Name)
    }
}
