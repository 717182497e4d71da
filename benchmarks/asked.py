"""Asked: the questions of `tieline ask`, as a node answers them: cut, and made plain for JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tieline.answers import Asked, Part, SearchIndex, answer, index_of, plain
from tieline.observer import Picture
from tieline.observer.assertion import Readout, Round, Seat

ON = date(2014, 6, 1)
KNOWN = date(2015, 1, 1)
TWO = ["Aval", "Borun"]
SEVENTIETH = 70
"""Where an argument is a kind of thing, the key of the seventieth of that kind is meant."""


def _index(picture: Picture) -> SearchIndex:
    return index_of(picture.record)


def _ask(question: str, **args: object) -> Callable[[Picture], object]:
    def asked(picture: Picture) -> object:
        whole = picture.known_on(None)
        own = {name: _meant(whole, value) for name, value in args.items()}
        found = answer(
            question, Asked(seen=picture, on=ON, args=own, index=lambda: whole.once(_index))
        )
        return plain(found.value if isinstance(found, Part) else found)

    return asked


def _meant(picture: Picture, value: object) -> object:
    if not isinstance(value, type):
        return value
    keys = picture.things(value)
    return keys[SEVENTIETH % len(keys)]


def _known(question: str, **args: object) -> Callable[[Picture], object]:
    ask = _ask(question, **args)
    return lambda picture: ask(picture.known_on(KNOWN))


ASKED: list[tuple[str, Callable[[Picture], object]]] = [
    ("ask status", _ask("status")),
    ("ask things", _ask("things")),
    ("ask mechanism", _ask("mechanism", key="m-7")),
    ("ask round", _ask("round", key=Round)),
    ("ask rounds, of all", _ask("rounds")),
    ("ask contacts, of all", _ask("contacts")),
    ("ask counterparts", _ask("counterparts", sides=TWO)),
    ("ask counterparts, next filled", _ask("counterparts", key=Seat, sides=TWO)),
    ("ask due", _ask("due")),
    ("ask due, as known on a day", _known("due")),
    ("ask positions", _ask("positions")),
    ("ask readouts", _ask("readouts", key=Readout)),
    ("ask why", _ask("why", key="m-7")),
    ("ask mandates", _ask("mandates", key="m-7")),
    ("ask conditions", _ask("conditions")),
    ("ask search, a rare word", _ask("search", query="Kerwick")),
    ("ask search, two words of every statement", _ask("search", query="report named")),
    ("ask search, a phrase of every statement", _ask("search", query='"was named"')),
    ("ask statistics", _ask("statistics")),
    ("ask statistics, by year, as known on a day", _known("statistics", period="year")),
    ("ask discrepancies", _ask("discrepancies")),
]
