//! Tiles against the tree itself and against the paths of the older tile format.

use crate::digest;
use ledger::Hash;
use ledger::merkle::*;
use ledger::tile::*;
use proptest::prelude::*;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Full tiles as a writer stored them, and the edge for partial ones.
struct Stored {
    full: BTreeMap<(u8, u64), Vec<u8>>,
    edge: RightEdge,
    spoil: Cell<Option<(u8, u64)>>,
}

impl TileSource for Stored {
    type Error = String;
    fn tile(&self, level: u8, index: u64, width: u16) -> Result<Vec<u8>, String> {
        let mut bytes = match self.full.get(&(level, index)) {
            Some(bytes) => bytes.clone(),
            None => match self.edge.partial(level) {
                Some((path, bytes)) if path.index == index => bytes,
                _ => return Err(format!("no tile {level}/{index}")),
            },
        };
        bytes.truncate(usize::from(width) * 32);
        if self.spoil.get() == Some((level, index)) {
            bytes.iter_mut().for_each(|byte| *byte ^= 1);
        }
        Ok(bytes)
    }
}

fn stored(n: u64) -> (Stored, Vec<Hash>) {
    let leaves: Vec<_> = (0..n).map(digest).collect();
    let mut stored = Stored { full: BTreeMap::new(), edge: RightEdge::default(), spoil: Cell::new(None) };
    for leaf in &leaves {
        for tile in stored.edge.push(*leaf) {
            assert_eq!(tile.bytes.len(), 8192);
            assert!(stored.full.insert((tile.level, tile.index), tile.bytes).is_none());
        }
    }
    (stored, leaves)
}

#[test]
fn tiles_prove_what_the_leaves_prove() {
    for n in [1, 2, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537 + 256] {
        let (tiles, leaves) = stored(n);
        let tree = Leaves::all(&leaves);
        assert_eq!(tiles.edge.root(), tree.root(), "{n}");
        assert_eq!(RightEdge::resume(n, &tiles).unwrap(), tiles.edge, "{n}");
        let prover = Prover::new(n, tree.root(), &tiles);
        for i in [0, 1, n / 2, 255, 256, n - 1].into_iter().filter(|&i| i < n) {
            assert_eq!(prover.inclusion(i).unwrap(), prove_inclusion(i, n, &tree).unwrap(), "{i} of {n}");
            let (old_root, proof) = prover.consistency(i + 1).unwrap();
            assert_eq!(proof, prove_consistency(i + 1, n, &tree).unwrap());
            assert_eq!(old_root, Leaves::all(&leaves[..=i as usize]).root());
        }
        assert_eq!(prover.inclusion(n), Err(TileError::OutOfRange { size: n }));
        assert_eq!(prover.consistency(0), Err(TileError::OutOfRange { size: n }));
    }
}

#[test]
fn an_edge_grows_on_after_resuming() {
    let (tiles, leaves) = stored(700);
    let mut edge = RightEdge::resume(700, &tiles).unwrap();
    let filled: Vec<_> = (700..1024).map(digest).flat_map(|leaf| edge.push(leaf)).collect();
    assert_eq!(filled.iter().map(|tile| (tile.level, tile.index)).collect::<Vec<_>>(), [(0, 2), (0, 3)]);
    let all: Vec<_> = leaves.into_iter().chain((700..1024).map(digest)).collect();
    assert_eq!(edge.root(), Leaves::all(&all).root());
    assert_eq!(edge.partial(0), None);
    assert_eq!(edge.partial(1).unwrap().0.to_string(), "tile/1/000.p/4");
    assert_eq!(filled[0].bytes, all[512..768].concat());
}

