"""Agenda: items by side with what became of them, and what one side alone raised, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tieline.answers.told import Told
from tieline.observer.assertion import AgendaItem
from tieline.observer.claims import Cite, unique
from tieline.observer.vocabulary import Fate, Where

if TYPE_CHECKING:
    from tieline.answers.readouts import ReadoutView, SideReadouts
    from tieline.observer.picture import Sight


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaLine:
    """An item of an agenda; ``sides`` is who proposed or raised it, empty when not said."""

    item: str
    topic: str | None
    sides: tuple[str, ...]
    fate: Fate | None
    where: Where | None
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OneSided:
    """A topic that one side raised, as far as is reported, and no other; ``where`` it did.

    That the others did not is not reported by this: it is what the record holds and no more.
    """

    topic: str
    side: str
    where: tuple[Told[str], ...]
    cites: tuple[Cite, ...]


def agenda_of(picture: Sight, key: str) -> tuple[AgendaLine, ...]:
    """The agenda of a round or contact, in the order of filing."""
    return tuple(
        AgendaLine(
            item=c.assertion.item,
            topic=c.assertion.topic,
            sides=c.assertion.by,
            fate=c.assertion.fate,
            where=c.assertion.where,
            cites=(c.cite,),
        )
        for c in picture.about(AgendaItem, key)
    )


def one_sided(
    agenda: tuple[AgendaLine, ...], readouts: tuple[SideReadouts, ...]
) -> tuple[OneSided, ...]:
    """Topics that exactly one side is reported to have raised, in the room or afterwards."""
    raised: dict[str, dict[str, list[tuple[str, Cite]]]] = {}
    for line in agenda:
        if line.fate is not Fate.RAISED:
            continue
        where = line.where.value if line.where else "where is not said"
        for side in line.sides:
            told = raised.setdefault(line.topic or line.item, {}).setdefault(side, [])
            told += [(where, cite) for cite in line.cites]
    # One side's readouts alone show nothing of what the other left out.
    for column in readouts if len(readouts) > 1 else ():
        for view in column.readouts:
            for topic in view.topics:
                told = raised.setdefault(topic, {}).setdefault(column.side, [])
                told.append((_channel(view), view.cite))
    found = []
    for topic, sides in raised.items():
        if len(sides) == 1:
            ((side, told),) = sides.items()
            places: dict[str, list[Cite]] = {}
            for where, cite in told:
                places.setdefault(where, []).append(cite)
            found.append(
                OneSided(
                    topic=topic,
                    side=side,
                    where=tuple(Told(value=w, cites=unique(c)) for w, c in places.items()),
                    cites=unique(cite for _, cite in told),
                )
            )
    return tuple(found)


def _channel(view: ReadoutView) -> str:
    return f"in a readout ({view.channel})" if view.channel else "in a readout"
