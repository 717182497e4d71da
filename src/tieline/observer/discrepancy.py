"""Discrepancies: where two reports, or a report and an inference, do not fit.

Nothing is decided here. Both values stay, each with its citation.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tieline.days import Days
from tieline.observer.assertion import Assertion, Disagreement, OfSide
from tieline.observer.form import KEY, Field
from tieline.observer.forms import ASSERTION_FORM_OF
from tieline.observer.picture import Picture, cite_of

if TYPE_CHECKING:
    from tieline.observer.claims import Cite, Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Values that do not fit, each with what says so.

    ``field`` is empty, and ``why`` is set, when an observer noted it and no field shows it.
    """

    thing: str
    field: str = ""
    values: tuple[tuple[str, Cite], ...]
    why: str = ""

    def words(self) -> str:
        """One line for readers, with the citations."""
        told = "; ".join(f"{value} [{cite.words()}]".lstrip() for value, cite in self.values)
        return f"{self.field or self.why}: {told}"


def discrepancies(picture: Picture) -> tuple[Discrepancy, ...]:
    """Those derived from fields, in the order of filing, then those that an observer noted."""
    return (*_derived(picture), *_noted(picture))


def _derived(picture: Picture) -> list[Discrepancy]:
    found: list[Discrepancy] = []
    for make, form in ASSERTION_FORM_OF.items():
        single = [field for field in form.fields if field.single]
        for thing in picture.things(make) if single else ():
            claims = picture.about(make, thing)
            found += [one for field in single for one in _of_field(picture, thing, field, claims)]
    return found


def _of_field(
    picture: Picture, thing: str, field: Field, claims: list[Claim[Assertion]]
) -> list[Discrepancy]:
    told: list[tuple[Any, Cite]] = []
    for claim in claims:
        held = getattr(claim.assertion, field.attribute)
        if held is None or held == ():
            continue
        for one in held if field.many else (held,):
            value = picture.key(one) if field.codec is KEY else one
            told.append((value, claim.cite))
    odd: list[tuple[Any, Cite]] = []
    for first, second in combinations(told, 2):
        if first[1] != second[1] and not fits(first[0], second[0]):
            odd += [one for one in (first, second) if one not in odd]
    if not odd:
        return []
    values = tuple((_words(value), cite) for value, cite in odd)
    return [Discrepancy(thing=thing, field=field.name, values=values)]


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


def _noted(picture: Picture) -> list[Discrepancy]:
    by_id = {statement.id: statement for statement in picture.record.statements}
    return [
        Discrepancy(
            thing=picture.key(claim.assertion.thing),
            why=claim.assertion.why,
            values=(
                ("noted", claim.cite),
                *(("", cite_of(by_id[id_])) for id_ in sorted(claim.grounds)),
            ),
        )
        for claim in picture.of(Disagreement)
    ]
