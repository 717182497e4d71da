"""A whole line, read from its pouch, adds up to the state that its cases state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tieline.errors import SealError, TielineError, UnknownKeyError
from tieline.record import age
from tieline.record.entry import parse_ref
from tieline.record.names import line_of
from tieline.record.receipt import verify_receipt
from tieline.replication.admit import admit
from tieline.replication.parcel import parse_files
from tieline.replication.seat import Seat, Tools
from tieline.state.digest import state_digest, state_text, unreadable_digest
from tieline.store.memory import MemoryStore

STATE = Path(__file__).resolve().parents[2] / "vectors" / "state"
FILES = sorted(STATE.glob("*/*.txt"))


def pouch(case: Any) -> dict[str, bytes]:
    """The pouch's files; where the case says so, one bit is flipped."""
    folder = case.path.parent / "pouch"
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    for flip in case.all("flip"):
        name, at = flip.split(" ")
        data = bytearray(files[name])
        data[int(at)] ^= 1
        files[name] = bytes(data)
    return files


def opener(case: Any):
    identities = [age.parse_identity(text) for text in case.all("identity")]

    def open_blob(blob: bytes) -> bytes:
        if not identities:
            raise SealError("no key")
        return age.decrypt(blob, identities)

    return open_blob


def seat_of(case: Any, line: str) -> tuple[Seat, MemoryStore]:
    store = MemoryStore()
    tools = Tools(entropy=bytes, node_sign=lambda _: b"", open_blob=opener(case))
    own = {"main": f"{line}/reader-1"}
    parties = case.pairs("party")
    seat = Seat(
        line=line, party="reader", parties=parties, own=own, mirror="", reader=store, tools=tools
    )
    return seat, store


def take(case: Any, files: dict[str, bytes]) -> tuple[Seat, dict[str, str]]:
    """Admit every log, those first that bring the keys of others; the fold's outcomes."""
    parcel = parse_files(files)
    seat, store = seat_of(case, parcel.line)
    outcomes: dict[str, str] = {}
    waiting, passed = sorted(parcel.parts.items()), 0
    while waiting:
        name, part = waiting.pop(0)
        try:
            admitted = admit(seat, part, parcel.blobs, parcel.withdrawn)
        except UnknownKeyError:
            waiting.append((name, part))
            passed += 1
            if passed > len(waiting):
                raise
            continue
        passed = 0
        store.commit(tuple(admitted.changes))
        assert admitted.alarms == []
        for folded in seat.fold.advance():
            outcomes[folded.ref.text()] = folded.judgement.outcome.name
    check_receipts(case, seat, parcel.receipts)
    return seat, outcomes


def check_receipts(case: Any, seat: Seat, notes: list[bytes]) -> None:
    stated = []
    for note in notes:
        for party in seat.parties:
            roster = seat.roster(party)
            assert roster is not None
            if f" {roster.mirror.name} ".encode() in note:
                receipt = verify_receipt(note, roster.mirror)
                head = receipt.checkpoint
                assert seat.copies[head.origin].tree.root(head.size) == head.root
                stated.append(f"{receipt.cosigner} {head.origin} {head.size} {receipt.time_s}")
    assert sorted(stated) == sorted(case.all("receipt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_line_adds_up_to_what_its_case_states(path, read_case):
    case = read_case(path)
    if case.one("expect") != "pass":
        with pytest.raises(TielineError) as refused:
            take(case, pouch(case))
        assert refused.value.code == case.one("expect")
        return
    seat, outcomes = take(case, pouch(case))
    fold = seat.fold
    past = fold.past_of(parse_ref(case.one("at"))) if case.all("at") else fold.registers.full
    assert state_text(fold, past).encode() == case.body
    assert state_digest(fold, past).hex() == case.one("state")
    assert unreadable_digest(fold, past).hex() == case.one("unreadable")
    for row in case.all("entry"):
        text, outcome, chain = row.rsplit(" ", 2)
        ref = parse_ref(text)
        assert outcomes[text] == outcome
        assert fold.chains[ref.origin][ref.index].hex() == chain
    assert case.all("entry") == [] or len(case.all("entry")) == len(outcomes)


@pytest.mark.parametrize("name", ["talk", "outcomes", "withdrawn"])
def test_the_order_in_which_logs_arrive_does_not_matter(name, read_case):
    case = read_case(STATE / name / "full.txt")
    files = pouch(case)
    parcel = parse_files(files)
    for turn in range(len(parcel.parts)):
        names = sorted(parcel.parts)
        order = names[turn:] + names[:turn]
        seat, store = seat_of(case, parcel.line)
        missing = list(order)
        while missing:
            part = missing.pop(0)
            try:
                admitted = admit(seat, parcel.parts[part], parcel.blobs, parcel.withdrawn)
            except UnknownKeyError:
                missing.append(part)
                continue
            store.commit(tuple(admitted.changes))
            seat.fold.advance()
        assert state_digest(seat.fold).hex() == case.one("state")
        assert {line_of(origin) for origin in seat.copies} == {parcel.line}


def test_tests_of_a_line_carry_the_state_at_their_own_past(read_case):
    """What alpha's machine said in the sealed line is what every reader computes."""
    case = read_case(STATE / "talk" / "full.txt")
    seat, _ = take(case, pouch(case))
    view = seat.fold.view
    (test,) = list(view.cases("test"))
    past = seat.fold.past_of(test.opener)
    assert test.message.body["state"] == state_digest(seat.fold, past).hex()
    assert test.message.body["unreadable"] == unreadable_digest(seat.fold, past).hex()
