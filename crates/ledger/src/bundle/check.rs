//! Checking a bundle: it holds as a whole, or it is refused with every reason found.

use super::*;
use crate::checkpoint::{self, Verified};
use crate::entry::{Entry, EntryError};
use crate::note::{KeyKind, NoteError};
use crate::proof::ProofError;

/// What a bundle proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// The bundle's manifest hash.
    pub manifest: Hash,
    /// The log's key under which everything holds.
    pub log_key: VerifierKey,
    /// Whether the reader gave that key; if not, it came out of the bundle, and a forger could have put it there.
    pub key_from_reader: bool,
    /// The log's state, and who countersigned it. The witnesses' keys come from the bundle.
    pub verified: Verified,
    /// The entries, in the log's order.
    pub entries: Vec<Proven>,
    /// Files that were hashed but whose meaning this version does not check.
    pub unread: Vec<String>,
}

/// An entry that is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// Its place.
    pub index: u64,
    /// What it says.
    pub entry: Entry,
    /// What was opened, each found to be what the entry commits to.
    pub openings: Openings,
}

/// A bundle that proves nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Every reason found.
    pub faults: Vec<Fault>,
}

/// One reason to refuse a bundle. File names are the bundle's own and may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a zip, or a cut-off one.
    #[error("The file is not a complete zip archive; it may have been cut off while it was copied.")]
    NotZip,
    /// A file does not unpack.
    #[error("The file {0:?} in the bundle is damaged and cannot be unpacked.")]
    Damaged(String),
    /// Over the limits.
    #[error("The bundle is larger than this program unpacks.")]
    TooLarge,
    /// Two files of one name.
    #[error("The archive lists a file twice, so different programs would see different bundles.")]
    SameName,
    /// A file that must be there.
    #[error("The file {0:?} is missing from the bundle.")]
    Missing(String),
    /// A file of unknown name.
    #[error("The file {0:?} does not belong in a bundle.")]
    Stray(String),
    /// The manifest does not list a file.
    #[error("The manifest does not list the file {0:?}.")]
    Unlisted(String),
    /// The manifest is not as it would be written over these files.
    #[error(
        "The file {0:?} is not the one that the manifest lists: it was changed after the bundle was made."
    )]
    Changed(String),
    /// The manifest lists what is not there, or is not in its form.
    #[error(
        "The manifest lists something that is not in the bundle, or is not in the form that sha256sum writes."
    )]
    Manifest,
    /// A key file is no key.
    #[error("The file {0:?} does not hold a verifier key of the right kind on each line.")]
    Key(String),
    /// The reader's key is another.
    #[error(
        "The bundle names another key for the record book than the one you gave; it is not from that book."
    )]
    OtherKey,
    /// The checkpoint does not hold.
    #[error("The checkpoint does not hold: {0}.")]
    Checkpoint(NoteError),
    /// No entries.
    #[error("The bundle holds no entry, so it shows nothing.")]
    NoEntries,
    /// An entry's bytes.
    #[error("Entry {index} is not an entry: {fault}.")]
    Entry {
        /// Which.
        index: u64,
        /// Why.
        fault: EntryError,
    },
    /// An entry's proof.
    #[error("Entry {index} is not proved: {fault}.")]
    Proof {
        /// Which.
        index: u64,
        /// Why.
        fault: ProofError,
    },
    /// A proof for another entry or checkpoint.
    #[error("The proof of entry {0} is for another entry or under another checkpoint than the bundle's.")]
    OtherProof(u64),
    /// An openings file that is none.
    #[error("The openings of entry {0} are not in the form that a bundle has.")]
    OpeningsForm(u64),
    /// An opening that the entry does not commit to.
    #[error(
        "The {group} shown for entry {index} is not what the entry committed to: it was changed or belongs to another entry."
    )]
    Opening {
        /// Which entry.
        index: u64,
        /// Which group.
        group: &'static str,
    },
}

type Files = BTreeMap<String, Vec<u8>>;

/// Checks a bundle, under the key that the reader gave or else under the one in the bundle.
///
/// # Errors
/// When anything in it does not hold; then nothing in it should be believed.
pub fn check(zip: &[u8], reader_key: Option<&VerifierKey>) -> Result<Findings, Refusal> {
    let files = archive::unpack(zip).map_err(|fault| Refusal { faults: vec![fault] })?;
    let mut faults = check_manifest(&files);
    let found = examine(&files, reader_key, &mut faults);
    match found {
        Some(findings) if faults.is_empty() => Ok(findings),
        _ => Err(Refusal { faults }),
    }
}

