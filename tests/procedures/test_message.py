"""Message: said, taken, answered, declined, withdrawn, late, crossed, or visibly nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.errors import RefusedError, UsageError
from tieline.state.model import Outcome

NOTE = {"note": ""}


def said(world: Any, **changes: Any) -> Any:
    """A message of alpha's to bravo's watch that bravo holds."""
    changes.setdefault("to", ("bravo/watch",))
    ref = world.desks[0].say(**changes)
    world.sync()
    return ref


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
