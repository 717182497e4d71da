"""Names of logs: what may stand in an origin line."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.errors import MalformedError
from tieline.record.names import ORIGIN_BYTES_MAX, check_origin, line_of, name_of


@pytest.mark.parametrize(
    "origin",
    ["lines.example/5d2f/alpha-1", "a.b/c", "x/y.z", "1/2.3/4-5", "a./" + "b" * 252, "a..b/c"],
)
def test_a_name_of_the_grammar_is_returned(origin: str) -> None:
    assert check_origin(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "lines.example",
        "lines/alpha",
        "/lines.example",
        "lines.example/",
        "lines.example//alpha",
        "Lines.example/alpha",
        "lines.example/alpha_1",
        "lines.example/al pha",
        "lines.example/alpha+1",
        "lines.example/alpha\n",
        "lines.example/älpha",
        "lines.example/../alpha",
        "./lines.example",
        "a./" + "b" * 253,
        "\ud800.example/a",
    ],
)
def test_what_is_not_of_the_grammar_is_refused(origin: str) -> None:
    with pytest.raises(MalformedError):
        check_origin(origin)


@pytest.mark.parametrize("origin", ["cosignature/v1.x", "subtree/v1.x"])
def test_a_name_does_not_begin_like_another_signed_message(origin: str) -> None:
    with pytest.raises(MalformedError, match="begins like"):
        check_origin(origin)


def test_a_name_divides_into_its_line_and_its_own_part() -> None:
    assert line_of("lines.example/5d2f/alpha-1") == "lines.example/5d2f"
    assert name_of("lines.example/5d2f/alpha-1") == "alpha-1"


def test_a_line_is_not_asked_of_what_is_no_name() -> None:
    with pytest.raises(MalformedError):
        line_of("lines.example")


@given(st.text(max_size=ORIGIN_BYTES_MAX + 5))
def test_only_malformed_escapes(text: str) -> None:
    with contextlib.suppress(MalformedError):
        assert check_origin(text).isascii()
