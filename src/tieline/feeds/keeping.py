"""Keeping: warnings as a watch imported them, in one file of the home, and which are in force.

One file, written by the command line while a node reads it, or by several at once. What was
published is kept as it was; all else is read from it again. Nothing here knows the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Final

import apsw

from tieline.deconfliction.notified import Notified
from tieline.errors import DamagedStoreError
from tieline.feeds.keptrows import body_of, open_kept, read_body
from tieline.feeds.published import read_published
from tieline.feeds.standing import OWN_WORDS, Cancelled, Issue, Standing, standings
from tieline.feeds.taking import Taken, Taking, count_up, counter, note_over, read_anew, rows
from tieline.feeds.warnings.model import NavWarning
from tieline.feeds.warnings.sources import BadRow
from tieline.feeds.warnings.telling import to_notified
from tieline.store.opening import as_store_errors

FILE_NAME: Final = "warnings.db"
"""Of the file, in the home."""
AGAIN: Final = "Move warnings.db away and import the files again: `tieline warnings import FILE`."
SOURCE_CHARS_MAX: Final = 300
FileId = tuple[int, int]
"""Device and number of a file: another one of the same name has others."""
_ISSUES: Final = """
    SELECT id, name, form = 'facts', issued_ms, until_ms, ended_ms, unread, taken_ms, source
    FROM issue ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A warning that is kept, how it stands, and its earlier texts if it has any."""

    warning: NavWarning
    standing: Standing
    earlier: tuple[NavWarning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A row of a file that was no warning, as text with the reason."""

    where: str
    text: str
    reason: str
    taken_ms: int
    source: str


