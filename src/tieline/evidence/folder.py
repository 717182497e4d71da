"""Folder: an exported line as material, and what is checked of its files beyond the record."""

from __future__ import annotations

from collections.abc import Mapping

from tieline.errors import MalformedError, UnverifiedError
from tieline.evidence import layout
from tieline.evidence.logs import Checked
from tieline.evidence.material import Kept
from tieline.evidence.report import Notebook, Side
from tieline.evidence.trust import Trust
from tieline.record.checkpoint import parse_checkpoint, verify_checkpoint
from tieline.record.merkle import HASH_BYTES
from tieline.record.names import line_of
from tieline.record.note import parse_note
from tieline.record.tile import TILE_WIDTH, Tile, bundles, parse_bundle, tile_bytes, tiles
from tieline.replication.parcel import blob_name, log_name

Files = Mapping[str, bytes]
"""Files by their path below the folder, with ``/`` between; a mapping may read them lazily."""

RECEIPTS = "receipts/"


class FolderMaterial:
    """One line out of an exported folder."""

    def __init__(self, files: Files, line: str, book: Notebook) -> None:
        self._files = files
        self._heads: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}
        self._bundle: tuple[str, int, tuple[bytes, ...]] = ("", -1, ())
        self.expected = {layout.MANIFEST}
        for path in sorted(files):
            if path.endswith("/checkpoint"):
                self._open(path, line, book)

    def _open(self, path: str, line: str, book: Notebook) -> None:
        try:
            head = parse_checkpoint(parse_note(self._files[path]).text)
            if line_of(head.origin) != line:
                raise MalformedError(f"a head of another line, {head.origin}")
            if layout.checkpoint_path(head.origin) != path:
                raise MalformedError(f"a head of {head.origin} under another log's name")
        except MalformedError as error:
            book.wrong(f"{path}: {error}")
            return
        self._heads[head.origin] = self._files[path]
        self._sizes[head.origin] = head.size
        prefix = log_name(head.origin)
        self.expected.add(path)
        # A size far beyond what is here would make this run for ever.
        if head.size <= self._room(prefix):
            names = (*tiles(head.size), *bundles(head.size))
            self.expected.update(f"{prefix}/{tile.path}" for tile in names)
        else:
            self._sizes[head.origin] = 0
            book.wrong(f"{path}: signed for {head.size} entries; fewer files are here")

    def _room(self, prefix: str) -> int:
        return TILE_WIDTH * sum(p.startswith(f"{prefix}/tile/entries/") for p in self._files)

    def origins(self) -> list[str]:
        """See `Material.origins`."""
        return sorted(self._heads)

    def size(self, origin: str) -> int:
        """See `Material.size`."""
        return self._sizes[origin]

    def leaf(self, origin: str, index: int) -> bytes | None:
        """See `Material.leaf`."""
        number, within = divmod(index, TILE_WIDTH)
        if self._bundle[:2] != (origin, number):
            self._bundle = (origin, number, self._read_bundle(origin, number))
        leaves = self._bundle[2]
        return leaves[within] if within < len(leaves) else None

    def _read_bundle(self, origin: str, number: int) -> tuple[bytes, ...]:
        width = min(TILE_WIDTH, self._sizes[origin] - number * TILE_WIDTH)
        tile = Tile(level=None, index=number, width=width)
        data = self._files.get(f"{log_name(origin)}/{tile.path}")
        try:
            return parse_bundle(data, width) if data is not None else ()
        except MalformedError:
            return ()

    def head(self, origin: str) -> bytes | None:
        """See `Material.head`."""
        return self._heads.get(origin)

    def receipts(self, origin: str) -> list[Kept] | None:
        """See `Material.receipts`."""
        prefix = f"{RECEIPTS}{log_name(origin)}/"
        paths = sorted(path for path in self._files if path.startswith(prefix))
        self.expected.update(paths)
        return [Kept(note=self._files[path], under=path) for path in paths]

    def blob(self, digest: bytes) -> bytes | None:
        """See `Material.blob`."""
        self.expected.add(blob_name(digest))
        return self._files.get(blob_name(digest))

    def plaintext(self, digest: bytes) -> bytes | None:
        """See `Material.plaintext`."""
        self.expected.add(layout.plaintext_path(digest))
        return self._files.get(layout.plaintext_path(digest))

    def opened(self, digest: bytes) -> bytes | None:  # noqa: ARG002 - a protocol's method
        """See `Material.opened`: a folder has no keys."""
        return None

    def leaf_hash(self, origin: str, index: int) -> bytes | None:
        """See `Material.leaf_hash`: the tiles of the lowest level keep them."""
        number, within = divmod(index, TILE_WIDTH)
        width = min(TILE_WIDTH, self._sizes[origin] - number * TILE_WIDTH)
        tile = Tile(level=0, index=number, width=width)
        data = self._files.get(f"{log_name(origin)}/{tile.path}", b"")
        found = data[within * HASH_BYTES : (within + 1) * HASH_BYTES]
        return found if len(found) == HASH_BYTES else None

    # -- what only a folder has

    def check_tiles(self, log: Checked, book: Notebook) -> None:
        """Every tile is the one that the leaves give."""
        if not log.stands:
            return
        for tile in tiles(log.tree.size):
            path = f"{log_name(log.origin)}/{tile.path}"
            data = self._files.get(path)
            if data == tile_bytes(log.tree.hashes, tile):
                book.counts["tiles"] += 1
                continue
            why = "is missing here" if data is None else "is not the one that its entries give"
            book.wrong(f"{log.name}: {tile.path} {why}", party=log.party, origin=log.origin)

    def check_forks(self, log: Checked, trust: Trust, book: Notebook) -> None:
        """A second history that an author signed is evidence, and the worst that can be found."""
        prefix = f"{log_name(log.origin)}/fork/"
        key = trust.key(log.origin)
        for path in sorted(p for p in self._files if p.startswith(prefix)):
            note = self._files[path]
            self.expected.add(path)
            try:
                if key is None:
                    raise MalformedError("no key of this log is known")
                verified = verify_checkpoint(note, key)
                if verified.note != note or layout.fork_path(log.origin, note) != path:
                    raise MalformedError("it is not kept in its one form, under its own name")
            except UnverifiedError as error:
                book.wrong(f"{path}: {error}", party=log.party, origin=log.origin)
                continue
            other = verified.checkpoint
            if other.size > log.tree.size or log.tree.root(other.size) == other.root:
                words = f"{path}: this head contradicts nothing that is here"
                book.wrong(words, party=log.party, origin=log.origin)
                continue
            words = f"{log.name}: {log.party} signed two histories of {other.size} entries"
            book.wrong(words, party=log.party, origin=log.origin, side=Side.AUTHOR)

    def check_names(self, book: Notebook) -> None:
        """Nothing is here that belongs to nothing. Called last."""
        for path in sorted(set(self._files) - self.expected):
            book.wrong(f"{path}: this file belongs to nothing in the record")
