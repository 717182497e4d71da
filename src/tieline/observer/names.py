"""Names: how two spellings of one name are found, whatever their script, marks and order.

A name is folded by Unicode's compatibility decomposition (NFKD, Unicode Standard Annex 15), with
marks and format characters left out and case folded. Names that could be one share a key, so that
a record's names are compared in about linear time.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SPELLING_CHARS_MIN: Final = 6
"""Shorter names differ by one letter without being one name."""
NAMES_KEPT: Final = 65_536
"""Folded names that are kept for the next comparison."""
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})
_STRETCH: Final = "\u0640"
"""ARABIC TATWEEL lengthens a line and is no letter."""
_BLANK: Final = re.compile(r"[\W_]+")
_ONE_SCRIPT: Final = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}


@lru_cache(maxsize=NAMES_KEPT)
def folded(name: str) -> tuple[str, ...]:
    """The parts of a name, without marks, case and punctuation."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    kept = (c for c in plain if unicodedata.category(c) not in _DROPPED and c != _STRETCH)
    return tuple(part for part in _BLANK.split("".join(kept)) if part)


@lru_cache(maxsize=NAMES_KEPT)
def script(name: str) -> str:
    """The script that most letters of a name are of: ``LATIN``, ``CJK``, ``ARABIC``; or empty."""
    scripts: Counter[str] = Counter()
    for char in name:
        if char.isalpha():
            word = unicodedata.name(char, "").partition(" ")[0]
            scripts[_ONE_SCRIPT.get(word, word)] += 1
    return max(sorted(scripts), key=scripts.__getitem__, default="")


def perhaps_one(first: str, second: str) -> bool:
    """Whether two different spellings could be of one name.

    The same parts in any order or division; one letter more, fewer, other or swapped with its
    neighbour; a first name cut to its letter; a title or middle name more.
    """
    one, two = folded(first), folded(second)
    if first == second or not one or not two:
        return False
    joined, other = "".join(one), "".join(two)
    if joined == other or sorted(one) == sorted(two):
        return True
    if min(len(joined), len(other)) >= SPELLING_CHARS_MIN and _one_apart(joined, other):
        return True
    return _is_short_for(one, two) or _is_short_for(two, one) or _longer(one, two)


def share_family(first: str, second: str) -> bool:
    """Whether two names have their first or their last part in common, or all of one script."""
    one, two = folded(first), folded(second)
    return bool(one and two) and (one[-1] == two[-1] or one[0] == two[0])


def keys_of(name: str) -> Iterator[str]:
    """Keys, one of which two names share if they could be one."""
    parts = folded(name)
    joined = "".join(parts)
    yield f"={joined}"
    if len(joined) >= SPELLING_CHARS_MIN - 1:
        yield from {f"={joined[:n]}{joined[n + 1 :]}" for n in range(len(joined))}
    if len(parts) > 1:
        yield f"+{' '.join(sorted(parts))}"
        yield from {f"|{a} {b}" for a, b in ((parts[0], parts[-1]), parts[:2], parts[-2:])}
        yield f".{parts[0][0]} {parts[-1]}"
        yield f".{parts[-1][0]} {parts[0]}"


def _is_short_for(short: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    if len(short) != 2 or len(whole) < 2:
        return False
    first, last = short
    if len(first) == 1 and len(last) > 1:
        return last == whole[-1] and whole[0].startswith(first)
    return len(last) == 1 and len(first) > 1 and first == whole[0] and whole[-1].startswith(last)


def _longer(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Whether one has all parts of the other, two at least, with others before or between."""
    few, many = sorted((one, two), key=len)
    if not 2 <= len(few) < len(many):
        return False
    ends = {(many[0], many[-1]), many[:2], many[-2:]}
    return set(few) <= set(many) and (few[0], few[-1]) in ends


def _one_apart(one: str, two: str) -> bool:
    """Whether one change makes the one text of the other (Damerau 1964)."""
    if abs(len(one) - len(two)) > 1:
        return False
    at = 0
    while at < min(len(one), len(two)) and one[at] == two[at]:
        at += 1
    if len(one) == len(two):
        swapped = one[at : at + 2] == two[at : at + 2][::-1] and one[at + 2 :] == two[at + 2 :]
        return one[at + 1 :] == two[at + 1 :] or swapped
    few, many = sorted((one, two), key=len)
    return few[at:] == many[at + 1 :]
