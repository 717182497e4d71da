"""The dialogue: bodies of its forms, and a line on which a round is planned, crossed and held."""

from __future__ import annotations

import random
from typing import Any

from making.builder import Line
from making.common import MALFORMED, Files, case_file
from making.kinds import TEXTS
from making.lines import found, step
from making.talk import REF, dump
from tieline.procedures import PROCEDURES
from tieline.procedures.form import Field, Form, Sort
from tieline.record.entry import Ref

ANSWER_BY_MS = 1_795_300_000_000
VALUES: dict[Sort, Any] = {
    Sort.KEY: "talks.2018-1",
    Sort.LINE: "Talks on 海上安全",
    Sort.WORDS: "In our own words.\nOn two lines.",
    Sort.TEXTS: TEXTS,
    Sort.TRANSLATIONS: [{"lang": "fr", "text": "Comme convenu.", "original": "no"}],
    Sort.DAYS: '2018-10 "October"',
    Sort.INSTANT: ANSWER_BY_MS,
    Sort.REFERENCE: REF,
    Sort.KEY_OR_REF: REF,
    Sort.PARTY: "bravo",
    Sort.OFFICE: "bravo/desk",
    Sort.DIGEST: "ab" * 32,
    Sort.LINES: ["One.", "Two."],
    Sort.KEYS: ["one", "two"],
    Sort.REFERENCES: [REF],
    Sort.PARTIES: ["alpha", "bravo"],
    Sort.LINE_BY_PARTY: [
        {"party": "alpha", "value": "deputy"},
        {"party": "bravo", "value": "副部长"},
    ],
    Sort.KEY_BY_PARTY: [{"party": "bravo", "value": "director"}],
}
REQUEST: dict[str, Any] = {"key": "call-1", "way": "call", "answer_by_ms": ANSWER_BY_MS}
SEAT: dict[str, Any] = {"key": "deputy", "office": "Deputy"}
ROUND: dict[str, Any] = {"key": "round-2", "mechanism": "talks", "planned": "2018-10"}

BAD: dict[str, tuple[str, str, dict[str, Any]]] = {
    "round-no-such-day": ("round.propose", "30 February", ROUND | {"planned": "2018-02-30"}),
    "round-days-long-way": (
        "round.propose",
        "days written in another way",
        ROUND | {"planned": "2018-10-01..2018-10-31"},
    ),
    "round-empty-place": ("round.propose", "empty is not unsaid", ROUND | {"place": ""}),
    "round-null-place": ("round.propose", "null is not unsaid", ROUND | {"place": None}),
    "round-number-zero": ("round.propose", "number 0", ROUND | {"number": 0}),
    "round-field-unknown": ("round.propose", "a field too many", ROUND | {"colour": "red"}),
    "round-move-nothing": ("round.move", "nothing new is said", {"why": "just so"}),
    "round-open-without-instant": ("round.open", "no instant", {"place": "Here"}),
    "round-close-too-long": ("round.close", "31 days", {"at_ms": 0, "length_min": 44_640}),
    "mechanism-key-of-two-words": (
        "mechanism.propose",
        "a blank in a key",
        {"key": "two words", "name": "Talks"},
    ),
    "mechanism-key-not-normal": (
        "mechanism.propose",
        "a key that is not in NFC",
        {"key": "\u1112\u1161\u11ab", "name": "Talks"},
    ),
    "mechanism-one-party-twice": (
        "mechanism.propose",
        "two levels of one party",
        {"key": "talks", "name": "Talks", "levels": [{"party": "alpha", "value": "a"}] * 2},
    ),
    "seat-name-turned-round": (
        "seat.name",
        "a character that turns the text round",
        SEAT | {"office": "Deputy\u202e"},
    ),
    "seat-counterpart-no-key": (
        "seat.name",
        "a counterpart that is no key",
        SEAT | {"counterpart": [{"party": "bravo", "value": "two words"}]},
    ),
    "seat-rank-101": ("seat.name", "rank 101", SEAT | {"rank": 101}),
    "contact-way-unknown": ("contact.request", "no such way", REQUEST | {"way": "telepathy"}),
    "contact-conditions-17": ("contact.condition", "17 conditions", {"conditions": ["x"] * 17}),
    "contact-expired-without-instant": ("contact.expired", "no instant", {}),
    "agenda-two-originals": (
        "agenda.propose",
        "two originals",
        {"round": "round-2", "item": [TEXTS[0], TEXTS[0] | {"lang": "fr"}]},
    ),
    "agenda-raised-nowhere": ("agenda.raise", "not said where", {"round": "r", "item": TEXTS}),
}


