"""A status line: one thing that stood, or may have stood, on a day, with what says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from tieline.days import Sure
from tieline.observer.claims import Cite, unique

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tieline.observer.statement import Force


class About(Enum):
    """What a line is about."""

    ESTABLISHED = "established"
    ROUND = "round"
    CONTACT = "contact"
    SUSPENSION = "suspension"
    RESTORATION = "restoration"
    CONDITION = "condition"
    STANDING = "standing"
    FRAMEWORK = "framework"
    SEAT = "seat"
    COMMITMENT = "commitment"
    TEXT = "text"
    PRECONDITION = "precondition"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """One thing that stood, or may have stood, on the day.

    ``sure`` is PERHAPS when the days reported leave it open whether this was so by then, and NO
    for a line that says that nothing is reported.
    """

    thing: str
    name: str
    about: About
    words: str
    sure: Sure
    cites: tuple[Cite, ...] = ()

    @property
    def forces(self) -> tuple[Force, ...]:
        """The forces of the statements cited, each once; none stands for another."""
        return unique(cite.force for cite in self.cites if cite.force is not None)

    @property
    def inferences(self) -> tuple[str, ...]:
        """The inferences that the line rests on; empty if it is reported as it stands."""
        own = [cite.id for cite in self.cites if cite.inferred]
        return unique(own + [id_ for cite in self.cites for id_ in cite.dated_by])

    def text(self, reviewed: Callable[[str], str] | None = None) -> str:
        """One line for readers; ``reviewed`` adds to each citation what it says of its item."""
        told = [_told(cite, reviewed) for cite in self.cites]
        return f"{self.name}: {self.words}" + (f" [{'; '.join(told)}]" if told else "")


def _told(cite: Cite, reviewed: Callable[[str], str] | None) -> str:
    return cite.words() if reviewed is None else f"{cite.words()}, {reviewed(cite.id)}"


def line(  # noqa: PLR0917
    thing: str, name: str, about: About, words: str, sure: Sure, cites: Iterable[Cite] = ()
) -> StatusLine:
    """A line with each citation once."""
    return StatusLine(
        thing=thing, name=name, about=about, words=words, sure=sure, cites=unique(cites)
    )


def doubted(words: str, sure: Sure, doubt: str = "whether by then is not said") -> str:
    """The words, with the doubt if there is one."""
    return f"{words}; {doubt}" if sure is Sure.PERHAPS else words
