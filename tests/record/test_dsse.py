"""Envelopes: what is signed, what is parsed, and how a length is hidden."""

from __future__ import annotations

import contextlib
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import BadSignatureError, MalformedError
from tieline.record import dsse, ed25519
from tieline.record.strict import b64encode

TYPE = "application/vnd.crisisline.message.v1+json"
BODY = '{"id":"01","kind":"text","text":"Grüße"}'.encode()
SEED = bytes(range(0xA0, 0xC0))
PUBLIC = bytes.fromhex("4fd099ccd47d7893dfe9ec24414ecb0d9b5420232aad30d91c465be33cbe65c4")
SIGNATURE = (
    "kEBrBh+vexo9J54pmTuUjvMzqegSCaBZ1kzSXDvjJN6uZriAQDPmBGwlCr/J3tciuyqWgICV02sCAlZam2ezCQ=="
)
ENVELOPE = dsse.sign_many(TYPE, BODY, {"officer-1": SEED})


def test_the_worked_example_is_signed_byte_for_byte() -> None:
    message = dsse.pae(TYPE, BODY)
    assert message == f"DSSEv1 42 {TYPE} 42 ".encode() + BODY
    assert hashlib.sha256(message).hexdigest() == (
        "833010a69080c7caabd413db79dd83982a730a1ce14888db4f96c024f0715be3"
    )
    assert ed25519.public_of(SEED) == PUBLIC
    assert b64encode(dsse.parse(ENVELOPE).signatures[0].sig) == SIGNATURE


def test_the_fields_stand_in_fixed_order_without_spaces() -> None:
    assert ENVELOPE.decode() == (
        f'{{"payloadType":"{TYPE}","payload":"{b64encode(BODY)}",'
        f'"signatures":[{{"keyid":"officer-1","sig":"{SIGNATURE}"}}]}}'
    )


def test_a_padded_envelope_is_the_envelope() -> None:
    padded = dsse.pad_to_bucket(ENVELOPE)
    assert len(padded) == 1_024
    assert dsse.parse(padded, TYPE) == dsse.parse(ENVELOPE)
    assert dsse.parse(padded).encode() == ENVELOPE


def test_two_persons_sign_one_body() -> None:
    both = dsse.parse(dsse.sign_many(TYPE, BODY, {"one": SEED, "two": bytes(32)}))
    ed25519.verify(PUBLIC, both.signatures[0].sig, both.pae)
    ed25519.verify(ed25519.public_of(bytes(32)), both.signatures[1].sig, both.pae)
    with pytest.raises(BadSignatureError):
        ed25519.verify(PUBLIC, both.signatures[1].sig, both.pae)


def test_a_reader_may_allow_more_signatures_than_a_message_has() -> None:
    crowd = dsse.sign_many(TYPE, BODY, {f"root-{n}": SEED for n in range(5)})
    assert len(dsse.parse(crowd, max_signatures=5).signatures) == 5
    with pytest.raises(MalformedError, match="has 5 items"):
        dsse.parse(crowd)


def test_another_type_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(MalformedError, match="where a application/json belongs"):
        dsse.parse(ENVELOPE, "application/json")


@pytest.mark.parametrize(
    "change",
    [
        {"payloadType": ""},
        {"payloadType": "a b"},
        {"payloadType": "ä"},
        {"payloadType": "a" * 256},
        {"payload": "QUJ="},
        {"payload": "QUI"},
        {"payload": "--__"},
        {"payload": None},
        {"signatures": []},
        {"signatures": {}},
        {"signatures": [{"keyid": "a"}]},
        {"signatures": [{"sig": "QUI="}]},
        {"signatures": [{"keyid": "", "sig": "QUI="}]},
        {"signatures": [{"keyid": "a", "sig": ""}]},
        {"signatures": [{"keyid": "a", "sig": "QUI="}] * 2},
        {"signatures": [{"keyid": str(n), "sig": "QUI="} for n in range(3)]},
        {"signatures": [{"keyid": "a", "sig": "QUI=", "extra": "x"}]},
        {"extra": "x"},
    ],
)
def test_an_envelope_of_another_shape_is_refused(change: dict[str, object]) -> None:
    data = json.dumps({**json.loads(ENVELOPE), **change}).encode()
    with pytest.raises(MalformedError):
        dsse.parse(data)


