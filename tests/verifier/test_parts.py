"""Parts of the verifier that a small folder does not reach."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from typing import Any

import pytest

from tieline.record import ed25519
from tieline.record.merkle import Tree, inclusion_proof
from tieline.record.rosterchain import fingerprint
from tieline.record.strict import b64encode
from tieline.record.tile import bundles, parse_path, tiles
from tieline.replication.parcel import log_name

ORIGIN = "lines.example/5d2f/alpha-1"
LEAVES = [sha256(bytes([n & 255, n >> 8])).digest() for n in range(600)]


@pytest.mark.parametrize("size", [1, 255, 256, 257, 511, 512, 600])
def test_tiles_of_larger_logs_have_the_same_names(verifier: Any, size: int) -> None:
    module = verifier.module
    rows = module.rows_of(LEAVES[:size])
    found = [
        module.tile_path(ORIGIN, level // 8, place, len(rows[level]))
        for level in range(0, len(rows), 8)
        for place in range(-(-len(rows[level]) // 256))
    ]
    assert found == [f"{log_name(ORIGIN)}/{tile.path}" for tile in tiles(size)]
    entries = [module.tile_path(ORIGIN, "entries", place, size) for place in range(-(-size // 256))]
    assert entries == [f"{log_name(ORIGIN)}/{tile.path}" for tile in bundles(size)]


@pytest.mark.parametrize("place", [0, 7, 999, 1_000, 1_234_067, 1_000_000_000])
def test_far_tiles_are_named_as_c2sp_names_them(verifier: Any, place: int) -> None:
    path = verifier.module.tile_path(ORIGIN, 0, place, (place + 1) * 256)
    assert parse_path(path.partition("/")[2]).index == place


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 8, 255, 256, 257, 600])
def test_roots_and_inclusion_are_those_of_rfc_6962(verifier: Any, size: int) -> None:
    module, tree = verifier.module, Tree(LEAVES)
    assert module.root_at(module.rows_of(LEAVES), size) == tree.root(size)
    for index in {0, size // 2, size - 1} if size else ():
        path = list(inclusion_proof(LEAVES, index, size))
        assert module.root_over(LEAVES[index], index, size, path) == tree.root(size)
        for broken in (path[:-1], [*path, bytes(32)], path[::-1]):
            if broken == path:
                continue
            with contextlib.suppress(ValueError):
                assert module.root_over(LEAVES[index], index, size, broken) != tree.root(size)


def test_the_keys_that_are_refused_are_the_same(verifier: Any) -> None:
    assert verifier.module.LOW_ORDER == ed25519.LOW_ORDER_ENCODINGS


def test_a_signature_with_r_of_low_order_is_refused(verifier: Any, small_line: Any) -> None:
    result = verifier.audit(verifier.folder)
    key = ed25519.public_of(bytes(32))
    good = ed25519.sign(bytes(32), b"text")
    assert result.holds(("Ed25519", (key,), b"text", good))
    for low in sorted(ed25519.LOW_ORDER_ENCODINGS):
        assert not result.holds(("Ed25519", (key,), b"text", low + good[32:]))
    for low in sorted(ed25519.LOW_ORDER_ENCODINGS):
        with pytest.raises(ValueError, match="a public key that is none"):
            verifier.module.public_key(b64encode(low))


def test_fingerprints_are_the_same(verifier: Any) -> None:
    keys = [ed25519.public_of(bytes([n] * 32)) for n in range(3)]
    root = {"keys": [b64encode(key) for key in keys], "threshold": 2}
    assert verifier.module.digits_of(root) == fingerprint(keys, 2)
