"""Timeline: what was said and inferred, in the order of the days that it tells of."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tieline.days import Days
from tieline.observer.claims import Cite, pilcrow, settle
from tieline.observer.picture import Picture, cite_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    rows = [
        Row(
            days=statement.happened or Days(),
            words=statement.text,
            cite=cite_of(statement),
            speaker=statement.speaker,
        )
        for statement in picture.record.statements
        if statement.id not in picture.fallen
    ]
    for inference in picture.record.inferences:
        if inference.id in picture.fallen:
            continue
        cite = Cite(id=inference.id, author=inference.author)
        days = settle(
            (value, cite)
            for one in inference.assertions
            for name in ("held", "established", "days", "since", "start", "due")
            if isinstance(value := getattr(one, name, None), Days)
        )
        rows.append(Row(days=days.days if days else Days(), words=inference.text, cite=cite))
    return tuple(sorted(rows, key=lambda row: row.days.sort_key()))


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
