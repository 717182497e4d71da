"""Apart: our own house is kept from every line with others before anything is signed or packed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from tieline.errors import RefusedError
from tieline.procedures import BY_KIND
from tieline.procedures.house.shared import is_house
from tieline.record.message import encode_message
from tieline.replication import effects as fx
from tieline.replication import filing
from tieline.replication.offers import offer
from tieline.replication.parcel import Parcel, encode_parcel, parse_parcel
from tieline.replication.seat import Peer
from tieline.replication.step import step

WORDS = [{"lang": "en", "text": "They asked twice.", "original": "yes"}]
NOTE: dict[str, Any] = {"marking": "own", "texts": WORDS}
HOUSE_KINDS = sorted(kind for kind in BY_KIND if is_house(kind))


@pytest.fixture
def house(desks: Any) -> Any:
    """A desk of alpha on a line of its own."""
    (desk,) = desks.open_line("alpha", seed=7).desks
    return desk


@pytest.fixture
def apart(world: Any, house: Any) -> Any:
    """Alpha on a line with bravo; it knows which line is its house."""
    alpha = world.desks[0]
    alpha.seat.alone = frozenset({house.seat.line})
    return alpha


@pytest.mark.parametrize("kind", HOUSE_KINDS)
def test_nothing_of_the_house_is_composed_for_a_line_with_others(apart: Any, kind: str) -> None:
    size = apart.seat.copies[apart.seat.own["main"]].size
    with pytest.raises(RefusedError, match="bravo would read it"):
        apart.post(kind, NOTE)
    assert apart.seat.copies[apart.seat.own["main"]].size == size


def test_nothing_of_the_house_is_filed_there_however_it_was_signed(apart: Any, desks: Any) -> None:
    seat = apart.seat
    composed = filing.compose(seat, apart.draft("message.say", desks.say_body()), apart.clock.now())
    said = replace(composed.message, kind="house.note", body=NOTE)
    envelope = apart.sign(encode_message(said), "alpha-p1")
    before = {origin: copy.size for origin, copy in seat.copies.items()}
    with pytest.raises(RefusedError, match="our own house"):
        filing.file(seat, envelope, (), (), apart.clock.now())
    with pytest.raises(RefusedError, match="our own house"):
        step(seat, fx.File(envelope=envelope), apart.clock.now())
    assert {origin: copy.size for origin, copy in seat.copies.items()} == before


def mentions(house: Any) -> list[str]:
    note = house.post("house.note", NOTE)
    return [note.text(), note.origin, house.seat.line, f"see {house.seat.line} for more"]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("field", ["references", "subject", "texts"])
def test_no_message_names_an_entry_a_log_or_the_line_of_the_house(
    apart: Any, house: Any, desks: Any, field: str, number: int
) -> None:
    name = mentions(house)[number]
    values: dict[str, Any] = {
        "references": [name],
        "subject": name,
        "texts": [{"lang": "en", "text": f"As in {name}.", "original": "yes"}],
    }
    with pytest.raises(RefusedError) as refused:
        apart.post("message.say", desks.say_body(**{field: values[field]}))
    assert house.seat.line not in str(refused.value)
    assert house.seat.line not in refused.value.advice


def test_a_reference_that_was_signed_elsewhere_is_not_filed(
    apart: Any, house: Any, desks: Any
) -> None:
    note = house.post("house.note", NOTE)
    apart.seat.alone = frozenset()
    composed = filing.compose(
        apart.seat,
        apart.draft("message.say", desks.say_body(references=[note.text()])),
        apart.clock.now(),
    )
    apart.seat.alone = frozenset({house.seat.line})
    envelope = apart.sign(composed.payload, "alpha-p1")
    with pytest.raises(RefusedError, match="ours alone"):
        filing.file(apart.seat, envelope, (), (), apart.clock.now())


def test_no_attachment_names_it_either(apart: Any, house: Any, desks: Any) -> None:
    data = json.dumps({"log": house.seat.own["main"]}).encode()
    told = {
        "name": "a.json",
        "type": "",
        "length": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    with pytest.raises(RefusedError, match="ours alone"):
        apart.say(body={"attachments": [told]}, attachments=(data,))


def test_the_house_may_name_an_entry_of_any_line(apart: Any, house: Any) -> None:
    said = apart.say()
    house.seat.alone = apart.seat.alone
    assert house.post("house.note", NOTE | {"references": [said.text()]})
    first = house.post("house.note", NOTE)
    assert house.post("house.note", NOTE | {"references": [first.text()]})


def test_a_line_of_one_party_is_packed_for_nobody(house: Any) -> None:
    house.post("house.note", NOTE)
    for peer in (Peer(party=""), Peer(party="bravo")):
        with pytest.raises(RefusedError, match="carried to nobody"):
            offer(house.seat, peer, None, 2**40)


def test_a_line_of_one_party_takes_nothing_in(house: Any, world: Any) -> None:
    house.post("house.note", NOTE)
    before = {origin: copy.size for origin, copy in house.seat.copies.items()}
    data = encode_parcel(Parcel(line=house.seat.line))
    for peer in ("", "bravo"):
        told, reply = step(house.seat, fx.Arrived(data=data, peer=peer, token=1), house.clock.now())
        assert isinstance(told, fx.Tell)
        assert told.event == "alarm"
        assert isinstance(reply, fx.Reply)
        answer = parse_parcel(reply.data)
        assert answer.refused
        assert (answer.have, answer.parts, answer.receipts) == ((), {}, [])
    assert {origin: copy.size for origin, copy in house.seat.copies.items()} == before


def test_a_line_with_others_goes_on_as_before(apart: Any, world: Any) -> None:
    bravo = world.desks[1]
    said = apart.say("Convoy")
    world.sync()
    assert bravo.seat.view.case_at(said) is not None
