"""Messages: read back as written, and refused by the name of the field."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError, UsageError
from tieline.record.entry import Ref
from tieline.record.message import (
    INSTANT_MS_MAX,
    MESSAGE_BYTES_MAX,
    Mark,
    Message,
    Office,
    encode_message,
    parse_message,
    parse_office,
)
from tieline.record.strict import JSON_INTEGER_MAX

REF = Ref("lines.example/5d2f/alpha-1", 7, bytes(range(32)))
MESSAGE = Message(
    line="lines.example/5d2f",
    log="lines.example/5d2f/alpha-1",
    id="00" * 16,
    salt="11" * 32,
    issued_ms=1_795_257_600_000,
    sender=Office("alpha", "watch"),
    to=(Office("bravo", "watch"),),
    rosters={"alpha": 1, "bravo": 2},
    mark=Mark.ACTUAL,
    level="FLASH",
    kind="message.take",
    case=REF,
    after=(REF,),
    strands=("bravo",),
    body={"note": "Grüße"},
)

handles = st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True)
offices = st.builds(Office, handles, handles)
refs = st.builds(
    Ref, st.just("a.b/c"), st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32)
)
leaf_values = st.text(max_size=9) | st.booleans() | st.integers(-JSON_INTEGER_MAX, JSON_INTEGER_MAX)
values = st.recursive(
    leaf_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
messages = st.builds(
    Message,
    line=st.text(max_size=20),
    log=st.just("a.b/c"),
    id=st.binary(min_size=16, max_size=16).map(bytes.hex),
    salt=st.binary(min_size=32, max_size=32).map(bytes.hex),
    issued_ms=st.integers(0, INSTANT_MS_MAX),
    sender=offices,
    to=st.lists(offices, max_size=4).map(tuple),
    rosters=st.dictionaries(handles, st.integers(1, 2**31 - 1), max_size=4),
    mark=st.sampled_from(Mark),
    level=st.text(max_size=32),
    kind=st.from_regex(r"[a-z][a-z-]{0,9}(\.[a-z][a-z-]{0,9}){1,3}", fullmatch=True),
    case=st.none() | refs,
    after=st.lists(refs, max_size=3).map(tuple),
    strands=st.lists(handles, max_size=3).map(tuple),
    body=st.dictionaries(st.text(max_size=5), values, max_size=3),
)


@given(messages)
def test_a_message_is_read_back_as_it_was_written(message):
    assert parse_message(encode_message(message)) == message


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_arbitrary_bytes_are_refused_by_name_only(data):
    with pytest.raises(MalformedError):
        parse_message(data)


@given(st.data())
def test_a_mutated_message_is_refused_or_read_whole(data):
    text = bytearray(encode_message(MESSAGE))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    try:
        message = parse_message(bytes(text))
    except MalformedError:
        return
    assert parse_message(encode_message(message)) == message


@given(st.sampled_from(sorted(json.loads(encode_message(MESSAGE)))), values)
def test_any_value_in_any_field_is_taken_or_refused_by_name(field, value):
    given_ = json.loads(encode_message(MESSAGE)) | {field: value}
    data = json.dumps(given_, ensure_ascii=False).encode("utf-8", "surrogatepass")
    try:
        message = parse_message(data)
    except MalformedError:
        return
    assert parse_message(encode_message(message)) == message


@pytest.mark.parametrize("field", sorted(json.loads(encode_message(MESSAGE))))
def test_every_field_is_needed_and_none_may_be_null(field):
    value: dict[str, Any] = json.loads(encode_message(MESSAGE))
    with pytest.raises(MalformedError, match=field):
        parse_message(json.dumps(value | {field: None}).encode())
    del value[field]
    with pytest.raises(MalformedError, match=field):
        parse_message(json.dumps(value).encode())


@pytest.mark.parametrize("version", [True, False, "1", 0, -1, 2**31, [1]])
def test_a_roster_version_is_a_positive_number(version):
    value = json.loads(encode_message(MESSAGE)) | {"rosters": {"alpha": version}}
    with pytest.raises(MalformedError, match=r"rosters\.alpha"):
        parse_message(json.dumps(value).encode())


def test_padding_counts_against_the_limit():
    data = encode_message(MESSAGE)
    assert parse_message(data.ljust(MESSAGE_BYTES_MAX)) == MESSAGE
    with pytest.raises(MalformedError, match=str(MESSAGE_BYTES_MAX)):
        parse_message(data.ljust(MESSAGE_BYTES_MAX + 1))


def test_what_cannot_be_read_back_is_not_written():
    with pytest.raises(UsageError):
        encode_message(replace(MESSAGE, body={"x": 2**53}))


def test_a_message_that_opens_a_case_names_none():
    opening = replace(MESSAGE, case=None, after=(), strands=())
    assert json.loads(encode_message(opening))["case"] == ""
    assert parse_message(encode_message(opening)).case is None


@pytest.mark.parametrize("text", ["alpha", "alpha/", "/watch", "alpha/watch/2", "alpha/Watch", ""])
def test_an_office_is_a_party_and_a_name(text):
    with pytest.raises(MalformedError):
        parse_office(text)
