"""Filing: where a message is placed, what its author is known to have seen, what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tieline.errors import MovedError, RefusedError, UsageError
from tieline.record import ed25519
from tieline.replication import filing
from tieline.replication.drafts import Draft
from tieline.state.model import Outcome


def flash(desk: Any, **changes: Any) -> Any:
    return desk.say(level="FLASH", to=("bravo/watch",), **changes)


def test_the_highest_level_goes_express(world: Any) -> None:
    alpha, bravo = world.desks
    message = flash(alpha)
    assert message.origin == alpha.seat.own["express"]
    alpha.deliver(bravo)
    assert bravo.outcome(message) is Outcome.OPENS


def test_steps_that_answer_an_express_message_go_express(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    message = flash(alpha)
    world.sync()
    answer = bravo.post("message.answer", desks.answer_body(), case=message)
    assert answer.origin == bravo.seat.own["express"]


def test_other_levels_and_procedures_go_to_the_main_log(world: Any) -> None:
    alpha, _ = world.desks
    assert alpha.say(level="ROUTINE").origin == alpha.seat.own["main"]
    body = {"channel": "dialogue", "reason": "x", "conditions": []}
    assert alpha.post("suspension.declare", body).origin == alpha.seat.own["main"]


def test_an_express_entry_names_only_what_all_addressees_are_known_to_hold(three: Any) -> None:
    alpha, bravo, charlie = three.desks
    before = alpha.seat.copies[alpha.seat.own["main"]].size
    alpha.say("Not heard of yet")
    message = alpha.say(level="FLASH", to=("bravo/watch", "charlie/watch"))
    seen = {h.origin: h.size for h in alpha.seat._item(message.origin, 0).entry.seen}
    assert seen[alpha.seat.own["main"]] == before
    for desk in (bravo, charlie):
        desk.hear(alpha, message.origin)
        assert desk.outcome(message) is Outcome.OPENS


def test_what_an_entry_has_seen_never_shrinks(world: Any) -> None:
    alpha, bravo = world.desks
    for _ in range(3):
        bravo.say()
        bravo.deliver(alpha)
        alpha.say()
        flash(alpha)
    for origin in alpha.seat.own.values():
        before: dict[str, int] = {}
        for index in range(alpha.seat.copies[origin].size):
            seen = {h.origin: h.size for h in alpha.seat._item(origin, index).entry.seen}
            assert all(seen.get(name, -1) >= size for name, size in before.items())
            before = seen


def first_flash(desks: Any, *, heard: bool) -> Any:
    """A line on which nobody is known yet to hold alpha's invitation, or everybody is."""
    world = desks.found("alpha", "bravo")
    alpha, bravo = world.desks
    for desk in world.desks:
        desk.invite({d.party: d.vault.fingerprint() for d in world.desks})
    alpha.deliver(bravo)
    bravo.deliver(alpha)
    if not heard:
        alpha.seat.held.clear()
    return world


def test_flash_can_be_said_as_soon_as_our_invitation_is_held(desks: Any) -> None:
    alpha, _ = first_flash(desks, heard=True).desks
    assert flash(alpha).origin == alpha.seat.own["express"]


def test_flash_can_be_said_before_anybody_has_receipted_our_invitation(desks: Any) -> None:
    alpha, _ = first_flash(desks, heard=False).desks
    assert flash(alpha).origin == alpha.seat.own["main"]


def test_flash_can_be_said_right_after_a_change_of_keys(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    roster = alpha.seat.roster("alpha")
    alpha.persons = {name: bytes([n]) * 32 for n, name in enumerate(alpha.persons, 1)}
    fresh = tuple(
        replace(person, key=ed25519.public_of(alpha.persons[person.id]))
        for person in roster.persons
    )
    desks.publish(alpha, persons=fresh)
    flash(alpha)


def test_a_refused_message_leaves_no_trace(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    sizes = {o: c.size for o, c in alpha.seat.copies.items()}
    digest = alpha.digest()
    with pytest.raises(RefusedError):
        alpha.post("message.say", desks.say_body(), level="FLASH", people=1)
    with pytest.raises(UsageError):
        alpha.post("message.say", {"subject": 3})
    assert {o: c.size for o, c in alpha.seat.copies.items() if c.size} == sizes
    assert alpha.digest() == digest


def test_a_kind_that_nobody_knows_and_a_case_that_is_not_there_are_refused(world: Any) -> None:
    alpha, bravo = world.desks
    unheard = bravo.say()
    now = world.clock.now()
    with pytest.raises(UsageError, match="no procedure"):
        filing.compose(alpha.seat, Draft(kind="message.shout", office="watch", body={}), now)
    draft = Draft(kind="message.take", office="watch", body={"note": ""}, case=unheard)
    with pytest.raises(RefusedError, match="no case"):
        filing.compose(alpha.seat, draft, now)


def test_a_message_for_a_log_that_we_do_not_write_now_is_said_again(world: Any) -> None:
    alpha, _ = world.desks
    draft = alpha.draft("message.say", alpha.spoken(alpha.say()).message.body)
    composed = filing.compose(alpha.seat, draft, world.clock.now())
    alpha.seat.own = {"main": alpha.seat.own["main"].replace("alpha-1", "alpha-2")}
    envelope = alpha.sign(composed.payload, "alpha-p1")
    with pytest.raises(MovedError, match="not the log that we write now"):
        filing.file(alpha.seat, envelope, (), (), world.clock.now())


def test_a_locked_log_takes_nothing(world: Any) -> None:
    alpha, _ = world.desks
    alpha.seat.locked[alpha.seat.own["main"]] = "its mark is missing"
    with pytest.raises(RefusedError, match="mark is missing"):
        alpha.say()


def test_a_sender_withdraws_from_whoever_has_not_answered(three: Any, desks: Any) -> None:
    alpha, bravo, _ = three.desks
    case = alpha.say(to=("bravo/watch", "charlie/watch"))
    three.sync()
    bravo.post("message.answer", desks.answer_body(), case=case)
    three.sync()
    alpha.post("message.withdraw", {"reason": "Late."}, case=case, strands=("charlie",))
    assert alpha.state(case, "bravo") == "answered"
    assert alpha.state(case, "charlie") == "withdrawn"


def test_withdrawing_without_naming_anybody_means_whoever_has_not_answered(
    three: Any, desks: Any
) -> None:
    alpha, bravo, _ = three.desks
    case = alpha.say(to=("bravo/watch", "charlie/watch"))
    three.sync()
    bravo.post("message.answer", desks.answer_body(), case=case)
    three.sync()
    alpha.post("message.withdraw", {"reason": "Late."}, case=case)
    assert alpha.state(case, "charlie") == "withdrawn"


def test_an_empty_payload_in_clear_is_read_alike_now_and_after_a_restart(world: Any) -> None:
    alpha, bravo = world.desks
    invitation = next(r for r in alpha.outcomes if r.origin == alpha.seat.own["main"])
    message = alpha.spoken(invitation).message
    odd = alpha.place(b"", message, message.log, ())
    alpha.deliver(bravo)
    assert alpha.outcome(odd) is bravo.outcome(odd) is Outcome.MALFORMED
