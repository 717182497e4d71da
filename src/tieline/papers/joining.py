"""Joining: the form that an Arabic letter takes beside its neighbours.

Source: the Unicode Standard, section 9.2 (cursive joining), by way of the presentation forms A and
B, whose decompositions in the Unicode Character Database name letter and place. Fonts that have
these forms can so be used without a shaping engine. Marks stay on their letter.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_FORMS: Final = ((0xFB50, 0xFDFC), (0xFE70, 0xFEFD))
_ISOLATED, _FINAL, _INITIAL, _MEDIAL = "<isolated>", "<final>", "<initial>", "<medial>"
_STRETCH: Final = "\u0640"
_JOINER: Final = "\u200d"
_LAM: Final = "\u0644"


@cache
def _tables() -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Forms of single letters, and of the ligatures of lam and alef, by place."""
    single: dict[tuple[str, str], str] = {}
    double: dict[tuple[str, str], str] = {}
    for first, last in _FORMS:
        for point in range(first, last):
            place, *letters = unicodedata.decomposition(chr(point)).split() or [""]
            text = "".join(chr(int(letter, 16)) for letter in letters)
            if len(text) == 1:
                single.setdefault((text, place), chr(point))
            elif len(text) == 2 and text[0] == _LAM and text[1] in "\u0622\u0623\u0625\u0627":
                double.setdefault((text, place), chr(point))
    return single, double


def _joins_after(char: str) -> bool:
    return char in (_STRETCH, _JOINER) or (char, _INITIAL) in _tables()[0]


def _joins_before(char: str) -> bool:
    return char in (_STRETCH, _JOINER) or (char, _FINAL) in _tables()[0]


def forms(text: str) -> list[str]:
    """For each character what is drawn for it, in the order in which it is read.

    Alef after lam is drawn with it, and has an empty form of its own.
    """
    bare = [n for n, char in enumerate(text) if unicodedata.category(char) != "Mn"]
    drawn = list(text)
    here = 0
    while here < len(bare):
        n = bare[here]
        before = here > 0 and _joins_after(text[bare[here - 1]]) and _joins_before(text[n])
        step = _ligature(text, bare, here, drawn, before=before)
        if not step:
            follows = text[bare[here + 1]] if here + 1 < len(bare) else ""
            after = bool(follows) and _joins_after(text[n]) and _joins_before(follows)
            drawn[n] = _form(text[n], before=before, after=after)
        here += step or 1
    return drawn


def _ligature(text: str, bare: list[int], here: int, drawn: list[str], *, before: bool) -> int:
    """Draw lam and alef as one; 2 if that was done, else 0."""
    if here + 1 >= len(bare) or bare[here + 1] != bare[here] + 1:
        return 0
    pair = text[bare[here] : bare[here] + 2]
    form = _tables()[1].get((pair, _FINAL if before else _ISOLATED))
    if form is None:
        return 0
    drawn[bare[here]], drawn[bare[here] + 1] = form, ""
    return 2


def _form(char: str, *, before: bool, after: bool) -> str:
    if not before and not after:
        # The letter itself is drawn like that, also in fonts that leave this form out.
        return char
    place = {
        (True, False): _FINAL,
        (False, True): _INITIAL,
        (True, True): _MEDIAL,
    }[before, after]
    return _tables()[0].get((char, place), char)
