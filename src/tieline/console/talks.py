"""Talks: which record an address means, for which day, and from what was known by which day.

A record stands in addresses by its kind, or by the last part of its line's id. Records and keys
are looked up, never taken apart.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import quote, urlencode

from tieline.asking import OBSERVER, Warm, warm
from tieline.console.shelf import Shelf
from tieline.console.talkchanges import Changes, changes_of
from tieline.days import parse_day
from tieline.node import Node
from tieline.observer import Picture

NEAR_MAX: Final = 6
"""Keys offered when one is not there."""
COMPARED_MAX: Final = 2_000
"""Keys compared letter by letter; of more, only those that share the first letter."""
QUERY_CHARS_MAX: Final = 64
"""Longer than any day, side or topic in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A record as a page shows it.

    Attributes:
        seen: its picture, from what was known by ``known_on``.
        on: the day shown. ``is_given`` tells whether the address names it.
        changes: the days on which something changed, as far as is known.
    """

    shelf: Shelf
    kept: Warm
    seen: Picture
    on: date
    known_on: date | None
    is_given: bool
    today: date
    changes: Changes

    @property
    def base(self) -> str:
        return f"/talks/{self.shelf.slug}"

    @property
    def kind(self) -> str:
        return self.shelf.record.kind

    def href(self, place: str = "", key: str = "", **more: object) -> str:
        """An address in this record, on the same days unless ``more`` says others.

        Keys are percent-encoded whole, so that none is read as a path.
        """
        named: dict[str, object] = {
            "on": self.on if self.is_given else "",
            "known_on": self.known_on or "",
            **more,
        }
        query = urlencode({name: str(value) for name, value in named.items() if value != ""})
        path = (
            self.base + (f"/{place}" if place else "") + (f"/{quote(key, safe='')}" if key else "")
        )
        return f"{path}?{query}" if query else path


def open_shelf(node: Node, shelf: Shelf, query: Mapping[str, str]) -> Opened:
    """A record on the days that an address names.

    Without a day an observer's record opens on the newest day on which something is reported: of
    a day long after it nothing could be said. Our notes and lines open on today.

    Raises:
        UsageError: what stands for a day is none.
    """
    kept = warm(node, shelf.record.line, shelf.record.kind)
    today = datetime.fromtimestamp(node.now().wall_s, UTC).date()
    known_text = query.get("known_on", "")[:QUERY_CHARS_MAX]
    known_on = parse_day(known_text) if known_text else None
    seen = kept.picture if known_on is None else kept.picture.known_on(known_on)
    changes = seen.once(changes_of)
    on_text = query.get("on", "")[:QUERY_CHARS_MAX]
    on = parse_day(on_text) if on_text else today
    if not on_text and shelf.record.kind == OBSERVER:
        past = changes.until(today)
        on = past[-1] if past else today
    return Opened(
        shelf=shelf,
        kept=kept,
        seen=seen,
        on=on,
        known_on=known_on,
        is_given=bool(on_text),
        today=today,
        changes=changes,
    )


def near(key: str, keys: Iterable[str]) -> tuple[str, ...]:
    """The keys most like one that is not there."""
    listed = list(dict.fromkeys(keys))
    found = [one for one in listed if key and key.casefold() in one.casefold()]
    alike = listed if len(listed) <= COMPARED_MAX else [k for k in listed if k[:1] == key[:1]]
    found += difflib.get_close_matches(key, alike[:COMPARED_MAX], n=NEAR_MAX, cutoff=0.5)
    return tuple(dict.fromkeys(found))[:NEAR_MAX]


def number_of(query: Mapping[str, str], name: str) -> int | None:
    """A whole number from 0 on in an address; None for anything else."""
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
