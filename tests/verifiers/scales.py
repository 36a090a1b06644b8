"""Checks a running log with PyPI's tlog-scales, which knows nothing of this project: the note's signature, the root
from the tiles, that sampled entries are included, that the tree only ever grew.

usage: scales.py LOG_URL VKEY [OLDER_CHECKPOINT_FILE]
"""

import sys
from pathlib import Path

from tlog_scales import backend, reader, signing, tiles, tlog

SAMPLES = 50


def main(url: str, vkey: str, since: str | None = None) -> int:
    log = reader.TilesReader(backend.make_backend(url))
    key = signing.Vkey.from_string(vkey)
    failed = 0

    def check(what, work):
        nonlocal failed
        try:
            result = work()
            print(f"pass {what}")
            return result
        except Exception as error:  # whatever the library says, it is a failure of this check
            failed += 1
            print(f"fail {what}: {type(error).__name__} {error}")
            return None

    now = check("the checkpoint is signed by the log's key", lambda: signed(log.get_checkpoint(), key))
    if now is not None:
        check(f"the tiles hash to the root over {now.size} entries", lambda: root(log, now))
        check("sampled entries are included", lambda: entries(log, now))
        check("earlier trees are prefixes of this one", lambda: prefixes(log, now))
        if since is not None:
            check("the log grew from the checkpoint that was kept", lambda: grew(log, now, Path(since), key))
    return 1 if failed else 0


def signed(checkpoint: tlog.Checkpoint, key: signing.Vkey) -> tlog.Checkpoint:
    checkpoint.verify(key)
    if checkpoint.origin != key.name:
        raise ValueError(f"this is the checkpoint of {checkpoint.origin}")
    return checkpoint


def root(log: reader.TilesReader, now: tlog.Checkpoint) -> None:
    if log.calculate_root_hash() != now.root_hash:
        raise ValueError("the checkpoint has another root")


def sample(size: int) -> list[int]:
    """The first and last entry, and others evenly between."""
    return [*range(0, size, size // SAMPLES + 1), size - 1]


def entries(log: reader.TilesReader, now: tlog.Checkpoint) -> None:
    for index in sample(now.size):
        proof = log.get_inclusion_proof(index, now.size)
        proof.check(tiles.leaf_hash(log.get_entry(index)), now.root_hash)


def prefixes(log: reader.TilesReader, now: tlog.Checkpoint) -> None:
    for index in sample(now.size):
        proof = log.get_consistency_proof(index + 1, now.size)
        proof.check(log.mth(0, index + 1), now.root_hash)


def grew(log: reader.TilesReader, now: tlog.Checkpoint, since: Path, key: signing.Vkey) -> None:
    old = signed(tlog.Checkpoint.from_text(since.read_text()), key)
    if old.size >= now.size:
        raise ValueError(f"it had {old.size} entries and has {now.size} now")
    log.get_consistency_proof(old.size, now.size).check(old.root_hash, now.root_hash)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
