"""Report: what a verification found, as a value; the first thing wrong stands first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tieline.record.strict import JsonValue


class Severity(StrEnum):
    """What a finding means for whoever relies on the copy."""

    WRONG = "wrong"
    """Something does not hold: the copy is damaged, incomplete, or somebody lied."""
    UNCHECKED = "unchecked"
    """Nothing is known to be wrong, and this much could not be checked."""
    UNREADABLE = "unreadable"
    """Sealed, and neither plaintext nor key is here; its place and bytes are checked."""
    DISCREPANCY = "discrepancy"
    """What its author did outside the rules; it stands in every copy alike."""


class Side(StrEnum):
    """Where a thing went wrong, as far as the bytes tell."""

    HERE = "here"
    """In this copy, whoever wrote the original."""
    AUTHOR = "author"
    """The party that is named signed it so."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not hold, or that could not be checked.

    Attributes:
        severity: see `Severity`.
        party: whose entry, log, roster or receipt it is; empty when no party is known.
        origin: the log, or empty.
        index: the entry, or None.
        side: in this copy, or by its author.
        what: one sentence that names all of it.
    """

    severity: Severity
    what: str
    party: str = ""
    origin: str = ""
    index: int | None = None
    side: Side = Side.UNKNOWN

    def value(self) -> JsonValue:
        """As JSON."""
        return {
            "severity": self.severity.value,
            "party": self.party,
            "log": self.origin,
            "index": self.index,
            "side": self.side.value,
            "what": self.what,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of a verification.

    Attributes:
        line: the line's id.
        parties: fingerprint of each party, sixty digits.
        compared: parties whose digits were given by whoever asked.
        findings: in the order in which they were found.
        counts: how many of each kind of thing were checked and held.
        state: state digest in hexadecimal, or empty where nothing was folded.
        unreadable: digest of the set of unreadable entries, in hexadecimal; two states can
            be compared only where these are equal.
    """

    line: str
    parties: dict[str, str]
    compared: tuple[str, ...]
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    state: str = ""
    unreadable: str = ""

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity, in order."""
        return tuple(f for f in self.findings if f.severity is severity)

    @property
    def first(self) -> Finding | None:
        """The first thing that is wrong, or None."""
        return next(iter(self.of(Severity.WRONG)), None)

    @property
    def verdict(self) -> str:
        """``wrong``, ``partial`` (nothing wrong found, not all checked) or ``sound``."""
        if self.first is not None:
            return "wrong"
        return "partial" if self.of(Severity.UNCHECKED) else "sound"

    def value(self) -> JsonValue:
        """As JSON."""
        return {
            "verdict": self.verdict,
            "line": self.line,
            "parties": dict(self.parties),
            "compared": list(self.compared),
            "counts": dict(self.counts),
            "state": self.state,
            "unreadable": self.unreadable,
            "findings": [finding.value() for finding in self.findings],
        }


Place = tuple[str, str, int | None]
"""Party, log and index of an entry, as far as they are known."""


@dataclass(slots=True)
class Notebook:
    """Findings and counts while a verification runs."""

    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def wrong(
        self,
        what: str,
        *,
        party: str = "",
        origin: str = "",
        index: int | None = None,
        side: Side = Side.HERE,
    ) -> None:
        """Something does not hold."""
        self._add(Severity.WRONG, what, (party, origin, index), side)

    def unchecked(
        self, what: str, *, party: str = "", origin: str = "", index: int | None = None
    ) -> None:
        """Something could not be checked."""
        self._add(Severity.UNCHECKED, what, (party, origin, index), Side.UNKNOWN)

    def unreadable(self, what: str, *, party: str, origin: str) -> None:
        """Something is sealed to this reader."""
        self._add(Severity.UNREADABLE, what, (party, origin, None), Side.UNKNOWN)

    def discrepancy(self, what: str, *, party: str, origin: str, index: int) -> None:
        """An author did something outside the rules."""
        self.counts["discrepancies"] += 1
        self._add(Severity.DISCREPANCY, what, (party, origin, index), Side.AUTHOR)

    def _add(self, severity: Severity, what: str, place: Place, side: Side) -> None:
        party, origin, index = place
        self.findings.append(
            Finding(
                severity=severity, what=what, party=party, origin=origin, index=index, side=side
            )
        )


def spans(indices: Iterable[int]) -> str:
    """Indices in runs, for instance ``1-4, 7``."""
    runs: list[list[int]] = []
    for index in sorted(indices):
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in runs)
