"""The list of facts beside this checkout, read for the tests that walk it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

FACTS = Path(__file__).parents[2].parent / "shared" / "history" / "FACTS.md"
ABSENT = "history/FACTS.md is not beside this checkout; its tables were not walked"
ROW = re.compile(r"^\| (\d{3}-\d+a?) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
ARTICLE = re.compile(r"^### (\d{3}): `([^`]+)`", re.MULTILINE)
HEADING = re.compile(r"^\*\*([^*]+?)\.?\*\*", re.MULTILINE)
FORCE = re.compile(r"\b(readout|press|said|post|narrated|unnamed|opinion)\b")
CHAIN = "AP and others, from the US Department of Defense"


class Row(NamedTuple):
    """One row of part 1: what a passage says, who says it and how."""

    id: str
    passage: str
    who: str
    what: str

    @property
    def force(self) -> str:
        # The row with a chain names a body and no channel, which is "said".
        found = FORCE.search(self.who)
        return found.group(1) if found else "said"

    @property
    def speaker(self) -> str | None:
        """A part of the speaker's name; empty for one who is not named, None if nobody speaks."""
        if self.force == "narrated":
            return None
        if self.force == "unnamed":
            return ""
        return "US Department of Defense" if self.who == CHAIN else self.who.split(",")[0]


def parts() -> tuple[str, str]:
    """Parts 1 and 2; both empty when the list is absent."""
    if not FACTS.is_file():
        return "", ""
    first, second = FACTS.read_text(encoding="utf-8").split("## Part 2")
    return first, second


def rows() -> list[Row]:
    """Every row of the tables of part 1."""
    return [
        Row(id=id_, passage=passage.strip(), who=who.strip(), what=what.strip())
        for id_, passage, who, what in ROW.findall(parts()[0])
    ]


def articles() -> dict[str, str]:
    """The file of each article, by its number."""
    return dict(ARTICLE.findall(parts()[0]))


def headings() -> list[str]:
    """What the paragraphs of part 2 are about."""
    return HEADING.findall(parts()[1])
