//! The map of all scopes: a binary Patricia tree over 32-byte keys, whose root is itself an entry.
//!
//! From the root, a key's own bits lead to exactly one leaf. If that leaf has the key, the map says so;
//! if it has another, the map does not know the key. Nobody can show both under one root.

use crate::merkle::Hash;
use sha2::{Digest, Sha256};

/// Why a map proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The proof's path is not one that the key's bits lead along.
    #[error("the map proof does not follow the key")]
    Path,
    /// The path does not lead to the root.
    #[error("the map proof does not lead to the map's root")]
    Mismatch,
}

/// Root of the map that knows no key.
pub const EMPTY_MAP: Hash = [0; 32];

/// What a key's bits lead to, and the hashes beside the way back to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapProof {
    /// Key and value of the leaf at the end; nothing in an empty map.
    pub end: Option<(Hash, Hash)>,
    /// From the leaf upwards: the bit that was asked (0 = the key's first) and the other side's hash.
    pub path: Vec<(u8, Hash)>,
}

/// The tree in memory: about 110 bytes a key. It is rebuilt at start from what it maps.
#[derive(Debug, Clone, Default)]
pub struct Map {
    top: Option<Link>,
    leaves: Vec<(Hash, Hash)>,
    forks: Vec<Fork>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Leaf(u32),
    Fork(u32),
}

/// Where keys part: all below share the bits before `bit`.
#[derive(Debug, Clone)]
struct Fork {
    bit: u8,
    /// Whether `hash` must be computed anew.
    stale: bool,
    sides: [Link; 2],
    hash: Hash,
}

impl Map {
    /// How many keys it knows.
    pub fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// Maps `key` to `value`, in place of what it was mapped to.
    pub fn set(&mut self, key: Hash, value: Hash) {
        let Some(end) = self.end(&key) else {
            self.leaves.push((key, value));
            self.top = Some(Link::Leaf(0));
            return;
        };
        match first_difference(&key, &self.leaves[end].0) {
            None => {
                self.leaves[end].1 = value;
                self.descend(&key, u16::from(u8::MAX) + 1);
            }
            Some(bit) => {
                let other = self.descend(&key, bit.into());
                let leaf = Link::Leaf(self.leaves.len() as u32);
                self.leaves.push((key, value));
                let sides =
                    if side(&key, bit) == 0 { [leaf, self.at(other)] } else { [self.at(other), leaf] };
                let fork = Link::Fork(self.forks.len() as u32);
                self.forks.push(Fork { bit, stale: true, sides, hash: EMPTY_MAP });
                self.put(other, fork);
            }
        }
    }

    /// The root over all keys. Only what changed since the last call is hashed.
    pub fn root(&mut self) -> Hash {
        self.top.map_or(EMPTY_MAP, |top| self.refresh(top))
    }

    /// What the map says about `key`: its value, or that it has none.
    pub fn prove(&mut self, key: &Hash) -> MapProof {
        self.root();
        let Some(mut link) = self.top else { return MapProof { end: None, path: Vec::new() } };
        let mut path = Vec::new();
        loop {
            match link {
                Link::Leaf(leaf) => {
                    path.reverse();
                    return MapProof { end: Some(self.leaves[leaf as usize]), path };
                }
                Link::Fork(fork) => {
                    let fork = &self.forks[fork as usize];
                    let side = side(key, fork.bit);
                    path.push((fork.bit, self.hash(fork.sides[1 - side])));
                    link = fork.sides[side];
                }
            }
        }
    }

    /// The leaf to which the key's bits lead.
    fn end(&self, key: &Hash) -> Option<usize> {
        let mut link = self.top?;
        loop {
            match link {
                Link::Leaf(leaf) => return Some(leaf as usize),
                Link::Fork(fork) => {
                    let fork = &self.forks[fork as usize];
                    link = fork.sides[side(key, fork.bit)];
                }
            }
        }
    }

