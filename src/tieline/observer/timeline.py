"""Timeline: what was said and inferred, in the order of the days that it tells of."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, cast

from tieline.days import Days
from tieline.observer.basis import INFERENCES, UNKNOWN, cite_of
from tieline.observer.claims import Cite, pilcrow, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tieline.observer.basis import Basis
    from tieline.observer.picture import Picture
    from tieline.observer.statement import Inference, Statement

_COLUMNS: Final = 100
_DAYS_COLUMNS: Final = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One statement or inference with the days that it tells of, as uncertain as reported."""

    days: Days
    words: str
    cite: Cite
    speaker: str | None = None


def timeline(picture: Picture) -> tuple[Row, ...]:
    """Rows by event interval; those whose day nobody gives come last, in the order of filing.

    An inference stands on its own row: it never moves the statement that it is drawn from.
    """
    return picture.once(_timeline)


_Keyed = tuple[tuple[int, date, date], int, Row]


def _timeline(picture: Picture) -> tuple[Row, ...]:
    numbers = picture.basis.numbers
    gone = {numbers.get(id_) for id_ in picture.fallen}
    return tuple(row for _, number, row in _sorted(picture.basis) if number not in gone)


def _sorted(basis: Basis) -> list[_Keyed]:
    """Rows of all items, kept with the basis: only new items are added to those of the last one."""
    statements, inferences = basis.record.statements, basis.record.inferences
    had, drawn, rows = basis.made.get(_sorted, (0, 0, []))
    if (had, drawn) != (len(statements), len(inferences)):
        new = [(n, _row(statements[n])) for n in range(had, len(statements))]
        new += [(INFERENCES + n, _drawn(inferences[n])) for n in range(drawn, len(inferences))]
        keyed = [(row.days.sort_key(), number, row) for number, row in new]
        rows = sorted([*rows, *keyed], key=lambda one: one[:2])
        basis.made[_sorted] = (len(statements), len(inferences), rows)
    return cast("list[_Keyed]", rows)


def _row(statement: Statement) -> Row:
    return Row(
        days=statement.happened or UNKNOWN,
        words=statement.text,
        cite=cite_of(statement),
        speaker=statement.speaker,
    )


def _drawn(inference: Inference) -> Row:
    cite = Cite(id=inference.id, author=inference.author)
    days = settle(
        (value, cite)
        for one in inference.assertions
        for name in ("held", "established", "days", "since", "start", "due")
        if isinstance(value := getattr(one, name, None), Days)
    )
    return Row(days=days.days if days else UNKNOWN, words=inference.text, cite=cite)


def render_timeline(rows: Iterable[Row]) -> str:
    """Plain text: days, then words with force and citation; `~` marks days that are not exact."""
    return "".join(line + "\n" for row in rows for line in _lines(row))


def _lines(row: Row) -> Iterator[str]:
    exact = row.days.earliest is not None and row.days.earliest == row.days.latest
    mark = " " if exact else "~"
    force = row.cite.force.value if row.cite.force else "inference"
    where = f" {pilcrow(row.cite.passage)}" if row.cite.passage else ""
    who = f"{row.speaker}: " if row.speaker else ""
    told = f"[{row.cite.id}{where}, {force}] {who}{row.words}"
    days = textwrap.wrap(Days.words(row.days), _DAYS_COLUMNS) or [""]
    body = textwrap.wrap(told, _COLUMNS - _DAYS_COLUMNS - 3)
    for number in range(max(len(days), len(body))):
        left = days[number] if number < len(days) else ""
        right = body[number] if number < len(body) else ""
        yield f"{mark if number == 0 else ' '} {left:<{_DAYS_COLUMNS}} {right}".rstrip()