def test_an_envelope_is_not_made_of_what_could_not_be_read() -> None:
    one = dsse.Signature(keyid="a", sig=b"x")
    for payload_type, signatures in (("a b", (one,)), ("a", ()), ("a", (one, one))):
        with pytest.raises(MalformedError):
            dsse.Envelope(payload_type=payload_type, body=b"", signatures=signatures)


def test_an_envelope_keeps_the_size_that_it_is_given() -> None:
    assert dsse.parse(ENVELOPE, max_bytes=len(ENVELOPE)).body == BODY
    with pytest.raises(MalformedError):
        dsse.parse(ENVELOPE, max_bytes=len(ENVELOPE) - 1)


@given(st.binary(max_size=80), st.text('{}[]":,payloadTyesigntrk ', max_size=60))
def test_only_malformed_escapes(data: bytes, text: str) -> None:
    for attempt in (data, text.encode(), ENVELOPE[: len(data)] + data):
        with contextlib.suppress(MalformedError):
            dsse.parse(attempt)


@given(
    st.binary(max_size=200),
    st.dictionaries(
        st.text("ab1-", min_size=1, max_size=4),
        st.binary(min_size=32, max_size=32),
        min_size=1,
        max_size=2,
    ),
)
def test_every_body_comes_back(body: bytes, signers: dict[str, bytes]) -> None:
    envelope = dsse.parse(dsse.pad_to_bucket(dsse.sign_many(TYPE, body, signers)), TYPE)
    assert envelope.body == body
    for signature, seed in zip(envelope.signatures, signers.values(), strict=True):
        ed25519.verify(ed25519.public_of(seed), signature.sig, envelope.pae)


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 1_024),
        (1_024, 1_024),
        (1_025, 4_096),
        (16_384, 16_384),
        (16_385, 65_536),
        (65_536, 65_536),
        (65_537, 67_584),
        (100_000, 100_352),
    ],
)
def test_a_length_is_rounded_up_to_its_bucket(length: int, padded: int) -> None:
    data = dsse.pad_to_bucket(b"x" * length)
    assert (len(data), data.rstrip(b" ")) == (padded, b"x" * length)


@given(st.integers(0, 2**40))
def test_padme_costs_at_most_an_eighth_and_repeats(length: int) -> None:
    padded = dsse.padme(length)
    assert length <= padded <= length * 1.12 + 1
    assert dsse.padme(padded) == padded


def test_securesystemslib_takes_our_envelopes_and_we_take_theirs() -> None:
    reason = "securesystemslib is absent: no second opinion on DSSE"
    other = pytest.importorskip("securesystemslib.dsse", reason=reason)
    signer_module = pytest.importorskip("securesystemslib.signer", reason=reason)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    signer = signer_module.CryptoSigner(Ed25519PrivateKey.from_private_bytes(SEED))
    padded = dsse.pad_to_bucket(ENVELOPE.replace(b"officer-1", signer.public_key.keyid.encode()))
    theirs = other.Envelope.from_dict(json.loads(padded))
    assert theirs.pae() == dsse.pae(TYPE, BODY)
    assert list(theirs.verify([signer.public_key], threshold=1)) == [signer.public_key.keyid]

    made = other.Envelope(BODY, TYPE, {})
    made.sign(signer)
    ours = dsse.parse(json.dumps(made.to_dict()).encode(), TYPE)
    ed25519.verify(PUBLIC, ours.signatures[0].sig, ours.pae)
