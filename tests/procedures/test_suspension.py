"""Suspension and resumption: severing is unilateral, resuming takes everybody."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome

NOTE = {"note": ""}


def suspend(desk: Any, channel: str = "dialogue", reason: str = "In protest.") -> Any:
    body = {"channel": channel, "reason": reason, "conditions": ["An explanation."]}
    return desk.post("suspension.declare", body)


def propose(desk: Any, *lifts: Any) -> Any:
    body = {"lifts": [ref.text() for ref in lifts], "note": "Let us talk."}
    return desk.post("resumption.propose", body)


def channel(desk: Any, name: str) -> Any:
    return next(c for c in desk.board().channels if c.name == name)


def test_any_party_suspends_a_channel_alone_and_at_once(world: Any) -> None:
    alpha, bravo = world.desks
    suspend(bravo)
    assert bravo.suspended("dialogue")
    assert not alpha.suspended("dialogue")
    world.sync()
    assert alpha.suspended("dialogue")
    shown = channel(alpha, "dialogue")
    assert shown.words == "suspended by bravo"
    assert shown.suspensions[0].reason == "In protest."
    assert shown.suspensions[0].conditions == ("An explanation.",)


def test_suspending_dialogue_leaves_the_other_channels_open(world: Any) -> None:
    alpha, bravo = world.desks
    suspend(bravo)
    world.sync()
    assert not alpha.suspended("safety")
    assert not alpha.suspended("notification")
    assert channel(alpha, "safety").is_open

    message = alpha.say(body={"channel": "safety"})
    world.sync()
    assert bravo.flags(message) == ()


def test_a_message_in_a_suspended_channel_is_delivered_and_shown_as_such(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    suspend(bravo)
    world.sync()

    message = alpha.say(to=("bravo/watch",))
    world.sync()

    assert bravo.outcome(message) is Outcome.OPENS
    assert bravo.flags(message) == ("sent under suspension",)
    assert alpha.board().levels[-1].messages[0].ladders[0].standing == "suspended"
    bravo.post("message.answer", desks.answer_body(), case=message)
    world.sync()
    assert alpha.board().levels[-1].messages[0].ladders[0].standing == "answered"


def test_a_message_sent_before_its_author_heard_of_the_suspension_is_not_flagged(
    world: Any,
) -> None:
    alpha, bravo = world.desks
    suspend(bravo)
    message = alpha.say()
    world.sync()
    assert bravo.flags(message) == ()


def test_safety_cannot_be_suspended_unless_the_framework_says_so(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    with pytest.raises(RefusedError, match="does not let one party suspend"):
        suspend(bravo, "safety")
    forged = bravo.forge(
        "suspension.declare",
        {"channel": "safety", "reason": "In protest.", "conditions": []},
        people=("bravo-p1", "bravo-p2"),
    )
    world.sync()
    assert alpha.outcome(forged) is Outcome.NOT_SUSPENDABLE
    assert not alpha.suspended("safety")

    world.agree(desks.clause("channels", 'safety = "suspendable"'))
    suspend(bravo, "safety")
    world.sync()
    assert alpha.suspended("safety")


def test_a_framework_can_fix_any_channel(world: Any, desks: Any) -> None:
    _, bravo = world.desks
    world.agree(desks.clause("channels", 'dialogue = "fixed"'))
    with pytest.raises(RefusedError, match="does not let one party suspend"):
        suspend(bravo, "dialogue")
    assert channel(bravo, "dialogue").words == "open; fixed by the framework"


def test_a_suspension_takes_two_persons_and_a_reason(world: Any) -> None:
    _, bravo = world.desks
    body = {"channel": "dialogue", "reason": "In protest.", "conditions": []}
    with pytest.raises(RefusedError, match="two persons"):
        bravo.post("suspension.declare", body, people=1)
    with pytest.raises(UsageError, match="reason"):
        suspend(bravo, reason="")


def test_resuming_takes_the_other_party(world: Any) -> None:
    alpha, bravo = world.desks
    suspension = suspend(bravo)
    world.sync()
    proposal = propose(bravo, suspension)
    assert bravo.suspended("dialogue")
    with pytest.raises(RefusedError):
        bravo.post("resumption.accept", NOTE, case=proposal, strands=("alpha",))
    world.sync()
    assert channel(alpha, "dialogue").proposals[0].answers == (("alpha", "resumption proposed"),)

    alpha.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    assert not alpha.suspended("dialogue")
    assert not bravo.suspended("dialogue")
    assert channel(alpha, "dialogue").words == "open"


def test_the_party_that_was_cut_off_may_propose_too(world: Any) -> None:
    alpha, bravo = world.desks
    suspension = suspend(bravo)
    world.sync()
    proposal = propose(alpha, suspension)
    world.sync()
    assert alpha.suspended("dialogue")
    bravo.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    assert not alpha.suspended("dialogue")


def test_of_three_parties_all_must_agree(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    suspension = suspend(bravo)
    three.sync()
    proposal = propose(alpha, suspension)
    three.sync()
    bravo.post("resumption.accept", NOTE, case=proposal)
    three.sync()
    assert alpha.suspended("dialogue")
    charlie.post("resumption.refuse", {"reason": "Not yet."}, case=proposal)
    three.sync()
    assert alpha.suspended("dialogue")
    charlie.post("resumption.accept", NOTE, case=proposal)
    three.sync()
    assert not any(desk.suspended("dialogue") for desk in three.desks)


def test_several_suspensions_of_a_channel_are_lifted_one_by_one(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    first, second = suspend(bravo), suspend(charlie)
    third = suspend(bravo, reason="And again.")
    three.sync()
    assert channel(alpha, "dialogue").words == "suspended by bravo and charlie"

    for number, lifted in enumerate((second, first, third)):
        proposal = propose(alpha, lifted)
        three.sync()
        for desk in (bravo, charlie):
            desk.post("resumption.accept", NOTE, case=proposal)
            three.sync()
        left = channel(alpha, "dialogue").suspensions
        assert len(left) == 2 - number
        assert alpha.suspended("dialogue") is bool(left)


def test_one_resumption_can_lift_several_suspensions(world: Any) -> None:
    alpha, bravo = world.desks
    one, other = suspend(alpha), suspend(bravo)
    world.sync()
    proposal = propose(alpha, one, other)
    world.sync()
    bravo.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    assert not alpha.suspended("dialogue")


def test_a_suspension_declared_after_the_proposal_stands(world: Any) -> None:
    alpha, bravo = world.desks
    first = suspend(bravo)
    world.sync()
    proposal = propose(alpha, first)
    second = suspend(bravo, reason="And again.")
    world.sync()
    bravo.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    assert [s.ref for s in channel(alpha, "dialogue").suspensions] == [f"bravo-1:{second.index}"]


def test_acceptance_and_withdrawal_that_cross_lift_nothing(world: Any) -> None:
    alpha, bravo = world.desks
    suspension = suspend(bravo)
    world.sync()
    proposal = propose(alpha, suspension)
    world.sync()
    alpha.post("resumption.withdraw", {"reason": "Events."}, case=proposal)
    bravo.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    assert alpha.state(proposal, "bravo") == "crossed"
    assert alpha.suspended("dialogue")
    alpha.post("resumption.withdraw", {"reason": "Events."}, case=proposal)
    world.sync()
    assert bravo.state(proposal, "bravo") == "withdrawn"
    assert channel(bravo, "dialogue").proposals == ()


def test_a_resumption_names_suspensions_that_its_author_has_seen(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    with pytest.raises(RefusedError, match="names a step"):
        propose(alpha, message)
    unheard = suspend(bravo)
    with pytest.raises(RefusedError, match="names a step"):
        propose(alpha, unheard)
    with pytest.raises(UsageError, match="lifts"):
        propose(alpha)


def test_who_promised_that_a_suspension_is_lifted_after_that_nobody_can_withdraw_it(
    world: Any,
) -> None:
    alpha, bravo = world.desks
    suspension = suspend(bravo)
    world.sync()
    proposal = propose(alpha, suspension)
    world.sync()
    bravo.post("resumption.accept", NOTE, case=proposal)
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("resumption.withdraw", {"reason": "Events."}, case=proposal)
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("resumption.refuse", {"reason": "Events."}, case=proposal)


# -- one mechanism


def stop(desk: Any, mechanism: str = "talks", **changes: Any) -> Any:
    body = {"mechanism": mechanism, "reason": "In protest.", "conditions": ["An explanation."]}
    return desk.post("suspension.mechanism", body | changes)


def stopped(desk: Any) -> dict[str, list[str]]:
    found = desk.seat.view.mechanism_suspensions()
    return {key: [case.key.party for case in cases] for key, cases in found.items()}


def propose_talks(world: Any) -> Any:
    case = world.desks[0].post("mechanism.propose", {"key": "talks", "name": "Talks"})
    world.sync()
    return case


def test_a_mechanism_is_suspended_by_one_and_resumed_by_both(world: Any) -> None:
    alpha, bravo = world.desks
    propose_talks(world)
    suspension = stop(bravo)
    assert stopped(alpha) == {}
    world.sync()
    assert stopped(alpha) == stopped(bravo) == {"talks": ["bravo"]}
    # The channel stays open, and its page shows nothing of it.
    assert not alpha.suspended("dialogue")
    assert channel(alpha, "dialogue").words == "open"

    proposal = propose(bravo, suspension)
    world.sync()
    assert stopped(alpha) == {"talks": ["bravo"]}
    alpha.post("resumption.accept", NOTE, case=proposal)
    assert stopped(alpha) == {}
    assert stopped(bravo) == {"talks": ["bravo"]}
    world.sync()
    assert stopped(bravo) == {}


def test_of_three_parties_all_resume_a_mechanism(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = propose_talks(three)
    one, other = stop(bravo), stop(charlie, case.text())
    three.sync()
    # By key or by reference, it is one mechanism.
    assert {key: sorted(by) for key, by in stopped(alpha).items()} == {
        "talks": ["bravo", "charlie"]
    }
    proposal = propose(alpha, one, other)
    three.sync()
    bravo.post("resumption.accept", NOTE, case=proposal)
    charlie.post("resumption.refuse", {"reason": "Not yet."}, case=proposal)
    three.sync()
    assert sorted(stopped(alpha)["talks"]) == ["bravo", "charlie"]
    charlie.post("resumption.accept", NOTE, case=proposal)
    three.sync()
    assert [stopped(desk) for desk in three.desks] == [{}, {}, {}]


def test_suspending_a_channel_suspends_no_mechanism_by_name(world: Any) -> None:
    alpha, bravo = world.desks
    suspend(bravo)
    world.sync()
    assert stopped(alpha) == {}
    assert alpha.suspended("dialogue")


def test_a_mechanism_named_by_reference_is_one_that_the_author_had_seen(world: Any) -> None:
    alpha, bravo = world.desks
    message = alpha.say()
    world.sync()
    with pytest.raises(RefusedError, match="names a step"):
        stop(bravo, message.text())
    unheard = alpha.post("mechanism.propose", {"key": "talks", "name": "Talks"})
    with pytest.raises(RefusedError, match="names a step"):
        stop(bravo, unheard.text())
    body = {"mechanism": unheard.text(), "reason": "In protest."}
    forged = bravo.forge("suspension.mechanism", body, people=("bravo-p1", "bravo-p2"))
    world.sync()
    assert alpha.outcome(forged) is Outcome.UNSEEN_STEP
    assert stopped(alpha) == {}
    # A key may name a mechanism that is not on this line.
    stop(bravo, "elsewhere")
    world.sync()
    assert stopped(alpha) == {"elsewhere": ["bravo"]}


def test_a_mechanism_takes_two_persons_and_a_reason_too(world: Any) -> None:
    alpha, bravo = world.desks
    body = {"mechanism": "talks", "reason": "In protest."}
    with pytest.raises(RefusedError, match="two persons"):
        bravo.post("suspension.mechanism", body, people=1)
    with pytest.raises(UsageError, match="reason"):
        bravo.post("suspension.mechanism", {"mechanism": "talks"})
    forged = bravo.forge("suspension.mechanism", body)
    world.sync()
    assert alpha.outcome(forged) is Outcome.NEEDS_TWO
    assert stopped(alpha) == {}
