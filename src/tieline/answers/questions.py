"""Questions: each by its name, with its arguments as plain values, for every program that asks.

The node's verb, the pages and the command line ask by the same names, so that one table says what
can be asked of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

from tieline.answers.conditions import conditions
from tieline.answers.contacts import contacts_of
from tieline.answers.counterparts import ladder, next_filled
from tieline.answers.due import WITHIN_DAYS, due
from tieline.answers.intervals import Period
from tieline.answers.mandates import DEPTH_MAX, mandates
from tieline.answers.mechanisms import mechanism
from tieline.answers.positions import positions_on
from tieline.answers.readouts import readouts_of, topics_shown
from tieline.answers.rounds import round_keys, round_of
from tieline.answers.search import HITS_MAX, search
from tieline.answers.seats import SeatView
from tieline.answers.standstill import why
from tieline.answers.statistics import statistics
from tieline.answers.told import find, named, no_such, thing_keys
from tieline.answers.wordindex import SearchIndex
from tieline.days import parse_day
from tieline.errors import UsageError
from tieline.observer.claims import unique
from tieline.observer.discrepancy import discrepancies
from tieline.observer.picture import Picture
from tieline.observer.status import About, status

WITHIN_DAYS_MAX: Final = 36_600
"""A hundred years ahead: beyond any due day that somebody sets in earnest."""
LIMIT_MAX: Final = 5_000
"""Rows in one answer over a node's socket."""
OFFSET_MAX: Final = 10_000_000
"""Beyond the rows of any record that a node can hold."""
ROWS_MAX: Final = 500
"""Rows of a listing shown unless told: more than anybody reads at once."""
CITES_MAX: Final = 100
"""Citations of a count: the first ones; the record has them all."""
SIDES_MAX: Final = 32
"""Sides or fields named in one question."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some rows of an answer: ``value`` holds them, ``total`` counts all that there are."""

    value: object
    total: int
    shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question's arguments: ``seen`` is the picture, ``index`` gives the words of its record."""

    seen: Picture
    on: date
    args: Mapping[str, object]
    index: Callable[[], SearchIndex | None] = lambda: None

    def text(self, name: str) -> str | None:
        """An argument that may be left out.

        Raises:
            UsageError: it is no text.
        """
        given = self.args.get(name, "")
        if not isinstance(given, str):
            raise UsageError(f"{name} is not a text")
        return given or None

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that may be left out.

        Raises:
            UsageError: it is something else, or has more than ``SIDES_MAX`` items.
        """
        given = self.args.get(name, [])
        if not isinstance(given, list) or len(given) > SIDES_MAX:
            raise UsageError(f"{name} is not a list of at most {SIDES_MAX} texts")
        if not all(isinstance(one, str) for one in given):
            raise UsageError(f"{name} is not a list of texts")
        return tuple(str(one) for one in given)

    def key(self) -> str:
        """The key of the thing that is asked about.

        Raises:
            UsageError: none is given.
        """
        given = self.text("key")
        if given is None:
            raise UsageError(
                "this question is about one thing; name its key",
                advice="`tieline ask things` lists every key.",
            )
        return given

    def day(self, name: str) -> date | None:
        """A day that may be left out."""
        given = self.text(name)
        return parse_day(given) if given is not None else None

    def cut(self, rows: Sequence[T]) -> tuple[T, ...]:
        """The rows wanted, by ``offset`` and ``limit``."""
        offset = self.number("offset", 0, OFFSET_MAX)
        return tuple(rows[offset : offset + self.number("limit", ROWS_MAX, LIMIT_MAX)])

    def part(self, rows: Sequence[object]) -> Part:
        """The rows wanted, and how many there are."""
        shown = self.cut(rows)
        return Part(value=shown, total=len(rows), shown=len(shown))

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 on.

        Raises:
            UsageError: it is something else, or over the limit.
        """
        given = self.args.get(name, default)
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given <= most:
            raise UsageError(f"{name} is a whole number from 0 to {most}")
        return given


def _status(asked: Asked) -> object:
    about = asked.text("about")
    lines = status(asked.seen, on=asked.on)
    if about is not None:
        known = unique(one.value for one in About)
        if about not in known:
            raise no_such(about, known, "no line of status is about")
        lines = [line for line in lines if line.about.value == about]
    return asked.part(lines)


def _things(asked: Asked) -> object:
    keys = thing_keys(asked.seen, asked.text("kind"))
    shown = tuple(named(asked.seen, key) for key in asked.cut(keys))
    return Part(value=shown, total=len(keys), shown=len(shown))


def _mechanism(asked: Asked) -> object:
    return mechanism(asked.seen, asked.key())


def _round(asked: Asked) -> object:
    return round_of(asked.seen, asked.key())


def _rounds(asked: Asked) -> object:
    keys = round_keys(asked.seen, asked.text("key"))
    shown = tuple(round_of(asked.seen, key) for key in asked.cut(keys))
    return Part(value=shown, total=len(keys), shown=len(shown))


def _contacts(asked: Asked) -> object:
    return asked.part(contacts_of(asked.seen, asked.text("key")))


