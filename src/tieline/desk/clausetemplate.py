"""Clause template: a framework to begin with, for parties named beforehand.

Its words say what its terms say. The terms are the fixed defaults that hold without any framework,
so that signing it unchanged changes nothing but that it is agreed.
"""

from __future__ import annotations

from collections.abc import Mapping

from tieline.desk.clausefile import canonical_terms
from tieline.procedures import BY_KIND
from tieline.procedures.brackets import Clause
from tieline.procedures.house.shared import is_house
from tieline.procedures.terms import (
    ANSWER_S,
    LADDER,
    LEVELS,
    RECEIPT_S,
    TAKE_S,
    TEST_ANSWER_S,
    TEST_EVERY_S,
    TWO_PERSONS,
    Term,
)

CODES = {
    "accident-not-attack": "What happened was an accident. It is not an attack, and none follows.",
    "cause-unknown": "Something happened here. We do not know the cause yet and are looking.",
    "hold-and-wait": "Our units have been told to hold. Please hold yours until we have spoken.",
    "call-me": "Call our watch by voice, at once.",
    "cannot-speak": "We cannot speak freely on this channel now.",
}
LANGUAGES = ("en",)
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))

Terms = Mapping[str, Term]


def template(parties: tuple[str, ...]) -> dict[str, Clause]:
    """A whole framework between these parties; equal for all, whoever of them makes it."""
    named = tuple(sorted(parties))
    found = {
        "purpose": _clause("Purpose", _purpose(named), {}),
        "levels": _clause("Precedence", _levels(), {"names": list(LEVELS)}),
        "clocks": _clause("Answer times", _clocks(), _clock_terms()),
        "ladder": _clause("Who is called next", _ladder(), {"offices": list(LADDER)}),
        "test": _clause("Tests", _test(), {"every_s": TEST_EVERY_S, "answer_s": TEST_ANSWER_S}),
        "channels": _clause("Channels", _channels(), _channel_terms()),
        "release": _clause("Two persons", _release(), {"two_persons": [*TWO_PERSONS, "HIGHEST"]}),
        "languages": _clause("Languages", _languages(), {"use": list(LANGUAGES)}),
        "codes": _clause("Coded messages", _codes(), CODES),
        "procedures": _clause("Procedures", _procedures(), _versions()),
    }
    if len(named) == 2:
        pairs: list[Term] = [[f"{party}/{office}" for party in named] for office in LADDER]
        found["offices"] = _clause(
            "Offices that face each other", _offices(), {"counterparts": pairs}
        )
    return dict(sorted(found.items(), key=lambda item: ORDER.index(item[0])))


ORDER = (
    *("purpose", "levels", "clocks", "ladder", "offices", "channels", "release"),
    *("test", "languages", "codes", "procedures"),
)
"""As the clauses follow each other in a file; the agreed text is ordered by their ids."""


def _clause(title: str, text: str, terms: Terms) -> Clause:
    return Clause(title=title, text=text, terms=canonical_terms(terms))


def span(seconds: int) -> str:
    """A length of time in the largest unit that fits it exactly: ``10 minutes``."""
    for length, unit in _UNITS:
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError("every whole number is so many seconds")


def _purpose(parties: tuple[str, ...]) -> str:
    everybody = f"{', '.join(parties[:-1])} and {parties[-1]}" if len(parties) > 1 else parties[0]
    return (
        f"{everybody} keep this line open between them, in calm as in crisis.\n"
        "What is said on it is kept by each of them, and by nobody for them.\n"
        "A receipt says that something arrived. It approves of nothing."
    )


def _levels() -> str:
    return f"Messages have one of these levels, the highest first: {', '.join(LEVELS)}."


def _clocks() -> str:
    rows = [
        f"{level}: their system holds it within {span(RECEIPT_S[level])}, "
        f"an officer takes it within {span(TAKE_S[level])}, "
        f"and answers within {span(ANSWER_S[level])}."
        for level in LEVELS
    ]
    return "\n".join(rows)


def _clock_terms() -> Terms:
    clocks = {"receipt": RECEIPT_S, "take": TAKE_S, "answer": ANSWER_S}
    return {f"{name}_{level}_s": s[level] for name, s in clocks.items() for level in LEVELS}


def _ladder() -> str:
    return f"While nobody takes a message, it is shown to {', then to '.join(LADDER)}."


def _test() -> str:
    return (
        f"Each system tests the line at intervals of {span(TEST_EVERY_S)}. "
        f"A test without an echo within {span(TEST_ANSWER_S)} counts as silent."
    )


def _channel_terms() -> Terms:
    return {"dialogue": "suspendable", "notification": "suspendable", "safety": "fixed"}


def _channels() -> str:
    return (
        "Any party can suspend dialogue or notification at once, with reason and conditions;\n"
        "only an agreed exchange resumes it. Safety cannot be suspended."
    )


def _release() -> str:
    return (
        "Two persons sign what is listed here, and actual messages of the highest level.\n"
        "Nothing in safety waits for a second person."
    )


def _offices() -> str:
    return "The watch faces the watch, the desk the desk, and the principal the principal."


def _languages() -> str:
    return (
        "Everybody may write in their own language; the original is authoritative.\n"
        "A translation into a language listed here comes with it, or follows at once."
    )


def _codes() -> str:
    return "A code below stands for its sentence, in any language, and may be sent alone."


def _procedures() -> str:
    return "The procedures listed here are used, in the version given."


def _versions() -> Terms:
    # What belongs into a party's own house is never said on a line, so nobody agrees on it.
    return {p.name: p.version for kind, p in BY_KIND.items() if not is_house(kind)}
