//! The right edge of a log's tree: the tiles that are not full yet, and the frontier.

use ledger::merkle::{Frontier, Hash, Hashes, node_hash};

/// Hashes in a full tile.
pub(crate) const TILE: usize = 256;

/// Tiles that are not full yet, lowest level first, and the frontier of the same tree.
#[derive(Clone, Default)]
pub(crate) struct Edge {
    pub(crate) frontier: Frontier,
    levels: Vec<Vec<Hash>>,
}

/// A tile that has just become full.
#[derive(Clone)]
pub(crate) struct FullTile {
    pub(crate) level: u8,
    pub(crate) index: u64,
    pub(crate) hashes: Vec<u8>,
}

impl Edge {
    /// The edge of a tree of `size` leaves, from a reader of its hashes and the leaf hashes of its last tile.
    pub(crate) fn load<E>(
        size: u64,
        mut tile: impl FnMut(u8, u64, usize) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        let mut edge = Self::default();
        let mut at_level = size;
        while at_level > 0 {
            let width = (at_level % TILE as u64) as usize;
            let level = edge.levels.len() as u8;
            edge.levels.push(if width == 0 {
                Vec::new()
            } else {
                tile(level, at_level / TILE as u64, width)?
            });
            at_level /= TILE as u64;
        }
        Ok(edge)
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(crate) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Appends a leaf; tiles that it fills go to `full`.
    pub(crate) fn push(&mut self, leaf: Hash, full: &mut Vec<FullTile>) {
        self.frontier.push(leaf);
        let (mut hash, mut level) = (leaf, 0);
        loop {
            if self.levels.len() == level {
                self.levels.push(Vec::with_capacity(TILE));
            }
            let Some(hashes) = self.levels.get_mut(level) else { return };
            hashes.push(hash);
            if hashes.len() < TILE {
                return;
            }
            hash = fold(hashes);
            let index = (self.frontier.size() >> (8 * (level + 1))) - 1;
            full.push(FullTile { level: level as u8, index, hashes: hashes.concat() });
            hashes.clear();
            level += 1;
        }
    }

    /// The hashes of the tile at the edge of `level`.
    pub(crate) fn partial(&self, level: u8) -> &[Hash] {
        self.levels.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }
}

/// Root of a power of two of hashes.
fn fold(hashes: &[Hash]) -> Hash {
    match hashes {
        [one] => *one,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(&fold(left), &fold(right))
        }
    }
}

/// Reads the hashes of a whole tree: full tiles from `stored`, the rest from the edge.
pub(crate) struct TreeHashes<'a, F> {
    pub(crate) edge: &'a Edge,
    pub(crate) stored: F,
}

impl<F: Fn(u8, u64) -> Option<Vec<Hash>>> Hashes for TreeHashes<'_, F> {
    fn hash(&self, level: u8, index: u64) -> Option<Hash> {
        let (tile_level, inside) = (level / 8, level % 8);
        let start = index << inside;
        let tile = start / TILE as u64;
        let from = (start % TILE as u64) as usize;
        let range = from..from + (1 << inside);
        if tile == self.edge.size() >> (8 * (u32::from(tile_level) + 1)) {
            return self.edge.partial(tile_level).get(range).map(fold);
        }
        (self.stored)(tile_level, tile)?.get(range).map(fold)
    }
}

/// Root of the first `size` leaves.
pub(crate) fn root_at(size: u64, hashes: &impl Hashes) -> Option<Hash> {
    let mut root = None;
    for level in 0..64u8 {
        if size >> level & 1 == 1 {
            let peak = hashes.hash(level, (size >> level) - 1)?;
            root = Some(root.map_or(peak, |right| node_hash(&peak, &right)));
        }
    }
    root.or(Some(ledger::merkle::EMPTY_ROOT))
}

/// Cuts tile bytes into hashes.
pub(crate) fn cut(bytes: &[u8]) -> Vec<Hash> {
    bytes.chunks_exact(32).filter_map(|c| c.try_into().ok()).collect()
}
