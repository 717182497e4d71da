"""Roster: keys, offices and revocations of a party, and what a stolen key can still do."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.record import ed25519
from tieline.record.roster import Cutoff, Person
from tieline.record.rosterchain import keys_digest, sign_roster
from tieline.replication import founding as fd
from tieline.state.model import Outcome

NOTE = {"note": ""}


def person(desk: Any, name: str, seed: bytes, *offices: str) -> Person:
    desk.persons[name] = seed
    return Person(id=name, key=ed25519.public_of(seed), offices=offices or ("watch",))


def roster(desk: Any) -> Any:
    return desk.seat.roster(desk.party)


def cut(desk: Any, key: str, index: int, *, suspect: bool = False) -> Cutoff:
    origin = desk.seat.own["main"]
    return Cutoff(key=key, log=origin, index=index, reason="stolen", suspect=suspect)


def said_by(desk: Any, name: str, desks: Any, **changes: Any) -> Any:
    """A message signed by one person, filed whatever the rules say."""
    return desk.forge("message.say", desks.say_body(), people=(name,), role="main", **changes)


def test_a_person_who_is_enrolled_may_speak_from_then_on(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    newcomer = person(alpha, "alpha-p3", b"3" * 32)
    early = said_by(alpha, "alpha-p3", desks)
    desks.publish(alpha, persons=(*roster(alpha).persons, newcomer))
    late = said_by(alpha, "alpha-p3", desks)
    world.sync()
    assert bravo.outcome(early) is Outcome.NOT_ENTITLED
    assert bravo.outcome(late) is Outcome.OPENS


def test_a_person_who_is_struck_off_may_not_speak_any_more(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    early = said_by(alpha, "alpha-p2", desks)
    left = tuple(p for p in roster(alpha).persons if p.id != "alpha-p2")
    desks.publish(alpha, people=1, persons=left)
    late = said_by(alpha, "alpha-p2", desks)
    world.sync()
    assert bravo.outcome(early) is Outcome.OPENS
    assert bravo.outcome(late) is Outcome.NOT_ENTITLED


def test_after_a_rotation_the_new_key_counts_and_the_old_one_does_not(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    old = alpha.persons["alpha-p1"]
    people = roster(alpha).persons
    fresh = Person(id="alpha-p1", key=ed25519.public_of(b"n" * 32), offices=people[0].offices)
    # The message that brings a roster is itself judged by it.
    alpha.persons["alpha-p1"] = b"n" * 32
    desks.publish(alpha, persons=(fresh, *people[1:]))
    with_new = said_by(alpha, "alpha-p1", desks)
    alpha.persons["alpha-p1"] = old
    with_old = said_by(alpha, "alpha-p1", desks)
    world.sync()
    assert bravo.outcome(with_old) is Outcome.BAD_SIGNATURE
    assert bravo.outcome(with_new) is Outcome.OPENS


def test_a_roster_counts_although_one_person_signed_the_message(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    at = alpha.seat.view.roster_at("alpha")
    envelope = fd.next_roster(at.roster, at.envelope, alpha.vault.operator, name="Alpha Republic")
    body = {"version": 2, "change": "a new name"}
    ref = alpha.post("roster.publish", body, clear=(envelope,), people=1)
    world.sync()
    assert bravo.outcome(ref) is Outcome.OPENS
    assert bravo.board().parties[0].name == "Alpha Republic"
    assert bravo.board().parties[0].roster_version == 2


def test_an_office_is_vacated_and_filled_again(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    desks.vacate(bravo, "desk")
    world.sync()
    offices = {o.name: o.filled for o in alpha.board().parties[1].offices}
    assert offices == {"watch": True, "desk": False, "principal": True}
    flagged = alpha.say(to=("bravo/desk",))

    desks.vacate(bravo, "desk", filled=True)
    world.sync()
    plain = alpha.say(to=("bravo/desk",))

    assert alpha.flags(flagged) == ("vacant: bravo/desk",)
    assert alpha.flags(plain) == ()


def test_the_next_operator_key_is_the_one_that_was_committed_to(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    following = ed25519.public_of(b"o" * 32)
    at = alpha.seat.view.roster_at("alpha")
    moved = replace(
        at.roster,
        version=2,
        previous=hashlib.sha256(at.envelope).hexdigest(),
        operator=ed25519.public_of(alpha.vault.next_operator),
        operator_next=keys_digest([following]),
    )
    envelope = sign_roster(moved, {"operator": alpha.vault.next_operator})
    body = {"version": 2, "change": "next operator"}
    alpha.post("roster.publish", body, clear=(envelope,))
    world.sync()
    assert bravo.seat.roster("alpha").version == 2

    with pytest.raises(RefusedError, match="roster that does not follow"):
        desks.publish(alpha, name="By the old operator")


def test_an_operator_key_that_nobody_committed_to_needs_the_root(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    at = alpha.seat.view.roster_at("alpha")
    stolen = replace(
        at.roster,
        version=2,
        previous=hashlib.sha256(at.envelope).hexdigest(),
        operator=ed25519.public_of(b"t" * 32),
    )
    envelope = sign_roster(stolen, {"operator": b"t" * 32})
    body = {"version": 2, "change": "takeover"}
    with pytest.raises(RefusedError, match="root signatures"):
        alpha.post("roster.publish", body, clear=(envelope,))
    forged = alpha.forge("roster.publish", body, clear=(envelope,), role="main")
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_ROSTER
    assert bravo.seat.roster("alpha").version == 1


@pytest.mark.parametrize("olds", [1, 2])
def test_the_next_root_needs_a_threshold_of_the_old_and_of_the_new(
    world: Any, desks: Any, olds: int
) -> None:
    alpha, bravo = world.desks
    at = alpha.seat.view.roster_at("alpha")
    fresh = replace(
        at.roster,
        version=2,
        previous=hashlib.sha256(at.envelope).hexdigest(),
        root_keys=tuple(ed25519.public_of(s) for s in alpha.vault.next_roots),
    )
    signers = {f"root-{n}": s for n, s in enumerate(alpha.vault.roots[:olds], 1)}
    signers |= {f"new-root-{n}": s for n, s in enumerate(alpha.vault.next_roots[:2], 1)}
    envelope = sign_roster(fresh, signers | {"operator": alpha.vault.operator})
    forged = alpha.forge(
        "roster.publish", {"version": 2, "change": ""}, clear=(envelope,), role="main"
    )
    world.sync()
    wanted = Outcome.OPENS if olds == 2 else Outcome.BAD_ROSTER
    assert bravo.outcome(forged) is wanted


def test_a_roster_names_the_version_before_it(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    at = alpha.seat.view.roster_at("alpha")
    envelope = fd.next_roster(at.roster, b"another envelope", alpha.vault.operator)
    with pytest.raises(RefusedError, match="does not follow"):
        alpha.post("roster.publish", {"version": 2, "change": ""}, clear=(envelope,))


def test_a_log_that_was_certified_can_not_be_dropped(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    with pytest.raises(RefusedError, match="drops or changes"):
        desks.publish(alpha, logs=roster(alpha).logs[1:])


def test_a_message_without_its_roster_publishes_nothing(world: Any) -> None:
    alpha, bravo = world.desks
    forged = alpha.forge("roster.publish", {"version": 2, "change": ""}, role="main")
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_ROSTER


def test_nobody_publishes_a_roster_of_another_party(world: Any) -> None:
    alpha, bravo = world.desks
    at = alpha.seat.view.roster_at("bravo")
    envelope = fd.next_roster(at.roster, at.envelope, bravo.vault.operator, name="Renamed")
    forged = alpha.forge(
        "roster.publish", {"version": 2, "change": ""}, clear=(envelope,), role="main"
    )
    world.sync()
    assert bravo.outcome(forged) is Outcome.BAD_ROSTER
    assert bravo.seat.roster("bravo").version == 1


def test_a_stolen_key_says_nothing_beyond_its_cut_off(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    stands = said_by(alpha, "alpha-p1", desks)
    desks.publish(alpha, cutoffs=(cut(alpha, "alpha-p1", stands.index + 1),))
    stolen = said_by(alpha, "alpha-p1", desks)
    others = said_by(alpha, "alpha-p2", desks)
    world.sync()
    assert bravo.outcome(stands) is Outcome.OPENS
    assert bravo.outcome(stolen) is Outcome.NOT_ENTITLED
    assert bravo.outcome(others) is Outcome.OPENS
    assert "revoked" in bravo.board().discrepancies[0].detail


def test_a_step_between_theft_and_cut_off_stops_counting_once_it_is_known(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    case = bravo.say(to=("alpha/watch",))
    world.sync()
    stolen = alpha.forge("message.answer", desks.answer_body("We agree."), case=case, role="main")
    world.sync()
    assert bravo.state(case, "alpha") == "answered"

    desks.publish(alpha, cutoffs=(cut(alpha, "alpha-p1", stolen.index),))
    world.sync()
    assert bravo.state(case, "alpha") == "sent"

    alpha.forge("message.decline", {"reason": "No."}, case=case, role="main", people=("alpha-p2",))
    world.sync()
    assert alpha.state(case, "alpha") == bravo.state(case, "alpha") == "declined"


def test_a_second_signature_does_not_save_a_step_from_the_cut_off(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    case = bravo.say(to=("alpha/watch",))
    world.sync()
    both = alpha.forge(
        "message.answer",
        desks.answer_body(),
        case=case,
        role="main",
        people=("alpha-p1", "alpha-p2"),
    )
    world.sync()
    assert bravo.state(case, "alpha") == "answered"
    desks.publish(alpha, cutoffs=(cut(alpha, "alpha-p1", both.index),))
    world.sync()
    assert bravo.state(case, "alpha") == "sent"


def test_a_framework_signed_with_a_stolen_key_is_not_in_force_once_that_is_known(
    world: Any, desks: Any
) -> None:
    alpha, bravo = world.desks
    world.agree(desks.clause("levels"))
    signed = alpha.seat.copies[alpha.seat.own["main"]].size - 1
    assert bravo.in_force() == 1
    desks.publish(alpha, cutoffs=(cut(alpha, "alpha-p1", signed),))
    world.sync()
    assert alpha.in_force() == bravo.in_force() == 0


def test_a_suspicion_flags_and_removes_nothing(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    message = said_by(alpha, "alpha-p1", desks, to=("bravo/watch",))
    desks.publish(alpha, cutoffs=(cut(alpha, "alpha-p1", message.index, suspect=True),))
    later = said_by(alpha, "alpha-p1", desks)
    world.sync()
    assert bravo.outcome(later) is Outcome.OPENS
    shown = {m.ref: m.flags for m in bravo.board().levels[-1].messages}
    assert shown[f"alpha-1:{message.index}"] == ("alpha-p1 is under suspicion here: stolen",)


def test_the_nodes_key_can_be_cut_off_too(world: Any, desks: Any) -> None:
    alpha, _ = world.desks
    size = alpha.seat.copies[alpha.seat.own["main"]].size
    desks.publish(alpha, cutoffs=(cut(alpha, "node", size),))
    items = [{"ref": alpha.say().text(), "result": "ok"}]
    with pytest.raises(RefusedError, match="revoked"):
        alpha.machine("opened.batch", {"items": items})


def test_two_rosters_of_one_version_count_neither(world: Any, desks: Any) -> None:
    alpha, bravo = world.desks
    world.sync()
    at = alpha.seat.view.roster_at("alpha")
    twins = [
        fd.next_roster(at.roster, at.envelope, alpha.vault.operator, name=name)
        for name in ("One", "Other")
    ]
    body = {"version": 2, "change": ""}
    # The express log names only what bravo is known to hold, so it does not see the other.
    for role, envelope in zip(("main", "express"), twins, strict=True):
        alpha.forge("roster.publish", body, clear=(envelope,), role=role)
    world.sync()
    assert bravo.seat.roster("alpha").version == 1
    assert bravo.seat.roster("alpha").name == "Alpha"
