"""A rule: something that cannot be, or that the talks do not allow, with its code and its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from tieline.observer.claims import Cite, unique
from tieline.observer.statement import Force

if TYPE_CHECKING:
    from tieline.days import Days


class Weight(Enum):
    """What a rule is worth at entry.

    IMPOSSIBLE: cannot be, whoever says it; refused within one source and in our own words.
    BREACH: against what the talks were set up for; refused in our own words, while a source may
    well report it. DIFFER: reports do not fit each other; never refused.
    """

    IMPOSSIBLE = "impossible"
    BREACH = "breach"
    DIFFER = "differ"


class Within(Enum):
    """How far apart those stand who say what does not fit."""

    STATEMENT = "one statement"
    SOURCE = "one source"
    OWN = "our own words"
    SOURCES = "several sources"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by its code; ``words`` say what does not fit."""

    code: str
    words: str
    weight: Weight


_OWN: Final = frozenset({Force.SIGNED, Force.RECORDED, None})
"""Forces of our own words; an inference has none."""

FIELD: Final = Rule(code="field", words="a thing has one value of this", weight=Weight.DIFFER)
NOTED: Final = Rule(
    code="noted", words="an observer finds that reports do not fit", weight=Weight.DIFFER
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Values that do not fit, each with what says so.

    ``field`` is empty, and ``why`` is set, when an observer noted it or a rule found it and no
    single field shows it. ``rule`` tells which. ``thing`` is a key, or for rules of citation the
    id of the item.
    """

    thing: str
    field: str = ""
    values: tuple[tuple[str, Cite], ...]
    why: str = ""
    rule: Rule = FIELD

    @property
    def within(self) -> Within:
        """How far apart those stand who say it."""
        cites = unique(cite for _, cite in self.values)
        if len({cite.id for cite in cites}) <= 1:
            return Within.STATEMENT
        if all(cite.force in _OWN for cite in cites):
            return Within.OWN
        sources = {cite.source for cite in cites if not cite.inferred}
        return Within.SOURCE if len(sources) == 1 else Within.SOURCES

    @property
    def refused(self) -> bool:
        """Whether an item that would bring this about is refused when we enter it."""
        if self.rule.weight is Weight.DIFFER:
            return False
        if self.rule.weight is Weight.BREACH:
            return all(
                cite.force in {Force.SIGNED, Force.RECORDED, None} for _, cite in self.values
            )
        return self.within is not Within.SOURCES

    def words(self) -> str:
        """One line for readers, with the citations."""
        told = "; ".join(f"{value} [{cite.words()}]".lstrip() for value, cite in self.values)
        return f"{self.field or self.why}: {told}"


def fault(rule: Rule, thing: str, *values: tuple[str, Cite]) -> Discrepancy:
    """A discrepancy that a rule found."""
    return Discrepancy(thing=thing, values=values, why=rule.words, rule=rule)


def surely_before(first: Days, second: Days) -> bool:
    """Whether every day that one allows is before every day that the other allows."""
    if first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest
