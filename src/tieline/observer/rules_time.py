"""Rules of time: what cannot come before something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tieline.observer.assertion import Commitment, Measure, Mechanism, Round, Seat, Turn
from tieline.observer.rule import Discrepancy, Rule, Weight, fault, surely_before
from tieline.observer.vocabulary import Move, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tieline.days import Days
    from tieline.observer.claims import Cite
    from tieline.observer.picture import Sight

CLOSED_BEFORE_OPENED: Final = Rule(
    code="closed-before-opened",
    words="a round cannot close before it opened",
    weight=Weight.IMPOSSIBLE,
)
HELD_BEFORE_ESTABLISHED: Final = Rule(
    code="held-before-established",
    words="a round cannot be held before its mechanism was established",
    weight=Weight.IMPOSSIBLE,
)
HELD_BEFORE_PROPOSED: Final = Rule(
    code="held-before-proposed",
    words="a round cannot be held before it was proposed",
    weight=Weight.IMPOSSIBLE,
)
DUE_BEFORE_MADE: Final = Rule(
    code="due-before-made",
    words="a commitment cannot be due before it was made",
    weight=Weight.IMPOSSIBLE,
)
ENDED_BEFORE_BEGUN: Final = Rule(
    code="ended-before-begun", words="nothing ends before it begins", weight=Weight.IMPOSSIBLE
)

Dated = list[tuple["Days", "Cite"]]


def _clash(
    rule: Rule, thing: str, early: Iterable[tuple[str, Dated]], late: tuple[str, Dated]
) -> Iterator[Discrepancy]:
    """One fault for each kind of day that surely comes before one that it must follow.

    Of many reports the earliest of the one and the latest of the other are named.
    """
    name, after = late
    known = [(days, cite) for days, cite in after if days.earliest is not None]
    for word, told in early:
        ends = [(days, cite) for days, cite in told if days.latest is not None]
        if not ends or not known:
            continue
        first = min(ends, key=lambda pair: str(pair[0].latest))
        last = max(known, key=lambda pair: str(pair[0].earliest))
        if surely_before(first[0], last[0]):
            yield fault(
                rule,
                thing,
                (f"{word} {first[0].words()}", first[1]),
                (f"{name} {last[0].words()}", last[1]),
            )


def of_turns(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A round that closed, or was held, before it was opened or proposed."""
    turns = sight.about(Turn, key)
    days: dict[Move, Dated] = {}
    for claim in turns:
        own = claim.days(claim.assertion.days)
        days.setdefault(claim.assertion.move, []).append((own, claim.cite))
    held = _held(sight, key)
    opened, closed = days.get(Move.OPENED, []), days.get(Move.CLOSED, [])
    yield from _clash(CLOSED_BEFORE_OPENED, key, [("closed", closed)], ("opened", opened or held))
    begun = [("held", held), ("opened", opened)]
    yield from _clash(HELD_BEFORE_PROPOSED, key, begun, ("proposed", days.get(Move.PROPOSED, [])))


def of_round(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A round held before its mechanism was there."""
    held = _held(sight, key)
    talks = {sight.key(c.assertion.of) for c in sight.about(Round, key) if c.assertion.of}
    for one in sorted(talks) if held else ():
        founded = [
            (c.assertion.established, c.cite)
            for c in sight.about(Mechanism, one)
            if c.assertion.established
        ]
        yield from _clash(HELD_BEFORE_ESTABLISHED, key, [("held", held)], ("established", founded))


def _held(sight: Sight, key: str) -> Dated:
    return [(c.assertion.held, c.cite) for c in sight.about(Round, key) if c.assertion.held]


def of_commitment(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A commitment due before it was made, or renewed to a day before the renewal."""
    made: Dated = []
    due: Dated = []
    for claim in sight.about(Commitment, key):
        one = claim.assertion
        if one.outcome is Outcome.RENEWED and one.due and claim.happened:
            renewed: Dated = [(claim.happened, claim.cite)]
            own: Dated = [(one.due, claim.cite)]
            yield from _clash(DUE_BEFORE_MADE, key, [("due", own)], ("renewed", renewed))
        elif one.outcome is not Outcome.RENEWED and one.due:
            due.append((one.due, claim.cite))
        if one.outcome is None and claim.happened and not claim.cite.inferred:
            made.append((claim.happened, claim.cite))
    # It was made at the latest when the first report tells of it.
    first = sorted(made, key=lambda pair: str(pair[0].earliest or "9999"))[:1]
    yield from _clash(DUE_BEFORE_MADE, key, [("due", due)], ("made", first))


def of_seat_ends(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A holder who left before they came."""
    for claim in sight.about(Seat, key):
        one = claim.assertion
        if one.start and one.end and surely_before(one.end, one.start):
            start = (f"from {one.start.words()}", claim.cite)
            yield fault(ENDED_BEFORE_BEGUN, key, (f"until {one.end.words()}", claim.cite), start)


def of_measure(sight: Sight, key: str) -> Iterator[Discrepancy]:
    """A measure that ended before it began."""
    claims = sight.about(Measure, key)
    ends: Dated = [(c.assertion.end, c.cite) for c in claims if c.assertion.end]
    starts: Dated = [(c.assertion.start, c.cite) for c in claims if c.assertion.start]
    yield from _clash(ENDED_BEFORE_BEGUN, key, [("ended", ends)], ("began", starts))
