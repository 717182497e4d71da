"""Arabic letters take their form from their neighbours."""

from __future__ import annotations

import pytest

from tieline.papers.joining import forms


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("ب", "ب"),
        ("بب", "\ufe91\ufe90"),
        ("ببب", "\ufe91\ufe92\ufe90"),
        ("دب", "دب"),
        ("سلام", "\ufeb3\ufefcم"),
        ("گفت", "\ufb94\ufed4\ufe96"),
        ("round 17", "round 17"),
    ],
)
def test_letters_join_as_they_are_written(text, drawn):
    assert "".join(forms(text)) == drawn


def test_marks_do_not_part_letters():
    assert "".join(forms("مُحَ"))[0] == "\ufee3"
    assert len(forms("مُحَ")) == 4
