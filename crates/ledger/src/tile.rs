//! Tiles (C2SP tlog-tiles v0.1.0): the tree and the entries cut into files of 256, which any static file
//! server can hand out and any reader can check.

use crate::merkle::{Frontier, Hash};
use std::fmt;
use std::str::FromStr;

mod edge;
mod prove;

pub use edge::{FullTile, RightEdge};
pub use prove::{Prover, TileSource};

/// Hashes in a full tile, entries in a full bundle.
pub const WIDTH: usize = 256;

/// The highest tile level (tlog-tiles: 2^48 entries).
const MAX_LEVEL: u8 = 5;

/// Why tile bytes or paths are refused, or a proof cannot be made from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// The path names no tile.
    #[error("this path names no tile; it should read like tile/0/x001/234 or tile/entries/000.p/5")]
    Path,
    /// Not 1 to 256 whole hashes.
    #[error("a hash tile must hold 1 to 256 hashes of 32 bytes")]
    HashTile,
    /// Not 1 to 256 length-prefixed entries.
    #[error("an entry bundle must hold 1 to 256 entries, each after its 16-bit length")]
    Bundle,
    /// Whoever holds the tiles could not give one.
    #[error("a tile could not be read: {0}")]
    Source(String),
    /// The tiles do not hash to the root.
    #[error("the tiles do not belong to the tree with this root")]
    Inconsistent,
    /// The entry or tree asked for lies outside.
    #[error("the tree of {size} entries cannot answer this")]
    OutOfRange {
        /// The tree's size.
        size: u64,
    },
}

/// What a tile path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TilePath {
    /// Level of a hash tile (0 to 5), or nothing for an entry bundle.
    pub level: Option<u8>,
    /// Number within the level.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to 256; fewer than 256 only at the right edge.
    pub width: u16,
}

impl fmt::Display for TilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Some(level) => write!(f, "tile/{level}/")?,
            None => f.write_str("tile/entries/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for group in groups.iter().skip(1).rev() {
            write!(f, "x{group:03}/")?;
        }
        write!(f, "{:03}", groups[0])?;
        if usize::from(self.width) < WIDTH { write!(f, ".p/{}", self.width) } else { Ok(()) }
    }
}

impl FromStr for TilePath {
    type Err = TileError;

    /// Reads the one spelling. (`tlog_tiles` 0.2 panics on levels above 63 and on width 0, so not there.)
    fn from_str(path: &str) -> Result<Self, TileError> {
        let rest = path.strip_prefix("tile/").ok_or(TileError::Path)?;
        let (level, rest) = rest.split_once('/').ok_or(TileError::Path)?;
        let level = match level {
            "entries" => None,
            digits => Some(digits.parse().ok().filter(|&level| level <= MAX_LEVEL).ok_or(TileError::Path)?),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, width.parse().map_err(|_| TileError::Path)?),
            None => (rest, WIDTH as u16),
        };
        let number = |sum: u64, group: &str| -> Option<u64> {
            let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
            sum.checked_mul(1000)?.checked_add(group)
        };
        let index = index.split('/').try_fold(0, number).ok_or(TileError::Path)?;
        let tile = Self { level, index, width };
        let fits = (1..=WIDTH).contains(&width.into()) && tile.to_string() == path;
        if fits { Ok(tile) } else { Err(TileError::Path) }
    }
}

/// The hashes of a hash tile.
///
/// # Errors
/// When the bytes are not 1 to 256 whole hashes.
pub fn read_hashes(bytes: &[u8]) -> Result<&[Hash], TileError> {
    match bytes.as_chunks() {
        (hashes, []) if (1..=WIDTH).contains(&hashes.len()) => Ok(hashes),
        _ => Err(TileError::HashTile),
    }
}

/// Root of the subtree over a tile's hashes: for a full tile, its hash in the level above.
pub fn root(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    hashes.iter().for_each(|hash| frontier.push(*hash));
    frontier.root()
}

/// An entry bundle: every entry's bytes after their length (16 bits, big-endian).
///
/// # Errors
/// When there are not 1 to 256 entries, or one is longer than 65,535 bytes.
pub fn write_bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, TileError> {
    let (mut bundle, mut count) = (Vec::new(), 0);
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| TileError::Bundle)?;
        bundle.extend_from_slice(&length.to_be_bytes());
        bundle.extend_from_slice(entry);
        count += 1;
    }
    if (1..=WIDTH).contains(&count) { Ok(bundle) } else { Err(TileError::Bundle) }
}

/// The entries of a bundle.
///
/// # Errors
/// When a length does not fit, or there are not 1 to 256 entries.
pub fn read_bundle(mut bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let (entry, rest) =
            rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(TileError::Bundle)?;
        entries.push(entry);
        bytes = rest;
    }
    if bytes.is_empty() && (1..=WIDTH).contains(&entries.len()) {
        Ok(entries)
    } else {
        Err(TileError::Bundle)
    }
}
