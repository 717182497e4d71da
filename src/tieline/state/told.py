"""Told: since when others could know of the time that a notification is for, as it stands."""

from __future__ import annotations

from collections.abc import Sequence

from tieline.space.spans import envelope_ms
from tieline.space.volume import Volume


def _span_ms(volumes: tuple[Volume, ...]) -> tuple[int, int] | None:
    """First start and last end of some volumes; None without one."""
    found = [envelope_ms(volume.window) for volume in volumes]
    if not found:
        return None
    return min(start for start, _ in found), max(end for _, end in found)


def told_ms(covered: Sequence[tuple[Volume, ...]], said_ms: Sequence[int]) -> int:
    """When the start of the last wording was first told: by the first whose time holds it.

    An outer bound that is given its detail keeps its notice; one that is moved to another time was
    told of that when it was moved, however early its first wording came.

    Args:
        covered: the volumes of each wording in turn, the last one last.
        said_ms: when each was said, in milliseconds; more of them do no harm.
    """
    spans = [_span_ms(volumes) for volumes in covered]
    last = spans[-1]
    if last is None:
        return said_ms[0]
    return next(
        said
        for span, said in zip(spans, said_ms, strict=False)
        if span is not None and span[0] <= last[0] <= span[1]
    )
