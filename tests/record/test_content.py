"""Content: total, and alike for all readers that hold the committed bytes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.record import dsse
from tieline.record.content import Malformed, Spoken, Unreadable, read_content
from tieline.record.entry import Entry, Payload
from tieline.record.message import MESSAGE_TYPE, Mark, Message, Office, encode_message

MESSAGE = encode_message(
    Message(
        line="a.b",
        log="a.b/alpha-1",
        id="00" * 16,
        salt="11" * 32,
        issued_ms=0,
        sender=Office("alpha", "watch"),
        to=(),
        rosters={},
        mark=Mark.TEST,
        level="",
        kind="test.call",
        case=None,
        after=(),
        strands=(),
        body={},
    )
)
ENVELOPE = dsse.sign_many(MESSAGE_TYPE, MESSAGE, {"node": bytes(32)})


def entry(plain: bytes | None) -> Entry:
    return Entry(
        log="a.b/alpha-1",
        index=0,
        time_s=0,
        sealed=plain is not None,
        payloads=(Payload(length=0, digest=bytes(32)),),
        commit=hashlib.sha256(plain).digest() if plain is not None else None,
        seen=(),
    )


def test_a_message_in_its_envelope_is_read():
    content = read_content(entry(ENVELOPE), ENVELOPE, [b"roster"])
    assert isinstance(content, Spoken)
    assert content.message.kind == "test.call"
    assert content.clear == (b"roster",)


def test_what_cannot_be_had_is_unreadable():
    assert read_content(entry(ENVELOPE), None) == Unreadable()


def test_another_text_than_the_committed_one_is_unreadable_too():
    """age lets an author give two readers different texts; they must not differ in judgement."""
    assert read_content(entry(ENVELOPE), ENVELOPE + b" ") == Unreadable()
    assert read_content(entry(ENVELOPE), b"") == Unreadable()


@pytest.mark.parametrize(
    "plain",
    [
        b"",
        b"hello",
        ENVELOPE[:-1],
        dsse.sign_many("text/plain", MESSAGE, {"node": bytes(32)}),
        dsse.sign_many(MESSAGE_TYPE, b"{}", {"node": bytes(32)}),
        dsse.sign_many(MESSAGE_TYPE, MESSAGE, {f"p{n}": bytes(32) for n in range(3)}),
    ],
)
def test_committed_bytes_that_are_no_message_are_malformed_for_everybody(plain):
    assert isinstance(read_content(entry(plain), plain), Malformed)


@given(st.binary(max_size=200), st.booleans())
def test_reading_never_raises(plain, sealed):
    content = read_content(entry(plain if sealed else None), plain)
    assert isinstance(content, Malformed)


@given(st.data())
def test_reading_a_damaged_envelope_never_raises(data):
    text = bytearray(ENVELOPE)
    at = data.draw(st.integers(0, len(text) - 1))
    text[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    content = read_content(entry(bytes(text)), bytes(text))
    assert isinstance(content, Malformed | Spoken)
