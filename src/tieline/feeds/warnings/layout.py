"""Layout of a warning: opening lines, numbered paragraphs, lettered items."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

TEXT_CHARS_MAX: Final = 200_000
"""Longest text of one warning; the longest of two years has 7,000."""
LINES_MAX: Final = 5_000
HEADER_LINES_MAX: Final = 12
AREA_CHARS_MAX: Final = 60
AREA_WORDS_MAX: Final = 8

_NUMBERED: Final = re.compile(r"([ \t]*)(\d{1,2})\.(?:[ \t]+(?=\S)|(?=[^\d\s.]))")
_LETTERED: Final = re.compile(r"([ \t]*)([A-Z]{1,3})\.(?:[ \t]+(?=\S)|(?=\d)|$)")
_CHART: Final = re.compile(r"(?:DNC|CHARTS?) [\w, ]+")
_NO_AREA: Final = re.compile(r"\d|@|\b(?:CANCEL|UNTIL|REPORTED|ARE|IS|IN PROGRESS)\b")


class Item(NamedTuple):
    """A lettered item, with single blanks."""

    label: str
    text: str


class Paragraph(NamedTuple):
    """A numbered paragraph: what comes before its items, they, and what comes after."""

    label: str
    intro: str
    items: tuple[Item, ...]
    tail: str


class Layout(NamedTuple):
    """A whole warning."""

    areas: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]


def lay_out(text: str) -> Layout:
    """Split a text at its labels; they count only in their order, so that initials do not."""
    lines = text[:TEXT_CHARS_MAX].upper().replace("\r", "").split("\n")[:LINES_MAX]
    areas, rest = _header([line.rstrip() for line in lines if line.strip()])
    groups: list[tuple[str, list[str]]] = [("", [])]
    due = 1
    for line in rest:
        found = _NUMBERED.match(line) if "." in line else None
        if found is not None and int(found[2]) == due:
            groups.append((str(due), [found[1] + "   " + line[found.end() :]]))
            due += 1
        else:
            groups[-1][1].append(line)
    paragraphs = [_paragraph(label, body) for label, body in groups if body]
    return Layout(tuple(areas), tuple(paragraphs))


def _header(lines: list[str]) -> tuple[list[str], list[str]]:
    """Opening lines end in a full stop each and say neither number nor deed, charts apart."""
    areas: list[str] = []
    for at, line in enumerate(lines[:HEADER_LINES_MAX]):
        words = line.strip()
        bare = words.rstrip(".")
        if at + 1 >= len(lines) or not (_is_area(words, bare) or _CHART.fullmatch(bare)):
            return areas, lines[at:]
        areas.append(bare)
    return areas, lines[len(areas) :]


def _is_area(words: str, bare: str) -> bool:
    if not words.endswith(".") or len(bare) > AREA_CHARS_MAX or _NO_AREA.search(bare) is not None:
        return False
    return len(bare.split()) <= AREA_WORDS_MAX


def _paragraph(label: str, lines: list[str]) -> Paragraph:
    intro: list[str] = []
    items: list[tuple[str, list[str]]] = []
    tail: list[str] = []
    indent = 0
    for line in lines:
        found = _LETTERED.match(line) if "." in line else None
        if found is not None and found[2] == _letter(len(items)):
            if not items:
                indent = len(found[1])
            else:
                items[-1][1].extend(tail)
                tail = []
            items.append((found[2], [line[found.end() :]]))
        elif not items:
            intro.append(line)
        elif tail or (_is_ended(items[-1][1]) and len(line) - len(line.lstrip()) <= indent):
            tail.append(line)
        else:
            items[-1][1].append(line)
    # A single letter is an initial or an incomplete list: it stays in its sentence.
    if len(items) == 1 and not _joined(intro).endswith((":", " IN", "BY", "OF", "AT")):
        body = [*intro, f"{items[0][0]}. {_joined(items[0][1])}", *tail]
        return Paragraph(label, _joined(body), (), "")
    made = tuple(Item(letter, _joined(body)) for letter, body in items)
    return Paragraph(label, _joined(intro), made, _joined(tail))


def _is_ended(lines: list[str]) -> bool:
    """Whether an item's sentence is over, so that what follows further out is not of it."""
    return lines[-1].rstrip().endswith((".", ":"))


def _letter(count: int) -> str:
    """A to Z, then AA to AZ, then AAA and so on."""
    return "A" * (count // 26) + chr(65 + count % 26)


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
