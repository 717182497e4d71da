"""The script of a dialogue for an exercise: each step is due as soon as its author sees it so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tieline.procedures.brackets import agreed_text
from tieline.procedures.dialogue.text import text_digest
from tieline.record.entry import Ref
from tieline.record.message import Office
from tieline.record.strict import JsonValue
from tieline.replication.drafts import Draft
from tieline.state.talks import find_talk
from tieline.state.view import View

Body = dict[str, JsonValue]
DAY_MS: Final = 86_400_000
OPENED_MS: Final = 1_800_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: who takes it, when it is due, whether it is done, and what is said."""

    party: str
    name: str
    due: Callable[[View], bool]
    done: Callable[[View], bool]
    said: Callable[[View], Draft]


def _texts(text: str, lang: str = "en") -> list[JsonValue]:
    return [{"lang": lang, "text": text, "original": "yes"}]


def _state(key: str, party: str) -> Callable[[View], str]:
    def look(view: View) -> str:
        case = find_talk(view, key)
        return view.state(case, party) if case is not None else ""

    return look


def _case(view: View, key: str) -> Ref:
    found = find_talk(view, key)
    assert found is not None
    return found.opener


def _is(key: str, party: str, *states: str) -> Callable[[View], bool]:
    look = _state(key, party)
    return lambda view: look(view) in states


def _opened(party: str, kind: str, body: Body, due: Callable[[View], bool], *to: str) -> Step:
    """A step that opens a case named by its key."""
    key = str(body["key"])
    offices = tuple(Office(*name.split("/")) for name in to)
    return Step(
        party=party,
        name=f"{party} {kind} {key}",
        due=due,
        done=lambda view: find_talk(view, key) is not None,
        said=lambda _: Draft(kind=kind, office="desk", body=body, to=offices),
    )


def _taken(
    party: str, kind: str, key: str, body: Body, due: Callable[[View], bool], *ends: str
) -> Step:
    """A step in the case of a key; done once our own strand or the other is in one of ``ends``."""
    return Step(
        party=party,
        name=f"{party} {kind} {key}",
        due=lambda view: find_talk(view, key) is not None and due(view),
        done=lambda view: _said(view, key, kind, party) or _state(key, party)(view) in ends,
        said=lambda view: Draft(kind=kind, office="desk", body=body, case=_case(view, key)),
    )


def _said(view: View, key: str, kind: str, party: str) -> bool:
    """Whether a party has taken such a step in a case."""
    case = find_talk(view, key)
    steps = [s for one in case.strands.values() for s in one] if case is not None else []
    return any(s.kind == kind and s.author == party and view.holds(s.ref) for s in steps)


def _readout(party: str, words: str, lang: str, due: Callable[[View], bool]) -> Step:
    """A readout of the round: it has no key, and is known by who gave it."""
    body: Body = {"of": "round-1", "texts": _texts(words, lang)}
    return Step(
        party=party,
        name=f"{party} readout.give",
        due=due,
        done=lambda view: any(case.key.party == party for case in view.cases("readout")),
        said=lambda _: Draft(kind="readout.give", office="desk", body=body),
    )


def _clauses(text: str) -> list[JsonValue]:
    return [
        {"id": "items", "title": "Agenda", "text": text, "terms": ""},
        {"id": "chair", "title": "Chair", "text": "In turn.", "terms": ""},
    ]


def _adopt(party: str, key: str) -> Step:
    def due(view: View) -> bool:
        case = find_talk(view, key)
        return case is not None and _agreed(view, key) is not None

    def said(view: View) -> Draft:
        text = _agreed(view, key)
        assert text is not None
        return Draft(kind="text.adopt", office="desk", body={"digest": text}, case=_case(view, key))

    return Step(
        party=party,
        name=f"{party} adopts {key}",
        due=due,
        done=_is(key, party, "adopted"),
        said=said,
    )


def _agreed(view: View, key: str) -> str | None:
    case = find_talk(view, key)
    assert case is not None
    text = agreed_text(view.positions(case), view.registers.parties)
    return text_digest(text) if text is not None else None


def _suspend(party: str, due: Callable[[View], bool]) -> Step:
    def done(view: View) -> bool:
        return any(case.channel == "dialogue" for case in view.cases("suspension"))

    body: Body = {"channel": "dialogue", "reason": "a sale", "conditions": ["it ends"]}
    return Step(
        party=party,
        name=f"{party} suspends",
        due=due,
        done=done,
        said=lambda _: Draft(kind="suspension.declare", office="principal", body=body),
    )


def _propose_resumption(party: str) -> Step:
    def said(view: View) -> Draft:
        lifts: list[JsonValue] = [c.opener.text() for c in view.suspensions("dialogue")]
        return Draft(
            kind="resumption.propose", office="principal", body={"lifts": lifts, "note": ""}
        )

    return Step(
        party=party,
        name=f"{party} proposes to resume",
        due=lambda view: view.suspended("dialogue"),
        done=lambda view: any(True for _ in view.cases("resumption")),
        said=said,
    )


def _accept_resumption(party: str) -> Step:
    def said(view: View) -> Draft:
        case = next(iter(view.cases("resumption")))
        return Draft(
            kind="resumption.accept", office="principal", body={"note": ""}, case=case.opener
        )

    return Step(
        party=party,
        name=f"{party} accepts to resume",
        due=lambda view: any(True for _ in view.cases("resumption")),
        done=lambda view: (
            any(True for _ in view.cases("suspension")) and not view.suspended("dialogue")
        ),
        said=said,
    )


