//! The growing right edge of a tiled tree: what a writer keeps in memory between commits.

use super::{TileError, TilePath, TileSource, WIDTH, read_hashes, root};
use crate::merkle::{Frontier, Hash};

/// A hash tile that just became full, to be stored once and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FullTile {
    /// Level, 0 for leaf hashes.
    pub level: u8,
    /// Number within the level.
    pub index: u64,
    /// Its 256 hashes, 8,192 bytes.
    pub bytes: Vec<u8>,
}

/// The unfinished tile of every level. It holds enough to append, to know the root and to cut every
/// partial tile of the current size; full tiles are handed out as they fill.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RightEdge {
    frontier: Frontier,
    /// Hashes of the unfinished tile, level by level.
    levels: Vec<Vec<Hash>>,
}

impl RightEdge {
    /// Rebuilds the edge of a tree of `size` leaves from its partial tiles.
    ///
    /// # Errors
    /// When a tile cannot be read or has the wrong width.
    pub fn resume(size: u64, source: &impl TileSource) -> Result<Self, TileError> {
        let mut levels = Vec::new();
        let mut count = size;
        while count > 0 {
            let (index, width) = (count / WIDTH as u64, (count % WIDTH as u64) as u16);
            levels.push(match width {
                0 => Vec::new(),
                _ => read_partial(levels.len() as u8, index, width, source)?,
            });
            count /= WIDTH as u64;
        }
        let mut frontier = Frontier::default();
        levels.iter().rev().for_each(|tile: &Vec<Hash>| frontier.widen(tile, WIDTH as u64));
        Ok(Self { frontier, levels })
    }

    /// Appends a leaf's hash; returns the tiles that it filled, lowest first (mostly none).
    pub fn push(&mut self, leaf: Hash) -> Vec<FullTile> {
        let mut filled = Vec::new();
        let mut hash = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::with_capacity(WIDTH));
            }
            let tile = &mut self.levels[level];
            tile.push(hash);
            if tile.len() < WIDTH {
                break;
            }
            hash = root(tile);
            let index = self.frontier.size() >> (8 * (level + 1));
            filled.push(FullTile { level: level as u8, index, bytes: tile.concat() });
            tile.clear();
        }
        self.frontier.push(leaf);
        filled
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree's root.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// The same edge without the tiles; with it, [`crate::merkle::Leaves::after`] proves what comes next.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }

    /// The unfinished tile of a level, if it holds anything.
    pub fn partial(&self, level: u8) -> Option<(TilePath, Vec<u8>)> {
        let tile = self.levels.get(usize::from(level)).filter(|tile| !tile.is_empty())?;
        let index = self.size().checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
        Some((TilePath { level: Some(level), index, width: tile.len() as u16 }, tile.concat()))
    }
}

fn read_partial(level: u8, index: u64, width: u16, source: &impl TileSource) -> Result<Vec<Hash>, TileError> {
    let bytes = source.tile(level, index, width).map_err(|fault| TileError::Source(fault.to_string()))?;
    let hashes = read_hashes(&bytes)?;
    if hashes.len() == usize::from(width) { Ok(hashes.to_vec()) } else { Err(TileError::HashTile) }
}
