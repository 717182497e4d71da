"""Standing: which of several texts of a warning counts, whether it is over, since when and why.

A warning is over from the earliest of three times: its own words; the publisher's list; another
warning that cancels it, from when that was issued (or imported, if it does not say when). One that
was issued after what cancels it is not meant by it: that is told, and it stays in force, for a
hazard that is shown too long does less harm than one that is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

ALTERED: Final = "published again with another text; the newest counts"
LATER: Final = "cancelled by a warning issued before it, {}: not taken as meant"
OWN_WORDS: Final = "its own words"
LIST: Final = "the publisher's list"


class Issue(NamedTuple):
    """One text of a warning, as a row: times in milliseconds UTC, None where not given."""

    id: int
    name: str
    is_facts: bool
    issued_ms: int | None
    until_ms: int | None
    ended_ms: int | None
    unread: int
    taken_ms: int
    source: str

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The newest counts; of two issued together a text before facts, then the later import."""
        return (-1 if self.issued_ms is None else self.issued_ms, not self.is_facts, self.id)


class Cancelled(NamedTuple):
    """That a text cancels a name, from a time on."""

    name: str
    by_issue: int
    by_name: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a warning stands.

    Attributes:
        issue: the text that counts.
        earlier: its other texts, newest first.
        over_ms: from when it is over; None while nothing is known to end it.
        over_by: by what: the name of another, or in words.
        doubts: discrepancies, in words.
    """

    issue: Issue
    earlier: tuple[Issue, ...] = ()
    over_ms: int | None = None
    over_by: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.issue.name

    def holds_at(self, at_ms: int) -> bool:
        """Whether it was issued by then (where it says when) and is not over."""
        if self.issue.issued_ms is not None and self.issue.issued_ms > at_ms:
            return False
        return self.over_ms is None or self.over_ms > at_ms


def standings(issues: Iterable[Issue], cancelled: Iterable[Cancelled]) -> tuple[Standing, ...]:
    """How each name stands, in the order of names; texts that no longer count cancel nothing."""
    texts: dict[str, list[Issue]] = defaultdict(list)
    for issue in issues:
        texts[issue.name].append(issue)
    for found in texts.values():
        found.sort(key=lambda issue: issue.rank, reverse=True)
    replaced = {issue.id for found in texts.values() for issue in found[1:]}
    ends: dict[str, list[Cancelled]] = defaultdict(list)
    for each in cancelled:
        if each.by_issue not in replaced and each.by_name != each.name:
            ends[each.name].append(each)
    return tuple(_standing(texts[name], ends[name]) for name in sorted(texts))


def _standing(texts: list[Issue], cancelled: list[Cancelled]) -> Standing:
    issue = texts[0]
    ends: list[tuple[int, str]] = []
    doubts: list[str] = [ALTERED] if len(texts) > 1 else []
    if issue.until_ms is not None:
        ends.append((issue.until_ms, OWN_WORDS))
    if issue.ended_ms is not None:
        ends.append((issue.ended_ms, LIST))
    for each in cancelled:
        if issue.issued_ms is not None and issue.issued_ms > each.at_ms:
            doubts.append(LATER.format(each.by_name))
        else:
            ends.append((each.at_ms, each.by_name))
    over_ms, over_by = min(ends, default=(None, ""))
    return Standing(
        issue=issue,
        earlier=tuple(texts[1:]),
        over_ms=over_ms,
        over_by=over_by,
        doubts=tuple(doubts),
    )
