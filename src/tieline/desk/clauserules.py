"""Clause rules: what the machine reads from the terms of a framework's known clauses.

The state never fails on odd terms: it falls back to its defaults. An officer who mistypes a clock
would sign something else than was meant, so a file is checked here before it is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tieline.errors import MalformedError
from tieline.procedures import BY_KIND, BY_NAME
from tieline.procedures.line.message import CHANNELS
from tieline.procedures.terms import LEVELS
from tieline.record.message import check_handle, parse_office

CLOCKS = ("receipt", "take", "answer")
SECONDS_MAX = 366 * 86_400
"""Longest time that the state reads (`procedures.terms`)."""
HIGHEST = "HIGHEST"
CHANNEL_WORDS = ("fixed", "suspendable")
KNOWN = {
    "levels": ("names",),
    "ladder": ("offices",),
    "test": ("every_s", "answer_s"),
    "channels": CHANNELS,
    "release": ("two_persons",),
    "offices": ("counterparts",),
}
"""Clauses whose fields are all known; others may hold what the parties like."""

Wrong = tuple[str, str, str]
"""Field, why, remedy."""


def faults_in(clause: str, terms: Mapping[str, Any], levels: tuple[str, ...]) -> list[Wrong]:
    """What the machine would not read as it stands; ``levels`` empty means the defaults."""
    unknown = [
        (key, "is not read by anybody", f"The fields of {clause} are {', '.join(KNOWN[clause])}.")
        for key in terms
        if clause in KNOWN and key not in KNOWN[clause]
    ]
    check = CHECKS.get(clause)
    return [*unknown, *(check(terms, levels or LEVELS) if check is not None else ())]


def levels_named(clauses: Mapping[str, Any]) -> tuple[str, ...]:
    """The precedence levels that a file names; empty if it names none."""
    try:
        names = clauses["levels"]["terms"]["names"]
    except (KeyError, TypeError):
        return ()
    is_list = isinstance(names, list) and all(isinstance(n, str) for n in names)
    return tuple(names) if is_list else ()


def _names(terms: Mapping[str, Any], key: str, example: str) -> Iterator[Wrong]:
    value = terms.get(key)
    if value is None:
        return
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        yield key, "is not a list of texts", f"Write {key} = {example}."
    elif len(set(value)) != len(value):
        yield key, "names one thing twice", "Remove one of them."


def _levels(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    yield from _names(terms, "names", '["FLASH", "ROUTINE"], the highest first')


def _seconds(key: str, value: object) -> Iterator[Wrong]:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 < int(str(value)) <= SECONDS_MAX:
        yield key, f"is not 1 to {SECONDS_MAX}", "Write whole seconds, without quotes."


def _clocks(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    known = [f"{clock}_{level}_s" for level in levels for clock in CLOCKS]
    for key, value in terms.items():
        if key not in known:
            yield key, "is no clock of a level", f"Clocks are {', '.join(known[:3])} and so on."
        else:
            yield from _seconds(key, value)


def _test(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    for key in KNOWN["test"]:
        if key in terms:
            yield from _seconds(key, terms[key])


def _ladder(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    faults = list(_names(terms, "offices", '["watch", "desk", "principal"]'))
    yield from faults
    for office in terms.get("offices", ()) if not faults else ():
        try:
            check_handle(office, "office")
        except MalformedError as error:
            yield "offices", str(error), "Name offices without their party, as `watch`."


def _channels(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    for key, value in terms.items():
        if key in CHANNELS and value not in CHANNEL_WORDS:
            yield key, "is neither fixed nor suspendable", f'Write {key} = "suspendable".'


def _release(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    faults = list(_names(terms, "two_persons", '["framework.sign", "HIGHEST"]'))
    yield from faults
    for kind in terms.get("two_persons", ()) if not faults else ():
        if kind not in BY_KIND and kind != HIGHEST:
            remedy = f"Use kinds such as message.say, or {HIGHEST} for actual ones of that level."
            yield "two_persons", f"{kind[:60]!r} is no kind of message", remedy


def _offices(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    pairs, example = terms.get("counterparts", []), '[["alpha/watch", "bravo/watch"]]'
    if not isinstance(pairs, list):
        yield "counterparts", "is not a list of pairs", f"Write counterparts = {example}."
        return
    for pair in pairs:
        try:
            is_pair = isinstance(pair, list) and len({parse_office(o).party for o in pair}) == 2
        except (MalformedError, TypeError, AttributeError):
            is_pair = False
        if not is_pair or len(pair) != 2:
            remedy = f"Write pairs of two parties' offices, as {example}."
            yield "counterparts", f"{str(pair)[:60]} is no pair", remedy


def _codes(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    del levels
    for key, value in terms.items():
        if not isinstance(value, str) or not value:
            yield key, "has no meaning in words", f'Write {key} = "what it means".'


def _procedures(terms: Mapping[str, Any], levels: tuple[str, ...]) -> Iterator[Wrong]:
    """A procedure in another version than ours could not be used once this is signed."""
    del levels
    for key, value in terms.items():
        known = BY_NAME.get(key)
        if known is None:
            yield key, "is no procedure of this program", f"There are {', '.join(BY_NAME)}."
        elif value != known.version or isinstance(value, bool):
            yield (
                key,
                f"is not a version that we speak: {value!r}",
                f"Write {key} = {known.version}.",
            )


CHECKS: dict[str, Callable[[Mapping[str, Any], tuple[str, ...]], Iterator[Wrong]]] = {
    "levels": _levels,
    "clocks": _clocks,
    "ladder": _ladder,
    "test": _test,
    "channels": _channels,
    "release": _release,
    "offices": _offices,
    "codes": _codes,
    "procedures": _procedures,
}
