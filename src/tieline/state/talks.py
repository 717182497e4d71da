"""Talks: the cases of the dialogue on a line, as rows and with their whole history.

The same values serve the command line and the page. Words of states come from the tables of the
procedures; nothing here knows one procedure from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from tieline.procedures import PROCEDURES
from tieline.record.content import Spoken
from tieline.record.entry import Ref
from tieline.record.message import Message
from tieline.record.strict import JsonValue
from tieline.state.ladder import allowed
from tieline.state.model import Case, Taken
from tieline.state.shortref import short_ref
from tieline.state.shown import Overlay
from tieline.state.timeline import what_of
from tieline.state.view import View

TALKS: Final = tuple(p.name for p in PROCEDURES if p.channel == "dialogue")
"""Procedures of the dialogue, in the order of the table of all procedures."""
TITLE_FIELDS: Final = ("name", "title", "office", "item", "texts", "purpose", "words", "topic")
"""Where a case's title is looked for, in this order."""
TITLE_CHARS_MAX: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How a case stands with one party: its state, in the words of the procedure."""

    party: str
    state: str
    words: str
    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One message of a case: who said it, when, what it did, and its body."""

    ref: str
    time_s: int
    party: str
    office: str
    what: str
    kind: str
    body: dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One case of the dialogue. ``history`` is empty in a list."""

    ref: str
    full_ref: str
    procedure: str
    key: str
    title: str
    opened_by: str
    opened_s: int
    newest_s: int
    is_open: bool
    flags: tuple[str, ...]
    sides: tuple[Side, ...]
    history: tuple[Did, ...] = ()


def talks(view: View, overlay: Overlay, procedure: str = "") -> tuple[Talk, ...]:
    """Cases of one procedure of the dialogue, or of all, the newest step first."""
    names = (procedure,) if procedure else TALKS
    found = [talk(view, overlay, case) for name in names for case in view.cases(name)]
    return tuple(sorted(found, key=lambda one: (-one.newest_s, one.ref)))


def talk(view: View, overlay: Overlay, case: Case, *, history: bool = False) -> Talk:
    """One case; with its history if asked."""
    states, said = view.states(case), _steps(view, case)
    opened_s = case.filed_s.get(case.opener, case.time_s)
    key = case.message.body.get("key")
    return Talk(
        ref=short_ref(case.opener),
        full_ref=case.opener.text(),
        procedure=case.procedure.name,
        key=key if isinstance(key, str) else "",
        title=title_of(case.message),
        opened_by=str(case.message.sender),
        opened_s=opened_s,
        newest_s=max([opened_s, *(step.time_s for step in said)]),
        is_open=any(state not in case.procedure.closed for state in states.values()),
        flags=case.flags,
        sides=tuple(
            Side(
                party=party,
                state=state,
                words=case.procedure.says.get(state, state),
                allowed=allowed(view, case, party, overlay.own),
            )
            for party, state in states.items()
        ),
        history=_history(overlay, case, opened_s, said) if history else (),
    )


def find_talk(view: View, text: str) -> Case | None:
    """The newest case whose key this is."""
    found = [
        case for name in TALKS for case in view.cases(name) if case.message.body.get("key") == text
    ]
    return max(found, key=lambda case: (case.time_s, case.opener), default=None)


def title_of(message: Message) -> str:
    """One line on what a case is about: a name, or the first of its words."""
    for name in TITLE_FIELDS:
        value = message.body.get(name)
        if isinstance(value, list):
            originals = [
                v for v in value if isinstance(v, dict) and v.get("original", "yes") == "yes"
            ]
            value = originals[0].get("text") if originals else None
        if isinstance(value, str) and value.strip():
            words = " ".join(value.split())
            return words if len(words) <= TITLE_CHARS_MAX else words[: TITLE_CHARS_MAX - 1] + "…"
    return ""


def _steps(view: View, case: Case) -> list[Taken]:
    """Every step after the opening, once, causes before their effects."""
    opened = set(case.openers)
    found = {
        (step.author, step.id): step
        for steps in case.strands.values()
        for step in steps
        if view.holds(step.ref) and step.ref not in opened
    }
    return sorted(found.values(), key=lambda step: (sum(step.past), step.ref))


def _history(overlay: Overlay, case: Case, opened_s: int, said: list[Taken]) -> tuple[Did, ...]:
    first = _did(case.opener, opened_s, case.message)
    rest = [(step, overlay.content(step.ref)) for step in said]
    return (
        first,
        *(
            _did(step.ref, step.time_s, content.message)
            for step, content in rest
            if isinstance(content, Spoken)
        ),
    )


def _did(ref: Ref, time_s: int, message: Message) -> Did:
    return Did(
        ref=short_ref(ref),
        time_s=time_s,
        party=message.sender.party,
        office=str(message.sender),
        what=what_of(message),
        kind=message.kind,
        body=dict(message.body),
    )