#[test]
fn spoilt_and_missing_tiles_are_found() {
    let (tiles, leaves) = stored(70_000);
    let root = Leaves::all(&leaves).root();
    let prover = Prover::new(70_000, root, &tiles);
    prover.inclusion(3).unwrap();
    for tile in [(0, 0), (1, 0), (1, 1), (0, 273)] {
        tiles.spoil.set(Some(tile));
        assert_eq!(prover.inclusion(3), Err(TileError::Inconsistent), "{tile:?}");
        assert_eq!(prover.consistency(100), Err(TileError::Inconsistent), "{tile:?}");
    }
    tiles.spoil.set(Some((2, 0)));
    assert_eq!(prover.inclusion(69_999), Err(TileError::Inconsistent));
    tiles.spoil.set(None);
    prover.inclusion(69_999).unwrap();
    let other = Prover::new(70_000, digest(1), &tiles);
    assert_eq!(other.inclusion(3), Err(TileError::Inconsistent));
    let beyond = Prover::new(80_000, root, &tiles);
    assert!(matches!(beyond.inclusion(3), Err(TileError::Source(_) | TileError::Inconsistent)));
    assert!(Prover::new(u64::MAX, root, &tiles).inclusion(3).is_err());
}

#[test]
fn paths_read_as_the_specification_writes_them() {
    for (path, level, index, width) in [
        ("tile/0/000", Some(0), 0, 256),
        ("tile/0/x001/x234/067", Some(0), 1_234_067, 256),
        ("tile/1/x001/000.p/5", Some(1), 1000, 5),
        ("tile/entries/x001/x234/067.p/255", None, 1_234_067, 255),
    ] {
        let tile = TilePath { level, index, width };
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse::<TilePath>().unwrap(), tile);
        // the same path in the older format, which has the height in it
        let old = path.replacen("tile/", "tile/8/", 1).replacen("entries", "data", 1);
        let old = tlog_tiles::Tile::from_path(&old).unwrap();
        assert_eq!((old.level_index(), old.width()), (index, u32::from(width)));
    }
    for path in [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/6/000",
        "tile/200/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/",
        "tile/data/000",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/x018/x446/x744/x073/x709/x551/x616/000",
        "tile/0/../000",
        "tile/00/000",
    ] {
        assert_eq!(path.parse::<TilePath>(), Err(TileError::Path), "{path}");
    }
}

#[test]
fn bundles_hold_up_to_256_entries() {
    let entries: Vec<Vec<u8>> = (0..256).map(|n| vec![n as u8; n]).collect();
    let bundle = write_bundle(entries.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(read_bundle(&bundle).unwrap(), entries.iter().map(Vec::as_slice).collect::<Vec<_>>());
    assert_eq!(read_bundle(&bundle[..bundle.len() - 1]), Err(TileError::Bundle));
    assert_eq!(read_bundle(&[bundle.as_slice(), &[0]].concat()), Err(TileError::Bundle));
    assert_eq!(read_bundle(&[bundle.as_slice(), &[0, 0]].concat()), Err(TileError::Bundle));
    assert_eq!(read_bundle(&[]), Err(TileError::Bundle));
    assert_eq!(write_bundle([]), Err(TileError::Bundle));
    assert_eq!(write_bundle([vec![0; 65_536].as_slice()]), Err(TileError::Bundle));
    assert_eq!(read_hashes(&[0; 33]), Err(TileError::HashTile));
    assert_eq!(read_hashes(&[]), Err(TileError::HashTile));
    assert_eq!(read_hashes(&[0; 8192 + 32]), Err(TileError::HashTile));
}

proptest! {
    #[test]
    fn paths_survive_their_text(level in proptest::option::of(0u8..=5), index: u64, width in 1u16..=256) {
        let tile = TilePath { level, index, width };
        prop_assert_eq!(tile.to_string().parse::<TilePath>(), Ok(tile));
    }

    #[test]
    fn what_is_read_as_a_bundle_is_written_the_same(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let short: Vec<u8> = bytes.iter().enumerate().map(|(i, b)| if i % 9 == 0 { 0 } else { *b % 9 }).collect();
        for bytes in [bytes, short] {
            if let Ok(entries) = read_bundle(&bytes) {
                prop_assert_eq!(write_bundle(entries).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn no_path_makes_the_reader_fall(path in "tile/[0-9a-z/.+x]{0,40}", any in "\\PC{0,60}") {
        let _ = path.parse::<TilePath>();
        let _ = any.parse::<TilePath>();
    }
}
