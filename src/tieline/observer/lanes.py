"""Lanes: the marks of a drawn timeline, one lane for each mechanism, channel, framework, seat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tieline.days import Days
from tieline.observer.assertion import Restoration
from tieline.observer.claims import Cite, unique
from tieline.observer.views import (
    CommitmentView,
    ContactView,
    FrameworkView,
    RoundView,
    SeatView,
    StandingView,
    commitments,
    frameworks,
    rounds,
    seats,
    standings,
)
from tieline.observer.vocabulary import Extent, Result
from tieline.observer.wording import round_title, spell_words

if TYPE_CHECKING:
    from tieline.observer.picture import Picture


class Shape(Enum):
    """What a mark stands for; the value is its line in the legend."""

    FOUNDED = "established"
    PLANNED = "planned"
    HELD = "round held"
    MET = "contact held"
    SOUGHT = "contact planned, possible, refused or not said"
    BROKEN = "suspended"
    RESTORED = "restored"
    CONDITION = "reported condition"
    STAGE = "stage of a framework"
    HOLDER = "holder of a seat"
    VACANT = "vacant"
    PROMISE = "commitment, until it is due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something on a lane. ``until`` makes it a bar; its days may be wholly unknown."""

    shape: Shape
    days: Days
    words: str
    cites: tuple[Cite, ...]
    until: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Marks that share a line, under the name of their thing."""

    group: str
    name: str
    marks: tuple[Mark, ...]


def lanes(picture: Picture) -> tuple[Lane, ...]:
    """The lanes of a picture in groups; those without a mark are left out."""
    seen = standings(picture)
    found = [_standing(view, "Mechanisms") for view in seen if view.series]
    unnamed = tuple(mark for view in rounds(picture) if not view.of for mark in _round(view))
    found.append(Lane(group="Mechanisms", name="mechanism not named", marks=unnamed))
    found += [_standing(view, "Channels") for view in seen if not view.series]
    found += [_framework(view) for view in frameworks(picture)]
    found += [_seat(view) for view in seats(picture)]
    promised = tuple(_commitment(view) for view in commitments(picture))
    found.append(Lane(group="Commitments", name="by whom, what", marks=promised))
    return tuple(lane for lane in found if lane.marks)


def _standing(view: StandingView, group: str) -> Lane:
    marks: list[Mark] = []
    if view.established:
        place = f", {view.place}" if view.place else ""
        days, cites = view.established.days, view.established.cites
        marks.append(Mark(shape=Shape.FOUNDED, days=days, words=f"set up{place}", cites=cites))
    for one in view.rounds:
        marks += _round(one)
    marks += [_contact(one) for one in view.contacts]
    marks += _spells(view)
    return Lane(group=group, name=view.name, marks=tuple(marks))


def _round(view: RoundView) -> list[Mark]:
    title = round_title(view).split(",", maxsplit=1)[0]
    marks: list[Mark] = []
    if view.planned:
        days, place, cite = view.planned[0]
        put_off = ", put off" if view.postponed else ""
        words = f"{title} planned{f', {place}' if place else ''}{put_off}"
        marks.append(Mark(shape=Shape.PLANNED, days=days or Days(), words=words, cites=(cite,)))
    if view.held:
        words = f"{title} held{f', {view.place}' if view.place else ''}"
        cites = view.held.cites
        marks.append(Mark(shape=Shape.HELD, days=view.held.days, words=words, cites=cites))
    return marks


def _contact(view: ContactView) -> Mark:
    results = [result for result, _ in view.results]
    held = Result.HELD in results
    way = view.way.value if view.way else "contact"
    told = [] if held else list(dict.fromkeys(result.value for result in results))
    names = [one.value for one in view.who]
    parts = [" ".join([way, *told]), " and ".join(names), view.place or ""]
    return Mark(
        shape=Shape.MET if held else Shape.SOUGHT,
        days=view.days.days,
        words=", ".join(part for part in parts if part),
        cites=unique([*view.days.cites, *(cite for _, cite in view.results)]),
    )


def _spells(view: StandingView) -> list[Mark]:
    # Only a restoration of the whole, and the only one, ends the bar of a suspension.
    ends = [
        spell.since.days
        for spell in view.restorations
        if isinstance(spell.assertion, Restoration) and spell.assertion.extent is not Extent.PART
    ]
    until = ends[0] if len(ends) == 1 and ends[0].known else Days()
    marks = []
    for shape, spells in (
        (Shape.BROKEN, view.suspensions),
        (Shape.RESTORED, view.restorations),
        (Shape.CONDITION, view.conditions),
    ):
        marks += [
            Mark(
                shape=shape,
                days=spell.since.days,
                words=spell_words(spell.assertion),
                cites=spell.since.cites,
                until=until if shape is Shape.BROKEN else None,
            )
            for spell in spells
        ]
    return marks


def _framework(view: FrameworkView) -> Lane:
    marks = [
        Mark(
            shape=Shape.STAGE,
            days=one.days,
            words=f"{one.stage.value}, by {', '.join(one.by) or 'whom is not said'}",
            cites=(one.cite,),
        )
        for one in view.stages
    ]
    return Lane(group="Frameworks", name=view.name, marks=tuple(marks))


def _seat(view: SeatView) -> Lane:
    marks = [
        Mark(
            shape=Shape.HOLDER if one.holder else Shape.VACANT,
            days=one.anchor(),
            words=one.holder or "vacant",
            cites=one.cites,
            until=(one.end.days if one.end else Days()) if one.start else None,
        )
        for one in view.holdings
    ]
    office = view.office or view.key
    name = f"{view.party}: {office}" if view.party else office
    return Lane(group="Seats", name=name, marks=tuple(marks))


def _commitment(view: CommitmentView) -> Mark:
    outcome = f" ({view.outcome.value})" if view.outcome else ""
    return Mark(
        shape=Shape.PROMISE,
        days=view.made.days,
        words=f"{', '.join(view.by) or 'not said'}: {view.what}{outcome}",
        cites=unique([*view.made.cites, *(view.due.cites if view.due else ())]),
        until=view.due.days if view.due else None,
    )