def _counterparts(asked: Asked) -> object:
    """Histories are left out: each seat's own page has them."""
    sides = asked.texts("sides")
    key = asked.text("key")
    whole = ladder(asked.seen, on=asked.on, sides=sides)
    every = [seat for rung in whole.rungs for seat in rung.seats]
    shown = {seat.thing.key for seat in asked.cut(every)}
    rungs = [replace(rung, seats=_short(rung.seats, shown)) for rung in whole.rungs]
    found = next_filled(asked.seen, key, on=asked.on, sides=sides) if key else None
    if found is not None:
        target = found.next and replace(found.next, seats=_short(found.next.seats))
        found = replace(found, next=target, passed=())
    return Part(
        value={
            "ladder": replace(
                whole,
                rungs=tuple(rung for rung in rungs if rung.seats),
                vacancies=_short(whole.vacancies, shown),
                unknown=asked.cut(whole.unknown),
            ),
            "next": found,
        },
        total=len(every),
        shown=len(shown),
    )


def _short(seats: tuple[SeatView, ...], keys: Container[str] | None = None) -> tuple[SeatView, ...]:
    chosen = [seat for seat in seats if keys is None or seat.thing.key in keys]
    return tuple(replace(seat, history=()) for seat in chosen[:ROWS_MAX])


def _due(asked: Asked) -> object:
    within = asked.number("within", WITHIN_DAYS, WITHIN_DAYS_MAX)
    found = due(asked.seen, on=asked.on, within_days=within, side=asked.text("side"))
    shown = asked.cut(found.items)
    return Part(value=replace(found, items=shown), total=len(found.items), shown=len(shown))


def _positions(asked: Asked) -> object:
    until = asked.day("on")
    topic, side = asked.text("topic"), asked.text("side")
    found = positions_on(asked.seen, topic, side=side, on=until)
    every = [one for topic in found for column in topic.sides for one in column.positions]
    shown = set(map(id, asked.cut(every)))
    cut = tuple(
        replace(
            topic,
            sides=tuple(
                replace(column, positions=tuple(p for p in column.positions if id(p) in shown))
                for column in topic.sides
            ),
        )
        for topic in found
    )
    return Part(value=cut, total=len(every), shown=len(shown))


def _readouts(asked: Asked) -> object:
    columns = readouts_of(asked.seen, asked.key())
    return {
        "thing": named(asked.seen, asked.key()),
        "sides": columns,
        "topics": topics_shown(columns),
    }


def _why(asked: Asked) -> object:
    return why(asked.seen, asked.key())


def _mandates(asked: Asked) -> object:
    depth = asked.number("depth", DEPTH_MAX, DEPTH_MAX)
    return mandates(asked.seen, asked.key(), depth=depth)


def _conditions(asked: Asked) -> object:
    return asked.part(conditions(asked.seen, asked.text("key"), side=asked.text("side")))


def _search(asked: Asked) -> object:
    return search(
        asked.seen,
        asked.text("query") or "",
        index=asked.index(),
        fields=asked.texts("fields"),
        limit=asked.number("limit", HITS_MAX, LIMIT_MAX),
    )


def _statistics(asked: Asked) -> object:
    period = asked.text("period") or Period.ALL.value
    if period not in {one.value for one in Period}:
        known = ", ".join(one.value for one in Period)
        raise UsageError(f"period {period[:40]!r} is not one of {known}")
    found = statistics(
        asked.seen,
        asked.text("key"),
        since=asked.day("since"),
        until=asked.day("until"),
        period=Period(period),
    )
    return replace(
        found,
        days_between=replace(found.days_between, cites=found.days_between.cites[:CITES_MAX]),
        delay=replace(found.delay, cites=found.delay.cites[:CITES_MAX]),
        postponed=replace(found.postponed, cites=found.postponed.cites[:CITES_MAX]),
        answers=tuple(
            replace(one, cites=one.cites[:CITES_MAX]) for one in found.answers[:ROWS_MAX]
        ),
    )


def _discrepancies(asked: Asked) -> object:
    key = asked.text("key")
    found = discrepancies(asked.seen)
    if key is not None:
        shown = find(asked.seen, key)
        found = tuple(one for one in found if one.thing == shown)
    return asked.part(found)


QUESTIONS: Final[Mapping[str, Callable[[Asked], object]]] = {
    "status": _status,
    "things": _things,
    "mechanism": _mechanism,
    "round": _round,
    "rounds": _rounds,
    "contacts": _contacts,
    "counterparts": _counterparts,
    "due": _due,
    "positions": _positions,
    "readouts": _readouts,
    "why": _why,
    "mandates": _mandates,
    "conditions": _conditions,
    "search": _search,
    "statistics": _statistics,
    "discrepancies": _discrepancies,
}


def answer(question: str, asked: Asked) -> object:
    """The answer to one question, as the function of that name gives it, or a `Part` of it.

    Raises:
        UsageError: no such question or thing, or an argument that cannot be taken.
    """
    found = QUESTIONS.get(question)
    if found is None:
        raise no_such(question, QUESTIONS, "there is no question")
    return found(asked)
