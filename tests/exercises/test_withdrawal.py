"""Personal data taken back: gone everywhere, whatever crashes, and the record goes on."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.procedures.line.opened import ERASED
from tieline.record.entry import Ref, parse_entry
from tieline.replication import effects as fx
from tieline.replication import filing
from tieline.replication.drafts import Draft
from tieline.replication.parcel import encode_parcel, parse_parcel
from tieline.replication.withdrawing import open_gaps
from tieline.state.digest import state_digest
from tieline.state.model import Outcome
from tieline.testing.exercise import Exercise
from tieline.testing.options import Options
from tieline.testing.station import Station

CREW = b"personal salt, and the names of six drivers"


def opened(seed: int = 5, **options: Any) -> Exercise:
    exercise = Exercise(seed, Options(acts_per_minute=0.0, **options))
    exercise.open()
    return exercise


def listed(data: bytes, *, personal: bool = True) -> dict[str, Any]:
    item = {
        "name": "crew.txt",
        "type": "text/plain",
        "length": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return item | ({"personal": "yes"} if personal else {})


def notify(exercise: Exercise, key: str = "convoy", *files: bytes) -> Ref:
    body: Any = {"key": key, "attachments": [listed(data) for data in files or (CREW,)]}
    draft = Draft(kind="activity.notify", office="watch", body=body)
    ref = exercise.officers["alpha"].say(draft, attachments=files or (CREW,))
    assert ref is not None
    return ref


def withdraw(exercise: Exercise, of: Ref, number: int = 1) -> Ref | None:
    body: Any = {"files": [{"of": of.text(), "attachment": number}], "why": "the trip is over"}
    draft = Draft(kind="activity.withdraw-file", office="watch", body=body, case=of)
    return exercise.officers["alpha"].say(draft)


def digest_of(station: Station, ref: Ref, number: int = 1) -> bytes:
    leaf = station.disk.leaf(ref.origin, ref.index)
    assert leaf is not None
    return parse_entry(leaf).payloads[number].digest


def off(station: Station) -> None:
    station.retired = True
    station.crash("away")


def on(exercise: Exercise, station: Station) -> None:
    station.retired = False
    exercise.world.boot(station)
    exercise.world.start_ticking(station)


def digests(exercise: Exercise) -> set[bytes]:
    seats = [station.seat for station in exercise.world.stations.values()]
    return {state_digest(seat.fold) for seat in seats if seat is not None}


def said_erased(station: Station, by: Ref) -> set[str]:
    assert station.seat is not None
    facts = station.seat.fold.registers.opened.get(by, ())
    return {fact.party for fact in facts if fact.result == ERASED}


def receipts_over(station: Station, ref: Ref) -> set[str]:
    assert station.seat is not None
    return {party for party in station.seat.peers if station.seat.receipt_for(ref, party)}


def test_a_file_that_is_withdrawn_is_gone_from_every_store_and_all_say_so() -> None:
    exercise = opened(parties=3)
    world = exercise.world
    ref = notify(exercise)
    world.run(10_000)
    digest = digest_of(world.stations["alpha"], ref)
    assert all(station.disk.has_blob(digest) for station in world.stations.values())

    by = withdraw(exercise, ref)
    assert by is not None
    world.run(20_000)

    for station in world.stations.values():
        held = station.disk.snapshot()
        assert digest not in held.blobs
        assert held.erased[digest] == by.text()
        assert said_erased(station, by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1
    assert receipts_over(world.stations["alpha"], by) == {"bravo", "charlie"}


def test_a_party_that_was_away_takes_the_entry_without_the_file_and_gives_its_receipt() -> None:
    exercise = opened(parties=3)
    world, late = exercise.world, exercise.world.stations["charlie"]
    off(late)
    ref = notify(exercise)
    by = withdraw(exercise, ref)
    assert by is not None
    world.run(10_000)
    assert receipts_over(world.stations["alpha"], by) == {"bravo"}

    on(exercise, late)
    world.run(30_000)

    digest = digest_of(late, ref)
    assert not late.disk.has_blob(digest)
    assert late.disk.tombstone(digest) == by.text()
    assert open_gaps(late.seat) == []  # type: ignore[arg-type]
    assert receipts_over(world.stations["alpha"], by) == {"bravo", "charlie"}
    assert said_erased(world.stations["alpha"], by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1


def test_a_party_that_gets_the_file_from_who_has_not_heard_yet_erases_it_later() -> None:
    exercise = opened(parties=3)
    world = exercise.world
    late = world.stations["charlie"]
    off(late)
    ref = notify(exercise)
    world.run(5_000)
    digest = digest_of(world.stations["bravo"], ref)
    # Alpha is cut off; charlie comes back and gets the entry and the file from bravo alone.
    world.network.blocked |= {("alpha", "bravo"), ("alpha", "charlie")}
    world.network.blocked |= {("bravo", "alpha"), ("charlie", "alpha")}
    by = withdraw(exercise, ref)
    assert by is not None
    on(exercise, late)
    world.run(15_000)
    assert late.disk.has_blob(digest)

    world.network.blocked.clear()
    world.run(40_000)
    assert not late.disk.has_blob(digest)
    assert said_erased(world.stations["alpha"], by) == {"alpha", "bravo", "charlie"}
    assert len(digests(exercise)) == 1


@pytest.mark.parametrize("handle", ["alpha", "bravo"])
def test_a_lost_disk_is_healed_without_the_file(handle: str) -> None:
    exercise = opened()
    world = exercise.world
    ref = notify(exercise)
    by = withdraw(exercise, ref)
    later = notify(exercise, "second", b"salt and other names")
    assert by is not None
    world.run(15_000)
    digest = digest_of(world.stations["alpha"], ref)

    station = world.stations[handle]
    station.restore(None, lose_marks=handle == "alpha")
    exercise.faults._excuse(station)
    world.boot(station)
    world.run(60_000)

    assert station.seat is not None
    assert open_gaps(station.seat) == []
    assert not station.disk.has_blob(digest)
    assert station.disk.tombstone(digest) == by.text()
    assert station.disk.has_blob(digest_of(station, later))
    assert len(digests(exercise)) == 1


def test_a_power_cut_between_any_two_outputs_of_a_withdrawal_only_delays_it() -> None:
    exercise = opened()
    world = exercise.world
    for round_ in range(1, 17):
        ref = notify(exercise, f"convoy-{round_}", CREW + bytes([round_]))
        world.run(4_000)
        digest = digest_of(world.stations["alpha"], ref)
        object.__setattr__(world.options, "crash_at", world.outputs + 2 * round_)
        withdraw(exercise, ref)
        world.run(9_000)
        exercise.officers["alpha"].retry()
        world.run(12_000)
        for station in world.stations.values():
            assert not station.disk.has_blob(digest), round_
            assert station.seat is not None
            done = station.seat.fold.registers.withdrawn
            assert len(done) == round_
            assert all(said_erased(station, by) == {"alpha", "bravo"} for by in done)
        assert len(digests(exercise)) == 1
    assert sum(station.restarts for station in world.stations.values()) == 16


class Thief:
    """Leaves one payload out of everything that alpha sends, and may say that it was withdrawn."""

    def __init__(self, exercise: Exercise, digest: bytes, *, claims: bool) -> None:
        self.digest, self.claims = digest, claims
        exercise.world.intercept = self.strip

    def strip(self, station: Station, output: fx.Send | fx.Reply) -> bytes:
        parcel = parse_parcel(output.data)
        if station.handle == "alpha" and self.digest in parcel.blobs:
            del parcel.blobs[self.digest]
            parcel.withdrawn |= {self.digest} if self.claims else set()
        return encode_parcel(parcel)


def robbed(number: int, *, claims: bool) -> tuple[Exercise, Ref, Station]:
    """Bravo is sent an entry of alpha's without one of its payloads."""
    exercise = opened()
    bravo = exercise.world.stations["bravo"]
    off(bravo)
    ref = notify(exercise)
    Thief(exercise, digest_of(exercise.world.stations["alpha"], ref, number), claims=claims)
    exercise.world.run(12_000)  # Until what was under way has failed.
    on(exercise, bravo)
    exercise.world.run(40_000)
    return exercise, ref, bravo


