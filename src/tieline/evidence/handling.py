"""Handling: which entries of a line an audience may read, by the marks that count in its record.

A line of one party is folded once, from what is kept here, so that a change of mark counts only if
it stands. Ciphertext reveals nothing and goes to anybody; contents go where their marks allow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from tieline.errors import DamagedStoreError, StoreError
from tieline.record.content import Content, Spoken, read_content
from tieline.record.entry import Entry, Ref, parse_entry
from tieline.record.marking import Audience, Marking, may_see, read_marking
from tieline.record.merkle import Tree, hash_leaf
from tieline.record.names import line_of
from tieline.replication.reader import Reader
from tieline.state.fold import Fold, Item
from tieline.state.house import items_of
from tieline.state.view import View

Place = tuple[str, int]
"""Log and index of an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What an audience may read of a line.

    Attributes:
        audience: who will read it.
        marks: the mark of each entry that can be read here.
        in_clear: entries that travel unsealed and cannot be left out of an export.
    """

    audience: Audience
    marks: Mapping[Place, Marking]
    in_clear: frozenset[Place]

    def allows(self, origin: str, index: int) -> bool:
        """Whether the audience may read this entry; one without a mark is for ourselves."""
        return may_see(self.audience, self.marks.get((origin, index), Marking.OWN))

    def withheld(self) -> int:
        """How many sealed entries that can be read here the audience may not read."""
        return sum(not self.allows(*place) for place in self.marks.keys() - self.in_clear)

    def in_the_way(self) -> int:
        """How many entries in clear the audience may not read: no export can leave them out."""
        return sum(not self.allows(*place) for place in self.marks.keys() & self.in_clear)


def handling_of(
    reader: Reader, line: str, parties: Mapping[str, str], audience: Audience
) -> Handling:
    """The marks of a line as they stand in a home.

    Entries of a line with others are marked *line*. Of a line of one party, items of a house bear
    their marks, an observer's statements theirs; what bears none is for our own house, and what
    opens the line or certifies keys for anyone.

    Raises:
        DamagedStoreError: an entry cannot be read back; verify the home first.
    """
    source = _Source(reader, line)
    marks = source.marks(parties)
    return Handling(audience=audience, marks=marks, in_clear=frozenset(source.clear))


class _Source:
    """Entries of a line, read for a fold."""

    def __init__(self, reader: Reader, line: str) -> None:
        self._reader = reader
        self._line = line
        self.trees: dict[str, Tree] = {}
        self.clear: set[Place] = set()
        for origin in reader.origins():
            if line_of(origin) == line:
                leaves = reader.leaves(origin, 0, reader.size(origin))
                self.trees[origin] = Tree(hash_leaf(leaf) for leaf in leaves)

    def marks(self, parties: Mapping[str, str]) -> dict[Place, Marking]:
        """The mark of every entry that can be read."""
        alone = len(parties) == 1
        found: dict[Place, Marking] = {}
        for origin in self.trees:
            for index in range(self._reader.size(origin)):
                mark = self._plain_mark(origin, index, Marking.OWN if alone else Marking.LINE)
                if mark is not None:
                    found[origin, index] = mark
        return found | self._house_marks(parties) if alone else found

    def _house_marks(self, parties: Mapping[str, str]) -> dict[Place, Marking]:
        """The marks of the items of a house; each of their steps bears that of its item."""
        fold = Fold(self._line, parties, self._item, self._root_at)
        (party,) = parties
        for origin in self.trees:
            fold.own(origin, party)
        fold.advance()
        view = View(fold.registers, fold.registers.full)
        items = items_of(view, lambda ref: self._content(ref.origin, ref.index)[2])
        return {
            (step.ref.origin, step.ref.index): item.marking for item in items for step in item.steps
        }

    def _plain_mark(self, origin: str, index: int, sealed: Marking) -> Marking | None:
        """The mark of an entry for itself; None where it cannot be read."""
        _, entry, content = self._content(origin, index)
        if not isinstance(content, Spoken):
            return None
        if entry.sealed:
            return sealed
        self.clear.add((origin, index))
        item = content.message.body.get("item")
        if isinstance(item, dict) and "marking" in item:
            return read_marking(item["marking"])
        return Marking.PUBLISHABLE

    def _item(self, origin: str, index: int) -> Item | None:
        if origin not in self.trees or index >= self._reader.size(origin):
            return None
        leaf, entry, content = self._content(origin, index)
        return Item(ref=Ref(origin, index, hash_leaf(leaf)), entry=entry, content=content)

    def _root_at(self, origin: str, size: int) -> bytes | None:
        tree = self.trees.get(origin)
        return tree.root(size) if tree is not None and size <= tree.size else None

    def _content(self, origin: str, index: int) -> tuple[bytes, Entry, Content]:
        try:
            leaf = self._reader.leaf(origin, index)
            if leaf is None:
                raise DamagedStoreError(f"entry {index} of {origin} is missing from the store")
            entry = parse_entry(leaf)
            digest = entry.payloads[0].digest
            if entry.sealed:
                kept = self._reader.plaintext(digest)
                whole = kept is not None and hashlib.sha256(kept).digest() == entry.commit
                return leaf, entry, read_content(entry, kept if whole else None)
            parts = [self._reader.blob(payload.digest) for payload in entry.payloads]
            rest = [part for part in parts[1:] if part is not None]
            return leaf, entry, read_content(entry, parts[0], rest)
        except StoreError as error:
            raise DamagedStoreError(f"entry {index} of {origin}: {error}") from error
