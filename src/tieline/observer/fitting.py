"""Fitting: whether two values of one field can both be right."""

from __future__ import annotations

from typing import Any, Final

from tieline.days import Days
from tieline.observer.assertion import Assertion, Commitment, OfSide
from tieline.observer.basis import Kind
from tieline.observer.claims import Cite, Claim, standing
from tieline.observer.form import KEY, Field
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.picture import Sight
from tieline.observer.rule import Discrepancy
from tieline.observer.vocabulary import Outcome

SINGLE: Final[dict[Kind, tuple[Field, ...]]] = {
    make: tuple(field for field in form.fields if field.single)
    for make, form in ASSERTION_FORM_OF.items()
}
VALUES_MAX: Final = 200
"""Different values of one field that are compared each with each; further ones with these."""


def unfitting(sight: Sight, thing: str, kind: Kind) -> list[Discrepancy]:
    """Fields that a thing has one of, and for which it was given values that do not fit."""
    claims = sight.about(kind, thing)
    if len(claims) < 2 or not SINGLE[kind]:
        return []
    found = [_of_field(sight, thing, field, claims) for field in SINGLE[kind]]
    return [one for one in found if one is not None]


def _of_field(
    sight: Sight, thing: str, field: Field, claims: list[Claim[Assertion]]
) -> Discrepancy | None:
    told = []
    for claim in claims:
        if field.attribute == "due" and _is_renewal(claim.assertion):
            continue
        held = getattr(claim.assertion, field.attribute)
        if held is not None and held != ():
            told.append((held if field.many else (held,), claim.cite))
    given: dict[Any, list[Cite]] = {}
    for held, cite in standing(told):
        for one in held:
            value = sight.key(one) if field.codec is KEY else one
            given.setdefault(value, []).append(cite)
    if len(given) < 2:
        return None
    values = [
        (_words(value), cite)
        for value, cites in given.items()
        for cite in dict.fromkeys(cites)
        if _is_odd(value, cite, given)
    ]
    return Discrepancy(thing=thing, field=field.name, values=tuple(values)) if values else None


def _is_renewal(one: Assertion) -> bool:
    return isinstance(one, Commitment) and one.outcome is Outcome.RENEWED


def _is_odd(value: Any, cite: Cite, given: dict[Any, list[Cite]]) -> bool:
    """Whether somebody else gives a value that does not fit this one."""
    for number, (other, cites) in enumerate(given.items()):
        if number == VALUES_MAX:
            return False
        if other is not value and any(one != cite for one in cites) and not fits(value, other):
            return True
    return False


def fits(first: Any, second: Any) -> bool:
    """Whether two values of one field can both be right.

    Days fit if they share a day. A place fits another that names it among its parts, as
    "Old Mint, Harbour Town" does "Harbour Town". A value of no named side must fit any side's.
    """
    if isinstance(first, Days) and isinstance(second, Days):
        return first.meet(second) is not None
    if isinstance(first, OfSide) and isinstance(second, OfSide):
        apart = None not in {first.party, second.party} and first.party != second.party
        return apart or fits(first.value, second.value)
    if isinstance(first, str) and isinstance(second, str):
        one, other = _parts(first), _parts(second)
        return one <= other or other <= one
    return bool(first == second)


def _parts(text: str) -> frozenset[str]:
    return frozenset(part.strip().casefold() for part in text.split(","))


def _words(value: Any) -> str:
    if isinstance(value, Days):
        return value.words()
    if isinstance(value, OfSide):
        return value.value if value.party is None else f"{value.party}: {value.value}"
    return str(getattr(value, "value", value))
