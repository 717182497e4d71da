"""Tiles and entry bundles: a log as static files (C2SP tlog-tiles).

A tile is up to 256 hashes of one level of the tree, a bundle up to 256 entries. Partial ones
carry their width in the path and are replaced by the full one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tieline.errors import MalformedError
from tieline.record.merkle import HASH_BYTES, NodeReader, hash_children
from tieline.record.strict import INTEGER_MAX

TILE_WIDTH = 256
TILE_HEIGHT = 8
TILE_LEVEL_MAX = 63
ENTRY_BYTES_MAX = 65_535
"""An entry's length stands in two bytes."""

PATH_CHARS_MAX = 64

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)

HashRun: TypeAlias = Callable[[int, int, int], bytes]
"""``read(level, start, stop)``: complete nodes of one tree level, 32 bytes each, concatenated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Name of a tile, or of a bundle when ``level`` is ``None``.

    Attributes:
        level: tile level; one tile level spans eight tree levels.
        index: position within the level.
        width: number of hashes or entries, 1 to 256.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Path below the log's prefix, for instance ``tile/0/x001/x234/067``."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_digits(self.index)}{partial}"

    @property
    def start(self) -> int:
        """First node or entry that the tile holds, counted within its own tree level."""
        return self.index * TILE_WIDTH


def parse_path(path: str) -> Tile:
    """Read a tile's or bundle's path; only the one spelling that :attr:`Tile.path` writes.

    Raises:
        MalformedError: anything else.
    """
    match = _PATH.fullmatch(path) if len(path) <= PATH_CHARS_MAX else None
    if match is None:
        raise MalformedError(f"{path[:PATH_CHARS_MAX]!r} is not the path of a tile")
    level, groups, last, width = match.groups()
    tile = Tile(
        level=None if level == "entries" else int(level),
        index=int(groups.replace("x", "").replace("/", "") + last),
        width=TILE_WIDTH if width is None else int(width),
    )
    if tile.path != path or tile.index > INTEGER_MAX or (tile.level or 0) > TILE_LEVEL_MAX:
        raise MalformedError(f"{path!r} is not how a tile's path is written")
    return tile


def tile_width(level: int, index: int, size: int) -> int:
    """Hashes that a tile has in a tree of ``size``: 256, fewer at the edge, 0 past it."""
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - index * TILE_WIDTH))


def tiles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Tiles of a tree of ``size`` that a tree of ``since`` leaves did not have, level by level."""
    level = 0
    while nodes := size >> TILE_HEIGHT * level:
        old = since >> TILE_HEIGHT * level
        yield from _spans(level, old, nodes)
        level += 1


def bundles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Entry bundles of ``size`` entries that ``since`` entries did not have."""
    yield from _spans(None, since, size)


def tile_bytes(read: HashRun, tile: Tile) -> bytes:
    """Content of a tile, from the runs of a tree (:meth:`tieline.record.merkle.Tree.hashes`).

    Raises:
        MalformedError: a bundle, or a tile that the tree does not have.
    """
    if tile.level is None:
        raise MalformedError("a bundle holds entries, not hashes")
    data = read(tile.level * TILE_HEIGHT, tile.start, tile.start + tile.width)
    return check_tile(data, tile)


def check_tile(data: bytes, tile: Tile) -> bytes:
    """Return the bytes of a tile if they are as long as its width says.

    Raises:
        MalformedError: they are not.
    """
    if len(data) != tile.width * HASH_BYTES:
        raise MalformedError(f"{tile.path} has {len(data)} bytes, not {tile.width * HASH_BYTES}")
    return data


def node_reader(fetch: Callable[[Tile], bytes], size: int) -> NodeReader:
    """Complete nodes of a tree of ``size``, out of its tiles.

    ``fetch`` returns a tile's bytes; nothing is kept here, so wrap it in a cache where the
    tiles come from afar. What it returns is not trusted: a proof or root made from it must be
    checked against a verified head.
    """

    def read(level: int, index: int) -> bytes:
        tile_level, rest = divmod(level, TILE_HEIGHT)
        position, first = divmod(index << rest, TILE_WIDTH)
        width = tile_width(tile_level, position, size)
        if first + (1 << rest) > width:
            raise MalformedError(f"a tree of {size} leaves has no node {index} at level {level}")
        tile = Tile(level=tile_level, index=position, width=width)
        data = check_tile(fetch(tile), tile)
        row = [
            data[at : at + HASH_BYTES]
            for at in range(first * HASH_BYTES, (first + (1 << rest)) * HASH_BYTES, HASH_BYTES)
        ]
        while len(row) > 1:
            row = [hash_children(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    return read


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries with their lengths, at most 256 of them.

    Raises:
        MalformedError: no entry, too many, or one over 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise MalformedError(f"a bundle holds 1 to {TILE_WIDTH} entries, not {len(entries)}")
    if any(len(entry) > ENTRY_BYTES_MAX for entry in entries):
        raise MalformedError(f"an entry of a bundle has at most {ENTRY_BYTES_MAX} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The ``width`` entries of a bundle.

    Raises:
        MalformedError: fewer, more, or a length that points past the end.
    """
    entries: list[bytes] = []
    at = 0
    for _ in range(width):
        stop = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or stop > len(data):
            raise MalformedError(f"a bundle that ends within its entry {len(entries)}")
        entries.append(data[at + 2 : stop])
        at = stop
    if at != len(data):
        raise MalformedError(f"a bundle with bytes after its {width} entries")
    return tuple(entries)


def _spans(level: int | None, old: int, new: int) -> Iterator[Tile]:
    for index in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
        width = min(TILE_WIDTH, new - index * TILE_WIDTH)
        if index * TILE_WIDTH + width > old:
            yield Tile(level=level, index=index, width=width)


def _digits(index: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))
