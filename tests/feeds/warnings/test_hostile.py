"""Text of strangers takes bounded time, and never an error."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieline.feeds.warnings import Raw, read_warning
from tieline.feeds.warnings.showing import to_geojson, to_json

SECONDS_MAX = 4.0
SIZE = 150_000
PIECES = [
    "44-00N 030-00E, ", "44-00N", "030-00E ", "CANCEL ", "CANCEL HYDROLANT 5/24, ", "THIS MSG ",
    "IN AREA BOUND BY ", "WITHIN TEN MILES OF ", "WITHIN ", "TRACKLINE JOINING ", "1. ", "A. ",
    "\n1. ", "\n   A. ", "\n", " ", ".", "9", "9-", "A", "0800Z TO 1500Z ", "DAILY ", "15 ", "APR ",
    "15 APR, ", "151200Z TO 161200Z APR ", "AND ", "ALTERNATE ", "UNTIL ", "EXCEPT ", "SUNDAYS ",
    "MONDAY THRU ", "(", "TEN MILE BERTH ", "3NM WIDE ", "CORRIDOR (ABC) ", "BETWEEN ",
    "43-00N 44-00N AND 030-00E 031-00E ", "5/24, ", "DEGREES AND 090 DEGREES ", "ONE " * 3, "0.",
]  # fmt: skip


def raw(text: str) -> Raw:
    return Raw(series="HYDROLANT", number=1, year=2024, text=text, issued_ms=1_712_895_960_000)


@pytest.mark.parametrize("piece", PIECES)
def test_a_text_of_one_piece_many_times_is_read_in_bounded_time(piece: str) -> None:
    text = piece * (SIZE // len(piece))
    start = time.process_time()
    read_warning(raw(text))
    read_warning(raw(f"TEST SEA.\n1. SURVEY {text}"))
    assert time.process_time() - start < SECONDS_MAX


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_pieces_in_any_order_are_read_without_an_error(text: str) -> None:
    warning = read_warning(raw(text))
    to_json(warning)
    to_geojson([warning])


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_warning(raw(text)).raw.text == text
