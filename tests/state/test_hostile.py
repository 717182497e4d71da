"""Whatever a party signs, the fold takes it, names it and goes on."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tieline.errors import TielineError
from tieline.procedures import BY_KIND, PROCEDURES
from tieline.procedures.form import Form
from tieline.record.message import Message
from tieline.state.board import plain
from tieline.state.model import Outcome

_path = Path(__file__).resolve().parents[1] / "procedures" / "forms.py"
_spec = importlib.util.spec_from_file_location("forms", _path)
assert _spec is not None
assert _spec.loader is not None
forms: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(forms)

FORMS = {
    kind: form
    for procedure in PROCEDURES
    if procedure.channel == "dialogue"
    for kind, form in procedure.bodies.items()
    if isinstance(form, Form) and form.also is None
}
SETTINGS = settings(max_examples=40, suppress_health_check=list(HealthCheck))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES: Any = st.recursive(
    st.one_of(TEXTS, NUMBERS, st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(TEXTS, inner, max_size=4)),
    max_leaves=8,
)
KINDS = sorted(BY_KIND)
FIELDS = sorted(
    {"subject", "texts", "codes", "channel", "answer_by_s", "references", "attachments", "note"}
    | {"reason", "outcome", "clauses", "version", "digest", "lifts", "conditions", "corrects"}
    | {"clock", "rung", "next", "receipt", "allowed", "items", "item", "rules", "state"}
    | {"unreadable", "text", "parties", "cites", "title", "change", "continues", "size", "root"}
)


@pytest.fixture(scope="module")
def busy(desks: Any) -> Any:
    """A line with something of everything on it."""
    world = desks.open_line("alpha", "bravo")
    alpha, bravo = world.desks
    world.agree(desks.clause("levels", 'names = ["FLASH", "ROUTINE"]'))
    message = alpha.say(to=("bravo/watch",))
    desks.call_test(alpha)
    world.sync()
    bravo.post("message.take", {"note": ""}, case=message)
    suspension = bravo.post(
        "suspension.declare", {"channel": "dialogue", "reason": "x", "conditions": []}
    )
    body = {"corrects": message.text(), "texts": desks.texts("One."), "reason": ""}
    bravo.post("correction.file", body)
    world.sync()
    alpha.post("resumption.propose", {"lifts": [suspension.text()], "note": ""})
    talks = alpha.post("mechanism.propose", {"key": "talks", "name": "Talks"})
    alpha.post("round.propose", {"key": "round-1", "mechanism": talks.text()})
    alpha.post("seat.name", {"key": "deputy", "office": "Deputy"})
    bravo.post("contact.request", {"key": "call-1", "way": "call"}, to=("alpha/watch",))
    world.sync()
    return world


@pytest.fixture(scope="module")
def refs(busy: Any) -> tuple[Any, ...]:
    """Entries that opened or moved a case before anybody lied."""
    return tuple(sorted(busy.desks[0].seat.view.registers.steps_of))


@pytest.fixture(scope="module")
def openers(busy: Any) -> tuple[Any, ...]:
    """Entries that opened a case before anybody lied."""
    return tuple(sorted(busy.desks[0].seat.view.registers.case_of))


def spread(world: Any, forged: Any) -> None:
    """Both sides take it, agree on what it was, and can still show everything."""
    alpha, bravo = world.desks
    alpha.deliver(bravo)
    assert bravo.outcome(forged) is alpha.outcome(forged)
    assert alpha.digest() == bravo.digest()
    assert plain(bravo.board())["line"] == bravo.seat.line


@SETTINGS
@given(
    kind=st.sampled_from(KINDS),
    body=st.dictionaries(st.one_of(st.sampled_from(FIELDS), TEXTS), VALUES, max_size=10),
    role=st.sampled_from(["main", "express"]),
)
def test_any_body_in_a_well_signed_message_is_taken_and_named(
    busy: Any, kind: str, body: Any, role: str
) -> None:
    alpha, _ = busy.desks
    forged = alpha.forge(kind, body, role=role, people=("alpha-p1", "alpha-p2"))
    spread(busy, forged)


def good_bodies(desks: Any, ref: str) -> dict[str, Any]:
    talks = {kind: forms.full(form) for kind, form in FORMS.items()}
    return talks | {
        "message.say": desks.say_body(),
        "message.take": {"note": ""},
        "message.answer": desks.answer_body(),
        "message.decline": {"reason": "x"},
        "message.withdraw": {"reason": "x"},
        "message.expired": desks.expiry_body(allowed=21_600),
        "message.unreached": desks.expiry_body(allowed=21_600),
        "message.reconcile": {"outcome": "taken", "note": ""},
        "framework.draft": desks.draft_body(desks.clause("levels", "x = 1")),
        "framework.sign": {"version": 1, "digest": "00" * 32},
        "framework.denounce": {"reason": ""},
        "suspension.declare": {"channel": "safety", "reason": "x", "conditions": []},
        "resumption.propose": {"lifts": [ref], "note": ""},
        "resumption.accept": {"note": ""},
        "correction.file": {"corrects": ref, "texts": desks.texts("x"), "reason": ""},
        "roster.publish": {"version": 2, "change": ""},
        "generation.open": {"continues": ref.split(" ", maxsplit=1)[0], "size": 0, "root": "0" * 64}
        | {"reason": "x"},
        "opened.batch": {"items": [{"ref": ref, "result": "ok"}]},
        "test.echo": {"rules": 1, "state": "00" * 32, "unreadable": "00" * 32, "text": ""},
        "test.expired": desks.expiry_body(allowed=300),
    }


@SETTINGS
@given(data=st.data())
def test_one_odd_field_in_a_good_body_is_taken_and_named(
    busy: Any, openers: Any, desks: Any, data: st.DataObject
) -> None:
    alpha, _ = busy.desks
    case = data.draw(st.sampled_from(openers))
    bodies = good_bodies(desks, data.draw(st.sampled_from(openers)).text())
    kind = data.draw(st.sampled_from(sorted(bodies)))
    body = dict(bodies[kind])
    name = data.draw(st.sampled_from(sorted(body)))
    body[name] = data.draw(VALUES)
    people = ("node",) if kind in BY_KIND[kind].machine else ("alpha-p1", "alpha-p2")
    strands = data.draw(st.sampled_from([("bravo",), ("alpha",), ("alpha", "bravo"), ()]))
    forged = alpha.forge(
        kind, body, role="main", case=case, people=people, message={"strands": strands}
    )
    spread(busy, forged)


@SETTINGS
@given(data=st.data())
def test_any_step_in_any_case_is_taken_and_named(
    busy: Any, refs: Any, desks: Any, data: st.DataObject
) -> None:
    alpha, _ = busy.desks
    bodies = good_bodies(desks, data.draw(st.sampled_from(refs)).text())
    kind = data.draw(st.sampled_from(sorted(bodies)))
    people = ("node",) if kind in BY_KIND[kind].machine else ("alpha-p1", "alpha-p2")
    message = {
        "case": data.draw(st.one_of(st.none(), st.sampled_from(refs))),
        "after": tuple(data.draw(st.lists(st.sampled_from(refs), max_size=3))),
        "strands": tuple(data.draw(st.lists(st.sampled_from(["alpha", "bravo", "x"]), max_size=3))),
        "level": data.draw(TEXTS),
        "to": tuple(
            data.draw(st.lists(st.sampled_from([*map(desks.Office, *OFFICES)]), max_size=3))
        ),
    }
    forged = alpha.forge(kind, bodies[kind], role="main", people=people, message=message)
    spread(busy, forged)


OFFICES = (("alpha", "bravo", "bravo", "delta"), ("watch", "watch", "kitchen", "watch"))


@SETTINGS
@given(junk=st.binary(max_size=200))
def test_bytes_that_are_no_envelope_are_malformed(busy: Any, refs: Any, junk: bytes) -> None:
    alpha, _ = busy.desks
    message: Message = replace(alpha.spoken(refs[0]).message, kind="message.say")
    forged = alpha.place(junk, message, alpha.seat.own["main"])
    spread(busy, forged)
    assert alpha.outcome(forged) is Outcome.MALFORMED


@SETTINGS
@given(roster=st.one_of(st.binary(max_size=100), st.just(b"{}")))
def test_bytes_that_are_no_roster_are_a_bad_roster(busy: Any, roster: bytes) -> None:
    alpha, _ = busy.desks
    forged = alpha.forge(
        "roster.publish", {"version": 2, "change": ""}, role="main", clear=(roster,)
    )
    spread(busy, forged)
    assert alpha.outcome(forged) is Outcome.BAD_ROSTER


@SETTINGS
@given(kind=st.sampled_from(KINDS), body=st.dictionaries(st.sampled_from(FIELDS), VALUES))
def test_what_our_own_officer_gets_wrong_is_refused_and_changes_nothing(
    busy: Any, kind: str, body: Any
) -> None:
    alpha, _ = busy.desks
    before = alpha.digest()
    try:
        alpha.post(kind, body)
    except (TielineError, AssertionError):
        assert alpha.digest() == before
    else:
        assume(False)
