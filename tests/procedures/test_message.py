"""Message: said, taken, answered, declined, withdrawn, late, crossed, or visibly nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.procedures.terms import ANSWER_S, RECEIPT_S, TAKE_S
from tieline.record.message import Mark
from tieline.state.model import Outcome

NOTE = {"note": ""}


def said(world: Any, **changes: Any) -> Any:
    """A message of alpha's to bravo's watch that bravo holds."""
    changes.setdefault("to", ("bravo/watch",))
    ref = world.desks[0].say(**changes)
    world.sync()
    return ref


def expire(desks: Any, world: Any, case: Any, *, clock: str = "take", rung: int = 0) -> Any:
    """Let a clock run out on alpha's side, counted from bravo's receipt."""
    alpha, bravo = world.desks[:2]
    receipt = bravo.receipt(case)
    allowed = ANSWER_S["ROUTINE"] if clock == "answer" else TAKE_S["ROUTINE"] * (rung + 1)
    world.clock.wait(allowed)
    body = desks.expiry_body(clock=clock, rung=rung, allowed=allowed, receipt=receipt)
    return alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_a_message_is_taken_and_answered(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    assert alpha.state(case, "bravo") == "sent"

    bravo.post("message.take", NOTE, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "taken"

    bravo.post("message.answer", desks.answer_body(), case=case)
    world.sync()
    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "answered"
    assert alpha.board().levels[-1].messages[0].is_open is False


def test_a_message_can_be_answered_without_being_taken_first(world: Any, desks: Any) -> None:
    _, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    assert bravo.state(case, "bravo") == "answered"


def test_nobody_takes_or_answers_a_message_of_its_own(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = said(world)
    for kind, body in (
        ("message.take", NOTE),
        ("message.answer", desks.answer_body()),
        ("message.decline", {"reason": "No."}),
    ):
        with pytest.raises(RefusedError, match="not a step"):
            alpha.post(kind, body, case=case)


def test_a_third_party_cannot_answer_for_the_addressee(three: Any, desks: Any) -> None:
    charlie = three.desks[2]
    case = said(three)
    with pytest.raises(RefusedError, match="not a step"):
        charlie.post("message.answer", desks.answer_body(), case=case, strands=("bravo",))
    with pytest.raises(RefusedError, match="has none in this case"):
        charlie.post("message.answer", desks.answer_body(), case=case, strands=("charlie",))


def test_each_addressee_answers_for_itself(three: Any, desks: Any) -> None:
    alpha, bravo, charlie = three.desks
    case = said(three, to=("bravo/watch", "charlie/desk"))
    bravo.post("message.answer", desks.answer_body(), case=case)
    charlie.post("message.decline", {"reason": "Not ours to say."}, case=case)
    three.sync()
    view = alpha.seat.view
    assert view.states(view.case_at(case)) == {"bravo": "answered", "charlie": "declined"}


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


def test_a_message_that_nobody_takes_in_time_is_not_taken(world: Any, desks: Any) -> None:
    _, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    assert bravo.state(case, "bravo") == "not taken"
    assert "no answer" in bravo.board().levels[-1].messages[0].ladders[0].words


def test_each_rung_of_the_ladder_needs_its_own_time(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    allowed = TAKE_S["ROUTINE"]
    body = desks.expiry_body(rung=1, allowed=allowed, receipt=bravo.receipt(case))
    with pytest.raises(RefusedError, match="before it did"):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_what_was_taken_and_never_answered_is_not_answered(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    expire(desks, world, case, clock="answer")
    assert alpha.state(case, "bravo") == "not answered"


@pytest.mark.xfail(
    strict=True,
    reason="expiries._allowed_s: a take clock is accepted for a message that is already taken, so"
    " a sender can record 'taken, not answered in time' after the shorter take time",
)
def test_a_take_clock_says_nothing_about_a_message_that_was_taken(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.say(level="FLASH", mark=Mark.EXERCISE, to=("bravo/watch",))
    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    receipt = bravo.receipt(case)
    world.clock.wait(TAKE_S["FLASH"])
    body = desks.expiry_body(clock="take", allowed=TAKE_S["FLASH"], receipt=receipt)
    with pytest.raises(RefusedError):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))


def test_an_officer_may_take_and_answer_late_and_both_stand(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "taken late"
    bravo.post("message.answer", desks.answer_body(), case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "answered late"
    rungs = alpha.board().levels[-1].messages[0].ladders[0].rungs
    assert [r.step for r in rungs][-3:] == ["not taken", "taken late", "answered late"]


def test_a_refusal_after_the_clock_is_declined_late(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    expire(desks, world, case)
    world.sync()
    bravo.post("message.decline", {"reason": "Too late."}, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "declined late"


def test_an_answer_that_crosses_the_expiry_is_crossed_and_both_stand(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)

    world.sync()

    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "crossed"
    ladder = alpha.board().levels[-1].messages[0].ladders[0]
    assert ladder.standing == "crossed"
    assert {r.step for r in ladder.rungs} >= {"answered", "not taken"}


@pytest.mark.parametrize("settler", [0, 1])
def test_crossed_steps_are_settled_by_a_step_that_names_both(
    world: Any, desks: Any, settler: int
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()

    body = {"outcome": "answered", "note": "The answer stands."}
    world.desks[settler].post("message.reconcile", body, case=case, strands=("bravo",))
    world.sync()

    assert alpha.state(case, "bravo") == bravo.state(case, "bravo") == "answered"


def test_crossed_steps_cannot_be_settled_as_something_that_was_never_said(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "declined", "note": ""}
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("message.reconcile", body, case=case, strands=("bravo",))


def test_two_settlements_that_agree_leave_nothing_crossed(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "answered", "note": ""}
    alpha.post("message.reconcile", body, case=case, strands=("bravo",))
    bravo.post("message.reconcile", body, case=case, strands=("bravo",))
    world.sync()
    assert alpha.state(case, "bravo") == "answered"


def test_a_step_that_names_only_one_of_two_crossed_steps_is_refused(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    answered = bravo.post("message.answer", desks.answer_body(), case=case)
    expire(desks, world, case)
    world.sync()
    body = {"outcome": "answered", "note": ""}
    with pytest.raises(MovedError):
        alpha.post("message.reconcile", body, case=case, strands=("bravo",), after=(answered,))


def test_a_sender_withdraws_what_nobody_answered(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    alpha.post("message.withdraw", {"reason": "Sent in error."}, case=case)
    world.sync()
    assert bravo.state(case, "bravo") == "withdrawn"
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("message.answer", desks.answer_body(), case=case)


def test_what_is_answered_cannot_be_withdrawn(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    bravo.post("message.answer", desks.answer_body(), case=case)
    world.sync()
    with pytest.raises(RefusedError, match="not a step"):
        alpha.post("message.withdraw", {"reason": "Sent in error."}, case=case)


def test_an_addressee_cannot_withdraw_the_message(world: Any) -> None:
    _, bravo = world.desks
    case = said(world)
    with pytest.raises(RefusedError, match="not a step"):
        bravo.post("message.withdraw", {"reason": "It never came."}, case=case)


def test_a_withdrawal_that_crosses_an_answer_is_crossed(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = said(world)
    alpha.post("message.withdraw", {"reason": "Sent in error."}, case=case)
    bravo.post("message.answer", desks.answer_body(), case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "crossed"


def test_what_their_system_never_held_is_a_technical_fault(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = alpha.say(to=("bravo/watch",))
    allowed = RECEIPT_S["ROUTINE"]
    world.clock.wait(allowed)
    body = desks.expiry_body(allowed=allowed)
    alpha.machine("message.unreached", body, case=case, strands=("bravo",))
    assert alpha.state(case, "bravo") == "not held"
    ladder = alpha.board().levels[-1].messages[0].ladders[0]
    assert ladder.standing == "technical fault"
    assert ladder.reached == "filed"

    world.sync()
    bravo.post("message.take", NOTE, case=case)
    world.sync()
    assert alpha.state(case, "bravo") == "taken late"


def test_an_officer_cannot_be_said_to_be_late_without_a_receipt(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    case = alpha.say(to=("bravo/watch",))
    world.clock.wait(TAKE_S["ROUTINE"])
    body = desks.expiry_body(allowed=TAKE_S["ROUTINE"])
    with pytest.raises(RefusedError, match="no receipt"):
        alpha.machine("message.expired", body, case=case, strands=("bravo",))


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


def test_a_message_to_a_vacant_office_is_delivered_and_flagged(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    desks.vacate(bravo, "principal")
    world.sync()

    case = said(world, to=("bravo/principal",))

    assert bravo.outcome(case) is Outcome.OPENS
    assert bravo.flags(case) == ("vacant: bravo/principal",)
    assert alpha.board().levels[-1].messages[0].ladders[0].standing == "vacant"


def test_a_message_to_an_office_that_does_not_exist_is_flagged(world: Any) -> None:
    _, bravo = world.desks
    case = said(world, to=("bravo/kitchen",))
    assert bravo.flags(case) == ("no such office: bravo/kitchen",)


def test_a_level_that_the_framework_does_not_know_is_flagged(world: Any) -> None:
    _, bravo = world.desks
    case = said(world, level="ULTRA")
    assert bravo.outcome(case) is Outcome.OPENS
    assert bravo.flags(case) == ("level not in the framework: ULTRA",)
    assert [group.level for group in bravo.board().levels][-1] == "ULTRA"


def test_a_message_to_strangers_is_refused(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="strangers"):
        alpha.say(to=("delta/watch",))


def test_a_message_to_nobody_but_oneself_is_refused(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="nobody but its author"):
        alpha.say(to=("alpha/desk",))


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


def test_codes_say_what_the_framework_agreed_on(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    world.agree(desks.clause("codes", 'K7 = "We are recalling the patrol."'))
    case = said(world, body={"codes": ["K7", "Q1"], "texts": []})
    assert bravo.outcome(case) is Outcome.OPENS
    shown = bravo.board().levels[-1].messages[0]
    assert shown.codes == (
        "K7: We are recalling the patrol.",
        "Q1: not agreed in the framework",
    )
    bravo.post("message.answer", {"texts": [], "codes": ["K7"]}, case=case)
    world.sync()
    assert alpha.board().levels[-1].messages[0].ladders[0].rungs[-1].codes == shown.codes[:1]


def test_a_message_without_words_or_codes_is_refused(world: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(UsageError, match="texts"):
        alpha.say(body={"texts": []})


@pytest.mark.parametrize("originals", [[], ["en", "fr"]])
def test_exactly_one_language_is_the_original(world: Any, desks: Any, originals: Any) -> None:
    alpha, _ = world.desks
    body = desks.texts("Noon.", "Midi.")
    for item in body:
        item["original"] = "yes" if item["lang"] in originals else "no"
    with pytest.raises(UsageError, match="original"):
        alpha.say(body={"texts": body})


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