def test_who_omits_a_file_and_says_that_it_was_withdrawn_gets_no_receipt() -> None:
    exercise, ref, bravo = robbed(1, claims=True)
    world, alpha = exercise.world, exercise.world.stations["alpha"]
    assert bravo.seat is not None
    assert open_gaps(bravo.seat) == [(ref.origin, ref.index, 1)]
    assert receipts_over(alpha, ref) == set()
    told: list[str] = []
    bravo.heard = lambda tell: told.append(tell.words)
    world.run(70_000)
    assert any("no withdrawal by its author is here" in words for words in told)
    assert receipts_over(alpha, ref) == set()
    bravo.crash("to see that it remembers")
    world.run(10_000)
    assert bravo.seat is not None
    assert open_gaps(bravo.seat) == [(ref.origin, ref.index, 1)]

    # Once the file comes after all, it is taken, and the receipt is given.
    world.intercept = None
    world.run(30_000)
    assert bravo.seat is not None
    assert open_gaps(bravo.seat) == []
    assert bravo.disk.has_blob(digest_of(bravo, ref))
    assert receipts_over(alpha, ref) == {"bravo"}


def test_the_authors_own_withdrawal_closes_the_gap() -> None:
    exercise, ref, bravo = robbed(1, claims=True)
    by = withdraw(exercise, ref)
    assert by is not None
    exercise.world.run(30_000)
    assert bravo.seat is not None
    assert open_gaps(bravo.seat) == []
    assert receipts_over(exercise.world.stations["alpha"], by) == {"bravo"}
    assert said_erased(bravo, by) == {"alpha", "bravo"}


