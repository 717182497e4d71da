"""Positions in running text: only what leaves no doubt, and the same as when read alone."""

from __future__ import annotations

import pytest

from tieline.errors import UsageError
from tieline.space import prose
from tieline.space.position import of_degrees
from tieline.space.prose import FOUND_MAX, TRIED_MAX, positions_in
from tieline.space.reading import read_position

STYLES = [
    "12-34.5N 045-06.7E", "12-34N, 045-06E", "12-34-30N 045-06-42E", "12.5750N 45.1117E",
    "12.5750N, 45.1117E", "12°34.5'N 45°06.7'E", "12°34'30\"N 45°06'42\"E", "N12.575 E45.1117",
    "1234N04506E", "38P LV 51234 67890", "38PLV5123467890", "12.5750, 45.1117",
    "-12.5750, -45.1117",
]  # fmt: skip
NONE = [
    "guns of 76 mm, 12 shells", "from 0800 to 1600", "chart 12.575", "call 045-1234567",
    "1.25, 2.5 or 3.5 km", "version 2.10.3", "12N hills", "30 N 40 shells", "2026-12-01",
    "10.12.2026, 11.12.2026", "tel 12.3456.7890", "A12-34.5N", "4N 5E",
]  # fmt: skip


@pytest.mark.parametrize("text", STYLES)
def test_a_position_is_found_in_a_sentence_as_it_is_read_alone(text: str) -> None:
    (found,) = positions_in(f"Divers (two) at {text}; keep off.")
    assert found.at == read_position(text).at


@pytest.mark.parametrize("text", NONE)
def test_what_may_be_something_else_is_no_position(text: str) -> None:
    assert positions_in(f"Note: {text}.") == ()


def test_several_stand_once_each_and_a_list_ends_somewhere() -> None:
    twice = positions_in("12-34N 045-06E and 12-34N 045-06E or 54.5N 12.5E")
    assert [one.at for one in twice] == [of_degrees(12 + 34 / 60, 45.1), of_degrees(54.5, 12.5)]
    many = " ".join(f"{n % 80:02d}-{n % 60:02d}N {n % 170:03d}-00E" for n in range(300))
    assert len(positions_in(many)) == FOUND_MAX


def test_of_what_looks_like_a_position_only_so_much_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def count(text: str) -> None:
        tried.append(text)
        raise UsageError("no position")

    monkeypatch.setattr(prose, "read_position", count)
    for text in (
        "1" * 10**6,
        "12-34.5N " * 10**5,
        "N 12\u00b034' " * 10**5,
        "91.000,181.000 " * 10**4,
    ):
        tried.clear()
        assert positions_in(text) == ()
        assert len(tried) <= TRIED_MAX
