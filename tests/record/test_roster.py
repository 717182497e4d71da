"""Rosters: read back as written; no key, name or recipient that could harm another party."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record import age, ed25519, mldsa
from tieline.record.checkpoint import LogKey
from tieline.record.receipt import MirrorKey
from tieline.record.roster import (
    Cutoff,
    LogCertificate,
    OfficeSeat,
    Person,
    Roster,
    encode_roster,
    parse_roster,
)

LINE = "lines.example/5d2f"


def seed(number: int) -> bytes:
    return number.to_bytes(32, "big")


def log(number: int, name: str) -> LogCertificate:
    return LogCertificate(
        key=LogKey.from_seeds(f"{LINE}/{name}", seed(number), seed(number + 1)),
        role="main",
        generation=1,
        state="open",
    )


@cache
def roster() -> Roster:
    return Roster(
        line=LINE,
        party="alpha",
        name="Alpha",
        version=3,
        previous="00" * 32,
        root_keys=(ed25519.public_of(seed(1)), ed25519.public_of(seed(2))),
        root_threshold=2,
        root_next="",
        operator=ed25519.public_of(seed(3)),
        operator_next="11" * 32,
        node=ed25519.public_of(seed(4)),
        logs=(log(10, "alpha-1"), log(12, "alpha-1x")),
        mirror=MirrorKey.from_seeds(f"{LINE}/alpha-mirror-1", seed(20), seed(21)),
        reading=age.HybridIdentity(seed(30)).recipient.encode(),
        archive=age.HybridIdentity(seed(31)).recipient.encode(),
        persons=(Person(id="p1", key=ed25519.public_of(seed(40)), offices=("watch",)),),
        offices=(OfficeSeat(name="watch", title="Wache", filled=False),),
        cutoffs=(Cutoff(key="p0", log=f"{LINE}/alpha-1", index=0, reason="", suspect=True),),
        addresses=("https://alpha.example",),
        certificate=b"der",
    )


def value() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode_roster(roster()))
    return found


def parse(changed: dict[str, Any]) -> Roster:
    return parse_roster(json.dumps(changed).encode())


def test_a_roster_is_read_back_as_it_was_written():
    assert parse_roster(encode_roster(roster())) == roster()


def test_what_a_roster_holds_is_found_by_name():
    assert roster().log(f"{LINE}/alpha-1x") == roster().logs[1]
    assert roster().log(f"{LINE}/bravo-1") is None
    assert roster().person("p1") == roster().persons[0]
    assert roster().person("node") is None
    assert roster().office("watch") == roster().offices[0]
    assert roster().office("desk") is None


@pytest.mark.parametrize("field", sorted(value()))
def test_every_field_is_needed_and_none_may_be_null(field):
    changed = value()
    with pytest.raises(MalformedError, match=field):
        parse(changed | {field: None})
    del changed[field]
    with pytest.raises(MalformedError, match=field):
        parse(changed)


@pytest.mark.parametrize(
    "name",
    ["bravo-1", "alpha", "alpha-", "alpha-0", "alpha-01", "alpha-1-1", "alpha-x", "alpha-1xx",
     "alpha-mirror-1", "alpha-b-1", "alphab-1", "alpha-123456"],
)  # fmt: skip
def test_nobody_certifies_a_log_under_another_name_than_its_own(name):
    with pytest.raises(MalformedError, match="not a name of alpha"):
        parse_roster(encode_roster(replace(roster(), logs=(log(10, name),))))


def test_a_party_whose_handle_ends_in_a_number_keeps_apart_from_others():
    """`alpha-2-1` is of `alpha-2`; `alpha-2` is generation 2 of `alpha`."""
    mirror = replace(roster().mirror, name=f"{LINE}/alpha-2-mirror-1")
    second = replace(roster(), party="alpha-2", logs=(log(10, "alpha-2-1"),), mirror=mirror)
    assert parse_roster(encode_roster(second)) == second
    with pytest.raises(MalformedError, match="not a name of alpha-2"):
        parse_roster(encode_roster(replace(second, logs=(log(10, "alpha-2"),))))
    with pytest.raises(MalformedError, match="not a name of alpha"):
        parse_roster(encode_roster(replace(roster(), logs=(log(10, "alpha-2-1"),))))


@pytest.mark.parametrize("name", ["bravo-mirror-1", "alpha-1", "alpha-mirror", "alpha-mirror-0"])
def test_nobody_has_a_mirror_under_another_name_than_its_own(name):
    with pytest.raises(MalformedError, match="not a name of alpha"):
        parse(value() | {"mirror": value()["mirror"] | {"name": f"{LINE}/{name}"}})


@pytest.mark.parametrize("field", ["reading", "archive"])
def test_a_recipient_is_one_to_which_a_file_can_be_sealed(field):
    """Otherwise one party's roster would stop everybody else from filing anything."""
    good = age.parse_recipient(value()[field])
    assert isinstance(good, age.HybridRecipient)
    low = age.HybridRecipient(good.public[:-32] + (1).to_bytes(32, "little"))
    with pytest.raises(ValueError, match="shared key"):
        age.encrypt(b"", [low], entropy=bytes)
    bad = [low.encode(), age.X25519Identity(seed(1)).recipient.encode(), "", "age1pq1", "x" * 2500]
    for text in bad:
        with pytest.raises(MalformedError):
            parse(value() | {field: text})


def test_two_kinds_of_keys_never_share_one():
    """Ed25519 and ML-DSA-44 apart: every pair of places."""
    plain = value()
    places = {
        "operator": lambda v, k: v["operator"].update(key=k),
        "node": lambda v, k: v.update(node=k),
        "mirror": lambda v, k: v["mirror"].update(ed25519=k),
        "root": lambda v, k: v["root"]["keys"].__setitem__(0, k),
        "log": lambda v, k: v["logs"][0].update(ed25519=k),
        "person": lambda v, k: v["persons"][0].update(key=k),
    }
    key = base64.b64encode(ed25519.public_of(seed(99))).decode()
    for first, put in places.items():
        changed = json.loads(json.dumps(plain))
        put(changed, key)
        parse(changed)
        for second, put_too in places.items():
            if second == first:
                continue
            twice = json.loads(json.dumps(changed))
            put_too(twice, key)
            with pytest.raises(MalformedError, match="two things"):
                parse(twice)
    quantum = base64.b64encode(mldsa.public_of(seed(11))).decode()
    with pytest.raises(MalformedError, match="two things"):
        parse(plain | {"mirror": plain["mirror"] | {"mldsa44": quantum}})
    with pytest.raises(MalformedError, match="two things"):
        parse(plain | {"archive": plain["reading"]})


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_by_name_only(data):
    with pytest.raises(MalformedError):
        parse_roster(data)


@given(st.data())
def test_a_mutated_roster_is_refused_or_read_whole(data):
    text = bytearray(encode_roster(roster()))
    at = data.draw(st.integers(0, len(text) - 1))
    text[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        found = parse_roster(bytes(text))
    except MalformedError:
        return
    assert parse_roster(encode_roster(found)) == found


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(st.sampled_from(sorted(value())), values)
def test_any_value_in_any_field_is_taken_or_refused_by_name(field, given_):
    try:
        found = parse(value() | {field: given_})
    except MalformedError:
        return
    assert parse_roster(encode_roster(found)) == found
