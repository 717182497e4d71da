"""Terms come from peers: limits that do not depend on a reader's stack or settings."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.procedures.terms import DIGITS_MAX, TERMS_DEPTH_MAX, parse_terms


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 500 + "]" * 500,
        ".".join(["a"] * 5000) + " = 1",
        "a = " + "9" * 5000,
        "a = 1_" + "0_" * 30 + "0",
        "a = 0x" + "f" * 200,
        "a = 1.5",
        "a = 2020-01-01",
        "a = nan",
        "a = 1\na = 2",
    ],
)
def test_what_two_readers_could_take_differently_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_terms(text)


def test_the_limits_themselves_are_allowed_and_one_more_is_not() -> None:
    assert parse_terms("b = " + "9" * (DIGITS_MAX - 1))["b"] == 10 ** (DIGITS_MAX - 1) - 1
    assert parse_terms(f"a = {'[' * TERMS_DEPTH_MAX}{']' * TERMS_DEPTH_MAX}")["a"] is not None
    with pytest.raises(MalformedError):
        parse_terms(f"a = [{'[' * TERMS_DEPTH_MAX}{']' * TERMS_DEPTH_MAX}]")


@given(st.text())
def test_any_text_is_a_table_or_malformed(text: str) -> None:
    with suppress(MalformedError):
        assert isinstance(parse_terms(text), dict)
