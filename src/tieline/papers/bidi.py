"""Bidi: in which order the letters of a line are drawn when scripts of two directions meet.

Source: Unicode Standard Annex 9, "Unicode Bidirectional Algorithm", rules W1 to W7, N0 to N2, I1,
I2 and L1 to L4. Explicit embeddings, overrides and isolates (rules X1 to X8) are not followed:
words of the record may not hold them (`tieline.words`), and drawing shows them as what they are.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_NEUTRAL: Final = frozenset({"B", "S", "WS", "ON", "BN"})
_STRONG: Final = {"L": 0, "R": 1, "AL": 1}
# In rules N0 to N2 numbers count as right to left.
_RIGHT: Final = frozenset({"R", "AN", "EN"})
_BRACKETS_MAX: Final = 63
"""Open brackets that are kept in mind at once, by definition BD16."""
_SCAN_FROM, _SCAN_TO = 0x28, 0xFF64
"""The first and last code points, outside the surrogates, that hold paired brackets."""


def base_level(text: str) -> int:
    """0 for a line that runs from left to right, 1 for right to left (rules P2 and P3)."""
    for char in text:
        level = _STRONG.get(unicodedata.bidirectional(char))
        if level is not None:
            return level
    return 0


def levels(text: str, base: int) -> list[int]:
    """The embedding level of each character; odd ones run from right to left.

    Steps: (1) weak types by their neighbours, (2) brackets with what they enclose, (3) neutral
    ones between equals, (4) levels, (5) outer blanks take the level of the line.
    """
    kinds = [unicodedata.bidirectional(char) or "L" for char in text]
    start = "R" if base else "L"
    # (1)
    weak = _weak(kinds, start)
    # (2)
    _brackets(text, kinds, weak, start)
    # (3)
    _neutrals(weak, start)
    # (4)
    raise_by = {0: {"L": 0, "R": 1, "AN": 2, "EN": 2}, 1: {"L": 1, "R": 0, "AN": 1, "EN": 1}}[base]
    found = [base + raise_by[kind] for kind in weak]
    # (5)
    for n in range(len(kinds) - 1, -1, -1):
        if kinds[n] not in {"WS", "BN"}:
            break
        found[n] = base
    for n, kind in enumerate(kinds):
        if kind in {"B", "S"}:
            found[n] = base
            for before in range(n - 1, -1, -1):
                if kinds[before] not in {"WS", "BN"}:
                    break
                found[before] = base
    return found


def order(found: list[int]) -> list[int]:
    """The positions in the order from left to right in which they are drawn (rule L2)."""
    drawn = list(range(len(found)))
    lowest_odd = min((level for level in found if level % 2), default=None)
    if lowest_odd is None:
        return drawn
    for level in range(max(found), lowest_odd - 1, -1):
        n = 0
        while n < len(drawn):
            end = n
            while end < len(drawn) and found[drawn[end]] >= level:
                end += 1
            drawn[n:end] = drawn[n:end][::-1]
            n = max(end, n + 1)
    return drawn


def mirrored(char: str) -> str:
    """The bracket that stands for this one where lines run from right to left (rule L4)."""
    return _pairs().get(char) or {"<": ">", ">": "<", "«": "»", "»": "«", "‹": "›", "›": "‹"}.get(
        char, char
    )


@cache
def _pairs() -> dict[str, str]:
    """Every paired bracket with its other half, found by the names of characters."""
    found: dict[str, str] = {}
    for point in range(_SCAN_FROM, _SCAN_TO):
        char = chr(point)
        if unicodedata.category(char) == "Ps" and unicodedata.mirrored(char):
            other = _other_half(char)
            if other:
                found[char], found[other] = other, char
    return found


def _other_half(char: str) -> str | None:
    name = unicodedata.name(char, "")
    if "LEFT" not in name:  # the two halves of Tibetan and Ogham brackets are neighbours
        after = chr(ord(char) + 1)
        return after if unicodedata.category(after) == "Pe" else None
    swapped = name.replace("LEFT", "RIGHT", 1)
    turned = swapped
    for signs in (("LESS", "GREATER"), ("GREATER", "LESS")):
        turned = swapped.replace(f"{signs[0]}-THAN", f"{signs[1]}-THAN")
        if turned != swapped:
            break
    try:
        return unicodedata.lookup(turned)
    except KeyError:
        return None


def _weak(kinds: list[str], start: str) -> list[str]:
    """Rules W1 to W7; what is invisible (BN) is passed over by all of them."""
    found = list(kinds)
    seen = [n for n, kind in enumerate(found) if kind != "BN"]
    before = start
    for n in seen:  # W1
        if found[n] == "NSM":
            found[n] = before
        before = found[n]
    strong = start
    for n in seen:  # W2, W3
        if found[n] in {"L", "R", "AL"}:
            strong = found[n]
            found[n] = "R" if strong == "AL" else strong
        elif found[n] == "EN" and strong == "AL":
            found[n] = "AN"
    for here, n in enumerate(seen[1:-1], start=1):  # W4
        left, right = found[seen[here - 1]], found[seen[here + 1]]
        if left == right and (
            (found[n] in {"ES", "CS"} and left == "EN") or (found[n] == "CS" and left == "AN")
        ):
            found[n] = left
    _terminators(found, seen)
    strong = start
    for n in seen:  # W6, W7
        if found[n] in {"ES", "CS", "ET"}:
            found[n] = "ON"
        elif found[n] in {"L", "R"}:
            strong = found[n]
        elif found[n] == "EN" and strong == "L":
            found[n] = "L"
    return _unseen(found, start)


def _terminators(found: list[str], seen: list[int]) -> None:
    """Rule W5: signs such as that of percent go with the number beside them."""
    for way in (seen, seen[::-1]):
        number = False
        for n in way:
            if found[n] == "EN":
                number = True
            elif found[n] == "ET" and number:
                found[n] = "EN"
            else:
                number = False


def _unseen(found: list[str], start: str) -> list[str]:
    """What is invisible takes the type before it, so that it splits nothing (section 5.2)."""
    before = start
    for n, kind in enumerate(found):
        if kind == "BN":
            found[n] = before
        before = found[n]
    return found


def _direction(kind: str) -> str:
    return "R" if kind in _RIGHT else kind


def _brackets(text: str, kinds: list[str], found: list[str], start: str) -> None:
    """Rule N0: a pair of brackets takes the direction of what it encloses, or of before it."""
    for left, right in _bracket_pairs(text, found):
        inside = {_direction(kind) for kind in found[left + 1 : right]} & {"L", "R"}
        if start in inside:
            chosen = start
        elif inside:
            earlier = (_direction(kind) for kind in found[left - 1 :: -1] if left)
            before = next((kind for kind in earlier if kind in {"L", "R"}), start)
            chosen = before if before in inside else start
        else:
            continue
        for n in (left, right):
            found[n] = chosen
            for after in range(n + 1, len(text)):
                if kinds[after] not in {"NSM", "BN"}:
                    break
                found[after] = chosen


def _bracket_pairs(text: str, found: list[str]) -> list[tuple[int, int]]:
    """Pairs by definition BD16, in the order of their opening halves."""
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for n, char in enumerate(text):
        other = _pairs().get(char)
        if found[n] != "ON" or other is None:
            continue
        if unicodedata.category(char) == "Ps":
            if len(opened) == _BRACKETS_MAX:
                break
            opened.append((unicodedata.normalize("NFC", other), n))
            continue
        same = unicodedata.normalize("NFC", char)
        at = next((k for k in range(len(opened) - 1, -1, -1) if opened[k][0] == same), None)
        if at is not None:
            pairs.append((opened[at][1], n))
            del opened[at:]
    return sorted(pairs)


def _neutrals(found: list[str], start: str) -> None:
    """Rules N1 and N2: neutral characters between equals join them, others take the line's."""
    n = 0
    while n < len(found):
        if found[n] not in _NEUTRAL:
            n += 1
            continue
        end = n
        while end < len(found) and found[end] in _NEUTRAL:
            end += 1
        left = _direction(found[n - 1]) if n else start
        right = _direction(found[end]) if end < len(found) else start
        found[n:end] = [left if left == right else start] * (end - n)
        n = end
