//! Proofs from tiles alone. Tiles may come from anyone: every proof is checked against the root before
//! it is handed out. (`tlog_tiles` 0.2 has a reader that checks the tiles instead, but it lets tiles pass
//! unchecked wherever the tree's right edge has several hashes in one tile.)

use super::{TileError, WIDTH, read_hashes, root};
use crate::checkpoint::MAX_SIZE;
use crate::merkle::{
    Frontier, Hash, Hashes, MerkleError, prove_consistency, prove_inclusion, verify_consistency,
    verify_inclusion,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;

/// Whoever holds hash tiles: a database, a folder, a mirror.
pub trait TileSource {
    /// Why a tile cannot be given.
    type Error: Display;

    /// The first `width` hashes (1 to 256) of tile `index` of `level`, 32 bytes each; more will do.
    ///
    /// # Errors
    /// When the tile is not there or cannot be read.
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, Self::Error>;
}

/// Makes proofs in the tree of one checkpoint.
pub struct Prover<'a, S> {
    size: u64,
    root: Hash,
    source: &'a S,
}

impl<'a, S: TileSource> Prover<'a, S> {
    /// For the tree of this size and root (as in a checkpoint), read from `source`.
    pub fn new(size: u64, root: Hash, source: &'a S) -> Self {
        Self { size, root, source }
    }

    /// Proof that entry `index` is in the tree.
    ///
    /// # Errors
    /// When the entry is not in the tree, a tile is missing, or the tiles are not this tree's.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, TileError> {
        self.within(index < self.size)?;
        let tiles = self.tiles();
        let leaf = tiles.hash(0, index).ok_or_else(|| tiles.fault())?;
        let proof = prove_inclusion(index, self.size, &tiles).map_err(|_| tiles.fault())?;
        verify_inclusion(&leaf, index, self.size, &self.root, &proof).map_err(inconsistent)?;
        Ok(proof)
    }

    /// Proof that the tree begins with the tree of its first `old` entries, and that tree's root.
    ///
    /// # Errors
    /// When `old` is 0 or too large, a tile is missing, or the tiles are not this tree's.
    pub fn consistency(&self, old: u64) -> Result<(Hash, Vec<Hash>), TileError> {
        self.within(old > 0 && old <= self.size)?;
        let tiles = self.tiles();
        let old_root = Frontier::read(old, &tiles).ok_or_else(|| tiles.fault())?.root();
        let proof = prove_consistency(old, self.size, &tiles).map_err(|_| tiles.fault())?;
        verify_consistency((old, &old_root), (self.size, &self.root), &proof).map_err(inconsistent)?;
        Ok((old_root, proof))
    }

    fn within(&self, asked: bool) -> Result<(), TileError> {
        if asked && self.size <= MAX_SIZE { Ok(()) } else { Err(TileError::OutOfRange { size: self.size }) }
    }

    fn tiles(&self) -> Tiles<'_, S> {
        Tiles { size: self.size, source: self.source, read: RefCell::default(), fault: RefCell::default() }
    }
}

fn inconsistent(_: MerkleError) -> TileError {
    TileError::Inconsistent
}

/// Reads tree hashes out of tiles, each tile once.
struct Tiles<'a, S> {
    size: u64,
    source: &'a S,
    read: RefCell<HashMap<(u8, u64), Vec<u8>>>,
    fault: RefCell<Option<TileError>>,
}

impl<S: TileSource> Tiles<'_, S> {
    /// Why the last hash could not be read.
    fn fault(&self) -> TileError {
        self.fault.take().unwrap_or(TileError::Inconsistent)
    }

    /// The tile's bytes, as wide as it is in a tree of this size.
    fn fetch(&self, level: u8, index: u64) -> Result<Vec<u8>, TileError> {
        let hashes = (self.size >> (8 * u32::from(level))) - index * WIDTH as u64;
        let width = hashes.min(WIDTH as u64) as u16;
        self.source.tile(level, index, width).map_err(|fault| TileError::Source(fault.to_string()))
    }
}

impl<S: TileSource> Hashes for Tiles<'_, S> {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let (tile_level, height) = (level / 8, level % 8);
        let first = index << height;
        let key = (tile_level, first / WIDTH as u64);
        let mut read = self.read.borrow_mut();
        if let std::collections::hash_map::Entry::Vacant(free) = read.entry(key) {
            let bytes = self.fetch(key.0, key.1).map_err(|fault| self.fault.replace(Some(fault))).ok()?;
            free.insert(bytes);
        }
        let hashes = read_hashes(&read[&key]).map_err(|fault| self.fault.replace(Some(fault))).ok()?;
        let start = (first % WIDTH as u64) as usize;
        hashes.get(start..start + (1 << height)).map(root)
    }
}