/// Checks all but the manifest; notes every fault and returns nothing where going on makes no sense.
fn examine(files: &Files, reader_key: Option<&VerifierKey>, faults: &mut Vec<Fault>) -> Option<Findings> {
    let indexes = sort_names(files, faults);
    let log_key = log_key(files, reader_key).map_err(|fault| faults.push(fault)).ok()?;
    let witnesses = witnesses(files).map_err(|fault| faults.push(fault)).ok()?;
    let note = file(files, CHECKPOINT).map_err(|fault| faults.push(fault)).ok()?;
    let verified = checkpoint::verify(note, &log_key, &witnesses)
        .map_err(|fault| faults.push(Fault::Checkpoint(fault)))
        .ok()?;
    let mut entries = Vec::with_capacity(indexes.len());
    for index in indexes {
        match proven(files, index, note, &verified) {
            Ok(proven) => entries.push(proven),
            Err(fault) => faults.push(fault),
        }
    }
    if entries.is_empty() && faults.is_empty() {
        faults.push(Fault::NoEntries);
    }
    Some(Findings {
        manifest: Sha256::digest(files.get(MANIFEST)?).into(),
        key_from_reader: reader_key.is_some(),
        log_key,
        verified,
        entries,
        unread: files.keys().filter(|name| name.starts_with(VIEWS)).cloned().collect(),
    })
}

/// Holds the manifest against the one that would be written over these files.
fn check_manifest(files: &Files) -> Vec<Fault> {
    let Some(found) = files.get(MANIFEST) else { return vec![Fault::Missing(MANIFEST.into())] };
    let wanted = manifest(files);
    if found == wanted.as_bytes() {
        return Vec::new();
    }
    let found = String::from_utf8_lossy(found);
    let listed: BTreeMap<_, _> =
        found.lines().filter_map(|line| line.split_once("  ")).map(|(h, n)| (n, h)).collect();
    let line = wanted.lines().filter_map(|line| line.split_once("  "));
    let faults: Vec<_> = line
        .filter_map(|(hash, name)| match listed.get(name) {
            None => Some(Fault::Unlisted(name.into())),
            Some(other) if *other != hash => Some(Fault::Changed(name.into())),
            Some(_) => None,
        })
        .collect();
    if faults.is_empty() { vec![Fault::Manifest] } else { faults }
}

/// The entries that there are, in order; every other name must be one that a bundle has.
fn sort_names(files: &Files, faults: &mut Vec<Fault>) -> Vec<u64> {
    let mut indexes = Vec::new();
    for name in files.keys() {
        if let Some(index) = numbered(name, "entries/", ".leaf") {
            indexes.push(index);
            continue;
        }
        let other = numbered(name, "entries/", ".tlog-proof").or(numbered(name, "openings/", ".json"));
        let fixed = [MANIFEST, README, CHECKPOINT, LOG_KEY, WITNESSES].contains(&name.as_str());
        match other {
            Some(index) if !files.contains_key(&leaf_name(index)) => {
                faults.push(Fault::Missing(leaf_name(index)))
            }
            None if !fixed && !is_view(name) => faults.push(Fault::Stray(name.clone())),
            _ => {}
        }
    }
    indexes.sort_unstable();
    indexes
}

fn is_view(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    name.strip_prefix(VIEWS).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

/// The number in `<folder><number><ending>`, in its one spelling.
fn numbered(name: &str, folder: &str, ending: &str) -> Option<u64> {
    let digits = name.strip_prefix(folder)?.strip_suffix(ending)?;
    digits.parse().ok().filter(|number: &u64| number.to_string() == digits)
}

fn file<'a>(files: &'a Files, name: &str) -> Result<&'a [u8], Fault> {
    files.get(name).map(Vec::as_slice).ok_or_else(|| Fault::Missing(name.into()))
}

fn keys(files: &Files, name: &str, kind: KeyKind) -> Result<Vec<VerifierKey>, Fault> {
    let key = |line: &str| line.parse().ok().filter(|key: &VerifierKey| key.kind() == kind);
    let text = std::str::from_utf8(file(files, name)?).ok();
    text.and_then(|text| text.lines().map(key).collect()).ok_or_else(|| Fault::Key(name.into()))
}

fn log_key(files: &Files, reader_key: Option<&VerifierKey>) -> Result<VerifierKey, Fault> {
    let mut keys = keys(files, LOG_KEY, KeyKind::Log)?;
    let named = keys.pop().filter(|_| keys.is_empty()).ok_or_else(|| Fault::Key(LOG_KEY.into()))?;
    if reader_key.is_some_and(|key| *key != named) { Err(Fault::OtherKey) } else { Ok(named) }
}

fn witnesses(files: &Files) -> Result<Vec<VerifierKey>, Fault> {
    keys(files, WITNESSES, KeyKind::Witness)
}

fn proven(files: &Files, index: u64, note: &[u8], verified: &Verified) -> Result<Proven, Fault> {
    let leaf = file(files, &leaf_name(index))?;
    let proof = LogProof::from_bytes(file(files, &proof_name(index))?)
        .map_err(|fault| Fault::Proof { index, fault })?;
    if proof.index != index || proof.checkpoint != note {
        return Err(Fault::OtherProof(index));
    }
    proof.verify_under(leaf, &verified.checkpoint).map_err(|fault| Fault::Proof { index, fault })?;
    let entry = Entry::decode(leaf).map_err(|fault| Fault::Entry { index, fault })?;
    let openings = match files.get(&openings_name(index)) {
        None => Openings::default(),
        Some(bytes) => Openings::from_json(bytes).ok_or(Fault::OpeningsForm(index))?,
    };
    match openings.first_false(&entry) {
        Some(group) => Err(Fault::Opening { index, group }),
        None => Ok(Proven { index, entry, openings }),
    }
}