def value_of(field: Field) -> Any:
    if field.sort is Sort.CHOICE:
        return field.choices[-1]
    return field.most if field.sort is Sort.INTEGER else VALUES[field.sort]


def full(form: Form) -> dict[str, Any]:
    """Every field of a form."""
    return {field.name: value_of(field) for field in form}


def least(form: Form) -> dict[str, Any]:
    """What has to be said, and the first of each group of which something has to be."""
    needed = {f.name for f in form if f.required} | {group[0] for group in form.either}
    for group in form.together:
        needed |= set(group) if needed & set(group) else set()
    return {name: value for name, value in full(form).items() if name in needed}


def make() -> Files:
    """Bodies of every form of the dialogue, in the folder `message`."""
    files = {}
    forms = {
        kind: body
        for procedure in PROCEDURES
        if procedure.channel == "dialogue"
        for kind, body in procedure.bodies.items()
        if isinstance(body, Form) and body.also is None
    }
    for kind, form in forms.items():
        name = f"message/body-{kind.replace('.', '-')}"
        headers = (("check", "body"), ("kind", kind))
        about = f"a body of {kind} that says everything"
        files[f"{name}.txt"] = case_file(about, dump(full(form)), *headers)
        about = f"a body of {kind} that says no more than it must"
        files[f"{name}-least.txt"] = case_file(about, dump(least(form)), *headers)
    for name, (kind, about, body) in BAD.items():
        headers = (("check", "body"), ("kind", kind))
        files[f"message/body-{name}.txt"] = case_file(about, dump(body), *headers, expect=MALFORMED)
    return files


class Talks:
    """Two parties at their round, each step naming what its author has in view."""

    def __init__(self, line: Line) -> None:
        self.line = line

    def move(
        self, who: str, kind: str, body: dict[str, Any], case: Ref, *strands: str, **changes: Any
    ) -> Ref:
        """A step after all tips of the strands that it names; none: of all strands."""
        view = self.line.fold.view
        found_ = view.case_at(case)
        assert found_ is not None
        named = strands or tuple(sorted(found_.strands))
        seen = {tip.ref for strand in named for tip in view.tips(found_, strand)}
        return self.line.say(who, kind, body, **step(case, *seen, strands=named), **changes)

    def look(self, who: str) -> None:
        """Let a party see all that there is, so that it is blind only to what comes after."""
        log = self.line.log(who)
        others = (origin for origin in self.line.logs if origin != log.origin)
        log.seen = {origin: self.line.fold.size(origin) for origin in sorted(others)}

    def both(
        self, case: Ref, first: tuple[str, str, Any], second: tuple[str, str, Any]
    ) -> tuple[Ref, Ref]:
        """Two steps in all strands that did not see each other."""
        view = self.line.fold.view
        found_ = view.case_at(case)
        assert found_ is not None
        named = tuple(sorted(found_.strands))
        seen = {tip.ref for strand in named for tip in view.tips(found_, strand)}
        where = step(case, *seen, strands=named)
        self.look(second[0])
        one, two = (
            self.line.say(who, kind, body, blind=blind, by=(f"{who}-p1", f"{who}-p2"), **where)
            for blind, (who, kind, body) in zip((False, True), (first, second), strict=True)
        )
        return one, two


