"""Readout, position and cause: a party's own words under its own name."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.state.model import Outcome

FRENCH = [{"lang": "fr", "text": "Un échange franc.", "original": "no"}]


def give(desk: Any, desks: Any, **changes: Any) -> Any:
    body = {"of": "dsd-2", "texts": desks.texts("A candid exchange."), "speaker": "Spokesperson"}
    return desk.post("readout.give", body | changes)


def translate(desk: Any, of: Any, texts: Any = FRENCH) -> Any:
    return desk.post("readout.translate", {"of": of.text(), "texts": texts})


def hold(desk: Any, desks: Any, **changes: Any) -> Any:
    body = {"topic": "south-china-sea", "texts": desks.texts("The facilities are civilian.")}
    return desk.post("position.state", body | changes)


def test_two_sides_give_two_readouts_of_one_round(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    ours = give(alpha, desks, said_ms=desks.START_MS, channel="press conference")
    theirs = give(bravo, desks, embargo_ms=desks.START_MS + 1, topics=["trade"])
    world.sync()
    for desk in (alpha, bravo):
        found = {desk.seat.view.case_at(ref).key.party for ref in (ours, theirs)}
        assert found == {"alpha", "bravo"}
        assert desk.state(ours, "alpha") == ""
    with pytest.raises(RefusedError):
        bravo.post("readout.give", {"of": "x", "texts": desks.texts("No.")}, case=ours)


def test_a_readout_is_translated_by_its_author_alone(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    readout = give(alpha, desks)
    with pytest.raises(MovedError, match="had not seen"):
        translate(bravo, readout)
    world.sync()
    done = translate(alpha, readout)
    with pytest.raises(UsageError, match=r"body\.of is of alpha; name one of your own"):
        translate(bravo, readout)
    forged = bravo.forge("readout.translate", {"of": readout.text(), "texts": FRENCH})
    world.sync()
    assert alpha.outcome(done) is Outcome.OPENS
    assert alpha.outcome(forged) is Outcome.BAD_BODY
    # A translation is no readout, and cannot be translated on.
    with pytest.raises(MovedError, match="had not seen"):
        translate(alpha, done)


def test_a_translation_marks_nothing_as_the_original(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    readout = give(alpha, desks)
    with pytest.raises(UsageError, match="no text as the original"):
        translate(alpha, readout, desks.texts("A candid exchange."))
    with pytest.raises(UsageError, match="exactly one text as the original"):
        give(alpha, desks, texts=FRENCH)


def test_a_position_replaces_an_earlier_one_of_its_author(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    first = hold(alpha, desks)
    world.sync()
    second = hold(alpha, desks, replaces=first.text())
    with pytest.raises(UsageError, match="is of alpha"):
        hold(bravo, desks, replaces=first.text())
    with pytest.raises(MovedError, match="had not seen"):
        hold(bravo, desks, replaces=second.text())
    message = alpha.say()
    with pytest.raises(MovedError, match="had not seen"):
        hold(alpha, desks, replaces=message.text())
    world.sync()
    assert bravo.outcome(second) is Outcome.OPENS
    assert len(list(bravo.seat.view.cases("position"))) == 2


def test_a_cause_names_a_thing_or_says_why(world: Any) -> None:
    alpha, bravo = world.desks
    one = alpha.post("cause.name", {"of": "dsd-2", "because": "sanction-2018"})
    other = bravo.post("cause.name", {"of": "dsd-2", "words": "Scheduling."})
    world.sync()
    assert alpha.outcome(other) is bravo.outcome(one) is Outcome.OPENS
    with pytest.raises(UsageError, match="because, words"):
        alpha.post("cause.name", {"of": "dsd-2", "note": "Ask them."})
