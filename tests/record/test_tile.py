"""A log as static files: paths, widths, tiles and bundles."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.merkle import (
    Tree,
    consistency_proof,
    hash_children,
    hash_leaf,
    inclusion_proof,
    root_of,
)
from tieline.record.tile import (
    Tile,
    bundles,
    check_tile,
    encode_bundle,
    node_reader,
    parse_bundle,
    parse_path,
    tile_bytes,
    tile_width,
    tiles,
)

LEAVES = tuple(hash_leaf(b"%d" % number) for number in range(70_000))
TREE = Tree(LEAVES)


@pytest.mark.parametrize(
    ("path", "tile"),
    [
        ("tile/0/x001/x234/067", Tile(level=0, index=1_234_067)),
        ("tile/entries/003.p/17", Tile(level=None, index=3, width=17)),
        ("tile/0/000", Tile(level=0, index=0)),
        ("tile/1/x001/000.p/255", Tile(level=1, index=1000, width=255)),
        ("tile/63/999.p/1", Tile(level=63, index=999, width=1)),
    ],
)
def test_a_path_has_one_spelling(path: str, tile: Tile) -> None:
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/8/0/000",  # the Go checksum database puts the height in
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/000",
        "tile/0/x001",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/entry/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/1/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "tile/0/" + "x001/" * 7 + "000",
        "tile/0/" + "x001/" * 400 + "000",
        "",
    ],
)
def test_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(MalformedError):
        parse_path(path)


@given(st.none() | st.integers(0, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))
def test_every_tile_can_be_named(level: int | None, index: int, width: int) -> None:
    tile = Tile(level=level, index=index, width=width)
    assert parse_path(tile.path) == tile


@given(st.text("tilenrs/x0123.p", max_size=40))
def test_a_path_that_is_read_writes_back_as_it_was(path: str) -> None:
    with contextlib.suppress(MalformedError):
        assert parse_path(path).path == path


def test_seventy_thousand_leaves_make_the_tiles_of_the_specification() -> None:
    found = list(tiles(70_000))
    assert len(found) == 277
    assert [tile.path for tile in found[-4:]] == [
        "tile/0/273.p/112",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert sum(tile.level == 0 and tile.width == 256 for tile in found) == 273


def test_a_full_tile_stands_alone_above_its_level() -> None:
    assert [tile.path for tile in tiles(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles(0)) == []


def test_only_what_is_new_is_written() -> None:
    assert [tile.path for tile in tiles(257, since=255)] == [
        "tile/0/000",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
    ]
    assert list(tiles(300, since=300)) == []
    assert [tile.path for tile in bundles(600, since=512)] == ["tile/entries/002.p/88"]
    assert [tile.path for tile in bundles(512, since=511)] == ["tile/entries/001"]


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_steps_write_every_tile_that_a_size_has(first: int, second: int) -> None:
    old, new = sorted((first, second))
    written = {*tiles(old), *tiles(new, since=old)}
    assert set(tiles(new)) <= written


@given(st.integers(0, 2**40), st.integers(0, 4))
def test_the_edge_of_a_level_has_the_width_of_the_specification(size: int, level: int) -> None:
    last = (size >> 8 * level) // 256
    assert tile_width(level, last, size) == (size // 256**level) % 256
    assert tile_width(level, last + 1, size) == 0


def test_each_hash_of_a_tile_is_the_root_of_a_full_tile_below() -> None:
    below = tile_bytes(TREE.hashes, Tile(level=0, index=2))
    above = tile_bytes(TREE.hashes, Tile(level=1, index=0))
    assert len(below) == len(above) == 8_192
    assert above[64:96] == root_of([below[at : at + 32] for at in range(0, 8_192, 32)])


def test_tiles_alone_prove_what_the_tree_proves() -> None:
    size = 66_000
    files = {tile.path: tile_bytes(TREE.hashes, tile) for tile in tiles(size)}
    read = node_reader(lambda tile: files[tile.path], size)
    assert inclusion_proof(read, 65_999, size) == TREE.inclusion_proof(65_999, size)
    assert inclusion_proof(read, 0, size) == TREE.inclusion_proof(0, size)
    assert consistency_proof(read, 300, size) == TREE.consistency_proof(300, size)


def test_a_reader_of_tiles_knows_where_the_tree_ends() -> None:
    read = node_reader(lambda tile: tile_bytes(TREE.hashes, tile), 300)
    assert read(1, 149) == hash_children(LEAVES[298], LEAVES[299])
    for level, index in ((1, 150), (0, 300), (8, 1)):
        with pytest.raises(MalformedError):
            read(level, index)


def test_a_tile_of_another_length_is_refused() -> None:
    tile = Tile(level=0, index=0, width=2)
    assert check_tile(bytes(64), tile) == bytes(64)
    for length in (0, 63, 65, 96):
        with pytest.raises(MalformedError):
            check_tile(bytes(length), tile)
    with pytest.raises(MalformedError):
        tile_bytes(TREE.hashes, Tile(level=0, index=273, width=113))
    with pytest.raises(MalformedError):
        tile_bytes(TREE.hashes, Tile(level=None, index=0))


def test_a_bundle_is_lengths_and_entries() -> None:
    entries = (b"hello", b"", b"\xff\xff\xff")
    data = bytes.fromhex("000568656c6c6f00000003ffffff")
    assert encode_bundle(entries) == data
    assert parse_bundle(data, 3) == entries


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_comes_back(entries: list[bytes]) -> None:
    assert list(parse_bundle(encode_bundle(entries), len(entries))) == entries


@pytest.mark.parametrize("entries", [[], [b""] * 257, [bytes(65_536)]])
def test_a_bundle_keeps_its_limits(entries: list[bytes]) -> None:
    with pytest.raises(MalformedError):
        encode_bundle(entries)


@pytest.mark.parametrize(
    ("data", "width"), [(b"", 1), (b"\x00", 1), (b"\x00\x02a", 1), (b"\x00\x00\x00", 1), (b"", 2)]
)
def test_a_bundle_ends_where_its_entries_end(data: bytes, width: int) -> None:
    with pytest.raises(MalformedError):
        parse_bundle(data, width)


@given(st.binary(max_size=40), st.integers(0, 5))
def test_a_bundle_lets_only_malformed_escape(data: bytes, width: int) -> None:
    with contextlib.suppress(MalformedError):
        assert b"".join(len(e).to_bytes(2, "big") + e for e in parse_bundle(data, width)) == data
