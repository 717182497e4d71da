"""Message: what no honest node files is kept, named with its author, and moves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.record.message import Mark
from tieline.state.model import Outcome

NOTE = {"note": ""}


def said(world: Any, **changes: Any) -> Any:
    """A message of alpha's to bravo's watch that bravo holds."""
    changes.setdefault("to", ("bravo/watch",))
    ref = world.desks[0].say(**changes)
    world.sync()
    return ref


def test_declining_needs_a_reason(world: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    with pytest.raises(UsageError, match="reason"):
        bravo.post("message.decline", {"reason": ""}, case=case)

    forged = bravo.forge("message.decline", {"reason": ""}, case=case)
    world.sync()
    assert alpha.outcome(forged) is Outcome.BAD_BODY
    assert alpha.state(case, "bravo") == "sent"

    bravo.post("message.decline", {"reason": "Under instruction."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "declined"


def test_a_machine_cannot_speak_for_an_officer(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    with pytest.raises(RefusedError, match="machine"):
        bravo.machine("message.take", NOTE, case=case)
    forged = bravo.forge("message.answer", desks.answer_body(), case=case, people=("node",))
    world.sync()
    assert alpha.outcome(forged) is Outcome.NOT_ENTITLED
    assert alpha.state(case, "bravo") == "sent"


def test_flash_needs_two_persons(world: Any) -> None:
    alpha, bravo = world.desks
    with pytest.raises(RefusedError, match="two persons"):
        alpha.say(level="FLASH", people=1)

    forged = alpha.forge("message.say", alpha.spoken(said(world)).message.body, level="FLASH")
    world.sync()
    assert bravo.outcome(forged) is Outcome.NEEDS_TWO

    case = said(world, level="FLASH")
    assert len(bravo.outcomes[case].judgement.signers) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "FLASH", "mark": Mark.EXERCISE},
        {"level": "FLASH", "mark": Mark.TEST},
        {"level": "IMMEDIATE"},
        {"level": "FLASH", "body": {"channel": "safety"}},
    ],
)
def test_one_person_is_enough_for_exercises_lower_levels_and_safety(
    world: Any, changes: Any
) -> None:
    _, bravo = world.desks
    case = said(world, people=1, **changes)
    assert bravo.outcome(case) is Outcome.OPENS


def test_one_person_signing_twice_is_one_person(world: Any) -> None:
    alpha, bravo = world.desks
    body = alpha.spoken(said(world)).message.body
    forged = alpha.forge("message.say", body, level="FLASH", people=("alpha-p1", "alpha-p1"))
    world.sync()
    assert bravo.outcome(forged) is Outcome.NEEDS_TWO


def test_the_same_id_counts_once(world: Any) -> None:
    alpha, bravo = world.desks
    first = alpha.say(id="00" * 16)
    assert alpha.say(id="00" * 16) == first
    again = alpha.forge("message.say", alpha.spoken(first).message.body, id="00" * 16)
    world.sync()
    assert bravo.outcome(again) is Outcome.DUPLICATE
    assert len(bravo.board().levels[-1].messages) == 1

    with pytest.raises(RefusedError, match="another message"):
        alpha.say("Another subject", id="00" * 16)
    other = alpha.forge(
        "message.say",
        dict(alpha.spoken(first).message.body, subject="Another subject"),
        id="00" * 16,
    )
    world.sync()
    assert bravo.outcome(other) is Outcome.SAME_ID


def test_a_step_that_its_author_took_before_seeing_a_newer_one_is_refused(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.take", NOTE, case=case)
    with pytest.raises(MovedError):
        bravo.post("message.answer", desks.answer_body(), case=case, after=(case,))
    forged = bravo.forge("message.answer", desks.answer_body(), case=case, after=(case,))
    world.sync()
    assert alpha.outcome(forged) is Outcome.STALE
    assert alpha.state(case, "bravo") == "taken"


def test_a_step_in_a_case_that_its_author_had_not_seen_counts_for_nothing(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    known = said(world)
    unheard = alpha.say(to=("bravo/watch",))
    forged = bravo.forge(
        "message.take",
        NOTE,
        case=known,
        message={"case": unheard, "after": (unheard,)},
    )
    world.sync()
    assert alpha.outcome(forged) is Outcome.UNKNOWN_CASE
    assert alpha.state(unheard, "bravo") == "sent"


def test_a_step_that_names_a_step_of_another_case_counts_for_nothing(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    one, other = said(world), said(world)
    forged = bravo.forge("message.take", NOTE, case=one, after=(other,))
    world.sync()
    assert alpha.outcome(forged) is Outcome.UNSEEN_STEP


@pytest.mark.parametrize("strands", [("bravo", "bravo"), ("charlie",), ()])
def test_a_step_names_each_strand_once(three: Any, strands: Any) -> None:
    alpha, bravo, _ = three.desks
    case = said(three)
    forged = bravo.forge("message.take", NOTE, case=case, message={"strands": strands})
    three.sync()
    assert alpha.outcome(forged) is Outcome.NO_STRAND


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        ({"line": "tieline.invalid/other"}, Outcome.WRONG_LINE),
        ({"log": "tieline.invalid/other/alpha-1"}, Outcome.WRONG_LINE),
        ({"kind": "message.shout"}, Outcome.UNKNOWN_KIND),
    ],
)
def test_what_is_not_of_this_line_or_version_is_a_discrepancy(
    world: Any, desks: Any, message: Any, outcome: Outcome
) -> None:
    alpha, bravo = world.desks
    forged = desks.forge_raw(alpha, message)
    world.sync()
    assert bravo.outcome(forged) is outcome
    assert alpha.board().discrepancies[0].words == f"alpha: {outcome.value}"


def test_nobody_speaks_for_another_party(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    forged = desks.forge_raw(alpha, {"sender": desks.Office("bravo", "watch")})
    world.sync()
    assert bravo.outcome(forged) is Outcome.WRONG_SPEAKER


def test_a_person_speaks_only_for_offices_that_the_roster_gives(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    forged = desks.forge_raw(alpha, {"sender": desks.Office("alpha", "kitchen")})
    world.sync()
    assert bravo.outcome(forged) is Outcome.NOT_ENTITLED


def test_a_signature_that_does_not_hold_is_a_discrepancy(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    forged = alpha.forge(
        "message.say",
        desks.say_body(),
        signer=lambda payload: desks.dsse.sign_many(
            desks.MESSAGE_TYPE, payload, {"alpha-p1": bytes(range(32))}
        ),
    )
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_SIGNATURE


def test_what_cannot_be_opened_is_unreadable_and_nobodys_fault(world: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.say()
    entry = alpha.seat._item(case.origin, case.index).entry
    bravo.blind.add(entry.payloads[0].digest)
    alpha.deliver(bravo)
    assert bravo.outcome(case) is Outcome.UNREADABLE
    assert bravo.board().unreadable == (f"alpha-1:{case.index}",)
    assert bravo.board().discrepancies == ()
    assert alpha.digest() != bravo.digest()
