"""The order in which letters are drawn, against the examples that Unicode publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieline.papers.bidi import base_level, levels, mirrored, order

CASES = Path("/usr/share/unicode/BidiCharacterTest.txt")
BRACKETS = Path("/usr/share/unicode/BidiBrackets.txt")
EXPLICIT = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
EVERY = 7
"""One in seven of some ninety thousand cases; all of them were run when this was written."""


def test_published_examples_without_explicit_formatting_are_drawn_in_their_order():
    if not CASES.exists():
        pytest.skip("the package unicode-data is absent: published bidi cases were NOT checked")
    wrong, seen = [], 0
    for line in CASES.read_text(encoding="utf-8").splitlines()[::EVERY]:
        if not line or line.startswith("#"):
            continue
        told, direction, base, expected, drawn = line.split(";")
        points = [int(point, 16) for point in told.split()]
        if EXPLICIT & set(points):
            continue
        seen += 1
        text = "".join(map(chr, points))
        want = [None if level == "x" else int(level) for level in expected.split()]
        found = levels(text, int(base))
        kept = [n for n in order(found) if want[n] is not None]
        fits = all(one is None or one == own for one, own in zip(want, found, strict=True))
        auto = direction != "2" or base_level(text) == int(base)
        if not (fits and auto and kept == [int(n) for n in drawn.split()]):
            wrong.append(line)
    assert seen > 10_000
    assert wrong == []


def test_brackets_are_the_published_pairs():
    if not BRACKETS.exists():
        pytest.skip("the package unicode-data is absent: published brackets were NOT checked")
    for line in BRACKETS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            one, other, *_ = line.split(";")
            assert mirrored(chr(int(one, 16))) == chr(int(other, 16))


def test_numbers_keep_their_order_in_a_line_from_right_to_left():
    text = "סבב 17"
    assert base_level(text) == 1
    assert "".join(text[n] for n in order(levels(text, 1))) == "17 בבס"


def test_a_line_of_one_direction_is_left_alone():
    assert order(levels("round 17 (held)", 0)) == list(range(15))
    assert order([]) == []
