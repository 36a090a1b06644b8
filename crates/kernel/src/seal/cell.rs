//! A cell: a group of fields of one row, padded, sealed to its place.
//!
//! Packed, a group is `version (1) ‖ count (1) ‖ { length (2, big endian) ‖ UTF-8 }… ‖ zeros`, a multiple of 64 bytes
//! long: the lengths of names and addresses alone would single most members out. Sealed, it is
//! `algorithm (1) ‖ key id (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`.

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::aead::{AES, Cipher};
use super::{SealError, Secret};

const VERSION: u8 = 1;
const BLOCK: usize = 64;
const CELL: &str = "cell";

/// Where a cell lies; sealed into it, so that it opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellAddress {
    /// The table's name.
    pub table: &'static str,
    /// The row's random id.
    pub row: i64,
    /// The group's number within the row.
    pub group: u8,
}

/// A person's data key where it may only seal.
pub struct SealingKey {
    key: Secret,
    id: KeyId,
}

/// A person's data key where it may open: given out by a [`KeyService`](super::service::KeyService) against proof.
pub struct DataKey(SealingKey);

/// The key of a campaign, for what belongs to it alone: its own answers and notes.
pub struct OwnerKey(pub Secret);

/// The second byte of a cell: which key it needs.
#[derive(Clone, Copy)]
#[repr(u8)]
enum KeyId {
    Person = 1,
    PersonAndOwner = 2,
}

impl SealingKey {
    pub(super) fn new(key: Secret) -> SealingKey {
        SealingKey { key, id: KeyId::Person }
    }

    /// The key for what also needs the owner's: HKDF(person ‖ owner).
    pub fn with_owner(&self, owner: &OwnerKey) -> SealingKey {
        SealingKey { key: self.key.derive("owner", owner.0.expose()), id: KeyId::PersonAndOwner }
    }

    fn header(&self) -> [u8; 2] {
        [AES, self.id as u8]
    }
}

impl DataKey {
    pub(super) fn new(key: SealingKey) -> DataKey {
        DataKey(key)
    }

    /// The same key, to seal with.
    pub fn sealing(&self) -> &SealingKey {
        &self.0
    }

    /// The key expanded once, to open several cells.
    pub(crate) fn opener(&self) -> CellOpener {
        CellOpener { cipher: Cipher::new(&self.0.key), header: self.0.header() }
    }

    /// As [`SealingKey::with_owner`].
    pub fn with_owner(&self, owner: &OwnerKey) -> DataKey {
        DataKey(self.0.with_owner(owner))
    }
}

/// An expanded [`DataKey`]; short-lived, because `ring` does not wipe it.
pub(crate) struct CellOpener {
    cipher: Cipher,
    header: [u8; 2],
}

impl CellOpener {
    /// As [`open_cell`], in place of what `plain` holds.
    pub(crate) fn open_into(
        &self,
        at: CellAddress,
        sealed: &[u8],
        plain: &mut Zeroizing<Vec<u8>>,
    ) -> Result<(), SealError> {
        let place: [&[u8]; 3] = [at.table.as_bytes(), &at.row.to_be_bytes(), &[at.group]];
        self.cipher.open_into(CELL, &self.header, &place, sealed, plain)
    }
}

/// Seals what [`pack`] made.
///
/// # Errors
/// [`SealError::TooLarge`] above 64 GiB.
pub fn seal_cell<R: CryptoRng + ?Sized>(
    key: &SealingKey,
    rng: &mut R,
    at: CellAddress,
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let place: [&[u8]; 3] = [at.table.as_bytes(), &at.row.to_be_bytes(), &[at.group]];
    Cipher::new(&key.key).seal(rng, &key.header(), &place, plain)
}

/// Opens a cell at its own place; [`unpack`] reads what comes out.
///
/// # Errors
/// [`SealError::Closed`] for another place, key or altered bytes; [`SealError::UnknownMark`] for another algorithm, or
/// where an owner's key is missing or superfluous.
pub fn open_cell(key: &DataKey, at: CellAddress, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let mut plain = Zeroizing::default();
    key.opener().open_into(at, sealed, &mut plain)?;
    Ok(plain)
}

/// The fields of a group in one padded piece.
///
/// # Errors
/// [`SealError::TooLarge`] for more than 255 fields, or one of more than 65,535 bytes.
pub fn pack(fields: &[&str]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let count = u8::try_from(fields.len()).map_err(|_| SealError::TooLarge)?;
    let length = 2 + fields.iter().map(|field| 2 + field.len()).sum::<usize>();
    let mut packed = Zeroizing::new(Vec::with_capacity(length.next_multiple_of(BLOCK)));
    packed.extend_from_slice(&[VERSION, count]);
    for field in fields {
        let length = u16::try_from(field.len()).map_err(|_| SealError::TooLarge)?;
        packed.extend_from_slice(&length.to_be_bytes());
        packed.extend_from_slice(field.as_bytes());
    }
    packed.resize(length.next_multiple_of(BLOCK), 0);
    Ok(packed)
}

/// Reads a packed group without copying. All of it is checked here, so the fields come out without further errors.
///
/// # Errors
/// [`SealError::Malformed`] for anything that [`pack`] does not make.
pub fn unpack(packed: &[u8]) -> Result<Fields<'_>, SealError> {
    let [VERSION, count, rest @ ..] = packed else { return Err(SealError::Malformed) };
    let fields = Fields { rest, left: *count };
    let mut padding = fields.clone();
    while padding.left > 0 {
        padding.read().ok_or(SealError::Malformed)?;
    }
    let used = packed.len() - padding.rest.len();
    let padded = packed.len() == used.next_multiple_of(BLOCK) && padding.rest.iter().all(|&byte| byte == 0);
    if padded { Ok(fields) } else { Err(SealError::Malformed) }
}

/// The fields of a group, in the order in which they were packed.
#[derive(Clone)]
pub struct Fields<'a> {
    rest: &'a [u8],
    left: u8,
}

impl<'a> Fields<'a> {
    fn read(&mut self) -> Option<&'a str> {
        let (length, rest) = self.rest.split_first_chunk::<2>()?;
        let (field, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let field = std::str::from_utf8(field).ok()?;
        (self.rest, self.left) = (rest, self.left.checked_sub(1)?);
        Some(field)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.left == 0 { None } else { self.read() }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.into(), Some(self.left.into()))
    }
}

impl ExactSizeIterator for Fields<'_> {}
