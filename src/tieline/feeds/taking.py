"""Taking: warnings of one file into what is kept, inside one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Final

import apsw

from tieline.feeds.keptrows import READING, Body, body_of, read_body
from tieline.feeds.standing import LIST, Standing
from tieline.feeds.warnings.model import NavWarning
from tieline.feeds.warnings.sources import BadRow

CANCELLED: Final = "cancelled"
"""The publisher's own word for a warning that is over."""
_SAME: Final = "SELECT id, form, sum, facts, issued_ms, ended_ms FROM issue WHERE name = ?"
_ISSUE: Final = """
    INSERT INTO issue (name, form, body, sum, facts, issued_ms, until_ms, ended_ms, unread,
        taken_ms, source)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_PIECE: Final = """
    INSERT OR IGNORE INTO piece (place, text, reason, sum, taken_ms, source)
    VALUES (?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import brought.

    Attributes:
        new: names that were not kept before.
        known: the same text is kept already.
        changed: the name was kept with another text; both stay, and the newest counts.
        cancelled: kept warnings that are over because of what came, by another's words or by the
            publisher's list; by their own words warnings end unbidden.
        unread: of the new and changed ones, how many have something that was not read.
        left: rows that are no warnings at all; kept as text with the reason.
    """

    new: int = 0
    known: int = 0
    changed: int = 0
    cancelled: int = 0
    unread: int = 0
    left: int = 0

    def value(self) -> dict[str, int]:
        """The numbers by their names."""
        return asdict(self)

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            new=self.new + other.new,
            known=self.known + other.known,
            changed=self.changed + other.changed,
            cancelled=self.cancelled + other.cancelled,
            unread=self.unread + other.unread,
            left=self.left + other.left,
        )


class Taking:
    """One import, inside its transaction."""

    def __init__(self, file: apsw.Connection, now_ms: int, source: str) -> None:
        self._file = file
        self._now_ms = now_ms
        self._source = source
        self.taken = Taken()
        self.is_changed = False

    def take(self, one: NavWarning, body: Body) -> None:
        same: list[tuple[int, str, int | None]] = []
        found = rows(self._file, _SAME, one.name)
        for issue, form, sum_, facts, issued_ms, ended_ms in found:
            told = "facts" in (form, body.form) and facts == body.facts
            # A sheet of facts says nothing beside the text that it was made of.
            told = told or (body.form == "facts" and issued_ms == one.raw.issued_ms)
            if sum_ == body.sum or told:
                same.append((issue, form, ended_ms))
        if not same:
            self._add(one, body)
            unread = int(bool(one.unread))
            self.taken += Taken(changed=1, unread=unread) if found else Taken(new=1, unread=unread)
            return
        self.taken += Taken(known=1)
        for issue, form, ended_ms in same:
            if form == "facts" and body.form != "facts":
                self._file.execute("DELETE FROM issue WHERE id = ?", (issue,))
                self._add(one, body)
            elif ended_ms is None and self._ended_ms(one) is not None:
                self._file.execute(
                    "UPDATE issue SET ended_ms = ? WHERE id = ?", (self._ended_ms(one), issue)
                )
                self.is_changed = True

    def _add(self, one: NavWarning, body: Body) -> None:
        self._file.execute(
            _ISSUE,
            (
                one.name,
                body.form,
                body.text,
                body.sum,
                body.facts,
                one.raw.issued_ms,
                one.cancelled_ms,
                self._ended_ms(one),
                len(one.unread),
                self._now_ms,
                self._source,
            ),
        )
        note_cancelled(self._file, self._file.last_insert_rowid(), one, self._now_ms)
        self.is_changed = True

    def _ended_ms(self, one: NavWarning) -> int | None:
        if one.raw.ended_ms is not None:
            return one.raw.ended_ms
        return self._now_ms if one.raw.status == CANCELLED else None

    def leave(self, row: BadRow) -> int:
        """Keep a row that is no warning; 1 if it was not kept already."""
        self._file.execute(
            _PIECE,
            (
                row.where,
                row.text,
                row.reason,
                hashlib.sha256(row.text.encode("utf-8", "replace")).digest(),
                self._now_ms,
                self._source,
            ),
        )
        return self._file.changes()


def note_cancelled(file: apsw.Connection, issue: int, one: NavWarning, now_ms: int) -> None:
    at_ms = now_ms if one.raw.issued_ms is None else one.raw.issued_ms
    file.executemany(
        "INSERT OR IGNORE INTO cancelled VALUES (?, ?, ?, ?)",
        [(each.name, issue, one.name, at_ms) for each in one.cancels],
    )


def note_over(file: apsw.Connection, one: Standing) -> None:
    """Remember that a list ended a warning: that stands nowhere else once its row is gone."""
    if one.issue.ended_ms is not None:
        file.execute(
            "INSERT OR IGNORE INTO cancelled VALUES (?, ?, ?, ?)",
            (one.name, one.issue.id, LIST, one.issue.ended_ms),
        )


def read_anew(file: apsw.Connection) -> None:
    """Work out again what was derived from texts, if this program reads them otherwise."""
    if counter(file, "reading") == READING:
        return
    file.execute("BEGIN IMMEDIATE")
    try:
        if counter(file, "reading") != READING:
            if _derive(file):
                count_up(file)
            file.execute("UPDATE counter SET value = ? WHERE name = 'reading'", (READING,))
        file.execute("COMMIT")
    except BaseException:
        if file.in_transaction:
            file.execute("ROLLBACK")
        raise


def _derive(file: apsw.Connection) -> bool:
    """Whether there was anything to read anew."""
    found = rows(file, "SELECT id, form, body, taken_ms FROM issue")
    for issue, form, text, taken_ms in found:
        one = read_body(form, text)
        file.execute("DELETE FROM cancelled WHERE by_issue = ?", (issue,))
        note_cancelled(file, issue, one, taken_ms)
        file.execute(
            "UPDATE issue SET until_ms = ?, facts = ?, unread = ? WHERE id = ?",
            (one.cancelled_ms, body_of(one).facts, len(one.unread), issue),
        )
    return bool(found)


def rows(file: apsw.Connection, query: str, *values: int | str) -> list[Any]:
    """All rows of a query."""
    return list(file.execute(query, values).fetchall())


def counter(file: apsw.Connection, name: str) -> int:
    """A counter of the file; 0 if it has none of that name."""
    found = rows(file, "SELECT value FROM counter WHERE name = ?", name)
    return int(found[0][0]) if found else 0


def count_up(file: apsw.Connection) -> None:
    """Say that what is kept has changed."""
    file.execute("UPDATE counter SET value = value + 1 WHERE name = 'content'")