@pytest.mark.parametrize(("number", "claims"), [(1, False), (0, True)])
def test_a_file_without_a_word_and_a_message_with_one_are_waited_for(
    number: int, claims: bool
) -> None:
    exercise, ref, bravo = robbed(number, claims=claims)
    assert bravo.disk.leaf(ref.origin, ref.index) is None
    assert receipts_over(exercise.world.stations["alpha"], ref) == set()
    exercise.world.intercept = None
    exercise.world.run(20_000)
    assert receipts_over(exercise.world.stations["alpha"], ref) == {"bravo"}


def test_a_message_that_somebody_names_as_his_file_is_never_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exercise = opened()
    world = exercise.world
    bravo = exercise.officers["bravo"]
    assert bravo.station.seat is not None
    victim = bravo.speak(bravo.station.seat, "ROUTINE")
    assert victim is not None
    world.run(5_000)
    stolen = digest_of(world.stations["alpha"], victim, 0)
    bytes_of = world.stations["alpha"].disk.blob(stolen)
    assert bytes_of is not None
    seal = filing.seal
    monkeypatch.setattr(filing, "seal", lambda s, d: bytes_of if d[:8] == CREW[:8] else seal(s, d))
    ref = notify(exercise)
    monkeypatch.undo()
    assert digest_of(world.stations["alpha"], ref) == stolen

    by = withdraw(exercise, ref)
    assert by is not None
    world.run(30_000)
    for station in world.stations.values():
        assert station.disk.blob(stolen) == bytes_of
        assert said_erased(station, by) == set()
    assert len(digests(exercise)) == 1


def test_what_was_not_declared_personal_cannot_be_withdrawn_here_and_by_a_peer_has_no_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exercise = opened()
    world = exercise.world
    plain = [listed(CREW, personal=False)]
    body: Any = {"key": "convoy", "attachments": plain}
    draft = Draft(kind="activity.notify", office="watch", body=body)
    ref = exercise.officers["alpha"].say(draft, attachments=(CREW,))
    assert ref is not None
    world.run(5_000)
    with pytest.raises(RefusedError, match="not declared personal"):
        withdraw(exercise, ref)
    monkeypatch.setattr(filing, "_refuse_unless_good", lambda *_: None)
    exercise.officers["alpha"].pending.clear()
    assert withdraw(exercise, ref) is not None
    world.run(10_000)
    for station in world.stations.values():
        assert station.disk.has_blob(digest_of(station, ref))
        assert station.seat is not None
        (found,) = station.seat.fold.registers.discrepancies
        assert found.outcome is Outcome.NOT_PERSONAL


def test_nobody_but_the_author_withdraws_a_file() -> None:
    exercise = opened()
    ref = notify(exercise)
    exercise.world.run(5_000)
    body: Any = {"files": [{"of": ref.text(), "attachment": 1}], "why": "not theirs"}
    for strands in (("alpha",), ("bravo",)):
        draft = Draft(
            kind="activity.withdraw-file", office="watch", body=body, case=ref, strands=strands
        )
        with pytest.raises(RefusedError):
            exercise.officers["bravo"].say(draft)
        exercise.officers["bravo"].pending.clear()


def test_a_file_can_be_withdrawn_after_the_notification_is_over() -> None:
    exercise = opened()
    ref = notify(exercise)
    cancel = Draft(kind="activity.cancel", office="watch", body={}, case=ref)
    assert exercise.officers["alpha"].say(cancel) is not None
    exercise.world.run(5_000)
    by = withdraw(exercise, ref)
    assert by is not None
    exercise.world.run(15_000)
    assert said_erased(exercise.world.stations["alpha"], by) == {"alpha", "bravo"}
    seat = exercise.world.stations["bravo"].seat
    assert seat is not None
    case = seat.view.case_at(ref)
    assert case is not None
    assert set(seat.view.states(case).values()) == {"cancelled"}
