"""Claims: an assertion with the passage that carries it, and how several add up to one value.

A report and an inference are never mixed without a trace: every value names what it rests on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from tieline.days import Days, Sure
from tieline.observer.assertion import Assertion
from tieline.observer.statement import Force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

A = TypeVar("A")
DIFFER: Final = "reports differ"

B = TypeVar("B", bound=Assertion)
A_co = TypeVar("A_co", covariant=True, bound=Assertion)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """What a value rests on: a statement (with ``force``) or an inference (with ``author``).

    ``known`` says whether it was known on the day asked about; YES where no day was asked.
    ``dated_by`` names the inferences that this answer hangs on. ``speaker`` is None where the
    report itself speaks.
    """

    id: str
    source: str | None = None
    passage: str | None = None
    force: Force | None = None
    author: str | None = None
    known: Sure = Sure.YES
    dated_by: tuple[str, ...] = ()
    speaker: str | None = None

    def __hash__(self) -> int:
        # Ids are nearly unique in a record; hashing every field made each answer twice as slow.
        return hash(self.id)

    @property
    def inferred(self) -> bool:
        return self.force is None

    def words(self) -> str:
        """``000-10 (source 000 ¶5, said)`` or ``i-7 (inference by ...)``."""
        if self.force is None:
            return f"{self.id} (inference by {self.author})"
        parts = [f"source {self.source} {pilcrow(self.passage)}", self.force.value]
        if self.known is not Sure.YES:
            parts.append("day of publication not known")
        parts += [f"dated by {id_}" for id_ in self.dated_by]
        return f"{self.id} ({', '.join(parts)})"


def pilcrow(passage: str | None) -> str:
    """A passage for readers: paragraphs by number get their sign, headings stand as they are."""
    text = passage or ""
    return f"¶{text}" if text[:1].isdigit() else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Generic[A_co]):
    """One assertion, what carries it, and when the statement says that things happened.

    ``learned`` is when the statement became known; None for an inference. ``dated_by`` names the
    inferences that ``learned`` rests on.
    """

    assertion: A_co
    cite: Cite
    happened: Days | None = None
    grounds: frozenset[str] = frozenset()
    learned: Days | None = None
    dated_by: tuple[str, ...] = ()

    def days(self, own: Days | None) -> Days:
        """The assertion's own days, or else the statement's, or else unknown."""
        return own or self.happened or Days()

    def when(self) -> tuple[Days, Cite]:
        """When the statement says that things happened, or else when it became known."""
        return (self.happened, self.cite) if self.happened else self.when_learned()

    def when_learned(self) -> tuple[Days, Cite]:
        """When it became known, under a citation that names what decides that."""
        return self.learned or Days(), dated(self.cite, self.dated_by)


def dated(cite: Cite, by: tuple[str, ...]) -> Cite:
    """A citation that also names the inferences by which its day is known."""
    return replace(cite, dated_by=unique([*cite.dated_by, *by])) if by else cite


def strongest(cites: Iterable[Cite], used: Iterable[Cite]) -> tuple[Cite, ...]:
    """Citations and those of the days used: each item once, with what its day rests on."""
    listed = list(used)
    named = {cite.id: cite for cite in listed}
    return unique([*(named.get(cite.id, cite) for cite in cites), *listed])


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Days that several claims leave possible, and the claims that were used for it."""

    days: Days
    cites: tuple[Cite, ...] = ()


def settle(claims: Iterable[tuple[Days, Cite]]) -> Settled | None:
    """Narrow reported days by each other, then by inferences that do not contradict them.

    Reports that contradict each other give all the days from the first to the last of them: no
    order of filing may choose between them. None when there is no claim.
    """
    listed = list(claims)
    if len(listed) == 1:
        return Settled(days=listed[0][0], cites=(listed[0][1],))
    reported = [claim for claim in listed if not claim[1].inferred]
    inferred = [claim for claim in listed if claim[1].inferred]
    if not listed:
        return None
    base = reported or inferred
    days = _agreed([days for days, _ in base])
    used = [cite for _, cite in base]
    for other, cite in inferred if reported else ():
        met = days.meet(other)
        if met is not None and not met.same_ends(days):
            days = met
            used.append(cite)
    return Settled(days=days, cites=unique(used))


def standing(values: Iterable[tuple[A, Cite]]) -> list[tuple[A, Cite]]:
    """Values in the order of filing, without those that their own author replaced.

    What a party signs on a line replaces what it signed before of the same; a report replaces none.
    """
    listed = list(values)
    last = {cite.source: cite.id for _, cite in listed if cite.force is Force.SIGNED}
    if not last:
        return listed
    return [
        (value, cite)
        for value, cite in listed
        if cite.force is not Force.SIGNED or last[cite.source] == cite.id
    ]


def _agreed(reported: list[Days]) -> Days:
    days = reported[0]
    for other in reported[1:]:
        met = days.meet(other)
        if met is None:
            return _hull(reported)
        days = met
    return days


def _hull(reported: list[Days]) -> Days:
    first = [days.earliest for days in reported]
    last = [days.latest for days in reported]
    return Days(
        earliest=None if None in first else min(day for day in first if day),
        latest=None if None in last else max(day for day in last if day),
        wording=DIFFER,
    )


def refine(
    claims: Iterable[Claim[B]], same: Callable[[B, B], bool] = lambda _a, _b: True
) -> list[list[Claim[B]]]:
    """Group claims so that each report stands alone, with the inferences drawn from it.

    Two reports of a suspension may or may not be of one event: they are never merged here. An
    inference joins the reports among its grounds; without one it stands alone.
    """
    groups: list[list[Claim[B]]] = []
    led: dict[str, list[list[Claim[B]]]] = {}
    for claim in sorted(claims, key=lambda claim: claim.cite.inferred):
        heads = [
            group
            for id_ in claim.grounds
            for group in led.get(id_, ())
            if same(group[0].assertion, claim.assertion)
        ]
        for group in heads:
            group.append(claim)
        if not heads:
            groups.append([claim])
            led.setdefault(claim.cite.id, []).append(groups[-1])
    return groups


def unique(items: Iterable[A]) -> tuple[A, ...]:
    """The items without repetition, in their first order."""
    return tuple(dict.fromkeys(items))


def told(values: Iterable[str | None]) -> str | None:
    """One value for readers from what several claims give; None if none gives any.

    A value that another names among its parts adds nothing. Different ones stand side by side
    in the order of the alphabet, so that no order of filing chooses between them.
    """
    given = sorted({value for value in values if value})
    parts = {value: {part.strip() for part in value.split(",")} for value in given}
    # Only a value of more parts can name another among them: most values have one part.
    longer = [value for value in given if len(parts[value]) > 1]
    kept = [one for one in given if not any(parts[one] < parts[other] for other in longer)]
    return " / ".join(kept) or None
