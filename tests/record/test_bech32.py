"""Bech32 without its length limit."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record import bech32


@pytest.mark.parametrize(
    ("text", "prefix", "data"),
    [
        ("A12UEL5L", "a", ""),
        ("a12uel5l", "a", ""),
        (
            "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
            "abcdef",
            "00443214c74254b635cf84653a56d7c675be77df",
        ),
    ],
)
def test_the_examples_of_bip_173(text: str, prefix: str, data: str) -> None:
    assert bech32.decode(text) == (prefix, bytes.fromhex(data))
    assert bech32.encode(prefix, bytes.fromhex(data)) == text.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "12uel5l",
        "a12uel5",
        "a12uel5m",
        "A12uel5l",
        "a12uelbl",
        "a12uel5l ",
        "ä12uel5l",
        "a\n12uel5l",
        "a1" + "q" * 5_000,
        "split1cheo2y9e2w",
    ],
)
def test_what_was_not_copied_whole_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        bech32.decode(text)


@given(st.binary(max_size=1_300))
def test_every_key_comes_back_in_both_cases(data: bytes) -> None:
    text = bech32.encode("age1pq", data)
    assert bech32.decode(text) == bech32.decode(text.upper()) == ("age1pq", data)


@given(st.binary(max_size=40), st.data())
def test_no_letter_may_change(data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode("age", data)
    at = draw.draw(st.integers(4, len(text) - 1))
    letter = draw.draw(st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l").filter(text[at].__ne__))
    with pytest.raises(MalformedError):
        bech32.decode(text[:at] + letter + text[at + 1 :])


@pytest.mark.parametrize("values", [[0, 1], [0, 3], [0, 0, 0], [0]])
def test_bits_to_spare_are_refused(values: list[int]) -> None:
    """One byte takes two letters, and the last two bits of the second are zero."""
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    check = bech32._polymod([*bech32._expand("age"), *values, *bytes(6)]) ^ 1
    letters = [*values, *(check >> 5 * (5 - at) & 31 for at in range(6))]
    with pytest.raises(MalformedError, match="bits to spare"):
        bech32.decode("age1" + "".join(alphabet[letter] for letter in letters))


@given(st.text(max_size=40) | st.text("1qpzry9x8gf2", max_size=30))
def test_only_malformed_escapes(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert bech32.encode(*bech32.decode(text)) == text.lower()