def _always(_: View) -> bool:
    return True


def _resumed(view: View) -> bool:
    return any(True for _ in view.cases("resumption")) and not view.suspended("dialogue")


def script() -> tuple[Step, ...]:
    """The whole dialogue, in the order in which it is meant to go."""
    return (*_planning(), *_severance(), *_meeting(), *_aftermath())


def _planning() -> tuple[Step, ...]:
    """A mechanism, a vacant seat, a round, an agenda in brackets, a postponement."""
    return (
        _opened("alpha", "mechanism.propose", {"key": "harbour", "name": "Harbour talks"}, _always),
        _taken("bravo", "mechanism.accept", "harbour", {}, _always, "accepted"),
        _opened("bravo", "seat.name", {"key": "seat-b", "office": "Director"}, _always),
        _taken("bravo", "seat.vacate", "seat-b", {"since": "2026-03"}, _always),
        _opened(
            "alpha",
            "round.propose",
            {"key": "round-1", "mechanism": "harbour", "number": 1, "planned": "2026-12"},
            _both("harbour", "accepted"),
        ),
        _taken("bravo", "round.accept", "round-1", {}, _is("round-1", "bravo", "proposed")),
        _opened(
            "alpha",
            "text.draft",
            {"key": "agenda-1", "title": "Agenda", "for": "agenda", "clauses": _clauses("Fish.")},
            _both("round-1", "agreed"),
        ),
        _taken("bravo", "text.draft", "agenda-1", {"clauses": _clauses("Nets.")}, _always),
        _taken(
            "alpha",
            "round.postpone",
            "round-1",
            {"why": "a vacancy", "to": "2027-01"},
            lambda view: _said(view, "agenda-1", "text.draft", "bravo"),
        ),
    )


def _severance() -> tuple[Step, ...]:
    """One suspends, both resume, the seat is filled, the agenda is agreed."""
    return (
        _suspend("bravo", lambda view: _said(view, "round-1", "round.postpone", "alpha")),
        _propose_resumption("alpha"),
        _accept_resumption("bravo"),
        _taken("bravo", "seat.appoint", "seat-b", {"holder": "M. Orr"}, _resumed),
        Step(
            party="alpha",
            name="alpha takes their words",
            due=lambda view: _resumed(view) and _agreed(view, "agenda-1") is None,
            done=lambda view: (
                find_talk(view, "agenda-1") is not None and _agreed(view, "agenda-1") is not None
            ),
            said=lambda view: Draft(
                kind="text.draft",
                office="desk",
                body={"clauses": _clauses("Nets.")},
                case=_case(view, "agenda-1"),
            ),
        ),
        _adopt("alpha", "agenda-1"),
        _adopt("bravo", "agenda-1"),
    )


def _meeting() -> tuple[Step, ...]:
    """The round on its new day, until it is closed."""
    both_agreed = _both("round-1", "agreed")
    opening: Body = {"at_ms": OPENED_MS, "place": "Oldport"}
    return (
        _taken(
            "alpha",
            "round.move",
            "round-1",
            {"planned": "2027-01-12"},
            _both("agenda-1", "adopted"),
        ),
        Step(
            party="bravo",
            name="bravo accepts the new day",
            due=_is("round-1", "bravo", "proposed"),
            done=lambda view: (
                _said(view, "round-1", "round.move", "alpha")
                and _is("round-1", "bravo", "agreed", "open", "closed")(view)
            ),
            said=lambda view: Draft(
                kind="round.accept", office="desk", body={}, case=_case(view, "round-1")
            ),
        ),
        _taken(
            "alpha",
            "round.open",
            "round-1",
            opening,
            lambda view: _said(view, "round-1", "round.move", "alpha") and both_agreed(view),
            "open",
            "closed",
        ),
        _taken(
            "bravo",
            "round.close",
            "round-1",
            {"at_ms": OPENED_MS + DAY_MS, "length_min": 300},
            _is("round-1", "bravo", "open"),
            "closed",
        ),
    )


def _aftermath() -> tuple[Step, ...]:
    """Two readouts, three commitments, and one of them seen in two ways."""
    closed = _both("round-1", "closed")
    return (
        _readout("alpha", "Frank.", "en", closed),
        _readout("bravo", "坦诚。", "zh", closed),
        *(
            _opened(
                who,
                "commitment.make",
                {"key": key, "owners": [who], "due": "2027-06", "texts": _texts(key)},
                closed,
            )
            for who, key in (("alpha", "survey"), ("bravo", "charts"), ("bravo", "pilots"))
        ),
        _taken("bravo", "commitment.meet", "charts", {"evidence": "chart 7"}, _always, "met"),
        _taken(
            "alpha",
            "commitment.dispute",
            "charts",
            {"why": "no chart came"},
            lambda view: _said(view, "charts", "commitment.meet", "bravo"),
            "disputed",
        ),
    )  # fmt: skip


def _both(key: str, state: str) -> Callable[[View], bool]:
    def look(view: View) -> bool:
        case = find_talk(view, key)
        return case is not None and set(view.states(case).values()) == {state}

    return look
