"""List of notifications: filtered by the address, ordered by when they hold, a bounded page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from tieline.console.noticekept import GROUPS, HOLDING, PASSED, SOON, NoticeRow
from tieline.state.standing import NOTICES

ROWS_MAX: Final = 50
"""Rows of one page."""
ASKED_CHARS_MAX: Final = 200
FIRST: Final = ("stop", "movement", "activity", "hazard", "site")
"""What comes first among notifications that hold at the same time."""
STANDING: Final = "standing"
WHENS: Final[Mapping[str, str]] = {
    "": "all, today and the next 14 days first",
    STANDING: "not over and not passed",
    "waiting": "waiting for us",
    "gaps": "units without a confirmation",
    **GROUPS,
}
MARKS: Final = ("ACTUAL", "EXERCISE", "TEST")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for; empty values ask for everything."""

    kind: str = ""
    party: str = ""
    when: str = ""
    mark: str = ""
    q: str = ""
    first: int = 0

    def href(self, **changed: str | int) -> str:
        """The query of a page that asks for the same but for what is named."""
        values: dict[str, str | int] = {
            "kind": self.kind, "party": self.party, "when": self.when, "mark": self.mark,
            "q": self.q, "from": self.first, **changed,
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that hold at about the same time; ``total`` of the group, also beyond this page."""

    name: str
    words: str
    total: int
    rows: tuple[NoticeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the list: rows ``first`` to ``last`` (from 1) of ``found``, out of ``held``."""

    asked: Asked
    groups: tuple[Group, ...]
    first: int
    last: int
    found: int
    held: int
    counts: Mapping[str, int]
    parties: tuple[str, ...]
    fault: str = ""


def asked_of(query: Mapping[str, str]) -> Asked:
    """What an address asks for; what is not a choice stays, and finds nothing."""
    number = query.get("from", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= 7
    return Asked(
        kind=query.get("kind", "")[:ASKED_CHARS_MAX],
        party=query.get("party", "")[:ASKED_CHARS_MAX],
        when=query.get("when", "")[:ASKED_CHARS_MAX],
        mark=query.get("mark", "")[:ASKED_CHARS_MAX],
        q=" ".join(query.get("q", "").split())[:ASKED_CHARS_MAX],
        first=int(number) if is_number else 0,
    )


def listed(rows: Iterable[NoticeRow], asked: Asked, now_ms: int) -> Listed:
    """The page that was asked for: what holds now and soon comes first."""
    held = list(rows)
    grouped = [(one.group(now_ms), one) for one in held]
    found = [pair for pair in grouped if _fits(*pair, asked)]
    order = {name: rank for rank, name in enumerate(GROUPS)}
    kinds = {name: rank for rank, name in enumerate(FIRST)}
    found.sort(
        key=lambda pair: (
            order[pair[0]],
            -pair[1].starts_ms(now_ms) if pair[0] == PASSED else pair[1].starts_ms(now_ms),
            kinds[pair[1].procedure],
            pair[1].ref,
        )
    )
    first = min(asked.first, max(0, (len(found) - 1) // ROWS_MAX * ROWS_MAX))
    shown = found[first : first + ROWS_MAX]
    totals = Counter(name for name, _ in found)
    groups = tuple(
        Group(
            name=name,
            words=words,
            total=totals[name],
            rows=tuple(one for group, one in shown if group == name),
        )
        for name, words in GROUPS.items()
    )
    return Listed(
        asked=asked,
        groups=tuple(group for group in groups if group.rows),
        first=first + 1 if shown else 0,
        last=first + len(shown),
        found=len(found),
        held=len(held),
        counts=Counter(one.procedure for one in held),
        parties=tuple(sorted({one.party for one in held})),
        fault=_fault(asked),
    )


def _fault(asked: Asked) -> str:
    """What of the address names no choice; such an address finds nothing, and says why."""
    if asked.kind and asked.kind not in NOTICES:
        return f"“{asked.kind}” is no kind of notification; there are {', '.join(NOTICES)}"
    if asked.when not in WHENS:
        return f"“{asked.when}” is no choice of when"
    if asked.mark and asked.mark not in MARKS:
        return f"“{asked.mark}” is no mark; there are {', '.join(MARKS)}"
    return ""


def _fits(group: str, one: NoticeRow, asked: Asked) -> bool:
    if asked.kind and one.procedure != asked.kind:
        return False
    if asked.party and one.party != asked.party:
        return False
    if asked.mark and one.mark != asked.mark:
        return False
    if asked.when and not _fits_when(group, one, asked.when):
        return False
    return all(word in one.searched for word in asked.q.casefold().split())


def _fits_when(group: str, one: NoticeRow, when: str) -> bool:
    stands = not one.is_over and group != PASSED
    if when == STANDING:
        return stands
    if when == "waiting":
        return stands and bool(one.waits)
    if when == "gaps":
        return stands and one.gaps > 0
    return group == when


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Notifications of one or more lines in numbers; drills are not counted with what is real."""

    holding: int = 0
    soon: int = 0
    waiting: int = 0
    not_taken: int = 0
    not_read: int = 0
    gaps: int = 0
    drills: int = 0
    drills_waiting: int = 0


def counts(rows: Iterable[NoticeRow], now_ms: int) -> Counts:
    """What stands, what waits for us, and how many units have not confirmed."""
    real: list[tuple[str, NoticeRow]] = []
    drills: list[tuple[str, NoticeRow]] = []
    for one in rows:
        group = one.group(now_ms)
        if not one.is_over and group != PASSED and one.procedure != "stop":
            (real if one.mark == "ACTUAL" else drills).append((group, one))
    waiting = [one for _, one in real if one.waits]
    return Counts(
        holding=sum(group in HOLDING for group, _ in real),
        soon=sum(group == SOON for group, _ in real),
        waiting=len(waiting),
        not_taken=sum(one.waits[0].startswith("not taken") for one in waiting),
        not_read=sum(one.waits[0].startswith("positions") for one in waiting),
        gaps=sum(one.gaps for _, one in real if one.is_ours),
        drills=len(drills),
        drills_waiting=sum(bool(one.waits) for _, one in drills),
    )


def waiting(rows: Iterable[NoticeRow], now_ms: int) -> tuple[NoticeRow, ...]:
    """What waits for us and has not passed: real before drills, what holds first before the rest.

    Calls to stop are not among them: they have a place of their own.
    """
    order = {name: rank for rank, name in enumerate(GROUPS)}
    found = [
        (one.mark != "ACTUAL", order[group], one.starts_ms(now_ms), one.ref, one)
        for one in rows
        if one.waits
        and not one.is_over
        and one.procedure != "stop"
        and (group := one.group(now_ms)) != PASSED
    ]
    return tuple(each[-1] for each in sorted(found, key=lambda each: each[:-1]))
