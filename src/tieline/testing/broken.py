"""What an exercise reports: which promise was broken, and what ends a simulated machine."""

from __future__ import annotations


class BrokenPromiseError(AssertionError):
    """An invariant of RELIABILITY section 5 does not hold; ``invariant`` is its number."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant


class PowerCutError(Exception):
    """A simulated machine lost its power between two outputs. Never leaves the exercise."""


def require(invariant: str, holds: object, what: str) -> None:
    """Report a promise that does not hold.

    Raises:
        BrokenPromiseError: it does not.
    """
    if not holds:
        raise BrokenPromiseError(invariant, what)