def line() -> Line:
    """A mechanism, a round through everything that can happen to it, a seat, contacts, items."""
    found_ = Line("dialogue", sealed=False, entropy=random.Random(3).randbytes)  # noqa: S311
    found(found_)
    talks = Talks(found_)
    mechanism = found_.say("alpha", "mechanism.propose", {"key": "talks", "name": "Talks"})
    talks.move("bravo", "mechanism.accept", {}, mechanism, "bravo")
    _round(talks)
    _contacts(talks)
    seat = found_.say("bravo", "seat.name", SEAT)
    talks.move("alpha", "seat.vacate", {}, seat)
    talks.move("bravo", "seat.appoint", {"holder": "欧阳", "from": "2018-03"}, seat)
    item = found_.say("alpha", "agenda.propose", {"round": "round-2", "item": TEXTS})
    talks.move("bravo", "agenda.leave", {}, item, "bravo")
    told = {"round": "round-2", "item": TEXTS, "where": "to the press", "by": "bravo"}
    raised = found_.say("alpha", "agenda.raise", told)
    # An item that was raised has no strand to be moved.
    found_.say("bravo", "agenda.accept", {}, **step(raised, strands=("bravo",)))
    talks.move("alpha", "mechanism.end", {}, mechanism)
    talks.both(
        mechanism, ("alpha", "mechanism.end", {"why": "no budget"}), ("bravo", "mechanism.end", {})
    )
    return found_


def _round(talks: Talks) -> None:
    case = talks.line.say("alpha", "round.propose", ROUND)
    talks.move("bravo", "round.open", {"at_ms": 0}, case, "bravo")
    talks.move("alpha", "round.open", {"at_ms": 0}, case)
    talks.move("bravo", "round.accept", {}, case, "bravo")
    talks.both(
        case,
        ("alpha", "round.postpone", {"to": "2018-11", "why": "elections"}),
        ("bravo", "round.postpone", {"by": "bravo", "to": "unknown"}),
    )
    _, second = talks.both(
        case,
        ("alpha", "round.move", {"planned": "2018-11-09"}),
        ("bravo", "round.move", {"planned": "2018-11-10"}),
    )
    talks.move("alpha", "round.accept", {"proposal": second.text()}, case, "alpha")
    talks.move("bravo", "round.accept", {"proposal": second.text()}, case, "bravo")
    talks.move("alpha", "round.close", {"at_ms": 1}, case)
    talks.both(
        case, ("alpha", "round.open", {"at_ms": 1}), ("bravo", "round.cancel", {"why": "no visa"})
    )
    talks.move("bravo", "round.open", {"at_ms": 2, "place": "Washington"}, case)
    talks.move("bravo", "round.close", {"at_ms": 3, "length_min": 150}, case)
    talks.move("alpha", "round.close", {"at_ms": 3, "length_min": 145}, case)
    talks.move("alpha", "round.move", {"place": "Elsewhere"}, case)


def _contacts(talks: Talks) -> None:
    line_ = talks.line
    by = (line_.time_s + 600) * 1000
    case = line_.say("alpha", "contact.request", REQUEST | {"answer_by_ms": by})
    node = {"by": ("node",), "from_": "alpha/node"}
    due = {"answer_by_ms": by}
    talks.move("alpha", "contact.expired", due, case, issued=by - 1, **node)
    talks.move("alpha", "contact.expired", {"answer_by_ms": by - 1}, case, issued=by, **node)
    talks.look("bravo")
    talks.move("alpha", "contact.expired", due, case, issued=by, **node)
    # Bravo answers without having seen that its silence was noted, and then in view of both.
    line_.say("bravo", "contact.accept", {}, blind=True, **step(case, strands=("bravo",)))
    talks.move("bravo", "contact.accept", {}, case)
    line_.say("alpha", "contact.request", REQUEST | {"answer_by_ms": line_.time_s * 1000})
    second = line_.say("alpha", "contact.request", {"key": "call-2", "way": "call"})
    talks.move("alpha", "contact.expired", due, second, issued=by, **node)
    talks.move("bravo", "contact.condition", {"conditions": ["Lift them."]}, second)
    talks.move("alpha", "contact.hold", {"at_ms": by, "length_min": 45}, second)
    visit = {"key": "visit-1", "way": "visit", "days": "2018-06-26..2018-06-28"}
    line_.say("bravo", "contact.record", visit)
