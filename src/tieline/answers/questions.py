"""Questions: each by its name, with its arguments as plain values, for every program that asks.

The node's verb, the pages and the command line ask by the same names, so that one table says what
can be asked of a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tieline.answers.conditions import conditions
from tieline.answers.contacts import contacts_of
from tieline.answers.counterparts import ladder, next_filled
from tieline.answers.due import WITHIN_DAYS, due
from tieline.answers.intervals import Period
from tieline.answers.mandates import DEPTH_MAX, mandates
from tieline.answers.mechanisms import mechanism
from tieline.answers.positions import positions_on
from tieline.answers.readouts import readouts_of, topics_shown
from tieline.answers.rounds import round_of, rounds_of
from tieline.answers.search import HITS_MAX, search
from tieline.answers.standstill import why
from tieline.answers.statistics import statistics
from tieline.answers.told import named, no_such, things
from tieline.answers.wordindex import SearchIndex
from tieline.days import parse_day
from tieline.errors import UsageError
from tieline.observer.discrepancy import discrepancies
from tieline.observer.picture import Picture
from tieline.observer.status import status

WITHIN_DAYS_MAX: Final = 36_600
"""A hundred years ahead: beyond any due day that somebody sets in earnest."""
LIMIT_MAX: Final = 1_000
"""Hits in one answer; more is a listing and no search."""
SIDES_MAX: Final = 32
"""Sides or fields named in one question."""


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
    return status(asked.seen, on=asked.on)


def _things(asked: Asked) -> object:
    return things(asked.seen, asked.text("kind"))


def _mechanism(asked: Asked) -> object:
    return mechanism(asked.seen, asked.key())


def _round(asked: Asked) -> object:
    return round_of(asked.seen, asked.key())


def _rounds(asked: Asked) -> object:
    return rounds_of(asked.seen, asked.text("key"))


def _contacts(asked: Asked) -> object:
    return contacts_of(asked.seen, asked.text("key"))


def _counterparts(asked: Asked) -> object:
    sides = asked.texts("sides")
    seat = asked.text("key")
    return {
        "ladder": ladder(asked.seen, on=asked.on, sides=sides),
        "next": next_filled(asked.seen, seat, on=asked.on, sides=sides) if seat else None,
    }


def _due(asked: Asked) -> object:
    within = asked.number("within", WITHIN_DAYS, WITHIN_DAYS_MAX)
    return due(asked.seen, on=asked.on, within_days=within, side=asked.text("side"))


def _positions(asked: Asked) -> object:
    until = asked.day("on")
    return positions_on(asked.seen, asked.text("topic"), side=asked.text("side"), on=until)


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
    return conditions(asked.seen, asked.text("key"), side=asked.text("side"))


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
    return statistics(
        asked.seen,
        asked.text("key"),
        since=asked.day("since"),
        until=asked.day("until"),
        period=Period(period),
    )


def _discrepancies(asked: Asked) -> object:
    key = asked.text("key")
    found = discrepancies(asked.seen)
    return found if key is None else [d for d in found if d.thing == asked.seen.key(key)]


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
    """The answer to one question, as the function of that name gives it.

    Raises:
        UsageError: no such question or thing, or an argument that cannot be taken.
    """
    found = QUESTIONS.get(question)
    if found is None:
        raise no_such(question, QUESTIONS, "there is no question")
    return found(asked)