    /// Follows the key to the first link that asks no bit before `bit`; everything passed goes stale.
    fn descend(&mut self, key: &Hash, bit: u16) -> Place {
        let mut place = Place::Top;
        while let Link::Fork(index) = self.at(place) {
            let fork = &mut self.forks[index as usize];
            if u16::from(fork.bit) >= bit {
                break;
            }
            fork.stale = true;
            place = Place::Side(index, side(key, fork.bit));
        }
        place
    }

    fn at(&self, place: Place) -> Link {
        match place {
            Place::Top => self.top.unwrap_or(Link::Leaf(0)),
            Place::Side(fork, side) => self.forks[fork as usize].sides[side],
        }
    }

    fn put(&mut self, place: Place, link: Link) {
        match place {
            Place::Top => self.top = Some(link),
            Place::Side(fork, side) => self.forks[fork as usize].sides[side] = link,
        }
    }

    fn refresh(&mut self, link: Link) -> Hash {
        if let Link::Fork(index) = link {
            let Fork { bit, stale, sides, .. } = self.forks[index as usize];
            if stale {
                let hash = fork_hash(bit, &self.refresh(sides[0]), &self.refresh(sides[1]));
                let fork = &mut self.forks[index as usize];
                fork.hash = hash;
                fork.stale = false;
            }
        }
        self.hash(link)
    }

    fn hash(&self, link: Link) -> Hash {
        match link {
            Link::Leaf(leaf) => leaf_hash(&self.leaves[leaf as usize]),
            Link::Fork(fork) => self.forks[fork as usize].hash,
        }
    }
}

/// Where a link is kept.
#[derive(Clone, Copy)]
enum Place {
    Top,
    Side(u32, usize),
}

/// Checks a proof and returns the key's value, or nothing if the proof shows that it has none.
///
/// # Errors
/// When the proof shows neither.
pub fn verify(root: &Hash, key: &Hash, proof: &MapProof) -> Result<Option<Hash>, MapError> {
    let Some(end) = &proof.end else {
        let empty = proof.path.is_empty() && *root == EMPTY_MAP;
        return if empty { Ok(None) } else { Err(MapError::Mismatch) };
    };
    let rising = proof.path.is_sorted_by(|below, above| below.0 > above.0);
    if !rising || proof.path.iter().any(|(bit, _)| side(key, *bit) != side(&end.0, *bit)) {
        return Err(MapError::Path);
    }
    let up = |hash, (bit, other): &(u8, Hash)| match side(key, *bit) {
        0 => fork_hash(*bit, &hash, other),
        _ => fork_hash(*bit, other, &hash),
    };
    if proof.path.iter().fold(leaf_hash(end), up) != *root {
        return Err(MapError::Mismatch);
    }
    Ok((end.0 == *key).then_some(end.1))
}

/// `SHA-256("evenhand/map-leaf/1" ‖ key ‖ value)`.
fn leaf_hash((key, value): &(Hash, Hash)) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/map-leaf/1");
    hasher.update(key);
    hasher.update(value);
    hasher.finalize().into()
}

/// `SHA-256("evenhand/map-fork/1" ‖ bit ‖ hash of side 0 ‖ hash of side 1)`.
fn fork_hash(bit: u8, zero: &Hash, one: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"evenhand/map-fork/1");
    hasher.update([bit]);
    hasher.update(zero);
    hasher.update(one);
    hasher.finalize().into()
}

/// The key's bit, counted from its first.
fn side(key: &Hash, bit: u8) -> usize {
    usize::from(key[usize::from(bit / 8)] >> (7 - bit % 8) & 1)
}

fn first_difference(a: &Hash, b: &Hash) -> Option<u8> {
    let byte = a.iter().zip(b).position(|(a, b)| a != b)?;
    Some(byte as u8 * 8 + (a[byte] ^ b[byte]).leading_zeros() as u8)
}