class Keeping:
    """Warnings kept in one file; it is made by the first import, and may be absent until then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = RLock()
        self._connection: apsw.Connection | None = None
        self._file: FileId | None = None
        self._seen = -1
        self._standings: tuple[Standing, ...] = ()
        self._told: dict[tuple[int, tuple[str, ...]], Notified] = {}

    def close(self) -> None:
        """Close the file; harmless when repeated."""
        with self._mutex:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._file = None, None

    def version(self) -> int:
        """A number that changes whenever what is kept changes; 0 as long as nothing is.

        It counts within one file; another file in its place may bear the same (:meth:`file`).

        Raises:
            StoreError: the file is damaged, locked too long, or of a newer program.
        """
        with self._reading() as file:
            return 0 if file is None else counter(file, "content")

    def file(self) -> FileId | None:
        """Which file it is, whatever it holds; None as long as there is none."""
        try:
            told = self._path.stat()
        except OSError:
            return None
        return told.st_dev, told.st_ino

    def in_force(self, at_ms: int) -> tuple[Notified, ...]:
        """Every warning issued by then and not over, by name; see :mod:`tieline.feeds.standing`.

        What could not be read of a warning leaves it in the list, with the volumes that could.

        Raises:
            StoreError: as :meth:`version`.
        """
        with self._reading() as file:
            if file is None:
                return ()
            holding = [one for one in self._all_standings(file) if one.holds_at(at_ms)]
            return tuple(self._notified(file, one) for one in holding)

    def all(self, at_ms: int | None = None) -> tuple[Kept, ...]:
        """Everything that is kept, by name; with ``at_ms`` only what is in force then.

        Raises:
            StoreError: as :meth:`version`.
        """
        with self._reading() as file:
            if file is None:
                return ()
            return tuple(
                _kept(file, one)
                for one in self._all_standings(file)
                if at_ms is None or one.holds_at(at_ms)
            )

    def named(self, name: str) -> Kept | None:
        """One warning by its name; None if it is not kept; raises `StoreError` as above."""
        with self._reading() as file:
            if file is None:
                return None
            found = next((one for one in self._all_standings(file) if one.name == name), None)
            return None if found is None else _kept(file, found)

    def count(self) -> int:
        """How many warnings are kept, over or not; raises `StoreError` as above."""
        with self._reading() as file:
            return 0 if file is None else len(self._all_standings(file))

    def imported_ms(self) -> int:
        """When something was last imported, new or not; 0 if nothing ever was.

        Raises:
            StoreError: as :meth:`version`.
        """
        with self._reading() as file:
            return 0 if file is None else counter(file, "imported_ms")

    def pieces(self) -> tuple[Piece, ...]:
        """Rows that were no warnings; raises `StoreError` as :meth:`version`."""
        with self._reading() as file:
            if file is None:
                return ()
            found = rows(file, "SELECT place, text, reason, taken_ms, source FROM piece")
            return tuple(
                Piece(where=where, text=text, reason=reason, taken_ms=taken_ms, source=source)
                for where, text, reason, taken_ms, source in found
            )

    def take(
        self,
        found: Iterable[NavWarning],
        *,
        now_ms: int,
        source: str = "",
        left: Iterable[BadRow] = (),
    ) -> Taken:
        """Import what was read from one file; all of it or, after a crash, nothing.

        Args:
            found: warnings as :func:`tieline.feeds.published.read_published` reads them.
            now_ms: when; what is cancelled without a time is over from then on.
            source: the name of the file, for people.
            left: rows of the file that are no warnings.

        Raises:
            StoreError: as :meth:`version`, or the disk is full.
        """
        items = [(one, body_of(one)) for one in found]
        pieces = tuple(left)
        with self._writing() as file:
            before = _over_names(self._all_standings(file))
            file.execute("INSERT OR REPLACE INTO counter VALUES ('imported_ms', ?)", (now_ms,))
            taking = Taking(file, now_ms, source[:SOURCE_CHARS_MAX])
            for one, body in items:
                taking.take(one, body)
            taken = replace(taking.taken, left=sum(taking.leave(each) for each in pieces))
            if taking.is_changed or taken.left:
                count_up(file)
            over = _over_names(self._all_standings(file))
        return replace(taken, cancelled=len(over - before))

    def take_file(self, data: bytes, *, name: str, now_ms: int) -> Taken:
        """Import one file, whatever its form.

        Raises:
            MalformedError: it holds nothing that is known; as
                :func:`tieline.feeds.published.read_published`.
            StoreError: as :meth:`take`.
        """
        read = read_published(data)
        return self.take(read.found, now_ms=now_ms, source=name, left=read.left)

    def forget(self, before_ms: int) -> int:
        """Delete warnings that were over by then, with all their texts; how many they were.

        That they are cancelled is remembered, so that an old file does not bring them back.

        Raises:
            StoreError: as :meth:`take`.
        """
        with self._writing() as file:
            old = [
                one
                for one in self._all_standings(file)
                if one.over_ms is not None and one.over_ms <= before_ms
            ]
            for one in old:
                note_over(file, one)
                file.execute("DELETE FROM issue WHERE name = ?", (one.name,))
            if old:
                count_up(file)
            return len(old)

    # -- inside

    @contextmanager
    def _reading(self) -> Iterator[apsw.Connection | None]:
        """One consistent look at the file; None if there is none yet."""
        with self._mutex:
            self._let_go()
            if self._connection is None and not self._path.exists():
                yield None
                return
            with _errors():
                file = self._opened()
                file.execute("BEGIN")
                try:
                    yield file
                finally:
                    file.execute("COMMIT")

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        with self._mutex, _errors():
            self._let_go()
            file = self._opened()
            file.execute("BEGIN IMMEDIATE")
            try:
                yield file
                file.execute("COMMIT")
            except BaseException:
                if file.in_transaction:
                    file.execute("ROLLBACK")
                self._seen = -1
                raise

    def _let_go(self) -> None:
        """Close a file that was moved away or replaced, and what was worked out from it."""
        if self._connection is None or self._file == self.file():
            return
        with suppress(apsw.Error):
            self.close()
        self._connection, self._file = None, None
        self._seen, self._standings, self._told = -1, (), {}

    def _opened(self) -> apsw.Connection:
        if self._connection is None:
            self._connection = open_kept(self._path)
            self._file = self.file()
            read_anew(self._connection)
        return self._connection

    def _all_standings(self, file: apsw.Connection) -> tuple[Standing, ...]:
        version = counter(file, "content")
        if version != self._seen:
            issues = [Issue(*row) for row in rows(file, _ISSUES)]
            ends = rows(file, "SELECT name, by_issue, by_name, at_ms FROM cancelled")
            self._standings = standings(issues, [Cancelled(*row) for row in ends])
            kept = {(one.issue.id, one.doubts) for one in self._standings}
            self._told = {key: told for key, told in self._told.items() if key in kept}
            self._seen = version
        return self._standings

    def _notified(self, file: apsw.Connection, one: Standing) -> Notified:
        key = (one.issue.id, one.doubts)
        if key not in self._told:
            self._told[key] = to_notified(_read(file, one.issue), doubts=one.doubts)
        return self._told[key]


@contextmanager
def _errors() -> Iterator[None]:
    """Errors of the file as ours; no other party has a copy of it that could heal it."""
    try:
        with as_store_errors():
            yield
    except DamagedStoreError as error:
        raise DamagedStoreError(f"{FILE_NAME}: {error}", advice=AGAIN) from error


def _kept(file: apsw.Connection, one: Standing) -> Kept:
    earlier = tuple(_read(file, issue) for issue in one.earlier)
    return Kept(warning=_read(file, one.issue), standing=one, earlier=earlier)


def _read(file: apsw.Connection, issue: Issue) -> NavWarning:
    ((form, text),) = rows(file, "SELECT form, body FROM issue WHERE id = ?", issue.id)
    found = read_body(form, text)
    # A list told the end after the warning was written down.
    return replace(found, raw=replace(found.raw, ended_ms=issue.ended_ms))


def _over_names(found: Iterable[Standing]) -> frozenset[str]:
    """Names that something else than their own words has ended."""
    return frozenset(one.name for one in found if one.over_by not in ("", OWN_WORDS))
