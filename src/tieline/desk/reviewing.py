"""Reviewing: a second person compares entries with what they rest on; merging, and undoing."""

from __future__ import annotations

from datetime import date
from itertools import count

from tieline.days import Days
from tieline.desk.observing import filed_as
from tieline.desk.speaking import Desk
from tieline.errors import RefusedError, UsageError
from tieline.observer import Inference, Picture, Statement, Withdrawal
from tieline.observer.assertion import Cause, Disagreement, Link, Same
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.statement import Review, Verdict
from tieline.words import check_key, shown

GROUNDS_MAX = 64
_OF_ANYTHING = frozenset({Same, Disagreement, Cause, Link})
"""Said of things of every kind, so that they tell nothing of what a thing is."""


def reviews_of(seen: Picture, id_: str) -> tuple[Review, ...]:
    """All reviews of a statement or inference, in the order of filing."""
    return tuple(review for review in seen.record.reviews if review.of == id_)


def unreviewed(seen: Picture) -> tuple[Statement | Inference, ...]:
    """Statements and inferences that count and that nobody has reviewed, in order of filing."""
    done = {review.of for review in seen.record.reviews}
    return tuple(one for one in _said(seen) if one.id not in done and one.id not in seen.fallen)


def _said(seen: Picture) -> list[Statement | Inference]:
    return [*seen.record.statements, *seen.record.inferences]


def find_item(seen: Picture, id_: str) -> Statement | Inference:
    """A statement or inference by its key; raises `UsageError` if the record has none."""
    for one in _said(seen):
        if one.id == id_:
            return one
    raise UsageError(
        f"the record has no {shown(id_)!r}", advice="`tieline observe list` lists all."
    )


def new_review(
    desk: Desk, seen: Picture, id_: str, verdict: Verdict, *, note: str, office: str, on: date
) -> Review:
    """A review by whoever sits at the desk.

    Raises:
        UsageError: the record has no such item.
        RefusedError: it was filed by the same person, or objecting without a note.
    """
    find_item(seen, id_)
    reviewer = desk.signers(office, 1)[0]
    short, signed = filed_as(desk, id_)
    if reviewer.id in signed:
        others = ", ".join(o.label for o in desk.card.officers if o.id not in signed)
        raise RefusedError(
            f"{id_} was filed by {reviewer.label} ({short}): a second person reviews it",
            advice=f"Another officer does it with --as LABEL; here are: {others}."
            if others
            else "There is nobody else at this home; `tieline roster` tells how to add a person.",
        )
    if verdict is Verdict.OBJECTS and not note:
        raise RefusedError(
            "an objection needs its reason", advice="Say with --note what does not fit."
        )
    return Review(
        id=_free(seen, f"r-{id_}"),
        of=id_,
        reviewer=reviewer.id,
        verdict=verdict,
        on=Days(earliest=on, latest=on),
        note=note or None,
    )


def new_merge(
    seen: Picture, one: str, other: str, *, because: str, grounds: tuple[str, ...], author: str
) -> Inference:
    """An inference that two keys name one thing.

    Raises:
        UsageError: a key or a ground that the record does not have, or grounds that do not count.
        RefusedError: the keys are one already, or name things of different kinds.
    """
    for key in (one, other):
        check_key(key)
    kinds = [_kinds(seen, key) for key in (one, other)]
    for key, known in zip((one, other), kinds, strict=True):
        if not known:
            raise UsageError(f"nothing in the record is known as {shown(key)!r}")
    if seen.key(one) == seen.key(other):
        raise RefusedError(f"{one} and {other} are one thing in this record already")
    if not kinds[0] & kinds[1]:
        told = " and ".join(", ".join(sorted(each)) for each in kinds)
        raise RefusedError(
            f"{one} and {other} are things of different kinds: {told}",
            advice="Only two reports of one thing are merged; a `link` ties different things.",
        )
    _check_grounds(seen, grounds)
    return Inference(
        id=_free(seen, f"i-same-{one}"),
        author=author,
        text=because,
        grounds=grounds,
        assertions=(Same(thing=one, other=other),),
    )


def new_withdrawal(seen: Picture, id_: str, *, why: str, author: str, on: date) -> Withdrawal:
    """Take an item back; it stays readable and counts no more.

    Raises:
        UsageError: the record has no such item.
        RefusedError: it was taken back already.
    """
    find_item(seen, id_)
    if any(one.of == id_ for one in seen.record.withdrawals):
        raise RefusedError(f"{id_} was withdrawn already", advice=f"See `observe show {id_}`.")
    return Withdrawal(
        id=_free(seen, f"w-{id_}"),
        of=id_,
        author=author,
        on=Days(earliest=on, latest=on),
        why=why,
    )


def grounds_of(seen: Picture, *keys: str) -> tuple[str, ...]:
    """Statements that say something about any of these things, in order of filing."""
    wanted = {seen.key(key) for key in keys}
    found = {
        claim.cite.id
        for make in ASSERTION_FORM_OF
        for key in wanted
        for claim in seen.about(make, key)
        if not claim.cite.inferred
    }
    return tuple(one.id for one in seen.record.statements if one.id in found)


def _kinds(seen: Picture, key: str) -> set[str]:
    return {
        form.word
        for make, form in ASSERTION_FORM_OF.items()
        if make not in _OF_ANYTHING and seen.about(make, key)
    }


def _check_grounds(seen: Picture, grounds: tuple[str, ...]) -> None:
    statements = {one.id for one in seen.record.statements}
    for id_ in grounds:
        if id_ not in statements:
            raise UsageError(f"ground {shown(id_)!r} is no statement of this record")
        if id_ in seen.fallen:
            raise UsageError(f"ground {id_} does not count: {seen.fallen[id_]}")
    if not grounds or len(grounds) > GROUNDS_MAX:
        raise UsageError(f"an inference rests on 1 to {GROUNDS_MAX} statements: give --ground ID")


def _free(seen: Picture, base: str) -> str:
    taken = {item.id for item in seen.record.items()}
    base = base[:56]
    return next(name for n in count(1) if (name := base if n == 1 else f"{base}-{n}") not in taken)
