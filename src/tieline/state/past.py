"""Past: what an entry's author provably had, as one size per log.

A vector clock over the logs of a line (Fidge, Mattern 1988): position i holds the number of
entries of log i that lie before. Vectors grow at the end; a missing position counts as 0.
"""

from __future__ import annotations

from collections.abc import Mapping

Past = tuple[int, ...]


def merged(one: Past, other: Past) -> Past:
    """Everything that lies in one or the other."""
    if len(one) < len(other):
        one, other = other, one
    if not other:
        return one
    return tuple(map(max, one, other)) + one[len(other) :]


def raised(past: Past, position: int, size: int) -> Past:
    """The same, and the first ``size`` entries of the log at ``position``."""
    if position < len(past):
        if past[position] >= size:
            return past
        return (*past[:position], size, *past[position + 1 :])
    return (*past, *(0,) * (position - len(past)), size)


class Logs:
    """Positions of logs in vectors, given in the order in which they turn up here."""

    def __init__(self) -> None:
        self.origins: list[str] = []
        self._position: dict[str, int] = {}

    def position(self, origin: str) -> int:
        """Position of a log, given now if it has none."""
        found = self._position.get(origin)
        if found is None:
            found = self._position[origin] = len(self.origins)
            self.origins.append(origin)
        return found

    def holds(self, past: Past, origin: str, index: int) -> bool:
        """Whether the entry at ``index`` of ``origin`` lies in ``past``."""
        at = self._position.get(origin)
        return at is not None and at < len(past) and past[at] > index

    def sizes(self, past: Past) -> Mapping[str, int]:
        """Sizes by origin, zeros left out."""
        return {o: n for o, n in zip(self.origins, past, strict=False) if n}
