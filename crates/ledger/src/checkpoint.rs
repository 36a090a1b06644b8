//! Checkpoints (C2SP tlog-checkpoint v1.0.0): a log's size and root, signed by the log and countersigned
//! by witnesses. They are signed at every commit, so the whole receipt is a proof at once.

use crate::merkle::Hash;
use crate::note::{KeyKind, NoteError, Signer, VerifierKey};
use signed_note::{Note, Signature, VerificationError, VerifierList};

/// Largest tree that this crate reads or writes: tlog-tiles has six levels of 256.
pub const MAX_SIZE: u64 = 1 << 48;

/// A log's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: its unique name, such as `ledger.example.org/leader-2026`.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// A countersignature found valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// The witness's name.
    pub name: String,
    /// When it countersigned, in seconds since 1970-01-01 UTC.
    pub time: u64,
}

/// A checkpoint whose log signature is valid, with the countersignatures of known witnesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Valid countersignatures, in the note's order.
    pub cosignatures: Vec<Cosignature>,
}

impl Checkpoint {
    /// The note text: three lines.
    pub fn text(&self) -> String {
        use base64::Engine;
        let root = base64::engine::general_purpose::STANDARD.encode(self.root);
        format!("{}\n{}\n{root}\n", self.origin, self.size)
    }

    /// The signed note.
    ///
    /// # Errors
    /// When the signer's name is not the origin, or the size is beyond [`MAX_SIZE`].
    pub fn sign(&self, log: &Signer) -> Result<Vec<u8>, NoteError> {
        if log.verifier().name() != self.origin || log.verifier().kind() != KeyKind::Log {
            return Err(NoteError::OtherLog);
        }
        if self.size > MAX_SIZE {
            return Err(NoteError::NotCheckpoint);
        }
        let text = self.text();
        let signature = signature_line(log, text.as_bytes(), 0)?;
        Ok([text.as_bytes(), b"\n", &signature].concat())
    }

    /// Reads a note's text.
    fn read(text: &[u8]) -> Result<Self, NoteError> {
        let read = tlog_tiles::Checkpoint::from_bytes(text).map_err(|_| NoteError::NotCheckpoint)?;
        let checkpoint = Self { origin: read.origin().to_owned(), size: read.size(), root: read.hash().0 };
        // no extension lines, one spelling
        if checkpoint.size <= MAX_SIZE && checkpoint.text().as_bytes() == text {
            Ok(checkpoint)
        } else {
            Err(NoteError::NotCheckpoint)
        }
    }

    /// Reads what a signed note claims, trusting no signature; for display and for choosing a key.
    ///
    /// # Errors
    /// When the note is no checkpoint.
    pub fn claimed(note: &[u8]) -> Result<Self, NoteError> {
        Self::read(parse(note)?.text())
    }
}

/// Checks a signed checkpoint against the log's key and the witnesses one knows. Signatures of unknown
/// keys are ignored; a false signature of a known key spoils the whole note.
///
/// # Errors
/// When the note is malformed, not signed by the log, falsely signed by anyone known, no checkpoint, or
/// of another origin than the key's name.
pub fn verify(note: &[u8], log: &VerifierKey, witnesses: &[VerifierKey]) -> Result<Verified, NoteError> {
    let note = parse(note)?;
    let keys = || std::iter::once(log).chain(witnesses);
    let known = VerifierList::new(keys().map(|key| Box::new(key.clone()) as _).collect());
    let (valid, _) = note.verify(&known).map_err(|fault| match fault {
        signed_note::NoteError::UnverifiedNote => NoteError::NotSigned,
        signed_note::NoteError::VerificationError(VerificationError::AmbiguousKey { .. }) => {
            NoteError::Ambiguous
        }
        _ => NoteError::BadSignature,
    })?;
    let by = |key: &VerifierKey| {
        valid.iter().find(|signature| signature.name() == key.name() && signature.id() == key.id())
    };
    if log.kind() != KeyKind::Log || by(log).is_none() {
        return Err(NoteError::NotSigned);
    }
    let checkpoint = Checkpoint::read(note.text())?;
    if checkpoint.origin != log.name() {
        return Err(NoteError::OtherLog);
    }
    let cosignature = |key: &VerifierKey| {
        let time = key.check(note.text(), by(key)?.signature())?;
        Some(Cosignature { name: key.name().to_owned(), time })
    };
    let cosignatures =
        witnesses.iter().filter(|key| key.kind() == KeyKind::Witness).filter_map(cosignature).collect();
    Ok(Verified { checkpoint, cosignatures })
}

/// A witness's signature line for a checkpoint, given the time in seconds since 1970-01-01 UTC. The
/// witness must have checked the log's signature and the consistency with what it saw before.
///
/// # Errors
/// When the note is no checkpoint, or the signer is no witness.
pub fn cosign(note: &[u8], witness: &Signer, time: u64) -> Result<Vec<u8>, NoteError> {
    if witness.verifier().kind() != KeyKind::Witness {
        return Err(NoteError::Key);
    }
    let note = parse(note)?;
    Checkpoint::read(note.text())?;
    signature_line(witness, note.text(), time)
}

/// The note with more signature lines at its end, as [`cosign`] returns them.
///
/// # Errors
/// When the result is no signed note.
pub fn add_signatures<'a>(
    note: &[u8],
    lines: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, NoteError> {
    let mut note = note.to_vec();
    lines.into_iter().for_each(|line| note.extend_from_slice(line));
    parse(&note)?;
    Ok(note)
}

fn signature_line(signer: &Signer, text: &[u8], time: u64) -> Result<Vec<u8>, NoteError> {
    let key = signer.verifier();
    Signature::new(key.name().to_owned(), key.id(), signer.sign(text, time))
        .map(|signature| signature.to_bytes())
        .map_err(|_| NoteError::Name)
}

fn parse(note: &[u8]) -> Result<Note, NoteError> {
    Note::from_bytes(note).map_err(|_| NoteError::Malformed)
}
